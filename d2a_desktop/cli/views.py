"""`d2a views`: the saved views of lists, one's own and those that colleagues share."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from d2a_desktop.cli.console import emit, table
from d2a_desktop.cli.opening import open_here
from d2a_desktop.domain.display import display_datetime
from d2a_desktop.domain.shared_view import definition_of

if TYPE_CHECKING:
    from d2a_desktop.bootstrap import Desk


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `views list|take-back`."""
    parser = commands.add_parser("views", help="saved views of lists, own and shared")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    listed = verbs.add_parser("list", help="this person's views and those that colleagues share")
    listed.add_argument("--page", default="", help="of one page, such as ward_board")
    listed.set_defaults(run=_list)
    back = verbs.add_parser("take-back", help="share a view no more")
    back.add_argument("view", metavar="ID", help="its identity, as list prints it")
    back.set_defaults(run=_take_back)


def _list(args: argparse.Namespace) -> int:
    with open_here(args, read_only=True) as desk:
        rows = [*_own(desk, args.page), *_shared(desk, args.page)]
    rows.sort(key=lambda row: (row["page"], row["name"].casefold(), row["id"]))
    text = table(
        ["Id", "Page", "Name", "Shared with", "By", "Since"],
        [
            [
                *(row["id"], row["page"], row["name"]),
                row["ward"] or ("the team" if row["shared"] else ""),
                row["shared_by"] or "",
                display_datetime(row["shared_at"]) if row["shared_at"] else "",
            ]
            for row in rows
        ],
    )
    emit({"rows": rows}, text, as_json=args.json)
    return 0


def _own(desk: Desk, page: str) -> list[dict[str, Any]]:
    return [
        _row(desk, each.view_id, each.page.partition("/")[0], each.name, each.state)
        for each in desk.page_states.views(desk.caller, page)
    ]


def _shared(desk: Desk, page: str) -> list[dict[str, Any]]:
    return [
        _row(desk, each.view_id, each.page, each.name, each.state)
        | {
            "shared": True,
            "ward": each.ward or None,
            "shared_by": each.shared_by or None,
            "shared_at": each.shared_at,
            "mine": each.mine,
            "confirmed": each.confirmed,
        }
        for each in desk.shared_views.views(desk.caller, page)
    ]


def _row(
    desk: Desk, view_id: str, page: str, name: str, state: Mapping[str, Any]
) -> dict[str, Any]:
    """Return one view; the words of its filter may name somebody and are not printed."""
    return {
        "id": view_id,
        "page": page,
        "name": name,
        "definition": definition_of(state),
        "at_sign_in": desk.start_views.chosen(desk.caller, page) == view_id,
        "shared": False,
        "ward": None,
        "shared_by": None,
        "shared_at": None,
        "mine": True,
        "confirmed": True,
    }


def _take_back(args: argparse.Namespace) -> int:
    with open_here(args) as desk:
        result = desk.shared_views.take_back(desk.caller, args.view)
    emit(
        dict(result.details),
        "Taken back. After the next exchange colleagues find it no more.",
        as_json=args.json,
    )
    return 0
