"""The navigation at the left: pages with their numbers; icons alone in a narrow window."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QSizePolicy, QVBoxLayout, QWidget

from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.labels import is_plain_enter, rule
from d2a_desktop.ui.widgets.paint import MEDIUM, SEMI, draw_words

_CENTRE = int(Qt.AlignmentFlag.AlignCenter)


@dataclass(frozen=True, slots=True)
class NavEntry:
    """One page in the navigation; `low` ones stand at the foot."""

    key: str
    words: str
    icon: str
    low: bool = False


_BOARD = NavEntry("ward_board", "Ward board", "board")
_ROUND = NavEntry("board_round", "Board round", "tick-circle")
_REFERRALS = NavEntry("referrals", "Referrals", "referral")
_OFFERS = NavEntry("offers", "Offers", "offer")
_MATCHES = NavEntry("matches", "Matches", "match")
_CAPACITY = NavEntry("capacity", "Capacity", "capacity")
_DIARY = NavEntry("assessments", "Assessments", "assessment")
_PACKS = NavEntry("packs", "Handover packs", "pack")
_ROSTER = NavEntry("roster", "Roster", "person")
_TASKS = NavEntry("tasks", "Tasks", "task")
_OUT_OF_HOURS = NavEntry("out_of_hours", "Out of hours", "clock")
_DIRECTORY = NavEntry("directory", "Directory", "phone")
_ASSESSORS = NavEntry("assessors", "Assessors", "person")
_PARTNERS = NavEntry("roster", "Partners' workers", "people")
_PLACED = NavEntry("ward_board", "People placed", "people")
_FOOT = (
    NavEntry("sync", "Sync & conflicts", "sync", low=True),
    NavEntry("settings", "Settings", "settings", low=True),
    NavEntry("help", "Help", "help", low=True),
)

# Which pages a desk has, in their order; the first is the one it opens with (UI.md section 9).
PAGES_OF_KIND: dict[str, tuple[NavEntry, ...]] = {
    "hospital": (
        _BOARD,
        _ROUND,
        _REFERRALS,
        _DIARY,
        _PACKS,
        _TASKS,
        _OUT_OF_HOURS,
        _DIRECTORY,
        *_FOOT,
    ),
    "hub": (
        *(_BOARD, _REFERRALS, _OFFERS, _MATCHES, _CAPACITY, _DIARY, _PACKS),
        *(_TASKS, _OUT_OF_HOURS, _ASSESSORS, _PARTNERS, _DIRECTORY, *_FOOT),
    ),
    "agency": (
        *(_OFFERS, _MATCHES, _CAPACITY, _PLACED, _PACKS),
        *(_TASKS, _OUT_OF_HOURS, _ROSTER, _DIRECTORY, *_FOOT),
    ),
    "assessor": (_DIARY, _BOARD, _PACKS, _TASKS, _DIRECTORY, *_FOOT),
}


class NavButton(QAbstractButton):
    """One entry: icon, words, number; checked when its page is in front."""

    def __init__(self, theme: Theme, entry: NavEntry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._entry = entry
        self._number = 0
        self._pressing = False
        self.narrow = False
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.setToolTip(entry.words)
        self.set_number(0)
        theme.on_change(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if is_plain_enter(event):
            self.click()
            return
        super().keyPressEvent(event)

    def set_number(self, number: int, *, pressing: bool = False) -> None:
        """Show how many things wait on this page; `pressing` colours the number."""
        self._number, self._pressing = number, pressing
        self.setAccessibleName(f"{self._entry.words}, {number}" if number else self._entry.words)
        self.update()

    def sizeHint(self) -> QSize:
        height = QFontMetrics(self._theme.font(14, MEDIUM)).height() + 2 * self._theme.px(11.5)
        return QSize(self._theme.px(180), height)

    def minimumSizeHint(self) -> QSize:
        height = QFontMetrics(self._theme.font(14, MEDIUM)).height() + self._theme.px(4)
        return QSize(self._theme.px(36), height)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, tokens = self._theme, self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        colour = tokens.nav_chosen.text if self.isChecked() else tokens.text
        if self.isChecked() or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            ground = tokens.nav_chosen.ground if self.isChecked() else tokens.surface_low
            painter.setBrush(theme.colour(ground))
            painter.drawRoundedRect(box.adjusted(0, 1, 0, -1), 5, 5)
        if self.isChecked():
            stripe = QRectF(0, theme.px(9), theme.px(3), box.height() - 2 * theme.px(9))
            painter.fillRect(stripe, theme.colour(tokens.link))
        side = theme.px(18)
        left = (box.width() - side) / 2 if self.narrow else theme.px(15)
        icon = QRectF(left, (box.height() - side) / 2, side, side)
        theme.paint_icon(painter, icon, self._entry.icon, colour)
        if self.narrow:
            return
        words = box.adjusted(theme.px(42), 0, -theme.px(8), 0)
        if self._number:
            words.setRight(self._draw_number(painter, box))
        font = theme.font(14, SEMI if self.isChecked() else MEDIUM)
        draw_words(painter, words, self._entry.words, font=font, colour=colour, theme=theme)

    def _draw_number(self, painter: QPainter, box: QRectF) -> float:
        """Draw the number at the right, and return where the words must end."""
        theme, tokens = self._theme, self._theme.tokens
        pair = tokens.tags["amber" if self._pressing else "neutral"]
        font = theme.font(12, SEMI)
        metrics = QFontMetrics(font)
        text = str(self._number) if self._number < 1000 else "999+"
        height = metrics.height() + theme.px(6)
        width = max(metrics.horizontalAdvance(text) + theme.px(14), height)
        pill = QRectF(
            box.right() - width - theme.px(10), (box.height() - height) / 2, width, height
        )
        painter.setPen(QPen(Qt.PenStyle.NoPen))
        painter.setBrush(theme.colour(pair.ground))
        painter.drawRoundedRect(pill, height / 2, height / 2)
        draw_words(painter, pill, text, font=font, colour=pair.text, theme=theme, flags=_CENTRE)
        return pill.left() - theme.px(4)


class Nav(QFrame):
    """All entries; Up and Down move, Alt+1 to Alt+7 go (main_window).

    Signals:
        chosen: the key of the page to show.
    """

    chosen = Signal(str)

    def __init__(
        self, theme: Theme, entries: tuple[NavEntry, ...], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("nav")
        self.setAccessibleName("Pages")
        self._theme = theme
        self._narrow = False
        self.entries = entries
        self._buttons: dict[str, NavButton] = {}
        column = QVBoxLayout(self)
        theme.keep(column.setContentsMargins, 10, 12, 10, 12)
        theme.keep(column.setSpacing, 2)
        for entry in entries:
            if entry.low and not any(each.low for each in entries[: entries.index(entry)]):
                column.addStretch(1)
                column.addWidget(rule())
                column.addWidget(_gap(theme))
            button = NavButton(theme, entry)
            button.clicked.connect(lambda _=False, key=entry.key: self.chosen.emit(key))
            column.addWidget(button)
            self._buttons[entry.key] = button
        if not any(entry.low for entry in entries):
            column.addStretch(1)
        theme.changed.connect(self._measure)
        self._measure()

    def show_page(self, key: str) -> None:
        """Mark the page in front."""
        if key in self._buttons:
            self._buttons[key].setChecked(True)

    def set_number(self, key: str, number: int, *, pressing: bool = False) -> None:
        """Show a number beside a page."""
        if key in self._buttons:
            self._buttons[key].set_number(number, pressing=pressing)

    def set_narrow(self, narrow: bool) -> None:
        """Show icons alone, or icons and words."""
        if narrow != self._narrow:
            self._narrow = narrow
            self._measure()

    @property
    def narrow(self) -> bool:
        """Whether icons stand alone."""
        return self._narrow

    def _measure(self) -> None:
        self.setFixedWidth(self._theme.px(56 if self._narrow else 208))
        for button in self._buttons.values():
            button.narrow = self._narrow
            button.update()


def _gap(theme: Theme) -> QWidget:
    gap = QWidget()
    theme.keep(gap.setFixedHeight, 6)
    return gap
