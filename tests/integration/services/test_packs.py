"""Packs on a real encrypted store: what they say, their record, and when they stop being true."""

from __future__ import annotations

import hashlib
import stat
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from sqlalchemy import select

from d2a_desktop.core.errors import (
    NotPermittedError,
    RefusedError,
    UnreachableError,
    UsageError,
)
from d2a_desktop.domain.codes import PackKind
from d2a_desktop.domain.permissions import Caller, Role
from d2a_desktop.models.access_log import AccessLog
from d2a_desktop.models.pack_issue import PackIssue
from d2a_desktop.services.pack_state import (
    current_pack_given,
    fingerprint,
    says_the_same,
)
from d2a_desktop.services.packs import Packs
from d2a_desktop.services.queries.packs import pack_rows
from d2a_desktop.services.queries.timeline import timeline
from tests.builders import AGENCY
from tests.integration.services.walk import HUB_CALLER, NHS_NUMBER, WARD, Walk, new_walk
from tests.local_stores import SCHEDULER
from tests.unit.packs.letters import letter_pdf


def words(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    return " ".join(" ".join(pages).split())


def given_now(walk: Walk) -> bool | None:
    with walk.rows() as rows:
        return current_pack_given(rows)


def prints(walk: Walk) -> list[tuple[int, bool]]:
    with walk.rows() as rows:
        return [(row.version, row.superseded) for row in pack_rows(rows)]


def facts(walk: Walk, *, sees_criteria: bool) -> str:
    with walk.rows() as rows:
        return fingerprint(rows, PackKind.HANDOVER, sees_criteria=sees_criteria)


def test_a_handover_pack_says_what_the_worker_needs_and_carries_its_record(
    ready: Walk, tmp_path: Path
):
    out = tmp_path / "pack.pdf"
    issued = Packs(ready.context).issue(WARD, ready.case, "handover", out, purpose="Start of care")

    text = words(out.read_bytes())
    assert issued.missing == ()
    assert not issued.draft
    assert "DRAFT" not in text
    for said in (
        "KOWALSKA, Zofia (Mrs)",
        "999 000 0018",
        "Penicillin",
        "14 Example Terrace, Southsea, PO4 0ZZ",
        "Grace",
        "Seafront Carers",
        "023 9200 0100",
        "G5 12",
        "Tom Ellis",
        "No criteria to reside since 22-Nov-2026 09:30 (Dr Example, consultant)",
        "Apixaban",
        "Ramipril, 5 mg",
        "Sleeps, one or two calls, 2 calls a night",
        "Anna Kowalska, daughter, 07700 900123",
        "Worker ill",
        "Sea View Surgery",
        issued.reference,
        "Start of care",
        "Pat Example",
        f"Page 1 of {issued.pages}",
    ):
        assert said in text, said
    assert stat.S_IMODE(out.stat().st_mode) == 0o600

    with ready.store.read() as session:
        row = session.scalars(select(PackIssue)).one()
        log = session.scalars(select(AccessLog)).one()
    assert (row.id, row.reference, row.version) == (issued.pack_id, issued.reference, 1)
    assert (row.printed_by, row.printed_role) == ("Pat Example", WARD.role.label)
    assert (row.kind, row.purpose, row.pages) == ("handover", "Start of care", issued.pages)
    assert (log.action, log.case_id, log.detail) == (
        "pack:issued",
        ready.case_id,
        issued.reference,
    )
    assert issued.changes.touches("pack_issue", "access_log")


def test_key_numbers_and_restricted_text_are_on_no_pack(ready: Walk, tmp_path: Path):
    packs = Packs(ready.context)
    for kind in ("handover", "assessment", "patient"):
        packs.issue(WARD, ready.case, kind, tmp_path / f"{kind}.pdf")
        text = words((tmp_path / f"{kind}.pdf").read_bytes())
        for hidden in ("4821", "7319", "neighbour", "afeguarding"):
            assert hidden not in text, (kind, hidden)
    assert "(on its own sheet)" in words((tmp_path / "handover.pdf").read_bytes())


def test_the_form_and_the_persons_copy_are_filled_in(ready: Walk, tmp_path: Path):
    packs = Packs(ready.context)
    form = packs.issue(HUB_CALLER, NHS_NUMBER, "assessment", tmp_path / "form.pdf")
    text = words((tmp_path / "form.pdf").read_bytes())
    assert form.missing == ()
    assert "Walks with an aid" in text
    assert "To make my own tea" in text
    assert "Mon 23-Nov-2026 10:30" in text

    own = packs.issue(WARD, ready.case, "patient", tmp_path / "own.pdf")
    text = words((tmp_path / "own.pdf").read_bytes())
    assert own.missing == ()
    assert "Washing and dressing" in text
    assert "paid for until 20 December 2026" in text
    assert "Ring 023 9200 0100 (Seafront Carers, day and night)" in text
    assert "Apixaban" not in text
    assert "hip" not in text


def test_the_persons_own_copy_is_in_large_print_unless_the_desk_says_otherwise(
    ready: Walk, tmp_path: Path
):
    small = replace(
        ready.context, settings=replace(ready.context.settings, patient_copy_large_print=False)
    )
    on_page_one: list[int] = []
    for context in (ready.context, small):
        path = tmp_path / f"{len(on_page_one)}.pdf"
        Packs(context).issue(WARD, ready.case, "patient", path)
        with pypdfium2.PdfDocument(path) as document:
            on_page_one.append(len(document[0].get_textpage().get_text_range()))
    with ready.rows() as rows:
        newest = pack_rows(rows)[0]
    assert not newest.superseded, "the size of the print is no fact of the record"
    assert on_page_one[0] < on_page_one[1]


def test_an_incomplete_record_prints_a_draft_that_names_what_is_missing(walk: Walk, tmp_path: Path):
    walk.come_in()
    issued = Packs(walk.context).issue(WARD, walk.case, "handover", tmp_path / "p.pdf")
    assert issued.draft
    assert "Arrival and contacts: Live-in worker" in issued.missing
    assert "Allergies: Allergies not recorded" in issued.missing
    assert "DRAFT" in words((tmp_path / "p.pdf").read_bytes())
    packs = Packs(walk.context)
    packs.give(WARD, walk.case, issued.pack_id, to="Ward file")
    assert given_now(walk) is False


def test_a_given_pack_holds_until_the_record_changes(ready: Walk, tmp_path: Path):
    packs = Packs(ready.context)
    assert given_now(ready) is False
    first = packs.issue(WARD, ready.case, "handover", tmp_path / "1.pdf")
    assert given_now(ready) is False
    changes = packs.give(WARD, ready.case, first.reference.lower(), to="Grace")
    assert changes.touches("pack_issue")
    assert given_now(ready) is True
    assert prints(ready) == [(1, False)]

    ready.do(WARD, "note", text="Spoke to the daughter", kind="call")
    ready.do(WARD, "task", kind="medicines", title="Medicines to take home")
    ready.clock.set(ready.clock.now().replace(hour=11))
    assert given_now(ready) is True, "neither a call nor time changes the pack"

    ready.do(WARD, "update", values={"care_need": {"diet": "pureed"}})
    assert given_now(ready) is False
    assert prints(ready) == [(1, True)]

    second = packs.issue(WARD, ready.case, "handover", tmp_path / "2.pdf")
    text = words((tmp_path / "2.pdf").read_bytes())
    assert second.version == 2
    assert "Version 2 replaces version 1 printed 22-Nov-2026 09:30" in text
    assert prints(ready) == [(2, False), (1, True)]


def test_the_pack_that_was_given_still_holds_after_the_person_has_left(ready: Walk, tmp_path: Path):
    packs = Packs(ready.context)
    issued = packs.issue(WARD, ready.case, "handover", tmp_path / "1.pdf")
    packs.give(WARD, ready.case, issued.pack_id, to="Grace")
    for name in ("medicines_state", "transport_state", "equipment_state", "key_state"):
        ready.do(WARD, "depart", **{name: "ready"})
    ready.clock.set(ready.clock.now().replace(hour=15))
    ready.do(WARD, "depart", left_at=ready.clock.now().isoformat())
    assert prints(ready) == [(1, False)]


def test_the_criteria_to_reside_count_only_where_a_desk_sees_them(ready: Walk):
    ward = facts(ready, sees_criteria=True)
    agency = facts(ready, sees_criteria=False)
    assert says_the_same(ward, agency)
    ready.do(WARD, "review", applies=["CTR01"], decided_by="Dr Example", decided_role="consultant")
    later = facts(ready, sees_criteria=True)
    assert not says_the_same(ward, later)
    assert says_the_same(agency, later)


def test_an_agency_prints_a_final_pack_without_the_reviews(ready: Walk, tmp_path: Path):
    issued = Packs(ready.context).issue(SCHEDULER, ready.case, "handover", tmp_path / "a.pdf")
    text = words((tmp_path / "a.pdf").read_bytes())
    assert not issued.draft
    assert "Reviewed by the hospital: ring the ward" in text
    assert "Dr Example" not in text


def test_a_preview_is_a_view_and_not_a_print(ready: Walk):
    pdf = Packs(ready.context).preview(WARD, ready.case, "handover")
    assert pdf.startswith(b"%PDF")
    assert "Preview" in words(pdf)
    with ready.store.read() as session:
        assert session.scalars(select(PackIssue)).all() == []
        assert session.scalars(select(AccessLog)).one().action == "pack:previewed"


def test_a_print_that_cannot_be_written_leaves_no_record_and_no_file(ready: Walk, tmp_path: Path):
    folder = tmp_path / "taken"
    folder.mkdir()
    for out, code in ((tmp_path / "none" / "p.pdf", "no_folder"), (folder, "is_folder")):
        with pytest.raises(UnreachableError) as failure:
            Packs(ready.context).issue(WARD, ready.case, "handover", out)
        assert failure.value.code == code
    with ready.store.read() as session:
        assert session.scalars(select(PackIssue)).all() == []
    assert list(tmp_path.glob(".pack*")) == []


def test_a_print_is_given_once_and_to_somebody(ready: Walk, tmp_path: Path):
    packs = Packs(ready.context)
    issued = packs.issue(WARD, ready.case, "handover", tmp_path / "1.pdf")
    with pytest.raises(UsageError, match="to whom"):
        packs.give(WARD, ready.case, issued.pack_id, to=" ")
    packs.give(WARD, ready.case, issued.pack_id, to="Grace")
    with pytest.raises(RefusedError) as refusal:
        packs.give(WARD, ready.case, issued.pack_id, to="Someone else")
    assert refusal.value.code == "already_given"
    with pytest.raises(RefusedError, match="no such print"):
        packs.give(WARD, ready.case, "P-0000-0000", to="Grace")


def test_who_may_not_print_and_what_is_no_pack_are_told_so(ready: Walk, tmp_path: Path):
    analyst = Caller("u_cccccccccccc", "An Example", Role.ANALYST, AGENCY, "AXX01", "agency")
    with pytest.raises(NotPermittedError):
        Packs(ready.context).issue(analyst, ready.case, "handover", tmp_path / "p.pdf")
    with pytest.raises(UsageError, match="handover, assessment, patient"):
        Packs(ready.context).preview(WARD, ready.case, "leaflet")
    with pytest.raises(RefusedError) as refusal:
        Packs(ready.context).preview(WARD, "C-AAAA-AAAA", "handover")
    assert refusal.value.code == "unknown_case"


def test_an_offers_sheet_is_anonymous_and_stands_for_itself(walk: Walk, tmp_path: Path):
    walk.come_in()
    walk.refer()
    reference = walk.offer()
    packs = Packs(walk.context)
    issued = packs.offer_sheet(HUB_CALLER, reference, tmp_path / "sheet.pdf")
    text = words((tmp_path / "sheet.pdf").read_bytes())
    assert issued.missing == ()
    for said in (reference, "Seafront Carers", "PO4", "85-89", "Female", "Polish", "Cat"):
        assert said in text, said
    for hidden in ("Kowalska", "KOWALSKA", "Zofia", "999 000", "G5", "0ZZ", "1941", "hip"):
        assert hidden not in text, hidden
    again = packs.offer_sheet(HUB_CALLER, reference, tmp_path / "sheet.pdf")
    assert again.version == 2
    with pytest.raises(UsageError):  # the agency keeps the reason: it is never words
        walk.do(HUB_CALLER, "withdraw", reason="Zofia fell", offer=reference)
    walk.do(HUB_CALLER, "withdraw", reason="need_changed", offer=reference)
    with pytest.raises(RefusedError) as refusal:
        packs.offer_sheet(HUB_CALLER, reference, tmp_path / "late.pdf")
    assert refusal.value.code == "offer_closed"
    assert not (tmp_path / "late.pdf").exists()


def test_a_trial_desk_and_a_synthetic_person_say_so(tmp_path: Path):
    walk = new_walk(tmp_path / "trial", trial=True)
    walk.come_in()
    text = words(Packs(walk.context).preview(WARD, walk.case, "handover"))
    walk.close()
    assert "TRIAL" in text.upper()
    assert "SYNTHETIC" in text.upper()


def test_a_letter_is_bound_in_behind_the_pack_and_only_its_hash_is_kept(
    ready: Walk, tmp_path: Path
):
    packs = Packs(ready.context)
    file, out = tmp_path / "letter.pdf", tmp_path / "pack.pdf"
    file.write_bytes(letter_pdf(2))
    assert "LETTER PAGE 2" in words(packs.preview(WARD, ready.case, "handover", letter=file))
    issued = packs.issue(WARD, ready.case, "handover", out, letter=file)
    text = words(out.read_bytes())
    assert "LETTER PAGE 2" in text
    assert f"Page {issued.pages} of {issued.pages}" in text
    with ready.store.read() as session:
        logs = {log.action: log.detail for log in session.scalars(select(AccessLog))}
        kept = hashlib.sha256(file.read_bytes()).hexdigest()
        assert logs["letter:attached"] == f"{issued.reference} {kept}"
        assert session.scalars(select(PackIssue)).one().pages == issued.pages
    # A letter is no fact of the record: without it the print still holds.
    assert prints(ready) == [(1, False)]
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == [
        "letter.pdf",
        "pack.html",
        "pack.pdf",
    ]


def test_a_letter_that_cannot_be_bound_leaves_no_print(ready: Walk, tmp_path: Path):
    packs, out = Packs(ready.context), tmp_path / "pack.pdf"
    with pytest.raises(UnreachableError) as unread:
        packs.issue(WARD, ready.case, "handover", out, letter=tmp_path / "none.pdf")
    assert unread.value.code == "no_letter"
    file = tmp_path / "letter.pdf"
    file.write_bytes(b"not a letter")
    with pytest.raises(RefusedError, match="not a PDF"):
        packs.issue(WARD, ready.case, "handover", out, letter=file)
    with pytest.raises(UsageError, match="handover pack only"):
        packs.issue(WARD, ready.case, "patient", out, letter=file)
    assert not out.exists()
    with ready.store.read() as session:
        assert session.scalars(select(PackIssue)).all() == []


def test_the_timeline_names_each_print_by_its_kind(ready: Walk, tmp_path: Path):
    packs = Packs(ready.context)
    for kind in ("patient", "key_sheet"):
        packs.issue(WARD, ready.case, kind, tmp_path / f"{kind}.pdf")
    with ready.rows() as rows:
        titles = {entry.title for entry in timeline(rows) if entry.kind == "pack"}
    assert titles == {"Patient copy printed", "Key sheet printed"}
