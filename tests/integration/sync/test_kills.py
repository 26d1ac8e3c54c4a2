"""A hundred kills at random points of editing, pushing, pulling, purging and migrating.

After each: the file is whole, nothing acknowledged is lost, and starting again comes to rest where
it would have. Every other kill is at a counted point of progress, every other after a random time.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import pytest
from sqlcipher3 import dbapi2

from d2a_desktop.local_db import ledger, outbox
from d2a_desktop.local_db.engine import apply_key
from d2a_desktop.local_db.unit_of_work import COMPACT_STATE, LocalStore
from tests.integration.local_db.test_purge import found_in
from tests.integration.sync.desks import DeskUnderTest, make_desk, server_view
from tests.local_stores import KEY, new_clock, new_store
from tests.shared_databases import System

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither fork nor SIGKILL"),
]

KILLS = 20


class Killer:
    """Has a warm process fork children and kills them (`kill_server`)."""

    def __init__(self) -> None:
        self.random = random.Random("a hundred kills")
        self._seconds = 0.0  # of a child that ends by itself: a kill by time falls within them
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.integration.sync.kill_server"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[3],
        )

    def order(self, **order: Any) -> dict[str, Any]:
        """Let a child do something; return whether it was killed and what it told before."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        assert "error" not in answer["said"], answer["said"]
        return answer

    def count(self, **order: Any) -> int:
        """Let a child finish; return how many points of progress it passed."""
        answer = self.order(**order)
        assert not answer["killed"]
        self._seconds = float(answer["seconds"])
        return int(answer["said"].split("points ")[1])

    def kill(self, number: int, points: int, **order: Any) -> dict[str, Any]:
        """Let a child do something and kill it, by points or by time."""
        if number % 2:
            return self.order(**order, kill_at=self.random.randint(1, points))
        return self.order(**order, kill_after=self.random.uniform(0, self._seconds))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()


@pytest.fixture(scope="module")
def killer() -> Iterator[Killer]:
    with Killer() as one:
        yield one


def whole(path: Path) -> dbapi2.Connection:
    """Prove that a store's file is whole after a kill; return an open connection to it."""
    connection = dbapi2.connect(str(path), isolation_level=None)
    apply_key(connection, KEY)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert connection.execute("PRAGMA cipher_integrity_check").fetchall() == []
    return connection


def test_a_killed_edit_is_whole_or_not_there(killer: Killer, tmp_path: Path):
    new_store(tmp_path / "desk").close()
    order = {"do": "edit", "folder": str(tmp_path / "desk"), "count": 10}
    points = killer.count(**order)
    had, kills = 10, 0
    while kills < KILLS:
        answer = killer.kill(kills, points, **order)
        kills += answer["killed"]
        connection = whole(tmp_path / "desk" / "store.db")
        (counts,) = connection.execute(
            "SELECT (SELECT count(*) FROM spell), (SELECT count(*) FROM outbox_op),"
            " (SELECT count(*) FROM audit_entry)"
        ).fetchall()
        connection.close()
        assert len(set(counts)) == 1, counts
        told = answer["said"].count(".")
        # The last one may have been saved and not told; one that was told is there.
        assert told <= counts[0] - had <= told + 1
        had = counts[0]
    store = LocalStore.open(tmp_path / "desk", KEY, clock=new_clock())
    store.verify_audit()
    store.close()


class Victim:
    """A desk that is closed while a child exchanges for it, and is opened again after the kill."""

    def __init__(self, system: System, who: str, folder: Path) -> None:
        self._system, self._who, self._folder = system, who, folder
        self._gateway = system.gateway(who)  # its connection stays: a new one makes its plans anew
        self.path = folder / "store.db"
        make_desk(system, who, folder).store.close()
        self.desk = self.open()

    def open(self) -> DeskUnderTest:
        store = LocalStore.open(self._folder, KEY, clock=new_clock())
        self.desk = DeskUnderTest(self._system, self._who, store, new_clock())
        self.desk.sign_in(self._who, self._gateway)
        return self.desk

    def close(self) -> dict[str, Any]:
        """Close the desk; return the order that lets a child exchange for it."""
        self.desk.store.close()
        person = self._system.people[self._who]
        return {
            "do": "sync", "folder": str(self._folder), "login": person.login,
            "password": person.password, "url": self._system.database.user_url(person.login),
        }  # fmt: skip

    def come_to_rest(self) -> None:
        """After a kill: whole, and one exchange later all that waited is shared."""
        whole(self.path).close()
        desk = self.open()
        for _ in range(2):
            report = desk.sync()
            assert not report.rejected, report.rejected
            assert not report.recovered
        assert desk.rows() == server_view(self._system, self._who)
        with desk.store.read() as session:
            counts = outbox.counts(session)
        assert sum(counts.values()) == counts["acked"], counts


def nothing_twice(system: System) -> None:
    with system.superuser() as owner:
        twice = owner.execute(
            "SELECT op_id FROM sync.audit WHERE op_id IS NOT NULL GROUP BY 1 HAVING count(*) > 1"
        ).fetchall()
    assert twice == []


def work(desk: DeskUnderTest) -> str:
    """Fifteen operations of one case."""
    scope = desk.new_case(bed="1")
    desk.insert(*[("note", scope, {"text": str(n)}) for n in range(10)])
    for bed in ("2", "3", "4"):
        desk.change("spell", scope, bed=bed)
    return scope


def test_a_killed_push_has_its_effect_once(killer: Killer, shared: System, tmp_path: Path):
    victim = Victim(shared, "ward", tmp_path / "ward")
    victim.desk.sync()
    work(victim.desk)
    points, kills = killer.count(**victim.close()), 0
    victim.open()
    while kills < KILLS:
        scope = work(victim.desk)
        kills += killer.kill(kills, points, **victim.close())["killed"]
        victim.come_to_rest()
        row = victim.desk.row("spell", scope)
        assert row is not None
        assert row["bed"] == "4"
    nothing_twice(shared)
    victim.close()


def test_a_killed_pull_goes_on_where_it_was(killer: Killer, shared: System, tmp_path: Path):
    victim = Victim(shared, "ward", tmp_path / "ward")
    writer = make_desk(shared, "ward", tmp_path / "writer")
    writer.sign_in("ward", victim.desk.gateway)  # a login has three connections
    victim.desk.sync()
    work(writer)
    writer.sync()
    points, kills = killer.count(**victim.close()), 0
    victim.open()
    while kills < KILLS:
        for _ in range(2):
            work(writer)
        writer.sync()
        kills += killer.kill(kills, points, **victim.close())["killed"]
        victim.come_to_rest()
    victim.close()
    writer.store.close()


def grant(system: System, scope: str, agency: str) -> None:
    with system.superuser() as owner:
        owner.execute(
            "INSERT INTO sync.acl (org_id, scope_id, scope, stage)"
            " VALUES (%s, %s, 'case', 'accepted')",
            (agency, scope),
        )


def revoke(system: System, scope: str, agency: str) -> None:
    with system.superuser() as owner:
        owner.execute("DELETE FROM sync.acl WHERE org_id = %s AND scope_id = %s", (agency, scope))


def test_a_killed_purge_is_finished(killer: Killer, shared: System, tmp_path: Path):
    ward = make_desk(shared, "ward", tmp_path / "ward")
    victim = Victim(shared, "agency", tmp_path / "agency")
    agency = shared.people["agency"].org_id
    points, kills = 0, 0
    while kills < KILLS:
        mark = f"{killer.random.getrandbits(64):016x}"
        scope = ward.new_case(ward=mark)
        ward.insert(*[("note", scope, {"text": f"{mark} {n}"}) for n in range(5)])
        ward.sync()
        grant(shared, scope, agency)
        victim.desk.sync()
        assert found_in(victim.path, [mark])
        revoke(shared, scope, agency)
        if not points:
            points = killer.count(**victim.close())
        else:
            kills += killer.kill(kills, points, **victim.close())["killed"]
        victim.come_to_rest()
        with victim.desk.store.read() as session:
            assert ledger.state_value(session.connection(), COMPACT_STATE) is None
        assert not found_in(victim.path, [mark])
    victim.close()
    ward.store.close()


def back_to_the_first_version(path: Path) -> None:
    """Undo what the migrations since have done."""
    connection = whole(path)
    connection.execute("ALTER TABLE conflict DROP COLUMN theirs_by")
    for table in ("draft", "directory_entry", "shared_view"):
        connection.execute(f"DROP TABLE {table}")
    connection.execute("UPDATE alembic_version SET version_num = 'v0001'")
    connection.execute("PRAGMA user_version = 1")
    connection.close()


def test_a_killed_migration_is_done_or_not_begun(killer: Killer, tmp_path: Path):
    pristine, desk = tmp_path / "pristine", tmp_path / "desk"
    new_store(pristine).close()
    killer.count(do="edit", folder=str(pristine), count=100)
    back_to_the_first_version(pristine / "store.db")
    order = {"do": "migrate", "folder": str(desk)}

    def anew() -> None:
        shutil.rmtree(desk, ignore_errors=True)
        shutil.copytree(pristine, desk)

    anew()
    points, kills = killer.count(**order), 0
    while kills < KILLS:
        anew()
        kills += killer.kill(kills, points, **order)["killed"]
        whole(desk / "store.db").close()
        killer.count(**order)
        connection = whole(desk / "store.db")
        assert connection.execute("PRAGMA user_version").fetchone() == (99,)
        assert connection.execute("SELECT count(theirs_by) FROM conflict").fetchone() == (0,)
        assert connection.execute(
            "SELECT count(*), count(of_next) FROM spell WHERE of_next = ward"
        ).fetchone() == (100, 100)
        connection.close()
