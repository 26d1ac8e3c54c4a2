"""What was made faster in 0021 says what its longer forms said."""

from __future__ import annotations

import re
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.types.json import Jsonb

from d2a_desktop.domain.fields import RECORDS
from tests.integration.shared_db.wire_client import WireClient, at, filled, new
from tests.shared_databases import System

pytestmark = pytest.mark.postgres


@pytest.fixture
def owner(shared: System) -> psycopg.Connection:
    return shared.superuser()


# --- row security --------------------------------------------------------------------------


def a_small_world(shared: System, owner: psycopg.Connection) -> None:
    """Grants of every stage, and a row of every record in each of their scopes."""
    ward, hub = WireClient(shared, "ward"), WireClient(shared, "hub")
    scope = new()
    ward.insert("spell", scope, id=scope, hospital_org_id=ward.org, case_ref="C-1")
    referral = ward.insert("referral", scope, status="sent", reference="R-1")
    for agency in ("agency", "agency2"):
        offer, org = new(), shared.orgs[agency]
        hub.push(
            hub.insert_op(
                "offer", offer, id=offer, agency_org_id=org, sent_by_org_id=hub.org,
                status="sent", respond_by=at(48), reference=f"O-{agency}",
            ),
            hub.insert_op(
                "offer_link", scope, offer_id=offer, referral_id=referral, agency_org_id=org
            ),
        )  # fmt: skip
    owner.execute(
        "UPDATE sync.acl SET stage = 'accepted' WHERE stage = 'offered' AND org_id = %s",
        (shared.orgs["agency"],),
    )
    # One grant that is over, and one on the case for an agency.
    owner.execute("UPDATE sync.acl SET valid_until = '2020-01-01' WHERE stage = 'offered'")
    owner.execute(
        "INSERT INTO sync.acl (org_id, scope_id, scope, stage) VALUES (%s, %s, 'case', 'accepted')",
        (shared.orgs["agency"], scope),
    )
    # Without triggers and checks: neither what follows nor whether it makes sense is in question.
    owner.execute("SET session_replication_role = replica")
    checks = owner.execute(
        "SELECT conrelid::regclass::text, conname FROM pg_constraint"
        " WHERE contype = 'c' AND connamespace = 'dc'::regnamespace"
    ).fetchall()
    for table, name in checks:
        owner.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    scopes = [
        row[0] for row in owner.execute("SELECT DISTINCT scope_id::text FROM sync.acl").fetchall()
    ]
    for entity, record in RECORDS.items():
        field = record.agency_field
        for inside in scopes:
            for agency in ("agency", "agency2") if field else ("",):
                values = filled(entity, {field: shared.orgs[agency]} if field else {})
                if entity == "offer":
                    values["reference"] = new()
                values |= {"id": new(), "scope_id": inside}
                owner.execute(
                    sql.SQL(
                        "INSERT INTO {0} SELECT (jsonb_populate_record(NULL::{0}, %s)).*"
                        " ON CONFLICT DO NOTHING"
                    ).format(sql.Identifier("dc", entity)),
                    (Jsonb(values | {"ver": 1, "hlc": 1}),),
                )
    owner.execute("SET session_replication_role = origin")


def probes(owner: psycopg.Connection) -> None:
    """Two functions: what the policies let through, and what sync.may_touch says of each row."""
    for entity, record in RECORDS.items():
        names = {"t": sql.Identifier("dc", entity), "n": sql.Identifier(f"probe_{entity}")}
        agency = sql.Identifier(record.agency_field) if record.agency_field else sql.SQL("NULL")
        owner.execute(
            sql.SQL("""
            CREATE FUNCTION sync.{n}(OUT see uuid[], OUT change uuid[])
            LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
            BEGIN
                see := ARRAY(SELECT t.id FROM {t} t ORDER BY 1);
                change := ARRAY(SELECT x.id FROM (SELECT id FROM {t} FOR UPDATE) x ORDER BY 1);
            END $$;
            ALTER FUNCTION sync.{n} OWNER TO dc_apply;
            CREATE FUNCTION sync.{m}(OUT see uuid[], OUT change uuid[])
            LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
            BEGIN
                see := ARRAY(SELECT t.id FROM {t} t
                              WHERE sync.may_touch({e}, scope_id, {a}, false) ORDER BY 1);
                change := ARRAY(SELECT t.id FROM {t} t
                                 WHERE sync.may_touch({e}, scope_id, {a}, true) ORDER BY 1);
            END $$;
            """).format(
                **names,
                m=sql.Identifier(f"asked_{entity}"),
                e=sql.Literal(entity),
                a=agency,
            )
        )  # fmt: skip


def test_the_policies_of_writing_say_what_may_touch_says(shared, owner):
    a_small_world(shared, owner)
    owner.execute("GRANT CREATE ON SCHEMA sync TO dc_apply")
    probes(owner)
    seen = refused = 0
    for who in shared.people:
        person = shared.connect(who)
        for entity in RECORDS:
            by_policy = person.execute(f"SELECT * FROM sync.probe_{entity}()").fetchone()
            asked = person.execute(f"SELECT * FROM sync.asked_{entity}()").fetchone()
            assert by_policy == asked, (who, entity)
            assert set(asked[1]) <= set(asked[0])
            every = owner.execute(f"SELECT count(*) FROM dc.{entity}").fetchone()[0]
            seen += len(asked[0])
            refused += every - len(asked[0])
    assert seen > 100
    assert refused > 100


def test_push_never_reads_a_small_table_whole(owner):
    (settings,) = owner.execute(
        "SELECT proconfig FROM pg_proc WHERE oid = 'sync.push'::regproc"
    ).fetchone()
    assert "enable_seqscan=off" in settings


# --- shape ---------------------------------------------------------------------------------

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NUMBER = re.compile(r"[0-9]{1,18}")
GOOD = "0192f0c0-1111-7222-8333-abcdefabcdef"
IDS = [
    GOOD, GOOD.upper(), GOOD[:-1], GOOD + "0", GOOD[:8] + "0" + GOOD[9:], "-" + GOOD[1:],
    GOOD[:-1] + "g", GOOD[:-1] + "/", f"{GOOD}/{GOOD}", f"{GOOD}\n", f" {GOOD}", "", None, 7,
    {"a": 1}, "----" + "0" * 32, GOOD.replace("-", "_"), GOOD[:-1] + "\uff11",
]  # fmt: skip
NUMBERS = ["0", "1", 5, "9" * 18, "9" * 19, "", " 1", "-1", "1.0", "1e3", "\u0661", None, True, []]


def well_formed(op: dict[str, Any]) -> bool:
    """The rule of 0009 for identities and numbers, in Python."""

    def text(name: str, default: str = "") -> str:
        value = op.get(name)
        if value is None:
            return default
        return value if isinstance(value, str) else str(value).lower()

    ids = [text("op"), text("id"), text("scope"), text("grp", text("op"))]
    return all(UUID.fullmatch(one) for one in ids) and all(
        NUMBER.fullmatch(one) for one in (text("bv", "0"), text("hlc"))
    )


def test_the_shape_of_an_operation_is_judged_as_before(owner):
    whole = {
        "op": GOOD, "grp": GOOD, "id": GOOD, "scope": GOOD, "e": "spell", "k": "patch",
        "set": {}, "base": {}, "bv": 1, "hlc": 1,
    }  # fmt: skip
    cases = [whole | {name: value} for name in ("op", "grp", "id", "scope") for value in IDS]
    cases += [whole | {name: value} for name in ("bv", "hlc") for value in NUMBERS]
    cases += [{k: v for k, v in whole.items() if k != name} for name in ("op", "grp", "id", "bv")]
    # What is missing in one place must not be made up by its neighbour.
    cases += [whole | {"op": f"{GOOD}/{GOOD}", "id": None}, whole | {"id": "", "scope": GOOD * 2}]
    verdicts = []
    for case in cases:
        (said,) = owner.execute("SELECT sync.well_formed(%s)", (Jsonb(case),)).fetchone()
        assert said == well_formed(case), case
        verdicts.append(said)
    assert {True, False} <= set(verdicts)


@pytest.mark.parametrize(
    "change",
    [{"e": "nothing"}, {"e": None}, {"k": "del"}, {"set": []}, {"set": None}, {"base": 1}],
)
def test_other_faults_of_shape_are_still_faults(owner, change):
    whole = {
        "op": GOOD, "id": GOOD, "scope": GOOD, "e": "spell", "k": "ins", "set": {}, "hlc": 1
    }  # fmt: skip
    assert owner.execute("SELECT sync.well_formed(%s)", (Jsonb(whole),)).fetchone() == (True,)
    said = owner.execute("SELECT sync.well_formed(%s)", (Jsonb(whole | change),)).fetchone()
    assert said == (False,)


# --- an edit that meets no other -------------------------------------------------------------


@pytest.fixture
def ward(shared) -> WireClient:
    client = WireClient(shared, "ward")
    scope = new()
    client.insert("spell", scope, id=scope, hospital_org_id=client.org, case_ref="C-1", bed="1")
    client.insert("note", scope, text="Said", kind="general", author="A", at=at())
    client.pull()
    return client


def only(client: WireClient, entity: str) -> str:
    return next(key[1] for key in client.rows if key[0] == entity)


def test_an_edit_of_what_nobody_else_wrote_is_taken_and_says_its_version(ward):
    assert ward.patch("spell", only(ward, "spell"), bed="2").ver == 2
    ward.pull()
    same = ward.patch("spell", only(ward, "spell"), bed="2")
    assert (same.status, same.ver) == ("ok", 2)


def test_a_field_that_never_changes_may_be_said_again_but_not_changed(ward):
    spell = only(ward, "spell")
    assert ward.patch("spell", spell, case_ref="C-1").status == "ok"
    assert ward.patch("spell", spell, case_ref="C-2").why == "fixed"


def test_a_record_that_is_only_added_to_stays_as_it_was_written(ward):
    assert ward.patch("note", only(ward, "note"), text="Not said").why == "append_only"


def test_values_that_were_seen_must_be_readable_though_nothing_is_merged(ward):
    op = ward.patch_op("spell", only(ward, "spell"), bed="3")
    (answer,) = ward.push(op | {"base": {"admitted_at": "no instant"}})
    assert answer.why == "invalid"
