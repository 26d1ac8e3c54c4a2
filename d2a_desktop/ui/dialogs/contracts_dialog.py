"""The agencies' capacity contracts as a hub sees them, and those it keeps for partners."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from d2a_desktop.core.clock import london_day
from d2a_desktop.domain.fields import RECORDS
from d2a_desktop.domain.permissions import Caller, may
from d2a_desktop.ui.dialogs import roster_forms as forms
from d2a_desktop.ui.dialogs.roster_changes import RosterChanges
from d2a_desktop.ui.item_models.roster_model import contracts_model
from d2a_desktop.ui.widgets.board_view import BoardView
from d2a_desktop.ui.widgets.dialog import Dialog
from d2a_desktop.ui.widgets.labels import Button, label

if TYPE_CHECKING:
    from datetime import date

    from d2a_desktop.services.queries.roster_rows import ContractRow, WorkerRoster
    from d2a_desktop.ui.dialogs.action_dialog import DialogPlace
    from d2a_desktop.ui.dialogs.roster_dialog import RosterDialog

_TOLD = (
    "An agency with a desk keeps its contract itself. That of a partner without a desk, and its"
    " guaranteed starts, are written down here."
)


def keeps_contracts(caller: Caller) -> bool:
    """Return whether this person keeps contracts for others (`domain.fields`, who may insert)."""
    kinds = RECORDS["capacity_contract"].insert
    return may(caller, "contract") and caller.org_kind in kinds and caller.org_kind != "agency"


class ContractsDialog(Dialog):
    """One line for each contract; Enter changes it, where it is a partner's.

    Signals:
        done_with: the words for the toast.
    """

    done_with = Signal(str)

    def __init__(self, place: DialogPlace, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme = place.theme
        self._place = place
        self._found: WorkerRoster | None = None
        self._changes = RosterChanges(place, self, main="contract", done=self._done)
        self.setWindowTitle("Capacity contracts")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        outer = QVBoxLayout(self)
        theme.keep(outer.setContentsMargins, 20, 20, 20, 20)
        theme.keep(outer.setSpacing, 12)
        outer.addWidget(label("Capacity contracts", "title"))
        self.told = label(_TOLD, "quiet", wrap=True)
        outer.addWidget(self.told)
        self.model = contracts_model()
        self.view = BoardView(
            theme, self.model, columns=self.model.columns, name="Capacity contracts"
        )
        self.view.opened.connect(lambda _row_id: self.change())
        self.view.current_changed.connect(lambda _row_id: self._show_buttons())
        outer.addWidget(self.view, 1)
        row = QHBoxLayout()
        self.change_button = Button(theme, "Change…", icon="edit", clicked=self.change)
        self.starts_button = Button(theme, "Open starts…", icon="plus", clicked=self.open_starts)
        self.new_button = Button(theme, "New contract…", kind="primary", clicked=self.add)
        self.close_button = Button(theme, "Close", clicked=self.reject)
        for button in (self.change_button, self.starts_button):
            row.addWidget(button)
        row.addStretch(1)
        for button in (self.close_button, self.new_button):
            row.addWidget(button)
        outer.addLayout(row)
        self.resize(theme.px(820), theme.px(460))
        self._show_buttons()
        self._load()

    def add(self) -> RosterDialog | None:
        """Ask for a new contract of a partner."""
        partners = self._found.partners if self._found is not None else ()
        if not partners:
            return None
        return self._changes.open(forms.contract_form(None, today=self._today(), partners=partners))

    def change(self) -> RosterDialog | None:
        """Change the selected contract of a partner."""
        row = self.current()
        if row is None or not row.of_partner:
            return None
        return self._changes.open(
            forms.contract_form(row, today=self._today()), row_id=row.contract_id
        )

    def open_starts(self) -> RosterDialog | None:
        """Open guaranteed starts of a week under the selected contract of a partner."""
        row = self.current()
        if row is None or not row.of_partner:
            return None
        return self._changes.open(forms.starts_form(row, today=self._today()))

    def current(self) -> ContractRow | None:
        """Return the selected contract."""
        return self.model.row_of(self.view.current_id)

    # ------------------------------------------------------------ inside

    def _today(self) -> date:
        return london_day(self._place.link.desk.clock.now())

    def _load(self) -> None:
        desk = self._place.link.desk
        self._place.tasks.run_query(
            lambda: desk.queries.worker_roster(desk.caller), self._show, owner=self
        )

    def _show(self, found: WorkerRoster) -> None:
        first = self._found is None
        self._found = found
        self.model.show(sorted(found.contracts, key=lambda row: (not row.of_partner, row.agency)))
        if found.contracts and not self.view.current_id:
            self.view.selectRow(0)
        self._show_buttons()
        if first:
            stop = self.view if found.contracts else self.new_button
            if not stop.isEnabled():
                stop = self.close_button
            stop.setFocus(Qt.FocusReason.TabFocusReason)
        if not found.partners:
            self.told.setText(f"{_TOLD} Every agency of this system has a desk.")

    def _show_buttons(self) -> None:
        row = self.current()
        kept = row is not None and row.of_partner
        self.change_button.setEnabled(kept)
        self.starts_button.setEnabled(kept)
        self.new_button.setEnabled(bool(self._found and self._found.partners))

    def _done(self, words: str, select: str) -> None:
        self.told.setText(words)
        self.view.setAccessibleDescription(words)  # read out where the focus goes back to
        if select:
            self.view.go_to(select)
        self.done_with.emit(words)
        self._load()
