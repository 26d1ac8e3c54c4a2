"""The pages of a window: made when first asked for, shown one at a time, with the way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QStackedWidget,
    QWidget,
)

from d2a_desktop.ui.widgets.nav import NavEntry
from d2a_desktop.ui.widgets.page import Page


@dataclass(frozen=True, slots=True)
class PageMaker:
    """A page and how it is made, the first time it is asked for."""

    entry: NavEntry
    make: Callable[[], Page]


class PageStack(QStackedWidget):
    """One page in front, each in a scroll area of its own.

    Signals:
        made: key and page, once per page, for joining its signals.
        came: key and page, each time one comes to the front.
        stayed: the key of the page that would not leave.
    """

    made = Signal(str, object)
    came = Signal(str, object)
    stayed = Signal(str)

    def __init__(self, makers: Sequence[PageMaker], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._makers = {maker.entry.key: maker for maker in makers}
        self._pages: dict[str, Page] = {}
        self._areas: dict[str, QScrollArea] = {}
        self._trail: list[str] = []
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._bring_in_sight)

    @property
    def current_key(self) -> str:
        """The key of the page in front, or an empty text."""
        return self._trail[-1] if self._trail else ""

    def add(self, maker: PageMaker) -> None:
        """Add a page that has no entry in the navigation (a person's record)."""
        self._makers[maker.entry.key] = maker

    def has(self, key: str) -> bool:
        """Return whether a page has been made."""
        return key in self._pages

    def page(self, key: str) -> Page:
        """Return a page, made when it is first asked for."""
        if key not in self._pages:
            page = self._makers[key].make()
            area = QScrollArea()  # large text in a small window scrolls: nothing is lost
            area.setWidgetResizable(True)
            area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            area.setWidget(page)
            self._pages[key], self._areas[key] = page, area
            self.addWidget(area)
            self.made.emit(key, page)
        return self._pages[key]

    def may_leave(self) -> bool:
        """Return whether the page in front lets another one come."""
        return not self._trail or self._pages[self._trail[-1]].leaving()

    def go(self, key: str) -> bool:
        """Bring a page to the front; False when it is unknown or the one in front stays."""
        if key not in self._makers or not self.may_leave():
            self.stayed.emit(self.current_key)
            return False
        if key != self.current_key:
            self._trail.append(key)
        self._bring(key)
        return True

    def back(self) -> bool:
        """Go back to the page before; False when there is none or the one in front stays."""
        if len(self._trail) < 2 or not self.may_leave():
            return False
        self._trail.pop()
        self._bring(self._trail[-1])
        return True

    def _bring_in_sight(self, _old: QWidget | None, new: QWidget | None) -> None:
        """Scroll to what Tab came to from outside the page: Qt does so within it only."""
        area = self._areas.get(self.current_key)
        if area is None or new is None or not area.isAncestorOf(new):
            return
        if new.visibleRegion().isEmpty():
            area.ensureWidgetVisible(new)

    def _bring(self, key: str) -> None:
        page = self.page(key)
        self.setCurrentWidget(self._areas[key])
        self.came.emit(key, page)
        page.showing()
        first = page.first_focus
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)
            if not first.isVisible():  # a list that has no rows yet
                first.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Give a list the focus when its first rows come, unless the person went elsewhere."""
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget):
            watched.removeEventFilter(self)
            area, here = self._areas.get(self.current_key), self.window().focusWidget()
            elsewhere = isinstance(here, QLineEdit | QPlainTextEdit)
            if area is not None and area.isAncestorOf(watched) and not elsewhere:
                watched.setFocus(Qt.FocusReason.OtherFocusReason)
        return False
