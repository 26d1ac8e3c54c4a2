"""What is left of a program that ended without a word: the places in the code, nothing else.

Python's faulthandler writes where each thread stood into a file that is open from the start, for
nothing can be opened any more in a crash. The next start makes a report of it.
"""

from __future__ import annotations

import faulthandler
import re
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TextIO

from d2a_desktop.core.errors import UnreachableError
from d2a_desktop.core.logs import write_lines

_NAME = "crash.txt"
_PLACE = re.compile(r'  File "(?:[^"]*[\\/])?([^"\\/]+)", line (\d+) in (\w+|<\w+>)')
_WHAT = re.compile(r"(?:Fatal Python error|Windows fatal exception): [A-Za-z0-9_ ]+")
_THREAD = re.compile(r"(?:Current thread|Thread) 0x[0-9a-f]+")
_MOST_LINES = 400


class CrashWatch:
    """Watches one process for its sudden end; `end` when it closes as it should.

    Args:
        folder: where the file lies, writable by this person alone (a desk's logs).
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / _NAME
        self._stream: TextIO | None = None

    def begin(self, reports: Path, *, at: datetime, version: str) -> str:
        """Watch from now on; return the reference of a report of the last end, or an empty text.

        A folder that cannot be written to is no reason not to start: then nothing is watched. Nor
        is it where somebody watches already (`python -X faulthandler`, a test run).
        """
        reference = ""
        with suppress(OSError, UnreachableError):
            reference = self._report(reports, at=at, version=version)
            if not faulthandler.is_enabled():
                self._stream = self._file.open("w", encoding="utf-8")
                faulthandler.enable(self._stream, all_threads=True)
        return reference

    def end(self) -> None:
        """Stop watching; the program ends as it should."""
        if self._stream is None:
            return
        faulthandler.disable()
        self._stream.close()
        self._stream = None
        with suppress(OSError):
            self._file.unlink(missing_ok=True)

    def _report(self, reports: Path, *, at: datetime, version: str) -> str:
        if not self._file.is_file():
            return ""
        lines = told(self._file.read_text(encoding="utf-8", errors="replace"))
        return write_lines(lines, reports, at=at, version=version) if lines else ""


def told(text: str) -> list[str]:
    """Return what a report may say of faulthandler's text: kinds, files, lines and functions."""
    lines = []
    for line in text.splitlines()[:_MOST_LINES]:
        if (place := _PLACE.match(line)) is not None:
            lines.append(f"  {place[1]}:{place[2]} {place[3]}")
        elif (what := _WHAT.match(line) or _THREAD.match(line)) is not None:
            lines.append(what[0])
    return lines
