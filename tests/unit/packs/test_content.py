"""What a pack can hold, and when two packs say the same."""

from __future__ import annotations

import dataclasses
import inspect
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from d2a_desktop.domain.codes import AllergyState, PackKind
from d2a_desktop.packs import (
    anonymous_sheet,
    assessment_pack,
    content,
    handover_content,
    patient_copy,
)
from d2a_desktop.packs.content import Allergies, AllergyLine, content_hash
from d2a_desktop.packs.handover_pack import handover_missing
from tests.unit.packs.pack_content import make_handover, make_header, make_identity

CONTENT_TYPES = [
    kind
    for module in (content, handover_content, assessment_pack, patient_copy, anonymous_sheet)
    for _, kind in inspect.getmembers(module, inspect.isclass)
    if dataclasses.is_dataclass(kind) and kind.__module__ == module.__name__
]


def hash_of(**changes: Any) -> str:
    return content_hash(PackKind.HANDOVER, make_handover(**changes))


@pytest.mark.parametrize("kind", CONTENT_TYPES, ids=lambda kind: kind.__name__)
def test_no_content_has_a_field_for_a_key_code_or_restricted_text(kind: type) -> None:
    names = [part.name for part in dataclasses.fields(kind)]
    for word in ("safeguard", "restricted", "key_code", "key_safe", "code_number", "note_text"):
        assert not [name for name in names if word in name]


@pytest.mark.parametrize("kind", CONTENT_TYPES, ids=lambda kind: kind.__name__)
def test_content_is_frozen(kind: Any) -> None:
    assert kind.__dataclass_params__.frozen


def test_the_content_hash_does_not_depend_on_who_prints_when() -> None:
    later = make_header(
        printed_at=datetime(2026, 11, 23, 8, 0, tzinfo=UTC),
        printed_by="Sam Okoro",
        version=3,
        reference="P-AAAA-BBBB",
        as_known_at=None,
        offline=True,
    )
    assert hash_of(header=later) == hash_of()


def test_a_birthday_alone_does_not_supersede_a_pack() -> None:
    assert hash_of(identity=make_identity(age_years=86)) == hash_of()


def test_any_changed_fact_changes_the_content_hash() -> None:
    whole = make_handover()
    changes = 0
    for part in dataclasses.fields(whole):
        section = getattr(whole, part.name)
        if section is None:  # no letter is attached
            continue
        for line in dataclasses.fields(section):
            if part.name != "header" and line.type == "str":
                other = dataclasses.replace(section, **{line.name: "changed"})
                assert hash_of(**{part.name: other}) != hash_of()
                changes += 1
    assert changes > 80


def test_a_changed_line_of_a_table_changes_the_content_hash() -> None:
    medicines = make_handover().medicines
    fewer = dataclasses.replace(medicines, lines=medicines.lines[1:])
    turned = dataclasses.replace(medicines, lines=medicines.lines[::-1])
    assert len({hash_of(medicines=fewer), hash_of(medicines=turned), hash_of()}) == 3


def test_the_same_instant_in_another_zone_is_the_same_fact() -> None:
    cover = make_handover().cover
    assert cover.planned_arrival is not None
    elsewhere = cover.planned_arrival.astimezone(timezone(timedelta(hours=9)))
    assert hash_of(cover=dataclasses.replace(cover, planned_arrival=elsewhere)) == hash_of()
    moved = dataclasses.replace(cover, planned_arrival=elsewhere + timedelta(minutes=1))
    assert hash_of(cover=moved) != hash_of()


def test_kinds_with_equal_facts_have_different_hashes() -> None:
    plain = make_handover()
    assert content_hash(PackKind.HANDOVER, plain) != content_hash(PackKind.PATIENT, plain)


def test_known_allergies_need_a_line_and_other_states_have_none() -> None:
    line = AllergyLine(substance="Latex")
    assert Allergies(state=AllergyState.KNOWN, lines=(line,)).missing() == ()
    assert Allergies(state=AllergyState.NONE_KNOWN).missing() == ()
    with pytest.raises(ValueError, match="listed when"):
        Allergies(state=AllergyState.KNOWN)
    with pytest.raises(ValueError, match="listed when"):
        Allergies(state=AllergyState.NONE_KNOWN, lines=(line,))


@pytest.mark.parametrize("state", [AllergyState.NOT_RECORDED, AllergyState.UNAVAILABLE])
def test_a_final_pack_waits_for_the_allergies(state: AllergyState) -> None:
    missing = handover_missing(make_handover(allergies=Allergies(state=state)))
    assert missing == (f"Allergies: {state.label}",)


@pytest.mark.parametrize(
    ("changes", "lacks"),
    [
        ({"born": None}, "Identity: Born"),
        ({"family_name": " "}, "Identity: Family name"),
        ({"nhs_number": None, "hospital_number": ""}, "Identity: NHS No. or Hospital No."),
    ],
)
def test_a_final_pack_waits_for_an_identity(changes: dict[str, Any], lacks: str) -> None:
    assert handover_missing(make_handover(identity=make_identity(**changes))) == (lacks,)


def test_no_nhs_number_is_legitimate_beside_a_hospital_number() -> None:
    assert handover_missing(make_handover(identity=make_identity(nhs_number=None))) == ()


@pytest.mark.parametrize("name", ["printed_by", "reference"])
def test_an_issue_that_cannot_be_traced_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="who printed it"):
        make_header(**{name: " "})


def test_an_issue_without_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        make_header(printed_at=datetime(2026, 11, 22, 13, 10))
