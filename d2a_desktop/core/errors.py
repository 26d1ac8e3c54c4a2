"""The tree of errors: what a person can mend, and what is our bug.

D2AError
  KnownError            told quietly, with what to do; never a traceback
    UsageError            wrong use of a command or a form (exit 2)
    RefusedError          a rule of the service refused it (exit 1)
      NotPermittedError     the caller's role may not do this
      BlockedError          a gate is not passed; carries its reasons
    InputFileError        a file was refused whole (exit 1)
    UnreachableError      a store, server or file cannot be opened (exit 3)
  BugError              ours; a report file is written (exit 70)
"""

from __future__ import annotations

from collections.abc import Sequence


class D2AError(Exception):
    """The root of every error this program raises itself."""


class KnownError(D2AError):
    """Something a person can act on.

    Args:
        message: what happened, in words for the person at the desk, without patient data.
        what_to_do: the next step; empty when the message already says it.
        code: a short stable word for logs, JSON and tests, e.g. "wrong_passphrase".
    """

    exit_code = 1

    def __init__(self, message: str, *, what_to_do: str = "", code: str = "refused") -> None:
        super().__init__(message)
        self.message = message
        self.what_to_do = what_to_do
        self.code = code

    def __str__(self) -> str:
        return f"{self.message} {self.what_to_do}".strip()


class UsageError(KnownError):
    """A command, a form or a JSON document was not of the shape it must have."""

    exit_code = 2

    def __init__(self, message: str, *, what_to_do: str = "", code: str = "usage") -> None:
        super().__init__(message, what_to_do=what_to_do, code=code)


class RefusedError(KnownError):
    """A rule refused what was asked; nothing was changed."""


class NotPermittedError(RefusedError):
    """The caller's role or organisation may not do this."""

    def __init__(self, message: str, *, what_to_do: str = "", code: str = "not_allowed") -> None:
        super().__init__(message, what_to_do=what_to_do, code=code)


class BlockedError(RefusedError):
    """A gate is not passed; `reasons` lists every open item, worst first."""

    def __init__(
        self,
        message: str,
        *,
        reasons: Sequence[str],
        what_to_do: str = "",
        code: str = "blocked",
    ) -> None:
        super().__init__(message, what_to_do=what_to_do, code=code)
        self.reasons = tuple(reasons)


class InputFileError(KnownError):
    """A file was refused whole; nothing of it went in."""

    def __init__(self, message: str, *, what_to_do: str = "", code: str = "file_refused") -> None:
        super().__init__(message, what_to_do=what_to_do, code=code)


class UnreachableError(KnownError):
    """A store, a server or a file could not be reached or opened; nothing was changed."""

    exit_code = 3

    def __init__(self, message: str, *, what_to_do: str = "", code: str = "unreachable") -> None:
        super().__init__(message, what_to_do=what_to_do, code=code)


class BugError(D2AError):
    """A thing that cannot happen did; the excepthook writes a report."""

    exit_code = 70
