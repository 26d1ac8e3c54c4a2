-- Run once per cluster as a superuser, before `d2a server init`:
--     psql -d postgres -v ON_ERROR_STOP=1 -f roles.sql
-- No password is written here: set each with \password, which sends only its SCRAM verifier.
-- On a managed PostgreSQL run it as the role that the provider gives you.

-- The administrator of the shared database: owns it and makes people's logins. No superuser.
CREATE ROLE d2a_admin LOGIN CREATEROLE NOSUPERUSER NOCREATEDB CONNECTION LIMIT 5;

-- Lets sync.reap() end a desk's transaction that holds everybody back.
GRANT pg_signal_backend TO d2a_admin WITH ADMIN OPTION;

-- `d2a server check` then also sees settings that only monitoring roles may read.
GRANT pg_monitor TO d2a_admin;

CREATE DATABASE d2a OWNER d2a_admin TEMPLATE template0 ENCODING 'UTF8';
REVOKE ALL ON DATABASE d2a FROM PUBLIC;
ALTER DATABASE d2a SET timezone = 'UTC';

-- Monitoring: reads sync.watch (numbers, nothing of anybody) and PostgreSQL's own statistics.
CREATE ROLE d2a_monitor LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB CONNECTION LIMIT 3 IN ROLE pg_monitor;
GRANT CONNECT ON DATABASE d2a TO d2a_monitor;

-- Backup of the whole cluster with pg_basebackup.
CREATE ROLE d2a_backup LOGIN REPLICATION NOSUPERUSER NOCREATEROLE NOCREATEDB CONNECTION LIMIT 3;
