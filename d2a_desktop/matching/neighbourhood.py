"""A few referrals of a large board set free, all others standing: a small problem of its own."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Sequence
from datetime import UTC, date, datetime

from d2a_desktop.matching.eligibility import Timetable
from d2a_desktop.matching.model import Component
from d2a_desktop.matching.problem import Booking, Problem, Stint
from d2a_desktop.matching.roster import Choice, Plan, Roster

MOST_FREE = 8


def choose(
    component: Component, plan: Plan, problem: Problem, rng: random.Random
) -> tuple[str, ...]:
    """Choose one referral, rather an unplaced or a waiting one, and those who share its workers."""

    def worth(referral: str) -> float:
        choice = plan.get(referral)
        person = problem.referrals[referral]
        if choice is None:
            return 20.0 * max(1, person.priority_weight)
        return 1.0 + max(0, (choice.start - person.earliest_start).days)

    people = component.referrals
    first = rng.choices(people, weights=[worth(r) for r in people])[0]
    mine = component.workers[first]

    def nearness(referral: str) -> float:
        shared = mine & component.workers[referral]
        taken = set(plan[referral].workers) & mine if referral in plan else set()
        return (len(shared) + 5 * len(taken)) * rng.random()

    others = sorted((r for r in people if r != first), key=lambda r: (-nearness(r), r))
    return (first, *others[: rng.randint(2, MOST_FREE - 1)])


def small_problem(
    problem: Problem,
    timetable: Timetable,
    component: Component,
    *,
    plan: Plan,
    free: Sequence[str],
) -> tuple[Problem, Component]:
    """Return the problem of the free referrals, in which the rest of the plan is past and booked.

    Other stints become bookings and recent starts, so that the rolling rules see them; columns
    that clash with them are left out.
    """
    standing = {referral: choice for referral, choice in plan.items() if referral not in free}
    roster = Roster(problem)
    booked: dict[str, list[Booking]] = {}
    started: dict[str, list[Stint]] = {}
    for referral, choice in standing.items():
        for worker, stint in _stints(timetable, referral, choice):
            roster.add(worker, stint)
            booked.setdefault(worker, []).append(_booking(stint))
            started.setdefault(problem.workers[worker].agency, []).append(stint)
    candidates = {
        (referral, part): {
            worker: days
            for worker, starts in component.candidates[referral, part].items()
            if (days := _open_days(timetable, roster, (referral, part, worker), starts))
        }
        for referral, part in component.candidates
        if referral in free
    }
    shut = {referral for (referral, _), open_to in candidates.items() if not open_to}
    candidates = {key: open_to for key, open_to in candidates.items() if key[0] not in shut}
    workers = {
        name: dataclasses.replace(worker, bookings=(*worker.bookings, *booked.get(name, ())))
        for name, worker in problem.workers.items()
    }
    agencies = {
        name: dataclasses.replace(
            agency,
            recent_starts=(*agency.recent_starts, *(s.first_day for s in started.get(name, ()))),
        )
        for name, agency in problem.agencies.items()
    }
    smaller = dataclasses.replace(problem, workers=workers, agencies=agencies)
    return smaller, Component(candidates)


def _stints(timetable: Timetable, referral: str, choice: Choice) -> list[tuple[str, Stint]]:
    stints = timetable.stints(referral)[choice.start]
    return list(zip(choice.workers, stints, strict=True))


def _booking(stint: Stint) -> Booking:
    start, end = (datetime.fromtimestamp(m * 60, tz=UTC) for m in (stint.begin, stint.end))
    return Booking(start, end, stint.days)


def _open_days(
    timetable: Timetable,
    roster: Roster,
    pair: tuple[str, int, str],
    starts: frozenset[date],
) -> frozenset[date]:
    referral, part, worker = pair
    stints = timetable.stints(referral)
    return frozenset(day for day in starts if not roster.clash(worker, stints[day][part]))
