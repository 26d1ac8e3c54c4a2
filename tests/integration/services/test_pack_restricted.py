"""Restricted text is found on the sheets that the table names, and on no other paper."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from sqlalchemy import select

from d2a_desktop.core.errors import NotPermittedError, RefusedError, UsageError
from d2a_desktop.domain.codes import LISTS, PACKS_OF_A_CASE, PackKind
from d2a_desktop.domain.pack_audience import CARRIED, Carried, Privacy, RestrictedText
from d2a_desktop.models.access_log import AccessLog
from d2a_desktop.models.pack_issue import PackIssue
from d2a_desktop.services.pack_state import fingerprint, says_the_same
from d2a_desktop.services.packs import Packs
from d2a_desktop.services.sheets import Sheets, SheetWish
from tests.integration.services.walk import HUB_CALLER, WARD, Walk
from tests.local_stores import SCHEDULER

# What stands in the record for each row of the table; none is part of another.
TEXTS = {
    RestrictedText.SAFEGUARDING: "Visitor takes the pension",
    RestrictedText.KEY_CODE: "7319",
    RestrictedText.OTHER: "Brother must not be told",
}
KINDS = [*PACKS_OF_A_CASE, PackKind.OFFER_SHEET, PackKind.RESTRICTED, *LISTS]


def words(file: Path) -> str:
    with pypdfium2.PdfDocument(file) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    return " ".join(" ".join(pages).split())


@pytest.fixture(scope="module")
def told(walked: Walk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    walk = walked.copied_to(tmp_path_factory.mktemp("restricted") / "desk")
    walk.do(
        WARD,
        "update",
        add={
            "restricted_note": [
                {"kind": kind.value, "text": text}
                for kind, text in TEXTS.items()
                if kind is not RestrictedText.KEY_CODE  # the walk has written that one
            ],
            "risk": [{"kind": "key_code", "detail": "Box by the gate 5582"}],
        },
    )
    yield walk
    walk.close()


def printed(walk: Walk, kind: PackKind, out: Path) -> str:
    packs, sheets = Packs(walk.context), Sheets(walk.context)
    if kind is PackKind.OFFER_SHEET:
        other = dataclasses.replace(walk)
        other.come_in("Nowak", mrn="H204418", nhs_number="9990000026")
        other.refer()
        packs.offer_sheet(HUB_CALLER, other.offer(), out)
        return words(out)
    if kind is PackKind.RESTRICTED:
        sheets.restricted(WARD, walk.case, out, given_to="Tom Ellis")
    elif kind in LISTS:
        caller = HUB_CALLER if kind is PackKind.HUB_LIST else WARD
        sheets.issue(caller, SheetWish(kind, privacy=Privacy.FULL), out)
    else:
        packs.issue(WARD, walk.case, kind.value, out)
    return words(out)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.value)
def test_each_restricted_text_is_where_the_table_says(
    told: Walk, tmp_path: Path, kind: PackKind
) -> None:
    text = printed(told, kind, tmp_path / "out.pdf")
    for restricted, written in TEXTS.items():
        found = written in text
        assert found == (CARRIED[kind, restricted] is Carried.PRINTED), (kind, restricted)
    # Typed into the risks by mistake: a concern is for the restricted sheet, a code for none.
    assert ("Concern about a neighbour" in text) == (kind is PackKind.RESTRICTED)
    assert "5582" not in text
    # Typed into free text: masked in the packs, so the key sheet has to have it.
    assert ("4821" in text) == (kind is PackKind.KEY_SHEET)
    if kind is not PackKind.RESTRICTED:
        assert "afeguarding" not in text


def test_the_restricted_sheet_leaves_no_trace_that_an_agency_could_read(
    told: Walk, tmp_path: Path
) -> None:
    issued = Sheets(told.context).restricted(
        WARD, told.case, tmp_path / "r.pdf", given_to="Tom Ellis", purpose="Before the visit"
    )
    assert "For Tom Ellis" in words(tmp_path / "r.pdf")
    with told.store.read() as session:
        assert "restricted" not in {row.kind for row in session.scalars(select(PackIssue))}
        logs = [(log.action, log.detail, log.case_id) for log in session.scalars(select(AccessLog))]
    assert ("pack:issued", issued.reference, told.case_id) in logs
    assert ("restricted_note:viewed", None, told.case_id) in logs


def test_who_may_not_see_restricted_text_makes_no_sheet_of_it(told: Walk, tmp_path: Path) -> None:
    sheets, packs = Sheets(told.context), Packs(told.context)
    with pytest.raises(NotPermittedError):
        sheets.restricted(SCHEDULER, told.case, tmp_path / "r.pdf", given_to="Me")
    with pytest.raises(NotPermittedError):
        packs.issue(SCHEDULER, told.case, "key_sheet", tmp_path / "k.pdf")
    with pytest.raises(NotPermittedError):
        packs.preview(SCHEDULER, told.case, "key_sheet")
    with pytest.raises(UsageError, match="for whom"):
        sheets.restricted(WARD, told.case, tmp_path / "r.pdf", given_to=" ")
    assert list(tmp_path.iterdir()) == []


def test_a_case_without_restricted_text_has_no_sheet(walk: Walk, tmp_path: Path) -> None:
    walk.come_in()
    with pytest.raises(RefusedError) as refusal:
        Sheets(walk.context).restricted(WARD, walk.case, tmp_path / "r.pdf", given_to="Tom")
    assert refusal.value.code == "nothing_restricted"
    key = Packs(walk.context).issue(WARD, walk.case, "key_sheet", tmp_path / "k.pdf")
    assert "Key sheet: Text" in key.missing


def test_a_new_key_code_makes_the_earlier_sheet_untrue_without_telling_the_number(
    ready: Walk, tmp_path: Path
) -> None:
    with ready.rows() as rows:
        before = fingerprint(rows, PackKind.KEY_SHEET)
    ready.do(WARD, "update", add={"restricted_note": [{"kind": "key_code", "text": "8800"}]})
    with ready.rows() as rows:
        after = fingerprint(rows, PackKind.KEY_SHEET)
        rows.restricted.clear()
        elsewhere = fingerprint(rows, PackKind.KEY_SHEET)
    assert not says_the_same(before, after)
    assert says_the_same(before, elsewhere), "an agency's desk does not hold the notes"
