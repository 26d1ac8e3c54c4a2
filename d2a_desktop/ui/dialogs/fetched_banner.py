"""The banner of a dialog that knows only the case: asked for and shown before anything is done."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from d2a_desktop.core.errors import RefusedError
from d2a_desktop.services.queries.rows import CaseView
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.item_models.case_banner import banner_facts
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.patient_banner import PatientBanner


class FetchedBanner(PatientBanner):
    """Who it is about, read in the background.

    Signals:
        known: it is shown, or this desk may not know: what the dialog does may be done now.
    """

    known = Signal()

    def __init__(
        self, theme: Theme, tasks: Tasks, link: DeskLink, case: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, parent)
        self._tasks, self._link = tasks, link
        self.is_known = False
        desk = link.desk
        tasks.run_query(
            lambda: desk.queries.case(desk.caller, case),
            self._show,
            failed=self._not_here,
            owner=self,
        )

    def _show(self, view: CaseView) -> None:
        self.show_person(banner_facts(view, now=self._link.now()))
        self._tell()

    def _not_here(self, problem: Exception) -> None:
        self.hide()
        if not isinstance(problem, RefusedError):
            self._tasks.failed.emit(problem)
        self._tell()

    def _tell(self) -> None:
        self.is_known = True
        self.known.emit()
