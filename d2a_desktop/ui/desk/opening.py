"""Opens a desk's store in the writer's thread, and says what a person must do for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from d2a_desktop.core.clock import Clock
from d2a_desktop.core.errors import KnownError, UnreachableError
from d2a_desktop.core.paths import Profile
from d2a_desktop.ui.tasks import Tasks

if TYPE_CHECKING:
    from d2a_desktop.bootstrap import Desk

_ASKS = frozenset({"no_passphrase", "wrong_passphrase"})


class Opening(QObject):
    """One desk's way from its folder to an open Desk.

    Args:
        passphrase: said by whoever starts the program (the demo); a person is asked otherwise.
        database_password: as `passphrase`; asked for on the page Sync otherwise.

    Signals:
        opened: the Desk.
        passphrase_asked: words about the last try, empty before the first.
        refused: the KnownError that keeps it closed.
    """

    opened = Signal(object)
    passphrase_asked = Signal(str)
    refused = Signal(object)

    def __init__(
        self,
        tasks: Tasks,
        profile: Profile,
        *,
        clock: Clock | None = None,
        database_password: str | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._profile = profile
        self._clock = clock
        self._made: Desk | None = None
        self.database_password = database_password

    def open(self, passphrase: str | None = None, login: str = "") -> None:
        """Open the store for a person; the answer comes as one of the signals.

        `login` is the one of the settings where nobody is named.
        """
        self._tasks.run_command(
            lambda: self._open(passphrase, login), self._opened, failed=self._failed, owner=self
        )

    def take_unclaimed(self) -> Desk | None:
        """Return a desk that was opened after everybody had left, so that it can be closed."""
        made, self._made = self._made, None
        return made

    def _open(self, passphrase: str | None, login: str) -> Desk:
        # Here, in the worker: SQLAlchemy and the keyring come after the first paint.
        from d2a_desktop.bootstrap import open_desk

        self._made = open_desk(
            self._profile,
            login=login,
            passphrase=_saying(passphrase),
            database_password=self._password_for,
            clock=self._clock,
        )
        return self._made

    def _password_for(self, login: str) -> str:
        if self.database_password is None:
            raise UnreachableError(
                "The password for the shared database is not kept on this computer.",
                what_to_do="Type it once on the page Sync & conflicts.",
                code="no_database_password",
            )
        return self.database_password

    def _opened(self, desk: Desk) -> None:
        self._made = None
        self.opened.emit(desk)

    def _failed(self, problem: Exception) -> None:
        if isinstance(problem, KnownError) and problem.code in _ASKS:
            first = problem.code == "no_passphrase"
            self.passphrase_asked.emit("" if first else str(problem))
        elif isinstance(problem, KnownError):
            self.refused.emit(problem)
        else:
            self._tasks.failed.emit(problem)


def _saying(passphrase: str | None) -> Callable[[str], str] | None:
    return None if passphrase is None else lambda words: passphrase
