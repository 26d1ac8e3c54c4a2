"""The look and the keys of the journeys' windows, and the paper that comes out of a printer."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.dialogs.print_service import PRINT_DPI, ChosenPrinter, SystemPrinting
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.pdf_pages import page_pictures
from tests.journeys.at import At, Keys, NoMouse
from tests.shared_desks import SharedDesk
from tests.ui.conftest import _session_theme, actions, theme

__all__ = ["_session_theme", "actions", "theme"]


@pytest.fixture
def sit_at(theme: Theme, actions: Actions, qtbot: QtBot) -> Iterator[Callable[[SharedDesk], At]]:
    """Open the window of a desk; closed at the end."""
    opened: list[At] = []

    def sit(desk: SharedDesk) -> At:
        opened.append(At.of(desk, theme, actions, qtbot))
        return opened[-1]

    yield sit
    for each in opened:
        each.close()


@pytest.fixture
def type_at(
    theme: Theme, actions: Actions, qtbot: QtBot, qapp: QApplication
) -> Iterator[Callable[[SharedDesk], Keys]]:
    """Open the window of a desk for hands without a mouse; closed at the end."""
    opened: list[Keys] = []
    watch = NoMouse()
    qapp.installEventFilter(watch)

    def sit(desk: SharedDesk) -> Keys:
        opened.append(Keys.of(desk, theme, actions, qtbot))
        return opened[-1]

    yield sit
    qapp.removeEventFilter(watch)
    for each in opened:
        each.close()
    assert watch.presses == 0


@pytest.fixture
def paper(monkeypatch: pytest.MonkeyPatch) -> list[QImage]:
    """What comes out of the printer: the system's dialog cannot be driven everywhere."""
    pages: list[QImage] = []

    def choose_printer(_self: SystemPrinting, _parent: QWidget, _remembered: str) -> ChosenPrinter:
        def send(pdf: bytes, stop: Callable[[], None]) -> None:
            pages.extend(page_pictures(pdf, dpi=PRINT_DPI, stop=stop))

        return ChosenPrinter("Ward", send)

    monkeypatch.setattr(SystemPrinting, "choose_printer", choose_printer)
    return pages
