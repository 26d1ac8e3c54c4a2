"""The base of every board: title, sub-line, actions, body, and the signals the window joins."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from d2a_desktop.ui.actions import LIST_HINTS
from d2a_desktop.ui.formats.age import Age, age_words, is_old
from d2a_desktop.ui.formats.language import tr
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.flow_layout import FlowLayout
from d2a_desktop.ui.widgets.head_layout import HeadLayout
from d2a_desktop.ui.widgets.labels import label, restyle

_AGAIN_MS = 300_000


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
        self._said = ""
        self._read_at: datetime | None = None
        self._age: Age | None = None
        self._again = QTimer(self)
        self._again.setInterval(_AGAIN_MS)
        self._again.timeout.connect(self.read_again)
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

    def set_sub(self, words: str, *, read_at: datetime | None = None) -> None:
        """Say below the title what is shown and how it is sorted.

        Of a page that shows records, `read_at` (aware) is when they were read: the line says it,
        and when was last exchanged, and is coloured and worded where that is long ago.
        """
        self._said, self._read_at = words, read_at
        self._show_sub()

    def show_age(self, age: Age) -> None:
        """Take what is known of the exchange now; the line below the title follows."""
        before = self._age.exchanged_at if self._age is not None else None
        known = [each for each in (before, age.exchanged_at) if each is not None]
        self._age = Age(age.now, age.shared, max(known, default=None))
        if self._read_at is not None:
            self._show_sub()

    def _show_sub(self) -> None:
        read_at, parts = self._read_at, [self._said]
        old = read_at is not None and is_old(read_at, self._age)
        if read_at is not None:
            parts = [tr("Old picture") if old else "", *parts, age_words(read_at, self._age)]
        role = "warn" if old else "quiet"
        if self._sub.property("role") != role:
            self._sub.setProperty("role", role)
            restyle(self._sub)
        words = " · ".join(part for part in parts if part)
        if words != self._sub.text():
            self._sub.setText(words)
        self._sub.setVisible(bool(words))

    def read_again(self) -> None:
        """Called every five minutes while the page is in front: what goes by time goes on.

        Only what says when it was read is read again: a page of fields keeps what is typed.
        """
        if self._read_at is not None:
            self.showing()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._again.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._again.stop()

    def showing(self) -> None:
        """Called by the window each time the page comes to the front; boards refresh here."""

    def print_page(self) -> bool:
        """Begin the page's own print (Ctrl+P); False where it has none."""
        return False

    def leaving(self) -> bool:
        """Called before another page comes; False keeps this one, so that nothing is lost."""
        return True
