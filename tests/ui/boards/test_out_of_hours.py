"""The out-of-hours page: one list by time, what has passed is said, and it prints the sheet."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from d2a_desktop.domain.codes import OwnerKind, PackKind
from d2a_desktop.services.queries.out_of_hours import _chased_at
from d2a_desktop.services.queries.sheets import OpenWork, Place, SheetPerson
from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.boards.out_of_hours import OutOfHoursPage
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.dialogs.sheet_dialog import SheetDialog
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from tests.ui.open_desks import OpenDesk, settled


@pytest.fixture
def page(
    theme: Theme, actions: Actions, tasks: Tasks, link: DeskLink, qtbot: QtBot
) -> OutOfHoursPage:
    made = OutOfHoursPage(theme, actions, tasks, link)
    qtbot.addWidget(made)
    made.resize(1118, 690)
    made.show()
    return made


def test_what_is_ahead_stands_in_the_order_of_time_and_what_has_passed_is_said(
    desk: OpenDesk, page: OutOfHoursPage, qtbot: QtBot
):
    late = desk.admit("Lateby", bed="1", ready_for=2)
    desk.do(late, "depart", planned_at=desk.ago(hours=2).isoformat(), transport="ambulance")
    soon = desk.admit("Soonby", bed="2", ready_for=2)
    desk.do(soon, "depart", planned_at=desk.ago(hours=-5).isoformat())
    desk.do(soon, "task", kind="housing", title="Clear the hall", due_at=desk.ago(hours=-4))
    desk.admit("Nobodyby", bed="3", ready_for=2)
    page.showing()
    settled(qtbot, lambda: page.model.count(lambda row: row.part == "leaves") == 2)
    rows = page.model.rows_shown()
    assert rows[0].person.family_name == "Lateby"
    index = page.model.index(0, 0)
    assert "Ask: not recorded" in page.model.data(index, Qt.ItemDataRole.AccessibleTextRole)
    assert {row.person.family_name for row in rows} == {"Lateby", "Soonby"}
    assert [row.where for row in rows if row.part == "open"] == ["Clear the hall"]
    assert page.panel.view.horizontalScrollBar().maximum() == 0
    page.panel.chips.choose("late")
    assert {row.person.family_name for row in page.model.rows_shown()} == {"Lateby"}
    page.panel.chips.choose("all")
    page.panel.view.setFocus()
    with qtbot.waitSignal(page.request_open_case) as asked:
        qtbot.keyClick(page.panel.view, Qt.Key.Key_Return)
    assert asked.args == [rows[0].person.case_id]


def test_an_empty_time_says_so_and_the_sheet_is_chosen_for_printing(
    desk: OpenDesk, page: OutOfHoursPage, qtbot: QtBot
):
    desk.printers = type("Printers", (), {"remembered": lambda self, caller: ""})()
    page.showing()
    settled(qtbot, page.print_button.isEnabled)
    assert page.model.rowCount() == 0
    page.spans.choose("day")
    page.print_sheet()
    dialog = page.findChild(SheetDialog)
    assert dialog is not None
    assert dialog.kind is PackKind.WEEKEND
    dialog.close()


def test_the_number_beside_a_task_is_that_of_those_who_chase_it():
    places = (
        Place("Sample Care", "agency", "01632 960100", "01632 960190"),
        Place("Example Care", "agency", "01632 960200", ""),
        Place("Sample Hub", "community", "01632 960300", ""),
    )
    one = cast(SheetPerson, SimpleNamespace(agency="Sample Care", ward_phone="01632 960400"))

    def number(kind: OwnerKind) -> str:
        work = OpenWork("Ring", "Call", kind.label, None, owner_kind=kind.value)
        return _chased_at(one, work, places)

    assert number(OwnerKind.AGENCY) == "01632 960190"  # on call, and of this person's agency
    assert number(OwnerKind.HUB) == "01632 960300"
    assert number(OwnerKind.WARD) == "01632 960400"
    assert number(OwnerKind.GP) == ""  # not known here, so none is shown
