"""The changeover sheet: what one live-in worker hands to the next (DOMAIN 4.6)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, ClassVar

from reportlab.platypus import Flowable, KeepTogether, Spacer

from d2a_desktop.domain.codes import PackKind
from d2a_desktop.packs.blocks import Blocks, Tone
from d2a_desktop.packs.content import (
    Allergies,
    Header,
    Identity,
    Need,
    PackResult,
    fact,
    table,
    text,
)
from d2a_desktop.packs.handover_content import RiskLine
from d2a_desktop.packs.press import print_person_pack
from d2a_desktop.packs.sections import Section, section

_M, _O = Need.MANDATORY, Need.OPTIONAL
_EMPTY_MEDICINES = 6


@dataclass(frozen=True, kw_only=True)
class Change:
    """Who goes, who comes, and whether somebody is always there; instants aware UTC."""

    heading: ClassVar[str] = "The change"
    outgoing: str = text("Goes", _M)
    leaves_at: datetime | None = field(default=None, metadata=fact("Leaves", _M))
    incoming: str = text("Comes", _M)
    arrives_at: datetime | None = field(default=None, metadata=fact("Arrives", _M))
    overlap: str = text("Both there for")
    address: str = text("Address", _M)
    home_phone: str = text("Telephone there")
    access: str = text("How to get in")
    key_on_separate_sheet: bool | None = field(
        default=None, metadata=fact("Key number on its own sheet")
    )
    agency_name: str = text("Agency")
    agency_phone: str = text("Agency, 24 hours", _M)
    breaks: str = text("Who covers breaks")


@dataclass(frozen=True, kw_only=True)
class Person:
    """What the next worker has to know of the person before anything else."""

    heading: ClassVar[str] = "About me"
    what_matters: str = text("What matters most to me")
    communication: str = text("How to communicate with me")
    please_do: str = text("Please do")
    please_do_not: str = text("Please don't")
    support: str = text("How and when to support me")


@dataclass(frozen=True, kw_only=True)
class Daily:
    """What help is needed by day and night; the handover pack in the house has the rest."""

    heading: ClassVar[str] = "Help by day and night"
    mobility: str = text("Mobility")
    transfers: str = text("Transfers: aids, people")
    toileting: str = text("Toilet and continence")
    eating_drinking: str = text("Eating and drinking (IDDSI)")
    cognition: str = text("Memory and behaviour")
    nights: str = text("Nights")
    can_be_left: str = text("Can be left alone")
    special_tasks: str = text("Special tasks")


@dataclass(frozen=True, kw_only=True)
class Ahead:
    """What comes next, from the record."""

    heading: ClassVar[str] = "What comes next"
    next_visit: str = text("Next visit")
    goals: str = text("Goals")
    appointments: str = text("Appointments")
    red_flags: str = text("Red flags, and who to ring")
    actions: str = text("To be done")


@dataclass(frozen=True, kw_only=True)
class RisksNow:
    """Risks as recorded; what is new is written by hand."""

    heading: ClassVar[str] = "Risks in the record"
    lines: tuple[RiskLine, ...] = table("Risks", RiskLine)


@dataclass(frozen=True, kw_only=True)
class ChangeoverContent:
    """Everything the changeover sheet prints; `gap` is words where nobody would be there."""

    kind: ClassVar[PackKind] = PackKind.CHANGEOVER
    header: Header
    identity: Identity
    allergies: Allergies = field(default_factory=Allergies)
    change: Change = field(default_factory=Change)
    gap: str = ""
    person: Person = field(default_factory=Person)
    daily: Daily = field(default_factory=Daily)
    medicines_support: str = ""
    risks: RisksNow = field(default_factory=RisksNow)
    ahead: Ahead = field(default_factory=Ahead)


def changeover_sections(content: ChangeoverContent) -> tuple[Section, ...]:
    """Return what the record says, for paper and other copies; the forms are written by hand."""
    parts = (content.change, content.person, content.daily, content.risks, content.ahead)
    return tuple(section(part) for part in parts)


def changeover_missing(content: ChangeoverContent) -> tuple[str, ...]:
    """Return the mandatory items that keep the sheet a draft, in words without patient data."""
    missing = [*content.identity.missing(), *content.allergies.missing()]
    return (*missing, *section(content.change).missing())


def render_changeover_sheet(content: ChangeoverContent, target: BinaryIO | Path) -> PackResult:
    """Print the changeover sheet.

    Raises:
        UnreachableError: the target cannot be written to; nothing is changed.
    """

    def story(blocks: Blocks) -> list[Flowable]:
        change, person, daily, risks, ahead = changeover_sections(content)
        made: list[Flowable] = []
        if content.gap:
            made.append(
                blocks.notice(["Nobody is there in between.", content.gap], tone=Tone.ALERT)
            )
        # What the record knows on one side of the leaf, what is written by hand on the other.
        for number, part in enumerate((change, person, daily, risks, ahead), start=1):
            made += blocks.section(part, number=number)
        made += _since(blocks)
        made += _medicines(blocks, content.medicines_support)
        made += _counted(blocks)
        return [*made, *_signed(blocks, content)]

    missing = changeover_missing(content)
    return print_person_pack(content, target, missing=missing, story=story)


def _since(blocks: Blocks) -> list[Flowable]:
    lines = {
        "How the person is: eating, sleep, mood, skin, pain, falls": 2,
        "What changed in the care, and since when": 1,
        "New risks, and what was done": 1,
    }
    written = [
        part for line, count in lines.items() for part in blocks.writing_lines(line, count=count)
    ]
    return [KeepTogether([*blocks.heading("6  Since the last change")[1:], Spacer(0, 3), *written])]


def _medicines(blocks: Blocks, support: str) -> list[Flowable]:
    heads = ("Medicine, as on the chart", "Counted: goes", "Counted: comes", "Difference, why")
    rows = [("", "", "", "")] * _EMPTY_MEDICINES
    return [
        *blocks.heading("7  Medicines, counted together"),
        Spacer(0, 3),
        blocks.text(
            f"Who gives medicines: {support or 'Not recorded'}. Names and doses are those of the "
            "chart or the discharge letter: copy from there, not from memory."
        ),
        Spacer(0, 3),
        blocks.form(heads, rows, shares=(2.6, 1.0, 1.0, 1.8)),
        Spacer(0, 4),
    ]


def _counted(blocks: Blocks) -> list[Flowable]:
    heads = ("", "Goes", "Comes", "Notes")
    rows = [
        ("Money in the house, by the money book", "", "", ""),
        ("Keys: how many, which", "", "", ""),
        ("Chart, ReSPECT or DNACPR, this folder", "", "", ""),
        ("Food for two days, heating, hot water", "", "", ""),
    ]
    made = blocks.form(heads, rows, shares=(2.4, 1.0, 1.0, 2.0))
    return [KeepTogether([*blocks.heading("8  Money, keys, papers, home")[1:], Spacer(0, 3), made])]


def _signed(blocks: Blocks, content: ChangeoverContent) -> list[Flowable]:
    form = blocks.form(
        ("", "Name", "Signature", "Date and time"),
        [
            ("Handed over by", content.change.outgoing, "", ""),
            ("Taken over by", content.change.incoming, "", ""),
        ],
        shares=(1.2, 1.8, 1.8, 1.2),
    )
    return [KeepTogether([*blocks.heading("9  Signed")[1:], Spacer(0, 3), form])]
