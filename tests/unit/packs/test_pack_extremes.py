"""Whatever the record holds, a pack is printed whole: nothing lost, covered or off the page."""

from __future__ import annotations

import dataclasses
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from d2a_desktop.packs import handover_content as h
from d2a_desktop.packs.handover_pack import render_handover_pack
from tests.unit.packs.pack_content import make_handover, make_header, make_identity
from tests.unit.packs.reading import assert_well_placed, flat, printed

LATIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'\u2019-ŁłŷÑßđễż&<>"
names = st.text(alphabet=LATIN, min_size=1, max_size=35).filter(lambda name: name.strip())
notes = st.lists(st.text(alphabet=LATIN + "0123456789.,;()", min_size=1, max_size=60), max_size=90)
anything = st.text(max_size=400)


def texts(section: type, words: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    """Build a section with every text line drawn from `words`."""
    lines = [part.name for part in dataclasses.fields(section) if part.type == "str"]
    return st.builds(section, **dict.fromkeys(lines, words))


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    family=names,
    given_name=names,
    title=names,
    note=notes,
    medicines=st.integers(min_value=0, max_value=40),
    data=st.data(),
)
def test_extreme_content_is_printed_whole(
    family: str, given_name: str, title: str, note: list[str], medicines: int, data: st.DataObject
) -> None:
    line = data.draw(texts(h.MedicineLine, st.text(alphabet=LATIN + " ", max_size=120)))
    text = " ".join(note)
    content = make_handover(
        header=make_header(draft=data.draw(st.booleans())),
        identity=make_identity(family_name=family, given_name=given_name, title=title),
        medicines=h.Medicines(support="Worker", lines=(line,) * medicines),
        stay=h.HospitalStay(reason=text, what_changed=text, criteria_statement="Recorded"),
        plan=data.draw(texts(h.Plan, st.text(alphabet=LATIN + " \n", max_size=1200))),
    )
    read = printed(render_handover_pack, content)
    for page in read.pages:
        letters = "".join(page.split())
        assert "".join(family.upper().split()) in letters
        assert "".join(f"({title})".split()) in letters
    body = "".join(read.text.split())
    for word in note:
        assert word in body
    assert read.result.warnings == ()
    assert_well_placed(read, overlaps=not read.result.draft)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_text_however_strange_stops_a_pack(data: st.DataObject) -> None:
    content = make_handover(
        header=make_header(printed_role=data.draw(anything), given_to=data.draw(anything)),
        identity=make_identity(
            family_name=data.draw(anything), preferred_name=data.draw(anything), given_name="Zofia"
        ),
        cover=data.draw(texts(h.Cover, anything)),
        about_me=data.draw(texts(h.AboutMe, anything)),
        people=h.People(contacts=(data.draw(texts(h.ContactLine, anything)),) * 3),
    )
    read = printed(render_handover_pack, content)
    for number, page in enumerate(read.pages, start=1):
        assert f"Page {number} of {len(read.pages)}" in flat(page)
        assert "\x00" not in page
