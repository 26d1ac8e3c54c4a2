"""What the services ask of the engines' own process, whoever starts it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

Json = dict[str, Any]
OnProgress = Callable[[Mapping[str, Any]], None]
"""Told the levels of each better plan."""
Cancelled = Callable[[], bool]
"""Asked now and then; once true, the best plan so far is the answer."""


class Solver(Protocol):
    """The engines in a process of their own, never in the window's."""

    def match(
        self,
        document: Json,
        *,
        seconds: float = ...,
        on_progress: OnProgress | None = ...,
        cancel: Cancelled | None = ...,
    ) -> Json:
        """Return the checked solution of a matching document."""
        ...

    def schedule(
        self,
        document: Json,
        *,
        seconds: float = ...,
        on_progress: OnProgress | None = ...,
        cancel: Cancelled | None = ...,
    ) -> Json:
        """Return the checked solution of a scheduling document."""
        ...

    def unlock(
        self, document: Json, *, seconds: float = ..., cancel: Cancelled | None = ...
    ) -> Json:
        """Return what one more worker would unlock in a matching document, as {"rows": [...]}."""
        ...
