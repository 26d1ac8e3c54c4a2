-- What a desk sends again after the server was put back must mean what it meant the first time.

SET ROLE dc_owner;

-- The identity of a row that the server makes because of another row: made again after a restore it
-- is the same row, so that what agencies wrote about it in the lost time still finds it. It discloses
-- nothing: whoever knows the other row's identity may know this one's.
CREATE FUNCTION sync.made_id(what text, of_row uuid) RETURNS uuid
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
    SELECT md5(what || ':' || of_row::text)::uuid
$$;

-- As in 0007, but for the placement's identity.
CREATE OR REPLACE FUNCTION sync.offer_moves() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    l dc.offer_link;
    o uuid;
BEGIN
    IF OLD.status = 'accepted' THEN
        DELETE FROM sync.acceptance WHERE offer_id = NEW.id;
        UPDATE dc.placement SET status = 'ended', ended_at = clock_timestamp(), end_reason = 'other'
         WHERE offer_id = NEW.id AND status = 'open';
        PERFORM sync.free_slots(NEW.id);
    ELSIF NEW.status IN ('declined', 'withdrawn', 'filled') THEN
        PERFORM sync.free_slots(NEW.id);
    END IF;
    IF NEW.status IN ('declined', 'withdrawn', 'filled', 'handed_back') AND OLD.status <> 'draft' THEN
        PERFORM sync.keep_outcome(NEW, NEW.status,
            coalesce(NEW.decline_reason, NEW.handed_back_reason, NEW.withdrawn_reason));
    END IF;
    SELECT * INTO l FROM dc.offer_link WHERE offer_id = NEW.id;
    IF NEW.status = 'accepted' THEN
        IF NEW.respond_by < clock_timestamp() THEN PERFORM sync.refuse('expired'); END IF;
        IF l.id IS NULL THEN PERFORM sync.refuse('not_allowed'); END IF;
        INSERT INTO sync.acceptance (referral_id, offer_id) VALUES (l.referral_id, NEW.id);
        IF NEW.slot_id IS NOT NULL THEN
            UPDATE dc.slot s SET status = 'accepted', offer_id = NEW.id, held_until = NULL
              FROM dc.capacity_contract c
             WHERE s.id = NEW.slot_id AND c.id = s.contract_id AND c.agency_org_id = NEW.agency_org_id
               AND (s.status = 'open' OR (s.status IN ('held', 'offered') AND coalesce(s.offer_id, NEW.id) = NEW.id));
            IF NOT FOUND THEN PERFORM sync.refuse('slot_taken'); END IF;
            PERFORM sync.note_cascade('slot', NEW.slot_id, 'accepted');
        END IF;
        FOR o IN UPDATE dc.offer f SET status = CASE f.status WHEN 'draft' THEN 'withdrawn' ELSE 'filled' END
                   FROM dc.offer_link x
                  WHERE x.referral_id = l.referral_id AND f.id = x.offer_id AND f.id <> NEW.id
                    AND f.status IN ('draft', 'sent') RETURNING f.id LOOP
            PERFORM sync.note_cascade('offer', o, 'filled');
        END LOOP;
        o := sync.made_id('placement', NEW.id);
        INSERT INTO dc.placement (id, scope_id, offer_id, offer_reference, outward_postcode, status,
                                  planned_start, planned_end)
        VALUES (o, NEW.agency_org_id, NEW.id, NEW.reference, NEW.outward_postcode, 'open',
                NEW.earliest_start, NEW.earliest_start + NEW.length_days);
        PERFORM sync.note_cascade('placement', o, 'open');
    END IF;
    IF l.id IS NOT NULL AND (NEW.status = 'accepted' OR OLD.status = 'accepted') THEN
        PERFORM sync.regrant('case', l.scope_id);
    END IF;
    RETURN NULL;
END $$;

-- As in 0007, but for the card's identity.
CREATE OR REPLACE FUNCTION sync.block_shows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    w dc.worker;
    subject uuid;
BEGIN
    IF TG_OP = 'INSERT' AND NOT EXISTS (
            SELECT FROM dc.placement p WHERE p.id = NEW.placement_id AND p.scope_id = NEW.scope_id
               AND p.offer_id = NEW.offer_id AND p.status = 'open') THEN
        PERFORM sync.refuse('not_allowed');
    END IF;
    SELECT * INTO w FROM dc.worker WHERE id = NEW.worker_id;
    IF w.id IS NULL OR w.scope_id <> NEW.scope_id THEN PERFORM sync.refuse('not_allowed'); END IF;
    SELECT scope_id INTO subject FROM dc.offer_link WHERE offer_id = NEW.offer_id;
    IF subject IS NULL THEN RETURN NULL; END IF;
    IF NEW.status IN ('confirmed', 'active') THEN
        PERFORM FROM dc.arrival_card c WHERE c.block_id = NEW.id;
        IF FOUND THEN
            UPDATE dc.arrival_card c
               SET status = NEW.status, first_name = w.first_name,
                   role = coalesce(w.role_title, 'Live-in care worker'),
                   expected_at = NEW.expected_at, starts_at = NEW.starts_at, ends_at = NEW.ends_at
             WHERE c.block_id = NEW.id
               AND (c.status, c.first_name, c.role, c.expected_at, c.starts_at, c.ends_at)
                   IS DISTINCT FROM (NEW.status, w.first_name, coalesce(w.role_title, 'Live-in care worker'),
                                     NEW.expected_at, NEW.starts_at, NEW.ends_at);
        ELSE
            INSERT INTO dc.arrival_card (id, scope_id, offer_id, block_id, agency_org_id, first_name, role,
                    on_call_phone, status, kind, expected_at, starts_at, ends_at)
            SELECT sync.made_id('arrival_card', NEW.id), subject, NEW.offer_id, NEW.id, NEW.scope_id, w.first_name,
                   coalesce(w.role_title, 'Live-in care worker'), o.on_call_phone, NEW.status, NEW.kind,
                   NEW.expected_at, NEW.starts_at, NEW.ends_at
              FROM dc.organisation o WHERE o.id = NEW.scope_id;
        END IF;
    ELSE
        UPDATE dc.arrival_card SET status = NEW.status, ends_at = NEW.ends_at
         WHERE block_id = NEW.id AND status <> NEW.status;
    END IF;
    RETURN NULL;
END $$;

-- As in 0009, but for operations that are sent again: their base version says nothing.
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
        RETURN jsonb_build_object('theirs', theirs) || coalesce(
            jsonb_build_object('by', sync.last_change(e, (cur ->> 'id')::uuid)), '{}');
    END IF;
    RETURN CASE WHEN dropped = '{}' THEN '{}' ELSE jsonb_build_object('drop', to_jsonb(dropped)) END;
END $$;

RESET ROLE;
