"""Reads a finished pack back: its pages as text and as boxes."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO

import pypdfium2
from pypdfium2 import raw

from d2a_desktop.packs.content import PackResult

PAGE_WIDTH, PAGE_HEIGHT = 595.3, 841.9


@dataclass(frozen=True)
class Box:
    """A run of text on a page; points from the lower left corner."""

    left: float
    bottom: float
    right: float
    top: float
    text: str

    def overlaps(self, other: Box) -> bool:
        """Whether two runs cover each other by more than touching strokes."""
        across = min(self.right, other.right) - max(self.left, other.left)
        up = min(self.top, other.top) - max(self.bottom, other.bottom)
        return across > 1.0 and up > 1.5


@dataclass(frozen=True)
class Read:
    """A pack as printed."""

    result: PackResult
    data: bytes
    pages: tuple[str, ...]

    @property
    def text(self) -> str:
        """All pages, line breaks as single spaces."""
        return " ".join(" ".join(self.pages).split())

    def boxes(self, page: int) -> list[Box]:
        """The text runs of a page (from 0)."""
        with pypdfium2.PdfDocument(self.data) as document:
            return _boxes(document[page].get_textpage())

    def metadata(self) -> dict[str, str]:
        """The file's information dictionary."""
        with pypdfium2.PdfDocument(self.data) as document:
            return dict(document.get_metadata_dict())


def printed(render: Callable[[Any, BinaryIO], PackResult], content: Any) -> Read:
    """Render a content to memory and read it back."""
    stream = io.BytesIO()
    result = render(content, stream)
    data = stream.getvalue()
    with pypdfium2.PdfDocument(data) as document:
        pages = tuple(page.get_textpage().get_text_range() for page in document)
    return Read(result=result, data=data, pages=pages)


def flat(text: str) -> str:
    """Return text with every run of white space as one space."""
    return " ".join(text.split())


def assert_well_placed(read: Read, *, overlaps: bool = True) -> None:
    """Fail when a run of text leaves the page or covers another one."""
    for number in range(len(read.pages)):
        boxes = read.boxes(number)
        for box in boxes:
            across = box.left >= 0 and box.right <= PAGE_WIDTH - 20
            upright = box.bottom >= 15 and box.top <= PAGE_HEIGHT
            assert (across, upright) == (True, True), f"page {number + 1}: {box} leaves the page"
        if overlaps:
            for place, one in enumerate(boxes):
                for other in boxes[place + 1 :]:
                    assert not one.overlaps(other), f"page {number + 1}: {one} covers {other}"


def _boxes(textpage: Any) -> list[Box]:
    found = []
    for index in range(raw.FPDFText_CountRects(textpage, 0, -1)):
        left, bottom, right, top = textpage.get_rect(index)
        text = textpage.get_text_bounded(left, bottom, right, top)
        found.append(Box(left, bottom, right, top, text))
    return found
