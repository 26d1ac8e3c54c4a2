from __future__ import annotations

from dataclasses import fields, replace
from datetime import date

import pytest

from d2a_desktop.core.errors import BugError, RefusedError, UsageError
from d2a_desktop.domain.completeness import MINIMUM_DATA, Level, completeness, is_given
from d2a_desktop.domain.disclosure import (
    NEED_PROFILE_FIELDS,
    NEEDS_IN_PROFILE,
    VISIBLE,
    DisclosureStage,
    NeedFacts,
    hidden,
    is_line,
    is_telephone,
    is_visible,
    need_profile,
    require_disclosable,
)
from d2a_desktop.domain.fields import RECORDS

EVERY_FIELD = {f"{name}.{field}" for name, record in RECORDS.items() for field in record.fields}
FULL: dict[str, object] = {entry.alternatives[0]: "x" for entry in MINIMUM_DATA} | {
    "contact": 1,
    "medicine": 2,
}


def test_the_minimum_data_set_names_fields_that_exist():
    for entry in MINIMUM_DATA:
        for name in entry.alternatives:
            assert name in EVERY_FIELD or name in RECORDS
    names = [entry.name for entry in MINIMUM_DATA]
    assert len(set(names)) == len(names)


def test_a_full_referral_is_complete():
    found = completeness(FULL)
    assert (found.done, found.percent) == (found.total, 100)
    assert found.missing == ()
    assert found.can_send


def test_an_empty_referral_lists_everything_in_the_order_of_the_form():
    found = completeness({})
    assert found.done == 0
    assert found.missing == tuple(entry.label for entry in MINIMUM_DATA)
    assert not found.can_send


@pytest.mark.parametrize("entry", MINIMUM_DATA, ids=lambda entry: entry.name)
def test_each_missing_item_is_named_and_only_mandatory_ones_stop_the_referral(entry):
    values = {name: value for name, value in FULL.items() if name not in entry.alternatives}
    found = completeness(values)
    assert found.missing == (entry.label,)
    assert found.percent < 100
    assert found.can_send is (entry.level is Level.REQUIRED)


def test_an_early_referral_may_leave_the_need_open():
    early = {e.alternatives[0]: "x" for e in MINIMUM_DATA if e.early}
    assert completeness(early, early=True).can_send
    assert not completeness(early).can_send
    for name in early:
        rest = {key: value for key, value in early.items() if key != name}
        assert not completeness(rest, early=True).can_send


def test_either_of_two_numbers_is_enough():
    values = FULL | {"spell.mrn": None, "spell.spell_number": "S1"}
    assert completeness(values).missing == ()


@pytest.mark.parametrize(
    ("value", "given"),
    [(False, True), (0, True), ([], True), ("x", True), (None, False), ("", False), ("  ", False)],
)
def test_no_and_none_of_them_are_answers(value, given):
    assert is_given(value) is given


@pytest.mark.parametrize("rows", [0, None])
def test_a_list_without_rows_is_missing(rows):
    assert "Next of kin or carer" in completeness(FULL | {"contact": rows}).missing


# --- disclosure ---------------------------------------------------------------------


def test_the_table_names_fields_that_exist():
    assert set().union(*VISIBLE.values()) <= EVERY_FIELD


def test_what_the_shared_database_shows_after_acceptance_is_the_table_field_by_field():
    granted = {
        f"{name}.{field}"
        for name, record in RECORDS.items()
        if "accepted" in record.seen or "offered" in record.seen or name == "capacity_week"
        for field in record.fields
    }
    assert VISIBLE[DisclosureStage.ACCEPTED] == granted


def test_what_the_shared_database_shows_of_an_open_offer_is_the_table():
    offered = {
        f"{name}.{field}"
        for name, record in RECORDS.items()
        if "offered" in record.seen
        for field in record.fields
    }
    assert VISIBLE[DisclosureStage.OFFER] - VISIBLE[DisclosureStage.CAPACITY] == offered


def test_before_acceptance_nothing_of_the_person_is_visible():
    people = ("patient", "spell", "referral", "consent", "contact", "home", "care_need", "medicine")
    for stage in (DisclosureStage.CAPACITY, DisclosureStage.OFFER, DisclosureStage.ENDED):
        assert not [name for name in VISIBLE[stage] if name.split(".")[0] in people]


@pytest.mark.parametrize("stage", list(DisclosureStage))
def test_restricted_text_and_workers_records_are_visible_at_no_stage(stage):
    never = ("restricted_note", "worker", "credential", "criteria_review", "nctr_period", "note")
    assert not [name for name in VISIBLE[stage] if name.split(".")[0] in never]
    assert stage.label


def test_the_workers_copy_carries_no_nhs_number():
    assert not is_visible("patient.nhs_number", DisclosureStage.WORKER_COPY)
    assert is_visible("patient.allergies", DisclosureStage.WORKER_COPY)
    assert VISIBLE[DisclosureStage.WORKER_COPY] <= VISIBLE[DisclosureStage.ACCEPTED]


def test_what_is_hidden_is_listed_and_stops_a_document():
    names = ["offer.age_band", "patient.family_name", "spell.ward"]
    assert hidden(names, DisclosureStage.OFFER) == ("patient.family_name", "spell.ward")
    require_disclosable(["offer.age_band"], DisclosureStage.OFFER)
    with pytest.raises(BugError, match=r"patient\.family_name"):
        require_disclosable(names, DisclosureStage.OFFER)


FACTS = NeedFacts(
    reference="O-7K3Q-MX4P",
    birth_date=date(1931, 5, 2),
    postcode="PO6 3LY",
    needs={
        "personal_care": "full_help",
        "transfers": "one_person",
        "night_pattern": "sleeping_with_calls",
        "night_calls": 2,
        "left_alone_hours": 0,
        "skin": "wound",
        "diet": None,
    },
    earliest_start=date(2026, 11, 25),
    latest_start=date(2026, 11, 30),
    length_days=21,
    gender_required="female",
    required_skills=("hoist",),
    languages=("pl",),
    pets=("cat",),
    smoking_home=False,
    stairs="flight",
    bedroom=True,
    driver_required=False,
    carers_needed=1,
    funding_type="d2a",
)
TODAY = date(2026, 11, 22)


def test_a_need_profile_has_the_decided_fields_and_no_others():
    profile = need_profile(FACTS, today=TODAY)
    assert set(profile) == NEED_PROFILE_FIELDS
    assert profile["age_band"] == "90+"
    assert profile["outward_postcode"] == "PO6"
    assert profile["needs"] == {
        "personal_care": "full_help",
        "transfers": "one_person",
        "night_pattern": "sleeping_with_calls",
        "night_calls": 2,
        "left_alone_hours": 0,
    }


def test_a_need_profile_never_carries_the_birth_date_or_the_full_postcode():
    text = repr(need_profile(FACTS, today=TODAY))
    assert "1931" not in text
    assert "3LY" not in text


def test_the_facts_of_a_profile_have_no_place_for_free_text_fields():
    names = {field.name for field in fields(NeedFacts)}
    assert not names & {"name", "ward", "diagnosis", "summary", "initials", "note"}
    assert "skin" not in NEEDS_IN_PROFILE


@pytest.mark.parametrize(
    "change",
    [
        {"needs": {"personal_care": "Mrs Smith needs help"}},
        {"needs": {"night_calls": "two"}},
        {"required_skills": ("ask for Maria",)},
        {"pets": ("Rex",)},
        {"stairs": "two flights, ring Bob"},
        {"funding_type": "his son pays"},
        {"gender_required": "any"},
        {"languages": ("Polish, and her name is Anna",)},
        {"languages": ("a" * 31,)},
        {"needs": {"night_calls": 9990000018}},
        {"length_days": 9990000},
        {"carers_needed": 1943},
        {"earliest_start": date(1943, 5, 17)},
        {"latest_start": date(2143, 5, 17)},
    ],
)
def test_free_text_cannot_slip_into_a_profile(change):
    with pytest.raises(RefusedError) as refused:
        need_profile(replace(FACTS, **change), today=TODAY)
    assert refused.value.code == "need_code"


@pytest.mark.parametrize("text", [None, "", "Kim Sample", "Zoë O'Brien-ß", "x" * 200])
def test_a_line_is_a_name(text):
    assert is_line(text)


@pytest.mark.parametrize("text", ["Ann\nSmith", "x" * 201, "999 000 0018", "tab\t", "\x7f"])
def test_a_line_is_no_page_and_no_nhs_number(text):
    assert not is_line(text)


@pytest.mark.parametrize("text", [None, "", "+44 (0)1632 960190", "01632 960190 ext. 12"])
def test_a_telephone_number_may_have_an_extension(text):
    assert is_telephone(text)


@pytest.mark.parametrize("text", ["ask for Ann", "01632 960190 Ann", "0" * 25])
def test_a_telephone_number_says_nothing_else(text):
    assert not is_telephone(text)


def test_what_is_not_required_or_not_known_stays_empty():
    profile = need_profile(
        replace(FACTS, gender_required=None, stairs=None, funding_type=None), today=TODAY
    )
    assert profile["gender_required"] is None
    assert profile["stairs"] is None


def test_a_profile_needs_a_postcode():
    with pytest.raises(UsageError):
        need_profile(replace(FACTS, postcode=""), today=TODAY)
