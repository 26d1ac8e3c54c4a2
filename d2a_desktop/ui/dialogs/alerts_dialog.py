"""The panel of alerts: what presses now, the urgent first; each opens what it is about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from d2a_desktop.ui.formats.cells import TagCell, TextCell
from d2a_desktop.ui.formats.language import plural, tr
from d2a_desktop.ui.formats.tones import Hue, Tone
from d2a_desktop.ui.item_models.rows_model import Column, RowsModel
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.board_view import BoardView
from d2a_desktop.ui.widgets.dialog import Dialog
from d2a_desktop.ui.widgets.labels import Button, label

if TYPE_CHECKING:
    from d2a_desktop.services.queries.alert_rows import AlertRow

KINDS = {
    "task": "Red task",
    "clock": "Clock",
    "offer": "Offer",
    "paper": "Paper",
    "conflict": "Sync",
}


# What an alert of each kind says, as `services/queries/alerts.py` writes it. Whatever else stands
# there was typed by somebody, such as the title of a task.
SENTENCES = {
    "task": ("Worker not confirmed since {when}", "Person not confirmed home since {when}"),
    "clock": ("Assess at home by {when}", "Not assessed at home: {clock}"),
    "offer": ("No reply by {when}", "Reply by {when}", "Offer {reference}"),
    "paper": ("{paper} has ended: {when}", "{paper} ends soon: {when}"),
    "conflict": ("A change was refused: {record}", "Two edits met: {record}"),
}


def said(words: str, kind: str) -> str:
    """Return a sentence of an alert in the language of the screen; other words as they stand."""
    for sentence in SENTENCES.get(kind, ()):
        pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(sentence))
        if found := re.fullmatch(pattern, words):
            return tr(sentence, **found.groupdict())
    return words


def alerts_model() -> RowsModel[AlertRow]:
    """Return the empty model of the panel."""
    columns: tuple[Column[AlertRow], ...] = (
        Column("kind", tr("Kind"), _kind, lambda row: (not row.urgent, row.kind), width=110),
        Column("words", tr("What"), _words, lambda row: row.words, width=260, stretch=2),
        Column(
            "about",
            tr("About"),
            lambda row: TextCell(said(row.about, row.kind)),
            lambda row: row.about,
            width=220,
            stretch=1,
        ),
    )
    return RowsModel(columns, id_of=lambda row: row.alert_id)


def alerts_words(rows: Sequence[AlertRow]) -> str:
    """Return how many there are and how many of them are urgent."""
    if not rows:
        return tr("Nothing presses now.")
    urgent = sum(1 for row in rows if row.urgent)
    alerts = plural(len(rows), "alert", "alerts")
    return tr("{alerts}, {number} urgent", alerts=alerts, number=urgent)


class AlertsDialog(Dialog):
    """Enter opens what the current alert is about; rows stay while they are looked at.

    Signals:
        chosen: the AlertRow to open.
    """

    chosen = Signal(object)

    def __init__(
        self, theme: Theme, rows: Sequence[AlertRow], *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Alerts"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        outer = QVBoxLayout(self)
        theme.keep(outer.setContentsMargins, 20, 20, 20, 20)
        theme.keep(outer.setSpacing, 12)
        outer.addWidget(label(tr("Alerts"), "title"))
        outer.addWidget(label(alerts_words(rows), "quiet"))
        self.model = alerts_model()
        self.view = BoardView(theme, self.model, columns=self.model.columns, name=tr("Alerts"))
        self.view.opened.connect(self._go)
        outer.addWidget(self.view, 1)
        row = QHBoxLayout()
        self.close_button = Button(theme, tr("Close"), clicked=self.reject)
        self.open_button = Button(theme, tr("Open"), kind="primary", clicked=self.view.open_current)
        self.open_button.setEnabled(bool(rows))
        self.open_button.setDefault(True)
        row.addStretch(1)
        row.addWidget(self.close_button)
        row.addWidget(self.open_button)
        outer.addLayout(row)
        self.resize(theme.px(760), theme.px(520))
        self.model.show(rows)
        if rows:
            self.view.select_id(rows[0].alert_id)
        self.view.setFocus(Qt.FocusReason.TabFocusReason)

    def _go(self, alert_id: str) -> None:
        row = self.model.row_of(alert_id)
        self.accept()
        if row is not None:
            self.chosen.emit(row)


def _kind(row: AlertRow) -> TagCell:
    words = tr(KINDS.get(row.kind, row.kind))
    return TagCell(f"{words} !" if row.urgent else words, Hue.RED if row.urgent else Hue.AMBER)


def _words(row: AlertRow) -> TextCell:
    return TextCell(
        said(row.words, row.kind), row.detail, tone=Tone.BAD if row.urgent else Tone.PLAIN
    )
