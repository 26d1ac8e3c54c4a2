"""The anonymous offer sheet for an agency without a desk: the need profile and nothing else."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO, ClassVar

from reportlab.platypus import Flowable, KeepTogether, Spacer

from d2a_desktop.core.errors import RefusedError
from d2a_desktop.domain.codes import DeclineReason, PackKind
from d2a_desktop.domain.display import display_datetime, display_phone
from d2a_desktop.packs.banner import Banner, Pair, issue_markup, printed_code
from d2a_desktop.packs.blocks import Blocks
from d2a_desktop.packs.content import Header, Need, PackResult, column, fact, table, text
from d2a_desktop.packs.look import Look
from d2a_desktop.packs.paper_text import PaperText
from d2a_desktop.packs.press import Job, print_pack
from d2a_desktop.packs.sections import section

_M, _R, _O = Need.MANDATORY, Need.REQUIRED, Need.OPTIONAL
_LONGEST_VALUE = 80
Words = tuple[str, ...] | None
"""Labels of codes; None is not recorded, an empty tuple is printed as None."""
_TEN_DIGITS = re.compile(r"(?<!\d)\d(?:[ -]?\d){9}(?!\d)")
_WHOLE_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[0-9A-Z]? ?\d[ABD-HJLNP-UW-Z]{2}\b", re.IGNORECASE)
_OUTWARD = re.compile(r"(?:[A-Z]{1,2}[0-9][0-9A-Z]?|ZZ99|GIR)?")


@dataclass(frozen=True, kw_only=True)
class NeedLevel:
    """One need and its level, both as the words of their codes."""

    need: str = column("Need", 1.2)
    level: str = column("Level", 2.0)


@dataclass(frozen=True, kw_only=True)
class NeedProfile:
    """What an open offer may show (DECISIONS, "Need profile"); labels of codes, no free text."""

    heading: ClassVar[str] = "The person's needs"
    age_band: str = text("Age band", _M)
    gender_required: str = text("Worker's gender, only if required", _O)
    outward_postcode: str = text("Area (outward postcode)", _M)
    earliest_start: date | None = field(default=None, metadata=fact("Earliest start", _M))
    latest_start: date | None = field(default=None, metadata=fact("Latest start"))
    length: str = text("Expected length")
    workers_needed: str = text("Workers at a time")
    parts: str = text("Parts of the placement", _O)
    required_skills: Words = field(default=None, metadata=fact("Skills required"))
    languages: Words = field(default=None, metadata=fact("Languages"))
    pets: Words = field(default=None, metadata=fact("Pets"))
    smoking_home: bool | None = field(default=None, metadata=fact("Smoking in the home"))
    stairs: str = text("Stairs")
    bedroom: bool | None = field(default=None, metadata=fact("Bedroom for the worker"))
    driver_required: bool | None = field(default=None, metadata=fact("Driver required"))
    funding_type: str = text("Funding")
    needs: tuple[NeedLevel, ...] = table("Needs", NeedLevel)

    def __post_init__(self) -> None:
        """Refuse what could say who the person is."""
        words = [value for value in _texts(self) if value]
        if any(_identifies(value) for value in words):
            raise _identifying()
        if not _OUTWARD.fullmatch(self.outward_postcode):
            raise _identifying()


@dataclass(frozen=True, kw_only=True)
class OfferSheetContent:
    """Everything the offer sheet prints; `respond_by` aware UTC."""

    kind: ClassVar[PackKind] = PackKind.OFFER_SHEET
    header: Header
    offer_reference: str
    agency_name: str
    respond_by: datetime
    hub_name: str
    hub_phone: str
    hub_email: str = ""
    profile: NeedProfile = field(default_factory=NeedProfile)


def offer_sheet_missing(content: OfferSheetContent) -> tuple[str, ...]:
    """Return the mandatory items that are empty."""
    needs = () if content.profile.needs else ("The person's needs: Needs",)
    return (*section(content.profile).missing(), *needs)


def render_anonymous_sheet(content: OfferSheetContent, target: BinaryIO | Path) -> PackResult:
    """Print the offer sheet.

    Raises:
        RefusedError: a recipient or purpose could identify the person; nothing is printed.
        UnreachableError: the target cannot be written to; nothing is changed.
    """
    header = content.header
    if any(_TEN_DIGITS.search(words) for words in (header.given_to, header.purpose)):
        raise _identifying()

    def banner(styles: Look, paper: PaperText, draft: bool) -> Banner:
        return Banner(
            name=paper.markup(f"Offer {content.offer_reference}"),
            rows=[
                [Pair("To", paper.plain(content.agency_name))],
                [Pair("Reply by", display_datetime(content.respond_by, weekday=True))],
            ],
            issue=issue_markup(kind=content.kind, header=header, draft=draft, paper=paper),
            styles=styles,
            code=printed_code(header),
        )

    job = Job(
        kind=content.kind,
        header=header,
        content=content,
        missing=offer_sheet_missing(content),
        banner=banner,
        story=lambda blocks: _story(blocks, content),
    )
    return print_pack(job, target)


def _story(blocks: Blocks, content: OfferSheetContent) -> list[Flowable]:
    where = f"{content.hub_name}, {display_phone(content.hub_phone)}"
    if content.hub_email.strip():
        where += f", {content.hub_email.strip()}"
    notice = blocks.notice(
        [
            f"Reply to {where}",
            (
                "This sheet says nothing about who the person is. Name and record follow when the "
                "hub has confirmed your acceptance; the first acceptance that it confirms wins."
            ),
        ]
    )
    return [notice, *blocks.section(section(content.profile)), *_reply(blocks, content)]


def _reply(blocks: Blocks, content: OfferSheetContent) -> list[Flowable]:
    reference = content.offer_reference
    form = blocks.form(
        ("Worker's first name", "Can start on", "Replied by (name, telephone)", "Date and time"),
        [("", "", "", "")],
        shares=(1.4, 1.1, 2.0, 1.2),
    )
    return [
        KeepTogether(
            [
                *blocks.heading(f"Your reply to offer {reference}")[1:],
                Spacer(0, 4),
                blocks.ticks(["We accept", "We decline, for the reason ticked below"], columns=2),
                Spacer(0, 2),
                blocks.ticks([reason.label for reason in DeclineReason], columns=3),
                Spacer(0, 6),
                form,
            ]
        )
    ]


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for entry in value:
            yield from _texts(entry)
    elif dataclasses.is_dataclass(value):
        for part in dataclasses.fields(value):
            yield from _texts(getattr(value, part.name))


def _identifies(value: str) -> bool:
    return (
        len(value) > _LONGEST_VALUE
        or "\n" in value
        or _TEN_DIGITS.search(value) is not None
        or _WHOLE_POSTCODE.search(value) is not None
    )


def _identifying() -> RefusedError:
    return RefusedError(
        "The offer sheet was not made: a value on it could say who the person is.",
        what_to_do="An offer holds codes only; put the need into its own field.",
        code="identifying",
    )
