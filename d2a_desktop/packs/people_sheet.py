"""What all sheets about several people share: they say what they are, and have no banner.

A page of such a sheet names its kind, whose it is, how much it says of people, and when it was
true; one person's identity never stands at its head (CUI PAB-0015).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from reportlab.platypus import Flowable, Spacer

from d2a_desktop.domain.codes import PackKind
from d2a_desktop.domain.display import display_datetime
from d2a_desktop.packs.banner import Banner, Pair, issue_markup, printed_code
from d2a_desktop.packs.blocks import Blocks
from d2a_desktop.packs.content import Header, PackResult, column, pack_heading
from d2a_desktop.packs.look import Look
from d2a_desktop.packs.paper_text import PaperText
from d2a_desktop.packs.press import Job, print_pack
from d2a_desktop.packs.sections import Section

DESTROY = "Not to be left lying about: destroy it as confidential waste when it has been used."
_BODY = 8.0


@dataclass(frozen=True, kw_only=True)
class About:
    """Whose sheet it is and how to read it; `as_of` aware UTC, `privacy` in words."""

    whose: str
    privacy: str
    as_of: datetime
    people: int | None = None
    order: str = ""


@dataclass(frozen=True, kw_only=True)
class RingLine:
    """A place that answers the telephone."""

    who: str = column("Who", 2.0)
    phone: str = column("By day", 1.2)
    on_call: str = column("On call, at any hour", 1.2)


class Sheet(Protocol):
    """A content about several people."""

    @property
    def kind(self) -> PackKind:
        """Which sheet it is."""
        ...

    @property
    def header(self) -> Header:
        """This issue of it."""
        ...

    @property
    def about(self) -> About:
        """Whose it is."""
        ...


def render_sheet(
    content: Sheet,
    target: BinaryIO | Path,
    *,
    sections: Sequence[Section],
    forms: Sequence[tuple[str, Sequence[str], Sequence[float], Sequence[Sequence[str]]]] = (),
    body_size: float = _BODY,
) -> PackResult:
    """Print a sheet: its sections, then tables to write in.

    Args:
        content: what is printed.
        target: a file or a stream.
        sections: in printed order.
        forms: title, column heads, shares of the width and rows of each table; empty cells are
            tall enough to write in.
        body_size: points.

    Raises:
        UnreachableError: the target cannot be written to; nothing is changed.
    """

    def banner(styles: Look, paper: PaperText, draft: bool) -> Banner:
        return _banner(content, styles, paper, draft)

    def story(blocks: Blocks) -> list[Flowable]:
        made = [blocks.text(words) for words in _notes(content.about)]
        for part in sections:
            made += blocks.section(part)
        for title, heads, shares, rows in forms:
            made += [*blocks.heading(title), Spacer(0, 3)]
            made += [blocks.form(heads, rows, shares=shares), Spacer(0, 4)]
        return made

    job = Job(
        kind=content.kind,
        header=content.header,
        content=content,
        missing=(),
        banner=banner,
        story=story,
        body_size=body_size,
    )
    return print_pack(job, target)


def _notes(about: About) -> list[str]:
    notes = [about.order] if about.order else []
    return [*notes, DESTROY] if about.people is not None else notes


def _banner(content: Sheet, styles: Look, paper: PaperText, draft: bool) -> Banner:
    about = content.about
    facts = [Pair("As at", display_datetime(about.as_of, weekday=True))]
    if about.people is not None:
        facts.append(Pair("People", str(about.people)))
    return Banner(
        name=paper.markup(pack_heading(content.kind)),
        rows=[
            [Pair("Of", paper.plain(about.whose).replace("\n", " "))],
            [Pair("Shows", about.privacy), *facts],
        ],
        issue=issue_markup(kind=content.kind, header=content.header, draft=draft, paper=paper),
        styles=styles,
        code=printed_code(content.header),
    )
