"""The ward board reads less than a single record and says the same."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from benchmarks.board_people import fill
from benchmarks.desks import BenchDesk, bench_desk
from d2a_desktop.core.ids import new_id, new_reference
from d2a_desktop.domain.codes import (
    ClockEffect,
    Gender,
    NctrEnd,
    PlacementEnd,
    ReferralKind,
    VisitOutcome,
    VisitPlace,
    VisitPurpose,
)
from d2a_desktop.domain.machines import MACHINES
from d2a_desktop.models.arrival_card import ArrivalCard
from d2a_desktop.models.barrier import Barrier
from d2a_desktop.models.base import Synced
from d2a_desktop.models.care_need import CareNeed
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
from d2a_desktop.services.board_rows import load_board
from d2a_desktop.services.case_rows import CaseRows, load_case
from d2a_desktop.services.queries import alerts as alerts_query
from d2a_desktop.services.queries import ward_board as board_query
from d2a_desktop.services.queries.reads import Queries
from d2a_desktop.services.queries.rows import WardBoard

ODD_CASES = 150
_LATER = itertools.count()


def _whole(session: Session, *, light: bool) -> list[CaseRows]:
    assert light
    return load_board(session)


def _mapped(session: Session, *, light: bool) -> list[CaseRows]:
    assert light
    return [load_case(session, rows.spell.id) for rows in load_board(session)]


def _said(desk: BenchDesk) -> tuple[WardBoard, Any]:
    queries = Queries(desk.context)
    return queries.ward_board(desk.caller), queries.alerts(desk.caller)


def test_a_board_says_the_same_from_light_rows_as_from_whole_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with bench_desk(tmp_path / "desk") as desk:
        fill(desk, 63)
        light = _said(desk)
        monkeypatch.setattr(board_query, "load_board", _whole)
        monkeypatch.setattr(alerts_query, "load_board", _whole)
        assert _said(desk) == light
    rows = light[0].rows
    assert {row.stage for row in rows} == {
        "inpatient", "nctr", "referred", "pathway_confirmed", "offered", "accepted",
        "discharge_planned", "at_home", "assessed",
    }  # fmt: skip
    assert len(rows) == 63


def test_no_case_is_so_odd_that_a_board_says_another_thing_than_its_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with bench_desk(tmp_path / "desk") as desk:
        with desk.store.write(desk.caller, action="import:run", split_groups=True) as uow:
            rng, now, org = random.Random(5), desk.clock.now(), desk.identity.org_id
            uow.add_all([row for _ in range(ODD_CASES) for row in _Odd(rng, now, org).rows()])
        light = _said(desk)
        for load in (_whole, _mapped):
            monkeypatch.setattr(board_query, "load_board", load)
            monkeypatch.setattr(alerts_query, "load_board", load)
            assert _said(desk) == light
    board, alerts = light
    assert {row.stage for row in board.rows} >= {"allocated", "under_review", "closed"}
    assert {row.clock.kind for row in board.rows} >= {"void", "excluded", "late_running"}
    assert {alert.kind for alert in alerts} >= {"task", "clock", "offer"}


class _Odd:
    """A case whose rows have no story: any number of each, in any state, at any time."""

    def __init__(self, rng: random.Random, now: datetime, org: str) -> None:
        self.rng, self.now, self.org = rng, now, org
        self.id, self.referral = self.new_id(), self.new_id()

    def rows(self) -> Iterator[Synced]:
        """Yield all rows of the case."""
        rng = self.rng
        yield Spell(
            id=self.id, scope_id=self.id, hospital_org_id=self.org, case_ref=new_reference("C"),
            entered_from="pas", site="XDA01", ward=f"Ward {rng.randrange(9)}", bed=self.maybe("B1"),
            consultant=self.maybe("Dr Sample"), owner_name=self.maybe("Sam Sample"),
            hub_owner_name=self.maybe("Ola Sample"), mrn=self.maybe("T1"), admitted_at=self.at(),
            edd=self.maybe(self.now.date()), last_seen_at=self.maybe(self.at()),
            pas_discharged_at=self.seldom(self.at()), died_at=self.seldom(self.at()),
        )  # fmt: skip
        yield Patient(
            **self.own(), nhs_number=None, nhs_number_status=rng.choice(("01", "02")),
            gender=rng.choice(list(Gender)), family_name=rng.choice(("Sample", "Simple", "Poe")),
            given_name=self.maybe("Al"), title=self.maybe("Mx"), birth_date=date(1940, 1, 1),
            allergy_state="none_known",
        )  # fmt: skip
        if rng.random() < 0.7:
            yield CareNeed(
                **self.own(), required_skills=self.maybe(["dementia"]),
                carers_needed=self.maybe(2), languages_required=self.maybe(["Welsh"]),
            )  # fmt: skip
        for _ in range(rng.randrange(3)):
            yield from self.on_the_ward()
        for _ in range(rng.randrange(3)):
            yield from self.in_the_hub()
        for _ in range(rng.randrange(3)):
            yield from self.at_home()

    def on_the_ward(self) -> Iterator[Synced]:
        """Yield one of each record that the ward keeps."""
        rng, ended = self.rng, self.maybe(self.at())
        yield CriteriaReview(
            **self.own(), applies=[], decided_by="Dr Sample", decided_role="consultant",
            entered_by="Al Example", decided_at=self.at(), voided_at=self.seldom(self.now),
        )  # fmt: skip
        yield NctrPeriod(
            **self.own(), nctr_from=self.at(), nctr_to=ended, source="desk",
            end_reason=rng.choice(list(NctrEnd)) if ended else None,
        )  # fmt: skip
        yield Barrier(
            **self.own(), status=self.status("barrier"), reason_code="CTH01",
            is_primary=rng.random() < 0.5, opened_at=self.at(),
        )  # fmt: skip
        yield Task(
            **self.own(), status=self.status("task"), kind="gp_contact", title="Ring the surgery",
            owner_kind="ward", urgent=rng.random() < 0.5, due_at=self.maybe(self.at()),
        )  # fmt: skip

    def in_the_hub(self) -> Iterator[Synced]:
        """Yield a referral with a decision, an offer and who comes."""
        rng, offer = self.rng, self.new_id()
        yield Referral(
            id=self.referral, scope_id=self.id, reference=new_reference("R"),
            kind=rng.choice(list(ReferralKind)), status=self.status("referral"),
        )  # fmt: skip
        yield PathwayDecision(
            **self.own(), referral_id=self.referral, pathway="P1", rationale="Home first",
            decided_by="Sam Sample", decided_role="Case manager", decided_at=self.at(),
        )  # fmt: skip
        self.referral = self.new_id()
        yield Offer(
            id=offer, scope_id=offer, status=self.status("offer"), reference=new_reference("O"),
            age_band="80-84", agency_org_id=self.org, sent_by_org_id=self.org, needs={},
            respond_by=self.at(),
        )  # fmt: skip
        yield OfferLink(
            **self.own(), offer_id=offer, referral_id=self.referral, agency_org_id=self.org
        )
        yield ArrivalCard(
            **self.own(), offer_id=offer, block_id=self.new_id(), kind="main",
            agency_org_id=self.org, first_name="Grace", role="Live-in worker",
            status=self.status("placement_block"), expected_at=self.maybe(self.at()),
            on_call_phone=self.maybe("01632 960001"), starts_at=self.at(), ends_at=self.now,
        )  # fmt: skip

    def at_home(self) -> Iterator[Synced]:
        """Yield a departure, what was seen of it, and a visit."""
        rng, ends = self.rng, [each.value for each in PlacementEnd]
        kinds = ("worker_arrived", "arrived_home", "welfare_check", "placement_ended")
        yield Departure(
            **self.own(), status=self.status("departure"), planned_at=self.at(),
            left_at=self.maybe(self.at()), arrived_home_at=self.maybe(self.at()),
            latest_arrival_at=self.maybe(self.at()), ended_at=self.maybe(self.at()),
            clock_effect=self.maybe(rng.choice(list(ClockEffect))),
        )  # fmt: skip
        kind = rng.choices(kinds, (3, 3, 3, 1))[0]
        yield Event(
            **self.own(), kind=kind, source="agency", at=self.at(), recorded_at=self.now,
            recorded_by="Al Example", detail=self.maybe({"reason": rng.choice(ends)}),
        )  # fmt: skip
        yield Visit(
            **self.own(), status=self.status("visit"), purpose=rng.choice(list(VisitPurpose)),
            place=rng.choice(list(VisitPlace)), starts_at=self.at(), ends_at=self.now,
            provisional=False, outcome=self.maybe(rng.choice(list(VisitOutcome))),
            started_at=self.maybe(self.at()),
        )  # fmt: skip

    def new_id(self) -> str:
        """Return an id later than the one before: the order of the rows is no matter of luck."""
        return new_id(self.now + timedelta(milliseconds=next(_LATER)))

    def own(self) -> dict[str, str]:
        """Return the identity of one more row of the case."""
        return {"id": self.new_id(), "scope_id": self.id}

    def status(self, record: str) -> str:
        """Return any state of a record."""
        return str(self.rng.choice(MACHINES[record].states))

    def at(self) -> datetime:
        """Return a time within four days, on either side."""
        return self.now + timedelta(minutes=self.rng.randint(-5_760, 2_880))

    def maybe(self, value: Any) -> Any:
        """Return the value, or None half of the times."""
        return value if self.rng.random() < 0.5 else None

    def seldom(self, value: Any) -> Any:
        """Return None nine times of ten."""
        return value if self.rng.random() < 0.1 else None
