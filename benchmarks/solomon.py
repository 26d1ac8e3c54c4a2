"""Solomon's public instances of vehicle routing with time windows, beside their best known plans.

Read where they lie: each NAME.txt with NAME.sol of the set. They have a capacity, which assessments
at home have not, so they go to PyVRP itself, set as for our own plans where all vehicles are alike.
Distances are cut to one decimal, as in the DIMACS challenge.
"""

from __future__ import annotations

import math
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pyvrp import Client, Depot, Location, ProblemData, VehicleType, solve

from d2a_desktop.scheduling.fleet import settings

_TENTHS = 10


@dataclass(frozen=True)
class Instance:
    """One instance: rows of (x, y, demand, ready, due, service), the depot first."""

    name: str
    vehicles: int
    capacity: int
    rows: tuple[tuple[int, ...], ...]
    best_known: float


def instances(folder: Path) -> list[Instance]:
    """Return every instance of a folder whose best known plan is there too."""
    files = sorted(folder.glob("*.txt"))
    return [_instance(file) for file in files if file.with_suffix(".sol").is_file()]


def distance(instance: Instance, *, seconds: float, seed: int = 1) -> float:
    """Return the length of the best plan that is found in so many seconds of CPU time."""
    data = _data(instance)
    end = time.process_time() + seconds

    def stop(best_cost: int) -> bool:
        del best_cost
        return time.process_time() > end

    result = solve(data, stop, seed=seed, collect_stats=False, params=settings(data))
    return result.best.distance() / _TENTHS if result.best.is_feasible() else math.inf


def _instance(file: Path) -> Instance:
    lines = file.read_text(encoding="ascii").splitlines()
    numbers = [[int(cell) for cell in line.split()] for line in lines if _all_numbers(line)]
    vehicles, capacity = numbers[0]
    told = re.search(r"Cost\s+([\d.]+)", file.with_suffix(".sol").read_text(encoding="ascii"))
    if told is None:
        raise ValueError(f"{file.stem} has no best known cost")
    rows = tuple(tuple(row[1:]) for row in numbers[1:])
    return Instance(file.stem, vehicles, capacity, rows, float(told[1]))


def _all_numbers(line: str) -> bool:
    cells = line.split()
    return bool(cells) and all(cell.isdecimal() for cell in cells)


def _data(instance: Instance) -> ProblemData:
    rows = instance.rows
    # PyVRP's annotation names a shape that NumPy's own types do not have.
    ways: Any = np.array(
        [[int(_TENTHS * math.dist(one[:2], other[:2])) for other in rows] for one in rows],
        dtype=np.int64,
    )
    locations = [Location(row[0], row[1]) for row in rows]
    clients = [
        Client(
            place,
            delivery=[demand],
            service_duration=_TENTHS * service,
            tw_early=_TENTHS * ready,
            tw_late=_TENTHS * due,
        )
        for place, (_, _, demand, ready, due, service) in enumerate(rows)
        if place
    ]
    depot = rows[0]
    vehicle = VehicleType(
        instance.vehicles,
        [instance.capacity],
        tw_early=_TENTHS * depot[3],
        tw_late=_TENTHS * depot[4],
    )
    return ProblemData(locations, clients, [Depot(0)], [vehicle], [ways], [ways])
