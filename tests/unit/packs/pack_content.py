"""Synthetic pack contents for the tests of paper: one complete person, changed as a test asks."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from d2a_desktop.domain.codes import AllergyState, Gender
from d2a_desktop.packs import handover_content as h
from d2a_desktop.packs.content import Allergies, AllergyLine, Header, Identity

PRINTED_AT = datetime(2026, 11, 22, 13, 10, tzinfo=UTC)


def make_header(**changes: Any) -> Header:
    values: dict[str, Any] = {
        "reference": "P-7K3Q-MX4P",
        "version": 2,
        "printed_by": "Priya Raman",
        "printed_role": "Ward discharge coordinator",
        "printed_at": PRINTED_AT,
        "as_known_at": datetime(2026, 11, 22, 13, 2, tzinfo=UTC),
        "replaces_version": 1,
        "replaces_printed_at": datetime(2026, 11, 21, 10, 0, tzinfo=UTC),
        "given_to": "Live-in worker (Grace) and Harbour Live-in Care",
        "purpose": "Start of live-in care",
        "synthetic": True,
    }
    return Header(**(values | changes))


def make_identity(**changes: Any) -> Identity:
    values: dict[str, Any] = {
        "family_name": "Kowalska",
        "given_name": "Zofia",
        "title": "Mrs",
        "preferred_name": "Zosia",
        "born": date(1941, 3, 14),
        "age_years": 85,
        "gender": Gender.FEMALE,
        "nhs_number": "9990123403",
        "hospital_number": "H204417",
    }
    return Identity(**(values | changes))


def make_allergies() -> Allergies:
    return Allergies(
        state=AllergyState.KNOWN,
        lines=(
            AllergyLine(substance="Penicillin", reaction="Rash over the trunk, 2011"),
            AllergyLine(substance="Latex gloves", reaction="Itching"),
        ),
    )


def make_medicines(count: int = 6) -> h.Medicines:
    names = ("Apixaban", "Bisoprolol", "Paracetamol", "Colecalciferol", "Senna", "Furosemide")
    lines = tuple(
        h.MedicineLine(
            name=f"{names[n % len(names)]} {n + 1}",
            dose="2.5 mg" if n % 2 else "1 g",
            route="By mouth",
            times="08:00 and 20:00" if n % 3 else "Four times a day",
            change=("New", "Same", "Dose changed")[n % 3],
            reason="Watch for drowsiness; no more than four doses in 24 hours." if n % 2 else "",
        )
        for n in range(count)
    )
    return h.Medicines(
        support="Worker prompts and gives from the chart; family orders repeats",
        source="Discharge letter, 22-Nov-2026 09:00",
        chart_supplied=True,
        days_supplied="14",
        controlled_drugs="None",
        high_risk="Apixaban (blood thinner)",
        lines=lines,
        stopped=(h.StoppedMedicine(name="Ramipril 5 mg", reason="Low blood pressure and falls"),),
    )


def _function() -> h.Function:
    return h.Function(
        summary="Slow and willing; tires after lunch",
        mobility="Walks 10 metres indoors with a frame and one person beside her",
        transfers="One person, frame; bed lever; no hoist",
        stairs="Not safe; sleeps downstairs",
        toileting="Commode at night, reminded every three hours",
        washing="Help of one with lower body",
        dressing="Help with socks and shoes",
        eating_drinking="IDDSI 6 soft and bite-sized, level 0 drinks",
        cognition="Forgets new faces; oriented to place",
        nights="One or two calls, usually 02:00 and 05:00",
        skin="Heels red, Waterlow 15; heel boots at night",
        falls="High: two falls in October",
        sensory="Glasses for reading; hearing aid left",
        communication="Hears on the right side only",
        frailty="6",
        special_tasks="Dementia",
        can_be_left="Two hours in the afternoon",
    )


def _plan() -> h.Plan:
    return h.Plan(
        goals="To walk to the church hall by Christmas; to make her own tea.",
        therapy="Sit to stand ten times, three times a day. Community physiotherapist in week 1.",
        red_flags="Chest pain, a fall with a blow to the head, black stools: ring 999.",
        contingency=(
            h.ContingencyLine(
                trigger="Worker ill or cannot stay",
                response="Stay until relief arrives; agency sends relief within 4 hours",
                contact="Agency 023 9200 0100",
            ),
            h.ContingencyLine(
                trigger="Refuses medicines twice",
                response="Write it on the chart, do not hide medicines in food",
                contact="GP practice, or 111 at night",
            ),
        ),
        actions=(
            h.ActionLine(action="Blood test (kidneys)", by_when="29-Nov-2026", owner="GP practice"),
            h.ActionLine(action="Fit second rail", by_when="25-Nov-2026", owner="Housing"),
        ),
        appointments=(
            h.AppointmentLine(
                what="Fracture clinic", when="03-Dec-2026 10:30", where="Outpatients, level C"
            ),
        ),
    )


def make_handover(**changes: Any) -> h.HandoverContent:
    values: dict[str, Any] = {
        "header": make_header(),
        "identity": make_identity(),
        "allergies": make_allergies(),
        "bag": h.Bag(
            lines=(
                h.BagLine(item="Medicines to take home", record="recorded as ready"),
                h.BagLine(item="Original ReSPECT or DNACPR", record="ReSPECT form, version 3"),
                h.BagLine(item="House keys", record="recorded as ready; held by daughter"),
                h.BagLine(item="Glasses", record="Glasses for reading; hearing aid left"),
            )
        ),
        "cover": h.Cover(
            planned_arrival=datetime(2026, 11, 23, 14, 30, tzinfo=UTC),
            planned_departure=datetime(2026, 11, 23, 13, 45, tzinfo=UTC),
            destination_address="14 Example Terrace, Southsea, Portsmouth, PO4 0ZZ",
            home_phone="023 9200 0199",
            access="Side gate, ring twice. Key safe: number on a separate sheet.",
            key_on_separate_sheet=True,
            worker_first_name="Grace",
            worker_role="Senior live-in care worker",
            agency_name="Harbour Live-in Care",
            agency_phone="023 9200 0100",
            ward="G5, bed 12",
            hospital_phone="023 9200 0500, bleep 1234",
            assessment_at=datetime(2026, 11, 24, 10, 0, tzinfo=UTC),
            assessor="Tom Ellis, occupational therapist",
            assessment_due=datetime(2026, 11, 25, 13, 45, tzinfo=UTC),
        ),
        "about_me": h.AboutMe(
            what_matters="My cat Felek, Polish radio in the morning, and Mass on Sunday.",
            communication="Speak to my right side. I read English, I chat in Polish.",
            please_do="Knock. Let me try first. Tell me the time when you come in.",
            please_do_not="Don't call me dear. Don't rush me on the stairs.",
            support="I am slow until ten o'clock; after that I manage most things.",
            also_worth_knowing="I was a ballet teacher.",
            language="Polish, English",
            interpreter=False,
        ),
        "stay": h.HospitalStay(
            reason="She fell at home on 02-Nov-2026 and broke her left hip, which was mended with "
            "a screw. She had a chest infection after the operation and is over it.",
            what_changed="She needs a frame and one person to walk; she lived alone without help.",
            criteria_statement="No criteria to reside since 20-Nov-2026 17:10 (Dr A Osei)",
            referred_for="Live-in care at home after a broken hip",
            supporting="Lived alone, second admission this year",
            admitted_on=date(2026, 11, 2),
            admission_type="Emergency",
            proposed_discharge=date(2026, 11, 23),
            hospital="Solent General Hospital",
            consultant="Miss R Patel",
        ),
        "function": _function(),
        "medicines": make_medicines(),
        "risks": h.Risks(
            to_self="Gets up at night without the frame",
            from_others="None known",
            to_others="None known",
            infection="None",
            choking="Sits upright for meals and half an hour after",
            oxygen_fire="No oxygen; nobody smokes",
            lone_working="No concerns at this address",
            others=(h.RiskLine(risk="Cat underfoot", what_to_do="Feed the cat before walking"),),
        ),
        "legal": h.Legal(
            agrees="Yes, 21-Nov-2026",
            consent_to_share="Yes",
            capacity="Has capacity for this decision",
            carer_consulted="Yes",
            family_informed="21-Nov-2026 18:00, daughter",
            attorney="Daughter, health and welfare, registered",
            advance_decision="None",
            respect="ReSPECT form, original in the bag",
        ),
        "equipment": h.Equipment(
            lines=(
                h.EquipmentLine(
                    item="Walking frame",
                    supplier="Hospital",
                    delivered="With her",
                    training="Yes",
                    contact="Ward physiotherapist",
                ),
                h.EquipmentLine(
                    item="Commode",
                    supplier="Community equipment store",
                    delivered="21-Nov-2026",
                    training="Yes",
                    contact="023 9200 0300",
                ),
            ),
            consumables="Pads for 14 days; heel boots",
        ),
        "home": h.Home(
            heating="On, thermostat in the hall",
            hot_water="Yes",
            food="Neighbour shops on the morning",
            bed_location="Front room, downstairs",
            worker_bedroom="First floor, back, own bed",
            others_in_home="Nobody",
            wifi="Card on the fridge",
            parking="Street, free after 18:00",
            pets="One cat",
            smoking="No",
            key_holder="Daughter and neighbour at 16",
        ),
        "people": h.People(
            gp_practice="Sea View Surgery, 023 9200 0600",
            next_of_kin="Anna Kowalska, daughter, 07700 900123",
            local_authority="Example City Council",
            social_services="Hospital team",
            unpaid_carer="Daughter visits Tuesday and Saturday 14:00 to 17:00",
            breaks="Daughter on those days, agency relief on the others",
            contacts=(
                h.ContactLine(role="Pharmacy", name="Castle Road", phone="023 9200 0700"),
                h.ContactLine(
                    role="District nurse", name="Hub", phone="023 9200 0800", note="Heels, weekly"
                ),
            ),
        ),
        "plan": _plan(),
        "funding": h.Funding(
            funded_by="Better Care Fund, discharge to assess",
            chc_considered="Yes",
            funded_from=date(2026, 11, 23),
            funded_until=date(2026, 12, 21),
            earliest_start=date(2026, 11, 23),
            length="28 days",
            driver="No",
            at_review="The hub and the assessor agree what follows by 18-Dec-2026",
        ),
        "sign_off": h.SignOff(
            prepared_by="Priya Raman",
            prepared_role="Ward discharge coordinator",
            prepared_contact="023 9200 0500",
            distribution="Agency, care transfer hub, GP practice",
            checked_by="Sr M Whelan, ward sister",
        ),
    }
    return h.HandoverContent(**(values | changes))
