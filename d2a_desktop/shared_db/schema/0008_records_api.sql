-- For every record the same triggers, policies and three small functions, made from one template,
-- so that plans are cached per table and nothing is forgotten on a new one. `d2a server init` and
-- `migrate` run sync.build_api() as dc_owner after sync.entity and sync.field are filled.

SET ROLE dc_owner;

CREATE FUNCTION sync.build_guards(e text, has_status boolean) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF has_status THEN
        EXECUTE format('CREATE OR REPLACE TRIGGER a_move BEFORE INSERT OR UPDATE OF status ON dc.%I
            FOR EACH ROW EXECUTE FUNCTION sync.check_move()', e);
    END IF;
    EXECUTE format('CREATE OR REPLACE TRIGGER b_chain BEFORE INSERT OR UPDATE ON dc.%I
        FOR EACH ROW EXECUTE FUNCTION sync.chain()', e);
    EXECUTE format('CREATE OR REPLACE TRIGGER f_tell AFTER INSERT OR UPDATE ON dc.%I
        FOR EACH ROW EXECUTE FUNCTION sync.tell()', e);
    IF e = 'worker_profile' THEN  -- a projection; it alone may go
        EXECUTE format('CREATE OR REPLACE TRIGGER f_gone AFTER DELETE ON dc.%I
            FOR EACH ROW EXECUTE FUNCTION sync.tell()', e);
    ELSE
        EXECUTE format('CREATE OR REPLACE TRIGGER no_delete BEFORE DELETE ON dc.%I
            FOR EACH ROW EXECUTE FUNCTION sync.refuse_rewrite()', e);
    END IF;
    EXECUTE format('CREATE OR REPLACE TRIGGER no_truncate BEFORE TRUNCATE ON dc.%I
        FOR EACH STATEMENT EXECUTE FUNCTION sync.refuse_rewrite()', e);
END $$;

-- Row security. It filters the roles of the client functions; no client has privileges of its own.
CREATE FUNCTION sync.build_policies(x sync.entity) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    touch text := format('sync.may_touch(%L, scope_id, %s, ', x.entity, coalesce(quote_ident(x.agency_field), 'NULL'));
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
        ELSE touch || 'true)' END;
    EXECUTE format('ALTER TABLE dc.%I ENABLE ROW LEVEL SECURITY', x.entity);
    EXECUTE format('CREATE POLICY read ON dc.%1$I FOR SELECT TO dc_read USING (
        EXISTS (SELECT FROM sync.acl a WHERE a.org_id = (SELECT sync.my_org())
            AND a.scope_id = %1$I.scope_id AND a.stage = ANY ((SELECT sync.my_stages(%1$L))::text[])
            AND (a.valid_until IS NULL OR a.valid_until > statement_timestamp()))%2$s)', x.entity, agency);
    EXECUTE format('CREATE POLICY see ON dc.%I FOR SELECT TO dc_apply USING (%s)', x.entity, touch || 'false)');
    EXECUTE format('CREATE POLICY change ON dc.%I FOR UPDATE TO dc_apply USING (%s)', x.entity, touch || 'true)');
    EXECUTE format('CREATE POLICY make ON dc.%I FOR INSERT TO dc_apply WITH CHECK (%s)', x.entity, make);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON dc.%I TO dc_apply', x.entity);
    EXECUTE format('GRANT SELECT ON dc.%I TO dc_read', x.entity);
END $$;

-- sync.op_<entity>: one operation. sync.page_<entity>: visible rows of some ids, and the ids of the
-- rest. sync.bucket_<entity>: visible rows by the last byte of their id.
CREATE FUNCTION sync.build_functions(x sync.entity) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog AS $body$
DECLARE
    cols text;     -- every column but the chain's head, as it travels
    sets text;     -- every field, assigned from nw
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

    EXECUTE format($f$
CREATE OR REPLACE FUNCTION sync.op_%1$s(op jsonb, hlc_now bigint) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    rid uuid := (op ->> 'id')::uuid;
    cur dc.%1$I;
    nw dc.%1$I;
    st jsonb := op -> 'set';
    clock bigint := least((op ->> 'hlc')::bigint, hlc_now);
    verdict jsonb;
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
    verdict := sync.merge(%2$L, op, to_jsonb(cur), to_jsonb(nw),
                          to_jsonb(jsonb_populate_record(cur, coalesce(op -> 'base', '{}'))), clock);
    IF verdict ? 'theirs' THEN RETURN verdict || jsonb_build_object('s', 'conflict', 'ver', cur.ver); END IF;
    IF verdict ? 'drop' THEN
        st := st - ARRAY(SELECT jsonb_array_elements_text(verdict -> 'drop'));
        nw := jsonb_populate_record(cur, st);
    END IF;
    nw.hlc := greatest(cur.hlc, clock);
    IF to_jsonb(nw) - 'hlc' = to_jsonb(cur) - 'hlc' THEN
        RETURN jsonb_build_object('s', 'ok', 'ver', cur.ver) ||
               CASE WHEN verdict ? 'drop' THEN jsonb_build_object('lost', verdict -> 'drop') ELSE '{}' END;
    END IF;
    UPDATE dc.%1$I SET %3$s WHERE id = rid RETURNING ver INTO nw.ver;
    RETURN jsonb_build_object('s', 'ok', 'ver', nw.ver) ||
           CASE WHEN verdict ? 'drop' THEN jsonb_build_object('lost', verdict -> 'drop') ELSE '{}' END;
END $$ $f$, x.entity, x.entity, sets);

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

CREATE FUNCTION sync.build_api() RETURNS void
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

RESET ROLE;
