"""A desk that shuts while it is open in its window: covered, nothing lost, opened by a sync."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from d2a_desktop.core.clock import SettableClock, SystemClock
from d2a_desktop.core.errors import UnreachableError
from d2a_desktop.shared_db import admin
from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.boards.ward_board import WardBoardPage
from d2a_desktop.ui.desk.window import DeskWindow
from d2a_desktop.ui.theme.theme import Theme
from tests.integration.main_job.desks import admitted
from tests.shared_databases import System
from tests.shared_desks import PASSPHRASE, SharedDesk
from tests.ui.open_desks import settled

pytestmark = pytest.mark.postgres

HOUR = timedelta(hours=1)


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(SystemClock().now())


@pytest.fixture
def window(
    shared: System,
    clock: SettableClock,
    theme: Theme,
    actions: Actions,
    tmp_path: Path,
    no_keyring: None,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[DeskWindow]:
    """A ward's desk with one person on it, open in its window and synchronised."""
    ward = SharedDesk(shared, "ward", tmp_path / "ward")
    admitted(ward)
    ward.sync()
    ward.desk.close()
    made = DeskWindow(
        theme,
        actions,
        ward.profile,
        passphrase=PASSPHRASE,
        database_password=shared.people["ward"].password,
        clock=clock,
    )
    with qtbot.waitSignal(made.sync.ended, timeout=30_000):
        made.show()
    settled(qtbot, lambda: not made.sync.running)
    only_when_asked(made, monkeypatch)
    yield made
    made.close()
    with shared.superuser() as owner:  # roles belong to the cluster: leave it as it was found
        owner.execute(f'ALTER ROLE "{shared.people["ward"].login}" LOGIN')


def only_when_asked(made: DeskWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no exchange begin by itself: from here on the test says when."""
    loop = made.sync
    real, waiting, exchange = loop._await, loop._wait, loop._exchange
    assert waiting is not None
    assert exchange is not None
    waiting.cancel()
    exchange.wake()
    loop._wait = None
    monkeypatch.setattr(loop, "_await", lambda: real() if loop._asked else None)


def words_on_cover(window: DeskWindow) -> str:
    cover = window.window.shut_cover
    return " ".join(part.text() for part in cover.findChildren(QLabel) if not part.isHidden())


def press_sync(window: DeskWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.sync.ended, timeout=20_000):
        qtbot.mouseClick(window.window.shut_cover.button, Qt.MouseButton.LeftButton)


def board(window: DeskWindow) -> WardBoardPage:
    page = window.window.pages.page("ward_board")
    assert isinstance(page, WardBoardPage)
    return page


def test_the_end_is_told_a_day_before_and_covers_a_running_desk_without_losing_a_draft(
    window: DeskWindow, clock: SettableClock, qtbot: QtBot
):
    main = window.window
    settled(qtbot, lambda: board(window).panel.view.model().rowCount() == 1)
    clock.advance(311 * HOUR)
    window.door.follow()
    assert main.notice.isHidden()
    clock.advance(2 * HOUR)
    window.door.follow()
    assert "shuts in 23 hours" in main.notice.accessibleName()
    dialog = QDialog(main)
    draft = QLineEdit(dialog)
    dialog.open()
    qtbot.keyClicks(draft, "half a sentence")
    clock.advance(23 * HOUR)
    window.door.follow()
    assert main.shut_cover.isVisible()
    assert not main.pages.isVisible()
    assert not dialog.isVisible()
    assert "unsent work is kept" in words_on_cover(window)
    with pytest.raises(UnreachableError, match="longer than it may"):
        window.link.desk.queries.ward_board(window.link.desk.caller)
    press_sync(window, qtbot)
    settled(qtbot, main.pages.isVisible)
    assert not main.shut_cover.isVisible()
    assert main.notice.isHidden()
    assert dialog.isVisible()
    assert draft.text() == "half a sentence"
    settled(qtbot, lambda: board(window).panel.view.model().rowCount() == 1)
    dialog.reject()


def test_a_desk_that_opens_after_its_end_shows_nobody_until_it_has_synced(
    window: DeskWindow,
    clock: SettableClock,
    shared: System,
    theme: Theme,
    actions: Actions,
    qtbot: QtBot,
):
    profile = window.profile
    window.close()
    clock.advance(400 * HOUR)
    again = DeskWindow(theme, actions, profile, passphrase=PASSPHRASE, clock=clock)
    again.show()  # no password of the shared database: it cannot exchange by itself
    settled(qtbot, again.window.shut_cover.isVisible, timeout=20_000)
    field = again.window.shut_cover.findChild(QLineEdit)
    assert field is not None
    settled(qtbot, field.isVisible, timeout=20_000)
    assert board(again).panel.view.model().rowCount() == 0
    assert "password" in words_on_cover(again).lower()
    for _ in range(4):  # Tab stays on the cover
        focused = again.window.focusWidget()
        assert again.window.shut_cover.isAncestorOf(focused)
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    qtbot.keyClicks(field, shared.people["ward"].password)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    settled(qtbot, again.window.pages.isVisible, timeout=20_000)
    settled(qtbot, lambda: board(again).panel.view.model().rowCount() == 1)
    again.close()


def test_who_was_deactivated_is_covered_at_the_next_exchange_and_opened_when_active_again(
    window: DeskWindow, shared: System, qtbot: QtBot
):
    login = shared.people["ward"].login
    with shared.database.admin() as connection:
        admin.deactivate(connection, login=login)
    with qtbot.waitSignal(window.sync.ended, timeout=20_000):
        window.sync.run()
    settled(qtbot, window.window.shut_cover.isVisible, timeout=20_000)
    assert "no longer active" in words_on_cover(window)
    assert not window.window.pages.isVisible()
    press_sync(window, qtbot)
    assert window.window.shut_cover.isVisible()
    with shared.superuser() as owner:
        owner.execute("UPDATE sync.member SET active = true WHERE rolname = %s", (login,))
        owner.execute(f'ALTER ROLE "{login}" LOGIN')
    press_sync(window, qtbot)
    settled(qtbot, window.window.pages.isVisible)


def test_a_desk_that_is_locked_and_shut_opens_only_when_neither_holds(
    window: DeskWindow, clock: SettableClock, qtbot: QtBot
):
    main = window.window
    clock.advance(400 * HOUR)
    window.door.follow()
    window.idle.locked.emit()
    assert main.locked
    field = main.cover.findChild(QLineEdit)
    assert field is not None
    qtbot.keyClicks(field, PASSPHRASE)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    settled(qtbot, lambda: not main.locked)
    assert main.shut_cover.isVisible()
    assert not main.pages.isVisible()
    window.idle.locked.emit()
    with qtbot.waitSignal(window.sync.ended, timeout=20_000):
        window.sync.run()  # the exchange goes on below both
    settled(qtbot, lambda: not window.door.is_shut)
    assert main.locked
    assert not main.pages.isVisible()
