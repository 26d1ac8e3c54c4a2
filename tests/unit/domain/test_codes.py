from __future__ import annotations

import inspect

import pytest

from d2a_desktop.core.errors import UsageError
from d2a_desktop.domain import code_lists, codes
from d2a_desktop.domain.audit_actions import AuditAction
from d2a_desktop.domain.codes import (
    AllergyState,
    BarrierGroup,
    Gender,
    Labelled,
    NhsNumberStatus,
    OwnerKind,
    Pathway,
    Stage,
)

ENUMERATIONS = [
    each
    for _, each in inspect.getmembers(codes, inspect.isclass)
    if issubclass(each, Labelled) and each is not Labelled
]


@pytest.mark.parametrize("enumeration", ENUMERATIONS)
def test_every_code_is_stored_as_itself_and_has_words(enumeration):
    for member in enumeration:
        assert enumeration(member.value) is member
        assert member == member.value
        assert member.label.strip()
    assert len({member.label for member in enumeration}) == len(enumeration)


def test_the_stages_are_exactly_the_decided_ones():
    assert [stage.value for stage in Stage] == [
        "inpatient",
        "nctr",
        "referred",
        "pathway_confirmed",
        "offered",
        "accepted",
        "allocated",
        "discharge_planned",
        "at_home",
        "assessed",
        "under_review",
        "closed",
    ]


def test_an_allergy_list_has_exactly_four_states():
    assert [state.label for state in AllergyState] == [
        "Known allergies",
        "No known allergies",
        "Allergies not recorded",
        "Allergies unavailable",
    ]


@pytest.mark.parametrize(
    ("code", "gender"),
    [
        ("1", Gender.MALE),
        ("2", Gender.FEMALE),
        ("9", Gender.NOT_SPECIFIED),
        ("0", Gender.NOT_KNOWN),
        ("x", Gender.NOT_KNOWN),
    ],
)
def test_a_national_gender_code_becomes_a_word(code, gender):
    assert Gender.from_nhs_dd(code) is gender


def test_the_number_statuses_are_those_of_the_data_dictionary():
    published = code_lists.nhs_dd("nhs_number_verification_status")
    assert {status.value: status.label for status in NhsNumberStatus} == dict(published)


def test_owners_outside_the_system_are_known():
    assert OwnerKind.GP.external
    assert not OwnerKind.WARD.external


def test_audit_actions_read_as_words():
    assert AuditAction.OFFER_HANDED_BACK.subject == "offer"
    assert AuditAction.OFFER_HANDED_BACK.verb == "handed_back"
    assert AuditAction.OFFER_HANDED_BACK.label == "Offer handed back"
    assert all(action.subject and action.verb for action in AuditAction)


def test_there_are_eleven_criteria_in_order_and_three_lapse():
    criteria = code_lists.criteria()
    assert [criterion.sequence for criterion in criteria] == list(range(1, 12))
    assert [c.expires_hours for c in criteria if c.expires_hours] == [48, 72, 24]


def test_there_are_37_delay_reasons_in_five_groups():
    reasons = code_lists.delay_reasons()
    assert len(reasons) == 37
    counts = {group: sum(reason.group is group for reason in reasons) for group in BarrierGroup}
    assert list(counts.values()) == [7, 4, 3, 12, 11]
    assert all(reason.code.startswith(reason.group.value) for reason in reasons)


@pytest.mark.parametrize("reason", code_lists.delay_reasons(), ids=lambda reason: reason.code)
def test_a_delay_reason_is_found_by_code_and_by_label_in_any_spelling(reason):
    published = reason.published_label
    spellings = (
        reason.code,
        reason.code.lower(),
        published,
        published.replace("\u2013", "-").upper(),
        published.replace("\u2013", "\u2014").replace(" ", "\u00a0"),
        published.replace(" \u2013 ", "- ").replace("  ", " "),
        f"  {published}  ",
        reason.reason,
    )
    assert all(code_lists.delay_reason(text) is reason for text in spellings)


def test_an_unknown_delay_reason_is_refused_with_what_to_do():
    with pytest.raises(UsageError) as refused:
        code_lists.delay_reason("Waiting for a bus")
    assert refused.value.code == "delay_reason_unknown"
    assert "HP02" in refused.value.what_to_do


def test_delay_reasons_are_filtered_by_the_confirmed_pathway():
    assert len(code_lists.delay_reasons_for(None)) == 37
    p1 = {reason.code for reason in code_lists.delay_reasons_for(Pathway.P1)}
    assert {"CAP03", "CAP05", "HP01"} <= p1
    assert not {"CAP01", "CAP02", "CAP09"} & p1


def test_there_are_four_pathways_and_only_the_first_leaves_the_hub_out():
    assert [p.code for p in code_lists.pathways() if not p.through_hub] == [Pathway.P0]
    assert len(code_lists.pathways()) == 4


def test_there_are_eight_destinations_by_pathway():
    found = [destination.pathway for destination in code_lists.destinations()]
    assert [found.count(pathway) for pathway in Pathway] == [2, 3, 1, 2]


def test_a_destination_is_found_by_code_or_label():
    third = code_lists.destinations()[2]
    assert code_lists.destination("dd03") is third
    assert code_lists.destination(third.published_label.upper()) is third
    with pytest.raises(UsageError) as refused:
        code_lists.destination("the moon")
    assert refused.value.code == "destination_unknown"


def test_the_bands_cover_every_number_of_days_once():
    bands = code_lists.drd_bands()
    assert [(band.lower, band.upper) for band in bands] == [
        (0, 0),
        (1, 1),
        (2, 3),
        (4, 6),
        (7, 13),
        (14, 20),
        (21, None),
    ]


def test_the_other_lists_are_whole():
    assert len(code_lists.hard_rules()) == 22
    assert len(code_lists.soft_rules()) == 18
    assert len(code_lists.scci2075("withdrawal_reason")) == 13
    assert len(code_lists.credentials()) == 24
    fixed = {rule.code for rule in code_lists.hard_rules() if not rule.overridable}
    # DBS, right to work, double-handed and consent are never overridable (DOMAIN 4.4).
    assert {"H03", "H04", "H08", "H22"} <= fixed
    assert all(rule.default_weight > 0 for rule in code_lists.soft_rules())


def test_a_list_is_read_once_and_cannot_be_changed():
    assert code_lists.criteria() is code_lists.criteria()
    with pytest.raises(TypeError):
        code_lists.scci2075("withdrawal_reason")["99"] = "x"


def test_need_levels_have_unique_codes_and_name_real_rules():
    rules = {rule.code for rule in code_lists.hard_rules()}
    for group in code_lists.need_groups().values():
        levels = [level.code for level in group.levels]
        assert len(set(levels)) == len(levels)
        assert {level.rule for level in group.levels if level.rule} <= rules


def test_need_levels_are_recorded_in_fields_that_exist():
    from d2a_desktop.domain.fields import RECORDS

    for group in code_lists.need_groups().values():
        record, field = group.field.split(".")
        assert field in RECORDS[record].fields


def test_a_need_level_is_found_by_code_or_refused_with_the_known_ones():
    nights = code_lists.need_groups()["night_pattern"]
    assert nights.level("waking").rule == "H09"
    with pytest.raises(UsageError, match="sleeping"):
        nights.level("dancing")
