"""Sheets about several people on a real encrypted store: what they say, hide and record."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from sqlalchemy import select

from d2a_desktop.core.errors import NotPermittedError, UsageError
from d2a_desktop.domain.codes import PackKind
from d2a_desktop.domain.pack_audience import Privacy
from d2a_desktop.domain.permissions import Caller, Role
from d2a_desktop.models.access_log import AccessLog
from d2a_desktop.models.pack_issue import PackIssue
from d2a_desktop.services.queries.out_of_hours import weekend_of
from d2a_desktop.services.queries.reads import Queries
from d2a_desktop.services.sheets import Sheets, SheetWish
from tests.builders import HOSPITAL
from tests.integration.services.walk import HUB_CALLER, LEAVES, WARD, Walk
from tests.local_stores import SCHEDULER, START

ANALYST = Caller("u_cccccccccccc", "An Example", Role.ANALYST, HOSPITAL, "RXX01", "hospital")
IDENTITY = ("Kowalska", "KOWALSKA", "Zofia", "999 000", "1941", "NOWAK", "Exampleton", "07700")


def words(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    return " ".join(" ".join(pages).split())


@pytest.fixture(scope="module")
def ward(walked: Walk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    """One person about to leave tomorrow with a visit booked, one waiting, one not reviewed."""
    walk = walked.copied_to(tmp_path_factory.mktemp("sheets") / "desk")
    other = dataclasses.replace(walk)
    other.come_in("Nowak", mrn="H204418", nhs_number="9990000026", bed="2", given_name="Piotr")
    other.do(WARD, "barrier", reason_code="HP06", primary=True)
    other.do(WARD, "task", kind="other", title="Ring Piotr's brother", due_at=LEAVES.isoformat())
    third = dataclasses.replace(walk)
    third.come_in("Exampleton", mrn="H204419", nhs_number="9990000034", ward="B2", bed="7")
    third.refer()
    yield walk
    walk.close()


def preview(walk: Walk, kind: PackKind, caller: Caller = HUB_CALLER, **wish: Any) -> str:
    return words(Sheets(walk.context).preview(caller, SheetWish(kind, **wish)))


def test_the_ward_sheet_shows_who_is_here_by_bed_with_initials_only(ward: Walk) -> None:
    text = preview(ward, PackKind.BOARD, WARD)
    assert "Shows Initials and bed only" in text
    assert text.index("B2 7") < text.index("G5 12") < text.index("G5 2 ")
    for said in ("Z K", "P N", "Awaiting patient transport services", "22-Nov-2026 14:30"):
        assert said in text, said
    for hidden in (*IDENTITY, "brother"):
        assert hidden not in text, hidden


def test_full_names_stand_with_their_numbers_and_a_ward_alone_when_asked(ward: Walk) -> None:
    text = preview(ward, PackKind.BOARD, WARD, privacy=Privacy.FULL, ward="g5")
    assert "ward g5" in text
    for said in ("KOWALSKA, Zofia (Mrs) NHS No. 999 000 0018 Born 14-Mar-1941", "NOWAK, Piotr"):
        assert said in text, said
    assert "EXAMPLETON" not in text
    assert "People 2" in text


def test_the_hub_list_has_those_referred_and_nobody_else(ward: Walk) -> None:
    text = preview(ward, PackKind.HUB_LIST, privacy=Privacy.FULL)
    for said in ("KOWALSKA", "EXAMPLETON", "Seafront Carers, Grace", "Pathway confirmed"):
        assert said in text, said
    assert "NOWAK" not in text


def test_the_weekend_sheet_says_who_leaves_arrives_is_assessed_and_is_open(ward: Walk) -> None:
    text = preview(ward, PackKind.WEEKEND, privacy=Privacy.FULL)
    leave, _, rest = text.partition("Leave the ward")[2].partition("Live-in workers arrive")
    arrive, _, rest = rest.partition("Assessed at home")
    assessed, _, rest = rest.partition("Due for assessment, no visit booked")
    assert "KOWALSKA" in leave
    assert "Family car" in leave
    assert "Grace" in arrive
    assert "023 9200 0100" in arrive
    # START is a Sunday: the visit of Monday is not this weekend's, the departure of today is.
    assert "KOWALSKA" not in assessed
    assert "Ring Piotr's brother" in rest
    assert "023 9200 0000" in rest.partition("Whom to ring")[2]
    quiet = preview(ward, PackKind.WEEKEND)
    assert "Ring Piotr" not in quiet
    for hidden in IDENTITY:
        assert hidden not in quiet, hidden


def test_a_weekend_is_that_of_the_week_and_on_sunday_the_one_that_runs() -> None:
    saturday, sunday = weekend_of(START)
    assert (saturday.isoformat(), sunday.isoformat()) == ("2026-11-21", "2026-11-22")
    assert weekend_of(START + timedelta(days=1))[0].isoformat() == "2026-11-28"
    assert weekend_of(START + timedelta(days=6))[0].isoformat() == "2026-11-28"


def test_the_page_of_the_out_of_hours_says_what_the_weekend_sheet_says(ward: Walk) -> None:
    page = Queries(ward.context).out_of_hours(HUB_CALLER)
    sheet = preview(ward, PackKind.WEEKEND, privacy=Privacy.FULL)
    assert {row.part for row in page.rows} >= {"leaves", "arrives", "open"}
    assert [row.at for row in page.rows] == sorted(row.at for row in page.rows)
    for row in page.rows:
        assert row.person.family_name.upper() in sheet
        assert row.at < page.until
    assert page.until == datetime(2026, 11, 23, tzinfo=UTC)
    # The next three hours hold less, and nothing that the weekend does not hold.
    short = Queries(ward.context).out_of_hours(HUB_CALLER, hours=3)
    assert {row.row_id for row in short.rows} < {row.row_id for row in page.rows}


def test_the_contingency_list_has_every_number_of_those_this_desk_holds(ward: Walk) -> None:
    text = preview(ward, PackKind.CONTINGENCY)
    assert "Shows Full names" in text
    for said in (
        "14 Example Terrace, Southsea, PO4 0ZZ",
        "Grace, arrives Sun 22-Nov-2026 14:30, 023 9200 0100",
        "Visit Mon 23-Nov-2026 10:30 Tom Ellis",
        "Assess before Tue 24-Nov-2026 Approx 14:30",
        "Anna Kowalska, 07700 900123",
        "NOWAK",
        "Write down what happens",
    ):
        assert said in text, said


def test_a_person_who_died_is_on_no_list(walked: Walk, tmp_path: Path) -> None:
    walk = walked.copied_to(tmp_path / "desk")
    with walk.store.write(WARD, action="case:changed") as uow:
        from d2a_desktop.models.spell import Spell

        spell = uow.session.get(Spell, walk.case_id)
        assert spell is not None
        spell.died_at = uow.now
    for kind in (PackKind.CONTINGENCY, PackKind.WEEKEND, PackKind.HUB_LIST, PackKind.BOARD):
        assert "KOWALSKA" not in preview(walk, kind, privacy=Privacy.FULL)
    walk.close()


def test_a_print_is_a_file_with_its_code_and_one_entry_in_the_audit(
    ward: Walk, tmp_path: Path
) -> None:
    out = tmp_path / "ward.pdf"
    wish = SheetWish(PackKind.BOARD, privacy=Privacy.FULL, purpose="Board round")
    issued = Sheets(ward.context).issue(WARD, wish, out)
    text = words(out.read_bytes())
    assert issued.reference in text
    assert "Purpose: Board round" in text
    assert f"Page 1 of {issued.pages}" in text
    with ward.store.read() as session:
        details = [log.detail for log in session.scalars(select(AccessLog))]
        assert f"board full {issued.reference}" in details
        assert session.scalars(select(PackIssue)).all() == []
    assert issued.changes.touches("access_log")


def test_each_role_makes_its_own_sheets_only(ward: Walk, tmp_path: Path) -> None:
    sheets = Sheets(ward.context)
    for caller, kind in (
        (SCHEDULER, PackKind.BOARD),
        (SCHEDULER, PackKind.HUB_LIST),
        (WARD, PackKind.HUB_LIST),
        (ANALYST, PackKind.CONTINGENCY),
    ):
        with pytest.raises(NotPermittedError):
            sheets.issue(caller, SheetWish(kind), tmp_path / "no.pdf")
        with pytest.raises(NotPermittedError):
            sheets.preview(caller, SheetWish(kind))
    assert list(tmp_path.iterdir()) == []
    assert "Weekly flow report" in preview(ward, PackKind.FLOW, ANALYST)
    with pytest.raises(UsageError, match="no such week"):
        sheets.preview(WARD, SheetWish(PackKind.FLOW, week="2026-99"))
    with pytest.raises(UsageError, match="There is no sheet 'handover'"):
        sheets.preview(WARD, SheetWish(PackKind.HANDOVER))
