"""Desks and servers one schema version apart, both ways, on a real server (SYNC 3.13).

The next version is this test's own: a record `travel` and a field of the spell more. The version
before is a server that lacks a record and a field that this program has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from d2a_desktop.domain import fields
from d2a_desktop.domain.fields import Field, Merge, Record, Type
from d2a_desktop.local_db import outbox, replica
from d2a_desktop.shared_db import migrate
from d2a_desktop.shared_db.failures import ClientTooOldError
from d2a_desktop.sync import upcast, verify
from d2a_desktop.sync.health import State
from tests.integration.shared_db.wire_client import WireClient
from tests.integration.sync.desks import DeskUnderTest, server_view
from tests.shared_databases import System

pytestmark = pytest.mark.postgres

NEXT_FILE = """
-- As the next version would: a field that may be empty, a record of its own.
SET ROLE dc_owner;
ALTER TABLE dc.spell ADD COLUMN of_next text;
CREATE TABLE dc.travel (
    id uuid PRIMARY KEY,
    scope_id uuid NOT NULL,
    ver bigint NOT NULL DEFAULT 1,
    hlc bigint NOT NULL DEFAULT 0,
    audit_head bytea,
    detail text
);
CREATE INDEX travel_scope ON dc.travel (scope_id);
RESET ROLE;
"""
HOSPITAL = frozenset({"hospital"})
NEXT = fields.SCHEMA_VERSION + 1
"""The version after this program's."""
OF_NEXT = Field(type=Type.TEXT, merge=Merge.CLINICAL, kinds=HOSPITAL, since=NEXT)
TRAVEL = Record(
    scope="case",
    seen=frozenset({"own", "hub"}),
    insert=HOSPITAL,
    fields={"detail": replace(OF_NEXT, merge=Merge.LWW)},
    since=NEXT,
)


@contextmanager
def program(version: int, **records: Record | None) -> Iterator[None]:
    """Be a program of another version: with these records instead, None being without it."""
    before = dict(fields.RECORDS)
    try:
        with pytest.MonkeyPatch.context() as patch:
            for name, record in records.items():
                if record is None:
                    patch.delitem(fields.RECORDS, name)
                else:
                    patch.setitem(fields.RECORDS, name, record)
            patch.setattr(fields, "SCHEMA_VERSION", version)
            yield
    finally:
        # What is put back one by one comes last; their order is part of the table.
        fields.RECORDS.clear()
        fields.RECORDS.update(before)


def with_fields(entity: str, **changed: Field | None) -> Record:
    record = fields.RECORDS[entity]
    every: dict[str, Field | None] = {**record.fields, **changed}
    return replace(record, fields={n: field for n, field in every.items() if field is not None})


@contextmanager
def next_program() -> Iterator[None]:
    with program(NEXT, spell=with_fields("spell", of_next=OF_NEXT), travel=TRAVEL):
        yield


def to_next_version(shared: System, monkeypatch: pytest.MonkeyPatch) -> None:
    """Upgrade the server as `d2a server migrate` of the next version would."""
    files = [*migrate.schema_files(), ("0099_next.sql", NEXT_FILE)]
    with next_program(), monkeypatch.context() as patch, shared.database.admin() as connection:
        patch.setattr(migrate, "schema_files", lambda: files)
        assert migrate.prepare(connection).applied == ("0099_next.sql",)


def known(rows: Mapping[tuple[str, str], Mapping[str, Any]]) -> dict[tuple[str, str], Any]:
    """What a program of the version before knows of rows."""
    return {
        key: {n: v for n, v in row.items() if n != "of_next"}
        for key, row in rows.items()
        if key[0] != "travel"
    }


def test_an_old_desk_works_with_a_newer_server_and_erases_nothing(shared, desk, monkeypatch):
    old, second = desk("ward"), desk("ward", "second")
    scope = old.new_case(bed="1")
    old.sync()
    to_next_version(shared, monkeypatch)
    newer = WireClient(shared, "ward")
    newer.hello()
    newer.pull()
    with next_program():
        newer.patch("spell", scope, of_next="kept")
        travel = newer.insert("travel", scope, detail="by car")
    assert old.sync().repaired == 0
    assert not verify.compare(old.store, old.gateway)
    old.change("spell", scope, bed="2")
    later = old.new_case()
    report = old.sync()
    assert not report.rejected
    assert report.repaired == 0
    assert known(server_view(shared, "ward")) == old.rows()
    newer.pull()
    assert (newer.rows["spell", scope]["of_next"], newer.rows["spell", scope]["bed"]) == (
        "kept",
        "2",
    )
    assert ("spell", later) in newer.rows
    # What the new record loses, or hides from a role, does not stop the old desk either.
    with shared.superuser() as owner:
        owner.execute(
            "UPDATE sync.feed SET kind = 'P', seq = nextval('sync.feed_seq'),"
            " xid = pg_current_xact_id() WHERE entity = 'travel' AND row_id = %s",
            (travel,),
        )
        owner.execute("UPDATE sync.entity SET hidden_from = '{hospital}' WHERE entity = 'travel'")
    shared.looking("ward").close()  # a person may have three connections at once
    old.sync()
    second.sync()
    assert second.rows() == old.rows()
    assert old.engine.health().state is State.SYNCED


def test_an_old_desk_is_told_to_update_only_when_the_server_says_so(shared, desk, monkeypatch):
    old = desk("ward")
    to_next_version(shared, monkeypatch)
    old.new_case()
    assert old.sync().pushed == 2
    with shared.superuser() as owner:
        owner.execute("UPDATE sync.meta SET min_client_ver = 2")
    theirs = WireClient(shared, "ward")
    assert theirs.hello().min_client_version == 2
    unsent = old.new_case()
    with pytest.raises(ClientTooOldError):
        old.sync()
    with old.store.read() as session:
        assert outbox.counts(session)["pending"] == 2
    assert old.engine.health().code == "client_too_old"
    with shared.superuser() as owner:  # as the updated program finds it
        owner.execute("UPDATE sync.meta SET min_client_ver = 1")
    old.sync()
    assert ("spell", unsent) in server_view(shared, "ward")


def test_an_updated_desk_reads_what_it_had_passed_over(shared, desk):
    ward, writer = desk("ward"), desk("ward", "writer")
    scope = writer.new_case(consultant="Dr Sample")
    writer.sync()
    ward.sync()
    with ward.store.apply() as session:  # as a program wrote it that knew no consultant
        session.connection().exec_driver_sql("UPDATE spell SET consultant = NULL")
        assert replica.get_state(session, "schema") == NEXT - 1
    assert not verify.compare(ward.store, ward.gateway)  # versions of rows do not tell
    later = replace(fields.RECORDS["spell"].fields["consultant"], since=NEXT)
    with program(NEXT, spell=with_fields("spell", consultant=later)):
        with shared.superuser() as owner:
            owner.execute("UPDATE sync.meta SET schema_ver = %s", (NEXT,))
        ward.sync()
        assert ward.row("spell", scope)["consultant"] == "Dr Sample"
        with ward.store.read() as session:
            assert replica.get_state(session, "schema") == NEXT


# --- a server of the version before -----------------------------------------------------------


def to_version_before(shared: System) -> None:
    """Make the server one that never had risks, nor the consultant of a spell."""
    with shared.superuser() as owner:
        owner.execute("DROP TABLE dc.risk")
        owner.execute("ALTER TABLE dc.spell DROP COLUMN consultant")
        for part in ("op", "page", "bucket", "digest"):
            owner.execute(f"DROP FUNCTION sync.{part}_risk")
    with (
        program(NEXT - 1, spell=with_fields("spell", consultant=None), risk=None),
        shared.database.admin() as connection,
    ):
        migrate.prepare(connection)


def update(shared: System) -> None:
    """Bring the server to this program's version, as a numbered file would."""
    table = dict(migrate.schema_files())["0003_records.sql"].split("CREATE TABLE dc.risk ", 1)[1]
    with shared.superuser() as owner:
        owner.execute("SET ROLE dc_owner")
        owner.execute("CREATE TABLE dc.risk " + table.split(";", 1)[0])
        owner.execute("ALTER TABLE dc.spell ADD COLUMN consultant text")
    with this_program(), shared.database.admin() as connection:
        migrate.prepare(connection)


@contextmanager
def this_program() -> Iterator[None]:
    """This program, where risks and the consultant came in its last version."""
    since = replace(fields.RECORDS["spell"].fields["consultant"], since=NEXT)
    risk = replace(fields.RECORDS["risk"], since=NEXT)
    with program(NEXT, spell=with_fields("spell", consultant=since), risk=risk):
        yield


def states(ward: DeskUnderTest) -> dict[str, int]:
    with ward.store.read() as session:
        return {str(state): count for state, count in outbox.counts(session).items() if count}


def test_a_desk_newer_than_its_server_holds_back_what_that_cannot_keep(shared, desk):
    ward = desk("ward")
    to_version_before(shared)
    with this_program():
        assert ward.sync().repaired == 0
        scope, other = ward.new_case(bed="1"), ward.new_case(bed="1")
        assert ward.sync().pushed == 4
        ward.change("spell", scope, consultant="Dr Sample")
        (risk,) = ward.insert(("risk", scope, {"kind": "falls"}))
        ward.insert(("task", scope, {"about_id": risk, "status": "open"}))
        ward.change("spell", scope, bed="2")  # later on a row of which something waits
        ward.change("spell", other, bed="3")
        ward.insert(("note", scope, {"text": "goes on"}))
        for _ in range(2):
            report = ward.sync()
            assert not report.rejected
            assert report.waiting == 4
        seen = ward.engine.health()
        assert (seen.state, seen.code) == (State.NEEDS_YOU, "server_older")
        assert "4 changes wait until it is updated" in seen.reason
        assert "migrate" in seen.what_to_do
        row = ward.row("spell", scope)
        assert row is not None
        assert (row["bed"], row["consultant"]) == ("2", "Dr Sample")
        assert states(ward) == {"acked": 6, "pending": 4}
        update(shared)
        report = ward.sync()
        assert (report.pushed, report.rejected, report.conflicts) == (4, (), ())
        assert ward.rows() == server_view(shared, "ward")
        assert ward.row("spell", scope)["consultant"] == "Dr Sample"
        assert ward.engine.health().state is State.SYNCED


def test_much_that_is_held_back_stops_nothing(shared, desk):
    """More than one call takes: what comes after it must still be found."""
    ward = desk("ward")
    to_version_before(shared)
    with this_program():
        ward.sync()
        scope = ward.new_case()
        ward.sync()
        for _ in range(30):
            ward.insert(*[("risk", scope, {"kind": "falls"}) for _ in range(20)])
        ward.insert(("note", scope, {"text": "goes on"}))
        assert ward.sync().pushed == 1
        assert states(ward) == {"acked": 3, "pending": 600}


# --- the versions that were released ----------------------------------------------------------


VIEW = {
    "page": "ward_board",
    "ward": "C5",
    "definition": {
        "chip": "", "sort": "", "descending": False, "beside": None,
        "columns": {"shown": ["bed", "person"], "widths": {}},
    },
    "shared_at": "2026-11-22T10:00:00.000000Z",
    "name": "Morning",
}  # fmt: skip


def view_of(shared: System) -> tuple[str, str, dict[str, Any]]:
    person = shared.people["ward"]
    return "shared_view", person.org_id, VIEW | {"shared_by_login": person.login}


def test_a_shared_view_waits_for_a_server_of_version_2(shared, desk):
    ward, second = desk("ward"), desk("ward", "second")
    with shared.superuser() as owner:
        owner.execute("DROP TABLE dc.shared_view")
        for one in owner.execute(
            "SELECT p.oid::regprocedure::text FROM pg_proc p"
            " WHERE p.pronamespace = 'sync'::regnamespace AND (p.proname ~ '_shared_view$'"
            " OR p.proname IN ('says_view', 'is_view_code', 'is_view_name', 'shared_view_fits'))"
        ).fetchall():
            owner.execute(f"DROP FUNCTION {one[0]}")
        owner.execute("DELETE FROM sync.schema_file WHERE name = '0031_shared_views.sql'")
    # What came later stands on its own, and stays.
    older = [file for file in migrate.schema_files() if file[0] != "0031_shared_views.sql"]
    with (
        program(2, shared_view=None),
        pytest.MonkeyPatch.context() as patch,
        shared.database.admin() as connection,
    ):
        patch.setattr(migrate, "schema_files", lambda: older)
        migrate.prepare(connection)
    (view,) = ward.insert(view_of(shared))
    scope = ward.new_case()
    report = ward.sync()
    assert (report.rejected, report.waiting) == ((), 1)
    with program(2, shared_view=None):
        assert ("spell", scope) in server_view(shared, "ward")
    assert ward.engine.health().code == "server_older"
    with shared.database.admin() as connection:
        assert migrate.prepare(connection).applied == ("0031_shared_views.sql",)
    ward.sync()
    second.sync()
    assert second.row("shared_view", view)["name"] == "Morning"
    assert second.rows() == ward.rows() == server_view(shared, "ward")


def test_a_desk_of_version_2_passes_over_a_shared_view_and_reads_it_once_updated(shared, desk):
    ward, old = desk("ward"), desk("ward", "old")
    (view,) = ward.insert(view_of(shared))
    scope = ward.new_case()
    ward.sync()
    with program(2, shared_view=None):
        assert old.sync().repaired == 0
        assert ("spell", scope) in old.rows()
        assert not verify.compare(old.store, old.gateway)
        assert old.engine.health().state is State.SYNCED
    old.sync()
    assert old.row("shared_view", view)["name"] == "Morning"
    assert old.rows() == server_view(shared, "ward")


# --- operations of earlier versions -----------------------------------------------------------


OLD = {"op": "o", "e": "spell", "id": "i", "k": "patch", "set": {"bed": "1"}, "sv": 1}


def renamed(op: dict[str, Any]) -> dict[str, Any]:
    return op | {"set": {"place": op["set"]["bed"]}}


def test_an_operation_that_the_server_still_takes_is_sent_as_it_was_made():
    """The ledger knows an operation by its words: another form would be another operation."""
    assert upcast.upcast(OLD, oldest=1, steps={1: renamed}) == OLD


def test_an_operation_too_old_for_the_server_is_brought_up_step_by_step():
    assert upcast.upcast(OLD, oldest=3, steps={1: renamed}) == OLD | {
        "set": {"place": "1"},
        "sv": 3,
    }
    assert OLD["set"] == {"bed": "1"}


def test_every_released_version_has_its_step_or_changed_nothing():
    assert set(upcast.STEPS) <= set(range(1, fields.SCHEMA_VERSION))
    for record in fields.RECORDS.values():
        assert record.since <= fields.SCHEMA_VERSION
        for field in record.fields.values():
            assert field.since <= fields.SCHEMA_VERSION
            assert not (field.required and field.since > max(1, record.since))
