-- Views of lists that colleagues share. A view lies in the scope of its organisation, so that its own
-- people alone read and write it; it says codes and column names, and no word of a filter
-- (domain/shared_view.py says the same).
SET ROLE dc_owner;

CREATE TABLE dc.shared_view (
    id uuid PRIMARY KEY,
    scope_id uuid NOT NULL,
    ver bigint NOT NULL DEFAULT 1,
    hlc bigint NOT NULL DEFAULT 0,
    audit_head bytea,
    page text NOT NULL,
    ward text,
    definition jsonb NOT NULL,
    shared_by_login text NOT NULL,
    shared_at timestamptz NOT NULL,
    name text NOT NULL,
    voided_at timestamptz
);
CREATE INDEX shared_view_scope ON dc.shared_view (scope_id);

CREATE FUNCTION sync.is_view_code(value jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
    SELECT coalesce(jsonb_typeof(value) = 'string' AND value #>> '{}' ~ '^[a-z0-9_]{1,40}$', false)
$$;

CREATE FUNCTION sync.is_view_name(value text) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
    SELECT coalesce(char_length(value) <= 60 AND btrim(value) <> '' AND value !~ '[\x01-\x1f\x7f]'
                    AND value !~ '([0-9][ -]?){9}[0-9]', false)
$$;

CREATE FUNCTION sync.says_view(v jsonb) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog AS $$
DECLARE
    shown jsonb := v #> '{columns,shown}';
    widths jsonb := v #> '{columns,widths}';
BEGIN
    IF jsonb_typeof(v) IS DISTINCT FROM 'object' OR jsonb_typeof(v -> 'columns') IS DISTINCT FROM 'object' THEN
        RETURN false;
    END IF;
    IF octet_length(v::text) > 4096
       OR v - ARRAY['chip', 'sort', 'descending', 'columns', 'beside'] <> '{}'
       OR NOT v ?& ARRAY['chip', 'sort', 'descending', 'columns', 'beside']
       OR (v -> 'columns') - ARRAY['shown', 'widths'] <> '{}'
       OR jsonb_typeof(v -> 'descending') <> 'boolean'
       OR jsonb_typeof(v -> 'beside') NOT IN ('boolean', 'null')
       OR NOT (v -> 'chip' = '""' OR sync.is_view_code(v -> 'chip'))
       OR NOT (v -> 'sort' = '""' OR sync.is_view_code(v -> 'sort'))
       OR coalesce(jsonb_typeof(shown), '') NOT IN ('array', 'null')
       OR coalesce(jsonb_typeof(widths), '') <> 'object' THEN
        RETURN false;
    END IF;
    IF jsonb_typeof(shown) = 'array' AND (jsonb_array_length(shown) > 40 OR EXISTS (
            SELECT FROM jsonb_array_elements(shown) c WHERE NOT sync.is_view_code(c.value))) THEN
        RETURN false;
    END IF;
    IF (SELECT count(*) > 40 FROM jsonb_object_keys(widths)) THEN RETURN false; END IF;
    RETURN NOT EXISTS (
        SELECT FROM jsonb_each(widths) w
         WHERE NOT sync.is_view_code(to_jsonb(w.key)) OR jsonb_typeof(w.value) <> 'number'
            OR CASE WHEN w.value::text ~ '^[0-9]{2,4}$' THEN w.value::text::int NOT BETWEEN 24 AND 1200
                    ELSE true END);
END $$;

-- Who shares a view is who writes it, and takes it back alone: colleagues may where the maker has
-- left. A hospital shares with a ward, everybody else with the team that they are.
CREATE FUNCTION sync.shared_view_fits() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    by_a_person boolean := EXISTS (SELECT FROM sync.member m WHERE m.rolname = session_user);
BEGIN
    IF NOT sync.is_view_name(NEW.name) THEN PERFORM sync.refuse('invalid'); END IF;
    IF TG_OP = 'INSERT' THEN
        IF NOT sync.says_view(NEW.definition) OR NOT sync.is_view_code(to_jsonb(NEW.page))
           OR NOT (NEW.ward IS NULL OR sync.is_view_name(NEW.ward))
           OR (NEW.ward IS NOT NULL) <> EXISTS (
                  SELECT FROM sync.org o WHERE o.id = NEW.scope_id AND o.kind = 'hospital') THEN
            PERFORM sync.refuse('invalid');
        END IF;
        IF by_a_person AND NEW.shared_by_login <> session_user THEN PERFORM sync.refuse('not_allowed'); END IF;
    ELSIF NEW.voided_at IS DISTINCT FROM OLD.voided_at AND by_a_person AND OLD.shared_by_login <> session_user
          AND EXISTS (SELECT FROM sync.member m WHERE m.rolname = OLD.shared_by_login AND m.active) THEN
        PERFORM sync.refuse('not_allowed');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_fits BEFORE INSERT OR UPDATE ON dc.shared_view
    FOR EACH ROW EXECUTE FUNCTION sync.shared_view_fits();

RESET ROLE;
