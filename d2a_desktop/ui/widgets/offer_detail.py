"""The need profile of one offer and what can be done with it; anonymous until it is disclosed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from d2a_desktop.ui.formats.offer_words import (
    WAITING_WORDS,
    about,
    home_facts,
    length_words,
    reply_cell,
    start_words,
    status_cell,
    waits,
)
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.flow_layout import FlowLayout
from d2a_desktop.ui.widgets.labels import Button, Card, Facts, label, rule, tag

if TYPE_CHECKING:
    from d2a_desktop.services.queries.rows import OfferRow

_WAIT = (
    f"{WAITING_WORDS}: the acceptance holds, and the record is shown, once it is confirmed at the"
    " next sync."
)


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that can be done with an offer."""

    key: str
    words: str
    kind: str = ""
    icon: str = ""


class OfferDetail(Card):
    """Beside the list of offers.

    Signals:
        chosen: the key of the deed whose button was pressed.
    """

    chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent=parent)
        self._theme = theme
        self.buttons: dict[str, Button] = {}
        self.setAccessibleName("Need profile of the selected offer")
        theme.keep(self.setFixedWidth, 340)
        self._title = label("", "heading", wrap=True)
        self._sub = label("", "quiet", wrap=True)
        self._tags_box = QWidget()
        self._tags = FlowLayout(theme, self._tags_box, gap=6)
        self._wait = label(_WAIT, wrap=True)
        self._needs, self._home, self._rest = Facts(theme), Facts(theme), Facts(theme)
        self._row = FlowLayout(theme, gap=8, line_gap=8)
        self.body.addWidget(self._scrolled(theme), 1)
        self.body.addLayout(self._row)
        self.clear()

    def _scrolled(self, theme: Theme) -> QScrollArea:
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.viewport().setObjectName("clear")
        inner = QWidget()
        inner.setObjectName("clear")
        column = QVBoxLayout(inner)
        theme.keep(column.setContentsMargins, 0, 0, 6, 0)
        theme.keep(column.setSpacing, 8)
        for each in (self._title, self._sub, self._tags_box, self._wait):
            column.addWidget(each)
        self._heads = [label(words, "strong") for words in ("Start", "Needs", "Home")]
        blocks = zip(self._heads, (self._rest, self._needs, self._home), strict=True)
        for head, facts in blocks:
            for each in (rule(), head, facts):
                column.addWidget(each)
        column.addStretch(1)
        area.setWidget(inner)
        return area

    def show_offer(self, row: OfferRow, *, now: datetime, deeds: Sequence[Deed]) -> None:
        """Show one offer; its person only where it has been disclosed to this desk."""
        self._title.setText(f"Offer {row.reference}")
        who = row.person or f"Not named · {about(row)}"
        self._sub.setText("\n".join(part for part in (who, row.needs_summary) if part))
        status, clock = status_cell(row), reply_cell(row, now)
        self._tags.clear()
        self._tags.addWidget(tag(status.words, status.hue))
        self._wait.setVisible(waits(row))
        reply = f"{clock.words} · {clock.below}" if clock.below else clock.words
        start: list[tuple[str, str]] = [
            ("Reply", reply),
            ("Start", start_words(row)),
            ("Length", length_words(row).removeprefix("for ")),
            ("Carers", str(row.carers_needed or "Not known")),
            ("Funding", row.funding_type or "Not known"),
        ]
        if row.decline_reason:
            start.append(("Declined", row.decline_reason.replace("_", " ").capitalize()))
        if row.worker:
            start.append(("Worker", row.worker))
        self._rest.show_facts(start)
        self._needs.show_facts((*row.needs, *_wishes(row)))
        self._home.show_facts(home_facts(row))
        self._show_deeds(deeds)

    def clear(self) -> None:
        """Show that no offer is selected."""
        self._title.setText("No offer selected")
        self._sub.setText("Choose one with the arrow keys to see the need.")
        self._tags.clear()
        self._wait.hide()
        for facts in (self._rest, self._needs, self._home):
            facts.show_facts(())
        self._show_deeds(())

    def _show_deeds(self, deeds: Sequence[Deed]) -> None:
        if [each.key for each in deeds] == list(self.buttons):
            return
        self._row.clear()
        self.buttons = {}
        for deed in deeds:
            button = Button(self._theme, deed.words, kind=deed.kind, icon=deed.icon)
            button.clicked.connect(partial(self._choose, deed.key))
            self._row.addWidget(button)
            self.buttons[deed.key] = button

    def _choose(self, key: str) -> None:
        self.chosen.emit(key)


def _wishes(row: OfferRow) -> tuple[tuple[str, str], ...]:
    gender = (row.gender_required or "").replace("_", " ")
    return (
        ("Skills", ", ".join(row.required_skills) or "None required"),
        ("Languages", ", ".join(row.languages) or "None required"),
        ("Gender of carer", gender.capitalize() or "No wish recorded"),
    )
