-- What crosses between organisations before an acceptance is codes, short numbers, days and random
-- identities. 0030 and 0032 have it for the need; here the answers to an offer, an agency's contract,
-- its starts and the pseudonyms of its workers. Only what changes is judged, so that a row of an
-- earlier day never holds up a withdrawal, a death or an end.

SET ROLE dc_owner;

-- As in 0032, with the codes of an answer.
CREATE OR REPLACE FUNCTION sync.offer_lists() RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
    SELECT '{
        "required_skills": ["hoist", "catheter", "stoma", "peg", "insulin", "oxygen", "tracheostomy", "dementia",
                            "parkinsons", "stroke", "end_of_life", "learning_disability", "behaviours"],
        "pets": ["cat", "dog", "other"],
        "gender_required": ["female", "male"],
        "stairs": ["none", "steps", "flight", "stairlift", "flights"],
        "funding_type": ["d2a", "better_care_fund", "reablement", "chc_fast_track", "joint", "self_funded"],
        "withdrawn_reason": ["need_changed", "meets_criteria", "pathway_changed", "referral_withdrawn",
                             "person_refused", "died", "error"],
        "decline_reason": ["skill", "certificate", "gender", "language", "pets", "smoking", "driver", "distance",
                           "max_consecutive", "excluded", "refused", "availability", "rest", "window", "capacity",
                           "double_handed", "waking_night", "accommodation", "rest_cover", "infection",
                           "more_information", "other"],
        "handed_back_reason": ["worker_ill", "worker_left", "no_relief", "need_beyond_offer", "provider_stops",
                               "other"],
        "channel": ["phone", "secure_mail", "in_person", "desk"]
    }'::jsonb
$$;

-- The codes of what an agency shows of itself.
CREATE FUNCTION sync.agency_lists() RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
    SELECT '{
        "gender": ["male", "female", "other_specific", "not_known", "not_specified"],
        "unused_slot_rule": ["lost", "roll_over"]
    }'::jsonb
$$;

-- Three digits name nobody; an NHS number, a hospital number or a telephone number has more.
CREATE FUNCTION sync.is_short(v jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
    SELECT v IS NULL OR v = 'null' OR (jsonb_typeof(v) = 'number' AND v::text ~ '^-?\d{1,3}(\.\d)?$')
$$;

-- No adult was born in these years, so no birth date passes for a day of an offer.
CREATE FUNCTION sync.is_near(v jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
    SELECT v IS NULL OR v = 'null' OR (v #>> '{}') ~ '^20[1-9]\d-'
$$;

-- Who answered, who was spoken to, who commissions, whom to ring: one line without a long number.
CREATE FUNCTION sync.is_line(v jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
    SELECT v IS NULL OR v = 'null' OR (char_length(v #>> '{}') <= 200 AND v #>> '{}' !~ '[\x01-\x1f\x7f]'
                                       AND v #>> '{}' !~ '([0-9][ -]?){9}[0-9]')
$$;

CREATE FUNCTION sync.is_telephone(v jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
    SELECT v IS NULL OR v = 'null' OR v #>> '{}' ~ '^[0-9+() ./-]{0,24}((ext\.?|x) ?[0-9]{1,6})?$'
$$;

-- {"mon": ["08:00", "18:00"], ...}
CREATE FUNCTION sync.is_hours(v jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
    SELECT CASE WHEN v IS NULL OR v = 'null' OR v = '[]' THEN true WHEN jsonb_typeof(v) <> 'object' THEN false
        ELSE NOT EXISTS (SELECT FROM jsonb_each(v) d
             WHERE d.key NOT IN ('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun')
                OR NOT (d.value IN ('null', '[]')
                        OR d.value::text ~ '^\["[0-2]\d:[0-5]\d(:00)?", "[0-2]\d:[0-5]\d(:00)?"\]$')) END
$$;

-- As in 0030, with numbers that name nobody.
CREATE OR REPLACE FUNCTION sync.says_codes(needs jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
    SELECT CASE jsonb_typeof(needs)
        WHEN 'array' THEN needs = '[]'  -- nothing is said
        WHEN 'object' THEN NOT EXISTS (
            SELECT FROM jsonb_each(needs) n
             WHERE NOT CASE
                 WHEN n.key IN ('night_calls', 'left_alone_hours') THEN sync.is_short(n.value)
                 ELSE sync.offer_codes() ? n.key AND (n.value = 'null' OR sync.offer_codes() -> n.key @> n.value
                                                      AND jsonb_typeof(n.value) = 'string') END)
        ELSE false END
$$;

CREATE FUNCTION sync.what_changes(was jsonb, is_now jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
    SELECT coalesce(jsonb_object_agg(n.key, n.value), '{}') FROM jsonb_each(is_now) n
     WHERE was IS NULL OR n.value IS DISTINCT FROM was -> n.key
$$;

-- As in 0032, for each field that changes.
CREATE OR REPLACE FUNCTION sync.offer_says_codes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    said jsonb := sync.what_changes(CASE TG_OP WHEN 'UPDATE' THEN to_jsonb(OLD) END, to_jsonb(NEW));
    me uuid := sync.my_org();
BEGIN
    IF NOT (sync.says_listed(jsonb_populate_record(NULL::dc.offer, said))
        AND sync.is_line(said -> 'responded_by') AND sync.is_line(said -> 'spoken_to')
        AND sync.is_near(said -> 'sent_at') AND sync.is_near(said -> 'respond_by')
        AND sync.is_near(said -> 'withdrawn_at') AND sync.is_near(said -> 'responded_at')
        AND sync.is_near(said -> 'handed_back_at')
        AND (TG_OP = 'UPDATE' OR (
            sync.says_codes(NEW.needs) AND sync.says_languages(NEW.languages)
            AND (NEW.age_band = '90+' OR NEW.age_band IN (SELECT n || '-' || n + 4 FROM generate_series(0, 85, 5) n))
            AND coalesce(NEW.outward_postcode ~ '^[A-Z]{1,2}\d[A-Z\d]?$', true)
            AND sync.is_near(said -> 'earliest_start') AND sync.is_near(said -> 'latest_start')
            AND sync.is_short(said -> 'length_days') AND sync.is_short(said -> 'carers_needed')
            -- Minted at random: spoken (core/ids.py), or an identity.
            AND NEW.reference ~ '^O-([346789A-HJKMNPQRTWXY]{4}-[346789A-HJKMNPQRTWXY]{4}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$'))) THEN
        PERFORM sync.refuse('invalid');
    END IF;
    -- An agency answers for itself. Others write an answer only for one without a desk, and with it:
    -- of an open offer an agency would read what they wrote there.
    IF me IS NOT NULL AND me <> NEW.agency_org_id
       AND EXISTS (SELECT FROM jsonb_each(said) k WHERE k.value <> 'null'
                      AND k.key IN ('responded_at', 'responded_by', 'spoken_to', 'decline_reason', 'channel', 'slot_id',
                                    'proposed_worker_id', 'on_behalf_of', 'handed_back_at', 'handed_back_reason'))
       AND (NEW.status IN ('draft', 'sent') OR NOT sync.for_partner('offer', to_jsonb(NEW))) THEN
        PERFORM sync.refuse('not_allowed');
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER a_reason ON dc.offer;
CREATE TRIGGER a_says BEFORE UPDATE ON dc.offer
    FOR EACH ROW EXECUTE FUNCTION sync.offer_says_codes();

-- A contract is between organisations; hospitals and hubs of the system read it. Its two texts are
-- the agency's, or the hub's for an agency without a desk.
CREATE FUNCTION sync.contract_says() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    said jsonb := sync.what_changes(CASE TG_OP WHEN 'UPDATE' THEN to_jsonb(OLD) END, to_jsonb(NEW));
BEGIN
    IF NOT (sync.is_line(said -> 'commissioner') AND sync.is_telephone(said -> 'on_call_phone')
            AND sync.is_hours(said -> 'hours')
            AND coalesce(sync.agency_lists() -> 'unused_slot_rule' @> nullif(said -> 'unused_slot_rule', 'null'), true)
            AND sync.is_near(said -> 'valid_from') AND sync.is_near(said -> 'valid_to')
            AND sync.is_short(said -> 'min_starts') AND sync.is_short(said -> 'max_starts')
            AND sync.is_short(said -> 'response_hours')) THEN
        PERFORM sync.refuse('invalid');
    END IF;
    IF sync.my_org() <> NEW.agency_org_id AND NOT sync.for_partner('capacity_contract', to_jsonb(NEW))
       AND EXISTS (SELECT FROM jsonb_each(said) k WHERE k.key IN ('commissioner', 'on_call_phone')
                                                    AND k.value NOT IN ('null', '""')) THEN
        PERFORM sync.refuse('not_allowed');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_says BEFORE INSERT OR UPDATE ON dc.capacity_contract
    FOR EACH ROW EXECUTE FUNCTION sync.contract_says();

-- A start is read by agency, hospitals and hubs before anybody accepts. No list has reasons of a
-- lost start yet, so none is taken.
CREATE FUNCTION sync.slot_says() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    said jsonb := sync.what_changes(CASE TG_OP WHEN 'UPDATE' THEN to_jsonb(OLD) END, to_jsonb(NEW));
BEGIN
    IF NOT (coalesce(said ->> 'week' ~ '^20\d\d-W[0-5]\d$', true) AND sync.is_short(said -> 'number')
            AND sync.is_near(said -> 'earliest_start') AND sync.is_near(said -> 'held_until')
            AND coalesce(said -> 'lost_reason', 'null') = 'null') THEN
        PERFORM sync.refuse('invalid');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_says BEFORE INSERT OR UPDATE ON dc.slot
    FOR EACH ROW EXECUTE FUNCTION sync.slot_says();

-- Of a worker, hubs see a pseudonym: what is no code, no language and no postcode stays with the
-- agency. A postcode typed in one word was shown whole.
CREATE FUNCTION sync.outward(postcode text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
    SELECT (regexp_match(upper(postcode), '^\s*([A-Z]{1,2}\d[A-Z\d]?)(\s*\d[A-Z]{2})?\s*$'))[1]
$$;

CREATE FUNCTION sync.listed(v jsonb, list jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
    SELECT CASE WHEN jsonb_typeof(v) <> 'array' THEN NULL ELSE coalesce(
        (SELECT jsonb_agg(e.value ORDER BY e.ordinality) FROM jsonb_array_elements(v) WITH ORDINALITY e
          WHERE jsonb_typeof(e.value) = 'string'
            AND CASE WHEN list IS NULL THEN sync.says_languages(jsonb_build_array(e.value))
                     ELSE list @> e.value END), '[]') END
$$;

-- What of a worker is shown.
CREATE FUNCTION sync.shown(w dc.worker) RETURNS dc.worker
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog AS $$
BEGIN
    w.home_postcode := sync.outward(w.home_postcode);
    w.gender := CASE WHEN sync.agency_lists() -> 'gender' ? w.gender THEN w.gender END;
    w.skills := sync.listed(w.skills, sync.offer_lists() -> 'required_skills');
    w.accepts_pets := sync.listed(w.accepts_pets, sync.offer_lists() -> 'pets');
    w.languages := sync.listed(w.languages, NULL);
    RETURN w;
END $$;

-- As in 0007, of what is shown.
CREATE OR REPLACE FUNCTION sync.show_profile(subject uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    w dc.worker;
    o sync.org;
    n record;
    busy timestamptz;
    today date := (clock_timestamp() AT TIME ZONE 'Europe/London')::date;
BEGIN
    SELECT * INTO w FROM dc.worker WHERE id = subject;
    w := sync.shown(w);
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
    SELECT x.profile_id AS id, x.opaque_id, w.home_postcode AS outward_area,
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

DO $$
DECLARE subject uuid;
BEGIN
    FOR subject IN SELECT w.id FROM dc.worker w JOIN sync.pseudonym x ON x.worker_id = w.id
              JOIN dc.worker_profile p ON p.id = x.profile_id, LATERAL sync.shown(w) s
             WHERE (p.outward_area, p.gender, p.skills, p.languages, p.accepts_pets)
                   IS DISTINCT FROM (s.home_postcode, s.gender, s.skills, s.languages, s.accepts_pets) LOOP
        PERFORM sync.show_profile(subject);
    END LOOP;
END $$;

RESET ROLE;
