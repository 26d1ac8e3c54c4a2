"""The sync page and the pill on a desk with a shared database: sent, offline, a choice to make."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.boards.sync_page import SyncPage
from d2a_desktop.ui.desk.window import DeskWindow
from d2a_desktop.ui.theme.theme import Theme
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
