-- What a database administrator watches, and trims. Numbers and states, nothing of anybody:
-- pg_monitor may read the views. docs/operations.md says what to do about each measure.

SET ROLE dc_owner;

-- One row per measure with the thresholds of its warning and its alarm. 'unknown': the role that
-- asks may not see it; a member of pg_monitor sees all. To be asked at the primary.
CREATE VIEW sync.watch AS
WITH horizon AS MATERIALIZED (
    SELECT pg_snapshot_xmin(pg_current_snapshot()) AS hi
), held AS MATERIALIZED (  -- committed, and not given out yet
    SELECT f.entity, f.row_id
      FROM horizon h, sync.org o
     CROSS JOIN LATERAL (SELECT x.entity, x.row_id FROM sync.feed x
                          WHERE x.org_id = o.id AND x.xid >= h.hi LIMIT 1000) f
), writers AS MATERIALIZED (
    SELECT xact_start AS since FROM pg_stat_activity
     WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid()
     UNION ALL
    SELECT prepared FROM pg_prepared_xacts
), today AS MATERIALIZED (
    SELECT count(*) AS n, count(*) FILTER (WHERE result ->> 's' = 'rejected') AS refused
      FROM sync.applied_op WHERE at > now() - interval '1 day'
), measured (measure, value, unit, warn_at, alarm_at) AS (
    -- the feed
    SELECT 'feed_delay', (SELECT coalesce(extract(epoch FROM clock_timestamp() - min(
                 (SELECT a.at FROM sync.audit a WHERE a.row_id = held.row_id AND a.entity = held.entity
                   ORDER BY a.ver DESC LIMIT 1))), 0) FROM held)::numeric, 'seconds', 60, 120
    UNION ALL SELECT 'feed_held', (SELECT count(*) FROM held), 'pointers', NULL, NULL
    UNION ALL SELECT 'oldest_writer', CASE WHEN EXISTS (SELECT FROM writers WHERE since IS NULL) THEN NULL
         ELSE (SELECT coalesce(max(extract(epoch FROM clock_timestamp() - since)), 0) FROM writers) END,
         'seconds', 60, 120
    UNION ALL SELECT 'prepared_transactions', (SELECT count(*) FROM pg_prepared_xacts), 'transactions', 1, 1
    UNION ALL SELECT 'feed_from_the_future',
         (SELECT count(*) FROM sync.feed WHERE xid >= pg_snapshot_xmax(pg_current_snapshot())), 'pointers', 1, 1
    -- desks
    UNION ALL SELECT 'last_hello',
         (SELECT extract(epoch FROM clock_timestamp() - max(at)) FROM sync.session), 'seconds', 600, 3600
    UNION ALL SELECT 'desks_today',
         (SELECT count(*) FROM sync.session WHERE at > now() - interval '1 day'), 'desks', NULL, NULL
    UNION ALL SELECT 'desks_silent',
         (SELECT count(*) FROM sync.session WHERE at < now() - interval '5 days'), 'desks', NULL, NULL
    UNION ALL SELECT 'conflicts_today',
         (SELECT count(*) FROM sync.conflict WHERE at > now() - interval '1 day'), 'conflicts', 20, NULL
    UNION ALL SELECT 'operations_today', (SELECT n FROM today), 'operations', NULL, NULL
    UNION ALL SELECT 'refused_today', (SELECT round(100.0 * refused / greatest(n, 100), 1) FROM today),
         'percent', 5, 20
    UNION ALL SELECT 'lapsed_grants',
         (SELECT count(*) FROM sync.acl WHERE valid_until < now() - interval '10 minutes'), 'grants', 1, NULL
    -- the server
    UNION ALL SELECT 'connections', (SELECT round(100.0 * count(*) / current_setting('max_connections')::int, 1)
         FROM pg_stat_activity WHERE backend_type = 'client backend'), 'percent', 70, 90
    UNION ALL SELECT 'archive_behind', (SELECT CASE
             WHEN last_failed_time > coalesce(last_archived_time, stats_reset)
             THEN extract(epoch FROM clock_timestamp() - coalesce(last_archived_time, stats_reset)) ELSE 0 END
         FROM pg_stat_archiver), 'seconds', 600, 3600
    UNION ALL SELECT 'transaction_age', (SELECT max(age(datfrozenxid)) FROM pg_database)::numeric,
         'transactions', 5e8, 1.5e9
    -- growth
    UNION ALL SELECT 'ledger_age', (SELECT coalesce(extract(day FROM now() - min(at)), 0) FROM sync.applied_op),
         'days', 430, NULL
    UNION ALL SELECT 'ledger_size', pg_total_relation_size('sync.applied_op'), 'bytes', NULL, NULL
    UNION ALL SELECT 'audit_size', pg_total_relation_size('sync.audit'), 'bytes', NULL, NULL
    UNION ALL SELECT 'feed_size', pg_total_relation_size('sync.feed'), 'bytes', NULL, NULL
    UNION ALL SELECT 'database_size', pg_database_size(current_database()), 'bytes', NULL, NULL
)
SELECT measure, round(value, 1) AS value, unit, warn_at, alarm_at,
       CASE WHEN value IS NULL THEN 'unknown' WHEN value >= alarm_at THEN 'alarm'
            WHEN value >= warn_at THEN 'warning' ELSE 'ok' END AS state
  FROM measured;

-- Each desk by its opaque login: who has been silent for how long, with which version.
CREATE VIEW sync.watch_desk AS
SELECT o.ods_code, o.kind, s.client, s.last_login, m.active, s.at AS last_hello,
       now() - s.at AS silent, s.client_ver
  FROM sync.session s JOIN sync.org o ON o.id = s.org_id
  LEFT JOIN sync.member m ON m.rolname = s.last_login;

-- The ledger's retention (SYNC 3.11): forget operations and conflicts older than 400 days, `lim`
-- of each at a time, because a long transaction would hold everybody's feed back. Returns how many.
CREATE FUNCTION sync.trim_ledger(lim int DEFAULT 5000) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    n int;
    more int;
BEGIN
    DELETE FROM sync.applied_op WHERE op_id IN (
        SELECT a.op_id FROM sync.applied_op a WHERE a.at < clock_timestamp() - interval '400 days' LIMIT lim);
    GET DIAGNOSTICS n = ROW_COUNT;
    DELETE FROM sync.conflict WHERE id IN (
        SELECT c.id FROM sync.conflict c WHERE c.at < clock_timestamp() - interval '400 days' LIMIT lim);
    GET DIAGNOSTICS more = ROW_COUNT;
    RETURN n + more;
END $$;

RESET ROLE;
