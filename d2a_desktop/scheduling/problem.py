"""The scheduling problem: frozen values, and their parser from the neutral JSON (FORMAT.md).

All instants are whole UTC minutes since 1970, so that 48 hours are elapsed hours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

from d2a_desktop.engines.neutral_json import Node, header, minutes_of, unique_ids
from d2a_desktop.scheduling.shifts import (
    WEEKDAYS,
    Horizon,
    Span,
    holds,
    pattern_shifts,
    working_pieces,
)

_LONGEST_HORIZON_DAYS = 366
_LONGEST_VISIT_MINUTES = 24 * 60
TIME_CHANGED_MINUTES = 30


@dataclass(frozen=True, slots=True)
class Appointment:
    """A fixed stop in an assessor's diary."""

    id: str
    start: int
    end: int
    node: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of an assessor's working time: from base to base, appointments inside it."""

    assessor: str
    base: str
    start: int
    end: int
    appointments: tuple[Appointment, ...]


@dataclass(frozen=True, slots=True)
class Assessor:
    """Who visits, with the pieces of time left from `now` to the end of the horizon."""

    id: str
    gender: str
    languages: frozenset[str]
    skills: frozenset[str]
    base: str
    absences: tuple[Span, ...]
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Slot:
    """An assessor and a start."""

    assessor: str
    start: int


@dataclass(frozen=True, slots=True)
class Visit:
    """A home assessment that is due; `earliest` is the clock's start or the expected arrival."""

    id: str
    node: str
    earliest: int
    deadline: int
    duration: int
    required_skills: frozenset[str]
    gender_required: str | None
    gender_preferred: str | None
    languages_preferred: frozenset[str]
    previous_assessor: str | None
    windows: tuple[Span, ...] | None
    priority_weight: int
    confirmed: Slot | None


@dataclass(frozen=True, slots=True)
class Weights:
    """Points of the fourth level."""

    gender_preference: int
    language_preference: int
    continuity: int
    assessor_changed: int
    time_changed: int
    confirmed_moved: int


@dataclass(frozen=True, slots=True)
class Problem:
    """A whole scheduling problem; every list is sorted by id, so input order changes nothing."""

    id: str
    zone: ZoneInfo
    now: int
    horizon: Span
    weights: Weights
    assessors: Mapping[str, Assessor]
    visits: Mapping[str, Visit]
    previous_plan: Mapping[str, Slot]
    travel: Mapping[str, Mapping[str, int]]

    def is_void(self, visit: Visit) -> bool:
        """Tell whether an absence of its assessor voids a confirmed visit."""
        if visit.confirmed is None:
            return False
        start, away = visit.confirmed.start, self.assessors[visit.confirmed.assessor].absences
        return any(a < start + visit.duration and start < b for a, b in away)


def parse(document: Any) -> Problem:
    """Read a neutral scheduling document, version 1.

    Raises:
        NeutralFormatError: (a UsageError) names the JSON path that is wrong.
    """
    root = Node(document)
    name = header(root, "scheduling")
    horizon = _horizon(root.field("calendar"))
    zone = horizon.zone
    now = _minute(root.field("now"), zone)
    assessor_rows = unique_ids(root.field("assessors"))
    visit_rows = unique_ids(root.field("visits"))
    hours = root.field("rules").field("deadline_hours").number()
    read = _Reader(horizon, now, round(hours * 60), frozenset(assessor_rows))
    assessors = {i: read.assessor(assessor_rows[i]) for i in sorted(assessor_rows)}
    visits = {i: read.visit(visit_rows[i]) for i in sorted(visit_rows)}
    nodes = {
        base: f"$.assessors: base of {a.id!r}" for a in assessors.values() for base in [a.base]
    }
    nodes |= {v.node: f"$.visits: node of {v.id!r}" for v in visits.values()}
    nodes |= {p.node: f"appointment {p.id!r}" for a in assessors.values() for p in _stops(a)}
    return Problem(
        id=name,
        zone=zone,
        now=now,
        horizon=horizon.span(),
        weights=_weights(root.field("weights")),
        assessors=assessors,
        visits=visits,
        previous_plan=_previous(root.optional("previous_plan"), visits, assessors, zone),
        travel=_travel(root.field("travel_minutes"), sorted(nodes)),
    )


def _stops(assessor: Assessor) -> list[Appointment]:
    return [stop for piece in assessor.pieces for stop in piece.appointments]


def _minute(row: Node, zone: ZoneInfo) -> int:
    return minutes_of(row.instant(zone))


def _span(row: Node, zone: ZoneInfo) -> Span:
    start, end = row.span(zone)
    return minutes_of(start), minutes_of(end)


def _horizon(row: Node) -> Horizon:
    first, last = row.field("horizon_start").near_day(), row.field("horizon_end").near_day()
    if last < first:
        row.field("horizon_end").fail("must not be before horizon_start")
    if (last - first).days > _LONGEST_HORIZON_DAYS:
        row.field("horizon_end").fail(f"must be within {_LONGEST_HORIZON_DAYS} days of the start")
    holidays = frozenset(row.several("bank_holidays", Node.day))
    return Horizon(first, last, holidays, row.field("timezone").zone())


@dataclass(frozen=True, slots=True)
class _Reader:
    horizon: Horizon
    now: int
    deadline_minutes: int
    assessor_ids: frozenset[str]

    def assessor(self, row: Node) -> Assessor:
        name, base, zone = row.field("id").text(), row.field("base").text(), self.horizon.zone
        shifts = pattern_shifts(
            _pattern(row.field("pattern")),
            self.horizon,
            works_bank_holidays=row.field("works_bank_holidays").flag(),
        )
        shifts += row.several("extra_shifts", lambda n: _span(n, zone))
        absences = row.several("absences", lambda n: _span(n, zone))
        rows = unique_ids(row.field("appointments")).values()
        booked = [_appointment(n, zone) for n in rows]
        fixed = [(b.start, b.end) for b in booked]
        first, last = self.horizon.span()
        limit = (max(first, self.now), last)
        spans = working_pieces(shifts, absences=absences, fixed=fixed, limit=limit)
        return Assessor(
            id=name,
            gender=row.field("gender").text(),
            languages=_texts(row, "languages"),
            skills=_texts(row, "skills"),
            base=base,
            absences=absences,
            pieces=tuple(
                Piece(name, base, *span, tuple(b for b in booked if holds(span, (b.start, b.end))))
                for span in spans
            ),
        )

    def visit(self, row: Node) -> Visit:
        zone = self.horizon.zone
        clock = _minute(row.field("arrived_home"), zone)
        expected = row.optional("not_before")
        windows, confirmed = row.nullable("windows"), row.nullable("confirmed")
        before = row.nullable("previous_assessor")
        duration = row.field("duration_minutes").whole(least=1)
        if duration > _LONGEST_VISIT_MINUTES:
            row.field("duration_minutes").fail(f"must be at most {_LONGEST_VISIT_MINUTES}")
        return Visit(
            id=row.field("id").text(),
            node=row.field("node").text(),
            earliest=clock if expected is None else max(clock, _minute(expected, zone)),
            deadline=clock + self.deadline_minutes,
            duration=duration,
            required_skills=_texts(row, "required_skills"),
            gender_required=_text(row.nullable("gender_required")),
            gender_preferred=_text(row.nullable("gender_preferred")),
            languages_preferred=_texts(row, "languages_preferred"),
            # Who came before may have left: an unknown id is history, not an error.
            previous_assessor=_text(before),
            windows=None if windows is None else tuple(_span(n, zone) for n in windows.items()),
            priority_weight=row.field("priority_weight").whole(),
            confirmed=None if confirmed is None else self.slot(confirmed),
        )

    def slot(self, row: Node) -> Slot:
        who = row.field("assessor").known(self.assessor_ids, "assessor")
        return Slot(who, _minute(row.field("start"), self.horizon.zone))


def _texts(row: Node, name: str) -> frozenset[str]:
    return frozenset(row.several(name, Node.text))


def _text(row: Node | None) -> str | None:
    return None if row is None else row.text()


def _pattern(row: Node) -> dict[str, tuple[time, time]]:
    found = {}
    for day, hours in row.entries():
        if day not in WEEKDAYS:
            hours.fail(f"must be one of {', '.join(WEEKDAYS)}")
        if hours.value is None:
            continue
        pair = hours.items()
        if len(pair) != 2:
            hours.fail("must be [from, to]")
        start, end = pair[0].wall_time(), pair[1].wall_time()
        if end <= start:
            pair[1].fail("must be after the start of the shift")
        found[day] = (start, end)
    return found


def _appointment(row: Node, zone: ZoneInfo) -> Appointment:
    start, end = _span(row, zone)
    return Appointment(row.field("id").text(), start, end, row.field("node").text())


def _weights(row: Node) -> Weights:
    return Weights(
        gender_preference=row.field("gender_preference").whole(),
        language_preference=row.field("language_preference").whole(),
        continuity=row.field("continuity").whole(),
        assessor_changed=row.field("assessor_changed").whole(),
        time_changed=row.field("time_changed").whole(),
        confirmed_moved=row.field("confirmed_moved").whole(),
    )


def _previous(
    rows: Node | None, visits: Mapping[str, Visit], assessors: Mapping[str, object], zone: ZoneInfo
) -> dict[str, Slot]:
    found: dict[str, Slot] = {}
    for row in rows.items() if rows else []:
        visit = row.field("visit").known(frozenset(visits), "visit")
        if visit in found:
            row.field("visit").fail(f"{visit!r} is in the previous plan twice")
        who = row.field("assessor").known(frozenset(assessors), "assessor")
        found[visit] = Slot(who, _minute(row.field("start"), zone))
    return found


def _travel(row: Node, nodes: list[str]) -> dict[str, dict[str, int]]:
    """Read the minutes between every two places that the plan may join."""
    found: dict[str, dict[str, int]] = {}
    for start in nodes:
        to = row.field(start)
        found[start] = {end: to.field(end).whole() for end in nodes if end != start}
        same = to.optional(start)
        found[start][start] = 0 if same is None else same.whole()
    return found
