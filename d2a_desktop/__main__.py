"""The start of the program: commands, or the desktop when there is none."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from d2a_desktop.cli.main import main as run_command
from d2a_desktop.core.errors import UnreachableError
from d2a_desktop.core.paths import Profile


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command, or open the desktop, and return the exit code."""
    return run_command(argv, open_desktop=_open_desktop)


def _open_desktop(profile: Profile) -> int:
    # Commands must start without Qt: the only place that imports the window, and only when asked.
    try:
        from d2a_desktop.ui.app import open_desktop
    except ImportError as error:
        raise UnreachableError(
            "The window cannot open: a library that Qt needs is missing on this system.",
            what_to_do="Run `make setup` to see which, or use the commands (d2a --help).",
            code="qt_missing",
        ) from error
    return open_desktop(profile)


if __name__ == "__main__":
    sys.exit(main())
