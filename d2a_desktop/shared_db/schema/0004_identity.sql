-- Who is asking: always session_user, which SET ROLE cannot change; never a setting of the client.

SET ROLE dc_owner;

CREATE FUNCTION sync.my_org() RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT org_id FROM sync.member WHERE rolname = session_user AND active
$$;

CREATE FUNCTION sync.my_kind() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT o.kind FROM sync.member m JOIN sync.org o ON o.id = m.org_id
     WHERE m.rolname = session_user AND m.active
$$;

CREATE FUNCTION sync.my_role() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT role FROM sync.member WHERE rolname = session_user AND active
$$;

-- Where a system has no community organisation, the hub role of a hospital does its work.
CREATE FUNCTION sync.my_kinds() RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT CASE WHEN o.kind = 'hospital' AND m.role = 'hub_case_manager' AND NOT EXISTS (
                    SELECT FROM sync.org c WHERE c.system_id = o.system_id AND c.kind = 'community')
                THEN ARRAY['hospital', 'community'] ELSE ARRAY[o.kind] END
      FROM sync.member m JOIN sync.org o ON o.id = m.org_id
     WHERE m.rolname = session_user AND m.active
$$;

-- The stages at which the caller's kind and role may see an entity's rows.
CREATE FUNCTION sync.my_stages(e text) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT CASE WHEN x.restricted AND NOT m.role = ANY (meta.restricted_roles) THEN '{}'
                WHEN sync.my_kinds() <@ x.hidden_from THEN '{}'
                ELSE x.seen END
      FROM sync.entity x, sync.member m, sync.meta
     WHERE x.entity = e AND m.rolname = session_user AND m.active
$$;

-- The organisation by which an agency's rows are told apart; null for every other kind.
CREATE FUNCTION sync.my_agency() RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT m.org_id FROM sync.member m JOIN sync.org o ON o.id = m.org_id
     WHERE m.rolname = session_user AND m.active AND o.kind = 'agency'
$$;

-- May the caller create this scope? A hospital its case, the hub its offer, an agency (or the hub
-- for an agency without a desk) its contract.
CREATE FUNCTION sync.may_begin(scope text, owner uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT owner = sync.my_org() OR (scope = 'contract' AND EXISTS (
        SELECT FROM sync.acl a WHERE a.org_id = sync.my_org() AND a.scope_id = owner AND a.stage = 'partner'))
$$;

RESET ROLE;
