"""An exchange cut, delayed or swallowed at every one of its messages: the desk comes to rest whole.

One exchange is recorded first: sign-in, hello, push, pull, check and the last hello. The 300 cases
let a fault strike at each message of it in both directions: before its first byte, inside it, and
before its last byte.
Then the network is well again and the desk must agree with the server, with the effect of its edit
there once (SYNC 7.4). The check compares a few kinds of record instead of all: it is the same few
messages for each.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from d2a_desktop.core.errors import UnreachableError
from d2a_desktop.local_db import replica
from d2a_desktop.shared_db.gateway import PostgresGateway
from d2a_desktop.sync import versions
from d2a_desktop.sync.protocol import SyncReport
from tests.fault_proxy import DOWN, UP, Fault, FaultProxy
from tests.integration.sync.desks import DeskUnderTest, make_desk, server_view
from tests.shared_databases import System, drop_database, make_database

pytestmark = pytest.mark.postgres

CASES = 300
CHECKED = ("spell", "patient", "note")
SILENCE_SECONDS = 0.05
HEALED_WITHIN_SECONDS = 30.0
DELAY_SECONDS = 0.05
"""Scaled down from 500 ms: what matters is that the rest comes later, in a packet of its own."""

FAULTS = (
    (Fault.RESET, False),
    (Fault.CLOSE, False),
    (Fault.SWALLOW, False),
    (Fault.RESET, True),
    (Fault.DELAY, False),
    (Fault.CLOSE, True),
    (Fault.SWALLOW_BOTH, False),
)
"""Each kind, and whether the network stays down until it is healed."""
SILENT = {Fault.SWALLOW, Fault.SWALLOW_BOTH}


@dataclass
class Line:
    """One desk, the proxy on its way, and what was found out along the cases."""

    system: System
    proxy: FaultProxy
    ward: DeskUnderTest
    gateway: PostgresGateway
    patient: str
    owner: psycopg.Connection
    places: list[tuple[str, int, float]] = field(default_factory=list)
    messages: dict[str, int] = field(default_factory=dict)
    edits: int = 0
    slowest: float = 0.0
    met: set[tuple[str, int, float]] = field(default_factory=set)

    def edit(self) -> None:
        """Change one field; the same length each time, so that every exchange is alike."""
        self.edits += 1
        self.ward.change("patient", self.patient, family_name=f"Marker{self.edits:04d}")

    def hang_up(self) -> None:
        """Close the connection, so that the next exchange begins with the sign-in."""
        self.gateway.close()
        self.proxy.settle()

    def hurry(self) -> None:
        """Give up soon from now on: a silence has begun."""
        self.gateway.silence_seconds = SILENCE_SECONDS

    def be_patient(self) -> None:
        """Give up late: a busy machine is no fault."""
        self.gateway.silence_seconds = 20.0

    def exchange(self) -> SyncReport:
        """Exchange, with a check."""
        with self.ward.store.apply() as session:
            replica.put_state(session, "checked_at", None)
        return self.ward.sync()


@pytest.fixture(scope="module")
def line(pg_server, _template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """One desk and one server for every case; the exchange is recorded here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("D2A_DB_PASSWORD", raising=False)
        patch.delenv("PGPASSFILE", raising=False)
        patch.setattr(versions, "known_at", lambda version: CHECKED)
        template, system_id, orgs, people = _template
        database = make_database(pg_server, template)
        system = System(database, system_id, orgs, people)
        with FaultProxy(database.port) as proxy:
            one = _made(system, proxy, tmp_path_factory.mktemp("faults"))
            yield one
            one.gateway.close()
            one.ward.store.close()
        for each in system.opened:
            each.close()
        drop_database(pg_server, database.name)


def _made(system: System, proxy: FaultProxy, folder: Path) -> Line:
    ward = make_desk(system, "ward", folder)
    person = system.people["ward"]
    gateway = PostgresGateway(
        f"postgresql://127.0.0.1:{proxy.port}/{system.database.name}",
        login=person.login,
        password=lambda: person.password,
    )
    ward.sign_in("ward", gateway)
    ward.new_case()
    (key,) = ward.rows("patient")
    ward.sync()
    one = Line(system, proxy, ward, gateway, key[1], system.superuser())
    one.edit()
    one.hang_up()
    proxy.record()
    report = one.exchange()
    assert (report.pushed, report.pulled) == (1, 1)
    one.messages = {direction: len(proxy.lengths[direction]) for direction in (UP, DOWN)}
    places = [
        (direction, number, part)
        for direction in (UP, DOWN)
        for number in range(one.messages[direction])
        for part in (0.0, 0.5, 1.0)
    ]
    assert len(places) <= CASES, "more messages than cases: some would not be met"
    one.places = [places[n % len(places)] for n in range(CASES)]
    return one


@pytest.mark.parametrize("number", range(CASES))
def test_a_fault_anywhere_in_an_exchange_is_outlived(line: Line, number: int) -> None:
    direction, message, part = line.places[number]
    fault, stays_down = FAULTS[number % len(FAULTS)]
    line.edit()
    line.hang_up()
    line.proxy.on_strike = line.hurry if fault in SILENT else line.be_patient
    line.proxy.arm_message(
        fault, direction, message, part, seconds=DELAY_SECONDS, down_until_healed=stays_down
    )
    with suppress(UnreachableError):
        line.exchange()
    assert line.proxy.struck.is_set(), "the exchange had no such message"
    line.proxy.heal()
    line.be_patient()
    line.slowest = max(line.slowest, _converged(line))
    line.met.add((direction, message, part))
    _assert_whole(line, everything=number % 50 == 49)


def _converged(line: Line) -> float:
    """Exchange until one comes to its end; return how many seconds that took."""
    began = time.monotonic()
    while True:
        try:
            report = line.ward.sync()
        except UnreachableError:
            assert time.monotonic() - began < HEALED_WITHIN_SECONDS
            continue
        assert not report.rejected
        assert not report.conflicts
        assert report.waiting == 0
        return time.monotonic() - began


def _assert_whole(line: Line, *, everything: bool) -> None:
    found = line.owner.execute(
        "SELECT p.family_name, p.ver, (SELECT count(*) FROM sync.audit a WHERE a.row_id = p.id)"
        " FROM dc.patient p WHERE p.id = %s",
        (line.patient,),
    ).fetchone()
    known = {str(row[0]) for row in line.owner.execute("SELECT op_id FROM sync.applied_op")}
    assert found == (f"Marker{line.edits:04d}", line.edits + 1, line.edits + 1)
    mine = line.ward.row("patient", line.patient)
    assert mine is not None
    assert (mine["family_name"], mine["ver"]) == found[:2]
    with line.ward.store.read() as session:
        sent = session.connection().exec_driver_sql("SELECT op, state FROM outbox_op").all()
    assert {op for op, _ in sent} == known
    assert {state for _, state in sent} == {"acked"}
    if everything:
        assert line.ward.rows() == server_view(line.system, "ward")


def test_every_message_was_met_and_no_desk_took_half_a_minute(
    line: Line, request: pytest.FixtureRequest
) -> None:
    if request.session.testscollected <= CASES:
        pytest.skip("only some of the cases were asked for")
    assert line.met == set(line.places)
    assert {(direction, number) for direction, number, _ in line.met} == {
        (direction, number)
        for direction in (UP, DOWN)
        for number in range(line.messages[direction])
    }
    assert line.slowest < HEALED_WITHIN_SECONDS
