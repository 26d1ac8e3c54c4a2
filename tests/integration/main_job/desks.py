"""Desks with their services: a real store each, one real PostgreSQL between them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Protocol

from d2a_desktop.core.clock import SystemClock
from d2a_desktop.core.settings import Settings
from d2a_desktop.domain.permissions import Caller
from d2a_desktop.services.actions import Actions
from d2a_desktop.services.context import Context
from d2a_desktop.services.imports import Imports
from d2a_desktop.services.queries.reads import Queries
from d2a_desktop.services.results import ActionResult
from d2a_desktop.services.roster import Roster
from d2a_desktop.sync.protocol import SyncReport
from tests.integration.sync.desks import DeskUnderTest


class ServiceDesk:
    """One desk as its people use it; its clock stands at the server's time until it is moved."""

    def __init__(self, desk: DeskUnderTest) -> None:
        self.desk = desk
        # The server judges reply times by its own clock, so these desks begin at the real time.
        desk.clock.set(SystemClock().now())
        self.context = Context(desk.store, desk.clock, Settings())
        self.actions = Actions(self.context)
        self.queries = Queries(self.context)
        self.roster = Roster(self.context)
        self.imports = Imports(self.context)

    @property
    def now(self) -> datetime:
        """The desk's present instant."""
        return self.desk.clock.now()

    @property
    def caller(self) -> Caller:
        """The person signed in."""
        return self.desk.caller

    def do(self, case: str | None, action: str, **document: Any) -> ActionResult:
        """Take one action from its JSON document."""
        return self.actions.do_document(self.caller, case, action, document)

    def sync(self) -> SyncReport:
        """Exchange once; nothing may be refused."""
        report = self.desk.sync()
        assert not report.rejected, report.rejected
        assert not report.conflicts, report.conflicts
        return report

    def ago(self, **duration: float) -> str:
        """Return an instant before now as JSON has it."""
        return (self.now - timedelta(**duration)).isoformat()

    def ahead(self, **duration: float) -> str:
        """Return an instant after now as JSON has it."""
        return (self.now + timedelta(**duration)).isoformat()


class Doing(Protocol):
    """A desk on which an action can be taken, whichever way it was opened."""

    def do(self, case: str | None, action: str, **document: Any) -> Any:
        """Take one action from its JSON document."""

    def ago(self, **duration: float) -> str:
        """Return an instant before now as JSON has it."""


def admitted(ward: Doing) -> str:
    """Take a person in on the ward, ready to leave; return the case reference."""
    made = ward.do(
        None,
        "new",
        family_name="Sampleton",
        given_name="Zoë",
        birth_date="1940-02-28",
        gender="female",
        nhs_number="999 001 2377",
        site="XDA01",
        ward="C5",
        bed="A1",
        mrn="T1",
        admitted_at=ward.ago(days=9),
    )
    case = str(made.case_ref)
    ward.do(
        case,
        "review",
        decided_by="Dr Sample",
        decided_role="consultant",
        decided_at=ward.ago(days=3),
    )
    return case


def full_record() -> dict[str, Any]:
    """Return a referral's record with every mandatory item (domain/completeness.py)."""
    return {
        "values": {
            "patient": {
                "address_1": "1 Sample Street",
                "postcode": "PO6 9ZA",
                "phone": "01632 960100",
                "language": "English",
                "allergy_state": "known",
                "allergies": [{"substance": "Penicillin", "reaction": "Rash"}],
                "gp_practice_name": "Sample Surgery",
            },
            "referral": {
                "liaison_name": "Ward Sister Sample",
                "liaison_phone": "01632 960200",
                "reason_for_referral": "Needs help at home for some weeks",
                "why_in_hospital": "Fall at home, hip repaired",
                "contingency": "Ring the agency, then 111",
            },
            "care_need": {
                "personal_care": "some_help",
                "mobility": "aid",
                "transfers": "one_person",
                "continence": "continent",
                "night_pattern": "sleeping",
                "cognition": "no_concern",
                "communication": "no_difficulty",
                "diet": "ordinary",
                "left_alone_hours": 2,
                "medicines_level": "prompt",
                "required_skills": [],
                "earliest_start": "2026-01-01",
                "length_days": 28,
                "carers_needed": 1,
            },
            "home": {"bedroom_for_worker": True, "smoking_home": False, "pets": []},
            "consent": {
                "person_agrees": "yes",
                "agreed_by": "person",
                "share_consent": "yes",
                "capacity": "has_capacity",
            },
        },
        "add": {
            "contact": [{"name": "Dee Sample", "relationship": "daughter", "phone": "01632 960101"}]
        },
    }
