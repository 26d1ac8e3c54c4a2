"""The ward board sheet: who is on the ward, how long they have waited, and what is next."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, ClassVar

from d2a_desktop.domain.codes import PackKind
from d2a_desktop.packs.content import Header, PackResult, column
from d2a_desktop.packs.people_sheet import About, render_sheet
from d2a_desktop.packs.sections import Section, rows_block

NOBODY = "Nobody."
_ROUND = (
    *("Ward, bed", "Person", "Criteria met (0: none)", "Decided by, time"),
    *("Up, dressed", "To do, whose, by when"),
)
_SHARES = (0.9, 1.5, 1.4, 1.3, 0.8, 2.4)


@dataclass(frozen=True, kw_only=True)
class WardLine:
    """One person in a bed; `person` is initials, or the name with its numbers below it."""

    bed: str = column("Ward, bed", 0.9)
    person: str = column("Person", 1.8)
    stage: str = column("Stage", 1.2)
    waits: str = column("No criteria to reside", 1.2)
    leaves: str = column("Leaves", 1.1)
    barrier: str = column("Waits for", 1.8)
    next_step: str = column("Next, whose", 1.8)


@dataclass(frozen=True, kw_only=True)
class WardSheetContent:
    """Everything the ward board sheet prints; lines in the order of the beds."""

    kind: ClassVar[PackKind] = PackKind.BOARD
    header: Header
    about: About
    lines: tuple[WardLine, ...] = ()


def ward_sheet_sections(content: WardSheetContent) -> tuple[Section, ...]:
    """Return what the sheet says, for paper and other copies."""
    people = rows_block("People", WardLine, content.lines, none=NOBODY)
    return (Section(title="On the ward", blocks=(people,)),)


def render_ward_sheet(content: WardSheetContent, target: BinaryIO | Path) -> PackResult:
    """Print the ward board sheet.

    Raises:
        UnreachableError: the target cannot be written to; nothing is changed.
    """
    round_ = ("Board round, to write on", _ROUND, _SHARES, _round_rows(content))
    forms = (round_,) if content.lines else ()
    return render_sheet(content, target, sections=ward_sheet_sections(content), forms=forms)


def _round_rows(content: WardSheetContent) -> list[list[str]]:
    """Return a line for each person with room for what is decided at the bedside."""
    blank = [""] * (len(_ROUND) - 2)
    return [[line.bed, line.person.partition("\n")[0], *blank] for line in content.lines]
