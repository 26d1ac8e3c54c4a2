"""A plan in independent parts: visits that share no working time never disturb one another."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from d2a_desktop.scheduling.route import NOTHING, Board, Cost, Routes, added


@dataclass(frozen=True)
class Part:
    """Visits and pieces that belong together, as a board of their own.

    `pieces[n]` is the number that the part's piece n has on the whole board.
    """

    board: Board
    pieces: tuple[int, ...]


def parts_of(board: Board) -> list[Part]:
    """Return the independent parts of a board, the smallest first.

    Pieces that nobody could visit in, and visits that nobody can make, are in none of them.
    """
    leader: dict[int, int] = {}

    def find(piece: int) -> int:
        while leader[piece] != piece:
            leader[piece] = leader[leader[piece]]
            piece = leader[piece]
        return piece

    for options in board.options.values():
        pieces = list(options)
        for piece in pieces:
            leader.setdefault(piece, piece)
        for piece in pieces[1:]:
            leader[find(piece)] = find(pieces[0])
    together: dict[int, tuple[list[int], list[str]]] = {}
    for piece in sorted(leader):
        together.setdefault(find(piece), ([], []))[0].append(piece)
    for name, options in board.options.items():
        if options:
            together[find(next(iter(options)))][1].append(name)
    found = [_part(board, pieces, visits) for pieces, visits in together.values()]
    return sorted(found, key=lambda part: (len(part.board.free), part.pieces))


def _part(board: Board, pieces: Sequence[int], visits: Sequence[str]) -> Part:
    problem, inside = board.problem, {*pieces}
    pinned = [name for name, piece in board.pinned.items() if piece in inside]
    own: dict[str, list[int]] = {}
    for n in pieces:
        own.setdefault(board.pieces[n].assessor, []).append(n)
    # Assessors without a piece stay: what somebody was told is priced by who told it.
    smaller = dataclasses.replace(
        problem,
        visits={name: problem.visits[name] for name in sorted({*visits, *pinned})},
        assessors={
            name: dataclasses.replace(
                person, pieces=tuple(board.pieces[n] for n in own.get(name, ()))
            )
            for name, person in problem.assessors.items()
        },
    )
    return Part(Board(smaller), tuple(pieces))


def taken_apart(whole: Routes, parts: Sequence[Part]) -> list[Routes]:
    """Return each part's share of a plan."""
    shares = []
    for part in parts:
        share = Routes(part.board)
        share.load([whole.orders[n] for n in part.pieces])
        shares.append(share)
    return shares


def put_together(whole: Routes, parts: Sequence[Part], shares: Sequence[Routes]) -> Routes:
    """Return the plan with the parts' shares in it."""
    found = whole.copy()
    orders = list(whole.orders)
    for part, share in zip(parts, shares, strict=True):
        for n, order in zip(part.pieces, share.orders, strict=True):
            orders[n] = order
    found.load(orders)
    return found


def cost_outside(whole: Routes, shares: Sequence[Routes]) -> Cost:
    """Return what a plan costs outside its parts: what no decision changes."""
    inside = NOTHING
    for share in shares:
        inside = added(inside, share.cost())
    return added(whole.cost(), inside, sign=-1)
