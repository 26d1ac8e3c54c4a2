"""`d2a pack`: a pack of one case as PDF."""

from __future__ import annotations

import argparse
from pathlib import Path

from d2a_desktop.cli.console import emit
from d2a_desktop.cli.opening import open_here
from d2a_desktop.domain.codes import PACKS_OF_A_CASE


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `pack`."""
    parser = commands.add_parser("pack", help="make a pack as PDF")
    parser.add_argument("case", metavar="CASE", help="case reference or NHS number")
    parser.add_argument("--kind", choices=[kind.value for kind in PACKS_OF_A_CASE], required=True)
    parser.add_argument("--out", required=True, metavar="FILE.pdf")
    parser.add_argument("--purpose", default="handover", help="why it is printed")
    parser.set_defaults(run=_pack)


def _pack(args: argparse.Namespace) -> int:
    with open_here(args) as desk:
        issued = desk.packs.issue(
            desk.caller, args.case, args.kind, Path(args.out), purpose=args.purpose
        )
    document = {
        "kind": args.kind,
        "reference": issued.reference,
        "version": issued.version,
        "pages": issued.pages,
        "draft": issued.draft,
        "missing": list(issued.missing),
    }
    text = f"{issued.reference}, version {issued.version}, {issued.pages} pages"
    if issued.draft:
        text += "\nDRAFT: missing " + ", ".join(issued.missing)
    emit(document, text, as_json=args.json)
    return 1 if issued.draft else 0
