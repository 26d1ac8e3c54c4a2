"""Discharge letters made for tests: whole ones, turned ones, and those that must be refused."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText, Link
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, TextStringObject
from reportlab.pdfgen.canvas import Canvas

Size = tuple[float, float]
A4 = (595.3, 841.9)


def letter_pdf(pages: int = 2, *, size: Size = A4, words: str = "Apixaban 2.5 mg twice") -> bytes:
    """Return a letter whose pages say their number at the top left and a word at the foot."""
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=size, invariant=1)
    for number in range(1, pages + 1):
        canvas.setFont("Helvetica", 12)
        canvas.drawString(30, size[1] - 40, f"LETTER PAGE {number} {words}")
        canvas.drawString(30, 30, f"FOOT {number}")
        canvas.rect(2, 2, size[0] - 4, size[1] - 4)
        # A state that the letter leaves behind must not reach the pack.
        canvas.translate(5, 5)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def changed(data: bytes, change: Callable[[PdfWriter], Any]) -> bytes:
    """Return a PDF changed by `change`."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    change(writer)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def with_scripts(data: bytes) -> bytes:
    """Return a letter with a script, an attached file, a link and an action of its page."""

    def change(writer: PdfWriter) -> None:
        opening = DictionaryObject(
            {
                NameObject("/S"): NameObject("/JavaScript"),
                NameObject("/JS"): TextStringObject("app.alert('letter script');"),
            }
        )
        writer.root_object[NameObject("/OpenAction")] = opening
        writer.add_attachment("secret.txt", b"attached words")
        link = Link(rect=(10, 10, 100, 100), url="https://letter.invalid")
        writer.add_annotation(0, link)
        action = DictionaryObject(
            {
                NameObject("/S"): NameObject("/JavaScript"),
                NameObject("/JS"): TextStringObject("app.alert('page script');"),
            }
        )
        writer.pages[0][NameObject("/AA")] = DictionaryObject({NameObject("/O"): action})
        # Hung on to what the page draws with, it would come along with it.
        fonts = writer.pages[0]["/Resources"]["/Font"]
        for font in fonts.get_object().values():
            font.get_object()[NameObject("/AA")] = DictionaryObject({NameObject("/O"): action})
        writer.pages[0]["/Resources"].get_object()[NameObject("/Hidden")] = action

    return changed(data, change)


def with_note(data: bytes, *, flags: int = 4) -> bytes:
    """Return a letter with words typed on top of its page."""

    def change(writer: PdfWriter) -> None:
        note = FreeText(text="Do not give", rect=(50, 500, 250, 550))
        note[NameObject("/F")] = NumberObject(flags)
        writer.add_annotation(0, note)

    return changed(data, change)


def with_field(data: bytes) -> bytes:
    """Return a letter with a filled-in field of a form."""

    def change(writer: PdfWriter) -> None:
        field = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Annot"),
                NameObject("/Subtype"): NameObject("/Widget"),
                NameObject("/V"): TextStringObject("10 mg"),
                NameObject("/Rect"): ArrayObject([_number(n) for n in (10, 10, 90, 30)]),
            }
        )
        writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(field)])

    return changed(data, change)


def locked(data: bytes) -> bytes:
    """Return a letter that asks for a password."""
    return changed(data, lambda writer: writer.encrypt("secret"))


def _number(value: float) -> Any:
    from pypdf.generic import FloatObject

    return FloatObject(value)
