"""The hub list: every person on the way home, the most urgent clock first."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, ClassVar

from d2a_desktop.domain.codes import PackKind
from d2a_desktop.packs.content import Header, PackResult, column
from d2a_desktop.packs.people_sheet import About, render_sheet
from d2a_desktop.packs.sections import Section, rows_block
from d2a_desktop.packs.ward_sheet import NOBODY


@dataclass(frozen=True, kw_only=True)
class HubLine:
    """One person; `place` is ward and bed, or the case's reference once at home."""

    person: str = column("Person", 1.8)
    place: str = column("Where", 1.1)
    stage: str = column("Stage", 1.2)
    clock: str = column("Waiting, or 48 hours", 1.3)
    care: str = column("Agency, worker", 1.3)
    barrier: str = column("Waits for", 1.7)
    next_step: str = column("Next, whose", 1.7)


@dataclass(frozen=True, kw_only=True)
class HubSheetContent:
    """Everything the hub list prints, in the order of urgency."""

    kind: ClassVar[PackKind] = PackKind.HUB_LIST
    header: Header
    about: About
    waiting: tuple[HubLine, ...] = ()
    at_home: tuple[HubLine, ...] = ()


def hub_sheet_sections(content: HubSheetContent) -> tuple[Section, ...]:
    """Return what the list says, for paper and other copies."""
    waiting = rows_block("In hospital", HubLine, content.waiting, none=NOBODY)
    at_home = rows_block("At home", HubLine, content.at_home, none=NOBODY)
    return (
        Section(title="In hospital, referred", blocks=(waiting,)),
        Section(title="At home", blocks=(at_home,)),
    )


def render_hub_sheet(content: HubSheetContent, target: BinaryIO | Path) -> PackResult:
    """Print the hub list.

    Raises:
        UnreachableError: the target cannot be written to; nothing is changed.
    """
    return render_sheet(content, target, sections=hub_sheet_sections(content))
