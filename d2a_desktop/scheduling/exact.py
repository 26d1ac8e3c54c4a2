"""The CP-SAT circuit model of a small day: one circuit per piece of working time, five levels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from ortools.sat.python import cp_model

from d2a_desktop.engines.cpsat import Level
from d2a_desktop.scheduling.options import kept_times
from d2a_desktop.scheduling.problem import Visit
from d2a_desktop.scheduling.route import Board, Routes, Stop
from d2a_desktop.scheduling.shifts import Span

# Sums of ortools' expressions collapse to plain numbers where they are empty.
Var = Any
_BASE = 0


class ExactModel:
    """Variables, rules and levels; a `cpsat.Task` whose best plan is held as routes."""

    def __init__(self, board: Board, best: Routes) -> None:
        self.best = best
        self.model = cp_model.CpModel()
        self._board = board
        self._origin = min((p.start for p in board.pieces), default=0)
        # With everybody on time the first three levels are met: only such plans are of interest.
        nobody_late = not best.out and best.cost()[2] == 0
        self._options = _on_time(board) if nobody_late else board.options
        self._start: dict[str, Var] = {}
        self._at: dict[tuple[str, int], Var] = {}
        self._late: dict[str, Var] = {}
        self._minutes: dict[str, Var] = {}
        self._moved: dict[str, Var] = {}
        # piece → (from, to) stop keys → literal; the base is the empty key.
        self._arcs: dict[int, dict[tuple[str, str], Var]] = {}
        for name, stop in board.free.items():
            if self._options[name]:
                self._add_visit(name, stop)
        for piece in range(len(board.pieces)):
            if piece not in board.closed:
                self._add_circuit(piece)
        self.levels = self._levels()

    # -- the best plan

    def bounded(self, bounds: Sequence[int | None]) -> None:
        """Hear of better bounds, and leave it: a small part is done before anybody looks."""

    def hint(self) -> None:
        """Warm-start the model with the best plan so far, every variable of it."""
        model, slots = self.model, self.best.slots()
        model.clear_hints()  # type: ignore[no-untyped-call]  # OR-Tools left it out
        pieces = {
            stop.visit.id: n
            for n, order in enumerate(self.best.orders)
            for stop in order
            if stop.visit is not None
        }
        for name, start in self._start.items():
            visit = self._board.problem.visits[name]
            slot = slots.get(name)
            first = min(spans[0][0] for spans in self._options[name].values())
            model.add_hint(start, (slot.start if slot else first) - self._origin)
            late = max(0, slot.start - visit.deadline) if slot else 0
            if name in self._late:
                model.add_hint(self._late[name], late > 0)
                model.add_hint(self._minutes[name], late)
            if name in self._moved:
                kept = kept_times(self._board.problem, visit)
                moved = slot and kept and not kept[0] <= slot.start <= kept[1]
                model.add_hint(self._moved[name], bool(moved))
        for (name, piece), at in self._at.items():
            model.add_hint(at, pieces.get(name) == piece)
        for piece, arcs in self._arcs.items():
            keys = ["", *(stop.key for stop in self.best.orders[piece]), ""]
            used = set(pairwise(keys))
            for arc, literal in arcs.items():
                model.add_hint(literal, arc in used)

    def values(self) -> Sequence[int]:
        """Return the levels of the best plan so far."""
        return self.best.cost()

    def accept(self, solution: Any) -> None:
        """Keep the solver's solution if it is better."""
        orders = list(self._board.fixed)
        for piece in self._arcs:
            inside = [
                (solution.value(self._start[name]), self._board.free[name])
                for (name, n), at in self._at.items()
                if n == piece and solution.boolean_value(at)
            ]
            fixed = [((s.pinned or 0) - self._origin, s) for s in orders[piece]]
            orders[piece] = tuple(s for _, s in sorted([*inside, *fixed], key=lambda row: row[0]))
        found = self.best.copy()
        found.load(orders)
        if found.cost() < self.best.cost():
            self.best = found

    # -- variables

    def _add_visit(self, name: str, stop: Stop) -> None:
        model, options = self.model, self._options[name]
        visit = self._board.problem.visits[name]
        spans = sorted({span for spans in options.values() for span in spans})
        domain = self._domain(spans)
        start = self._start[name] = model.new_int_var_from_domain(domain, f"start {name}")
        for piece, own in options.items():
            at = self._at[name, piece] = model.new_bool_var(f"{name} in {piece}")
            model.add_linear_expression_in_domain(start, self._domain(own)).only_enforce_if(at)
        model.add_at_most_one(self._at[name, piece] for piece in options)
        due, last = visit.deadline - self._origin, max(b for _, b in spans) - self._origin
        if last > due:
            late = self._late[name] = model.new_bool_var(f"late {name}")
            minutes = self._minutes[name] = model.new_int_var(0, last - due, f"minutes {name}")
            given = sum(self._at[name, piece] for piece in options)
            # Nobody who is out is late: the count of those who are out says so.
            model.add(minutes >= start - due - (last - due) * (1 - given))
            model.add(minutes == 0).only_enforce_if(~late)
        self._add_moved(name, visit, start, options)

    def _add_moved(
        self, name: str, visit: Visit, start: Var, options: Mapping[int, tuple[Span, ...]]
    ) -> None:
        kept = kept_times(self._board.problem, visit)
        if kept is None:
            return
        moved = self._moved[name] = self.model.new_bool_var(f"moved {name}")
        for piece in options:
            at = self._at[name, piece]
            self.model.add(start >= kept[0] - self._origin).only_enforce_if(at, ~moved)
            self.model.add(start <= kept[1] - self._origin).only_enforce_if(at, ~moved)

    def _domain(self, spans: Sequence[Span]) -> Any:
        shifted = [[a - self._origin, b - self._origin] for a, b in spans]
        return cp_model.Domain.from_intervals(shifted)

    def _add_circuit(self, index: int) -> None:
        """One round trip from base over the fixed stops and the visits given to this piece."""
        board, model = self._board, self.model
        visits = [board.free[name] for name, piece in self._at if piece == index]
        if not visits:
            return
        stops = [*board.fixed[index], *visits]
        number = {stop.key: n for n, stop in enumerate(stops, start=1)}
        arcs: list[tuple[int, int, Var]] = []
        own = self._arcs[index] = {}
        for one in stops:
            own["", one.key] = model.new_bool_var(f"base {one.key}")
            own[one.key, ""] = model.new_bool_var(f"{one.key} base")
            for other in stops:
                if one is not other and self._may_follow(index, one, other):
                    literal = own[one.key, other.key] = model.new_bool_var("arc")
                    way = board.travel(one.node, other.node)
                    after = self._begin(one) + one.duration + way
                    model.add(self._begin(other) >= after).only_enforce_if(literal)
        number[""] = _BASE
        arcs += [(number[a], number[b], literal) for (a, b), literal in own.items()]
        if not board.fixed[index]:
            own["", ""] = model.new_bool_var(f"unused {index}")
            arcs.append((_BASE, _BASE, own["", ""]))
        for stop in visits:
            assert stop.visit is not None
            at = self._at[stop.visit.id, index]
            arcs.append((number[stop.key], number[stop.key], ~at))
            if not board.fixed[index]:
                model.add_implication(at, ~own["", ""])
        model.add_circuit(arcs)

    def _begin(self, stop: Stop) -> Var:
        if stop.pinned is not None:
            return stop.pinned - self._origin
        assert stop.visit is not None
        return self._start[stop.visit.id]

    def _span(self, piece: int, stop: Stop) -> Span:
        """Return the earliest and latest begin of a stop in a piece."""
        if stop.pinned is not None:
            return stop.pinned, stop.pinned
        assert stop.visit is not None
        own = self._options[stop.visit.id][piece]
        return own[0][0], own[-1][1]

    def _may_follow(self, piece: int, one: Stop, other: Stop) -> bool:
        way = self._board.travel(one.node, other.node)
        return self._span(piece, one)[0] + one.duration + way <= self._span(piece, other)[1]

    # -- objective

    def _levels(self) -> tuple[Level, ...]:
        board, visits = self._board, self._board.problem.visits
        fixed = self._fixed_cost()
        weight: list[Var] = [fixed[0]]
        left: list[Var] = [fixed[1]]
        points: list[Var] = [fixed[3]]
        most = fixed[3]
        for name in self._start:
            given = sum(self._at[name, piece] for piece in self._options[name])
            weight.append((1 - given) * visits[name].priority_weight)
            left.append(1 - given)
            costs = [
                self._at[name, n] * board.assessor_points(visits[name], board.pieces[n].assessor)
                for n in self._options[name]
            ]
            points += costs
            most += max(
                board.assessor_points(visits[name], board.pieces[n].assessor)
                for n in self._options[name]
            )
        weight += [late * visits[name].priority_weight for name, late in self._late.items()]
        minutes = sum(self._minutes.values()) + fixed[2]
        changed = board.problem.weights.time_changed
        points += [moved * changed for moved in self._moved.values()]
        most += changed * len(self._moved)
        travel, longest = self._travel(fixed[4])
        total = sum(v.priority_weight for v in visits.values())
        slack = board.problem.horizon[1] - min((v.deadline for v in visits.values()), default=0)
        return (
            Level(sum(weight), fixed[0], 2 * total),
            Level(sum(left), fixed[1], len(visits)),
            Level(minutes, fixed[2], fixed[2] + max(0, slack) * len(self._late)),
            Level(sum(points), fixed[3], most),
            Level(travel, 0, longest),
        )

    def _travel(self, fixed: int) -> tuple[Var, int]:
        terms: list[Var] = [fixed]
        longest = fixed
        for index, arcs in self._arcs.items():
            nodes = {stop.key: stop.node for stop in self._board.fixed[index]}
            nodes |= {s.key: s.node for s in self._board.free.values()}
            nodes[""] = self._board.pieces[index].base
            for (a, b), literal in arcs.items():
                way = 0 if a == b else self._board.travel(nodes[a], nodes[b])
                terms.append(literal * way)
                longest += way
        return sum(terms), longest

    def _fixed_cost(self) -> tuple[int, int, int, int, int]:
        """Return what no decision changes: pinned visits, those nobody can make, other routes."""
        board = self._board
        bare = Routes(board).cost()
        free = [board.unscheduled(name) for name in self._start]
        weight = bare[0] - sum(cost[0] for cost in free)
        travel = bare[4] - sum(
            timed.cost[4]
            for piece in self._arcs
            for timed in [board.timed(piece, board.fixed[piece])]
            if board.fixed[piece] and timed
        )
        return weight, bare[1] - len(free), bare[2], bare[3], travel


def _on_time(board: Board) -> dict[str, dict[int, tuple[Span, ...]]]:
    """Return the options cut at the deadline."""
    found: dict[str, dict[int, tuple[Span, ...]]] = {}
    for name, pieces in board.options.items():
        due = board.problem.visits[name].deadline
        cut = {
            n: tuple((a, min(b, due)) for a, b in spans if a <= due) for n, spans in pieces.items()
        }
        found[name] = {n: spans for n, spans in cut.items() if spans}
    return found
