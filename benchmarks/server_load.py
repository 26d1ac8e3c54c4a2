"""How many desks one server carries: wire calls from a few threads, at their pace and flat out.

`python -m benchmarks.server_load --desks 500` prints the whole account. Bounded: `--seconds` for
each of the two runs. Every desk is a session of its own (client, nonce, cursor); people's logins
and connections are shared among them, because 500 Python processes would measure the client.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import platform
import random
import statistics
import tempfile
import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.figures import Figure, duration, say
from d2a_desktop.domain import fields
from d2a_desktop.shared_db import admin, migrate, server
from d2a_desktop.shared_db.gateway import PostgresGateway

POLL_SECONDS = 30
"""How often a desk exchanges when nothing wakes it."""
PUSH_EVERY = 2
"""Every how manieth exchange of a ward carries a command: of 500 desks, 6,000 an hour."""
_THREADS = 8
_HOSPITALS, _AGENCIES, _PEOPLE_EACH = 4, 14, 3
_CASES = 400
_PAGE = 2000


@dataclass
class _Person:
    login: str
    password: str
    org_id: str
    kind: str


@dataclass
class _Tally:
    """What one thread saw: seconds of each call by name, and faults."""

    calls: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    exchanges: list[float] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    faults: int = 0


@dataclass(frozen=True)
class Run:
    """One run: `exchanges` and the calls in them, in seconds; processor time of the server."""

    name: str
    seconds: float
    exchanges: list[float]
    calls: dict[str, list[float]]
    late: list[float]
    faults: int
    server_cpu: float | None

    @property
    def rate(self) -> float:
        """Exchanges per second."""
        return len(self.exchanges) / self.seconds

    @property
    def cpu_per_exchange(self) -> float | None:
        """Seconds of processor that the server spends on one exchange."""
        if self.server_cpu is None or not self.exchanges:
            return None
        return self.server_cpu / len(self.exchanges)


class _Desk:
    """A desk without a store: it greets, now and then sends a command, and pulls."""

    _numbers = itertools.count()

    def __init__(self, gateway: PostgresGateway, person: _Person, cases: list[str]) -> None:
        self.gateway, self.person, self.cases = gateway, person, cases
        self.client = str(uuid.uuid4())
        self.nonce: str | None = None
        self.cursor = (0, 0)
        self.clock = int(time.time() * 1000) << 16
        self.turn = next(self._numbers) % PUSH_EVERY

    def exchange(self, tally: _Tally) -> None:
        """Do what `SyncEngine.run` asks of the server."""
        began = time.perf_counter()
        fresh = str(uuid.uuid4())
        with _timed(tally, "hello"):
            self.gateway.hello(client=self.client, n_old=self.nonce, n_new=fresh)
        self.nonce = fresh
        self.turn = (self.turn + 1) % PUSH_EVERY
        if self.turn == 0 and self.person.kind == "hospital" and self.cases:
            with _timed(tally, "push"):
                results = self.gateway.push(client=self.client, ops=self._command())
            tally.faults += sum(result.status != "ok" for result in results)
        more = True
        while more:
            with _timed(tally, "pull"):
                page = self.gateway.pull(cursor=self.cursor, limit=_PAGE)
            self.cursor, more = page.cursor, page.more
        tally.exchanges.append(time.perf_counter() - began)

    def _command(self) -> list[dict[str, Any]]:
        """A note and an event on a case: what a command of a ward writes."""
        scope = random.choice(self.cases)
        made = [
            self.insert("note", scope, text="Daughter has the key"),
            self.insert("event", scope),
        ]
        group = str(uuid.uuid4())
        return [{**op, "grp": group} for op in made]

    def insert(self, entity: str, scope: str, **values: Any) -> dict[str, Any]:
        """Return an operation that makes a row, every required field filled in."""
        self.clock += 1
        row_id = values.pop("id", None) or str(uuid.uuid4())
        return {
            "op": str(uuid.uuid4()), "e": entity, "id": row_id, "scope": scope, "k": "ins",
            "set": _filled(entity, values), "base": {}, "bv": 0, "hlc": self.clock, "sv": 1,
        }  # fmt: skip


@contextmanager
def _timed(tally: _Tally, name: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    tally.calls[name].append(time.perf_counter() - began)


def _filled(entity: str, values: dict[str, Any]) -> dict[str, Any]:
    now = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    sample: dict[str, Any] = {
        "text": "x", "code": "x", "int": 1, "bool": False, "date": now[:10], "instant": now,
        "json": {},
    }  # fmt: skip
    for name, each in fields.RECORDS[entity].fields.items():
        if each.required and name not in values:
            kind = each.type.value
            values[name] = str(uuid.uuid4()) if kind == "uuid" else sample[kind]
    return values


class Load:
    """A prepared server with organisations, people, cases and desks."""

    def __init__(self, folder: Path, desks: int) -> None:
        # As it would run in production: every commit waits for the disk.
        self.info = server.start(folder / "server")
        self._folder = folder
        self.people = self._prepare()
        self.gateways = [
            PostgresGateway(self._url(), login=p.login, password=_giving(p.password))
            for p in self.people
        ]
        self.cases: dict[str, list[str]] = defaultdict(list)
        self._fill()
        self.desks = [self._desk(n % len(self.people)) for n in range(desks)]

    def close(self) -> None:
        """Let go of the connections and delete the server."""
        for gateway in self.gateways:
            gateway.close()
        server.remove(self._folder / "server")

    def run(self, name: str, seconds: float, *, paced: bool) -> Run:
        """Let every desk exchange for `seconds`, each poll in its turn or as fast as it goes."""
        tallies = [_Tally() for _ in range(_THREADS)]
        stop = threading.Event()
        before, began = self._server_cpu(), time.perf_counter()
        threads = [
            threading.Thread(target=self._work, args=(n, tallies[n], stop, began, paced))
            for n in range(_THREADS)
        ]
        for thread in threads:
            thread.start()
        stop.wait(seconds)
        stop.set()
        for thread in threads:
            thread.join()
        took, after = time.perf_counter() - began, self._server_cpu()
        calls: dict[str, list[float]] = defaultdict(list)
        for tally in tallies:
            for call, spent in tally.calls.items():
                calls[call] += spent
        return Run(
            name=name,
            seconds=took,
            exchanges=[each for tally in tallies for each in tally.exchanges],
            calls=calls,
            late=[each for tally in tallies for each in tally.late],
            faults=sum(tally.faults for tally in tallies),
            server_cpu=None if before is None or after is None else after - before,
        )

    def sizes(self) -> dict[str, float]:
        """Return bytes in the tables for each operation so far."""
        with self._super() as connection:
            row = connection.execute(
                "SELECT (SELECT count(*) FROM sync.applied_op),"
                " pg_total_relation_size('sync.applied_op'), pg_total_relation_size('sync.audit'),"
                " pg_total_relation_size('sync.feed'), (SELECT sum(pg_total_relation_size(oid))"
                " FROM pg_class WHERE relnamespace = 'dc'::regnamespace AND relkind = 'r')"
            ).fetchone()
        assert row is not None
        names = ("ledger", "audit", "feed", "records")
        return {"operations": row[0], **dict(zip(names, map(float, row[1:]), strict=True))}

    def _work(
        self, number: int, tally: _Tally, stop: threading.Event, began: float, paced: bool
    ) -> None:
        """Serve the desks of the logins that are this thread's."""
        mine = [d for n, d in enumerate(self.desks) if n % len(self.people) % _THREADS == number]
        gap = POLL_SECONDS / len(mine)
        for turn in itertools.count():
            if paced:
                due = began + turn * gap
                if stop.wait(max(0.0, due - time.perf_counter())):
                    return
                tally.late.append(time.perf_counter() - due)
            elif stop.is_set():
                return
            mine[turn % len(mine)].exchange(tally)

    def _prepare(self) -> list[_Person]:
        with psycopg.connect(
            self.info.url, passfile=str(self.info.passfile), autocommit=True
        ) as connection:
            migrate.prepare(connection)
            people = []
            for ods, kind, role in _organisations():
                details = admin.OrganisationDetails(name=f"Load {ods}")
                org = admin.add_org(connection, ods_code=ods, kind=kind, details=details)
                for n in range(_PEOPLE_EACH):
                    made = admin.add_user(connection, ods_code=ods, role=role, name=f"Load {n}")
                    people.append(_Person(made.login, made.password, org.org_id, kind))
        return people

    def _fill(self) -> None:
        """Take people in at every hospital and refer them, so that a hub sees all of them."""
        wards = [self._desk(n) for n in range(0, _HOSPITALS * _PEOPLE_EACH, _PEOPLE_EACH)]
        for ward in wards:
            ward.exchange(_Tally())
        for number in range(_CASES):
            ward = wards[number % len(wards)]
            scope = str(uuid.uuid4())
            group = str(uuid.uuid4())
            ops = [
                ward.insert("spell", scope, id=scope, hospital_org_id=ward.person.org_id,
                            case_ref=f"C-{scope[-12:]}"),
                ward.insert("patient", scope, family_name="Sampleton"),
                ward.insert("referral", scope, status="sent", kind="full",
                            reference=f"R-{scope[:8]}"),
            ]  # fmt: skip
            answers = ward.gateway.push(
                client=ward.client, ops=[{**op, "grp": group} for op in ops]
            )
            assert all(answer.status == "ok" for answer in answers), answers
            self.cases[ward.person.org_id].append(scope)

    def _desk(self, person: int) -> _Desk:
        who = self.people[person]
        return _Desk(self.gateways[person], who, self.cases[who.org_id])

    def _url(self) -> str:
        return f"postgresql://x@127.0.0.1:{self.info.port}/{self.info.database}"

    def _super(self) -> psycopg.Connection:
        return psycopg.connect(
            host="127.0.0.1", port=self.info.port, user="d2a_super", dbname=self.info.database,
            passfile=str(self.info.passfile.with_name("superuser.pgpass")), autocommit=True,
        )  # fmt: skip

    def _server_cpu(self) -> float | None:
        """Return the processor seconds of the postmaster and its children so far (Linux)."""
        if not Path("/proc/self/stat").exists():
            return None
        lines = (self.info.data / "postmaster.pid").read_text(encoding="ascii").splitlines()
        ticks = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                text = stat.read_text(encoding="ascii", errors="replace")
            except OSError:
                continue
            pid, rest = stat.parent.name, text.rsplit(")", 1)[1].split()
            if pid == lines[0]:
                ticks += sum(int(each) for each in rest[11:15])  # its own, and of the ended
            elif rest[1] == lines[0]:
                ticks += sum(int(each) for each in rest[11:13])
        return ticks / float(os.sysconf("SC_CLK_TCK"))


def _giving(password: str) -> Any:
    return lambda: password


def _organisations() -> Iterator[tuple[str, str, str]]:
    for n in range(_HOSPITALS):
        yield f"RH{n:03}", "hospital", "ward_coordinator"
    yield "RC000", "community", "hub_case_manager"
    yield "CO000", "council", "hub_case_manager"
    for n in range(_AGENCIES):
        yield f"AG{n:03}", "agency", "agency_scheduler"


@contextmanager
def load(folder: Path, desks: int) -> Iterator[Load]:
    """Give a filled server; deleted at the end."""
    made = Load(folder, desks)
    try:
        yield made
    finally:
        made.close()


def quantile(values: list[float], share: float) -> float:
    """Return the value below which `share` of all lie; 0 of none."""
    if not values:
        return 0.0
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def desks_carried(run: Run, cores: int, *, busy: float = 0.5) -> int | None:
    """Return how many desks `cores` cores carry when the server may use `busy` of them."""
    each = run.cpu_per_exchange
    return None if not each else int(cores * busy / each * POLL_SECONDS)


def figures(folder: Path) -> Iterator[Figure]:
    """Measure one exchange among 500 desks beside the smallest statement there is."""
    with load(folder, 500) as made:
        made.run("warm", 3, paced=False)
        flat_out = made.run("flat out", 10, paced=False)
        gateway = made.gateways[0]
        nothing = []
        for _ in range(500):
            began = time.perf_counter()
            gateway.channel()
            nothing.append(time.perf_counter() - began)
        yield Figure(
            name="server_exchange",
            what="exchange of one of 500 desks, server flat out",
            amount=statistics.median(flat_out.exchanges),
            limit=statistics.median(nothing),
            limit_is="the smallest call alone",
            note=f"{flat_out.rate:,.0f} exchanges a second; 500 desks need "
            f"{500 / POLL_SECONDS:.0f}",
        )


def main() -> int:
    """Measure both runs, print the account, and return 0."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.server_load")
    parser.add_argument("--desks", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--json", metavar="FILE", type=Path)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="d2a-load-") as folder:
        say(f"preparing a server with {_CASES} cases and {args.desks} desks")
        with load(Path(folder), args.desks) as made:
            made.run("warm", 5, paced=False)
            before = made.sizes()
            say(f"{args.desks} desks at their pace, for {args.seconds:.0f} s")
            paced = made.run("at a desk's pace", args.seconds, paced=True)
            say(f"flat out, for {args.seconds:.0f} s")
            flat_out = made.run("flat out", args.seconds, paced=False)
            after = made.sizes()
    cores = os.cpu_count() or 1
    for run in (paced, flat_out):
        print("\n".join(_account(run, cores)))
    sent = after["operations"] - before["operations"]
    print(f"\nbytes for each operation, of {sent:,.0f}:")
    for name in ("records", "audit", "ledger", "feed"):
        print(f"  {name:8} {(after[name] - before[name]) / max(sent, 1):8,.0f}")
    if args.json:
        document = {run.name: _document(run, cores) for run in (paced, flat_out)}
        args.json.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    print(
        f"\n{cores} cores, {platform.system()} {platform.machine()}; server and clients share them."
    )
    return 0


def _account(run: Run, cores: int) -> Iterator[str]:
    yield f"\n{run.name}: {run.rate:,.1f} exchanges a second, {run.faults} faults"
    for name, spent in (("exchange", run.exchanges), *sorted(run.calls.items())):
        yield (
            f"  {name:9} {len(spent):7,}  p50 {duration(quantile(spent, 0.5)):>8}"
            f"  p95 {duration(quantile(spent, 0.95)):>8}  p99 {duration(quantile(spent, 0.99)):>8}"
        )
    if run.late:
        yield f"  began late by p95 {duration(quantile(run.late, 0.95))}"
    if run.server_cpu is not None and run.cpu_per_exchange is not None:
        share = run.server_cpu / run.seconds / cores
        yield (
            f"  server: {share:.0%} of {cores} cores; {run.cpu_per_exchange * 1000:.1f} ms of "
            f"processor for each exchange"
        )
        yield f"  so half of one core carries {desks_carried(run, 1):,} desks"


def _document(run: Run, cores: int) -> dict[str, Any]:
    return {
        "rate": round(run.rate, 1),
        "faults": run.faults,
        "p50": quantile(run.exchanges, 0.5),
        "p95": quantile(run.exchanges, 0.95),
        "server_cpu_share": None
        if run.server_cpu is None
        else run.server_cpu / run.seconds / cores,
        "cpu_per_exchange": run.cpu_per_exchange,
    }


if __name__ == "__main__":
    raise SystemExit(main())
