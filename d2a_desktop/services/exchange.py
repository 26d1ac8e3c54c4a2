"""The exchange with the shared database as screens and commands see it."""

from __future__ import annotations

from collections.abc import Callable

from d2a_desktop.core.errors import KnownError
from d2a_desktop.domain.permissions import Caller
from d2a_desktop.services.context import Context
from d2a_desktop.services.queries.rows import ConflictRow, SyncLight
from d2a_desktop.sync.engine import SyncEngine
from d2a_desktop.sync.protocol import SyncReport

Progress = Callable[[int, int], None]


class Exchange:
    """Runs the exchange under the signed-in person's login, and says how it stands."""

    def __init__(self, context: Context, engine: SyncEngine) -> None:
        self._context = context
        self._engine = engine

    def run(
        self,
        caller: Caller,
        *,
        on_progress: Progress | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> SyncReport:
        """Push this person's work, pull what is new; resumable, safe to repeat.

        Raises:
            UnreachableError: the server cannot be reached; nothing is lost.
        """
        return self._engine.run(caller.login, on_progress=on_progress, cancelled=cancelled)
