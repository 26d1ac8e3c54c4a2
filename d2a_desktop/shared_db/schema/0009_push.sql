-- sync.push: the only way in for a client's changes.
--
-- op = {op, grp?, e, id, scope, k: ins|patch, set: {..}, base: {field: value seen}, bv, hlc, sv, replay?}
-- answer per op = {op, s: ok|rejected|conflict|blocked, ver?, why?, theirs?, lost?, cascade?, dup?}

SET ROLE dc_owner;

-- One answer for what is hidden and what is absent; an agency's own closed offer says how it closed.
CREATE FUNCTION sync.why_hidden(e text, rid uuid) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    RETURN (
        SELECT coalesce((SELECT CASE f.status WHEN 'filled' THEN 'already_taken' WHEN 'withdrawn' THEN 'withdrawn'
                                     WHEN 'sent' THEN 'expired' ELSE 'not_allowed' END
                           FROM dc.offer f
                          WHERE e = 'offer' AND f.id = rid AND f.agency_org_id = sync.my_org()
                            AND f.status <> 'draft'), 'not_allowed')
    );
END $$;

-- The referral is locked before any of its offers, always in that order: two agencies accepting at
-- once wait for one another instead of meeting in a deadlock.
CREATE FUNCTION sync.lock_offer(rid uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    PERFORM FROM dc.referral r JOIN dc.offer_link l ON l.referral_id = r.id
      WHERE l.offer_id = rid FOR NO KEY UPDATE OF r;
END $$;

CREATE FUNCTION sync.last_change(e text, rid uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    RETURN (
        SELECT jsonb_build_object('at', to_char(a.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                                  'org', m.org_id)
          FROM sync.audit a LEFT JOIN sync.member m ON m.rolname = a.actor
         WHERE a.row_id = rid AND a.entity = e ORDER BY a.ver DESC LIMIT 1
    );
END $$;

-- Per field, three ways (SYNC 3.3, 3.8); the twin of d2a_desktop/sync/merge.py.
-- {} take all | {drop: [..]} these lww fields lost | {theirs: {..}} conflict, nothing is applied
CREATE FUNCTION sync.merge(e text, op jsonb, cur jsonb, mine jsonb, base jsonb, clock bigint) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $$
DECLARE
    f record;
    dropped text[] := '{}';
    theirs jsonb := '{}';
    once text[];
BEGIN
    SELECT append_only INTO once FROM sync.entity WHERE entity = e;
    FOR f IN SELECT k.key, x.klass FROM jsonb_object_keys(op -> 'set') k (key)
               JOIN sync.field x ON x.entity = e AND x.field = k.key LOOP
        IF cur -> f.key = mine -> f.key THEN CONTINUE; END IF;          -- the same edit
        IF f.klass = 'fixed' THEN PERFORM sync.refuse('fixed'); END IF;
        IF once IS NOT NULL AND (NOT f.key = ANY (once) OR cur -> f.key <> 'null') THEN
            PERFORM sync.refuse('append_only');
        END IF;
        IF (cur ->> 'ver')::bigint = (op ->> 'bv')::bigint THEN CONTINUE; END IF;
        IF op -> 'base' ? f.key AND cur -> f.key = base -> f.key THEN CONTINUE; END IF;  -- untouched
        IF f.klass = 'lww' THEN
            IF (cur ->> 'hlc')::bigint > clock THEN dropped := dropped || f.key; END IF;
        ELSE
            theirs := theirs || jsonb_build_object(f.key, cur -> f.key);
        END IF;
    END LOOP;
    IF theirs <> '{}' THEN
        RETURN jsonb_build_object('theirs', theirs) || coalesce(
            jsonb_build_object('by', sync.last_change(e, (cur ->> 'id')::uuid)), '{}');
    END IF;
    RETURN CASE WHEN dropped = '{}' THEN '{}' ELSE jsonb_build_object('drop', to_jsonb(dropped)) END;
END $$;

-- Shape first: nothing below may meet a value that it cannot read.
CREATE FUNCTION sync.well_formed(op jsonb) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $$
DECLARE
    u text := '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$';
BEGIN
    RETURN jsonb_typeof(op) = 'object'
       AND coalesce(op ->> 'op', '') ~ u AND coalesce(op ->> 'id', '') ~ u
       AND coalesce(op ->> 'scope', '') ~ u AND coalesce(op ->> 'grp', op ->> 'op') ~ u
       AND coalesce(op ->> 'k', '') IN ('ins', 'patch')
       AND EXISTS (SELECT FROM sync.entity WHERE entity = op ->> 'e')
       AND coalesce(jsonb_typeof(op -> 'set'), '') = 'object'
       AND coalesce(jsonb_typeof(op -> 'base'), 'object') IN ('object', 'null')
       AND coalesce(op ->> 'bv', '0') ~ '^\d{1,18}$' AND coalesce(op ->> 'hlc', '') ~ '^\d{1,18}$'
       AND octet_length(op::text) <= 262144;
END $$;

-- The word for what this organisation may not write, or null. PostgreSQL would read 'yesterday' and
-- 'infinity' as times; only dates and instants as we write them are.
CREATE FUNCTION sync.why_not(op jsonb, mine text[]) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $$
BEGIN
    IF op ->> 'k' = 'ins' AND NOT EXISTS (SELECT FROM sync.entity x
            WHERE x.entity = op ->> 'e' AND x.insert_kinds && mine) THEN
        RETURN 'not_allowed';
    END IF;
    RETURN (
        SELECT min(CASE
                   WHEN f.field IS NULL THEN 'not_allowed'
                   -- A new row may carry nulls in fields of others.
                   WHEN NOT f.kinds && mine AND NOT (op ->> 'k' = 'ins' AND k.value = 'null') THEN 'not_allowed'
                   WHEN f.type = 'date' AND k.value <> 'null' AND k.value #>> '{}' !~ '^\d{4}-\d\d-\d\d$'
                       THEN 'invalid'
                   WHEN f.type = 'instant' AND k.value <> 'null' AND k.value #>> '{}'
                        !~ '^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)$' THEN 'invalid'
                   END)
          FROM jsonb_each(op -> 'set') k
          LEFT JOIN sync.field f ON f.entity = op ->> 'e' AND f.field = k.key
    );
END $$;

-- One group in one subtransaction: all or none. Answers in the order given.
CREATE FUNCTION sync.apply_group(ops jsonb[], kinds text[], me uuid, hlc_now bigint) RETURNS jsonb[]
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    res jsonb[] := array_fill(NULL::jsonb, ARRAY[cardinality(ops)]);
    order_ int[];
    i int;
    bad int;
    r jsonb;
    conflict jsonb;
    word text;
BEGIN
    -- A scope begins before its contents, whatever order its rows were written in.
    order_ := ARRAY(SELECT n FROM generate_subscripts(ops, 1) n
                     ORDER BY (ops[n] ->> 'k' = 'ins' AND ops[n] ->> 'id' = ops[n] ->> 'scope') DESC, n);
    BEGIN
        FOREACH i IN ARRAY order_ LOOP
            bad := i;
            IF NOT sync.well_formed(ops[i]) THEN PERFORM sync.refuse('invalid'); END IF;
            word := sync.why_not(ops[i], kinds);
            IF word IS NOT NULL THEN PERFORM sync.refuse(word); END IF;
            PERFORM set_config('dc.op_id', ops[i] ->> 'op', true), set_config('dc.cascade', '', true);
            IF ops[i] ->> 'e' = 'offer' AND ops[i] ->> 'k' = 'patch' THEN
                PERFORM sync.lock_offer((ops[i] ->> 'id')::uuid);
            END IF;
            EXECUTE format('SELECT sync.op_%s($1, $2)', ops[i] ->> 'e') INTO r USING ops[i], hlc_now;
            IF r ->> 's' = 'conflict' THEN
                conflict := r;
                RAISE EXCEPTION 'conflict' USING ERRCODE = 'DC100';
            END IF;
            word := current_setting('dc.cascade', true);
            IF word <> '' THEN
                r := r || jsonb_build_object('cascade', sync.visible_cascade(('[' || word || ']')::jsonb, me));
            END IF;
            res[i] := r || jsonb_build_object('op', ops[i] ->> 'op');
        END LOOP;
        RETURN res;
    EXCEPTION
        WHEN SQLSTATE 'DC100' THEN
            r := conflict;
            INSERT INTO sync.conflict (op_id, entity, row_id, org_id, actor, base, mine, theirs)
            VALUES ((ops[bad] ->> 'op')::uuid, ops[bad] ->> 'e', (ops[bad] ->> 'id')::uuid, me, session_user,
                    ops[bad] -> 'base', ops[bad] -> 'set', conflict -> 'theirs');
        WHEN exclusion_violation THEN word := 'overlap';
        WHEN check_violation THEN GET STACKED DIAGNOSTICS word = CONSTRAINT_NAME;
        WHEN unique_violation THEN
            GET STACKED DIAGNOSTICS word = CONSTRAINT_NAME;
            word := CASE word WHEN 'already_taken' THEN word WHEN 'worker_is_active' THEN 'overlap'
                              ELSE 'not_allowed' END;
        WHEN foreign_key_violation OR insufficient_privilege THEN word := 'not_allowed';
        WHEN data_exception OR not_null_violation OR program_limit_exceeded THEN word := 'invalid';
    END;
    IF conflict IS NULL THEN r := jsonb_build_object('s', 'rejected', 'why', word); END IF;
    FOR i IN 1 .. cardinality(ops) LOOP
        res[i] := CASE WHEN i = bad THEN r ELSE '{"s": "rejected", "why": "group"}'::jsonb END
                  || jsonb_build_object('op', ops[i] ->> 'op');
    END LOOP;
    RETURN res;
END $$;

-- Consequences, as far as the caller's organisation is told of them at all.
CREATE FUNCTION sync.visible_cascade(all_ jsonb, me uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    RETURN (
        SELECT coalesce(jsonb_agg(c), '[]') FROM jsonb_array_elements(all_) c
         WHERE EXISTS (SELECT FROM sync.feed f WHERE f.org_id = me AND f.entity = c ->> 'e'
                          AND f.row_id = (c ->> 'id')::uuid AND f.kind = 'U')
    );
END $$;

-- Wake the desks that were fed: one empty notification per organisation and batch (a hint only).
CREATE FUNCTION sync.wake() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    PERFORM pg_notify(o.chan, '') FROM sync.org o
      WHERE EXISTS (SELECT FROM sync.feed f WHERE f.org_id = o.id AND f.xid = pg_current_xact_id());
END $$;

CREATE FUNCTION sync.push(client uuid, client_ver int, ops jsonb) RETURNS jsonb
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
        IF res IS NULL THEN
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

-- The ledger's answers when the whole group was seen before, else null.
CREATE FUNCTION sync.answer_known(unit jsonb[]) RETURNS jsonb[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $$
DECLARE
    res jsonb[];
    u jsonb;
    known sync.applied_op;
    hits int := 0;
BEGIN
    FOREACH u IN ARRAY unit LOOP
        IF coalesce(u ->> 'op', '') !~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN RETURN NULL; END IF;
        SELECT * INTO known FROM sync.applied_op WHERE op_id = (u ->> 'op')::uuid;
        IF NOT FOUND THEN
            res := res || jsonb_build_object('op', u ->> 'op', 's', 'rejected', 'why', 'op_id_reuse');
        ELSE
            hits := hits + 1;
            res := res || CASE
                WHEN known.actor = session_user AND known.digest = sha256(convert_to((u - 'replay')::text, 'UTF8'))
                THEN known.result || '{"dup": true}'
                ELSE jsonb_build_object('op', u ->> 'op', 's', 'rejected', 'why', 'op_id_reuse') END;
        END IF;
    END LOOP;
    RETURN CASE WHEN hits > 0 THEN res END;
END $$;

RESET ROLE;
