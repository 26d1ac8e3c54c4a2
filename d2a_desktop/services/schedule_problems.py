"""The assessors' diaries and the visits due as a problem of the scheduling engine (FORMAT.md)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from d2a_desktop.core.clock import LONDON, london_day
from d2a_desktop.domain.person import Postcode
from d2a_desktop.models.assessor import Assessor
from d2a_desktop.models.assessor_time import AssessorTime
from d2a_desktop.models.patient import Patient
from d2a_desktop.models.visit import Visit
from d2a_desktop.scheduling.travel import Place, TravelTimes
from d2a_desktop.services.bank_holidays import bank_holidays
from d2a_desktop.services.places import Known, Places
from d2a_desktop.services.working_hours import WEEKDAYS, hours_on

OPEN_VISITS = ("planned", "confirmed")
_POSTCODES = select(Patient.scope_id, Patient.postcode)
_EXTRA = frozenset({"extra_shift", "working"})
_APPOINTMENT = "appointment"
# Nobody is asked to open the door earlier or later than this; shifts bound it further.
_DOORS_OPEN, _DOORS_CLOSE = time(7), time(21)
_RASTER = timedelta(minutes=15)
# FORMAT: a start moved by more than this counts as another time.
_A_LITTLE = timedelta(minutes=30)

WEIGHTS = {
    "gender_preference": 6,
    "language_preference": 6,
    "continuity": 10,
    "assessor_changed": 8,
    "time_changed": 4,
    "confirmed_moved": 20,
}
"""Points of the fourth level: what a person was told weighs most."""


@dataclass(frozen=True)
class VisitWanted:
    """A visit to be placed: the clock starts at `clock_from`, not before `not_before` (UTC).

    `planned_at` is when the person was told that somebody comes, if so.
    """

    key: str
    postcode: str | None
    clock_from: datetime
    not_before: datetime
    minutes: int
    language: str | None = None
    gender_preferred: str | None = None
    previous_assessor: str | None = None
    planned_at: datetime | None = None


@dataclass(frozen=True)
class _Stop:
    """Something that stands in an assessor's diary already."""

    key: str
    node: str
    starts_at: datetime
    ends_at: datetime
    postcode: str | None


@dataclass
class Diaries:
    """The assessors of a desk with what stands in their diaries."""

    assessors: Sequence[Assessor]
    times: Mapping[str, Sequence[AssessorTime]]
    stops: Mapping[str, list[_Stop]] = field(default_factory=dict)
    places: Places | None = None

    def names(self) -> dict[str, str]:
        """Return the assessors' names by id."""
        return {assessor.id: assessor.name for assessor in self.assessors}

    def travel_is_measured(self, assessor_id: str, postcode: str | None) -> bool:
        """Tell whether every way of an assessor to this postcode was measured by somebody.

        Anything else must be shown as an estimate.
        """
        own = [a.base_postcode for a in self.assessors if a.id == assessor_id]
        own += [stop.postcode for stop in self.stops.get(assessor_id, ())]
        there = _place("there", postcode, Known())
        ways = travel_times(self.known([*own, postcode]))
        return all(not ways.between(_place("here", each, Known()), there).estimated for each in own)

    def known(self, postcodes: Iterable[str | None]) -> Known:
        """Return what this desk knows of the places of these postcodes."""
        if self.places is None:
            return Known()
        parsed = [Postcode.parse(each) for each in postcodes if each]
        return self.places.known((each.value for each in parsed), (each.outward for each in parsed))

    def is_away(self, assessor_id: str, starts_at: datetime, ends_at: datetime) -> bool:
        """Return whether an absence of the assessor overlaps this time."""
        return any(
            row.starts_at < ends_at and starts_at < row.ends_at
            for row in self.times.get(assessor_id, ())
            if _is_absence(row)
        )


def load_diaries(
    session: Session, *, without: Iterable[str] = (), places: Places | None = None
) -> Diaries:
    """Load the active assessors and what is booked; `without` are visits to be placed anew."""
    assessors = list(session.scalars(select(Assessor).where(Assessor.active).order_by(Assessor.id)))
    times: dict[str, list[AssessorTime]] = {}
    stops: dict[str, list[_Stop]] = {assessor.id: [] for assessor in assessors}
    for row in session.scalars(select(AssessorTime).where(AssessorTime.voided_at.is_(None))):
        times.setdefault(row.assessor_id, []).append(row)
        if row.kind == _APPOINTMENT and row.assessor_id in stops:
            node = f"appointment:{row.id}"
            stop = _Stop(row.id, node, row.starts_at, row.ends_at, None)
            stops[row.assessor_id].append(stop)
    postcodes = {row[0]: row[1] for row in session.execute(_POSTCODES)}
    left_out = frozenset(without)
    for visit in session.scalars(select(Visit).where(Visit.status.in_(OPEN_VISITS))):
        if visit.id in left_out:
            continue
        for who in (visit.assessor_id, visit.second_assessor_id):
            if who in stops:
                stops[who].append(_booked(visit, postcodes.get(visit.scope_id)))
    return Diaries(assessors, times, stops, places)


def _booked(visit: Visit, postcode: str | None) -> _Stop:
    return _Stop(visit.id, f"visit:{visit.id}", visit.starts_at, visit.ends_at, postcode)


def travel_times(known: Known) -> TravelTimes:
    """Return how long ways take by what this desk knows."""
    return TravelTimes(districts=known.districts, measured_districts=known.minutes)


def _place(node: str, postcode: str | None, known: Known) -> Place:
    """Return a node with the best that is known of where it is."""
    if not postcode:
        return Place(node)
    parsed = Postcode.parse(postcode)
    at = known.postcodes.get(parsed.value)
    outward = None if parsed.is_pseudo else parsed.outward
    return Place(node, outward=outward) if at is None else Place(node, *at, outward)


def scheduling_document(
    name: str,
    diaries: Diaries,
    wanted: Sequence[VisitWanted],
    *,
    now: datetime,
    last: date,
    deadline_hours: int,
    nation: str,
    previous: Mapping[str, tuple[str, datetime]] | None = None,
) -> dict[str, Any]:
    """Return the neutral document for these visits, from today (London) to the day `last`.

    What stands in a diary is a fixed stop; `nation` says whose bank holidays count.
    """
    stops = {
        a.id: [
            s for s in diaries.stops[a.id] if s.ends_at > now and london_day(s.starts_at) <= last
        ]
        for a in diaries.assessors
    }
    return {
        "kind": "scheduling",
        "format": 1,
        "id": name,
        "now": _wall(now),
        "calendar": {
            "timezone": "Europe/London",
            "horizon_start": london_day(now).isoformat(),
            "horizon_end": last.isoformat(),
            "bank_holidays": [
                day.isoformat() for day in bank_holidays(nation, london_day(now), last)
            ],
        },
        "rules": {"deadline_hours": deadline_hours},
        "weights": WEIGHTS,
        "assessors": [_assessor(a, diaries, stops[a.id]) for a in diaries.assessors],
        "visits": [_visit(visit, now=now, last=last) for visit in wanted],
        "previous_plan": [
            {"visit": visit, "assessor": who, "start": _wall(start)}
            for visit, (who, start) in (previous or {}).items()
        ],
        "travel_minutes": _travel(diaries, stops, wanted, now=now),
    }


def _wall(instant: datetime) -> str:
    return instant.astimezone(LONDON).isoformat(timespec="minutes")


def _span(starts_at: datetime, ends_at: datetime) -> dict[str, str]:
    return {"start": _wall(starts_at), "end": _wall(ends_at)}


def _assessor(assessor: Assessor, diaries: Diaries, stops: Sequence[_Stop]) -> dict[str, Any]:
    times = diaries.times.get(assessor.id, ())
    return {
        "id": assessor.id,
        "base": f"base:{assessor.id}",
        "gender": assessor.gender or "not_known",
        "languages": list(assessor.languages or ["English"]),
        "skills": list(assessor.skills or []),
        "pattern": _pattern(assessor.pattern),
        "works_bank_holidays": assessor.works_bank_holidays,
        "extra_shifts": [_span(t.starts_at, t.ends_at) for t in times if t.kind in _EXTRA],
        "absences": [_span(t.starts_at, t.ends_at) for t in times if _is_absence(t)],
        "appointments": [
            {"id": s.key, "node": s.node, **_span(s.starts_at, s.ends_at)} for s in stops
        ],
    }


def _is_absence(row: AssessorTime) -> bool:
    # Any kind of time that is not known as working time is time away.
    return row.kind not in _EXTRA and row.kind != _APPOINTMENT


def _pattern(document: Any) -> dict[str, list[str]]:
    """Return the weekly hours as the format writes them."""
    found = {day: hours_on(document, day) for day in WEEKDAYS}
    return {
        day: [each.strftime("%H:%M") for each in hours] for day, hours in found.items() if hours
    }


def _visit(wanted: VisitWanted, *, now: datetime, last: date) -> dict[str, Any]:
    return {
        "id": wanted.key,
        "node": f"home:{wanted.key}",
        "arrived_home": _wall(wanted.clock_from),
        "not_before": _wall(wanted.not_before),
        "duration_minutes": wanted.minutes,
        "required_skills": [],
        "gender_required": None,
        "gender_preferred": wanted.gender_preferred,
        "languages_preferred": [wanted.language] if wanted.language else [],
        "previous_assessor": wanted.previous_assessor,
        "windows": _windows(wanted, now=now, last=last),
        "priority_weight": 1,
        "confirmed": None,
    }


def _windows(wanted: VisitWanted, *, now: datetime, last: date) -> list[dict[str, str]]:
    """Return one window for each quarter of an hour: people are told round times.

    A start a little off the planned one is left out: it would gain nothing, and somebody would
    have to ring.
    """
    length = timedelta(minutes=wanted.minutes)
    first, told = max(wanted.not_before, now), wanted.planned_at
    starts = [told] if told is not None and told >= first else []
    day = london_day(first)
    while day <= last:
        start, end = (_local(day, at) for at in (_DOORS_OPEN, _DOORS_CLOSE))
        while start + length <= end:
            if start >= first and (told is None or abs(start - told) > _A_LITTLE):
                starts.append(start)
            start += _RASTER
        day += timedelta(days=1)
    return [_span(start, start + length) for start in starts]


def _local(day: date, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=LONDON).astimezone(UTC)


def _travel(
    diaries: Diaries,
    stops: Mapping[str, Sequence[_Stop]],
    wanted: Sequence[VisitWanted],
    *,
    now: datetime,
) -> dict[str, dict[str, int]]:
    postcodes: dict[str, str | None] = {}
    for assessor in diaries.assessors:
        postcodes[f"base:{assessor.id}"] = assessor.base_postcode
        postcodes |= {stop.node: stop.postcode for stop in stops[assessor.id]}
    postcodes |= {f"home:{visit.key}": visit.postcode for visit in wanted}
    known = diaries.known(postcodes.values())
    places = {node: _place(node, postcode, known) for node, postcode in postcodes.items()}
    ways = travel_times(known)
    minutes = ways.matrix(places)
    for assessor in diaries.assessors:
        _believe_the_diary(assessor, diaries, stops[assessor.id], minutes, now=now)
    return minutes


def _believe_the_diary(
    assessor: Assessor,
    diaries: Diaries,
    stops: Sequence[_Stop],
    minutes: dict[str, dict[str, int]],
    *,
    now: datetime,
) -> None:
    """Shorten estimated ways that the diary shows to be shorter.

    Who booked 09:00 at the start of a shift, or two visits ten minutes apart, knows the way; an
    estimate must not close the assessor's day over it.
    """
    base = f"base:{assessor.id}"
    ordered = sorted(stops, key=lambda s: s.starts_at)
    for one, other in pairwise(ordered):
        _shorten(minutes, one.node, other.node, other.starts_at - one.ends_at)
    for starts_at, ends_at in _shifts(assessor, diaries, ordered):
        inside = [s for s in ordered if starts_at <= s.starts_at and s.ends_at <= ends_at]
        if inside:
            _shorten(minutes, base, inside[0].node, inside[0].starts_at - max(starts_at, now))
            _shorten(minutes, inside[-1].node, base, ends_at - inside[-1].ends_at)


def _shorten(minutes: dict[str, dict[str, int]], start: str, end: str, gap: timedelta) -> None:
    whole = max(0, int(gap.total_seconds() // 60))
    minutes[start][end] = min(minutes[start][end], whole)


def _shifts(
    assessor: Assessor, diaries: Diaries, stops: Sequence[_Stop]
) -> Iterable[tuple[datetime, datetime]]:
    for day in {london_day(stop.starts_at) for stop in stops}:
        hours = hours_on(assessor.pattern, WEEKDAYS[day.weekday()])
        if hours is not None:
            yield _local(day, hours[0]), _local(day, hours[1])
    for row in diaries.times.get(assessor.id, ()):
        if row.kind in _EXTRA:
            yield row.starts_at, row.ends_at
