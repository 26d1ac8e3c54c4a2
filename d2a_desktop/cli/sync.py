"""`d2a sync`: one exchange or a watch, its health, and what needs a person."""

from __future__ import annotations

import argparse
import threading
from typing import TYPE_CHECKING

from d2a_desktop.cli.console import emit, emit_error, table
from d2a_desktop.cli.opening import open_here
from d2a_desktop.core.errors import UnreachableError, UsageError
from d2a_desktop.domain.display import display_datetime

if TYPE_CHECKING:
    from d2a_desktop.bootstrap import Desk

_WATCH_SECONDS = 30.0


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `sync [--watch]`, `sync status`, `sync conflicts`."""
    parser = commands.add_parser("sync", help="exchange with the shared database")
    parser.add_argument("--watch", action="store_true", help="go on until stopped")
    parser.set_defaults(run=_sync)
    verbs = parser.add_subparsers(dest="verb", metavar="VERB")
    status = verbs.add_parser("status", help="how the exchange stands")
    status.set_defaults(run=_status)
    conflicts = verbs.add_parser("conflicts", help="edits that need a person")
    conflicts.set_defaults(run=_conflicts)


def _sync(args: argparse.Namespace) -> int:
    if args.watch and args.json:
        raise UsageError(
            "--watch goes on and --json is one document.",
            what_to_do="Leave one of them out: d2a sync --json makes one exchange.",
        )
    with open_here(args) as desk:
        return _watch(desk, args) if args.watch else _once(desk, args)


def _watch(desk: Desk, args: argparse.Namespace) -> int:
    """Exchange until stopped; a server that is away for a while is told, not given up on."""
    never = threading.Event()
    while True:
        try:
            _once(desk, args)
        except UnreachableError as away:
            emit_error(away, reasons=(), as_json=False)
        never.wait(_WATCH_SECONDS)


def _once(desk: Desk, args: argparse.Namespace) -> int:
    report = desk.exchange.run(desk.caller)
    document = {
        "pushed": report.pushed,
        "pulled": report.pulled,
        "purged": report.purged,
        "rejected": report.rejected,
        "conflicts": report.conflicts,
        "cascades": report.cascades,
        "waiting": report.waiting,
        "recovered": report.recovered,
        "repaired": report.repaired,
        "at": report.at,
    }
    text = (
        f"Sent {report.pushed}, received {report.pulled}, removed {report.purged};"
        f" {len(report.rejected)} refused, {len(report.conflicts)} to decide."
    )
    emit(document, text, as_json=args.json)
    return 1 if report.needs_a_person else 0


def _status(args: argparse.Namespace) -> int:
    with open_here(args) as desk:
        light = desk.exchange.light()
        recovery = desk.exchange.recovery()
    document = {
        "state": light.state,
        "words": light.words,
        "what_to_do": light.what_to_do,
        "last_at": light.last_at,
        "pending": light.pending,
        "conflicts": light.conflicts,
        "rejected": light.rejected,
        "recovery": recovery,
    }
    emit(document, f"{light.words} {light.what_to_do}".strip(), as_json=args.json)
    return 0


def _conflicts(args: argparse.Namespace) -> int:
    with open_here(args) as desk:
        rows = desk.exchange.conflicts()
    text = table(
        ["Case", "Field", "Mine", "Theirs", "When", "Why"],
        [
            [r.case_ref or "", r.field, r.mine, r.theirs, display_datetime(r.at), r.reason]
            for r in rows
        ],
    )
    emit({"rows": rows}, text, as_json=args.json)
    return 1 if rows else 0
