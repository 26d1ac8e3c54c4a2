"""Why a visit is unscheduled or late, what it costs where it is, and who was the runner-up."""

from __future__ import annotations

from typing import Any

from d2a_desktop.engines.neutral_json import wall_clock
from d2a_desktop.scheduling.options import points, slots, time_points, unsuitable
from d2a_desktop.scheduling.problem import Problem, Slot, Visit
from d2a_desktop.scheduling.route import Board, Cost, Routes, added

LEVELS = (
    "priority late or unscheduled",
    "unscheduled",
    "minutes late",
    "preference points",
    "travel minutes",
)


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

    def runner_up(self, visit: str) -> dict[str, Any] | None:
        """Return the best place with another assessor, the rest as it is, and where it loses."""
        if visit not in self._board.free:
            return None
        here = self._slots[visit].assessor
        without = self._routes.copy()
        without.remove([visit])
        left_out = {*without.out} - {*self._routes.out} - {visit}
        ways = sorted(
            row
            for row in without.insertions(visit)
            if self._board.pieces[row[1]].assessor != here and not left_out
        )
        if not ways:
            return None
        without.insert(visit, ways[0][1], ways[0][2])
        slot: Slot = without.slots()[visit]
        return {
            "assessor": slot.assessor,
            "start": wall_clock(slot.start, self._problem.zone),
            **first_difference(self._routes.cost(), without.cost()),
        }

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


def first_difference(chosen: Cost, other: Cost) -> dict[str, Any]:
    """Name the first level at which `other` differs from `chosen`, and by how much it is worse."""
    for name, worse in zip(LEVELS, added(other, chosen, sign=-1), strict=True):
        if worse:
            return {"loses_at": name, "by": worse}
    return {"loses_at": None, "by": 0}
