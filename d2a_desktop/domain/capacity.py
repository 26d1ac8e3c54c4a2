"""Guaranteed capacity: contracts, slots and ISO weeks, and what a week came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from d2a_desktop.core.clock import london_day
from d2a_desktop.core.errors import UsageError
from d2a_desktop.domain.codes import Labelled, OrgKind
from d2a_desktop.domain.machine import Machine, Move, moves

_AGENCY = frozenset({OrgKind.AGENCY})
_HUB = frozenset({OrgKind.COMMUNITY, OrgKind.COUNCIL})
_HOSPITAL = frozenset({OrgKind.HOSPITAL})
_FOR_AGENCY = frozenset({OrgKind.COMMUNITY, OrgKind.HOSPITAL})


class SlotStatus(Labelled):
    """The stored states of one guaranteed start."""

    OPEN = "open", "Open"
    HELD = "held", "Held"
    OFFERED = "offered", "Offered"
    ACCEPTED = "accepted", "Accepted"
    STARTED = "started", "Started"
    LOST = "lost", "Lost"
    WITHDRAWN = "withdrawn", "Withdrawn by the agency"


_S = SlotStatus
_UNUSED = (_S.OPEN, _S.HELD, _S.OFFERED)

SLOT_MACHINE = Machine(
    name="slot",
    states=tuple(_S),
    initial=_S.OPEN,
    final=frozenset({_S.STARTED, _S.LOST, _S.WITHDRAWN}),
    moves=(
        Move(_S.OPEN, _S.HELD, _HUB, ("held_until",), hub_role=_HOSPITAL),
        *moves((_S.OPEN, _S.HELD), _S.OFFERED, _HUB, hub_role=_HOSPITAL, cascade=True),
        # An acceptance names a slot that need not have been held for it.
        *moves(_UNUSED, _S.ACCEPTED, _AGENCY, on_behalf=_FOR_AGENCY, cascade=True),
        *moves((_S.HELD, _S.OFFERED), _S.OPEN, _HUB, hub_role=_HOSPITAL, cascade=True),
        # Handed back or withdrawn before the start: the start can be offered again.
        Move(_S.ACCEPTED, _S.OPEN, _AGENCY, on_behalf=_FOR_AGENCY, cascade=True),
        Move(_S.ACCEPTED, _S.STARTED, _AGENCY, on_behalf=_FOR_AGENCY, cascade=True),
        *moves(
            (*_UNUSED, _S.ACCEPTED),
            _S.LOST,
            _AGENCY | _HUB,
            ("lost_reason",),
            hub_role=_HOSPITAL,
            cascade=True,
        ),
        *moves((*_UNUSED, _S.ACCEPTED), _S.WITHDRAWN, _AGENCY, on_behalf=_FOR_AGENCY),
    ),
)


@dataclass(frozen=True, order=True)
class IsoWeek:
    """An ISO week, Monday to Sunday, across month and year ends (DECISIONS)."""

    year: int
    week: int

    def __post_init__(self) -> None:
        try:
            date.fromisocalendar(self.year, self.week, 1)
        except ValueError:
            raise UsageError(
                "There is no such week.", what_to_do="Write it as 2026-W48.", code="week"
            ) from None

    @classmethod
    def of(cls, day: date) -> IsoWeek:
        """Return the week a day is in; 28-Dec-2026 is in 2026-W53."""
        year, week, _ = day.isocalendar()
        return cls(year, week)

    @classmethod
    def parse(cls, text: str) -> IsoWeek:
        """Return the week written `2026-W48`.

        Raises:
            UsageError: it is not a week.
        """
        year, _, week = text.strip().upper().partition("-W")
        if not (len(year) == 4 and year.isdecimal() and week.isdecimal() and len(week) == 2):
            raise UsageError(
                "There is no such week.", what_to_do="Write it as 2026-W48.", code="week"
            )
        return cls(int(year), int(week))

    @property
    def monday(self) -> date:
        """The first day."""
        return date.fromisocalendar(self.year, self.week, 1)

    @property
    def sunday(self) -> date:
        """The last day."""
        return self.monday + timedelta(days=6)

    def shifted(self, weeks: int) -> IsoWeek:
        """Return the week so many weeks later (negative: earlier)."""
        return IsoWeek.of(self.monday + timedelta(weeks=weeks))

    def __contains__(self, day: date) -> bool:
        return self.monday <= day <= self.sunday

    def __str__(self) -> str:
        return f"{self.year:04d}-W{self.week:02d}"


class UnusedRule(Labelled):
    """What becomes of a guaranteed start that nobody used."""

    LOST = "lost", "Lost"
    ROLL_OVER = "roll_over", "Rolls over to the next week"


@dataclass(frozen=True)
class CapacityContract:
    """What an agency has guaranteed a commissioner.

    Raises:
        UsageError: numbers or days that cannot be.
    """

    min_starts: int
    max_starts: int
    valid_from: date
    valid_to: date | None = None
    response: timedelta = timedelta(hours=2)
    unused_rule: UnusedRule = UnusedRule.LOST
    roll_over_limit: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.min_starts <= self.max_starts:
            raise UsageError(
                "The guaranteed starts must be between 0 and the most starts a week.",
                code="contract_starts",
            )
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise UsageError("A contract cannot end before it begins.", code="contract_days")
        if self.response <= timedelta():
            raise UsageError("The time to reply must be positive.", code="contract_response")

    def guaranteed_in(self, week: IsoWeek) -> int:
        """Return the starts guaranteed in a week: none before or after the contract."""
        ends_before = self.valid_to is not None and self.valid_to < week.monday
        return 0 if ends_before or week.sunday < self.valid_from else self.min_starts


@dataclass(frozen=True)
class SlotFact:
    """One start of a week as the agency made it available."""

    status: str
    held_until: datetime | None = None

    def status_at(self, now: datetime) -> str:
        """Return the state with an expired hold seen as open: expiry is derived (DECISIONS)."""
        lapsed = self.held_until is not None and self.held_until <= now
        return SlotStatus.OPEN if self.status == SlotStatus.HELD and lapsed else self.status


@dataclass(frozen=True)
class WeekSummary:
    """What a week came to; every number is a count of starts.

    Args:
        week: the ISO week.
        guaranteed: the contract's minimum.
        available: what the agency made available.
        held, offered, accepted: where those are now; accepted includes started.
        started: workers who arrived in this week, whichever week's slot they used.
        failed: failed starts of this week.
        unused: available slots that no start used.
        shortfall: guaranteed, not made available: the agency's breach, whatever the demand.
        unmet: demand beyond what was available: not a breach.
        refused: declines by reason code.
    """

    week: IsoWeek
    guaranteed: int
    available: int
    held: int
    offered: int
    accepted: int
    started: int
    failed: int
    unused: int
    shortfall: int
    unmet: int
    refused: Mapping[str, int] = field(default_factory=dict)


def summarise_week(
    week: IsoWeek,
    *,
    contract: CapacityContract,
    slots: Sequence[SlotFact],
    now: datetime,
    arrivals: Iterable[datetime] = (),
    failed: int = 0,
    demand: int = 0,
    refusals: Iterable[str] = (),
) -> WeekSummary:
    """Count a week (DOMAIN 4.5 and 11.5).

    Args:
        week: the ISO week the slots belong to.
        contract: what was guaranteed.
        slots: the week's slots, those withdrawn by the agency included.
        now: the present instant, for holds that have expired.
        arrivals: when workers arrived; a start counts once, in the week of its arrival.
        failed: starts of this week at which the person was not discharged.
        demand: starts asked for.
        refusals: reason codes of the week's declines.
    """
    counts = Counter(slot.status_at(now) for slot in slots)
    available = len(slots) - counts[SlotStatus.WITHDRAWN]
    guaranteed = contract.guaranteed_in(week)
    return WeekSummary(
        week=week,
        guaranteed=guaranteed,
        available=available,
        held=counts[SlotStatus.HELD],
        offered=counts[SlotStatus.OFFERED],
        accepted=counts[SlotStatus.ACCEPTED] + counts[SlotStatus.STARTED],
        started=sum(london_day(arrival) in week for arrival in arrivals),
        failed=failed,
        unused=available - counts[SlotStatus.STARTED],
        shortfall=max(0, guaranteed - available),
        unmet=max(0, demand - available),
        refused=dict(sorted(Counter(refusals).items())),
    )


def rolled_over(unused: int, contract: CapacityContract) -> int:
    """Return the unused starts that the contract carries into the next week."""
    if contract.unused_rule is UnusedRule.LOST:
        return 0
    return min(unused, contract.roll_over_limit)


def workers_out(starts_per_week: float, weeks_per_placement: float) -> float:
    """Return how many workers are on placement in a steady state (Little's law, DOMAIN 0.5)."""
    return starts_per_week * weeks_per_placement


def releases_by_week(planned_ends: Iterable[date]) -> dict[IsoWeek, int]:
    """Return how many workers come free in each week, in order of weeks."""
    counts = Counter(IsoWeek.of(day) for day in planned_ends)
    return dict(sorted(counts.items()))
