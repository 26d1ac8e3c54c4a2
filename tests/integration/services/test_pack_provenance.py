"""An issue is followed: what it replaces, whether it still holds, what changed, by its code."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from sqlalchemy import select

from d2a_desktop.core.errors import RefusedError, UsageError
from d2a_desktop.models.pack_issue import PackIssue
from d2a_desktop.services.context import Context
from d2a_desktop.services.pack_state import provenance
from d2a_desktop.services.pack_verify import PackVerification
from d2a_desktop.services.packs import Packs
from d2a_desktop.services.queries.packs import pack_rows
from d2a_desktop.services.staged_files import StagedFile, clear_unfinished
from tests.integration.services.walk import WARD, Walk


def words(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    return " ".join(" ".join(pages).split())


def test_a_changed_fact_supersedes_and_the_next_issue_says_what_changed(
    ready: Walk, tmp_path: Path
):
    packs, codes = Packs(ready.context), PackVerification(ready.context)
    first = packs.issue(
        WARD, ready.case, "handover", tmp_path / "1.pdf", purpose="Start", given_to="Grace"
    )
    fresh = codes.verify(WARD, f" {first.reference.lower()} ")
    assert (fresh.current, fresh.words, fresh.replaces) == (True, "Current.", "")
    assert "For Grace" in words((tmp_path / "1.pdf").read_bytes())

    ready.do(
        WARD,
        "update",
        values={"care_need": {"diet": "pureed"}},
        add={"contact": [{"name": "Dee Sample", "relationship": "neighbour"}]},
    )
    stale = codes.verify(WARD, first.reference)
    assert not stale.current
    assert stale.superseded_by == ""
    assert "Print it again" in stale.words
    with ready.rows() as rows:
        (row,) = pack_rows(rows)
    assert row.superseded
    assert any("Contacts (new or changed" in line for line in row.changed), row.changed

    second, pdf = packs.print_out(WARD, ready.case, "handover", purpose="Somebody new")
    text = words(pdf)
    assert "What changed since version 1" in text
    assert "Contacts (new or changed: " in text
    replaced = codes.verify(WARD, first.reference)
    assert (replaced.superseded_by, replaced.current) == (second.reference, False)
    assert replaced.superseded_at == codes.verify(WARD, second.reference).printed_at
    assert codes.verify(WARD, second.reference).replaces == first.reference

    with ready.store.read() as session:
        kept = {row.reference: row for row in session.scalars(select(PackIssue))}
    assert (kept[first.reference].given_to, kept[first.reference].given_at) == ("Grace", None)
    assert provenance(kept[second.reference].content_hash).replaces == first.reference
    assert "Dee Sample" not in kept[second.reference].content_hash


def test_an_issue_that_nothing_changed_names_no_changes(ready: Walk, tmp_path: Path):
    packs = Packs(ready.context)
    packs.issue(WARD, ready.case, "handover", tmp_path / "1.pdf")
    _, pdf = packs.print_out(WARD, ready.case, "handover")
    assert "What changed since" not in words(pdf)


def test_a_line_taken_away_is_said(ready: Walk, tmp_path: Path):
    packs = Packs(ready.context)
    packs.issue(WARD, ready.case, "handover", tmp_path / "1.pdf")
    with ready.rows() as rows:
        contact = rows.contacts[0].id
    ready.do(WARD, "update", void=[contact])
    _, pdf = packs.print_out(WARD, ready.case, "handover")
    assert "What changed since version 1 People: Next of kin." in words(pdf)


def test_an_unknown_code_and_no_code_are_told_apart(ready: Walk):
    codes = PackVerification(ready.context)
    with pytest.raises(RefusedError) as refusal:
        codes.verify(WARD, "P-0000-0000")
    assert refusal.value.code == "unknown_pack"
    with pytest.raises(UsageError):
        codes.verify(WARD, "C-7K3Q-MX4P")


def test_the_copy_lies_beside_the_print_and_says_the_same(ready: Walk, tmp_path: Path):
    issued = Packs(ready.context).issue(WARD, ready.case, "handover", tmp_path / "pack.pdf")
    copy = (tmp_path / "pack.html").read_text(encoding="utf-8")
    assert '<html lang="en-GB">' in copy
    assert issued.reference in copy
    assert "KOWALSKA" in copy
    assert "KOWALSKA" not in copy.split("<title>")[1].split("</title>")[0]
    assert sorted(file.name for file in tmp_path.glob("pack*")) == ["pack.html", "pack.pdf"]


def test_what_a_crash_left_of_a_print_is_gone_at_the_next_start(tmp_path: Path):
    notes, folder = tmp_path / "desk" / "unfinished", tmp_path / "share"
    notes.parent.mkdir()
    folder.mkdir()
    mine = folder / "letter.txt"
    mine.write_text("somebody's own")
    staged = StagedFile(folder / "pack.pdf", notes=notes).__enter__()
    staged.write(b"%PDF the whole record", lambda: "<p>the whole record</p>")
    assert len(list(folder.glob(".pack-*"))) == 2  # and here the computer stops
    (note,) = notes.iterdir()
    note.write_text(f"{note.read_text()}\n{mine}")
    assert clear_unfinished(notes) == 2
    assert [file.name for file in folder.iterdir()] == ["letter.txt"]
    assert list(notes.iterdir()) == []
    assert clear_unfinished(notes) == 0


def test_a_print_for_the_spooler_touches_no_disk(ready: Walk, tmp_path: Path):
    context = Context(ready.context.store, ready.context.clock, ready.context.settings, tmp_path)
    before = sorted(tmp_path.rglob("*"))
    issued, pdf = Packs(context).print_out(WARD, ready.case, "patient")
    assert pdf.startswith(b"%PDF")
    assert issued.pages >= 1
    assert sorted(tmp_path.rglob("*")) == before
