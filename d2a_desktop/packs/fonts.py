"""The embedded typeface of paper, Noto Sans (OFL 1.1), and which characters it can print."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from reportlab.lib.fonts import addMapping
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from d2a_desktop.core.paths import resource

REGULAR = "NotoSans"
BOLD = "NotoSans-Bold"
ITALIC = "NotoSans-Italic"


@dataclass(frozen=True)
class Typeface:
    """The registered faces; `covered` are the code points that all of them have."""

    covered: frozenset[int]


@lru_cache(maxsize=1)
def typeface() -> Typeface:
    """Register the faces with reportlab once in a process and return what they cover.

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
    return Typeface(covered=covered or frozenset())
