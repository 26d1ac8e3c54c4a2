"""The exchange in the background: live, after each command, and when asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from d2a_desktop.core.errors import KnownError
from d2a_desktop.domain.changes import ChangeSet
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.tasks import Job, Progress, Tasks

if TYPE_CHECKING:
    from d2a_desktop.services.exchange import Exchange, Why
    from d2a_desktop.services.queries.rows import SyncLight, SyncStep

_AFTER_COMMAND_MS = 150
_AFTER_A_FAULT_MS = 30_000
_AT_LEAST_EVERY_SECONDS = 40.0
_LONG_AFTER_MS = 1_000
_LOOK_EVERY_MS = 5_000
_SILENT_AFTER_MS = 60_000


class Report(Protocol):
    """What an exchange did (`Exchange.run`)."""

    @property
    def changes(self) -> ChangeSet:
        """What is different on this desk."""
        ...

    @property
    def repaired(self) -> int:
        """How many rows differed from the server's."""
        ...

    @property
    def cancelled(self) -> bool:
        """Whether a person ended it."""
        ...


class SyncLoop(QObject):
    """Exchanges and waits for news in turn, beside the commands; a failure only changes the light.

    Signals:
        light_changed: how the exchange stands (SyncLight).
        began: an exchange is under way.
        ended: it came to its end, well or not.
        progressed: how far one is that has taken over a second (SyncStep); None at its end.
        checked: what a check asked for by a person has come to (Report).
    """

    light_changed = Signal(object)
    began = Signal()
    ended = Signal()
    progressed = Signal(object)
    checked = Signal(object)
    _stepped = Signal(object)

    def __init__(self, tasks: Tasks, link: DeskLink, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._link = link
        self._job: Job | None = None
        self._wait: Job | None = None
        self._exchange: Exchange | None = None
        self._asked = False
        self._check_asked = self._checking = self._cancelled = False
        self._step: SyncStep | None = None
        self._shown = False
        self._long = QTimer(self)
        self._long.setSingleShot(True)
        self._long.setInterval(_LONG_AFTER_MS)
        self._long.timeout.connect(self._show_step)
        self._stepped.connect(self._take_step)
        # A run that hangs tells nothing: the light is asked all the while.
        self._look = QTimer(self)
        self._look.setInterval(_LOOK_EVERY_MS)
        self._look.timeout.connect(self._look_again)
        self._answered = QElapsedTimer()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_AFTER_COMMAND_MS)
        self._soon.timeout.connect(self._after_command)
        link.opened.connect(self._begin)
        link.closed.connect(self.stop)
        tasks.changed.connect(self._something_changed)

    @property
    def running(self) -> bool:
        """Whether an exchange is under way, or asked for and about to be."""
        return self._job is not None or self._asked

    @property
    def long(self) -> bool:
        """Whether an exchange is under way for over a second."""
        return self._shown

    @property
    def has_server(self) -> bool:
        """Whether there is a shared database to exchange with."""
        return self._link.is_open and bool(self._link.desk.settings.server_url)

    def run(self) -> None:
        """Exchange now; when one is under way, once more after it."""
        if self._exchange is None:
            self.show_light()
            return
        self._soon.stop()
        self._asked = True
        self._exchange.asked_for()
        self._await()

    def check(self) -> None:
        """Compare this computer with the server instead of the next exchange, which is now."""
        self._check_asked = self._exchange is not None
        self.run()

    def cancel(self) -> None:
        """End the exchange under way at its next page; what has arrived stays."""
        self._cancelled = self._job is not None

    def stop(self) -> None:
        """Begin no further exchange; end at once the one under way, and the wait for news."""
        self._soon.stop()
        self._look.stop()
        for job in (self._job, self._wait):
            if job is not None:
                job.cancel()
        if self._exchange is not None:
            self._exchange.promise(None)
            self._exchange.wake()
        self._job = self._wait = self._exchange = None
        self._asked = False

    def show_light(self) -> None:
        """Ask how the exchange stands, and tell."""
        if self._link.is_open:
            self._tasks.run_query(
                self._link.desk.exchange.light, self._show, owner=self, key="sync light"
            )

    def _begin(self) -> None:
        self._answered.start()
        self._look.start()
        if self.has_server:
            self._exchange = self._link.desk.exchange
            self._exchange.promise(_AT_LEAST_EVERY_SECONDS)
        self.run()

    def _await(self) -> None:
        """Wait until the next exchange is due, unless one or the wait is under way."""
        if self._exchange is None or self._job is not None or self._wait is not None:
            return
        exchange = self._exchange
        self._wait = self._tasks.run_waiting(
            lambda progress: exchange.wait_until_due(lambda: progress.cancelled),
            self._due,
            failed=self._could_not_wait,
            owner=self,
        )

    def _due(self, why: Why | None) -> None:
        self._wait = None
        if self._exchange is None or why is None:
            return
        exchange, caller = self._exchange, self._link.desk.caller

        checking, self._check_asked = self._check_asked, False

        self._cancelled = False

        def run(progress: Progress) -> Report:
            def cancelled() -> bool:
                return progress.cancelled or self._cancelled

            if checking:
                return exchange.check(on_progress=self._stepped.emit, cancelled=cancelled)
            return exchange.run(
                caller, why=why, on_progress=self._stepped.emit, cancelled=cancelled
            )

        self._asked = False
        self._checking = checking
        self._step, self._shown = None, False
        self._long.start()
        self._job = self._tasks.run_long_query(run, self._done, failed=self._failed, owner=self)
        self.began.emit()

    def _could_not_wait(self, problem: Exception) -> None:
        """Tell a fault of the wait, and begin again after a while: nobody is to be cut off."""
        self._wait = None
        self._tasks.failed.emit(problem)
        QTimer.singleShot(_AFTER_A_FAULT_MS, self, self._await)

    def _done(self, report: Report) -> None:
        checking = self._checking
        self._finish()
        self._tasks.tell(report.changes)
        if checking:
            self.checked.emit(report)

    def _failed(self, problem: Exception) -> None:
        self._finish()
        if not isinstance(problem, KnownError):
            self._tasks.failed.emit(problem)

    def _finish(self) -> None:
        self._job = None
        self._long.stop()
        self._step = None
        if self._shown:
            self._shown = False
            self.progressed.emit(None)
        self.show_light()
        self.ended.emit()
        self._await()

    def _something_changed(self) -> None:
        self.show_light()

    def _after_command(self) -> None:
        if self._exchange is not None:
            self._exchange.something_changed()
            self._await()

    def _take_step(self, step: SyncStep) -> None:
        if self._job is not None:
            self._step = step
            if self._shown:
                self.progressed.emit(step)

    def _show_step(self) -> None:
        if self._job is not None:
            self._shown = True
            self.show_light()
            if self._step is not None:
                self.progressed.emit(self._step)

    def _look_again(self) -> None:
        """Ask for the light; where the store gives no answer for a minute, say that."""
        if self._link.is_open and self._answered.elapsed() > _SILENT_AFTER_MS:
            self.light_changed.emit(self._link.desk.exchange.light_of_silence())
            return
        self.show_light()

    def _show(self, light: SyncLight) -> None:
        self._answered.restart()
        self.light_changed.emit(light)
        # What an exchange itself brought leaves nothing to send, so this ends.
        if light.pending and self.has_server and not self.running and light.state == "working":
            self._soon.start()
