"""What a person or a script is told when something cannot be done; nothing is lost by it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.backends import fail, null
from sqlcipher3 import dbapi2

from d2a_desktop.core import settings as settings_file
from d2a_desktop.local_db.engine import STORE_VERSION, apply_key
from d2a_desktop.security.keys import StoreKey
from tests.fakes.memory_keyring import FailKeyring, MemoryKeyring, NullKeyring
from tests.integration.cli.conftest import OpenShell
from tests.integration.cli.shell import (
    NOBODY,
    PASSPHRASE,
    Shell,
    closed_port,
    inpatient,
    process_environment,
)
from tests.unit.interop.extracts import extract, person

INIT = ("desk", "init", "--org", "RXX01", "--role", "ward_coordinator")


@pytest.fixture
def locked(open_shell: OpenShell, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A desk whose key is wrapped by a passphrase: its computer has no keyring."""
    keyring.set_keyring(FailKeyring())
    monkeypatch.setenv("D2A_PASSPHRASE", PASSPHRASE)
    shell = open_shell("locked")
    assert shell.run(*INIT).document["key"] == "passphrase"
    shell.run("case", "new", data=inpatient())
    return shell


def store_connection(shell: Shell, kept: MemoryKeyring) -> Any:
    """Open the store past the program, as somebody who tampers with it would."""
    (key,) = [each for each in kept.kept.values() if len(each) == 64]
    connection = dbapi2.connect(str(shell.folder / "store.db"), isolation_level=None)
    apply_key(connection, StoreKey(key))
    return connection


# ------------------------------------------------------------ the key


def test_a_wrong_passphrase_is_told_and_the_store_stays_as_it_is(
    locked: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = locked.files()
    monkeypatch.setenv("D2A_PASSPHRASE", "wrong horse battery")
    for words in (("board",), ("sync",), ("import", __file__), ("case", "show", "9990012377")):
        assert locked.run(*words, expect=3).error["code"] == "wrong_passphrase"
    doctor = locked.run("doctor", expect=1).document
    assert [f["check"] for f in doctor["findings"] if not f["ok"]] == ["Store"]
    assert locked.files() == before
    monkeypatch.setenv("D2A_PASSPHRASE", PASSPHRASE)
    assert len(locked.run("board").document["rows"]) == 1


def test_without_passphrase_and_terminal_it_says_what_to_set(
    locked: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("D2A_PASSPHRASE")
    error = locked.run("board", expect=3).error
    assert error["code"] == "no_passphrase"
    assert "D2A_PASSPHRASE" in error["what_to_do"]


@pytest.mark.parametrize("backend", [FailKeyring(), NullKeyring(), fail.Keyring(), null.Keyring()])
def test_a_keyring_that_keeps_nothing_is_never_trusted_with_the_key(
    backend: Any, open_shell: OpenShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring.set_keyring(backend)
    shell = open_shell("desk")
    error = shell.run(*INIT, expect=3).error
    assert error["code"] == "no_passphrase"
    assert shell.files() == {}
    monkeypatch.setenv("D2A_PASSPHRASE", PASSPHRASE)
    assert shell.run(*INIT).document["key"] == "passphrase"
    assert shell.run("board").document["rows"] == []


def test_a_desk_whose_keyring_has_gone_says_so(ward: Shell, memory_keyring: Any) -> None:
    before = ward.files()
    keyring.set_keyring(FailKeyring())
    assert ward.run("board", expect=3).error["code"] == "no_key"
    keyring.set_keyring(memory_keyring)
    assert ward.files() == before
    assert ward.run("board").document["rows"] == []


def test_a_short_passphrase_makes_no_desk(
    open_shell: OpenShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring.set_keyring(FailKeyring())
    monkeypatch.setenv("D2A_PASSPHRASE", "short")
    shell = open_shell("desk")
    shell.run(*INIT, expect=2)
    assert shell.files() == {}


# ------------------------------------------------------------ the store


def test_there_is_no_second_desk_in_one_folder(ward: Shell) -> None:
    before = ward.files()
    assert ward.run(*INIT, expect=3).error["code"] == "store_exists"
    assert ward.files() == before


def test_a_store_of_a_newer_version_is_not_touched(ward: Shell, memory_keyring: Any) -> None:
    with closing(store_connection(ward, memory_keyring)) as connection:
        connection.execute(f"PRAGMA user_version = {STORE_VERSION + 1}")
    before = ward.files()
    error = ward.run("board", expect=3).error
    assert error["code"] == "store_newer"
    assert "Update" in error["what_to_do"]
    assert not ward.run("doctor", expect=1).document["healthy"]
    assert ward.files() == before


def test_a_store_that_is_cut_short_is_told_in_words(ward: Shell) -> None:
    path = ward.folder / "store.db"
    path.write_bytes(path.read_bytes()[:5000])
    assert ward.run("board", expect=3).error["code"] in ("store_damaged", "wrong_key")


def test_a_desk_without_a_server_is_not_built_anew(ward: Shell) -> None:
    path = ward.folder / "store.db"
    path.write_bytes(path.read_bytes()[:5000])
    before = ward.files()
    error = ward.run("desk", "rebuild", expect=3).error
    assert error["code"] == "no_server"
    assert "d2a restore" in error["what_to_do"]
    assert ward.files() == before


def test_a_second_process_waits_for_nobody_and_changes_nothing(locked: Shell) -> None:
    holding = (
        "import sys; from pathlib import Path;"
        "from d2a_desktop.bootstrap import open_desk; from d2a_desktop.core.paths import Profile;"
        "desk = open_desk(Profile(Path(sys.argv[1])));"
        "print('open', flush=True); sys.stdin.read(); desk.close()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holding, str(locked.folder)],
        env=process_environment({"D2A_PASSPHRASE": PASSPHRASE}),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        assert holder.stdout.readline().strip() == b"open"
        assert locked.run("board", expect=3).error["code"] == "store_locked"
        assert locked.run("sync", "status").document["state"] == "offline"
        assert locked.run("case", "new", data=inpatient(), expect=3).error["code"] == (
            "store_locked"
        )
        holder.stdin.close()
        assert holder.wait(timeout=60) == 0
    assert len(locked.run("board").document["rows"]) == 1


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 4 MB, which only root may mount."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("needs root on Linux to mount a small file system")
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(place)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode != 0:
        pytest.skip("this machine does not let a test mount a file system")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_full_disk_is_told_and_what_was_there_stays(
    small_disk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shell = Shell(small_disk / "desk", capsys)
    shell.run(*INIT)
    people = [
        person(spell=f"SP{n:06}", mrn=f"T{n:06}", nhs_number="", nhs_number_status="07")
        for n in range(3000)
    ]
    path = tmp_path / "many.csv"
    path.write_bytes(extract(*people[:20]))
    shell.run("import", str(path))
    path.write_bytes(extract(*people))
    error = shell.run("import", str(path), expect=3).error
    assert error["code"] == "disk_full"
    assert "Free some space" in error["what_to_do"]
    os.truncate(path, 0)
    assert len(shell.run("board").document["rows"]) == 20
    wrong = [f for f in shell.run("doctor", expect=1).document["findings"] if not f["ok"]]
    assert [f["check"] for f in wrong] == ["Disk"]
    packed = shell.text("--json", "backup", str(small_disk / "backup"), expect=None)
    assert packed.code == 3, packed


# ------------------------------------------------------------ the server


def test_a_server_that_does_not_answer_leaves_no_half_made_desk(
    open_shell: OpenShell, monkeypatch: pytest.MonkeyPatch, memory_keyring: Any
) -> None:
    monkeypatch.setenv("D2A_DB_PASSWORD", "not the password")
    shell = open_shell("desk")
    url = NOBODY.format(port=closed_port())
    error = shell.run(*INIT, "--user", "u_0123456789ab", "--server", url, expect=3).error
    assert error["message"]
    assert error["what_to_do"]
    assert shell.files() == {}
    assert memory_keyring.kept == {}


def test_a_desk_whose_server_is_dead_goes_on_working(
    ward: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = ward.folder / "settings.json"
    url = NOBODY.format(port=closed_port())
    settings = replace(settings_file.load(file), server_url=url, login="local")
    settings_file.save(file, settings)
    monkeypatch.setenv("D2A_DB_PASSWORD", "not the password")
    ward.run("case", "new", data=inpatient())
    assert ward.run("sync", expect=3).error["code"]
    status = ward.run("sync", "status").document
    assert status["waiting"] > 0
    assert status["what_to_do"]
    ward.run("case", "do", "9990012377", "note", data={"text": "Still at work"})
    assert len(ward.run("board").document["rows"]) == 1
    failed = [f for f in ward.run("doctor", expect=1).document["findings"] if not f["ok"]]
    assert "Shared database" in [f["check"] for f in failed]


@pytest.mark.parametrize("mode", ["require", "prefer", "verify-ca", "disable"])
def test_a_server_elsewhere_is_used_only_with_full_verification(
    mode: str, open_shell: OpenShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("D2A_DB_PASSWORD", "not the password")
    monkeypatch.setenv("D2A_ADMIN_PASSWORD", "not the password")
    shell = open_shell("desk")
    url = f"postgresql://u_0123456789ab@db.example.org/d2a?sslmode={mode}"
    for words in (
        (*INIT, "--user", "u_0123456789ab", "--server", url),
        ("server", "init", "--url", url),
        ("server", "check", "--url", url),
    ):
        error = shell.run(*words, expect=3).error
        assert error["code"] == "not_encrypted"
        assert "verify-full" in error["what_to_do"]
    assert shell.files() == {}


def test_a_password_in_an_address_is_refused_and_not_repeated(
    open_shell: OpenShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("D2A_DB_PASSWORD", "x")
    shell = open_shell("desk")
    url = "postgresql://u_0123456789ab:hunter22@127.0.0.1/d2a"
    said = shell.text("--json", *INIT, "--user", "u_0123456789ab", "--server", url, expect=2)
    assert said.error["code"] == "password_in_url"
    assert "hunter22" not in said.out + said.err
    assert shell.files() == {}


def test_a_server_needs_a_login(open_shell: OpenShell) -> None:
    said = open_shell("desk").run(*INIT, "--server", "postgresql://127.0.0.1/d2a", expect=2)
    assert "--user" in said.error["message"]


def test_a_trial_server_without_its_folder_is_no_error_to_stop(
    open_shell: OpenShell, tmp_path: Path
) -> None:
    shell = open_shell("administrator")
    assert shell.text("--json", "server", "stop", "--dir", str(tmp_path / "none")).code == 0


# ------------------------------------------------------------ wrong use


@pytest.mark.parametrize(
    "words",
    [
        ("frobnicate",),
        ("case",),
        ("case", "do", "C-1"),
        ("case", "do", "C-1", "frobnicate"),
        ("case", "do", "C-1", "new"),
        ("desk", "init", "--org", "RXX01", "--role", "king"),
        ("pack", "C-1", "--kind", "poem", "--out", "x.pdf"),
        ("import",),
        ("solve", "match", "x.json", "--time-limit", "-1"),
        ("board", "--frobnicate"),
        ("sync", "--watch"),
    ],
)
def test_wrong_use_ends_with_two_and_one_document(words: tuple[str, ...], ward: Shell) -> None:
    error = ward.run(*words, expect=2).error
    assert error["code"] == "usage"
    assert "d2a" in error["what_to_do"]


def test_an_unknown_action_names_those_there_are(ward: Shell) -> None:
    said = ward.text("case", "do", "C-1", "frobnicate", expect=2)
    assert said.out == ""
    for action in ("review", "refer", "depart", "outcome"):
        assert action in said.err


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ({"decided_by": "A", "decided_role": "B", "frobnicate": 1}, "$.frobnicate"),
        ({"decided_by": "A"}, "$.decided_role is missing"),
        ({"decided_by": 7, "decided_role": "B"}, "$.decided_by must be text"),
        ({"decided_by": "A", "decided_role": "B", "applies": "CTR01"}, "$.applies must be a list"),
        ({"decided_by": "A", "decided_role": "B", "applies": [7]}, "$.applies[0] must be text"),
        ({"decided_by": "A", "decided_role": "B", "decided_at": "2026-11-27 16:10"}, "offset"),
        ([], "object"),
    ],
)
def test_a_wrong_document_names_the_path(ward: Shell, data: object, path: str) -> None:
    ward.run("case", "new", data=inpatient())
    before = ward.files()
    error = ward.run("case", "do", "9990012377", "review", data=data, expect=2).error
    assert path in error["message"] + error["what_to_do"]
    assert ward.files() == before


def test_a_wrong_member_inside_a_list_is_named_too(ward: Shell) -> None:
    data = {"starts_at": "2027-01-01T10:00Z", "ends_at": "2027-01-02T10:00Z",
            "overrides": [{"reason": "A", "role": "B", "by": 3}]}  # fmt: skip
    error = ward.run("case", "do", "C-1", "allocate", data=data, expect=2).error
    assert "$.overrides[0].by" in error["message"]


def test_a_document_that_is_no_json_names_its_line(ward: Shell, tmp_path: Path) -> None:
    path = tmp_path / "broken.json"
    path.write_text('{"text":\n nonsense}', encoding="utf-8")
    error = ward.run("case", "do", "C-1", "note", "--data", str(path), expect=2).error
    assert "line 2" in error["message"]
    assert ward.run("case", "do", "C-1", "note", "--data", "gone.json", expect=3).error


# ------------------------------------------------------------ rules and roles


def test_a_rule_that_refuses_ends_with_one_and_says_which(ward: Shell) -> None:
    case = ward.run("case", "new", data=inpatient()).document["case"]
    before = ward.files()
    blocked = ward.run("case", "do", case, "refer", expect=1).error
    assert "Next of kin or carer" in blocked["reasons"]
    assert ward.run("case", "show", "C-0000-0000", expect=1).error["code"] == "unknown_case"
    said = ward.text("case", "do", case, "refer", expect=1)
    assert "  - Next of kin or carer" in said.err.splitlines()
    assert said.out == ""
    assert ward.files() == before


def test_a_role_does_only_what_it_may(ward: Shell, open_shell: OpenShell) -> None:
    case = ward.run("case", "new", data=inpatient()).document["case"]
    data = {"agencies": ["AXX01"]}
    assert ward.run("case", "do", case, "offer", data=data, expect=1).error["code"] == "not_allowed"
    agency = open_shell("agency")
    agency.run("desk", "init", "--org", "AXX01", "--role", "agency_scheduler")
    assert agency.run("case", "new", data=inpatient(), expect=1).error["code"] == "not_allowed"


def test_a_partner_is_spoken_for_only_with_the_name_of_who_said_it(ward: Shell) -> None:
    words = ("case", "do", "O-1", "accept", "--on-behalf-of", "AXX01")
    assert "--spoken-to" in ward.run(*words, expect=2).error["message"]


def test_a_nhs_number_of_another_case_is_never_merged(ward: Shell) -> None:
    first = ward.run("case", "new", data=inpatient()).document["case"]
    second = ward.run("case", "new", data=inpatient(mrn="T2", bed="A2")).document["case"]
    assert first != second
    assert len(ward.run("board").document["rows"]) == 2
    error = ward.run("case", "show", "9990012377", expect=2).error
    assert error["what_to_do"] == "Use the case reference."


# ------------------------------------------------------------ files


def test_a_file_refused_whole_ends_with_one_and_nothing_goes_in(
    ward: Shell, tmp_path: Path
) -> None:
    before = ward.files()
    for name, data in (
        ("empty.csv", b""),
        ("image.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"),
        ("short.csv", b"surname,dob\nTESTSTONE,03/02/1941\n"),
    ):
        path = tmp_path / name
        path.write_bytes(data)
        error = ward.run("import", str(path), expect=1).error
        assert error["message"]
        assert error["what_to_do"]
    assert "site" in ward.run("import", str(tmp_path / "short.csv"), expect=1).error["message"]
    assert ward.run("import", str(tmp_path / "gone.csv"), expect=3).error["message"]
    assert ward.files() == before


def test_a_pack_that_cannot_be_written_leaves_no_record_of_a_print(
    ward: Shell, tmp_path: Path
) -> None:
    case = ward.run("case", "new", data=inpatient()).document["case"]
    place = str(tmp_path / "gone" / "pack.pdf")
    ward.run("pack", case, "--kind", "handover", "--out", place, expect=3)
    out = str(tmp_path / "pack.pdf")
    made = ward.run("pack", case, "--kind", "handover", "--out", out, expect=1).document
    assert made["version"] == 1


def test_a_backup_with_another_passphrase_is_not_restored(
    ward: Shell, open_shell: OpenShell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("D2A_BACKUP_PASSPHRASE", "another long passphrase")
    backup = tmp_path / "desk.backup"
    ward.run("backup", str(backup))
    monkeypatch.setenv("D2A_BACKUP_PASSPHRASE", "a wrong long passphrase")
    other = open_shell("other")
    assert other.run("restore", str(backup), expect=3).error["code"] == "wrong_passphrase"
    assert "store.db" not in other.files()
    assert other.run("restore", str(tmp_path / "gone"), expect=3).error["message"]
    before = ward.files()
    monkeypatch.setenv("D2A_BACKUP_PASSPHRASE", "another long passphrase")
    ward.run("restore", str(backup), expect=3)
    assert ward.files() == before


# ------------------------------------------------------------ bugs


def test_a_bug_ends_with_seventy_and_a_report_without_anything_of_the_person(
    ward: Shell, memory_keyring: Any
) -> None:
    ward.run("case", "new", data=inpatient())
    with closing(store_connection(ward, memory_keyring)) as connection:
        connection.execute("UPDATE patient SET gender = 'Sampleton 9990012377'")
    before = ward.files()
    said = ward.text("--json", "board", expect=70)
    assert said.error["code"] == "bug"
    (report,) = (ward.folder / "reports").iterdir()
    assert report.stem in said.error["what_to_do"]
    told = report.read_text(encoding="utf-8") + said.out + said.err
    assert "ward_board.py" in told
    for secret in ("Sampleton", "9990012377", "999 001", "Zoë", str(ward.folder) + "/store"):
        assert secret not in told
    assert ward.files() == before
    assert ward.text("board", expect=70).out == ""


def test_a_bug_whose_report_cannot_be_written_is_told_all_the_same(
    ward: Shell, memory_keyring: Any
) -> None:
    ward.run("case", "new", data=inpatient())
    with closing(store_connection(ward, memory_keyring)) as connection:
        connection.execute("UPDATE patient SET gender = 'x'")
    reports = ward.folder / "reports"
    reports.rmdir()
    reports.write_text("not a folder", encoding="utf-8")
    assert ward.run("board", expect=70).error["code"] == "bug"
