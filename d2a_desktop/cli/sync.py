"""`d2a sync`: one exchange or a watch, its health, and what needs a person."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from d2a_desktop.cli.console import emit, emit_error, read_object
from d2a_desktop.cli.interrupts import ctrl_c
from d2a_desktop.cli.opening import open_here
from d2a_desktop.core.errors import UnreachableError, UsageError
from d2a_desktop.domain.display import display_datetime

if TYPE_CHECKING:
    from d2a_desktop.bootstrap import Desk
    from d2a_desktop.services.exchange import Why
    from d2a_desktop.services.queries.rows import ConflictRow, SyncLight, SyncStep

_SENT = ("mine", "edit")


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `sync [--watch]`, `sync status`, `sync conflicts`, `sync resolve`."""
    parser = commands.add_parser("sync", help="exchange with the shared database")
    parser.add_argument("--watch", action="store_true", help="go on until stopped")
    parser.set_defaults(run=_sync)
    verbs = parser.add_subparsers(dest="verb", metavar="VERB")
    status = verbs.add_parser("status", help="how the exchange stands")
    status.set_defaults(run=_status)
    conflicts = verbs.add_parser("conflicts", help="edits that need a person")
    conflicts.set_defaults(run=_conflicts)
    resolve = verbs.add_parser("resolve", help="settle one of them")
    resolve.add_argument("op", metavar="OP", help="of d2a sync conflicts")
    resolve.add_argument("--choice", required=True, choices=("mine", "theirs", "edit", "seen"))
    resolve.add_argument("--data", metavar="FILE", help="for edit: values as JSON")
    resolve.set_defaults(run=_resolve)


def _sync(args: argparse.Namespace) -> int:
    if args.watch and args.json:
        raise UsageError(
            "--watch goes on and --json is one document.",
            what_to_do="Leave one of them out: d2a sync --json makes one exchange.",
        )
    with open_here(args) as desk:
        return _watch(desk, args) if args.watch else _once(desk, args)


def _watch(desk: Desk, args: argparse.Namespace) -> int:
    """Exchange live until stopped; a server that is away is told once, and not given up on."""
    if not desk.settings.server_url:
        return _once(desk, args)  # which says so
    desk.exchange.asked_for()
    told = ""
    first = True
    with ctrl_c(breaks_off=True) as pressed:
        while (why := desk.exchange.wait_until_due(pressed.is_set)) is not None:
            try:
                _exchange(desk, args, why=why, always=first)
            except UnreachableError as away:
                if away.code != told:
                    emit_error(away, reasons=(), as_json=False)
                told = away.code
            else:
                told, first = "", False
    raise KeyboardInterrupt


def _once(desk: Desk, args: argparse.Namespace) -> int:
    return _exchange(desk, args)


def _exchange(
    desk: Desk, args: argparse.Namespace, *, why: Why | None = None, always: bool = True
) -> int:
    """Exchange once; tell what moved, and also that nothing did when told `always`."""
    told = _Told(args.json)
    try:
        report = (
            desk.exchange.run(desk.caller, why=why, on_progress=told.step)
            if why
            else desk.exchange.run(desk.caller, on_progress=told.step)
        )
    finally:
        told.end()
    if not (always or report.moved):
        return 0
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
        "rewound": [vars(row) for row in report.rewound],
        "at": report.at,
    }
    text = (
        f"Sent {report.pushed}, received {report.pulled}, removed {report.purged};"
        f" {len(report.rejected)} refused, {len(report.conflicts)} to decide."
    )
    if report.rewound:
        text += (
            f"\n{len(report.rewound)} records are older at the server than this desk was told"
            " before, and nobody restored it. Tell its administrator: d2a server check --audit."
        )
    emit(document, text, as_json=args.json)
    return 1 if report.needs_a_person or report.rewound else 0


class _Told:
    """One line on a terminal's standard error that says how far an exchange is."""

    def __init__(self, as_json: bool) -> None:
        self._shown = not as_json and sys.stderr.isatty()
        self._length = 0

    def step(self, step: SyncStep) -> None:
        """Say what is done now, over what was said before."""
        if self._shown and (step.done or step.total):
            words = _step_text(step)
            print(f"\r{words.ljust(self._length)}", end="", file=sys.stderr, flush=True)
            self._length = len(words)

    def end(self) -> None:
        """Leave an empty line behind."""
        if self._length:
            print(f"\r{' ' * self._length}\r", end="", file=sys.stderr, flush=True)


def _status(args: argparse.Namespace) -> int:
    with _looking(args) as desk:
        light = desk.exchange.light()
        recovery = desk.exchange.recovery()
    emit({**light.document, "recovery": recovery}, _status_text(light), as_json=args.json)
    return 0


def _looking(args: argparse.Namespace) -> Desk:
    """Open the desk to look, also while the window has it open."""
    try:
        return open_here(args, read_only=True)
    except UnreachableError as failure:
        if failure.code != "store_older":
            raise
        return open_here(args)  # of an earlier program: nobody has it open, and it is brought up


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
    emit({"rows": rows}, "\n\n".join(map(_conflict_text, rows)) or "(none)", as_json=args.json)
    return 1 if rows else 0


def _conflict_text(row: ConflictRow) -> str:
    where = f" of {row.case_ref}" if row.case_ref else ""
    lines = [
        f"{row.conflict_id}  {row.record}{where}",
        f"  {row.reason}.",
        f"  Mine: by {row.made_by}, {display_datetime(row.made_at)}",
    ]
    for each in row.fields:
        at = f", {display_datetime(each.at)}" if each.at else ""
        by = f" (by {each.who}{at})" if each.who else f" ({at[2:]})" if at else ""
        was = f"; was {each.was}" if each.was else ""
        theirs = f"; theirs {each.theirs}{by}" if each.theirs else by
        lines.append(f"  {each.label}: mine {each.mine}{theirs}{was}  [{each.field}]")
    if row.also:
        lines.append(f"  With it, not taken either: {', '.join(row.also)}")
    lines.append(f"  Choose: {', '.join(row.choices)}")
    return "\n".join(lines)


def _resolve(args: argparse.Namespace) -> int:
    if (args.choice == "edit") != (args.data is not None):
        raise UsageError("--data belongs to --choice edit, and to nothing else.")
    values = read_object(args.data) if args.data is not None else None
    with open_here(args) as desk:
        desk.exchange.resolve(desk.caller, args.op, args.choice, values)
        left = len(desk.exchange.conflicts())
    words = "Written again; the next exchange sends it." if args.choice in _SENT else "Settled."
    document = {"op": args.op, "choice": args.choice, "left": left}
    emit(document, f"{words} {left} left to decide.", as_json=args.json)
    return 0
