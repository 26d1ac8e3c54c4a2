-- Reading: pages of what changed, a digest to compare with, and the rows of chosen buckets.
-- Every function is STABLE: all of it reads one snapshot, and its horizon belongs to that snapshot.

SET ROLE dc_owner;

-- What changed for the caller's organisation after (cx, cs). Transactions still open may commit with
-- a lower number than those already seen, so nothing at or above the oldest of them is given out:
-- the watermark loses no row. A page ends between transactions unless one alone is larger.
CREATE FUNCTION sync.pull(cx xid8, cs bigint, lim int) RETURNS json
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog SET timezone = 'UTC' AS $$
DECLARE
    me uuid := sync.my_org();
    hi xid8 := pg_snapshot_xmin(pg_current_snapshot());
    upto xid8;
    size int := least(greatest(lim, 1), 5000);
    more boolean := false;
    nx xid8 := cx;
    ns bigint := cs;
    g record;
    page record;
    rows_ json[] := '{}';
    names text[] := '{}';
    gone jsonb := '{}';
    scopes jsonb := '[]';
BEGIN
    IF me IS NULL THEN RAISE EXCEPTION 'no membership' USING ERRCODE = '42501'; END IF;
    SELECT f.xid INTO upto FROM sync.feed f
     WHERE f.org_id = me AND (f.xid, f.seq) > (cx, cs) AND f.xid < hi
     ORDER BY f.xid, f.seq OFFSET size LIMIT 1;
    IF FOUND THEN
        more := true;
        IF NOT EXISTS (SELECT FROM sync.feed f WHERE f.org_id = me AND (f.xid, f.seq) > (cx, cs) AND f.xid < upto) THEN
            upto := hi;  -- one transaction is larger than a page: cut inside it
        END IF;
    ELSE
        upto := hi;
    END IF;
    FOR g IN
        WITH page AS (
            SELECT f.entity, f.row_id, f.xid, f.seq, f.kind FROM sync.feed f
             WHERE f.org_id = me AND (f.xid, f.seq) > (cx, cs) AND f.xid < upto
             ORDER BY f.xid, f.seq LIMIT size)
        SELECT entity, array_agg(row_id) FILTER (WHERE kind = 'U') AS ids,
               to_jsonb(array_agg(row_id) FILTER (WHERE kind = 'P')) AS purge,
               (array_agg(xid ORDER BY xid DESC, seq DESC))[1] AS last_xid,
               (array_agg(seq ORDER BY xid DESC, seq DESC))[1] AS last_seq
          FROM page GROUP BY entity
    LOOP
        IF (g.last_xid, g.last_seq) > (nx, ns) THEN nx := g.last_xid; ns := g.last_seq; END IF;
        IF g.entity = '*' THEN scopes := coalesce(g.purge, '[]'); CONTINUE; END IF;
        page := NULL;
        IF g.ids IS NOT NULL THEN
            EXECUTE format('SELECT rows, gone FROM sync.page_%s($1)', g.entity) INTO page USING g.ids;
            IF page.rows IS NOT NULL THEN names := names || g.entity; rows_ := rows_ || page.rows; END IF;
            IF page.gone IS NOT NULL THEN
                g.purge := coalesce(g.purge, '[]') || to_jsonb(page.gone);
            END IF;
        END IF;
        IF g.purge IS NOT NULL THEN gone := gone || jsonb_build_object(g.entity, g.purge); END IF;
    END LOOP;
    RETURN json_build_object('xid', nx::text, 'seq', ns, 'hi', hi::text, 'more', more, 'scopes', scopes,
        'gone', gone, 'rows', coalesce((SELECT json_object_agg(n, r) FROM unnest(names, rows_) x (n, r)), '{}'));
END $$;

-- 256 buckets of (count, sum of hashes of id and version) of what the caller may see of one entity.
CREATE FUNCTION sync.digest(e text) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE r jsonb;
BEGIN
    IF sync.my_org() IS NULL THEN RAISE EXCEPTION 'no membership' USING ERRCODE = '42501'; END IF;
    IF NOT EXISTS (SELECT FROM sync.entity WHERE entity = e) THEN
        RAISE EXCEPTION 'no such record' USING ERRCODE = '22023';
    END IF;
    EXECUTE format('SELECT sync.digest_%s()', e) INTO r;
    RETURN r;
END $$;

-- The visible rows of chosen buckets, in order of id: the cure for a digest that differs.
CREATE FUNCTION sync.fetch(e text, buckets int[], after uuid, lim int) RETURNS json
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog SET timezone = 'UTC' AS $$
DECLARE r json;
BEGIN
    IF sync.my_org() IS NULL THEN RAISE EXCEPTION 'no membership' USING ERRCODE = '42501'; END IF;
    IF NOT EXISTS (SELECT FROM sync.entity WHERE entity = e) THEN
        RAISE EXCEPTION 'no such record' USING ERRCODE = '22023';
    END IF;
    EXECUTE format('SELECT sync.bucket_%s($1, $2, $3)', e) INTO r
      USING buckets, after, least(greatest(lim, 1), 5000);
    RETURN coalesce(r, '[]');
END $$;

RESET ROLE;
