"""Details of the selected row, beside the list; it changes nothing, it opens the record."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from d2a_desktop.ui.formats.facts import PeekFacts
from d2a_desktop.ui.formats.language import tr
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.flow_layout import FlowLayout
from d2a_desktop.ui.widgets.labels import Button, Card, Facts, label, tag
from d2a_desktop.ui.widgets.stepper import Stepper

__all__ = ["PeekFacts", "PeekPanel"]


class PeekPanel(Card):
    """Not the patient banner: the list beside it shows more than one person (UI.md).

    Signals:
        open_requested: the id of the row whose record is to be opened.
    """

    open_requested = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent=parent)
        self._theme = theme
        self._facts: PeekFacts | None = None
        self.setAccessibleName(tr("Details of the selected row"))
        theme.keep(self.setFixedWidth, 330)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = QWidget()
        inner.setObjectName("clear")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        theme.keep(column.setSpacing, 8)
        self._title = label("", "heading", wrap=True)
        self._lines = label("", "quiet", wrap=True)
        self._tags_box = QWidget()
        self._tags = FlowLayout(theme, self._tags_box, gap=6)
        self._stepper = Stepper(theme, small=True)
        self._rows = Facts(theme, spread=True)
        self._callout, self._next, self._detail = _callout(theme)
        # What to do stands above the facts, which may be more than a small screen shows.
        for each in (self._title, self._lines, self._tags_box, self._stepper, self._callout):
            column.addWidget(each)
        column.addWidget(self._rows)
        column.addStretch(1)
        area.setWidget(inner)
        area.viewport().setObjectName("clear")
        self.body.addWidget(area, 1)
        self._open = Button(theme, tr("Open record"), kind="accent", icon="chevron-right")
        self._open.clicked.connect(self._ask)
        self.body.addWidget(self._open, 0, Qt.AlignmentFlag.AlignLeft)
        theme.changed.connect(self._again)
        self.clear()

    def show_row(self, facts: PeekFacts) -> None:
        """Show one row's details; the same ones again cost nothing."""
        if facts != self._facts:
            self._show(facts)

    def _show(self, facts: PeekFacts) -> None:
        self._facts = facts
        self._title.setText(facts.title)
        self._lines.setText("\n".join(facts.lines))
        self._tags.clear()
        for words, hue in facts.tags:
            self._tags.addWidget(tag(words, hue))
        self._tags_box.setVisible(bool(facts.tags))
        self._stepper.setVisible(facts.stage is not None)
        if facts.stage is not None:
            self._stepper.set_stage(facts.stage)
        self._rows.show_facts(facts.facts)
        self._callout.setVisible(bool(facts.next_action))
        self._next.setText(facts.next_action)
        self._detail.setText(facts.next_detail)
        self._open.setEnabled(True)

    def clear(self) -> None:
        """Show that no row is selected."""
        self._facts = None
        self._title.setText(tr("No row selected"))
        self._lines.setText(tr("Choose a row with the arrow keys to see its details here."))
        self._tags.clear()
        self._rows.show_facts(())
        for each in (self._tags_box, self._stepper, self._callout):
            each.hide()
        self._open.setEnabled(False)

    def _ask(self) -> None:
        if self._facts is not None:
            self.open_requested.emit(self._facts.row_id)

    def _again(self) -> None:
        self._theme.keep(self.setFixedWidth, 330)
        if self._facts is not None:
            self._show(self._facts)


def _callout(theme: Theme) -> tuple[QFrame, QLabel, QLabel]:
    frame = QFrame()
    frame.setObjectName("callout")
    column = QVBoxLayout(frame)
    theme.keep(column.setContentsMargins, 14, 9, 14, 9)
    theme.keep(column.setSpacing, 3)
    first, second = label("", "strong", wrap=True), label("", wrap=True)
    column.addWidget(first)
    column.addWidget(second)
    return frame, first, second
