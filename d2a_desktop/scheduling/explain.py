"""Why a visit is unscheduled or late, what it costs where it is, and who was the runner-up."""

from __future__ import annotations

import dataclasses
from typing import Any

from d2a_desktop.engines.neutral_json import wall_clock
from d2a_desktop.scheduling.insertion import best_insertion
from d2a_desktop.scheduling.options import points, slots, time_points, unsuitable
from d2a_desktop.scheduling.problem import Problem, Visit
from d2a_desktop.scheduling.route import Board, Cost, Routes, added
from d2a_desktop.scheduling.what_if import LEVELS

# A shorter visit is offered as a way out down to this.
_SHORT_VISIT = 45


class Explainer:
    """Answers questions about one finished schedule."""

    def __init__(self, board: Board, routes: Routes) -> None:
        self._board = board
        self._problem: Problem = board.problem
        self._routes = routes
        self._slots = routes.slots()

    def reasons(self, visit: str) -> list[tuple[str, str]]:
        """Return why a visit is unscheduled: rule codes, each with a fact."""
        if visit in self._board.broken_pins:
            return [self._board.broken_pins[visit]]
        if not self._board.options[visit]:
            return self._impossible(self._problem.visits[visit])
        return [("competition", "every assessor who could is given to others")]

    def why_late(self, visit: str) -> tuple[str, str]:
        """Return why a scheduled visit is late: nobody could be there in time, or others were."""
        if visit not in self._board.free:
            return "confirmed", "the time was confirmed"
        due = self._problem.visits[visit].deadline
        options = self._board.options[visit].values()
        if any(spans[0][0] <= due for spans in options):
            return "competition", "whoever could be there in time is given to others"
        first = min(spans[0][0] for spans in options)
        told = wall_clock(first, self._problem.zone).replace("T", " ")
        return "hours", f"nobody can be there before {told}"

    def why_not(self, visit: str, assessor: str) -> list[tuple[str, str]]:
        """Return every rule that keeps an assessor from a visit, () if none does by itself."""
        asked, person = self._problem.visits[visit], self._problem.assessors[assessor]
        broken = unsuitable(asked, person)
        if not any(slots(self._problem, asked, piece) for piece in person.pieces):
            broken.append(self._no_time(asked, assessor))
        return broken

    def because(self, visit: str) -> list[dict[str, Any]]:
        """Return the points of a scheduled visit, each with its sentence."""
        asked, slot = self._problem.visits[visit], self._slots[visit]
        person = self._problem.assessors[slot.assessor]
        found = [
            {"points": p.points, "because": p.sentence}
            for p in points(self._problem, asked, person)
        ]
        moved = time_points(self._problem, asked, slot.start)
        if moved:
            found.append({"points": moved, "because": "was planned at another time"})
        return found

    def others(self, visit: str) -> dict[str, dict[str, Any]]:
        """Return for every other assessor the best place with the rest as it is, or why not.

        Each has either "rules" (code and fact of what stands in the way), or "start" with the first
        level at which it loses ("loses_at", "by").
        """
        here = self._slots[visit].assessor
        ways = self._best_ways(visit)
        found: dict[str, dict[str, Any]] = {}
        for assessor in self._problem.assessors:
            if assessor == here:
                continue
            if assessor in ways:
                found[assessor] = ways[assessor]
                continue
            rules = self.why_not(visit, assessor)
            if not rules:
                fact = "the time is given to others"
                pinned = visit not in self._board.free
                rules = [("confirmed", "is confirmed") if pinned else ("competition", fact)]
            found[assessor] = {"rules": [{"rule": code, "fact": fact} for code, fact in rules]}
        return found

    def runner_up(self, visit: str) -> dict[str, Any] | None:
        """Return the best place with another assessor, the rest as it is, and where it loses."""
        ways = self._best_ways(visit)
        first = next(iter(ways.items()), None)
        return None if first is None else {"assessor": first[0], **first[1]}

    def _best_ways(self, visit: str) -> dict[str, dict[str, Any]]:
        """Return the best place with each other assessor, the best of them first."""
        if visit not in self._board.free:
            return {}
        here = self._slots[visit].assessor
        without = self._routes.copy()
        without.remove([visit])
        if {*without.out} - {*self._routes.out} - {visit}:
            return {}
        best: dict[str, tuple[Cost, int, int]] = {}
        for row in without.insertions(visit):
            who = self._board.pieces[row[1]].assessor
            if who != here and (who not in best or row < best[who]):
                best[who] = row
        bare = added(without.cost(), self._board.unscheduled(visit), sign=-1)
        chosen = self._routes.cost()
        found = {}
        for who, (cost, piece, at) in sorted(best.items(), key=lambda item: item[1]):
            order = without.orders[piece]
            timed = self._board.timed(piece, (*order[:at], self._board.free[visit], *order[at:]))
            assert timed is not None
            found[who] = {
                "start": wall_clock(timed.starts[at], self._problem.zone),
                **first_difference(chosen, added(bare, cost)),
            }
        return found

    def unlocks(self, visit: str) -> list[dict[str, Any]]:
        """Return the single changes that would let an unscheduled visit be planned.

        The others stay where they are; each change has who would come, when, and how late.
        """
        asked = self._problem.visits[visit]
        found = []
        for rule, changed in _waived(asked):
            place = best_insertion(self._problem, changed, diary=self._slots)
            if place is not None:
                found.append(
                    {
                        "change": rule,
                        "assessor": place.assessor,
                        "start": wall_clock(place.start, self._problem.zone),
                        "minutes_late": place.minutes_late,
                        "extra_travel_minutes": place.extra_travel_minutes,
                    }
                )
        return found

    def _impossible(self, visit: Visit) -> list[tuple[str, str]]:
        """Return the rule that keeps everybody from a visit, or else all that do together."""
        broken = {a: self.why_not(visit.id, a) for a in self._problem.assessors}
        if not broken:
            return [("hours", "there is no assessor")]
        codes = [{code for code, _ in rules} for rules in broken.values()]
        alone = set.intersection(*codes) if all(codes) else set()
        found: dict[str, str] = {}
        for assessor, rules in broken.items():
            for code, fact in rules[:1] if not alone else rules:
                if not alone or code in alone:
                    found.setdefault(code, f"{assessor}: {fact}")
        return sorted(found.items()) or [("travel", "the appointments leave no way there")]

    def _no_time(self, visit: Visit, assessor: str) -> tuple[str, str]:
        person = self._problem.assessors[assessor]
        if not person.pieces:
            return "hours", "has no working time left"
        if any(slots(self._problem, visit, piece, travel=False) for piece in person.pieces):
            return "travel", "the way leaves no time for it in any shift"
        if visit.windows is not None and any(
            piece.end - piece.start >= visit.duration and piece.end > visit.earliest
            for piece in person.pieces
        ):
            return "window", "the person's windows and the shifts do not meet"
        return "hours", "no shift after the arrival is long enough"


def _waived(visit: Visit) -> list[tuple[str, Visit]]:
    """Return the visit with each of its own rules set aside in turn, where it has one."""
    found = []
    if visit.required_skills:
        skill = dataclasses.replace(visit, required_skills=frozenset())
        found.append(("without the required skills", skill))
    if visit.gender_required:
        anybody = dataclasses.replace(visit, gender_required=None)
        found.append((f"not only {visit.gender_required}", anybody))
    if visit.windows is not None:
        found.append(("at any time of day", dataclasses.replace(visit, windows=None)))
    if visit.confirmed is not None:
        found.append(("another time than confirmed", dataclasses.replace(visit, confirmed=None)))
    if visit.duration > _SHORT_VISIT:
        short = dataclasses.replace(visit, duration=_SHORT_VISIT)
        found.append((f"in {_SHORT_VISIT} minutes", short))
    return found


def first_difference(chosen: Cost, other: Cost) -> dict[str, Any]:
    """Name the first level at which `other` differs from `chosen`, and by how much it is worse."""
    for name, worse in zip(LEVELS, added(other, chosen, sign=-1), strict=True):
        if worse:
            return {"loses_at": name, "by": worse}
    return {"loses_at": None, "by": 0}
