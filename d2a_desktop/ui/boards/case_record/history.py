"""What has happened to a person: a line of events, newest first, with its own views."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from d2a_desktop.domain.display import display_datetime
from d2a_desktop.services.queries.rows import TimelineEntry
from d2a_desktop.ui.formats.words import UNCONFIRMED
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.filter_chips import Chip, FilterChips
from d2a_desktop.ui.widgets.inner_scroll import InnerScroll
from d2a_desktop.ui.widgets.labels import Card, label, tag

_MOST = 300
_VIEWS: tuple[tuple[str, str, frozenset[str] | None], ...] = (
    ("all", "All", None),
    ("notes", "Notes and calls", frozenset({"note"})),
    ("steps", "Steps", frozenset({"review", "referral", "pathway", "offer", "event"})),
    ("packs", "Packs", frozenset({"pack"})),
)


class _Mark(QWidget):
    """The dot of one entry on its line; its colour repeats what the title says."""

    decorative = True  # readers pass over it

    def __init__(self, theme: Theme, kind: str, *, last: bool) -> None:
        super().__init__()
        self._theme, self._kind, self._last = theme, kind, last
        theme.keep(self.setFixedWidth, 22)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(22), self._theme.px(20))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, tokens = self._theme, self._theme.tokens
        colours = {
            "note": tokens.text_quiet,
            "offer": tokens.warn,
            "event": tokens.good,
            "review": tokens.link,
        }
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius, middle = theme.px(5), theme.px(9)
        painter.setPen(QPen(theme.colour(tokens.line), 2))
        if not self._last:
            painter.drawLine(middle, middle, middle, self.height())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(colours.get(self._kind, tokens.link)))
        painter.drawEllipse(QRectF(middle - radius, middle - radius, 2 * radius, 2 * radius))


class Happenings(QWidget):
    """The entries, one below the other; each is one stop for a screen reader.

    `wide`: who and when stand at the right of the title, not below it.
    """

    def __init__(self, theme: Theme, *, wide: bool = False) -> None:
        super().__init__()
        self._theme = theme
        self._wide = wide
        self._entries: tuple[TimelineEntry, ...] = ()
        self._shared = False
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.setObjectName("clear")

    def show_entries(self, entries: Sequence[TimelineEntry], *, shared: bool) -> None:
        """Show these entries in place of those before; unchanged ones are left alone.

        `shared`: there is a database that can confirm them, so that it is said where it has not.
        """
        if (tuple(entries), shared) == (self._entries, self._shared):
            return
        self._entries, self._shared = tuple(entries), shared
        while (item := self._column.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for number, entry in enumerate(entries):
            self._column.addWidget(self._entry(entry, last=number == len(entries) - 1))
        self._column.addStretch(1)

    def _entry(self, entry: TimelineEntry, *, last: bool) -> QWidget:
        frame = QFrame()
        frame.setObjectName("clear")
        grid = QGridLayout(frame)
        grid.setContentsMargins(0, 0, 0, 0)
        self._theme.keep(grid.setHorizontalSpacing, 8)
        self._theme.keep(grid.setVerticalSpacing, 2)
        grid.setColumnStretch(1, 1)
        grid.addWidget(_Mark(self._theme, entry.kind, last=last), 0, 0, 3, 1)
        who = " · ".join(part for part in (entry.who, display_datetime(entry.at)) if part)
        grid.addWidget(label(entry.title, "strong", wrap=True), 0, 1)
        if entry.pending and self._shared:
            grid.addWidget(tag(UNCONFIRMED), 0, 2)
        if entry.text:
            grid.addWidget(label(entry.text, wrap=True), 1, 1, 1, 2)
        told = f"{who}{_received(entry)}"
        if self._wide:
            grid.addWidget(label(told, "small"), 0, 3)
            self._theme.keep(grid.setContentsMargins, 0, 0, 10, 0)
            grid.setRowMinimumHeight(2, self._theme.px(10))
        else:
            foot = label(told, "small", wrap=True)
            self._theme.keep(foot.setContentsMargins, 0, 0, 0, 12)
            grid.addWidget(foot, 2, 1, 1, 2)
        unsure = UNCONFIRMED if entry.pending and self._shared else ""
        frame.setAccessibleName(". ".join(p for p in (entry.title, unsure, entry.text, who) if p))
        return frame


def _received(entry: TimelineEntry) -> str:
    """Say when it was received, where that differs from when it happened by over an hour."""
    if entry.recorded_at is None or (entry.recorded_at - entry.at).total_seconds() < 3600:
        return ""
    return f", recorded {display_datetime(entry.recorded_at)}"


class HistoryPart(QWidget):
    """The whole history with its chips."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._entries: tuple[TimelineEntry, ...] = ()
        self._shared = False
        self.chips = FilterChips(theme, name="Views of the history")
        self.chips.show_chips([Chip(key, words) for key, words, _ in _VIEWS])
        self.chips.chosen.connect(lambda _: self._show())
        self.happenings = Happenings(theme, wide=True)
        self._more = label("", "small")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        row = QHBoxLayout()
        row.addWidget(label("What has happened", "heading"), 1)
        row.addWidget(self.chips)
        column.addLayout(row)
        card = Card(theme)
        card.body.addWidget(InnerScroll(self.happenings, name="What has happened"), 1)
        column.addWidget(card, 1)
        column.addWidget(self._more)

    def show_entries(self, entries: Sequence[TimelineEntry], *, shared: bool) -> None:
        """Show a person's history (see `Happenings.show_entries`)."""
        self._entries, self._shared = tuple(entries), shared
        self._show()

    def _show(self) -> None:
        kinds = next(kinds for key, _, kinds in _VIEWS if key == self.chips.current)
        fitting = [each for each in self._entries if kinds is None or each.kind in kinds]
        self.happenings.show_entries(fitting[:_MOST], shared=self._shared)
        rest = len(fitting) - _MOST
        self._more.setText(f"{rest} older entries are not shown." if rest > 0 else "")
