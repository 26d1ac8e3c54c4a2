-- What happens to every row that is written, by anybody: the state machine holds, the version counts
-- up, the audit chain grows, and everyone who may see the row is told.

SET ROLE dc_owner;

CREATE FUNCTION sync.refuse_rewrite() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'append-only' USING ERRCODE = '42501';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON sync.audit
    FOR EACH ROW EXECUTE FUNCTION sync.refuse_rewrite();
CREATE TRIGGER append_only_all BEFORE TRUNCATE ON sync.audit
    FOR EACH STATEMENT EXECUTE FUNCTION sync.refuse_rewrite();

-- Refusals in our own words travel as a check violation whose constraint is the word.
CREATE FUNCTION sync.refuse(word text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION '%', word USING ERRCODE = '23514', CONSTRAINT = word;
END $$;

-- Has the agency that a row belongs to no desk of its own?
CREATE FUNCTION sync.for_partner(e text, r jsonb) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    RETURN (
        SELECT coalesce((SELECT NOT o.has_desk FROM sync.org o WHERE o.id = coalesce(
            (r ->> 'agency_org_id')::uuid,
            CASE WHEN (SELECT scope FROM sync.entity WHERE entity = e) = 'roster'
                 THEN (r ->> 'scope_id')::uuid END)), true)
    );
END $$;

-- The state machine. The edges hold for everybody, administrators included; the kinds of
-- organisation are asked when a client's operation makes the move (it runs as dc_apply), and not
-- when the server does (cascades run as dc_owner).
CREATE FUNCTION sync.check_move() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    t record;
    was text := '';
    kinds text[];
    begins boolean := true;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.status = OLD.status THEN RETURN NEW; END IF;
        was := OLD.status;
        begins := false;
    END IF;
    SELECT x.kinds, x.hub_kinds, x.behalf_kinds INTO t FROM sync.transition x
     WHERE x.entity = TG_TABLE_NAME AND x.src = was AND x.dst = NEW.status;
    IF NOT FOUND AND begins THEN  -- a record may begin one step on
        SELECT x.kinds, x.hub_kinds, x.behalf_kinds INTO t
          FROM sync.transition s JOIN sync.transition x ON x.entity = s.entity AND x.src = s.dst
         WHERE s.entity = TG_TABLE_NAME AND s.src = '' AND x.dst = NEW.status;
    END IF;
    IF NOT FOUND THEN PERFORM sync.refuse('status_machine'); END IF;
    IF current_user = 'dc_apply' AND NOT (begins AND t.kinds = '{}') THEN
        kinds := sync.my_kinds();
        IF NOT (t.kinds && kinds
                OR (t.hub_kinds && kinds AND sync.my_role() = 'hub_case_manager')
                OR (t.behalf_kinds && kinds AND sync.for_partner(TG_TABLE_NAME, to_jsonb(NEW)))) THEN
            PERFORM sync.refuse('status_machine');
        END IF;
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION sync.link(prev bytea, entity text, row_id uuid, ver bigint, actor name,
                          at timestamptz, op text, delta jsonb) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog AS $$
BEGIN
    RETURN (
        SELECT sha256(coalesce(prev, '\x') || convert_to(concat_ws('|', entity, row_id, ver, actor,
            (extract(epoch FROM at) * 1000000)::bigint, op, delta::text), 'UTF8'))
    );
END $$;

-- Version and audit link; actor and time are the server's.
CREATE FUNCTION sync.chain() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog SET timezone = 'UTC' AS $$
DECLARE
    d jsonb;
    t timestamptz := clock_timestamp();
    op text := coalesce(current_setting('dc.op_id', true), '');
    h bytea;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.id <> OLD.id OR NEW.scope_id <> OLD.scope_id THEN PERFORM sync.refuse('fixed'); END IF;
        NEW.ver := OLD.ver + 1;
        NEW.audit_head := OLD.audit_head;
        SELECT coalesce(jsonb_object_agg(n.key, jsonb_build_array(o.value, n.value)), '{}') INTO d
          FROM jsonb_each(to_jsonb(NEW) - 'audit_head' - 'ver' - 'hlc') n
          JOIN jsonb_each(to_jsonb(OLD)) o USING (key)
         WHERE n.value IS DISTINCT FROM o.value;
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

-- Tell every organisation that may see the row. Ordered, so that two writers do not deadlock.
CREATE FUNCTION sync.tell() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    e sync.entity;
    r record;
    agency uuid;
BEGIN
    IF TG_OP = 'DELETE' THEN r := OLD; ELSE r := NEW; END IF;
    SELECT * INTO e FROM sync.entity WHERE entity = TG_TABLE_NAME;
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

-- A grant feeds everything that it opens; a revocation leaves one pointer that forgets the scope.
CREATE FUNCTION sync.acl_changed() RETURNS trigger
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
CREATE TRIGGER granted AFTER INSERT ON sync.acl FOR EACH ROW WHEN (NOT NEW.fresh)
    EXECUTE FUNCTION sync.acl_changed();
CREATE TRIGGER changed AFTER UPDATE OF stage ON sync.acl FOR EACH ROW
    EXECUTE FUNCTION sync.acl_changed();
CREATE TRIGGER revoked AFTER DELETE ON sync.acl FOR EACH ROW
    EXECUTE FUNCTION sync.acl_changed();

RESET ROLE;
