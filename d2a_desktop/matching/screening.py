"""The static rules of FORMAT.md for all workers at once: bits for pairs, ranges for dates.

`eligibility` says why a worker may not; this only says who may, and from when, as thousands of
workers need it. A property test holds the two readings together. Pairs that lean on an optional
fact, a pin, an override or a rule set aside are left to `eligibility`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache

from d2a_desktop.engines.neutral_json import minutes_of
from d2a_desktop.matching.problem import Part, Problem, Referral, Stint, Worker
from d2a_desktop.matching.roster import most_days_in_28

_FAR = date.max.toordinal()

Stints = Mapping[date, tuple[Stint, ...]]


class Screen:
    """Bit masks over the workers of one problem, the first worker in the lowest bit."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._names = list(problem.workers)
        crew = list(problem.workers.values())
        self._crew = crew
        self.plain = self._where(lambda w: not w.facts and not problem.agencies[w.agency].facts)
        self.plain_names = frozenset(self._names[n] for n in _bits(self.plain))
        self.all_plain = len(self.plain_names) == len(crew)
        self._bookings = [
            [(minutes_of(b.start), minutes_of(b.end)) for b in w.bookings] for w in crew
        ]
        self._windows = [[(a.toordinal(), b.toordinal()) for a, b in w.available] for w in crew]
        self._papers = [{n: day.toordinal() for n, day in w.certificates.items()} for w in crew]
        self.skill = cache(lambda name: self._where(lambda w: name in w.skills))
        self.language = cache(lambda name: self._where(lambda w: name in w.languages))
        self.pet = cache(lambda name: self._where(lambda w: name in w.accepts_pets))
        self.gender = cache(lambda name: self._where(lambda w: name == w.gender))
        self.held = cache(lambda name: self._where(lambda w: name in w.certificates))
        self.unknown = cache(lambda fact: self._where(lambda w: fact in w.cannot_confirm))
        self._refused: dict[str, int] = {}
        for n, worker in enumerate(crew):
            for name in worker.refused:
                self._refused[name] = self._refused.get(name, 0) | 1 << n
        self.able_days = cache(lambda n: self._where(lambda w: n <= w.max_consecutive_days))
        self.driver = self._where(lambda w: w.driver)
        self.smoker = self._where(lambda w: w.smoker)
        self.smoke = self._where(lambda w: w.accepts_smoking_home)
        self._metres = [problem.distances[name] for name in self._names]
        self._reach = [w.max_distance_metres for w in crew]
        self._lasts = cache(self._last_days)

    def starts(self, referral: Referral, part: int, stints: Stints) -> dict[str, frozenset[date]]:
        """Return the plain workers who may take a part, each with the days from which."""
        mask = self._fitting(referral, referral.parts[part])
        if not mask or not stints:
            return {}
        days = _Days([(day, of_day[part]) for day, of_day in stints.items()])
        lasts = self._lasts(referral.parts[part].required_certificates)
        name, found = referral.id, {}
        for n in _bits(mask):
            metres = self._metres[n][name]
            if metres is None or metres > self._reach[n]:
                continue
            open_days = days.as_dates(self._open(n, days, lasts[n]))
            if open_days:
                found[self._names[n]] = open_days
        return found

    def _last_days(self, needed: frozenset[str]) -> list[int]:
        """Return, per worker, the last day to which all the needed papers are valid."""
        return [
            min((papers.get(name, 0) for name in needed), default=_FAR) for papers in self._papers
        ]

    def _where(self, holds: Callable[[Worker], bool]) -> int:
        text = "".join("1" if holds(worker) else "0" for worker in reversed(self._crew))
        return int(text or "0", 2)

    def _fitting(self, person: Referral, part: Part) -> int:
        """Return the plain workers who break no rule that holds on every date."""
        mask = self.plain & self.able_days(part.days) & ~self._refused.get(person.id, 0)
        for name in part.required_skills:
            mask &= self.skill(name) & ~self.unknown(f"skill:{name}")
        for name in part.required_certificates:
            mask &= self.held(name) & ~self.unknown(f"certificate:{name}")
        mask &= self._suiting(person)
        for gender in {person.gender_required, part.gender_required} - {None}:
            mask &= self.gender(gender) & ~self.unknown("gender")
        if person.excluded_workers:
            mask &= ~self._where(lambda w: w.id in person.excluded_workers)
        return mask

    def _suiting(self, person: Referral) -> int:
        """Return the workers who suit what all parts of a referral need."""
        mask = self.plain
        for name in person.languages_required:
            mask &= self.language(name) & ~self.unknown(f"language:{name}")
        for name in person.pets:
            mask &= self.pet(name) & ~self.unknown(f"pets:{name}")
        if person.needs_driver:
            mask &= self.driver & ~self.unknown("driver")
        if person.smoking_home:
            mask &= self.smoke
        if person.non_smoker_required:
            mask &= ~self.smoker
        if person.smoking_home or person.non_smoker_required:
            mask &= ~self.unknown("smoking")
        return mask

    def _open(self, n: int, days: _Days, last: int) -> int:
        """Return the days (as bits) on which no dated rule keeps worker `n` from the part."""
        found = days.ending_by(last)
        if found:
            free = 0
            for first, to in self._windows[n]:
                free |= days.ending_by(to) & ~days.beginning_before(first)
            found &= free
        worker = self._crew[n]
        rest = worker.min_rest_minutes
        for begin, end in self._bookings[n]:
            if end + rest > days.first_begin and begin - rest < days.last_end:
                found &= days.over_by(begin - rest) | ~days.begun_before(end + rest)
        if found and worker.max_days_in_28 is not None:
            found = self._within_28(worker, days, found)
        return found

    def _within_28(self, worker: Worker, days: _Days, found: int) -> int:
        booked = {day for booking in worker.bookings for day in booking.days}
        for n in _bits(found):
            worked = days.stints[n].days
            if most_days_in_28(booked.union(worked), worked) > (worker.max_days_in_28 or 0):
                found ^= 1 << n
        return found


class _Days:
    """The start dates of one part, in order; each method gives some of them as bits."""

    def __init__(self, rows: list[tuple[date, Stint]]) -> None:
        self.dates = [day for day, _ in rows]
        self.stints = [stint for _, stint in rows]
        self.all = (1 << len(rows)) - 1
        self._first_days = [s.first_day.toordinal() for s in self.stints]
        self._end_days = [s.end_day.toordinal() for s in self.stints]
        self._begins = [s.begin for s in self.stints]
        self._ends = [s.end for s in self.stints]
        self._last_end_day = self._end_days[-1]
        self._first_day = self._first_days[0]
        self.first_begin, self.last_end = self._begins[0], self._ends[-1]
        self._sets: dict[int, frozenset[date]] = {}

    def ending_by(self, day: int) -> int:
        if day >= self._last_end_day:
            return self.all
        return (1 << bisect_right(self._end_days, day)) - 1

    def beginning_before(self, day: int) -> int:
        if day <= self._first_day:
            return 0
        return (1 << bisect_left(self._first_days, day)) - 1

    def over_by(self, minute: int) -> int:
        return (1 << bisect_right(self._ends, minute)) - 1

    def begun_before(self, minute: int) -> int:
        return (1 << bisect_left(self._begins, minute)) - 1

    def as_dates(self, bits: int) -> frozenset[date]:
        if bits not in self._sets:
            self._sets[bits] = frozenset(self.dates[n] for n in _bits(bits))
        return self._sets[bits]


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
