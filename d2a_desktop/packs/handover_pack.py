"""The worker's handover pack: what the live-in worker and the receiving team hold."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from reportlab.platypus import Flowable, KeepTogether, Spacer

from d2a_desktop.packs.blocks import Blocks
from d2a_desktop.packs.content import AllergyLine, PackResult
from d2a_desktop.packs.handover_content import (
    Bag,
    BagLine,
    HandoverContent,
    Medicines,
    SignOff,
)
from d2a_desktop.packs.press import print_person_pack
from d2a_desktop.packs.sections import Grid, Rows, Section, rows_block, section

NOT_ATTACHED = "Medicines: see discharge letter, copy not attached"
_BESIDE_A_BOX = 90
_BAG_ROOM = 130.0
_PARTS = (
    "bag",
    "cover",
    "about_me",
    "stay",
    "function",
    "medicines",
    "risks",
    "legal",
    "equipment",
    "home",
    "people",
    "plan",
    "funding",
    "sign_off",
)


def handover_sections(content: HandoverContent) -> tuple[Section, ...]:
    """Return the bag and the thirteen sections in printed order (DOMAIN 3.3), for every copy."""
    made = []
    for name in _PARTS:
        part = getattr(content, name)
        if isinstance(part, Bag):
            listed = rows_block("The bag", BagLine, part.shown)
            made.append(Section(title=part.heading, blocks=(listed,)))
            continue
        if isinstance(part, Medicines):
            said = content.letter.words if content.letter else NOT_ATTACHED
            part = dataclasses.replace(part, letter=said)
        current = section(part)
        if isinstance(part, Medicines):
            allergies = rows_block(
                "Allergies",
                AllergyLine,
                content.allergies.lines,
                none=content.allergies.state.label,
            )
            found = current.blocks
            if content.letter:
                found = tuple(_attached(block) for block in found)
            current = dataclasses.replace(
                current, title="Medicines and allergies", blocks=(allergies, *found)
            )
        made.append(current)
    return tuple(made)


def _attached(block: Grid | Rows) -> Grid | Rows:
    if isinstance(block, Rows) and block.label == "Medicines":
        return dataclasses.replace(block, none="See the discharge letter, attached behind.")
    return block


def handover_missing(content: HandoverContent) -> tuple[str, ...]:
    """Return the mandatory items that keep the pack a draft, in words without patient data."""
    missing = [*content.identity.missing(), *content.allergies.missing()]
    for part in handover_sections(content):
        missing += part.missing()
    return tuple(missing)


def render_handover_pack(content: HandoverContent, target: BinaryIO | Path) -> PackResult:
    """Print the handover pack; the watermark DRAFT stays while a mandatory item is missing.

    Raises:
        UnreachableError: the target cannot be written to; nothing is changed.
    """
    sections = handover_sections(content)

    def story(blocks: Blocks) -> list[Flowable]:
        return _story(blocks, sections, content.sign_off)

    missing = handover_missing(content)
    return print_person_pack(content, target, missing=missing, story=story, letter=content.letter)


def _story(blocks: Blocks, sections: Sequence[Section], sign_off: SignOff) -> list[Flowable]:
    made: list[Flowable] = []
    for number, part in enumerate(sections):
        if number == 0:
            made += _bag(blocks, part)
            continue
        flowables = blocks.section(part, number=number)
        if number == len(sections) - 1:
            # Names and signatures are read, and filed, on one page.
            flowables = [KeepTogether([*flowables[1:], *_signatures(blocks, sign_off)])]
        made += flowables
    return made


def _bag(blocks: Blocks, part: Section) -> list[Flowable]:
    """Return the boxes of the first page; a note too long for one stays whole further down."""
    (listed,) = part.blocks
    assert isinstance(listed, Rows)
    labels = [f"{item}: {_short(record)}" for item, record in listed.rows]
    title = blocks.heading(part.title, room=_BAG_ROOM)
    return [*title, Spacer(0, 3), blocks.ticks(labels, columns=2), Spacer(0, 2)]


def _short(record: str) -> str:
    """Return a record's words as they fit beside a box: page 1 has to hold them all."""
    words = " ".join(record.split())
    return words if len(words) <= _BESIDE_A_BOX else f"{words[:_BESIDE_A_BOX].rstrip()} … (below)"


def _signatures(blocks: Blocks, sign_off: SignOff) -> list[Flowable]:
    """Return the table that is signed by hand; known names are filled in."""
    form = blocks.form(
        ("", "Name and role", "Signature", "Date and time"),
        [
            ("Prepared by", sign_off.prepared_by, "", ""),
            ("Checked by", sign_off.checked_by, "", ""),
            ("Given to", sign_off.given_to, "", ""),
            ("Received for the agency", sign_off.received_by, "", ""),
            ("Agreed by the person or representative", sign_off.agreed_by, "", ""),
        ],
        shares=(1.5, 1.8, 1.8, 1.2),
    )
    end = blocks.text(
        "When the placement ends: give this pack back to the agency or destroy it as confidential "
        "waste."
    )
    return [Spacer(0, 6), form, Spacer(0, 4), end]
