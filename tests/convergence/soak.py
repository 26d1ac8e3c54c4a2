"""`python -m tests.convergence.soak`: fifty desks at once, for minutes, judged like an example.

Real stores, a real PostgreSQL with its ordinary settings, several processes, and somebody who ends
connections at random. Prints figures and a verdict; exit code 1 on any violation.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import psycopg

from d2a_desktop.core.errors import KnownError
from d2a_desktop.shared_db import server
from tests.convergence import deeds, journey, oracle, writing
from tests.convergence.desk import make_template
from tests.convergence.ground import Ground, SharingSystem
from tests.convergence.line import FAULTS
from tests.convergence.world import World
from tests.shared_databases import Database, make_database

_KILL_EVERY_SECONDS = 0.5
_ROUNDS = 60
_DEEDS: tuple[tuple[deeds.Deed, int], ...] = (
    (journey.walk, 8),
    (journey.take_in, 1),
    (deeds.turn_away, 1),
    (deeds.chase, 4),
    (deeds.run_the_office, 1),
    (writing.insert_anything, 3),
    (writing.edit_anything, 4),
    (writing.edit_the_same, 2),
    (writing.command_of_many_rows, 2),
    (deeds.settle_a_conflict, 3),
    (deeds.sync, 4),
    (deeds.sync_some, 2),
    (deeds.check_this_computer, 1),
    (deeds.go_offline_or_back, 1),
    (deeds.power_cut, 1),
    (deeds.restart, 1),
    (deeds.late_delivery, 1),
    (deeds.move_a_clock, 1),
)


@dataclass
class Figures:
    """What one worker, or all of them, did."""

    deeds: int = 0
    syncs: int = 0
    pulled: int = 0
    pushed: int = 0
    failed: int = 0
    conflicts: int = 0
    refused: int = 0
    repaired: int = 0
    largest_outbox: int = 0
    faults: int = 0
    made: int = 0
    sent_again: int = 0
    seconds: list[float] = field(default_factory=list)
    """How long each exchange took."""
    push: list[float] = field(default_factory=list)
    pull: list[float] = field(default_factory=list)
    """How long each answered call took."""
    wrong: list[str] = field(default_factory=list)

    def add(self, other: Figures) -> None:
        for name in vars(self):
            mine, more = getattr(self, name), getattr(other, name)
            setattr(self, name, max(mine, more) if name == "largest_outbox" else mine + more)


def layout(desks: int) -> tuple[dict[str, tuple[str, bool]], dict[str, tuple[str, str]]]:
    """Return organisations and people for so many desks: half wards, then agencies and hubs."""
    orgs: dict[str, tuple[str, bool]] = {f"hospital{n}": ("hospital", True) for n in range(4)}
    orgs |= {"community": ("community", True), "council": ("council", True)}
    orgs |= {f"agency{n}": ("agency", True) for n in range(8)}
    orgs["partner"] = ("agency", False)
    people = {}
    for n in range(desks):
        match n % 6:
            case 0 | 2 | 4:
                people[f"ward{n}"] = (f"hospital{n % 4}", "ward_coordinator")
            case 1:
                people[f"hub{n}"] = ("community", "hub_case_manager")
            case 3 | 5 if n != 5:
                people[f"agent{n}"] = (f"agency{n % 8}", "agency_scheduler")
            case _:
                people[f"council{n}"] = ("council", "hub_case_manager")
    return orgs, people


def deal(desks: int, workers: int) -> list[tuple[str, ...]]:
    """Deal the desks out kind by kind, so that each worker has wards, and agencies or hubs.

    Raises:
        ValueError: there are too few desks for that.
    """
    orgs, people = layout(desks)
    names = sorted(people, key=lambda who: orgs[people[who][0]][0])
    hands = [tuple(names[n::workers]) for n in range(workers)]
    for hand in hands:
        kinds = {orgs[people[who][0]][0] for who in hand}
        if "hospital" not in kinds or kinds.isdisjoint(("agency", "community")):
            raise ValueError(f"{desks} desks are too few for {workers} workers")
    return hands


# --- a worker: some of the desks, in a process of its own ---------------------------------------


@dataclass(frozen=True)
class Task:
    """What a worker is given."""

    database: Database
    logins: dict[str, tuple[str, str]]
    orgs: dict[str, tuple[str, bool]]
    people: dict[str, tuple[str, str]]
    system: SharingSystem
    desks: tuple[str, ...]
    folder: Path
    template: Path
    seed: int
    seconds: float


def work(task: Task, orders: Connection) -> None:
    """Play until the time is up; then do as told: settle, tell, judge, end."""
    ground = Ground(task.database, task.logins, task.database.superuser(), task.orgs, task.people)
    ground.begin_numbers_at(task.seed * 10_000_000)
    world = World(
        ground, task.folder, task.template, {who: (who,) for who in task.desks}, task.system
    )
    told: Any = None
    try:
        orders.send(_play(world, task))
        world.heal()
        while told != "end":
            told, given = orders.recv()
            orders.send(_obey(world, told, given))
    finally:
        world.close()
        ground.close()


def _play(world: World, task: Task) -> Figures:
    chance = random.Random(task.seed)
    figures = Figures()
    for desk in world.desks.values():
        desk.on_sync = figures.seconds.append
        desk.sync()
    try:
        _play_on(world, task, chance, figures)
    except Exception:  # noqa: BLE001  (whatever it is, the parent tells it)
        figures.wrong.append(traceback.format_exc(limit=-4))
    return figures


def _play_on(world: World, task: Task, chance: random.Random, figures: Figures) -> None:
    whole = [deed for deed, weight in _DEEDS for _ in range(weight)]
    until = time.monotonic() + task.seconds
    while time.monotonic() < until:
        deed = chance.choice(whole)
        if chance.random() < 0.05:
            deeds.fault(world, chance, chance.choice(FAULTS))
        else:
            deed(world, chance)
        figures.deeds += 1
        for desk in world.desks.values():
            if desk.touched:
                oracle.judge_moment(desk)
                waiting = desk.sql("SELECT count(*) FROM outbox_op WHERE state = 'pending'")[0][0]
                figures.largest_outbox = max(figures.largest_outbox, waiting)


def _obey(world: World, told: str, given: Any) -> Any:
    try:
        if told == "settle":
            return world.settle_once()
        if told == "tell":
            ops = {op: made for desk in world.desks.values() for op, made in desk.ops.items()}
            return ops, world.markers, world.owners, _counted(world)
        if told == "judge":
            markers, owners = given
            world.markers, world.owners = markers, owners
            world.audit_from, world.began = 0, "-infinity"
            facts = oracle.Facts.of(world)
            for desk in world.desks.values():
                oracle.judge_desk(desk, facts, markers, owners)
    except (AssertionError, KnownError) as failure:
        return failure
    return None


def _counted(world: World) -> Figures:
    figures = Figures()
    for desk in world.desks.values():
        figures.syncs += len(desk.reports) + len(desk.failures)
        figures.failed += len(desk.failures)
        for report in desk.reports:
            figures.pulled += report.pulled
            figures.pushed += report.pushed
            figures.conflicts += len(report.conflicts)
            figures.refused += len(report.rejected)
            figures.repaired += report.repaired
        figures.made += len(desk.ops)
        for line in desk.lines.values():
            figures.faults += sum(line.counts.values())
            figures.sent_again += line.sent_again
            figures.push += line.seconds["push"]
            figures.pull += line.seconds["pull"]
    return figures


# --- the parent ----------------------------------------------------------------------------------


class Workers:
    """The processes, and what is said to all of them."""

    def __init__(self, tasks: Sequence[Task]) -> None:
        spawn = multiprocessing.get_context("spawn")
        self.pipes: list[Connection] = []
        self.processes = []
        for task in tasks:
            ours, theirs = spawn.Pipe()
            process = spawn.Process(target=work, args=(task, theirs), daemon=True)
            process.start()
            theirs.close()
            self.pipes.append(ours)
            self.processes.append(process)

    def answers(self) -> list[Any]:
        """Wait for one answer of each."""
        return [pipe.recv() for pipe in self.pipes]

    def all(self, told: str, given: Any = None) -> list[Any]:
        """Tell all the same and return their answers."""
        for pipe in self.pipes:
            pipe.send((told, given))
        return self.answers()

    def end(self) -> None:
        """Let them end."""
        for process in self.processes:
            process.join(10)
            if process.is_alive():
                process.kill()


class Killer(threading.Thread):
    """Ends a client's connection at random, again and again."""

    def __init__(self, root: psycopg.Connection) -> None:
        super().__init__(daemon=True)
        self._root = root
        self._over = threading.Event()
        self.killed = 0

    def run(self) -> None:
        """Kill until told to stop."""
        while not self._over.wait(_KILL_EVERY_SECONDS):
            row = self._root.execute(
                "SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM ("
                " SELECT pid FROM pg_stat_activity WHERE usename LIKE 'u\\_%' AND state = 'active'"
                " AND datname = current_database() ORDER BY random() LIMIT 1) x"
            ).fetchone()
            self.killed += row[0] if row else 0

    def stop(self) -> None:
        """Kill nobody any more."""
        self._over.set()
        self.join()


def main(arguments: Sequence[str] | None = None) -> int:
    """Soak, print, and return 0, or 1 on a violation."""
    parser = argparse.ArgumentParser(prog="python -m tests.convergence.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=8, help="how long people work (8)")
    parser.add_argument("--desks", type=int, default=50, help="how many desks (50)")
    parser.add_argument("--workers", type=int, default=5, help="how many processes (5)")
    parser.add_argument("--seed", type=int, default=1, help="what they do follows from it (1)")
    parser.add_argument("--json", metavar="FILE", type=Path, help="write the figures here too")
    args = parser.parse_args(arguments)
    try:
        deal(args.desks, args.workers)
    except ValueError as failure:
        parser.error(str(failure))
    for name in ("D2A_DB_PASSWORD", "PGPASSFILE"):
        os.environ.pop(name, None)
    with tempfile.TemporaryDirectory(prefix="d2a-soak-") as folder:
        place = Path(folder)
        info = server.start(place / "postgres")
        try:
            figures, wrong = soak(info, place, args)
        finally:
            server.remove(place / "postgres")
    for name, value in figures.items():
        sys.stdout.write(f"{name:32} {value}\n")
    if args.json:
        args.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    for each in wrong:
        sys.stdout.write(f"VIOLATION: {each}\n")
    verdict = "violated" if wrong else "every desk has what it may see, once and whole"
    sys.stdout.write(f"verdict: {verdict}\n")
    return 1 if wrong else 0


def soak(
    info: server.ServerInfo, place: Path, args: argparse.Namespace
) -> tuple[dict[str, Any], list[str]]:
    """Let the desks work, settle and be judged; return figures and violations."""
    orgs, people = layout(args.desks)
    ground = Ground.prepare(make_database(info), orgs, people, lock_wait=None)
    template = make_template(place / "template")
    system = ground.new_system()
    hands = deal(args.desks, args.workers)
    began = time.monotonic()
    tasks = [
        Task(
            ground.database, ground.logins, orgs, people, system, hands[n],
            place / f"worker{n}", template, args.seed * 100 + n, args.minutes * 60,
        )
        for n in range(args.workers)
    ]  # fmt: skip
    workers = Workers(tasks)
    killer = Killer(ground.second_root())
    killer.start()
    total, wrong = Figures(), list[str]()
    try:
        for played in workers.answers():
            total.add(played)
        killer.stop()
        wrong = total.wrong + _settle_and_judge(workers, ground, system, total)
        workers.all("end")
    except (EOFError, AssertionError):
        wrong.append(traceback.format_exc(limit=3))
    finally:
        workers.end()
    shown = _shown(ground, total, killer.killed, time.monotonic() - began, args)
    ground.close()
    return shown, wrong


def _settle_and_judge(
    workers: Workers, ground: Ground, system: SharingSystem, total: Figures
) -> list[str]:
    moved: list[Any] = []
    for _ in range(_ROUNDS):
        moved = workers.all("settle")
        wrong = [str(each) for each in moved if isinstance(each, BaseException)]
        if wrong or not any(moved):
            break
    else:
        wrong = [f"the desks do not come to rest: {each}" for each in moved if each]
    ops: dict[str, Any] = {}
    markers: dict[str, str] = {}
    owners: dict[str, str] = {}
    for told in workers.all("tell"):
        ops |= told[0]
        markers |= told[1]
        owners |= told[2]
        total.add(told[3])
    judged = workers.all("judge", (markers, owners))
    wrong += [str(each) for each in judged if each is not None]
    whole = World(ground, Path(), Path(), {}, system)
    whole.audit_from, whole.began = 0, "-infinity"
    try:
        oracle.judge_server(oracle.Facts.of(whole), system, ops)
    except AssertionError as failure:
        wrong.append(str(failure))
    return wrong


def _shown(
    ground: Ground, total: Figures, killed: int, spent: float, args: argparse.Namespace
) -> dict[str, Any]:
    row = ground.root.execute(
        "SELECT d.deadlocks, pg_database_size(d.datname), (SELECT count(*) FROM sync.audit),"
        " (SELECT count(*) FROM sync.applied_op), (SELECT count(*) FROM sync.feed)"
        " FROM pg_stat_database d WHERE d.datname = current_database()"
    ).fetchone()
    deadlocks, size, audit, ledger, feed = row or (0, 0, 0, 0, 0)
    return {
        "desks": args.desks,
        "seconds": round(spent),
        "seed": args.seed,
        "deeds": total.deeds,
        "operations made": total.made,
        "operations taken": total.pushed,
        "operations in the ledger": ledger,
        "operations sent again": total.sent_again,
        "rows pulled": total.pulled,
        "exchanges": total.syncs,
        "exchanges cut or refused": total.failed,
        "faults on the line": total.faults,
        "connections ended": killed,
        "deadlocks": deadlocks,
        "conflicts": total.conflicts,
        "refusals told": total.refused,
        "differences found by digest": total.repaired,
        "largest outbox": total.largest_outbox,
        **_percentiles("exchange", total.seconds),
        **_percentiles("push", total.push),
        **_percentiles("pull", total.pull),
        "audit entries": audit,
        "feed pointers": feed,
        "server MB": round(size / 1e6, 1),
    }


def _percentiles(what: str, seconds: Sequence[float]) -> dict[str, float]:
    """Return the middle, the 95th and the 99th of a hundred, in milliseconds."""
    times = sorted(seconds) or [0.0]
    return {
        f"{what} p{part} ms": round(1000 * times[min(len(times) - 1, len(times) * part // 100)], 1)
        for part in (50, 95, 99)
    }


if __name__ == "__main__":
    raise SystemExit(main())
