"""The sync page and the pill on a desk with a shared database: sent, offline, a choice to make."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QLabel, QRadioButton
from pytestqt.qtbot import QtBot

from d2a_desktop.core.clock import SettableClock
from d2a_desktop.shared_db.wire import PullPage
from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.boards.sync_page import SyncPage
from d2a_desktop.ui.desk.window import DeskWindow
from d2a_desktop.ui.theme.theme import Theme
from tests.integration.sync.wedge import Wedge
from tests.local_stores import START
from tests.shared_desks import (
    PASSPHRASE,
    SharedDesk,
    referred_person,
)
from tests.ui.open_desks import settled

pytestmark = pytest.mark.postgres


@pytest.fixture
def window_at(theme: Theme, actions: Actions, qtbot: QtBot) -> Iterator[Callable[..., DeskWindow]]:
    made: list[DeskWindow] = []

    def make(at: SharedDesk, password: str | None) -> DeskWindow:
        at.desk.close()
        window = DeskWindow(
            theme, actions, at.profile, passphrase=PASSPHRASE, database_password=password
        )
        made.append(window)
        with qtbot.waitSignal(window.sync.ended, timeout=30_000):
            window.show()
        return window

    yield make
    for window in made:
        window.close()


def pill(window: DeskWindow) -> str:
    return window.window.bar.pill.accessibleName()


def sync_page(window: DeskWindow) -> SyncPage:
    window.window.show_page("sync")
    page = window.window.pages.page("sync")
    assert isinstance(page, SyncPage)
    return page


def test_what_is_done_here_is_sent_by_itself_and_both_values_of_a_conflict_are_shown(
    shared_desk: Callable[[str], SharedDesk],
    window_at: Callable[..., DeskWindow],
    qtbot: QtBot,
):
    hub, ward = shared_desk("hub"), shared_desk("ward")
    case = referred_person(ward)
    ward.sync()
    hub.sync()
    window = window_at(ward, ward.password)
    settled(qtbot, lambda: pill(window).startswith("Sync: Synced"))
    hub.do(case, "update", values={"patient": {"phone": "01632 960555"}})
    hub.sync()
    desk = window.link.desk
    document = {"values": {"patient": {"phone": "01632 960777"}}}
    window.tasks.run_command(
        lambda: desk.actions.do_document(desk.caller, case, "update", document), lambda _: None
    )
    page = sync_page(window)
    QAbstractItemModelTester(page.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    settled(qtbot, lambda: page.model.rowCount() == 1, timeout=20_000)
    row = page.model.row_at(0)
    (field,) = row.fields
    assert (field.mine, field.theirs) == ("01632 960777", "01632 960555")
    assert (field.label, field.who) == ("Telephone", "Test community")
    settled(qtbot, lambda: pill(window).startswith("Sync: Needs you"))
    page.panel.view.setFocus()
    settled(qtbot, page.detail.isVisible)
    qtbot.mouseClick(page.detail.buttons["mine"], Qt.MouseButton.LeftButton)
    settled(qtbot, lambda: page.model.rowCount() == 0, timeout=20_000)
    settled(qtbot, lambda: pill(window).startswith("Sync: Synced"), timeout=20_000)
    hub.sync()
    view = hub.desk.queries.case(hub.desk.caller, case)
    assert view.records["patient"]["phone"] == "01632 960777"


def test_without_its_password_a_desk_works_on_and_asks_for_it(
    shared_desk: Callable[[str], SharedDesk],
    window_at: Callable[..., DeskWindow],
    qtbot: QtBot,
):
    ward = shared_desk("ward")
    window = window_at(ward, None)
    settled(qtbot, lambda: pill(window).startswith("Sync: Offline"))
    assert window.window.notice.isHidden()
    page = sync_page(window)
    settled(qtbot, page._password_card.isVisible)
    qtbot.keyClicks(page._password, ward.password)
    qtbot.keyClick(page._password, Qt.Key.Key_Return)
    settled(qtbot, lambda: pill(window).startswith("Sync: Synced"), timeout=20_000)
    settled(qtbot, lambda: not page._password_card.isVisible())


def test_a_long_exchange_is_followed_on_every_page_and_ends_when_cancelled(
    shared_desk: Callable[[str], SharedDesk],
    window_at: Callable[..., DeskWindow],
    qtbot: QtBot,
):
    ward = shared_desk("ward")
    window = window_at(ward, ward.password)
    settled(qtbot, lambda: pill(window).startswith("Sync: Synced"))
    gateway: Any = window.link.desk._gateway
    wedge = Wedge()
    real = gateway.pull

    def pull(**given: Any) -> PullPage:
        wedge()
        return real(**given)

    gateway.pull = pull
    row = window.window.exchange
    assert row.isHidden()
    window.sync.run()
    settled(qtbot, wedge.reached.is_set)
    settled(qtbot, lambda: not row.isHidden())
    settled(qtbot, lambda: "Receiving" in pill(window))
    qtbot.mouseClick(row._cancel, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(window.sync.ended, timeout=20_000):
        wedge.released.set()
    settled(qtbot, row.isHidden)
    gateway.pull = real
    window.sync.run()
    settled(qtbot, lambda: pill(window).startswith("Sync: Synced"), timeout=20_000)


def test_an_exchange_that_hangs_turns_the_pill_red_while_it_hangs(
    shared_desk: Callable[[str], SharedDesk],
    window_at: Callable[..., DeskWindow],
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr("d2a_desktop.ui.desk.sync_loop._LOOK_EVERY_MS", 50)
    ward = shared_desk("ward")
    window = window_at(ward, ward.password)
    settled(qtbot, lambda: pill(window).startswith("Sync: Synced"))
    clock = SettableClock(START)
    window.link.desk.exchange._engine.watch._elapsed = clock.elapsed
    gateway: Any = window.link.desk._gateway
    wedge = Wedge()
    real = gateway.pull

    def pull(**given: Any) -> PullPage:
        wedge()
        return real(**given)

    gateway.pull = pull
    window.sync.run()
    settled(qtbot, wedge.reached.is_set)
    clock.advance(timedelta(seconds=61))
    settled(qtbot, lambda: pill(window).startswith("Sync: Stuck"))
    page = sync_page(window)
    settled(qtbot, lambda: "stuck_pull" in page_text(page))
    wedge.released.set()
    settled(qtbot, lambda: pill(window).startswith("Sync: Synced"), timeout=20_000)


def test_this_computer_is_checked_against_the_server_from_the_page(
    shared_desk: Callable[[str], SharedDesk],
    window_at: Callable[..., DeskWindow],
    qtbot: QtBot,
):
    ward = shared_desk("ward")
    referred_person(ward)
    window = window_at(ward, ward.password)
    settled(qtbot, lambda: pill(window).startswith("Sync: Synced"))
    page = sync_page(window)
    settled(qtbot, page.check_button.isEnabled)
    with window.link.desk._store.apply() as session:
        session.connection().exec_driver_sql("UPDATE spell SET ver = 7, bed = 'x'")
    with qtbot.waitSignal(window.sync.checked, timeout=20_000) as told:
        qtbot.mouseClick(page.check_button, Qt.MouseButton.LeftButton)
    assert told.args[0].repaired == 1
    page.copy_button.click()
    text = QGuiApplication.clipboard().text()
    assert "code: synced" in text
    assert "Sampleton" not in text


def page_text(page: SyncPage) -> str:
    return " ".join(each.text() for each in page.findChildren(QLabel))


def test_an_edit_of_a_third_value_is_what_everybody_gets(
    shared_desk: Callable[[str], SharedDesk],
    window_at: Callable[..., DeskWindow],
    qtbot: QtBot,
):
    hub, ward = shared_desk("hub"), shared_desk("ward")
    case = referred_person(ward)
    ward.sync()
    hub.sync()
    hub.do(case, "update", values={"patient": {"phone": "01632 960555"}})
    hub.sync()
    ward.do(case, "update", values={"patient": {"phone": "01632 960777"}})
    window = window_at(ward, ward.password)
    page = sync_page(window)
    settled(qtbot, lambda: page.model.rowCount() == 1, timeout=20_000)
    settled(qtbot, page.detail.isVisible)
    shown = " ".join(each.text() for each in page.detail.findChildren(QLabel))
    for words in (
        "Two people changed this record",
        "01632 960555",
        "01632 960777",
        "Test community",
        case,
    ):
        assert words in shown
    page.detail.buttons["edit"].click()
    settled(qtbot, page.dialog.button.isEnabled)  # whom it is for is shown
    assert page.dialog.banner is not None
    assert "SAMPLETON" in page.dialog.banner.accessibleName()
    page.dialog.put(phone="01632 960999")
    page.dialog.submit()
    settled(qtbot, lambda: page.model.rowCount() == 0, timeout=20_000)
    settled(qtbot, lambda: pill(window).startswith("Sync: Synced"), timeout=20_000)
    hub.sync()
    view = hub.desk.queries.case(hub.desk.caller, case)
    assert view.records["patient"]["phone"] == "01632 960999"


def test_each_field_of_a_conflict_is_chosen_by_itself(
    shared_desk: Callable[[str], SharedDesk],
    window_at: Callable[..., DeskWindow],
    qtbot: QtBot,
):
    ward, hub = shared_desk("ward"), shared_desk("hub")
    case = referred_person(ward)
    ward.sync()
    hub.sync()
    theirs = {"phone": "01632 960555", "address_1": "5 Their Street"}
    mine = {"phone": "01632 960777", "address_1": "7 My Street"}
    hub.do(case, "update", values={"patient": theirs})
    hub.sync()
    ward.do(case, "update", values={"patient": mine})
    window = window_at(ward, ward.password)
    page = sync_page(window)
    settled(qtbot, lambda: page.model.rowCount() == 1, timeout=20_000)
    settled(qtbot, page.detail.isVisible)
    whose = " ".join(each.text() for each in page.detail.findChildren(QLabel))
    assert "Born " in whose
    assert "NHS No. " in whose
    keep = page.detail.buttons["keep"]
    assert not keep.isEnabled()  # nothing is chosen for a person who has not looked
    marks = page.detail.findChildren(QRadioButton)
    assert len(marks) == 4
    for mark in marks:
        if mark.accessibleName().startswith("Telephone, Yours"):
            qtbot.keyClick(mark, Qt.Key.Key_Space)
    assert not keep.isEnabled()
    page.detail.pick("address_1", "theirs")
    assert sum(mark.isChecked() for mark in marks) == 2
    keep.click()
    settled(qtbot, lambda: page.model.rowCount() == 0, timeout=20_000)
    settled(qtbot, lambda: pill(window).startswith("Sync: Synced"), timeout=20_000)
    hub.sync()
    patient = hub.desk.queries.case(hub.desk.caller, case).records["patient"]
    assert (patient["phone"], patient["address_1"]) == ("01632 960777", "5 Their Street")
