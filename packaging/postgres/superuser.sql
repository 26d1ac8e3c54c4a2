-- What only a superuser can do for the shared database; apart, so that a DBA reads it whole first:
--     psql -d d2a -v ON_ERROR_STOP=1 -f superuser.sql
-- Once for each database, after `d2a server init`; again changes nothing. The program works without
-- it, and `d2a server check` then warns. It concerns this one database and nothing else.

-- 1. PostgreSQL lets every login execute these, and people's logins need none of them:
--    large objects (somewhere to keep data that no rule of ours sees), advisory locks (a way to stand
--    in the way of others), messages written into the write-ahead log (a way to fill the disk).
--    NOTIFY is not among them: the command cannot be revoked, so its function alone is not worth it.
DO $$
DECLARE f regprocedure;
BEGIN
    FOR f IN
        SELECT p.oid FROM pg_catalog.pg_proc p
         WHERE p.pronamespace = 'pg_catalog'::pg_catalog.regnamespace
           AND (p.proname IN ('loread', 'lowrite', 'pg_logical_emit_message')
                OR p.proname ~ '^lo_[a-z0-9_]+$'
                OR p.proname ~ '^pg_(try_)?advisory_(xact_)?(un)?lock')
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f);
    END LOOP;
END $$;

-- 2. hello tells desks for how long somebody's open transaction has held back the feed. For other
--    logins than people's this needs the right to read when a transaction began. The functions that
--    read it give out one number of seconds, to members alone.
GRANT pg_read_all_stats TO dc_owner;

-- To take it back:
--     the same block with GRANT EXECUTE … TO PUBLIC, and REVOKE pg_read_all_stats FROM dc_owner
