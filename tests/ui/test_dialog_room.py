"""A dialog grows with what comes later, and scrolls where the screen ends: nothing is cut."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from d2a_desktop.ui.widgets.dialog import Dialog


class Small(Dialog):
    """A dialog on a screen of a chosen size."""

    def room(self) -> QSize:
        return QSize(600, 400)


@pytest.mark.parametrize(("later", "scrolls"), [(150, False), (900, True)])
def test_what_comes_later_has_its_room(qtbot, later: int, scrolls: bool):
    dialog = Small()
    qtbot.addWidget(dialog)
    column = QVBoxLayout(dialog)
    column.addWidget(QLabel("Pack preview"))
    banner = QWidget()
    banner.setFixedHeight(20)
    column.addWidget(banner)
    dialog.setMinimumSize(300, 60)
    dialog.resize(300, 60)
    dialog.show()
    qtbot.waitExposed(dialog)
    banner.setFixedHeight(later)  # the person has been read
    qtbot.waitUntil(lambda: bool(dialog.findChildren(QScrollArea)) is scrolls)
    qtbot.waitUntil(lambda: scrolls or dialog.height() >= later)
    assert dialog.height() <= 400
    assert banner.height() == later
