"""What may be logged: event words and our own identifiers; never a name, a number or free text.

A log is written with `EventLog`, which takes an event word and named values. A value is kept when
it is a count, a duration, a declared code (an Enum member), one of our identifiers, or an error,
of which only the type and code are told. Everything else reads `[hidden]`: a line of code that
hands in a name by mistake writes nothing of it. Records of libraries keep their place and level
and lose their text.
"""

from __future__ import annotations

import logging
import logging.handlers
import re
import traceback
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from types import TracebackType

from d2a_desktop.core.errors import KnownError, UnreachableError
from d2a_desktop.core.ids import new_reference

HIDDEN = "[hidden]"

_EVENT = re.compile(r"[a-z][a-z0-9_]*(?:[.:][a-z0-9_]+)*")
_OUR_ID = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"  # a row
    r"|[A-Z]{1,3}-[346789A-HJKMNPQRTWXY]{4}-[346789A-HJKMNPQRTWXY]{4}"  # a spoken reference
)
_CODE = re.compile(r"[a-z][a-z0-9_]{0,40}")
# Ten digits, with or without the spaces of 3-3-4, whatever they are.
_TEN_DIGITS = re.compile(r"(?<![0-9a-f-])\d(?:[ -]?\d){9,}(?![0-9a-f-])")
# Seconds since 1970 have ten digits too; no count or duration of ours needs them.
_GREATEST_NUMBER = 999_999_999

Loggable = Enum | BaseException | bool | int | float | str | None


class EventLog:
    """Writes events of one module to its logger."""

    def __init__(self, name: str) -> None:
        self._logger = logging.getLogger(name)

    def debug(self, event: str, /, **values: Loggable) -> None:
        """Write what only a developer looks for."""
        self._write(logging.DEBUG, event, values)

    def info(self, event: str, /, **values: Loggable) -> None:
        """Write what happened as it should."""
        self._write(logging.INFO, event, values)

    def warning(self, event: str, /, **values: Loggable) -> None:
        """Write what fell short and went on."""
        self._write(logging.WARNING, event, values)

    def error(self, event: str, /, **values: Loggable) -> None:
        """Write what failed."""
        self._write(logging.ERROR, event, values)

    def _write(self, level: int, event: str, values: dict[str, Loggable]) -> None:
        if not self._logger.isEnabledFor(level):
            return
        words = [event if _EVENT.fullmatch(event) else HIDDEN]
        words += [f"{name}={_told(value)}" for name, value in values.items()]
        self._logger.log(level, " ".join(words), extra={"d2a_event": True}, stacklevel=3)


def _told(value: Loggable) -> str:
    if value is None or isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Enum):
        word = str(value.value)
        return word if _CODE.fullmatch(word.lower()) else value.name.lower()
    if isinstance(value, BaseException):
        return _told_error(value)
    if isinstance(value, int | float):
        number = f"{value:.6g}" if isinstance(value, float) else str(value)
        return number if abs(value) <= _GREATEST_NUMBER else HIDDEN
    return value if _OUR_ID.fullmatch(value) else HIDDEN


def _told_error(error: BaseException) -> str:
    kind = type(error).__name__
    if isinstance(error, KnownError) and _CODE.fullmatch(error.code):
        return f"{kind}({error.code})"
    return kind


class _Redacted(logging.Formatter):
    """Formats one line; the text of records that are not `EventLog`'s is left out."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        ours = getattr(record, "d2a_event", False)
        text = record.getMessage() if ours else f"library:{record.module}:{record.lineno}"
        line = f"{at} {record.levelname.lower()} {record.name} {text}"
        if record.exc_info and record.exc_info[1] is not None:
            line = f"{line}\n{frames_of(record.exc_info[1])}"
        return _TEN_DIGITS.sub(HIDDEN, line)


class _QuietFile(logging.handlers.RotatingFileHandler):
    """A full disk must not print a traceback on the person's terminal for every line."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  logging's name
        """Drop the line that cannot be written."""

    def close(self) -> None:
        """Close the file, though lines that never found room are still waiting."""
        with suppress(OSError):
            super().close()


def open_log(
    folder: Path, *, level: int = logging.INFO, largest_bytes: int = 1_000_000, kept: int = 5
) -> logging.Handler:
    """Begin a rotating log `d2a.log` in `folder` for the whole process; hand it to `close_log`.

    Raises:
        UnreachableError: the folder cannot be written to.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handler = _QuietFile(
            folder / "d2a.log", maxBytes=largest_bytes, backupCount=kept, encoding="utf-8"
        )
    except OSError as error:
        raise UnreachableError(
            "The log cannot be written.",
            what_to_do="Check the disk's free space and the right to write to the desk's folder.",
            code="log_unwritable",
        ) from error
    handler.setFormatter(_Redacted())
    root = logging.getLogger()
    root.addHandler(handler)
    logging.getLogger("d2a_desktop").setLevel(level)
    return handler


def close_log(handler: logging.Handler) -> None:
    """End the log that `open_log` began."""
    logging.getLogger().removeHandler(handler)
    handler.close()


def frames_of(error: BaseException) -> str:
    """Return where `error` and its causes arose: types, files and lines, no message, no values."""
    lines: list[str] = []
    seen: set[int] = set()
    each: BaseException | None = error
    while each is not None and id(each) not in seen:
        seen.add(id(each))
        lines.append(_told_error(each))
        lines += _places(each.__traceback__)
        each = each.__cause__ or each.__context__
    return "\n".join(lines)


def _places(trace: TracebackType | None) -> list[str]:
    # File names only: a full path holds the person's login.
    return [
        f"  {Path(frame.filename).name}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(trace)
    ]


def write_report(error: BaseException, folder: Path, *, at: datetime, version: str) -> str:
    """Write a report of a bug to `folder` and return its reference, e.g. `E-7K3Q-MX4P`.

    The report holds `at` (aware), the version and `frames_of(error)`: nothing that was on the desk.

    Raises:
        UnreachableError: the report cannot be written.
    """
    return write_lines([frames_of(error)], folder, at=at, version=version)


def write_lines(lines: Sequence[str], folder: Path, *, at: datetime, version: str) -> str:
    """Write a report of lines that hold nothing of the desk, and return its reference.

    Raises:
        UnreachableError: the report cannot be written.
    """
    reference = new_reference("E")
    when = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    said = "\n".join(lines)
    text = f"report {reference}\nat {when}\nversion {version}\n{said}\n"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / f"{reference}.txt").write_text(text, encoding="utf-8")
    except OSError as failure:
        raise UnreachableError(
            "The report of the fault cannot be written.", code="report_unwritable"
        ) from failure
    return reference
