-- Who may see which scope, worked out anew from the records whenever one of them changes.
-- A grant is never written by hand: sync.wanted() says what should be, sync.regrant() makes it so.

SET ROLE dc_owner;

CREATE FUNCTION sync.partners_of(org uuid) RETURNS TABLE (org_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    -- The hub acts for an agency without a desk; where there is none, the hospitals do.
    SELECT o.id FROM sync.org a JOIN sync.org o ON o.system_id = a.system_id
     WHERE a.id = org AND a.kind = 'agency' AND NOT a.has_desk
       AND o.kind = CASE WHEN EXISTS (SELECT FROM sync.org c
                WHERE c.system_id = a.system_id AND c.kind = 'community')
            THEN 'community' ELSE 'hospital' END
$$;

CREATE FUNCTION sync.wanted(kind text, subject uuid)
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
         WHERE s.id = subject AND EXISTS (
               SELECT FROM dc.referral r WHERE r.scope_id = subject AND r.status <> 'draft')
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
          JOIN sync.org o ON o.system_id = a.system_id AND o.kind <> 'agency'
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

CREATE FUNCTION sync.regrant(kind text, subject uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
#variable_conflict use_column
BEGIN
    DELETE FROM sync.acl a WHERE a.scope_id = subject
       AND NOT EXISTS (SELECT FROM sync.wanted(kind, subject) w WHERE w.org_id = a.org_id);
    INSERT INTO sync.acl AS a (org_id, scope_id, scope, stage, valid_until)
    SELECT w.org_id, subject, kind, w.stage, w.valid_until FROM sync.wanted(kind, subject) w
     ORDER BY w.org_id
        ON CONFLICT (org_id, scope_id)
        DO UPDATE SET stage = excluded.stage, valid_until = excluded.valid_until
           WHERE a.stage <> excluded.stage OR a.valid_until IS DISTINCT FROM excluded.valid_until;
END $$;

-- Everything of a system, after an organisation joined or changed.
CREATE FUNCTION sync.regrant_system(subject uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE r record;
BEGIN
    PERFORM sync.regrant('system', subject);
    FOR r IN SELECT 'roster' AS kind, o.id FROM sync.org o WHERE o.system_id = subject
             UNION ALL SELECT 'contract', c.id FROM dc.capacity_contract c
                  JOIN sync.org o ON o.id = c.agency_org_id WHERE o.system_id = subject
             UNION ALL SELECT 'case', s.id FROM dc.spell s
                  JOIN sync.org o ON o.id = s.hospital_org_id WHERE o.system_id = subject
             UNION ALL SELECT 'offer', f.id FROM dc.offer f
                  JOIN sync.org o ON o.id = f.sent_by_org_id WHERE o.system_id = subject
    LOOP
        PERFORM sync.regrant(r.kind, r.id);
    END LOOP;
END $$;

CREATE FUNCTION sync.grants_follow() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    CASE TG_TABLE_NAME
    WHEN 'spell' THEN
        IF NEW.scope_id <> NEW.id THEN PERFORM sync.refuse('invalid'); END IF;
        INSERT INTO sync.acl (org_id, scope_id, scope, stage, fresh)
        VALUES (NEW.hospital_org_id, NEW.id, 'case', 'own', true);
    WHEN 'offer' THEN
        IF NEW.scope_id <> NEW.id THEN PERFORM sync.refuse('invalid'); END IF;
        IF TG_OP = 'INSERT' THEN
            INSERT INTO sync.acl (org_id, scope_id, scope, stage, fresh)
            VALUES (NEW.sent_by_org_id, NEW.id, 'offer', 'own', true);
            -- Nothing crosses systems.
            IF NOT EXISTS (SELECT FROM sync.org a JOIN sync.org s ON s.system_id = a.system_id
                    WHERE a.id = NEW.agency_org_id AND a.kind = 'agency' AND s.id = NEW.sent_by_org_id) THEN
                PERFORM sync.refuse('not_allowed');
            END IF;
        END IF;
        PERFORM sync.regrant('offer', NEW.id);
    WHEN 'capacity_contract' THEN
        IF NEW.scope_id <> NEW.id THEN PERFORM sync.refuse('invalid'); END IF;
        PERFORM sync.regrant('contract', NEW.id);
    WHEN 'referral' THEN
        PERFORM sync.regrant('case', NEW.scope_id);
    WHEN 'offer_link' THEN
        -- Both ends were visible to the writer; they must also belong together.
        IF NOT EXISTS (SELECT FROM dc.referral r WHERE r.id = NEW.referral_id AND r.scope_id = NEW.scope_id)
           OR NOT EXISTS (SELECT FROM dc.offer f WHERE f.id = NEW.offer_id
                             AND f.agency_org_id = NEW.agency_org_id
                             AND f.status IN ('draft', 'sent')) THEN
            PERFORM sync.refuse('not_allowed');
        END IF;
        PERFORM sync.regrant('offer', NEW.offer_id);
    END CASE;
    RETURN NULL;
END $$;
-- The names order them: grants (a) before the feed (f), cascades (k) after both.
CREATE TRIGGER a_grants AFTER INSERT ON dc.spell
    FOR EACH ROW EXECUTE FUNCTION sync.grants_follow();
CREATE TRIGGER a_grants AFTER INSERT ON dc.offer
    FOR EACH ROW EXECUTE FUNCTION sync.grants_follow();
CREATE TRIGGER m_grants AFTER UPDATE OF status ON dc.offer
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION sync.grants_follow();
CREATE TRIGGER a_grants AFTER INSERT ON dc.capacity_contract
    FOR EACH ROW EXECUTE FUNCTION sync.grants_follow();
CREATE TRIGGER m_grants AFTER INSERT OR UPDATE OF status ON dc.referral
    FOR EACH ROW WHEN (NEW.status <> 'draft') EXECUTE FUNCTION sync.grants_follow();
CREATE TRIGGER a_grants AFTER INSERT ON dc.offer_link
    FOR EACH ROW EXECUTE FUNCTION sync.grants_follow();

RESET ROLE;
