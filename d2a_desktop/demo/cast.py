"""The people of the story as it knows them: their case references, offers, workers and visits."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from d2a_desktop.core.errors import BlockedError, KnownError, RefusedError
from d2a_desktop.demo.fates import AGENCY_A, AGENCY_B, HERO, HOSPITAL_A, Reach
from d2a_desktop.demo.people import DemoPerson
from d2a_desktop.demo.system import AGENCY, AGENCY_TWO, CARE_HUB, WARD, WARD_B, System
from d2a_desktop.domain.commands import Command, OnBehalf
from d2a_desktop.services.queries.rows import CaseView
from d2a_desktop.services.results import ActionResult

PARTNER = "Lena at Lantern"
"""Who answers the telephone at the agency without a desk."""


@dataclass
class Cast:
    """Everyone's part so far.

    `now` is the real instant from which the story is counted back; the desks' clock is moved
    along as it is told.
    """

    system: System
    people: tuple[DemoPerson, ...]
    now: datetime
    seed: int
    refs: dict[str, str] = field(default_factory=dict)
    offers: dict[str, dict[str, str]] = field(default_factory=dict)
    workers: dict[str, str] = field(default_factory=dict)
    visits: dict[str, datetime] = field(default_factory=dict)
    roster: dict[str, dict[str, Any]] = field(default_factory=dict)
    reviewed: set[str] = field(default_factory=set)
    hero_slot: str = ""
    files: dict[str, Path] = field(default_factory=dict)
    rng: random.Random = field(default_factory=random.Random)

    def __post_init__(self) -> None:
        self.rng = random.Random(f"story {self.seed}")

    @property
    def hero(self) -> DemoPerson:
        """The person whom the twelve steps follow."""
        return self.person(HERO)

    def person(self, key: str) -> DemoPerson:
        """Return the person of this key."""
        return next(person for person in self.people if person.key == key)

    def reaching(
        self, reach: Reach, when: Callable[[DemoPerson], datetime | None]
    ) -> list[DemoPerson]:
        """Return who takes the step `reach`, in the order of the instant that `when` gives."""
        found = [p for p in self.people if p.reach >= reach and when(p) is not None]
        return sorted(found, key=lambda p: when(p) or self.now)

    def at(self, instant: datetime | None) -> datetime:
        """Put the desks' clock to an instant of the past, or to now; return it."""
        at = min(instant or self.now, self.now)
        self.system.clock.set(at)
        return at

    def ago(self, **duration: float) -> datetime:
        """Return an instant before now."""
        return self.now - timedelta(**duration)

    def ward_of(self, person: DemoPerson) -> str:
        """Return the name of the ward's desk."""
        return WARD if person.scenario.hospital == HOSPITAL_A else WARD_B

    def agency_of(self, person: DemoPerson) -> str:
        """Return the desk that speaks for the person's agency: the hub's where it has none."""
        return {AGENCY_A: AGENCY, AGENCY_B: AGENCY_TWO}.get(person.scenario.agency, CARE_HUB)

    def on_behalf(self, person: DemoPerson) -> OnBehalf | None:
        """Return for whom the hub records, where the agency has no desk."""
        if self.agency_of(person) != CARE_HUB:
            return None
        return OnBehalf(org=person.scenario.agency, spoken_to=PARTNER, channel="phone")

    def do(self, desk: str, who: DemoPerson | str, action: str, command: Command) -> ActionResult:
        """Take one action at a desk, on a person's case or on a reference."""
        case = self.refs[who.key] if isinstance(who, DemoPerson) else who
        one = self.system[desk]
        return one.actions.do(one.caller, case, action, command)

    def refused(
        self, desk: str, who: DemoPerson | str, action: str, command: Command
    ) -> tuple[str, tuple[str, ...]]:
        """Take an action that must be refused; return its words and reasons, empty if it went."""
        try:
            self.do(desk, who, action, command)
        except BlockedError as blocked:
            return blocked.message, blocked.reasons
        except KnownError as refused:
            return str(refused), ()
        return "", ()

    def view(self, desk: str, person: DemoPerson) -> CaseView:
        """Return a person's record as a desk shows it."""
        one = self.system[desk]
        return one.queries.case(one.caller, self.refs[person.key])

    def found(self, desk: str, person: DemoPerson) -> int:
        """Return how many answers a desk's search gives for the person's NHS number."""
        one = self.system[desk]
        return len(one.queries.search(one.caller, person.nhs_number or "-"))

    def holds_record(self, desk: str, person: DemoPerson) -> bool:
        """Return whether a desk can open the person's record."""
        try:
            self.view(desk, person)
        except RefusedError:
            return False
        return True

    def settle(self, desk_name: str) -> None:
        """Mark what the shared database refused at a desk as seen, as its person would."""
        desk = self.system[desk_name]
        for conflict_id in {row.conflict_id for row in desk.exchange.conflicts()}:
            desk.exchange.resolve(desk.caller, conflict_id, "seen")
