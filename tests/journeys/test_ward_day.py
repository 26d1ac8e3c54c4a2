"""A day on a ward: the extract, the round, one referral, a barrier, the pack and the departure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from d2a_desktop.domain.code_lists import delay_reasons_for
from d2a_desktop.domain.display import display_date
from d2a_desktop.ui.boards.board_round import BoardRoundPage
from d2a_desktop.ui.boards.ward_board import WardBoardPage
from d2a_desktop.ui.dialogs.pack_preview import PackPreviewDialog
from tests.journeys.at import At, typed_values
from tests.journeys.other_desks import (
    accepted_by,
    allocated,
    give_assessor,
    give_on_call_phone,
    ready_departure,
)
from tests.shared_databases import System
from tests.shared_desks import SharedDesk, give_capacity, offered

pytestmark = [pytest.mark.postgres, pytest.mark.journey]

HEADER = "nhs_number,surname,forename,title,dob,sex,postcode,admitted_at,site,ward,bed,spell"
PEOPLE = (
    ("9990012377", "TESTSTONE,Aoife,Mrs,03/02/1941,F", "A1"),
    ("9990012741", "EXEMPLER,Sian,Ms,19/07/1938,F", "A2"),
    ("9990013195", "SAMPLER,Ivor,Mr,30/11/1944,M", "A3"),
)


def test_a_ward_day(
    shared: System,
    shared_desk: Callable[[str], SharedDesk],
    sit_at: Callable[[SharedDesk], At],
    paper: list[QImage],
    tmp_path: Path,
) -> None:
    give_on_call_phone(shared)
    hub, agency = shared_desk("hub"), shared_desk("agency")
    slot, worker = give_capacity(agency)
    agency.sync()
    ola = give_assessor(hub)
    ward = sit_at(shared_desk("ward"))

    takes_the_extract_in(ward, tmp_path / "extract.csv")
    goes_round(ward)
    refers(ward)
    keeps_a_barrier(ward)
    ward.sync()

    hub.sync()
    case = ward.record.view.case_ref if ward.record.view else ""
    offered(hub, case, "AG001")
    hub.sync()
    offer = accepted_by(agency, slot, worker)
    allocated(agency, offer, worker)
    hub.sync()
    hub.do(case, "visit", assessor=ola, starts_at=hub.ahead(hours=20), confirm=True)
    hub.sync()

    ward.sync()
    ward.reaches("allocated")
    plans_prints_and_sees_off(ward, paper)
    ward.sync()
    hub.sync()
    assert hub.desk.queries.case(hub.desk.caller, case).stage == "at_home"
    assert ward.light == "synced"


def takes_the_extract_in(ward: At, file: Path) -> None:
    admitted = display_date((ward.now - timedelta(days=9)).date())
    rows = [
        f"{number},{person},PO6 9ZA,{admitted},XDA01,C5,{bed},SP{bed}"
        for number, person, bed in PEOPLE
    ]
    file.write_text("\n".join((HEADER, *rows, "")), encoding="utf-8")
    board = board_of(ward)
    dialog = board.import_extract(file)
    ward.settled(lambda: board.model.rowCount() == len(PEOPLE))
    ward.settled(dialog.close_button.isEnabled)
    ward.click(dialog.close_button)


def board_of(ward: At) -> WardBoardPage:
    board = ward.page("ward_board")
    assert isinstance(board, WardBoardPage)
    return board


def goes_round(ward: At) -> None:
    """Review three people: none apply to two of them, the third still meets a criterion."""
    board = board_of(ward)
    ward.click(board.round)
    ward.settled(lambda: ward.window.pages.current_key == "board_round")
    page = ward.window.pages.page("board_round")
    assert isinstance(page, BoardRoundPage)
    ward.settled(lambda: page.view is not None)
    decided_by = page.decider.editor("decided_by").widget
    ward.qtbot.keyClicks(decided_by, "Dr Sample")
    ward.qtbot.keyClick(decided_by, Qt.Key.Key_Return)
    for keys in ((Qt.Key.Key_0,), (Qt.Key.Key_2, Qt.Key.Key_Return), (Qt.Key.Key_0,)):
        ward.settled(lambda: page.view is not None)
        for key in keys:
            ward.press(key)
    ward.settled(lambda: page.reviewed.recorded == len(PEOPLE))
    assert page.reviewed.refused == ()
    ward.page("ward_board")
    stages = {"A1": "nctr", "A2": "inpatient", "A3": "nctr"}
    ward.settled(lambda: {row.bed: row.stage for row in board.model.rows_shown()} == stages)


def refers(ward: At) -> None:
    record = ward.open_record()
    ward.reaches("nctr")
    ward.click(record.tabs.buttons()[1])
    ward.settled(record.referral.isVisible)
    for name, value in typed_values().items():
        record.referral.type_in(name, value)
    record.referral.flush()
    ward.settled(lambda: not record.referral.unsaved)
    assert not record.referral.wrong_fields
    record.referral._lists["contact"].add_line()
    ward.fill_and_send(name="Dee Sample", relationship="daughter", phone="01632 960101")
    ward.click(record.referral.send)
    ward.fill_and_send()
    ward.reaches("referred")


def keeps_a_barrier(ward: At) -> None:
    """Open a barrier on the record; the board shows whose it is."""
    reason = next(each.code for each in delay_reasons_for(None))
    ward.act("barrier", reason_code=reason, owner_name="Pat Sample", detail="Waits for a letter")
    ward.act("note", text="Daughter rings at noon")
    record = ward.record
    ward.settled(lambda: record.view is not None and len(record.view.barriers) == 1)
    ward.settled(lambda: "Daughter rings at noon" in str(record.view))


def plans_prints_and_sees_off(ward: At, paper: list[QImage]) -> None:
    ward.act("depart", **ready_departure(ward.now))
    ward.reaches("discharge_planned")
    board = board_of(ward)
    ward.settled(lambda: board.model.rowCount() == len(PEOPLE))
    assert board.panel.view.select_id(ward.case_id())
    board.panel.view.setFocus()
    ward.press(Qt.Key.Key_P)
    preview = ward.dialog(PackPreviewDialog)
    ward.settled(preview.print_button.isEnabled)
    ward.click(preview.print_button)
    ward.settled(preview.give_button.isEnabled)
    assert len(paper) >= preview.pages.count() >= 1
    ward.qtbot.keyClicks(preview.given_to, "Funmi")
    ward.click(preview.give_button)
    ward.settled(lambda: not preview.give_button.isEnabled())
    preview.close()
    record = ward.open_record()
    ward.settled(lambda: record.view is not None and any(p.given_at for p in record.view.packs))
    ward.act("depart", left_at=ward.now)
    ward.reaches("at_home")
