"""The Qt application: its set-up, one window per desk folder, and what happens to a fault.

Nothing heavy is imported here: SQLAlchemy, keyring, psycopg and reportlab come after the first
paint, in the task gate's threads.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtWidgets import QApplication

from d2a_desktop.core.clock import Clock
from d2a_desktop.core.errors import UnreachableError
from d2a_desktop.core.paths import Profile, resource
from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.errors import Reporter, show_error
from d2a_desktop.ui.main_window import MainWindow
from d2a_desktop.ui.theme.theme import Look, Theme

_CALL_MS = 1000


def make_application(argv: Sequence[str] = ()) -> QApplication:
    """Return the process's QApplication, made if there is none."""
    there = QApplication.instance()
    if isinstance(there, QApplication):
        return there
    app = QApplication([*(argv or sys.argv[:1])])
    app.setApplicationName("d2a-desktop")
    app.setApplicationDisplayName("D2A")
    app.setOrganizationName("D2A")
    return app


def make_theme(app: QApplication, *, look: Look = Look.SYSTEM, text_percent: int = 100) -> Theme:
    """Return the theme, with the fonts and icons of the resources, put on the application."""
    try:
        fonts: Path | None = resource("fonts/inter")
    except UnreachableError:
        fonts = None  # the system's fonts serve
    theme = Theme(icons_dir=resource("icons"), fonts_dir=fonts)
    theme.set_look(look)
    theme.set_text_percent(text_percent)
    theme.apply(app)
    return theme


class SingleInstance(QObject):
    """Lets one window at a time open a desk's folder; a second start raises the first.

    Signals:
        raised: another start asked for this window.
    """

    raised = Signal()

    def __init__(self, profile: Profile, parent: QObject | None = None) -> None:
        super().__init__(parent)
        name = hashlib.sha256(str(profile.root).encode()).hexdigest()[:16]
        self._name = f"d2a-{name}"
        self._lock = QLockFile(str(profile.root / "window.lock"))
        self._lock.setStaleLockTime(0)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._called)

    def acquire(self) -> bool:
        """Take the folder; False when another window has it, which is asked to come forward."""
        if not self._lock.tryLock(0):
            self._call()
            return False
        QLocalServer.removeServer(self._name)
        self._server.listen(self._name)
        return True

    def release(self) -> None:
        """Give the folder back."""
        self._server.close()
        self._lock.unlock()

    def _call(self) -> None:
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if socket.waitForConnected(_CALL_MS):
            socket.disconnectFromServer()

    def _called(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.deleteLater()
            self.raised.emit()


class Desktop:
    """What the windows of this process share: application, theme, actions, reporter.

    Args:
        profile: the desk's folder (for the window lock and bug reports).
        clock, version: for bug reports.
        look, text_percent, single_letters: the person's settings.
    """

    def __init__(
        self,
        profile: Profile,
        *,
        clock: Clock,
        version: str,
        look: Look = Look.SYSTEM,
        text_percent: int = 100,
        single_letters: bool = True,
        argv: Sequence[str] = (),
    ) -> None:
        self.app = make_application(argv)
        self.theme = make_theme(self.app, look=look, text_percent=text_percent)
        self.actions = Actions(single_letters=single_letters)
        self.instance = SingleInstance(profile)
        self.reporter = Reporter(
            reports_dir=profile.reports_dir, now=clock.now, version=version, show=show_error
        )

    def start(self) -> bool:
        """Take the desk's folder and the hooks; False when its window is open already."""
        if not self.instance.acquire():
            return False
        self.reporter.install()
        return True

    def run(self, window: MainWindow) -> int:
        """Show the window and run until it is closed; returns Qt's exit code."""

        def come_forward() -> None:
            window.showNormal()
            window.raise_()
            window.activateWindow()

        self.instance.raised.connect(come_forward)
        window.show()
        try:
            return self.app.exec()
        finally:
            self.reporter.uninstall()
            self.instance.release()
