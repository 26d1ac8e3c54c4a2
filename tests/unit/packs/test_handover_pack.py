"""The handover pack, read back from the PDF as text and boxes."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from d2a_desktop.core.errors import UnreachableError
from d2a_desktop.domain.codes import AllergyState, Gender
from d2a_desktop.packs import handover_content as h
from d2a_desktop.packs.content import Allergies, AllergyLine, Need
from d2a_desktop.packs.handover_pack import (
    handover_missing,
    handover_sections,
    render_handover_pack,
)
from tests.unit.packs.pack_content import (
    make_handover,
    make_header,
    make_identity,
    make_medicines,
)
from tests.unit.packs.reading import Read, assert_well_placed, flat, printed


@pytest.fixture(scope="module")
def pack() -> Read:
    return printed(render_handover_pack, make_handover())


def empty_handover(**changes: Any) -> h.HandoverContent:
    values = {"header": make_header(), "identity": make_identity()}
    return h.HandoverContent(**(values | changes))


def words_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for entry in value:
            yield from words_in(entry)
    elif dataclasses.is_dataclass(value):
        for part in dataclasses.fields(value):
            yield from words_in(getattr(value, part.name))


def test_the_banner_is_on_every_page_in_the_order_of_the_display_rules(pack: Read) -> None:
    banner = (
        "KOWALSKA, Zofia (Mrs) Preferred name Zosia Born 14-Mar-1941 (85y) Gender Female "
        "NHS No. 999 012 3403 Hospital No. H204417"
    )
    for page in pack.pages:
        assert flat(page).startswith(banner)
        assert "Known allergies Penicillin; Latex gloves" in flat(page)


def test_every_page_says_which_issue_it_is_of_how_many_pages_and_who_printed_it(pack: Read) -> None:
    assert pack.result.pages == len(pack.pages) > 2
    for number, page in enumerate(pack.pages, start=1):
        words = flat(page)
        assert f"Page {number} of {len(pack.pages)}" in words
        assert "Handover pack, version 2 | P-7K3Q-MX4P" in words
        assert "Printed by Priya Raman, Ward discharge coordinator, 22-Nov-2026 13:10" in words
        assert "OFFICIAL-SENSITIVE: PERSONAL" in words
        assert "Facts as known to this desk at 22-Nov-2026 13:02" in words
        assert "Synthetic demo data: not a real person" in words


def test_all_thirteen_sections_are_there_in_order(pack: Read) -> None:
    titles = [section.title for section in handover_sections(make_handover())]
    assert len(titles) == 14
    places = [pack.text.index(f"{n} {title}") for n, title in enumerate(titles[1:], start=1)]
    assert places == sorted(places)


def test_the_first_page_lists_the_bag_and_what_is_not_known_is_never_ready() -> None:
    for content in (make_handover(), make_handover(bag=h.Bag())):
        first = flat(printed(render_handover_pack, content).pages[0])
        bag = first.split("The bag: tick each thing that you see in it")[1]
        bag = bag.split("1 Arrival and contacts")[0]
        assert [item for item in h.BAG if item not in bag] == []
        said = {line.item: line.record for line in content.bag.lines}
        for item in h.BAG:
            assert f"{item}: {said.get(item, 'not recorded')}" in bag


def test_a_long_word_of_the_record_keeps_the_bag_on_the_first_page() -> None:
    line = h.BagLine(item="House keys", record="held by the neighbour " * 200)
    missing = h.HandoverContent(
        header=make_header(offline=True), identity=make_identity(), bag=h.Bag(lines=(line,))
    )
    first = flat(printed(render_handover_pack, missing).pages[0])
    assert [item for item in h.BAG if f"{item}: " not in first] == []
    assert "(below)" in first


def test_about_me_comes_before_anything_clinical(pack: Read) -> None:
    assert pack.text.index("2 About me") < pack.text.index("3 Why in hospital")


def test_every_text_of_the_content_is_printed(pack: Read) -> None:
    content = make_handover()
    for part in dataclasses.fields(content):
        if part.name not in {"header", "identity"}:
            for words in words_in(getattr(content, part.name)):
                assert flat(words) in pack.text


def test_instants_are_printed_in_london_time_and_plans_are_approximate() -> None:
    content = make_handover(
        cover=h.Cover(
            planned_arrival=datetime(2026, 7, 1, 23, 30, tzinfo=UTC),
            assessment_due=datetime(2026, 7, 3, 12, 45, tzinfo=UTC),
        )
    )
    text = printed(render_handover_pack, content).text
    assert "Planned arrival at home Thu 02-Jul-2026 00:30" in text
    assert "Fri 03-Jul-2026 Approx 13:45" in text


def test_a_complete_pack_is_final(pack: Read) -> None:
    assert not pack.result.draft
    assert pack.result.missing == ()
    assert pack.result.warnings == ()
    assert "DRAFT" not in pack.text


def test_a_missing_mandatory_item_makes_a_draft_of_every_page() -> None:
    legal = dataclasses.replace(make_handover().legal, agrees="")
    read = printed(render_handover_pack, make_handover(legal=legal))
    assert read.result.draft
    assert read.result.missing == ("Legal: Agrees to live-in care",)
    for number, page in enumerate(read.pages):
        assert "DRAFT, not complete" in flat(page)
        assert "Handover pack, version 2, DRAFT" in flat(page)
        # The watermark is turned, so its letters come out one by one: five tall ones.
        tall = [box for box in read.boxes(number) if box.top - box.bottom > 40]
        assert tall
    assert "Needed before it is final: Legal (Agrees to live-in care)." in read.text


def test_a_complete_pack_can_be_printed_as_a_draft() -> None:
    read = printed(render_handover_pack, make_handover(header=make_header(draft=True)))
    assert read.result.draft
    assert read.result.missing == ()
    assert "DRAFT, not complete" in read.text


def test_what_is_not_recorded_is_said_and_what_is_optional_is_left_out() -> None:
    read = printed(render_handover_pack, empty_handover())
    labels = [
        (part.metadata["label"], part.metadata["need"])
        for section in dataclasses.fields(empty_handover())
        if dataclasses.is_dataclass(getattr(empty_handover(), section.name))
        for part in dataclasses.fields(getattr(empty_handover(), section.name))
        if "need" in part.metadata and "row" not in part.metadata
    ]
    assert len(labels) > 70
    for label, need in labels:
        if need is Need.OPTIONAL:
            assert f"{label} Not recorded" not in read.text
        else:
            assert flat(label) in read.text
    silent = [label for label, need in labels if need is not Need.OPTIONAL]
    assert read.text.count("Not recorded") >= len(silent)
    assert read.text.count("Not recorded, needed") == len(
        [label for label, need in labels if need is Need.MANDATORY]
    )


def test_every_mandatory_line_alone_keeps_the_pack_a_draft() -> None:
    whole = make_handover()
    for part in dataclasses.fields(whole):
        section: Any = getattr(whole, part.name)
        if section is None:  # no letter is attached
            continue
        for line in dataclasses.fields(section):
            if line.metadata.get("need") is Need.MANDATORY:
                empty = None if "approx" in line.metadata else ""
                changed = dataclasses.replace(section, **{line.name: empty})
                missing = handover_missing(dataclasses.replace(whole, **{part.name: changed}))
                assert [line.metadata["label"] in entry for entry in missing] == [True]


def test_without_medicines_the_discharge_letter_is_named() -> None:
    read = printed(render_handover_pack, make_handover(medicines=make_medicines(0)))
    assert "See discharge letter, copy not attached." in read.text


@pytest.mark.parametrize("state", [s for s in AllergyState if s is not AllergyState.KNOWN])
def test_the_allergy_state_is_one_of_four_and_is_never_inferred(state: AllergyState) -> None:
    read = printed(render_handover_pack, make_handover(allergies=Allergies(state=state)))
    for page in read.pages:
        assert state.label in flat(page)
    others = [other.label for other in AllergyState if other is not state]
    assert not [label for label in others if label in read.text]


def test_many_allergies_are_counted_in_the_banner_and_listed_in_full() -> None:
    lines = tuple(
        AllergyLine(substance=f"Substance with a long name {n}", reaction="Rash") for n in range(40)
    )
    allergies = Allergies(state=AllergyState.KNOWN, lines=lines)
    read = printed(render_handover_pack, make_handover(allergies=allergies))
    assert "more, listed under Medicines and allergies" in flat(read.pages[-1])
    for line in lines:
        assert line.substance in read.text
    assert_well_placed(read)


def test_no_nhs_number_says_not_known_beside_the_hospital_number() -> None:
    read = printed(render_handover_pack, make_handover(identity=make_identity(nhs_number=None)))
    for page in read.pages:
        assert "NHS No. Not known Hospital No. H204417" in flat(page)


def test_an_untraced_nhs_number_and_an_unknown_gender_say_so() -> None:
    identity = make_identity(nhs_verified=False, gender=Gender.NOT_KNOWN, born=None)
    read = printed(render_handover_pack, make_handover(identity=identity))
    assert "999 012 3403 (not verified)" in flat(read.pages[0])
    assert "Born Not known Gender Not Known" in flat(read.pages[0])


def test_the_replaced_version_the_recipient_and_the_purpose_are_on_page_one(pack: Read) -> None:
    assert (
        "Version 2 replaces version 1 printed 21-Nov-2026 10:00: destroy the earlier copies."
    ) in flat(pack.pages[0])
    assert "For Live-in worker (Grace) and Harbour Live-in Care" in flat(pack.pages[0])
    assert "Purpose: Start of live-in care" in flat(pack.pages[0])


def test_a_pack_printed_offline_says_how_old_its_facts_are() -> None:
    read = printed(render_handover_pack, make_handover(header=make_header(offline=True)))
    assert "Printed while this desk was offline." in flat(read.pages[0])
    assert "Facts are as known at 22-Nov-2026 13:02." in flat(read.pages[0])
    for page in read.pages:
        assert "printed while offline" in flat(page)


def test_a_desk_that_never_heard_from_others_says_so() -> None:
    header = make_header(offline=True, as_known_at=None, synthetic=False, trial=True)
    read = printed(render_handover_pack, make_handover(header=header))
    assert "This desk has not yet heard from the others." in flat(read.pages[0])
    for page in read.pages:
        assert "TRIAL desk: not for care" in flat(page)
        assert "Synthetic" not in page


def test_the_longest_names_wrap_whole_and_cover_nothing() -> None:
    identity = make_identity(
        family_name="W" * 35,
        given_name="Wilhelmina-" * 3 + "Wm",
        title="Right Honourable " * 2 + "X",
    )
    header = make_header(printed_by="Wolfeschlegelsteinhausen " * 3, printed_role="R" * 60)
    read = printed(render_handover_pack, make_handover(identity=identity, header=header))
    for page in read.pages:
        letters = "".join(page.split())
        assert "W" * 35 + "," in letters
        assert "Wilhelmina-Wilhelmina-Wilhelmina-Wm" in letters
        assert "(RightHonourableRightHonourableX)" in letters
        assert "R" * 60 in letters
    assert_well_placed(read)


@pytest.mark.parametrize(
    ("family", "given", "shown"),
    [
        ("Nguyễn", "Thị Hạnh", "NGUYỄN, Thị Hạnh (Mrs)"),
        ("Żółć", "Łukasz", "ŻÓŁĆ, Łukasz (Mrs)"),
        ("Llŷr", "Siân", "LLŶR, Siân (Mrs)"),
    ],
)
def test_names_with_diacritics_are_printed_and_can_be_read_back(
    family: str, given: str, shown: str
) -> None:
    identity = make_identity(family_name=family, given_name=given)
    read = printed(render_handover_pack, make_handover(identity=identity))
    assert shown in flat(read.pages[0])
    assert read.result.warnings == ()


def test_a_name_in_another_script_stands_beside_its_latin_form() -> None:
    identity = make_identity(
        family_name="الحسيني",
        given_name="محمد",
        latin_family_name="Al-Husseini",
        latin_given_name="Mohammed",
    )
    read = printed(render_handover_pack, make_handover(identity=identity))
    for page in read.pages:
        assert "AL-HUSSEINI, Mohammed (Mrs)" in flat(page)
        assert "الحسيني" in flat(page)
    assert read.result.warnings == ()


def test_a_name_in_tamil_letters_is_on_every_page_as_recorded() -> None:
    identity = make_identity(family_name="கிருஷ்ணன்", given_name="தமிழ்ச்செல்வி", preferred_name="")
    read = printed(render_handover_pack, make_handover(identity=identity))
    for page in read.pages:
        assert "கிருஷ்ணன்" in flat(page)
        assert "தமிழ்ச்செல்வி" in flat(page)
    assert read.result.warnings == ()


def test_a_name_that_cannot_be_printed_is_a_visible_gap_never_a_box() -> None:
    identity = make_identity(family_name="王", given_name="小明", preferred_name="")
    read = printed(render_handover_pack, make_handover(identity=identity))
    for page in read.pages:
        assert "[TEXT IN CHINESE SCRIPT], [text in Chinese script] (Mrs)" in flat(page)
    assert "Some text cannot be printed" in flat(read.pages[0])


def test_a_key_code_typed_into_the_access_note_is_not_in_the_file() -> None:
    cover = dataclasses.replace(make_handover().cover, access="Key safe 4821 left of the door")
    read = printed(render_handover_pack, make_handover(cover=cover))
    assert "4821" not in read.text
    assert "Key safe [number left out: see the key sheet] left of the door" in read.text


def test_two_hundred_medicines_split_over_pages_with_their_header() -> None:
    read = printed(render_handover_pack, make_handover(medicines=make_medicines(200)))
    lines = make_medicines(200).lines
    for line in lines:
        assert read.text.count(f"{line.name} {line.dose}") == 1
    rows_on = [
        page
        for page in read.pages
        if any(f"{line.name} {line.dose}" in flat(page) for line in lines)
    ]
    assert len(rows_on) > 5
    for page in rows_on:
        assert "Medicine Dose Route When" in flat(page)
    assert_well_placed(read)


def test_notes_of_five_thousand_characters_are_printed_whole() -> None:
    words = [f"word{n}" for n in range(700)]
    note = " ".join(words)
    whole = make_handover()
    content = make_handover(
        about_me=dataclasses.replace(whole.about_me, what_matters=note, please_do="x" * 5000),
        plan=dataclasses.replace(
            whole.plan,
            contingency=(h.ContingencyLine(trigger="Fall", response=note, contact="Agency"),),
        ),
        risks=dataclasses.replace(whole.risks, choking=note[:850]),
    )
    read = printed(render_handover_pack, content)
    for word in words:
        assert read.text.count(f" {word} ") >= 2
    assert "".join(read.text.split()).count("x") >= 5000
    assert_well_placed(read)


def test_the_usual_pack_covers_nothing_and_stays_on_the_page(pack: Read) -> None:
    assert_well_placed(pack)


def test_the_same_content_and_issue_give_the_same_bytes(pack: Read) -> None:
    again = printed(render_handover_pack, make_handover())
    assert again.data == pack.data
    assert again.result == pack.result


def test_the_files_metadata_says_nothing_about_the_person(pack: Read) -> None:
    metadata = pack.metadata()
    assert metadata["Title"] == "Handover pack"
    assert metadata["CreationDate"].startswith("D:20261122131000")
    for value in metadata.values():
        assert "kowalska" not in value.lower()
        assert "9990123403" not in value.replace(" ", "")
    assert b"/Lang (en-GB)" in pack.data
    assert b"KOWALSKA" not in pack.data


def test_fonts_are_embedded_and_no_standard_font_is_left(pack: Read) -> None:
    assert pack.data.count(b"/FontFile2") == 2
    assert b"Helvetica" not in pack.data


def test_the_outline_leads_to_each_section_once(pack: Read) -> None:
    import pypdfium2

    with pypdfium2.PdfDocument(pack.data) as document:
        entries = [(mark.get_title(), mark.get_dest().get_index()) for mark in document.get_toc()]
    assert [title.split()[0] for title, _ in entries] == ["The", *(str(n) for n in range(1, 14))]
    assert [page for _, page in entries] == sorted(page for _, page in entries)
    for title, page in entries:
        assert flat(title) in flat(pack.pages[page])


def test_the_result_names_the_bytes_that_were_written(tmp_path: Path) -> None:
    import hashlib

    target = tmp_path / "pack.pdf"
    result = render_handover_pack(make_handover(), target)
    assert result.sha256 == hashlib.sha256(target.read_bytes()).hexdigest()


def test_an_unwritable_place_is_told_and_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(UnreachableError):
        render_handover_pack(make_handover(), tmp_path / "nowhere" / "pack.pdf")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("medicines", [1, 200])
def test_two_hundred_medicines_and_notes_of_5000_letters_are_printed_whole(medicines: int) -> None:
    note = " ".join(f"word{n:04d}" for n in range(555))
    name = "Wolfeschlegelsteinhausenbergerdorff"
    content = make_handover(
        identity=make_identity(family_name=name, given_name=name, title=name),
        medicines=make_medicines(medicines),
        about_me=h.AboutMe(what_matters=note),
        stay=h.HospitalStay(reason=note, supporting=note, criteria_statement="Recorded"),
    )
    read = printed(render_handover_pack, content)
    assert len(note) > 4900
    letters = "".join(read.text.split())
    assert all(letters.count(f"word{n:04d}") == 3 for n in range(555))
    names = ("Apixaban", "Bisoprolol", "Paracetamol", "Colecalciferol", "Senna", "Furosemide")
    assert all(f"{names[n % 6]} {n + 1} " in read.text for n in range(medicines))
    for page in read.pages:
        assert "".join(page.split()).count(name.upper()) == 1
        assert "NHS No. 999 012 3403" in flat(page)
    first = flat(read.pages[0])
    assert [item for item in h.BAG if f"{item}: " not in first] == []
    assert_well_placed(read)
