"""A pack to a printer's queue as the PDF itself, through CUPS; no file of ours holds it.

Only where the system has `lp` (Linux, macOS). Elsewhere the window sends pictures of the pages by
the system's own printing.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass

from d2a_desktop.core.errors import UnreachableError

JOB_NAME = "D2A pack"
"""Of every job: queues are seen by everybody."""
_SECONDS = 60
_SIDES = {
    "one": "one-sided",
    "long": "two-sided-long-edge",
    "short": "two-sided-short-edge",
}
_NAME = re.compile(r"[^\s/#?'\"\\-][^\s/#?'\"\\]{0,126}")


@dataclass(frozen=True)
class PrintWish:
    """How a job is printed; `sides` is one, long or short edge, or empty for the printer's own.

    `pages` are those wanted, such as "1-3"; empty is all of them.
    """

    copies: int = 1
    sides: str = ""
    grey: bool = False
    pages: str = ""


def has_spooler() -> bool:
    """Return whether this computer takes a PDF for its queues."""
    return shutil.which("lp") is not None


def spool_pdf(pdf: bytes, printer: str, wish: PrintWish | None = None) -> str:
    """Send a PDF to a queue as one job and return the job's id as CUPS tells it.

    Args:
        pdf: the whole pack.
        printer: the queue's name.
        wish: copies, sides, colour, pages.

    Raises:
        UnreachableError: there is no spooler, no such queue, or it refused the job.
    """
    program = shutil.which("lp")
    if program is None or _NAME.fullmatch(printer) is None:
        raise _refused()
    asked = wish or PrintWish()
    command = [program, "-d", printer, "-t", JOB_NAME, "-n", str(max(1, asked.copies))]
    if asked.sides:
        command += ["-o", f"sides={_SIDES[asked.sides]}"]
    if asked.grey:
        command += ["-o", "print-color-mode=monochrome"]
    if asked.pages:
        command += ["-P", asked.pages]
    try:
        # The command is fixed, the queue's name is checked above, and no shell reads it.
        done = subprocess.run(  # noqa: S603
            [*command, "--", "-"], input=pdf, capture_output=True, check=False, timeout=_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _refused() from error
    if done.returncode != 0:
        raise _refused()
    found = re.search(rb"\S+-\d+", done.stdout)
    return found[0].decode("ascii", "replace") if found else ""


def _refused() -> UnreachableError:
    return UnreachableError(
        "The printer did not take the pack; its print is recorded.",
        what_to_do="Check the printer, then print again: the new print replaces the recorded one.",
        code="printer",
    )
