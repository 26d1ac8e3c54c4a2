"""`d2a board`: the ward board as text, CSV or JSON."""

from __future__ import annotations

import argparse
import csv
import io
from typing import Any

from d2a_desktop.cli.console import emit, plain, table
from d2a_desktop.cli.opening import open_here
from d2a_desktop.domain.audit_actions import AuditAction
from d2a_desktop.domain.clocks import ClockKind
from d2a_desktop.domain.codes import Stage
from d2a_desktop.domain.display import display_name
from d2a_desktop.services.queries.rows import WardBoardRow
from d2a_desktop.services.spreadsheet import safe_cell

_CSV = ("case_ref", "nhs_number", "site", "ward", "bed", "stage", "waiting_days", "next_action")


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `board`."""
    parser = commands.add_parser("board", help="the ward board")
    parser.add_argument("--filter", default="", help="words that a row must contain")
    parser.add_argument("--csv", action="store_true", help="print CSV")
    parser.set_defaults(run=_board)


def _board(args: argparse.Namespace) -> int:
    with open_here(args) as desk:
        board = desk.queries.ward_board(desk.caller)
        stale = desk.queries.superseded_packs(desk.caller)
        words = args.filter.casefold().split()
        rows = [
            row._replace(pack_superseded=row.case_id in stale)
            for row in board.rows
            if all(word in _haystack(row) for word in words)
        ]
        if args.csv and not args.json:
            cases = [row.case_id for row in rows]
            desk.exports.record(desk.caller, name="Ward board", rows=len(rows), cases=cases)
        else:
            desk.access.record(desk.caller, AuditAction.RECORD_VIEWED, detail="board")
    documents = [_document(row) for row in rows]
    if args.csv and not args.json:
        emit({}, _as_csv(documents), as_json=False)
        return 0
    text = table(
        ["Bed", "Name", "Stage", "Clock", "Next"],
        [
            [
                f"{row.ward} {row.bed}",
                _name(row),
                row.stage_label,
                _clock_words(row),
                row.next_action,
            ]
            for row in rows
        ],
    )
    emit(
        {"rows": documents, "as_of": board.as_of, "synced_at": board.synced_at},
        text,
        as_json=args.json,
    )
    return 0


def _name(row: WardBoardRow) -> str:
    return display_name(family=row.family_name, given=row.given_name or "", title=row.title or "")


def _haystack(row: WardBoardRow) -> str:
    parts = (_name(row), row.case_ref, row.nhs_number, row.ward, row.bed, row.stage_label)
    return " ".join(part for part in parts if part).casefold()


def _document(row: WardBoardRow) -> dict[str, Any]:
    return {
        **row._asdict(),
        "case": row.case_ref,
        "name": _name(row),
        "assessment_due": row.clock.due_at or row.provisional_due,
        "clock": {"kind": row.clock.kind, "words": row.clock.words, "due_at": row.clock.due_at},
    }


def _clock_words(row: WardBoardRow) -> str:
    if row.waiting_days is not None:
        return f"{row.waiting_days}d waiting"
    gone = row.stage == Stage.CLOSED and row.clock.kind is ClockKind.WAITING
    return "" if gone else row.clock.words


def _as_csv(documents: list[dict[str, Any]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("name", *_CSV))
    for document in documents:
        cells = (document[column] for column in ("name", *_CSV))
        writer.writerow([safe_cell("" if c is None else str(plain(c))) for c in cells])
    return out.getvalue()
