"""The main job through the real windows of three desks over one real shared database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from d2a_desktop.domain.display import display_date
from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.boards.case_record.page import CaseRecordPage
from d2a_desktop.ui.boards.offers_board import OffersBoardPage
from d2a_desktop.ui.boards.pack_list import PackListPage
from d2a_desktop.ui.boards.ward_board import WardBoardPage
from d2a_desktop.ui.dialogs.allocate import AllocateDialog
from d2a_desktop.ui.dialogs.pack_preview import PackPreviewDialog
from d2a_desktop.ui.formats.offer_words import WAITING_WORDS
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.editors import CodeEditor
from tests.journeys.at import At, typed_values
from tests.journeys.other_desks import give_assessor, give_on_call_phone, ready_departure
from tests.shared_databases import System
from tests.shared_desks import SharedDesk, give_capacity

pytestmark = [pytest.mark.postgres, pytest.mark.journey]

NUMBER = "9990012377"
HEADER = "nhs_number,surname,forename,title,dob,sex,postcode,admitted_at,site,ward,bed,spell"


@pytest.fixture
def desks(
    shared: System,
    shared_desk: Callable[[str], SharedDesk],
    theme: Theme,
    actions: Actions,
    qtbot: QtBot,
) -> Iterator[dict[str, At]]:
    give_on_call_phone(shared)
    made = {who: shared_desk(who) for who in ("ward", "hub", "agency")}
    give_capacity(made["agency"])
    made["agency"].sync()
    give_assessor(made["hub"])
    windows = {who: At.of(desk, theme, actions, qtbot) for who, desk in made.items()}
    yield windows
    for each in windows.values():
        each.life.close()


def test_from_the_extract_to_the_assessment_at_home(
    desks: dict[str, At], paper: list[QImage], tmp_path: Path
):
    ward, hub, agency = desks["ward"], desks["hub"], desks["agency"]
    takes_the_extract_in(ward, tmp_path / "extract.csv")
    reviews_and_refers(ward)
    ward.sync()

    hub.sync()
    decides_and_offers(hub)
    hub.sync()

    agency.sync()
    accepts_without_a_name(agency)
    agency.sync()
    agency.sync()
    allocates(agency)
    agency.sync()

    hub.sync()
    hub.open_record()
    plans_the_assessment(hub)
    hub.sync()

    ward.sync()
    prints_and_leaves(ward, paper)
    ward.sync()

    agency.sync()
    agency.open_record()
    agency.act("arrive", what="worker_arrived")
    agency.act("arrive", what="arrived_home")
    agency.sync()

    hub.sync()
    hub.open_record()
    hub.settled(lambda: hub.stage() == "at_home")
    hub.act("outcome", outcome="done", started_at=hub.now, finished_at=hub.now, need_found="less")
    hub.settled(lambda: hub.stage() == "assessed")
    hub.sync()

    ward.sync()
    record = ward.open_record()
    ward.settled(lambda: ward.stage() == "assessed")
    assert record.view is not None
    assert record.view.clock.kind == "met"


def takes_the_extract_in(ward: At, file: Path) -> None:
    admitted = display_date((ward.now - timedelta(days=9)).date())
    row = f"{NUMBER},TESTSTONE,Aoife,Mrs,03/02/1941,F,PO6 9ZA,{admitted},XDA01,C5,A1,SP1"
    other = f"9990012741,EXEMPLER,Siân,Ms,19/07/1938,F,PO6 9ZB,{admitted},XDA01,C5,A2,SP2"
    file.write_text(f"{HEADER}\n{row}\n{other}\n", encoding="utf-8")
    board = ward.page("ward_board")
    assert isinstance(board, WardBoardPage)
    dialog = board.import_extract(file)
    ward.settled(lambda: board.model.rowCount() == 2)
    dialog.close()
    assert "TESTSTONE" in str(board.model.index(0, 1).data()).upper() or board.model.rowCount() == 2


def reviews_and_refers(ward: At) -> None:
    record = ward.open_record()
    ward.settled(lambda: ward.stage() == "inpatient")
    decided = ward.now - timedelta(days=3)
    ward.act("review", decided_by="Dr Sample", decided_role="consultant", decided_at=decided)
    ward.settled(lambda: ward.stage() == "nctr")
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
    ward.settled(lambda: ward.stage() == "referred")


def decides_and_offers(hub: At) -> None:
    record = hub.open_record()
    hub.settled(lambda: hub.stage() == "referred")
    hub.click(record.primary)
    hub.fill_and_send(
        pathway="P1",
        rationale="Can recover at home",
        options=["P1", "P2"],
        took_part=["therapy", "nursing"],
    )
    hub.settled(lambda: hub.stage() == "pathway_confirmed")
    hub.click(record.primary)
    hub.dialog()
    hub.fill_and_send(others=["AG001"], respond_by=hub.now + timedelta(hours=20))
    hub.settled(lambda: hub.stage() == "offered")


def accepts_without_a_name(agency: At) -> None:
    offers = agency.page("offers")
    assert isinstance(offers, OffersBoardPage)
    agency.settled(lambda: "accept" in offers.detail.buttons)
    shown = offers.model.row_at(0)
    assert shown.person is None
    assert shown.case_ref is None
    agency.click(offers.detail.buttons["accept"])
    dialog = agency.dialog()
    slot = dialog.fields.editor("slot").box
    slot.setFocus()
    agency.qtbot.keyClick(slot, Qt.Key.Key_Down)
    agency.fill_and_send()
    agency.settled(lambda: offers.model.row_at(0).status == "accepted")
    assert WAITING_WORDS in [
        str(offers.model.index(0, column).data()) for column in range(offers.model.columnCount())
    ]


def allocates(agency: At) -> None:
    offers = agency.page("offers")
    assert isinstance(offers, OffersBoardPage)
    agency.settled(lambda: "allocate" in offers.detail.buttons)
    assert offers.model.row_at(0).person == "TESTSTONE, Aoife (Mrs)"
    agency.click(offers.detail.buttons["allocate"])
    dialog = agency.dialog(AllocateDialog)
    agency.settled(lambda: dialog.model.rowCount() == 1)
    assert dialog.model.row_at(0).verdict == "fits"
    agency.fill_and_send()
    agency.settled(lambda: offers.model.row_at(0).worker == "Funmi Exampleworker")


def plans_the_assessment(hub: At) -> None:
    hub.settled(lambda: hub.stage() == "allocated")
    record = hub.window.pages.page("record")
    assert isinstance(record, CaseRecordPage)
    assert record.open_action("visit") is not None
    dialog = hub.dialog()
    assessor = dialog.fields.editor("assessor")
    hub.settled(lambda: any(each is not None for each in choices(assessor)))
    ola = next(each for each in choices(assessor) if each is not None)
    hub.fill_and_send(assessor=ola, starts_at=hub.now + timedelta(hours=20), confirm=True)


def choices(editor: CodeEditor) -> list[str | None]:
    return [editor.box.itemData(number) for number in range(editor.box.count())]


def prints_and_leaves(ward: At, paper: list[QImage]) -> None:
    ward.open_record()
    ward.settled(lambda: ward.stage() == "allocated")
    ward.act("depart", **ready_departure(ward.now))
    ward.settled(lambda: ward.stage() == "discharge_planned")
    packs = ward.page("packs")
    assert isinstance(packs, PackListPage)
    ward.settled(lambda: packs.model.rowCount() == 2)
    packs.panel.view.setFocus()
    assert packs.panel.view.select_id(ward.case_id())
    ward.press(Qt.Key.Key_P)
    preview = ward.dialog(PackPreviewDialog)
    ward.settled(preview.print_button.isEnabled)
    assert preview.pages.count() >= 1
    ward.click(preview.print_button)
    ward.settled(preview.give_button.isEnabled)
    assert len(paper) >= preview.pages.count()
    assert "DRAFT" not in preview.state.text(), preview.state.text()
    ward.qtbot.keyClicks(preview.given_to, "Funmi")
    ward.click(preview.give_button)
    ward.settled(lambda: not preview.give_button.isEnabled())
    preview.close()
    ward.open_record()
    record = ward.window.pages.page("record")
    assert isinstance(record, CaseRecordPage)
    ward.settled(lambda: record.view is not None and any(p.given_at for p in record.view.packs))
    ward.act("depart", left_at=ward.now)
    ward.settled(lambda: ward.stage() == "at_home")
