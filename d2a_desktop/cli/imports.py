"""`d2a import`: a PAS extract, whole or row by row, with what was refused and why."""

from __future__ import annotations

import argparse
from pathlib import Path

from d2a_desktop.cli.console import emit
from d2a_desktop.cli.opening import open_here


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `import`."""
    parser = commands.add_parser("import", help="import a PAS extract")
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("--kind", choices=["pas-csv"], default="pas-csv")
    parser.add_argument("--dry-run", action="store_true", help="say what would change only")
    parser.add_argument("--refused", metavar="FILE", help="write the refused rows here to mend")
    parser.add_argument(
        "--accept-header", action="store_true", help="accept a changed header from now on"
    )
    parser.set_defaults(run=_import)


def _import(args: argparse.Namespace) -> int:
    with open_here(args) as desk:
        outcome = desk.imports.pas_csv(
            desk.caller,
            Path(args.file),
            dry_run=args.dry_run,
            refused_to=Path(args.refused) if args.refused else None,
            accept_header=args.accept_header,
        )
    document = outcome.to_document()
    lines = [
        (
            f"{'Would take in' if args.dry_run else 'Taken in'}: {outcome.accepted} new,"
            f" {outcome.changed} changed, {outcome.unchanged} unchanged,"
            f" {len(outcome.refused)} refused."
        )
    ]
    lines += [f"  line {r.line}, {r.column}: {r.reason}" for r in outcome.refused]
    emit(document, "\n".join(lines), as_json=args.json)
    return 1 if outcome.refused else 0
