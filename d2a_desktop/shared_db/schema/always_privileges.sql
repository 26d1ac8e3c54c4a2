-- Who may call what. Run again after every change of the schema; it starts from nothing.

DO $$
BEGIN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO dc_client', current_database());
    EXECUTE format('GRANT CREATE ON DATABASE %I TO dc_owner', current_database());
END $$;

SET ROLE dc_owner;
DO $$
DECLARE f regprocedure;
BEGIN
    FOR f IN SELECT p.oid FROM pg_proc p WHERE p.pronamespace = 'sync'::regnamespace
                AND p.proowner = 'dc_owner'::regrole LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f);
    END LOOP;
END $$;
RESET ROLE;

-- The client functions that touch records run as dc_apply and dc_read, whom row security filters.
GRANT CREATE ON SCHEMA sync TO dc_apply, dc_read;
ALTER FUNCTION sync.push(uuid, int, jsonb) OWNER TO dc_apply;
ALTER FUNCTION sync.pull(xid8, bigint, int) OWNER TO dc_read;
ALTER FUNCTION sync.digest(text) OWNER TO dc_read;
ALTER FUNCTION sync.fetch(text, int[], uuid, int) OWNER TO dc_read;
REVOKE CREATE ON SCHEMA sync FROM dc_apply, dc_read;

SET ROLE dc_apply;
REVOKE EXECUTE ON FUNCTION sync.push FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sync.push TO dc_client;
SET ROLE dc_read;
REVOKE EXECUTE ON FUNCTION sync.pull, sync.digest, sync.fetch FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sync.pull, sync.digest, sync.fetch TO dc_client;
RESET ROLE;

SET ROLE dc_owner;
GRANT EXECUTE ON FUNCTION sync.hello, sync.my_channel, sync.reap, sync.tick TO dc_client;
GRANT EXECUTE ON FUNCTION sync.my_org, sync.my_kind, sync.my_kinds, sync.my_role, sync.my_stages,
    sync.my_agency, sync.may_touch, sync.may_begin, sync.tick, sync.refuse, sync.for_partner, sync.why_hidden,
    sync.lock_offer, sync.last_change, sync.merge, sync.well_formed, sync.why_not, sync.apply_group,
    sync.visible_cascade, sync.wake, sync.answer_known TO dc_apply;
GRANT EXECUTE ON FUNCTION sync.my_org, sync.my_stages, sync.my_agency TO dc_read;
GRANT SELECT ON sync.entity, sync.acl, sync.feed TO dc_read;
GRANT SELECT ON sync.meta, sync.entity, sync.field, sync.transition, sync.acl, sync.feed TO dc_apply;
GRANT SELECT, INSERT ON sync.applied_op TO dc_apply;
GRANT INSERT ON sync.conflict TO dc_apply;
GRANT SELECT, UPDATE ON sync.session TO dc_apply;
RESET ROLE;

SET ROLE dc_owner;
GRANT EXECUTE ON FUNCTION sync.remaining, sync.unread TO dc_client;
GRANT EXECUTE ON FUNCTION sync.who_changed TO dc_apply;
RESET ROLE;

-- 0018: what a client may set for its session must not reach into the functions it calls. With
-- debug_print_plan or trace_notify their inner values (ids of hidden rows, others' channels) came
-- back as messages; without standard_conforming_strings their patterns and hashes meant other things.
SET ROLE dc_owner;
GRANT EXECUTE ON FUNCTION sync.require_settled TO dc_read;
RESET ROLE;
DO $$
DECLARE
    f record;
    s text;
BEGIN
    FOR f IN SELECT p.oid::regprocedure AS name, p.proowner::regrole AS owner FROM pg_proc p
              WHERE p.pronamespace = 'sync'::regnamespace
                AND has_function_privilege('dc_client', p.oid, 'EXECUTE')
                AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'i') LOOP
        EXECUTE format('SET LOCAL ROLE %s', f.owner);
        FOREACH s IN ARRAY ARRAY['client_min_messages = error', 'debug_print_parse = off',
                'debug_print_rewritten = off', 'debug_print_plan = off', 'standard_conforming_strings = on',
                'transform_null_equals = off', 'array_nulls = on', 'datestyle = ''ISO, MDY'''] LOOP
            EXECUTE format('ALTER FUNCTION %s SET %s', f.name, s);
        END LOOP;
    END LOOP;
END $$;
RESET ROLE;

-- Monitoring reads numbers (0019_watch.sql); it may call nothing.
SET ROLE dc_owner;
GRANT USAGE ON SCHEMA sync TO pg_monitor;
GRANT SELECT ON sync.watch, sync.watch_desk TO pg_monitor;
RESET ROLE;

-- The policies of writing look the caller's membership up themselves (0021).
SET ROLE dc_owner;
GRANT SELECT ON sync.member TO dc_apply;
GRANT EXECUTE ON FUNCTION sync.require_present TO dc_apply;
RESET ROLE;
