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
    from d2a_desktop.services.queries.rows import SyncLight, SyncStep

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
    emit({**light.document, "recovery": recovery}, _status_text(light), as_json=args.json)
    return 0


def _status_text(light: SyncLight) -> str:
    lines = [f"{light.words}: {light.reason}", light.what_to_do]
    if light.step is not None:
        lines.append(_step_text(light.step))
    last = display_datetime(light.last_at) if light.last_at else "never"
    lines.append(f"Last exchange: {last}{' (old)' if light.stale and light.last_at else ''}")
    for name, number, signed_in in light.people:
        away = "" if signed_in else ", who is not signed in here"
        lines.append(f"To send: {number} by {name}{away}")
    if light.conflicts:
        lines.append(f"To decide: {light.conflicts} (d2a sync conflicts)")
    if light.clock_warning:
        lines.append(light.clock_warning)
    lines.append(f"For support: {light.code}")
    return "\n".join(line for line in lines if line)


def _step_text(step: SyncStep) -> str:
    of = "" if step.total is None else f" of {step.total:,}"
    return f"{step.words}: {step.done:,}{of}"


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
