"""Follows the desk's door: who must see nothing sees the cover, while the desk runs as well."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from d2a_desktop.core.errors import KnownError
from d2a_desktop.domain.lease import LEASE_OVER, RESTORED, TURNED_AWAY, Standing
from d2a_desktop.ui.desk_link import DeskLink

_LONGEST_MS = 60_000
_SHORTEST_MS = 200
_CODES = frozenset({LEASE_OVER, TURNED_AWAY, RESTORED})


class DoorWatch(QObject):
    """Asks how the door stands when something may have changed it, and once a minute.

    Signals:
        shut: nobody may look (Standing); the desk below goes on exchanging.
        opened: people may look again; what they saw may be old.
        soon: it shuts within a day (Standing); again each time the words change.
        calm: that is past; the words that were told last.
    """

    shut = Signal(object)
    opened = Signal()
    soon = Signal(object)
    calm = Signal(str)

    def __init__(self, link: DeskLink, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._link = link
        self._shut = ""
        self._words = ""
        self._next = QTimer(self)
        self._next.setSingleShot(True)
        self._next.timeout.connect(self.follow)
        link.opened.connect(self.follow)
        link.closed.connect(self._next.stop)

    @property
    def is_shut(self) -> bool:
        """Whether nobody may look."""
        return bool(self._shut)

    def follow(self) -> None:
        """Ask how the door stands, and tell what changed."""
        if not self._link.is_open:
            return
        standing = self._link.desk.exchange.standing()
        before, self._shut = self._shut, standing.shut
        if standing.shut:
            self.shut.emit(standing)
        elif before:
            self.opened.emit()
        self._warn("" if standing.shut else standing.words, standing)
        left = standing.left
        wait = _LONGEST_MS if left is None else int(left.total_seconds() * 1000)
        self._next.start(min(max(wait, _SHORTEST_MS), _LONGEST_MS) if wait > 0 else _LONGEST_MS)

    def explains(self, problem: Exception) -> bool:
        """Whether a failure only says that the door is shut: the cover says it better."""
        if not isinstance(problem, KnownError) or problem.code not in _CODES:
            return False
        self.follow()
        return True

    def _warn(self, words: str, standing: Standing) -> None:
        before, self._words = self._words, words
        if words and words != before:
            self.soon.emit(standing)
        elif before and not words:
            self.calm.emit(before)
