-- News without delay: what time itself changes is hinted at too.

SET ROLE dc_owner;

-- There is no server process: what has lapsed is taken away by whoever comes next, and those whom it
-- concerns are woken. A second hint of the same transaction is not sent.
CREATE OR REPLACE FUNCTION sync.tick() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    g sync.acl;
    f dc.offer;
    moved boolean := false;
BEGIN
    PERFORM set_config('dc.op_id', '', true), set_config('dc.cascade', '', true);
    FOR g IN SELECT * FROM sync.acl WHERE valid_until < clock_timestamp() FOR UPDATE SKIP LOCKED LOOP
        SELECT * INTO f FROM dc.offer WHERE id = g.scope_id;
        IF g.stage = 'offered' AND f.status = 'sent' THEN PERFORM sync.keep_outcome(f, 'expired', NULL); END IF;
        DELETE FROM sync.acl WHERE org_id = g.org_id AND scope_id = g.scope_id;
        moved := true;
    END LOOP;
    UPDATE dc.slot SET status = 'open', held_until = NULL, held_by_org_id = NULL, offer_id = NULL
     WHERE id IN (SELECT id FROM dc.slot WHERE status IN ('held', 'offered') AND held_until < clock_timestamp()
                     FOR UPDATE SKIP LOCKED);
    IF FOUND OR moved THEN PERFORM sync.wake(); END IF;
END $$;

RESET ROLE;
