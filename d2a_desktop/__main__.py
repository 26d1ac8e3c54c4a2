"""The start of the program: commands, or the desktop when there is none."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from d2a_desktop.cli.main import main as run_command
from d2a_desktop.core.errors import UnreachableError
from d2a_desktop.core.paths import Profile


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command, or open the desktop, and return the exit code."""
    given = sys.argv[1:] if argv is None else list(argv)
    if len(given) == 1 and _means_engines(given[0]):
        return _run_engines()
    return run_command(given, open_desktop=_open_desktop, open_windows=_open_windows)


def _means_engines(argument: str) -> bool:
    # Not at the top: a window is not to wait for what starts processes.
    from d2a_desktop.services.solver_process import ENGINES_ARGUMENT

    return argument == ENGINES_ARGUMENT


def _run_engines() -> int:
    """Be the engines' process: how a bundle starts it, which has no Python beside it."""
    from d2a_desktop.services.solver_worker import main as serve

    serve()
    return 0


def _open_desktop(profile: Profile) -> int:
    return _open_windows([profile], {})


def _open_windows(profiles: Sequence[Profile], passphrases: Mapping[Path, str]) -> int:
    return _import_windows()(profiles, passphrases)


def _import_windows() -> Callable[[Sequence[Profile], Mapping[Path, str]], int]:
    """Import what opens windows, which commands must start without; only when it is asked for."""
    # Nothing that it makes is garbage: to look for some would be a tenth of the start.
    gc.disable()
    try:
        from d2a_desktop.ui.unread_imports import import_unread

        import_unread()
        from d2a_desktop.ui.app import open_windows
    except ImportError as error:
        raise UnreachableError(
            "The window cannot open: a library that Qt needs is missing on this system.",
            what_to_do="Run `make setup` to see which, or use the commands (d2a --help).",
            code="qt_missing",
        ) from error
    finally:
        gc.freeze()
        gc.enable()
    return open_windows


if __name__ == "__main__":
    sys.exit(main())
