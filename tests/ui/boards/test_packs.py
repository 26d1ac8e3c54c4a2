"""Packs on the screen: previewed page by page, printed and saved with a record, given once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from d2a_desktop.bootstrap import Desk
from d2a_desktop.domain.codes import PackKind
from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.boards.pack_list import PackListPage
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.dialogs.confirm import ConfirmDialog
from d2a_desktop.ui.dialogs.pack_batch import PackBatchDialog
from d2a_desktop.ui.dialogs.pack_preview import PackPreviewDialog
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.patient_banner import PatientBanner
from tests.ui.boards.local_desk import at_home
from tests.ui.boards.paper_tray import PaperTray
from tests.ui.open_desks import settled
from tests.unit.packs.letters import letter_pdf


@pytest.fixture
def link(whole_link: DeskLink) -> DeskLink:
    return whole_link


def previewed(
    theme: Theme, tasks: Tasks, link: DeskLink, case: str, tray: PaperTray, qtbot: QtBot
) -> PackPreviewDialog:
    dialog = PackPreviewDialog(theme, tasks, link, case, printing=tray)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(dialog)
    dialog.show()
    settled(qtbot, dialog.print_button.isEnabled, timeout=20_000)
    return dialog


def prints_of(desk: Desk, case: str) -> list[tuple[str, int, bool]]:
    packs = desk.queries.case(desk.caller, case).packs
    return [(pack.kind, pack.version, pack.given_at is not None) for pack in packs]


def test_a_pack_is_shown_printed_and_given(
    whole_desk: Desk, link: DeskLink, theme: Theme, tasks: Tasks, qtbot: QtBot
):
    case, tray = at_home(whole_desk), PaperTray(None)
    dialog = previewed(theme, tasks, link, case, tray, qtbot)
    pages = dialog.pages.count()
    assert pages >= 1
    before = dialog.picture.pixmap().width()
    dialog.zoom(1)
    assert dialog.picture.pixmap().width() > before
    assert prints_of(whole_desk, case) == []
    dialog.purpose.setText("discharge today")
    qtbot.mouseClick(dialog.print_button, Qt.MouseButton.LeftButton)
    settled(qtbot, dialog.give_button.isEnabled, timeout=20_000)
    assert prints_of(whole_desk, case) == [("handover", 1, False)]
    assert len(tray.papers) >= pages
    assert tray.papers[0].width() > 2000
    assert not list(whole_desk.profile.root.glob("tmp*"))
    qtbot.keyClicks(dialog.given_to, "Worker Funmi")
    qtbot.mouseClick(dialog.give_button, Qt.MouseButton.LeftButton)
    settled(qtbot, lambda: prints_of(whole_desk, case) == [("handover", 1, True)])
    settled(qtbot, lambda: not dialog.give_button.isEnabled())


def test_a_pack_of_another_kind_is_saved_as_a_pdf(
    whole_desk: Desk, link: DeskLink, theme: Theme, tasks: Tasks, qtbot: QtBot, tmp_path: Path
):
    case, tray = at_home(whole_desk), PaperTray(tmp_path / "pack.pdf")
    dialog = previewed(theme, tasks, link, case, tray, qtbot)
    dialog.kinds.choose(PackKind.PATIENT.value)
    settled(qtbot, lambda: dialog.state.text().startswith(PackKind.PATIENT.label), timeout=20_000)
    qtbot.mouseClick(dialog.save_button, Qt.MouseButton.LeftButton)
    settled(qtbot, dialog.give_button.isEnabled, timeout=20_000)
    assert (tmp_path / "pack.pdf").read_bytes().startswith(b"%PDF")
    assert prints_of(whole_desk, case) == [("patient", 1, False)]


def test_a_file_that_cannot_be_written_is_told_and_leaves_no_record(
    whole_desk: Desk, link: DeskLink, theme: Theme, tasks: Tasks, qtbot: QtBot, tmp_path: Path
):
    case, tray = at_home(whole_desk), PaperTray(tmp_path)  # a folder stands there
    dialog = previewed(theme, tasks, link, case, tray, qtbot)
    qtbot.mouseClick(dialog.save_button, Qt.MouseButton.LeftButton)
    settled(qtbot, dialog.problem.isVisible)
    assert "folder" in dialog.problem.text()
    assert prints_of(whole_desk, case) == []
    assert dialog.save_button.isEnabled()


def test_the_list_tells_of_prints_and_marks_them_given(
    whole_desk: Desk,
    link: DeskLink,
    theme: Theme,
    actions: Actions,
    tasks: Tasks,
    qtbot: QtBot,
    tmp_path: Path,
):
    case = at_home(whole_desk)
    whole_desk.packs.issue(whole_desk.caller, case, "handover", tmp_path / "pack.pdf")
    page = PackListPage(theme, actions, tasks, link)
    qtbot.addWidget(page)
    page.show()
    for model in (page.model, page.prints):
        QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    settled(qtbot, lambda: page.model.rowCount() == 1)
    page.panel.view.setFocus()
    settled(qtbot, lambda: page.prints.rowCount() == 1)
    page.prints_view.setFocus()
    settled(qtbot, page.give_button.isEnabled)
    page.give()
    dialog = page.findChildren(ConfirmDialog)[0]
    field = dialog.findChild(QLineEdit)
    assert field is not None
    field.setText("Worker Funmi")
    settled(qtbot, dialog.action.isEnabled)  # whom it is for is shown
    (whose,) = dialog.findChildren(PatientBanner)
    assert "SAMPLETON, Zoë; Born 28-Feb-1940" in whose.accessibleName()
    qtbot.mouseClick(dialog.action, Qt.MouseButton.LeftButton)
    settled(qtbot, lambda: prints_of(whole_desk, case) == [("handover", 1, True)])
    settled(qtbot, lambda: not page.give_button.isEnabled())


def test_words_are_found_and_gone_to(
    whole_desk: Desk, link: DeskLink, theme: Theme, tasks: Tasks, qtbot: QtBot
):
    case, tray = at_home(whole_desk), PaperTray(None)
    dialog = previewed(theme, tasks, link, case, tray, qtbot)
    plain = dialog.picture.pixmap().toImage()
    qtbot.keyClicks(dialog.search, "signature")
    settled(qtbot, lambda: dialog.hits.text().startswith("1 of "))
    page = dialog.pages.currentRow()
    assert page == dialog.pages.count() - 1, "signatures stand on the last page"
    assert dialog.picture.pixmap().toImage() != plain
    qtbot.keyClick(dialog.search, Qt.Key.Key_Return)
    dialog.search.setText("nowhere in this pack")
    settled(qtbot, lambda: dialog.hits.text() == "Not in the pack")
    dialog.search.clear()
    settled(qtbot, lambda: dialog.hits.text() == "")


def test_the_printer_used_last_is_offered_again_to_the_same_person(
    whole_desk: Desk, link: DeskLink, theme: Theme, tasks: Tasks, qtbot: QtBot
):
    case, tray = at_home(whole_desk), PaperTray(None)
    dialog = previewed(theme, tasks, link, case, tray, qtbot)
    for _ in range(2):
        dialog.print_pack()
        settled(qtbot, dialog.print_button.isEnabled, timeout=20_000)
    assert tray.offered == ["", "Ward_C5"]
    assert len(tray.jobs) == 2
    printers, caller = whole_desk.printers, whole_desk.caller
    assert printers.remembered(caller) == "Ward_C5"
    assert printers.remembered(replace(caller, login="u_somebodyelse")) == ""


def test_a_print_whose_record_changed_says_why_it_does_not_hold(
    whole_desk: Desk,
    link: DeskLink,
    theme: Theme,
    actions: Actions,
    tasks: Tasks,
    qtbot: QtBot,
    tmp_path: Path,
):
    case = at_home(whole_desk)
    whole_desk.packs.issue(whole_desk.caller, case, "handover", tmp_path / "pack.pdf")
    page = PackListPage(theme, actions, tasks, link)
    qtbot.addWidget(page)
    page.show()
    settled(qtbot, lambda: page.model.rowCount() == 1)
    page.panel.view.setFocus()
    settled(qtbot, lambda: page.prints.rowCount() == 1)
    page.prints_view.setFocus()
    settled(qtbot, page.give_button.isEnabled)
    assert page.standing.text() == ""
    changed = {"values": {"care_need": {"diet": "pureed"}}}
    tasks.run_command(
        lambda: whole_desk.actions.do_document(whole_desk.caller, case, "update", changed),
        lambda _answer: page.showing(),
    )
    settled(qtbot, lambda: "print it again" in page.standing.text())
    assert "How I manage" in page.standing.text()


@pytest.fixture
def leavers(whole_desk: Desk) -> list[str]:
    """Three people planned to leave tomorrow, and one who has left."""
    at_home(whole_desk)
    tomorrow = (whole_desk.clock.now() + timedelta(days=1)).replace(hour=12, minute=0)
    cases = []
    for number in range(3):
        person = {
            "family_name": f"Leaver{number}", "given_name": "Zoë", "birth_date": "1940-02-28",
            "gender": "female", "site": "XDA01", "ward": "C5", "bed": f"B{number}",
            "mrn": f"L{number}", "admitted_at": (tomorrow - timedelta(days=9)).isoformat(),
        }  # fmt: skip
        made = whole_desk.actions.do_document(whole_desk.caller, None, "new", person)
        case = str(made.case_ref)
        plan = {"planned_at": (tomorrow + timedelta(minutes=number)).isoformat()}
        whole_desk.actions.do_document(whole_desk.caller, case, "depart", plan)
        cases.append(case)
    return cases


def test_tomorrows_departures_are_printed_one_job_each(
    whole_desk: Desk, leavers: list[str], link: DeskLink, theme: Theme, tasks: Tasks, qtbot: QtBot
):
    tray = PaperTray(None)
    dialog = PackBatchDialog(theme, tasks, link, printing=tray)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(dialog)
    dialog.show()
    settled(qtbot, dialog.print_button.isEnabled, timeout=20_000)
    assert dialog.words.text().startswith("3 people are planned to leave on ")
    dialog.print_all()
    settled(qtbot, lambda: dialog.words.text().startswith("3 packs printed"), timeout=30_000)
    assert "3 of them as DRAFT" in dialog.words.text()
    assert len(tray.jobs) == 3
    for case in leavers:
        assert prints_of(whole_desk, case) == [("handover", 1, False)]


def test_a_batch_stops_between_packs_and_what_was_printed_is_recorded(
    whole_desk: Desk, leavers: list[str], link: DeskLink, theme: Theme, tasks: Tasks, qtbot: QtBot
):
    tray = PaperTray(None)
    dialog = PackBatchDialog(theme, tasks, link, printing=tray)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(dialog)
    dialog.show()
    settled(qtbot, dialog.print_button.isEnabled, timeout=20_000)
    kept = tray.jobs
    tray.jobs = _StopsAfterOne(dialog)
    dialog.print_all()
    settled(qtbot, lambda: dialog.words.text().startswith("Stopped. "), timeout=30_000)
    assert len(tray.jobs) == 1
    assert kept == []
    recorded = [case for case in leavers if prints_of(whole_desk, case)]
    assert recorded == leavers[:1]


class _StopsAfterOne(list[bytes]):
    """A tray whose person presses Cancel while the first pack comes out."""

    def __init__(self, dialog: PackBatchDialog) -> None:
        super().__init__()
        self._dialog = dialog

    def append(self, job: bytes) -> None:
        super().append(job)
        self._dialog._cancel()


def test_a_letter_is_attached_seen_in_the_preview_and_printed_with_the_pack(
    theme: Theme,
    whole_desk: Desk,
    tasks: Tasks,
    link: DeskLink,
    qtbot: QtBot,
    tmp_path: Path,
) -> None:
    tray = PaperTray(None)
    dialog = previewed(theme, tasks, link, at_home(whole_desk), tray, qtbot)
    before = dialog.pages.count()
    tray.letter = tmp_path / "letter.pdf"
    tray.letter.write_bytes(b"no letter")
    dialog.attach_letter()
    settled(qtbot, dialog.problem.isVisible, timeout=20_000)
    assert "not a PDF" in dialog.problem.text()
    dialog.attach_letter()
    settled(qtbot, dialog.print_button.isEnabled, timeout=20_000)
    assert dialog.pages.count() == before

    tray.letter.write_bytes(letter_pdf(2))
    dialog.attach_letter()
    settled(qtbot, lambda: dialog.pages.count() == before + 2, timeout=20_000)
    settled(qtbot, dialog.print_button.isEnabled, timeout=20_000)
    dialog.print_pack()
    settled(qtbot, lambda: bool(tray.jobs), timeout=20_000)
    with pypdfium2.PdfDocument(tray.jobs[0]) as document:
        assert "LETTER PAGE 2" in document[before + 1].get_textpage().get_text_range()
    dialog.kinds.choose(PackKind.PATIENT.value)
    assert not dialog.letter_button.isVisible()
