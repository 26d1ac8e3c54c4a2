"""Words on paper: a paragraph of any script, in the order and the shapes its readers know.

Text in Latin, Greek or Cyrillic letters is reportlab's own paragraph. Only one with other letters
is laid out here: runs of one script and direction, shaped by uharfbuzz, ordered by UAX 9, each
with its text beside the glyphs (ActualText), so that it can be searched, copied and read aloud.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import ShapeData, ShapedStr
from reportlab.platypus import Flowable, Paragraph

from d2a_desktop.packs.bidi import END_ISOLATE, FIRST_STRONG, base_level, resolve, visual_order
from d2a_desktop.packs.fonts import BOLD, JOINERS, needs_shaping, script_face, script_of, shaper

_TALLER = 1.18
"""Line height of letters with marks above and below, against that of Latin ones."""
_GLYPHS_FROM = 0xE000
"""A glyph without a character of its own is drawn as one of the private area, by its number."""
_THAI_BEFORE = frozenset("\u0e40\u0e41\u0e42\u0e43\u0e44")
_THAI_AFTER = frozenset("\u0e30\u0e32\u0e33\u0e45\u0e46\u0e2f")


def paragraph(
    markup: str, style: ParagraphStyle, *, bullet: str = "", base: int | None = None
) -> Any:
    """Return a paragraph of `markup` (that of `PaperText.markup`), in the script it needs.

    Args:
        markup: text with line breaks, entities and font changes.
        style: how it looks.
        bullet: the mark before an entry of a list.
        base: 0 or 1 for a paragraph that runs from the left or the right whatever it begins with.
    """
    if needs_shaping(markup):
        return ShapedWords(markup, style, bullet=bullet, base=base)
    if "<" in markup or "&" in markup or "\n" in markup:
        made = _PlainWords(markup, style, bulletText=bullet or None)
    else:
        frag = _plain_frag(style).clone(text=markup.strip())
        made = _PlainWords("", style, bulletText=bullet or None, frags=[frag])
    made.markup = markup
    return made


class _PlainWords(Paragraph):  # type: ignore[misc]  # reportlab has no types
    """reportlab's paragraph; measured once for a width, where tables ask three times."""

    markup = ""
    _measured: tuple[float, tuple[float, float]] | None = None

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Break into lines for `width` points and return the size taken."""
        # Splitting throws the lines away.
        lines = hasattr(self, "blPara")
        if self._measured is None or self._measured[0] != width or not lines:
            self._measured = (width, super().wrap(width, height))
        return self._measured[1]


@lru_cache(maxsize=128)
def _plain_frag(style: ParagraphStyle) -> Any:
    """Return what reportlab's reader makes of plain words, which need no reading."""
    return Paragraph("x", style).frags[0]


def text_width(text: str, font: str, size: float) -> float:
    """Return the width of one line of plain text, in points."""
    if not needs_shaping(text):
        return float(pdfmetrics.stringWidth(text, font, size))
    return sum(run.width for run in _runs([_Letters(text, font, None, None)], 0)[0]) * size


def draw_text(canvas: Any, x: float, y: float, text: str, font: str, size: float) -> None:
    """Draw one line of plain text from `x` on the baseline `y`, in the canvas's own colour."""
    if needs_shaping(text):
        runs, _ = _runs([_Letters(text, font, None, None)], 0)
        _draw_line(canvas, runs, x, y, size)
        return
    canvas.setFont(font, size)
    canvas.drawString(x, y, text)


def isolated(text: str) -> str:
    """Return a part of a line that keeps its own direction to itself."""
    return f"{FIRST_STRONG}{text}{END_ISOLATE}" if needs_shaping(text) else text


@dataclass(frozen=True)
class _Letters:
    """Text of one look."""

    text: str
    font: str
    colour: Any
    back: Any


@dataclass(frozen=True)
class _Glyph:
    """One glyph; measures in thousandths of the size."""

    number: int
    advance: float
    x: float
    y: float


@dataclass(frozen=True)
class _Run:
    """Letters of one face, look and direction; `width` in sizes. A space stands by itself."""

    text: str
    face: str
    level: int
    look: _Letters
    glyphs: tuple[_Glyph, ...] | None
    width: float

    @property
    def is_space(self) -> bool:
        return self.text.isspace() and "\xa0" not in self.text


class ShapedWords(Flowable):  # type: ignore[misc]  # reportlab has no types
    """A paragraph whose letters need shaping or run from right to left."""

    def __init__(
        self, markup: str, style: ParagraphStyle, *, bullet: str = "", base: int | None = None
    ) -> None:
        super().__init__()
        self.markup = markup
        self.style = style
        self._bullet = bullet
        self._paragraphs = [
            _runs(letters, base) for letters in _paragraphs(Paragraph(markup, style).frags)
        ]
        self._lines: list[tuple[list[_Run], int]] = []

    def getSpaceBefore(self) -> float:  # noqa: N802  reportlab's name
        """Return the room above, in points."""
        return float(self.style.spaceBefore)

    def getSpaceAfter(self) -> float:  # noqa: N802  reportlab's name
        """Return the room below, in points."""
        return float(self.style.spaceAfter)

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """Break into lines for `width` points and return the size taken."""
        self.width = width
        room = (width - self.style.leftIndent - self.style.rightIndent) / self.style.fontSize
        self._lines = [
            (line, level) for runs, level in self._paragraphs for line in _broken(runs, room)
        ]
        self.height = sum(self._line_height(line) for line, _ in self._lines)
        return self.width, self.height

    def split(self, width: float, height: float) -> list[Flowable]:
        """Return the lines that fit into `height` points and the rest, or nothing."""
        self.wrap(width, height)
        used, fitting = 0.0, 0
        for line, _ in self._lines:
            used += self._line_height(line)
            if used > height + 0.01:
                break
            fitting += 1
        if not fitting:
            return []
        if fitting == len(self._lines):
            return [self]
        return [self._of(self._lines[:fitting], self._bullet), self._of(self._lines[fitting:], "")]

    def draw(self) -> None:
        """Draw on the canvas that reportlab has set."""
        canvas, style = self.canv, self.style
        y, size = self.height, style.fontSize
        left, right = style.leftIndent, self.width - style.rightIndent
        canvas.saveState()
        canvas.setFillColor(style.textColor)
        if self._bullet:
            canvas.setFont(style.bulletFontName, size)
            canvas.drawString(style.bulletIndent, y - self._drop(self._lines[0][0]), self._bullet)
        for line, level in self._lines:
            wide = sum(run.width for run in line) * size
            at_right = level % 2 == 1 or style.alignment == TA_RIGHT
            x = right - wide if at_right else left
            if style.alignment == TA_CENTER:
                x = (left + right - wide) / 2
            _draw_line(canvas, line, x, y - self._drop(line), size)
            y -= self._line_height(line)
        canvas.restoreState()

    def _of(self, lines: list[tuple[list[_Run], int]], bullet: str) -> ShapedWords:
        part = ShapedWords("", self.style, bullet=bullet)
        part.markup = self.markup
        part._paragraphs = list(lines)
        part.wrap(self.width, 0)
        return part

    def _line_height(self, line: Sequence[_Run]) -> float:
        leading = float(self.style.leading)
        return leading * _TALLER if any(run.glyphs for run in line) else leading

    def _drop(self, line: Sequence[_Run]) -> float:
        """Points from a line's top to its baseline."""
        more = self._line_height(line) - float(self.style.leading)
        return float(self.style.fontSize) + more * 0.6


def _paragraphs(frags: Sequence[Any]) -> Iterator[list[_Letters]]:
    """Yield the text between line breaks; reportlab has read the markup."""
    letters: list[_Letters] = []
    for frag in frags:
        if getattr(frag, "lineBreak", False):
            yield letters
            letters = []
        if frag.text:
            back = getattr(frag, "backColor", None)
            letters.append(_Letters(frag.text, frag.fontName, frag.textColor, back))
    yield letters


def _runs(letters: Sequence[_Letters], base: int | None) -> tuple[list[_Run], int]:
    """Cut a paragraph where script, direction or look change and at spaces; shape the pieces."""
    text = "".join(part.text for part in letters)
    level = base_level(text) if base is None else base
    levels = resolve(text, level)
    looks = [part for part in letters for _ in part.text]
    faces = _faces(text, looks)
    runs: list[_Run] = []
    start = 0
    for place in range(1, len(text) + 1):
        if place < len(text) and _same(text, place, faces, levels, looks):
            continue
        piece = text[start:place]
        if piece and piece not in {FIRST_STRONG, END_ISOLATE}:
            runs.append(_shaped(piece, faces[start], levels[start], looks[start]))
        start = place
    return runs, level


def _same(
    text: str, place: int, faces: list[str], levels: list[int], looks: list[_Letters]
) -> bool:
    here, before = text[place], text[place - 1]
    apart = {here, before} & {FIRST_STRONG, END_ISOLATE} or (here == " ") != (before == " ")
    return (
        not apart
        and faces[place] == faces[place - 1]
        and levels[place] == levels[place - 1]
        and looks[place] is looks[place - 1]
    )


def _faces(text: str, looks: Sequence[_Letters]) -> list[str]:
    """Return each letter's face; a mark or joiner goes with the letter before it."""
    faces: list[str] = []
    for letter, look in zip(text, looks, strict=True):
        script = script_of(letter)
        follows = letter in JOINERS or (not script and unicodedata.category(letter)[0] == "M")
        if (follows or letter in "\u0964\u0965") and faces:
            # The stops of India's scripts are in each one's face.
            faces.append(faces[-1] if follows or _has(faces[-1], letter) else look.font)
        elif script:
            faces.append(script_face(script, bold=look.font == BOLD))
        else:
            faces.append(look.font)
    return faces


def _has(face: str, letter: str) -> bool:
    return ord(letter) in pdfmetrics.getFont(face).face.charToGlyph


def _shaped(text: str, face: str, level: int, look: _Letters) -> _Run:
    if (level % 2 == 0 and face == look.font and not needs_shaping(text)) or text.isspace():
        width = float(pdfmetrics.stringWidth(text, face, 1))
        return _Run(text, face, level, look, None, width)
    glyphs = _glyphs(text, face, level % 2 == 1)
    return _Run(text, face, level, look, glyphs, sum(one.advance for one in glyphs) / 1000)


@lru_cache(maxsize=4096)
def _glyphs(text: str, face: str, from_right: bool) -> tuple[_Glyph, ...]:
    """Return the glyphs of a run from left to right."""
    import uharfbuzz

    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if from_right else "ltr"
    uharfbuzz.shape(shaper(face), buffer)
    unit = 1000 / pdfmetrics.getFont(face).face.unitsPerEm
    return tuple(
        _Glyph(info.codepoint, at.x_advance * unit, at.x_offset * unit, at.y_offset * unit)
        for info, at in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
    )


def _broken(runs: Sequence[_Run], room: float) -> Iterator[list[_Run]]:
    """Break a paragraph at spaces into lines of `room` sizes, a word too wide within it."""
    line: list[_Run] = []
    used = 0.0
    gap: list[_Run] = []
    for given in _words_of(runs):
        word = given
        if word[0].is_space:
            gap = word if line else []
            continue
        wide = sum(run.width for run in word)
        space = sum(run.width for run in gap)
        if line and used + space + wide > room:
            yield line
            line, used, gap, space = [], 0.0, [], 0.0
        while not line and wide > room:
            head, rest = _cut(word, room)
            if not rest:
                break
            yield head
            word = rest
            wide = sum(run.width for run in word)
        line = [*line, *gap, *word]
        used += space + wide
        gap = []
    yield line


def _words_of(runs: Sequence[_Run]) -> Iterator[list[_Run]]:
    """Yield spaces by themselves and the runs between them together."""
    word: list[_Run] = []
    for run in runs:
        if run.is_space:
            if word:
                yield word
            yield [run]
            word = []
        else:
            word.append(run)
    if word:
        yield word


def _cut(word: list[_Run], room: float) -> tuple[list[_Run], list[_Run]]:
    """Cut a word between letters (never before a mark) so that its first part fits."""
    head: list[_Run] = []
    used = 0.0
    for place, run in enumerate(word):
        if used + run.width <= room:
            head.append(run)
            used += run.width
            continue
        for stop in reversed(_stops(run.text)):
            first = _shaped(run.text[:stop], run.face, run.level, run.look)
            if used + first.width <= room:
                rest = _shaped(run.text[stop:], run.face, run.level, run.look)
                return [*head, first], [rest, *word[place + 1 :]]
        if head:
            return head, word[place:]
        # Not even one letter fits: it stands, so that the rest can.
        stop = next(iter(_stops(run.text)), len(run.text))
        first = _shaped(run.text[:stop], run.face, run.level, run.look)
        more = run.text[stop:]
        after = [_shaped(more, run.face, run.level, run.look)] if more else []
        return [first], [*after, *word[place + 1 :]]
    return head, []


def _stops(text: str) -> list[int]:
    """Return where a word may be cut: between letters with what belongs to them."""
    return [
        place
        for place in range(1, len(text))
        if unicodedata.category(text[place])[0] != "M"
        and text[place] not in JOINERS
        and text[place] not in _THAI_AFTER
        and text[place - 1] not in JOINERS
        and text[place - 1] not in _THAI_BEFORE
        and unicodedata.combining(text[place - 1]) != 9
    ]


def _draw_line(canvas: Any, runs: Sequence[_Run], x: float, y: float, size: float) -> None:
    """Place the runs in the order in which they are seen, and write them in that of reading."""
    places = [0.0] * len(runs)
    for number in visual_order([run.level for run in runs]):
        places[number] = x
        x += runs[number].width * size
    at = iter(places)
    groups = list(_spoken_together(runs))
    for word, after in zip(groups, [*groups[1:], []], strict=True):
        if not any(run.glyphs for run in word) or _is_mirrored(word[0]):
            for run in word:
                _draw_run(canvas, run, next(at), y, size)
            continue
        # What the reader's program takes for the text, whatever the glyphs are called.
        said = "".join(run.text for run in word)
        said += " " if after and after[0].is_space and word[0].level % 2 == 0 else ""
        spoken = said.encode("utf-16-be").hex().upper()
        canvas.addLiteral(f"/Span <</ActualText <FEFF{spoken}>>> BDC")
        for run in word:
            _draw_run(canvas, run, next(at), y, size)
        canvas.addLiteral("EMC")


def _spoken_together(runs: Sequence[_Run]) -> Iterator[list[_Run]]:
    """Yield the runs of a line word by word, those of one direction together."""
    for word in _words_of(runs):
        group = [word[0]]
        for run in word[1:]:
            if run.level != group[-1].level or _is_mirrored(run) or _is_mirrored(group[-1]):
                yield group
                group = []
            group.append(run)
        yield group


def _is_mirrored(run: _Run) -> bool:
    """Return whether a run is brackets and the like of Noto Sans, seen from the other side."""
    return run.level % 2 == 1 and run.face == run.look.font


def _draw_run(canvas: Any, run: _Run, x: float, y: float, size: float) -> None:
    canvas.saveState()
    if run.look.back is not None:
        canvas.setFillColor(run.look.back)
        canvas.rect(x, y - size * 0.25, run.width * size, size * 1.2, stroke=0, fill=1)
    if run.look.colour is not None:
        canvas.setFillColor(run.look.colour)
    if run.glyphs is None:
        canvas.setFont(run.face, size)
        canvas.drawString(x, y, run.text)
    else:
        _draw_glyphs(canvas, run, x, y, size)
    canvas.restoreState()


def _draw_glyphs(canvas: Any, run: _Run, x: float, y: float, size: float) -> None:
    glyphs = run.glyphs or ()
    letters = [_letter(run.face, glyph, own=_is_mirrored(run)) for glyph in glyphs]
    widths = pdfmetrics.getFont(run.face).face.charWidths
    # One cluster: readers then take the run for one piece of text, as wide as it is.
    placed = [
        ShapeData(0, glyph.advance, 0, glyph.x, glyph.y, widths[ord(letter)])
        for glyph, letter in zip(glyphs, letters, strict=True)
    ]
    line = canvas.beginText()
    line.setFont(run.face, size)
    line.setTextOrigin(x, y)
    line.textOut(ShapedStr("".join(letters), placed))
    canvas.drawText(line)


def _letter(face: str, glyph: _Glyph, *, own: bool) -> str:
    """Return the character that stands for a glyph in the file's subset of the face.

    Args:
        face: the face's name.
        glyph: the glyph.
        own: take the glyph's own character; readers mirror brackets back themselves.
    """
    table = pdfmetrics.getFont(face).face
    if own and table.glyphToChar.get(glyph.number):
        return chr(table.glyphToChar[glyph.number][0])
    code = _GLYPHS_FROM + glyph.number
    if code not in table.charToGlyph:
        table.charToGlyph[code] = glyph.number
        # The width in the file is the font's own; what shaping moved, the placing has done.
        table.charWidths[code] = table.hmetrics[glyph.number][0] * 1000 / table.unitsPerEm
    return chr(code)
