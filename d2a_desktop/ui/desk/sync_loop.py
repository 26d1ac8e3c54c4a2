"""The exchange in the background: every half minute, after each command, and when asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from d2a_desktop.core.errors import KnownError
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.tasks import Job, Progress, Tasks

if TYPE_CHECKING:
    from d2a_desktop.services.queries.rows import SyncLight

_EVERY_MS = 30_000
_AFTER_COMMAND_MS = 1_000


class SyncLoop(QObject):
    """Runs one exchange at a time beside the commands; a failure only changes the light.

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
        self._again = False
        self._every = QTimer(self)
        self._every.setInterval(_EVERY_MS)
        self._every.timeout.connect(self.run)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_AFTER_COMMAND_MS)
        self._soon.timeout.connect(self.run)
        link.opened.connect(self._begin)
        link.closed.connect(self.stop)
        tasks.changed.connect(self._something_changed)

    @property
    def running(self) -> bool:
        """Whether an exchange is under way."""
        return self._job is not None

    @property
    def has_server(self) -> bool:
        """Whether there is a shared database to exchange with."""
        return self._link.is_open and bool(self._link.desk.settings.server_url)

    def run(self) -> None:
        """Exchange now; when one is under way, once more after it."""
        if not self.has_server:
            self.show_light()
            return
        if self.running:
            self._again = True
            return
        self._soon.stop()
        self._job = self._tasks.run_long_query(
            self._exchange, self._done, failed=self._failed, owner=self
        )
        self.began.emit()

    def stop(self) -> None:
        """Begin no further exchange, and end the one under way at its next step."""
        self._every.stop()
        self._soon.stop()
        self._again = False
        if self._job is not None:
            self._job.cancel()

    def show_light(self) -> None:
        """Ask how the exchange stands, and tell."""
        if self._link.is_open:
            self._tasks.run_query(
                self._link.desk.exchange.light, self._show, owner=self, key="sync light"
            )

    def _begin(self) -> None:
        if self.has_server:
            self._every.start()
        self.run()

    def _exchange(self, progress: Progress) -> object:
        desk = self._link.desk
        return desk.exchange.run(desk.caller, cancelled=lambda: progress.cancelled).changes

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
        if self._again and self._link.is_open:
            self._again = False
            self.run()

    def _something_changed(self) -> None:
        self.show_light()

    def _show(self, light: SyncLight) -> None:
        self.light_changed.emit(light)
        # What an exchange itself brought leaves nothing to send, so this ends.
        if light.pending and self.has_server and not self.running and light.state == "working":
            self._soon.start()
