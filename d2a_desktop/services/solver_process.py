"""The engines in a process of their own: started lazily, kept warm, cancelled, its end contained.

Nothing here imports the engines or OR-Tools: the window's process never does.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import d2a_desktop
from d2a_desktop.core.errors import BugError, RefusedError, UnreachableError, UsageError

Json = dict[str, Any]
OnProgress = Callable[[Mapping[str, Any]], None]
Cancelled = Callable[[], bool]

KINDS = ("match", "schedule", "unlock")
DEFAULT_SECONDS = 10.0
ENGINES_ARGUMENT = "--engines"
"""With this as its first argument a bundled program is the engines' process, and nothing else."""
_WORKER = "d2a_desktop.services.solver_worker"
_POLL_SECONDS = 0.02
# After a cancel the engine has this long to come to its end; then the best plan that it has handed
# over, checked, is the answer, and if there is none yet, it has a little more to hand one over.
_CANCEL_SECONDS = 0.08
_FIRST_PLAN_SECONDS = 1.0
# An engine that was left at its work may take this long until it is wanted again.
_LEFT_SECONDS = 2.0
_CLOSE_GRACE_SECONDS = 1.0
# Reading and checking a large problem come on top of the search.
_OVERDUE_SECONDS = 60.0


class SolverProcess:
    """The one process of the engines; calls from several threads wait for each other.

    Args:
        command: what to start, for a test; by default this Python, or this bundled program.
    """

    def __init__(self, command: Sequence[str] | None = None) -> None:
        self._command = list(command or _own_command())
        self._turn = threading.Lock()
        self._process: _Engine | None = None
        self._last = 0
        self._left_at: float | None = None

    def warm(self) -> None:
        """Start the process if it does not run, so that the first answer comes sooner."""
        with self._turn:
            self._running()

    def match(
        self,
        document: Json,
        *,
        seconds: float = DEFAULT_SECONDS,
        on_progress: OnProgress | None = None,
        cancel: Cancelled | None = None,
    ) -> Json:
        """Return the checked solution of a matching document; see `solve`."""
        return self.solve(
            "match", document, time_limit=seconds, on_progress=on_progress, cancel=cancel
        )

    def schedule(
        self,
        document: Json,
        *,
        seconds: float = DEFAULT_SECONDS,
        on_progress: OnProgress | None = None,
        cancel: Cancelled | None = None,
    ) -> Json:
        """Return the checked solution of a scheduling document; see `solve`."""
        return self.solve(
            "schedule", document, time_limit=seconds, on_progress=on_progress, cancel=cancel
        )

    def unlock(
        self, document: Json, *, seconds: float = DEFAULT_SECONDS, cancel: Cancelled | None = None
    ) -> Json:
        """Return what one more worker would unlock in a matching document, as {"rows": [...]}."""
        return self.solve("unlock", document, time_limit=seconds, cancel=cancel)

    def solve(
        self,
        kind: str,
        document: Any,
        *,
        on_progress: OnProgress | None = None,
        cancel: Cancelled | None = None,
        time_limit: float = DEFAULT_SECONDS,
        explain: bool = False,
    ) -> Json:
        """Solve a neutral document and return its solution. Blocks: call it off the main thread.

        Args:
            kind: one of `KINDS`.
            document: the JSON document (FORMAT.md).
            on_progress: called on this thread with the levels of each better plan ("objective"),
                and with what is known of the best possible ("bound", None where nothing is).
            cancel: asked every 20 ms; once true, the best plan so far is the answer, within a
                tenth of a second from the first plan on.
            time_limit: wall seconds for the search.
            explain: add the explanations.

        Raises:
            UsageError: the document is malformed; names the JSON path.
            RefusedError: cancelled before there was a plan (code "cancelled").
            UnreachableError: the process ended or does not answer (code "solver_gone").
            BugError: the plan did not pass its independent check.
        """
        if kind not in KINDS:
            raise UsageError(f"There is no engine {kind!r}.", what_to_do=f"Use {', '.join(KINDS)}.")
        with self._turn:
            engine = self._running()
            self._last += 1
            engine.send(
                {
                    "op": "solve",
                    "id": self._last,
                    "kind": kind,
                    "document": document,
                    "seconds": time_limit,
                    "explain": explain,
                }
            )
            overdue = time.monotonic() + 2 * time_limit + _OVERDUE_SECONDS
            try:
                answer = self._await(engine, on_progress, cancel, overdue)
            except BaseException:
                # An answer that nobody waits for must not be taken for the next one's.
                self._discard()
                raise
            return _solution(answer)

    def close(self) -> None:
        """End the process; a later call starts a new one."""
        engine = self._process
        self._process = None
        if engine is not None:
            engine.end(_CLOSE_GRACE_SECONDS)

    def _running(self) -> _Engine:
        engine = self._process
        if engine is None or not engine.alive() or not self._is_back(engine):
            self._discard()
            self._process = engine = _Engine(self._command)
        return engine

    def _is_back(self, engine: _Engine) -> bool:
        """Wait for an engine whose last answer was not waited for; False if it takes too long."""
        if self._left_at is None:
            return True
        until, self._left_at = self._left_at + _LEFT_SECONDS, None
        while (left := until - time.monotonic()) > 0:
            answer = engine.receive(left)
            if answer is not None and _is_last(answer, self._last):
                return True
        return False

    def _discard(self) -> None:
        self._left_at = None
        if self._process is not None:
            self._process.end(0)
            self._process = None

    def _await(
        self,
        engine: _Engine,
        on_progress: OnProgress | None,
        cancel: Cancelled | None,
        overdue: float,
    ) -> Json:
        cancelled_at: float | None = None
        plan: Json | None = None
        while True:
            answer = engine.receive(_POLL_SECONDS)
            now = time.monotonic()
            if answer is not None and answer.get("id") == self._last:
                if _is_last(answer, self._last):
                    return answer
                if answer["event"] == "plan":
                    plan = {"event": "result", "solution": answer["solution"]}
                elif on_progress is not None:
                    on_progress({k: v for k, v in answer.items() if k not in {"id", "event"}})
            if cancelled_at is None and cancel is not None and cancel():
                cancelled_at = now
                engine.send({"op": "cancel", "id": self._last})
            since = 0.0 if cancelled_at is None else now - cancelled_at
            if plan is not None and since > _CANCEL_SECONDS:
                self._left_at = now
                return plan
            _be_patient(since, overdue - now)


def _own_command() -> tuple[str, ...]:
    if not getattr(sys, "frozen", False):
        return (sys.executable, "-m", _WORKER)
    # In a bundle there is no Python to hand a module to. Of the two programs that Windows has, the
    # one with a console speaks over pipes.
    program = Path(sys.executable)
    spoken = program.with_name(f"d2a{program.suffix}")
    return (str(spoken if spoken.is_file() else program), ENGINES_ARGUMENT)


def _be_patient(since_cancel: float, left: float) -> None:
    """Raise when an answer has been waited for long enough (seconds)."""
    if since_cancel > _FIRST_PLAN_SECONDS:
        raise RefusedError("Cancelled before there was a plan.", code="cancelled")
    if left < 0:
        raise _gone("The planning engine does not answer.")


def _is_last(answer: Json, request: int) -> bool:
    return answer.get("id") == request and answer["event"] in {"result", "error"}


class _Engine:
    """A running process with its two pipes."""

    def __init__(self, command: Sequence[str]) -> None:
        flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)
        try:
            self._process = subprocess.Popen(  # noqa: S603  our own program, no shell
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_environment(),
                creationflags=flags,
            )
        except OSError as error:
            raise _gone("The planning engine cannot be started.") from error
        self._answers: queue.SimpleQueue[Json | None] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def alive(self) -> bool:
        return self._process.poll() is None

    def send(self, request: Json) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(request).encode("utf-8") + b"\n")
            self._process.stdin.flush()
        except OSError as error:
            raise _gone("The planning engine stopped unexpectedly.") from error

    def receive(self, seconds: float) -> Json | None:
        """Return the next answer, or None if there is none within the time."""
        try:
            answer = self._answers.get(timeout=seconds)
        except queue.Empty:
            return None
        if answer is None:
            raise _gone("The planning engine stopped unexpectedly.")
        return answer

    def end(self, grace: float) -> None:
        """Close the pipes, wait `grace` seconds, then kill."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        # It may have died with a request half read; there is nothing left to tell it then.
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(grace)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join()
        self._process.stdout.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            try:
                self._answers.put(json.loads(line))
            except ValueError:
                # Cut off in the middle of a line: the end comes next.
                break
        self._answers.put(None)


def _solution(answer: Json) -> Json:
    if answer["event"] == "result":
        solution: Json = answer["solution"]
        return solution
    if answer["kind"] == "bug":
        raise BugError(answer["message"])
    kind = UsageError if answer["kind"] == "usage" else RefusedError
    raise kind(answer["message"], what_to_do=answer["what_to_do"], code=answer["code"])


def _gone(message: str) -> UnreachableError:
    return UnreachableError(
        message, what_to_do="Nothing was changed. Try again.", code="solver_gone"
    )


def _environment() -> dict[str, str]:
    """Return our environment without this program's secrets, and with the way to its package."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("D2A_")}
    root = str(Path(d2a_desktop.__file__).parent.parent)
    kept["PYTHONPATH"] = os.pathsep.join(filter(None, (root, kept.get("PYTHONPATH"))))
    kept["PYTHONUTF8"] = "1"
    return kept
