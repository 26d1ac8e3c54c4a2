"""Hands a caseload to a deputy: what it holds is shown first, and it can be taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QVBoxLayout, QWidget

from d2a_desktop.core.errors import KnownError
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.formats.words import count
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.dialog import Dialog
from d2a_desktop.ui.widgets.editors import QuietCombo
from d2a_desktop.ui.widgets.labels import Button, label

if TYPE_CHECKING:
    from d2a_desktop.services.caseload import Caseload, HandedOver


class CaseloadDialog(Dialog):
    """Asks from whom and to whom, and hands over all that is shown.

    Signals:
        handed: what was handed over (services.caseload.HandedOver); the window has closed.
    """

    handed = Signal(object)

    def __init__(
        self, theme: Theme, tasks: Tasks, link: DeskLink, *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._tasks, self._link = tasks, link
        self._load: Caseload | None = None
        self._busy = False
        self.setWindowTitle("Hand over a caseload")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        theme.keep(self.setMinimumWidth, 520)
        self.giver, self.taker = QuietCombo(theme), QuietCombo(theme)
        self.holds = label("", wrap=True)
        self.problem = label("", "error", wrap=True)
        self.problem.hide()
        self.button = Button(theme, "Hand over", kind="primary", clicked=self.hand_over)
        self.button.setEnabled(False)
        outer = QVBoxLayout(self)
        theme.keep(outer.setContentsMargins, 20, 20, 20, 20)
        theme.keep(outer.setSpacing, 12)
        outer.addWidget(label("Hand over a caseload", "title"))
        form = QFormLayout()
        for words, box in (("From", self.giver), ("To", self.taker)):
            box.setAccessibleName(words)
            form.addRow(words, box)
        outer.addLayout(form)
        outer.addWidget(self.holds)
        outer.addWidget(
            label("Each case gets an entry in the audit. It can be taken back.", "quiet", wrap=True)
        )
        outer.addWidget(self.problem)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(Button(theme, "Cancel", clicked=self.reject))
        row.addWidget(self.button)
        outer.addLayout(row)
        self.giver.currentIndexChanged.connect(lambda _row: self._look())
        self.taker.currentIndexChanged.connect(lambda _row: self._show_button())
        desk = link.desk
        tasks.run_query(
            lambda: desk.caseloads.colleagues(desk.caller), self._show_names, owner=self
        )

    def _show_names(self, names: tuple[str, ...]) -> None:
        me = self._link.desk.caller.name
        for box in (self.giver, self.taker):
            box.blockSignals(True)
            box.clear()
            box.addItem("", "")
            for name in dict.fromkeys((*names, *((me,) if box is self.giver else ()))):
                box.addItem(name, name)
            box.blockSignals(False)
        if not names:
            self.holds.setText("No colleague with a login is known on this desk yet.")
        self.giver.setCurrentIndex(self.giver.findData(me))

    def _look(self) -> None:
        """Show what the giver owns now."""
        self._load = None
        self._show_button()
        giver = str(self.giver.currentData() or "")
        if not giver:
            self.holds.setText("")
            return
        desk = self._link.desk
        self._tasks.run_query(
            lambda: desk.caseloads.of(desk.caller, giver),
            self._show_load,
            owner=self,
            key="caseload",
        )

    def _show_load(self, found: Caseload) -> None:
        self._load = found
        parts = (
            count(len(found.cases), "case", "cases"),
            count(len(found.tasks), "open task", "open tasks"),
            count(len(found.barriers), "open barrier", "open barriers"),
        )
        self.holds.setText(f"{found.owner} owns {', '.join(parts)}.")
        self._show_button()

    def _show_button(self) -> None:
        giver, taker = self.giver.currentData(), self.taker.currentData()
        has = self._load is not None and bool(self._load.items)
        self.button.setEnabled(has and bool(taker) and taker != giver and not self._busy)

    def hand_over(self) -> None:
        """Hand over what is shown."""
        found, desk = self._load, self._link.desk
        if found is None or not self.button.isEnabled():
            return
        taker = str(self.taker.currentData())
        self._busy = True
        self.problem.hide()
        self._show_button()
        self._tasks.run_command(
            lambda: desk.caseloads.hand_over(
                desk.caller, giver=found.owner, taker=taker, items=found.items
            ),
            self._handed,
            failed=self._failed,
            owner=self,
        )

    def _handed(self, handed: HandedOver) -> None:
        self._busy = False
        self.handed.emit(handed)
        self.accept()

    def _failed(self, problem: Exception) -> None:
        self._busy = False
        self._show_button()
        if not isinstance(problem, KnownError):
            self._tasks.failed.emit(problem)
            return
        self.problem.setText(str(problem))
        self.problem.show()

    def reject(self) -> None:
        if not self._busy:
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        event.setAccepted(not self._busy)
