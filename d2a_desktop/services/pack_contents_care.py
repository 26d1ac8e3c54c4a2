"""The sections of the handover pack about care: function, medicines, risks, law, things, home."""

from __future__ import annotations

from d2a_desktop.domain.codes import AgreedBy, PersonAgrees
from d2a_desktop.domain.display import display_datetime
from d2a_desktop.domain.pack_audience import RestrictedText, restricted_text
from d2a_desktop.models.medicine import Medicine
from d2a_desktop.models.referral import Referral
from d2a_desktop.packs import handover_content as pack
from d2a_desktop.services.case_rows import CaseRows
from d2a_desktop.services.medicine_lines import lines_that_travel
from d2a_desktop.services.pack_contents_words import (
    code_words,
    day_words,
    days_words,
    field_words,
    joined,
    level_list,
    level_words,
    phone_words,
    text_of,
    without_key_code,
    yes_no,
)

_STOPPED = frozenset({"stop", "stopped"})
_CHANGES = {"unchanged": "Same", "same": "Same"}
_SUPPORT = {
    "none": "No help needed",
    "prompt": "Worker prompts",
    "assist": "Worker assists",
    "administer": "Worker administers",
}
_HIGH_RISK_SKILLS = {"insulin": "Insulin", "oxygen": "Oxygen"}

# Where a kind of risk is printed; every other kind has a line of its own.
_RISK_FIELDS = {
    "to_self": "to_self",
    "self": "to_self",
    "self_neglect": "to_self",
    "from_others": "from_others",
    "to_others": "to_others",
    "others": "to_others",
    "infection": "infection",
    "choking": "choking",
    "oxygen": "oxygen_fire",
    "smoking": "oxygen_fire",
    "fire": "oxygen_fire",
    "lone_working": "lone_working",
}


def function(rows: CaseRows) -> pack.Function:
    """Return what the person can do, from the need levels (DOMAIN 4.3)."""
    need, home = rows.need, rows.home
    if need is None:
        return pack.Function(stairs=level_words("stairs", home.stairs if home else None))
    personal = level_words("personal_care", need.personal_care)
    number = need.night_calls or 0
    calls = f"{number} {'call' if number == 1 else 'calls'} a night" if number else ""
    hours = need.left_alone_hours
    return pack.Function(
        summary=text_of(need.function_summary),
        mobility=level_words("mobility", need.mobility),
        transfers=level_words("transfers", need.transfers),
        stairs=level_words("stairs", need.stairs or (home.stairs if home else None)),
        toileting=level_words("continence", need.continence),
        washing=personal,
        dressing=personal,
        eating_drinking=level_words("diet", need.diet),
        cognition=level_words("cognition", need.cognition),
        nights=joined(level_words("night_pattern", need.night_pattern), calls),
        skin=level_words("skin", need.skin),
        falls=level_words("falls_risk", need.falls_risk),
        sensory=text_of(need.sensory),
        communication=level_words("communication", need.communication),
        frailty=text_of(need.frailty),
        can_be_left="" if hours is None else f"{hours} hours" if hours else "Not at all",
        special_tasks=_tasks(need.required_skills),
    )


def _tasks(skills: list[str] | None) -> str:
    return "" if skills is None else ", ".join(level_list("skill", skills)) or "None"


def bag(rows: CaseRows) -> pack.Bag:
    """Return what the record says of the things that go along; unknown is never ready.

    Glasses, hearing aids and dentures have no field of their own: the record's words on sight and
    hearing stand beside the box where they name the thing.
    """
    departure, consent, need = rows.departure, rows.consent, rows.need
    senses = text_of(need.sensory) if need else ""
    keys = joined(
        _stands(departure.key_state if departure else None),
        without_key_code(rows.home.keys_held_by) if rows.home else "",
        by="; held by ",
    )
    things = ", ".join(item.item for item in rows.equipment)
    equipment = joined(
        _stands(departure.equipment_state if departure else None),
        things and f"on the list: {things}",
        by="; ",
    )
    said = {
        "Medicines to take home": _stands(departure.medicines_state if departure else None),
        "Original ReSPECT or DNACPR": text_of(consent.respect_form) if consent else "",
        "House keys": keys.removeprefix("; "),
        "Glasses": senses if _names(senses, "glass", "spectacle") else "",
        "Hearing aids": senses if _names(senses, "hearing aid") else "",
        "Dentures": senses if _names(senses, "denture") else "",
        "Equipment": equipment,
    }
    return pack.Bag(
        lines=tuple(pack.BagLine(item=item, record=words) for item, words in said.items() if words)
    )


def _names(words: str, *things: str) -> bool:
    return any(thing in words.lower() for thing in things)


def _stands(state: str | None) -> str:
    # "Ready" is what somebody recorded on the ward; only the tick says that it is in the bag.
    said = {"ready": "recorded as ready", "not_needed": "recorded as not needed"}
    return said.get(state or "", "recorded as not ready" if state == "not_ready" else "")


def medicines(rows: CaseRows) -> pack.Medicines:
    """Return the typed lines that two clinicians stand for: taken, changed, stopped with reason.

    All others are left out and counted: the hospital's letter is what counts (ADR 0026).
    """
    travelling = lines_that_travel(rows)
    taken = [m for m in travelling if m.change not in _STOPPED]
    controlled = [m.name for m in taken if m.controlled]
    known = taken and all(m.controlled is not None for m in taken)
    supplies = sorted({m.tto_days for m in taken if m.tto_days is not None})
    copied = max((m.source_at for m in travelling if m.source_at), default=None)
    return pack.Medicines(
        support=_support(rows),
        source=display_datetime(copied, null=""),
        days_supplied=_range(supplies),
        controlled_drugs=", ".join(controlled) or ("None" if known else ""),
        high_risk=_high_risk(rows),
        lines=tuple(_medicine_line(m) for m in taken),
        left_out=_left_out(len(rows.medicines) - len(travelling)),
        stopped=tuple(
            pack.StoppedMedicine(name=joined(m.name, text_of(m.dose)), reason=text_of(m.reason))
            for m in travelling
            if m.change in _STOPPED
        ),
    )


def _left_out(count: int) -> str:
    if not count:
        return ""
    lines = "1 typed line is" if count == 1 else f"{count} typed lines are"
    return f"{lines} left out: a second clinician has not checked it against the letter"


def _medicine_line(medicine: Medicine) -> pack.MedicineLine:
    given = code_words(medicine.administration)
    return pack.MedicineLine(
        name=joined(medicine.name, "controlled drug" if medicine.controlled else ""),
        dose=text_of(medicine.dose),
        route=text_of(medicine.route),
        times=text_of(medicine.times),
        change=_CHANGES.get(medicine.change, code_words(medicine.change)),
        reason=joined(text_of(medicine.reason), given, by="; "),
    )


def _support(rows: CaseRows) -> str:
    code = rows.need.medicines_level if rows.need else None
    return _SUPPORT.get(code or "", level_words("medicines_level", code))


def _range(days: list[int]) -> str:
    if not days:
        return ""
    return days_words(days[0]) if len(days) == 1 else f"{days[0]} to {days[-1]} days"


def _high_risk(rows: CaseRows) -> str:
    skills = (rows.need.required_skills or ()) if rows.need else ()
    return ", ".join(_HIGH_RISK_SKILLS[code] for code in skills if code in _HIGH_RISK_SKILLS)


def risks(rows: CaseRows) -> pack.Risks:
    """Return the risks a worker must know; safeguarding is never among them (HZ18)."""
    found: dict[str, list[str]] = {}
    others = []
    for risk in rows.risks:
        kind = risk.kind.strip().lower()
        if restricted_text(kind) is not RestrictedText.OTHER:
            # Recorded here by mistake, it still does not travel (HZ15, HZ18).
            continue
        words = without_key_code(risk.detail) or code_words(kind)
        if kind in _RISK_FIELDS:
            found.setdefault(_RISK_FIELDS[kind], []).append(words)
        else:
            others.append(pack.RiskLine(risk=code_words(kind), what_to_do=words))
    infection = level_words("infection", rows.need.infection if rows.need else None)
    if infection:
        found.setdefault("infection", []).insert(0, infection)
    lines = {name: "; ".join(words) for name, words in found.items()}
    return pack.Risks(**lines, others=tuple(others))


def legal(rows: CaseRows) -> pack.Legal:
    """Return agreement, capacity and decisions made in advance, as recorded."""
    consent = rows.consent
    if consent is None:
        return pack.Legal()
    agrees = ""
    # "Not asked yet" is no answer: the pack stays a draft until there is one.
    if consent.person_agrees and consent.person_agrees != PersonAgrees.NOT_ASKED:
        by = consent.agreed_by
        whose = AgreedBy(by).label if by and by != AgreedBy.PERSON else ""
        name = text_of(consent.representative_name)
        said = PersonAgrees(consent.person_agrees).label
        agrees = joined(said, whose, name, day_words(consent.agreed_at))
    return pack.Legal(
        agrees=agrees,
        consent_to_share=field_words("consent.share_consent", consent.share_consent),
        capacity=field_words("consent.capacity", consent.capacity),
        carer_consulted=field_words("consent.carer_consulted", consent.carer_consulted),
        family_informed=joined(
            display_datetime(consent.family_informed_at, null=""),
            text_of(consent.family_informed_who),
        ),
        objection=text_of(consent.objection),
        attorney=text_of(consent.lpa),
        advance_decision=text_of(consent.adrt),
        respect=text_of(consent.respect_form),
        dols=text_of(consent.dols),
    )


def equipment(rows: CaseRows) -> pack.Equipment:
    """Return what stands in the home or is on its way."""
    return pack.Equipment(
        lines=tuple(
            pack.EquipmentLine(
                item=item.item,
                supplier=text_of(item.supplier),
                delivered=day_words(item.delivered_at)
                or (f"Ordered {day_words(item.ordered_at)}" if item.ordered_at else ""),
                training=yes_no(item.training_done),
                contact=text_of(item.contact),
            )
            for item in rows.equipment
        )
    )


def home(rows: CaseRows) -> pack.Home:
    """Return the home as the worker will find it."""
    found = rows.home
    if found is None:
        return pack.Home()
    alone = {True: "Lives alone", False: "Does not live alone", None: ""}[found.lives_alone]
    pets = level_list("pets", found.pets)
    return pack.Home(
        heating=yes_no(found.heating),
        hot_water=yes_no(found.hot_water),
        food=yes_no(found.food_in),
        bed_location=text_of(found.bed_location),
        worker_bedroom=yes_no(found.bedroom_for_worker),
        others_in_home=joined(alone, text_of(found.other_household)),
        wifi=yes_no(found.wifi),
        parking=yes_no(found.parking),
        pets=", ".join(pets) if found.pets is None or pets else "None",
        smoking=yes_no(found.smoking_home),
        key_holder=without_key_code(found.keys_held_by),
    )


def funding(rows: CaseRows, referral: Referral | None) -> pack.Funding:
    """Return who pays until when, and how long the help is meant to last."""
    need = rows.need
    considered = field_words(
        "referral.chc_considered", referral.chc_considered if referral else None
    )
    if need is None:
        return pack.Funding(chc_considered=considered)
    return pack.Funding(
        funded_by=level_words("funding_type", need.funding_type),
        chc_considered=considered,
        funded_until=need.funded_until,
        earliest_start=need.earliest_start,
        length=days_words(need.length_days),
        driver=yes_no(need.driver_required),
    )


def people(rows: CaseRows, referral: Referral | None) -> pack.People:
    """Return family, carers and services; the GP practice is the patient's own field."""
    relatives = [c for c in rows.contacts if c.relationship.lower() not in _SERVICES]
    kin = next((c for c in relatives if c.relationship.lower() == "next_of_kin"), None)
    kin = kin or next(iter(relatives), None)
    carers = [c for c in rows.contacts if c.unpaid_carer]
    cover = [c for c in rows.contacts if c.covers_breaks]
    gp = next((c for c in rows.contacts if c.relationship.lower() in _GP), None)
    patient = rows.patient
    practice = text_of(patient.gp_practice_name) or text_of(patient.gp_practice_code)
    return pack.People(
        gp_practice=joined(
            practice or (gp.name if gp else ""), phone_words(gp.phone if gp else None)
        ),
        next_of_kin=_person(kin) if kin else "",
        local_authority=text_of(referral.local_authority) if referral else "",
        social_services=text_of(referral.social_services_team) if referral else "",
        unpaid_carer="; ".join(joined(_person(c), text_of(c.note), by=": ") for c in carers),
        breaks="; ".join(_person(c) for c in cover),
        contacts=tuple(
            pack.ContactLine(
                role=code_words(c.relationship),
                name=joined(c.name, text_of(c.organisation)),
                phone=phone_words(c.phone),
                note=without_key_code(c.note),
            )
            for c in rows.contacts
            if c is not kin
        ),
    )


_GP = frozenset({"gp", "gp_practice"})
_SERVICES = _GP | {
    "agency",
    "care_alarm",
    "care_home",
    "carer_agency",
    "community_nurse",
    "district_nurse",
    "equipment",
    "housing",
    "mental_health",
    "pharmacy",
    "physiotherapist",
    "social_worker",
    "telecare",
    "voluntary",
}


def _person(contact: object) -> str:
    name, relation = getattr(contact, "name", ""), getattr(contact, "relationship", "")
    words = "" if relation == "next_of_kin" else code_words(relation).lower()
    return joined(name, words, phone_words(getattr(contact, "phone", None)))
