"""Who can be placed at all, and which of them compete: independent boards are solved apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from d2a_desktop.matching.eligibility import Timetable
from d2a_desktop.matching.model import Component
from d2a_desktop.matching.problem import Problem

Candidates = dict[tuple[str, int], Mapping[str, frozenset[date]]]


def placeable(problem: Problem, timetable: Timetable) -> Candidates:
    """Return the workers and days of each part of those for whom one day suits every part."""
    found: Candidates = {}
    for referral, person in problem.referrals.items():
        parts = range(len(person.parts))
        able = [timetable.eligible_workers(referral, part) for part in parts]
        if _have_common_day(able):
            found.update({(referral, part): able[part] for part in parts})
    return found


def split(problem: Problem, candidates: Candidates) -> list[Component]:
    """Return the components that share no worker and no capped agency, the smallest first."""
    leader: dict[str, str] = {}

    def find(node: str) -> str:
        leader.setdefault(node, node)
        while leader[node] != node:
            leader[node] = leader[leader[node]]
            node = leader[node]
        return node

    for (referral, _), workers in candidates.items():
        for worker in workers:
            leader[find(f"worker {worker}")] = find(f"referral {referral}")
            agency = problem.agencies[problem.workers[worker].agency]
            if agency.max_starts_per_7_days is not None:
                leader[find(f"agency {agency.id}")] = find(f"referral {referral}")
    groups: dict[str, Candidates] = {}
    for key, workers in candidates.items():
        groups.setdefault(find(f"referral {key[0]}"), {})[key] = workers
    components = [Component(members) for members in groups.values()]
    return sorted(components, key=lambda c: (c.size, c.referrals))


def _have_common_day(parts: Sequence[Mapping[str, frozenset[date]]]) -> bool:
    days = [frozenset().union(*workers.values()) for workers in parts]
    return bool(frozenset.intersection(*days))
