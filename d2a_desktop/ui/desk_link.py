"""The open desk as the boards reach it: nothing until the store is unlocked, then one Desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    # Not at run time: it brings SQLAlchemy, which must not be loaded before the first paint.
    from d2a_desktop.bootstrap import Desk


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

    def set_desk(self, desk: Desk) -> None:
        """Hand the open desk to the boards."""
        self._desk = desk
        self.opened.emit()

    def clear(self) -> Desk | None:
        """Take the desk from the boards and return it, to be closed by the caller."""
        desk, self._desk = self._desk, None
        if desk is not None:
            self.closed.emit()
        return desk
