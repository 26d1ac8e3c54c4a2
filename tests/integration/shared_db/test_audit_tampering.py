"""Every kind of tampering with the audit or around it is told, and the first place named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest

from d2a_desktop.core.errors import InputFileError
from d2a_desktop.shared_db import anchor, check, migrate
from tests.integration.shared_db.wire_client import WireClient, new_case, refer
from tests.shared_databases import System

pytestmark = pytest.mark.postgres


class Records:
    """A case with a note of one entry and a referral of three."""

    def __init__(self, system: System) -> None:
        self.system = system
        ward = WireClient(system, "ward")
        self.scope = new_case(ward)
        self.note = ward.insert("note", self.scope, text="said", author="A")
        self.referral = refer(ward, self.scope)
        for text in ("one", "two"):
            ward.pull()
            assert ward.patch("referral", self.referral, what_changed=text).status == "ok"
        ward.pull()
        self.ward = ward
        self.owner = system.superuser()

    def by_hand(self, statement: str, *values: Any) -> None:
        """Change history as a superuser can: no trigger looks."""
        self.owner.execute("SET session_replication_role = replica")
        self.owner.execute(statement.encode(), values or None)
        self.owner.execute("RESET session_replication_role")

    def broken(self) -> dict[str, Any] | None:
        row = self.owner.execute("SELECT sync.broken_link()").fetchone()
        return row[0] if row else None

    def entry(self, ver: int) -> int:
        row = self.owner.execute(
            "SELECT id FROM sync.audit WHERE row_id = %s AND ver = %s", (self.referral, ver)
        ).fetchone()
        assert row is not None
        return int(row[0])


@pytest.fixture
def records(shared: System) -> Records:
    made = Records(shared)
    assert made.broken() is None
    return made


_OF = "WHERE row_id = %(r)s AND ver = {}"
# By name: the statement, the version that is named, what does not hold there.
TAMPERING = {
    "an entry's content": (f"UPDATE sync.audit SET delta = '{{}}' {_OF.format(2)}", 2, "content"),
    "an entry's actor": (f"UPDATE sync.audit SET actor = 'nobody' {_OF.format(1)}", 1, "content"),
    # Whole by itself: only what stands on it tells.
    "an entry's actor with its right hash": (
        (
            "UPDATE sync.audit SET actor = 'nobody', hash = sync.link(prev, entity, row_id, ver,"
            f" 'nobody', at, coalesce(op_id::text, ''), delta) {_OF.format(1)}"
        ), 2, "order",
    ),
    "an entry's time": (
        f"UPDATE sync.audit SET at = at - interval '1 second' {_OF.format(3)}", 3, "content",
    ),
    "an entry's operation": (
        f"UPDATE sync.audit SET op_id = gen_random_uuid() {_OF.format(2)}", 2, "content",
    ),
    "an entry's hash": (f"UPDATE sync.audit SET hash = sha256('') {_OF.format(2)}", 2, "content"),
    "an entry's predecessor": (f"UPDATE sync.audit SET prev = NULL {_OF.format(2)}", 2, "content"),
    "an entry's number": (
        f"UPDATE sync.audit SET id = DEFAULT {_OF.format(2)}", 3, "order",
    ),
    "the first entry gone": (f"DELETE FROM sync.audit {_OF.format(1)}", 2, "order"),
    "a middle entry gone": (f"DELETE FROM sync.audit {_OF.format(2)}", 3, "order"),
    "the last entry gone": (f"DELETE FROM sync.audit {_OF.format(3)}", 2, "row"),
    "every entry gone": ("DELETE FROM sync.audit WHERE row_id = %(r)s", 3, "begin"),
    "two entries in the other order": (
        (
            "UPDATE sync.audit SET ver = 99 WHERE row_id = %(r)s AND ver = 2;"
            " UPDATE sync.audit SET ver = 2 WHERE row_id = %(r)s AND ver = 3;"
            " UPDATE sync.audit SET ver = 3 WHERE row_id = %(r)s AND ver = 99"
        ), 3, "content",
    ),
    "an entry added": (
        (
            "INSERT INTO sync.audit (at, actor, entity, row_id, ver, delta, prev, hash)"
            " SELECT at, actor, entity, row_id, 4, delta, hash, sha256('x') FROM sync.audit"
            f" {_OF.format(3)}"
        ), 4, "content",
    ),
    "an entry added with its right hash": (
        (
            "INSERT INTO sync.audit (at, actor, entity, row_id, ver, delta, prev, hash)"
            " SELECT at, actor, entity, row_id, 4, delta, hash, sync.link(hash, entity, row_id, 4,"
            f" actor, at, '', delta) FROM sync.audit {_OF.format(3)}"
        ), 4, "head",
    ),
    "the row's value": (
        "UPDATE dc.referral SET what_matters = 'forged' WHERE id = %(r)s", 3, "values",
    ),
    "the row's value set to nothing": (
        "UPDATE dc.referral SET what_changed = NULL WHERE id = %(r)s", 3, "values",
    ),
    "the row's scope": (
        "UPDATE dc.referral SET scope_id = gen_random_uuid() WHERE id = %(r)s", 3, "values",
    ),
    "the row's version": ("UPDATE dc.referral SET ver = 9 WHERE id = %(r)s", 3, "row"),
    "the row's version back": ("UPDATE dc.referral SET ver = 2 WHERE id = %(r)s", 3, "head"),
    "the row's head": ("UPDATE dc.referral SET audit_head = NULL WHERE id = %(r)s", 3, "head"),
    "the row gone": ("DELETE FROM dc.referral WHERE id = %(r)s", 3, "row"),
    "the row under another id": (
        "UPDATE dc.referral SET id = gen_random_uuid() WHERE id = %(r)s", 3, "row",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", TAMPERING)
def test_the_first_broken_link_is_named(records: Records, what: str) -> None:
    statement, ver, why = TAMPERING[what]
    records.by_hand(statement.replace("%(r)s", f"'{records.referral}'"))
    found = records.broken()
    assert found is not None
    assert (found["e"], found["id"], found["ver"], found["why"]) == (
        "referral", records.referral, ver, why,
    )  # fmt: skip
    with records.system.database.admin() as connection:
        report = check.check(connection, audit=True)
    words = [f.words for f in report.findings if f.code == "audit_broken"]
    assert len(words) == 1
    assert f"referral {records.referral} version {ver}" in words[0]
    assert found["audit"] is None or f"entry {found['audit']}" in words[0]
    assert not report.sound


def test_of_two_broken_chains_the_earlier_entry_is_named(records):
    records.by_hand(
        "UPDATE sync.audit SET delta = '{}' WHERE row_id = %s AND ver = 3", records.referral
    )
    records.by_hand("UPDATE dc.note SET text = 'forged' WHERE id = %s", records.note)
    found = records.broken()
    assert (found["e"], found["id"], found["why"]) == ("note", records.note, "values")
    records.by_hand("UPDATE dc.note SET text = 'said' WHERE id = %s", records.note)
    assert records.broken()["audit"] == records.entry(3)


def test_a_value_changed_by_hand_stays_told_after_an_honest_change_over_it(records):
    records.by_hand(
        "UPDATE dc.referral SET what_changed = 'forged' WHERE id = %s", records.referral
    )
    records.owner.execute(
        "UPDATE dc.referral SET what_changed = 'honest' WHERE id = %s", (records.referral,)
    )
    found = records.broken()
    assert (found["id"], found["ver"], found["why"]) == (records.referral, 4, "values")
    assert found["audit"] == records.entry(4)


def test_a_row_that_no_entry_made_is_told(records):
    records.by_hand(
        "INSERT INTO dc.note (id, scope_id, kind, text, author, at)"
        " VALUES (gen_random_uuid(), %s, 'note', 'slipped in', 'x', now())",
        records.scope,
    )
    found = records.broken()
    assert (found["e"], found["audit"], found["why"]) == ("note", None, "begin")


REWRITES = (
    "UPDATE sync.audit SET actor = 'x'",
    "DELETE FROM sync.audit",
    "TRUNCATE sync.audit",
    "UPDATE sync.audit SET id = DEFAULT",
    "DELETE FROM dc.note",
    "TRUNCATE dc.note CASCADE",
)


@pytest.mark.parametrize("statement", REWRITES)
def test_history_is_not_rewritten_even_by_a_superuser_while_triggers_are_on(records, statement):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        records.owner.execute(statement)
    assert records.broken() is None


def test_actor_and_time_are_the_servers_for_an_administrators_statement_too(records):
    records.owner.execute("SET timezone = 'Asia/Kathmandu'")
    records.owner.execute("SET datestyle = 'German'")
    records.owner.execute(
        "UPDATE dc.referral SET sent_at = now() WHERE id = %s", (records.referral,)
    )
    row = records.owner.execute(
        "SELECT actor, op_id, abs(extract(epoch FROM clock_timestamp() - at)) < 60 FROM sync.audit"
        " WHERE row_id = %s AND ver = 4",
        (records.referral,),
    ).fetchone()
    assert row == ("d2a_super", None, True)
    assert records.broken() is None


# --- what is whole again by itself ---------------------------------------------------------------

_CUT = "DELETE FROM sync.audit WHERE row_id = %(r)s AND ver = 3"
_REWIND = (
    "UPDATE dc.referral t SET ver = 2, audit_head = a.hash, what_changed = 'one'"
    " FROM sync.audit a WHERE a.row_id = t.id AND a.ver = 2 AND t.id = %(r)s"
)
_VANISH = ("DELETE FROM sync.audit WHERE row_id = %(n)s", "DELETE FROM dc.note WHERE id = %(n)s")
_FORGE = (
    "UPDATE sync.audit SET actor = 'nobody' WHERE row_id = %(r)s AND ver = 3",
    (
        "UPDATE sync.audit SET hash = sync.link(prev, entity, row_id, ver, actor, at,"
        " coalesce(op_id::text, ''), delta) WHERE row_id = %(r)s AND ver = 3"
    ),
    (
        "UPDATE dc.referral t SET audit_head = a.hash FROM sync.audit a"
        " WHERE a.row_id = t.id AND a.ver = 3 AND t.id = %(r)s"
    ),
)
CONSISTENT = {
    "the end cut off and the row put back": ((_CUT, _REWIND), "is shorter than"),
    "the whole record taken out": (_VANISH, "is shorter than"),
    "an entry written anew with its hash": (_FORGE, "is not what"),
}


@pytest.mark.parametrize("what", CONSISTENT)
def test_only_an_anchor_tells_of_history_that_was_rewritten_consistently(
    records: Records, what: str, tmp_path: Path
) -> None:
    kept = tmp_path / "anchor"
    with records.system.database.admin() as connection:
        first = check.check(connection, keep=kept)
        assert first.sound
        assert first.anchor is not None
        assert kept.stat().st_mode & 0o777 == 0o600
        # Chains that only grew are as they were.
        records.ward.pull()
        records.ward.insert("note", records.scope, text="later")
        assert check.check(connection, earlier=kept).sound
        for statement in CONSISTENT[what][0]:
            named = statement.replace("%(r)s", f"'{records.referral}'")
            records.by_hand(named.replace("%(n)s", f"'{records.note}'"))
        assert records.broken() is None
        assert check.check(connection, audit=True).sound
        report = check.check(connection, earlier=kept, keep=kept)
    (finding,) = [f for f in report.findings if f.severe]
    assert finding.code == "audit_rewound"
    row = (
        f"note {records.note}"
        if "%(n)s" in str(CONSISTENT[what])
        else f"referral {records.referral}"
    )
    assert f"{row} {CONSISTENT[what][1]}" in finding.words
    assert ("version 3" in finding.words) == row.startswith("referral")
    # The anchor that told is not overwritten by one of the forged history.
    assert json.loads(kept.read_text().splitlines()[-1])["sha256"] == first.anchor.sha256


def test_an_anchor_that_is_not_whole_is_refused(records, tmp_path):
    kept = tmp_path / "anchor"
    with records.system.database.admin() as connection:
        connection.execute("SET ROLE dc_owner")
        anchor.take(connection, kept)
        whole = kept.read_text().splitlines(keepends=True)
        for damaged in (whole[1:], whole[:-1], whole[:-2] + whole[-1:], ["x\n"], [], whole * 2):
            kept.write_text("".join(damaged))
            with pytest.raises(InputFileError):
                anchor.compare(connection, kept)
        with pytest.raises(InputFileError):
            anchor.compare(connection, tmp_path / "nowhere")


# --- rules changed by hand -----------------------------------------------------------------------

BY_HAND = {
    "DROP POLICY read ON dc.patient": "policies_differ",
    "ALTER POLICY read ON dc.patient USING (true)": "changed_by_hand",
    "CREATE POLICY mine ON dc.patient FOR SELECT TO dc_read USING (true)": "policies_differ",
    "ALTER TABLE dc.patient DISABLE TRIGGER b_chain": "changed_by_hand",
    "DROP TRIGGER f_tell ON dc.note": "changed_by_hand",
    "ALTER TABLE dc.placement_block DROP CONSTRAINT overlap": "changed_by_hand",
    "DROP INDEX dc.worker_is_active": "changed_by_hand",
    "ALTER FUNCTION sync.push VOLATILE SECURITY INVOKER": "changed_by_hand",
    "ALTER FUNCTION sync.hello RESET client_min_messages": "changed_by_hand",
    "ALTER FUNCTION sync.pull VOLATILE": "changed_by_hand",
    "ALTER FUNCTION sync.pull OWNER TO dc_owner": "changed_by_hand",
    "CREATE FUNCTION sync.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'": "changed_by_hand",
    "CREATE OR REPLACE FUNCTION sync.my_org() RETURNS uuid LANGUAGE sql SECURITY DEFINER"
    " SET search_path = pg_catalog AS 'SELECT id FROM sync.org LIMIT 1'": "changed_by_hand",
    "CREATE OR REPLACE FUNCTION sync.broken_link() RETURNS jsonb LANGUAGE sql"
    " AS 'SELECT NULL::jsonb'": "changed_by_hand",
    "UPDATE sync.entity SET seen = '{own,offered}' WHERE entity = 'home'": "disclosure_differs",
    "UPDATE sync.meta SET restricted_roles = '{analyst}'": "disclosure_differs",
    "UPDATE sync.meta SET reading_roles = '{}'": "disclosure_differs",
    "UPDATE sync.transition SET kinds = '{agency,hospital}' WHERE dst = 'accepted'": "moves_differ",
    "INSERT INTO sync.transition VALUES ('offer', 'declined', 'accepted', '{agency}', '{}', '{}')":
        "moves_differ",
    "UPDATE sync.field SET type = 'text' WHERE type = 'date'": "fields_differ",
    "GRANT DELETE ON dc.patient TO dc_apply": "inner_role",
    "GRANT SELECT ON sync.audit TO dc_read": "inner_role",
    "REVOKE INSERT ON sync.conflict FROM dc_apply": "inner_role",
}  # fmt: skip


@pytest.mark.parametrize("damage", BY_HAND)
def test_a_rule_changed_by_hand_is_named_and_stays_named_after_an_upgrade(shared, damage):
    with shared.superuser() as owner:
        owner.execute(damage)
    with shared.database.admin() as connection:
        found = {f.code for f in check.check(connection).findings if f.severe}
        assert BY_HAND[damage] in found
        if "FUNCTION sync.my_org" in damage:
            migrate.prepare(connection)
            again = [f.words for f in check.check(connection).findings if f.severe]
            assert again == ["The function sync.my_org() was changed by hand."]


def test_a_grant_written_by_hand_is_named(records):
    other = records.system.orgs["agency"]
    records.by_hand(
        "INSERT INTO sync.acl (org_id, scope_id, scope, stage) VALUES (%s, %s, 'case', 'own')",
        other, records.scope,
    )  # fmt: skip
    records.by_hand("DELETE FROM sync.acl WHERE org_id = %s AND scope = 'roster'", records.ward.org)
    with records.system.database.admin() as connection:
        words = [f.words for f in check.check(connection, audit=True).findings if f.severe]
    assert any(f"AG001 is let into the case {records.scope}" in w for w in words)
    assert any(f"RHU01 is shut out of the roster {records.ward.org}" in w for w in words)


def test_an_offer_that_lapsed_and_was_not_taken_back_yet_is_no_grant_by_hand(records):
    with records.system.database.admin() as connection:
        assert check.check(connection, audit=True).sound
