"""A hospital's desk on a real encrypted store, and one person taken through it by the actions."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from d2a_desktop.core.clock import SettableClock
from d2a_desktop.core.settings import Settings
from d2a_desktop.domain.permissions import Caller, Role
from d2a_desktop.local_db.desk_identity import DeskIdentity
from d2a_desktop.local_db.unit_of_work import LocalStore
from d2a_desktop.models.base import Synced
from d2a_desktop.services.actions import Actions
from d2a_desktop.services.case_rows import CaseRows, load_case
from d2a_desktop.services.context import Context
from d2a_desktop.services.results import ActionResult
from tests.builders import (
    AGENCY,
    HOSPITAL,
    HUB,
    make_arrival_card,
    make_organisation,
    some_id,
)
from tests.local_stores import COORDINATOR, HOSPITAL_DESK, KEY, START, copied_store, new_clock
from tests.roster_builders import make_assessor, make_placement

WARD = COORDINATOR
HUB_CALLER = Caller(
    login="u_bbbbbbbbbbbb",
    name="Hana Example",
    role=Role.HUB_CASE_MANAGER,
    org_id=HUB,
    org_ods="CXX01",
    org_kind="community",
)
DOCTOR = replace(WARD, login="u_dddddddddddd", name="Dr Example", role=Role.CLINICIAN)
PHARMACIST = replace(DOCTOR, login="u_eeeeeeeeeeee", name="Phil Example")
NHS_NUMBER = "9990000018"
LEAVES = START + timedelta(hours=5)
ASSESSOR = some_id("assessor")

RECORD: dict[str, Any] = {
    "values": {
        "patient": {
            "address_1": "14 Example Terrace",
            "address_2": "Southsea",
            "gp_practice_name": "Sea View Surgery",
            "language": "Polish",
            "interpreter_required": False,
            "allergy_state": "known",
            "allergies": [{"substance": "Penicillin", "reaction": "Rash"}],
        },
        "referral": {
            "liaison_name": "Sister Example",
            "liaison_phone": "02392000500",
            "reason_for_referral": "Live-in care after a broken hip",
            "why_in_hospital": "She fell and broke her left hip, which was mended.",
            "what_matters": "My cat and the Polish radio.",
            "goals": "To make my own tea",
            "contingency": "Worker ill: agency sends relief\nCall 111 if in doubt",
            "red_flags": "Chest pain: 999",
            "lead_clinician": "Miss R Example",
        },
        "care_need": {
            "personal_care": "some_help",
            "mobility": "aid",
            "transfers": "one_person",
            "continence": "pads",
            "night_pattern": "sleeping_with_calls",
            "night_calls": 2,
            "cognition": "forgetful",
            "communication": "hearing",
            "diet": "soft",
            "left_alone_hours": 2,
            "medicines_level": "administer",
            "required_skills": ["dementia"],
            "languages_required": ["Polish"],
            "earliest_start": "2026-11-22",
            "latest_start": "2026-11-26",
            "length_days": 28,
            "funding_type": "d2a",
            "funded_until": "2026-12-20",
            "gender_required": "female",
        },
        "home": {
            "bedroom_for_worker": True,
            "smoking_home": False,
            "pets": ["cat"],
            "stairs": "flight",
            "key_safe": True,
            "access_notes": "Side gate, key safe code 4821 by the door",
        },
        "consent": {
            "person_agrees": "yes",
            "agreed_by": "person",
            "share_consent": "yes",
            "capacity": "has_capacity",
        },
    },
    "add": {
        "contact": [
            {"name": "Anna Kowalska", "relationship": "daughter", "phone": "07700900123"},
        ],
        "risk": [
            {"kind": "safeguarding", "detail": "Concern about a neighbour"},
            {"kind": "falls", "detail": "Two falls in October"},
        ],
        "restricted_note": [{"kind": "key_code", "text": "7319"}],
    },
}

MEDICINES = [
    {"name": "Apixaban", "dose": "2.5 mg", "change": "new", "tto_days": 14},
    {"name": "Ramipril", "dose": "5 mg", "change": "stopped", "reason": "Falls"},
]


@dataclass
class Walk:
    """One desk and one person; each step returns its answer."""

    store: LocalStore
    clock: SettableClock
    context: Context
    case: str = ""
    case_id: str = ""

    @property
    def actions(self) -> Actions:
        """The one door for changes."""
        return Actions(self.context)

    def do(self, caller: Caller, action: str, **document: Any) -> ActionResult:
        """Take one action on the person's case."""
        return self.actions.do_document(caller, self.case, action, document)

    @contextmanager
    def rows(self) -> Iterator[CaseRows]:
        """The case's rows as they are now, with their session open."""
        with self.store.read() as session:
            yield load_case(session, self.case_id)

    def come_in(self, family_name: str = "Kowalska", mrn: str = "H204417", **changes: Any) -> None:
        """Take a person in by hand and let the ward find that no criterion applies."""
        answer = self.actions.do_document(
            WARD,
            None,
            "new",
            {
                "family_name": family_name,
                "given_name": "Zofia",
                "title": "Mrs",
                "birth_date": "1941-03-14",
                "gender": "female",
                "site": "Demo Hospital",
                "ward": "G5",
                "bed": "12",
                "admitted_at": (START - timedelta(days=9)).isoformat(),
                "mrn": mrn,
                "nhs_number": NHS_NUMBER,
                "nhs_number_status": "01",
                "postcode": "PO4 0ZZ",
                **changes,
            },
        )
        self.case, self.case_id = str(answer.case_ref), str(answer.case_id)
        self.do(WARD, "review", decided_by="Dr Example", decided_role="consultant")

    def refer(self) -> None:
        """Refer the person with a complete record; the hub confirms pathway 1."""
        self.do(WARD, "refer", record=RECORD)
        self.do(
            HUB_CALLER,
            "pathway",
            pathway="P1",
            rationale="Wants to be at home",
            decided_by="Hana Example",
            decided_role="Case manager",
            options=["P1", "P2"],
            took_part=["therapy", "hub"],
        )

    def type_medicines(self) -> None:
        """Type the medicines by one clinician, and check them by another."""
        self.do(DOCTOR, "update", add={"medicine": MEDICINES})
        with self.rows() as rows:
            lines = [line.id for line in rows.medicines]
        self.do(PHARMACIST, "update", check=lines)

    def offer(self) -> str:
        """Send an offer to the agency without a desk; return its reference."""
        answer = self.do(HUB_CALLER, "offer", agencies=["AXX01"])
        return str(answer.details["offers"][0]["reference"])

    def accept(self, reference: str) -> None:
        """Record the agency's acceptance by telephone; the server's rows follow."""
        self.do(HUB_CALLER, "accept", offer=reference, on_behalf=PARTNER)
        with self.rows() as rows:
            offer_id = next(o.id for o in rows.offers if o.reference == reference)
        self.arrives_from_server(
            make_placement(offer_id=offer_id, offer_reference=reference, scope_id=AGENCY),
            make_arrival_card(
                scope_id=self.case_id,
                offer_id=offer_id,
                first_name="Grace",
                role="Senior live-in care worker",
                on_call_phone="02392000100",
                expected_at=LEAVES,
                starts_at=LEAVES,
                ends_at=LEAVES + timedelta(days=28),
            ),
        )

    def plan_departure(self) -> None:
        """Plan the departure and a visit the next morning."""
        self.do(
            WARD,
            "depart",
            planned_at=LEAVES.isoformat(),
            latest_arrival_at=(LEAVES + timedelta(hours=4)).isoformat(),
            transport="family_car",
        )
        self.do(
            HUB_CALLER,
            "visit",
            assessor=ASSESSOR,
            starts_at=(LEAVES + timedelta(hours=20)).isoformat(),
        )

    def ready_to_leave(self) -> None:
        """Take the person to the point where the handover pack is complete."""
        self.come_in()
        self.refer()
        self.type_medicines()
        self.accept(self.offer())
        self.plan_departure()

    def arrives_from_server(self, *rows: Synced) -> None:
        """Put rows in the store that only the shared database writes."""
        with self.store.apply() as session:
            session.add_all(rows)

    def close(self) -> None:
        """Free the store's file."""
        self.store.close()

    def copied_to(self, folder: Path) -> Walk:
        """Return the same walk on a copy of the closed store: quicker than walking again."""
        shutil.copytree(self.store.path.parent, folder)
        clock = new_clock()
        store = LocalStore.open(folder, KEY, clock=clock)
        return Walk(store, clock, Context(store, clock, Settings()), self.case, self.case_id)


PARTNER = {"org": "AXX01", "spoken_to": "Al Example", "channel": "phone"}


def new_walk(folder: Path, *, desk: DeskIdentity = HOSPITAL_DESK, trial: bool = False) -> Walk:
    """Make a hospital's desk in a folder, with the organisations of its system and an assessor."""
    clock = new_clock()
    store = copied_store(folder, clock=clock, desk=replace(desk, trial=trial))
    walk = Walk(store, clock, Context(store, clock, Settings()))
    walk.arrives_from_server(
        make_organisation(id=HOSPITAL, phone="02392000000"),
        make_organisation(
            id=HUB,
            ods_code="CXX01",
            name="Demo Care Transfer Hub",
            kind="community",
            phone="02392000400",
        ),
        make_organisation(
            id=AGENCY, ods_code="AXX01", name="Seafront Carers", kind="agency", has_desk=False
        ),
        make_assessor(id=ASSESSOR, scope_id=HUB, name="Tom Ellis"),
    )
    return walk


def at(hour: int, minute: int = 0, *, day: int = 23) -> datetime:
    """Return an instant of November 2026, UTC."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)
