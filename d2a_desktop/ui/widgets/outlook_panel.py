"""The next fourteen days drawn: the range of starts wanted, the starts there are, in words too."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from d2a_desktop.domain.display import display_date
from d2a_desktop.domain.outlook import DayOutlook, Outlook, outlook_words
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.inner_scroll import InnerScroll
from d2a_desktop.ui.widgets.labels import Button, label
from d2a_desktop.ui.widgets.paint import BOLD, SEMI, draw_words

_CENTRE = int(Qt.AlignmentFlag.AlignCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_GRID_LINES = 4


class OutlookChart(QWidget):
    """The figures as lines over the days; `OutlookPanel` says the same in words."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._days: tuple[DayOutlook, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Starts wanted and starts there are, next 14 days")
        theme.on_change(self)

    def show_days(self, days: tuple[DayOutlook, ...]) -> None:
        """Draw these days."""
        self._days = days
        told = ", ".join(
            f"{display_date(each.day)}: {each.low} to {each.high} wanted, {each.starts} there"
            for each in days
        )
        self.setAccessibleDescription(told)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(420), self._theme.px(150))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(280), self._theme.px(120))

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._days:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self._theme
        plot = QRectF(self.rect()).adjusted(theme.px(30), theme.px(24), -theme.px(8), -theme.px(22))
        self._legend(painter)
        self._grid(painter, plot)
        self._band(painter, plot)
        likely = [self._point(plot, n, each.likely) for n, each in enumerate(self._days)]
        pen = QPen(theme.colour(theme.tokens.link), 2, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF(likely))
        self._starts(painter, plot)

    def _top(self) -> int:
        most = max(max(each.high, each.starts, each.workers or 0) for each in self._days)
        step = max(1, -(-most // _GRID_LINES))
        return step * _GRID_LINES

    def _point(self, plot: QRectF, number: int, value: float) -> QPointF:
        wide = plot.width() / max(1, len(self._days) - 1)
        return QPointF(
            plot.left() + number * wide, plot.bottom() - plot.height() * value / self._top()
        )

    def _grid(self, painter: QPainter, plot: QRectF) -> None:
        theme, tokens = self._theme, self._theme.tokens
        small = theme.font(11)
        for line in range(_GRID_LINES + 1):
            value = self._top() * line // _GRID_LINES
            left = self._point(plot, 0, value)
            painter.setPen(QPen(theme.colour(tokens.line), 1))
            painter.drawLine(left, QPointF(plot.right(), left.y()))
            box = QRectF(0, left.y() - theme.px(8), plot.left() - theme.px(6), theme.px(16))
            quiet = tokens.text_quiet
            draw_words(
                painter, box, str(value), font=small, colour=quiet, theme=theme, flags=_RIGHT
            )
        for number, each in enumerate(self._days):
            x = self._point(plot, number, 0).x()
            box = QRectF(x - theme.px(15), plot.bottom() + theme.px(3), theme.px(30), theme.px(16))
            font = theme.font(11, BOLD if number == 0 else SEMI, tabular=True)
            colour = tokens.link if number == 0 else tokens.text_quiet
            words = str(each.day.day)
            draw_words(painter, box, words, font=font, colour=colour, theme=theme, flags=_CENTRE)

    def _band(self, painter: QPainter, plot: QRectF) -> None:
        upper = [self._point(plot, n, each.high) for n, each in enumerate(self._days)]
        lower = [self._point(plot, n, each.low) for n, each in enumerate(self._days)]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._pale())
        painter.drawPolygon(QPolygonF([*upper, *reversed(lower)]))

    def _pale(self) -> QColor:
        # A copy: the theme hands out the one it keeps.
        colour = QColor(self._theme.colour(self._theme.tokens.link))
        colour.setAlphaF(0.22)
        return colour

    def _starts(self, painter: QPainter, plot: QRectF) -> None:
        """Starts become available on a day and stay: a stair, not a slope."""
        theme = self._theme
        painter.setPen(QPen(theme.colour(theme.tokens.text), 2.5))
        stair: list[QPointF] = []
        for number, each in enumerate(self._days):
            point = self._point(plot, number, each.starts)
            if stair:
                stair.append(QPointF(point.x(), stair[-1].y()))
            stair.append(point)
        painter.drawPolyline(QPolygonF(stair))

    def _legend(self, painter: QPainter) -> None:
        theme, tokens = self._theme, self._theme.tokens
        font, x = theme.font(12), float(theme.px(30))
        for words in ("Starts there are", "Wanted, likely", "Wanted, 8 times in 10"):
            box = QRectF(x, theme.px(5), theme.px(18), theme.px(10))
            middle = box.center().y()
            if words.startswith("Starts"):
                painter.setPen(QPen(theme.colour(tokens.text), 2.5))
                painter.drawLine(QPointF(box.left(), middle), QPointF(box.right(), middle))
            elif words.endswith("likely"):
                painter.setPen(QPen(theme.colour(tokens.link), 2, Qt.PenStyle.DashLine))
                painter.drawLine(QPointF(box.left(), middle), QPointF(box.right(), middle))
            else:
                painter.fillRect(box, self._pale())
            painter.setFont(font)
            width = painter.fontMetrics().horizontalAdvance(words) + 2
            place = QRectF(x + theme.px(24), 0, width, theme.px(20))
            draw_words(painter, place, words, font=font, colour=tokens.text_quiet, theme=theme)
            x += theme.px(42) + width


class OutlookPanel(QWidget):
    """The chart, and beside it what its figures say and rest on.

    Signals:
        unlock_asked: what would one more worker let us take?
    """

    unlock_asked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._outlook: Outlook | None = None
        self._more: tuple[str, ...] = ()
        self.unlock_button = Button(
            theme, "What would one more worker unlock?", clicked=self.unlock_asked.emit
        )
        self.chart = OutlookChart(theme)
        self._words = QWidget()
        self._words.setObjectName("clear")
        self._column = QVBoxLayout(self._words)
        theme.keep(self._column.setContentsMargins, 0, 0, 8, 0)
        theme.keep(self._column.setSpacing, 4)
        scroll = InnerScroll(self._words)
        scroll.setAccessibleName("What the figures say")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        theme.keep(row.setSpacing, 16)
        row.addWidget(self.chart, 3)
        side = QVBoxLayout()
        side.addWidget(scroll, 1)
        side.addWidget(self.unlock_button)
        row.addLayout(side, 2)

    def show_outlook(self, outlook: Outlook) -> None:
        """Show these figures; only a desk with a roster can ask what a worker would unlock."""
        self._outlook, self._more = outlook, ()
        self.unlock_button.setVisible(outlook.days[0].workers is not None)
        self._show()

    def show_more(self, words: tuple[str, ...]) -> None:
        """Show further sentences first."""
        self._more = words
        self._show()

    def _show(self) -> None:
        assert self._outlook is not None
        outlook = self._outlook
        self.chart.show_days(outlook.days)
        while (item := self._column.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()  # it is deleted at the next turn of the event loop only
                old.deleteLater()
        for words in self._more:
            self._column.addWidget(label(words, wrap=True))
        for number, words in enumerate(outlook_words(outlook)):
            self._column.addWidget(label(words, "strong" if number < 2 else "quiet", wrap=True))
        self._column.addStretch(1)
