"""The matching problem: frozen values, and their parser from the neutral JSON (FORMAT.md)."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from d2a_desktop.engines.neutral_json import (
    LARGEST,
    Node,
    days_between,
    header,
    minute_of_wall_clock,
    unique_ids,
)
from d2a_desktop.matching.circumstances import (
    OPTIONAL_WEIGHTS,
    Facts,
    agency_facts,
    day_span,
    referral_facts,
    worker_facts,
)
from d2a_desktop.matching.rule_book import Override, Pin, read_override

# Longer searches for a start, or longer stints, are typing errors.
_LONGEST_WINDOW_DAYS = 732
_LONGEST_STINT_DAYS = 3660


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency with its cap on starts in any 7 consecutive days (None: no cap)."""

    id: str
    max_starts_per_7_days: int | None
    recent_starts: tuple[date, ...]
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Booking:
    """What a worker is already bound to: two instants (UTC), and the days it takes."""

    start: datetime
    end: datetime
    days: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Worker:
    """A live-in worker; distances in whole metres are kept by the problem."""

    id: str
    agency: str
    gender: str
    languages: frozenset[str]
    skills: frozenset[str]
    driver: bool
    smoker: bool
    accepts_pets: frozenset[str]
    accepts_smoking_home: bool
    max_distance_metres: int
    min_rest_minutes: int
    max_consecutive_days: int
    max_days_in_28: int | None
    certificates: Mapping[str, date]
    available: tuple[tuple[date, date], ...]
    bookings: tuple[Booking, ...]
    refused: frozenset[str]
    # "skill:peg", "certificate:DBS", "language:pl", "pets:dog", "gender", "driver", "smoking":
    # facts nobody has confirmed. The engine does not place on them and says so apart.
    cannot_confirm: frozenset[str]
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """One worker's stint of a referral."""

    offset_days: int
    days: int
    start_time: time
    end_time: time
    required_skills: frozenset[str]
    required_certificates: frozenset[str]
    gender_required: str | None


@dataclass(frozen=True, slots=True)
class Referral:
    """A person to be placed: all parts or none, from one common start date."""

    id: str
    fit_date: date
    earliest_start: date
    latest_start: date
    no_start_dates: frozenset[date]
    priority_weight: int
    gender_required: str | None
    gender_preferred: str | None
    languages_required: frozenset[str]
    languages_preferred: frozenset[str]
    pets: frozenset[str]
    smoking_home: bool
    non_smoker_required: bool
    needs_driver: bool
    excluded_workers: frozenset[str]
    previous_workers: frozenset[str]
    parts: tuple[Part, ...]
    facts: Facts = field(default_factory=dict)

    def start_dates(self) -> list[date]:
        """Return the days on which the referral may start, earliest first."""
        window = days_between(self.earliest_start, self.latest_start)
        return [day for day in window if day not in self.no_start_dates]


@dataclass(frozen=True, slots=True)
class Entry:
    """An offer or a plan entry; `start` is the start date of the referral."""

    referral: str
    part: int
    worker: str
    start: date


@dataclass(frozen=True, slots=True)
class ExtraPoints:
    """Points the product adds for a pair (part None: every part), with its own sentence."""

    referral: str
    part: int | None
    worker: str
    points: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Weights:
    """Points of the third level."""

    gender_preference: int
    language_preference: int
    continuity: int
    offer_withdrawn: int
    plan_change: int
    # Of the soft rules beyond FORMAT.md, by their key; absent counts nothing.
    more: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Problem:
    """A whole matching problem; every list is sorted by id, so that input order changes nothing."""

    id: str
    zone: ZoneInfo
    agencies: Mapping[str, Agency]
    workers: Mapping[str, Worker]
    referrals: Mapping[str, Referral]
    weights: Weights
    # worker → referral → metres; None: not known, so the distance cannot be confirmed.
    distances: Mapping[str, Mapping[str, int | None]]
    offers: tuple[Entry, ...] = ()
    current_plan: tuple[Entry, ...] = ()
    extra_points: tuple[ExtraPoints, ...] = ()
    overrides: tuple[Override, ...] = ()
    pins: tuple[Pin, ...] = ()
    scarce_skills: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Stint:
    """A part on a given start date: its days (local) and its instants (UTC minutes)."""

    first_day: date
    end_day: date
    begin: int
    end: int
    days: tuple[date, ...] = field(repr=False)


def stint(part: Part, start: date, zone: ZoneInfo) -> Stint:
    """Return when `part` begins and ends if its referral starts on `start` (DST-exact)."""
    first_day = start + timedelta(days=part.offset_days)
    end_day = first_day + timedelta(days=part.days)
    return Stint(
        first_day=first_day,
        end_day=end_day,
        begin=minute_of_wall_clock(first_day, part.start_time, zone),
        end=minute_of_wall_clock(end_day, part.end_time, zone),
        days=tuple(days_between(first_day, end_day - timedelta(days=1))),
    )


def parse(document: Any) -> Problem:
    """Read a neutral matching document, version 1.

    Raises:
        NeutralFormatError: (a UsageError) names the JSON path that is wrong.
    """
    root = Node(document)
    name = header(root, "matching")
    zone = root.field("calendar").field("timezone").zone()
    agencies = {i: _agency(row) for i, row in unique_ids(root.field("agencies")).items()}
    worker_rows = unique_ids(root.field("workers"))
    referral_rows = unique_ids(root.field("referrals"))
    ids = _Ids(frozenset(agencies), frozenset(worker_rows), frozenset(referral_rows))
    referrals = {i: _referral(referral_rows[i], ids, zone) for i in sorted(referral_rows)}
    return Problem(
        id=name,
        zone=zone,
        agencies={i: agencies[i] for i in sorted(agencies)},
        workers={i: _worker(worker_rows[i], ids, zone) for i in sorted(worker_rows)},
        referrals=referrals,
        weights=_weights(root.field("weights")),
        distances=_distances(root.field("distance_km"), worker_rows, referral_rows),
        offers=_entries(root.optional("offers"), ids, referrals),
        current_plan=_entries(root.optional("current_plan"), ids, referrals),
        extra_points=_extra_points(root.optional("extra_points"), ids, referrals),
        overrides=_overrides(root.optional("overrides"), ids),
        pins=_pins(root.optional("pins"), ids, referrals),
        scarce_skills=frozenset(_optional_texts(root, "scarce_skills")),
    )


@dataclass(frozen=True, slots=True)
class _Ids:
    agencies: frozenset[str]
    workers: frozenset[str]
    referrals: frozenset[str]


def _agency(row: Node) -> Agency:
    cap = row.nullable("max_starts_per_7_days")
    return Agency(
        id=row.field("id").text(),
        max_starts_per_7_days=None if cap is None else cap.whole(),
        recent_starts=tuple(sorted(row.several("recent_starts", Node.near_day))),
        facts=agency_facts(row),
    )


def _texts(row: Node, name: str) -> frozenset[str]:
    return frozenset(row.several(name, Node.text))


def _optional_texts(row: Node, name: str) -> list[str]:
    node = row.optional(name)
    return [] if node is None else [item.text() for item in node.items()]


def _gender(row: Node | None) -> str | None:
    return None if row is None else row.text()


def _worker(row: Node, ids: _Ids, zone: ZoneInfo) -> Worker:
    limit = row.optional("max_days_in_28")
    certificates = row.field("certificates").entries()
    return Worker(
        id=row.field("id").text(),
        agency=row.field("agency").known(ids.agencies, "agency"),
        gender=row.field("gender").text(),
        languages=_texts(row, "languages"),
        skills=_texts(row, "skills"),
        driver=row.field("driver").flag(),
        smoker=row.field("smoker").flag(),
        accepts_pets=_texts(row, "accepts_pets"),
        accepts_smoking_home=row.field("accepts_smoking_home").flag(),
        max_distance_metres=_metres(row.field("max_distance_km")),
        min_rest_minutes=round(row.field("min_rest_hours").number() * 60),
        max_consecutive_days=row.field("max_consecutive_days").whole(),
        max_days_in_28=None if limit is None else limit.whole(),
        certificates={name: _last_valid_day(value) for name, value in certificates},
        available=row.several("available", day_span),
        bookings=row.several("bookings", lambda booking: _booking(booking, zone)),
        refused=frozenset(row.several("refused", lambda n: n.known(ids.referrals, "referral"))),
        cannot_confirm=frozenset(_optional_texts(row, "cannot_confirm")),
        facts=worker_facts(row, zone),
    )


def _metres(row: Node) -> int:
    return round(row.number() * 1000)


def _booking(row: Node, zone: ZoneInfo) -> Booking:
    start, end = row.span(zone)
    first, after = start.astimezone(zone).date(), end.astimezone(zone).date()
    if (after - first).days > _LONGEST_STINT_DAYS:
        row.field("end").fail(f"must be at most {_LONGEST_STINT_DAYS} days after the start")
    return Booking(start, end, tuple(days_between(first, after - timedelta(days=1))))


def _last_valid_day(row: Node) -> date:
    """Return a certificate's last valid day.

    {issued, valid_months}: the same day of the month n months later, cut to the month's end.
    """
    if not isinstance(row.value, dict):
        return row.day()
    issued = row.field("issued").day()
    months = issued.year * 12 + issued.month - 1 + row.field("valid_months").whole()
    year, month = divmod(months, 12)
    if year > date.max.year:
        row.field("valid_months").fail("reaches beyond the year 9999")
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(issued.day, last))


def _referral(row: Node, ids: _Ids, zone: ZoneInfo) -> Referral:
    parts = row.several("parts", _part)
    if not parts:
        row.field("parts").fail("must have at least one part")
    earliest, latest = row.field("earliest_start").near_day(), row.field("latest_start").near_day()
    if (latest - earliest).days > _LONGEST_WINDOW_DAYS:
        row.field("latest_start").fail(
            f"must be within {_LONGEST_WINDOW_DAYS} days of the earliest"
        )
    excluded = row.several("excluded_workers", lambda n: n.known(ids.workers, "worker"))
    return Referral(
        id=row.field("id").text(),
        fit_date=row.field("fit_date").near_day(),
        earliest_start=earliest,
        latest_start=latest,
        no_start_dates=frozenset(row.several("no_start_dates", Node.day)),
        priority_weight=row.field("priority_weight").whole(),
        gender_required=_gender(row.nullable("gender_required")),
        gender_preferred=_gender(row.nullable("gender_preferred")),
        languages_required=_texts(row, "languages_required"),
        languages_preferred=_texts(row, "languages_preferred"),
        pets=_texts(row, "pets"),
        smoking_home=row.field("smoking_home").flag(),
        non_smoker_required=row.field("non_smoker_required").flag(),
        needs_driver=row.field("needs_driver").flag(),
        excluded_workers=frozenset(excluded),
        # Who came before may have left the agency: an unknown id is history, not an error.
        previous_workers=_texts(row, "previous_workers"),
        parts=parts,
        facts=referral_facts(row, zone),
    )


def _part(row: Node) -> Part:
    offset, days = row.field("offset_days").whole(), row.field("days").whole()
    if max(offset, days) > _LONGEST_STINT_DAYS:
        row.fail(f"offset_days and days must be at most {_LONGEST_STINT_DAYS}")
    part = Part(
        offset_days=offset,
        days=days,
        start_time=row.field("start_time").wall_time(),
        end_time=row.field("end_time").wall_time(),
        required_skills=_texts(row, "required_skills"),
        required_certificates=_texts(row, "required_certificates"),
        gender_required=_gender(row.optional("gender_required")),
    )
    if part.days == 0 and part.end_time <= part.start_time:
        row.field("days").fail(
            "must be at least 1 when the part does not end later on the same day"
        )
    return part


def _weights(row: Node) -> Weights:
    return Weights(
        gender_preference=row.field("gender_preference").whole(),
        language_preference=row.field("language_preference").whole(),
        continuity=row.field("continuity").whole(),
        offer_withdrawn=row.field("offer_withdrawn").whole(),
        plan_change=row.field("plan_change").whole(),
        more={n: row.field(n).whole() for n in OPTIONAL_WEIGHTS if row.optional(n) is not None},
    )


def _distances(
    row: Node, workers: Mapping[str, object], referrals: Mapping[str, object]
) -> dict[str, dict[str, int | None]]:
    found: dict[str, dict[str, int | None]] = {}
    for worker in sorted(workers):
        if not referrals:
            break
        to = row.field(worker)
        found[worker] = _plain_kilometres(to.value, referrals) or {
            referral: None if (km := to.nullable(referral)) is None else _metres(km)
            for referral in sorted(referrals)
        }
    return found


def _plain_kilometres(row: Any, referrals: Mapping[str, object]) -> dict[str, int | None] | None:
    """Return a row of plain whole numbers as metres; a board of a million pairs is full of them."""
    if not isinstance(row, dict):
        return None
    try:
        values = [row[referral] for referral in referrals]
    except KeyError:
        return None
    if set(map(type, values)) != {int} or min(values) < 0 or max(values) > LARGEST:
        return None
    return {referral: km * 1000 for referral, km in zip(referrals, values, strict=True)}


def _part_index(row: Node, referral: Referral) -> int:
    index = row.whole()
    if index >= len(referral.parts):
        row.fail(f"referral {referral.id!r} has no part {index}")
    return index


def _entries(rows: Node | None, ids: _Ids, referrals: Mapping[str, Referral]) -> tuple[Entry, ...]:
    found = []
    for row in rows.items() if rows else []:
        referral = row.field("referral").known(ids.referrals, "referral")
        found.append(
            Entry(
                referral=referral,
                part=_part_index(row.field("part"), referrals[referral]),
                worker=row.field("worker").known(ids.workers, "worker"),
                start=row.field("start").near_day(),
            )
        )
    return tuple(sorted(found, key=lambda e: (e.referral, e.part, e.worker, e.start)))


def _extra_points(
    rows: Node | None, ids: _Ids, referrals: Mapping[str, Referral]
) -> tuple[ExtraPoints, ...]:
    found = []
    for row in rows.items() if rows else []:
        referral = row.field("referral").known(ids.referrals, "referral")
        part = row.optional("part")
        found.append(
            ExtraPoints(
                referral=referral,
                part=None if part is None else _part_index(part, referrals[referral]),
                worker=row.field("worker").known(ids.workers, "worker"),
                points=row.field("points").whole(),
                sentence=row.field("sentence").text(),
            )
        )
    return tuple(found)


def _overrides(rows: Node | None, ids: _Ids) -> tuple[Override, ...]:
    found = [
        read_override(row, ids.workers, ids.referrals) for row in (rows.items() if rows else [])
    ]
    return tuple(sorted(found, key=lambda o: (o.referral, o.worker, o.rule, o.name, o.expires)))


def _pins(rows: Node | None, ids: _Ids, referrals: Mapping[str, Referral]) -> tuple[Pin, ...]:
    found: dict[tuple[str, int], Pin] = {}
    for row in rows.items() if rows else []:
        referral = row.field("referral").known(ids.referrals, "referral")
        part = _part_index(row.field("part"), referrals[referral])
        if (referral, part) in found:
            row.fail(f"part {part} of {referral!r} is pinned already")
        worker = row.field("worker").known(ids.workers, "worker")
        start = row.optional("start")
        day = None if start is None else start.near_day()
        found[referral, part] = Pin(referral, part, worker, day)
    return tuple(found[key] for key in sorted(found))
