-- What a monitoring system asks, as d2a_monitor, at the primary:
--     psql -d d2a -X -A -t -f monitoring.sql
-- docs/operations.md says what to do about each measure.

-- Everything that is not in order: no row is good news. Alert on state 'alarm', tell 'warning' by day.
SELECT measure, value, unit, state FROM sync.watch WHERE state IN ('warning', 'alarm', 'unknown');

-- All measures, for graphs.
SELECT measure, value FROM sync.watch;

-- Who holds the feed back: the oldest writing transactions of the whole cluster.
SELECT pid, datname, usename, application_name, state, now() - xact_start AS open_for
  FROM pg_stat_activity WHERE backend_xid IS NOT NULL ORDER BY xact_start LIMIT 5;

-- Who waits for whom.
SELECT pid, usename, wait_event_type, wait_event, pg_blocking_pids(pid) AS blocked_by
  FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0;

-- Desks that have been silent for over five days: lost, broken, or on holiday.
SELECT ods_code, last_login, active, last_hello, client_ver
  FROM sync.watch_desk WHERE silent > interval '5 days' ORDER BY last_hello;

-- Desks by version, before min_client_ver is raised.
SELECT client_ver, count(*) FROM sync.watch_desk WHERE silent < interval '30 days' GROUP BY client_ver;

-- Sessions of people without TLS: there must be none.
SELECT a.usename, a.client_addr FROM pg_stat_activity a JOIN pg_stat_ssl s USING (pid)
 WHERE NOT s.ssl AND a.usename LIKE 'u\_%' AND a.client_addr IS NOT NULL;
