-- What an attacker with a valid login and psql could still do after 0012, and no longer can.
-- Each part says the attack first. tests/integration/shared_db/test_attack_*.py play them all.

SET ROLE dc_owner;

-- 1. A scope is what grants hang on, so its identity must be its own. A record that begins a scope
--    under the identity of another (an agency's contract under the id of a case, or of a
--    competitor's roster) took that scope from its owner, and read all that is in it.
CREATE TABLE sync.scope (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('case', 'offer', 'roster', 'contract', 'system'))
);
INSERT INTO sync.scope
SELECT DISTINCT ON (id) id, kind FROM (
    SELECT id, 'system' AS kind, 1 AS n FROM sync.system
    UNION ALL SELECT id, 'roster', 2 FROM sync.org
    UNION ALL SELECT id, 'case', 3 FROM dc.spell
    UNION ALL SELECT id, 'offer', 4 FROM dc.offer
    UNION ALL SELECT id, 'contract', 5 FROM dc.capacity_contract) begun
 ORDER BY id, n;

CREATE FUNCTION sync.scope_begins() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    -- One that vanished with its grants (a restore that lost it) may be sent again by its owner.
    INSERT INTO sync.scope AS s (id, kind) VALUES (NEW.id, TG_ARGV[0])
        ON CONFLICT (id) DO UPDATE SET kind = excluded.kind
           WHERE s.kind = excluded.kind AND NOT EXISTS (SELECT FROM sync.acl a WHERE a.scope_id = excluded.id);
    IF NOT FOUND THEN PERFORM sync.refuse('not_allowed'); END IF;
    RETURN NULL;
END $$;
-- The name orders it before the grants (a_grants).
CREATE TRIGGER a_begins AFTER INSERT ON sync.system FOR EACH ROW EXECUTE FUNCTION sync.scope_begins('system');
CREATE TRIGGER a_begins AFTER INSERT ON sync.org FOR EACH ROW EXECUTE FUNCTION sync.scope_begins('roster');
CREATE TRIGGER a_begins AFTER INSERT ON dc.spell FOR EACH ROW EXECUTE FUNCTION sync.scope_begins('case');
CREATE TRIGGER a_begins AFTER INSERT ON dc.offer FOR EACH ROW EXECUTE FUNCTION sync.scope_begins('offer');
CREATE TRIGGER a_begins AFTER INSERT ON dc.capacity_contract
    FOR EACH ROW EXECUTE FUNCTION sync.scope_begins('contract');

CREATE OR REPLACE FUNCTION sync.regrant(kind text, subject uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
BEGIN
    -- A referral filed under a contract would take the contract from everybody.
    IF NOT EXISTS (SELECT FROM sync.scope s WHERE s.id = $2 AND s.kind = $1) THEN
        PERFORM sync.refuse('not_allowed');
    END IF;
    DELETE FROM sync.acl a WHERE a.scope_id = $2
       AND NOT EXISTS (SELECT FROM sync.wanted($1, $2) w WHERE w.org_id = a.org_id);
    INSERT INTO sync.acl AS a (org_id, scope_id, scope, stage, valid_until)
    SELECT w.org_id, $2, $1, w.stage, w.valid_until FROM sync.wanted($1, $2) w
     ORDER BY w.org_id
        ON CONFLICT (org_id, scope_id)
        DO UPDATE SET stage = excluded.stage, valid_until = excluded.valid_until
           WHERE a.stage <> excluded.stage OR a.valid_until IS DISTINCT FROM excluded.valid_until;
END $$;

-- 2. Whoever writes must be judged by what is so now. In a transaction of another isolation level a
--    client kept the snapshot in which it was still let in, and wrote after the end of its grant.
CREATE FUNCTION sync.require_present() RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'isolation' USING ERRCODE = '25001';
    END IF;
    RETURN true;
END $$;

-- A record belongs in a scope of its own kind, or a grant on the one kind opens rows of the other.
CREATE OR REPLACE FUNCTION sync.may_touch(e text, subject uuid, agency uuid, writing boolean) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog SET enable_seqscan = off AS $$
DECLARE
    org uuid := sync.my_org();
    g sync.acl;
BEGIN
    IF writing THEN PERFORM sync.require_present(); END IF;
    SELECT * INTO g FROM sync.acl WHERE org_id = org AND scope_id = subject;
    RETURN FOUND AND g.stage = ANY (sync.my_stages(e)) AND NOT (writing AND g.stage = 'system')
       AND g.scope = (SELECT x.scope FROM sync.entity x WHERE x.entity = e)
       AND (g.valid_until IS NULL OR g.valid_until > statement_timestamp())
       AND (agency IS NULL OR agency = org OR sync.my_agency() IS NULL);
END $$;

-- 3. What is not committed may be taken back: an agency that accepted, read the record and rolled
--    back had read it without a trace. Rows are read only in a transaction that wrote nothing.
CREATE FUNCTION sync.require_settled() RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    IF pg_current_xact_id_if_assigned() IS NOT NULL THEN
        RAISE EXCEPTION 'uncommitted' USING ERRCODE = '25001';
    END IF;
    RETURN true;
END $$;

CREATE OR REPLACE FUNCTION sync.build_policies(x sync.entity) RETURNS void
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
        (SELECT sync.require_settled()) AND
        EXISTS (SELECT FROM sync.acl a WHERE a.org_id = (SELECT sync.my_org())
            AND a.scope_id = %1$I.scope_id AND a.scope = %3$L
            AND a.stage = ANY ((SELECT sync.my_stages(%1$L))::text[])
            AND (a.valid_until IS NULL OR a.valid_until > statement_timestamp()))%2$s)', x.entity, agency, x.scope);
    EXECUTE format('CREATE POLICY see ON dc.%I FOR SELECT TO dc_apply USING (%s)', x.entity, touch || 'false)');
    EXECUTE format('CREATE POLICY change ON dc.%I FOR UPDATE TO dc_apply USING (%s)', x.entity, touch || 'true)');
    EXECUTE format('CREATE POLICY make ON dc.%I FOR INSERT TO dc_apply WITH CHECK (%s)', x.entity, make);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON dc.%I TO dc_apply', x.entity);
    EXECUTE format('GRANT SELECT ON dc.%I TO dc_read', x.entity);
END $$;

-- 4. A draft that is withdrawn was never referred: the hub is not let in by it.
CREATE FUNCTION sync.was_referred(subject uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    RETURN EXISTS (SELECT FROM dc.referral r WHERE r.scope_id = subject AND (
               r.status NOT IN ('draft', 'withdrawn')
               OR (r.status = 'withdrawn' AND EXISTS (
                   SELECT FROM sync.audit a WHERE a.row_id = r.id AND a.entity = 'referral'
                      AND (a.delta -> 'status' = '"sent"' OR a.delta -> 'status' -> 1 = '"sent"')))));
END $$;

CREATE OR REPLACE FUNCTION sync.wanted(kind text, subject uuid)
RETURNS TABLE (org_id uuid, stage text, valid_until timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
BEGIN
    CASE kind
    WHEN 'case' THEN RETURN QUERY
        SELECT s.hospital_org_id, 'own', NULL::timestamptz FROM dc.spell s WHERE s.id = subject
        UNION ALL
        SELECT o.id, 'hub', NULL FROM dc.spell s
          JOIN sync.org h ON h.id = s.hospital_org_id
          JOIN sync.org o ON o.system_id = h.system_id AND o.kind IN ('community', 'council')
         WHERE s.id = subject AND sync.was_referred(subject)
        UNION ALL
        SELECT DISTINCT f.agency_org_id, 'accepted', NULL::timestamptz FROM dc.offer_link l
          JOIN dc.offer f ON f.id = l.offer_id AND f.status = 'accepted'
         WHERE l.scope_id = subject AND NOT EXISTS (
               SELECT FROM dc.placement p WHERE p.offer_id = f.id AND p.status = 'ended');
    WHEN 'offer' THEN RETURN QUERY
        SELECT f.sent_by_org_id, 'own', NULL::timestamptz FROM dc.offer f WHERE f.id = subject
        UNION ALL
        SELECT o.id, 'hub', NULL FROM dc.offer f
          JOIN sync.org h ON h.id = f.sent_by_org_id
          JOIN sync.org o ON o.system_id = h.system_id AND o.id <> f.sent_by_org_id
          LEFT JOIN dc.offer_link l ON l.offer_id = f.id
          LEFT JOIN dc.spell s ON s.id = l.scope_id
         WHERE f.id = subject AND (o.kind IN ('community', 'council') OR o.id = s.hospital_org_id)
        UNION ALL
        SELECT f.agency_org_id, 'offered', CASE WHEN f.status = 'sent' THEN f.respond_by END
          FROM dc.offer f
         WHERE f.id = subject AND (
               (f.status = 'sent' AND f.respond_by > clock_timestamp())
               OR (f.status = 'accepted' AND NOT EXISTS (
                   SELECT FROM dc.placement p WHERE p.offer_id = f.id AND p.status = 'ended')));
    WHEN 'contract' THEN RETURN QUERY
        SELECT c.agency_org_id, 'own', NULL::timestamptz FROM dc.capacity_contract c WHERE c.id = subject
        UNION ALL
        SELECT o.id, 'hub', NULL FROM dc.capacity_contract c
          JOIN sync.org a ON a.id = c.agency_org_id
          JOIN sync.org o ON o.system_id = a.system_id AND o.kind <> 'agency' AND o.id <> a.id
         WHERE c.id = subject;
    WHEN 'roster' THEN RETURN QUERY
        SELECT o.id, 'own', NULL::timestamptz FROM sync.org o WHERE o.id = subject
        UNION ALL
        SELECT p.org_id, 'partner', NULL FROM sync.partners_of(subject) p
        UNION ALL
        -- Assessors are shared between those who care for the person, not with agencies.
        SELECT o.id, 'system', NULL FROM sync.org r JOIN sync.org o ON o.system_id = r.system_id
         WHERE r.id = subject AND r.kind <> 'agency' AND o.kind <> 'agency' AND o.id <> r.id;
    WHEN 'system' THEN RETURN QUERY
        SELECT o.id, 'system', NULL::timestamptz FROM sync.org o WHERE o.system_id = subject;
    END CASE;
END $$;

-- 5. The same operation twice in one group had two effects under one identity, and the ledger knew of
--    one. Whole groups are answered from the ledger or not at all.
CREATE OR REPLACE FUNCTION sync.answer_known(unit jsonb[]) RETURNS jsonb[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $$
DECLARE
    res jsonb[];
    u jsonb;
    known sync.applied_op;
    hits int := 0;
BEGIN
    IF cardinality(unit) > (SELECT count(DISTINCT x ->> 'op') FROM unnest(unit) x) THEN
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

-- 6. A block belongs to an open placement and a worker of its own roster, and is refused for that
--    before the diary is looked at: `overlap` would tell an agency where another's worker is. The
--    share lock makes it wait for an end of the placement under way, whose consequences would pass
--    the new block over and leave the worker booked for ever.
CREATE FUNCTION sync.block_belongs() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM FROM dc.placement p WHERE p.id = NEW.placement_id AND p.scope_id = NEW.scope_id
            AND p.offer_id = NEW.offer_id AND p.status = 'open' FOR SHARE;
        IF NOT FOUND THEN PERFORM sync.refuse('not_allowed'); END IF;
    ELSIF NEW.worker_id = OLD.worker_id THEN
        RETURN NEW;
    END IF;
    IF NOT EXISTS (SELECT FROM dc.worker w WHERE w.id = NEW.worker_id AND w.scope_id = NEW.scope_id) THEN
        PERFORM sync.refuse('not_allowed');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_belongs BEFORE INSERT OR UPDATE OF worker_id ON dc.placement_block
    FOR EACH ROW EXECUTE FUNCTION sync.block_belongs();

-- 7. An offer is linked by somebody who sees it, to a referral under way of a person in care. Who died
--    meanwhile is not offered again by a desk that has not heard of it, nor taken by an agency. The
--    share locks make a link wait for a death or a withdrawal under way, which would pass it over.
CREATE FUNCTION sync.link_belongs() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    IF sync.my_org() IS NOT NULL AND NOT EXISTS (SELECT FROM sync.acl a
            WHERE a.org_id = sync.my_org() AND a.scope_id = NEW.offer_id AND a.scope = 'offer') THEN
        PERFORM sync.refuse('not_allowed');
    END IF;
    PERFORM FROM dc.spell s WHERE s.id = NEW.scope_id AND s.died_at IS NULL AND s.voided_at IS NULL FOR SHARE;
    IF FOUND THEN
        PERFORM FROM dc.referral r WHERE r.id = NEW.referral_id AND r.scope_id = NEW.scope_id
            AND r.status NOT IN ('withdrawn', 'closed') FOR SHARE;
        IF FOUND THEN RETURN NEW; END IF;
    END IF;
    -- Absent is not withdrawn: after a restore the case may still be on its way from its owner.
    PERFORM FROM dc.referral r WHERE r.id = NEW.referral_id AND r.scope_id = NEW.scope_id;
    IF NOT FOUND THEN PERFORM sync.refuse('not_allowed'); END IF;
    PERFORM sync.refuse('withdrawn');
    RETURN NULL;
END $$;
CREATE TRIGGER a_belongs BEFORE INSERT ON dc.offer_link
    FOR EACH ROW EXECUTE FUNCTION sync.link_belongs();

-- 8. An open transaction in any database of the cluster holds everybody's feed back, and every login
--    may connect to the database `postgres`: a hanging client is ended wherever it hangs.
CREATE OR REPLACE FUNCTION sync.reap() RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE n int;
BEGIN
    IF sync.my_org() IS NULL THEN RAISE EXCEPTION 'no membership' USING ERRCODE = '42501'; END IF;
    SELECT count(*) FILTER (WHERE pg_terminate_backend(a.pid)) INTO n
      FROM pg_stat_activity a JOIN sync.member m ON m.rolname = a.usename
     WHERE a.pid <> pg_backend_pid() AND a.xact_start < clock_timestamp() - interval '120 seconds';
    RETURN n;
END $$;

-- 9. What the audit proves. The first broken link, or null: its number in the audit (null where that
--     entry is gone), record, id, version, and what does not hold:
--       content    an entry does not give its hash       order    entries are missing, added or moved
--       row        the row or the end of its chain is gone  begin  a row that no entry made
--       head       the row names another end of its chain   values  the row is not what its entries say
CREATE OR REPLACE FUNCTION sync.broken_link() RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog SET timezone = 'UTC' AS $$
DECLARE
    x sync.entity;
    one record;
    first record;
BEGIN
    SELECT a.id, a.entity, a.row_id, a.ver, CASE WHEN a.whole THEN 'order' ELSE 'content' END AS why INTO first
      FROM (SELECT b.id, b.entity, b.row_id, b.ver, b.prev, b.whole,
                   lag(b.hash) OVER w AS before, lag(b.ver, 1, 0::bigint) OVER w AS last_ver,
                   lag(b.id, 1, 0::bigint) OVER w AS last_id
              FROM (SELECT c.id, c.entity, c.row_id, c.ver, c.prev, c.hash,
                           c.hash = sha256(coalesce(c.prev, ''::bytea) || convert_to(concat_ws('|', c.entity,
                               c.row_id, c.ver, c.actor, (extract(epoch FROM c.at) * 1000000)::bigint,
                               coalesce(c.op_id::text, ''), c.delta::text), 'UTF8')) AS whole
                      FROM sync.audit c) b
            WINDOW w AS (PARTITION BY b.entity, b.row_id ORDER BY b.ver)) a
     WHERE NOT a.whole OR a.prev IS DISTINCT FROM a.before OR a.ver <> a.last_ver + 1 OR a.id <= a.last_id
     ORDER BY a.id LIMIT 1;
    FOR x IN SELECT * FROM sync.entity ORDER BY entity LOOP
        EXECUTE format($q$
            WITH chain AS (
                SELECT DISTINCT ON (a.row_id) a.id, a.row_id, a.ver, a.hash FROM sync.audit a
                 WHERE a.entity = %1$L ORDER BY a.row_id, a.ver DESC),
            entry AS MATERIALIZED (
                SELECT a.id, a.row_id, a.ver, d.key, jsonb_strip_nulls(d.value -> 0) AS old,
                       jsonb_strip_nulls(d.value -> 1) AS new
                  FROM sync.audit a, jsonb_each(a.delta) d
                 WHERE a.entity = %1$L AND a.ver > 1),
            said AS (
                SELECT m.row_id, coalesce(b.delta, '{}') || jsonb_object_agg(m.key, m.new ORDER BY m.ver) AS fields
                  FROM entry m LEFT JOIN sync.audit b ON b.row_id = m.row_id AND b.ver = 1 AND b.entity = %1$L
                 GROUP BY m.row_id, b.delta)
            SELECT * FROM (
                SELECT c.id, %1$L AS entity, coalesce(t.id, c.row_id) AS row_id, coalesce(c.ver, t.ver) AS ver,
                       CASE WHEN c.id IS NULL THEN 'begin' WHEN t.id IS NULL OR t.ver > c.ver THEN 'row'
                            ELSE 'head' END AS why
                  FROM chain c FULL JOIN dc.%2$I t ON t.id = c.row_id
                 WHERE (t.id IS NULL AND %3$L) OR c.hash IS DISTINCT FROM t.audit_head
                    OR (t.id IS NOT NULL AND t.ver IS DISTINCT FROM c.ver)
                UNION ALL
                SELECT c.id, %1$L, t.id, t.ver, 'values'
                  FROM dc.%2$I t JOIN chain c ON c.row_id = t.id
                  LEFT JOIN said s ON s.row_id = t.id
                  LEFT JOIN sync.audit b ON b.row_id = t.id AND b.ver = 1 AND b.entity = %1$L AND s.row_id IS NULL
                 WHERE jsonb_strip_nulls(to_jsonb(t) - '{audit_head,ver,hlc}'::text[])
                       <> jsonb_strip_nulls(coalesce(s.fields, b.delta, '{}'))
                UNION ALL
                SELECT e.id, %1$L, e.row_id, e.ver, 'values' FROM (
                    SELECT n.*, coalesce(lag(n.new) OVER (PARTITION BY n.row_id, n.key ORDER BY n.ver),
                               jsonb_strip_nulls(b.delta -> n.key), 'null') AS before
                      FROM entry n LEFT JOIN sync.audit b
                        ON b.row_id = n.row_id AND b.ver = 1 AND b.entity = %1$L) e
                 WHERE e.old <> e.before) wrong
             ORDER BY wrong.id NULLS LAST LIMIT 1 $q$, x.entity, x.entity, x.entity <> 'worker_profile') INTO one;
        IF one.why IS NOT NULL AND (first.why IS NULL OR one.id < first.id) THEN first := one; END IF;
    END LOOP;
    IF first.why IS NULL THEN RETURN NULL; END IF;
    RETURN jsonb_build_object('audit', first.id, 'e', first.entity, 'id', first.row_id, 'ver', first.ver,
                              'why', first.why);
END $$;

-- 10. Grants that the records do not give, or do not give any more: somebody wrote them by hand.
CREATE FUNCTION sync.grants_differ() RETURNS TABLE (org_id uuid, scope_id uuid, kind text, wanted boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT coalesce(w.org_id, a.org_id), coalesce(w.scope_id, a.scope_id), coalesce(w.kind, a.scope),
           w.org_id IS NOT NULL
      FROM (SELECT s.id AS scope_id, s.kind, x.org_id, x.stage
              FROM sync.scope s, LATERAL sync.wanted(s.kind, s.id) x) w
      FULL JOIN sync.acl a ON a.org_id = w.org_id AND a.scope_id = w.scope_id
     -- One that has lapsed is taken away by whoever comes next.
     WHERE w.org_id IS NULL AND coalesce(a.valid_until, 'infinity') > clock_timestamp()
        OR a.org_id IS NULL OR a.stage <> w.stage OR a.scope <> w.kind
$$;

-- 11. What this database was built with: one hash for each function, policy, trigger and constraint,
--     written by `d2a server migrate`. What was changed by hand afterwards is named by the check.
CREATE TABLE sync.built (
    name text PRIMARY KEY,
    sha256 text NOT NULL
);

CREATE FUNCTION sync.building() RETURNS TABLE (name text, sha256 text)
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
    WITH part AS (
        SELECT 'function ' || p.oid::regprocedure AS name, concat_ws('|', p.proowner::regrole, p.prosecdef,
                   p.provolatile, p.prokind, l.lanname, p.prosrc,
                   (SELECT string_agg(c, ',' ORDER BY c) FROM unnest(p.proconfig) c)) AS text
          FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
         WHERE p.pronamespace IN ('dc'::regnamespace, 'sync'::regnamespace)
           AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'i')
        UNION ALL
        SELECT format('policy %s on %s', p.polname, p.polrelid::regclass), concat_ws('|', p.polcmd, p.polpermissive,
                   p.polroles::regrole[], pg_get_expr(p.polqual, p.polrelid),
                   pg_get_expr(p.polwithcheck, p.polrelid))
          FROM pg_policy p
        UNION ALL
        SELECT format('trigger %s on %s', t.tgname, t.tgrelid::regclass),
               concat_ws('|', t.tgenabled, pg_get_triggerdef(t.oid))
          FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
         WHERE NOT t.tgisinternal AND c.relnamespace IN ('dc'::regnamespace, 'sync'::regnamespace)
        UNION ALL
        SELECT format('constraint %s on %s', c.conname, c.conrelid::regclass),
               concat_ws('|', c.convalidated, pg_get_constraintdef(c.oid))
          FROM pg_constraint c
         WHERE c.contype <> 'n' AND c.conrelid <> 0
           AND c.connamespace IN ('dc'::regnamespace, 'sync'::regnamespace)
        UNION ALL
        SELECT format('index %s', i.indexrelid::regclass), concat_ws('|', i.indisvalid, pg_get_indexdef(i.indexrelid))
          FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
         WHERE i.indisunique AND c.relnamespace IN ('dc'::regnamespace, 'sync'::regnamespace)
        UNION ALL
        SELECT format('table %s', c.oid::regclass), concat_ws('|', c.relowner::regrole, c.relrowsecurity)
          FROM pg_class c
         WHERE c.relkind IN ('r', 'v') AND c.relnamespace IN ('dc'::regnamespace, 'sync'::regnamespace))
    SELECT part.name, encode(sha256(convert_to(part.text, 'UTF8')), 'hex') FROM part
$$;

-- 12. A start names its agency by its contract. It was taken for one of an agency without a desk, and
--     any hospital or hub could accept, start or withdraw the starts of agencies that have one.
CREATE OR REPLACE FUNCTION sync.for_partner(e text, r jsonb) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM sync.org o WHERE NOT o.has_desk AND o.id = coalesce(
            (r ->> 'agency_org_id')::uuid,
            CASE (SELECT x.scope FROM sync.entity x WHERE x.entity = e)
                 WHEN 'roster' THEN (r ->> 'scope_id')::uuid
                 WHEN 'contract' THEN (SELECT c.agency_org_id FROM dc.capacity_contract c
                                        WHERE c.id = (r ->> 'scope_id')::uuid) END));
END $$;

-- 13. Who may take no action on a desk wrote with psql whatever the organisation may: an analyst's and
--     an administrator's login adds to the log of looks and writes nothing else.
ALTER TABLE sync.meta ADD COLUMN reading_roles text[] NOT NULL DEFAULT '{}';

-- As in 0009, but for the role.
CREATE OR REPLACE FUNCTION sync.why_not(op jsonb, mine text[]) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $$
BEGIN
    IF op ->> 'k' = 'ins' AND NOT EXISTS (SELECT FROM sync.entity x
            WHERE x.entity = op ->> 'e' AND x.insert_kinds && mine) THEN
        RETURN 'not_allowed';
    END IF;
    IF op ->> 'e' <> 'access_log' AND sync.my_role() = ANY ((SELECT reading_roles FROM sync.meta)::text[]) THEN
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

RESET ROLE;

-- 14. `replay` that is no boolean ended the whole batch with an error of the database, for ever: one
--     poisoned operation held up all the others. The one cast is taken out of whatever push there is.
DO $$
DECLARE
    body text := pg_get_functiondef('sync.push(uuid, int, jsonb)'::regprocedure);
    cast_ text := 'coalesce((unit[k] ->> ''replay'')::boolean, false)';
BEGIN
    IF strpos(body, '::boolean') > 0 THEN
        EXECUTE replace(body, 'coalesce((unit[k] ->> ''replay'')::boolean, false)',
                        'coalesce(unit[k] -> ''replay'' = ''true'', false)');
    END IF;
END $$;
