"""A typed medicine has a clinical role and a second person behind it, or stays off the paper."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest

from d2a_desktop.core.errors import NotPermittedError, RefusedError, UsageError
from d2a_desktop.domain.medicines import Hand, may_travel
from d2a_desktop.services.medicine_lines import lines_that_travel
from d2a_desktop.services.packs import Packs
from tests.integration.services.walk import DOCTOR, MEDICINES, PHARMACIST, WARD, Walk

DOC, NURSE, CLERK = Hand("u_1", "clinician"), Hand("u_2", "clinician"), Hand("u_3", "analyst")


@pytest.mark.parametrize(
    ("typed", "checks", "travels"),
    [
        (DOC, [NURSE], True),
        (DOC, [], False),
        (DOC, [DOC], False),
        (DOC, [CLERK], False),
        (CLERK, [DOC], False),
        (CLERK, [DOC, NURSE], True),
        (None, [DOC], False),
        (None, [DOC, NURSE], True),
    ],
)
def test_two_people_with_a_clinical_role_stand_for_a_line(typed, checks, travels):
    assert may_travel(typed, checks) is travels


def paper(walk: Walk, folder: Path) -> str:
    out = folder / "pack.pdf"
    Packs(walk.context).issue(WARD, walk.case, "handover", out)
    with pypdfium2.PdfDocument(out) as document:
        return " ".join(" ".join(p.get_textpage().get_text_range() for p in document).split())


def test_a_line_travels_only_when_another_clinician_has_checked_it(walk: Walk, tmp_path: Path):
    walk.come_in()
    walk.do(DOCTOR, "update", add={"medicine": MEDICINES})
    text = paper(walk, tmp_path)
    assert "Apixaban" not in text
    assert "Ramipril" not in text
    assert "2 typed lines are left out" in text
    assert "Medicines: see discharge letter, copy not attached" in text

    with walk.rows() as rows:
        first, second = (line.id for line in sorted(rows.medicines, key=lambda m: m.name))
        assert lines_that_travel(rows) == []
    walk.do(PHARMACIST, "update", check=[first])
    text = paper(walk, tmp_path)
    assert "Apixaban" in text
    assert "Ramipril" not in text
    assert "1 typed line is left out" in text
    walk.do(PHARMACIST, "update", check=[second])
    text = paper(walk, tmp_path)
    assert "Ramipril" in text
    assert "typed line is left out" not in text


def test_who_may_not_type_or_check_is_told_so_and_nothing_is_kept(walk: Walk):
    walk.come_in()
    with pytest.raises(NotPermittedError, match="typed by a clinician"):
        walk.do(WARD, "update", add={"medicine": MEDICINES})
    with pytest.raises(NotPermittedError, match="typed by a clinician"):
        walk.do(WARD, "refer", record={"add": {"medicine": MEDICINES}})
    walk.do(DOCTOR, "update", add={"medicine": MEDICINES})
    with walk.rows() as rows:
        lines = [line.id for line in rows.medicines]
        assert len(lines) == 2
    with pytest.raises(RefusedError) as same:
        walk.do(DOCTOR, "update", check=lines)
    assert same.value.code == "same_person"
    with pytest.raises(NotPermittedError, match="checked by a clinician"):
        walk.do(WARD, "update", check=lines)
    with pytest.raises(UsageError, match="no medicine line"):
        walk.do(PHARMACIST, "update", check=["none"])
    with walk.rows() as rows:
        assert lines_that_travel(rows) == []
        assert [event.kind for event in rows.events] == ["medicine_typed"]
