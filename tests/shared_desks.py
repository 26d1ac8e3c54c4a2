"""Desks over one real shared database, for boards that show what other organisations did."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.backends.fail import Keyring as NoKeyring

from d2a_desktop.bootstrap import Desk, open_desk
from d2a_desktop.core.paths import Profile
from d2a_desktop.domain.permissions import Role
from d2a_desktop.services.desk_setup import DeskRequest, init_desk
from tests.integration.main_job.desks import admitted, full_record
from tests.shared_databases import System

PASSPHRASE = "three unrelated words"


@pytest.fixture
def no_keyring() -> Iterator[None]:
    """A computer whose keyring keeps nothing, so that a passphrase opens the desk."""
    before = keyring.get_keyring()
    keyring.set_keyring(NoKeyring())
    yield
    keyring.set_keyring(before)


def make_shared_desk(system: System, who: str, folder: Path) -> Profile:
    """Set a desk up for one of the people of the shared database, as `desk init` does."""
    person = system.people[who]
    profile = Profile(folder)
    init_desk(
        profile,
        DeskRequest(
            ods_code=person.ods,
            role=Role(person.role),
            server_url=f"postgresql://127.0.0.1:{system.database.port}/{system.database.name}",
            login=person.login,
            name=f"Test {who}",
        ),
        database_password=lambda login: person.password,
        new_passphrase=lambda: PASSPHRASE,
    )
    return profile


class SharedDesk:
    """One open desk with short ways to act and to exchange."""

    def __init__(self, system: System, who: str, folder: Path) -> None:
        self.profile = make_shared_desk(system, who, folder)
        self.password = system.people[who].password
        self.desk: Desk = open_desk(
            self.profile,
            passphrase=lambda _: PASSPHRASE,
            database_password=lambda _: self.password,
        )

    def do(self, case: str | None, action: str, **document: Any) -> Any:
        """Take one action from its JSON document."""
        return self.desk.actions.do_document(self.desk.caller, case, action, document)

    def sync(self) -> None:
        """Exchange once; nothing may be refused."""
        report = self.desk.exchange.run(self.desk.caller)
        assert not report.rejected, report.rejected

    def ago(self, **duration: float) -> str:
        """Return an instant before now as JSON has it."""
        return (self.desk.clock.now() - timedelta(**duration)).isoformat()

    def ahead(self, **duration: float) -> str:
        """Return an instant after now as JSON has it."""
        return (self.desk.clock.now() + timedelta(**duration)).isoformat()


@pytest.fixture
def shared_desk(
    shared: System, tmp_path: Path, no_keyring: None
) -> Iterator[Callable[[str], SharedDesk]]:
    """Make an open desk for one of the people; closed at the end."""
    made: list[SharedDesk] = []

    def make(who: str) -> SharedDesk:
        one = SharedDesk(shared, who, tmp_path / who)
        made.append(one)
        return one

    yield make
    for one in made:
        one.desk.close()


def referred_person(ward: SharedDesk) -> str:
    """Take a person in on the ward and refer them; return the case reference."""
    case = admitted(ward)
    ward.do(case, "refer", record=full_record())
    return case


def give_capacity(agency: SharedDesk) -> tuple[str, str]:
    """Give the agency a contract, two starts of this week and a worker; return start and worker."""
    roster, caller = agency.desk.roster, agency.desk.caller
    contract = {
        "valid_from": "2026-01-01",
        "min_starts": 5,
        "max_starts": 8,
        "response_hours": 72,
        "on_call_phone": "01632 960300",
    }
    roster.save(caller, "contract", contract)
    year, week, _ = agency.desk.clock.now().isocalendar()
    slots = roster.save(caller, "slot", {"week": f"{year}-W{week:02d}", "count": 2})
    worker = roster.save(caller, "worker", worker_document("Funmi"))
    return slots.details["ids"][0], worker.details["id"]


def worker_document(first_name: str, **changes: Any) -> dict[str, Any]:
    """Return a live-in worker who fits `referred_person`, with changes."""
    document: dict[str, Any] = {
        "first_name": first_name,
        "family_name": "Exampleworker",
        "gender": "female",
        "driver": True,
        "smoker": False,
        "accepts_smoking_home": True,
        "languages": ["English"],
        "accepts_pets": ["cat", "dog"],
        "skills": ["dementia"],
        "credentials": [
            {"code": code, "valid_to": "2099-01-01"} for code in ("DBS_ENH_AB", "RTW", "MH", "MEDS")
        ],
    }
    return document | changes


def offered(hub: SharedDesk, case: str, *agencies: str) -> None:
    """Confirm the pathway and send offers."""
    hub.do(
        case,
        "pathway",
        pathway="P1",
        rationale="Can recover at home",
        decided_by="Sam Sample",
        decided_role="Case manager",
        options=["P1", "P2"],
        took_part=["therapy", "social work"],
    )
    hub.do(case, "offer", agencies=list(agencies), respond_by=hub.ahead(hours=20))
