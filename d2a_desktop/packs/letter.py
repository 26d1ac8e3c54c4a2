"""The hospital's own letter or chart, bound into a pack page by page (ADR 0026).

A page of the letter is drawn, as it is, into the room that a page of the pack leaves for it: so
it has the pack's banner and page number, and its text stays text. Only what its content draws
with is taken over; scripts, links, notes, files and forms of the letter have no way in.
"""

from __future__ import annotations

import hashlib
import io
import math
import struct
import zlib
from collections.abc import Iterator, Sequence
from typing import Any

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    StreamObject,
)
from reportlab.platypus import Flowable, PageBreak, Spacer

from d2a_desktop.core.errors import RefusedError
from d2a_desktop.packs.blocks import Blocks
from d2a_desktop.packs.content import Letter
from d2a_desktop.packs.look import HAIRLINE

LARGEST_FILE = 20_000_000
MOST_PAGES = 40
_SIDES = (20.0, 5_000.0)
"""Points; a letter's page is between a label and a banner."""
_DRAWN_WITH = (
    "/ExtGState",
    "/ColorSpace",
    "/Pattern",
    "/Shading",
    "/XObject",
    "/Font",
    "/ProcSet",
    "/Properties",
)
_LOST_WITHOUT_HARM = frozenset({"/Link", "/Popup"})
_HIDDEN = 0b10 | 0b100000
"""Flags of an annotation that is hidden, or not to be seen."""
# A damaged file fails in as many ways as there are: pypdf passes on what its parts raise.
_DAMAGE = (
    PyPdfError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    NotImplementedError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
_NAME = NameObject("/AttachedLetter")
_ARCHIVE_CLAIM = b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>"


def read_letter(data: bytes) -> Letter:
    """Look at a letter before it is bound.

    Raises:
        RefusedError: it is no PDF ("not_pdf"), damaged ("damaged"), locked ("locked"), too large
            ("too_large"), empty ("empty"), or has notes or fields that would be lost ("notes").
    """
    if len(data) > LARGEST_FILE:
        raise _too_large()
    if b"%PDF-" not in data[:1024]:
        raise _refused(
            "not_pdf",
            "it is not a PDF",
            "Save or scan the letter as a PDF, and choose that.",
        )
    try:
        pages = _looked_at(data)
    except RefusedError:
        raise
    except _DAMAGE as error:
        raise _damaged() from error
    return Letter(data=data, pages=pages, sha256=hashlib.sha256(data).hexdigest())


def _looked_at(data: bytes) -> int:
    reader = PdfReader(io.BytesIO(data), strict=False)
    if reader.is_encrypted:
        raise _refused(
            "locked",
            "it is locked with a password",
            "Print it to a new PDF without a password, and choose that.",
        )
    count = len(reader.pages)
    if count > MOST_PAGES:
        raise _too_large()
    if any(_would_be_lost(page) for page in reader.pages):
        raise _refused(
            "notes",
            "it has notes, stamps or filled-in fields on top of its pages, which would be lost",
            "Print it to a new PDF, which draws them into the pages, and choose that.",
        )
    drawn = [bool(_content(page).strip()) for page in reader.pages]
    for page in reader.pages:
        _box(page)
        # Proves that what the page draws with can be taken over, before anything is printed.
        _resources(page, PdfWriter())
    if not any(drawn):
        raise _refused("empty", "nothing is on its pages", "Choose the letter itself.")
    return count


def _would_be_lost(page: PageObject) -> bool:
    """Return whether something stands on the page that its content does not draw."""
    for entry in page.get("/Annots") or ():
        note = entry.get_object()
        if not isinstance(note, DictionaryObject) or note.get("/Subtype") in _LOST_WITHOUT_HARM:
            continue
        left, foot, right, top = (float(side) for side in note.get("/Rect", (0, 0, 0, 0)))
        seen = not int(note.get("/F", 0)) & _HIDDEN
        if seen and left != right and foot != top:
            return True
    return False


class LetterSpace(Flowable):  # type: ignore[misc]  # reportlab has no types
    """The rest of a page, left for one page of the letter; remembers where it came to stand."""

    markup = "The page of the letter stands here in the PDF."

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number
        self.page = 0
        self.place = (0.0, 0.0, 0.0, 0.0)

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Return the size taken, in points: all that is left."""
        self.width, self.height = width, height - 1
        return self.width, self.height

    def draw(self) -> None:
        """Draw a frame, and note the place for `bind_letter`."""
        canvas = self.canv
        left, foot = canvas.absolutePosition(0, 0)
        self.page = canvas.getPageNumber()
        self.place = (left, foot, self.width, self.height)
        canvas.setStrokeColor(HAIRLINE)
        canvas.setLineWidth(0.4)
        canvas.rect(0, 0, self.width, self.height, stroke=1, fill=0)


def letter_story(blocks: Blocks, letter: Letter) -> list[Flowable]:
    """Return the pages of a pack that hold the letter's pages, each named by its number."""
    story: list[Flowable] = []
    for number in range(letter.pages):
        title = f"Discharge letter, attached: page {number + 1} of {letter.pages}"
        story += [PageBreak(), *blocks.heading(title)[1:], Spacer(0, 4), LetterSpace(number)]
    return story


def bind_letter(pack: bytes, story: Sequence[Any], letter: Letter) -> bytes:
    """Return the printed pack with the letter's pages drawn into the room left for them.

    The same pack and letter give the same bytes. The file no longer says that it is PDF/A: what
    the letter draws with is the hospital's.
    """
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pack)))
    reader = PdfReader(io.BytesIO(letter.data), strict=False)
    for space in spaces(story):
        _draw(writer, writer.pages[space.page - 1], reader.pages[space.number], space.place)
    metadata = writer.root_object.get("/Metadata")
    if metadata is not None:
        stream = metadata.get_object()
        stream.set_data(stream.get_data().replace(_ARCHIVE_CLAIM, b""))
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def spaces(story: Sequence[Any]) -> Iterator[LetterSpace]:
    """Yield the rooms for letter pages in a story."""
    return (block for block in story if isinstance(block, LetterSpace))


def _draw(
    writer: PdfWriter,
    page: PageObject,
    source: PageObject,
    place: tuple[float, float, float, float],
) -> None:
    box = _box(source)
    turned, wide, high = _upright(box, int(source.get("/Rotate") or 0) % 360)
    left, foot, width, height = place
    scale = min(1.0, width / wide, height / high)
    across = left + (width - wide * scale) / 2
    up = foot + height - high * scale
    drawn = DecodedStreamObject()
    drawn.set_data(_content(source))
    drawn.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Form"),
            NameObject("/BBox"): ArrayObject(FloatObject(side) for side in box),
            NameObject("/Resources"): _resources(source, writer),
        }
    )
    group = source.get("/Group")
    if group is not None:
        drawn[NameObject("/Group")] = group.get_object().clone(writer)
    reference = writer._add_object(drawn.flate_encode())  # noqa: SLF001  pypdf's way to add one
    steps = b"\nq %s cm %s cm /AttachedLetter Do Q\n" % (
        _numbers((scale, 0, 0, scale, across, up)),
        _numbers(turned),
    )
    _append(writer, page, steps)
    resources: Any = page["/Resources"].get_object()
    objects: Any = resources.get("/XObject")
    own = DictionaryObject()
    own.update(objects.get_object() if objects is not None else {})
    own[_NAME] = reference
    mine = DictionaryObject()
    mine.update(resources)
    mine[NameObject("/XObject")] = own
    page[NameObject("/Resources")] = mine


def _append(writer: PdfWriter, page: PageObject, steps: bytes) -> None:
    """Add drawing to the end of a page's content, whatever state its own drawing left."""
    before, after = DecodedStreamObject(), DecodedStreamObject()
    before.set_data(b"q\n")
    after.set_data(b"\nQ" + steps)
    own = page.raw_get("/Contents")
    held = own.get_object()
    parts = list(held) if isinstance(held, ArrayObject) else [own]
    add = writer._add_object  # noqa: SLF001  pypdf's way to add one
    page[NameObject("/Contents")] = ArrayObject([add(before), *parts, add(after)])


def _resources(page: PageObject, writer: PdfWriter) -> DictionaryObject:
    """Return a copy of what a page draws with, in `writer`; nothing else of the page."""
    found = page.get("/Resources")
    source = found.get_object() if found is not None else DictionaryObject()
    taken = DictionaryObject()
    for name in _DRAWN_WITH:
        if name in source:
            value = source[name]
            _bare(value)
            taken[NameObject(name)] = value.clone(writer)
    return taken


def _bare(value: Any, seen: set[int] | None = None) -> None:
    """Take from drawing objects what is no drawing: actions, files, other versions of pictures."""
    seen = set() if seen is None else seen
    value = value.get_object()
    if id(value) in seen or not isinstance(value, (DictionaryObject, ArrayObject, StreamObject)):
        return
    seen.add(id(value))
    if isinstance(value, DictionaryObject):
        for name in ("/AA", "/A", "/AF", "/JS", "/JavaScript", "/OPI", "/Alternates", "/Ref"):
            value.pop(NameObject(name), None)
        for name in ("/PieceInfo", "/Metadata", "/Parent", "/StructParent", "/StructParents"):
            value.pop(NameObject(name), None)
        parts = list(value.values())
    else:
        parts = list(value)
    for part in parts:
        _bare(part, seen)


def _content(page: PageObject) -> bytes:
    contents = page.get_contents()
    return b"" if contents is None else contents.get_data()


def _box(page: PageObject) -> tuple[float, float, float, float]:
    box = page.cropbox
    left, right = sorted((float(box.left), float(box.right)))
    foot, top = sorted((float(box.bottom), float(box.top)))
    least, most = _SIDES
    if not all(math.isfinite(side) for side in (left, foot, right, top)):
        raise _damaged()
    if not (least <= right - left <= most and least <= top - foot <= most):
        raise _damaged()
    return left, foot, right, top


def _upright(
    box: tuple[float, float, float, float], turn: int
) -> tuple[tuple[float, ...], float, float]:
    """Return the matrix that puts a page as it is read, its corner at zero; its width, height."""
    left, foot, right, top = box
    wide, high = right - left, top - foot
    if turn == 90:
        return (0, -1, 1, 0, -foot, right), high, wide
    if turn == 180:
        return (-1, 0, 0, -1, right, top), wide, high
    if turn == 270:
        return (0, 1, -1, 0, top, -left), high, wide
    return (1, 0, 0, 1, -left, -foot), wide, high


def _numbers(values: Sequence[float]) -> bytes:
    return " ".join(f"{value:.5f}".rstrip("0").rstrip(".") for value in values).encode()


def _refused(code: str, why: str, what_to_do: str) -> RefusedError:
    return RefusedError(
        f"The letter was not attached: {why}. Nothing was printed.",
        what_to_do=what_to_do,
        code=code,
    )


def _damaged() -> RefusedError:
    return _refused(
        "damaged",
        "the file is damaged",
        "Open it, print it to a new PDF, and choose that.",
    )


def _too_large() -> RefusedError:
    return _refused(
        "too_large",
        f"it has more than {MOST_PAGES} pages or {LARGEST_FILE // 1_000_000} MB",
        "Choose the discharge letter or the chart alone.",
    )
