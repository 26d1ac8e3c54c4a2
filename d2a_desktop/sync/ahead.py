"""One call to the shared database on its way while this desk works on the answer before."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class Ahead(threading.Thread, Generic[Answer]):
    """A call on a thread of its own; nobody else may use the connection until it is joined."""

    def __init__(self, call: Callable[[], Answer]) -> None:
        super().__init__(name="call ahead", daemon=True)
        self._call = call
        self._answers: list[Answer] = []
        self._failure: BaseException | None = None
        self.start()

    def run(self) -> None:
        """Call; what goes wrong is kept for whoever asks for the answer."""
        try:
            self._answers.append(self._call())
        except BaseException as failure:  # noqa: BLE001  raised again by `answer`
            self._failure = failure

    def answer(self) -> Answer:
        """Wait for the answer and return it, or raise what came in its place."""
        self.join()
        if self._failure is not None:
            raise self._failure
        return self._answers[0]
