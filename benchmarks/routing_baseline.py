"""A plan of the same diary by OR-Tools' routing library: what another good solver makes of it."""

from __future__ import annotations

from typing import Any

from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from d2a_desktop.scheduling.route import Board

_DROPPED = 1_000_000
_LONGEST = 60 * 24 * 10


def routed(board: Board, *, seconds: float) -> tuple[int, int]:
    """Return (visits not planned in time, minutes of travel) after guided local search.

    It knows on-time starts, shifts and suitability; the boards of the benchmark have no wishes.
    """
    visits = list(board.free.values())
    nodes = [stop.node for stop in visits]
    nodes += [piece.base for piece in board.pieces]
    bases = [len(visits) + n for n in range(len(board.pieces))]
    manager = pywrapcp.RoutingIndexManager(len(nodes), len(bases), bases, bases)
    routing = pywrapcp.RoutingModel(manager)
    travel, origin = board.problem.travel, min(piece.start for piece in board.pieces)

    def way(start: int, end: int) -> int:
        one, other = manager.IndexToNode(start), manager.IndexToNode(end)
        return travel[nodes[one]][nodes[other]]

    def taken(start: int, end: int) -> int:
        one = manager.IndexToNode(start)
        return way(start, end) + (visits[one].duration if one < len(visits) else 0)

    routing.SetArcCostEvaluatorOfAllVehicles(routing.RegisterTransitCallback(way))
    routing.AddDimension(routing.RegisterTransitCallback(taken), _LONGEST, _LONGEST, False, "time")
    clock = routing.GetDimensionOrDie("time")
    for vehicle, piece in enumerate(board.pieces):
        for index in (routing.Start(vehicle), routing.End(vehicle)):
            clock.CumulVar(index).SetRange(piece.start - origin, piece.end - origin)
    for n, stop in enumerate(visits):
        _add_visit(board, routing, clock, manager.NodeToIndex(n), stop, origin)
    asked = pywrapcp.DefaultRoutingSearchParameters()
    asked.first_solution_strategy = (
        routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    )
    asked.local_search_metaheuristic = (
        routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    )
    asked.time_limit.FromMilliseconds(round(seconds * 1000))
    found = routing.SolveWithParameters(asked)
    if found is None:
        return len(visits), 0
    dropped = found.ObjectiveValue() // _DROPPED
    return dropped, found.ObjectiveValue() - dropped * _DROPPED


def _add_visit(board: Board, routing: Any, clock: Any, index: int, stop: Any, origin: int) -> None:
    options = board.options[stop.visit.id]
    spans = [span for own in options.values() for span in own]
    routing.AddDisjunction([index], _DROPPED)
    if not spans:
        routing.VehicleVar(index).SetValues([-1])
        return
    last = min(max(b for _, b in spans), stop.visit.deadline)
    first = min(a for a, _ in spans)
    clock.CumulVar(index).SetRange(first - origin, max(first, last) - origin)
    routing.VehicleVar(index).SetValues([-1, *sorted(options)])
