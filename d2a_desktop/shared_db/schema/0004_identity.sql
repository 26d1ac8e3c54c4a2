-- Who is asking: always session_user, which SET ROLE cannot change; never a setting of the client.

SET ROLE dc_owner;

CREATE FUNCTION sync.my_org() RETURNS uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    RETURN (
        SELECT org_id FROM sync.member WHERE rolname = session_user AND active
    );
END $$;

CREATE FUNCTION sync.my_kind() RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    RETURN (
        SELECT o.kind FROM sync.member m JOIN sync.org o ON o.id = m.org_id
         WHERE m.rolname = session_user AND m.active
    );
END $$;

CREATE FUNCTION sync.my_role() RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    RETURN (
        SELECT role FROM sync.member WHERE rolname = session_user AND active
    );
END $$;

-- Where a system has no community organisation, the hub role of a hospital does its work.
CREATE FUNCTION sync.my_kinds() RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    RETURN (
        SELECT CASE WHEN o.kind = 'hospital' AND m.role = 'hub_case_manager' AND NOT EXISTS (
                        SELECT FROM sync.org c WHERE c.system_id = o.system_id AND c.kind = 'community')
                    THEN ARRAY['hospital', 'community'] ELSE ARRAY[o.kind] END
          FROM sync.member m JOIN sync.org o ON o.id = m.org_id
         WHERE m.rolname = session_user AND m.active
    );
END $$;

-- The stages at which the caller's kind and role may see an entity's rows.
CREATE FUNCTION sync.my_stages(e text) RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    RETURN (
        SELECT CASE WHEN x.restricted AND NOT m.role = ANY (meta.restricted_roles) THEN '{}'
                    WHEN sync.my_kinds() <@ x.hidden_from THEN '{}'
                    ELSE x.seen END
          FROM sync.entity x, sync.member m, sync.meta
         WHERE x.entity = e AND m.rolname = session_user AND m.active
    );
END $$;

-- The organisation by which an agency's rows are told apart; null for every other kind.
CREATE FUNCTION sync.my_agency() RETURNS uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    RETURN (
        SELECT m.org_id FROM sync.member m JOIN sync.org o ON o.id = m.org_id
         WHERE m.rolname = session_user AND m.active AND o.kind = 'agency'
    );
END $$;

-- May the caller see (or write) a row of this scope? One call per row: for the row policies of
-- writing. Reading many rows has a policy of its own that the planner can turn into a join.
-- (No sequential scans: a plan made while a table is small would outlive its smallness.)
CREATE FUNCTION sync.may_touch(e text, subject uuid, agency uuid, writing boolean) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog SET enable_seqscan = off AS $$
DECLARE
    org uuid := sync.my_org();
    g sync.acl;
BEGIN
    SELECT * INTO g FROM sync.acl WHERE org_id = org AND scope_id = subject;
    RETURN FOUND AND g.stage = ANY (sync.my_stages(e)) AND NOT (writing AND g.stage = 'system')
       AND (g.valid_until IS NULL OR g.valid_until > statement_timestamp())
       AND (agency IS NULL OR agency = org OR sync.my_agency() IS NULL);
END $$;

-- May the caller create this scope? A hospital its case, the hub its offer, an agency (or the hub
-- for an agency without a desk) its contract.
CREATE FUNCTION sync.may_begin(scope text, owner uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    RETURN (
        SELECT owner = sync.my_org() OR (scope = 'contract' AND EXISTS (
            SELECT FROM sync.acl a WHERE a.org_id = sync.my_org() AND a.scope_id = owner AND a.stage = 'partner'))
    );
END $$;

RESET ROLE;
