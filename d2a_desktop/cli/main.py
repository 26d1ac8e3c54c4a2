"""The program `d2a`: its options, its commands, and how every end becomes an exit code."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

from d2a_desktop import __version__
from d2a_desktop.cli.console import emit_error
from d2a_desktop.core.clock import SystemClock
from d2a_desktop.core.errors import BlockedError, KnownError, UnreachableError, UsageError
from d2a_desktop.core.logs import write_report
from d2a_desktop.core.paths import Profile, find_profile

_BUG = 70
_INTERRUPTED = 130

OpenWindows = Callable[[Sequence[Profile], Mapping[Path, str]], int]
"""Opens a window for each desk, with the passphrases by folder; returns the exit code."""


def main(
    argv: Sequence[str] | None,
    *,
    open_desktop: Callable[[Profile], int],
    open_windows: OpenWindows | None = None,
) -> int:
    """Run one command and return its exit code (PRODUCT section 4).

    0 done; 1 done but something was refused or fell short; 2 wrong use; 3 something cannot be
    reached or opened; 70 a bug, with a report file. With no command, opens the desktop.
    """
    given = sys.argv[1:] if argv is None else list(argv)
    # Not as defaults: those of a command would hide what was said before its name.
    args = argparse.Namespace(profile=None, json=False, open_windows=open_windows)
    # Wrong use is told in JSON too, where the options say so that cannot be read.
    as_json = "--json" in given
    try:
        # The desktop is not to wait for the commands: a tenth of a second before its first paint.
        parser = _options() if _names_no_command(given) else _parser()
        args = parser.parse_args(given, args)
        if args.command is None:
            return open_desktop(find_profile(args.profile))
        return int(args.run(args))
    except KnownError as refused:
        return _refuse(refused, as_json=as_json)
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone: what Python still holds of it must not fail at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as bug:  # noqa: BLE001  the one place where a bug becomes exit code 70
        return _report(bug, find_profile(args.profile).reports_dir, as_json=as_json)


def _refuse(refused: KnownError, *, as_json: bool) -> int:
    reasons = refused.reasons if isinstance(refused, BlockedError) else ()
    emit_error(refused, reasons=reasons, as_json=as_json)
    return refused.exit_code


def _report(bug: Exception, folder: Path, *, as_json: bool) -> int:
    """Write a report of a bug, without anything that was on the desk, and say where it is."""
    try:
        reference = write_report(bug, folder, at=SystemClock().now(), version=__version__)
        where = f"Send report {reference} in {folder} to whoever looks after this program."
    except UnreachableError as unwritable:
        where = unwritable.message
    told = KnownError(
        "Something went wrong that should not. What was saved before is safe.",
        what_to_do=where,
        code="bug",
    )
    emit_error(told, reasons=(), as_json=as_json)
    return _BUG


class _Parser(argparse.ArgumentParser):
    """A parser of the program or of one command; argparse makes subcommands of this class too.

    Each takes `--profile` and `--json`, so that they may stand before or after the command. Wrong
    use is told like every other refusal, instead of ending the program by itself.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.add_argument("--profile", default=argparse.SUPPRESS, help="the folder of one desk")
        self.add_argument(
            "--json",
            action="store_true",
            default=argparse.SUPPRESS,
            help="print one JSON document and nothing else on standard output",
        )

    def error(self, message: str) -> NoReturn:
        """Refuse.

        Raises:
            UsageError: always (exit 2).
        """
        raise UsageError(f"{message[:1].upper()}{message[1:]}.", what_to_do=f"See {self.prog} -h.")


def _names_no_command(given: Sequence[str]) -> bool:
    """Whether only a folder is named, as a desktop is started."""
    return not given or (list(given[:-1]) == ["--profile"] and not given[-1].startswith("-"))


def _options() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="d2a", description="Discharge to assess: from a ward to an assessment at home."
    )
    parser.add_argument("--version", action="version", version=f"d2a {__version__}")
    parser.set_defaults(command=None)
    return parser


def _parser() -> argparse.ArgumentParser:
    from d2a_desktop.cli import (
        agency,
        board,
        case,
        data,
        demo,
        desk,
        directory,
        imports,
        pack,
        people,
        server,
        solve,
        sync,
        views,
    )

    parser = _options()
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    nouns = (demo, desk, people, imports, data, board, views, case, directory, agency, solve, pack)
    for noun in (*nouns, sync, server):
        noun.add_commands(commands)
    return parser
