"""The contingency list for a day without the network, with room to write what happens."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, ClassVar

from d2a_desktop.domain.codes import PackKind
from d2a_desktop.packs.content import Header, PackResult, column
from d2a_desktop.packs.people_sheet import About, RingLine, render_sheet
from d2a_desktop.packs.sections import Section, rows_block
from d2a_desktop.packs.ward_sheet import NOBODY

_WRITE = (
    "Write down what happens: enter it when the network is back, with the time it happened",
    ("Date, time", "Person or reference", "What happened", "Told to, by whom", "Entered"),
    (1.0, 1.4, 3.0, 1.5, 0.7),
    [[""] * 5] * 10,
)


@dataclass(frozen=True, kw_only=True)
class ContingencyLine:
    """One person under way or at home, with every number that may be needed."""

    person: str = column("Person", 1.7)
    where: str = column("Where, telephone", 2.0)
    worker: str = column("Live-in worker, agency on call", 1.7)
    due: str = column("What is due", 2.0)
    kin: str = column("Family", 1.4)


@dataclass(frozen=True, kw_only=True)
class ContingencySheetContent:
    """Everything the contingency list prints."""

    kind: ClassVar[PackKind] = PackKind.CONTINGENCY
    header: Header
    about: About
    moving: tuple[ContingencyLine, ...] = ()
    at_home: tuple[ContingencyLine, ...] = ()
    waiting: tuple[ContingencyLine, ...] = ()
    ring: tuple[RingLine, ...] = ()


def contingency_sheet_sections(content: ContingencySheetContent) -> tuple[Section, ...]:
    """Return what the list says, for paper and other copies."""
    parts = (
        ("Leaving, or on the way", ContingencyLine, content.moving, NOBODY),
        ("At home with a live-in worker", ContingencyLine, content.at_home, NOBODY),
        ("In hospital, not leaving yet", ContingencyLine, content.waiting, NOBODY),
        ("Whom to ring", RingLine, content.ring, "No numbers recorded."),
    )
    return tuple(
        Section(title=title, blocks=(rows_block(title, row, lines, none=none),))
        for title, row, lines, none in parts
    )


def render_contingency_sheet(
    content: ContingencySheetContent, target: BinaryIO | Path
) -> PackResult:
    """Print the contingency list.

    Raises:
        UnreachableError: the target cannot be written to; nothing is changed.
    """
    sections = contingency_sheet_sections(content)
    return render_sheet(content, target, sections=sections, forms=(_WRITE,))
