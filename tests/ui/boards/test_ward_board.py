"""The ward board over a real desk: rows, clocks, saved views, peek, import and new person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent, QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication

from d2a_desktop.domain.changes import ChangeSet
from d2a_desktop.services.queries.placed import Placed
from d2a_desktop.services.queries.rows import WardBoard, WardBoardRow
from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.boards.ward_board import WardBoardPage
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.item_models.ward_board_model import clock_cell
from d2a_desktop.ui.item_models.ward_picture import Asked, Picture, picture_of
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.kpi_card import KpiCard
from tests.local_stores import SCHEDULER
from tests.ui.made_rows import NOW, made_row
from tests.ui.open_desks import OpenDesk, open_desk_in, settled

SAMPLE = Path(__file__).resolve().parents[3] / "resources/samples/pas_extract.csv"


@pytest.fixture
def people(desk: OpenDesk) -> dict[str, str]:
    return {
        "waiting": desk.admit("Sampleton", bed="A1", number="999 001 2377", ready_for=8),
        "short": desk.admit("Exampleby", bed="A2", ready_for=1),
        "inpatient": desk.admit("Testworth", bed="A3"),
    }


@pytest.fixture
def page(
    theme: Theme, actions: Actions, tasks: Tasks, link: DeskLink, people: dict[str, str], qtbot
) -> WardBoardPage:
    made = WardBoardPage(theme, actions, tasks, link)
    made.resize(1230, 780)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    settled(qtbot, lambda: made.model.rowCount() == 3)
    return made


def names(page: WardBoardPage) -> list[str]:
    return [row.family_name for row in page.model.rows_shown()]


def test_the_longest_wait_comes_first_and_the_model_is_sound(page: WardBoardPage):
    QAbstractItemModelTester(page.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    assert names(page) == ["Sampleton", "Exampleby", "Testworth"]


def test_a_row_says_bed_person_clock_and_next_action_to_every_reader(page: WardBoardPage):
    role = Qt.ItemDataRole.AccessibleTextRole
    spoken = [page.model.index(0, number).data(role) for number in range(page.model.columnCount())]
    assert spoken[0] == "Bed: bed C5 A1, act now"
    assert "SAMPLETON, Zoë, NHS number 999 001 2377 (not verified), 86 y" in spoken[1]
    assert "8d waiting" in spoken[2]
    assert spoken[3] == "Stage: No criteria to reside"
    assert "Refer to the hub" in spoken[6]


def test_the_saved_views_and_the_figures_filter_the_list(page: WardBoardPage):
    page.panel.chips.choose("ready")
    assert names(page) == ["Sampleton", "Exampleby"]
    page.kpis.chosen.emit("overdue")
    assert page.panel.chips.current == "risk"
    assert names(page) == []
    page.panel.chips.choose("mine")
    assert names(page) == ["Sampleton", "Exampleby", "Testworth"]


def test_medically_fit_finds_those_without_criteria_to_reside(page: WardBoardPage):
    page.model.set_filter("medically fit")
    assert names(page) == ["Sampleton", "Exampleby"]
    page.model.set_filter("9990012377")
    assert names(page) == ["Sampleton"]


def test_enter_opens_the_record_of_the_current_row(page: WardBoardPage, qtbot):
    page.panel.view.setFocus()
    page.panel.view.select_id(page.model.row_at(1).case_id)
    with qtbot.waitSignal(page.request_open_case) as asked:
        qtbot.keyClick(page.panel.view, Qt.Key.Key_Return)
    assert asked.args == [page.model.row_at(1).case_id]


def test_the_peek_shows_details_and_offers_nothing_but_to_open(page: WardBoardPage, qtbot):
    page.panel.view.select_id(page.model.row_at(0).case_id)
    buttons = [b.text().strip() for b in page.peek.findChildren(type(page.new))]
    assert buttons == ["Open record"]
    with qtbot.waitSignal(page.request_open_case):
        page.peek._open.click()


def test_the_line_below_the_title_says_how_old_the_picture_is(page: WardBoardPage):
    line = page._sub.text()
    assert (
        line == "3 people · most pressing first · as of 09:30, this desk alone, no shared database"
    )


def test_the_nhs_number_is_copied_without_spaces(page: WardBoardPage):
    page.panel.view.select_id(page.model.row_at(0).case_id)
    page.copy_number()
    assert QGuiApplication.clipboard().text() == "9990012377"


def test_a_new_person_comes_onto_the_board(page: WardBoardPage, qtbot):
    dialog = page.new_person()
    assert dialog is not None
    dialog.submit()
    assert dialog.fields.field("family_name").error == "Enter this"
    dialog.put(family_name="Newcomer", gender="male", mrn="T9", bed="A9")
    dialog.fields.editor("birth_date").widget.setText("28/02/1940")
    with qtbot.waitSignal(page.request_toast) as told:
        dialog.submit()
    assert told.args[0].startswith("Person added to the board.")
    settled(qtbot, lambda: "Newcomer" in names(page))


def test_who_has_gone_without_this_program_is_not_said_to_be_on_the_ward(page: WardBoardPage):
    row = page.model.row_at(0)._replace(nctr_since=None, waiting_days=None)
    assert clock_cell(row, NOW).words == "On the ward"
    assert clock_cell(row._replace(stage="closed"), NOW).words == "Closed"


def test_an_import_lists_what_it_refused_and_brings_the_rest_in(
    page: WardBoardPage, tmp_path: Path, qtbot
):
    lines = SAMPLE.read_text(encoding="utf-8").splitlines()
    header = lines[0].split(",")
    broken = lines[1].split(",")
    broken[header.index("surname")] = ""
    extract = tmp_path / "extract.csv"
    extract.write_text("\n".join([lines[0], ",".join(broken), *lines[2:5]]), encoding="utf-8")
    dialog = page.import_extract(extract)
    QAbstractItemModelTester(dialog.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    settled(qtbot, lambda: page.model.rowCount() == 6)
    assert dialog.model.rows_shown()[0].line == 2
    assert dialog.model.rows_shown()[0].column == "surname"
    target = tmp_path / "refused.csv"
    dialog.save_refused(target)
    settled(qtbot, target.exists)
    assert "surname" in target.read_text(encoding="utf-8-sig").splitlines()[0]


def test_a_file_refused_whole_says_why_and_changes_nothing(
    page: WardBoardPage, tmp_path: Path, qtbot
):
    empty = tmp_path / "empty.csv"
    empty.write_text("", encoding="utf-8")
    dialog = page.import_extract(empty)
    settled(qtbot, lambda: dialog.summary.isVisibleTo(dialog))
    assert "empty" in dialog.summary.accessibleName()
    assert page.model.rowCount() == 3


def test_a_cancelled_import_says_so_and_leaves_the_board_as_it_was(page: WardBoardPage, qtbot):
    dialog = page.import_extract(SAMPLE)
    dialog.progress.cancelled.emit()
    settled(qtbot, lambda: "cancelled" in dialog.words.text())
    assert page.model.rowCount() == 3
    assert dialog.isVisible()
    dialog.reject()
    assert not dialog.isVisible()


def test_nobody_is_shown_once_the_desk_is_shut(page: WardBoardPage, link: DeskLink):
    link.clear()
    assert page.model.rowCount() == 0
    assert page._sub.text() == ""


def test_a_person_whose_print_no_longer_holds_is_marked_in_words(
    page: WardBoardPage,
    people: dict[str, str],
    desk: OpenDesk,
    monkeypatch: pytest.MonkeyPatch,
    qtbot,
):
    case = page.model.row_at(0).case_id
    found: list[frozenset[str]] = [frozenset({case})]
    monkeypatch.setattr(desk.queries, "superseded_packs", lambda caller: found[0])
    role = Qt.ItemDataRole.AccessibleTextRole

    def said() -> str:
        return str(page.model.index(0, 6).data(role))

    assert "superseded" not in said()
    # A medicine is not on the board, and is in a pack.
    page._tasks.tell(ChangeSet(kinds=frozenset({"medicine"})))
    settled(qtbot, lambda: "pack superseded: print anew" in said())
    found[0] = frozenset()
    page._tasks.tell(ChangeSet(kinds=frozenset({"pack_issue"})))
    settled(qtbot, lambda: "superseded" not in said())


@pytest.fixture
def agency_page(
    theme: Theme, actions: Actions, tasks: Tasks, tmp_path: Path, qtbot
) -> Iterator[WardBoardPage]:
    agency = open_desk_in(tmp_path, caller=SCHEDULER)
    link = DeskLink()
    made = WardBoardPage(theme, actions, tasks, link)
    link.setParent(made)
    qtbot.addWidget(made)
    made.show()
    link.set_desk(agency)
    settled(qtbot, lambda: made.is_read)
    yield made
    tasks.close()
    agency.close()


def test_an_agency_sees_its_own_figures_and_not_a_wards(agency_page: WardBoardPage):
    named = {card.accessibleName().split(":")[0] for card in agency_page.kpis.findChildren(KpiCard)}
    wanted = {"Placed now", "Starting this week", "Ending in 7 days", "No worker or relief"}
    assert named == wanted
    agency_page.kpis.chosen.emit("lacking")
    assert agency_page.panel.chips.current == "lacking"
    assert agency_page.panel._empty.accessibleName().startswith("Nobody is placed")


def test_nobody_placed_moves_under_the_pointer_when_a_view_is_told_anew(
    agency_page: WardBoardPage,
):
    rows = tuple(made_row(WardBoardRow, n)._replace(case_id=f"case {n}") for n in range(4))
    board = replace(made_row(WardBoard, 1), rows=rows)

    def read(*lacking: str) -> Picture:
        nobody: frozenset[str] = frozenset()
        placed = Placed(now=nobody, starting=nobody, ending=nobody, lacking=frozenset(lacking))
        return picture_of(board, {}, Asked(before=rows, placed=placed))

    agency_page.show_picture(read("case 0", "case 1", "case 2"))
    agency_page.panel.chips.choose("lacking")
    assert agency_page.model.rowCount() == 3
    view, here = agency_page.panel.view, QPointF(40, 40)
    QApplication.sendEvent(view, QEnterEvent(here, here, here))
    agency_page.show_picture(read("case 1", "case 2"))
    assert agency_page.model.rowCount() == 3
    assert agency_page.panel._waiting.isVisible()
    QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
    assert agency_page.model.rowCount() == 2
