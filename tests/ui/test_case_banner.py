"""What the banner says of a record: each field of the person, and nothing that is not theirs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from d2a_desktop.services.queries.rows import Banner, CaseView
from d2a_desktop.ui.formats.facts import BannerFacts
from d2a_desktop.ui.formats.words import SIMILAR_NAME
from d2a_desktop.ui.item_models.case_banner import banner_facts
from d2a_desktop.ui.widgets.patient_banner import spoken
from tests.ui.made_rows import NOW, made_row

PERSON = Banner(
    family_name="Sampleton",
    given_name="Zoë",
    title="Mrs",
    preferred_name="Zo",
    birth_date=date(1940, 2, 28),
    age=86,
    gender="Female",
    nhs_number="9990012377",
    nhs_number_verified=False,
    hospital_number="H0001",
    bed="C5 A1",
    allergy_title="Known allergies",
    allergies=("penicillin (rash)",),
)


def facts(*, similar: bool = False, records: Any = None, **changes: Any) -> BannerFacts:
    view = replace(
        made_row(CaseView, 1),
        banner=replace(PERSON, **changes),
        similar_name=similar,
        records=records or {},
    )
    return banner_facts(view, now=NOW)


def test_each_field_of_the_person_is_said_as_it_is():
    assert spoken(facts()) == (
        "SAMPLETON, Zoë (Mrs); Born 28-Feb-1940 (86y); Gender Female;"
        " NHS No. 999 001 2377 (not verified); Known allergies  penicillin (rash)"
    )
    said = facts()
    assert (said.preferred_name, said.place, said.hospital_number) == ("Zo", "C5 A1", "H0001")
    assert said.died is None


def test_a_verified_number_and_a_missing_one_are_told_apart():
    assert "NHS No. 999 001 2377;" in spoken(facts(nhs_number_verified=True))
    assert "NHS No. Not known" in spoken(facts(nhs_number=None))


@pytest.mark.parametrize(
    "title", ["No known allergies", "Allergies not recorded", "Allergies unavailable"]
)
def test_what_is_said_of_allergies_is_what_is_recorded(title: str):
    assert spoken(facts(allergy_title=title, allergies=())).endswith(f"; {title}")


def test_who_may_not_read_allergies_is_told_nothing_of_them():
    assert "llerg" not in spoken(facts(allergy_title=None, allergies=()))


def test_somebody_who_died_is_said_to_have_died():
    assert "Died 20-Nov-2026" in spoken(facts(died_on=date(2026, 11, 20)))


def test_what_one_must_know_before_one_acts_stands_in_the_banner():
    assert [words for words, _ in facts(similar=True).alerts] == [SIMILAR_NAME]
    care = {
        "care_need": {"falls_risk": "high", "carers_needed": 2},
        "patient": {"interpreter_required": True, "language": "Vietnamese"},
    }
    assert [words for words, _ in facts(records=care).alerts] == [
        *("Falls risk high", "Interpreter Vietnamese", "Two carers")
    ]
    assert facts(records={"care_need": {"falls_risk": "low", "carers_needed": 1}}).alerts == ()
