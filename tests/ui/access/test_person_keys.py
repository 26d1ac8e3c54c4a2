"""The keys about a person do on every list of people what they do on the ward board."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from d2a_desktop.ui.boards.case_record.page import CaseRecordPage
from d2a_desktop.ui.dialogs.action_dialog import ActionDialog
from d2a_desktop.ui.dialogs.pack_preview import PackPreviewDialog
from d2a_desktop.ui.formats.cells import ROW_ROLE
from d2a_desktop.ui.widgets.list_panel import ListPanel
from tests.ui.access.desks import Shown

CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


@pytest.mark.parametrize(
    ("kind", "pages"),
    [
        ("hospital", ("ward_board", "referrals", "packs", "out_of_hours")),
        ("agency", ("ward_board", "packs")),
    ],
)
def test_one_key_leads_from_a_row_to_what_is_to_be_done_for_its_person(
    kind: str, pages: tuple[str, ...], shown: Callable[[str], Shown], qtbot
):
    desk = shown(kind)
    for name in pages:

        def press(key: Qt.Key, page: str = name) -> tuple[str, CaseRecordPage]:
            """Press a key on the first row of the list; return whose row it is, and the record."""
            panel = desk.page(page).findChild(ListPanel)
            assert panel is not None
            with qtbot.waitActive(desk.window):  # lists of choices of a form are windows too
                desk.window.activateWindow()
            panel.view.setFocus()
            panel.view.selectRow(0)
            row = panel.view.currentIndex().data(ROW_ROLE)
            qtbot.keyClick(panel.view, key)
            desk.rest()
            record = desk.window.pages.page("record")
            assert isinstance(record, CaseRecordPage)
            return getattr(row, "person", row).case_id, record

        for key, part in ((Qt.Key.Key_E, "referral"), (Qt.Key.Key_O, "follow_up")):
            case_id, record = press(key)
            assert record.view is not None, (name, part)
            assert (record.view.case_id, record.part) == (case_id, part), name
        case_id, record = press(Qt.Key.Key_A)
        assert record.view is not None
        assert record.view.case_id == case_id
        offered = record._next_action()
        dialogs = [each for each in record.findChildren(ActionDialog) if each.isVisible()]
        assert len(dialogs) == (1 if offered not in ("", "refer", "update") else 0), name
        for dialog in dialogs:
            assert dialog.banner is not None
            assert dialog.banner.accessibleName() == record.banner.accessibleName()
            dialog.reject()
        desk.rest()
        press(Qt.Key.Key_P)
        preview = desk.window.findChild(PackPreviewDialog)
        assert preview is not None, name
        preview.reject()
        desk.rest()


def test_the_number_of_any_row_is_copied_and_none_where_it_has_none(
    shown: Callable[[str], Shown], qtbot
):
    desk = shown("hospital")
    panel = desk.page("packs").findChild(ListPanel)
    assert panel is not None
    panel.view.setFocus()
    for line in range(panel.view.model().rowCount()):
        QGuiApplication.clipboard().clear()
        panel.view.selectRow(line)
        qtbot.keyClick(panel.view, Qt.Key.Key_C, CTRL_SHIFT)
        number = panel.view.currentIndex().data(ROW_ROLE).nhs_number
        assert QGuiApplication.clipboard().text() == (number or "")
    QGuiApplication.clipboard().clear()
