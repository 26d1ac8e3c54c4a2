"""What warns on a screen: which clock counts, what is at risk, what is not sure or not in order."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from d2a_desktop.domain.clocks import ClockKind, ClockState
from d2a_desktop.domain.gate import GateItem, GateState
from d2a_desktop.services.queries.rows import WardBoardRow
from d2a_desktop.ui.formats.cells import ClockCell
from d2a_desktop.ui.formats.tones import Tone
from d2a_desktop.ui.formats.words import UNCONFIRMED
from d2a_desktop.ui.item_models.clock_cells import case_clock_cell, clock_order
from d2a_desktop.ui.item_models.record_words import gate_facts
from d2a_desktop.ui.item_models.ward_board_model import at_risk, flags
from tests.ui.made_rows import NOW, made_row

HOUR = timedelta(hours=1)
CALM: WardBoardRow = made_row(WardBoardRow, 1)._replace(
    similar_name=False,
    urgent_tasks=0,
    pack_superseded=False,
    not_in_extract="",
    pending=False,
    criteria_stale=False,
    stage="nctr",
)


def state(kind: ClockKind, *, hours_left: float = 5, **more: Any) -> ClockState:
    due = NOW + hours_left * HOUR
    return ClockState(kind, due - 48 * HOUR, due, **more)


def cell(clock: ClockState) -> ClockCell:
    """Return the clock of somebody who also waited before: never that one, once they have left."""
    waited = NOW - 30 * 24 * HOUR
    return case_clock_cell(clock, now=NOW, nctr_since=waited, provisional_due=None)


@pytest.mark.parametrize(
    ("clock", "words", "tone", "alarm"),
    [
        (state(ClockKind.RUNNING, remaining=5 * HOUR), "5 h 00 m left", Tone.WARN, False),
        (state(ClockKind.LATE_RUNNING, hours_left=-2), "2 h 00 m over", Tone.BAD, True),
        (state(ClockKind.NO_RECORD, hours_left=-2, reason="No record yet, assessor's desk never"
         " seen"), "No record yet", Tone.WARN, True),
        (state(ClockKind.MET, stopped_at=NOW), "Assessed in time", Tone.GOOD, False),
        (state(ClockKind.LATE, hours_left=-3, stopped_at=NOW), "Assessed late, 3 h 00 m over",
         Tone.BAD, True),
        (state(ClockKind.EXCLUDED, stopped_at=NOW, reason="Readmitted"), "Excluded", Tone.QUIET,
         False),
        (ClockState(ClockKind.WAITING), "30 days waiting", Tone.BAD, True),
    ],
)  # fmt: skip
def test_the_one_clock_that_counts_is_the_one_shown(
    clock: ClockState, words: str, tone: Tone, alarm: bool
):
    shown = cell(clock)
    assert (shown.words, shown.tone, shown.alarm) == (words, tone, alarm)


def test_what_presses_most_is_sorted_first():
    pressing = [
        state(ClockKind.LATE_RUNNING, hours_left=-2),
        state(ClockKind.NO_RECORD, hours_left=-1),
        state(ClockKind.RUNNING, hours_left=5),
        ClockState(ClockKind.WAITING),
        state(ClockKind.MET),
    ]
    order = [clock_order(each, nctr_since=NOW) for each in pressing]
    assert order == sorted(order)
    assert len(set(order)) == len(order)


@pytest.mark.parametrize(
    ("clock", "risk"),
    [
        (state(ClockKind.RUNNING, remaining=13 * HOUR), False),
        (state(ClockKind.RUNNING, remaining=12 * HOUR), True),
        (state(ClockKind.LATE_RUNNING, hours_left=-1, over=HOUR), True),
        (state(ClockKind.NO_RECORD, hours_left=-1, over=HOUR), True),
        (state(ClockKind.LATE, hours_left=-1, over=HOUR), False),
        (state(ClockKind.EXCLUDED, hours_left=-1, over=HOUR), False),
        (ClockState(ClockKind.WAITING), False),
    ],
)
def test_who_is_late_or_soon_will_be_is_in_the_view_of_those_at_risk(clock: ClockState, risk: bool):
    assert at_risk(CALM._replace(clock=clock)) is risk


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"similar_name": True}, "similar name"),
        ({"urgent_tasks": 2}, "2 urgent tasks"),
        ({"pack_superseded": True}, "pack superseded: print anew"),
        ({"not_in_extract": "22-Nov"}, "not in extract of 22-Nov"),
        ({"pending": True}, UNCONFIRMED),
        ({"criteria_stale": True}, "criteria review due"),
    ],
)
def test_what_one_must_know_before_one_relies_on_a_row_is_said(change: Any, said: str):
    assert flags(CALM, shared=True) == ()
    assert [words for words, _ in flags(CALM._replace(**change), shared=True)] == [said]


def test_a_desk_of_its_own_has_nothing_to_confirm():
    assert flags(CALM._replace(pending=True), shared=False) == ()


def test_of_the_departure_gate_only_what_is_in_order_has_a_tick():
    items = tuple(GateItem("key", "Key", state, "Detail") for state in GateState)
    assert gate_facts(items) == (
        ("Key", "✓ Detail"),
        ("Key", "Open: Detail", Tone.BAD),
        ("Key", "Cannot confirm: Detail", Tone.WARN),
    )
