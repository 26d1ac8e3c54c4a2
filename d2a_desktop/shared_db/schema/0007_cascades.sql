-- What follows from what: done by the server, in the transaction of its cause, and reported to the
-- person who caused it (sync.note_cascade). Codes are those of domain/codes.py.
-- No INSERT .. ON CONFLICT on records: its BEFORE INSERT triggers would write audit entries of rows
-- that never come to be.

SET ROLE dc_owner;

-- Remember one consequence for the answer of the operation that is being applied.
CREATE FUNCTION sync.note_cascade(e text, row_id uuid, became text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    PERFORM set_config('dc.cascade', coalesce(nullif(current_setting('dc.cascade', true), '') || ',', '')
        || jsonb_build_object('e', e, 'id', row_id, 'to', became)::text, true);
END $$;

-- What an agency keeps of an offer that it may no longer see: reference, outcome, reason.
CREATE FUNCTION sync.keep_outcome(f dc.offer, how text, why text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    INSERT INTO dc.offer_outcome (id, scope_id, offer_reference, outcome, reason, at)
    SELECT gen_random_uuid(), f.agency_org_id, f.reference, how, why, clock_timestamp()
     WHERE NOT EXISTS (SELECT FROM dc.offer_outcome x
            WHERE x.scope_id = f.agency_org_id AND x.offer_reference = f.reference);
END $$;

CREATE FUNCTION sync.free_slots(offer uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE s uuid;
BEGIN
    FOR s IN UPDATE dc.slot SET status = 'open', offer_id = NULL, held_until = NULL, held_by_org_id = NULL
              WHERE offer_id = offer AND status IN ('held', 'offered', 'accepted') RETURNING id LOOP
        PERFORM sync.note_cascade('slot', s, 'open');
    END LOOP;
END $$;

CREATE FUNCTION sync.withdraw_offers(subject uuid, why text, accepted_too boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE o uuid;
BEGIN
    FOR o IN UPDATE dc.offer f
                SET status = 'withdrawn', withdrawn_at = clock_timestamp(), withdrawn_reason = why
               FROM dc.offer_link l
              WHERE l.scope_id = subject AND f.id = l.offer_id
                AND (f.status IN ('draft', 'sent')
                     -- A worker already in the home leaves when seen to leave, not by a cascade.
                     OR (accepted_too AND f.status = 'accepted' AND NOT EXISTS (
                         SELECT FROM dc.placement_block b WHERE b.offer_id = f.id AND b.status = 'active')))
             RETURNING f.id LOOP
        PERFORM sync.note_cascade('offer', o, 'withdrawn');
    END LOOP;
END $$;

CREATE FUNCTION sync.close_visits(subject uuid, became text, why text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE v uuid;
BEGIN
    FOR v IN UPDATE dc.visit SET status = became, void_reason = why
              WHERE scope_id = subject AND status IN ('planned', 'confirmed') RETURNING id LOOP
        PERFORM sync.note_cascade('visit', v, became);
    END LOOP;
END $$;

CREATE FUNCTION sync.close_plans(subject uuid, became text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE d uuid;
BEGIN
    FOR d IN UPDATE dc.departure
                SET status = became, ended_at = clock_timestamp(), clock_effect = 'void',
                    end_reason = 'turned_back_before_leaving'
              WHERE scope_id = subject AND status = 'planned' RETURNING id LOOP
        PERFORM sync.note_cascade('departure', d, became);
    END LOOP;
END $$;

CREATE FUNCTION sync.cancel_tasks(subject uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE t uuid;
BEGIN
    FOR t IN UPDATE dc.task SET status = 'cancelled' WHERE scope_id = subject AND status = 'open'
             RETURNING id LOOP
        PERFORM sync.note_cascade('task', t, 'cancelled');
    END LOOP;
END $$;

-- offer: the first acceptance wins, its sisters close, the record opens to the winner alone.
CREATE FUNCTION sync.offer_moves() RETURNS trigger
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
        o := gen_random_uuid();
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
CREATE TRIGGER k_moves AFTER UPDATE OF status ON dc.offer
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION sync.offer_moves();

-- placement: its end frees workers who have not started, and takes the record from the agency.
CREATE FUNCTION sync.placement_moves() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    b uuid;
    f dc.offer;
    subject uuid;
BEGIN
    FOR b IN UPDATE dc.placement_block SET status = 'cancelled',
                    cancelled_reason = coalesce(cancelled_reason, 'placement_ended')
              WHERE placement_id = NEW.id AND status IN ('proposed', 'confirmed') RETURNING id LOOP
        PERFORM sync.note_cascade('placement_block', b, 'cancelled');
    END LOOP;
    DELETE FROM sync.acceptance WHERE offer_id = NEW.offer_id;
    SELECT * INTO f FROM dc.offer WHERE id = NEW.offer_id;
    IF f.status = 'accepted' THEN PERFORM sync.keep_outcome(f, 'ended', NEW.end_reason); END IF;
    PERFORM sync.regrant('offer', NEW.offer_id);
    SELECT scope_id INTO subject FROM dc.offer_link WHERE offer_id = NEW.offer_id;
    IF subject IS NOT NULL THEN PERFORM sync.regrant('case', subject); END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER k_moves AFTER UPDATE OF status ON dc.placement
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION sync.placement_moves();

-- placement_block: belongs to an open placement of the same roster and shows the people of the
-- case who comes: first name, role, when. Nothing else of the worker crosses.
CREATE FUNCTION sync.block_shows() RETURNS trigger
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
            SELECT gen_random_uuid(), subject, NEW.offer_id, NEW.id, NEW.scope_id, w.first_name,
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
CREATE TRIGGER k_shows AFTER INSERT OR UPDATE ON dc.placement_block
    FOR EACH ROW EXECUTE FUNCTION sync.block_shows();

-- One who has left is free from that moment, however long the block was planned.
CREATE FUNCTION sync.block_ends() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF NEW.status = 'ended' AND NEW.left_at IS NOT NULL AND NEW.left_at > NEW.starts_at THEN
        NEW.ends_at := NEW.left_at;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_ends BEFORE UPDATE OF status ON dc.placement_block
    FOR EACH ROW EXECUTE FUNCTION sync.block_ends();

-- visit: nobody assesses in two homes at once.
CREATE FUNCTION sync.visit_books() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    DELETE FROM sync.visit_booking WHERE visit_id = NEW.id;
    IF NEW.status IN ('planned', 'confirmed') THEN
        INSERT INTO sync.visit_booking (visit_id, assessor_id, during)
        SELECT DISTINCT NEW.id, a, tstzrange(NEW.starts_at, NEW.ends_at, '[)')
          FROM unnest(ARRAY[NEW.assessor_id, NEW.second_assessor_id]) a WHERE a IS NOT NULL;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER k_books AFTER INSERT OR UPDATE OF status, assessor_id, second_assessor_id, starts_at, ends_at
    ON dc.visit FOR EACH ROW EXECUTE FUNCTION sync.visit_books();

-- departure: left, turned back, returned.
CREATE FUNCTION sync.departure_moves() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE r record;
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.status = NEW.status THEN RETURN NULL; END IF;
    IF NEW.status = 'left' THEN
        PERFORM sync.withdraw_offers(NEW.scope_id, 'pathway_changed', false);
        FOR r IN UPDATE dc.slot s SET status = 'started' FROM dc.offer_link l
                  WHERE l.scope_id = NEW.scope_id AND s.offer_id = l.offer_id AND s.status = 'accepted'
                 RETURNING s.id LOOP
            PERFORM sync.note_cascade('slot', r.id, 'started');
        END LOOP;
    ELSIF NEW.status IN ('turned_back', 'reopened') AND coalesce(OLD.status, '') IN ('planned', 'left') THEN
        -- The worker is released; the placement stays, so that a new start can be agreed.
        FOR r IN UPDATE dc.placement_block b
                    SET status = CASE b.status WHEN 'active' THEN 'ended' ELSE 'failed_start' END,
                        left_at = CASE b.status WHEN 'active' THEN coalesce(b.left_at, clock_timestamp()) END,
                        cancelled_reason = coalesce(b.cancelled_reason, NEW.end_reason)
                   FROM dc.offer_link l
                  WHERE l.scope_id = NEW.scope_id AND b.offer_id = l.offer_id
                    AND b.status IN ('confirmed', 'active') RETURNING b.id, b.status LOOP
            PERFORM sync.note_cascade('placement_block', r.id, r.status);
        END LOOP;
        PERFORM sync.close_visits(NEW.scope_id, 'void', NEW.end_reason);
    ELSIF NEW.status = 'returned' THEN
        FOR r IN UPDATE dc.placement p SET status = 'ended', ended_at = coalesce(NEW.ended_at, clock_timestamp()),
                        end_reason = 'readmitted'
                   FROM dc.offer_link l
                  WHERE l.scope_id = NEW.scope_id AND p.offer_id = l.offer_id AND p.status = 'open'
                 RETURNING p.id LOOP
            PERFORM sync.note_cascade('placement', r.id, 'ended');
        END LOOP;
        PERFORM sync.close_visits(NEW.scope_id, 'excluded', 'returned');
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER k_moves AFTER INSERT OR UPDATE OF status ON dc.departure
    FOR EACH ROW EXECUTE FUNCTION sync.departure_moves();

-- The person meets the criteria to reside again: nobody may start on an old promise.
CREATE FUNCTION sync.criteria_met_again() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    PERFORM sync.withdraw_offers(NEW.scope_id, 'meets_criteria', true);
    PERFORM sync.close_visits(NEW.scope_id, 'void', 'meets_criteria');
    PERFORM sync.close_plans(NEW.scope_id, 'turned_back');
    RETURN NULL;
END $$;
CREATE TRIGGER k_met_again AFTER UPDATE OF nctr_to ON dc.nctr_period
    FOR EACH ROW WHEN (OLD.nctr_to IS NULL AND NEW.nctr_to IS NOT NULL
                       AND NEW.end_reason = 'meets_criteria')
    EXECUTE FUNCTION sync.criteria_met_again();

CREATE FUNCTION sync.person_died() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    PERFORM sync.withdraw_offers(NEW.scope_id, 'died', true);
    PERFORM sync.close_visits(NEW.scope_id, 'excluded', 'died');
    PERFORM sync.close_plans(NEW.scope_id, 'turned_back');
    PERFORM sync.cancel_tasks(NEW.scope_id);
    RETURN NULL;
END $$;
CREATE TRIGGER k_died AFTER UPDATE OF died_at ON dc.spell
    FOR EACH ROW WHEN (OLD.died_at IS NULL AND NEW.died_at IS NOT NULL)
    EXECUTE FUNCTION sync.person_died();

CREATE FUNCTION sync.referral_withdrawn() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    PERFORM sync.withdraw_offers(NEW.scope_id, 'referral_withdrawn', true);
    PERFORM sync.close_visits(NEW.scope_id, 'void', 'referral_withdrawn');
    RETURN NULL;
END $$;
CREATE TRIGGER k_withdrawn AFTER UPDATE OF status ON dc.referral
    FOR EACH ROW WHEN (OLD.status <> NEW.status AND NEW.status = 'withdrawn')
    EXECUTE FUNCTION sync.referral_withdrawn();

-- capacity_week: counts for everybody, so that no slot of another organisation need be shown.
CREATE FUNCTION sync.count_week(contract uuid, iso_week text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE n record;
BEGIN
    PERFORM FROM dc.capacity_contract WHERE id = contract FOR NO KEY UPDATE;  -- one counts at a time
    SELECT o.system_id, c.agency_org_id, c.min_starts, c.max_starts,
           count(*) FILTER (WHERE s.status = 'open') AS open,
           count(*) FILTER (WHERE s.status IN ('held', 'offered')) AS held,
           count(*) FILTER (WHERE s.status = 'accepted') AS accepted,
           count(*) FILTER (WHERE s.status = 'started') AS started,
           count(*) FILTER (WHERE s.status = 'lost') AS lost
      INTO n
      FROM dc.capacity_contract c JOIN sync.org o ON o.id = c.agency_org_id
      JOIN dc.slot s ON s.contract_id = c.id AND s.week = iso_week
     WHERE c.id = contract GROUP BY o.system_id, c.id;
    UPDATE dc.capacity_week w
       SET min_starts = n.min_starts, max_starts = n.max_starts, open_slots = n.open, held_slots = n.held,
           accepted_slots = n.accepted, started_slots = n.started, lost_slots = n.lost
     WHERE w.contract_id = contract AND w.week = iso_week;
    IF NOT FOUND THEN
        INSERT INTO dc.capacity_week (id, scope_id, contract_id, agency_org_id, week, min_starts, max_starts,
                open_slots, held_slots, accepted_slots, started_slots, lost_slots)
        VALUES (gen_random_uuid(), n.system_id, contract, n.agency_org_id, iso_week, n.min_starts,
                n.max_starts, n.open, n.held, n.accepted, n.started, n.lost);
    END IF;
END $$;

CREATE FUNCTION sync.slot_counts() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    IF NEW.contract_id <> NEW.scope_id THEN PERFORM sync.refuse('invalid'); END IF;
    PERFORM sync.count_week(NEW.contract_id, NEW.week);
    RETURN NULL;
END $$;
CREATE TRIGGER k_counts AFTER INSERT OR UPDATE OF status ON dc.slot
    FOR EACH ROW EXECUTE FUNCTION sync.slot_counts();

CREATE FUNCTION sync.contract_counts() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    PERFORM sync.count_week(NEW.id, w.week) FROM dc.capacity_week w WHERE w.contract_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER k_counts AFTER UPDATE OF min_starts, max_starts ON dc.capacity_contract
    FOR EACH ROW EXECUTE FUNCTION sync.contract_counts();

-- worker_profile: a pseudonym's traits, only while the agency shares them and the worker is active.
-- A worker's opaque id is minted once and says nothing; the pair never leaves this table.
CREATE TABLE sync.pseudonym (
    worker_id uuid PRIMARY KEY,
    profile_id uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
    opaque_id text NOT NULL UNIQUE DEFAULT 'W-' || upper(substr(replace(gen_random_uuid()::text, '-', ''), 1, 8))
);

CREATE FUNCTION sync.show_profile(subject uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    w dc.worker;
    o sync.org;
    n record;
    busy timestamptz;
    today date := (clock_timestamp() AT TIME ZONE 'Europe/London')::date;
BEGIN
    SELECT * INTO w FROM dc.worker WHERE id = subject;
    SELECT * INTO o FROM sync.org WHERE id = w.scope_id;
    INSERT INTO sync.pseudonym (worker_id) VALUES (subject) ON CONFLICT DO NOTHING;
    IF NOT o.share_profiles OR w.status <> 'active' THEN
        DELETE FROM dc.worker_profile p USING sync.pseudonym x
         WHERE x.worker_id = subject AND p.id = x.profile_id;
        -- A row that went does not come back under its id: versions only ever count up.
        IF FOUND THEN
            UPDATE sync.pseudonym SET profile_id = gen_random_uuid() WHERE worker_id = subject;
        END IF;
        RETURN;
    END IF;
    SELECT max(b.ends_at) INTO busy FROM dc.placement_block b
     WHERE b.worker_id = subject AND b.status IN ('confirmed', 'active');
    SELECT x.profile_id AS id, x.opaque_id, split_part(w.home_postcode, ' ', 1) AS outward_area,
           greatest(today, (busy AT TIME ZONE 'Europe/London')::date) AS free_from
      INTO n FROM sync.pseudonym x WHERE x.worker_id = subject;
    PERFORM FROM dc.worker_profile WHERE id = n.id;
    IF FOUND THEN
        UPDATE dc.worker_profile p
           SET outward_area = n.outward_area, gender = w.gender, skills = w.skills, languages = w.languages,
               accepts_pets = w.accepts_pets, driver = w.driver, smoker = w.smoker,
               accepts_smoking_home = w.accepts_smoking_home, free_from = n.free_from,
               longest_block_days = w.max_block_days
         WHERE p.id = n.id
           AND (p.outward_area, p.gender, p.skills, p.languages, p.accepts_pets, p.driver, p.smoker,
                p.accepts_smoking_home, p.free_from, p.longest_block_days)
               IS DISTINCT FROM
               (n.outward_area, w.gender, w.skills, w.languages, w.accepts_pets, w.driver, w.smoker,
                w.accepts_smoking_home, n.free_from, w.max_block_days);
    ELSE
        INSERT INTO dc.worker_profile (id, scope_id, agency_org_id, opaque_id, outward_area, gender, skills,
                languages, accepts_pets, driver, smoker, accepts_smoking_home, free_from, longest_block_days)
        VALUES (n.id, o.system_id, w.scope_id, n.opaque_id, n.outward_area, w.gender, w.skills,
                w.languages, w.accepts_pets, w.driver, w.smoker, w.accepts_smoking_home, n.free_from,
                w.max_block_days);
    END IF;
END $$;

CREATE FUNCTION sync.worker_shows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    IF TG_TABLE_NAME = 'worker' THEN
        PERFORM sync.show_profile(NEW.id);
    ELSE
        PERFORM sync.show_profile(NEW.worker_id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER k_shows AFTER INSERT OR UPDATE ON dc.worker
    FOR EACH ROW EXECUTE FUNCTION sync.worker_shows();
CREATE TRIGGER l_profile AFTER INSERT OR UPDATE OF status, ends_at, worker_id ON dc.placement_block
    FOR EACH ROW EXECUTE FUNCTION sync.worker_shows();

RESET ROLE;
