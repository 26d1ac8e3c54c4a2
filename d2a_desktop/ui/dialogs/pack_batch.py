"""Prints the handover packs of tomorrow's departures, one job for each, until cancelled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from d2a_desktop.domain.codes import PackKind
from d2a_desktop.domain.display import display_date
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.dialogs.print_service import PrintService
from d2a_desktop.ui.dialogs.print_steps import PrintSteps
from d2a_desktop.ui.formats.words import count
from d2a_desktop.ui.tasks import Job, Progress, Tasks
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.dialog import Dialog
from d2a_desktop.ui.widgets.labels import Button, label
from d2a_desktop.ui.widgets.progress_line import ProgressRow

if TYPE_CHECKING:
    from d2a_desktop.services.pack_batch import BatchReport

_PURPOSE = "Leaves tomorrow"


class PackBatchDialog(Dialog):
    """Says how many leave tomorrow, asks for a printer, and prints a pack for each of them.

    Args:
        theme, tasks, link: the desk's own.
        printing: the door to printers.
    """

    def __init__(
        self,
        theme: Theme,
        tasks: Tasks,
        link: DeskLink,
        *,
        printing: PrintService | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._tasks, self._link = tasks, link
        self.steps = PrintSteps(self, tasks, link, printing=printing, set_ready=self._set_ready)
        self.problem = self.steps.problem
        self._cases: tuple[str, ...] = ()
        self._job: Job | None = None
        self._done = 0
        self.setWindowTitle("Packs for tomorrow")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.words = label("Looking who leaves tomorrow…", wrap=True)
        self.progress = ProgressRow(theme, "Printing packs")
        self.progress.cancelled.connect(self._cancel)
        self.progress.hide()
        self.print_button = Button(theme, "Print…", kind="primary", clicked=self.print_all)
        self.print_button.setEnabled(False)
        outer = QVBoxLayout(self)
        theme.keep(outer.setContentsMargins, 20, 20, 20, 20)
        theme.keep(outer.setSpacing, 12)
        outer.addWidget(label("Packs for tomorrow", "title"))
        for each in (self.words, self.problem, self.progress):
            outer.addWidget(each)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.print_button)
        row.addWidget(Button(theme, "Close", clicked=self.close))
        outer.addLayout(row)
        theme.keep(self.setMinimumWidth, 520)
        self._load()

    def _load(self) -> None:
        desk = self._link.desk

        def leaving() -> tuple[str, tuple[str, ...], str]:
            day = desk.pack_batch.tomorrow()
            cases = desk.pack_batch.leaving(desk.caller, day)
            return display_date(day), cases, desk.printers.remembered(desk.caller)

        self._tasks.run_query(leaving, self._show, failed=self.steps.failed, owner=self)

    def _show(self, found: tuple[str, tuple[str, ...], str]) -> None:
        day, self._cases, printer = found
        self.steps.remember(printer)
        if not self._cases:
            self.words.setText(f"Nobody is planned to leave on {day}.")
            return
        people = count(len(self._cases), "person is", "people are")
        self.words.setText(
            f"{people} planned to leave on {day}. Each handover pack is a print of its own."
        )
        self.print_button.setEnabled(True)

    def print_all(self) -> None:
        """Ask for a printer once, then print pack after pack."""
        printer = self.steps.ask_printer()
        if printer is None:
            return
        self.problem.hide()
        self.print_button.setEnabled(False)
        self._done = 0
        desk, cases = self._link.desk, self._cases

        def work(progress: Progress) -> BatchReport:
            desk.printers.remember(desk.caller, printer.name)
            return desk.pack_batch.print_all(
                desk.caller,
                cases,
                PackKind.HANDOVER.value,
                # Between packs, not within one: half a pack must not lie in the tray.
                lambda _issued, pdf: printer.send(pdf, _never),
                told=progress.report,
                purpose=_PURPOSE,
            )

        self.progress.show()
        self.progress.show_progress(0, len(cases))
        self._job = self._tasks.run_long_command(
            work, self._printed, failed=self.steps.failed, owner=self
        )
        self._job.progressed.connect(self._show_progress)
        self._job.ended.connect(self._ended)

    def _show_progress(self, done: int, total: int, _words: str) -> None:
        self._done = done
        self.progress.show_progress(done, total)

    def _printed(self, report: BatchReport) -> None:
        words = f"{count(len(report.printed), 'pack', 'packs')} printed and recorded"
        if report.drafts:
            words += f", {report.drafts} of them as DRAFT"
        self.words.setText(f"{words}.")
        if report.refused:
            told = "; ".join(f"{case}: {why}" for case, why in report.refused)
            self.problem.setText(f"Not printed: {told}")
            self.problem.show()

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def _ended(self) -> None:
        if self._job is not None and self._job.cancelled:
            packs = count(self._done, "pack", "packs")
            self.words.setText(f"Stopped. {packs} of {len(self._cases)} printed and recorded.")
            self.print_button.setEnabled(True)
        self._job = None
        self.progress.hide()

    def _set_ready(self, ready: bool) -> None:
        self.print_button.setEnabled(ready and bool(self._cases))

    def closeEvent(self, event: QCloseEvent) -> None:
        event.setAccepted(self._job is None)


def _never() -> None:
    """Let a job that has begun come to its end."""
