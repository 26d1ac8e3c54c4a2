"""The capacity board: weeks against the contract, workers on a timeline and as a list."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.boards.capacity_board import CapacityBoardPage
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.dialogs.allocate import AllocateDialog
from d2a_desktop.ui.dialogs.roster_dialog import RosterDialog
from d2a_desktop.ui.item_models.capacity_model import WorkerTime, week_days, worker_times
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from tests.local_stores import SCHEDULER
from tests.shared_desks import (
    SharedDesk,
    give_capacity,
    offered,
    referred_person,
    worker_document,
)
from tests.ui.open_desks import OpenDesk, open_desk_in, settled


@pytest.fixture
def page(theme: Theme, actions: Actions, tasks: Tasks, qtbot: QtBot) -> Iterator[CapacityBoardPage]:
    link = DeskLink()
    made = CapacityBoardPage(theme, actions, tasks, link)
    link.setParent(made)
    qtbot.addWidget(made)
    made.resize(1200, 800)
    made.show()
    yield made
    tasks.close()


@pytest.mark.postgres
def test_an_agency_sees_its_weeks_and_its_workers_as_timeline_and_as_list(
    shared_desk: Callable[[str], SharedDesk],
    page: CapacityBoardPage,
    qtbot: QtBot,
):
    agency = shared_desk("agency")
    give_capacity(agency)
    agency.sync()
    agency.sync()
    for model in (page.weeks, page.times, page.outlook):
        QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    page._link.set_desk(agency.desk)
    settled(qtbot, lambda: page.weeks.rowCount() >= 1)
    week = page.weeks.row_at(0)
    assert (week.guaranteed_min, week.guaranteed_max, week.available) == (5, 8, 2)
    assert week.shortfall == 3
    assert [lane.name for lane in page.timeline.scene.lanes] == ["Funmi Exampleworker"]
    assert not page.panel.shows_table
    page.timeline.setFocus()
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    qtbot.keyClick(page.timeline, Qt.Key.Key_T, keys)
    settled(qtbot, lambda: page.panel.shows_table)
    assert {row.kind for row in page.times.rows_shown()} == {"free"}
    marks = page.timeline.scene.marks
    assert (marks[0].words, marks[0].pressing) == ("3 short of 5", True)
    page.views.choose("ahead_table")
    assert page.outlook.rowCount() == 14
    page.views.choose("ahead")
    assert page.ahead.isVisible()
    assert page.ahead.chart.accessibleDescription().count("wanted") == 14
    page.ahead.unlock_button.click()
    page.progress.cancelled.emit()
    settled(qtbot, page.progress.isHidden)
    assert not page.ahead._more
    page.ahead.unlock_button.click()
    assert page.progress.isVisible()
    settled(qtbot, page.progress.isHidden)
    assert "One more worker would not place anybody sooner." in page.ahead._more
    page.views.choose("weeks")
    page._show_kpi("short")
    assert page.weeks.rowCount() == 1
    page._show_kpi("open")
    page._show_kpi("open")
    assert page.weeks.rowCount() >= 1


def test_the_days_of_an_iso_week_run_from_monday_to_sunday():
    assert week_days("2026-W48") == "23-Nov to 29-Nov"
    assert week_days("2026-W53") == "28-Dec to 03-Jan"


@pytest.fixture
def own_desk(tmp_path: Path) -> OpenDesk:
    """An agency's desk with three workers, one of them on leave."""
    desk = open_desk_in(tmp_path, caller=SCHEDULER)
    for name, extra in (
        ("Ada", {"driver": True}),
        ("Bea", {"driver": False}),
        ("Cyd", {"availability": [{"kind": "leave", "from_day": "2026-11-20",
                                   "to_day": "2026-12-04"}], "driver": None}),
    ):  # fmt: skip
        desk.roster.save(desk.caller, "worker", worker_document(name, family_name=None, **extra))
    return desk


def test_a_desk_that_is_being_read_never_says_that_it_has_no_workers(
    page: CapacityBoardPage, own_desk: OpenDesk, tasks: Tasks, qtbot: QtBot
):
    reads = "The records of this desk are being read."
    assert page.timeline.scene.spoken() == reads
    assert page.timeline.accessibleDescription() == reads
    assert page.panel.isVisible()
    assert not page._no_workers.isVisible()
    assert page._no_weeks.text() == reads
    page._link.set_desk(own_desk)
    settled(qtbot, lambda: len(page.timeline.scene.lanes) == 3)
    assert page._no_weeks.text().startswith("No capacity contract")
    tasks.close()
    own_desk.close()


def test_the_tools_of_the_timeline_go_to_further_lines_at_large_text(
    page: CapacityBoardPage, own_desk: OpenDesk, theme: Theme, tasks: Tasks, qtbot: QtBot
):
    page._link.set_desk(own_desk)
    settled(qtbot, lambda: len(page.timeline.scene.lanes) == 3)
    theme.set_text_percent(200)
    page.resize(1158, 800)
    settled(qtbot, lambda: page.panel._as_table.y() > page.lanes.y())
    for button in (page.panel._today, *page.panel._zooms.values(), page.panel._as_table):
        assert button.width() >= button.sizeHint().width()
        assert button.geometry().right() < page.panel.width()
    theme.set_text_percent(100)
    tasks.close()
    own_desk.close()


def test_days_are_chosen_by_keys_and_written_down_as_leave(
    page: CapacityBoardPage, own_desk: OpenDesk, tasks: Tasks, qtbot: QtBot
):
    page._link.set_desk(own_desk)
    settled(qtbot, lambda: len(page.timeline.scene.lanes) == 3)
    page.timeline.setFocus()
    page.timeline.go_today()
    qtbot.keyClick(page.timeline, Qt.Key.Key_Up)
    for _ in range(2):
        qtbot.keyClick(page.timeline, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(page.timeline, Qt.Key.Key_Return)
    dialog = page.findChild(RosterDialog)
    assert dialog is not None
    assert dialog.fields.editor("from_day").read() == date(2026, 11, 22)
    assert dialog.fields.editor("to_day").read() == date(2026, 11, 24)
    with qtbot.waitSignal(page.request_toast):
        dialog.submit()
    leave = ("leave", "Ada")
    settled(qtbot, lambda: leave in {(t.kind, t.worker) for t in page.times.rows_shown()})
    assert page.timeline.scene.anchor is None
    # Enter on what is no offer's block leads to the roster.
    block = next(t for t in page.times.rows_shown() if (t.kind, t.worker) == leave)
    with qtbot.waitSignal(page.request_page) as asked:
        page._open_block(block.row_id)
    assert asked.args == ["roster"]
    tasks.close()
    own_desk.close()


@pytest.mark.postgres
def test_a_placement_without_relief_stands_first_and_is_filled_by_one_key(
    shared_desk: Callable[[str], SharedDesk], page: CapacityBoardPage, qtbot: QtBot
):
    ward, hub, agency = shared_desk("ward"), shared_desk("hub"), shared_desk("agency")
    slot, worker = give_capacity(agency)
    agency.desk.roster.save(agency.desk.caller, "worker", worker_document("Rita"))
    agency.sync()
    case = referred_person(ward)
    for each in (ward, hub):
        each.sync()
    offered(hub, case, "AG001")
    for each in (hub, agency):
        each.sync()
    (offer,) = agency.desk.queries.offers(agency.desk.caller)
    agency.do(offer.reference, "accept", offer=offer.reference, slot=slot)
    agency.sync()
    (gap,) = agency.desk.queries.cover_gaps(agency.desk.caller)
    assert gap.first
    half = gap.starts_at + (gap.ends_at - gap.starts_at) / 2
    block = {"starts_at": gap.starts_at.isoformat(), "ends_at": half.isoformat()}
    agency.do(offer.reference, "allocate", offer=offer.reference, worker=worker, **block)
    page._link.set_desk(agency.desk)
    settled(qtbot, lambda: len(page.timeline.scene.lanes) >= 2)
    page.lanes.choose("gap")
    lane = page.timeline.scene.lanes[0]
    assert (lane.name, lane.detail.split(" · ")[0]) == ("SAMPLETON Z", "Relief wanted")
    (booked,) = [t for t in agency_times(page) if t.kind in ("booked", "held")]
    assert booked.words.endswith("no relief after")
    page.panel.toggle()
    qtbot.keyClick(page.list.view, Qt.Key.Key_Home)
    assert page.list.view.current_id.startswith("gap ")
    qtbot.keyClick(page.list.view, Qt.Key.Key_Return)
    settled(qtbot, lambda: page.findChild(AllocateDialog) is not None)
    dialog = page.findChild(AllocateDialog)
    assert dialog is not None
    assert "relief" in dialog.windowTitle()
    assert dialog.fields.editor("starts_at").read() == (half - timedelta(days=1)).replace(
        second=0, microsecond=0
    )
    settled(qtbot, lambda: dialog.chosen is not None)
    settled(qtbot, dialog.button.isEnabled)
    assert dialog.chosen is not None
    assert dialog.chosen.name == "Rita Exampleworker"
    with qtbot.waitSignal(page.request_toast):
        dialog.submit()
    assert agency.desk.queries.cover_gaps(agency.desk.caller) == ()
    settled(qtbot, lambda: not page.timeline.scene.lanes)


def agency_times(page: CapacityBoardPage) -> list[WorkerTime]:
    assert page._found is not None
    return list(worker_times(page._found.workers, lacking=page._found.gaps))


def test_the_timeline_and_its_table_show_the_workers_of_a_chip(
    page: CapacityBoardPage, own_desk: OpenDesk, tasks: Tasks, qtbot: QtBot
):
    page._link.set_desk(own_desk)
    settled(qtbot, lambda: len(page.timeline.scene.lanes) == 3)
    page.lanes.choose("drives")
    assert [lane.name for lane in page.timeline.scene.lanes] == ["Ada"]
    page.lanes.choose("free")
    assert [lane.name for lane in page.timeline.scene.lanes] == ["Ada", "Bea"]
    assert {t.worker for t in page.times.rows_shown()} == {"Ada", "Bea"}
    page.lanes.choose("clash")
    assert page.timeline.scene.spoken() == "No workers"
    assert page.minimumSizeHint().width() <= 1366 - 208
    tasks.close()
    own_desk.close()
