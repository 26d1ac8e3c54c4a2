"""What presses now: red tasks, offers about to lapse, clocks, papers; gone when their cause is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from d2a_desktop.domain.permissions import Caller, Role
from d2a_desktop.services.queries.alert_rows import AlertRow
from d2a_desktop.services.queries.reads import Queries
from d2a_desktop.services.queries.rows import ConflictRow
from tests.builder_ids import some_id
from tests.builders import AGENCY
from tests.integration.services.walk import HUB_CALLER, LEAVES, WARD, Walk, new_walk
from tests.roster_builders import (
    make_credential,
    make_placement,
    make_placement_block,
    make_worker,
)
from tests.ui.made_rows import made_row

OVERRIDE = {
    "reason": "Test of the clock",
    "role": "consultant",
    "by": "Dr Sample",
    "on_call": "Dr X",
}
SCHEDULER = Caller(
    login="u_cccccccccccc",
    name="Sam Scheduler",
    role=Role.AGENCY_SCHEDULER,
    org_id=AGENCY,
    org_ods="AXX01",
    org_kind="agency",
)


@pytest.fixture
def walk(tmp_path: Path) -> Iterator[Walk]:
    made = new_walk(tmp_path / "desk")
    yield made
    made.close()


def alerts(walk: Walk, caller: Caller = HUB_CALLER) -> tuple[AlertRow, ...]:
    return Queries(walk.context).alerts(caller)


def test_an_offer_presses_before_its_reply_time_and_for_a_day_after(walk: Walk):
    walk.come_in()
    walk.refer()
    walk.offer()
    offer = Queries(walk.context).offers(HUB_CALLER)[0]
    assert alerts(walk) == ()
    walk.clock.set(offer.respond_by - timedelta(minutes=30))
    (soon,) = alerts(walk)
    assert (soon.kind, soon.urgent, soon.page, soon.target) == (
        "offer",
        False,
        "offers",
        offer.offer_id,
    )
    assert soon.about == f"Offer {offer.reference}"
    walk.clock.set(offer.respond_by + timedelta(minutes=1))
    (late,) = alerts(walk)
    assert late.urgent
    assert late.words.startswith("No reply by")
    assert late.case_id == walk.case_id
    walk.clock.set(offer.respond_by + timedelta(hours=25))
    assert alerts(walk) == ()


def test_an_urgent_task_opens_its_record_and_goes_when_it_is_done(walk: Walk):
    walk.come_in()
    walk.do(WARD, "task", kind="other", title="Ring the pharmacy", urgent=True)
    (task,) = alerts(walk, WARD)
    assert (task.kind, task.urgent, task.words) == ("task", True, "Ring the pharmacy")
    assert (task.page, task.target, task.detail) == ("record", walk.case_id, "G5 12")
    assert task.about.startswith("KOWALSKA")


def test_a_change_that_was_refused_presses_and_opens_where_it_is_settled(walk: Walk):
    row = made_row(ConflictRow, 1)
    (alert,) = Queries(walk.context).alerts(HUB_CALLER, [row])
    assert (alert.kind, alert.urgent, alert.page) == ("conflict", True, "sync")
    assert (alert.target, alert.words) == (row.conflict_id, f"A change was refused: {row.record}")


def test_papers_press_an_agency_alone_and_ended_ones_most(walk: Walk):
    today = walk.clock.now().date()
    walk.arrives_from_server(
        make_worker(),
        make_credential(valid_to=today + timedelta(days=10)),
        make_credential(
            id="00000000-0000-4000-8000-00000000beef",
            code="right_to_work",
            valid_to=date(2020, 1, 1),
        ),
    )
    assert [each for each in alerts(walk, HUB_CALLER) if each.kind == "paper"] == []
    papers = [each for each in alerts(walk, SCHEDULER) if each.kind == "paper"]
    assert [each.urgent for each in papers] == [True, False, False]
    # What nobody recorded presses too, once for each worker.
    assert any(each.words == "4 papers cannot be confirmed" for each in papers)
    assert "ends soon" in papers[1].words
    assert {each.page for each in papers} == {"roster"}


def test_the_clock_after_leaving_presses_twelve_hours_before_its_end_and_when_it_is_over(
    walk: Walk,
):
    walk.ready_to_leave()
    walk.clock.set(LEAVES)
    left = walk.clock.now()
    walk.do(WARD, "depart", left_at=left.isoformat(), override=OVERRIDE)
    walk.clock.set(left + timedelta(hours=37))
    found = [each for each in alerts(walk) if each.kind == "clock"]
    assert [(each.urgent, each.target) for each in found] == [(False, walk.case_id)]
    walk.clock.set(left + timedelta(hours=49))
    found = [each for each in alerts(walk) if each.kind == "clock"]
    assert [each.urgent for each in found] == [True]


def test_a_placement_without_a_worker_presses_its_agency_and_one_that_is_covered_does_not(
    walk: Walk,
):
    start = walk.clock.now().date()
    wanted = {
        "status": "open",
        "planned_start": start,
        "planned_end": start + timedelta(days=28),
    }
    walk.arrives_from_server(
        make_worker(),
        make_placement(**wanted),
        make_placement(id=some_id("covered"), **wanted),
        make_placement_block(placement_id=some_id("covered")),
    )
    (gap,) = [each for each in alerts(walk, SCHEDULER) if each.kind == "gap"]
    assert gap.urgent
    assert gap.page == "capacity"
    assert gap.words.startswith("No worker yet from")
