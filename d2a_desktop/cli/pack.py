"""`d2a pack`: a pack of one case, or a sheet about several people, as PDF."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from d2a_desktop.cli.console import emit
from d2a_desktop.cli.opening import open_here
from d2a_desktop.cli.pack_verify import verify
from d2a_desktop.core.errors import UsageError
from d2a_desktop.domain.codes import LISTS, PACKS_OF_A_CASE, PackKind
from d2a_desktop.domain.pack_audience import Privacy

if TYPE_CHECKING:
    from d2a_desktop.services.sheets import SheetIssued

_PURPOSE = "handover"


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `pack`."""
    parser = commands.add_parser("pack", help="make a pack as PDF")
    parser.add_argument(
        "case",
        nargs="+",
        metavar="CASE",
        help="case reference or NHS number; or: print, and the case where the kind has one; "
        "or: verify, and the code of an issue",
    )
    kinds = (*PACKS_OF_A_CASE, PackKind.RESTRICTED, *LISTS)
    parser.add_argument("--kind", choices=[kind.value for kind in kinds])
    parser.add_argument("--out", metavar="FILE.pdf")
    parser.add_argument("--purpose", default=_PURPOSE, help="why it is printed")
    parser.add_argument(
        "--privacy", choices=[each.value for each in Privacy], help="of a sheet about several"
    )
    parser.add_argument("--ward", default="", help="only this ward, of a sheet about several")
    parser.add_argument("--week", default="", metavar="2026-W48", help="of the flow report")
    parser.add_argument("--for", dest="given_to", default="", help="for whom it is")
    parser.add_argument(
        "--letter", metavar="FILE.pdf", help="discharge letter or chart, behind a handover pack"
    )
    parser.set_defaults(run=_pack)


def _pack(args: argparse.Namespace) -> int:
    if args.case[0] == "verify":
        if len(args.case) != 2:
            raise UsageError("Name one code: d2a pack verify P-7K3Q-MX4P")
        return verify(args, args.case[1])
    if not args.kind or not args.out:
        raise UsageError("Say which pack and where to: --kind KIND --out FILE.pdf")
    kind, case = PackKind(args.kind), _case_of(args.case)
    if kind in LISTS:
        if case:
            raise UsageError("That sheet is about several people: name no case.")
        return _sheet(args, kind)
    if not case:
        raise UsageError("Name the case: its reference or the NHS number.")
    if kind is PackKind.RESTRICTED:
        return _restricted(args, case)
    with open_here(args) as desk:
        issued = desk.packs.issue(
            desk.caller,
            case,
            args.kind,
            Path(args.out),
            purpose=args.purpose,
            letter=Path(args.letter) if args.letter else None,
            given_to=args.given_to,
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


def _case_of(words: list[str]) -> str:
    """Return the case of `CASE`, of `print CASE` or of `print` alone (then none)."""
    rest = words[1:] if words[0] == "print" else words
    if len(rest) > 1:
        raise UsageError("Name one case.")
    return rest[0] if rest else ""


def _sheet(args: argparse.Namespace, kind: PackKind) -> int:
    from d2a_desktop.services.sheets import SheetWish

    wish = SheetWish(
        kind=kind,
        privacy=Privacy(args.privacy) if args.privacy else None,
        ward=args.ward,
        week=args.week,
        purpose="" if args.purpose == _PURPOSE else args.purpose,
    )
    with open_here(args) as desk:
        issued = desk.sheets.issue(desk.caller, wish, Path(args.out))
    _emit_sheet(args, issued)
    return 0


def _restricted(args: argparse.Namespace, case: str) -> int:
    with open_here(args) as desk:
        issued = desk.sheets.restricted(
            desk.caller, case, Path(args.out), given_to=args.given_to, purpose=args.purpose
        )
    _emit_sheet(args, issued)
    return 0


def _emit_sheet(args: argparse.Namespace, issued: SheetIssued) -> None:
    document = {
        "kind": args.kind,
        "reference": issued.reference,
        "privacy": issued.privacy.value if issued.privacy else None,
        "pages": issued.pages,
    }
    shows = f", {issued.privacy.label.lower()}" if issued.privacy else ""
    pages = "1 page" if issued.pages == 1 else f"{issued.pages} pages"
    emit(document, f"{issued.reference}{shows}, {pages}", as_json=args.json)
