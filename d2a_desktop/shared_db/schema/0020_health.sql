-- How much is still to come, for the progress that a person sees; and who wrote what met an edit.

SET ROLE dc_owner;

-- Pointers after (cx, cs) that a pull would give out now; counted in the index alone.
CREATE FUNCTION sync.remaining(cx xid8, cs bigint) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    IF sync.my_org() IS NULL THEN RAISE EXCEPTION 'no membership' USING ERRCODE = '42501'; END IF;
    RETURN (
        SELECT count(*) FROM sync.feed f
         WHERE f.org_id = sync.my_org() AND (f.xid, f.seq) > (cx, cs)
           AND f.xid < pg_snapshot_xmin(pg_current_snapshot())
    );
END $$;

-- Who last wrote each of some fields of a row that the caller sees, and when, by field: a colleague by
-- name, anybody else by organisation. Fields that nobody wrote are left out.
CREATE FUNCTION sync.who_changed(e text, rid uuid, names text[]) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    RETURN (
        SELECT coalesce(jsonb_object_agg(n.name, jsonb_strip_nulls(jsonb_build_object(
                   'at', to_char(a.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                   'org', m.org_id, 'org_name', o.name, 'name', s.name))), '{}')
          FROM unnest(names) n (name)
         CROSS JOIN LATERAL (SELECT x.at, x.actor FROM sync.audit x
                              WHERE x.row_id = rid AND x.entity = e AND x.delta ? n.name
                              ORDER BY x.ver DESC LIMIT 1) a
          LEFT JOIN sync.member m ON m.rolname = a.actor
          LEFT JOIN dc.organisation o ON o.id = m.org_id
          LEFT JOIN dc.staff s ON s.login = a.actor AND s.scope_id = m.org_id AND m.org_id = sync.my_org()
    );
END $$;

-- As in 0016, but the answer tells who wrote each of the fields that met.
CREATE OR REPLACE FUNCTION sync.merge(e text, op jsonb, cur jsonb, mine jsonb, base jsonb, clock bigint) RETURNS jsonb
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
        -- Sent again after a restore: the versions may have been counted a second time.
        IF (cur ->> 'ver')::bigint = (op ->> 'bv')::bigint AND NOT op ? 'replay' THEN CONTINUE; END IF;
        IF op -> 'base' ? f.key AND cur -> f.key = base -> f.key THEN CONTINUE; END IF;  -- untouched
        IF f.klass = 'lww' THEN
            IF (cur ->> 'hlc')::bigint > clock THEN dropped := dropped || f.key; END IF;
        ELSE
            theirs := theirs || jsonb_build_object(f.key, cur -> f.key);
        END IF;
    END LOOP;
    IF theirs <> '{}' THEN
        RETURN jsonb_build_object('theirs', theirs, 'by', sync.who_changed(
            e, (cur ->> 'id')::uuid, ARRAY(SELECT jsonb_object_keys(theirs))));
    END IF;
    RETURN CASE WHEN dropped = '{}' THEN '{}' ELSE jsonb_build_object('drop', to_jsonb(dropped)) END;
END $$;

-- As in 0009, but a change that the record had moved on from tells who moved it.
CREATE OR REPLACE FUNCTION sync.apply_group(ops jsonb[], kinds text[], me uuid, hlc_now bigint) RETURNS jsonb[]
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
    IF conflict IS NULL THEN
        r := jsonb_build_object('s', 'rejected', 'why', word);
        -- Only a row that the caller was shown is refused with these words.
        IF word IN ('status_machine', 'append_only', 'fixed') AND ops[bad] ->> 'k' = 'patch' THEN
            r := r || jsonb_build_object('by', sync.who_changed(ops[bad] ->> 'e', (ops[bad] ->> 'id')::uuid,
                ARRAY(SELECT jsonb_object_keys(ops[bad] -> 'set'))));
        END IF;
    END IF;
    FOR i IN 1 .. cardinality(ops) LOOP
        res[i] := CASE WHEN i = bad THEN r ELSE '{"s": "rejected", "why": "group"}'::jsonb END
                  || jsonb_build_object('op', ops[i] ->> 'op');
    END LOOP;
    RETURN res;
END $$;

RESET ROLE;
