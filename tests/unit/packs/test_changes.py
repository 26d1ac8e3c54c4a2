"""What a new issue says has changed: lines by name, rows by their first words, all of them."""

from __future__ import annotations

import dataclasses

from d2a_desktop.packs.changes import changed_words, digests
from d2a_desktop.packs.content import Allergies
from d2a_desktop.packs.handover_content import HandoverContent, Medicines
from tests.unit.packs.other_content import make_patient
from tests.unit.packs.pack_content import make_handover, make_header, make_medicines


def with_medicines(number: int) -> HandoverContent:
    return make_handover(medicines=make_medicines(number))


def test_the_same_content_has_no_changes_whoever_prints_it() -> None:
    before = make_handover()
    after = make_handover(header=make_header(version=9, printed_by="Someone Else"))
    assert changed_words(digests(before), after) == ()


def test_a_changed_line_is_named_by_its_section_and_label() -> None:
    before = make_handover()
    cover = dataclasses.replace(before.cover, access="Ring the bell of number 16")
    (line,) = changed_words(digests(before), dataclasses.replace(before, cover=cover))
    assert line == f"{before.cover.heading}: How to get in."


def test_a_new_row_is_named_and_a_lost_one_counted() -> None:
    before, after = with_medicines(3), with_medicines(4)
    (more,) = changed_words(digests(before), after)
    assert f"new or changed: {after.medicines.lines[3].name}" in more
    (fewer,) = changed_words(digests(after), before)
    assert fewer.endswith("1 fewer than before.")
    none = dataclasses.replace(before, medicines=dataclasses.replace(before.medicines, lines=()))
    assert any("3 fewer than before" in line for line in changed_words(digests(before), none))


def test_a_changed_allergy_is_said() -> None:
    before = make_handover()
    after = dataclasses.replace(before, allergies=Allergies())
    assert any("Allergies" in line for line in changed_words(digests(before), after))


def test_a_content_without_sections_is_told_by_its_fields() -> None:
    before = make_patient()
    after = dataclasses.replace(before, phone="023 9200 0199")
    assert changed_words(digests(before), after) == ("This pack: Phone.",)


def test_many_changes_are_cut_with_words_that_say_so() -> None:
    lines = changed_words(digests(HandoverContent(
        header=make_header(), identity=make_handover().identity, medicines=Medicines()
    )), make_handover())  # fmt: skip
    assert len(lines) <= 12
    assert "read the whole pack" in lines[-1]


def test_an_issue_of_an_earlier_version_tells_nothing() -> None:
    assert changed_words("", make_handover()) == ()


def test_the_digests_hold_no_text_and_stay_small() -> None:
    kept = digests(with_medicines(200))
    assert "Samplazole" not in kept
    assert ":" not in kept
    assert len(kept) < 4000
