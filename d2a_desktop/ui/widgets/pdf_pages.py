"""Turns the pages of a PDF into pictures, for the screen and for a printer."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtGui import QImage

_POINTS_PER_INCH = 72


def page_pictures(
    pdf: bytes, *, dpi: float, stop: Callable[[], None] = lambda: None
) -> Iterator[QImage]:
    """Yield each page at `dpi`; safe outside the main thread.

    `stop` is called before each page and may raise, so that a long document can be cancelled.
    """
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        for number in range(len(document)):
            stop()
            page = document[number]
            bitmap = page.render(scale=dpi / _POINTS_PER_INCH)
            picture = QImage(
                bytes(bitmap.buffer),
                bitmap.width,
                bitmap.height,
                bitmap.stride,
                _FORMATS[bitmap.mode],
            )
            yield picture.copy()  # its own memory: the bitmap's ends with the page
            bitmap.close()
            page.close()
    finally:
        document.close()


_FORMATS = {
    "BGR": QImage.Format.Format_BGR888,
    "BGRX": QImage.Format.Format_RGB32,
    "BGRA": QImage.Format.Format_ARGB32,
    "L": QImage.Format.Format_Grayscale8,
}
