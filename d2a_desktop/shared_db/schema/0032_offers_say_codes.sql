-- The other fields of an offer, as 0030 has it for its needs: whoever writes past a desk tells an
-- agency nothing in words before it accepts. And nobody signs a medicine in another's name.

SET ROLE dc_owner;

-- The codes by field; a test holds them to the lists.
CREATE FUNCTION sync.offer_lists() RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
    SELECT '{
        "required_skills": ["hoist", "catheter", "stoma", "peg", "insulin", "oxygen", "tracheostomy", "dementia",
                            "parkinsons", "stroke", "end_of_life", "learning_disability", "behaviours"],
        "pets": ["cat", "dog", "other"],
        "gender_required": ["female", "male"],
        "stairs": ["none", "steps", "flight", "stairlift", "flights"],
        "funding_type": ["d2a", "better_care_fund", "reablement", "chc_fast_track", "joint", "self_funded"],
        "withdrawn_reason": ["need_changed", "meets_criteria", "pathway_changed", "referral_withdrawn",
                             "person_refused", "died", "error"]
    }'::jsonb
$$;

-- `@>` takes a code of the list, and a list of such codes.
CREATE FUNCTION sync.says_listed(f dc.offer) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
    SELECT NOT EXISTS (
        SELECT FROM jsonb_each(sync.offer_lists()) l, LATERAL (SELECT to_jsonb(f) -> l.key AS v) said
         WHERE said.v <> 'null'
           AND NOT (l.value @> said.v
                    AND (jsonb_typeof(said.v) = 'array') = (l.key IN ('required_skills', 'pets'))))
$$;

-- A language is one word, of any script; hyphens stand in names such as "Serbo-Croatian".
CREATE FUNCTION sync.says_languages(v jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
    SELECT CASE WHEN v IS NULL OR v = 'null' THEN true WHEN jsonb_typeof(v) <> 'array' THEN false
        ELSE NOT EXISTS (SELECT FROM jsonb_array_elements(v) one
             WHERE jsonb_typeof(one) <> 'string' OR char_length(one #>> '{}') > 30
                OR replace(one #>> '{}', '-', '') !~ '^[^[:space:][:digit:][:punct:][:cntrl:]]+$') END
$$;

-- As in 0030. Of these fields the reason of a withdrawal alone is ever changed (domain/fields.py).
CREATE OR REPLACE FUNCTION sync.offer_says_codes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    IF NOT (sync.says_listed(NEW) AND (TG_OP = 'UPDATE' OR (
        sync.says_codes(NEW.needs) AND sync.says_languages(NEW.languages)
        AND NEW.age_band ~ '^(\d{1,2}-\d{1,2}|90\+)$'
        AND coalesce(NEW.outward_postcode ~ '^[A-Z]{1,2}\d[A-Z\d]?$', true)
        -- Minted at random: spoken, or an identity.
        AND NEW.reference ~ '^O-([2-9A-Z]{4}-[2-9A-Z]{4}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$'))) THEN
        PERFORM sync.refuse('invalid');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_reason BEFORE UPDATE OF withdrawn_reason ON dc.offer
    FOR EACH ROW WHEN (OLD.withdrawn_reason IS DISTINCT FROM NEW.withdrawn_reason)
    EXECUTE FUNCTION sync.offer_says_codes();

-- A typed medicine travels when two people with a clinical role stand for it (domain/medicines.py).
-- Which two, these events say: each is signed by who is signed in, in the role that the server holds.
CREATE FUNCTION sync.event_is_signed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    IF sync.my_org() IS NOT NULL AND NOT coalesce(
            NEW.detail ->> 'login' = session_user AND NEW.detail ->> 'role' = sync.my_role()
            AND sync.my_role() = 'clinician', false) THEN
        PERFORM sync.refuse('not_allowed');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_signed BEFORE INSERT ON dc.event
    FOR EACH ROW WHEN (NEW.kind IN ('medicine_typed', 'medicine_checked'))
    EXECUTE FUNCTION sync.event_is_signed();

RESET ROLE;
