"""Offers on an agency's and a hub's desk: anonymous, answered, disclosed, allocated."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QComboBox, QDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.boards.offers_board import OffersBoardPage
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.dialogs.action_dialog import ActionDialog
from d2a_desktop.ui.dialogs.allocate import AllocateDialog
from d2a_desktop.ui.formats.offer_words import WAITING_WORDS
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from tests.shared_desks import (
    SharedDesk,
    give_capacity,
    offered,
    referred_person,
    worker_document,
)
from tests.ui.open_desks import settled

pytestmark = pytest.mark.postgres


@dataclass
class Played:
    """A hospital, a hub and an agency between which one offer is out."""

    ward: SharedDesk
    hub: SharedDesk
    agency: SharedDesk
    case: str
    slot: str
    worker: str


@pytest.fixture
def played(shared_desk: Callable[[str], SharedDesk]) -> Played:
    ward, hub, agency = shared_desk("ward"), shared_desk("hub"), shared_desk("agency")
    slot, worker = give_capacity(agency)
    agency.sync()
    case = referred_person(ward)
    ward.sync()
    hub.sync()
    offered(hub, case, "AG001")
    hub.sync()
    agency.sync()
    return Played(ward, hub, agency, case, slot, worker)


@pytest.fixture
def page_of(
    theme: Theme, actions: Actions, tasks: Tasks, qtbot: QtBot
) -> Iterator[Callable[[SharedDesk], OffersBoardPage]]:
    def make(at: SharedDesk) -> OffersBoardPage:
        link = DeskLink()
        page = OffersBoardPage(theme, actions, tasks, link)
        qtbot.addWidget(page)
        page.resize(1200, 800)
        page.show()
        link.set_desk(at.desk)
        link.setParent(page)
        settled(qtbot, lambda: page.panel is not None and page.model.rowCount() == 1)
        return page

    yield make
    tasks.close()


def words_on(widget: QWidget) -> str:
    return " ".join(each.text() for each in widget.findChildren(QLabel) if each.isVisible())


def dialog_of(
    page: OffersBoardPage, qtbot: QtBot, kind: type[ActionDialog] = ActionDialog
) -> ActionDialog:
    def shown() -> list[ActionDialog]:
        return [each for each in page.findChildren(kind) if each.isVisible()]

    settled(qtbot, lambda: bool(shown()) and shown()[0].button.isEnabled())
    return shown()[0]


def sees_the_need_and_nobodys_name(page: OffersBoardPage, played: Played, qtbot: QtBot) -> None:
    settled(qtbot, lambda: "accept" in page.detail.buttons)
    row = page.model.row_at(0)
    assert [each.key for each in page.deeds(row)] == ["accept", "decline"]
    assert page.deeds(replace(row, expired=True)) == ()  # a start that was given to nobody in time
    shown = words_on(page) + " ".join(
        str(page.model.index(0, column).data()) for column in range(page.model.columnCount())
    )
    assert "Not named · 85" in shown
    for secret in ("Sampleton", "SAMPLETON", "Zo", "999 001", played.case, "C5"):
        assert secret not in shown
    assert set(page.detail.buttons) == {"accept", "decline"}


def accepts_and_waits(page: OffersBoardPage, played: Played, qtbot: QtBot) -> None:
    toasts: list[str] = []
    page.request_toast.connect(lambda words, _undo: toasts.append(words))
    qtbot.mouseClick(page.detail.buttons["accept"], Qt.MouseButton.LeftButton)
    dialog = dialog_of(page, qtbot)
    assert "1 of 2 workers fit from the first day asked for." in words_on(dialog)
    named = dialog.fields.editor("worker").widget
    assert isinstance(named, QComboBox)
    offered_names = [named.itemText(number) for number in range(named.count())]
    assert any(each.startswith("Funmi") and each.endswith("fits, rank 1") for each in offered_names)
    assert any(each.startswith("Grace") and "cannot confirm" in each for each in offered_names)
    dialog.submit()  # neither a start nor a worker is named
    settled(qtbot, dialog.refused.isVisible)
    assert page.model.row_at(0).status == "sent"
    dialog.put(slot=played.slot, worker=played.worker)
    qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settled(qtbot, lambda: bool(toasts))
    assert "Requested: the shared database confirms" in toasts[0]
    settled(qtbot, lambda: WAITING_WORDS in words_on(page.detail))
    assert page.detail.buttons == {}


def is_told_the_name(page: OffersBoardPage, qtbot: QtBot) -> None:
    page.showing()
    settled(qtbot, lambda: "allocate" in page.detail.buttons)
    assert "SAMPLETON, Zoë" in words_on(page.detail)
    asked: list[str] = []
    page.request_open_case.connect(asked.append)
    qtbot.mouseClick(page.detail.buttons["record"], Qt.MouseButton.LeftButton)
    assert asked == [page.model.row_at(0).case_id]


def no_factor_is_cut_on_a_small_screen(dialog: AllocateDialog, qtbot: QtBot) -> None:
    """The longest words that services.match_factors has, with the margins of a cell."""
    longest = {"skills": "None asked", "free dates": "Nothing after",
               "continuity": "Nobody before", "share of work": "28 of 28 days"}  # fmt: skip
    dialog.setMinimumWidth(0)
    dialog.resize(800, 700)
    settled(qtbot, lambda: dialog.view.width() < 800)
    metrics = QFontMetrics(dialog.place.theme.font(13.5, QFont.Weight.DemiBold, tabular=True))
    header = dialog.view.horizontalHeader()
    for number, column in enumerate(dialog.model.columns):
        if column.key in longest and not header.isSectionHidden(number):
            needs = metrics.horizontalAdvance(longest[column.key]) + 2 * dialog.place.theme.px(10)
            assert header.sectionSize(number) >= needs, column.key
    assert header.length() <= dialog.view.viewport().width()
    name = QFontMetrics(dialog.place.theme.font(14, QFont.Weight.DemiBold))
    assert header.sectionSize(0) >= name.horizontalAdvance("Valentina Livingstone-Demo")
    shown = {c.key for n, c in enumerate(dialog.model.columns) if not header.isSectionHidden(n)}
    assert shown >= {"worker", "verdict", "skills", "free dates", "continuity"}


def allocates_with_every_reason(page: OffersBoardPage, played: Played, qtbot: QtBot) -> None:
    page.do("allocate")
    dialog = dialog_of(page, qtbot, AllocateDialog)
    assert isinstance(dialog, AllocateDialog)
    QAbstractItemModelTester(dialog.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    settled(qtbot, lambda: dialog.model.rowCount() >= 2)
    no_factor_is_cut_on_a_small_screen(dialog, qtbot)
    verdicts = {row.name.split()[0]: row for row in dialog.model.rows_shown()}
    assert verdicts["Funmi"].verdict == "fits"
    grace = verdicts["Grace"]
    assert grace.verdict != "fits"
    dialog.choose(grace.worker_id)
    assert all(reason in words_on(dialog) for reason in grace.reasons)
    dialog.submit()
    settled(qtbot, dialog.refused.isVisible)
    dialog.choose(played.worker)
    with qtbot.waitSignal(dialog.done_with):
        dialog.submit()
    settled(qtbot, lambda: page.model.row_at(0).worker == "Funmi Exampleworker")


def test_an_agency_answers_without_a_name_and_allocates_once_it_is_told(
    played: Played, page_of: Callable[[SharedDesk], OffersBoardPage], qtbot: QtBot
):
    agency = played.agency
    unknown = worker_document("Grace", credentials=[])
    agency.desk.roster.save(agency.desk.caller, "worker", unknown)
    page = page_of(agency)
    QAbstractItemModelTester(page.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    sees_the_need_and_nobodys_name(page, played, qtbot)
    accepts_and_waits(page, played, qtbot)
    agency.sync()
    agency.sync()
    is_told_the_name(page, qtbot)
    allocates_with_every_reason(page, played, qtbot)


def test_a_refusal_by_keyboard_keeps_the_reason_alone_and_the_hub_follows(
    played: Played, page_of: Callable[[SharedDesk], OffersBoardPage], qtbot: QtBot
):
    hub = page_of(played.hub)
    settled(qtbot, lambda: set(hub.detail.buttons) == {"record"})
    row = hub.model.row_at(0)
    assert (row.agency_name, row.case_ref) == ("Test agency", played.case)
    asked: list[str] = []
    hub.request_open_case.connect(asked.append)
    assert hub.panel is not None
    hub.panel.view.setFocus()
    qtbot.keyClick(hub.panel.view, Qt.Key.Key_Return)
    assert asked == [row.case_id]

    page = page_of(played.agency)
    settled(qtbot, lambda: "decline" in page.detail.buttons)
    page.do("decline")
    dialog = dialog_of(page, qtbot)
    dialog.put(reason="distance")
    qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settled(qtbot, lambda: page.model.row_at(0).status == "declined")
    settled(qtbot, lambda: page.detail.buttons == {})
    played.agency.sync()
    played.hub.sync()
    hub.showing()
    settled(qtbot, lambda: hub.model.row_at(0).decline_reason == "distance")


def test_an_agency_without_a_desk_answers_by_phone(
    shared_desk: Callable[[str], SharedDesk],
    page_of: Callable[[SharedDesk], OffersBoardPage],
    qtbot: QtBot,
):
    ward, hub = shared_desk("ward"), shared_desk("hub")
    case = referred_person(ward)
    ward.sync()
    hub.sync()
    offered(hub, case, "AG003")
    page = page_of(hub)
    settled(qtbot, lambda: "partner_accept" in page.detail.buttons)
    page.do("partner_accept")
    dialog = dialog_of(page, qtbot)
    dialog.put(spoken_to="Alex Phone", channel="phone")
    with qtbot.waitSignal(dialog.done_with):
        dialog.submit()
    settled(qtbot, lambda: page.model.row_at(0).status == "accepted")
    assert not [each for each in page.findChildren(QDialog) if each.isVisible()]
