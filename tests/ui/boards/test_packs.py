"""Packs on the screen: previewed page by page, printed and saved with a record, given once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from d2a_desktop.bootstrap import Desk
from d2a_desktop.domain.codes import PackKind
from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.boards.pack_list import PackListPage
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.dialogs.confirm import ConfirmDialog
from d2a_desktop.ui.dialogs.pack_preview import PackPreviewDialog
from d2a_desktop.ui.dialogs.print_service import Send
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from tests.ui.boards.local_desk import at_home, make_local_desk
from tests.ui.open_desks import settled


class PaperTray:
    """A printer and a folder in place of the system's dialogs."""

    def __init__(self, file: Path | None) -> None:
        self.file = file
        self.papers: list[QImage] = []

    def choose_printer(self, parent: QWidget) -> Send | None:
        def send(pages: Iterable[QImage]) -> None:
            self.papers.extend(pages)

        return send

    def choose_file(self, parent: QWidget, name: str) -> Path | None:
        assert "Sampleton" not in name
        return self.file


@pytest.fixture
def whole_desk(tmp_path: Path, tasks: Tasks, no_keyring: None) -> Iterator[Desk]:
    made = make_local_desk(tmp_path / "desk")
    yield made
    tasks.close()
    made.close()


@pytest.fixture
def link(whole_desk: Desk) -> DeskLink:
    made = DeskLink()
    made.set_desk(whole_desk)
    return made


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
    qtbot.mouseClick(dialog.action, Qt.MouseButton.LeftButton)
    settled(qtbot, lambda: prints_of(whole_desk, case) == [("handover", 1, True)])
    settled(qtbot, lambda: not page.give_button.isEnabled())
