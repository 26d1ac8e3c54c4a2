"""Every command on one desk: one JSON document, the right exit code, text for people."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from d2a_desktop import __version__
from d2a_desktop.cli.main import main
from tests.integration.cli.conftest import OpenShell
from tests.integration.cli.shell import Shell, ago, ahead, inpatient
from tests.integration.main_job.desks import full_record
from tests.shared_desks import worker_document
from tests.unit.interop.extracts import NOW, extract, person
from tests.unit.matching import instances as matching
from tests.unit.scheduling import instances as scheduling

SAMPLE = Path(__file__).resolve().parents[3] / "resources/samples/pas_extract.csv"


def file_of(tmp_path: Path, data: bytes, name: str = "extract.csv") -> str:
    path = tmp_path / name
    path.write_bytes(data)
    return str(path)


@pytest.fixture
def case(ward: Shell) -> str:
    """A synthetic inpatient on the ward's desk."""
    return str(ward.run("case", "new", data=inpatient()).document["case"])


# ------------------------------------------------------------ the desk itself


def test_no_command_opens_the_desktop_of_the_folder(ward: Shell) -> None:
    ward.text()
    assert [profile.root for profile in ward.opened] == [ward.folder]


def test_the_version_and_the_help_of_each_command_are_printed(ward: Shell, capsys: Any) -> None:
    for words in (["--version"], ["-h"], ["case", "do", "-h"], ["server", "add-user", "--help"]):
        with pytest.raises(SystemExit) as ended:
            ward.text(*words)
        assert ended.value.code == 0
        assert capsys.readouterr().out
    with pytest.raises(SystemExit):
        ward.text("--version")
    assert capsys.readouterr().out == f"d2a {__version__}\n"


def test_a_new_desk_says_where_its_key_is_and_holds_no_key_in_the_clear(
    open_shell: OpenShell, memory_keyring: Any
) -> None:
    shell = open_shell("desk")
    made = shell.run("desk", "init", "--org", "rxx01", "--role", "ward_coordinator", "--trial")
    assert made.document == {
        "organisation": "RXX01",
        "role": "Ward coordinator",
        "key": "keyring",
        "server": "none",
        "trial": True,
    }
    (key,) = [kept for kept in memory_keyring.kept.values() if len(kept) == 64]
    for path in shell.folder.rglob("*"):
        if path.is_file():
            assert key.encode() not in path.read_bytes()
            assert bytes.fromhex(key) not in path.read_bytes()
    assert "SQLite format 3" not in (shell.folder / "store.db").read_bytes()[:16].decode("latin-1")


def test_only_a_trial_desk_follows_the_clock_that_it_is_given(
    open_shell: OpenShell, ward: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    trial = open_shell("trial")
    trial.run("desk", "init", "--org", "RXX01", "--role", "ward_coordinator", "--trial")
    monkeypatch.setenv("D2A_NOW", "2031-11-27T16:10+00:00")
    assert trial.run("board").document["as_of"] == "2031-11-27T16:10:00Z"
    assert not ward.run("board").document["as_of"].startswith("2031")
    monkeypatch.setenv("D2A_NOW", "tomorrow")
    assert "2026-11-27T16:10+00:00" in trial.run("board", expect=2).error["what_to_do"]


def test_options_stand_before_or_after_the_command(ward: Shell) -> None:
    before = ward.text("--json", "sync", "status")
    after = ward.text("sync", "status", "--json")
    assert before.document == after.document
    assert ward.text("sync", "--json", "status").document == after.document


def test_the_folder_may_come_from_the_environment(
    ward: Shell, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setenv("D2A_PROFILE", str(ward.folder))
    capsys.readouterr()
    assert main(["board"], open_desktop=lambda profile: 0) == 0
    assert capsys.readouterr().out == "(none)\n"


def test_the_doctor_finds_a_sound_desk_sound(ward: Shell) -> None:
    document = ward.run("doctor").document
    assert document["healthy"]
    assert {"Store", "Audit trail", "Key", "Shared database"} <= {
        finding["check"] for finding in document["findings"]
    }
    assert "Audit trail" in ward.text("doctor").out


def test_the_doctor_says_what_to_do_where_there_is_no_desk(open_shell: OpenShell) -> None:
    # As on a computer where nothing of this program was yet: not even the folders above.
    document = open_shell("not/yet/there").run("doctor", expect=1).document
    (missing,) = [f for f in document["findings"] if not f["ok"]]
    assert "d2a desk init" in missing["what_to_do"]


def test_a_backup_brings_the_desk_back_locked_until_it_has_synchronised(
    ward: Shell, case: str, open_shell: OpenShell, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setenv("D2A_BACKUP_PASSPHRASE", "another long passphrase")
    backup = tmp_path / "desk.backup"
    assert ward.run("backup", str(backup)).document == {"file": str(backup)}
    assert b"Sampleton" not in backup.read_bytes()
    other = open_shell("other")
    assert other.run("restore", str(backup)).document["locked"] is True
    assert other.run("board", expect=3).error["code"] == "locked_until_sync"
    assert ward.run("case", "show", case).document["case"] == case


# ------------------------------------------------------------ import and board


@pytest.fixture
def trial(open_shell: OpenShell, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A trial desk of a ward, on the day of the extracts."""
    monkeypatch.setenv("D2A_NOW", NOW.isoformat())
    shell = open_shell("trial")
    shell.run("desk", "init", "--org", "RXX01", "--role", "ward_coordinator", "--trial")
    return shell


def test_an_import_tells_what_went_in_and_the_second_changes_nothing(trial: Shell) -> None:
    first = trial.run("import", str(SAMPLE)).document
    assert (first["accepted"], first["changed"], first["unchanged"]) == (30, 0, 0)
    assert first["refused"] == []
    again = trial.run("import", str(SAMPLE), "--kind", "pas-csv").document
    assert (again["accepted"], again["changed"], again["unchanged"]) == (0, 0, 30)


def test_a_dry_run_says_what_would_happen_and_does_nothing(trial: Shell) -> None:
    before = trial.files()
    assert trial.run("import", str(SAMPLE), "--dry-run").document["accepted"] == 30
    assert "Would take in: 30 new" in trial.text("import", str(SAMPLE), "--dry-run").out
    assert trial.files() == before
    assert trial.run("board").document["rows"] == []


def test_refused_rows_end_with_one_and_come_back_in_a_file_to_mend(
    trial: Shell, tmp_path: Path
) -> None:
    wrong = person(nhs_number="9990000017", spell="SP000002", mrn="T100002")
    data = file_of(tmp_path, extract(person(), wrong))
    refused = tmp_path / "refused.csv"
    document = trial.run("import", data, "--refused", str(refused), expect=1).document
    assert document["accepted"] == 1
    (one,) = document["refused"]
    assert (one["line"], one["column"]) == (3, "nhs_number")
    assert one["reason"]
    mended = refused.read_bytes().replace(b"9990000017", b"9990000026")
    trial.run("import", file_of(tmp_path, mended, "mended.csv"))
    assert len(trial.run("board").document["rows"]) == 2


def test_a_board_is_told_as_json_csv_and_text(trial: Shell, tmp_path: Path) -> None:
    trial.run("import", file_of(tmp_path, extract(person(ward="=cmd", forename="Aoife"))))
    (row,) = trial.run("board").document["rows"]
    expected = {"case", "nhs_number", "name", "site", "ward", "bed", "stage", "waiting_days",
                "assessment_due"}  # fmt: skip
    assert expected <= set(row)
    assert (row["name"], row["stage"]) == ("TESTSTONE, Aoife (Ms)", "nctr")
    (line,) = csv.DictReader(io.StringIO(trial.text("board", "--csv").out))
    assert line["name"] == row["name"]
    assert line["ward"] != "=cmd", "a formula would run in a spreadsheet"
    assert line["ward"].endswith("=cmd")
    assert row["case"] not in trial.text("board").out.splitlines()[0]
    assert "TESTSTONE, Aoife (Ms)" in trial.text("board").out


def test_a_board_is_filtered_by_words(trial: Shell) -> None:
    trial.run("import", str(SAMPLE))
    rows = trial.run("board", "--filter", "teststone a1").document["rows"]
    assert [row["family_name"] for row in rows] == ["TESTSTONE"]
    assert trial.run("board", "--filter", "zzz a1").document["rows"] == []
    assert trial.text("board", "--filter", "zzz a1").out == "(none)\n"


# ------------------------------------------------------------ cases


def test_a_case_is_shown_by_its_reference_and_by_its_nhs_number(ward: Shell, case: str) -> None:
    shown = ward.run("case", "show", case).document
    assert (shown["case"], shown["stage"]) == (case, "inpatient")
    assert ward.run("case", "show", "999 001 2377").document["case"] == case
    assert "Stage" in ward.text("case", "show", case).out


def test_each_step_that_a_ward_takes_alone_answers_with_one_document(
    ward: Shell, case: str
) -> None:
    def do(action: str, **data: Any) -> dict[str, Any]:
        document: dict[str, Any] = ward.run("case", "do", case, action, data=data).document
        assert {"case", "action", "stage", "changed", "cascaded", "confirmed"} <= set(document)
        assert (document["case"], document["action"]) == (case, action)
        return document

    reviewed = do("review", decided_by="Dr Sample", decided_role="consultant",
                  decided_at=ago(days=2))  # fmt: skip
    assert reviewed["stage"] == "nctr"
    assert reviewed["confirmed"] is False
    do("update", values={"patient": {"phone": "01632 960100"}})
    do("note", text="Rang the daughter", kind="call", spoken_to="Dee Sample")
    opened = do("barrier", reason_code="CTH01", primary=True)
    (barrier,) = [each["id"] for each in opened["changed"] if each["entity"] == "barrier"]
    do("barrier", resolve=barrier)
    task = do("task", kind="gp_contact", title="Ring the surgery", due_at=ahead(days=2))
    (task_id,) = [each["id"] for each in task["changed"] if each["entity"] == "task"]
    do("task", done=task_id, outcome_code="done")
    assert do("refer", record=full_record())["stage"] == "referred"
    assert do("gate")["stage"] == "referred"
    withdrawn = do("withdraw", reason="01")
    assert withdrawn["stage"] == "nctr"
    text = ward.text("case", "do", case, "note", data={"text": "Told the family"}).out
    assert text.startswith("note: done on this desk")


def test_documents_are_read_from_standard_input_too(
    ward: Shell, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO('{"text": "Zoë"}'.encode())))
    ward.run("case", "do", case, "note", "--data", "-")
    notes = [entry["text"] for entry in ward.run("case", "show", case).document["timeline"]]
    assert any("Zoë" in text for text in notes)


def test_a_pack_is_printed_and_a_draft_ends_with_one(
    ward: Shell, case: str, tmp_path: Path
) -> None:
    for kind in ("handover", "assessment", "patient"):
        out = tmp_path / f"{kind}.pdf"
        said = ward.run("pack", case, "--kind", kind, "--out", str(out), expect=1).document
        assert said["draft"]
        assert said["missing"]
        assert (said["kind"], said["version"]) == (kind, 1)
        assert out.read_bytes().startswith(b"%PDF")
        assert "Sampleton" not in said["reference"]


def test_a_sheet_about_several_is_printed_without_a_case(
    ward: Shell, case: str, tmp_path: Path
) -> None:
    out = str(tmp_path / "ward.pdf")
    said = ward.run("pack", "print", "--kind", "board", "--out", out).document
    assert (said["kind"], said["privacy"], said["pages"]) == ("board", "initials", 1)
    full = ("--privacy", "full", "--ward", "G5", "--purpose", "Board round")
    said = ward.run("pack", "print", "--kind", "board", "--out", out, *full).document
    assert said["privacy"] == "full"
    flow = str(tmp_path / "flow.pdf")
    said = ward.run("pack", "print", "--kind", "flow", "--week", "2026-W40", "--out", flow).document
    assert (said["privacy"], said["pages"]) == (None, 1)
    ward.run("pack", "print", "--kind", "hub_list", "--out", out, expect=1)
    ward.run("pack", "print", case, "--kind", "board", "--out", out, expect=2)
    ward.run("pack", "print", "--kind", "handover", "--out", out, expect=2)
    ward.run("pack", case, case, "--kind", "handover", "--out", out, expect=2)
    ward.run("pack", "print", "--kind", "flow", "--week", "soon", "--out", out, expect=2)


def test_sheets_of_one_case_are_printed_by_either_form_of_the_command(
    ward: Shell, case: str, tmp_path: Path
) -> None:
    out = str(tmp_path / "out.pdf")
    said = ward.run("pack", "print", case, "--kind", "changeover", "--out", out, expect=1).document
    assert "The change: Comes" in said["missing"]
    ward.run("pack", case, "--kind", "restricted", "--for", "Tom", "--out", out, expect=1)
    note = {"restricted_note": [{"kind": "safeguarding", "text": "A concern"}]}
    ward.run("case", "do", case, "update", data={"add": note})
    ward.run("pack", case, "--kind", "restricted", "--out", out, expect=2)
    said = ward.run("pack", case, "--kind", "restricted", "--for", "Tom", "--out", out).document
    assert (said["kind"], said["pages"]) == ("restricted", 1)


def test_a_code_is_verified_and_a_superseded_one_ends_with_one(
    ward: Shell, case: str, tmp_path: Path
) -> None:
    out = str(tmp_path / "pack.pdf")
    first = ward.run("pack", case, "--kind", "patient", "--out", out, expect=1).document
    said = ward.run("pack", "verify", first["reference"]).document
    assert (said["state"], said["case"], said["version"]) == ("current", case, 1)
    second = ward.run("pack", case, "--kind", "patient", "--out", out, expect=1).document
    said = ward.run("pack", "verify", first["reference"].lower(), expect=1).document
    assert (said["state"], said["superseded_by"]) == ("superseded", second["reference"])
    assert said["superseded_at"].endswith("Z")
    assert "Sampleton" not in str(said)
    refused = ward.run("pack", "verify", "P-0000-0000", expect=1).document
    assert refused["error"]["code"] == "unknown_pack"
    ward.run("pack", "verify", "nothing", expect=2)
    ward.run("pack", "verify", expect=2)
    ward.run("pack", case, "--out", out, expect=2)
    sheet = ward.run("pack", "print", "--kind", "board", "--out", out).document
    refused = ward.run("pack", "verify", sheet["reference"], expect=1).document
    assert refused["error"]["code"] == "not_followed"


# ------------------------------------------------------------ rosters, solvers, exchange


def test_an_agency_keeps_its_roster_and_a_hub_its_diaries(open_shell: OpenShell) -> None:
    agency, hub = open_shell("agency"), open_shell("hub")
    agency.run("desk", "init", "--org", "AXX01", "--role", "agency_manager")
    hub.run("desk", "init", "--org", "RYY02", "--role", "hub_case_manager")
    contract = {"valid_from": "2026-01-01", "min_starts": 5, "max_starts": 8, "response_hours": 4}
    assert agency.run("agency", "contract", data=contract).document["kind"] == "contract"
    for wrong in (
        {"commissioner": "Ann\nSmith"},
        {"on_call_phone": "ask for Ann"},
        {"unused_slot_rule": "Smith"},
        {"hours": {"mon": ["08:00", "Ann"]}},
        {"hours": ["Ann"]},
        {"response_hours": 9990000},
        {"valid_to": "2943-05-17"},
    ):  # what others read says nothing of anybody
        agency.run("agency", "contract", data=contract | wrong, expect=2)
    slots = agency.run("agency", "slot", data={"week": "2027-W05", "count": 3}).document
    assert len(slots["ids"]) == 3
    worker = worker_document("Funmi")  # whose papers are known: else nobody could call her free
    made = agency.run("agency", "worker", data=worker | {"home_postcode": "po48ld"}).document["id"]
    assert [w["worker_id"] for w in agency.run("agency", "workers").document["rows"]] == [made]
    assert "Exampleworker" in agency.text("agency", "workers").out
    assert agency.run("agency", "offers").document == {"rows": []}
    ahead_of_us = agency.run("agency", "outlook", "--unlock").document
    assert [day["workers"] for day in ahead_of_us["days"]] == [1] * 14
    assert ahead_of_us["unlocks"] == []
    assert "no guaranteed start" in agency.text("agency", "outlook").out
    assessor = {"name": "Ola Sample", "profession": "OT", "skills": ["OT"],
                "pattern": {"mon": ["09:00", "17:00"]}}  # fmt: skip
    made = hub.run("assessor", data=assessor).document
    assert made["kind"] == "assessor"
    away = {"assessor_id": made["id"], "kind": "absence", "starts_at": ahead(days=1),
            "ends_at": ahead(days=2)}  # fmt: skip
    assert hub.run("assessor", "time", data=away).document["kind"] == "assessor_time"


def test_the_engines_solve_a_file_and_state_how_good_the_plan_is(ward: Shell) -> None:
    board = ward.written(matching.problem([matching.worker("W1")], [matching.referral("R1")]))
    solved = ward.run("solve", "match", str(board), "--explain").document
    assert solved["status"] == "optimal"
    assert [each["worker"] for each in solved["assignments"]] == ["W1"]
    diary = ward.written(
        scheduling.problem(
            [scheduling.assessor("A1")], [scheduling.visit("V1", "2027-03-01T09:00")]
        )
    )
    solved = ward.run("solve", "schedule", str(diary)).document
    assert [each["visit"] for each in solved["visits"]] == ["V1"]
    assert "A1" in ward.text("solve", "schedule", str(diary)).out


def test_a_problem_that_breaks_the_format_names_the_path(ward: Shell) -> None:
    document = matching.problem([matching.worker("W1", gender=7)], [matching.referral("R1")])
    error = ward.run("solve", "match", str(ward.written(document)), expect=2).error
    assert "$.workers[0].gender" in error["message"]


def test_a_desk_of_its_own_says_that_it_has_no_shared_database(ward: Shell) -> None:
    assert ward.run("sync", expect=3).error["code"] == "no_server"
    status = ward.run("sync", "status").document
    assert (status["state"], status["open_conflicts"]) == ("offline", 0)
    assert ward.run("sync", "conflicts").document == {"rows": []}
