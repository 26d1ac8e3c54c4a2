"""A painted timeline: workers down, days across, blocks that differ by shape as well as colour."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from d2a_desktop.core.clock import LONDON
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.timeline_paint import TimelinePainter
from d2a_desktop.ui.widgets.timeline_scene import ZOOMS, Block, Lane, TimelineScene, WeekMark


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
        self.scene = TimelineScene(theme)
        self._theme = theme
        self._pressed: tuple[int, int] | None = None
        self._painter = TimelinePainter(self.scene)
        self.setObjectName("timeline")
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
        marks: Sequence[WeekMark] = (),
    ) -> None:
        """Show these lanes and blocks from the day `first` on; the cursor stays where it is."""
        scene = self.scene
        scene.fill(lanes, blocks)
        scene.marks = tuple(marks)
        scene.first, scene.now, scene.heading = first, now, heading
        self._measure()
        self._tell()

    @property
    def days(self) -> int:
        """How many days are shown."""
        return self.scene.days

    @property
    def marks_focus(self) -> bool:
        """Whether a cell shows that the focus is here; an empty timeline has none to show it."""
        return bool(self.scene.lanes)

    @property
    def current_block(self) -> Block | None:
        """The block under the cursor."""
        return self.scene.current_block

    def set_days(self, days: int) -> None:
        """Show so many days."""
        self.scene.days = days
        self.scene.spot = (self.scene.spot[0], min(self.scene.spot[1], days - 1))
        self.zoomed.emit(days)
        self.viewport().update()

    def clear_range(self) -> None:
        """Choose no days any more."""
        self.scene.anchor = None
        self.viewport().update()

    def zoom(self, step: int) -> None:
        """Show fewer (-1) or more (+1) weeks."""
        place = min(range(len(ZOOMS)), key=lambda at: abs(ZOOMS[at] - self.scene.days))
        self.set_days(ZOOMS[max(0, min(len(ZOOMS) - 1, place + step))])

    def go_today(self) -> None:
        """Put the cursor on today, if it is shown."""
        if self.scene.now is not None:
            day = (self.scene.now.astimezone(LONDON).date() - self.scene.first).days
            self._move_to(self.scene.spot[0], max(0, min(self.scene.days - 1, day)))

    # ------------------------------------------------------------ measures

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(800), self._theme.px(420))

    def _measure(self) -> None:
        self.scene.width = self.viewport().width()
        whole = self.scene.head_height + self.scene.lane_height * len(self.scene.lanes)
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, whole - self.viewport().height()))
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(self.scene.lane_height)
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def paintEvent(self, event: QPaintEvent) -> None:
        scene = self.scene
        scene.width = self.viewport().width()
        scene.scroll = self.verticalScrollBar().value()
        scene.focused = self.hasFocus()
        painter = QPainter(self.viewport())
        self._painter.paint(painter, QRectF(self.viewport().rect()))

    # ------------------------------------------------------------ keys and pointer

    def keyPressEvent(self, event: QKeyEvent) -> None:
        lane, day = self.scene.spot
        key = Qt.Key(event.key())
        moves = {
            Qt.Key.Key_Left: (lane, day - 1),
            Qt.Key.Key_Right: (lane, day + 1),
            Qt.Key.Key_Up: (lane - 1, day),
            Qt.Key.Key_Down: (lane + 1, day),
            Qt.Key.Key_Home: (lane, 0),
            Qt.Key.Key_End: (lane, self.scene.days - 1),
            Qt.Key.Key_PageUp: (lane - 10, day),
            Qt.Key.Key_PageDown: (lane + 10, day),
        }
        if key in moves:
            stretching = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.scene.anchor = (
                (day if self.scene.anchor is None else self.scene.anchor) if stretching else None
            )
            self._move_to(*(moves[key] if not stretching else (lane, moves[key][1])))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter()
        elif key == Qt.Key.Key_Escape and self.scene.anchor is not None:
            self.scene.anchor = None
            self.viewport().update()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position().toPoint())
        if place is not None and event.button() == Qt.MouseButton.LeftButton:
            self._pressed = place
            self.scene.anchor = None
            self._move_to(*place)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position().toPoint())
        if self._pressed is not None and place is not None and place[1] != self._pressed[1]:
            self.scene.anchor = self._pressed[1]
            self._move_to(self._pressed[0], place[1])

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pressed is not None and self.scene.anchor is not None:
            self._tell_range()
        self._pressed = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if (block := self.scene.current_block) is not None:
            self.opened.emit(block.block_id)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def _enter(self) -> None:
        if self.scene.anchor is not None:
            self._tell_range()
        elif (block := self.scene.current_block) is not None:
            self.opened.emit(block.block_id)

    def _tell_range(self) -> None:
        lane, day = self.scene.spot
        low, high = sorted((day, self.scene.anchor if self.scene.anchor is not None else day))
        first, after = (
            self.scene.first + timedelta(days=low),
            self.scene.first + timedelta(days=high + 1),
        )
        self.range_chosen.emit(self.scene.lanes[lane].lane_id, first, after)

    def _place_at(self, point: QPoint) -> tuple[int, int] | None:
        y = point.y() - self.scene.head_height + self.verticalScrollBar().value()
        lane = int(y // self.scene.lane_height)
        day = int((point.x() - self.scene.name_width) // self.scene.day_width)
        inside = point.y() > self.scene.head_height and 0 <= lane < len(self.scene.lanes)
        return (lane, max(0, min(self.scene.days - 1, day))) if inside else None

    def _move_to(self, lane: int, day: int) -> None:
        last = max(0, len(self.scene.lanes) - 1)
        self.scene.spot = (max(0, min(last, lane)), max(0, min(self.scene.days - 1, day)))
        bar, top = self.verticalScrollBar(), self.scene.spot[0] * self.scene.lane_height
        room = self.viewport().height() - self.scene.head_height
        if top < bar.value():
            bar.setValue(top)
        elif top + self.scene.lane_height > bar.value() + room:
            bar.setValue(top + self.scene.lane_height - room)
        self._tell()
        self.viewport().update()

    def _tell(self) -> None:
        block = self.scene.current_block
        self.current_changed.emit(block.block_id if block else "")
        self.setAccessibleDescription(self.scene.spoken())
        QAccessible.updateAccessibility(
            QAccessibleEvent(self, QAccessible.Event.DescriptionChanged)
        )
