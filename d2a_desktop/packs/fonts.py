"""The embedded typefaces of paper (Noto, OFL 1.1), and which characters they can print.

Noto Sans prints Latin, Greek and Cyrillic; other scripts have faces of their own, which are read
when the first of their characters comes up.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from reportlab.lib.fonts import addMapping
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from d2a_desktop.core.paths import resource

REGULAR = "NotoSans"
BOLD = "NotoSans-Bold"
ITALIC = "NotoSans-Italic"

_SCRIPTS: tuple[tuple[str, tuple[tuple[int, int], ...]], ...] = (
    ("Hebrew", ((0x0590, 0x05FF), (0xFB1D, 0xFB4F))),
    ("Arabic", ((0x0600, 0x06FF), (0x0750, 0x077F), (0x08A0, 0x08FF), (0xFB50, 0xFDFF),
                (0xFE70, 0xFEFC))),
    ("Devanagari", ((0x0900, 0x097F), (0xA8E0, 0xA8FF))),
    ("Bengali", ((0x0980, 0x09FF),)),
    ("Gurmukhi", ((0x0A00, 0x0A7F),)),
    ("Gujarati", ((0x0A80, 0x0AFF),)),
    ("Tamil", ((0x0B80, 0x0BFF),)),
    ("Thai", ((0x0E00, 0x0E7F),)),
    ("Ethiopic", ((0x1200, 0x139F), (0x2D80, 0x2DDF), (0xAB00, 0xAB2F))),
)  # fmt: skip
JOINERS = "\u200c\u200d"
_MARKS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"
_ANY_SCRIPT = "".join(
    f"{chr(first)}-{chr(last)}" for _, blocks in _SCRIPTS for first, last in blocks
)
# A mark that no letter took in (NFC) is placed by the font's own tables.
_TO_SHAPE = re.compile(f"[{_MARKS}{_ANY_SCRIPT}{JOINERS}]")


@dataclass(frozen=True)
class Typeface:
    """The registered faces; `covered` are the code points that can be printed."""

    covered: Collection[int]


def needs_shaping(text: str) -> bool:
    """Return whether a text has characters that do not simply stand one after the other."""
    return not text.isascii() and _TO_SHAPE.search(text) is not None


def script_of(letter: str) -> str:
    """Return the script whose own face prints `letter`, or "" for Noto Sans itself."""
    code = ord(letter)
    if code < 0x0590:
        return ""
    for script, blocks in _SCRIPTS:
        if any(first <= code <= last for first, last in blocks):
            return script
    return ""


@lru_cache(maxsize=1)
def typeface() -> Typeface:
    """Register Noto Sans with reportlab once in a process and return what can be printed.

    reportlab keeps fonts in a registry of its own, so this is safe to call before every pack.

    Raises:
        UnreachableError: the installation lacks a font file.
    """
    covered: frozenset[int] | None = None
    for name, file in ((REGULAR, "Regular"), (BOLD, "Bold"), (ITALIC, "Italic")):
        font = TTFont(name, str(resource(f"fonts/noto-sans/NotoSans-{file}.ttf")))
        pdfmetrics.registerFont(font)
        points = frozenset(font.face.charToGlyph)
        covered = points if covered is None else covered & points
    for bold, italic, name in ((0, 0, REGULAR), (1, 0, BOLD), (0, 1, ITALIC), (1, 1, BOLD)):
        addMapping(REGULAR, bold, italic, name)
    return Typeface(covered=_Covered(covered or frozenset()))


@lru_cache(maxsize=32)
def script_face(script: str, *, bold: bool) -> str:
    """Register the face of `script` once in a process and return its name."""
    name = f"NotoSans{script}-{'Bold' if bold else 'Regular'}"
    pdfmetrics.registerFont(TTFont(name, str(resource(f"fonts/noto-scripts/{name}.ttf"))))
    return name


@lru_cache(maxsize=32)
def shaper(name: str) -> Any:
    """Return uharfbuzz's font of a registered face."""
    import uharfbuzz

    # reportlab keeps the file's bytes, and offers its own shaper's font for them.
    return uharfbuzz.Font(pdfmetrics.getFont(name).hbFace)


@lru_cache(maxsize=1)
def can_shape() -> bool:
    """Return whether this computer has the shaper (Windows on ARM has not)."""
    return importlib.util.find_spec("uharfbuzz") is not None


class _Covered(Collection[int]):
    """Code points with a glyph; a script's face is looked into when one of its own is asked for."""

    def __init__(self, latin: frozenset[int]) -> None:
        self._latin = latin

    def __contains__(self, code: object) -> bool:
        if not isinstance(code, int):
            return False
        letter = chr(code)
        if code in self._latin and not _TO_SHAPE.match(letter):
            return True
        if not can_shape():
            return False
        if letter in JOINERS:
            return True
        script = script_of(letter)
        if not script:
            return code in self._latin
        return code in pdfmetrics.getFont(script_face(script, bold=False)).face.charToGlyph

    def __iter__(self) -> Iterator[int]:
        return iter(self._latin)

    def __len__(self) -> int:
        return len(self._latin)
