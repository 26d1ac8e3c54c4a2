"""One window at a time for a desk's folder: a second start raises the first one's window."""

from __future__ import annotations

import hashlib
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from d2a_desktop.core.errors import UnreachableError
from d2a_desktop.core.logs import EventLog
from d2a_desktop.core.paths import Profile

_LOG = EventLog(__name__)
_CALL_MS = 1_000
_ANSWER_MS = 4_000
_ASK, _ANSWER = b"raise\n", b"here\n"


def already_open() -> UnreachableError:
    """Return the words for a desk whose window is open and does not answer."""
    return UnreachableError(
        "This desk is open already, in a window that does not answer.",
        what_to_do="Look for its window, or for another person's sign-in on this computer. If it"
        " hangs, end it there or restart the computer, then open the desk again.",
        code="already_open",
    )


class SingleInstance(QObject):
    """Lets one window at a time open a desk's folder.

    The lock is the folder's; the name by which windows call one another is of this person and
    folder, so that nobody else on the computer can answer to it.

    Signals:
        raised: another start asked for this window.
    """

    raised = Signal()

    def __init__(self, profile: Profile, parent: QObject | None = None) -> None:
        super().__init__(parent)
        whose = f"{Path.home()}\n{profile.root.resolve()}"
        self._name = f"d2a-{hashlib.sha256(whose.encode()).hexdigest()[:16]}"
        self._lock = QLockFile(str(profile.root / "window.lock"))
        self._lock.setStaleLockTime(0)
        self.answered = False
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._called)

    def acquire(self) -> bool:
        """Take the folder; False when another window has it, which is asked to come forward.

        `answered` then says whether that window heard it.
        """
        if not self._lock.tryLock(0):
            self.answered = self._call()
            return False
        QLocalServer.removeServer(self._name)  # what a crash left behind
        if not self._server.listen(self._name):
            _LOG.warning("no_place_for_calls")  # a second start says that this one is silent
        return True

    def release(self) -> None:
        """Give the folder back."""
        self._server.close()
        self._lock.unlock()

    def _call(self) -> bool:
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(_CALL_MS):
            return False
        socket.write(_ASK)
        socket.flush()
        heard = socket.waitForReadyRead(_ANSWER_MS) and bytes(socket.readAll().data()) == _ANSWER
        socket.disconnectFromServer()
        return heard

    def _called(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.readyRead.connect(lambda one=socket: self._answer(one))
            socket.disconnected.connect(socket.deleteLater)
            if socket.bytesAvailable():
                self._answer(socket)

    def _answer(self, socket: QLocalSocket) -> None:
        if bytes(socket.readAll().data()) == _ASK:
            socket.write(_ANSWER)
            socket.flush()
            self.raised.emit()
