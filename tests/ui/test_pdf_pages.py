"""Pages as pictures and words found, by several workers at once: PDFium itself allows one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

from PySide6.QtGui import QImage
from reportlab.pdfgen.canvas import Canvas

from d2a_desktop.ui.widgets.pdf_pages import find_text, page_pictures


def pdf_of(pages: int) -> bytes:
    out = BytesIO()
    canvas = Canvas(out)
    for number in range(pages):
        for line in range(40):
            canvas.drawString(40, 40 + 18 * line, f"Page {number} line {line} of plain words")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def test_workers_that_draw_and_search_at_once_get_what_one_alone_gets() -> None:
    documents = [pdf_of(pages) for pages in (3, 4, 5, 6)]

    def look(pdf: bytes) -> tuple[list[QImage], int]:
        pictures = list(page_pictures(pdf, dpi=40))
        return pictures, len(find_text(pdf, "LINE 7"))

    alone = [look(each) for each in documents]
    with ThreadPoolExecutor(max_workers=4) as pool:
        together = list(pool.map(look, documents * 12))
    assert together == alone * 12
    assert [found for _, found in alone] == [3, 4, 5, 6]


def test_pages_drawn_in_turns_do_not_shut_another_worker_out() -> None:
    first, second = (page_pictures(pdf_of(2), dpi=20) for _ in range(2))
    sizes = [(one.size(), other.size()) for one, other in zip(first, second, strict=True)]
    assert len(sizes) == 2
    assert all(one == other for one, other in sizes)
