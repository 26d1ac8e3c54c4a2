"""The timeline with its legend, its zooms and the table that shows the same (Ctrl+Alt+T)."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.flow_layout import FlowLayout
from d2a_desktop.ui.widgets.head_layout import HeadLayout
from d2a_desktop.ui.widgets.labels import Button
from d2a_desktop.ui.widgets.list_panel import ListPanel
from d2a_desktop.ui.widgets.paint import draw_words
from d2a_desktop.ui.widgets.timeline import Timeline
from d2a_desktop.ui.widgets.timeline_paint import draw_block
from d2a_desktop.ui.widgets.timeline_scene import ZOOMS, BlockKind


class TimelinePanel(QWidget):
    """A Timeline and a list of the same blocks, one at a time.

    Args:
        table: the other view of the same data; its rows have the focus when it comes.

    Signals:
        table_shown: whether the table is in front.
    """

    table_shown = Signal(bool)

    def __init__(
        self,
        theme: Theme,
        actions: Actions,
        timeline: Timeline,
        table: ListPanel,
        *,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.timeline = timeline
        self._table = table
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        theme.keep(outer.setSpacing, 10)
        head, row = HeadLayout(theme, top=True), FlowLayout(theme, gap=8, line_gap=8)
        self.tools = QHBoxLayout()
        self._legend = Legend(theme)
        self._today = Button(theme, "Today", clicked=timeline.go_today)
        row.addWidget(self._today)
        self._zooms: dict[int, Button] = {}
        for days in ZOOMS:
            button = Button(theme, f"{days // 7} weeks")
            button.setCheckable(True)
            button.clicked.connect(lambda _=False, wanted=days: timeline.set_days(wanted))
            self._zooms[days] = button
            row.addWidget(button)
        self._as_table = Button(theme, "As table", icon="list", clicked=self.toggle)
        row.addWidget(self._as_table)
        head.take(self.tools, row)
        outer.addLayout(head)
        self._stack = QStackedWidget()
        self._stack.addWidget(timeline)
        self._stack.addWidget(table)
        outer.addWidget(self._stack, 1)
        outer.addWidget(self._legend)
        timeline.zoomed.connect(self._show_zoom)
        self._show_zoom(timeline.days)
        keys = {
            "today": timeline.go_today,
            "zoom_in": lambda: timeline.zoom(-1),
            "zoom_out": lambda: timeline.zoom(1),
        }
        actions.attach(timeline, keys)
        actions.attach(self, {"as_table": self.toggle})

    @property
    def shows_table(self) -> bool:
        """Whether the table is in front."""
        return self._stack.currentWidget() is self._table

    def toggle(self) -> None:
        """Show the other of the two."""
        to_table = not self.shows_table
        front = self._table if to_table else self.timeline
        self._stack.setCurrentWidget(front)
        self._as_table.set_words("As timeline" if to_table else "As table")
        self._legend.setVisible(not to_table)
        for button in (self._today, *self._zooms.values()):
            button.setVisible(not to_table)
        rows = self._table.view if to_table else front
        rows.setFocus(Qt.FocusReason.TabFocusReason)
        self.table_shown.emit(to_table)

    def _show_zoom(self, days: int) -> None:
        for each, button in self._zooms.items():
            button.setChecked(each == days)


class Legend(QWidget):
    """The kinds of block, each drawn as in the timeline beside its word; on lines as needed."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Legend: " + ", ".join(kind.value for kind in BlockKind))
        row = FlowLayout(theme, self, gap=20, line_gap=4)
        for kind in BlockKind:
            row.addWidget(_Entry(theme, kind))


class _Entry(QWidget):
    """One kind of block and its word."""

    def __init__(self, theme: Theme, kind: BlockKind) -> None:
        super().__init__()
        self._theme, self._kind = theme, kind
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(kind.value)
        theme.on_change(self)

    def sizeHint(self) -> QSize:
        words = QFontMetrics(self._theme.font(12)).horizontalAdvance(self._kind.value)
        return QSize(words + self._theme.px(24) + 2, self._theme.px(24))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, kind = self._theme, self._kind
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(0, self.height() / 2 - theme.px(6), theme.px(18), theme.px(12))
        draw_block(painter, box, kind, theme, radius=2)
        words = QRectF(self.rect()).adjusted(theme.px(24), 0, 0, 0)
        quiet, font = theme.tokens.text_quiet, theme.font(12)
        draw_words(painter, words, kind.value, font=font, colour=quiet, theme=theme)
