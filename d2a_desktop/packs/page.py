"""The A4 page of every pack: banner, footer with page n of m, watermark, and the PDF around it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC
from typing import Any

from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate

from d2a_desktop.domain.codes import PackKind
from d2a_desktop.domain.display import display_datetime
from d2a_desktop.packs.archive import make_archivable
from d2a_desktop.packs.banner import Banner
from d2a_desktop.packs.content import Header, pack_heading
from d2a_desktop.packs.fonts import BOLD, REGULAR
from d2a_desktop.packs.look import (
    BODY_WIDTH,
    HAIRLINE,
    INK,
    MARGIN,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    SECONDARY,
    WATERMARK,
    Look,
)
from d2a_desktop.packs.paper_text import PaperText
from d2a_desktop.packs.words import paragraph

_FOOT = 20.0
_GAP = 10.0
_PROGRAM = "d2a-desktop"


class PackPage:
    """Prints one pack: measures what stands on every page, then lays out the story between.

    `footer` (markup) and `marking` stand at the foot of each page.
    """

    def __init__(
        self,
        *,
        kind: PackKind,
        header: Header,
        banner: Banner,
        draft: bool,
        styles: Look,
        paper: PaperText,
    ) -> None:
        self._kind = kind
        self._header = header
        self._banner = banner
        self._draft = draft
        self.footer = _footer_markup(kind, header, draft, paper)
        self.marking = paper.plain(header.marking)
        self._footer = paragraph(self.footer, styles.footer, base=0)
        self._footer_height = self._footer.wrap(BODY_WIDTH, PAGE_HEIGHT)[1]

    def to_pdf(self, story: Sequence[Flowable]) -> tuple[bytes, int]:
        """Return the PDF's bytes and its number of pages; the same content gives the same bytes."""
        stream = io.BytesIO()
        bottom = _FOOT + self._footer_height + 20
        frame = Frame(
            MARGIN,
            bottom,
            BODY_WIDTH,
            PAGE_HEIGHT - self._banner.height - _GAP - bottom,
            leftPadding=0,
            rightPadding=0,
            topPadding=0,
            bottomPadding=0,
        )
        document = BaseDocTemplate(
            stream,
            pagesize=(PAGE_WIDTH, PAGE_HEIGHT),
            title=pack_heading(self._kind),
            author=_PROGRAM,
            subject=pack_heading(self._kind),
            creator=_PROGRAM,
            keywords="",
            lang="en-GB",
            invariant=1,
            pageCompression=1,
            initialFontName=REGULAR,
            pageTemplates=[PageTemplate(frames=[frame], onPage=self._draw_around)],
        )
        canvases: list[_CountingCanvas] = []

        def canvas_maker(*args: Any, **more: Any) -> _CountingCanvas:
            canvas = _CountingCanvas(*args, **more)
            canvas.stamp(self._header)
            make_archivable(
                canvas,
                title=pack_heading(self._kind),
                program=_PROGRAM,
                made_at=self._header.printed_at,
            )
            canvases.append(canvas)
            return canvas

        document.build(list(story), canvasmaker=canvas_maker)
        return stream.getvalue(), canvases[-1].pages

    def _draw_around(self, canvas: Any, _document: Any) -> None:
        canvas.saveState()
        if self._draft:
            _draw_watermark(canvas)
        self._banner.draw(canvas)
        rule = _FOOT + self._footer_height + 13
        canvas.setStrokeColor(HAIRLINE)
        canvas.setLineWidth(0.6)
        canvas.line(MARGIN, rule, PAGE_WIDTH - MARGIN, rule)
        self._footer.drawOn(canvas, MARGIN, _FOOT)
        canvas.setFont(BOLD, 7.5)
        canvas.setFillColor(INK)
        canvas.drawString(MARGIN, rule - 10, self.marking)
        canvas.page_number_at = rule - 10
        canvas.restoreState()


class _CountingCanvas(Canvas):  # type: ignore[misc]  # reportlab has no types
    """Holds pages back until their number is known, to write page n of m in one pass."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.page_number_at = _FOOT
        self.headings: list[tuple[str, float]] = []
        self._held: list[dict[str, Any]] = []

    @property
    def pages(self) -> int:
        """How many pages were written."""
        return len(self._held)

    def stamp(self, header: Header) -> None:
        """Date the file by the time of print, not by this computer's clock."""
        made = header.printed_at.astimezone(UTC).strftime("D:%Y%m%d%H%M%S+00'00'")
        # reportlab offers no other way to set a document's date.
        self._doc.info._dateFormatter = lambda *_parts: made  # noqa: SLF001

    def note_heading(self, title: str, top: float) -> None:
        """Remember a heading of this page for the outline; `top` in points from the foot."""
        self.headings.append((title, top))

    def showPage(self) -> None:  # noqa: N802  reportlab's name
        """Hold the page back."""
        self._held.append(dict(self.__dict__))
        self.headings = []
        self._startPage()

    def save(self) -> None:
        """Number and write the pages held back."""
        held = list(self._held)
        outlined: set[str] = set()
        for number, state in enumerate(held, start=1):
            self.__dict__.update(state)
            self.setFont(BOLD, 8)
            self.setFillColor(INK)
            words = f"Page {number} of {len(held)}"
            self.drawRightString(PAGE_WIDTH - MARGIN, self.page_number_at, words)
            for place, (title, top) in enumerate(self.headings):
                # A heading repeated where its table goes on has its place already.
                if title in outlined:
                    continue
                outlined.add(title)
                key = f"p{number}h{place}"
                self.bookmarkPage(key, fit="XYZ", left=0, top=top)
                self.addOutlineEntry(title, key, level=0)
            super().showPage()
        self._held = held
        super().save()


def _footer_markup(kind: PackKind, header: Header, draft: bool, paper: PaperText) -> str:
    state = ", DRAFT" if draft else ""
    printed = f"Printed by {paper.markup(header.printed_by)}"
    if header.printed_role.strip():
        printed += f", {paper.markup(header.printed_role)}"
    version = f", version {header.version}" if header.version else ""
    first = (
        f"{pack_heading(kind)}{version}{state} &nbsp;|&nbsp; "
        f"{paper.markup(header.reference)} &nbsp;|&nbsp; {printed}, "
        f"{display_datetime(header.printed_at)}"
    )
    second = []
    if header.as_known_at is not None:
        known = f"Facts as known to this desk at {display_datetime(header.as_known_at)}"
        second.append(f"{known}, printed while offline" if header.offline else known)
    elif header.offline:
        second.append("Printed while offline")
    if header.synthetic:
        second.append("Synthetic demo data: not a real person")
    if header.trial:
        second.append("TRIAL desk: not for care")
    return "<br/>".join([first.replace("<br/>", " "), " &nbsp;|&nbsp; ".join(second)]).rstrip()


def _draw_watermark(canvas: Any) -> None:
    canvas.saveState()
    canvas.setFillColor(WATERMARK)
    canvas.translate(PAGE_WIDTH / 2, PAGE_HEIGHT / 2 - 40)
    canvas.rotate(52)
    canvas.setFont(BOLD, 150)
    canvas.drawCentredString(0, -50, "DRAFT")
    canvas.setFillColor(SECONDARY)
    canvas.restoreState()
