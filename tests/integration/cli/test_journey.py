"""The main job from a shell: three desks, a server of `d2a server start`, `d2a case do`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from d2a_desktop.core.clock import SystemClock
from tests.integration.cli.conftest import OpenShell
from tests.integration.cli.shell import Shell, ago, ahead, inpatient
from tests.integration.main_job.desks import full_record

_ORGANISATIONS = (
    ("RXX01", "hospital", "ward_coordinator"),
    ("RYY02", "community", "hub_case_manager"),
    ("AXX01", "agency", "agency_manager"),
)


@pytest.fixture
def server_url(open_shell: OpenShell, tmp_path: Path, monkeypatch: Any) -> Iterator[str]:
    """A shared database made by the program's own commands."""
    shell = open_shell("administrator")
    folder = str(tmp_path / "postgres")
    started = shell.text("--json", "server", "start", "--dir", folder)
    monkeypatch.setenv("PGPASSFILE", started.document["passfile"])
    url = str(started.document["url"])
    assert ":" not in url.removeprefix("postgresql://").split("@", 1)[0], "a password is shown"
    yield url
    assert shell.run("server", "stop", "--dir", folder).document == {"stopped": True}


class Office:
    """One organisation's desk in the shell, signed in under its own login."""

    def __init__(self, shell: Shell, ods: str, login: str, password: str, monkeypatch: Any) -> None:
        self.shell, self.ods, self.login = shell, ods, login
        self._password, self._monkeypatch = password, monkeypatch

    def run(self, *words: str, data: object = None, expect: int = 0) -> dict[str, Any]:
        """Run a command as this office and return its document."""
        self._monkeypatch.setenv("D2A_DB_PASSWORD", self._password)
        document = self.shell.run(*words, data=data, expect=expect).document
        self._monkeypatch.delenv("D2A_DB_PASSWORD")
        assert isinstance(document, dict)
        return document

    def do(self, case: str, action: str, expect: int = 0, **data: Any) -> dict[str, Any]:
        """Take a step of the main job."""
        return self.run("case", "do", case, action, data=data, expect=expect)

    def sync(self) -> dict[str, Any]:
        """Exchange; nothing may be refused."""
        report = self.run("sync")
        assert report["rejected"] == []
        assert report["conflicts"] == []
        return report


@pytest.fixture
def offices(open_shell: OpenShell, server_url: str, monkeypatch: Any) -> dict[str, Office]:
    """A ward, a hub and an agency of one sharing system, each with its desk."""
    shell = open_shell("administrator")
    # A trial's own server is reached with the password file; desks are not.
    applied = shell.run("server", "init", "--url", server_url).document["applied"]
    assert applied
    assert shell.run("server", "migrate", "--url", server_url).document["applied"] == []
    made = {}
    for ods, kind, role in _ORGANISATIONS:
        organisation = (
            "server", "add-org", "--url", server_url, "--ods", ods, "--kind", kind,
            "--name", f"Sample {kind}",
        )  # fmt: skip
        first = shell.run(*organisation).document
        assert shell.run(*organisation).document == first, "adding it again changes nothing"
        person = shell.run(
            "server", "add-user", "--url", server_url, "--org", ods, "--role", role,
            "--name", f"Sample {role}",
        ).document  # fmt: skip
        made[kind] = Office(open_shell(kind), ods, person["login"], person["password"], monkeypatch)
    shell.run(
        "server", "add-org", "--url", server_url, "--ods", "AXX03", "--kind", "agency",
        "--name", "Sample agency without a desk", "--no-desk",
    )  # fmt: skip
    assert shell.run("server", "check", "--url", server_url).document["healthy"]
    anchor = str(shell.folder.with_suffix(".anchor"))
    for files in (["--keep-anchor", anchor], ["--anchor", anchor]):
        checked = shell.run("server", "check", "--url", server_url, *files).document
        assert checked["healthy"]
        assert "chains" in checked["findings"][-1]["found"]
    monkeypatch.delenv("PGPASSFILE")
    place = server_url.split("@", 1)[1]
    for (_, kind, role), office in zip(_ORGANISATIONS, made.values(), strict=True):
        desk = office.run(
            "desk", "init", "--org", office.ods, "--role", role, "--user", office.login,
            "--server", f"postgresql://{place}",
        )  # fmt: skip
        assert desk["organisation"] == office.ods, kind
    return made


def _capacity(agency: Office) -> tuple[str, str]:
    agency.run(
        "agency", "contract",
        data={"valid_from": "2026-01-01", "min_starts": 5, "max_starts": 8, "response_hours": 4,
              "on_call_phone": "01632 960300"},
    )  # fmt: skip
    slot = agency.run("agency", "slot", data={"week": _this_week(), "count": 2})["ids"][0]
    worker = agency.run(
        "agency", "worker",
        data={
            "first_name": "Funmi", "family_name": "Exampleworker", "gender": "female",
            "driver": True, "smoker": False, "accepts_smoking_home": True,
            "languages": ["English"], "accepts_pets": ["cat", "dog"], "skills": ["dementia"],
            "credentials": [
                {"code": code, "valid_to": "2099-01-01"}
                for code in ("DBS_ENH_AB", "RTW", "MH", "MEDS")
            ],
        },
    )["id"]  # fmt: skip
    assert [row["worker_id"] for row in agency.run("agency", "workers")["rows"]] == [worker]
    return slot, worker


def _this_week() -> str:
    year, week, _ = SystemClock().now().isocalendar()
    return f"{year}-W{week:02d}"


def _by_telephone(ward: Office, hub: Office) -> None:
    """Bring a second person as far as a worker of an agency that answers by telephone."""
    case = ward.run(
        "case", "new",
        data=inpatient(nhs_number="999 001 2741", mrn="T2", bed="A2", family_name="Exempler"),
    )["case"]  # fmt: skip
    ward.do(case, "review", decided_by="Dr Sample", decided_role="consultant")
    ward.do(case, "refer", record=full_record())
    ward.sync()
    hub.sync()
    hub.do(
        case, "pathway", pathway="P1", rationale="Can recover at home", decided_by="Sam Sample",
        decided_role="Case manager", options=["P1"], took_part=["therapy"],
    )  # fmt: skip
    sent = hub.do(case, "offer", agencies=["AXX03"])
    hub.sync()
    (offer,) = [each["reference"] for each in sent["offers"]]
    told = ("--on-behalf-of", "AXX03", "--spoken-to", "Kim Sample", "--channel", "phone")
    hub.run("case", "do", offer, "accept", *told, data={})
    hub.sync()
    block = {"first_name": "Ada", "starts_at": ago(hours=2), "ends_at": ahead(days=14)}
    hub.run("case", "do", offer, "allocate", *told, data=block)
    hub.sync()
    ward.sync()
    shown = ward.run("case", "show", case)
    assert shown["stage"] == "allocated"
    assert shown["arrivals"][0][0].startswith("Ada")


def _two_telephones(ward: Office, hub: Office, case: str) -> None:
    """Two people write the same field; the one who came second settles it from the shell."""
    hub.do(case, "update", values={"patient": {"phone": "01632 960555"}})
    hub.sync()
    ward.do(case, "update", values={"patient": {"phone": "01632 960777"}})
    assert len(ward.run("sync", expect=1)["conflicts"]) == 1
    status = ward.run("sync", "status")
    assert (status["state"], status["code"]) == ("needs_you", "conflicts")
    (met,) = ward.run("sync", "conflicts", expect=1)["rows"]
    (field,) = met["fields"]
    told = (field["label"], field["mine"], field["theirs"], field["who"])
    assert told == ("Telephone", "01632 960777", "01632 960555", "Sample community")
    words = ward.shell.text("sync", "conflicts", expect=1).out
    assert f"Telephone: mine {field['mine']}; theirs {field['theirs']} (by Sample comm" in words
    op = met["conflict_id"]
    refused = ward.run("sync", "resolve", op, "--choice", "seen", expect=1)
    assert refused["error"]["code"] == "no_such_choice"
    ward.run("sync", "resolve", op, "--choice", "edit", expect=2)
    other = {"phone": "01632 960999"}
    settled = ward.run("sync", "resolve", op, "--choice", "edit", data=other)
    assert settled["left"] == 0
    ward.sync()
    hub.sync()
    assert hub.run("case", "show", case)["records"]["patient"]["phone"] == "01632 960999"


@pytest.mark.postgres
def test_the_whole_main_job_is_played_from_a_shell(
    offices: dict[str, Office], server_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ward, hub, agency = offices["hospital"], offices["community"], offices["agency"]
    slot, worker = _capacity(agency)
    agency.sync()

    # In, ready and referred.
    case = ward.run("case", "new", data=inpatient())["case"]
    ward.do(case, "review", decided_by="Dr Sample", decided_role="consultant",
            decided_at=ago(days=3))  # fmt: skip
    incomplete = ward.do(case, "refer", expect=1)["error"]
    assert "Next of kin or carer" in incomplete["reasons"]
    assert ward.do(case, "refer", record=full_record())["stage"] == "referred"
    ward.do(case, "note", text="Rang the daughter")
    ward.do(case, "barrier", reason_code="CTH01", primary=True)
    ward.sync()

    # Matched, offered and accepted; the agency sees nobody before.
    hub.sync()
    hub.do(
        case, "pathway", pathway="P1", rationale="Can recover at home", decided_by="Sam Sample",
        decided_role="Case manager", options=["P1", "P2"], took_part=["therapy", "social work"],
    )  # fmt: skip
    assert hub.do(case, "offer", agencies=["AXX01"])["stage"] == "offered"
    hub.sync()
    agency.sync()
    offers = agency.run("agency", "offers")["rows"]
    assert [row["status"] for row in offers] == ["sent"]
    assert "Sampleton" not in str(offers)
    assert agency.run("case", "show", case, expect=1)["error"]["code"] == "unknown_case"
    offer = offers[0]["reference"]
    agency.do(offer, "accept", slot=slot, worker=worker)
    agency.sync()
    agency.sync()
    assert agency.run("case", "show", case)["banner"]["nhs_number"] == "9990012377"

    # Placed, with a visit before anybody leaves.
    agency.do(offer, "allocate", worker=worker, starts_at=ago(hours=3), ends_at=ahead(days=28),
              expected_at=ago(hours=2))  # fmt: skip
    agency.sync()
    hub.sync()
    assessor = hub.run(
        "assessor",
        data={"name": "Ola Sample", "profession": "OT", "skills": ["OT"],
              "pattern": {"mon": ["09:00", "17:00"]}},
    )["id"]  # fmt: skip
    hub.do(case, "visit", assessor=assessor, starts_at=ahead(hours=20), confirm=True)
    hub.sync()

    # Left: the gate holds until it is overruled by name; the pack goes with the person.
    ward.sync()
    gate = ward.do(case, "gate")
    assert gate["stage"] == "allocated"
    packed = ward.run(
        "pack", case, "--kind", "handover", "--out", str(tmp_path / "pack.pdf"), expect=1
    )
    assert packed["draft"] is True
    assert (tmp_path / "pack.pdf").read_bytes().startswith(b"%PDF")
    departure = {
        "planned_at": ago(hours=2), "latest_arrival_at": ahead(hours=8), "transport": "taxi",
        "transport_state": "ready", "medicines_state": "ready", "equipment_state": "not_needed",
        "key_state": "ready", "left_at": ago(hours=2),
    }  # fmt: skip
    blocked = ward.do(case, "depart", expect=1, **departure)["error"]
    assert blocked["reasons"]
    override = {
        "reason": "Pack handed over on paper", "role": "Matron", "by": "M Sample",
        "on_call": "On-call manager Sample",
    }  # fmt: skip
    assert ward.do(case, "depart", override=override, **departure)["stage"] == "at_home"
    ward.sync()

    # Arrived, assessed at home within the 48 hours, and ended.
    agency.sync()
    for what, when in (("worker_arrived", 1.5), ("arrived_home", 1), ("welfare_check", 0.5)):
        agency.do(case, "arrive", what=what, at=ago(hours=when))
    agency.sync()
    hub.sync()
    assert hub.run("case", "show", case)["clock"]["kind"] == "running"
    done = hub.do(
        case, "outcome", outcome="done", started_at=ago(minutes=20), finished_at=ago(minutes=1),
        need_found="less", next_review_on="2099-01-01",
    )  # fmt: skip
    assert done["stage"] == "assessed"
    hub.sync()
    ward.sync()
    assert ward.run("case", "show", case)["clock"]["kind"] == "met"
    agency.sync()
    agency.do(case, "end", reason="independent")
    agency.sync()
    agency.sync()
    assert agency.run("case", "show", case, expect=1)["error"]["code"] == "unknown_case"
    ward.sync()
    assert ward.run("case", "show", case)["stage"] == "closed"

    _by_telephone(ward, hub)
    _two_telephones(ward, hub, case)

    # What the desks say of themselves afterwards.
    for office in offices.values():
        status = office.run("sync", "status")
        assert (status["waiting"], status["open_conflicts"]) == (0, 0)
        assert office.run("sync", "conflicts") == {"rows": []}
        assert office.run("doctor")["healthy"]
        text = "".join(p.read_text() for p in office.shell.folder.glob("*.json"))
        assert "Sampleton" not in text
        assert office._password not in text

    # A login that is ended has no access at once; the desk keeps its work and says why.
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "postgres" / "pgpass"))
    administrator = agency.shell
    ended = administrator.run(
        "server", "deactivate", "--url", server_url, "--user", agency.login
    ).document
    assert ended == {
        "login": agency.login,
        "active": False,
        "connections_ended": 0,
        "login_closed": True,
    }
    needless = administrator.run("server", "new-epoch", "--url", server_url, expect=1)
    assert needless.error["code"] == "epoch_not_needed"
    anyway = administrator.run("server", "new-epoch", "--url", server_url, "--anyway")
    assert anyway.document["epoch"]
    monkeypatch.delenv("PGPASSFILE")
    assert agency.run("sync", expect=3)["error"]["code"] == "login_closed"
    # From then on nothing is shown to that person; how the exchange stands still is.
    assert agency.run("agency", "workers", expect=3)["error"]["code"] == "turned_away"
    assert "no longer active" in agency.run("sync", "status")["reason"]
    assert ward.run("sync", "status")["recovery"] is None
    ward.sync()
    status = ward.run("sync", "status")
    assert status["state"] == "synced"
    recovery = status["recovery"]
    assert (recovery["why"], recovery["waiting"]) == ("epoch", 0)
    assert recovery["survived"] > 0
    assert recovery["applied"] == recovery["refused"] == []
    assert recovery["ended_at"]
