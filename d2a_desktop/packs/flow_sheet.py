"""The weekly flow report: one page of figures from the records, and nobody's identity."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, ClassVar

from d2a_desktop.domain.codes import PackKind
from d2a_desktop.packs.content import Header, PackResult, column
from d2a_desktop.packs.people_sheet import About, render_sheet
from d2a_desktop.packs.sections import Rows, Section, rows_block

FLOW_MARKING = "OFFICIAL: figures only, no person can be told from them"


@dataclass(frozen=True, kw_only=True)
class FlowLine:
    """One measure, this week and over four weeks, as words that are safe to publish."""

    measure: str = column("Measure", 3.0)
    week: str = column("This week", 1.5)
    four_weeks: str = column("Four weeks to then", 1.5)


@dataclass(frozen=True, kw_only=True)
class ReasonLine:
    """One group or reason of waiting at the end of the week."""

    reason: str = column("Waits for", 4.2)
    people: str = column("People", 0.9)
    days: str = column("Days waited", 0.9)


@dataclass(frozen=True, kw_only=True)
class DefinitionLine:
    """What a measure counts."""

    measure: str = column("Measure", 1.2)
    definition: str = column("Counts", 4.8)


@dataclass(frozen=True, kw_only=True)
class FlowSheetContent:
    """Everything the flow report prints."""

    kind: ClassVar[PackKind] = PackKind.FLOW
    header: Header
    about: About
    home: tuple[FlowLine, ...] = ()
    assessed: tuple[FlowLine, ...] = ()
    capacity: tuple[FlowLine, ...] = ()
    reasons: tuple[ReasonLine, ...] = ()
    definitions: tuple[DefinitionLine, ...] = ()


def flow_sheet_sections(content: FlowSheetContent) -> tuple[Section, ...]:
    """Return what the report says, for paper and other copies."""

    def part(title: str, *blocks: Rows) -> Section:
        return Section(title=title, blocks=blocks)

    none = "No figures."
    return (
        part("From ready to home", rows_block("Home", FlowLine, content.home, none=none)),
        part(
            "Assessed at home within 48 hours",
            rows_block("Assessed", FlowLine, content.assessed, none=none),
        ),
        part(
            "Live-in starts against the guarantee",
            rows_block("Starts", FlowLine, content.capacity, none=none),
        ),
        part(
            "Who waits at the end of the week, by first reason",
            rows_block("Reasons", ReasonLine, content.reasons, none="Nobody waits."),
        ),
        part("How it is counted", rows_block("Definitions", DefinitionLine, content.definitions)),
    )


def render_flow_sheet(content: FlowSheetContent, target: BinaryIO | Path) -> PackResult:
    """Print the flow report, on one page.

    Raises:
        UnreachableError: the target cannot be written to; nothing is changed.
    """
    return render_sheet(content, target, sections=flow_sheet_sections(content))
