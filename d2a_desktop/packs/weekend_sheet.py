"""The weekend sheet: who leaves, arrives, is assessed, what is open, and whom to ring."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, ClassVar

from d2a_desktop.domain.codes import PackKind
from d2a_desktop.packs.content import Header, PackResult, column
from d2a_desktop.packs.people_sheet import About, RingLine, render_sheet
from d2a_desktop.packs.sections import Section, rows_block
from d2a_desktop.packs.ward_sheet import NOBODY


@dataclass(frozen=True, kw_only=True)
class WhenLine:
    """Something planned for one person."""

    when: str = column("When", 1.2)
    person: str = column("Person", 1.9)
    where: str = column("Where", 1.9)
    who: str = column("Who comes, or takes them", 1.6)
    ring: str = column("Ring", 1.3)


@dataclass(frozen=True, kw_only=True)
class OpenLine:
    """Work that is not done."""

    person: str = column("Person", 1.7)
    what: str = column("What is open", 2.8)
    owner: str = column("Whose", 1.3)
    due: str = column("By", 1.2)


@dataclass(frozen=True, kw_only=True)
class WeekendSheetContent:
    """Everything the weekend sheet prints, each part in the order of time."""

    kind: ClassVar[PackKind] = PackKind.WEEKEND
    header: Header
    about: About
    leaving: tuple[WhenLine, ...] = ()
    arriving: tuple[WhenLine, ...] = ()
    assessed: tuple[WhenLine, ...] = ()
    unbooked: tuple[WhenLine, ...] = ()
    open_work: tuple[OpenLine, ...] = ()
    ring: tuple[RingLine, ...] = ()


def weekend_sheet_sections(content: WeekendSheetContent) -> tuple[Section, ...]:
    """Return what the sheet says, for paper and other copies."""
    parts = (
        ("Leave the ward", WhenLine, content.leaving, NOBODY),
        ("Live-in workers arrive", WhenLine, content.arriving, NOBODY),
        ("Assessed at home", WhenLine, content.assessed, NOBODY),
        ("Due for assessment, no visit booked", WhenLine, content.unbooked, NOBODY),
        ("Open before Monday", OpenLine, content.open_work, "Nothing."),
        ("Whom to ring", RingLine, content.ring, "No numbers recorded."),
    )
    return tuple(
        Section(title=title, blocks=(rows_block(title, row, lines, none=none),))
        for title, row, lines, none in parts
    )


def render_weekend_sheet(content: WeekendSheetContent, target: BinaryIO | Path) -> PackResult:
    """Print the weekend sheet.

    Raises:
        UnreachableError: the target cannot be written to; nothing is changed.
    """
    return render_sheet(content, target, sections=weekend_sheet_sections(content))
