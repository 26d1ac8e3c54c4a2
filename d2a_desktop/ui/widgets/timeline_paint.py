"""Draws the timeline: heading, names, week lines, the now-line and the blocks by kind."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QPainter, QPen

from d2a_desktop.core.clock import LONDON
from d2a_desktop.domain.display import display_time
from d2a_desktop.ui.formats.cells import TextCell
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.theme.tokens import UNSURE_HATCH_ALPHA, Pair, Tokens
from d2a_desktop.ui.widgets.paint import BOLD, MEDIUM, SEMI, draw_text_cell, draw_words
from d2a_desktop.ui.widgets.timeline_scene import Block, BlockKind, Lane, TimelineScene, WeekMark

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_CENTRE = int(Qt.AlignmentFlag.AlignCenter)
_LABELLED_DAY = 14


class TimelinePainter:
    """The drawing half of a timeline."""

    def __init__(self, scene: TimelineScene) -> None:
        self._line = scene
        self._theme = scene.theme

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Draw everything that shows in `area`."""
        line, theme = self._line, self._theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(area, theme.colour(theme.tokens.surface))
        self._days(painter, area)
        self._now(painter, area)
        for number in line.shown(area.height()):
            top = line.head_height + number * line.lane_height - line.scroll
            box = QRectF(0, top, area.width(), line.lane_height)
            self._lane(painter, box, number, line.lanes[number])
        self._cursor(painter)
        self._head(painter, area)
        if not line.lanes:
            self._nobody(painter, area)

    def _nobody(self, painter: QPainter, area: QRectF) -> None:
        """Say below the heading that nobody is shown, or that they are being read."""
        theme = self._theme
        box = area.adjusted(0, self._line.head_height, 0, 0)
        words, colour = self._line.nobody, theme.tokens.text_quiet
        font = theme.font(14)
        draw_words(painter, box, words, font=font, colour=colour, theme=theme, flags=_CENTRE)

    # ------------------------------------------------------------ ground

    def _days(self, painter: QPainter, area: QRectF) -> None:
        line, tokens = self._line, self._theme.tokens
        for day in range(line.days):
            date = line.first + timedelta(days=day)
            left = line.name_width + day * line.day_width
            if date.weekday() >= 5:
                box = QRectF(left, 0, line.day_width, area.height())
                painter.fillRect(box, self._theme.colour(tokens.weekend))
            if date.weekday() == 0:
                painter.setPen(QPen(self._theme.colour(tokens.line), 1))
                painter.drawLine(QPointF(left, 0), QPointF(left, area.height()))

    def _head(self, painter: QPainter, area: QRectF) -> None:
        line, theme, tokens = self._line, self._theme, self._theme.tokens
        head = QRectF(0, 0, area.width(), line.head_height)
        painter.fillRect(head, theme.colour(tokens.surface_low))
        painter.setPen(QPen(theme.colour(tokens.line), 1))
        painter.drawLine(head.bottomLeft(), head.bottomRight())
        side = QPointF(line.name_width, 0)
        painter.drawLine(side, QPointF(line.name_width, area.height()))
        words = QRectF(theme.px(15), 0, line.name_width - theme.px(20), head.height())
        small = theme.font(12, SEMI)
        quiet = tokens.text_quiet
        draw_words(painter, words, line.heading, font=small, colour=quiet, theme=theme)
        half = line.dates_height / 2
        today = line.now.astimezone(LONDON).date() if line.now else None
        if line.unread:
            return  # whose days these are is not known yet
        for day in range(line.days):
            date = line.first + timedelta(days=day)
            left = line.name_width + day * line.day_width
            if line.day_width >= theme.px(_LABELLED_DAY):
                box = QRectF(left, half, line.day_width, half - 4)
                font = theme.font(11, BOLD if date == today else QFont.Weight.Normal, tabular=True)
                colour = tokens.link if date == today else quiet
                words_ = str(date.day)
                draw_words(
                    painter, box, words_, font=font, colour=colour, theme=theme, flags=_CENTRE
                )
        for box, text in self.week_dates():
            draw_words(painter, box, text, font=small, colour=tokens.text, theme=theme)
        for mark in line.marks:
            self._mark(painter, mark)
        self._now_words(painter)

    def _mark(self, painter: QPainter, mark: WeekMark) -> None:
        """Draw a week's guarantee below its days; what is short is red, bold and says so."""
        line, theme, tokens = self._line, self._theme, self._theme.tokens
        day = (mark.monday - line.first).days
        left = max(float(line.name_width), line.name_width + day * line.day_width)
        right = min(float(line.width), line.name_width + (day + 7) * line.day_width)
        height = line.head_height - line.dates_height
        box = QRectF(left, line.dates_height, right - left, height - 2)
        box = box.adjusted(theme.px(6), 0, -theme.px(2), 0)
        if box.width() < theme.px(16):
            return
        font = theme.font(11, BOLD if mark.pressing else MEDIUM)
        room = QFontMetrics(font).horizontalAdvance(mark.words) <= box.width()
        words = mark.words if room else mark.short
        colour = tokens.bad if mark.pressing else tokens.text_quiet
        draw_words(painter, box, words, font=font, colour=colour, theme=theme)

    def _now(self, painter: QPainter, area: QRectF) -> None:
        line = self._line
        if line.now is None or not line.name_width <= line.x_of(line.now) <= area.width():
            return
        x = line.x_of(line.now)
        painter.setPen(QPen(self._theme.colour(self._theme.tokens.bad), 2))
        painter.drawLine(QPointF(x, line.head_height), QPointF(x, area.height()))

    def week_dates(self) -> list[tuple[QRectF, str]]:
        """Return the dates of the weeks with their places; one that has no room is left out.

        A date under the pill that says now stands beside it, where the next week leaves room.
        """
        line, theme = self._line, self._theme
        metrics, gap = QFontMetrics(theme.font(12, SEMI)), theme.px(6)
        weeks = []
        for day in range(line.days):
            date = line.first + timedelta(days=day)
            if date.weekday() == 0 or (day == 0 and date.weekday() < 5):
                words = f"{date.day} {_MONTHS[date.month - 1]}"
                weeks.append((line.name_width + day * line.day_width + gap, words))
        pill, free, found = self.now_pill(), 0.0, []
        ends = [*(left - gap for left, _ in weeks[1:]), float(line.width)]
        for (begin, words), end in zip(weeks, ends, strict=True):
            left, width = begin, metrics.horizontalAdvance(words) + 1
            if pill is not None and left < pill.right() + gap and left + width + gap > pill.left():
                left = pill.right() + gap
            room = end if left > begin else line.width
            if left < free or left + width > room:
                continue
            found.append((QRectF(left, 3, width, line.dates_height / 2), words))
            free = left + width + gap
        return found

    def now_pill(self) -> QRectF | None:
        """Return the place of the pill that says now, where now is shown."""
        line, theme = self._line, self._theme
        if line.now is None or not line.name_width <= line.x_of(line.now) <= line.width:
            return None
        width = theme.px(44)
        left = max(float(line.name_width + 2), line.x_of(line.now) - width / 2)
        return QRectF(left, theme.px(5), width, theme.px(18))

    def _now_words(self, painter: QPainter) -> None:
        line, theme, tokens = self._line, self._theme, self._theme.tokens
        pill = self.now_pill()
        if line.now is None or pill is None:
            return
        height = pill.height()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(tokens.danger.ground))
        painter.drawRoundedRect(pill, height / 2, height / 2)
        words, font = display_time(line.now), theme.font(11, BOLD, tabular=True)
        colour = tokens.danger.text
        draw_words(painter, pill, words, font=font, colour=colour, theme=theme, flags=_CENTRE)

    # ------------------------------------------------------------ lanes and blocks

    def _lane(self, painter: QPainter, box: QRectF, number: int, lane: Lane) -> None:
        line, theme, tokens = self._line, self._theme, self._theme.tokens
        name_box = QRectF(0, box.top(), line.name_width, box.height())
        chosen = number == line.spot[0]
        if chosen:
            painter.fillRect(name_box, theme.colour(tokens.row_chosen.ground))
        painter.setPen(QPen(theme.colour(tokens.line), 1))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        inner = name_box.adjusted(theme.px(15), 0, -theme.px(8), 0)
        cell = TextCell(lane.name, lane.detail, strong=True)
        draw_text_cell(painter, theme, inner, cell)
        painter.save()
        painter.setClipRect(
            QRectF(line.name_width, box.top(), box.width() - line.name_width, box.height())
        )
        for block in line.blocks[lane.lane_id]:
            self._block(painter, block)
        painter.restore()

    def _block(self, painter: QPainter, block: Block) -> None:
        line, theme, tokens = self._line, self._theme, self._theme.tokens
        box = line.block_box(block)
        if box.right() < line.name_width or box.width() < 2:
            return
        box.setLeft(max(box.left(), line.name_width + 1.0))
        kind = block.kind.name
        pair = block_pair(tokens, block.kind)
        draw_block(painter, box.adjusted(1, 1, -1, -1), block.kind, theme, radius=4)
        if kind == "HELD":
            bar = QRectF(box.left() + theme.px(5), box.top() + theme.px(5), theme.px(3), 0)
            bar.setHeight(box.height() - theme.px(10))
            painter.fillRect(bar, theme.colour(pair.text))
            box = box.adjusted(theme.px(6), 0, 0, 0)
        inner = box.adjusted(theme.px(9), 0, -theme.px(3), 0)
        weight = SEMI if kind in ("BOOKED", "HELD", "OFFER", "GAP", "UNSURE") else MEDIUM
        if inner.width() > theme.px(22):
            font = theme.font(12, weight)
            draw_words(painter, inner, block.words, font=font, colour=pair.text, theme=theme)
        if block.clash:
            self._clash(painter, box)

    def _clash(self, painter: QPainter, box: QRectF) -> None:
        theme, tokens = self._theme, self._theme.tokens
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.colour(tokens.bad), 2.2))
        painter.drawRoundedRect(box.adjusted(0, -1, 0, 1), 4, 4)
        radius = theme.px(8)
        mark = QRectF(box.right() - 2 * radius, box.top() - radius / 2, 2 * radius, 2 * radius)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(tokens.danger.ground))
        painter.drawEllipse(mark)
        font, colour = theme.font(11, BOLD), tokens.danger.text
        draw_words(painter, mark, "!", font=font, colour=colour, theme=theme, flags=_CENTRE)

    def _cursor(self, painter: QPainter) -> None:
        line, theme, tokens = self._line, self._theme, self._theme.tokens
        if not line.lanes or not (line.focused or line.anchor is not None):
            return
        lane, day = line.spot
        low, high = sorted((day, day if line.anchor is None else line.anchor))
        left = line.name_width + low * line.day_width
        top = line.head_height + lane * line.lane_height - line.scroll
        width = (high - low + 1) * line.day_width
        box = QRectF(left, top, width, line.lane_height).adjusted(2, 2, -2, -2)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen, inset, colour in ((3.0, 0.0, tokens.focus), (1.5, 2.2, tokens.focus_inner)):
            painter.setPen(QPen(theme.colour(colour), pen))
            painter.drawRoundedRect(box.adjusted(inset, inset, -inset, -inset), 3, 3)


def block_pair(tokens: Tokens, kind: BlockKind) -> Pair:
    """Return the ground of a kind of block and the colour of the words on it."""
    if kind is BlockKind.FREE:
        return tokens.free
    if kind is BlockKind.BOOKED:
        return tokens.booked
    if kind is BlockKind.UNSURE:
        return tokens.tags["amber"]
    if kind is BlockKind.GAP:
        return tokens.tags["red"]
    return {BlockKind.HELD: tokens.held, BlockKind.OFFER: tokens.offer}.get(kind, tokens.rest)


def draw_block(
    painter: QPainter, box: QRectF, kind: BlockKind, theme: Theme, *, radius: float
) -> None:
    """Draw the body of a block: kinds differ by line and hatching as well as by colour."""
    tokens = theme.tokens
    pair = block_pair(tokens, kind)
    pen = QPen(Qt.PenStyle.NoPen)
    if kind is BlockKind.OFFER:
        pen = QPen(theme.colour(tokens.link), 1.8, Qt.PenStyle.DashLine)
    elif kind is BlockKind.GAP:
        pen = QPen(theme.colour(tokens.bad), 2.0, Qt.PenStyle.DashLine)
    elif kind is BlockKind.UNSURE:
        pen = QPen(theme.colour(pair.text), 1.2, Qt.PenStyle.DotLine)
    painter.setBrush(theme.colour(pair.ground))
    painter.setPen(pen)
    painter.drawRoundedRect(box, radius, radius)
    if kind in (BlockKind.LEAVE, BlockKind.UNSURE):
        leave = kind is BlockKind.LEAVE
        colour = tokens.line if leave else tokens.held.ground
        hatch = Qt.BrushStyle.BDiagPattern if leave else Qt.BrushStyle.FDiagPattern
        ink = QColor(theme.colour(colour))
        ink.setAlpha(255 if leave else UNSURE_HATCH_ALPHA)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QBrush(ink, hatch))
        painter.drawRoundedRect(box, radius, radius)
