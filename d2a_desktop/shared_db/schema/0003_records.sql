-- The records of the product: storage shape only. Who may see or write what is in the policies,
-- in sync.entity and in sync.field; a test holds columns, types and null-ness to domain/fields.py.
-- Every row: a UUIDv7 of its client, one scope that never changes, the version that counts for
-- merging, a logical clock, and the head of its audit chain. Nothing is ever deleted.

SET ROLE dc_owner;

CREATE TABLE dc.organisation (
    id uuid PRIMARY KEY,
    scope_id uuid NOT NULL,
    ver bigint NOT NULL DEFAULT 1,
    hlc bigint NOT NULL DEFAULT 0,
    audit_head bytea,
    ods_code text NOT NULL,
    name text NOT NULL,
    phone text,
    on_call_phone text,
    secure_email text,
    kind text NOT NULL,
    has_desk boolean NOT NULL,
    share_profiles boolean NOT NULL
);
CREATE INDEX organisation_scope ON dc.organisation (scope_id);

CREATE TABLE dc.staff (
    id uuid PRIMARY KEY,
    scope_id uuid NOT NULL,
    ver bigint NOT NULL DEFAULT 1,
    hlc bigint NOT NULL DEFAULT 0,
    audit_head bytea,
    login text NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    active boolean NOT NULL
);
CREATE INDEX staff_scope ON dc.staff (scope_id);

CREATE TABLE dc.capacity_week (
    id uuid PRIMARY KEY,
    scope_id uuid NOT NULL,
    ver bigint NOT NULL DEFAULT 1,
    hlc bigint NOT NULL DEFAULT 0,
    audit_head bytea,
    contract_id uuid NOT NULL,
    agency_org_id uuid NOT NULL,
    week text NOT NULL,
    min_starts integer NOT NULL,
    max_starts integer NOT NULL,
    open_slots integer NOT NULL,
    held_slots integer NOT NULL,
    accepted_slots integer NOT NULL,
    started_slots integer NOT NULL,
    lost_slots integer NOT NULL
);
CREATE INDEX capacity_week_scope ON dc.capacity_week (scope_id);

CREATE TABLE dc.worker_profile (
    id uuid PRIMARY KEY,
    scope_id uuid NOT NULL,
    ver bigint NOT NULL DEFAULT 1,
    hlc bigint NOT NULL DEFAULT 0,
    audit_head bytea,
    agency_org_id uuid NOT NULL,
    opaque_id text NOT NULL,
    outward_area text,
    gender text,
    skills jsonb,
    languages jsonb,
    accepts_pets jsonb,
    driver boolean,
    smoker boolean,
    accepts_smoking_home boolean,
    free_from date,
    free_until date,
    longest_block_days integer
);
CREATE INDEX worker_profile_scope ON dc.worker_profile (scope_id);

CREATE TABLE dc.spell (
    id uuid PRIMARY KEY,
    scope_id uuid NOT NULL,
    ver bigint NOT NULL DEFAULT 1,
    hlc bigint NOT NULL DEFAULT 0,
    audit_head bytea,
    hospital_org_id uuid NOT NULL,
    case_ref text NOT NULL,
    entered_from text NOT NULL,
    site text NOT NULL,
    ward text NOT NULL,
    bed text,
    specialty text,
    consultant text,
    admission_method text,
    owner_name text,
    owner_login text,
    last_import_id uuid,
    last_seen_at timestamptz,
    spell_number text,
    mrn text,
    admitted_at timestamptz NOT NULL,
    pas_nctr_from timestamptz,
    pas_discharged_at timestamptz,
    edd date,
    pas_delay_reason text,
    pas_destination text,
    hub_owner_name text,
    hub_owner_login text,
    voided_at timestamptz,
    void_reason text,
    died_at timestamptz
);
CREATE INDEX spell_scope ON dc.spell (scope_id);

CREATE TABLE dc.patient (
    id uuid PRIMARY KEY,
    scope_id uuid NOT NULL,
    ver bigint NOT NULL DEFAULT 1,
    hlc bigint NOT NULL DEFAULT 0,
    audit_head bytea,
    nhs_number text,
    family_name text NOT NULL,
    given_name text,
    title text,
    nhs_number_status text NOT NULL,
    gender text NOT NULL,
    birth_date date NOT NULL,
    preferred_name text,
    address_1 text,
    address_2 text,
    address_3 text,
    address_4 text,
    postcode text,
    phone text,
    gp_practice_code text,
    gp_practice_name text,
    language text,
    interpreter_required boolean,
    allergy_state text NOT NULL,
    allergies jsonb
);
CREATE INDEX patient_scope ON dc.patient (scope_id);

CREATE TABLE dc.criteria_review (
    id uuid PRIMARY KEY,
    scope_id uuid NOT NULL,
    ver bigint NOT NULL DEFAULT 1,
    hlc bigint NOT NULL DEFAULT 0,
    audit_head bytea,
    applies jsonb NOT NULL,
    exception text,
    decided_by text NOT NULL,
    decided_role text NOT NULL,
    entered_by text NOT NULL,
    decided_at timestamptz NOT NULL,
    up_and_dressed boolean,
    voided_at timestamptz,
    void_reason text
);
CREATE INDEX criteria_review_scope ON dc.criteria_review (scope_id);

CREATE TABLE dc.nctr_period (
    id uuid PRIMARY KEY,
    scope_id uuid NOT NULL,
    ver bigint NOT NULL DEFAULT 1,
    hlc bigint NOT NULL DEFAULT 0,
    audit_head bytea,
    nctr_from timestamptz NOT NULL,
    review_id uuid,
    source text NOT NULL,
    nctr_to timestamptz,
    voided_at timestamptz,
    end_reason text,
    void_reason text
);
CREATE INDEX nctr_period_scope ON dc.nctr_period (scope_id);

CREATE TABLE dc.referral (
    id uuid PRIMARY KEY,
    scope_id uuid NOT NULL,
    ver bigint NOT NULL DEFAULT 1,
    hlc bigint NOT NULL DEFAULT 0,
    audit_head bytea,
    reference text NOT NULL,
    kind text NOT NULL,
    status text NOT NULL,
    to_org_id uuid,
    sent_at timestamptz,
    returned_at timestamptz,
    confirmed_at timestamptz,
    closed_at timestamptz,
    withdrawn_reason text,
    predicted_need text,
    chc_considered text,
    admission_type text,
    returned_reason text,
    reason_for_referral text,
    supporting_information text,
    why_in_hospital text,
    what_changed text,
    what_matters text,
    communication_tips text,
    please_do text,
    please_dont text,
    how_support text,
    goals text,
    therapy_plan text,
    contingency text,
    red_flags text,
    lead_clinician text,
    liaison_name text,
    liaison_phone text,
    follow_up text,
    local_authority text,
    social_services_team text,
    proposed_discharge date
);
CREATE INDEX referral_scope ON dc.referral (scope_id);

CREATE TABLE dc.care_need (
    id uuid PRIMARY KEY,
    scope_id uuid NOT NULL,
    ver bigint NOT NULL DEFAULT 1,
    hlc bigint NOT NULL DEFAULT 0,
    audit_head bytea,
    personal_care text,
    mobility text,
    transfers text,
    continence text,
    night_pattern text,
    cognition text,
    medicines_level text,
    communication text,
    diet text,
    skin text,
    falls_risk text,
    infection text,
    gender_required text,
    gender_preferred text,
    funding_type text,
    stairs text,
    night_calls integer,
    frailty integer,
    left_alone_hours integer,
    carers_needed integer,
    length_days integer,
    priority_weight integer,
    required_skills jsonb,
    languages_required jsonb,
    languages_preferred jsonb,
    driver_required boolean,
    earliest_start date,
    latest_start date,
    funded_until date,
    function_summary text,
    sensory text
);
CREATE INDEX care_need_scope ON dc.care_need (scope_id);

CREATE TABLE dc.home (
    id uuid PRIMARY KEY,
    scope_id uuid NOT NULL,
    ver bigint NOT NULL DEFAULT 1,
    hlc bigint NOT NULL DEFAULT 0,
    audit_head bytea,
    lives_alone boolean,
    bedroom_for_worker boolean,
    heating boolean,
    hot_water boolean,
    food_in boolean,
    wifi boolean,
    parking boolean,
    smoking_home boolean,
    key_safe boolean,
    pets jsonb,
    stairs text,
    bed_location text,
    access_notes text,
    keys_held_by text,
    other_household text
);
CREATE INDEX home_scope ON dc.home (scope_id);

CREATE TABLE dc.consent (
    id uuid PRIMARY KEY,
    scope_id uuid NOT NULL,
    ver bigint NOT NULL DEFAULT 1,
    hlc bigint NOT NULL DEFAULT 0,
    audit_head bytea,
    person_agrees text,
    agreed_by text,
    share_consent text,
    capacity text,
    carer_consulted text,
    agreed_at timestamptz,
    family_informed_at timestamptz,
    introduction_offered_at timestamptz,
    introduction_held_at timestamptz,
    representative_name text,
    family_informed_who text,
    objection text,
    lpa text,
    adrt text,
    respect_form text,
    dols text
);
CREATE INDEX consent_scope ON dc.consent (scope_id);

CREATE TABLE dc.contact (
    id uuid PRIMARY KEY,
    scope_id uuid NOT NULL,
    ver bigint NOT NULL DEFAULT 1,
    hlc bigint NOT NULL DEFAULT 0,
    audit_head bytea,
    name text NOT NULL,
    phone text,
    note text,
    organisation text,
    relationship text NOT NULL,
    unpaid_carer boolean,
    covers_breaks boolean,
    voided_at timestamptz
);
CREATE INDEX contact_scope ON dc.contact (scope_id);

CREATE TABLE dc.medicine (
    id uuid PRIMARY KEY,
    scope_id uuid NOT NULL,
    ver bigint NOT NULL DEFAULT 1,
    hlc bigint NOT NULL DEFAULT 0,
    audit_head bytea,
    name text NOT NULL,
    dose text,
    route text,
    times text,
    reason text,
    change text NOT NULL,
    administration text,
    controlled boolean,
    tto_days integer,
    source_at timestamptz,
    voided_at timestamptz
);
CREATE INDEX medicine_scope ON dc.medicine (scope_id);

CREATE TABLE dc.equipment (
    id uuid PRIMARY KEY,
    scope_id uuid NOT NULL,
    ver bigint NOT NULL DEFAULT 1,
    hlc bigint NOT NULL DEFAULT 0,
    audit_head bytea,
    item text NOT NULL,
    supplier text,
    contact text,
    ordered_at timestamptz,
    delivered_at timestamptz,
    voided_at timestamptz,
    training_done boolean
);
CREATE INDEX equipment_scope ON dc.equipment (scope_id);

CREATE TABLE dc.risk (
    id uuid PRIMARY KEY,
    scope_id uuid NOT NULL,
    ver bigint NOT NULL DEFAULT 1,
    hlc bigint NOT NULL DEFAULT 0,
    audit_head bytea,
    kind text NOT NULL,
    detail text,
    voided_at timestamptz
);
CREATE INDEX risk_scope ON dc.risk (scope_id);

CREATE TABLE dc.restricted_note (
    id uuid PRIMARY KEY,
    scope_id uuid NOT NULL,
    ver bigint NOT NULL DEFAULT 1,
    hlc bigint NOT NULL DEFAULT 0,
    audit_head bytea,
    kind text NOT NULL,
    text text NOT NULL,
    written_by text NOT NULL,
    written_at timestamptz NOT NULL,
    voided_at timestamptz
);
CREATE INDEX restricted_note_scope ON dc.restricted_note (scope_id);

CREATE TABLE dc.pathway_decision (
    id uuid PRIMARY KEY,
    scope_id uuid NOT NULL,
    ver bigint NOT NULL DEFAULT 1,
    hlc bigint NOT NULL DEFAULT 0,
    audit_head bytea,
    referral_id uuid NOT NULL,
    pathway text NOT NULL,
    service text,
    predicted_need text,
    rationale text NOT NULL,
    decided_by text NOT NULL,
    decided_role text NOT NULL,
    options jsonb,
    took_part jsonb,
    decided_at timestamptz NOT NULL,
    voided_at timestamptz,
    funding_confirmed boolean,
    void_reason text
);
CREATE INDEX pathway_decision_scope ON dc.pathway_decision (scope_id);

CREATE TABLE dc.barrier (
    id uuid PRIMARY KEY,
    scope_id uuid NOT NULL,
    ver bigint NOT NULL DEFAULT 1,
    hlc bigint NOT NULL DEFAULT 0,
    audit_head bytea,
    status text NOT NULL,
    reason_code text NOT NULL,
    detail text,
    owner_name text,
    owner_org_id uuid,
    is_primary boolean NOT NULL,
    opened_at timestamptz NOT NULL,
    resolved_at timestamptz
);
CREATE INDEX barrier_scope ON dc.barrier (scope_id);

CREATE TABLE dc.task (
    id uuid PRIMARY KEY,
    scope_id uuid NOT NULL,
    ver bigint NOT NULL DEFAULT 1,
    hlc bigint NOT NULL DEFAULT 0,
    audit_head bytea,
    status text NOT NULL,
    kind text NOT NULL,
    owner_kind text NOT NULL,
    outcome_code text,
    title text NOT NULL,
    owner_name text,
    note text,
    owner_org_id uuid,
    about_id uuid,
    urgent boolean NOT NULL,
    due_at timestamptz,
    done_at timestamptz
);
CREATE INDEX task_scope ON dc.task (scope_id);

CREATE TABLE dc.event (
    id uuid PRIMARY KEY,
    scope_id uuid NOT NULL,
    ver bigint NOT NULL DEFAULT 1,
    hlc bigint NOT NULL DEFAULT 0,
    audit_head bytea,
    kind text NOT NULL,
    source text NOT NULL,
    channel text,
    at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    voided_at timestamptz,
    recorded_by text NOT NULL,
    recorded_role text,
    spoken_to text,
    void_reason text,
    on_behalf_of uuid,
    about_id uuid,
    detail jsonb
);
CREATE INDEX event_scope ON dc.event (scope_id);

CREATE TABLE dc.note (
    id uuid PRIMARY KEY,
    scope_id uuid NOT NULL,
    ver bigint NOT NULL DEFAULT 1,
    hlc bigint NOT NULL DEFAULT 0,
    audit_head bytea,
    kind text NOT NULL,
    text text NOT NULL,
    author text NOT NULL,
    author_role text,
    spoken_to text,
    void_reason text,
    at timestamptz NOT NULL,
    voided_at timestamptz
);
CREATE INDEX note_scope ON dc.note (scope_id);

CREATE TABLE dc.departure (
    id uuid PRIMARY KEY,
    scope_id uuid NOT NULL,
    ver bigint NOT NULL DEFAULT 1,
    hlc bigint NOT NULL DEFAULT 0,
    audit_head bytea,
    status text NOT NULL,
    left_at timestamptz,
    arrived_home_at timestamptz,
    settled_at timestamptz,
    ended_at timestamptz,
    left_source text,
    end_reason text,
    clock_effect text,
    offer_id uuid,
    planned_at timestamptz NOT NULL,
    latest_arrival_at timestamptz,
    overridden_at timestamptz,
    transport text,
    transport_state text,
    medicines_state text,
    equipment_state text,
    key_state text,
    destination text,
    override_reason text,
    override_by text,
    override_role text,
    override_on_call text,
    gate jsonb
);
CREATE INDEX departure_scope ON dc.departure (scope_id);

CREATE TABLE dc.visit (
    id uuid PRIMARY KEY,
    scope_id uuid NOT NULL,
    ver bigint NOT NULL DEFAULT 1,
    hlc bigint NOT NULL DEFAULT 0,
    audit_head bytea,
    status text NOT NULL,
    assessor_id uuid,
    second_assessor_id uuid,
    departure_id uuid,
    assessor_name text,
    outcome_note text,
    void_reason text,
    purpose text NOT NULL,
    place text NOT NULL,
    outcome text,
    need_found text,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    started_at timestamptz,
    finished_at timestamptz,
    travel_minutes integer,
    provisional boolean NOT NULL,
    next_review_on date,
    form jsonb
);
CREATE INDEX visit_scope ON dc.visit (scope_id);

CREATE TABLE dc.pack_issue (
    id uuid PRIMARY KEY,
    scope_id uuid NOT NULL,
    ver bigint NOT NULL DEFAULT 1,
    hlc bigint NOT NULL DEFAULT 0,
    audit_head bytea,
    kind text NOT NULL,
    purpose text,
    version integer NOT NULL,
    pages integer NOT NULL,
    reference text NOT NULL,
    content_hash text NOT NULL,
    printed_by text NOT NULL,
    printed_role text,
    printed_at timestamptz NOT NULL,
    draft boolean NOT NULL,
    given_at timestamptz,
    given_to text
);
CREATE INDEX pack_issue_scope ON dc.pack_issue (scope_id);

CREATE TABLE dc.offer_link (
    id uuid PRIMARY KEY,
    scope_id uuid NOT NULL,
    ver bigint NOT NULL DEFAULT 1,
    hlc bigint NOT NULL DEFAULT 0,
    audit_head bytea,
    offer_id uuid NOT NULL,
    referral_id uuid NOT NULL,
    agency_org_id uuid NOT NULL
);
CREATE INDEX offer_link_scope ON dc.offer_link (scope_id);

CREATE TABLE dc.arrival_card (
    id uuid PRIMARY KEY,
    scope_id uuid NOT NULL,
    ver bigint NOT NULL DEFAULT 1,
    hlc bigint NOT NULL DEFAULT 0,
    audit_head bytea,
    offer_id uuid NOT NULL,
    block_id uuid NOT NULL,
    agency_org_id uuid NOT NULL,
    first_name text NOT NULL,
    role text NOT NULL,
    on_call_phone text,
    status text NOT NULL,
    kind text NOT NULL,
    expected_at timestamptz,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL
);
CREATE INDEX arrival_card_scope ON dc.arrival_card (scope_id);

CREATE TABLE dc.offer (
    id uuid PRIMARY KEY,
    scope_id uuid NOT NULL,
    ver bigint NOT NULL DEFAULT 1,
    hlc bigint NOT NULL DEFAULT 0,
    audit_head bytea,
    status text NOT NULL,
    reference text NOT NULL,
    age_band text NOT NULL,
    outward_postcode text,
    agency_org_id uuid NOT NULL,
    sent_by_org_id uuid NOT NULL,
    suggested_profile_id uuid,
    gender_required text,
    stairs text,
    funding_type text,
    needs jsonb NOT NULL,
    required_skills jsonb,
    languages jsonb,
    pets jsonb,
    smoking_home boolean,
    bedroom boolean,
    driver_required boolean,
    earliest_start date,
    latest_start date,
    length_days integer,
    carers_needed integer,
    respond_by timestamptz NOT NULL,
    sent_at timestamptz,
    withdrawn_at timestamptz,
    withdrawn_reason text,
    responded_at timestamptz,
    handed_back_at timestamptz,
    responded_by text,
    spoken_to text,
    decline_reason text,
    handed_back_reason text,
    channel text,
    slot_id uuid,
    proposed_worker_id uuid,
    on_behalf_of uuid
);
CREATE INDEX offer_scope ON dc.offer (scope_id);

CREATE TABLE dc.offer_outcome (
    id uuid PRIMARY KEY,
    scope_id uuid NOT NULL,
    ver bigint NOT NULL DEFAULT 1,
    hlc bigint NOT NULL DEFAULT 0,
    audit_head bytea,
    offer_reference text NOT NULL,
    outcome text NOT NULL,
    reason text,
    at timestamptz NOT NULL
);
CREATE INDEX offer_outcome_scope ON dc.offer_outcome (scope_id);

CREATE TABLE dc.placement (
    id uuid PRIMARY KEY,
    scope_id uuid NOT NULL,
    ver bigint NOT NULL DEFAULT 1,
    hlc bigint NOT NULL DEFAULT 0,
    audit_head bytea,
    offer_id uuid NOT NULL,
    offer_reference text NOT NULL,
    outward_postcode text,
    status text NOT NULL,
    planned_start date,
    planned_end date,
    started_at timestamptz,
    ended_at timestamptz,
    end_reason text
);
CREATE INDEX placement_scope ON dc.placement (scope_id);

CREATE TABLE dc.placement_block (
    id uuid PRIMARY KEY,
    scope_id uuid NOT NULL,
    ver bigint NOT NULL DEFAULT 1,
    hlc bigint NOT NULL DEFAULT 0,
    audit_head bytea,
    placement_id uuid NOT NULL,
    offer_id uuid NOT NULL,
    kind text NOT NULL,
    status text NOT NULL,
    worker_id uuid NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    expected_at timestamptz,
    arrived_at timestamptz,
    left_at timestamptz,
    cancelled_reason text,
    overrides jsonb
);
CREATE INDEX placement_block_scope ON dc.placement_block (scope_id);

CREATE TABLE dc.worker (
    id uuid PRIMARY KEY,
    scope_id uuid NOT NULL,
    ver bigint NOT NULL DEFAULT 1,
    hlc bigint NOT NULL DEFAULT 0,
    audit_head bytea,
    first_name text NOT NULL,
    family_name text,
    phone text,
    home_postcode text,
    role_title text,
    gender text,
    status text NOT NULL,
    languages jsonb,
    skills jsonb,
    accepts_pets jsonb,
    contraindications jsonb,
    driver boolean,
    smoker boolean,
    accepts_smoking_home boolean,
    photo_consent boolean,
    max_distance_km integer,
    min_rest_hours integer,
    max_block_days integer,
    max_days_in_28 integer
);
CREATE INDEX worker_scope ON dc.worker (scope_id);

CREATE TABLE dc.credential (
    id uuid PRIMARY KEY,
    scope_id uuid NOT NULL,
    ver bigint NOT NULL DEFAULT 1,
    hlc bigint NOT NULL DEFAULT 0,
    audit_head bytea,
    worker_id uuid NOT NULL,
    code text NOT NULL,
    issued_on date,
    valid_to date,
    checked_on date,
    voided_at timestamptz
);
CREATE INDEX credential_scope ON dc.credential (scope_id);

CREATE TABLE dc.availability (
    id uuid PRIMARY KEY,
    scope_id uuid NOT NULL,
    ver bigint NOT NULL DEFAULT 1,
    hlc bigint NOT NULL DEFAULT 0,
    audit_head bytea,
    worker_id uuid NOT NULL,
    kind text NOT NULL,
    from_day date NOT NULL,
    to_day date NOT NULL,
    voided_at timestamptz
);
CREATE INDEX availability_scope ON dc.availability (scope_id);

CREATE TABLE dc.capacity_contract (
    id uuid PRIMARY KEY,
    scope_id uuid NOT NULL,
    ver bigint NOT NULL DEFAULT 1,
    hlc bigint NOT NULL DEFAULT 0,
    audit_head bytea,
    agency_org_id uuid NOT NULL,
    commissioner text,
    on_call_phone text,
    valid_from date NOT NULL,
    valid_to date,
    min_starts integer NOT NULL,
    max_starts integer NOT NULL,
    response_hours integer,
    hours jsonb,
    unused_slot_rule text
);
CREATE INDEX capacity_contract_scope ON dc.capacity_contract (scope_id);

CREATE TABLE dc.slot (
    id uuid PRIMARY KEY,
    scope_id uuid NOT NULL,
    ver bigint NOT NULL DEFAULT 1,
    hlc bigint NOT NULL DEFAULT 0,
    audit_head bytea,
    contract_id uuid NOT NULL,
    week text NOT NULL,
    number integer NOT NULL,
    status text NOT NULL,
    earliest_start date,
    held_by_org_id uuid,
    offer_id uuid,
    held_until timestamptz,
    lost_reason text
);
CREATE INDEX slot_scope ON dc.slot (scope_id);

CREATE TABLE dc.assessor (
    id uuid PRIMARY KEY,
    scope_id uuid NOT NULL,
    ver bigint NOT NULL DEFAULT 1,
    hlc bigint NOT NULL DEFAULT 0,
    audit_head bytea,
    name text NOT NULL,
    base_postcode text,
    login text,
    profession text NOT NULL,
    gender text,
    skills jsonb,
    languages jsonb,
    pattern jsonb,
    works_bank_holidays boolean NOT NULL,
    active boolean NOT NULL
);
CREATE INDEX assessor_scope ON dc.assessor (scope_id);

CREATE TABLE dc.assessor_time (
    id uuid PRIMARY KEY,
    scope_id uuid NOT NULL,
    ver bigint NOT NULL DEFAULT 1,
    hlc bigint NOT NULL DEFAULT 0,
    audit_head bytea,
    assessor_id uuid NOT NULL,
    kind text NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    voided_at timestamptz
);
CREATE INDEX assessor_time_scope ON dc.assessor_time (scope_id);

CREATE TABLE dc.access_log (
    id uuid PRIMARY KEY,
    scope_id uuid NOT NULL,
    ver bigint NOT NULL DEFAULT 1,
    hlc bigint NOT NULL DEFAULT 0,
    audit_head bytea,
    case_id uuid,
    action text NOT NULL,
    detail text,
    at timestamptz NOT NULL,
    who text NOT NULL
);
CREATE INDEX access_log_scope ON dc.access_log (scope_id);

CREATE TABLE dc.import_batch (
    id uuid PRIMARY KEY,
    scope_id uuid NOT NULL,
    ver bigint NOT NULL DEFAULT 1,
    hlc bigint NOT NULL DEFAULT 0,
    audit_head bytea,
    file_sha256 text NOT NULL,
    file_kind text NOT NULL,
    imported_by text NOT NULL,
    sites jsonb,
    header jsonb,
    accepted integer NOT NULL,
    changed integer NOT NULL,
    unchanged integer NOT NULL,
    refused integer NOT NULL,
    extract_at timestamptz NOT NULL
);
CREATE INDEX import_batch_scope ON dc.import_batch (scope_id);

-- A worker is in one place at a time, and one who overruns is not free.
ALTER TABLE dc.placement_block
    ADD CONSTRAINT bad_period CHECK (starts_at < ends_at),
    ADD CONSTRAINT overlap EXCLUDE USING gist (
        sync.uuidrange(worker_id, worker_id, '[]') WITH &&,
        tstzrange(starts_at, ends_at, '[)') WITH &&
    ) WHERE (status IN ('confirmed', 'active'));
CREATE UNIQUE INDEX worker_is_active ON dc.placement_block (worker_id) WHERE status = 'active';
CREATE INDEX placement_block_offer ON dc.placement_block (offer_id);
CREATE INDEX placement_block_placement ON dc.placement_block (placement_id);

ALTER TABLE dc.visit ADD CONSTRAINT bad_period CHECK (starts_at < ends_at);
ALTER TABLE dc.assessor_time ADD CONSTRAINT bad_period CHECK (starts_at < ends_at);
ALTER TABLE dc.availability ADD CONSTRAINT bad_period CHECK (from_day <= to_day);

CREATE UNIQUE INDEX one_spell ON dc.spell (hospital_org_id, spell_number)
    WHERE spell_number IS NOT NULL AND voided_at IS NULL;
CREATE UNIQUE INDEX one_case_ref ON dc.spell (case_ref);
CREATE UNIQUE INDEX one_offer_reference ON dc.offer (reference);
CREATE UNIQUE INDEX offer_link_offer ON dc.offer_link (offer_id);
CREATE INDEX offer_link_referral ON dc.offer_link (referral_id);
CREATE UNIQUE INDEX placement_offer ON dc.placement (offer_id);
CREATE UNIQUE INDEX arrival_card_block ON dc.arrival_card (block_id);
CREATE UNIQUE INDEX one_slot ON dc.slot (contract_id, week, number);
CREATE UNIQUE INDEX one_capacity_week ON dc.capacity_week (contract_id, week);
CREATE UNIQUE INDEX one_outcome ON dc.offer_outcome (scope_id, offer_reference);
CREATE UNIQUE INDEX one_profile ON dc.worker_profile (opaque_id);
CREATE INDEX credential_worker ON dc.credential (worker_id);
CREATE UNIQUE INDEX one_staff ON dc.staff (login);

RESET ROLE;
