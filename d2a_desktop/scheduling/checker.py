"""An independent reading of FORMAT.md: checks a finished schedule against the document itself.

It shares nothing with the planner, its routes or its parser: it takes the raw JSON document and
the raw solution, and works out each rule and the objective again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Json = Mapping[str, Any]
Span = tuple[datetime, datetime]
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule (its FORMAT code, "confirmed" or "shape") that a plan breaks, where, and how."""

    code: str
    visit: str
    fact: str


@dataclass(frozen=True, slots=True)
class Checked:
    """The violations of a schedule, and its objective worked out afresh."""

    violations: tuple[Violation, ...]
    objective: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Stop:
    visit: str | None
    node: str
    begin: datetime
    end: datetime


def check(document: Json, solution: Json) -> Checked:
    """Check a solution against its (well-formed) document.

    Returns:
        every violation, and the five levels recomputed. A solution of the wrong shape is told as a
        "shape" violation, with no objective.
    """
    shape = list(_shape(document, solution))
    if shape:
        return Checked(tuple(shape), ())
    reading = _Reading(document)
    found = [v for row in solution["visits"] for v in reading.single(row)]
    found += reading.confirmed(solution["visits"])
    travel = 0
    rows_of: dict[str, list[Json]] = {}
    for row in solution["visits"]:
        rows_of.setdefault(row["assessor"], []).append(row)
    for assessor in document["assessors"]:
        broken, minutes = reading.day(assessor, rows_of.get(assessor["id"], []))
        found += broken
        travel += minutes
    return Checked(tuple(found), (*reading.levels(solution["visits"]), travel))


def _shape(document: Json, solution: Json) -> Iterator[Violation]:
    if solution.get("instance") != document["id"]:
        yield Violation("shape", "", "the solution is of another instance")
    assessors = {a["id"] for a in document["assessors"]}
    given = [row["visit"] for row in solution["visits"]]
    left = [u if isinstance(u, str) else u["visit"] for u in solution["unscheduled"]]
    named = Counter([*given, *left])
    for visit in document["visits"]:
        times = named[visit["id"]]
        if times != 1:
            yield Violation("shape", visit["id"], f"is scheduled or unscheduled {times} times")
    known = {visit["id"] for visit in document["visits"]}
    for name in (*given, *left):
        if name not in known:
            yield Violation("shape", name, "unknown visit")
    for row in solution["visits"]:
        if row["assessor"] not in assessors:
            yield Violation("shape", row["visit"], "unknown assessor")


class _Reading:
    """The document read for checking."""

    def __init__(self, document: Json) -> None:
        self._document = document
        self._zone = ZoneInfo(document["calendar"]["timezone"])
        self._visits = {v["id"]: v for v in document["visits"]}
        self._assessors = {a["id"]: a for a in document["assessors"]}
        self._away = {
            a["id"]: [self._span(s) for s in a["absences"]] for a in document["assessors"]
        }

    def single(self, row: Json) -> Iterator[Violation]:
        """Yield the rules a visit breaks by itself: who, and when by the person's wishes."""
        visit, assessor = self._visits[row["visit"]], self._assessors[row["assessor"]]
        begin, end = self._times(row)
        if not set(visit["required_skills"]) <= set(assessor["skills"]):
            yield Violation("skill", visit["id"], assessor["id"])
        if visit["gender_required"] not in {None, assessor["gender"]}:
            yield Violation("gender", visit["id"], assessor["id"])
        earliest = self._utc(visit["arrived_home"])
        if visit.get("not_before"):
            earliest = max(earliest, self._utc(visit["not_before"]))
        if begin < earliest:
            yield Violation("window", visit["id"], "before the person is at home")
        if visit["windows"] is not None:
            spans = [self._span(window) for window in visit["windows"]]
            if not any(first <= begin and end <= last for first, last in spans):
                yield Violation("window", visit["id"], "outside the person's windows")

    def confirmed(self, rows: list[Json]) -> Iterator[Violation]:
        """Yield the confirmed visits that are moved or left out although nothing voids them."""
        given = {row["visit"]: row for row in rows}
        promised: dict[str, Json] = {
            name: {"visit": name, **visit["confirmed"]}
            for name, visit in self._visits.items()
            if visit["confirmed"] is not None and not self._void(visit)
        }
        kept: list[Json] = []
        for name, promise in promised.items():
            if name in given:
                kept.append(promise)
                same = self._utc(given[name]["start"]) == self._utc(promise["start"])
                if not same or given[name]["assessor"] != promise["assessor"]:
                    yield Violation("confirmed", name, "is not kept exactly")
        for name, promise in promised.items():
            if name not in given and self._could_stand(promise, kept):
                yield Violation("confirmed", name, "is left out although it could be kept")

    def _could_stand(self, promise: Json, kept: list[Json]) -> bool:
        """Tell whether a promise breaks no rule beside the promises that are kept."""
        assessor = self._assessors[promise["assessor"]]
        beside = [row for row in kept if row["assessor"] == assessor["id"]]
        broken, _ = self.day(assessor, [*beside, promise])
        return not broken and next(self.single(promise), None) is None

    def day(self, assessor: Json, rows: list[Json]) -> tuple[list[Violation], int]:
        """Return what an assessor's routes break, and their travel minutes."""
        found, travel, seen = [], 0, set()
        for first, last in self._pieces(assessor):
            stops = [s for s in self._appointments(assessor) if _inside(s, first, last)]
            mine = [s for s in self._stops(rows) if first <= s.begin < last]
            seen |= {s.visit for s in mine}
            stops = sorted([*stops, *mine], key=lambda s: (s.begin, s.end))
            if not stops:
                continue
            broken, minutes = self._route(assessor["base"], stops, first, last)
            found += broken if mine else []
            travel += minutes
        lost = [row["visit"] for row in rows if row["visit"] not in seen]
        found += [Violation("hours", visit, "outside working hours") for visit in lost]
        return found, travel

    def levels(self, rows: list[Json]) -> tuple[int, int, int, int]:
        """Return the first four levels."""
        hours = timedelta(minutes=round(self._document["rules"]["deadline_hours"] * 60))
        starts = {row["visit"]: self._utc(row["start"]) for row in rows}
        weight = late_minutes = 0
        for name, visit in self._visits.items():
            due = self._utc(visit["arrived_home"]) + hours
            if name not in starts or starts[name] > due:
                weight += visit["priority_weight"]
            if name in starts:
                late_minutes += max(0, _minutes(starts[name] - due))
        left = len(self._visits) - len(starts)
        return weight, left, late_minutes, sum(self._points(row) for row in rows)

    def _points(self, row: Json) -> int:
        weights, visit = self._document["weights"], self._visits[row["visit"]]
        assessor = self._assessors[row["assessor"]]
        missing = set(visit["languages_preferred"]) - set(assessor["languages"])
        total = weights["language_preference"] * len(missing)
        if visit["gender_preferred"] not in {None, assessor["gender"]}:
            total += weights["gender_preference"]
        if visit["previous_assessor"] not in {None, "", assessor["id"]}:
            total += weights["continuity"]
        if visit["confirmed"] is not None and self._void(visit):
            total += weights["confirmed_moved"]
        for planned in self._document.get("previous_plan") or []:
            if planned["visit"] == visit["id"]:
                if planned["assessor"] != assessor["id"]:
                    total += weights["assessor_changed"]
                shift = self._utc(row["start"]) - self._utc(planned["start"])
                if abs(_minutes(shift)) > 30:
                    total += weights["time_changed"]
        return int(total)

    # -- times

    def _utc(self, local: str) -> datetime:
        moment = datetime.fromisoformat(local)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=self._zone)
        return moment.astimezone(ZoneInfo("UTC"))

    def _span(self, row: Any) -> Span:
        first, last = row if isinstance(row, list) else (row["start"], row["end"])
        return self._utc(first), self._utc(last)

    def _times(self, row: Json) -> Span:
        begin = self._utc(row["start"])
        minutes = self._visits[row["visit"]]["duration_minutes"]
        return begin, begin + timedelta(minutes=minutes)

    def _void(self, visit: Json) -> bool:
        promised = visit["confirmed"]
        begin, end = self._times({"visit": visit["id"], "start": promised["start"]})
        return any(a < end and begin < b for a, b in self._away[promised["assessor"]])

    def _stops(self, rows: list[Json]) -> list[_Stop]:
        return [
            _Stop(row["visit"], self._visits[row["visit"]]["node"], *self._times(row))
            for row in rows
        ]

    def _appointments(self, assessor: Json) -> list[_Stop]:
        rows = assessor["appointments"]
        return [_Stop(None, a["node"], self._utc(a["start"]), self._utc(a["end"])) for a in rows]

    def _shifts(self, assessor: Json) -> list[Span]:
        calendar = self._document["calendar"]
        day, last = (date.fromisoformat(calendar[f"horizon_{end}"]) for end in ("start", "end"))
        found = [self._span(extra) for extra in assessor["extra_shifts"]]
        while day <= last:
            hours = assessor["pattern"].get(_DAYS[day.weekday()])
            holiday = day.isoformat() in calendar["bank_holidays"]
            if hours and (assessor["works_bank_holidays"] or not holiday):
                found.append((self._utc(f"{day}T{hours[0]}"), self._utc(f"{day}T{hours[1]}")))
            day += timedelta(days=1)
        return found

    def _pieces(self, assessor: Json) -> list[Span]:
        """Return the stretches of working time: shifts that overlap joined, cut by absences."""
        calendar = self._document["calendar"]
        opens = self._utc(f"{calendar['horizon_start']}T00:00")
        after = date.fromisoformat(calendar["horizon_end"]) + timedelta(days=1)
        opens, closes = max(opens, self._utc(self._document["now"])), self._utc(f"{after}T00:00")
        pieces: list[Span] = []
        for begin, end in sorted(self._shifts(assessor)):
            if pieces and begin < pieces[-1][1]:
                pieces[-1] = (pieces[-1][0], max(end, pieces[-1][1]))
            else:
                pieces.append((begin, end))
        for away in self._away[assessor["id"]]:
            pieces = _minus(pieces, away)
        pieces = [(max(a, opens), min(b, closes)) for a, b in pieces]
        pieces = [(a, b) for a, b in pieces if a < b]
        whole = list(pieces)
        for stop in self._appointments(assessor):
            # An appointment that sticks out of the working time still takes its part of it.
            if not any(_inside(stop, a, b) for a, b in whole):
                pieces = _minus(pieces, (stop.begin, stop.end))
        return pieces

    def _route(
        self, base: str, stops: list[_Stop], first: datetime, last: datetime
    ) -> tuple[list[Violation], int]:
        found, travel = [], 0
        place, clock = base, first
        for stop in [*stops, _Stop(None, base, last, last)]:
            minutes = self._document["travel_minutes"][place].get(stop.node, 0)
            travel += minutes
            if clock + timedelta(minutes=minutes) > stop.begin:
                fact = f"{place} to {stop.node} takes {minutes} minutes"
                found.append(Violation("travel", stop.visit or "", fact))
            place, clock = stop.node, max(clock, stop.end)
        return found, travel


def _inside(stop: _Stop, first: datetime, last: datetime) -> bool:
    return first <= stop.begin and stop.end <= last


def _minus(pieces: list[Span], gone: Span) -> list[Span]:
    rest = []
    for begin, end in pieces:
        rest += [(begin, min(end, gone[0])), (max(begin, gone[1]), end)]
    return [(a, b) for a, b in rest if a < b]


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)
