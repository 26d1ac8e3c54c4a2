-- The machinery of the exchange: who belongs where, who may see which scope, what changed for whom,
-- which operation had which effect. No client has any privilege on these tables.

SET ROLE dc_owner;

-- One row. A new epoch tells every desk that history was rewritten (restore into a new cluster).
CREATE TABLE sync.meta (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    epoch uuid NOT NULL DEFAULT gen_random_uuid(),
    schema_ver integer NOT NULL DEFAULT 1,
    min_client_ver integer NOT NULL DEFAULT 1,
    restricted_roles text[] NOT NULL DEFAULT '{}'
);
INSERT INTO sync.meta DEFAULT VALUES;

-- A system is a set of organisations that have agreed to share; nothing crosses systems.
CREATE TABLE sync.system (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    code text NOT NULL UNIQUE
);

-- chan: name of the notification channel, a secret because anybody may listen to any channel.
CREATE TABLE sync.org (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    system_id uuid NOT NULL REFERENCES sync.system,
    ods_code text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('hospital', 'community', 'council', 'agency')),
    has_desk boolean NOT NULL DEFAULT true,
    share_profiles boolean NOT NULL DEFAULT false,
    chan text NOT NULL DEFAULT 'o_' || replace(gen_random_uuid()::text, '-', ''),
    UNIQUE (system_id, ods_code)
);

-- One login role per person, opaque; the person's name is in dc.staff for colleagues only.
CREATE TABLE sync.member (
    rolname name PRIMARY KEY,
    org_id uuid NOT NULL REFERENCES sync.org,
    role text NOT NULL,
    active boolean NOT NULL DEFAULT true
);

-- Generated from the program's tables by `d2a server init` and `migrate`; never edited by hand.
CREATE TABLE sync.entity (
    entity text PRIMARY KEY,
    scope text NOT NULL CHECK (scope IN ('case', 'offer', 'roster', 'contract', 'system')),
    seen text[] NOT NULL,            -- stages at which a row is seen
    insert_kinds text[] NOT NULL,    -- empty: the server alone
    status_field text,
    restricted boolean NOT NULL,     -- only for the roles of sync.meta.restricted_roles
    agency_field text,               -- an agency sees only rows in which this field names it
    append_only text[],              -- not null: only these fields may be filled in later, once
    hidden_from text[] NOT NULL DEFAULT '{}'
);
CREATE TABLE sync.field (
    entity text NOT NULL,
    field text NOT NULL,
    type text NOT NULL,
    klass text NOT NULL CHECK (klass IN ('lww', 'clinical', 'guard', 'fixed')),
    kinds text[] NOT NULL,
    PRIMARY KEY (entity, field)
);
-- src '' stands for "not there yet": the states in which a record may begin.
CREATE TABLE sync.transition (
    entity text NOT NULL,
    src text NOT NULL,
    dst text NOT NULL,
    kinds text[] NOT NULL,           -- in their own name
    hub_kinds text[] NOT NULL,       -- only a person in the hub role
    behalf_kinds text[] NOT NULL,    -- for an agency without a desk
    PRIMARY KEY (entity, src, dst)
);

-- Who may see a scope. Kept by triggers alone. fresh: the scope began with this grant.
CREATE TABLE sync.acl (
    org_id uuid NOT NULL REFERENCES sync.org,
    scope_id uuid NOT NULL,
    scope text NOT NULL,
    stage text NOT NULL CHECK (stage IN ('own', 'hub', 'accepted', 'offered', 'partner', 'system')),
    valid_until timestamptz,
    fresh boolean NOT NULL DEFAULT false,
    PRIMARY KEY (org_id, scope_id)
);
CREATE INDEX acl_scope ON sync.acl (scope_id);
CREATE INDEX acl_lapse ON sync.acl (valid_until) WHERE valid_until IS NOT NULL;

-- Pointers, no data: at most one row per organisation and record, so it never needs compaction.
-- kind U: look at the row again. kind P: forget it; entity '*' forgets the whole scope row_id.
CREATE SEQUENCE sync.feed_seq CACHE 1;
CREATE TABLE sync.feed (
    org_id uuid NOT NULL,
    entity text NOT NULL,
    row_id uuid NOT NULL,
    seq bigint NOT NULL DEFAULT nextval('sync.feed_seq'),
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    kind "char" NOT NULL,
    PRIMARY KEY (org_id, entity, row_id)
) WITH (fillfactor = 80);
CREATE INDEX feed_scan ON sync.feed (org_id, xid, seq);

-- The ledger: each operation has its effect once, whatever is sent how often. Kept 400 days.
CREATE TABLE sync.applied_op (
    op_id uuid PRIMARY KEY,
    actor name NOT NULL,
    client_id uuid NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    digest bytea NOT NULL,
    result jsonb NOT NULL
);
CREATE INDEX applied_op_at ON sync.applied_op USING brin (at);

CREATE TABLE sync.conflict (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    op_id uuid NOT NULL,
    entity text NOT NULL,
    row_id uuid NOT NULL,
    org_id uuid NOT NULL,
    actor name NOT NULL,
    base jsonb,
    mine jsonb,
    theirs jsonb,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- One chain of hashes per record; its head is on the record, so no lock is shared.
CREATE TABLE sync.audit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    actor name NOT NULL,
    op_id uuid,
    entity text NOT NULL,
    row_id uuid NOT NULL,
    ver bigint NOT NULL,
    delta jsonb NOT NULL,
    prev bytea,
    hash bytea NOT NULL
);
CREATE UNIQUE INDEX audit_row ON sync.audit (row_id, ver, entity);

-- The last session of each desk: the only thing that tells a cold restore of the server.
CREATE TABLE sync.session (
    client uuid PRIMARY KEY,
    org_id uuid NOT NULL REFERENCES sync.org,
    nonce uuid NOT NULL,
    at timestamptz NOT NULL,
    client_ver integer NOT NULL,
    last_login name NOT NULL
);

-- One accepted offer per referral. The offer itself names no referral: it is anonymous.
CREATE TABLE sync.acceptance (
    referral_id uuid CONSTRAINT already_taken PRIMARY KEY,
    offer_id uuid NOT NULL UNIQUE
);

-- No extension is needed: GiST's range operators work on any range type.
CREATE TYPE sync.uuidrange AS RANGE (subtype = uuid);

-- Assessors in time, first and second alike.
CREATE TABLE sync.visit_booking (
    visit_id uuid NOT NULL,
    assessor_id uuid NOT NULL,
    during tstzrange NOT NULL,
    PRIMARY KEY (visit_id, assessor_id),
    CONSTRAINT overlap EXCLUDE USING gist (
        sync.uuidrange(assessor_id, assessor_id, '[]') WITH &&, during WITH &&)
);

RESET ROLE;
