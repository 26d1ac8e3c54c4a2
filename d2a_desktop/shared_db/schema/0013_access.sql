-- Hello tells more: for how long a desk may go on without the server, and what holds the feed back.

SET ROLE dc_owner;

-- Hours that a desk's store stays readable after its last hello (SYNC 3.7): a stolen or forgotten
-- computer cannot be purged. An agency's outlast a closure over Christmas.
ALTER TABLE sync.meta
    ADD COLUMN lease_hours_agency integer NOT NULL DEFAULT 120 CHECK (lease_hours_agency BETWEEN 1 AND 8760),
    ADD COLUMN lease_hours_other integer NOT NULL DEFAULT 336 CHECK (lease_hours_other BETWEEN 1 AND 8760);

-- Seconds for which the oldest transaction still writing has been open: what it holds back nobody
-- receives. 0 when nothing does; null when its owner is a role whose activity ours may not read.
CREATE FUNCTION sync.held_back() RETURNS numeric
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    oldest xid8 := pg_snapshot_xmin(pg_current_snapshot());
    since timestamptz;
BEGIN
    IF oldest >= coalesce(pg_current_xact_id_if_assigned(), pg_snapshot_xmax(pg_current_snapshot())) THEN
        RETURN 0;
    END IF;
    SELECT a.xact_start INTO since FROM pg_stat_get_activity(NULL) a WHERE a.backend_xid = oldest::xid;
    IF NOT FOUND THEN
        SELECT p.prepared INTO since FROM pg_prepared_xacts p WHERE p.transaction = oldest::xid;
        IF NOT FOUND THEN RETURN 0; END IF;  -- it ended meanwhile
    END IF;
    RETURN round(extract(epoch FROM clock_timestamp() - since), 1);
END $$;

-- The desk keeps (n_old, n_new) before it calls. The server knows n_old: a new session. It knows
-- n_new: the answer was lost, fine. It knows neither: it was restored, or the store was copied.
CREATE OR REPLACE FUNCTION sync.hello(client uuid, n_old uuid, n_new uuid, client_ver int) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog SET timezone = 'UTC' AS $$
DECLARE
    me uuid := sync.my_org();
    known sync.session;
    m sync.meta;
    o sync.org;
BEGIN
    IF me IS NULL THEN RAISE EXCEPTION 'no membership' USING ERRCODE = '42501'; END IF;
    -- pg_restore into a new cluster leaves numbers from the future, which nobody would ever receive.
    IF EXISTS (SELECT FROM sync.feed f WHERE f.org_id = me AND f.xid > pg_current_xact_id()) THEN
        RAISE EXCEPTION 'new epoch needed' USING ERRCODE = 'DC003';
    END IF;
    SELECT * INTO known FROM sync.session s WHERE s.client = hello.client FOR UPDATE;
    IF NOT FOUND THEN
        IF n_old IS NOT NULL THEN RAISE EXCEPTION 'unknown session' USING ERRCODE = 'DC002'; END IF;
        INSERT INTO sync.session VALUES (client, me, n_new, clock_timestamp(), client_ver, session_user);
    ELSIF known.org_id = me AND known.nonce IN (n_old, n_new) THEN
        UPDATE sync.session s SET nonce = n_new, at = clock_timestamp(), client_ver = hello.client_ver,
               last_login = session_user WHERE s.client = hello.client;
    ELSE
        RAISE EXCEPTION 'other session' USING ERRCODE = 'DC002';
    END IF;
    PERFORM sync.tick();
    PERFORM sync.wake();
    SELECT * INTO m FROM sync.meta;
    SELECT * INTO o FROM sync.org WHERE id = me;
    RETURN jsonb_build_object(
        'epoch', m.epoch, 'schema_ver', m.schema_ver, 'min_client_ver', m.min_client_ver,
        'server_now', to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'hi', pg_snapshot_xmin(pg_current_snapshot())::text, 'xmax', pg_snapshot_xmax(pg_current_snapshot())::text,
        'lag_s', sync.held_back(), 'backend_pid', pg_backend_pid(), 'notify', true,
        'lease_hours', CASE WHEN o.kind = 'agency' THEN m.lease_hours_agency ELSE m.lease_hours_other END,
        'org_id', me, 'org_ods', o.ods_code, 'org_kind', o.kind, 'system_id', o.system_id,
        'role', sync.my_role(), 'kinds', to_jsonb(sync.my_kinds()),
        -- Records that this person's role may not see at all: they leave a shared desk.
        'hidden', (SELECT coalesce(jsonb_agg(x.entity ORDER BY x.entity), '[]') FROM sync.entity x
                    WHERE sync.my_stages(x.entity) = '{}'));
END $$;

RESET ROLE;
