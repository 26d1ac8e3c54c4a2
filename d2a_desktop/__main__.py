"""The start of the program: commands, or the desktop when there is none."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from d2a_desktop.cli.main import main as run_command
from d2a_desktop.core.errors import UnreachableError
from d2a_desktop.core.paths import Profile
from d2a_desktop.services.solver_process import ENGINES_ARGUMENT


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command, or open the desktop, and return the exit code."""
    given = sys.argv[1:] if argv is None else list(argv)
    if given == [ENGINES_ARGUMENT]:
        return _run_engines()
    return run_command(given, open_desktop=_open_desktop, open_windows=_open_windows)


def _run_engines() -> int:
    """Be the engines' process: how a bundle starts it, which has no Python beside it."""
    from d2a_desktop.services.solver_worker import main as serve

    serve()
    return 0


def _open_desktop(profile: Profile) -> int:
    return _open_windows([profile], {})


def _open_windows(profiles: Sequence[Profile], passphrases: Mapping[Path, str]) -> int:
    # Commands must start without Qt: the only place that imports the window, and only when asked.
    try:
        from d2a_desktop.ui.app import open_windows
    except ImportError as error:
        raise UnreachableError(
            "The window cannot open: a library that Qt needs is missing on this system.",
            what_to_do="Run `make setup` to see which, or use the commands (d2a --help).",
            code="qt_missing",
        ) from error
    return open_windows(profiles, passphrases=passphrases)


if __name__ == "__main__":
    sys.exit(main())
