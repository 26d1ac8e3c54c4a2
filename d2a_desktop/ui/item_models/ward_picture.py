"""What the ward board shows, made ready in the worker that read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from d2a_desktop.domain.codes import OwnerKind
from d2a_desktop.domain.permissions import Caller, Role
from d2a_desktop.ui.item_models.placed_model import PLACED_VIEWS, placed_predicate
from d2a_desktop.ui.item_models.ward_board_model import VIEWS, view_predicate

if TYPE_CHECKING:
    from d2a_desktop.services.queries.placed import Placed
    from d2a_desktop.services.queries.rows import WardBoard, WardBoardRow

_TEAM = {
    Role.HUB_CASE_MANAGER: (OwnerKind.HUB,),
    Role.WARD_COORDINATOR: (OwnerKind.WARD,),
    Role.CLINICIAN: (OwnerKind.WARD,),
    Role.ASSESSOR: (OwnerKind.ASSESSOR,),
    Role.AGENCY_SCHEDULER: (OwnerKind.AGENCY, OwnerKind.AGENCY_ON_CALL),
    Role.AGENCY_MANAGER: (OwnerKind.AGENCY, OwnerKind.AGENCY_ON_CALL),
}


def owners_of(caller: Caller) -> frozenset[str]:
    """Return the words in the column Owner that mean this person or their team."""
    return frozenset({caller.name, *(kind.label for kind in _TEAM.get(caller.role, ()))})


@dataclass(frozen=True)
class Asked:
    """What the board knew when it was read again.

    `superseded`: whose print no longer holds, None while nobody has looked. `before`: the rows
    shown; those that are still the same are shown again, so that only the others are painted.
    `placed`: an agency's figures, in place of a ward's.
    """

    superseded: frozenset[str] | None = None
    before: Sequence[WardBoardRow] = ()
    owners: frozenset[str] = frozenset()
    today: date | None = None
    placed: Placed | None = None


def views_of(placed: Placed | None) -> tuple[tuple[str, str], ...]:
    """Return the saved views: an agency's where its figures are known, else a ward's."""
    return VIEWS if placed is None else PLACED_VIEWS


def kept_by(key: str, asked: Asked) -> Callable[[WardBoardRow], bool] | None:
    """Return what a saved view keeps; None keeps all."""
    if asked.placed is not None and (keep := placed_predicate(key, asked.placed)) is not None:
        return keep
    return view_predicate(key, owners=asked.owners, today=asked.today)


@dataclass(frozen=True)
class Picture:
    """The board with what changed in each row, and how many rows each saved view keeps.

    `marks` and `superseded` are what its rows were marked by.
    """

    board: WardBoard
    numbers: Mapping[str, int]
    placed: Placed | None = None
    marks: Mapping[str, tuple[str, ...]] | None = None
    superseded: frozenset[str] | None = None


def picture_of(board: WardBoard, marks: Mapping[str, tuple[str, ...]], asked: Asked) -> Picture:
    """Return what is shown of a board; `marks` are the words of what changed, by case.

    With 5,000 people it takes longer than a person would not notice: never on the main thread.
    """
    before = {row.case_id: row for row in asked.before}
    rows = tuple(
        _same(before.get(row.case_id), _marked(row, marks, asked.superseded)) for row in board.rows
    )
    numbers = _numbers(rows, asked)
    return Picture(replace(board, rows=rows), numbers, asked.placed, marks, asked.superseded)


def marked_again(
    picture: Picture, marks: Mapping[str, tuple[str, ...]], superseded: frozenset[str] | None
) -> Picture:
    """Return the picture with what is known now; every row with nothing new stays the same one."""
    if marks is picture.marks and superseded == picture.superseded:
        return picture
    rows = tuple(_marked(row, marks, superseded) for row in picture.board.rows)
    board = replace(picture.board, rows=rows)
    return replace(picture, board=board, marks=marks, superseded=superseded)


def _marked(
    row: WardBoardRow, marks: Mapping[str, tuple[str, ...]], superseded: frozenset[str] | None
) -> WardBoardRow:
    """Return a row with what has changed and whether its print holds; most have nothing new."""
    changed = marks.get(row.case_id, ())
    old_print = row.pack_superseded if superseded is None else row.case_id in superseded
    if changed == row.changed and bool(old_print) == bool(row.pack_superseded):
        return row
    return row._replace(changed=changed, pack_superseded=old_print)


def _same(before: WardBoardRow | None, row: WardBoardRow) -> WardBoardRow:
    return before if before is not None and before == row else row


def _numbers(rows: Sequence[WardBoardRow], asked: Asked) -> dict[str, int]:
    numbers = {}
    for key, _ in views_of(asked.placed):
        keep = kept_by(key, asked)
        numbers[key] = len(rows) if keep is None else sum(1 for row in rows if keep(row))
    return numbers
