"""Lists and the flow report from the window: chosen, printed, saved, each with its record."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from d2a_desktop.domain.codes import PackKind
from d2a_desktop.domain.pack_audience import Privacy
from d2a_desktop.domain.permissions import Role
from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.boards.pack_list import PackListPage
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.dialogs.sheet_dialog import SheetDialog
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from tests.ui.boards.paper_tray import PaperTray
from tests.ui.open_desks import settled


@pytest.fixture
def link(whole_link: DeskLink) -> DeskLink:
    return whole_link


def opened(
    theme: Theme, tasks: Tasks, link: DeskLink, tray: PaperTray, qtbot: QtBot
) -> SheetDialog:
    dialog = SheetDialog(theme, tasks, link, printing=tray)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def words(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return " ".join(" ".join(p.get_textpage().get_text_range() for p in document).split())


def test_a_sheet_is_printed_and_saved_with_the_privacy_that_was_chosen(
    theme: Theme, tasks: Tasks, link: DeskLink, qtbot: QtBot, tmp_path: Path
) -> None:
    tray = PaperTray(tmp_path / "sheet.pdf")
    dialog = opened(theme, tasks, link, tray, qtbot)
    assert dialog.kind is PackKind.BOARD
    assert dialog.privacy.currentData() == Privacy.INITIALS.value
    dialog.purpose.setText("Board round")
    dialog.print_sheet()
    settled(qtbot, lambda: ": recorded." in dialog.state.text(), timeout=20_000)
    (paper,) = tray.jobs
    assert "Shows Initials and bed only" in words(paper)
    assert "Purpose: Board round" in words(paper)

    dialog.kinds.setCurrentIndex(dialog.kinds.findData(PackKind.CONTINGENCY.value))
    assert dialog.privacy.currentData() == Privacy.FULL.value
    dialog.save_sheet()
    settled(qtbot, lambda: ": recorded." in dialog.state.text(), timeout=20_000)
    assert "Contingency list" in words((tmp_path / "sheet.pdf").read_bytes())

    dialog.kinds.setCurrentIndex(dialog.kinds.findData(PackKind.FLOW.value))
    assert not dialog.privacy.isEnabled()
    dialog.filter.setText("some week")
    dialog.save_sheet()
    settled(qtbot, dialog.problem.isVisible, timeout=20_000)
    assert "no such week" in dialog.problem.text()


def test_only_the_sheets_of_ones_role_are_offered_and_the_page_leads_there(
    theme: Theme, actions: Actions, tasks: Tasks, link: DeskLink, qtbot: QtBot
) -> None:
    hub = link.desk.caller
    link.desk.caller = replace(hub, role=Role.WARD_COORDINATOR, org_kind="hospital")
    page = PackListPage(theme, actions, tasks, link)
    qtbot.addWidget(page)
    page.show()
    page.sheets_button.click()
    dialog = page.findChild(SheetDialog)
    assert dialog is not None
    offered = [dialog.kinds.itemData(row) for row in range(dialog.kinds.count())]
    assert PackKind.HUB_LIST.value not in offered
    assert PackKind.BOARD.value in offered
    dialog.close()
    link.desk.caller = replace(hub, role=Role.ADMINISTRATOR)
    bare = opened(theme, tasks, link, PaperTray(None), qtbot)
    assert bare.kinds.count() == 0
    assert not bare.print_button.isEnabled()
    assert "Your role makes none" in bare.state.text()
