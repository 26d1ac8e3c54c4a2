"""The stops of every piece of working time: their order, best times and cost."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from d2a_desktop.scheduling.options import (
    kept_times,
    open_spans,
    points,
    slots,
    unsuitable,
)
from d2a_desktop.scheduling.problem import Piece, Problem, Slot, Visit
from d2a_desktop.scheduling.shifts import Span

# The cost of a route: weight late, unscheduled, minutes late, points, travel minutes.
Cost = tuple[int, int, int, int, int]
NOTHING: Cost = (0, 0, 0, 0, 0)
# With more stops that want their former time, each decides for itself in turn.
_MOST_KEPT_TIMES = 6
_FEW_WINDOWS = 4
# A visit is tried in at most so many pieces of working time.
MOST_PIECES = 2_000


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop of a route: a visit, or a fixed appointment; `pinned` is its only start."""

    key: str
    node: str
    duration: int
    visit: Visit | None
    pinned: int | None


@dataclass(frozen=True, slots=True)
class Timed:
    """A route with its starts and what it costs."""

    starts: tuple[int, ...]
    cost: Cost


def added(one: Cost, other: Cost, *, sign: int = 1) -> Cost:
    """Return the sum (or with sign=-1 the difference) level by level."""
    a, b, c, d, e = (x + sign * y for x, y in zip(one, other, strict=True))
    return a, b, c, d, e


class Board:
    """What never changes while a plan is searched: stops, options, pins, fixed routes."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        # Whether options were left out because there are too many of them.
        self.pruned = False
        self._points: dict[tuple[str, str], int] = {}
        planned = {name: kept_times(problem, v) for name, v in problem.visits.items()}
        self._kept_times: dict[str, Span] = {name: span for name, span in planned.items() if span}
        self.pieces: list[Piece] = [p for a in problem.assessors.values() for p in a.pieces]
        self.fixed: list[tuple[Stop, ...]] = [
            tuple(
                Stop(f"appointment {a.id}", a.node, a.end - a.start, None, a.start)
                for a in sorted(piece.appointments, key=lambda a: a.start)
            )
            for piece in self.pieces
        ]
        # A piece whose appointments cannot be reached in time takes no visit.
        self.closed = {
            n for n, stops in enumerate(self.fixed) if stops and self.timed(n, stops) is None
        }
        # Confirmed visits that cannot stand as confirmed: code and fact.
        self.broken_pins: dict[str, tuple[str, str]] = {}
        self.pinned: dict[str, int] = {}
        self._pin_all()
        self.free: dict[str, Stop] = {
            v.id: Stop(f"visit {v.id}", v.node, v.duration, v, None)
            for v in problem.visits.values()
            if v.confirmed is None or problem.is_void(v)
        }
        self.options: dict[str, dict[int, tuple[Span, ...]]] = {
            name: self._options(stop) for name, stop in self.free.items()
        }

    def unscheduled(self, visit: str) -> Cost:
        """Return the cost of leaving a visit out."""
        return (self.problem.visits[visit].priority_weight, 1, 0, 0, 0)

    def assessor_points(self, visit: Visit, assessor: str) -> int:
        """Return the points of giving a visit to an assessor, whatever the time."""
        key = (visit.id, assessor)
        if key not in self._points:
            person = self.problem.assessors[assessor]
            self._points[key] = sum(p.points for p in points(self.problem, visit, person))
        return self._points[key]

    def timed(self, piece: int, stops: Sequence[Stop]) -> Timed | None:
        """Return the best times of a route in this order, or None if there are none.

        For every choice of stops that keep their former time the earliest times are best; all
        choices are tried where they are few.
        """
        wanting = [s for s in stops if s.pinned is None and self._kept(s) is not None]
        if not wanting:
            return self._earliest(piece, stops, frozenset())
        keeping: Iterable[frozenset[str]] = _subsets([s.key for s in wanting])
        if len(wanting) > _MOST_KEPT_TIMES:
            keeping = (frozenset(), frozenset(s.key for s in wanting))
        found = (self._earliest(piece, stops, keep) for keep in keeping)
        return min((t for t in found if t), key=lambda t: (t.cost, t.starts), default=None)

    def travel(self, one: str, other: str) -> int:
        """Return the minutes from one place to another."""
        return self.problem.travel[one][other]

    def _kept(self, stop: Stop) -> Span | None:
        return None if stop.visit is None else self._kept_times.get(stop.visit.id)

    def _earliest(self, index: int, stops: Sequence[Stop], keep: frozenset[str]) -> Timed | None:
        # The inner loop of every search: it asks for nothing twice and adds plain numbers.
        piece, ways = self.pieces[index], self.problem.travel
        place, clock = piece.base, piece.start
        starts, travel, weight, minutes, given = [], 0, 0, 0, 0
        for stop in stops:
            way = ways[place][stop.node]
            start = self._start(stop, index, clock + way, keep)
            if start is None:
                return None
            starts.append(start)
            travel += way
            place, clock = stop.node, start + stop.duration
            visit = stop.visit
            if visit is not None:
                given += self.assessor_points(visit, piece.assessor)
                kept = self._kept_times.get(visit.id)
                if kept is not None and not kept[0] <= start <= kept[1]:
                    given += self.problem.weights.time_changed
                if start > visit.deadline:
                    weight += visit.priority_weight
                    minutes += start - visit.deadline
        back = ways[place][piece.base]
        if clock + back > piece.end:
            return None
        return Timed(tuple(starts), (weight, 0, minutes, given, travel + back))

    def _start(self, stop: Stop, piece: int, arrival: int, keep: frozenset[str]) -> int | None:
        if stop.pinned is not None:
            return stop.pinned if arrival <= stop.pinned else None
        assert stop.visit is not None
        if stop.key in keep:
            kept = self._kept_times[stop.visit.id]
            if arrival > kept[1]:
                return None
            arrival = max(arrival, kept[0])
        spans = self.options[stop.visit.id].get(piece, ())
        # Round times make many windows of a day; most visits have one.
        at = bisect_left(spans, arrival, key=_last) if len(spans) > _FEW_WINDOWS else 0
        for first, last in spans[at:]:
            if arrival <= last:
                return max(arrival, first)
        return None

    def _options(self, stop: Stop) -> dict[int, tuple[Span, ...]]:
        assert stop.visit is not None
        found = {}
        for n, piece in enumerate(self.pieces):
            if n in self.closed:
                continue
            if unsuitable(stop.visit, self.problem.assessors[piece.assessor]):
                continue
            spans = slots(self.problem, stop.visit, piece)
            if spans:
                found[n] = spans
        if len(found) <= MOST_PIECES:
            return found
        # So many could come that the nearest of them will do; nothing is proven from here on.
        self.pruned = True
        visit = stop.visit

        def price(n: int) -> tuple[int, int, int, int]:
            piece = self.pieces[n]
            late = max(0, found[n][0][0] - visit.deadline)
            way = self.travel(piece.base, visit.node) + self.travel(visit.node, piece.base)
            return late, self.assessor_points(visit, piece.assessor), way, n

        return {n: found[n] for n in sorted(sorted(found, key=price)[:MOST_PIECES])}

    # -- confirmed visits

    def _pin_all(self) -> None:
        confirmed = [
            v for v in self.problem.visits.values() if v.confirmed and not self.problem.is_void(v)
        ]
        for visit in sorted(confirmed, key=lambda v: (-v.priority_weight, v.id)):
            broken = self._pin(visit)
            if broken:
                self.broken_pins[visit.id] = broken

    def _pin(self, visit: Visit) -> tuple[str, str] | None:
        """Put a confirmed visit into its piece; return the rule that forbids it."""
        assert visit.confirmed is not None
        start, assessor = visit.confirmed.start, self.problem.assessors[visit.confirmed.assessor]
        rules = unsuitable(visit, assessor)
        if rules:
            return rules[0]
        if not any(a <= start <= b for a, b in open_spans(visit)):
            return "window", "the confirmed time is before the arrival or outside the windows"
        span = (start, start + visit.duration)
        for n, piece in enumerate(self.pieces):
            if piece.assessor == assessor.id and piece.start <= span[0] and span[1] <= piece.end:
                stop = Stop(f"visit {visit.id}", visit.node, visit.duration, visit, start)
                order = tuple(sorted((*self.fixed[n], stop), key=lambda s: s.pinned or 0))
                if n in self.closed or self._earliest(n, order, frozenset()) is None:
                    return "travel", "the confirmed time cannot be reached"
                self.fixed[n] = order
                self.pinned[visit.id] = n
                return None
        return "hours", "the confirmed time is outside the assessor's working hours"


def _last(span: Span) -> int:
    return span[1]


def _subsets(names: Sequence[str]) -> Iterator[frozenset[str]]:
    for bits in range(2 ** len(names)):
        yield frozenset(name for n, name in enumerate(names) if bits >> n & 1)


class Routes:
    """A plan being built: the order of stops of each piece, with times and the total cost."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self.orders: list[tuple[Stop, ...]] = list(board.fixed)
        self._timed: list[Timed] = [
            board.timed(n, stops) or Timed(tuple(s.pinned or 0 for s in stops), self._closed(n))
            if stops
            else Timed((), NOTHING)
            for n, stops in enumerate(self.orders)
        ]
        self.out: set[str] = {*board.free, *board.broken_pins}
        # Kept as it changes: a hub has far more pieces than a change touches.
        self._inside = NOTHING
        for timed in self._timed:
            self._inside = added(self._inside, timed.cost)
        self._piece_of = {
            stop.visit.id: n
            for n, stops in enumerate(self.orders)
            for stop in stops
            if stop.visit is not None
        }

    def copy(self) -> Routes:
        """Return a plan that can be changed without changing this one."""
        twin = object.__new__(Routes)
        twin.board, twin.out = self.board, set(self.out)
        twin.orders, twin._timed = list(self.orders), list(self._timed)
        twin._inside, twin._piece_of = self._inside, dict(self._piece_of)
        return twin

    def cost(self) -> Cost:
        """Return the five levels of the whole plan."""
        total = self._inside
        for visit in self.out:
            total = added(total, self.board.unscheduled(visit))
        return total

    def insertions(self, visit: str) -> Iterator[tuple[Cost, int, int]]:
        """Yield (cost added, piece, position) of every way to insert a visit that is out.

        The cost is that of the piece's route alone: being out is not credited.
        """
        stop = self.board.free[visit]
        for piece in self.board.options[visit]:
            order, before = self.orders[piece], self._timed[piece].cost
            for at in self._worth_trying(piece, stop):
                timed = self.board.timed(piece, (*order[:at], stop, *order[at:]))
                if timed is not None:
                    yield added(timed.cost, before, sign=-1), piece, at

    def _worth_trying(self, piece: int, stop: Stop) -> Iterator[int]:
        """Yield the positions that the times before and after do not rule out at once."""
        board, order = self.board, self.orders[piece]
        assert stop.visit is not None
        spans = board.options[stop.visit.id][piece]
        ways, base = board.problem.travel, board.pieces[piece].base
        place, clock = base, board.pieces[piece].start
        for at in range(len(order) + 1):
            if clock + ways[place][stop.node] <= spans[-1][1]:
                after = order[at] if at < len(order) else None
                ends = spans[0][0] + stop.duration
                if after is None or ends + ways[stop.node][after.node] <= self._latest(
                    piece, after
                ):
                    yield at
            if at < len(order):
                way = ways[place][order[at].node]
                # Times may yet change: only what no time can change is counted on.
                clock = max(clock + way, self._soonest(piece, order[at])) + order[at].duration
                place = order[at].node

    def _latest(self, piece: int, stop: Stop) -> int:
        if stop.pinned is not None or stop.visit is None:
            return stop.pinned or 0
        return self.board.options[stop.visit.id][piece][-1][1]

    def _soonest(self, piece: int, stop: Stop) -> int:
        if stop.pinned is not None or stop.visit is None:
            return stop.pinned or 0
        return self.board.options[stop.visit.id][piece][0][0]

    def insert(self, visit: str, piece: int, at: int) -> None:
        """Insert a visit; the place must be one that `insertions` gave."""
        order = self.orders[piece]
        self._set(piece, (*order[:at], self.board.free[visit], *order[at:]))
        self.out.remove(visit)

    def remove(self, visits: Iterable[str]) -> None:
        """Take free visits out of the plan."""
        visits = list(visits)
        gone = {f"visit {visit}" for visit in visits}
        for piece in sorted({self._piece_of[visit] for visit in visits if visit in self._piece_of}):
            order = self.orders[piece]
            left = tuple(stop for stop in order if stop.key not in gone)
            # Where a way round is shorter than the way, a removal can break what is left.
            while len(left) < len(order) and left and self.board.timed(piece, left) is None:
                last = max(n for n, stop in enumerate(left) if stop.pinned is None)
                left = (*left[:last], *left[last + 1 :])
            if len(left) < len(order):
                self.out.update(s.visit.id for s in order if s not in left and s.visit)
                self._set(piece, left)

    def load(self, orders: Sequence[tuple[Stop, ...]]) -> None:
        """Replace the whole plan by orders found elsewhere (by the exact model)."""
        for piece, order in enumerate(orders):
            if order != self.orders[piece]:
                self._set(piece, order)
        inside = {stop.visit.id for order in orders for stop in order if stop.visit}
        self.out = set(self.board.problem.visits) - inside

    def slots(self) -> dict[str, Slot]:
        """Return assessor and start of every scheduled visit."""
        found = {}
        for n in sorted(set(self._piece_of.values())):
            for stop, start in zip(self.orders[n], self._timed[n].starts, strict=True):
                if stop.visit is not None:
                    found[stop.visit.id] = Slot(self.board.pieces[n].assessor, start)
        return found

    def _set(self, piece: int, order: tuple[Stop, ...]) -> None:
        timed = self.board.timed(piece, order) if order else Timed((), NOTHING)
        assert timed is not None
        self._inside = added(added(self._inside, self._timed[piece].cost, sign=-1), timed.cost)
        for stop in self.orders[piece]:
            if stop.visit is not None and self._piece_of.get(stop.visit.id) == piece:
                del self._piece_of[stop.visit.id]
        for stop in order:
            if stop.visit is not None:
                self._piece_of[stop.visit.id] = piece
        self.orders[piece], self._timed[piece] = order, timed

    def _closed(self, piece: int) -> Cost:
        """Return the cost of a piece whose appointments stand although the way is too long."""
        places = [self.board.pieces[piece].base, *(s.node for s in self.orders[piece])]
        legs = zip(places, [*places[1:], places[0]], strict=True)
        return (0, 0, 0, 0, sum(self.board.travel(a, b) for a, b in legs))
