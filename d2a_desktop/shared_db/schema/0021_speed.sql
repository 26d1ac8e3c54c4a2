-- The same rules as before in fewer steps: what each operation and each written row costs. Every
-- function here says what its forerunner said (docs/benchmarks.md has the figures).

SET ROLE dc_owner;

-- As in 0018. Row security asks this six times for each operation, so it is one query here, and of
-- most records a part of the policy (below).
CREATE OR REPLACE FUNCTION sync.may_touch(e text, subject uuid, agency uuid, writing boolean) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog SET enable_seqscan = off AS $$
BEGIN
    IF writing THEN PERFORM sync.require_present(); END IF;
    RETURN EXISTS (
        SELECT FROM sync.member m
          JOIN sync.acl g ON g.org_id = m.org_id AND g.scope_id = subject
          JOIN sync.entity x ON x.entity = e AND x.scope = g.scope AND g.stage = ANY (x.seen)
         WHERE m.rolname = session_user AND m.active
           AND NOT (writing AND g.stage = 'system')
           AND (g.valid_until IS NULL OR g.valid_until > statement_timestamp())
           AND (agency IS NULL OR agency = m.org_id OR sync.my_agency() IS NULL)
           -- What sync.my_stages() hides of a whole entity.
           AND (NOT x.restricted OR m.role = ANY ((SELECT t.restricted_roles FROM sync.meta t)::text[]))
           AND (x.hidden_from = '{}' OR NOT sync.my_kinds() <@ x.hidden_from));
END $$;

-- What sync.may_touch() says, written out for one entity, for a policy.
CREATE FUNCTION sync.touch_policy(x sync.entity, writing boolean) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    agency text := CASE WHEN x.agency_field IS NULL THEN 'NULL' ELSE format('%I.%I', x.entity, x.agency_field) END;
BEGIN
    IF x.restricted OR x.hidden_from <> '{}' THEN
        RETURN format('sync.may_touch(%L, scope_id, %s, %s)', x.entity, agency, writing::text);
    END IF;
    RETURN CASE WHEN writing
        THEN '(current_setting(''transaction_isolation'') = ''read committed'' OR sync.require_present()) AND ' ELSE '' END
        || format('EXISTS (SELECT FROM sync.member m JOIN sync.acl g ON g.org_id = m.org_id
            WHERE m.rolname = session_user AND m.active
              AND g.scope_id = %1$I.scope_id AND g.scope = %2$L AND g.stage = ANY (%3$L::text[])
              AND (g.valid_until IS NULL OR g.valid_until > statement_timestamp())%4$s)',
            x.entity, x.scope, CASE WHEN writing THEN array_remove(x.seen, 'system') ELSE x.seen END,
            CASE WHEN x.agency_field IS NULL THEN '' ELSE format(
                ' AND (%1$s IS NULL OR %1$s = m.org_id OR (SELECT sync.my_agency()) IS NULL)', agency) END);
END $$;

-- As in 0018, with the condition of writing in the policy.
CREATE OR REPLACE FUNCTION sync.build_policies(x sync.entity) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    touch text := sync.touch_policy(x, true);
    agency text := CASE WHEN x.agency_field IS NULL THEN '' ELSE format(
        ' AND ((SELECT sync.my_agency()) IS NULL OR %I.%I = (SELECT sync.my_agency()))',
        x.entity, x.agency_field) END;
    make text;
    p text;
BEGIN
    FOREACH p IN ARRAY ARRAY['read', 'see', 'change', 'make'] LOOP
        EXECUTE format('DROP POLICY IF EXISTS %I ON dc.%I', p, x.entity);
    END LOOP;
    make := CASE x.entity
        WHEN 'spell' THEN '(id = scope_id AND sync.may_begin(''case'', hospital_org_id))'
        WHEN 'offer' THEN '(id = scope_id AND sync.may_begin(''offer'', sent_by_org_id))'
        WHEN 'capacity_contract' THEN '(id = scope_id AND sync.may_begin(''contract'', agency_org_id))'
        ELSE touch END;
    EXECUTE format('ALTER TABLE dc.%I ENABLE ROW LEVEL SECURITY', x.entity);
    EXECUTE format('CREATE POLICY read ON dc.%1$I FOR SELECT TO dc_read USING (
        (SELECT sync.require_settled()) AND
        EXISTS (SELECT FROM sync.acl a WHERE a.org_id = (SELECT sync.my_org())
            AND a.scope_id = %1$I.scope_id AND a.scope = %3$L
            AND a.stage = ANY ((SELECT sync.my_stages(%1$L))::text[])
            AND (a.valid_until IS NULL OR a.valid_until > statement_timestamp()))%2$s)', x.entity, agency, x.scope);
    EXECUTE format('CREATE POLICY see ON dc.%I FOR SELECT TO dc_apply USING (%s)', x.entity, sync.touch_policy(x, false));
    EXECUTE format('CREATE POLICY change ON dc.%I FOR UPDATE TO dc_apply USING (%s)', x.entity, touch);
    EXECUTE format('CREATE POLICY make ON dc.%I FOR INSERT TO dc_apply WITH CHECK (%s)', x.entity, make);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON dc.%I TO dc_apply', x.entity);
    EXECUTE format('GRANT SELECT ON dc.%I TO dc_read', x.entity);
END $$;

-- As in 0009, without patterns: nine tenths of its time went into six of them.
CREATE OR REPLACE FUNCTION sync.well_formed(op jsonb) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $$
DECLARE
    -- Every part has its place, if only an empty one, so that none can stand in for its neighbour.
    ids text := concat(op ->> 'op', '/', op ->> 'id', '/', op ->> 'scope', '/', coalesce(op ->> 'grp', op ->> 'op'));
    bv text := coalesce(op ->> 'bv', '0');
    hlc text := coalesce(op ->> 'hlc', '');
BEGIN
    RETURN jsonb_typeof(op) = 'object'
       -- Four identities in lower case: hyphens and strokes where they belong, and else hexadecimal digits.
       AND ids LIKE '________-____-____-____-____________/________-____-____-____-____________'
                    '/________-____-____-____-____________/________-____-____-____-____________'
       AND translate(ids, '0123456789abcdef', '') = '----/----/----/----'
       AND coalesce(op ->> 'k', '') IN ('ins', 'patch')
       AND EXISTS (SELECT FROM sync.entity WHERE entity = op ->> 'e')
       AND coalesce(jsonb_typeof(op -> 'set'), '') = 'object'
       AND coalesce(jsonb_typeof(op -> 'base'), 'object') IN ('object', 'null')
       AND length(bv) BETWEEN 1 AND 18 AND translate(bv, '0123456789', '') = ''
       AND length(hlc) BETWEEN 1 AND 18 AND translate(hlc, '0123456789', '') = ''
       AND octet_length(op::text) <= 262144;
END $$;

-- As in 0005, with the old value looked up for each new one instead of a join of both.
CREATE OR REPLACE FUNCTION sync.chain() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog SET timezone = 'UTC' AS $$
DECLARE
    d jsonb;
    was jsonb;
    t timestamptz := clock_timestamp();
    op text := coalesce(current_setting('dc.op_id', true), '');
    h bytea;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.id <> OLD.id OR NEW.scope_id <> OLD.scope_id THEN PERFORM sync.refuse('fixed'); END IF;
        NEW.ver := OLD.ver + 1;
        NEW.audit_head := OLD.audit_head;
        was := to_jsonb(OLD);
        SELECT coalesce(jsonb_object_agg(n.key, jsonb_build_array(was -> n.key, n.value)), '{}') INTO d
          FROM jsonb_each(to_jsonb(NEW)) n
         WHERE n.value IS DISTINCT FROM was -> n.key AND n.key NOT IN ('audit_head', 'ver', 'hlc');
    ELSE
        NEW.ver := 1;
        NEW.audit_head := NULL;
        d := jsonb_strip_nulls(to_jsonb(NEW) - 'audit_head' - 'ver' - 'hlc');
    END IF;
    IF op !~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN op := ''; END IF;
    h := sync.link(NEW.audit_head, TG_TABLE_NAME, NEW.id, NEW.ver, session_user, t, op, d);
    INSERT INTO sync.audit (at, actor, op_id, entity, row_id, ver, delta, prev, hash)
    VALUES (t, session_user, nullif(op, '')::uuid, TG_TABLE_NAME, NEW.id, NEW.ver, d, NEW.audit_head, h);
    NEW.audit_head := h;
    RETURN NEW;
END $$;

-- As in 0008, with a shorter way for an edit of what nobody else wrote meanwhile: sync.merge would
-- take all of it, unless it touches a field that never changes or a record that is only added to.
CREATE OR REPLACE FUNCTION sync.build_functions(x sync.entity) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog AS $body$
DECLARE
    cols text;     -- every column but the chain's head, as it travels
    sets text;     -- every field, assigned from nw
    plain text;    -- is there nothing to merge?
BEGIN
    SELECT string_agg(CASE format_type(a.atttypid, -1) WHEN 'timestamp with time zone'
               THEN format('to_char(t.%1$I AT TIME ZONE ''UTC'', ''YYYY-MM-DD"T"HH24:MI:SS.US"Z"'') AS %1$I', a.attname)
               ELSE format('t.%I', a.attname) END, ', ' ORDER BY a.attnum),
           string_agg(format('%1$I = nw.%1$I', a.attname), ', ' ORDER BY a.attnum)
               FILTER (WHERE a.attname NOT IN ('id', 'scope_id', 'ver'))
      INTO cols, sets
      FROM pg_attribute a
     WHERE a.attrelid = format('dc.%I', x.entity)::regclass AND a.attnum > 0 AND NOT a.attisdropped
       AND a.attname <> 'audit_head';

    plain := CASE WHEN x.append_only IS NOT NULL THEN 'false' ELSE format(
        '(op ->> ''bv'')::bigint = cur.ver AND NOT op ? ''replay'' AND NOT st ?| %L::text[]',
        ARRAY(SELECT f.field FROM sync.field f WHERE f.entity = x.entity AND f.klass = 'fixed')) END;
    EXECUTE format($f$
CREATE OR REPLACE FUNCTION sync.op_%1$s(op jsonb, hlc_now bigint) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    rid uuid := (op ->> 'id')::uuid;
    cur dc.%1$I;
    nw dc.%1$I;
    seen dc.%1$I;
    st jsonb := op -> 'set';
    clock bigint := least((op ->> 'hlc')::bigint, hlc_now);
    verdict jsonb := '{}';
BEGIN
    IF op ->> 'k' = 'ins' THEN
        nw := jsonb_populate_record(NULL::dc.%1$I, st);
        nw.id := rid; nw.scope_id := (op ->> 'scope')::uuid; nw.ver := 1; nw.hlc := clock;
        INSERT INTO dc.%1$I SELECT nw.*;
        RETURN jsonb_build_object('s', 'ok', 'ver', 1);
    END IF;
    SELECT * INTO cur FROM dc.%1$I WHERE id = rid FOR UPDATE;
    IF NOT FOUND THEN PERFORM sync.refuse(sync.why_hidden(%2$L, rid)); END IF;
    nw := jsonb_populate_record(cur, st);
    seen := jsonb_populate_record(cur, coalesce(op -> 'base', '{}'));
    IF NOT coalesce(%4$s, false) THEN
        verdict := sync.merge(%2$L, op, to_jsonb(cur), to_jsonb(nw), to_jsonb(seen), clock);
        IF verdict ? 'theirs' THEN RETURN verdict || jsonb_build_object('s', 'conflict', 'ver', cur.ver); END IF;
        IF verdict ? 'drop' THEN
            st := st - ARRAY(SELECT jsonb_array_elements_text(verdict -> 'drop'));
            nw := jsonb_populate_record(cur, st);
        END IF;
    END IF;
    nw.hlc := cur.hlc;
    IF nw IS NOT DISTINCT FROM cur THEN
        RETURN jsonb_build_object('s', 'ok', 'ver', cur.ver) ||
               CASE WHEN verdict ? 'drop' THEN jsonb_build_object('lost', verdict -> 'drop') ELSE '{}' END;
    END IF;
    nw.hlc := greatest(cur.hlc, clock);
    UPDATE dc.%1$I SET %3$s WHERE id = rid RETURNING ver INTO nw.ver;
    RETURN jsonb_build_object('s', 'ok', 'ver', nw.ver) ||
           CASE WHEN verdict ? 'drop' THEN jsonb_build_object('lost', verdict -> 'drop') ELSE '{}' END;
END $$ $f$, x.entity, x.entity, sets, plain);

    EXECUTE format($f$
CREATE OR REPLACE FUNCTION sync.page_%1$s(ids uuid[], OUT rows json, OUT gone uuid[])
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
    SELECT json_agg(x) FILTER (WHERE x.id IS NOT NULL), array_agg(u.id) FILTER (WHERE x.id IS NULL)
      FROM unnest(ids) u (id)
      LEFT JOIN (SELECT %2$s FROM dc.%1$I t WHERE t.id = ANY (ids)) x ON x.id = u.id
$$ $f$, x.entity, cols);

    EXECUTE format($f$
CREATE OR REPLACE FUNCTION sync.bucket_%1$s(buckets int[], after uuid, lim int) RETURNS json
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
    SELECT json_agg(x) FROM (SELECT %2$s FROM dc.%1$I t
     WHERE get_byte(uuid_send(t.id), 15) = ANY (buckets) AND t.id > after ORDER BY t.id LIMIT lim) x
$$ $f$, x.entity, cols);

    EXECUTE format($f$
CREATE OR REPLACE FUNCTION sync.digest_%1$s() RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
    SELECT coalesce(jsonb_object_agg(b, jsonb_build_array(n, s)), '{}') FROM (
        SELECT get_byte(uuid_send(id), 15) AS b, count(*) AS n,
               (sum(('x' || substr(md5(id::text || ':' || ver::text), 1, 12))::bit(48)::bigint)
                %% 281474976710656)::bigint AS s
          FROM dc.%1$I GROUP BY 1) d
$$ $f$, x.entity);
END $body$;

-- As in 0018, without looking for a double in a group of one.
CREATE OR REPLACE FUNCTION sync.answer_known(unit jsonb[]) RETURNS jsonb[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $$
DECLARE
    res jsonb[];
    u jsonb;
    known sync.applied_op;
    hits int := 0;
BEGIN
    IF cardinality(unit) > 1 AND cardinality(unit) > (SELECT count(DISTINCT x ->> 'op') FROM unnest(unit) x) THEN
        hits := 1;
    END IF;
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

-- As in 0020, with sync.op() in place of a statement that is planned anew for each operation.
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
    IF cardinality(ops) = 1 THEN
        order_ := '{1}';
    ELSE
        order_ := ARRAY(SELECT n FROM generate_subscripts(ops, 1) n
                         ORDER BY (ops[n] ->> 'k' = 'ins' AND ops[n] ->> 'id' = ops[n] ->> 'scope') DESC, n);
    END IF;
    BEGIN
        FOREACH i IN ARRAY order_ LOOP
            bad := i;
            IF NOT sync.well_formed(ops[i]) THEN PERFORM sync.refuse('invalid'); END IF;
            word := sync.why_not(ops[i], kinds);
            IF word IS NOT NULL THEN PERFORM sync.refuse(word); END IF;
            -- Assignments: PERFORM would run a query for each.
            word := set_config('dc.op_id', ops[i] ->> 'op', true);
            word := set_config('dc.cascade', '', true);
            IF ops[i] ->> 'e' = 'offer' AND ops[i] ->> 'k' = 'patch' THEN
                PERFORM sync.lock_offer((ops[i] ->> 'id')::uuid);
            END IF;
            r := sync.op(ops[i], hlc_now);
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

-- As in 0008, and one way into the operations of all records.
CREATE OR REPLACE FUNCTION sync.build_api() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    x sync.entity;
    s text;
    parts text;
    f text;
BEGIN
    FOR x IN SELECT * FROM sync.entity LOOP
        PERFORM sync.build_guards(x.entity, x.status_field IS NOT NULL
            AND EXISTS (SELECT FROM sync.transition t WHERE t.entity = x.entity));
        PERFORM sync.build_policies(x);
        PERFORM sync.build_functions(x);
        EXECUTE format('GRANT EXECUTE ON FUNCTION sync.op_%s TO dc_apply', x.entity);
        FOREACH f IN ARRAY ARRAY['page', 'bucket', 'digest'] LOOP
            EXECUTE format('GRANT EXECUTE ON FUNCTION sync.%s_%s TO dc_read', f, x.entity);
        END LOOP;
    END LOOP;
    SELECT string_agg(format('WHEN %L THEN RETURN sync.op_%s(op, hlc_now);', e.entity, e.entity), ' ' ORDER BY e.entity)
      INTO parts FROM sync.entity e;
    EXECUTE format('CREATE OR REPLACE FUNCTION sync.op(op jsonb, hlc_now bigint) RETURNS jsonb
        LANGUAGE plpgsql SET search_path = pg_catalog AS $f$
        BEGIN CASE op ->> ''e'' %s END CASE; END $f$', parts);
    EXECUTE 'GRANT EXECUTE ON FUNCTION sync.op TO dc_apply';
    FOR s IN SELECT DISTINCT scope FROM sync.entity LOOP
        SELECT string_agg(format('SELECT %L::text, t.id, %s FROM dc.%I t WHERE t.scope_id = subject',
                   e.entity, CASE WHEN e.agency_field IS NULL THEN 'NULL::uuid'
                                      ELSE format('t.%I', e.agency_field) END, e.entity),
                   ' UNION ALL ' ORDER BY e.entity)
          INTO parts FROM sync.entity e WHERE e.scope = s;
        EXECUTE format('CREATE OR REPLACE FUNCTION sync.rows_of_%s(subject uuid)
            RETURNS TABLE (entity text, id uuid, agency uuid)
            LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $f$
            BEGIN RETURN QUERY %s; END $f$', s, parts);
    END LOOP;
END $$;

-- As in 0005, an expression instead of a query.
CREATE OR REPLACE FUNCTION sync.link(prev bytea, entity text, row_id uuid, ver bigint, actor name,
                                     at timestamptz, op text, delta jsonb) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog AS $$
BEGIN
    RETURN sha256(coalesce(prev, '\x') || convert_to(concat_ws('|', entity, row_id, ver, actor,
        (extract(epoch FROM at) * 1000000)::bigint, op, delta::text), 'UTF8'));
END $$;

-- As in 0017. A plan made while a table is small would outlive its smallness, hence no sequential scans.
CREATE OR REPLACE FUNCTION sync.push(client uuid, client_ver int, ops jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog SET timezone = 'UTC' SET lock_timeout = '5s' SET enable_seqscan = off AS $$
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
            IF blocked <> '{}' AND EXISTS (SELECT FROM unnest(unit) u WHERE u ->> 'id' = ANY (blocked)) THEN
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
                IF coalesce(unit[k] -> 'replay' = 'true', false) AND res[k] ->> 'why' IN ('not_allowed', 'group') THEN
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

RESET ROLE;

