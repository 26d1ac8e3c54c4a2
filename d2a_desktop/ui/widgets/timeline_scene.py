"""What a timeline shows and where: lanes, blocks, the place of the cursor, and their geometry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetrics

from d2a_desktop.core.clock import LONDON
from d2a_desktop.domain.display import display_date
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.empty_state import reading
from d2a_desktop.ui.widgets.paint import SEMI

ZOOMS = (14, 42, 84)


class BlockKind(Enum):
    """What a stretch of a worker's time is; value: its word in the legend."""

    BOOKED = "Booked"
    HELD = "Held"
    OFFER = "Proposed"
    FREE = "Free"
    REST = "Rest"
    LEAVE = "Leave"
    UNSURE = "Cannot confirm"
    GAP = "No worker"


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


@dataclass(frozen=True, slots=True)
class WeekMark:
    """What is guaranteed in the week from a Monday: in long words, in short ones, and if short."""

    monday: date
    words: str
    short: str
    pressing: bool = False


class TimelineScene:
    """The shown state of one timeline; `spot` is the lane and day under the cursor.

    `unread` until the first lanes come, be they none.
    """

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self.unread = True
        self.lanes: tuple[Lane, ...] = ()
        self.blocks: dict[str, list[Block]] = {}
        self.places: dict[str, int] = {}
        self.first = date(2000, 1, 3)
        self.days = ZOOMS[1]
        self.now: datetime | None = None
        self.heading = ""
        self.marks: tuple[WeekMark, ...] = ()
        self.spot = (0, 0)
        self.anchor: int | None = None
        self.width = 0
        self.scroll = 0
        self.focused = False
        self._measured = (0, 0)

    def fill(self, lanes: Sequence[Lane], blocks: Sequence[Block]) -> None:
        """Take other lanes and blocks; a block of an unknown lane is left out."""
        self.unread = False
        self.lanes = tuple(lanes)
        self.places = {lane.lane_id: number for number, lane in enumerate(lanes)}
        self.blocks = {lane.lane_id: [] for lane in lanes}
        for block in sorted(blocks, key=lambda each: (each.start, each.block_id)):
            if block.lane_id in self.blocks:
                self.blocks[block.lane_id].append(block)
        self.spot = (min(self.spot[0], max(0, len(lanes) - 1)), self.spot[1])

    @property
    def nobody(self) -> str:
        """What is said where there is no lane: none, or none known yet."""
        return reading().title if self.unread else "No workers"

    @property
    def current_block(self) -> Block | None:
        """The block under the cursor."""
        lane, day = self.spot
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
        lane = self.places[block.lane_id]
        left, right = self.x_of(block.start), self.x_of(block.end)
        top = self.head_height + lane * self.lane_height - self.scroll
        inset = self.theme.px(7)
        return QRectF(left + 1, top + inset, right - left - 2, self.lane_height - 2 * inset)

    def x_of(self, instant: datetime) -> float:
        """Return the place of an instant across."""
        local = instant.astimezone(LONDON)
        day = (local.date() - self.first).days + (local.hour + local.minute / 60) / 24
        return self.name_width + day * self.day_width

    @property
    def name_width(self) -> int:
        """The width of the column of names."""
        return self.theme.px(240)

    @property
    def day_width(self) -> float:
        """The width of a day."""
        return (self.width - self.name_width) / self.days

    @property
    def head_height(self) -> int:
        """The height of the heading."""
        return self.theme.px(74 if self.marks else 52)

    @property
    def dates_height(self) -> int:
        """The height of the months and days in the heading; the weeks' guarantee is below."""
        return self.theme.px(52)

    @property
    def lane_height(self) -> int:
        """The height of a lane, from the metrics of the type in use."""
        percent, height = self._measured
        if percent != self.theme.text_percent:  # each block asks
            lines = QFontMetrics(self.theme.font(13, SEMI)).height()
            lines += QFontMetrics(self.theme.font(11.5)).height()
            height = lines + self.theme.px(14)
            self._measured = (self.theme.text_percent, height)
        return height

    def shown(self, height: float) -> range:
        """Return the numbers of the lanes that show in a viewport of this height."""
        first = self.scroll // self.lane_height
        after = int((self.scroll + height - self.head_height) // self.lane_height) + 1
        return range(max(0, first), min(len(self.lanes), after))

    def spoken(self) -> str:
        """Return where the cursor is, in words."""
        if not self.lanes:
            return self.nobody
        lane, day = self.spot
        on = self.first + timedelta(days=day)
        words = f"{self.lanes[lane].name}, {display_date(on)}"
        block = self.current_block
        week = next((m.words for m in self.marks if 0 <= (on - m.monday).days < 7), "")
        if week:
            words += f" (starts this week: {week})"
        if block is None:
            return f"{words}: nothing planned"
        clash = ", clashes" if block.clash else ""
        return f"{words}: {block.kind.value} {block.words}{clash}".rstrip()
