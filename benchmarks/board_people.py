"""A store with 5,000 synthetic people in every stage of the way home."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice

from benchmarks.desks import BenchDesk
from benchmarks.extracts import FORENAMES, SURNAMES, nhs_numbers
from d2a_desktop.core.ids import new_id, new_reference
from d2a_desktop.models.arrival_card import ArrivalCard
from d2a_desktop.models.barrier import Barrier
from d2a_desktop.models.base import Synced
from d2a_desktop.models.care_need import CareNeed
from d2a_desktop.models.consent import Consent
from d2a_desktop.models.criteria_review import CriteriaReview
from d2a_desktop.models.departure import Departure
from d2a_desktop.models.event import Event
from d2a_desktop.models.nctr_period import NctrPeriod
from d2a_desktop.models.offer import Offer
from d2a_desktop.models.offer_link import OfferLink
from d2a_desktop.models.pathway_decision import PathwayDecision
from d2a_desktop.models.patient import Patient
from d2a_desktop.models.referral import Referral
from d2a_desktop.models.spell import Spell
from d2a_desktop.models.task import Task
from d2a_desktop.models.visit import Visit

TABLES = (
    "spell", "patient", "criteria_review", "nctr_period", "referral", "pathway_decision",
    "barrier", "task", "event", "departure", "visit", "offer_link", "arrival_card",
    "care_need", "consent", "offer",
)  # fmt: skip
"""Every table that the ward board reads."""

_INPATIENT, _NCTR, _REFERRED, _CONFIRMED, _OFFERED, _ACCEPTED, _ALLOCATED, _HOME, _ASSESSED = range(
    9
)


def fill(desk: BenchDesk, people: int) -> None:
    """Write `people` cases, a ninth of them in each stage from inpatient to assessed."""
    rng = random.Random(people)
    now = desk.clock.now()
    with desk.store.write(desk.caller, action="import:run", split_groups=True) as uow:
        rows: list[Synced] = []
        for number, nhs in enumerate(islice(nhs_numbers(), people)):
            rows += _Case(now, rng, number, desk.identity.org_id).rows(nhs)
        uow.add_all(rows)


class _Case:
    """The rows of one person, as far as the stage `number % 9` has brought them."""

    def __init__(self, now: datetime, rng: random.Random, number: int, org: str) -> None:
        self.now, self.rng, self.number, self.org = now, rng, number, org
        self.reach = number % 9
        self.id = new_id(now)
        self.referral = new_id(now)
        self.ready = now - timedelta(hours=rng.randint(60, 400))
        self.leaves = now - timedelta(hours=rng.randint(1, 47))
        if self.reach == _ALLOCATED:
            self.leaves = now + timedelta(hours=rng.randint(1, 40))

    def rows(self, nhs: str) -> Iterator[Synced]:
        """Yield all rows of the case."""
        yield from self._admission(nhs)
        if self.reach >= _NCTR:
            yield NctrPeriod(**self._own(), nctr_from=self.ready, source="desk")
        if self.number % 3 == 0:
            yield from self._chased()
        if self.reach >= _REFERRED:
            yield from self._referred()
        if self.reach >= _CONFIRMED:
            yield self._decision()
        if self.reach >= _OFFERED:
            yield from self._offers()
        if self.reach >= _ALLOCATED:
            yield from self._leaving()
        if self.reach >= _HOME:
            yield self._visit()

    def _own(self) -> dict[str, str]:
        return {"id": new_id(self.now), "scope_id": self.id}

    def _admission(self, nhs: str) -> Iterator[Synced]:
        n, rng = self.number, self.rng
        yield Spell(
            id=self.id, scope_id=self.id, hospital_org_id=self.org, case_ref=new_reference("C"),
            entered_from="pas", site="XDA01", ward=f"Ward {n // 28 % 40}", bed=f"B{n % 28}",
            spell_number=f"SP-{n:07}", mrn=f"T{n:07}", edd=(self.now + timedelta(days=3)).date(),
            admitted_at=self.ready - timedelta(days=6),
        )  # fmt: skip
        yield Patient(
            **self._own(), nhs_number=nhs, nhs_number_status="01",
            gender=rng.choice(("female", "male")),
            family_name=rng.choice(SURNAMES).title(), given_name=rng.choice(FORENAMES),
            birth_date=date(rng.randint(1926, 1960), rng.randint(1, 12), rng.randint(1, 28)),
            postcode="PO6 9ZA", allergy_state="none_known",
        )  # fmt: skip
        yield CriteriaReview(
            **self._own(), applies=["CTR02"] if self.reach == _INPATIENT else [],
            decided_by="Dr Sample", decided_role="consultant", entered_by="Bench Person",
            decided_at=self.ready,
        )  # fmt: skip

    def _chased(self) -> Iterator[Synced]:
        yield Barrier(
            **self._own(), status="open", reason_code="CTH01", is_primary=True,
            opened_at=self.ready,
        )  # fmt: skip
        yield Task(
            **self._own(), status="open", kind="gp_contact", title="Ring the surgery",
            owner_kind="ward", urgent=self.number % 2 == 0,
        )  # fmt: skip

    def _referred(self) -> Iterator[Synced]:
        status = "sent" if self.reach == _REFERRED else "confirmed"
        yield Referral(
            id=self.referral, scope_id=self.id, reference=new_reference("R"), kind="standard",
            status=status, sent_at=self.ready + timedelta(hours=2),
        )  # fmt: skip
        yield CareNeed(
            **self._own(), mobility="aid", transfers="one_person", required_skills=["dementia"],
            languages_required=["Welsh"] if self.number % 5 == 0 else [],
            carers_needed=2 if self.number % 7 == 0 else 1,
        )  # fmt: skip
        yield Consent(**self._own(), person_agrees="yes", agreed_by="person", share_consent="yes")

    def _decision(self) -> Synced:
        return PathwayDecision(
            **self._own(), referral_id=self.referral, pathway="P1", rationale="Home first",
            decided_by="Sam Sample", decided_role="Case manager", decided_at=self.ready,
        )  # fmt: skip

    def _offers(self) -> Iterator[Synced]:
        for place in range(2):
            accepted = self.reach >= _ACCEPTED and place == 0
            status = "sent" if self.reach == _OFFERED else "accepted" if accepted else "filled"
            offer = new_id(self.now)
            yield Offer(
                id=offer, scope_id=offer, status=status, reference=new_reference("O"),
                age_band="80-84", agency_org_id=new_id(self.now), sent_by_org_id=self.org,
                needs={}, respond_by=self.now + timedelta(hours=5),
            )  # fmt: skip
            yield OfferLink(
                **self._own(), offer_id=offer, referral_id=self.referral,
                agency_org_id=new_id(self.now),
            )  # fmt: skip
            if accepted and self.reach >= _ALLOCATED:
                yield ArrivalCard(
                    **self._own(), offer_id=offer, block_id=new_id(self.now), kind="main",
                    agency_org_id=new_id(self.now), first_name="Grace", role="Live-in worker",
                    status="confirmed", starts_at=self.leaves,
                    ends_at=self.leaves + timedelta(days=28),
                )  # fmt: skip

    def _leaving(self) -> Iterator[Synced]:
        gone = self.reach >= _HOME
        home = self.leaves + timedelta(hours=1)
        yield Departure(
            **self._own(), status="settled" if gone else "planned", planned_at=self.leaves,
            left_at=self.leaves if gone else None, arrived_home_at=home if gone else None,
        )  # fmt: skip
        for kind in ("worker_arrived", "arrived_home", "welfare_check") if gone else ():
            yield Event(
                **self._own(), kind=kind, source="agency", at=home, recorded_at=home,
                recorded_by="Al Example",
            )  # fmt: skip

    def _visit(self) -> Synced:
        done = self.reach == _ASSESSED
        at = self.now - timedelta(minutes=30) if done else self.now + timedelta(hours=6)
        return Visit(
            **self._own(), status="done" if done else "confirmed", purpose="home_assessment",
            place="home", starts_at=at, ends_at=at + timedelta(hours=1), provisional=False,
            outcome="done" if done else None, started_at=at if done else None,
            finished_at=self.now if done else None, assessor_name="Ola Sample",
        )  # fmt: skip
