-- Roles and schemas. Run once per database by a role that owns it and has CREATEROLE.
--
--   dc_owner   owns every object; nobody can log in as it
--   dc_apply   runs sync.push; owns no table and does not bypass row security, so every read and
--              write inside it is filtered by the caller's membership
--   dc_read    runs sync.pull, digest and fetch in the same way; may only read
--   dc_client  the group of all people's logins: may execute those functions, and nothing else
--
-- The roles belong to the cluster: several databases of one cluster share them.

DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['dc_owner', 'dc_apply', 'dc_read', 'dc_client'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE', name);
            -- From 16 on, createrole_self_grant has done this.
            IF current_setting('server_version_num')::int < 160000 THEN
                EXECUTE format('GRANT %I TO CURRENT_USER', name);
            END IF;
        END IF;
    END LOOP;
    EXECUTE format('GRANT CREATE ON DATABASE %I TO dc_owner', current_database());
END $$;

REVOKE ALL ON SCHEMA public FROM PUBLIC;

SET ROLE dc_owner;
CREATE SCHEMA dc;
CREATE SCHEMA sync;
REVOKE ALL ON SCHEMA dc, sync FROM PUBLIC;
GRANT USAGE ON SCHEMA sync TO dc_client, dc_apply, dc_read;
GRANT USAGE ON SCHEMA dc TO dc_apply, dc_read;
ALTER DEFAULT PRIVILEGES FOR ROLE dc_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

-- Which of these files this database has had.
CREATE TABLE sync.schema_file (
    name text PRIMARY KEY,
    sha256 text NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);
RESET ROLE;
