"""The process in which the engines run: JSON lines in, JSON lines out.

Started by `solver_process` only. In: {"op":"solve","id","kind","document","seconds","explain"} and
{"op":"cancel","id"}. Out: {"event":"ready"}, then per request any number of {"event":"progress"}
and {"event":"plan"} (the best plan so far, checked), and one {"event":"result"} or
{"event":"error"}.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from d2a_desktop.core.errors import BugError, KnownError, UsageError
from d2a_desktop.engines.cpsat import Effort, StopFlag
from d2a_desktop.matching.engine import solve_document as solve_matching
from d2a_desktop.matching.unlock import unlocked_by_one_more
from d2a_desktop.scheduling.engine import solve_document as solve_scheduling

Json = dict[str, Any]

# Making and checking a plan that may never be asked for gets a tenth of the time at most.
_REST_AFTER_A_PLAN = 9.0


class Keeper:
    """Keeps the best plan so far ready to be given out, checked, on a thread of its own.

    Who cancels has it at once, however long the engine takes to come to its end.
    """

    def __init__(self, give: Callable[[Json], None]) -> None:
        self._give = give
        self._changed = threading.Condition()
        self._newest: Callable[[], Json] | None = None
        self._ended = threading.Event()
        self._failure: BugError | None = None

    def plan(self, make: Callable[[], Json]) -> None:
        """Take a better plan; the one before it is forgotten."""
        with self._changed:
            self._newest = make
            self._changed.notify()

    @contextmanager
    def keeping(self) -> Iterator[None]:
        """Make and give out plans while the block runs.

        Raises:
            BugError: one of them did not pass its check.
        """
        threading.Thread(target=self._run, name="plan keeper", daemon=True).start()
        try:
            yield
        finally:
            # Not joined: nobody waits for a plan when the last one is there.
            with self._changed:
                self._ended.set()
                self._changed.notify()
        if self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._ended.is_set() or self._newest is not None)
                if self._ended.is_set():
                    return
                make, self._newest = self._newest, None
            assert make is not None
            began = time.monotonic()
            try:
                solution = make()
            except BugError as bug:
                self._failure = bug
                return
            with self._changed:
                if self._ended.is_set():
                    return
            self._give(solution)
            with self._changed:
                rest = _REST_AFTER_A_PLAN * (time.monotonic() - began)
                self._changed.wait_for(self._ended.is_set, timeout=rest)


class Worker:
    """Solves one request after the other; a thread of its own listens for cancels."""

    def __init__(self, requests: TextIO, answers: TextIO) -> None:
        self._requests = requests
        self._answers = answers
        self._lock = threading.Lock()
        self._waiting: queue.SimpleQueue[Json | None] = queue.SimpleQueue()
        self._stops: dict[int, StopFlag] = {}

    def run(self) -> None:
        """Answer requests until the other side closes."""
        threading.Thread(target=self._listen, daemon=True).start()
        self._tell({"event": "ready"})
        while (request := self._waiting.get()) is not None:
            self._tell({"id": request["id"], **self._answer(request)})
            with self._lock:
                del self._stops[request["id"]]

    def _listen(self) -> None:
        for line in self._requests:
            request = json.loads(line)
            if request["op"] == "cancel":
                self._stop(request["id"])
                continue
            with self._lock:
                self._stops[request["id"]] = StopFlag()
            self._waiting.put(request)
        # Nobody is left to hear an answer.
        for name in list(self._stops):
            self._stop(name)
        self._waiting.put(None)

    def _stop(self, name: int) -> None:
        with self._lock:
            flag = self._stops.get(name)
        if flag is not None:
            flag.set()

    def _answer(self, request: Json) -> Json:
        try:
            return {"event": "result", "solution": self._solve(request)}
        except KnownError as error:
            kind = "usage" if isinstance(error, UsageError) else "refused"
            told = {"message": error.message, "what_to_do": error.what_to_do, "code": error.code}
            return {"event": "error", "kind": kind, **told}
        except BugError as error:
            return {"event": "error", "kind": "bug", "message": str(error)}

    def _solve(self, request: Json) -> Json:
        def progress(step: Json) -> None:
            self._tell({"id": request["id"], "event": "progress", **step})

        def give(solution: Json) -> None:
            self._tell({"id": request["id"], "event": "plan", "solution": solution})

        document, seconds = request["document"], request["seconds"]
        flag, explain = self._stops[request["id"]], request["explain"]
        if request["kind"] == "unlock":
            return {"rows": unlocked_by_one_more(document, effort=Effort(seconds), stop=flag)}
        solve = solve_matching if request["kind"] == "match" else solve_scheduling
        keeper = Keeper(give)
        with keeper.keeping():
            return solve(
                document,
                effort=Effort(seconds),
                stop=flag,
                on_progress=progress,
                on_plan=keeper.plan,
                explain=explain,
            )

    def _tell(self, answer: Json) -> None:
        with self._lock:
            self._answers.write(json.dumps(answer, ensure_ascii=False) + "\n")
            self._answers.flush()


def main() -> None:
    """Serve the process that started this one."""
    # Ctrl+C at the terminal is the parent's to decide; it cancels and keeps the best plan.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8", newline="\n")
    # What a library prints must not be taken for an answer.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    requests = os.fdopen(os.dup(sys.stdin.fileno()), encoding="utf-8")
    Worker(requests, answers).run()


if __name__ == "__main__":
    main()
