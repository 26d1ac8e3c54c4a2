"""A desk's windows in a process of their own; each line on standard input is a kind to show.

Answers `ready KIND` once the window is active and loaded. Run as
`python -m tests.ui.xvfb.desk_process FOLDER` by the tests beside it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, QEvent, QEventLoop, QObject, QSocketNotifier, QTimer
from PySide6.QtWidgets import QApplication, QDialog

from d2a_desktop.services.solver_process import SolverProcess
from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.app import make_application, make_theme
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Look
from tests.ui.access.desks import Shown, desk_of, make_story, make_window

_QUIET_MS = 150


def say(words: str) -> None:
    """Answer with one line."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


class WindowManager(QObject):
    """Gives the focus of the keys to a dialog that comes and back to what is below when it goes.

    No window manager runs on this screen, and without one nobody does.
    """

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(watched, QDialog):
            if event.type() == QEvent.Type.Show:
                QTimer.singleShot(0, watched, watched.activateWindow)
            elif event.type() == QEvent.Type.Hide and (below := watched.parentWidget()) is not None:
                window = below.window()
                QTimer.singleShot(0, window, window.activateWindow)
        return False


class Desks:
    """Shows one window at a time."""

    def __init__(self, folder: Path) -> None:
        self.app = make_application(["d2a"])
        self.app.setQuitOnLastWindowClosed(False)
        self.manager = WindowManager()
        self.app.installEventFilter(self.manager)
        self.theme = make_theme(self.app, look=Look.LIGHT)
        self.folder = folder
        self.story = make_story(folder / "story")
        self.solver = SolverProcess()
        self.tasks = Tasks()
        self.actions = Actions()
        self.busy = self.number = 0
        self.tasks.busy.connect(self._note)
        self.here: Shown | None = None

    def _note(self, jobs: int) -> None:
        self.busy = jobs

    def show(self, kind: str) -> None:
        """Close the window before and show one of this kind."""
        self.leave()
        self.number += 1
        walk = self.story.copied_to(self.folder / f"{self.number} {kind}")
        self.here = make_window(
            walk,
            kind,
            theme=self.theme,
            actions=self.actions,
            tasks=self.tasks,
            solver=self.solver,
            rest=self.rest,
        )
        self.here.window.lock_asked.connect(self.here.window.lock)
        self.here.window.show()
        self.here.window.activateWindow()
        self.here.link.set_desk(desk_of(walk, kind, self.solver))
        self.rest()

    def leave(self) -> None:
        """Close the window in front, if there is one."""
        if self.here is None:
            return
        self.here.link.clear()
        self.here.window.close()
        self.here.window.deleteLater()
        self.here.walk.close()
        self.here = None
        self.rest()

    def rest(self) -> None:
        """Let the window work until nothing has been under way for a moment."""
        quiet = QDeadlineTimer(_QUIET_MS)
        while not quiet.hasExpired():
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 10)
            QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            if self.busy:
                quiet = QDeadlineTimer(_QUIET_MS)

    def answer(self) -> None:
        """Do what the next line asks; the end of the input ends the process."""
        kind = sys.stdin.readline().strip()
        if not kind:
            self.app.quit()
            return
        self.show(kind)
        say(f"ready {kind}")

    def run(self) -> None:
        """Answer until the input ends."""
        say("ready")
        listening = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
        listening.activated.connect(self.answer)
        self.app.exec()
        self.leave()
        self.tasks.close()
        self.solver.close()


if __name__ == "__main__":
    Desks(Path(sys.argv[1])).run()
