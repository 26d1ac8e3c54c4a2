"""The board round over a real desk: one key per person, nothing recorded by accident."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from d2a_desktop.domain.permissions import Role
from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.boards.board_round import BoardRoundPage
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.dialogs.action_dialog import ActionDialog
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from tests.ui.open_desks import OpenDesk, settled

WARD_SIZE = 28


@pytest.fixture
def cases(desk: OpenDesk) -> list[str]:
    made = [desk.admit(f"Sampleton {n}", bed=f"A{n:02d}") for n in range(1, 5)]
    return [str(desk.queries.case(desk.caller, case).case_id) for case in made]


@pytest.fixture
def page(
    theme: Theme, actions: Actions, tasks: Tasks, link: DeskLink, cases: list[str], qtbot
) -> BoardRoundPage:
    made = BoardRoundPage(theme, actions, tasks, link)
    made.resize(1200, 780)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    made.begin(cases)
    made.setFocus()
    settled(qtbot, lambda: made.view is not None)
    return made


def stages(desk: OpenDesk, cases: list[str]) -> list[str]:
    return [desk.queries.case(desk.caller, case).stage for case in cases]


def test_a_round_that_has_not_begun_never_says_that_there_is_nobody(
    theme: Theme, actions: Actions, tasks: Tasks, link: DeskLink, qtbot
):
    page = BoardRoundPage(theme, actions, tasks, link)
    qtbot.addWidget(page)
    assert page.empty.accessibleName() == "The records of this desk are being read.."
    page.begin(())
    assert page.empty.accessibleName() == "No one to review."


def test_who_decided_is_asked_once_and_carried_on(
    page: BoardRoundPage, desk: OpenDesk, cases: list[str], qtbot
):
    qtbot.keyClick(page, Qt.Key.Key_0)
    assert page.decider.field("decided_by").error == "Enter this"
    assert page.reviewed.recorded == 0
    page.decider.put({"decided_by": "Dr Sample"})
    page.setFocus()
    for number in range(1, 5):
        settled(qtbot, lambda: page.view is not None)
        qtbot.keyClick(page, Qt.Key.Key_0)
        assert page.reviewed.recorded == number
    settled(qtbot, lambda: stages(desk, cases) == ["nctr"] * 4)
    view = desk.queries.case(desk.caller, cases[3])
    assert view.criteria_by == "Dr Sample, consultant"


def test_shift_begins_a_capital_letter_and_enter_goes_back_to_the_person(
    page: BoardRoundPage, qtbot
):
    name = page.decider.editor("decided_by").widget
    name.setFocus()
    for key, text in ((Qt.Key.Key_Shift, ""), (Qt.Key.Key_D, "D"), (Qt.Key.Key_Control, "")):
        qtbot.keyClick(page.focusWidget(), text or key)
    assert page.focusWidget() is name
    assert page.decider.editor("decided_by").read() == "D"
    qtbot.keyClick(name, Qt.Key.Key_Return)
    assert page.focusWidget() is page
    assert page.reviewed.recorded == 0


def test_keys_tick_and_enter_records_and_goes_on(
    page: BoardRoundPage, desk: OpenDesk, cases: list[str], qtbot
):
    page.decider.put({"decided_by": "Dr Sample"})
    for key in (Qt.Key.Key_3, Qt.Key.Key_4, Qt.Key.Key_4, Qt.Key.Key_B, Qt.Key.Key_Return):
        qtbot.keyClick(page, key)
    settled(qtbot, lambda: desk.queries.case(desk.caller, cases[0]).criteria_at is not None)
    assert desk.queries.case(desk.caller, cases[0]).criteria_applies == ("CTR03", "CTR11")
    assert page._sub.text().startswith("2 of 4")


def test_enter_with_nothing_ticked_starts_no_period(
    page: BoardRoundPage, desk: OpenDesk, cases: list[str], qtbot
):
    page.decider.put({"decided_by": "Dr Sample"})
    qtbot.keyClick(page, Qt.Key.Key_Return)
    assert page.summary.isVisible()
    assert page.reviewed.recorded == 0
    assert page.view is not None
    assert page.view.case_id == cases[0]


def test_the_banner_of_the_person_in_front_is_always_there(page: BoardRoundPage, qtbot):
    assert page.banner.accessibleName().startswith("SAMPLETON 1")
    qtbot.keyClick(page, Qt.Key.Key_Right)
    settled(qtbot, lambda: page.banner.accessibleName().startswith("SAMPLETON 2"))
    qtbot.keyClick(page, Qt.Key.Key_Left)
    settled(qtbot, lambda: page.banner.accessibleName().startswith("SAMPLETON 1"))


def test_skipping_everyone_records_nothing_and_ends(
    page: BoardRoundPage, desk: OpenDesk, cases: list[str], qtbot
):
    with qtbot.waitSignal(page.ended) as told:
        for _ in cases:
            settled(qtbot, lambda: page.view is not None)
            qtbot.keyClick(page, Qt.Key.Key_Right)
    assert (told.args[0].recorded, told.args[0].skipped) == (0, 4)
    assert stages(desk, cases) == ["inpatient"] * 4
    assert page.empty.isVisible()


def test_what_the_services_refuse_stays_in_sight_with_its_bed(
    page: BoardRoundPage, desk: OpenDesk, qtbot
):
    page.decider.put({"decided_by": "Dr Sample"})
    desk.caller = replace(desk.caller, role=Role.ANALYST)
    qtbot.keyClick(page, Qt.Key.Key_0)
    settled(qtbot, lambda: "C5 A01 is not recorded" in page._problems.text())
    assert page.reviewed.recorded == 0


def test_a_ward_of_28_takes_one_key_each(
    theme: Theme, actions: Actions, tasks: Tasks, link: DeskLink, desk: OpenDesk, qtbot
):
    made = [desk.admit(f"Sampleby {n}", bed=f"B{n:02d}") for n in range(WARD_SIZE)]
    page = BoardRoundPage(theme, actions, tasks, link)
    qtbot.addWidget(page)
    page.show()
    page.begin(made)
    page.decider.put({"decided_by": "Dr Sample"})
    with qtbot.waitSignal(page.ended, timeout=60_000) as told:
        for _ in made:
            settled(qtbot, lambda: page.view is not None)
            qtbot.keyClick(page, Qt.Key.Key_0)
    assert told.args[0].recorded == WARD_SIZE
    rows = desk.queries.ward_board(desk.caller).rows
    settled(
        qtbot,
        lambda: desk.queries.ward_board(desk.caller).kpis.ready == WARD_SIZE,
        timeout=30_000,
    )
    assert len(rows) == WARD_SIZE


def test_escape_ends_the_round_and_goes_back_to_the_board(page: BoardRoundPage, qtbot):
    with qtbot.waitSignals([page.ended, page.request_page]):
        qtbot.keyClick(page, Qt.Key.Key_Escape)


def test_a_delay_is_opened_on_the_round_and_the_ticks_stay(
    page: BoardRoundPage, desk: OpenDesk, cases: list[str], qtbot
):
    page.toggle("CTR03")
    qtbot.keyClick(page, Qt.Key.Key_D)
    (dialog,) = page.findChildren(ActionDialog)
    dialog.put(reason_code="HP02", owner_name="Pat Sample")
    dialog.submit()
    settled(qtbot, lambda: "Pat Sample" in facts_of(page))
    assert page._sub.text().startswith("1 of 4")
    assert page.ticks["CTR03"].isChecked()
    assert desk.queries.case(desk.caller, cases[0]).barriers[0].owner == "Pat Sample"
    settled(qtbot, lambda: page.focusWidget() is page)  # the next key is the round's again


def facts_of(page: BoardRoundPage) -> str:
    return " | ".join(each.text() for each in page._stands.findChildren(QLabel))
