-- The directory: organisations and people outside the program with hours, alternates and when a
-- number was last verified; and the deputies of colleagues. An entry lies in the scope of the
-- organisation that keeps it: its own desks write it, those who care in the system read it.
SET ROLE dc_owner;

CREATE TABLE dc.directory_entry (
    id uuid PRIMARY KEY,
    scope_id uuid NOT NULL,
    ver bigint NOT NULL DEFAULT 1,
    hlc bigint NOT NULL DEFAULT 0,
    audit_head bytea,
    kind text NOT NULL,
    name text NOT NULL,
    organisation text,
    role_title text,
    phone text,
    alternate_phone text,
    email text,
    alternate_name text,
    note text,
    verified_by text,
    hours jsonb,
    verified_on date,
    away_from date,
    away_to date,
    voided_at timestamptz
);
CREATE INDEX directory_entry_scope ON dc.directory_entry (scope_id);

RESET ROLE;
