-- An open offer carries codes, never words: a text could name the person before anybody accepted.
-- The desk makes it so (domain/disclosure.py); here whoever writes past a desk is refused as well.

SET ROLE dc_owner;

-- The levels of DOMAIN 4.3 by need; a test holds them to the lists.
CREATE FUNCTION sync.offer_codes() RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
    SELECT '{
        "personal_care": ["independent", "prompting", "some_help", "full_help", "two_people"],
        "transfers": ["independent", "supervision", "one_person", "one_person_equipment", "two_people",
                      "hoist_two_people"],
        "continence": ["continent", "occasional", "pads", "catheter", "stoma", "doubly_incontinent"],
        "night_pattern": ["sleeping", "sleeping_with_calls", "disturbed", "waking"],
        "cognition": ["no_concern", "forgetful", "confused", "walks_with_purpose", "behaviour_challenges"],
        "medicines_level": ["none", "prompt", "assist", "administer", "delegated"],
        "communication": ["no_difficulty", "hearing", "sight", "speech", "understanding", "interpreter"],
        "diet": ["ordinary", "diabetic", "vegetarian", "halal", "kosher", "soft", "pureed", "thickened_fluids",
                 "tube"],
        "infection": ["none", "precautions", "isolation"]
    }'::jsonb
$$;

CREATE FUNCTION sync.says_codes(needs jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
    SELECT CASE jsonb_typeof(needs)
        WHEN 'array' THEN needs = '[]'  -- nothing is said
        WHEN 'object' THEN NOT EXISTS (
            SELECT FROM jsonb_each(needs) n
             WHERE NOT CASE
                 WHEN n.key IN ('night_calls', 'left_alone_hours') THEN jsonb_typeof(n.value) IN ('number', 'null')
                 ELSE sync.offer_codes() ? n.key AND (n.value = 'null' OR sync.offer_codes() -> n.key @> n.value
                                                      AND jsonb_typeof(n.value) = 'string') END)
        ELSE false END
$$;

-- None of these fields is ever changed (domain/fields.py), so an offer is looked at once.
CREATE FUNCTION sync.offer_says_codes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    IF NOT sync.says_codes(NEW.needs) THEN PERFORM sync.refuse('invalid'); END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_codes BEFORE INSERT ON dc.offer FOR EACH ROW EXECUTE FUNCTION sync.offer_says_codes();

RESET ROLE;
