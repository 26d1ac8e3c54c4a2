"""After a restore, a copy, a hole in the picture: noticed, mended, and said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from d2a_desktop.core.errors import RefusedError
from d2a_desktop.local_db import outbox, replica
from d2a_desktop.shared_db import admin
from d2a_desktop.shared_db.failures import (
    ClientTooOldError,
    NewEpochNeededError,
    TryAgainError,
)
from d2a_desktop.shared_db.wire import Digest, Hello, OpResult
from d2a_desktop.sync import health, recovery, replay, verify
from d2a_desktop.sync.health import State
from d2a_desktop.sync.protocol import SharedGateway
from tests.integration.sync.desks import DeskUnderTest, server_view
from tests.shared_databases import System

pytestmark = pytest.mark.postgres


def lose_work(shared: System, *case_scopes: str) -> None:
    """Put the server back to before some cases, as a restore from a backup does."""
    with shared.superuser() as owner:
        owner.execute("SET session_replication_role = replica")
        for entity in ("spell", "patient", "note"):
            owner.execute(
                f"DELETE FROM dc.{entity} WHERE scope_id = ANY (%s)", (list(case_scopes),)
            )
        owner.execute("DELETE FROM sync.acl WHERE scope_id = ANY (%s)", (list(case_scopes),))
        owner.execute("DELETE FROM sync.feed WHERE entity IN ('spell', 'patient', 'note')")
        owner.execute("DELETE FROM sync.applied_op")
        owner.execute("DELETE FROM sync.audit WHERE row_id <> ALL (SELECT id FROM dc.spell)"
                      " AND entity IN ('spell', 'patient', 'note')")  # fmt: skip
        owner.execute("DELETE FROM sync.session")


def test_a_restored_server_is_noticed_and_gets_back_what_it_lost(shared, desk):
    ward = desk("ward")
    lost = [ward.new_case(bed=str(n)) for n in range(3)]
    ward.sync()
    before = server_view(shared, "ward")
    old_id = ward.store.desk.desk_id
    lose_work(shared, *lost)
    report = ward.sync()
    assert report.recovered
    assert ward.store.desk.desk_id != old_id
    after = server_view(shared, "ward")
    assert {k: {**v, "hlc": 0} for k, v in after.items()} == {
        k: {**v, "hlc": 0} for k, v in before.items()
    }
    assert ward.rows() == after
    assert not ward.sync().recovered


def test_work_that_survived_a_restore_is_not_done_twice(shared, desk):
    ward = desk("ward")
    scope = ward.new_case()
    ward.change("spell", scope, bed="2")
    ward.sync()
    with shared.superuser() as owner:
        owner.execute("DELETE FROM sync.session")
    report = ward.sync()
    assert report.recovered
    assert not report.rejected
    with shared.superuser() as owner:
        row = owner.execute(
            "SELECT count(*) FROM sync.audit WHERE row_id = %s", (scope,)
        ).fetchone()
    assert row == (2,)
    assert ward.rows() == server_view(shared, "ward")


def test_a_replayed_change_to_a_case_its_owner_has_not_sent_again_yet_waits_for_that(shared, desk):
    ward, hub = desk("ward"), desk("hub")
    scope = ward.new_case()
    ward.refer(scope)
    ward.sync()
    hub.sync()
    hub.insert(("note", scope, {"text": "by the hub"}))
    hub.sync()
    lose_work(shared, scope)
    with shared.superuser() as owner:
        owner.execute("SET session_replication_role = replica")
        owner.execute("DELETE FROM dc.referral")
        owner.execute("DELETE FROM sync.audit WHERE entity = 'referral'")
    report = hub.sync()
    assert report.recovered
    assert not report.rejected
    ward.sync()
    hub.sync()
    ward.sync()
    assert [n["text"] for n in ward.rows("note").values()] == ["by the hub"]
    assert hub.rows() == server_view(shared, "hub")


class AnOlderServer:
    """Answers as the server did before 0026: of a command sent again, the rest might wait."""

    def __init__(self, gateway: SharedGateway) -> None:
        self._gateway = gateway

    def __getattr__(self, name: str) -> Any:
        return getattr(self._gateway, name)

    def push(self, *, client: str, ops: Sequence[Mapping[str, Any]]) -> list[OpResult]:
        answers = self._gateway.push(client=client, ops=ops)
        return [replace(a, final=False) if a.why == "group" else a for a in answers]


@pytest.mark.parametrize("server", [lambda gateway: gateway, AnOlderServer], ids=["ours", "older"])
def test_of_a_command_that_is_refused_for_good_nothing_is_sent_again(shared, desk, server):
    ward = desk("ward")
    scope = ward.new_case()
    ward.sync()
    with ward.store.apply() as session:
        replay.begin(session, now=ward.clock.now())
    ward.insert(
        ("note", scope, {"text": "before"}),
        ("referral", scope, {"status": "closed", "reference": "R-1"}),
        ("note", scope, {"text": "after"}),
    )
    engine = ward.engine_with(server(ward.gateway))
    report = engine.run(ward.caller.login)
    assert "status_machine" in {r.code for r in report.rejected}
    assert (len(report.rejected), report.waiting) == (3, 0)
    assert engine.run(ward.caller.login).pushed == 0
    assert ward.rows("note") == {}
    assert ward.rows() == server_view(shared, "ward")


def test_a_new_epoch_makes_every_desk_look_again(shared, desk):
    ward = desk("ward")
    ward.new_case()
    ward.sync()
    with shared.database.admin() as connection:
        admin.new_epoch(connection, anyway=True)
    report = ward.sync()
    assert report.recovered
    assert report.pulled == len(ward.rows())
    assert ward.rows() == server_view(shared, "ward")


def test_a_server_restored_elsewhere_and_not_told_so_asks_for_its_administrator(shared, desk):
    ward = desk("ward")
    ward.sync()
    with shared.superuser() as owner:
        owner.execute("UPDATE sync.feed SET xid = '9999999999999'")
    ward.new_case()
    with pytest.raises(NewEpochNeededError) as caught:
        ward.sync()
    assert caught.value.exit_code == 3
    light = ward.engine.health()
    assert (light.state, light.code) == (State.NEEDS_YOU, "new_epoch_needed")
    assert "administrator" in light.what_to_do
    with shared.database.admin() as connection:
        admin.new_epoch(connection)
    report = ward.sync()
    assert report.recovered
    assert ward.rows() == server_view(shared, "ward")
    assert ward.engine.health().state is State.SYNCED


def test_a_new_epoch_that_nobody_needs_is_refused(shared, desk):
    ward = desk("ward")
    ward.new_case()
    ward.sync()
    with shared.database.admin() as connection:
        with pytest.raises(RefusedError) as caught:
            admin.new_epoch(connection)
        assert caught.value.code == "epoch_not_needed"
        assert "--anyway" in caught.value.what_to_do
    assert not ward.sync().recovered


def test_a_computer_that_stops_while_it_notices_an_epoch_notices_it_again(
    shared, desk, monkeypatch
):
    ward = desk("ward")
    ward.new_case()
    ward.sync()
    with shared.database.admin() as connection:
        admin.new_epoch(connection, anyway=True)

    def cut(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(replay, "start_over", cut)
    with pytest.raises(KeyboardInterrupt):
        ward.sync()
    monkeypatch.undo()
    assert ward.sync().recovered


def session_of(shared: System, ward: DeskUnderTest) -> tuple[Any, ...]:
    with shared.superuser() as owner:
        row = owner.execute(
            "SELECT client, nonce FROM sync.session WHERE client = %s", (ward.store.desk.desk_id,)
        ).fetchone()
    assert row is not None
    return row


def test_a_restore_to_the_middle_of_a_run_is_noticed(shared, desk):
    """What was said between hello and its end is not in the copy, though the hello is."""
    ward = desk("ward")
    ward.new_case()
    ward.sync()
    lost = ward.new_case()
    middle: list[tuple[Any, ...]] = []

    class Watched:
        def __getattr__(self, name: str) -> Any:
            return getattr(ward.gateway, name)

        def push(self, **given: Any) -> list[OpResult]:
            middle.append(session_of(shared, ward))
            return ward.gateway.push(**given)

    ward.engine_with(Watched()).run(ward.caller.login)
    lose_work(shared, lost)
    with shared.superuser() as owner:
        owner.execute(
            "INSERT INTO sync.session SELECT %s, %s, %s, now(), 1, %s",
            (middle[0][0], ward.caller.org_id, middle[0][1], ward.caller.login),
        )
    report = ward.sync()
    assert report.recovered
    assert ("spell", lost) in server_view(shared, "ward")
    assert ward.rows() == server_view(shared, "ward")


def test_a_run_that_was_cut_before_its_last_hello_is_done_again(shared, desk):
    """Nobody can tell then whether the server still has it; sending again tells."""
    ward, other = desk("ward"), desk("ward", "other")
    ward.new_case()
    ward.sync()
    other.sync()
    lost, theirs = ward.new_case(), other.new_case()
    other.sync()

    class Cut:
        def __getattr__(self, name: str) -> Any:
            return getattr(ward.gateway, name)

        def __init__(self) -> None:
            self.hellos = 0

        def hello(self, **given: Any) -> Hello:
            self.hellos += 1
            if self.hellos == 2:
                raise TryAgainError("cut", code="connection_lost")
            return ward.gateway.hello(**given)

    with pytest.raises(TryAgainError):
        ward.engine_with(Cut()).run(ward.caller.login)
    assert ward.row("spell", theirs) is not None
    nonce = session_of(shared, ward)
    lose_work(shared, lost)
    with shared.superuser() as owner:
        owner.execute(
            "INSERT INTO sync.session SELECT %s, %s, %s, now(), 1, %s",
            (*nonce[:1], ward.caller.org_id, nonce[1], ward.caller.login),
        )
    ward.sync()
    assert ("spell", lost) in server_view(shared, "ward")
    assert ward.rows() == server_view(shared, "ward")
    with ward.store.read() as session:
        found = recovery.last(session)
    assert found is not None
    assert found.why == "lost_work"


def test_a_cut_run_done_again_leaves_an_unharmed_server_as_it_was(shared, desk):
    ward = desk("ward")
    ward.sync()
    scope = ward.new_case(bed="1")
    ward.change("spell", scope, bed="2")

    class Cut:
        def __getattr__(self, name: str) -> Any:
            return getattr(ward.gateway, name)

        def pull(self, **_: Any) -> Any:
            raise TryAgainError("cut", code="connection_lost")

    with pytest.raises(TryAgainError):
        ward.engine_with(Cut()).run(ward.caller.login)
    with ward.store.read() as session:
        assert outbox.counts(session)["acked"] == 3
    report = ward.sync()
    assert not report.recovered
    assert not report.rejected
    with shared.superuser() as owner:
        row = owner.execute(
            "SELECT count(*) FROM sync.audit WHERE row_id = %s", (scope,)
        ).fetchone()
    assert row == (2,)
    assert ward.rows() == server_view(shared, "ward")
    with ward.store.read() as session:
        assert recovery.last(session) is None


def test_work_that_waits_to_be_sent_again_never_covers_what_came_after_it(shared, desk):
    """Two people at one desk: the second has not signed in since the restore."""
    ward = desk("ward")
    ward.sync()
    scope = ward.new_case(bed="first")
    ward.change("spell", scope, bed="second")
    ward.sync()
    other = desk("ward", "other")
    other.sync()
    other.change("spell", scope, bed="third")
    other.sync()
    ward.sync()
    with ward.store.apply() as session:  # it is another person's work
        session.connection().exec_driver_sql("UPDATE outbox_op SET login = 'u_000000000000'")
    with shared.superuser() as owner:
        owner.execute("DELETE FROM sync.session")
    assert ward.sync().recovered
    with ward.store.read() as session:
        assert outbox.counts(session)["pending"] == 3
    assert ward.row("spell", scope)["bed"] == "third"
    with ward.store.apply() as session:
        session.connection().exec_driver_sql("UPDATE outbox_op SET login = ?", (ward.caller.login,))
    ward.sync()
    assert ward.rows() == server_view(shared, "ward")


def test_an_edit_that_a_later_one_beat_does_not_stay_on_the_screen(shared, desk):
    ward, other = desk("ward"), desk("ward", "other")
    for one in (ward, other):  # near the server's: further ahead both would count as the same
        one.clock.set(datetime.now(UTC))
    scope = ward.new_case(bed="1")
    ward.sync()
    other.sync()
    ward.change("spell", scope, bed="earlier")
    other.clock.advance(timedelta(seconds=30))
    other.change("spell", scope, bed="later")
    other.sync()

    class NotYet:
        def __getattr__(self, name: str) -> Any:
            return getattr(ward.gateway, name)

        def push(self, *, client: str, ops: Sequence[Mapping[str, Any]]) -> list[OpResult]:
            return [OpResult(op=op["op"], status="blocked") for op in ops]

    ward.engine_with(NotYet()).run(ward.caller.login)
    assert ward.row("spell", scope)["bed"] == "earlier"
    ward.sync()
    assert ward.row("spell", scope)["bed"] == "later"
    assert ward.rows() == server_view(shared, "ward")


def test_a_difference_is_found_in_its_bucket_mended_and_counted(shared, desk):
    ward = desk("ward")
    scopes = [ward.new_case() for _ in range(4)]
    ward.sync()
    with ward.store.apply() as session:
        connection = session.connection()
        connection.exec_driver_sql("DELETE FROM patient WHERE scope_id = ?", (scopes[0],))
        connection.exec_driver_sql("UPDATE spell SET ver = 7, bed = 'x' WHERE id = ?", (scopes[1],))
        connection.exec_driver_sql(
            "INSERT INTO note SELECT '00000000-0000-4000-8000-00000000000f', scope_id, 1, 0,"
            " 'k', 't', 'a', NULL, NULL, NULL, '2026-11-22T09:30:00.000000Z', NULL"
            " FROM patient LIMIT 1"
        )
    found = verify.compare(ward.store, ward.gateway)
    assert set(found.buckets) == {"patient", "spell", "note"}
    assert all(len(buckets) == 1 for buckets in found.buckets.values())
    report = ward.engine.check()
    assert report.repaired == 3
    assert ward.rows() == server_view(shared, "ward")
    assert not verify.compare(ward.store, ward.gateway)


def test_the_check_runs_with_the_first_sync_and_then_once_a_day(shared, desk):
    ward = desk("ward")
    counting = _Counting(ward.gateway)
    engine = ward.engine_with(counting)
    engine.run(ward.caller.login)
    first = counting.digests
    assert first > 0
    engine.run(ward.caller.login)
    assert counting.digests == first
    with ward.store.apply() as session:
        day_ago = datetime.now(UTC) - timedelta(hours=25)  # by the server's clock
        replica.put_state(session, "checked_at", day_ago.isoformat())
    engine.run(ward.caller.login)
    assert counting.digests == 2 * first


class _Counting:
    def __init__(self, gateway: SharedGateway) -> None:
        self._gateway = gateway
        self.digests = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._gateway, name)

    def digest(self, *, entity: str) -> Digest:
        self.digests += 1
        return self._gateway.digest(entity=entity)


def test_two_computers_with_a_copied_store_end_apart_and_equal(shared, desk, tmp_path):
    import shutil

    from d2a_desktop.local_db.unit_of_work import LocalStore
    from tests.integration.sync.desks import DeskUnderTest
    from tests.local_stores import KEY

    ward = desk("ward")
    ward.new_case()
    ward.sync()
    ward.store.compact()
    (tmp_path / "copy").mkdir()
    shutil.copy(ward.store.path, tmp_path / "copy" / "store.db")
    copied = LocalStore.open(tmp_path / "copy", KEY, clock=ward.clock)
    twin = DeskUnderTest(shared, "ward", copied, ward.clock)
    assert not ward.sync().recovered
    assert twin.sync().recovered
    assert twin.store.desk.desk_id != ward.store.desk.desk_id
    twin.new_case()
    twin.sync()
    ward.sync()
    assert ward.rows() == twin.rows() == server_view(shared, "ward")
    copied.close()


# --- passing failures ---------------------------------------------------------------------------


def test_an_old_program_still_reads_and_keeps_its_unsent_work(shared, desk):
    ward, other = desk("ward"), desk("ward", "other")
    ward.sync()
    other.sync()
    theirs = other.new_case()
    other.sync()
    with shared.superuser() as owner:
        owner.execute("UPDATE sync.meta SET min_client_ver = 99")
    ward.new_case()
    with pytest.raises(ClientTooOldError):
        ward.sync()
    assert ward.row("spell", theirs) is not None
    with ward.store.read() as session:
        assert outbox.counts(session)["pending"] == 2
    assert ward.engine.health().state is State.NEEDS_YOU


def test_a_dead_connection_is_tried_again_with_growing_pauses_and_then_told(shared, desk):
    ward = desk("ward")
    ward.sync()
    ward.new_case()

    class Cut:
        def __getattr__(self, name: str) -> Any:
            return getattr(ward.gateway, name)

        def push(self, *, client: str, ops: Sequence[Mapping[str, Any]]) -> list[OpResult]:
            raise TryAgainError("cut", code="connection_lost")

    with pytest.raises(TryAgainError):
        ward.engine_with(Cut()).run(ward.caller.login)
    assert len(ward.waits) == 3
    assert health.health(ward.store, now=ward.clock.now()).state is State.OFFLINE
    assert ward.sync().pushed == 2


def test_a_clock_that_is_wrong_is_reported_and_changes_no_order(shared, desk):
    ward = desk("ward")
    ward.clock.advance(timedelta(days=3650))
    scope = ward.new_case()
    report = ward.sync()
    assert report.clock_ahead > timedelta(days=3000)
    ward.clock.advance(timedelta(days=-7300))
    ward.change("spell", scope, bed="5")
    ward.sync()
    assert server_view(shared, "ward")["spell", scope]["bed"] == "5"
