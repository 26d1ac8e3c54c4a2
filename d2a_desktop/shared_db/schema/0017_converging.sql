-- Faults of the exchange that its state machine found (tests/convergence).

SET ROLE dc_owner;

-- 1. A row that was written while a grant was made, by a transaction that committed after it, was fed
--    to nobody: the writer did not see the grant, the grant did not see the row. Whoever writes in a
--    scope now holds it until the end, and a grant waits for those who write, or they for it.
CREATE OR REPLACE FUNCTION sync.tell() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    e sync.entity;
    r record;
    agency uuid;
BEGIN
    IF TG_OP = 'DELETE' THEN r := OLD; ELSE r := NEW; END IF;
    SELECT * INTO e FROM sync.entity WHERE entity = TG_TABLE_NAME;
    PERFORM FROM sync.scope s WHERE s.id = r.scope_id FOR KEY SHARE;
    IF e.agency_field IS NOT NULL THEN agency := (to_jsonb(r) ->> e.agency_field)::uuid; END IF;
    INSERT INTO sync.feed (org_id, entity, row_id, kind)
    SELECT a.org_id, TG_TABLE_NAME, r.id, CASE WHEN TG_OP = 'DELETE' THEN 'P' ELSE 'U' END::"char"
      FROM sync.acl a
     WHERE a.scope_id = r.scope_id AND a.stage = ANY (e.seen)
       AND (agency IS NULL OR a.org_id = agency
            OR (SELECT kind FROM sync.org o WHERE o.id = a.org_id) <> 'agency')
     ORDER BY a.org_id
        ON CONFLICT (org_id, entity, row_id)
        DO UPDATE SET seq = excluded.seq, xid = excluded.xid, kind = excluded.kind;
    RETURN NULL;
END $$;

-- As in 0005, but for the lock.
CREATE OR REPLACE FUNCTION sync.acl_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    stages text[];
    is_agency boolean;
    g sync.acl;
BEGIN
    IF TG_OP = 'DELETE' THEN g := OLD; ELSE g := NEW; END IF;
    IF TG_OP = 'UPDATE' AND NEW.stage = OLD.stage THEN RETURN NULL; END IF;
    is_agency := (SELECT kind = 'agency' FROM sync.org WHERE id = g.org_id);
    IF TG_OP = 'DELETE' THEN
        EXECUTE format('DELETE FROM sync.feed f USING sync.rows_of_%s($1) r
            WHERE f.org_id = $2 AND f.entity = r.entity AND f.row_id = r.id', g.scope)
        USING g.scope_id, g.org_id;
        INSERT INTO sync.feed (org_id, entity, row_id, kind) VALUES (g.org_id, '*', g.scope_id, 'P')
            ON CONFLICT (org_id, entity, row_id)
            DO UPDATE SET seq = excluded.seq, xid = excluded.xid, kind = 'P';
        RETURN NULL;
    END IF;
    PERFORM FROM sync.scope s WHERE s.id = g.scope_id FOR UPDATE;
    -- A changed stage also looks again at what only the old one showed: the pull purges it.
    stages := CASE WHEN TG_OP = 'UPDATE' THEN ARRAY[OLD.stage, NEW.stage] ELSE ARRAY[NEW.stage] END;
    DELETE FROM sync.feed WHERE org_id = g.org_id AND entity = '*' AND row_id = g.scope_id;
    EXECUTE format('INSERT INTO sync.feed (org_id, entity, row_id, kind)
        SELECT $2, r.entity, r.id, ''U'' FROM sync.rows_of_%s($1) r JOIN sync.entity e USING (entity)
         WHERE e.seen && $3 AND (r.agency IS NULL OR r.agency = $2 OR NOT $4)
         ORDER BY r.id
            ON CONFLICT (org_id, entity, row_id)
            DO UPDATE SET seq = excluded.seq, xid = excluded.xid, kind = excluded.kind', g.scope)
    USING g.scope_id, g.org_id, stages, is_agency;
    RETURN NULL;
END $$;

-- 2. As in 0009, but a refusal that is known from the ledger blocks later operations on its row too.
CREATE OR REPLACE FUNCTION sync.push(client uuid, client_ver int, ops jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog SET timezone = 'UTC' SET lock_timeout = '5s' AS $$
DECLARE
    all_ jsonb[];
    unit jsonb[];
    res jsonb[];
    out_ jsonb := '[]';
    blocked text[] := '{}';
    known sync.applied_op;
    me uuid := sync.my_org();
    kinds text[] := sync.my_kinds();
    hlc_now bigint := ((extract(epoch FROM clock_timestamp()) * 1000)::bigint + 300000) << 16;
    i int := 1;
    n int;
    g text;
    k int;
BEGIN
    IF me IS NULL THEN RAISE EXCEPTION 'no membership' USING ERRCODE = '42501'; END IF;
    IF client_ver < (SELECT min_client_ver FROM sync.meta) THEN
        RAISE EXCEPTION 'client too old' USING ERRCODE = 'DC001';
    END IF;
    IF jsonb_typeof(ops) <> 'array' OR jsonb_array_length(ops) > 500 THEN
        RAISE EXCEPTION 'batch' USING ERRCODE = '22023';
    END IF;
    -- One batch of a desk at a time; a desk that never said hello is not known.
    PERFORM FROM sync.session s WHERE s.client = push.client AND s.org_id = me FOR UPDATE;
    IF NOT FOUND THEN RAISE EXCEPTION 'unknown session' USING ERRCODE = 'DC002'; END IF;
    PERFORM sync.tick();
    all_ := ARRAY(SELECT jsonb_array_elements(ops));
    n := cardinality(all_);
    WHILE i <= n LOOP
        unit := ARRAY[all_[i]];
        g := all_[i] ->> 'grp';
        i := i + 1;
        WHILE g IS NOT NULL AND i <= n AND all_[i] ->> 'grp' = g LOOP
            unit := unit || all_[i];
            i := i + 1;
        END LOOP;
        res := sync.answer_known(unit);
        IF res IS NOT NULL THEN
            -- Sent again it blocks what it blocked: how often a batch is sent changes nothing.
            FOR k IN 1 .. cardinality(unit) LOOP
                IF res[k] ->> 's' <> 'ok' THEN blocked := blocked || (unit[k] ->> 'id'); END IF;
            END LOOP;
        ELSE
            IF EXISTS (SELECT FROM unnest(unit) u WHERE u ->> 'id' = ANY (blocked)) THEN
                SELECT array_agg(jsonb_build_object('op', u ->> 'op', 's', 'blocked') ORDER BY o)
                  INTO res FROM unnest(unit) WITH ORDINALITY x (u, o);
            ELSIF cardinality(unit) > 20 THEN
                SELECT array_agg(jsonb_build_object('op', u ->> 'op', 's', 'rejected', 'why', 'invalid') ORDER BY o)
                  INTO res FROM unnest(unit) WITH ORDINALITY x (u, o);
            ELSE
                res := sync.apply_group(unit, kinds, me, hlc_now);
            END IF;
            FOR k IN 1 .. cardinality(unit) LOOP
                IF res[k] ->> 's' IN ('ok', 'blocked') THEN CONTINUE; END IF;
                blocked := blocked || (unit[k] ->> 'id');
                -- After a restore a replayed change may only be refused for now (DECISIONS, Sync).
                IF coalesce((unit[k] ->> 'replay')::boolean, false) AND res[k] ->> 'why' IN ('not_allowed', 'group') THEN
                    res[k] := res[k] || '{"final": false}';
                END IF;
            END LOOP;
            INSERT INTO sync.applied_op (op_id, actor, client_id, digest, result)
            SELECT (u ->> 'op')::uuid, session_user, push.client,
                   sha256(convert_to((u - 'replay')::text, 'UTF8')), res[o]
              FROM unnest(unit) WITH ORDINALITY x (u, o)
             WHERE res[o] ->> 's' <> 'blocked' AND NOT res[o] ? 'final'
               AND coalesce(u ->> 'op', '') ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
                ON CONFLICT DO NOTHING;
        END IF;
        out_ := out_ || to_jsonb(res);
    END LOOP;
    PERFORM set_config('dc.op_id', '', true);
    PERFORM sync.wake();
    RETURN out_;
END $$;

-- 3. Has this organisation anything to read after the cursor, given out already or held back? A digest
--    that differs means a fault only when there is nothing.
CREATE FUNCTION sync.unread(cx xid8, cs bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    IF sync.my_org() IS NULL THEN RAISE EXCEPTION 'no membership' USING ERRCODE = '42501'; END IF;
    RETURN EXISTS (SELECT FROM sync.feed f WHERE f.org_id = sync.my_org() AND (f.xid, f.seq) > (cx, cs));
END $$;

RESET ROLE;
