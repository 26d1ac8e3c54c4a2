"""The first tables of a store, of 22-Nov-2026.

Every table is STRICT. Columns are written `name`, `name:int`, and with `!` where null is refused.
A synced table begins with the columns that all records have and is kept by its id alone. This is
a picture of that day: it imports no model, for models move on.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "v0001"
down_revision = None

_SYNCED = "id! scope_id! ver:int! hlc:int!"


def upgrade() -> None:
    """Create every table of version 1."""
    for name, columns in SYNCED.items():
        _table(name, f"{_SYNCED} {columns}", key="id", with_rowid=False)
        _index(name, "scope_id", *INDEXED.get(name, "").split())
    _local()
    # Words only, no texts; what is deleted is taken out of the index at once.
    op.execute(
        "CREATE VIRTUAL TABLE search USING fts5(words, content='', contentless_delete=1,"
        ' tokenize="unicode61 remove_diacritics 2")'
    )
    op.execute("INSERT INTO search (search, rank) VALUES ('secure-delete', 1)")


def _table(name: str, columns: str, *constraints: Any, key: str, **options: bool) -> None:
    made: list[Any] = []
    for column in columns.split():
        title, _, kind = column.rstrip("!").partition(":")
        type_ = sa.Integer() if kind == "int" else sa.Text()
        made.append(sa.Column(title, type_, nullable=not column.endswith("!")))
    op.create_table(
        name,
        *made,
        sa.PrimaryKeyConstraint(*key.split(), name=f"pk_{name}"),
        *constraints,
        sqlite_strict=True,
        **{f"sqlite_{option}": value for option, value in options.items()},
    )


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(f"ix_{table}_{column}", table, [column])


def _local() -> None:
    """Create the tables of this desk alone."""
    _table(
        "audit_entry",
        "seq:int! at! actor! action! entity! row_id! scope_id! salt delta reason "
        "content_hash! prev! hash!",
        key="seq",
    )
    _index("audit_entry", "row_id")
    _table(
        "conflict",
        "op! grp! login! entity! row_id! scope_id! code! base mine theirs at! resolved_at "
        "resolved_by choice",
        key="op",
        with_rowid=False,
    )
    _index("conflict", "row_id", "scope_id")
    _table(
        "desk",
        "one:int! desk_id! org_id! org_ods! org_kind! org_name! system_id server_url "
        "trial:int! locked_until_sync:int! created_at!",
        sa.CheckConstraint("one = 1", name="ck_desk_only_one"),
        key="one",
    )
    _table(
        "outbox_op",
        "seq:int! op! grp! login! entity! row_id! scope_id! kind! set_values base_values "
        "base_ver:int! hlc:int! schema_version:int! state! result created_at! settled_at",
        sa.UniqueConstraint("op", name="uq_outbox_op_op"),
        key="seq",
        autoincrement=True,
    )
    _index("outbox_op", "row_id")
    op.create_index("ix_outbox_op_state_seq", "outbox_op", ["state", "seq"])
    _table(
        "person_enrolled",
        "login! name! role! enrolled_at! removed_at last_hello_at",
        key="login",
        with_rowid=False,
    )
    _table(
        "search_doc",
        "doc_id:int! entity! row_id! scope_id! subject_id!",
        key="doc_id",
    )
    _index("search_doc", "row_id", "subject_id")
    _table(
        "setting",
        "name! value",
        key="name",
        with_rowid=False,
    )
    _table(
        "shadow",
        "entity! row_id! scope_id! ver:int! wire!",
        key="entity row_id",
        with_rowid=False,
    )
    _index("shadow", "scope_id")
    _table(
        "sync_state",
        "name! value",
        key="name",
        with_rowid=False,
    )


INDEXED = {
    "capacity_week": "contract_id",
    "spell": "case_ref mrn spell_number",
    "patient": "nhs_number",
    "pathway_decision": "referral_id",
    "departure": "offer_id",
    "visit": "assessor_id",
    "offer_link": "offer_id referral_id",
    "arrival_card": "block_id offer_id",
    "placement": "offer_id",
    "placement_block": "offer_id placement_id worker_id",
    "credential": "worker_id",
    "availability": "worker_id",
    "slot": "contract_id offer_id",
    "assessor_time": "assessor_id",
    "access_log": "case_id",
}

SYNCED = {
    "organisation": (
        "ods_code! name! phone on_call_phone secure_email kind! has_desk:int! share_profiles:int!"
    ),
    "staff": ("login! name! role! active:int!"),
    "capacity_week": (
        "contract_id! agency_org_id! week! min_starts:int! max_starts:int! open_slots:int! "
        "held_slots:int! accepted_slots:int! started_slots:int! lost_slots:int!"
    ),
    "worker_profile": (
        "agency_org_id! opaque_id! outward_area gender skills languages accepts_pets "
        "driver:int smoker:int accepts_smoking_home:int free_from free_until "
        "longest_block_days:int"
    ),
    "spell": (
        "hospital_org_id! case_ref! entered_from! site! ward! bed specialty consultant "
        "admission_method owner_name owner_login last_import_id last_seen_at spell_number mrn "
        "admitted_at! pas_nctr_from pas_discharged_at edd pas_delay_reason pas_destination "
        "hub_owner_name hub_owner_login voided_at void_reason died_at"
    ),
    "patient": (
        "nhs_number family_name! given_name title nhs_number_status! gender! birth_date! "
        "preferred_name address_1 address_2 address_3 address_4 postcode phone "
        "gp_practice_code gp_practice_name language interpreter_required:int allergy_state! "
        "allergies"
    ),
    "criteria_review": (
        "applies! exception decided_by! decided_role! entered_by! decided_at! "
        "up_and_dressed:int voided_at void_reason"
    ),
    "nctr_period": ("nctr_from! review_id source! nctr_to voided_at end_reason void_reason"),
    "referral": (
        "reference! kind! status! to_org_id sent_at returned_at confirmed_at closed_at "
        "withdrawn_reason predicted_need chc_considered admission_type returned_reason "
        "reason_for_referral supporting_information why_in_hospital what_changed what_matters "
        "communication_tips please_do please_dont how_support goals therapy_plan contingency "
        "red_flags lead_clinician liaison_name liaison_phone follow_up local_authority "
        "social_services_team proposed_discharge"
    ),
    "care_need": (
        "personal_care mobility transfers continence night_pattern cognition medicines_level "
        "communication diet skin falls_risk infection gender_required gender_preferred "
        "funding_type stairs night_calls:int frailty:int left_alone_hours:int "
        "carers_needed:int length_days:int priority_weight:int required_skills "
        "languages_required languages_preferred driver_required:int earliest_start "
        "latest_start funded_until function_summary sensory"
    ),
    "home": (
        "lives_alone:int bedroom_for_worker:int heating:int hot_water:int food_in:int "
        "wifi:int parking:int smoking_home:int key_safe:int pets stairs bed_location "
        "access_notes keys_held_by other_household"
    ),
    "consent": (
        "person_agrees agreed_by share_consent capacity carer_consulted agreed_at "
        "family_informed_at introduction_offered_at introduction_held_at representative_name "
        "family_informed_who objection lpa adrt respect_form dols"
    ),
    "contact": (
        "name! phone note organisation relationship! unpaid_carer:int covers_breaks:int voided_at"
    ),
    "medicine": (
        "name! dose route times reason change! administration controlled:int tto_days:int "
        "source_at voided_at"
    ),
    "equipment": ("item! supplier contact ordered_at delivered_at voided_at training_done:int"),
    "risk": ("kind! detail voided_at"),
    "restricted_note": ("kind! text! written_by! written_at! voided_at"),
    "pathway_decision": (
        "referral_id! pathway! service predicted_need rationale! decided_by! decided_role! "
        "options took_part decided_at! voided_at funding_confirmed:int void_reason"
    ),
    "barrier": (
        "status! reason_code! detail owner_name owner_org_id is_primary:int! opened_at! resolved_at"
    ),
    "task": (
        "status! kind! owner_kind! outcome_code title! owner_name note owner_org_id about_id "
        "urgent:int! due_at done_at"
    ),
    "event": (
        "kind! source! channel at! recorded_at! voided_at recorded_by! recorded_role "
        "spoken_to void_reason on_behalf_of about_id detail"
    ),
    "note": ("kind! text! author! author_role spoken_to void_reason at! voided_at"),
    "departure": (
        "status! left_at arrived_home_at settled_at ended_at left_source end_reason "
        "clock_effect offer_id planned_at! latest_arrival_at overridden_at transport "
        "transport_state medicines_state equipment_state key_state destination "
        "override_reason override_by override_role override_on_call gate"
    ),
    "visit": (
        "status! assessor_id second_assessor_id departure_id assessor_name outcome_note "
        "void_reason purpose! place! outcome need_found starts_at! ends_at! started_at "
        "finished_at travel_minutes:int provisional:int! next_review_on form"
    ),
    "pack_issue": (
        "kind! purpose version:int! pages:int! reference! content_hash! printed_by! "
        "printed_role printed_at! draft:int! given_at given_to"
    ),
    "offer_link": ("offer_id! referral_id! agency_org_id!"),
    "arrival_card": (
        "offer_id! block_id! agency_org_id! first_name! role! on_call_phone status! kind! "
        "expected_at starts_at! ends_at!"
    ),
    "offer": (
        "status! reference! age_band! outward_postcode agency_org_id! sent_by_org_id! "
        "suggested_profile_id gender_required stairs funding_type needs! required_skills "
        "languages pets smoking_home:int bedroom:int driver_required:int earliest_start "
        "latest_start length_days:int carers_needed:int respond_by! sent_at withdrawn_at "
        "withdrawn_reason responded_at handed_back_at responded_by spoken_to decline_reason "
        "handed_back_reason channel slot_id proposed_worker_id on_behalf_of"
    ),
    "offer_outcome": ("offer_reference! outcome! reason at!"),
    "placement": (
        "offer_id! offer_reference! outward_postcode status! planned_start planned_end "
        "started_at ended_at end_reason"
    ),
    "placement_block": (
        "placement_id! offer_id! kind! status! worker_id! starts_at! ends_at! expected_at "
        "arrived_at left_at cancelled_reason overrides"
    ),
    "worker": (
        "first_name! family_name phone home_postcode role_title gender status! languages "
        "skills accepts_pets contraindications driver:int smoker:int accepts_smoking_home:int "
        "photo_consent:int max_distance_km:int min_rest_hours:int max_block_days:int "
        "max_days_in_28:int"
    ),
    "credential": ("worker_id! code! issued_on valid_to checked_on voided_at"),
    "availability": ("worker_id! kind! from_day! to_day! voided_at"),
    "capacity_contract": (
        "agency_org_id! commissioner on_call_phone valid_from! valid_to min_starts:int! "
        "max_starts:int! response_hours:int hours unused_slot_rule"
    ),
    "slot": (
        "contract_id! week! number:int! status! earliest_start held_by_org_id offer_id "
        "held_until lost_reason"
    ),
    "assessor": (
        "name! base_postcode login profession! gender skills languages pattern "
        "works_bank_holidays:int! active:int!"
    ),
    "assessor_time": ("assessor_id! kind! starts_at! ends_at! voided_at"),
    "access_log": ("case_id action! detail at! who!"),
    "import_batch": (
        "file_sha256! file_kind! imported_by! sites header accepted:int! changed:int! "
        "unchanged:int! refused:int! extract_at!"
    ),
}
