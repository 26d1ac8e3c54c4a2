"""The assessment form, the person's copy and the anonymous offer sheet, read back from the PDF."""

from __future__ import annotations

import dataclasses
import io
import re
from datetime import UTC, datetime
from typing import Any

import pytest

from d2a_desktop.core.errors import RefusedError
from d2a_desktop.domain.codes import AllergyState, DeclineReason, NeedFound, PackKind, VisitOutcome
from d2a_desktop.packs.anonymous_sheet import NeedProfile, render_anonymous_sheet
from d2a_desktop.packs.assessment_pack import Background, VisitPlan, render_assessment_pack
from d2a_desktop.packs.content import Allergies
from d2a_desktop.packs.patient_copy import render_patient_copy
from tests.unit.packs.other_content import (
    make_assessment,
    make_offer_sheet,
    make_patient,
    make_profile,
)
from tests.unit.packs.pack_content import make_header, make_identity
from tests.unit.packs.reading import Read, assert_well_placed, flat, printed

BANNER = "Born 14-Mar-1941 (85y) Gender Female NHS No. 999 012 3403"


@pytest.fixture(scope="module")
def assessment() -> Read:
    return printed(render_assessment_pack, make_assessment())


@pytest.fixture(scope="module")
def patient() -> Read:
    return printed(render_patient_copy, make_patient())


@pytest.fixture(scope="module")
def offer() -> Read:
    return printed(render_anonymous_sheet, make_offer_sheet())


@pytest.mark.parametrize("name", ["assessment", "patient"])
def test_each_page_about_a_person_has_banner_issue_and_page_number(
    name: str, request: pytest.FixtureRequest
) -> None:
    read: Read = request.getfixturevalue(name)
    for number, page in enumerate(read.pages, start=1):
        words = flat(page)
        assert words.startswith("KOWALSKA, Zofia (Mrs) Preferred name Zosia")
        assert BANNER in words
        assert "Known allergies" in words
        assert f"Page {number} of {len(read.pages)}" in words
        assert "Printed by Priya Raman, Ward discharge coordinator, 22-Nov-2026 13:10" in words
        assert "OFFICIAL-SENSITIVE: PERSONAL" in words


@pytest.mark.parametrize("name", ["assessment", "patient", "offer"])
def test_nothing_is_covered_or_off_the_page(name: str, request: pytest.FixtureRequest) -> None:
    assert_well_placed(request.getfixturevalue(name))


@pytest.mark.parametrize(
    ("name", "kind", "title"),
    [
        ("assessment", PackKind.ASSESSMENT, "Home assessment"),
        ("patient", PackKind.PATIENT, "My plan for going home"),
        ("offer", PackKind.OFFER_SHEET, "Offer of a live-in placement"),
    ],
)
def test_kind_and_title_name_the_pack_and_never_the_person(
    name: str, kind: PackKind, title: str, request: pytest.FixtureRequest
) -> None:
    read: Read = request.getfixturevalue(name)
    assert read.result.kind is kind
    assert not read.result.draft
    assert read.metadata()["Title"] == title


def test_the_assessment_form_has_what_is_known_and_room_for_what_is_found(assessment: Read) -> None:
    text = assessment.text
    assert "1 Identity confirmed Name Date of birth Address" in text
    assert "Due before Wed 25-Nov-2026 13:45" in text
    assert "Mobility Walks 10 metres indoors with a frame and one person beside her" in text
    assert "Area Expected on leaving hospital Found today" in text
    assert "Commode 21-Nov-2026" in text
    assert "Walk to the church hall by Christmas" in text
    assert "Next review on" in text
    assert "9 Signed Assessor, profession, registration Signature Date and time" in text


def test_every_outcome_and_every_change_of_need_has_a_box(assessment: Read) -> None:
    form = assessment.text.split("8 Outcome: tick one")[1]
    for outcome in VisitOutcome:
        assert outcome.label in form
    for need in NeedFound:
        assert need.label in assessment.text
    assert "Done and Part done, started at home, stop the 48-hour clock" in form


def test_an_empty_assessment_form_is_a_draft_with_all_areas_to_fill_in() -> None:
    read = printed(
        render_assessment_pack,
        make_assessment(visit=VisitPlan(), function=(), equipment=(), goals=()),
    )
    assert read.result.missing == ("The visit: Due before", "The visit: Address")
    assert "Mobility Not recorded" in read.text
    assert "Can be left alone Not recorded" in read.text


def test_what_is_not_known_before_the_visit_has_room_to_write_and_is_not_just_said() -> None:
    known = make_assessment()
    read = printed(render_assessment_pack, known)
    part = read.text.split("3 Before the visit")[1].split("4 How the person manages")[0]
    open_form = part.split("Not recorded before the visit Found: write it here")[1]
    assert "Unpaid carer, what they will do" in open_form
    assert "Home: bed, heating, who lives there" in open_form
    assert "Next of kin Anna Kowalska, daughter" in part
    assert "Next of kin" not in open_form
    bare = printed(render_assessment_pack, make_assessment(background=Background()))
    form = bare.text.split("3 Before the visit")[1].split("4 How the person manages")[0]
    for entry in dataclasses.fields(Background):
        assert entry.metadata["label"] in form
    assert "Not recorded Not recorded" not in form
    assert_well_placed(bare, overlaps=False)


def test_the_persons_copy_has_one_telephone_number_and_no_jargon(patient: Read) -> None:
    body = patient.text.replace("Ward discharge coordinator", "")  # who printed it
    assert len(set(re.findall(r"\b0\d{2,4} \d{3,4} \d{4}\b", body))) == 1
    jargon = ("NCTR", "TTO", "TTA", "MAR ", "D2A", "IDDSI", "LPA", "DoLS", "DNACPR", "MDT", "OT ")
    long_words = ("pathway", "criteria", "discharge", "referral", "assessment", "placement")
    found = [word for word in jargon if word in body]
    found += [word for word in long_words if word in body.lower()]
    assert found == []


def test_the_persons_copy_is_in_large_print_with_long_dates(patient: Read) -> None:
    assert "You leave the ward on Monday 23 November 2026 at 13:45." in patient.text
    assert "Grace from Harbour Live-in Care arrives on Monday 23 November 2026" in patient.text
    assert "If nobody has come by Wednesday 25 November 2026 at 13:45" in patient.text
    assert "Fracture clinic: Thursday 03 December 2026 at 10:30" in patient.text
    assert "Ring 023 9200 0100" in patient.text
    small = printed(render_patient_copy, make_patient(large_print=False))
    assert letter_height(patient) == pytest.approx(letter_height(small) * 16 / 12, rel=0.05)
    assert small.result.content_hash == patient.result.content_hash


def letter_height(read: Read) -> float:
    box = next(b for b in read.boxes(0) if b.text.startswith("You leave the ward"))
    return box.top - box.bottom


def test_the_persons_copy_has_no_short_dates_or_codes_in_its_text(patient: Read) -> None:
    for page in patient.pages:
        body = flat(page).split("Synthetic demo data: not a real person")[1]
        assert not re.search(r"\d{2}-[A-Z][a-z]{2}-\d{4}", body.replace("OFFICIAL-SENSITIVE", ""))
        for word in ("NCTR", "IDDSI", "Waterlow", "DNACPR", "criteria to reside", "P1"):
            assert word not in body


def test_the_persons_copy_waits_for_worker_arrival_address_and_number() -> None:
    read = printed(
        render_patient_copy,
        make_patient(
            worker_first_name="", worker_arrives_at=None, address=" ", phone="", visit_at=None
        ),
    )
    assert read.result.missing == (
        "Going home: Address",
        "Live-in worker: First name",
        "Live-in worker: Arrival",
        "Help: Telephone",
    )
    assert "Your live-in worker from Harbour Live-in Care arrives at a time" in read.text
    assert "will visit you. We will tell you when." in read.text


def test_the_persons_copy_does_not_wait_for_the_allergy_state() -> None:
    content = make_patient(allergies=Allergies(state=AllergyState.NOT_RECORDED))
    assert not printed(render_patient_copy, content).result.draft


def test_the_offer_sheet_has_the_need_profile_and_a_reply_form(offer: Read) -> None:
    assert len(offer.pages) == 1
    words = flat(offer.pages[0])
    assert words.startswith("Offer O-9WXK-3TRM To Seafront Carers Reply by Sun 22-Nov-2026 16:00")
    for expected in ("85-89", "PO4", "28 days", "Sleeping night, one or two calls", "We accept"):
        assert expected in words
    for reason in DeclineReason:
        assert reason.label in words
    assert "Reply to Solent care transfer hub, 023 9200 0400" in words


def test_the_offer_sheet_has_no_identity_in_text_or_bytes(offer: Read) -> None:
    for word in ("Kowalska", "KOWALSKA", "Zofia", "999 012 3403", "NHS No", "Born", "G5"):
        assert word not in offer.text
    assert "Ward" not in offer.text.replace("Ward discharge coordinator", "")


def test_the_need_profile_has_no_field_that_names_a_person_or_a_ward() -> None:
    names = {part.name for part in dataclasses.fields(NeedProfile)}
    assert names == {
        "age_band",
        "gender_required",
        "outward_postcode",
        "earliest_start",
        "latest_start",
        "length",
        "workers_needed",
        "parts",
        "required_skills",
        "languages",
        "pets",
        "smoking_home",
        "stairs",
        "bedroom",
        "driver_required",
        "funding_type",
        "needs",
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"outward_postcode": "PO4 0ZZ"},
        {"outward_postcode": "Southsea"},
        {"pets": ("Cat", "ring 9990123403")},
        {"required_skills": ("Dementia (NHS 999 012 3403)",)},
        {"stairs": "Lives at PO4 0ZZ"},
        {"stairs": "She can manage the stairs when her daughter visits, " + "most afternoons " * 2},
        {"funding_type": "two\nlines"},
    ],
)
def test_a_need_profile_that_could_identify_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(RefusedError, match="who the person is"):
        make_profile(**changes)


def test_an_offer_sheet_whose_purpose_carries_a_number_is_refused_before_printing() -> None:
    stream = io.BytesIO()
    with pytest.raises(RefusedError):
        render_anonymous_sheet(
            make_offer_sheet(header=make_header(purpose="for 999 012 3403")), stream
        )
    assert stream.getvalue() == b""


def test_an_offer_sheet_tells_no_pets_from_pets_not_recorded() -> None:
    profile = make_profile(pets=(), required_skills=None)
    text = printed(render_anonymous_sheet, make_offer_sheet(profile=profile)).text
    assert "Pets None" in text
    assert "Skills required Not recorded" in text


def test_an_offer_sheet_without_needs_is_a_draft() -> None:
    read = printed(render_anonymous_sheet, make_offer_sheet(profile=make_profile(needs=())))
    assert read.result.missing == ("The person's needs: Needs",)
    assert "DRAFT" in read.text


def test_long_names_of_agencies_and_people_wrap_in_every_banner() -> None:
    sheet = printed(render_anonymous_sheet, make_offer_sheet(agency_name="Wilhelmina Care " * 9))
    assert_well_placed(sheet)
    assert flat("Wilhelmina Care " * 9) in sheet.text
    identity = make_identity(
        family_name="W" * 35, given_name="M" + "m" * 34, title="T" * 35, hospital_number="H" * 60
    )
    for render, content in (
        (render_assessment_pack, make_assessment(identity=identity)),
        (render_patient_copy, make_patient(identity=identity)),
    ):
        read = printed(render, content)
        assert_well_placed(read)
        for page in read.pages:
            for letters in ("W" * 35, "M" + "m" * 34, "T" * 35, "H" * 60):
                assert letters in "".join(page.split())


def test_a_planned_visit_in_summer_is_in_london_time() -> None:
    content = make_patient(visit_at=datetime(2026, 7, 1, 9, 0, tzinfo=UTC))
    assert (
        "visits you on Wednesday 01 July 2026 at 10:00."
        in printed(render_patient_copy, content).text
    )
