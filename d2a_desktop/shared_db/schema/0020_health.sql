-- How much is still to come, for the progress that a person sees; and who wrote what met an edit.

SET ROLE dc_owner;

-- Pointers after (cx, cs) that a pull would give out now; counted in the index alone.
CREATE FUNCTION sync.remaining(cx xid8, cs bigint) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    IF sync.my_org() IS NULL THEN RAISE EXCEPTION 'no membership' USING ERRCODE = '42501'; END IF;
    RETURN (
        SELECT count(*) FROM sync.feed f
         WHERE f.org_id = sync.my_org() AND (f.xid, f.seq) > (cx, cs)
           AND f.xid < pg_snapshot_xmin(pg_current_snapshot())
    );
END $$;

RESET ROLE;
