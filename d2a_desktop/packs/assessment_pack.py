"""The home assessment form: filled in with what is known, with room to write what is found."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, ClassVar

from reportlab.platypus import Flowable, KeepTogether, Spacer

from d2a_desktop.domain.codes import NeedFound, PackKind, VisitOutcome
from d2a_desktop.packs.blocks import NOT_RECORDED, Blocks
from d2a_desktop.packs.content import (
    Allergies,
    Header,
    Identity,
    Need,
    PackResult,
    fact,
    text,
)
from d2a_desktop.packs.handover_content import EquipmentLine, Function
from d2a_desktop.packs.press import print_person_pack
from d2a_desktop.packs.sections import Grid, Section, section

_M, _O = Need.MANDATORY, Need.OPTIONAL
_STOPS_THE_CLOCK = frozenset({VisitOutcome.DONE, VisitOutcome.PART_DONE})
_EMPTY_ROWS = 3


@dataclass(frozen=True, kw_only=True)
class VisitPlan:
    """When, where and with whom; instants aware UTC."""

    heading: ClassVar[str] = "The visit"
    planned_at: datetime | None = field(default=None, metadata=fact("Planned"))
    due_by: datetime | None = field(default=None, metadata=fact("Due before", _M))
    left_ward_at: datetime | None = field(default=None, metadata=fact("Left the ward"))
    assessor: str = text("Assessor")
    second_assessor: str = text("Second assessor", _O)
    address: str = text("Address", _M)
    home_phone: str = text("Telephone there")
    access: str = text("How to get in")
    worker_first_name: str = text("Live-in worker")
    agency_phone: str = text("Agency, 24 hours")
    hospital_phone: str = text("Ward")


@dataclass(frozen=True, kw_only=True)
class Background:
    """What the assessor should know before the door opens."""

    heading: ClassVar[str] = "Before the visit"
    reason: str = text("Why in hospital")
    predicted_need: str = text("Need predicted on the ward")
    medicines_support: str = text("Who gives medicines")
    risks: str = text("Risks to know")
    communication: str = text("How to communicate")
    language: str = text("Language, interpreter")
    capacity: str = text("Capacity")
    next_of_kin: str = text("Next of kin")
    unpaid_carer: str = text("Unpaid carer, what they will do")
    home: str = text("Home: bed, heating, who lives there")


@dataclass(frozen=True, kw_only=True)
class FunctionLine:
    """One area of daily living and what was predicted for it."""

    area: str
    expected: str = ""


@dataclass(frozen=True, kw_only=True)
class AssessmentContent:
    """Everything the assessment form prints."""

    kind: ClassVar[PackKind] = PackKind.ASSESSMENT
    header: Header
    identity: Identity
    allergies: Allergies = field(default_factory=Allergies)
    visit: VisitPlan = field(default_factory=VisitPlan)
    background: Background = field(default_factory=Background)
    function: tuple[FunctionLine, ...] = ()
    equipment: tuple[EquipmentLine, ...] = ()
    goals: tuple[str, ...] = ()


def expected_function(function: Function) -> tuple[FunctionLine, ...]:
    """Return the areas of the handover pack as lines to compare with what is found at home."""
    return tuple(
        FunctionLine(area=part.metadata["label"], expected=getattr(function, part.name))
        for part in dataclasses.fields(function)
    )


def assessment_missing(content: AssessmentContent) -> tuple[str, ...]:
    """Return the mandatory items that keep the form a draft, in words without patient data."""
    return (
        *content.identity.missing(),
        *content.allergies.missing(),
        *section(content.visit).missing(),
    )


def render_assessment_pack(content: AssessmentContent, target: BinaryIO | Path) -> PackResult:
    """Print the assessment form.

    Raises:
        UnreachableError: the target cannot be written to; nothing is changed.
    """

    def story(blocks: Blocks) -> list[Flowable]:
        parts: list[Callable[[Blocks, AssessmentContent], list[Flowable]]] = [
            _who,
            _visit,
            _background,
            _function,
            _equipment,
            _package,
            _goals,
            _outcome,
            _signature,
        ]
        return [flowable for part in parts for flowable in part(blocks, content)]

    return print_person_pack(content, target, missing=assessment_missing(content), story=story)


def _who(blocks: Blocks, _content: AssessmentContent) -> list[Flowable]:
    labels = ["Name", "Date of birth", "Address", "NHS No. or a document seen"]
    return [
        *blocks.heading("1  Identity confirmed"),
        Spacer(0, 3),
        blocks.ticks(labels, columns=4),
        blocks.ticks(["Said by the person", "Said by a relative or the worker"], columns=2),
    ]


def _visit(blocks: Blocks, content: AssessmentContent) -> list[Flowable]:
    made = _known_and_open(blocks, section(content.visit), number=2)
    times = blocks.form(
        ("Started (date, time)", "Finished", "Who was there"), [("", "", "")], shares=(1, 1, 2)
    )
    return [*made, times]


def _background(blocks: Blocks, content: AssessmentContent) -> list[Flowable]:
    return _known_and_open(blocks, section(content.background), number=3)


def _known_and_open(blocks: Blocks, part: Section, *, number: int) -> list[Flowable]:
    """Return what is known, then room to write each thing that nobody has recorded."""
    lines = [line for block in part.blocks if isinstance(block, Grid) for line in block.lines]
    asked = [line for line in lines if not line.value and not line.lacks]
    known = tuple(line for line in lines if line not in asked)
    title = f"{number}  {part.title}"
    made: list[Flowable] = []
    if known:
        made += blocks.section(Section(part.title, (Grid(known),)), number=number)
    else:
        made += [*blocks.heading(title), Spacer(0, 3)]
    if asked:
        form = blocks.form(
            ("Not recorded before the visit", "Found: write it here"),
            [(line.label, "") for line in asked],
            shares=(1.4, 3.6),
        )
        made += [form, Spacer(0, 4)]
    return made


def _function(blocks: Blocks, content: AssessmentContent) -> list[Flowable]:
    lines = content.function or expected_function(Function())
    rows = [(line.area, line.expected.strip() or NOT_RECORDED, "") for line in lines]
    form = blocks.form(
        ("Area", "Expected on leaving hospital", "Found today"), rows, shares=(1.2, 2.2, 2.6)
    )
    return [*blocks.heading("4  How the person manages"), Spacer(0, 3), form]


def _equipment(blocks: Blocks, content: AssessmentContent) -> list[Flowable]:
    rows = [(line.item, line.delivered or NOT_RECORDED, "", "") for line in content.equipment]
    rows += [("", "", "", "")] * _EMPTY_ROWS
    form = blocks.form(
        ("Item", "Delivered", "In place, works", "Missing, to be changed"),
        rows,
        shares=(1.8, 1.2, 1.2, 2.4),
    )
    return [*blocks.heading("5  Equipment"), Spacer(0, 3), form]


def _package(blocks: Blocks, _content: AssessmentContent) -> list[Flowable]:
    return [
        KeepTogether(
            [
                *blocks.heading("6  Need found, change of package")[1:],
                Spacer(0, 3),
                blocks.ticks([need.label for need in NeedFound], columns=3),
                Spacer(0, 4),
                *blocks.writing_lines("What should change, and from when", count=3),
            ]
        )
    ]


def _goals(blocks: Blocks, content: AssessmentContent) -> list[Flowable]:
    rows = [(goal, "", "") for goal in content.goals if goal.strip()]
    rows += [("", "", "")] * _EMPTY_ROWS
    form = blocks.form(
        ("Goal", "Progress today", "Next step, who, by when"), rows, shares=(2, 1.6, 2)
    )
    return [KeepTogether([*blocks.heading("7  Goals")[1:], Spacer(0, 3), form])]


def _outcome(blocks: Blocks, _content: AssessmentContent) -> list[Flowable]:
    labels = [outcome.label for outcome in VisitOutcome]
    stops = " and ".join(o.label for o in VisitOutcome if o in _STOPS_THE_CLOCK)
    return [
        KeepTogether(
            [
                *blocks.heading("8  Outcome: tick one")[1:],
                Spacer(0, 3),
                blocks.ticks(labels, columns=4),
                Spacer(0, 3),
                blocks.text(
                    f"{stops}, started at home, stop the 48-hour clock; all others do not."
                ),
                Spacer(0, 4),
                blocks.form(
                    ("Next review on", "By whom", "For what"), [("", "", "")], shares=(1, 1.5, 2.5)
                ),
                Spacer(0, 4),
                *blocks.writing_lines("Notes, concerns passed on, to whom and when", count=4),
            ]
        )
    ]


def _signature(blocks: Blocks, content: AssessmentContent) -> list[Flowable]:
    form = blocks.form(
        ("Assessor, profession, registration", "Signature", "Date and time"),
        [(content.visit.assessor, "", ""), (content.visit.second_assessor, "", "")],
        shares=(2.4, 1.8, 1.2),
    )
    return [KeepTogether([*blocks.heading("9  Signed")[1:], Spacer(0, 3), form])]
