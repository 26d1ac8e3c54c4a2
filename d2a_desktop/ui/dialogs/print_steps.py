"""The steps that every window for printing shares: ask where to, record, send, say what refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtWidgets import QLabel, QWidget

from d2a_desktop.core.errors import KnownError
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.dialogs.print_service import ChosenPrinter, PrintService, SystemPrinting
from d2a_desktop.ui.tasks import Progress, Tasks
from d2a_desktop.ui.widgets.labels import label

T = TypeVar("T")


class PrintSteps:
    """Asks for a printer or a file and issues; the record is kept before anything leaves.

    Args:
        window: over which the system's dialogs stand, and whose end drops the answer.
        tasks, link: the desk's own.
        printing: the door to printers and files; None for the system's.
        set_ready: told whether something may be printed now.
    """

    def __init__(
        self,
        window: QWidget,
        tasks: Tasks,
        link: DeskLink,
        *,
        printing: PrintService | None,
        set_ready: Callable[[bool], object],
    ) -> None:
        self._window, self._tasks, self._link = window, tasks, link
        self._set_ready = set_ready
        self.printing = printing or SystemPrinting()
        self.remembered = ""
        self.problem: QLabel = label("", "error", wrap=True)
        self.problem.hide()

    def look_up_printer(self) -> None:
        """Learn which printer this person used last."""
        desk = self._link.desk
        self._tasks.run_query(
            lambda: desk.printers.remembered(desk.caller), self.remember, owner=self._window
        )

    def remember(self, printer: str) -> None:
        """Begin with this printer the next time."""
        self.remembered = printer or self.remembered

    def ask_printer(self) -> ChosenPrinter | None:
        """Ask for a printer; None when cancelled."""
        printer = self.printing.choose_printer(self._window, self.remembered)
        if printer is not None:
            self.remember(printer.name)
        return printer

    def ask_file(self, name: str) -> Path | None:
        """Ask where to save; `name` is never a person's. None when cancelled."""
        return self.printing.choose_file(self._window, name)

    def save(self, name: str, issue: Callable[[Path], T], done: Callable[[T], None]) -> None:
        """Ask for a file, then issue to it."""
        out = self.ask_file(name)
        if out is not None:
            self._run(lambda _progress: issue(out), done)

    def print_one(
        self, print_out: Callable[[], tuple[T, bytes]], done: Callable[[T], None]
    ) -> None:
        """Ask for a printer, record the print, then send it; the pages never touch the disk."""
        printer = self.ask_printer()
        if printer is None:
            return
        desk = self._link.desk

        def work(progress: Progress) -> T:
            issued, pdf = print_out()
            desk.printers.remember(desk.caller, printer.name)
            printer.send(pdf, progress.stop_if_cancelled)
            return issued

        self._run(work, done)

    def _run(self, work: Callable[[Progress], T], done: Callable[[T], None]) -> None:
        self.problem.hide()
        self._set_ready(False)

        def ended(issued: T) -> None:
            self._set_ready(True)
            done(issued)

        self._tasks.run_long_command(work, ended, failed=self.failed, owner=self._window)

    def failed(self, problem: Exception) -> None:
        """Say what refused; what nobody foresaw goes to the desk's own report."""
        self._set_ready(True)
        if not isinstance(problem, KnownError):
            self._tasks.failed.emit(problem)
            return
        self.problem.setText(str(problem))
        self.problem.show()
