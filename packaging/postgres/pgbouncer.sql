-- Only with a PgBouncer: lets it ask for the SCRAM verifier of a person's login, and of nobody else.
-- Run once as a superuser, after `d2a server init`, in the shared database:
--     psql -d d2a -v ON_ERROR_STOP=1 -f pgbouncer.sql
-- Then \password d2a_pooler, and the same password into PgBouncer's userlist.txt.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'd2a_pooler') THEN
        CREATE ROLE d2a_pooler LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB CONNECTION LIMIT 5;
    END IF;
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO d2a_pooler', current_database());
END $$;

CREATE SCHEMA d2a_pooler;
CREATE FUNCTION d2a_pooler.verifier_of(wanted text) RETURNS TABLE (login name, verifier text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT a.rolname, a.rolpassword FROM pg_authid a
     WHERE a.rolname = wanted AND a.rolcanlogin AND NOT a.rolsuper AND NOT a.rolcreaterole
       AND pg_has_role(a.oid, 'dc_client', 'MEMBER')
$$;
REVOKE ALL ON FUNCTION d2a_pooler.verifier_of(text) FROM PUBLIC;
GRANT USAGE ON SCHEMA d2a_pooler TO d2a_pooler;
GRANT EXECUTE ON FUNCTION d2a_pooler.verifier_of(text) TO d2a_pooler;
