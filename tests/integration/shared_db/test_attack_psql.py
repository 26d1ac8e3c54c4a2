"""The attack list with psql: statements that a valid login can send, and that show nothing.

Each case is one person and one kind of statement; every word that comes back (rows, errors,
details, notices) is searched for every field of the case and every other secret.
"""

from __future__ import annotations

import json

import pytest

from d2a_desktop.domain.fields import RECORDS
from d2a_desktop.shared_db.check import CLIENT_FUNCTIONS
from tests.integration.shared_db.persons import (
    OUTSIDERS,
    PERSONS,
    WITHOUT_MEMBERSHIP,
    Siege,
)
from tests.integration.shared_db.wire_client import FIRST_ID

pytestmark = pytest.mark.postgres

DENIED = "42501"
NOT_POSSIBLE = ("0A000", "42809", "55000", "42703")
"""Not for this kind of relation: a view has no ctid and takes no rows."""

VERBS = {
    "select": "SELECT * FROM {t}",
    "select one column": "SELECT ctid FROM {t}",
    "select nothing": "SELECT FROM {t}",
    "table": "TABLE {t}",
    "only": "SELECT * FROM ONLY {t}",
    "count": "SELECT count(*) FROM {t}",
    "exists": "SELECT EXISTS (SELECT FROM {t})",
    "explain": "EXPLAIN SELECT 1 FROM {t}",
    "explain analyze": "EXPLAIN (ANALYZE, BUFFERS, VERBOSE) SELECT 1 FROM {t}",
    "explain generic": "EXPLAIN (GENERIC_PLAN) SELECT 1 FROM {t} WHERE $1 = 1",
    "prepare": "DEALLOCATE ALL; PREPARE p AS SELECT * FROM {t}; EXECUTE p",
    "cursor": "DECLARE c CURSOR WITH HOLD FOR SELECT * FROM {t}",
    "do block": "DO $$ BEGIN PERFORM * FROM {t}; END $$",
    "do block that raises": "DO $$ DECLARE r record; BEGIN SELECT * INTO r FROM {t};"
    " RAISE NOTICE '%', r; END $$",
    "copy out": "COPY {t} TO STDOUT",
    "copy query": "COPY (SELECT * FROM {t}) TO STDOUT",
    "division by what is there": "SELECT 1 / (SELECT count(*) FROM {t})",
    "cast of a row": "SELECT (SELECT x::text FROM {t} x LIMIT 1)::int",
    "xml": "SELECT table_to_xml('{t}', true, true, '')",
    "xml of a query": "SELECT query_to_xml('SELECT * FROM {t}', true, true, '')",
    "text search": "SELECT ts_stat('SELECT to_tsvector(x::text) FROM {t} x')",
    "insert": "INSERT INTO {t} DEFAULT VALUES",
    "update": "UPDATE {t} SET ctid = ctid",
    "delete": "DELETE FROM {t}",
    "truncate": "TRUNCATE {t}",
    "merge": "MERGE INTO {t} USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE",
    "lock": "BEGIN; LOCK TABLE {t} IN ACCESS SHARE MODE",
    "select for update": "SELECT 1 FROM {t} FOR UPDATE",
    "temporary copy": "CREATE TEMP TABLE mine AS SELECT * FROM {t}",
    "copy in public": "CREATE TABLE public.mine AS SELECT * FROM {t}",
    "view": "CREATE VIEW public.mine AS SELECT * FROM {t}",
    "index": "CREATE INDEX ON {t} ((1))",
    "statistics": "CREATE STATISTICS mine ON ctid, xmin FROM {t}",
    "trigger": "CREATE TRIGGER mine BEFORE UPDATE ON {t} FOR EACH ROW"
    " EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "policy": "CREATE POLICY mine ON {t} USING (true)",
    "no row security": "ALTER TABLE {t} DISABLE ROW LEVEL SECURITY",
    "rule": "CREATE RULE mine AS ON INSERT TO {t} DO INSTEAD NOTHING",
    "grant": "GRANT SELECT ON {t} TO PUBLIC",
    "comment": "COMMENT ON TABLE {t} IS 'x'",
    "publication": "CREATE PUBLICATION mine FOR TABLE {t}",
}  # fmt: skip


@pytest.fixture(scope="module")
def tables(siege: Siege) -> list[str]:
    rows = siege.world.owner.execute(
        "SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n"
        " ON n.oid = c.relnamespace WHERE n.nspname IN ('dc', 'sync')"
        " AND c.relkind IN ('r', 'v', 'm', 'f', 'p')"
    ).fetchall()
    found = [row[0] for row in rows]
    assert len(found) > len(RECORDS)
    return found


# Privileges hang on the one group that all logins are in (tested below), not on who somebody is.
@pytest.mark.parametrize(
    "who", ["ward2", "agency_offered", "agency_accepted", "deactivated", "stranger"]
)
@pytest.mark.parametrize("verb", VERBS)
def test_no_table_is_read_written_measured_or_explained(siege, tables, who, verb):
    for table in tables:
        state, said = siege.tried(who, VERBS[verb].format(t=table))
        assert state in {DENIED, *NOT_POSSIBLE}, (table, state, said)
        assert not siege.leaks(said)


# By name: what needs no privilege on the table. It gives sizes at most, and locks nothing.
MEASURES = {
    "analyze": "ANALYZE {t}",
    "vacuum": "VACUUM {t}",
    "size": "SELECT pg_relation_size('{t}')",
    "counters": "SELECT pg_stat_get_live_tuples('{t}'::regclass)",
    "reindex": "REINDEX TABLE {t}",
}


@pytest.mark.parametrize("who", PERSONS)
@pytest.mark.parametrize("verb", MEASURES)
def test_measuring_a_table_of_records_is_denied_and_of_the_machinery_gives_numbers(
    siege, tables, who, verb
):
    for table in tables:
        state, said = siege.tried(who, MEASURES[verb].format(t=table))
        assert state == DENIED or table.startswith("sync."), (table, state, said)
        assert not siege.leaks(said)


def test_every_login_is_in_the_group_of_clients_and_in_no_other(siege):
    logins = {who: person.login for who, person in siege.world.system.people.items()}
    rows = siege.world.owner.execute(
        "SELECT m.rolname, g.rolname, a.admin_option FROM pg_auth_members a"
        " JOIN pg_roles m ON m.oid = a.member"
        " JOIN pg_roles g ON g.oid = a.roleid WHERE m.rolname = ANY (%s)",
        (list(logins.values()),),
    ).fetchall()
    assert set(rows) == {(login, "dc_client", False) for login in logins.values()}


# By name: a statement that is refused, whoever sends it.
REFUSED = {
    "become the owner": "SET ROLE dc_owner",
    "become the writer": "SET ROLE dc_apply",
    "become the reader": "SET ROLE dc_read",
    "become a superuser": "SET SESSION AUTHORIZATION d2a_super",
    "become the administrator": "SET ROLE d2a_admin",
    "set the role by function": "SELECT set_config('role', 'dc_owner', false)",
    "local session authorization": "SET LOCAL SESSION AUTHORIZATION d2a_admin",
    "triggers off": "SET session_replication_role = replica",
    "system tables": "SET allow_system_table_mods = on",
    "log of statements": "SET log_statement = 'all'",
    "log of executor": "SET log_executor_stats = on",
    "longer connection limit": "ALTER ROLE CURRENT_USER CONNECTION LIMIT 1000",
    "make me superuser": "ALTER ROLE CURRENT_USER SUPERUSER",
    "make me bypass": "ALTER ROLE CURRENT_USER BYPASSRLS",
    "alter the group": "ALTER ROLE dc_client SUPERUSER",
    "settings for the group": "ALTER ROLE dc_client SET search_path = mine",
    "settings for the database": "ALTER DATABASE postgres SET search_path = mine",
    "join the owner": "GRANT dc_owner TO CURRENT_USER",
    "join the statistics": "GRANT pg_read_all_stats TO CURRENT_USER",
    "a role": "CREATE ROLE mine",
    "a schema": "CREATE SCHEMA mine",
    "a table": "CREATE TABLE public.mine (x int)",
    "a table in sync": "CREATE TABLE sync.mine (x int)",
    "a temporary table": "CREATE TEMP TABLE mine (x int)",
    "a temporary view": "CREATE TEMP VIEW mine AS SELECT 1",
    "a temporary sequence": "CREATE TEMP SEQUENCE mine",
    "a function": "CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "a function over ours": "CREATE OR REPLACE FUNCTION sync.my_org() RETURNS uuid"
    " LANGUAGE sql AS 'SELECT NULL::uuid'",
    "a temporary function": "CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "an operator": "CREATE OPERATOR public.= (LEFTARG = uuid, RIGHTARG = uuid, FUNCTION = uuid_eq)",
    "a cast": "CREATE CAST (uuid AS bytea) WITHOUT FUNCTION",
    "a type": "CREATE TYPE public.mine AS (x int)",
    "a domain": "CREATE DOMAIN public.mine AS int",
    "an aggregate": "CREATE AGGREGATE public.mine (int) (SFUNC = int4pl, STYPE = int)",
    "a language": "CREATE LANGUAGE mine HANDLER plpgsql_call_handler",
    "an extension": "CREATE EXTENSION IF NOT EXISTS vector",
    "an event trigger": "CREATE EVENT TRIGGER e ON ddl_command_start EXECUTE FUNCTION sync.tick()",
    "a foreign server": "CREATE SERVER mine FOREIGN DATA WRAPPER postgres_fdw",
    "a subscription": "CREATE SUBSCRIPTION mine CONNECTION '' PUBLICATION x",
    "a database": "CREATE DATABASE mine",
    "a tablespace": "CREATE TABLESPACE mine LOCATION '/'",
    "load a library": "LOAD 'auto_explain'",
    "read a file": "SELECT pg_read_file('PG_VERSION')",
    "list files": "SELECT pg_ls_dir('.')",
    "list the log": "SELECT pg_ls_logdir()",
    "stat a file": "SELECT pg_stat_file('PG_VERSION')",
    "copy from a file": "COPY pg_catalog.pg_class FROM '/etc/passwd'",
    "run a program": "COPY (SELECT 1) TO PROGRAM 'true'",
    "a file as large object": "SELECT lo_import('/etc/passwd')",
    "passwords": "SELECT rolpassword FROM pg_authid",
    "shadow": "SELECT * FROM pg_shadow",
    "statistics of columns": "SELECT * FROM pg_statistic",
    "hba rules": "SELECT * FROM pg_hba_file_rules",
    "replication slots": "SELECT pg_create_physical_replication_slot('mine')",
    "wal": "SELECT pg_switch_wal()",
    "reload": "SELECT pg_reload_conf()",
    "sequence next": "SELECT nextval('sync.feed_seq')",
    "sequence set": "SELECT setval('sync.feed_seq', 1)",
    "sequence read": "SELECT last_value FROM sync.feed_seq",
    "audit sequence": "SELECT setval('sync.audit_id_seq', 1)",
    "two-phase commit": "BEGIN; PREPARE TRANSACTION 'mine'",
    "cast to a hidden type": "SELECT NULL::dc.patient",
    "reassign": "REASSIGN OWNED BY dc_owner TO CURRENT_USER",
    "drop owned": "DROP OWNED BY dc_owner",
    "security label": "SECURITY LABEL ON ROLE dc_client IS 'x'",
    "default privileges": "ALTER DEFAULT PRIVILEGES FOR ROLE dc_owner"
    " GRANT ALL ON TABLES TO PUBLIC",
    "function made mine": "ALTER FUNCTION sync.push OWNER TO CURRENT_USER",
    "function set": "ALTER FUNCTION sync.push SET search_path = mine",
    "function dropped": "DROP FUNCTION sync.push",
    "schema xml": "SELECT schema_to_xml('dc', true, true, '')",
}  # fmt: skip


@pytest.mark.parametrize("who", PERSONS)
@pytest.mark.parametrize("attempt", REFUSED)
def test_no_way_around_the_functions_is_open(siege, who, attempt):
    state, said = siege.tried(who, REFUSED[attempt])
    assert state, attempt
    assert not siege.leaks(said)


# By name: what PostgreSQL lets anybody do. It must show nothing, and change nothing for others.
HARMLESS = {
    "statistics": "SELECT * FROM pg_stats WHERE schemaname IN ('dc', 'sync')",
    "extended statistics": "SELECT * FROM pg_stats_ext",
    "activity": "SELECT * FROM pg_stat_activity",
    "locks": "SELECT * FROM pg_locks",
    "settings": "SELECT name, setting FROM pg_settings",
    "roles": "SELECT * FROM pg_roles",
    "role settings": "SELECT * FROM pg_db_role_setting",
    "functions": "SELECT prosrc FROM pg_proc WHERE pronamespace = 'sync'::regnamespace",
    "policies": "SELECT * FROM pg_policies",
    "constraints": "SELECT pg_get_constraintdef(oid) FROM pg_constraint",
    "comments": "SELECT * FROM pg_description",
    "sequences": "SELECT * FROM pg_sequences",
    "notification": "NOTIFY mine, 'x'",
    "own channel": "SELECT sync.my_channel() IS NULL",
    "channels": "SELECT pg_listening_channels()",
    "revoke everybody's rights": "DROP OWNED BY dc_client",
    "take over the group": "REASSIGN OWNED BY dc_client TO CURRENT_USER",
    "group's default privileges": "ALTER DEFAULT PRIVILEGES FOR ROLE dc_client"
    " GRANT ALL ON TABLES TO PUBLIC",
    "own group": "SET ROLE dc_client",
    "time passes": "SELECT sync.tick()",
    "transaction counters": "SELECT pg_current_snapshot(), pg_current_xact_id()",
    "large object": "SELECT lo_create(0)",
    "advisory lock": "SELECT pg_advisory_xact_lock(1)",
    "tables' counters": "SELECT * FROM pg_stat_all_tables",
    "counters of this transaction": "SELECT * FROM pg_stat_xact_all_tables",
    "tables' counters of io": "SELECT * FROM pg_statio_all_tables",
    "functions' counters": "SELECT * FROM pg_stat_user_functions",
}  # fmt: skip


@pytest.mark.parametrize("who", PERSONS)
@pytest.mark.parametrize("attempt", HARMLESS)
def test_what_anybody_may_do_shows_nothing_and_harms_nobody(siege, who, attempt):
    connection = siege.connection(who)
    with connection.transaction(force_rollback=True):
        state, said = siege.tried_within(who, HARMLESS[attempt])
    assert not siege.leaks(said), (state, said)
    granted = siege.world.owner.execute(
        "SELECT p.proname FROM pg_proc p WHERE p.pronamespace = 'sync'::regnamespace"
        " AND has_function_privilege('dc_client', p.oid, 'EXECUTE')"
        " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'i')"
    ).fetchall()
    assert {name for (name,) in granted} == CLIENT_FUNCTIONS


@pytest.mark.parametrize("who", PERSONS)
def test_every_inner_function_is_denied(siege, who):
    rows = siege.world.owner.execute(
        "SELECT p.oid::regprocedure::text,"
        " coalesce((SELECT string_agg('NULL::' || format_type(t, NULL),"
        " ', ' ORDER BY n) FROM unnest(p.proargtypes) WITH ORDINALITY x (t, n)), ''),"
        " p.proname, p.prorettype = 'trigger'::regtype"
        " FROM pg_proc p WHERE p.pronamespace = 'sync'::regnamespace AND p.prokind = 'f'"
        " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'i')"
    ).fetchall()
    inner = [row for row in rows if row[2] not in CLIENT_FUNCTIONS]
    assert len(inner) > 4 * len(RECORDS)
    for name, arguments, short, trigger in inner:
        state, said = siege.tried(who, f"SELECT sync.{short}({arguments})")
        assert state == DENIED or (trigger and state == "0A000"), (name, state, said)


CALLS = {
    "hello": "sync.hello(gen_random_uuid(), NULL, gen_random_uuid(), 1)",
    "pull": "sync.pull('0', 0, 100)",
    "digest": "sync.digest('patient')",
    "fetch": f"sync.fetch('patient', ARRAY[1, 2, 3], '{FIRST_ID}', 100)",
    "remaining": "sync.remaining('0', 0)",
    "unread": "sync.unread('0', 0)",
    "push": "sync.push(gen_random_uuid(), 1, '[]')",
    "my_channel": "sync.my_channel()",
    "tick": "sync.tick()",
    "reap": "sync.reap()",
}


def test_every_function_of_a_client_is_on_the_list():
    assert set(CALLS) == CLIENT_FUNCTIONS


@pytest.mark.parametrize("who", PERSONS)
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("form", ["SELECT {}", "SELECT * FROM {}"])
def test_explaining_a_function_shows_only_that_it_is_called(siege, who, call, form):
    statement = form.format(CALLS[call])
    state, said = siege.tried(
        who,
        "EXPLAIN (ANALYZE, VERBOSE, BUFFERS, TIMING OFF, SUMMARY OFF, FORMAT JSON) " + statement,
    )
    if state:
        assert who in WITHOUT_MEMBERSHIP or call == "push", (state, said)
        return
    node = json.loads(said)[0][0][0]["Plan"]
    assert node["Node Type"] in {"Result", "Function Scan"}
    assert "Plans" not in node
    assert not siege.leaks(said.replace(CALLS[call], ""))


def test_no_plan_of_an_outsider_depends_on_rows_that_are_hidden(siege):
    explain = "EXPLAIN (ANALYZE, VERBOSE, BUFFERS OFF, TIMING OFF, SUMMARY OFF) SELECT * FROM "

    def plans() -> dict[tuple[str, str], str]:
        return {
            (who, call): siege.tried(who, explain + CALLS[call])[1]
            for who in OUTSIDERS
            for call in CALLS
        }

    before = plans()
    siege.world.owner.execute(
        "INSERT INTO dc.note (id, scope_id, kind, text, author, at)"
        " SELECT gen_random_uuid(), %s, 'note', 'x', 'x', now() FROM generate_series(1, 300)",
        (siege.world.scope,),
    )
    siege.world.owner.execute("ANALYZE dc.note")
    assert plans() == before


# What a client may set for its own session, one by one, and what then must stay as it is.
SETTINGS = (
    "debug_print_plan = on", "debug_print_parse = on", "debug_print_rewritten = on",
    "trace_notify = on", "trace_sort = on", "client_min_messages = debug5",
    "standard_conforming_strings = off", "transform_null_equals = on", "array_nulls = off",
    "DateStyle = 'SQL, DMY'", "TimeZone = 'Pacific/Auckland'", "IntervalStyle = 'sql_standard'",
    "bytea_output = 'escape'", "xmloption = 'content'", "search_path = public, pg_temp, sync",
    "plan_cache_mode = force_custom_plan", "plpgsql.extra_errors = 'none'",
    "plpgsql.print_strict_params = on", "quote_all_identifiers = on", "dc.op_id = 'forged'",
    "dc.cascade = '{\"forged\": 1}'", "enable_indexscan = off", "jit = off", "work_mem = '64kB'",
)  # fmt: skip


@pytest.mark.parametrize("who", [p for p in PERSONS if p not in WITHOUT_MEMBERSHIP])
def test_a_session_with_every_setting_turned_hears_nothing_more(siege, who):
    client = siege.client(who)
    for setting in SETTINGS:
        state, _ = siege.tried(who, f"SET {setting}")
        assert state in {"", "22023"}, setting
    op = client.insert_op("access_log", client.org, action="view", detail="turned", who="x")
    state, said = siege.tried(
        who, "SELECT sync.push(%s, 1, %s::jsonb)", (client.client, json.dumps([op]))
    )
    assert (state, '"s": "ok"' in said) == ("", True), said[:300]
    assert not [c for c in siege.secrets if c in said]
    for call in ("pull", "digest", "fetch", "tick", "my_channel"):
        _, said = siege.tried(who, f"SELECT {CALLS[call]}")
        own = siege.world.owner.execute(
            "SELECT chan FROM sync.org WHERE id = %s", (client.org,)
        ).fetchone()
        others = [c for c in siege.secrets if c in said and c != own[0]]
        assert not others
        if who in OUTSIDERS:
            assert not {w for w in siege.leaks(said) if w != own[0]}, said[:300]
    siege.tried(who, "DISCARD ALL")
    link = siege.world.owner.execute(
        "SELECT a.op_id::text, a.actor,"
        " a.hash = sync.link(a.prev, a.entity, a.row_id, a.ver, a.actor, a.at,"
        " a.op_id::text, a.delta) FROM sync.audit a WHERE a.row_id = %s",
        (op["id"],),
    ).fetchone()
    assert link == (op["op"], siege.world.system.people[who].login, True)


def test_a_session_turned_that_way_would_have_heard_channels_without_the_guard(siege):
    """The test of the test: the same settings show secrets of an unguarded function."""
    owner = siege.world.owner
    owner.execute("ALTER FUNCTION sync.push RESET ALL")
    owner.execute("ALTER FUNCTION sync.push SET search_path = pg_catalog")
    try:
        client = siege.client("ward2")
        for setting in ("trace_notify = on", "client_min_messages = debug1"):
            siege.tried("ward2", f"SET {setting}")
        op = client.insert_op("access_log", client.org, action="view", who="x")
        _, said = siege.tried(
            "ward2", "SELECT sync.push(%s, 1, %s::jsonb)", (client.client, json.dumps([op]))
        )
        assert [c for c in siege.secrets if c in said]
        siege.tried("ward2", "DISCARD ALL")
    finally:
        for setting in ("client_min_messages = error", "debug_print_plan = off",
                        "standard_conforming_strings = on", "timezone = 'UTC'"):  # fmt: skip
            owner.execute(f"ALTER FUNCTION sync.push SET {setting}")
