"""The sections of the worker's handover pack (DOMAIN 3.3, items 1 to 13), in printed order."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar

from d2a_desktop.domain.codes import PackKind
from d2a_desktop.packs.content import (
    Allergies,
    Header,
    Identity,
    Letter,
    Need,
    column,
    fact,
    table,
    text,
)

_M, _R, _O = Need.MANDATORY, Need.REQUIRED, Need.OPTIONAL


@dataclass(frozen=True, kw_only=True)
class BagLine:
    """One thing that goes along; what the record says of it is never a tick."""

    item: str = column("Goes along", 1.2)
    record: str = column("What the record says", 2.0)


BAG_UNKNOWN = "not recorded"
BAG = (
    "Medicines to take home",
    "Medicines chart",
    "Original ReSPECT or DNACPR",
    "House keys",
    "Glasses",
    "Hearing aids",
    "Dentures",
    "Equipment",
)
"""The things that are lost on the way, in printed order."""


@dataclass(frozen=True, kw_only=True)
class Bag:
    """What goes along: every line is a box that a person ticks, whatever the record says."""

    heading: ClassVar[str] = "The bag: tick each thing that you see in it"
    lines: tuple[BagLine, ...] = table("The bag", BagLine)

    @property
    def shown(self) -> tuple[BagLine, ...]:
        """Every thing of `BAG`, unknown ones said to be so; further lines after them."""
        known = {line.item: line for line in self.lines}
        listed = [known.get(item, BagLine(item=item, record=BAG_UNKNOWN)) for item in BAG]
        return (*listed, *(line for line in self.lines if line.item not in BAG))


@dataclass(frozen=True, kw_only=True)
class Cover:
    """Who arrives where and when, and whom to ring."""

    heading: ClassVar[str] = "Arrival and contacts"
    planned_arrival: datetime | None = field(
        default=None, metadata=fact("Planned arrival at home", _M)
    )
    planned_departure: datetime | None = field(default=None, metadata=fact("Leaves the ward"))
    destination_address: str = text("Going to", _M)
    home_phone: str = text("Telephone there")
    access: str = text("How to get in")
    key_on_separate_sheet: bool | None = field(
        default=None, metadata=fact("Key number on its own sheet")
    )
    worker_first_name: str = text("Live-in worker", _M)
    worker_role: str = text("Worker's role", _O)
    agency_name: str = text("Agency", _M)
    agency_phone: str = text("Agency, 24 hours", _M)
    ward: str = text("From ward")
    hospital_phone: str = text("Ward, questions for 72 hours", _M)
    assessment_at: datetime | None = field(default=None, metadata=fact("Assessment at home"))
    assessor: str = text("Assessor")
    assessment_due: datetime | None = field(
        default=None, metadata=fact("Assessment due before", approx=True)
    )


@dataclass(frozen=True, kw_only=True)
class AboutMe:
    """The person's own words (PRSB About Me), before anything clinical."""

    heading: ClassVar[str] = "About me"
    what_matters: str = text("What matters most to me")
    communication: str = text("How to communicate with me")
    please_do: str = text("Please do")
    please_do_not: str = text("Please don't")
    support: str = text("How and when to support me")
    also_worth_knowing: str = text("Also worth knowing", _O)
    language: str = text("Language")
    interpreter: bool | None = field(default=None, metadata=fact("Interpreter needed"))


@dataclass(frozen=True, kw_only=True)
class HospitalStay:
    """Why the person was in hospital, in plain English, and where that stands."""

    heading: ClassVar[str] = "Why in hospital"
    reason: str = text("Why in hospital", _M)
    what_changed: str = text("What changed")
    criteria_statement: str = text("Criteria to reside", _M)
    referred_for: str = text("Why referred")
    supporting: str = text("Also known")
    admitted_on: date | None = field(default=None, metadata=fact("Admitted"))
    admission_type: str = text("Kind of admission")
    proposed_discharge: date | None = field(default=None, metadata=fact("Proposed discharge"))
    hospital: str = text("Hospital")
    consultant: str = text("Lead clinician")


@dataclass(frozen=True, kw_only=True)
class Function:
    """What the person can do and needs help with."""

    heading: ClassVar[str] = "How I manage"
    summary: str = text("In a few words")
    mobility: str = text("Mobility", _M)
    transfers: str = text("Transfers: aids, people", _M)
    stairs: str = text("Stairs")
    toileting: str = text("Toilet and continence")
    washing: str = text("Washing")
    dressing: str = text("Dressing")
    eating_drinking: str = text("Eating and drinking (IDDSI)")
    cognition: str = text("Memory and behaviour")
    nights: str = text("Nights")
    skin: str = text("Skin and pressure areas")
    falls: str = text("Falls risk")
    sensory: str = text("Sight, hearing, aids")
    communication: str = text("Communication")
    frailty: str = text("Clinical Frailty Scale")
    can_be_left: str = text("Can be left alone")
    special_tasks: str = text("Special tasks")


@dataclass(frozen=True, kw_only=True)
class MedicineLine:
    """A medicine as the hospital's letter or chart has it."""

    name: str = column("Medicine", 2.2)
    dose: str = column("Dose", 1.0)
    route: str = column("Route", 0.8)
    times: str = column("When", 1.3)
    change: str = column("Change in hospital", 1.2)
    reason: str = column("Reason, notes", 2.0)


@dataclass(frozen=True, kw_only=True)
class StoppedMedicine:
    """A medicine that must not be taken any more."""

    name: str = column("Stopped: do not take", 2.0)
    reason: str = column("Why", 3.0)


@dataclass(frozen=True, kw_only=True)
class Medicines:
    """Medicines and who gives them; the allergies stand in the banner and here."""

    heading: ClassVar[str] = "Medicines"
    support: str = text("Who gives medicines", _M)
    letter: str = text("Discharge letter", _O)
    source: str = text("Copied from, when")
    chart_supplied: bool | None = field(default=None, metadata=fact("MAR chart supplied"))
    days_supplied: str = text("Days supplied (TTO)")
    controlled_drugs: str = text("Controlled drugs")
    high_risk: str = text("Insulin, blood thinners, oxygen")
    lines: tuple[MedicineLine, ...] = table(
        "Medicines", MedicineLine, none="See discharge letter, copy not attached."
    )
    left_out: str = text("Typed lines left out", _O)
    stopped: tuple[StoppedMedicine, ...] = table("Stopped medicines", StoppedMedicine, _O)


@dataclass(frozen=True, kw_only=True)
class RiskLine:
    """A risk that has no line of its own."""

    risk: str = column("Risk", 1.2)
    what_to_do: str = column("What to know and do", 3.0)


@dataclass(frozen=True, kw_only=True)
class Risks:
    """Risks a worker in the home must know; safeguarding is never among them (HZ18)."""

    heading: ClassVar[str] = "Risks and alerts"
    to_self: str = text("Risk to self")
    from_others: str = text("Risk from others")
    to_others: str = text("Risk to others")
    infection: str = text("Infection")
    choking: str = text("Choking")
    oxygen_fire: str = text("Oxygen, smoking, fire")
    lone_working: str = text("Lone working")
    others: tuple[RiskLine, ...] = table("Other risks", RiskLine, _O)


@dataclass(frozen=True, kw_only=True)
class Legal:
    """Agreement, capacity and decisions made in advance."""

    heading: ClassVar[str] = "Legal"
    agrees: str = text("Agrees to live-in care", _M)
    consent_to_share: str = text("Agrees to sharing this record", _M)
    capacity: str = text("Capacity")
    carer_consulted: str = text("Carer consulted")
    family_informed: str = text("Family informed")
    objection: str = text("Objection", _O)
    attorney: str = text("LPA or deputy")
    advance_decision: str = text("Advance decision (ADRT)")
    respect: str = text("ReSPECT, DNACPR (original goes along)")
    dols: str = text("DoLS", _O)


@dataclass(frozen=True, kw_only=True)
class EquipmentLine:
    """One piece of equipment in the home."""

    item: str = column("Item", 1.8)
    supplier: str = column("Supplier", 1.4)
    delivered: str = column("Delivered", 1.2)
    training: str = column("Training done", 1.0)
    contact: str = column("Contact", 1.4)


@dataclass(frozen=True, kw_only=True)
class Equipment:
    """Equipment and consumables."""

    heading: ClassVar[str] = "Equipment"
    lines: tuple[EquipmentLine, ...] = table("In the home or on its way", EquipmentLine)
    consumables: str = text("Pads, dressings and other supplies")


@dataclass(frozen=True, kw_only=True)
class Home:
    """The home as the worker will find it."""

    heading: ClassVar[str] = "Home"
    heating: str = text("Heating")
    hot_water: str = text("Hot water")
    food: str = text("Food in")
    bed_location: str = text("Bed")
    worker_bedroom: str = text("Worker's bedroom")
    others_in_home: str = text("Who else lives there")
    wifi: str = text("Wifi")
    parking: str = text("Parking")
    pets: str = text("Pets")
    smoking: str = text("Smoking")
    key_holder: str = text("Who holds keys")


@dataclass(frozen=True, kw_only=True)
class ContactLine:
    """A person or service to ring."""

    role: str = column("Who", 1.4)
    name: str = column("Name", 1.6)
    phone: str = column("Telephone", 1.2)
    note: str = column("Notes", 1.6)


@dataclass(frozen=True, kw_only=True)
class People:
    """Family, carers and services."""

    heading: ClassVar[str] = "People"
    gp_practice: str = text("GP practice", _M)
    next_of_kin: str = text("Next of kin")
    local_authority: str = text("Local authority")
    social_services: str = text("Social services team")
    unpaid_carer: str = text("Unpaid carer, what they will do")
    breaks: str = text("Who covers the worker's breaks")
    contacts: tuple[ContactLine, ...] = table("Contacts", ContactLine)


@dataclass(frozen=True, kw_only=True)
class ActionLine:
    """Something that has to be done after leaving."""

    action: str = column("What has to be done", 3.0)
    by_when: str = column("By", 1.2)
    owner: str = column("Who", 1.4)


@dataclass(frozen=True, kw_only=True)
class AppointmentLine:
    """A follow-up appointment."""

    what: str = column("Appointment", 2.0)
    when: str = column("When", 1.2)
    where: str = column("Where", 1.8)


@dataclass(frozen=True, kw_only=True)
class ContingencyLine:
    """What to do when something goes wrong (PRSB contingency plan)."""

    trigger: str = column("If this happens", 1.8)
    response: str = column("Do this", 2.4)
    contact: str = column("Ring", 1.4)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Goals, actions, and what to do when it goes wrong."""

    heading: ClassVar[str] = "Plan"
    goals: str = text("Goals for recovery")
    therapy: str = text("Therapy plan")
    red_flags: str = text("Red flags, and who to ring")
    anticipatory_medicines: str = text("Anticipatory medicines", _O)
    contingency: tuple[ContingencyLine, ...] = table("If things go wrong", ContingencyLine)
    actions: tuple[ActionLine, ...] = table("Actions", ActionLine)
    appointments: tuple[AppointmentLine, ...] = table("Appointments", AppointmentLine, _O)


@dataclass(frozen=True, kw_only=True)
class Funding:
    """Who pays until when."""

    heading: ClassVar[str] = "Funding and length"
    funded_by: str = text("Funded by")
    chc_considered: str = text("Continuing healthcare")
    funded_from: date | None = field(default=None, metadata=fact("From"))
    funded_until: date | None = field(default=None, metadata=fact("Until"))
    at_review: str = text("What happens at review")
    earliest_start: date | None = field(default=None, metadata=fact("Earliest start"))
    length: str = text("Expected length")
    driver: str = text("Driver needed")


@dataclass(frozen=True, kw_only=True)
class SignOff:
    """Who stands for the pack, and who has it; what is empty is signed by hand."""

    heading: ClassVar[str] = "Sign-off"
    prepared_by: str = text("Prepared by", _M)
    prepared_role: str = text("Role")
    professional_id: str = text("Professional registration", _O)
    prepared_contact: str = text("Contact")
    distribution: str = text("Copies to")
    checked_by: str = ""
    given_to: str = ""
    received_by: str = ""
    agreed_by: str = ""


@dataclass(frozen=True, kw_only=True)
class HandoverContent:
    """Everything the handover pack prints."""

    kind: ClassVar[PackKind] = PackKind.HANDOVER
    header: Header
    identity: Identity
    allergies: Allergies = field(default_factory=Allergies)
    # Not a fact of care: what is packed changes by the hour until the person leaves.
    bag: Bag = field(default_factory=Bag, metadata={"hashed": False})
    cover: Cover = field(default_factory=Cover)
    about_me: AboutMe = field(default_factory=AboutMe)
    stay: HospitalStay = field(default_factory=HospitalStay)
    function: Function = field(default_factory=Function)
    medicines: Medicines = field(default_factory=Medicines)
    risks: Risks = field(default_factory=Risks)
    legal: Legal = field(default_factory=Legal)
    equipment: Equipment = field(default_factory=Equipment)
    home: Home = field(default_factory=Home)
    people: People = field(default_factory=People)
    plan: Plan = field(default_factory=Plan)
    funding: Funding = field(default_factory=Funding)
    sign_off: SignOff = field(default_factory=SignOff)
    # The hospital's own letter, bound in behind; its hash stands in the audit (ADR 0026).
    letter: Letter | None = field(default=None, metadata={"hashed": False})
