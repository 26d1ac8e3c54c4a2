"""A painted timeline: workers down, days across, blocks that differ by shape as well as colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from d2a_desktop.core.clock import LONDON
from d2a_desktop.domain.display import display_date
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.paint import SEMI
from d2a_desktop.ui.widgets.timeline_paint import TimelinePainter

ZOOMS = (14, 42, 84)


class BlockKind(Enum):
    """What a stretch of a worker's time is; value: its word in the legend."""

    BOOKED = "Booked"
    HELD = "Held"
    OFFER = "Offer or suggestion"
    FREE = "Free"
    REST = "Rest"
    LEAVE = "Leave or not available"


@dataclass(frozen=True, slots=True)
class Lane:
    """One line: a worker (or, for others, a week's slots or an opaque profile)."""

    lane_id: str
    name: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """One stretch on a lane, `[start, end)` of aware instants."""

    block_id: str
    lane_id: str
    kind: BlockKind
    start: datetime
    end: datetime
    words: str = ""
    clash: bool = False


class Timeline(QAbstractScrollArea):
    """Arrows move by worker and day, Shift chooses days, Enter opens, T today, + and - zoom.

    Signals:
        opened: id of a block (Enter or double click).
        current_changed: id of the block under the cursor, or an empty text.
        range_chosen: lane id, first day, day after the last (Shift with arrows or a drag, ended).
        zoomed: days shown.
    """

    opened = Signal(str)
    current_changed = Signal(str)
    range_chosen = Signal(str, object, object)
    zoomed = Signal(int)

    def __init__(self, theme: Theme, *, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.lanes: tuple[Lane, ...] = ()
        self.blocks: dict[str, list[Block]] = {}
        self.first = date(2000, 1, 3)
        self.days = ZOOMS[1]
        self.now: datetime | None = None
        self.heading = ""
        self.cursor = (0, 0)
        self.anchor: int | None = None
        self._pressed: tuple[int, int] | None = None
        self._painter = TimelinePainter(self)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        theme.changed.connect(self._measure)
        self._measure()

    # ------------------------------------------------------------ what boards call

    def show_lanes(
        self,
        lanes: Sequence[Lane],
        blocks: Sequence[Block],
        *,
        first: date,
        now: datetime,
        heading: str = "",
    ) -> None:
        """Show these lanes and blocks from the day `first` on; the cursor stays where it is."""
        self.lanes = tuple(lanes)
        self.blocks = {lane.lane_id: [] for lane in lanes}
        for block in sorted(blocks, key=lambda each: (each.start, each.block_id)):
            if block.lane_id in self.blocks:
                self.blocks[block.lane_id].append(block)
        self.first, self.now, self.heading = first, now, heading
        self.cursor = (min(self.cursor[0], max(0, len(lanes) - 1)), self.cursor[1])
        self._measure()
        self._tell()

    def set_days(self, days: int) -> None:
        """Show so many days."""
        self.days = days
        self.cursor = (self.cursor[0], min(self.cursor[1], days - 1))
        self.zoomed.emit(days)
        self.viewport().update()

    def zoom(self, step: int) -> None:
        """Show fewer (-1) or more (+1) weeks."""
        place = min(range(len(ZOOMS)), key=lambda at: abs(ZOOMS[at] - self.days))
        self.set_days(ZOOMS[max(0, min(len(ZOOMS) - 1, place + step))])

    def go_today(self) -> None:
        """Put the cursor on today, if it is shown."""
        if self.now is not None:
            day = (self.now.astimezone(LONDON).date() - self.first).days
            self._move_to(self.cursor[0], max(0, min(self.days - 1, day)))

    @property
    def current_block(self) -> Block | None:
        """The block under the cursor."""
        lane, day = self.cursor
        if lane >= len(self.lanes):
            return None
        start = self.first + timedelta(days=day)
        for block in reversed(self.blocks[self.lanes[lane].lane_id]):
            begins = block.start.astimezone(LONDON).date()
            ends = (block.end - timedelta(microseconds=1)).astimezone(LONDON).date()
            if begins <= start <= ends:
                return block
        return None

    def block_box(self, block: Block) -> QRectF:
        """Return where a block is drawn, in the viewport."""
        lane = next(n for n, each in enumerate(self.lanes) if each.lane_id == block.lane_id)
        left, right = self.x_of(block.start), self.x_of(block.end)
        top = self.head_height + lane * self.lane_height - self.verticalScrollBar().value()
        inset = self.theme.px(7)
        return QRectF(left + 1, top + inset, right - left - 2, self.lane_height - 2 * inset)

    def x_of(self, instant: datetime) -> float:
        """Return the place of an instant across."""
        local = instant.astimezone(LONDON)
        day = (local.date() - self.first).days + (local.hour + local.minute / 60) / 24
        return self.name_width + day * self.day_width

    # ------------------------------------------------------------ measures

    @property
    def name_width(self) -> int:
        """The width of the column of names."""
        return self.theme.px(240)

    @property
    def day_width(self) -> float:
        """The width of a day."""
        return (self.viewport().width() - self.name_width) / self.days

    @property
    def head_height(self) -> int:
        """The height of the heading."""
        return self.theme.px(52)

    @property
    def lane_height(self) -> int:
        """The height of a lane, from the metrics of the type in use."""
        lines = QFontMetrics(self.theme.font(13, SEMI)).height()
        lines += QFontMetrics(self.theme.font(11.5)).height()
        return lines + self.theme.px(14)

    def sizeHint(self) -> QSize:
        return QSize(self.theme.px(800), self.theme.px(420))

    def _measure(self) -> None:
        whole = self.head_height + self.lane_height * len(self.lanes)
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, whole - self.viewport().height()))
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(self.lane_height)
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def paintEvent(self, event: QPaintEvent) -> None:
        self._painter.paint()

    # ------------------------------------------------------------ keys and pointer

    def keyPressEvent(self, event: QKeyEvent) -> None:
        lane, day = self.cursor
        key = Qt.Key(event.key())
        moves = {
            Qt.Key.Key_Left: (lane, day - 1),
            Qt.Key.Key_Right: (lane, day + 1),
            Qt.Key.Key_Up: (lane - 1, day),
            Qt.Key.Key_Down: (lane + 1, day),
            Qt.Key.Key_Home: (lane, 0),
            Qt.Key.Key_End: (lane, self.days - 1),
            Qt.Key.Key_PageUp: (lane - 10, day),
            Qt.Key.Key_PageDown: (lane + 10, day),
        }
        if key in moves:
            stretching = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.anchor = (day if self.anchor is None else self.anchor) if stretching else None
            self._move_to(*(moves[key] if not stretching else (lane, moves[key][1])))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter()
        elif key == Qt.Key.Key_Escape and self.anchor is not None:
            self.anchor = None
            self.viewport().update()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position().toPoint())
        if place is not None and event.button() == Qt.MouseButton.LeftButton:
            self._pressed = place
            self.anchor = None
            self._move_to(*place)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position().toPoint())
        if self._pressed is not None and place is not None and place[1] != self._pressed[1]:
            self.anchor = self._pressed[1]
            self._move_to(self._pressed[0], place[1])

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pressed is not None and self.anchor is not None:
            self._tell_range()
        self._pressed = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if (block := self.current_block) is not None:
            self.opened.emit(block.block_id)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def _enter(self) -> None:
        if self.anchor is not None:
            self._tell_range()
        elif (block := self.current_block) is not None:
            self.opened.emit(block.block_id)

    def _tell_range(self) -> None:
        lane, day = self.cursor
        low, high = sorted((day, self.anchor if self.anchor is not None else day))
        first, after = self.first + timedelta(days=low), self.first + timedelta(days=high + 1)
        self.range_chosen.emit(self.lanes[lane].lane_id, first, after)

    def _place_at(self, point: QPoint) -> tuple[int, int] | None:
        y = point.y() - self.head_height + self.verticalScrollBar().value()
        lane = int(y // self.lane_height)
        day = int((point.x() - self.name_width) // self.day_width)
        inside = point.y() > self.head_height and 0 <= lane < len(self.lanes)
        return (lane, max(0, min(self.days - 1, day))) if inside else None

    def _move_to(self, lane: int, day: int) -> None:
        last = max(0, len(self.lanes) - 1)
        self.cursor = (max(0, min(last, lane)), max(0, min(self.days - 1, day)))
        bar, top = self.verticalScrollBar(), self.cursor[0] * self.lane_height
        room = self.viewport().height() - self.head_height
        if top < bar.value():
            bar.setValue(top)
        elif top + self.lane_height > bar.value() + room:
            bar.setValue(top + self.lane_height - room)
        self._tell()
        self.viewport().update()

    def _tell(self) -> None:
        block = self.current_block
        self.current_changed.emit(block.block_id if block else "")
        self.setAccessibleDescription(self.spoken())
        QAccessible.updateAccessibility(
            QAccessibleEvent(self, QAccessible.Event.DescriptionChanged)
        )

    def spoken(self) -> str:
        """Return where the cursor is, in words."""
        if not self.lanes:
            return "No workers"
        lane, day = self.cursor
        words = f"{self.lanes[lane].name}, {display_date(self.first + timedelta(days=day))}"
        block = self.current_block
        if block is None:
            return f"{words}: nothing planned"
        clash = ", clashes" if block.clash else ""
        return f"{words}: {block.kind.value} {block.words}{clash}".rstrip()
