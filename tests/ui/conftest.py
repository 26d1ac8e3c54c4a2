"""The theme, the actions and the task gate of every test of the desktop."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QWidget

from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.app import make_theme
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Look, Theme


@pytest.fixture(scope="session")
def _session_theme(qapp: QApplication) -> Theme:
    return make_theme(qapp, look=Look.LIGHT)


@pytest.fixture
def theme(_session_theme: Theme) -> Iterator[Theme]:
    yield _session_theme
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    _session_theme.set_look(Look.LIGHT)
    _session_theme.set_text_percent(100)
    _session_theme.set_compact(False)


@pytest.fixture
def bring(qtbot) -> Callable[[QWidget], None]:
    """Show a widget and wait until it is the active window: shortcuts work in no other."""

    def show(widget: QWidget) -> None:
        qtbot.addWidget(widget)
        with qtbot.waitActive(widget):
            widget.show()
            widget.activateWindow()

    return show


@pytest.fixture
def actions() -> Actions:
    return Actions()


@pytest.fixture
def tasks(qapp: QApplication) -> Iterator[Tasks]:
    gate = Tasks()
    yield gate
    gate.close()
