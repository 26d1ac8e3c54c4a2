"""One desk's window and the hands before it: with mouse and keys, or with keys alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Self

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAccessible, QGuiApplication, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QWidget
from pytestqt.qtbot import QtBot

from d2a_desktop.core.paths import Profile
from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.boards.case_record.page import CaseRecordPage
from d2a_desktop.ui.desk.window import DeskWindow
from d2a_desktop.ui.dialogs.action_dialog import ActionDialog
from d2a_desktop.ui.main_window import MainWindow
from d2a_desktop.ui.theme.theme import Theme
from tests.integration.main_job.desks import full_record
from tests.shared_desks import PASSPHRASE, SharedDesk
from tests.ui.open_desks import settled

LONG = 20_000
_MOST_TABS = 220


class At:
    """One desk's window and the hands of the person before it."""

    def __init__(
        self,
        profile: Profile,
        password: str,
        theme: Theme,
        actions: Actions,
        qtbot: QtBot,
    ) -> None:
        self.qtbot = qtbot
        self.life = DeskWindow(
            theme, actions, profile, passphrase=PASSPHRASE, database_password=password
        )
        with qtbot.waitSignal(self.life.sync.ended, timeout=LONG):
            self.life.show()
        self.window = self.life.window
        self.settled(lambda: not self.life.sync.running)

    @classmethod
    def of(cls, desk: SharedDesk, theme: Theme, actions: Actions, qtbot: QtBot) -> Self:
        """Close a desk that was used by its services, and open its window."""
        desk.desk.close()
        return cls(desk.profile, desk.password, theme, actions, qtbot)

    @property
    def now(self) -> datetime:
        return self.life.link.desk.clock.now()

    @property
    def light(self) -> str:
        """The state of the exchange, as the light has it."""
        return self.life.link.desk.exchange.light().state

    def settled(self, check: Callable[[], bool]) -> None:
        settled(self.qtbot, check, timeout=LONG)

    def come(self) -> None:
        """Bring this window before the others, as the system does when a dialog has gone."""
        if QApplication.activeWindow() is None or not self._is_ours(QApplication.activeWindow()):
            modal = QApplication.activeModalWidget()  # a dialog over which another one stood
            front = modal if modal is not None and self._is_ours(modal) else self.window
            front.activateWindow()
            self.settled(front.isActiveWindow)

    def _is_ours(self, window: QWidget | None) -> bool:
        while window is not None and window is not self.window:
            window = window.parentWidget()
        return window is not None

    def press(self, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
        """Press a key in this window, which comes before the others first."""
        self.window.activateWindow()
        self.settled(self.window.isActiveWindow)
        self.qtbot.keyClick(self.window.focusWidget(), key, _held(modifiers))

    def exchange(self) -> None:
        """Press F5 and wait for the exchange; what was under way comes to its end first."""
        self.settled(lambda: not self.life.sync.running)
        with self.qtbot.waitSignal(self.life.sync.ended, timeout=LONG):
            self.press(Qt.Key.Key_F5)
        self.settled(lambda: not self.life.sync.running)

    def sync(self) -> None:
        """Exchange; nothing may need a choice after it."""
        self.exchange()
        assert self.life.link.desk.exchange.conflicts() == ()

    def page(self, key: str) -> QWidget:
        assert self.window.show_page(key)
        return self.window.pages.page(key)

    def click(self, button: QWidget) -> None:
        self.settled(lambda: button.isVisible() and button.isEnabled())
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def dialog(self, kind: type[QWidget] = ActionDialog) -> Any:
        """Return the window that has opened over this desk."""
        self.settled(lambda: any(each.isVisible() for each in self.window.findChildren(kind)))
        return next(each for each in self.window.findChildren(kind) if each.isVisible())

    def fill_and_send(self, **values: Any) -> None:
        """Fill the open dialog and press Ctrl+Enter; it must close."""
        dialog = self.dialog()
        dialog.put(**values)
        told: list[str] = []
        dialog.done_with.connect(lambda words, _result: told.append(words))
        self.settled(dialog.button.isEnabled)  # whom it is for is on the screen
        self.qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        self.settled(lambda: bool(told) or (not dialog.busy and dialog.refused.isVisible()))
        wrong = [each.error for each in dialog.fields.fields if each.error] if not told else []
        assert told, (dialog.refused.text(), dialog.summary.accessibleName(), wrong)

    # ------------------------------------------------------------ the record

    @property
    def record(self) -> CaseRecordPage:
        record = self.window.pages.page("record")
        assert isinstance(record, CaseRecordPage)
        return record

    def open_record(self, typed: str = "teststone") -> CaseRecordPage:
        """Open the person by the search palette, as typed."""
        self.press(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
        palette = self.window.search_palette
        self.settled(palette.isVisible)
        self.qtbot.keyClicks(palette.field, typed)
        self.settled(lambda: self.first_hit() == "person")
        self.qtbot.keyClick(palette.field, Qt.Key.Key_Return)
        record = self.record
        self.settled(lambda: record.view is not None and self._is_of(typed))
        return record

    def _is_of(self, typed: str) -> bool:
        view = self.record.view
        return view is not None and typed.lower() in view.banner.family_name.lower()

    def first_hit(self) -> str:
        hits = self.window.search_palette.hits
        return hits.item(0).data(Qt.ItemDataRole.UserRole).kind if hits.count() else ""

    def act(self, action: str, **values: Any) -> None:
        """Take one action on the record in front, by its window."""
        record = self.record
        self.settled(lambda: record.view is not None and action in record.view.actions)
        assert record.open_action(action) is not None
        self.fill_and_send(**values)

    def stage(self) -> str:
        return self.record.view.stage if self.record.view is not None else ""

    def reaches(self, stage: str) -> None:
        """Wait until the record in front is at a stage."""
        self.settled(lambda: self.stage() == stage)

    def case_id(self) -> str:
        assert self.record.view is not None
        return self.record.view.case_id

    def close(self) -> None:
        self.life.close()


class NoMouse(QObject):
    """Watches the whole program for presses of a mouse."""

    def __init__(self) -> None:
        super().__init__()
        self.presses = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonPress:
            self.presses += 1
        return False


class Keys(At):
    """Hands that have a keyboard only: every key goes to where the focus is, as from the system.

    What is on the screen may be looked at; nothing is called, set or clicked.
    """

    def hit(self, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
        """Press a key."""
        self.come()
        window = QGuiApplication.focusWindow()
        assert window is not None
        QTest.keyClick(window, key, _held(modifiers))
        QApplication.processEvents()

    def hits(self, *keys: Qt.Key) -> None:
        for key in keys:
            self.hit(key)

    def type(self, text: str) -> None:
        """Type a text, letter by letter."""
        self.come()
        for letter in text:
            window = QGuiApplication.focusWindow()
            assert window is not None
            if letter.isascii() and letter.isprintable():
                QTest.keyClick(window, letter)  # type: ignore[call-overload]  # the stubs lack QWindow
            else:
                raise AssertionError("only ASCII has a key of its own here")
        QApplication.processEvents()

    @property
    def focused(self) -> QWidget:
        self.come()
        widget = QApplication.focusWidget()
        assert widget is not None, "the focus is nowhere: a person without a mouse is lost"
        return widget

    @property
    def focused_name(self) -> str:
        """What a screen reader says of the place of the focus."""
        return spoken(self.focused)

    def tab_to(self, name: str, *, back: bool = False, exact: bool = False) -> QWidget:
        """Press Tab until the focus is on what is called so; it must be reached."""
        wanted = name.lower()
        passed: list[str] = []
        held = (Qt.KeyboardModifier.ShiftModifier,) if back else ()
        for _ in range(_MOST_TABS):
            here = self.focused_name.lower()
            if here == wanted if exact else wanted in here:
                return self.focused
            passed.append(self.focused_name)
            self.hit(Qt.Key.Key_Backtab if back else Qt.Key.Key_Tab, *held)
        raise AssertionError(
            f"Tab does not lead to {name!r}, only to {list(dict.fromkeys(passed))}"
        )

    def go(self, page: str) -> QWidget:
        """Go to a page of the navigation by its number."""
        upper = [entry.key for entry in self.window.nav.entries if not entry.low]
        key = Qt.Key(Qt.Key.Key_1 + upper.index(page))
        self.hit(key, Qt.KeyboardModifier.AltModifier)
        assert self.window.pages.current_key == page
        return self.window.pages.page(page)

    def open_record(self, typed: str = "teststone") -> CaseRecordPage:
        self.hit(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
        self.settled(self.window.search_palette.isVisible)
        self.type(typed)
        self.settled(lambda: self.first_hit() == "person")
        self.hit(Qt.Key.Key_Return)
        self.settled(lambda: self._is_of(typed))
        return self.record

    def exchange(self) -> None:
        self.settled(lambda: not self.life.sync.running)
        with self.qtbot.waitSignal(self.life.sync.ended, timeout=LONG):
            self.hit(Qt.Key.Key_F5)
        self.settled(lambda: not self.life.sync.running)

    def send(self, dialog: ActionDialog) -> None:
        """Press Ctrl+Enter; the dialog must close."""
        told: list[str] = []
        dialog.done_with.connect(lambda words, _result: told.append(words))
        self.settled(dialog.button.isEnabled)  # whom it is for is on the screen
        self.hit(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        self.settled(lambda: bool(told) or (not dialog.busy and dialog.refused.isVisible()))
        wrong = [each.error for each in dialog.fields.fields if each.error] if not told else []
        assert told, (dialog.refused.text(), dialog.summary.accessibleName(), wrong)

    def fill(self, *values: tuple[str, str]) -> None:
        """Enter values by the words of their fields, in the fields' order.

        A list of choices is searched by its first letters, a box is ticked where the value says
        "tick"; in any other field the value is typed over what it holds.
        """
        for words, value in values:
            field = self.tab_to(words, exact=True)
            if isinstance(field, QAbstractButton):
                assert value == "tick"
                self.hit(Qt.Key.Key_Space)
                assert field.isChecked()
            elif isinstance(field, QComboBox):
                self._search_in(field, value)
            else:
                self.hit(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
                self.type(value)
            self.hit(Qt.Key.Key_Tab)

    def _search_in(self, box: QComboBox, words: str) -> None:
        """Find a choice as the keyboard does; where its letters are not enough, by the arrows."""
        self.hit(Qt.Key.Key_Home)
        for _ in range(box.count()):
            if box.currentText().startswith(words):
                return
            self.hit(Qt.Key.Key_Down)
        choices = [box.itemText(number) for number in range(box.count())]
        raise AssertionError(f"{words!r} is not among {choices}")

    def press_button(self, words: str, *, back: bool = False) -> None:
        """Go to a button and press it with Space."""
        button = self.tab_to(words, back=back, exact=True)
        self.settled(button.isEnabled)
        self.hit(Qt.Key.Key_Space)


class KeysAt(Keys):
    """The same hands at a window that somebody else opened, such as one without a server."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window = window
        self.qtbot = qtbot


def spoken(widget: QWidget) -> str:
    """Return the name that a screen reader says; of a list of choices, that of its label."""
    if widget.accessibleName():
        return widget.accessibleName()
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)


def typed_values() -> dict[str, Any]:
    """Return the referral's values as they are typed: `record.field` to value."""
    typed = {
        f"{entity}.{name}": value
        for entity, values in full_record()["values"].items()
        for name, value in values.items()
    }
    return typed | {
        "patient.allergies": ["Penicillin: Rash"],
        "care_need.earliest_start": datetime(2026, 1, 1).date(),
    }


def _held(modifiers: tuple[Qt.KeyboardModifier, ...]) -> Qt.KeyboardModifier:
    held = Qt.KeyboardModifier.NoModifier
    for each in modifiers:
        held |= each
    return held
