"""One change that needs a person: each field as it was, mine and theirs, and the choice."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from d2a_desktop.ui.formats.words import day_and_time
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.flow_layout import FlowLayout
from d2a_desktop.ui.widgets.labels import Button, Card, label

if TYPE_CHECKING:
    from d2a_desktop.services.queries.rows import ConflictField, ConflictRow

_CHOICES = (
    ("edit", "Edit…", ""),
    ("mine", "Use mine for all", ""),
    ("theirs", "Use theirs for all", ""),
    ("keep", "Keep these choices", "primary"),
    ("seen", "I have seen it", "accent"),
)
_SAFETY = "Two different values of one field are never joined by the program: a person chooses."


class ConflictPanel(QWidget):
    """The change chosen in the list beside it; empty while none is.

    Signals:
        chosen: mine, theirs, edit, seen, or keep: then `picked` says which for each field.
        record_asked: the id of the case whose record is to be opened.
    """

    chosen = Signal(str)
    record_asked = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._row: ConflictRow | None = None
        self._values: dict[tuple[str, str], _Value] = {}
        self.picked: dict[str, str] = {}
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self._card = Card(theme)
        self._title = label("", "heading", wrap=True)
        self._whose = label("", "quiet", wrap=True)
        self._why = label("", wrap=True)
        self._more = label("", "quiet", wrap=True)
        self._fields = QWidget()
        self._fields.setObjectName("clear")
        self._grid = QVBoxLayout(self._fields)
        theme.keep(self._grid.setContentsMargins, 0, 0, 6, 0)
        theme.keep(self._grid.setSpacing, 12)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setAccessibleName("Fields in question")
        theme.keep(self._area.setMinimumHeight, 110)
        self._area.setWidget(self._fields)
        self._area.viewport().setObjectName("clear")
        for each in (self._title, self._whose, self._why):
            self._card.body.addWidget(each)
        self._card.body.addWidget(self._area, 1)
        self._card.body.addWidget(self._more)
        self.buttons = {
            key: Button(theme, words, kind=kind, clicked=partial(self.chosen.emit, key))
            for key, words, kind in _CHOICES
        }
        self._record = Button(theme, "Open record", kind="link", clicked=self._open_record)
        self._card.body.addLayout(self._button_row())
        outer.addWidget(self._card)
        theme.keep(self.setMinimumWidth, 430)
        self.show_conflict(None, None)

    def show_conflict(self, row: ConflictRow | None, now: datetime | None) -> None:
        """Show a change; None for none."""
        self._row = row
        self.picked = {}
        self.setVisible(row is not None)
        if row is None or now is None:
            return
        met = row.code == "conflict"
        self._title.setText("Two people changed this record" if met else "This was not taken")
        whose = (row.person, row.identity, row.case_ref, row.record)
        self._whose.setText(" · ".join(each for each in whose if each))
        self._why.setText(f"{row.reason}.")
        self._more.setText(_more(row))
        self._more.setVisible(bool(self._more.text()))
        self._record.setVisible(row.case_id is not None)
        for key, button in self.buttons.items():
            button.setVisible(key in row.choices or (key == "keep" and "mine" in row.choices))
        one = len(row.fields) == 1
        self.buttons["mine"].set_words("Use mine" if one else "Use mine for all")
        self.buttons["theirs"].set_words("Use theirs" if one else "Use theirs for all")
        self.buttons["keep"].setVisible(not one and "mine" in row.choices)
        self.setAccessibleName(f"{self._title.text()}: {self._whose.text()}")
        self._show_fields(row, now)

    def _button_row(self) -> FlowLayout:
        row = FlowLayout(self._theme, gap=8)
        for button in self.buttons.values():
            row.addWidget(button)
        row.addWidget(self._record)
        return row

    def _show_fields(self, row: ConflictRow, now: datetime) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self._values = {}
        for each in row.fields:
            self._grid.addWidget(self._field(each, row, now))
        self._grid.addStretch(1)
        self._show_picked()

    def pick(self, field: str, side: str) -> None:
        """Choose "mine" or "theirs" for one field, as a click on it does."""
        self.picked[field] = side
        self._show_picked()

    def _show_picked(self) -> None:
        for (field, side), value in self._values.items():
            value.show_chosen(self.picked.get(field) == side)
        fields = self._row.fields if self._row is not None else ()
        left = len(fields) - len(self.picked)
        keep = self.buttons["keep"]
        keep.setEnabled(left == 0)
        keep.setToolTip(f"{left} of {len(fields)} still to choose" if left else "")

    def _field(self, field: ConflictField, row: ConflictRow, now: datetime) -> QWidget:
        box = QWidget()
        box.setObjectName("clear")
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        self._theme.keep(grid.setHorizontalSpacing, 10)
        self._theme.keep(grid.setVerticalSpacing, 4)
        name = field.label + (f" · was {field.was}" if field.was else "")
        head = label(name, "strong", wrap=True)
        grid.addWidget(head, 0, 0, 1, 2)
        mine_by = f"{row.made_by} · {day_and_time(row.made_at, now)}"
        theirs_by = " · ".join(
            part for part in (field.who, day_and_time(field.at, now) if field.at else "") if part
        )
        met = row.code == "conflict"
        open_ = met and len(row.fields) > 1 and "mine" in row.choices
        title = "Theirs (already sent)" if met else "As it stands"
        sides = {
            "mine": ("Yours (this computer)", field.mine, mine_by),
            "theirs": (title, field.theirs or "–", theirs_by),  # noqa: RUF001  a dash
        }
        made = {}
        for side, (head_words, words, by) in sides.items():
            made[side] = _Value(self._theme, field.label, head_words, words, by, chooses=open_)
            self._values[field.field, side] = made[side]
            made[side].chosen.connect(partial(self.pick, field.field, side))
        mine, theirs = made["mine"], made["theirs"]
        grid.addWidget(mine, 1, 0)
        grid.addWidget(theirs, 1, 1)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        return box

    def _open_record(self) -> None:
        if self._row is not None and self._row.case_id is not None:
            self.record_asked.emit(self._row.case_id)


class _Value(QFrame):
    """One of two values with who wrote it; a click, or Space on its mark, chooses it.

    Signals:
        chosen: the person wants this one.
    """

    chosen = Signal()

    def __init__(
        self, theme: Theme, field: str, title: str, words: str, by: str, *, chooses: bool
    ) -> None:
        super().__init__()
        self._theme, self._chooses = theme, chooses
        self.setObjectName("conflictValue")
        self.setProperty("card", "plain")
        said = f"{field}, {title}: {words}. {by}"
        self.setAccessibleName(said)
        row = QHBoxLayout(self)
        theme.keep(row.setContentsMargins, 10, 10, 10, 10)
        self.mark = QRadioButton()
        self.mark.setAccessibleName(said)
        self.mark.setAutoExclusive(False)
        self.mark.setVisible(chooses)
        theme.keep(self.mark.setMinimumSize, 24, 24)
        self.mark.clicked.connect(lambda *_: self.chosen.emit())
        row.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        theme.keep(column.setSpacing, 2)
        column.addWidget(label(title, "small"))
        value = label(words, "strong", wrap=True)
        if not chooses:
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        value.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column.addWidget(value)
        column.addWidget(label(by or "Nobody can be named", "small", wrap=True))
        column.addStretch(1)
        row.addLayout(column, 1)
        theme.changed.connect(self._dress)

    def show_chosen(self, chosen: bool) -> None:
        """Mark it as the chosen one: by its mark, its line and its ground."""
        self.mark.setChecked(chosen)
        self._dress()

    def _dress(self) -> None:
        chosen = self.mark.isChecked()
        tokens, side = self._theme.tokens, self._theme.px(6)
        line = f"5px solid {tokens.link}" if chosen else f"2px solid {tokens.input_line}"
        inner = side if chosen else side + 3
        self.mark.setStyleSheet(
            f"QRadioButton::indicator {{ width: {inner}px; height: {inner}px; border: {line};"
            f" border-radius: {inner // 2 + (5 if chosen else 2)}px; }}"
        )
        self.setStyleSheet(
            f"#conflictValue {{ border: 2px solid {tokens.link}; border-radius: 6px;"
            f" background: {tokens.row_chosen.ground}; }}"
            if chosen
            else ""
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if self._chooses:
            self.chosen.emit()


def _more(row: ConflictRow) -> str:
    parts = []
    if row.also:
        again = ", and is written again with mine" if "mine" in row.choices else ""
        parts.append(f"Belongs to the same command and was not taken either{again}:"
                     f" {', '.join(row.also)}.")  # fmt: skip
    if "mine" in row.choices:
        parts.append(_SAFETY)
        parts.append("Both values stay in this computer's audit, whichever you choose.")
    return " ".join(parts)
