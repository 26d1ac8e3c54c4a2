"""One change that needs a person: each field as it was, mine and theirs, and the choice."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from d2a_desktop.ui.formats.words import day_and_time
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.flow_layout import FlowLayout
from d2a_desktop.ui.widgets.labels import Button, Card, label

if TYPE_CHECKING:
    from d2a_desktop.services.queries.rows import ConflictField, ConflictRow

_CHOICES = (
    ("mine", "Keep mine", ""),
    ("theirs", "Take theirs", ""),
    ("edit", "Edit…", ""),
    ("seen", "I have seen it", "accent"),
)


class ConflictPanel(QWidget):
    """The change chosen in the list beside it; empty while none is.

    Signals:
        chosen: mine, theirs, edit or seen.
        record_asked: the id of the case whose record is to be opened.
    """

    chosen = Signal(str)
    record_asked = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._row: ConflictRow | None = None
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
        self._grid.setContentsMargins(0, 0, theme.px(6), 0)
        self._grid.setSpacing(theme.px(12))
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setAccessibleName("Fields in question")
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
        self.setMinimumWidth(theme.px(430))
        self.show_conflict(None, None)

    def show_conflict(self, row: ConflictRow | None, now: datetime | None) -> None:
        """Show a change; None for none."""
        self._row = row
        self.setVisible(row is not None)
        if row is None or now is None:
            return
        met = row.code == "conflict"
        self._title.setText("Two people changed this" if met else "This was not taken")
        whose = (row.person, row.identity, row.case_ref, row.record)
        self._whose.setText(" · ".join(each for each in whose if each))
        self._why.setText(f"{row.reason}.")
        self._more.setText(_more(row))
        self._more.setVisible(bool(self._more.text()))
        self._record.setVisible(row.case_id is not None)
        for key, button in self.buttons.items():
            button.setVisible(key in row.choices)
        self.setAccessibleName(f"{self._title.text()}: {self._whose.text()}")
        self._show_fields(row, now)

    def _button_row(self) -> FlowLayout:
        row = FlowLayout(gap=self._theme.px(8))
        for button in self.buttons.values():
            row.addWidget(button)
        row.addWidget(self._record)
        return row

    def _show_fields(self, row: ConflictRow, now: datetime) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for each in row.fields:
            self._grid.addWidget(self._field(each, row, now))
        self._grid.addStretch(1)

    def _field(self, field: ConflictField, row: ConflictRow, now: datetime) -> QWidget:
        box = QWidget()
        box.setObjectName("clear")
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(self._theme.px(10))
        grid.setVerticalSpacing(self._theme.px(4))
        name = field.label + (f" · was {field.was}" if field.was else "")
        head = label(name, "strong", wrap=True)
        grid.addWidget(head, 0, 0, 1, 2)
        mine_by = f"{row.made_by} · {day_and_time(row.made_at, now)}"
        theirs_by = " · ".join(
            part for part in (field.who, day_and_time(field.at, now) if field.at else "") if part
        )
        met = row.code == "conflict"
        mine = self._value("Mine, on this computer", field.mine, mine_by, field.label)
        title = "Theirs, already shared" if met else "As it stands"
        theirs = self._value(title, field.theirs or "–", theirs_by, field.label)  # noqa: RUF001  a dash
        grid.addWidget(mine, 1, 0)
        grid.addWidget(theirs, 1, 1)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        return box

    def _value(self, title: str, words: str, by: str, field: str) -> QFrame:
        frame = QFrame()
        frame.setProperty("card", "plain")
        frame.setAccessibleName(f"{field}, {title}: {words}. {by}")
        column = QVBoxLayout(frame)
        column.setContentsMargins(*(self._theme.px(10),) * 4)
        column.setSpacing(self._theme.px(2))
        column.addWidget(label(title, "small"))
        value = label(words, "strong", wrap=True)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        value.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column.addWidget(value)
        column.addWidget(label(by or "Nobody can be named", "small", wrap=True))
        column.addStretch(1)
        return frame

    def _open_record(self) -> None:
        if self._row is not None and self._row.case_id is not None:
            self.record_asked.emit(self._row.case_id)


def _more(row: ConflictRow) -> str:
    parts = []
    if row.also:
        again = ", and is written again with mine" if "mine" in row.choices else ""
        parts.append(f"Belongs to the same command and was not taken either{again}:"
                     f" {', '.join(row.also)}.")  # fmt: skip
    if "mine" in row.choices:
        parts.append("Both values stay in this computer's audit, whichever you choose.")
    return " ".join(parts)
