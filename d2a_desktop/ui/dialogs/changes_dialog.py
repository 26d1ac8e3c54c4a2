"""What changed on the board since a person last looked, row by row, to step through or to clear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from d2a_desktop.ui.formats.cells import PersonCell, TextCell
from d2a_desktop.ui.formats.language import plural, tr
from d2a_desktop.ui.item_models.rows_model import Column, RowsModel
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.board_view import BoardView
from d2a_desktop.ui.widgets.dialog import Dialog
from d2a_desktop.ui.widgets.labels import Button, label


@dataclass(frozen=True)
class ChangedRow:
    """One person of the board and what changed."""

    case_id: str
    bed: str
    person: PersonCell
    words: tuple[str, ...]


def changes_model() -> RowsModel[ChangedRow]:
    """Return the empty model of the list."""
    columns: tuple[Column[ChangedRow], ...] = (
        Column("bed", tr("Bed"), lambda row: TextCell(row.bed), lambda row: row.bed, width=90),
        Column(
            "person", tr("Patient"), lambda row: row.person, lambda row: row.person.name, width=200
        ),
        Column(
            "words",
            tr("What changed"),
            lambda row: TextCell(*_first_and_rest(row.words)),
            lambda row: row.words,
            width=320,
            stretch=1,
        ),
    )
    return RowsModel(columns, id_of=lambda row: row.case_id)


def _first_and_rest(words: tuple[str, ...]) -> tuple[str, str]:
    first, *rest = words or ("",)
    return first, " · ".join(rest)


class ChangesDialog(Dialog):
    """Enter goes to the row on the board; one button notes that all were seen.

    Signals:
        chosen: the id of the case to go to.
        all_seen: everything was looked at.
    """

    chosen = Signal(str)
    all_seen = Signal()

    def __init__(
        self,
        theme: Theme,
        rows: Sequence[ChangedRow],
        *,
        since: str,
        gone: int,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Changed since you last looked"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        outer = QVBoxLayout(self)
        theme.keep(outer.setContentsMargins, 20, 20, 20, 20)
        theme.keep(outer.setSpacing, 12)
        outer.addWidget(label(tr("Changed since you last looked"), "title"))
        rows_changed = plural(len(rows), "row changed", "rows changed")
        words = tr("{rows}; all was last marked as seen {when}.", rows=rows_changed, when=since)
        if gone:
            words += " " + plural(
                gone, "person is no longer on the board.", "people are no longer on the board."
            )
        outer.addWidget(label(words, "quiet", wrap=True))
        self.model = changes_model()
        self.view = BoardView(
            theme, self.model, columns=self.model.columns, name=tr("Changed since you last looked")
        )
        self.view.opened.connect(self._go)
        outer.addWidget(self.view, 1)
        row = QHBoxLayout()
        self.seen_button = Button(theme, tr("All seen"), clicked=self._seen)
        self.close_button = Button(theme, tr("Close"), clicked=self.reject)
        self.go_button = Button(
            theme, tr("Go to this row"), kind="primary", clicked=self.view.open_current
        )
        self.go_button.setDefault(True)
        row.addWidget(self.seen_button)
        row.addStretch(1)
        row.addWidget(self.close_button)
        row.addWidget(self.go_button)
        outer.addLayout(row)
        self.resize(theme.px(760), theme.px(520))
        self.model.show(rows)
        self.view.setFocus(Qt.FocusReason.TabFocusReason)

    def _go(self, case_id: str) -> None:
        self.accept()
        self.chosen.emit(case_id)

    def _seen(self) -> None:
        self.accept()
        self.all_seen.emit()
