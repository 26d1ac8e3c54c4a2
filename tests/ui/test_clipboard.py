"""What is copied here is taken back; what others copied is left alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from d2a_desktop.ui.clipboard import CLEAR_MS, ClipboardGuard, copy_free_of_people
from tests.ui.open_desks import settled


def text() -> str:
    return QGuiApplication.clipboard().text()


@pytest.fixture
def guard(qapp: object) -> Iterator[ClipboardGuard]:
    made = ClipboardGuard(clear_ms=150)
    yield made
    made.clear()
    QGuiApplication.clipboard().clear()
    made.deleteLater()


def test_what_a_person_copies_from_any_field_goes_after_the_time(
    guard: ClipboardGuard, bring, qtbot: QtBot
):
    field = QLineEdit("SAMPLETON, Zoë")
    bring(field)
    field.selectAll()
    qtbot.keyClick(field, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert text() == "SAMPLETON, Zoë"
    settled(qtbot, lambda: text() == "")
    assert CLEAR_MS == 30_000


def test_a_later_copy_has_its_own_time_and_a_lock_takes_all_at_once(guard: ClipboardGuard):
    QGuiApplication.clipboard().setText("9990012377")
    QGuiApplication.clipboard().setText("9990012385")
    guard.clear()
    assert text() == ""


def test_what_holds_nothing_of_anybody_stays(guard: ClipboardGuard):
    copy_free_of_people("Reference 7K3Q")
    guard.clear()
    assert text() == "Reference 7K3Q"


def test_what_came_from_elsewhere_stays(guard: ClipboardGuard, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(guard, "_owns", lambda _mode: False)
    QGuiApplication.clipboard().setText("from another program")
    guard.clear()
    assert text() == "from another program"
