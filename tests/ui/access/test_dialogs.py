"""Every dialog: read and worked without sight or mouse; nothing of it is left when it closes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import shiboken6
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QDialog,
    QWidget,
)

from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.dialog import Dialog
from tests.ui.access.desks import Shown
from tests.ui.access.dialogs import MAKERS, Maker, dialog_classes, every_dialog
from tests.ui.access.inspection import all_faults

# Those that are quick to make are opened fifty times, the others often enough to see a leak.
_TIMES = {"ConfirmDialog": 50, "ImportDialog": 50, "PackBatchDialog": 50}
_ELSE = 6
# 1366x768 within the frames of the window system.
SMALL = QSize(1346, 718)


def test_every_class_of_dialog_is_looked_at():
    missing = {each.__name__ for each in dialog_classes()} - {kind.__name__ for kind in MAKERS}
    assert not missing, f"say in tests/ui/access/dialogs.py how to make {missing}"


def test_every_class_of_dialog_is_fitted_to_the_screen():
    assert not [each.__name__ for each in dialog_classes() if not issubclass(each, Dialog)]


def opened(desk: Shown, make: Maker) -> QDialog:
    dialog = make(desk)
    dialog.open()
    desk.rest()
    return dialog


def put_away(dialog: QDialog) -> None:
    dialog.close()
    QApplication.processEvents()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_every_dialog_can_be_read_and_worked_without_sight_or_mouse(
    shown: Callable[[str], Shown], theme: Theme
):
    desk = shown("hub")
    found: list[str] = []
    for name, make in every_dialog().items():
        dialog = opened(desk, make)
        found += [f"{name}: {each}" for each in all_faults(dialog, theme)]
        put_away(dialog)
        if shiboken6.isValid(dialog):
            found.append(f"{name}: stays in memory when it is closed")
            dialog.deleteLater()
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", [kind.__name__ for kind in MAKERS])
def test_a_dialog_opened_and_closed_again_and_again_leaves_no_object(
    name: str, shown: Callable[[str], Shown]
):
    desk = shown("hub")
    make = every_dialog()[name]
    put_away(opened(desk, make))  # what is made once for all is there now
    before = len(desk.window.findChildren(QObject)), len(QApplication.allWidgets())
    for _ in range(_TIMES.get(name, _ELSE)):
        put_away(opened(desk, make))
    assert (len(desk.window.findChildren(QObject)), len(QApplication.allWidgets())) == before


def test_at_the_largest_text_every_dialog_fits_a_small_screen_with_its_buttons_in_reach(
    shown: Callable[[str], Shown], theme: Theme, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(Dialog, "room", lambda _self: SMALL)
    desk = shown("hub")
    theme.set_text_percent(200)
    found: list[str] = []
    for name, make in every_dialog().items():
        dialog = opened(desk, make)
        if dialog.width() > SMALL.width() or dialog.height() > SMALL.height():
            found.append(f"{name}: {dialog.width()} x {dialog.height()}")
        found += [
            f"{name}: {button.text()!r} is outside"
            for button in dialog.findChildren(QAbstractButton)
            if button.isVisible() and not _reached(button, dialog)
        ]
        put_away(dialog)
    assert not found, "\n".join(found)


def _reached(button: QWidget, dialog: QWidget) -> bool:
    """Whether a button is in the dialog, or in a part of it that scrolls."""
    above = button.parentWidget()
    while above is not None and above is not dialog:
        if isinstance(above, QAbstractScrollArea):
            return True
        above = above.parentWidget()
    place = QRect(button.mapTo(dialog, QPoint(0, 0)), button.size())
    return dialog.rect().contains(place)
