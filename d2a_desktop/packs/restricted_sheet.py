"""The key sheet and the restricted sheet: text that travels alone, to a named person.

Neither is part of a pack, so that a pack can lie open in a house (DOMAIN 7.2, HZ15 and HZ18).
"""

from __future__ import annotations

from dataclasses import dataclass, field
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
    column,
    table,
    text,
)
from d2a_desktop.packs.press import print_person_pack
from d2a_desktop.packs.sections import Section, section

_WARNINGS = {
    PackKind.KEY_SHEET: (
        "Keep this sheet apart from the pack, and never in the house.",
        (
            "Give it to the person who opens the door and to nobody else. Destroy it when the "
            "placement ends, and ask for the number to be changed if it is lost."
        ),
    ),
    PackKind.RESTRICTED: (
        "Keep this sheet apart from the pack. It must not be taken into the home.",
        (
            "It may be about somebody who lives there or visits. Read it before you go, share it "
            "only with those who need it for the person's safety, and hand it back or destroy it."
        ),
    ),
}


@dataclass(frozen=True, kw_only=True)
class RestrictedLine:
    """One restricted note, with who wrote it and when."""

    words: str = column("What is recorded", 4.0)
    written: str = column("Written by, when", 1.6)


@dataclass(frozen=True, kw_only=True)
class Restricted:
    """The notes of one sheet."""

    heading: ClassVar[str] = "Restricted"
    lines: tuple[RestrictedLine, ...] = table("Restricted", RestrictedLine, none="Not recorded.")


@dataclass(frozen=True, kw_only=True)
class Door:
    """Where the key opens."""

    heading: ClassVar[str] = "The door"
    address: str = text("Address", Need.MANDATORY)
    key_holder: str = text("Who holds keys")


@dataclass(frozen=True, kw_only=True)
class RestrictedSheetContent:
    """Everything such a sheet prints; only a key sheet has a door."""

    kind: PackKind
    header: Header
    identity: Identity
    allergies: Allergies = field(default_factory=Allergies)
    notes: Restricted = field(default_factory=Restricted)
    door: Door | None = None


def restricted_sections(content: RestrictedSheetContent) -> tuple[Section, ...]:
    """Return what the sheet says."""
    notes = section(content.notes)
    titled = Section(title=content.kind.label, blocks=notes.blocks)
    return (titled,) if content.door is None else (section(content.door), titled)


def restricted_missing(content: RestrictedSheetContent) -> tuple[str, ...]:
    """Return what keeps the sheet a draft: nobody identified, nothing on it."""
    empty = () if content.notes.lines else (f"{content.kind.label}: Text",)
    return (*content.identity.missing(), *empty)


def render_restricted_sheet(content: RestrictedSheetContent, target: BinaryIO | Path) -> PackResult:
    """Print a key sheet or a restricted sheet.

    Raises:
        UnreachableError: the target cannot be written to; nothing is changed.
    """

    def story(blocks: Blocks) -> list[Flowable]:
        made: list[Flowable] = [blocks.notice(_WARNINGS[content.kind], tone=Tone.ALERT)]
        for part in restricted_sections(content):
            made += blocks.section(part)
        form = blocks.form(
            ("Given to (name, role)", "Signature", "Date and time", "Handed back or destroyed"),
            [("", "", "", "")],
            shares=(1.8, 1.6, 1.2, 1.6),
        )
        return [*made, KeepTogether([*blocks.heading("Given to")[1:], Spacer(0, 3), form])]

    missing = restricted_missing(content)
    return print_person_pack(content, target, missing=missing, story=story)
