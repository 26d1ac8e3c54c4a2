"""The open desk as the boards reach it: nothing until the store is unlocked, then one Desk."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Protocol
from weakref import WeakSet

from PySide6.QtCore import QObject, Signal

from d2a_desktop.core.clock import Clock

if TYPE_CHECKING:
    # Not at run time: it brings SQLAlchemy, which must not be loaded before the first paint.
    from d2a_desktop.bootstrap import Desk


class Keeper(Protocol):
    """Something with typed words that must not be lost when the window goes."""

    def flush(self) -> None:
        """Keep what was typed, in the background."""

    def write_now(self) -> None:
        """Keep what was typed before this returns; for the last moment of an open desk."""


class DeskLink(QObject):
    """Handed to every board; it holds the desk from the moment it is open.

    Signals:
        opened: the desk can be asked from now on; boards load.
        closed: it cannot any more (the window closes, or another person signs in).
    """

    opened = Signal()
    closed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk: Desk | None = None
        self._clock: Clock | None = None
        self.keepers: WeakSet[Keeper] = WeakSet()

    @property
    def is_open(self) -> bool:
        """Whether there is a desk to ask."""
        return self._desk is not None

    @property
    def desk(self) -> Desk:
        """The open desk.

        Raises:
            RuntimeError: it is not open yet; ask `is_open`, or wait for `opened`.
        """
        if self._desk is None:
            raise RuntimeError("the desk is not open yet")
        return self._desk

    def now(self) -> datetime:
        """Return the desk's present instant (aware UTC), also after it was closed.

        A list that is still on the screen while its window closes is painted once more.

        Raises:
            RuntimeError: no desk has been open yet.
        """
        if self._clock is None:
            raise RuntimeError("the desk is not open yet")
        return self._clock.now()

    def set_desk(self, desk: Desk) -> None:
        """Hand the open desk to the boards."""
        self._desk, self._clock = desk, desk.clock
        self.opened.emit()

    def clear(self) -> Desk | None:
        """Take the desk from the boards and return it, to be closed by the caller."""
        desk, self._desk = self._desk, None
        if desk is not None:
            self.closed.emit()
        return desk
