"""The server put back by PostgreSQL's own programs: every desk notices, and nothing is lost.

A cold copy, a logical backup in the same cluster and in a new one, and a base backup rolled
forward to a point in time.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from d2a_desktop.core.errors import RefusedError
from d2a_desktop.services import shared_server
from d2a_desktop.shared_db import admin, check, migrate, server
from d2a_desktop.shared_db.failures import NewEpochNeededError
from d2a_desktop.sync import conflicts, recovery, verify
from d2a_desktop.sync.health import State
from tests.integration.shared_db.wire_client import at
from tests.integration.sync import restores
from tests.integration.sync.desks import DeskUnderTest, make_desk, server_view
from tests.integration.sync.restores import Cluster
from tests.shared_databases import System

pytestmark = pytest.mark.postgres

WHO = ("ward", "other", "hub", "council", "agency")


class Drill:
    """Five desks of four kinds of organisation, and what they do before, in and after."""

    def __init__(self, system: System, folder: Path) -> None:
        self.system = system
        self.desks = {
            who: make_desk(system, "ward" if who == "other" else who, folder / who) for who in WHO
        }

    def __getitem__(self, who: str) -> DeskUnderTest:
        return self.desks[who]

    def settle(self, *order: str) -> None:
        """Sync round after round until nothing moves any more."""
        for _ in range(6):
            reports = [self.desks[who].sync() for who in order or WHO]
            if not any(r.pushed or r.pulled or r.purged for r in reports):
                return
        raise AssertionError("the desks do not come to rest")

    def before(self) -> None:
        """Work that the copy of the server holds."""
        ward, hub = self["ward"], self["hub"]
        self.settle()
        self.case = ward.new_case(bed="1")
        referral = ward.refer(self.case)
        self.settle()
        self.offer = hub.offer(self.case, referral, self["agency"].caller.org_id)
        self.settle()

    def lost(self) -> None:
        """Acknowledged work of every kind of organisation that the copy does not hold."""
        ward, hub, agency, council = (self[w] for w in ("ward", "hub", "agency", "council"))
        self["other"].change("spell", self.case, edd="2030-02-02")  # never sent before the copy
        ward.change("spell", self.case, bed="2", edd="2030-01-01")
        self.later = ward.new_case()
        referral = ward.refer(self.later)
        self.sync("ward", "hub", "agency", "council")
        hub.insert(("note", self.case, {"text": "hub"}))
        hub.change("spell", self.case, hub_owner_name="Case manager")
        self.later_offer = hub.offer(self.later, referral, agency.caller.org_id)
        council.insert(("note", self.case, {"text": "council"}))
        self.sync("hub", "council", "agency")
        agency.change("offer", self.offer, status="accepted")
        agency.sync()
        ((_, self.placement),) = agency.rows("placement")
        (self.worker,) = agency.insert(
            ("worker", agency.caller.org_id, {"first_name": "Amara", "status": "active"})
        )
        (self.block,) = agency.insert(
            (
                "placement_block",
                agency.caller.org_id,
                {
                    "placement_id": self.placement, "offer_id": self.offer,
                    "worker_id": self.worker, "starts_at": at(0), "ends_at": at(24),
                    "status": "confirmed", "kind": "main",
                },
            )
        )  # fmt: skip
        self.sync("agency", "ward", "hub", "council", "agency")
        for who in ("ward", "hub", "agency", "council"):
            assert self[who].engine.health().waiting == 0, who
        self.held = {who: set(self[who].rows()) for who in WHO}

    def unsent(self) -> None:
        """Work that was never sent when the server went away."""
        self["ward"].change("spell", self.case, ward="B9")
        self["hub"].insert(("note", self.later, {"text": "hub, unsent"}))
        self["council"].insert(("note", self.case, {"text": "council, unsent"}))
        self["agency"].change("placement_block", self.block, expected_at=at(1))

    def sync(self, *order: str) -> None:
        for who in order:
            self[who].sync()

    def moved_to(self, system: System) -> None:
        """Let every desk speak to the server as it is now."""
        for desk in self.desks.values():
            desk.gateway.close()
            desk.system = system
            desk.sign_in(desk.who)
        self.system = system

    def after(self) -> None:
        """Every desk notices at its next hello; in the end all is as it was, and more."""
        # The case's own desk comes last: what hangs on it has to wait.
        for who in ("other", "agency", "council", "hub", "ward"):
            report = self[who].sync()
            # Whoever had not spoken since the copy was made has lost nothing.
            assert report.recovered or who == "other", who
            assert not report.rejected, (who, report.rejected)
        self.settle("ward", "hub", "agency", "council", "other")
        self.in_conflict()
        self.settle()
        for who, desk in self.desks.items():
            assert not verify.compare(desk.store, desk.gateway), who
            assert desk.rows() == server_view(self.system, desk.who), who
            # What the desk held of the lost time is there under the same identities, once each.
            assert set(desk.rows()) >= self.held[who] - made_by_server(desk), who
            if who != "other":
                with desk.store.read() as session:
                    found = recovery.last(session)
                assert found is not None, who
                assert found.ended_at is not None, who
                assert found.waiting == 0, who
                assert found.applied_count > 0, (who, found)
            assert desk.engine.health().state is State.SYNCED, who
        self.nothing_twice()
        texts = sorted(row["text"] for row in self["hub"].rows("note").values())
        assert texts == ["council", "council, unsent", "hub", "hub, unsent"]
        row = self["hub"].row("spell", self.case)
        assert row is not None
        assert (row["bed"], row["ward"], row["hub_owner_name"]) == ("2", "B9", "Case manager")
        statuses = sorted(str(r["status"]) for r in self["agency"].rows("offer").values())
        assert statuses == ["accepted", "sent"]
        assert list(self["agency"].rows("placement")) == [("placement", self.placement)]
        block = self["agency"].row("placement_block", self.block)
        assert block is not None
        assert block["expected_at"] == at(1)
        assert [c["first_name"] for c in self["ward"].rows("arrival_card").values()] == ["Amara"]

    def in_conflict(self) -> None:
        """Two edits of one clinical field met only because of the restore: a person is told."""
        ward = self["ward"]
        with ward.store.read() as session:
            found = recovery.last(session)
        assert found is not None
        assert [(r.entity, r.row_id, r.code) for r in found.refused] == [
            ("spell", self.case, "conflict")
        ]
        (conflict,) = conflicts.open_conflicts(ward.store)
        assert ward.engine.health().state is State.NEEDS_YOU
        conflicts.resolve(ward.store, ward.caller, conflict.op, choice="mine", now=ward.clock.now())

    def nothing_twice(self) -> None:
        with self.system.database.superuser() as owner:
            twice = owner.execute(
                "SELECT op_id, entity, row_id FROM sync.audit WHERE op_id IS NOT NULL"
                " GROUP BY 1, 2, 3 HAVING count(*) > 1"
            ).fetchall()
        assert twice == []
        with self.system.database.admin() as connection:
            report = check.check(connection, audit=True)
            assert report.sound, report.findings

    def close(self) -> None:
        for desk in self.desks.values():
            desk.gateway.close()
            desk.store.close()
        for opened in self.system.opened:
            opened.close()


def made_by_server(desk: DeskUnderTest) -> set[tuple[str, str]]:
    """Rows that the server counts together itself; they are made anew under another identity."""
    return {key for key in desk.rows() if key[0] in ("capacity_week", "offer_outcome")}


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder whose servers are gone when the test ends."""
    yield tmp_path
    for each in tmp_path.glob("server*"):
        server.remove(each)


def test_a_cold_copy_of_the_data_directory(folder: Path):
    cluster = Cluster.start(folder / "server")
    drill = Drill(cluster.system, folder)
    drill.before()
    cluster.stop()
    restores.copy_as_it_is(cluster.info.data, cluster.info.data.with_name("copy"))
    cluster.again()
    drill.moved_to(cluster.system)
    drill.lost()
    drill.unsent()
    cluster.stop()
    restores.copy_as_it_is(cluster.info.data.with_name("copy"), cluster.info.data)
    cluster.put_back()
    drill.moved_to(cluster.system)
    drill.after()
    drill.close()


def test_a_logical_backup_in_the_same_cluster(shared: System, tmp_path: Path):
    drill = Drill(shared, tmp_path)
    drill.before()
    restores.dump(shared, tmp_path / "backup")
    drill.lost()
    drill.unsent()
    restores.put_back(shared, tmp_path / "backup")
    with shared.database.admin() as connection:
        migrate.prepare(connection)
        with pytest.raises(RefusedError):
            admin.new_epoch(connection)  # not needed, and said so
    restores.look_after(shared)
    drill.moved_to(shared)
    drill.after()
    drill.close()


def test_a_logical_backup_in_a_new_cluster(
    shared: System, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    drill = Drill(shared, folder)
    drill.before()
    restores.burn_numbers(shared, 3000)
    drill["ward"].change("spell", drill.case, bed="1b")
    drill.settle()
    restores.dump(shared, folder / "backup")
    drill.lost()
    drill.unsent()
    info = server.start(folder / "server", options=server.FAST_AND_FORGETFUL)
    moved = restores.move_to_new_cluster(shared, info, folder / "backup")
    url, passfile = moved.database.url, str(moved.database.passfile)
    with monkeypatch.context() as administrator:
        administrator.setenv("PGPASSFILE", passfile)
        shared_server.init(url, in_the_file)
        found = {finding.check for finding in shared_server.check(url, in_the_file)}
    assert "new_epoch" in found
    drill.moved_to(moved)
    with pytest.raises(NewEpochNeededError):
        drill["ward"].sync()
    assert drill["ward"].engine.health().code == "new_epoch_needed"
    with monkeypatch.context() as administrator:
        administrator.setenv("PGPASSFILE", passfile)
        shared_server.new_epoch(url, in_the_file)
        restores.superuser_sql(moved.database)
    restores.look_after(moved)
    drill.after()
    drill.close()


def in_the_file() -> None:
    """Give no password: PGPASSFILE has it."""


def test_a_base_backup_rolled_forward_to_a_point_in_time(folder: Path):
    cluster = Cluster.start(
        folder / "server",
        # The server's working directory is that of its data.
        archive_mode="on",
        archive_command="cp %p ../archive/%f",
    )
    restores.folder_of_the_server(cluster.info.data.with_name("archive"))
    drill = Drill(cluster.system, folder)
    base = folder / "base"
    cluster.tool("pg_basebackup", "-D", str(base), "-X", "none", "-c", "fast")
    drill.before()
    with cluster.system.database.superuser() as owner:
        owner.execute("SELECT pg_create_restore_point('before the fault')")
    drill.lost()
    drill.unsent()
    with cluster.system.database.superuser() as owner:
        owner.execute("SELECT pg_switch_wal()")
    cluster.stop()
    restores.copy_as_it_is(base, cluster.info.data)
    (cluster.info.data / "recovery.signal").touch()
    with (cluster.info.data / "postgresql.auto.conf").open("a", encoding="utf-8") as conf:
        conf.write(
            "restore_command = 'cp ../archive/%f %p'\n"
            "recovery_target_name = 'before the fault'\nrecovery_target_action = 'promote'\n"
        )
    cluster.put_back()
    drill.moved_to(cluster.system)
    drill.after()
    drill.close()
