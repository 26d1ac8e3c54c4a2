"""Where a visit could go by itself: hard rules with reason codes, and preference points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from d2a_desktop.scheduling.problem import (
    TIME_CHANGED_MINUTES,
    Assessor,
    Piece,
    Problem,
    Visit,
)
from d2a_desktop.scheduling.shifts import Span

RULE_CODES = ("skill", "gender", "window", "hours", "travel", "capacity", "competition")


@dataclass(frozen=True, slots=True)
class Point:
    """Points of the fourth level, and why they are given."""

    points: int
    sentence: str


def unsuitable(visit: Visit, assessor: Assessor) -> list[tuple[str, str]]:
    """Return the rules (code, fact) that keep an assessor from a visit at any time."""
    found = []
    missing = visit.required_skills - assessor.skills
    if missing:
        found.append(("skill", f"lacks {', '.join(sorted(missing))}"))
    if visit.gender_required and visit.gender_required != assessor.gender:
        found.append(("gender", f"{visit.gender_required} is required"))
    return found


def open_spans(visit: Visit) -> list[Span]:
    """Return when the visit may start by the person's own wishes (last minute included)."""
    if visit.windows is None:
        return [(visit.earliest, 2**40)]
    spans = ((max(a, visit.earliest), b - visit.duration) for a, b in visit.windows)
    return sorted((a, b) for a, b in spans if a <= b)


def slots(problem: Problem, visit: Visit, piece: Piece, *, travel: bool = True) -> tuple[Span, ...]:
    """Return the spans of start minutes (last included) of a visit alone in a piece.

    Args:
        problem: holds the travel times.
        visit: the visit.
        piece: a stretch of somebody's time; whether that person is suitable is not asked here.
        travel: False leaves the way from and to base out, to tell "hours" from "travel".
    """
    there = problem.travel[piece.base][visit.node] if travel else 0
    back = problem.travel[visit.node][piece.base] if travel else 0
    first, last = piece.start + there, piece.end - back - visit.duration
    spans = ((max(a, first), min(b, last)) for a, b in open_spans(visit))
    return tuple((a, b) for a, b in spans if a <= b)


def points(problem: Problem, visit: Visit, assessor: Assessor) -> Iterator[Point]:
    """Yield the points of giving a visit to an assessor, whatever the time."""
    weights = problem.weights
    if visit.gender_preferred and visit.gender_preferred != assessor.gender:
        yield Point(weights.gender_preference, f"{visit.gender_preferred} was preferred")
    for language in sorted(visit.languages_preferred - assessor.languages):
        yield Point(weights.language_preference, f"does not speak {language}, as preferred")
    if visit.previous_assessor and visit.previous_assessor != assessor.id:
        yield Point(weights.continuity, f"{visit.previous_assessor} has visited before")
    planned = problem.previous_plan.get(visit.id)
    if planned is not None and planned.assessor != assessor.id:
        yield Point(weights.assessor_changed, f"was planned with {planned.assessor}")
    if problem.is_void(visit):
        yield Point(weights.confirmed_moved, "the confirmed visit is moved")


def kept_times(problem: Problem, visit: Visit) -> Span | None:
    """Return the starts (last included) that do not count as moved; None without a former plan."""
    planned = problem.previous_plan.get(visit.id)
    if planned is None:
        return None
    return planned.start - TIME_CHANGED_MINUTES, planned.start + TIME_CHANGED_MINUTES


def time_points(problem: Problem, visit: Visit, start: int) -> int:
    """Return the points for a start that moved by more than 30 elapsed minutes."""
    kept = kept_times(problem, visit)
    moved = kept is not None and not kept[0] <= start <= kept[1]
    return problem.weights.time_changed if moved else 0
