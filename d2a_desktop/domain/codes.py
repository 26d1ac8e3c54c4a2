"""The enumerations of the product: each stored value with the words a person reads.

Lists published by others (criteria, delay reasons, destinations …) are in `code_lists`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Labelled(StrEnum):
    """A code whose `label` is what the screen and the page show."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        """Make the member of a `value, label` pair; looking one up needs the value alone."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member


class OrgKind(Labelled):
    """Kinds of organisation of a sharing system (PRODUCT, "Who sees what")."""

    HOSPITAL = "hospital", "Hospital"
    COMMUNITY = "community", "Community hub"
    COUNCIL = "council", "Council"
    AGENCY = "agency", "Agency"


class OwnerKind(Labelled):
    """Who a task or a next action waits for, partners outside the system included."""

    WARD = "ward", "Ward"
    HUB = "hub", "Care transfer hub"
    AGENCY = "agency", "Agency"
    AGENCY_ON_CALL = "agency_on_call", "Agency on-call"
    ASSESSOR = "assessor", "Home assessor"
    COUNCIL = "council", "Council"
    GP = "gp", "GP practice"
    PHARMACY = "pharmacy", "Pharmacy"
    TRANSPORT = "transport", "Transport"
    EQUIPMENT = "equipment", "Equipment service"
    HOUSING = "housing", "Housing"
    VOLUNTARY = "voluntary", "Voluntary sector"
    MENTAL_HEALTH = "mental_health", "Mental health liaison"
    TELECARE = "telecare", "Telecare"
    NOBODY = "nobody", "Nobody"

    @property
    def external(self) -> bool:
        """Whether the owner is outside the organisations that share this record."""
        return self in _EXTERNAL_OWNERS


_EXTERNAL_OWNERS = frozenset(
    {
        OwnerKind.GP,
        OwnerKind.PHARMACY,
        OwnerKind.TRANSPORT,
        OwnerKind.EQUIPMENT,
        OwnerKind.HOUSING,
        OwnerKind.VOLUNTARY,
        OwnerKind.MENTAL_HEALTH,
        OwnerKind.TELECARE,
    }
)


class Stage(Labelled):
    """How far a case has come; derived by `stage.derive_stage`, never stored (DECISIONS)."""

    INPATIENT = "inpatient", "Inpatient"
    NCTR = "nctr", "No criteria to reside"
    REFERRED = "referred", "Referred"
    PATHWAY_CONFIRMED = "pathway_confirmed", "Pathway confirmed"
    OFFERED = "offered", "Offered"
    ACCEPTED = "accepted", "Agency accepted"
    ALLOCATED = "allocated", "Worker agreed"
    DISCHARGE_PLANNED = "discharge_planned", "Discharge planned"
    AT_HOME = "at_home", "At home"
    ASSESSED = "assessed", "Assessed at home"
    UNDER_REVIEW = "under_review", "Under review"
    CLOSED = "closed", "Closed"


class AllergyState(Labelled):
    """The four exact states of an allergy list (CUI PAB-0064); absent is never "none"."""

    KNOWN = "known", "Known allergies"
    NONE_KNOWN = "none_known", "No known allergies"
    NOT_RECORDED = "not_recorded", "Allergies not recorded"
    UNAVAILABLE = "unavailable", "Allergies unavailable"


class Gender(Labelled):
    """Gender as the CUI displays it; never abbreviated, never as a code."""

    MALE = "male", "Male"
    FEMALE = "female", "Female"
    OTHER_SPECIFIC = "other_specific", "Other Specific"
    NOT_KNOWN = "not_known", "Not Known"
    NOT_SPECIFIED = "not_specified", "Not Specified"

    @classmethod
    def from_nhs_dd(cls, code: str) -> Gender:
        """Return the gender of an NHS Data Dictionary person stated gender code (0, 1, 2, 9)."""
        return {"1": cls.MALE, "2": cls.FEMALE, "9": cls.NOT_SPECIFIED}.get(code, cls.NOT_KNOWN)


class NhsNumberStatus(Labelled):
    """NHS number status indicator 01 to 08 (NHS Data Dictionary)."""

    VERIFIED = "01", "Number present and verified"
    NOT_TRACED = "02", "Number present but not traced"
    TRACE_REQUIRED = "03", "Trace required"
    NO_MATCH = "04", "Trace attempted - No match or multiple match found"
    CONFLICT = (
        "05",
        "Trace needs to be resolved - (NHS number or patient detail conflict)",
    )
    IN_PROGRESS = "06", "Trace in progress"
    NOT_PRESENT = "07", "Number not present and trace not required"
    POSTPONED = "08", "Trace postponed (baby under six weeks old)"


class Pathway(Labelled):
    """Discharge pathway 0 to 3 (DOMAIN 1.2); definitions in `code_lists.pathways`."""

    P0 = "P0", "Pathway 0"
    P1 = "P1", "Pathway 1"
    P2 = "P2", "Pathway 2"
    P3 = "P3", "Pathway 3"


class ReferralKind(Labelled):
    """Whether the person was already ready when referred (PRODUCT section 2, step 3)."""

    EARLY = "early", "Early referral"
    FULL = "full", "Referral"


class DeciderRole(Labelled):
    """Who may decide that a person no longer meets the criteria to reside (DOMAIN 1.3)."""

    CONSULTANT = "consultant", "Consultant"
    DOCTOR = "doctor", "Doctor"
    NURSE = "nurse", "Registered nurse"
    ADVANCED_PRACTITIONER = "advanced_practitioner", "Advanced clinical practitioner"


class NctrEnd(Labelled):
    """Why a period without criteria to reside ended."""

    MEETS_CRITERIA = "meets_criteria", "Meets criteria to reside again"
    DISCHARGED = "discharged", "Discharged"
    DIED = "died", "Died"
    ENTERED_IN_ERROR = "entered_in_error", "Entered in error"


class NeedFound(Labelled):
    """Need found at home beside the need predicted on the ward (DOMAIN 8.4)."""

    LESS = "less", "Less than predicted"
    SAME = "same", "Same as predicted"
    MORE = "more", "More than predicted"


class VisitPlace(Labelled):
    """Where or how an assessment took place."""

    HOME = "home", "At home"
    WARD = "ward", "On the ward"
    PHONE = "phone", "By telephone"
    VIDEO = "video", "By video"


class VisitPurpose(Labelled):
    """What a visit is for; only the first assessment stops the clock."""

    FIRST_ASSESSMENT = "home_assessment", "Assessment at home"
    REVIEW = "review", "Review"


class VisitOutcome(Labelled):
    """What came of a visit (PRODUCT section 2, step 10)."""

    DONE = "done", "Done"
    PART_DONE = "part_done", "Part done"
    NO_ACCESS = "no_access", "No access"
    REFUSED = "refused", "Refused"
    UNSAFE = "unsafe", "Unsafe"
    PERSON_AWAY = "person_away", "Person away"
    READMITTED = "readmitted", "Readmitted"
    DIED = "died", "Died"


class ClockExclusion(Labelled):
    """Why a clock closed without being met or late (DOMAIN 1.6, rule c)."""

    READMITTED = "readmitted", "Readmitted before assessment"
    DIED = "died", "Died before assessment"
    DECLINED = "declined", "Declined assessment"
    LEFT_AREA = "left_area", "Left the area"
    RETURNED = "returned", "Returned to hospital the same day"


class ClockEffect(Labelled):
    """What the end of a departure does to the assess-at-home clock."""

    RUNS = "runs", "The clock runs"
    VOID = "void", "The clock is void"
    EXCLUDED = "excluded", "The clock is excluded"


class DepartureEnd(Labelled):
    """How a departure ended (PRODUCT section 2, step 9)."""

    SETTLED = "settled", "Settled at home"
    TURNED_BACK_BEFORE_LEAVING = "turned_back_before_leaving", "Turned back before leaving"
    TURNED_BACK_AT_DOOR = "turned_back_at_door", "Turned back at the door"
    RETURNED_SAME_DAY = "returned_same_day", "Returned the same day"
    REOPENED = "reopened", "Discharge cancelled, stay reopened"


class PlacementEnd(Labelled):
    """How a live-in placement ended."""

    INDEPENDENT = "independent", "Independent"
    STEP_DOWN_VISITS = "step_down_visits", "Stepped down to visits"
    LONG_TERM_CARE_HOME = "long_term_care_home", "Long-term care at home"
    AGENCY_PRIVATE = "agency_private", "Agency, paid privately"
    CARE_HOME = "care_home", "Care home"
    READMITTED = "readmitted", "Readmitted"
    DIED = "died", "Died"
    OTHER = "other", "Other"


class DeclineReason(Labelled):
    """Why an agency declined: the rule that failed, never a worker's detail (PRODUCT section 3).

    The first group are the rule codes of the matching engine, so that refusals can be counted
    beside what the engine foresaw.
    """

    SKILL = "skill", "No worker with the skill"
    CERTIFICATE = "certificate", "Training or certificate would lapse"
    GENDER = "gender", "No worker of the required gender"
    LANGUAGE = "language", "No worker with the required language"
    PETS = "pets", "Pets in the home"
    SMOKING = "smoking", "Smoking in the home"
    DRIVER = "driver", "No driver free"
    DISTANCE = "distance", "Too far"
    MAX_CONSECUTIVE = "max_consecutive", "Too long for one worker, no relief"
    EXCLUDED = "excluded", "An exclusion is recorded"
    REFUSED = "refused", "Refused by workers"
    AVAILABILITY = "availability", "No worker free on these dates"
    REST = "rest", "Rest between placements"
    WINDOW = "window", "Cannot start in these dates"
    CAPACITY = "capacity", "The week's starts are used"
    DOUBLE_HANDED = "double_handed", "Needs two workers"
    WAKING_NIGHT = "waking_night", "Needs waking nights"
    ACCOMMODATION = "accommodation", "No bedroom or unsafe home"
    REST_COVER = "rest_cover", "Breaks cannot be covered"
    INFECTION = "infection", "Infection requirement"
    MORE_INFORMATION = "more_information", "More information needed"
    OTHER = "other", "Other"


class OfferWithdrawal(Labelled):
    """Why the hub withdrew an offer."""

    NEED_CHANGED = "need_changed", "Need changed"
    MEETS_CRITERIA = "meets_criteria", "Meets criteria to reside again"
    PATHWAY_CHANGED = "pathway_changed", "Pathway changed"
    REFERRAL_WITHDRAWN = "referral_withdrawn", "Referral withdrawn"
    PERSON_REFUSED = "person_refused", "Person refused"
    DIED = "died", "Died"
    ERROR = "error", "Sent in error"


class HandBackReason(Labelled):
    """Why an agency handed an accepted offer back."""

    WORKER_ILL = "worker_ill", "Worker ill"
    WORKER_LEFT = "worker_left", "Worker left"
    NO_RELIEF = "no_relief", "No relief found"
    NEED_BEYOND_OFFER = "need_beyond_offer", "Need is beyond what was offered"
    PROVIDER_STOPS = "provider_stops", "Provider stops the service"
    OTHER = "other", "Other"


class Readiness(Labelled):
    """Whether something a departure needs is there; unknown never counts as ready."""

    READY = "ready", "Ready"
    NOT_NEEDED = "not_needed", "Not needed"
    NOT_READY = "not_ready", "Not ready"
    UNKNOWN = "unknown", "Not known"


class TransportMode(Labelled):
    """How the person travels home."""

    FAMILY_CAR = "family_car", "Family car"
    TAXI = "taxi", "Taxi"
    WHEELCHAIR_TAXI = "wheelchair_taxi", "Wheelchair taxi"
    PATIENT_TRANSPORT = "patient_transport", "Patient transport"
    STRETCHER = "stretcher", "Ambulance, stretcher"


class PersonAgrees(Labelled):
    """Whether the person agrees to live-in care (SCCI2075 consent status)."""

    YES = "yes", "Agrees"
    NO = "no", "Does not agree"
    LACKS_CAPACITY = "lacks_capacity", "Lacks mental capacity"
    NOT_ASKED = "not_asked", "Not asked yet"


class AgreedBy(Labelled):
    """By whom an agreement was given (SCCI2075 third party consent source)."""

    PERSON = "person", "The person"
    REPRESENTATIVE_CARER = "representative_carer", "Legal representative (carer)"
    REPRESENTATIVE_OTHER = "representative_other", "Legal representative (other)"
    BEST_INTEREST = "best_interest", "Best interest decision"


class Channel(Labelled):
    """How a partner without a desk was reached."""

    PHONE = "phone", "Telephone"
    SECURE_MAIL = "secure_mail", "Secure mail"
    IN_PERSON = "in_person", "In person"
    DESK = "desk", "Their own desk"


class WorkerStatus(Labelled):
    """Whether a live-in worker can be placed at all (rule H01)."""

    ACTIVE = "active", "Active"
    PAUSED = "paused", "Paused"
    LEFT = "left", "Left the agency"


class AvailabilityKind(Labelled):
    """A stretch of days in a worker's calendar."""

    AVAILABLE = "available", "Available"
    LEAVE = "leave", "Leave"
    TRAINING = "training", "Training"
    SICKNESS = "sickness", "Sickness"


class BlockKind(Labelled):
    """Which part of a placement a worker's block is."""

    MAIN = "main", "Main worker"
    RELIEF = "relief", "Relief worker"
    SECOND = "second", "Second worker"


class BarrierGroup(Labelled):
    """The five published groups of delay reasons (DOMAIN 2.2)."""

    HOSPITAL_PROCESS = "HP", "Hospital process"
    WELLBEING = "WB", "Wellbeing concerns"
    HUB_PROCESS = "CTH", "Care transfer hub process"
    INTERFACE = "IP", "Interface process"
    CAPACITY = "CAP", "Capacity"


class PackKind(Labelled):
    """Kinds of print (DOMAIN 3.3)."""

    HANDOVER = "handover", "Handover pack"
    ASSESSMENT = "assessment", "Home assessment pack"
    PATIENT = "patient", "Patient copy"
    REFERRAL = "referral", "Referral pack"
    OFFER_SHEET = "offer_sheet", "Anonymous offer sheet"
    TRAVEL = "travel", "Worker travel sheet"
    CHANGEOVER = "changeover", "Worker changeover sheet"
    BOARD = "board", "Ward board sheet"
    HUB_LIST = "hub_list", "Hub list"
    WEEKEND = "weekend", "Weekend sheet"
    CONTINGENCY = "contingency", "Contingency list"
    FLOW = "flow", "Weekly flow report"
    KEY_SHEET = "key_sheet", "Key sheet"
    RESTRICTED = "restricted", "Restricted sheet"


PACKS_OF_A_CASE = (
    PackKind.HANDOVER,
    PackKind.ASSESSMENT,
    PackKind.PATIENT,
    PackKind.CHANGEOVER,
    PackKind.KEY_SHEET,
)
"""What can be printed for one person, in the order in which it is offered."""
LISTS = (
    PackKind.BOARD,
    PackKind.HUB_LIST,
    PackKind.WEEKEND,
    PackKind.CONTINGENCY,
    PackKind.FLOW,
)
"""Sheets about several people: never a banner (CUI PAB-0015)."""
