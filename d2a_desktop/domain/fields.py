"""Every synced record and field: type, merge class, writers, and the stages that see it.

This table is the one truth for the models (`models/`), the shared tables (`shared_db/schema/`)
and the server's `sync.field` and `sync.entity` rows; tests fail on an unlisted column.

Scopes (DECISIONS, "Visibility"): every row has one `scope_id` that never changes.
  case      the spell's id            offer     the offer's id
  roster    the organisation's id     contract  the capacity contract's id
  system    the sharing system's id

Stages of an organisation's grant on a scope (`sync.acl.stage`):
  own       it made the scope (a hospital its case, an agency its roster or contract)
  hub       community and council organisations of the system, from referral; for a hospital
            that sees a hub's offer or contract likewise
  accepted  the agency whose acceptance the server confirmed (case)
  offered   the agency that an open offer is addressed to (offer)
  partner   the hub acting for an agency without a desk (that agency's roster)
  system    every member of the system, read only
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

SCHEMA_VERSION = 3
"""Version of the records on the wire (`sv` of an operation, `schema_ver` of a server)."""


class Type(StrEnum):
    """How a value is stored; on the wire instants are UTC ISO 8601 with Z, dates ISO 8601."""

    TEXT = "text"
    CODE = "code"
    INT = "int"
    BOOL = "bool"
    DATE = "date"
    INSTANT = "instant"
    UUID = "uuid"
    JSON = "json"


class Merge(StrEnum):
    """How two edits of one field meet (SYNC 3.8)."""

    LWW = "lww"
    CLINICAL = "clinical"
    GUARD = "guard"
    FIXED = "fixed"


@dataclass(frozen=True)
class Field:
    """One column of a record.

    `kinds` are the kinds of organisation that may write it; empty means the server alone. `since`
    is the schema version in which it came; a later field is never required, for older desks do
    not send it and older servers do not have it (SYNC 3.13).
    """

    type: Type
    merge: Merge
    kinds: frozenset[str]
    required: bool = False
    since: int = 1


@dataclass(frozen=True)
class Record:
    """One entity: its scope, at which stages its rows are seen, who may insert, its fields."""

    scope: str
    seen: frozenset[str]
    insert: frozenset[str]
    fields: dict[str, Field]
    status: str | None = None
    """The guard field that follows the state machine of this entity's name."""
    restricted: bool = False
    """Only for roles of `permissions.RESTRICTED_ROLES`."""
    agency_field: str | None = None
    """An agency sees and writes only the rows in which this field names it."""
    append_only: frozenset[str] | None = None
    """Insert-only record when given; the fields named here may still be filled in once."""
    since: int = 1
    """The schema version in which it came."""


_KIND_OF_LETTER = {"H": "hospital", "C": "community", "L": "council", "A": "agency"}


def _kinds(letters: str) -> frozenset[str]:
    return frozenset(_KIND_OF_LETTER[letter] for letter in letters)


def _fields(letters: str, merge: Merge, **groups: str) -> dict[str, Field]:
    """Build fields of one writer set and merge class; a name ending in `!` is required."""
    made: dict[str, Field] = {}
    for type_name, names in groups.items():
        for name in names.split():
            made[name.rstrip("!")] = Field(
                type=Type(type_name.rstrip("_")),
                merge=merge,
                kinds=_kinds(letters),
                required=name.endswith("!"),
            )
    return made


_CLINICAL, _LWW, _GUARD, _FIXED = Merge.CLINICAL, Merge.LWW, Merge.GUARD, Merge.FIXED
_CARE_STAGES = frozenset({"own", "hub", "accepted"})
_NOT_AGENCY = frozenset({"own", "hub"})
_ROSTER = frozenset({"own", "partner"})
_EVERYONE = _kinds("HCLA")
_NHS = _kinds("HCL")
_SERVER: frozenset[str] = frozenset()


RECORDS: dict[str, Record] = {
    # --- the system -------------------------------------------------------------------
    "organisation": Record(
        scope="system",
        seen=frozenset({"system"}),
        insert=_SERVER,
        fields=_fields(
            "",
            _FIXED,
            text="ods_code! name! phone on_call_phone secure_email",
            code="kind!",
            bool="has_desk! share_profiles!",
        ),
    ),
    "staff": Record(
        scope="roster",
        seen=_ROSTER,
        insert=_SERVER,
        fields=_fields("", _FIXED, text="login! name!", code="role!", bool="active!"),
    ),
    "capacity_week": Record(
        scope="system",
        seen=frozenset({"system"}),
        insert=_SERVER,
        # An agency's competitors do not see its week; ward and hub do.
        agency_field="agency_org_id",
        fields=_fields(
            "",
            _FIXED,
            uuid="contract_id! agency_org_id!",
            code="week!",
            int="min_starts! max_starts! open_slots! held_slots! accepted_slots!"
            " started_slots! lost_slots!",
        ),
    ),
    "worker_profile": Record(
        scope="system",
        seen=frozenset({"system"}),
        insert=_SERVER,
        agency_field="agency_org_id",
        fields=_fields(
            "",
            _FIXED,
            uuid="agency_org_id!",
            text="opaque_id! outward_area",
            code="gender",
            json="skills languages accepts_pets",
            bool="driver smoker accepts_smoking_home",
            date="free_from free_until",
            int="longest_block_days",
        ),
    ),
    # --- the case ---------------------------------------------------------------------
    "spell": Record(
        scope="case",
        seen=_CARE_STAGES,
        insert=_kinds("H"),
        fields=_fields("H", _FIXED, uuid="hospital_org_id!", text="case_ref!", code="entered_from!")
        | _fields(
            "H",
            _LWW,
            text="site! ward! bed specialty consultant admission_method owner_name owner_login",
            uuid="last_import_id",
            instant="last_seen_at",
        )
        | _fields(
            "H",
            _CLINICAL,
            text="spell_number mrn",
            instant="admitted_at! pas_nctr_from pas_discharged_at",
            date="edd",
            code="pas_delay_reason pas_destination",
        )
        | _fields("HC", _LWW, text="hub_owner_name hub_owner_login")
        | _fields("H", _CLINICAL, instant="voided_at", text="void_reason")
        | _fields("HCL", _CLINICAL, instant="died_at"),
    ),
    "patient": Record(
        scope="case",
        seen=_CARE_STAGES,
        insert=_kinds("H"),
        fields=_fields(
            "H",
            _CLINICAL,
            text="nhs_number family_name! given_name title",
            code="nhs_number_status! gender!",
            date="birth_date!",
        )
        | _fields(
            "HC",
            _CLINICAL,
            text="preferred_name address_1 address_2 address_3 address_4 postcode phone"
            " gp_practice_code gp_practice_name language",
            bool="interpreter_required",
            code="allergy_state!",
            json="allergies",
        ),
    ),
    "criteria_review": Record(
        scope="case",
        seen=_NOT_AGENCY,
        insert=_kinds("H"),
        append_only=frozenset({"voided_at", "void_reason"}),
        fields=_fields(
            "H",
            _CLINICAL,
            json="applies!",
            text="exception decided_by! decided_role! entered_by!",
            instant="decided_at!",
            bool="up_and_dressed",
        )
        | _fields("H", _CLINICAL, instant="voided_at", text="void_reason"),
    ),
    "nctr_period": Record(
        scope="case",
        seen=_NOT_AGENCY,
        insert=_kinds("H"),
        fields=_fields("H", _FIXED, instant="nctr_from!", uuid="review_id", code="source!")
        | _fields(
            "H", _CLINICAL, instant="nctr_to voided_at", code="end_reason", text="void_reason"
        ),
    ),
    "referral": Record(
        scope="case",
        seen=_CARE_STAGES,
        insert=_kinds("HC"),
        status="status",
        fields=_fields("HC", _FIXED, text="reference!", code="kind!")
        | _fields("HCL", _GUARD, code="status!")
        | _fields("HC", _FIXED, uuid="to_org_id")
        | _fields(
            "HC",
            _CLINICAL,
            instant="sent_at returned_at confirmed_at closed_at",
            code="withdrawn_reason predicted_need chc_considered admission_type",
            text="returned_reason reason_for_referral supporting_information why_in_hospital"
            " what_changed what_matters communication_tips please_do please_dont how_support"
            " goals therapy_plan contingency red_flags lead_clinician liaison_name liaison_phone"
            " follow_up local_authority social_services_team",
            date="proposed_discharge",
        ),
    ),
    "care_need": Record(
        scope="case",
        seen=_CARE_STAGES,
        insert=_kinds("HC"),
        fields=_fields(
            "HC",
            _CLINICAL,
            code="personal_care mobility transfers continence night_pattern cognition"
            " medicines_level communication diet skin falls_risk infection gender_required"
            " gender_preferred funding_type stairs",
            int="night_calls frailty left_alone_hours carers_needed length_days priority_weight",
            json="required_skills languages_required languages_preferred",
            bool="driver_required",
            date="earliest_start latest_start funded_until",
            text="function_summary sensory",
        ),
    ),
    "home": Record(
        scope="case",
        seen=_CARE_STAGES,
        insert=_kinds("HC"),
        fields=_fields(
            "HC",
            _CLINICAL,
            bool="lives_alone bedroom_for_worker heating hot_water food_in wifi parking"
            " smoking_home key_safe",
            json="pets",
            code="stairs",
            text="bed_location access_notes keys_held_by other_household",
        ),
    ),
    "consent": Record(
        scope="case",
        seen=_CARE_STAGES,
        insert=_kinds("HC"),
        fields=_fields(
            "HC",
            _CLINICAL,
            code="person_agrees agreed_by share_consent capacity carer_consulted",
            instant="agreed_at family_informed_at introduction_offered_at introduction_held_at",
            text="representative_name family_informed_who objection lpa adrt respect_form dols",
        ),
    ),
    "contact": Record(
        scope="case",
        seen=_CARE_STAGES,
        insert=_kinds("HC"),
        fields=_fields(
            "HC",
            _CLINICAL,
            text="name! phone note organisation",
            code="relationship!",
            bool="unpaid_carer covers_breaks",
            instant="voided_at",
        ),
    ),
    "medicine": Record(
        scope="case",
        seen=_CARE_STAGES,
        insert=_kinds("HC"),
        fields=_fields(
            "HC",
            _CLINICAL,
            text="name! dose route times reason",
            code="change! administration",
            bool="controlled",
            int="tto_days",
            instant="source_at voided_at",
        ),
    ),
    "equipment": Record(
        scope="case",
        seen=_CARE_STAGES,
        insert=_kinds("HC"),
        fields=_fields(
            "HC",
            _CLINICAL,
            text="item! supplier contact",
            instant="ordered_at delivered_at voided_at",
            bool="training_done",
        ),
    ),
    "risk": Record(
        scope="case",
        seen=_CARE_STAGES,
        insert=_kinds("HC"),
        fields=_fields("HC", _CLINICAL, code="kind!", text="detail", instant="voided_at"),
    ),
    "restricted_note": Record(
        scope="case",
        seen=_NOT_AGENCY,
        insert=_kinds("HC"),
        restricted=True,
        fields=_fields(
            "HC",
            _CLINICAL,
            code="kind!",
            text="text! written_by!",
            instant="written_at! voided_at",
        ),
    ),
    "pathway_decision": Record(
        scope="case",
        seen=_NOT_AGENCY,
        insert=_NHS,
        append_only=frozenset({"voided_at", "void_reason"}),
        fields=_fields(
            "HCL",
            _CLINICAL,
            uuid="referral_id!",
            code="pathway! service predicted_need",
            text="rationale! decided_by! decided_role!",
            json="options took_part",
            instant="decided_at! voided_at",
            bool="funding_confirmed",
        )
        | _fields("HCL", _CLINICAL, text="void_reason"),
    ),
    "barrier": Record(
        scope="case",
        seen=_NOT_AGENCY,
        insert=_NHS,
        status="status",
        fields=_fields("HCL", _GUARD, code="status!")
        | _fields(
            "HCL",
            _CLINICAL,
            code="reason_code!",
            text="detail owner_name",
            uuid="owner_org_id",
            bool="is_primary!",
            instant="opened_at! resolved_at",
        ),
    ),
    "task": Record(
        scope="case",
        seen=_CARE_STAGES,
        insert=_EVERYONE,
        status="status",
        fields=_fields("HCLA", _GUARD, code="status!")
        | _fields(
            "HCLA",
            _CLINICAL,
            code="kind! owner_kind! outcome_code",
            text="title! owner_name note",
            uuid="owner_org_id about_id",
            bool="urgent!",
            instant="due_at done_at",
        ),
    ),
    "event": Record(
        scope="case",
        seen=_CARE_STAGES,
        insert=_EVERYONE,
        append_only=frozenset({"voided_at", "void_reason"}),
        fields=_fields(
            "HCLA",
            _CLINICAL,
            code="kind! source! channel",
            instant="at! recorded_at! voided_at",
            text="recorded_by! recorded_role spoken_to void_reason",
            uuid="on_behalf_of about_id",
            json="detail",
        ),
    ),
    "note": Record(
        scope="case",
        seen=_NOT_AGENCY,
        insert=_NHS,
        append_only=frozenset({"voided_at", "void_reason"}),
        fields=_fields(
            "HCL",
            _LWW,
            code="kind!",
            text="text! author! author_role spoken_to void_reason",
            instant="at! voided_at",
        ),
    ),
    "departure": Record(
        scope="case",
        seen=_CARE_STAGES,
        insert=_kinds("HC"),
        status="status",
        fields=_fields("HCA", _GUARD, code="status!")
        | _fields(
            "HCA",
            _CLINICAL,
            instant="left_at arrived_home_at settled_at ended_at",
            code="left_source end_reason clock_effect",
        )
        | _fields(
            "HC",
            _CLINICAL,
            uuid="offer_id",
            instant="planned_at! latest_arrival_at overridden_at",
            code="transport transport_state medicines_state equipment_state key_state",
            text="destination override_reason override_by override_role override_on_call",
            json="gate",
        ),
    ),
    "visit": Record(
        scope="case",
        seen=_CARE_STAGES,
        insert=_NHS,
        status="status",
        fields=_fields("HCL", _GUARD, code="status!")
        | _fields(
            "HCL",
            _CLINICAL,
            uuid="assessor_id second_assessor_id departure_id",
            text="assessor_name outcome_note void_reason",
            code="purpose! place! outcome need_found",
            instant="starts_at! ends_at! started_at finished_at",
            int="travel_minutes",
            bool="provisional!",
            date="next_review_on",
            json="form",
        ),
    ),
    "pack_issue": Record(
        scope="case",
        seen=_CARE_STAGES,
        insert=_EVERYONE,
        append_only=frozenset({"given_at", "given_to"}),
        fields=_fields(
            "HCLA",
            _FIXED,
            code="kind! purpose",
            int="version! pages!",
            text="reference! content_hash! printed_by! printed_role",
            instant="printed_at!",
            bool="draft!",
        )
        | _fields("HCLA", _LWW, instant="given_at", text="given_to"),
    ),
    "offer_link": Record(
        scope="case",
        seen=_CARE_STAGES,
        insert=_NHS,
        agency_field="agency_org_id",
        append_only=frozenset(),
        fields=_fields("HCL", _FIXED, uuid="offer_id! referral_id! agency_org_id!"),
    ),
    "arrival_card": Record(
        scope="case",
        seen=_CARE_STAGES,
        insert=_SERVER,
        agency_field="agency_org_id",
        fields=_fields(
            "",
            _FIXED,
            uuid="offer_id! block_id! agency_org_id!",
            text="first_name! role! on_call_phone",
            code="status! kind!",
            instant="expected_at starts_at! ends_at!",
        ),
    ),
    # --- the offer --------------------------------------------------------------------
    "offer": Record(
        scope="offer",
        seen=frozenset({"own", "hub", "offered"}),
        insert=_NHS,
        status="status",
        agency_field="agency_org_id",
        fields=_fields("HCLA", _GUARD, code="status!")
        | _fields(
            "HCL",
            _FIXED,
            text="reference! age_band! outward_postcode",
            uuid="agency_org_id! sent_by_org_id! suggested_profile_id",
            code="gender_required stairs funding_type",
            json="needs! required_skills languages pets",
            bool="smoking_home bedroom driver_required",
            date="earliest_start latest_start",
            int="length_days carers_needed",
            instant="respond_by!",
        )
        | _fields("HCL", _CLINICAL, instant="sent_at withdrawn_at", code="withdrawn_reason")
        | _fields(
            "HCLA",
            _CLINICAL,
            instant="responded_at handed_back_at",
            text="responded_by spoken_to",
            code="decline_reason handed_back_reason channel",
            uuid="slot_id proposed_worker_id on_behalf_of",
        ),
    ),
    # --- an agency's roster -----------------------------------------------------------
    "offer_outcome": Record(
        scope="roster",
        seen=_ROSTER,
        insert=_SERVER,
        fields=_fields("", _FIXED, text="offer_reference!", code="outcome! reason", instant="at!"),
    ),
    "placement": Record(
        scope="roster",
        seen=_ROSTER,
        insert=_SERVER,
        status="status",
        fields=_fields(
            "",
            _FIXED,
            uuid="offer_id!",
            text="offer_reference! outward_postcode",
        )
        | _fields("AC", _GUARD, code="status!")
        | _fields(
            "AC",
            _CLINICAL,
            date="planned_start planned_end",
            instant="started_at ended_at",
            code="end_reason",
        ),
    ),
    "placement_block": Record(
        scope="roster",
        seen=_ROSTER,
        insert=_kinds("AC"),
        status="status",
        fields=_fields("AC", _FIXED, uuid="placement_id! offer_id!", code="kind!")
        | _fields("AC", _GUARD, code="status!")
        | _fields(
            "AC",
            _CLINICAL,
            uuid="worker_id!",
            instant="starts_at! ends_at! expected_at arrived_at left_at",
            code="cancelled_reason",
            json="overrides",
        ),
    ),
    "worker": Record(
        scope="roster",
        seen=_ROSTER,
        insert=_kinds("AC"),
        fields=_fields(
            "AC",
            _CLINICAL,
            text="first_name! family_name phone home_postcode role_title",
            code="gender status!",
            json="languages skills accepts_pets contraindications",
            bool="driver smoker accepts_smoking_home photo_consent",
            int="max_distance_km min_rest_hours max_block_days max_days_in_28",
        ),
    ),
    "credential": Record(
        scope="roster",
        seen=_ROSTER,
        insert=_kinds("A"),
        fields=_fields(
            "A", _CLINICAL, uuid="worker_id!", code="code!", date="issued_on valid_to checked_on"
        )
        | _fields("A", _CLINICAL, instant="voided_at"),
    ),
    "availability": Record(
        scope="roster",
        seen=_ROSTER,
        insert=_kinds("A"),
        fields=_fields("A", _CLINICAL, uuid="worker_id!", code="kind!", date="from_day! to_day!")
        | _fields("A", _CLINICAL, instant="voided_at"),
    ),
    # --- capacity ---------------------------------------------------------------------
    "capacity_contract": Record(
        scope="contract",
        seen=frozenset({"own", "hub"}),
        insert=_kinds("AC"),
        fields=_fields("AC", _FIXED, uuid="agency_org_id!")
        | _fields(
            "AC",
            _CLINICAL,
            text="commissioner on_call_phone",
            date="valid_from! valid_to",
            int="min_starts! max_starts! response_hours",
            json="hours",
            code="unused_slot_rule",
        ),
    ),
    "slot": Record(
        scope="contract",
        seen=frozenset({"own", "hub"}),
        insert=_kinds("AC"),
        status="status",
        fields=_fields("AC", _FIXED, uuid="contract_id!", code="week!", int="number!")
        | _fields("ACLH", _GUARD, code="status!")
        | _fields(
            "ACLH",
            _CLINICAL,
            date="earliest_start",
            uuid="held_by_org_id offer_id",
            instant="held_until",
            code="lost_reason",
        ),
    ),
    # --- assessors (the roster of a community organisation) ---------------------------
    "assessor": Record(
        scope="roster",
        seen=frozenset({"own", "system"}),
        insert=_kinds("CL"),
        fields=_fields(
            "CL",
            _CLINICAL,
            text="name! base_postcode login",
            code="profession! gender",
            json="skills languages pattern",
            bool="works_bank_holidays! active!",
        ),
    ),
    "assessor_time": Record(
        scope="roster",
        seen=frozenset({"own", "system"}),
        insert=_kinds("CL"),
        fields=_fields(
            "CL",
            _CLINICAL,
            uuid="assessor_id!",
            code="kind!",
            instant="starts_at! ends_at! voided_at",
        ),
    ),
    "directory_entry": Record(
        # Kept by whoever knows it, read by those who care in the system; an agency's is its own.
        scope="roster",
        seen=frozenset({"own", "system"}),
        insert=_EVERYONE,
        since=2,
        fields=_fields(
            "HCLA",
            _CLINICAL,
            code="kind!",
            text="name! organisation role_title phone alternate_phone email alternate_name note"
            " verified_by",
            json="hours",
            date="verified_on away_from away_to",
            instant="voided_at",
        ),
    ),
    # --- the desk's own organisation --------------------------------------------------
    "shared_view": Record(
        # Of a ward (hospital) or of a team; what it says is not changed, only named anew.
        scope="roster",
        seen=frozenset({"own"}),
        insert=_EVERYONE,
        since=3,
        fields=_fields(
            "HCLA",
            _FIXED,
            code="page!",
            text="ward shared_by_login!",
            json="definition!",
            instant="shared_at!",
        )
        | _fields("HCLA", _CLINICAL, text="name!", instant="voided_at"),
    ),
    "access_log": Record(
        scope="roster",
        seen=frozenset({"own"}),
        insert=_EVERYONE,
        append_only=frozenset(),
        fields=_fields(
            "HCLA",
            _FIXED,
            uuid="case_id",
            code="action! detail",
            instant="at!",
            text="who!",
        ),
    ),
    "import_batch": Record(
        scope="roster",
        seen=frozenset({"own"}),
        insert=_kinds("H"),
        append_only=frozenset(),
        fields=_fields(
            "H",
            _FIXED,
            text="file_sha256! file_kind! imported_by!",
            json="sites header",
            int="accepted! changed! unchanged! refused!",
            instant="extract_at!",
        ),
    ),
}

BASE_COLUMNS = ("id", "scope_id", "ver", "hlc")
"""Columns that every record has besides its fields: uuid, uuid, server version (0 = not yet
confirmed by the shared database), hybrid logical clock."""
