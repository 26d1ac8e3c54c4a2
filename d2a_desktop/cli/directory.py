"""`d2a directory` and `d2a caseload`: whom to ring, who stands in, and handing work over."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING

from d2a_desktop.cli.console import emit, read_object, table
from d2a_desktop.cli.opening import open_here
from d2a_desktop.core.errors import UsageError

if TYPE_CHECKING:
    from d2a_desktop.services.caseload import HandedOver
    from d2a_desktop.services.queries.directory import DirectoryRow

_OWNERS = frozenset(
    {
        *(("task", "owner_name"), ("barrier", "owner_name"), ("spell", "owner_name")),
        ("spell", "hub_owner_name"),
    }
)
"""By record, the fields that name an owner."""


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `directory list|deputies|save` and `caseload show|hand-over|take-back`."""
    directory = commands.add_parser("directory", help="whom to ring, and who stands in for whom")
    nouns = directory.add_subparsers(dest="noun", required=True, metavar="NOUN")
    listed = nouns.add_parser("list", help="organisations, colleagues and entries kept by hand")
    listed.add_argument("--filter", metavar="WORDS", help="rows that hold all these words")
    listed.set_defaults(run=_list)
    deputies = nouns.add_parser("deputies", help="colleagues with a deputy, and who is away")
    deputies.set_defaults(run=_deputies)
    save = nouns.add_parser("save", help="add or change an entry of this organisation")
    save.add_argument("--data", required=True, help="JSON file, or - for standard input")
    save.set_defaults(run=_save)
    caseload = commands.add_parser("caseload", help="what a colleague owns, and handing it over")
    verbs = caseload.add_subparsers(dest="verb", required=True, metavar="VERB")
    show = verbs.add_parser("show", help="what a colleague owns")
    show.add_argument("name", metavar="NAME", help="the colleague's name")
    show.set_defaults(run=_show)
    give = verbs.add_parser("hand-over", help="give all that a colleague owns to another")
    give.add_argument("--from", dest="giver", required=True, metavar="NAME")
    give.add_argument("--to", dest="taker", required=True, metavar="NAME")
    give.set_defaults(run=_hand_over)
    back = verbs.add_parser("take-back", help="take back what was handed over and not touched")
    back.add_argument("--data", required=True, help="what hand-over answered, as a file or -")
    back.set_defaults(run=_take_back)


def _rows(args: argparse.Namespace) -> tuple[DirectoryRow, ...]:
    with open_here(args, read_only=True) as desk:
        return desk.queries.directory(desk.caller)


def _list(args: argparse.Namespace) -> int:
    words = (args.filter or "").casefold().split()
    rows = [row for row in _rows(args) if all(word in _text(row).casefold() for word in words)]
    _emit_rows(rows, as_json=args.json)
    return 0


def _deputies(args: argparse.Namespace) -> int:
    # A deputy's entry names its colleague; who has no login here is listed by the entry alone.
    rows = [row for row in _rows(args) if row.record.get("kind") == "deputy"]
    _emit_rows(rows, as_json=args.json)
    return 0


def _emit_rows(rows: list[DirectoryRow], *, as_json: bool) -> None:
    text = table(
        ["Kind", "Name", "About", "Phone", "Alternate", "Hours", "Now", "Verified"],
        [
            [
                *(row.group, row.name, row.about, row.phone, row.alternate),
                *(row.hours, row.answers_now, row.verified),
            ]
            for row in rows
        ],
    )
    emit({"rows": [asdict(row) for row in rows]}, text, as_json=as_json)


def _text(row: DirectoryRow) -> str:
    return f"{row.group} {row.name} {row.about} {row.phone} {row.alternate} {row.answers_now}"


def _save(args: argparse.Namespace) -> int:
    document = read_object(args.data)
    with open_here(args) as desk:
        result = desk.directory.save(desk.caller, document)
    emit(dict(result.details), "Saved.", as_json=args.json)
    return 0


# ------------------------------------------------------------ caseload


def _show(args: argparse.Namespace) -> int:
    with open_here(args, read_only=True) as desk:
        found = desk.caseloads.of(desk.caller, args.name)
        colleagues = desk.caseloads.colleagues(desk.caller)
    text = table(["Record", "What"], [[item.entity, item.words] for item in found.items])
    emit({**asdict(found), "colleagues": colleagues}, text, as_json=args.json)
    return 0


def _hand_over(args: argparse.Namespace) -> int:
    with open_here(args) as desk:
        handed = desk.caseloads.hand_over(desk.caller, giver=args.giver, taker=args.taker)
    return _emit_handed(handed, as_json=args.json)


def _take_back(args: argparse.Namespace) -> int:
    handed = _handed(read_object(args.data))
    with open_here(args) as desk:
        back = desk.caseloads.take_back(desk.caller, handed)
    return _emit_handed(back, as_json=args.json)


def _emit_handed(handed: HandedOver, *, as_json: bool) -> int:
    document = {
        "giver": handed.giver,
        "taker": handed.taker,
        "items": [asdict(item) for item in handed.items],
        "left": handed.left,
    }
    words = f"{handed.taker} now owns {len(handed.items)} of what {handed.giver} owned."
    if handed.left:
        words += f" {handed.left} were done, or taken by somebody else, and stay as they are."
    emit(document, words, as_json=as_json)
    return 1 if handed.left or not handed.items else 0


def _handed(document: dict[str, object]) -> HandedOver:
    """Return what `hand-over` answered, read back.

    Raises:
        UsageError: it is another document.
    """
    from d2a_desktop.services.caseload import HandedOver, Owned

    items = document.get("items")
    members = set(Owned.__dataclass_fields__)
    if not isinstance(items, list) or not all(
        isinstance(item, dict)
        and set(item) == members
        and all(isinstance(value, str) for value in item.values())
        and (item["entity"], item["field"]) in _OWNERS
        for item in items
    ):
        raise UsageError(
            "$.items is not what hand-over answered.", what_to_do="Give its --json document."
        )
    giver, taker = document.get("giver"), document.get("taker")
    if not isinstance(giver, str) or not isinstance(taker, str):
        raise UsageError("$.giver or $.taker is missing.")
    return HandedOver(giver, taker, tuple(Owned(**item) for item in items))
