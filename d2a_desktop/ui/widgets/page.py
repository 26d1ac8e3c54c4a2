"""The base of every board: title, sub-line, actions, body, and the signals the window joins."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from d2a_desktop.ui.actions import LIST_HINTS
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.flow_layout import FlowLayout
from d2a_desktop.ui.widgets.head_layout import HeadLayout
from d2a_desktop.ui.widgets.labels import label, restyle


class Page(QWidget):
    """A page of the main window; boards derive from it and add to `body`.

    `hints` are the words of the bottom line, `first_focus` what has the focus when it comes.

    Signals (joined by the main window, so that boards need not know one another):
        request_open_case: the id of a case whose record is to be opened.
        request_page: the key of another page, e.g. "capacity".
        request_toast: words, and a callable that undoes, a toast's Redo, or None.
        badge_changed: the number beside this page in the navigation.
        hints_changed: the words of the bottom line.
    """

    request_open_case = Signal(str)
    request_page = Signal(str)
    request_toast = Signal(str, object)
    badge_changed = Signal(int)
    hints_changed = Signal(tuple)
    hints: tuple[str, ...] = LIST_HINTS
    first_focus: QWidget | None = None

    def __init__(self, theme: Theme, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.theme = theme
        self.setAccessibleName(title)
        outer = QVBoxLayout(self)
        theme.keep(outer.setContentsMargins, 20, 14, 20, 14)
        theme.keep(outer.setSpacing, 12)
        head = HeadLayout(theme)
        words = QVBoxLayout()
        theme.keep(words.setSpacing, 2)
        self._title = label(title, "title")
        self._title.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._sub = label("", "quiet", wrap=True)
        self._sub.hide()
        words.addWidget(self._title)
        words.addWidget(self._sub)
        self.head_actions = FlowLayout(theme, gap=8, line_gap=8)
        head.take(words, self.head_actions)
        outer.addLayout(head)
        self.body = QVBoxLayout()
        theme.keep(self.body.setSpacing, 12)
        outer.addLayout(self.body, 1)

    @property
    def title(self) -> str:
        """The page's title."""
        return self._title.text()

    def set_title(self, title: str) -> None:
        """Change the title; it is never a patient's name."""
        self._title.setText(title)
        self.setAccessibleName(title)

    def set_sub(self, words: str, *, stale: bool = False) -> None:
        """Say below the title what is shown, how it is sorted and when it was refreshed.

        `stale` colours the line; the words must say so too.
        """
        role = "warn" if stale else "quiet"
        if self._sub.property("role") != role:
            self._sub.setProperty("role", role)
            restyle(self._sub)
        self._sub.setText(words)
        self._sub.setVisible(bool(words))

    def showing(self) -> None:
        """Called by the window each time the page comes to the front; boards refresh here."""

    def print_page(self) -> bool:
        """Begin the page's own print (Ctrl+P); False where it has none."""
        return False

    def leaving(self) -> bool:
        """Called before another page comes; False keeps this one, so that nothing is lost."""
        return True
