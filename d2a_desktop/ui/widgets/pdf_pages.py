"""Turns the pages of a PDF into pictures, for the screen and for a printer, and finds its words."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from PySide6.QtGui import QImage

_POINTS_PER_INCH = 72

_pdfium = threading.Lock()
"""PDFium may be called from any thread, but by one at a time, also for different documents."""


def page_pictures(
    pdf: bytes, *, dpi: float, stop: Callable[[], None] = lambda: None
) -> Iterator[QImage]:
    """Yield each page at `dpi`; safe outside the main thread.

    `stop` is called before each page and may raise, so that a long document can be cancelled.
    """
    import pypdfium2

    with _pdfium:
        document = pypdfium2.PdfDocument(pdf)
        pages = len(document)
    try:
        for number in range(pages):
            stop()
            with _pdfium:
                picture = _picture(document, number, dpi)
            yield picture
    finally:
        with _pdfium:
            document.close()


def _picture(document: Any, number: int, dpi: float) -> QImage:
    page = document[number]
    bitmap = page.render(scale=dpi / _POINTS_PER_INCH)
    picture = QImage(
        bytes(bitmap.buffer), bitmap.width, bitmap.height, bitmap.stride, _FORMATS[bitmap.mode]
    ).copy()  # its own memory: the bitmap's ends with the page
    bitmap.close()
    page.close()
    return picture


_FORMATS = {
    "BGR": QImage.Format.Format_BGR888,
    "BGRX": QImage.Format.Format_RGB32,
    "BGRA": QImage.Format.Format_ARGB32,
    "L": QImage.Format.Format_Grayscale8,
}


@dataclass(frozen=True)
class Found:
    """One place of a searched text: the page from 0, and boxes in parts of its size from the top.

    A box is left, top, right, bottom; a text over two lines has several.
    """

    page: int
    boxes: tuple[tuple[float, float, float, float], ...]


def find_text(pdf: bytes, wanted: str) -> tuple[Found, ...]:
    """Return where a text stands in a PDF, whatever its case; safe outside the main thread."""
    import pypdfium2

    said = wanted.strip()
    if not said:
        return ()
    found: list[Found] = []
    with _pdfium:
        document = pypdfium2.PdfDocument(pdf)
        try:
            for number in range(len(document)):
                found += _found_on(document, number, said)
        finally:
            document.close()
    return tuple(found)


def _found_on(document: Any, number: int, said: str) -> Iterator[Found]:
    page = document[number]
    size, text = page.get_size(), page.get_textpage()
    search = text.search(said, match_case=False)
    while (place := search.get_next()) is not None:
        yield Found(number, _boxes(text, place, size))
    search.close()
    text.close()
    page.close()


def _boxes(
    text: Any, place: tuple[int, int], size: tuple[float, float]
) -> tuple[tuple[float, float, float, float], ...]:
    width, height = size
    made = []
    for number in range(text.count_rects(*place)):
        left, bottom, right, top = text.get_rect(number)
        made.append((left / width, 1 - top / height, right / width, 1 - bottom / height))
    return tuple(made)
