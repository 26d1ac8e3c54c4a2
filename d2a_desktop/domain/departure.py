"""A person's departure from the ward: its states, its ends, the arrival that must follow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from d2a_desktop.domain.codes import ClockEffect, DepartureEnd, Labelled, OrgKind
from d2a_desktop.domain.machine import Machine, Move

_WARD = frozenset({OrgKind.HOSPITAL, OrgKind.COMMUNITY})
_WARD_AND_AGENCY = _WARD | {OrgKind.AGENCY}


class DepartureStatus(Labelled):
    """The stored states of a departure."""

    PLANNED = "planned", "Planned"
    LEFT = "left", "Left the ward"
    SETTLED = "settled", "Settled at home"
    TURNED_BACK = "turned_back", "Turned back"
    RETURNED = "returned", "Returned"
    REOPENED = "reopened", "Stay reopened"


_S = DepartureStatus

DEPARTURE_MACHINE = Machine(
    name="departure",
    states=tuple(_S),
    initial=_S.PLANNED,
    # A new departure is planned afterwards, so that each keeps its own times and its own clock.
    final=frozenset({_S.SETTLED, _S.TURNED_BACK, _S.RETURNED, _S.REOPENED}),
    moves=(
        Move(_S.PLANNED, _S.LEFT, _WARD, ("left_at", "gate")),
        Move(_S.PLANNED, _S.TURNED_BACK, _WARD, ("end_reason",), cascade=True),
        Move(_S.LEFT, _S.TURNED_BACK, _WARD_AND_AGENCY, ("end_reason",), cascade=True),
        Move(_S.LEFT, _S.SETTLED, _WARD_AND_AGENCY, ("arrived_home_at",)),
        Move(_S.LEFT, _S.RETURNED, _WARD_AND_AGENCY, ("end_reason",), cascade=True),
        Move(_S.LEFT, _S.REOPENED, _WARD, ("end_reason",), cascade=True),
    ),
)


@dataclass(frozen=True)
class EndRule:
    """What one end of a departure means.

    Args:
        status: the state the departure takes.
        clock: what the assess-at-home clock does.
        stay_open: whether the person is an inpatient again.
        block_fails: whether the worker's block is a failed start, and the worker released.
        words: the cascade in words, for the preview.
    """

    status: DepartureStatus
    clock: ClockEffect
    stay_open: bool
    block_fails: bool
    words: str


# PRODUCT section 2, step 9; DOMAIN 1.6 rules (c) and (f).
DEPARTURE_ENDS: dict[DepartureEnd, EndRule] = {
    DepartureEnd.SETTLED: EndRule(
        _S.SETTLED, ClockEffect.RUNS, stay_open=False, block_fails=False, words="The clock runs on."
    ),
    DepartureEnd.TURNED_BACK_BEFORE_LEAVING: EndRule(
        _S.TURNED_BACK,
        ClockEffect.VOID,
        stay_open=True,
        block_fails=True,
        words="The stay goes on, no clock starts, the worker is released, visits are void.",
    ),
    DepartureEnd.TURNED_BACK_AT_DOOR: EndRule(
        _S.TURNED_BACK,
        ClockEffect.VOID,
        stay_open=True,
        block_fails=True,
        words="The stay goes on, the clock is void, the worker is released, visits are void.",
    ),
    DepartureEnd.RETURNED_SAME_DAY: EndRule(
        _S.RETURNED,
        ClockEffect.EXCLUDED,
        stay_open=True,
        block_fails=False,
        words="The clock is excluded, the placement ends as readmitted, visits are excluded.",
    ),
    DepartureEnd.REOPENED: EndRule(
        _S.REOPENED,
        ClockEffect.VOID,
        stay_open=True,
        block_fails=True,
        words="The stay is reopened, the clock is void, hub and agency are told.",
    ),
}

ARRIVAL_GRACE = timedelta(minutes=30)


def arrival_unconfirmed(
    *,
    expected_at: datetime | None,
    arrived_at: datetime | None,
    now: datetime,
    grace: timedelta = ARRIVAL_GRACE,
) -> bool:
    """Return whether an arrival should have been confirmed by now and was not.

    30 minutes (a setting) after the expected time: a red task (PRODUCT section 2, step 9).
    Nothing expected is nothing to miss.
    """
    return expected_at is not None and arrived_at is None and now > expected_at + grace
