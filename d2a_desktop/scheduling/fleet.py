"""The plan as a fleet of vehicles for PyVRP: each piece of working time drives from base to base.

PyVRP minimises one sum, so the levels are priced; the price only guides the search, and the plan is
judged by its true levels (`Routes.cost`) before it replaces another.
"""

from __future__ import annotations

import dataclasses
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from typing import Any

import numpy as np
from pyvrp import (
    Client,
    ClientGroup,
    Depot,
    IteratedLocalSearchParams,
    Location,
    PenaltyParams,
    ProblemData,
    Route,
    Solution,
    SolveParams,
    VehicleType,
    solve,
)
from pyvrp.IteratedLocalSearch import IteratedLocalSearchCallbacks
from pyvrp.search import PerturbationParams

from d2a_desktop.scheduling.insertion import build
from d2a_desktop.scheduling.options import kept_times, slots
from d2a_desktop.scheduling.problem import Visit
from d2a_desktop.scheduling.route import Board, Routes, Stop
from d2a_desktop.scheduling.shifts import Span

# Prices in minutes of travel. A visit that is planned is worth more than any way to it.
_POINT = 100
_LATE_MINUTE = 30
_PLANNED = 200_000
_WEIGHT = 1_000_000
# Lateness is priced by bands: the search sees when a visit falls into an earlier one.
_BANDS = (30, 60, 120, 240, 480, 960, 1440, 2880, 4320)
# Windows so close together are the round times of one stretch, not separate wishes.
_ROUND_TIMES = 15
_NEVER = 10_000_000
# PyVRP's default gives up a minute of delay for 100,000; a heavy visit is worth more than that.
_MOST_PENALTY = 50_000_000.0
# Measured at 50 assessors and 300 visits in 5 s: where no two vehicles are alike, five times as
# many steps as with PyVRP's own 300 and 25, and 2 to 6 % less travel. Where all are alike (in
# Solomon's instances), PyVRP's own are better by 2 %.
_HISTORY, _MOST_PERTURBED = 50, 5
_LARGEST_MATRICES_MB = 400
_REPORT_SECONDS = 0.05

Stopped = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class _Choice:
    """One way to serve a visit: a window of starts and what it earns."""

    visit: str
    first: int
    last: int
    prize: int


@dataclass(frozen=True, slots=True)
class _Place:
    """A location: a base, a fixed stop or a visit; `ends` where its end is fixed."""

    node: str
    stop: Stop | None
    ends: int | None = None
    step: int = 1
    phase: int = 0


class Fleet:
    """The problem as PyVRP reads it, and the way there and back.

    Args:
        board: what is to be planned.
        late: whether visits may be planned after their deadline.
    """

    def __init__(self, board: Board, *, late: bool) -> None:
        self._board = board
        self._pieces = [n for n in range(len(board.pieces)) if n not in board.closed]
        self._origin = min((board.pieces[n].start for n in self._pieces), default=0)
        self._choices: list[_Choice] = []
        # Every client of PyVRP, in its order: the stop and, for a visit, its choice.
        self._clients: list[tuple[Stop, _Choice | None]] = []
        self._places: list[_Place] = []
        self._made_clients: list[Client] = []
        self._groups: list[ClientGroup] = []
        self._bases: dict[str, int] = {}
        self._add_bases()
        for n in self._pieces:
            for stop in board.fixed[n]:
                self._add_fixed(stop)
        for name in sorted(board.free):
            self._add_visit(name, late=late)
        self.data = self._data()

    # -- there and back

    def warm(self, routes: Routes) -> Solution:
        """Return the plan so far as a solution to begin with."""
        number: dict[str, list[int]] = {}
        for n, (stop, _) in enumerate(self._clients):
            number.setdefault(stop.key, []).append(n)
        made, slots = [], routes.slots()
        for vehicle, piece in enumerate(self._pieces):
            visits = []
            for stop in routes.orders[piece]:
                start = stop.pinned
                if start is None and stop.visit is not None:
                    start = slots[stop.visit.id].start
                client = self._client_at(number.get(stop.key, []), start or 0)
                if client is not None:
                    visits.append(client)
            if visits:
                made.append(Route(self.data, visits, vehicle))
        return Solution(self.data, made)

    def read(self, solution: Solution) -> Routes:
        """Return a solution as a plan, its times worked out afresh; what does not fit is left out.

        Visits that are out are then inserted where they can be.
        """
        board = self._board
        orders = list(board.fixed)
        for route in solution.routes():
            piece = self._pieces[route.vehicle_type()]
            stops = [self._clients[a.idx][0] for a in route if a.is_client()]
            orders[piece] = self._feasible(piece, stops)
        found = Routes(board)
        found.load(orders)
        waiting = sorted(found.out & board.free.keys(), key=self._urgency)
        build(found, waiting)
        return found

    def _client_at(self, clients: Sequence[int], start: int) -> int | None:
        for n in clients:
            choice = self._clients[n][1]
            if choice is None or choice.first <= start <= choice.last:
                return n
        return None

    def _feasible(self, piece: int, stops: list[Stop]) -> tuple[Stop, ...]:
        """Return the order with visits left out until the rest can be done."""
        board = self._board
        fixed = set(board.fixed[piece])
        stops = [s for s in stops if s in fixed or (s.visit and piece in self._options(s))]
        if not fixed <= set(stops):
            return board.fixed[piece]
        while board.timed(piece, stops) is None:
            shorter = [[*stops[:n], *stops[n + 1 :]] for n, s in enumerate(stops) if s not in fixed]
            fitting = (each for each in shorter if board.timed(piece, each) is not None)
            stops = next(fitting, shorter[-1])
        return tuple(stops)

    def _options(self, stop: Stop) -> dict[int, tuple[Span, ...]]:
        assert stop.visit is not None
        return self._board.options[stop.visit.id]

    def _urgency(self, name: str) -> tuple[int, int, str]:
        visit = self._board.problem.visits[name]
        return -visit.priority_weight, visit.deadline, name

    # -- clients

    def _add_bases(self) -> None:
        for n in self._pieces:
            base = self._board.pieces[n].base
            if base not in self._bases:
                self._bases[base] = len(self._places)
                self._places.append(_Place(base, None))

    def _add_fixed(self, stop: Stop) -> None:
        at = (stop.pinned or 0) - self._origin
        ends = (stop.pinned or 0) + stop.duration
        place = len(self._places)
        self._places.append(_Place(stop.node, stop, ends=ends))
        self._clients.append((stop, None))
        self._made_clients.append(
            Client(place, service_duration=stop.duration, tw_early=at, tw_late=at, required=True)
        )

    def _add_visit(self, name: str, *, late: bool) -> None:
        stop = self._board.free[name]
        spans, step = self._stretches(name)
        choices = self._priced(name, spans, late=late)
        if not choices:
            return
        place = len(self._places)
        self._places.append(_Place(stop.node, stop, step=step, phase=spans[0][0]))
        group = len(self._groups) if len(choices) > 1 else None
        members = []
        for choice in choices:
            members.append(len(self._clients))
            self._clients.append((stop, choice))
            self._made_clients.append(
                Client(
                    place,
                    service_duration=stop.duration,
                    tw_early=choice.first - self._origin,
                    tw_late=choice.last - self._origin,
                    prize=choice.prize,
                    required=False,
                    group=group,
                )
            )
        if group is not None:
            self._groups.append(ClientGroup(members, required=False))

    def _stretches(self, name: str) -> tuple[list[Span], int]:
        """Return the stretches of starts of a visit in all pieces, and the step inside them.

        Windows of round times a quarter of an hour apart are one stretch; so are windows with no
        working time between them, where nothing can start anyway.
        """
        board, visit = self._board, self._board.problem.visits[name]
        spans = sorted({span for own in board.options[name].values() for span in own})
        if visit.windows is None and spans:
            return [(spans[0][0], max(last for _, last in spans))], 1
        rooms = self._rooms(name)
        found: list[Span] = []
        steps: list[int] = []
        for first, last in spans:
            end = found[-1][1] if found else first
            gap = first - end
            if found and (gap <= _ROUND_TIMES or not _meet(rooms, (end + 1, first - 1))):
                if 1 < gap <= _ROUND_TIMES:
                    steps.append(gap)
                found[-1] = (found[-1][0], max(last, end))
            else:
                found.append((first, last))
        return found, reduce(math.gcd, steps, 0) or 1

    def _rooms(self, name: str) -> list[Span]:
        """Return when a visit could start if the person had no windows."""
        board = self._board
        anytime = dataclasses.replace(board.problem.visits[name], windows=None)
        who = {board.pieces[n].assessor for n in board.options[name]}
        pieces = (board.pieces[n] for n in self._pieces)
        return sorted(
            {
                span
                for piece in pieces
                if piece.assessor in who
                for span in slots(board.problem, anytime, piece)
            }
        )

    def _priced(self, name: str, spans: Sequence[Span], *, late: bool) -> list[_Choice]:
        """Return the ways to serve a visit, the best paid first."""
        visit = self._board.problem.visits[name]
        planned = _PLANNED + visit.priority_weight * _WEIGHT
        kept = kept_times(self._board.problem, visit)
        changed = self._board.problem.weights.time_changed * _POINT if kept else 0
        found = []
        for first, last in spans:
            if first <= visit.deadline:
                timely = (first, min(last, visit.deadline))
                found.append(_Choice(name, *timely, planned))
                if kept and changed and max(timely[0], kept[0]) <= min(timely[1], kept[1]):
                    inside = (max(timely[0], kept[0]), min(timely[1], kept[1]))
                    found.append(_Choice(name, *inside, planned + changed))
            if late:
                found += self._late_choices(visit, first, last)
        return sorted(found, key=lambda c: (-c.prize, c.first))

    def _late_choices(self, visit: Visit, first: int, last: int) -> Iterator[_Choice]:
        edges = [visit.deadline + 1, *(visit.deadline + band for band in _BANDS), 2**40]
        for begin, end in pairwise(edges):
            low, high = max(first, begin), min(last, end - 1)
            if low <= high:
                # Less late is worth more, and being planned at all is worth something always.
                price = min((low - visit.deadline) * _LATE_MINUTE, _PLANNED * 9 // 10)
                yield _Choice(visit.id, low, high, _PLANNED - price)

    # -- matrices

    def _data(self) -> ProblemData:
        profiles, of_assessor = self._profiles()
        ways = self._ways()
        durations = self._durations(ways)
        distances, times = [], []
        for who in profiles:
            distance, duration = ways.copy(), durations.copy()
            for n, place in enumerate(self._places):
                if place.stop is None:
                    continue
                price = self._price(place.stop, who)
                if price is None:
                    distance[:, n] = distance[n, :] = _NEVER
                    duration[:, n] = duration[n, :] = _NEVER
                    distance[n, n] = duration[n, n] = 0
                elif price:
                    distance[:, n] += price
                    distance[n, n] = 0
            distances.append(distance)
            times.append(duration)
        depots = [Depot(n) for n in self._bases.values()]
        depot = {base: n for n, base in enumerate(self._bases)}
        vehicles = [
            VehicleType(
                start_depot=depot[piece.base],
                end_depot=depot[piece.base],
                tw_early=piece.start - self._origin,
                tw_late=piece.end - self._origin,
                profile=of_assessor[piece.assessor],
            )
            for piece in (self._board.pieces[n] for n in self._pieces)
        ]
        locations = [Location(0, 0) for _ in self._places]
        return ProblemData(
            locations,
            self._made_clients,
            depots,
            vehicles,
            distances,
            times,
            self._groups,
        )

    def _profiles(self) -> tuple[list[str], dict[str, int]]:
        """Return one assessor for each way of being suitable, and the way of every assessor."""
        known: dict[tuple[int | None, ...], int] = {}
        first: list[str] = []
        of_assessor: dict[str, int] = {}
        for who in dict.fromkeys(self._board.pieces[n].assessor for n in self._pieces):
            stops = [place.stop for place in self._places if place.stop is not None]
            key = tuple(self._price(stop, who) for stop in stops)
            if key not in known:
                known[key] = len(first)
                first.append(who)
            of_assessor[who] = known[key]
        return first, of_assessor

    def _price(self, stop: Stop, assessor: str) -> int | None:
        """Return what a stop costs with an assessor beside travel; None: not this assessor."""
        if stop.pinned is not None:
            own = any(
                stop in self._board.fixed[n]
                for n in self._pieces
                if self._board.pieces[n].assessor == assessor
            )
            return 0 if own else None
        assert stop.visit is not None
        options = self._options(stop)
        if not any(self._board.pieces[n].assessor == assessor for n in options):
            return None
        return _POINT * self._board.assessor_points(stop.visit, assessor)

    def _ways(self) -> Any:
        nodes = list(dict.fromkeys(place.node for place in self._places))
        number = {node: n for n, node in enumerate(nodes)}
        travel = self._board.problem.travel
        small = np.array([[travel[a][b] for b in nodes] for a in nodes], dtype=np.int64)
        index = np.array([number[place.node] for place in self._places])
        ways = small[np.ix_(index, index)]
        # Two visits at one address have no way between them, but each place must have none to self.
        np.fill_diagonal(ways, 0)
        return ways

    def _durations(self, ways: Any) -> Any:
        """Return the ways, rounded up where the next start must be a round time."""
        found = ways.copy()
        for to, place in enumerate(self._places):
            if place.step == 1:
                continue
            for start, other in enumerate(self._places):
                if start == to or other.stop is None:
                    continue
                if other.ends is not None:
                    wait = (place.phase - other.ends - int(ways[start, to])) % place.step
                    found[start, to] += wait
                elif other.step == place.step:
                    ends = other.phase + other.stop.duration
                    wait = (place.phase - ends - int(ways[start, to])) % place.step
                    found[start, to] += wait
        return found


def _meet(spans: Sequence[Span], gap: Span) -> bool:
    """Tell whether any span (last minute included) has a minute of the gap."""
    return any(first <= gap[1] and gap[0] <= last for first, last in spans)


def too_large(board: Board) -> bool:
    """Tell whether PyVRP's matrices would need more memory than a desk should give."""
    places = len(board.free) + sum(len(stops) for stops in board.fixed)
    assessors = {piece.assessor for piece in board.pieces}
    places += len(assessors)
    return len(assessors) * places**2 * 16 > _LARGEST_MATRICES_MB * 2**20


class _Watch(IteratedLocalSearchCallbacks):
    """Tells better plans while PyVRP searches, but not more often than people can read."""

    def __init__(self, on_best: Callable[[Solution], None]) -> None:
        self._on_best = on_best
        self._last = 0.0

    def on_best(self, best: Solution) -> None:
        now = time.monotonic()
        if best.is_feasible() and now - self._last > _REPORT_SECONDS:
            self._last = now
            self._on_best(best)


def settings(
    data: ProblemData, callbacks: IteratedLocalSearchCallbacks | None = None
) -> SolveParams:
    """Return how PyVRP searches here: see the constants for what was measured."""
    callbacks = callbacks or IteratedLocalSearchCallbacks()
    if data.num_vehicle_types == 1:
        return SolveParams(ils=IteratedLocalSearchParams(callbacks=callbacks))
    return SolveParams(
        ils=IteratedLocalSearchParams(history_length=_HISTORY, callbacks=callbacks),
        penalty=PenaltyParams(max_penalty=_MOST_PENALTY),
        perturbation=PerturbationParams(max_perturbations=_MOST_PERTURBED),
    )


def search(
    routes: Routes,
    *,
    late: bool,
    seed: int,
    iterations: int | None,
    stopped: Stopped,
    on_better: Callable[[Routes], None] = lambda routes: None,
) -> Routes:
    """Search by PyVRP from a plan, and return a plan that is never worse.

    Args:
        routes: the plan to begin with, which is not changed.
        late: whether visits may be late.
        seed: makes the search repeatable, together with `iterations`.
        iterations: how many at most; None leaves the end to `stopped`.
        stopped: asked at each iteration; ends the search with the best plan so far.
        on_better: called with better plans now and then.
    """
    fleet = Fleet(routes.board, late=late)
    if fleet.data.num_clients == 0 or fleet.data.num_vehicles == 0:
        return routes
    best, best_cost = routes, routes.cost()

    def take(solution: Solution) -> None:
        nonlocal best, best_cost
        found = fleet.read(solution)
        cost = found.cost()
        if cost < best_cost:
            best, best_cost = found, cost
            on_better(best)

    done = 0

    def stop(best_cost: int) -> bool:
        nonlocal done
        del best_cost
        done += 1
        return stopped() or (iterations is not None and done > iterations)

    # A repeatable search must not depend on when it was watched.
    watch = _Watch(take) if iterations is None else IteratedLocalSearchCallbacks()
    result = solve(
        fleet.data,
        stop,
        seed=seed,
        collect_stats=False,
        display=False,
        params=settings(fleet.data, watch),
        initial_solution=fleet.warm(routes),
    )
    if result.best.is_feasible():
        take(result.best)
    return best
