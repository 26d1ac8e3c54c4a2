-- A command is refused as a whole also while a desk sends its work again: its other operations wait
-- for later only where the one at fault does. They were taken without it when they came once more.
DO $$
DECLARE
    body text := pg_get_functiondef('sync.push(uuid, int, jsonb)'::regprocedure);
    before_ text := 'AND res[k] ->> ''why'' IN (''not_allowed'', ''group'') THEN';
    after_ text := 'AND res[k] ->> ''why'' IN (''not_allowed'', ''group'')
                   AND ''not_allowed'' = ANY (ARRAY(SELECT r ->> ''why'' FROM unnest(res) r)) THEN';
BEGIN
    IF strpos(body, before_) = 0 THEN RAISE EXCEPTION 'sync.push is not the one of 0021'; END IF;
    EXECUTE replace(body, before_, after_);
END $$;
