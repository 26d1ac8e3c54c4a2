"""The exchange in the background: live, after each command, and when asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from d2a_desktop.core.errors import KnownError
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.tasks import Job, Progress, Tasks

if TYPE_CHECKING:
    from d2a_desktop.services.exchange import Exchange, Why
    from d2a_desktop.services.queries.rows import SyncLight

_AFTER_COMMAND_MS = 150
_AFTER_A_FAULT_MS = 30_000
_AT_LEAST_EVERY_SECONDS = 40.0


class SyncLoop(QObject):
    """Exchanges and waits for news in turn, beside the commands; a failure only changes the light.

    Signals:
        light_changed: how the exchange stands (SyncLight).
        began: an exchange is under way.
        ended: it came to its end, well or not.
    """

    light_changed = Signal(object)
    began = Signal()
    ended = Signal()

    def __init__(self, tasks: Tasks, link: DeskLink, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._link = link
        self._job: Job | None = None
        self._wait: Job | None = None
        self._exchange: Exchange | None = None
        self._asked = False
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

    def stop(self) -> None:
        """Begin no further exchange; end at once the one under way, and the wait for news."""
        self._soon.stop()
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

        def run(progress: Progress) -> object:
            return exchange.run(caller, why=why, cancelled=lambda: progress.cancelled).changes

        self._asked = False
        self._job = self._tasks.run_long_query(run, self._done, failed=self._failed, owner=self)
        self.began.emit()

    def _could_not_wait(self, problem: Exception) -> None:
        """Tell a fault of the wait, and begin again after a while: nobody is to be cut off."""
        self._wait = None
        self._tasks.failed.emit(problem)
        QTimer.singleShot(_AFTER_A_FAULT_MS, self, self._await)

    def _done(self, changes: object) -> None:
        self._finish()
        self._tasks.tell(changes)  # type: ignore[arg-type]  # the report's ChangeSet

    def _failed(self, problem: Exception) -> None:
        self._finish()
        if not isinstance(problem, KnownError):
            self._tasks.failed.emit(problem)

    def _finish(self) -> None:
        self._job = None
        self.show_light()
        self.ended.emit()
        self._await()

    def _something_changed(self) -> None:
        self.show_light()

    def _after_command(self) -> None:
        if self._exchange is not None:
            self._exchange.something_changed()
            self._await()

    def _show(self, light: SyncLight) -> None:
        self.light_changed.emit(light)
        # What an exchange itself brought leaves nothing to send, so this ends.
        if light.pending and self.has_server and not self.running and light.state == "working":
            self._soon.start()
