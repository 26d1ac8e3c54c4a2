"""Puts a pack together: banner, notices of page 1, story, footer; then writes it and says what."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from reportlab.platypus import Flowable

from d2a_desktop.domain.codes import PackKind
from d2a_desktop.domain.display import display_datetime, display_datetime_long
from d2a_desktop.packs.banner import Banner, person_banner
from d2a_desktop.packs.blocks import Blocks, Tone
from d2a_desktop.packs.content import (
    Allergies,
    Header,
    Identity,
    Letter,
    PackResult,
    content_hash,
    pack_heading,
)
from d2a_desktop.packs.fonts import typeface
from d2a_desktop.packs.html_copy import html_copy
from d2a_desktop.packs.letter import bind_letter, letter_story
from d2a_desktop.packs.look import Look, look
from d2a_desktop.packs.output import write_whole
from d2a_desktop.packs.page import PackPage
from d2a_desktop.packs.paper_text import PaperText

_OFFLINE_WORDS = (
    "Later changes by others are not in this pack: ring the ward before you rely on it."
)

BannerMaker = Callable[[Look, PaperText, bool], Banner]
StoryMaker = Callable[[Blocks], list[Flowable]]


class AboutOnePerson(Protocol):
    """A content that names the person it is about."""

    @property
    def kind(self) -> PackKind:
        """Which pack it is."""
        ...

    @property
    def header(self) -> Header:
        """This issue of it."""
        ...

    @property
    def identity(self) -> Identity:
        """Whom it is about."""
        ...

    @property
    def allergies(self) -> Allergies:
        """For the banner."""
        ...


@dataclass(frozen=True, kw_only=True)
class Job:
    """One pack to print: `missing` are the mandatory items that make it a draft."""

    kind: PackKind
    header: Header
    content: Any
    missing: tuple[str, ...]
    banner: BannerMaker
    story: StoryMaker
    body_size: float = 9.0
    letter: Letter | None = None


def print_pack(job: Job, target: BinaryIO | Path) -> PackResult:
    """Print `job` to a file or a stream and return what was written.

    Raises:
        UnreachableError: the target cannot be written to; what stood there before is unchanged.
    """
    # Asked for on paper by one sheet alone (HZ15).
    paper = PaperText(typeface().covered, key_codes=job.kind is PackKind.KEY_SHEET)
    styles = look(job.body_size)
    draft = job.header.draft or bool(job.missing)
    blocks = Blocks(styles=styles, paper=paper)
    banner = job.banner(styles, paper, draft)
    page = PackPage(
        kind=job.kind,
        header=job.header,
        banner=banner,
        draft=draft,
        paper=paper,
        styles=styles,
    )
    story = job.story(blocks)
    if job.letter is not None:
        story += letter_story(blocks, job.letter)
    # After everything else went through `paper`, so that its warnings are complete.
    notices = _notices(blocks, job=job, draft=draft)
    whole = [*notices, *story]
    data, pages = page.to_pdf(whole)
    if job.letter is not None:
        data = bind_letter(data, whole, job.letter)
    write_whole(data, target)
    return PackResult(
        kind=job.kind,
        pages=pages,
        sha256=hashlib.sha256(data).hexdigest(),
        content_hash=content_hash(job.kind, job.content),
        draft=draft,
        missing=job.missing,
        warnings=paper.warnings,
        html=partial(
            html_copy,
            title=pack_heading(job.kind),
            banner=banner,
            story=whole,
            footer=page.footer,
            marking=page.marking,
            draft=draft,
        ),
    )


def print_person_pack(
    content: AboutOnePerson,
    target: BinaryIO | Path,
    *,
    missing: Sequence[str],
    story: StoryMaker,
    body_size: float = 9.0,
    letter: Letter | None = None,
) -> PackResult:
    """Print a pack about one person, with the patient banner on every page."""

    def banner(styles: Look, paper: PaperText, draft: bool) -> Banner:
        return person_banner(
            kind=content.kind,
            header=content.header,
            identity=content.identity,
            allergies=content.allergies,
            draft=draft,
            styles=styles,
            paper=paper,
        )

    job = Job(
        kind=content.kind,
        header=content.header,
        content=content,
        missing=tuple(missing),
        banner=banner,
        story=story,
        body_size=body_size,
        letter=letter,
    )
    return print_pack(job, target)


def _notices(blocks: Blocks, *, job: Job, draft: bool) -> list[Flowable]:
    header = job.header
    boxes: list[Flowable] = []
    if draft:
        words = ["DRAFT: not complete. Do not hand it over as the final pack."]
        if job.missing:
            words.append(f"Needed before it is final: {_by_section(job.missing)}.")
        boxes.append(blocks.notice(words, tone=Tone.ALERT))
    if header.offline:
        known = "This desk has not yet heard from the others."
        if header.as_known_at is not None:
            known = f"Facts are as known at {display_datetime(header.as_known_at)}."
        words = ["Printed while this desk was offline.", f"{known} {_OFFLINE_WORDS}"]
        boxes.append(blocks.notice(words, tone=Tone.ALERT))
    lines = [_replaces(job)] if header.replaces_version is not None else []
    if header.given_to.strip():
        lines.append(f"For {header.given_to.strip()}")
    if header.purpose.strip():
        lines.append(f"Purpose: {header.purpose.strip()}")
    if lines:
        boxes.append(blocks.notice(lines))
    if header.changes:
        boxes.append(blocks.notice([_changed(job), *header.changes], tone=Tone.WARNING))
    if blocks.paper.warnings:
        boxes.append(blocks.notice(blocks.paper.warnings, tone=Tone.WARNING))
    return boxes


def _replaces(job: Job) -> str:
    header = job.header
    printed = header.replaces_printed_at
    if job.kind is PackKind.PATIENT:
        earlier = f" of {display_datetime_long(printed)}" if printed else ""
        return f"This replaces your copy{earlier}. Please throw the old one away."
    earlier = f" printed {display_datetime(printed)}" if printed else ""
    return (
        f"Version {header.version} replaces version {header.replaces_version}{earlier}: "
        "destroy the earlier copies."
    )


def _changed(job: Job) -> str:
    if job.kind is PackKind.PATIENT:
        return "What changed since your earlier copy"
    return f"What changed since version {job.header.replaces_version}"


def _by_section(missing: Sequence[str]) -> str:
    """Return `Section: Label` entries with each section named once."""
    grouped: dict[str, list[str]] = {}
    for entry in missing:
        name, _, label = entry.partition(": ")
        grouped.setdefault(name, []).append(label)
    return "; ".join(f"{name} ({', '.join(labels)})" for name, labels in grouped.items())
