"""The keyboard map and its single letters."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QLineEdit, QListWidget, QVBoxLayout, QWidget

from d2a_desktop.ui.actions import SPECS, Actions, Scope
from d2a_desktop.ui.dialogs.key_sheet import KeySheet
from d2a_desktop.ui.theme.theme import Theme


@pytest.fixture
def pane(bring) -> tuple[QWidget, QListWidget, QLineEdit]:
    window = QWidget()
    rows, field = QListWidget(), QLineEdit()
    column = QVBoxLayout(window)
    column.addWidget(rows)
    column.addWidget(field)
    bring(window)
    return window, rows, field


def test_no_key_stands_twice_where_both_would_work():
    for scope in (Scope.LIST, Scope.TIMELINE, Scope.FORM):
        keys = [key for s in SPECS.values() if s.scope in (scope, Scope.WINDOW) for key in s.keys]
        assert [key for key, count in Counter(keys).items() if count > 1] == []


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS.keys())
def test_every_key_is_one_qt_knows(spec):
    assert all(not QKeySequence(key).isEmpty() for key in spec.keys)
    assert spec.words


def test_a_letter_works_in_the_list_and_stays_a_letter_in_a_field(pane, actions: Actions, qtbot):
    _, rows, field = pane
    pressed: list[str] = []
    actions.attach(rows, {"new_referral": lambda: pressed.append("N")})
    rows.setFocus()
    qtbot.keyClick(rows, Qt.Key.Key_N)
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_N)
    assert pressed == ["N"]
    assert field.text() == "n"


def test_single_letters_can_be_switched_off_and_on_again(pane, actions: Actions, qtbot):
    _, rows, _ = pane
    pressed: list[str] = []
    actions.attach(
        rows, {"matches": lambda: pressed.append("M"), "open": lambda: pressed.append("Enter")}
    )
    rows.setFocus()
    actions.set_single_letters(False)
    qtbot.keyClick(rows, Qt.Key.Key_M)
    qtbot.keyClick(rows, Qt.Key.Key_Return)
    assert pressed == ["Enter"]
    actions.set_single_letters(True)
    qtbot.keyClick(rows, Qt.Key.Key_M)
    assert pressed == ["Enter", "M"]


def test_the_sheet_lists_every_key_and_switches_letters(theme: Theme, actions: Actions, qtbot):
    from PySide6.QtWidgets import QLabel

    sheet = KeySheet(theme, actions)
    qtbot.addWidget(sheet)
    words = {label.text() for label in sheet.findChildren(QLabel)}
    assert {spec.words for spec in SPECS.values() if spec.keys} <= words
    sheet.letters.setChecked(False)
    assert not actions.single_letters
