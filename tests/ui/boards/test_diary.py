"""The assessment diary: who has no visit, where one fits, planned and confirmed with one key."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from d2a_desktop.bootstrap import Desk
from d2a_desktop.services.queries.rows import VisitRow
from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.boards.diary import DiaryPage
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.dialogs.action_dialog import ActionDialog
from d2a_desktop.ui.dialogs.form_kit import Asked
from d2a_desktop.ui.dialogs.home_forms import outcome_form, outcome_values
from d2a_desktop.ui.formats.tones import Hue, Tone
from d2a_desktop.ui.item_models.visits_model import late_cell, status_cell
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from tests.code_point import code_point, row
from tests.ui.boards.local_desk import add_assessor, at_home
from tests.ui.made_rows import NOW, made_row
from tests.ui.open_desks import settled

HOUR = timedelta(hours=1)
WARD_SCREEN = 1366 - 208
"""What a screen of 1366x768 leaves beside the navigation."""


@pytest.fixture
def page(whole_desk: Desk, theme: Theme, actions: Actions, tasks: Tasks, qtbot: QtBot) -> DiaryPage:
    link = DeskLink()
    made = DiaryPage(theme, actions, tasks, link)
    link.setParent(made)
    qtbot.addWidget(made)
    made.resize(1200, 800)
    made.show()
    return made


def test_all_buttons_are_in_sight_on_a_wards_screen_below_a_notice(
    page: DiaryPage, whole_desk: Desk, qtbot: QtBot
):
    page._link.set_desk(whole_desk)
    settled(qtbot, lambda: bool(page._said))
    around = 56 + 26 + 48  # bar, keys, a notice of two lines
    wide = WARD_SCREEN
    layout = page.layout()
    assert layout is not None
    assert layout.totalMinimumSize().width() <= wide
    assert layout.totalHeightForWidth(wide) <= 768 - around  # what its scroll area gives it


def test_a_person_at_home_without_a_visit_is_planned_with_one_key(
    page: DiaryPage, whole_desk: Desk, qtbot: QtBot
):
    for model in (page.visits, page.due, page.proposals):
        QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    assessor = add_assessor(whole_desk)
    at_home(whole_desk)
    everybody = next(each for each in page.findChildren(QLabel) if "has a visit" in each.text())
    assert not everybody.isVisible()  # not before anything was read
    page._link.set_desk(whole_desk)
    settled(qtbot, lambda: page.due.rowCount() == 1)
    assert not everybody.isVisible()
    page.due_view.setFocus()
    settled(qtbot, lambda: page.proposals.rowCount() > 0)
    best = page.proposals.row_at(0)
    assert best.assessor_id == assessor
    assert best.late_by_minutes == 0
    page.places_view.setFocus()
    qtbot.keyClick(page.places_view, Qt.Key.Key_Return)
    settled(qtbot, lambda: page.visits.rowCount() == 1)
    settled(qtbot, lambda: page.due.rowCount() == 0)
    settled(qtbot, everybody.isVisible)
    visit = page.visits.row_at(0)
    assert (visit.status, visit.starts_at) == ("planned", best.starts_at)
    page.panel.view.setFocus()
    qtbot.keyClick(page.panel.view, Qt.Key.Key_A)
    settled(qtbot, lambda: page.visits.row_at(0).status == "confirmed")
    assert not page.confirm_button.isEnabled()
    assert page.minimumSizeHint().width() <= WARD_SCREEN


def test_an_outcome_is_recorded_from_the_diary(page: DiaryPage, whole_desk: Desk, qtbot: QtBot):
    assessor = add_assessor(whole_desk)
    case = at_home(whole_desk)
    start = whole_desk.clock.now().isoformat()
    document = {"assessor": assessor, "starts_at": start, "confirm": True}
    whole_desk.actions.do_document(whole_desk.caller, case, "visit", document)
    page._link.set_desk(whole_desk)
    settled(qtbot, lambda: page.visits.rowCount() == 1)
    page.panel.view.setFocus()
    settled(qtbot, page.outcome_button.isEnabled)
    page.record_outcome()
    settled(qtbot, lambda: bool(page.findChildren(ActionDialog)))
    dialog = page.findChildren(ActionDialog)[0]
    dialog.put(need_found="less")
    dialog.submit()
    settled(qtbot, lambda: page.visits.row_at(0).outcome == "done")
    assert not page.outcome_button.isEnabled()


def test_what_was_seen_is_never_made_up_for_a_visit_that_has_not_begun():
    row = replace(made_row(VisitRow, 1), visit_id="v", starts_at=NOW, ends_at=NOW + HOUR)
    ahead = outcome_values([row], "v", now=NOW - HOUR)
    assert (ahead["outcome"], ahead["started_at"], ahead["finished_at"]) == (None, None, None)
    assert outcome_values([row], "", now=NOW)["started_at"] is None
    begun = outcome_values([row], "v", now=NOW + HOUR / 2)
    assert (begun["started_at"], begun["finished_at"]) == (NOW, NOW + HOUR / 2)
    assert outcome_values([row], "v", now=NOW + 9 * HOUR)["finished_at"] == NOW + HOUR


def test_another_visit_proposes_its_own_times_and_leaves_what_a_person_wrote(
    page: DiaryPage, whole_desk: Desk, qtbot: QtBot
):
    assessor = add_assessor(whole_desk)
    case = at_home(whole_desk)
    now = whole_desk.clock.now().replace(second=0, microsecond=0)
    document = {"assessor": assessor, "starts_at": now.isoformat()}
    whole_desk.actions.do_document(whole_desk.caller, case, "visit", document)
    view = whole_desk.queries.case(whole_desk.caller, case)
    (begun,) = view.visits
    ahead = replace(begun, visit_id="ahead", starts_at=now + 24 * HOUR, ends_at=now + 25 * HOUR)
    view = replace(view, visits=(begun, ahead))
    page._link.set_desk(whole_desk)
    asked = Asked(view, whole_desk.caller, whole_desk.clock.now())
    dialog = ActionDialog(page._place(view), outcome_form(asked), parent=page)
    read = {name: dialog.fields.editor(name).read for name in ("started_at", "outcome")}
    dialog.put(visit=begun.visit_id)
    assert (read["started_at"](), read["outcome"]()) == (begun.starts_at, "done")
    box = dialog.fields.editor("visit")
    box.put(ahead.visit_id)  # as a person chooses
    box.edited.emit()
    assert (read["started_at"](), read["outcome"]()) == (None, None)
    dialog.put(outcome="no_access")
    box.put(begun.visit_id)
    box.edited.emit()
    assert (read["started_at"](), read["outcome"]()) == (begun.starts_at, "no_access")


def test_a_visit_without_an_assessor_or_before_the_person_left_never_looks_settled():
    row = replace(made_row(VisitRow, 1), status="confirmed", pending=False, late_by_minutes=None)
    assert status_cell(replace(row, assessor="", provisional=False)).hue is Hue.RED
    before = status_cell(replace(row, provisional=True))
    assert (before.words, before.hue, before.outlined) == ("Confirmed, not left", Hue.BLUE, True)
    assert late_cell(replace(row, provisional=True), NOW).tone is not Tone.GOOD
    assert status_cell(replace(row, provisional=False)).hue is Hue.GREEN


def test_a_late_visit_says_by_how_much(page: DiaryPage, whole_desk: Desk, qtbot: QtBot):
    assessor = add_assessor(whole_desk)
    case = at_home(whole_desk, hours=49)
    start = whole_desk.clock.now().isoformat()
    document = {"assessor": assessor, "starts_at": start}
    whole_desk.actions.do_document(whole_desk.caller, case, "visit", document)
    page._link.set_desk(whole_desk)
    settled(qtbot, lambda: page.visits.rowCount() == 1)
    words = [str(page.visits.index(0, n).data()) for n in range(page.visits.columnCount())]
    assert any("Late by 1 h 00 m" in each for each in words)
    page.panel.chips.choose("late")
    assert page.visits.rowCount() == 1
    page.panel.chips.choose("unagreed")
    assert page.visits.rowCount() == 1
    assert page.panel.chips.current_words == "Not agreed"


def test_the_week_moves_and_comes_back_to_today(page: DiaryPage, whole_desk: Desk, qtbot: QtBot):
    assessor = add_assessor(whole_desk)
    case = at_home(whole_desk)
    document = {"assessor": assessor, "starts_at": whole_desk.clock.now().isoformat()}
    whole_desk.actions.do_document(whole_desk.caller, case, "visit", document)
    page._link.set_desk(whole_desk)
    settled(qtbot, lambda: page.visits.rowCount() == 1)
    page.setFocus()
    page._go(-1)
    settled(qtbot, lambda: page.visits.rowCount() == 0)
    qtbot.mouseClick(page.today, Qt.MouseButton.LeftButton)
    settled(qtbot, lambda: page.visits.rowCount() == 1)


def test_lists_that_are_painted_once_more_while_the_window_closes_still_tell_the_time(
    page: DiaryPage, whole_desk: Desk, qtbot: QtBot
):
    add_assessor(whole_desk)
    at_home(whole_desk)
    page._link.set_desk(whole_desk)
    settled(qtbot, lambda: page.due.rowCount() == 1)
    page._link.clear()
    page.grab()
    assert page.due.rowCount() == 1


def test_whose_postcodes_the_estimates_rest_on_is_shown(
    page: DiaryPage, whole_desk: Desk, qtbot: QtBot, tmp_path: Path
):
    zipped = code_point(tmp_path / "codepo.zip", {"po": [row("PO6 3LY", 465_000, 105_000)]})
    whole_desk.places.import_postcodes(zipped)
    page._link.set_desk(whole_desk)
    settled(qtbot, page.attribution.isVisible)
    assert "Contains OS data © Crown copyright and database right 2026" in page.attribution.text()
