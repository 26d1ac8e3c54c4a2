-- Hello, time that passes, connections that hang, and the administrator's functions.

SET ROLE dc_owner;

-- There is no server process: what has lapsed is taken away by whoever comes next.
CREATE FUNCTION sync.tick() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    g sync.acl;
    f dc.offer;
BEGIN
    PERFORM set_config('dc.op_id', '', true), set_config('dc.cascade', '', true);
    FOR g IN SELECT * FROM sync.acl WHERE valid_until < clock_timestamp() FOR UPDATE SKIP LOCKED LOOP
        SELECT * INTO f FROM dc.offer WHERE id = g.scope_id;
        IF g.stage = 'offered' AND f.status = 'sent' THEN PERFORM sync.keep_outcome(f, 'expired', NULL); END IF;
        DELETE FROM sync.acl WHERE org_id = g.org_id AND scope_id = g.scope_id;
    END LOOP;
    UPDATE dc.slot SET status = 'open', held_until = NULL, held_by_org_id = NULL, offer_id = NULL
     WHERE id IN (SELECT id FROM dc.slot WHERE status IN ('held', 'offered') AND held_until < clock_timestamp()
                     FOR UPDATE SKIP LOCKED);
END $$;

CREATE FUNCTION sync.my_channel() RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    RETURN (
        SELECT chan FROM sync.org WHERE id = sync.my_org()
    );
END $$;

-- The desk keeps (n_old, n_new) before it calls. The server knows n_old: a new session. It knows
-- n_new: the answer was lost, fine. It knows neither: it was restored, or the store was copied.
CREATE FUNCTION sync.hello(client uuid, n_old uuid, n_new uuid, client_ver int) RETURNS jsonb
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
        'org_id', me, 'org_ods', o.ods_code, 'org_kind', o.kind, 'system_id', o.system_id,
        'role', sync.my_role(), 'kinds', to_jsonb(sync.my_kinds()),
        -- Records that this person's role may not see at all: they leave a shared desk.
        'hidden', (SELECT coalesce(jsonb_agg(x.entity ORDER BY x.entity), '[]') FROM sync.entity x
                    WHERE sync.my_stages(x.entity) = '{}'));
END $$;

-- End clients' transactions older than 120 s: one open writer holds back everybody's feed, and a
-- client could switch its own time limits off. The owner holds each login's privileges for this.
CREATE FUNCTION sync.reap() RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE n int;
BEGIN
    IF sync.my_org() IS NULL THEN RAISE EXCEPTION 'no membership' USING ERRCODE = '42501'; END IF;
    SELECT count(*) FILTER (WHERE pg_terminate_backend(a.pid)) INTO n
      FROM pg_stat_activity a JOIN sync.member m ON m.rolname = a.usename
     WHERE a.datname = current_database() AND a.pid <> pg_backend_pid()
       AND a.xact_start < clock_timestamp() - interval '120 seconds';
    RETURN n;
END $$;

-- After a restore into a new cluster: forget old transaction numbers, tell every desk.
CREATE FUNCTION sync.new_epoch() RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE e uuid := gen_random_uuid();
BEGIN
    UPDATE sync.feed SET xid = pg_current_xact_id(), seq = nextval('sync.feed_seq');
    UPDATE sync.meta SET epoch = e;
    RETURN e;
END $$;

-- The first broken link of the audit, or null: every record's chain is computed again.
CREATE FUNCTION sync.broken_link() RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog SET timezone = 'UTC' AS $$
DECLARE
    x sync.entity;
    bad jsonb;
BEGIN
    SELECT jsonb_build_object('audit', a.id, 'e', a.entity, 'id', a.row_id, 'ver', a.ver) INTO bad
      FROM (SELECT b.*, lag(b.hash) OVER w AS before, lag(b.ver, 1, 0::bigint) OVER w AS last_ver
              FROM sync.audit b WINDOW w AS (PARTITION BY b.entity, b.row_id ORDER BY b.ver)) a
     WHERE a.prev IS DISTINCT FROM a.before OR a.ver <> a.last_ver + 1
        OR a.hash <> sync.link(a.prev, a.entity, a.row_id, a.ver, a.actor, a.at, coalesce(a.op_id::text, ''), a.delta)
     ORDER BY a.id LIMIT 1;
    IF bad IS NOT NULL THEN RETURN bad; END IF;
    FOR x IN SELECT * FROM sync.entity WHERE entity <> 'worker_profile' LOOP  -- projections may go and return
        EXECUTE format('SELECT jsonb_build_object(''e'', %L, ''id'', t.id, ''ver'', t.ver) FROM dc.%I t
            LEFT JOIN sync.audit a ON a.entity = %L AND a.row_id = t.id AND a.ver = t.ver
            WHERE a.hash IS DISTINCT FROM t.audit_head LIMIT 1', x.entity, x.entity, x.entity) INTO bad;
        IF bad IS NOT NULL THEN RETURN bad; END IF;
    END LOOP;
    RETURN NULL;
END $$;

RESET ROLE;
