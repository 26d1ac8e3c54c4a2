"""Colours, measures and paragraph styles of paper, in points."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle

from d2a_desktop.packs.fonts import BOLD, ITALIC, REGULAR

PAGE_WIDTH, PAGE_HEIGHT = A4
MARGIN = 36.0
BODY_WIDTH = PAGE_WIDTH - 2 * MARGIN

BLUE = HexColor("#005eb8")
PALE_BLUE = HexColor("#d9e9f8")
INK = HexColor("#212b32")
SECONDARY = HexColor("#4c6272")
BAND = HexColor("#e8edee")
HAIRLINE = HexColor("#c9d2d7")
WHITE = HexColor("#ffffff")
ALERT = HexColor("#a2191f")
ALERT_TINT = HexColor("#fbe3e1")
NOTICE_TINT = HexColor("#e6f0fa")
WARNING_TINT = HexColor("#fff4d3")
WATERMARK = HexColor("#e3e8ec")


@dataclass(frozen=True)
class Look:
    """The paragraph styles of one kind of pack, all scaled from its body size."""

    body: ParagraphStyle
    strong: ParagraphStyle
    bullet: ParagraphStyle
    label: ParagraphStyle
    absent: ParagraphStyle
    lacking: ParagraphStyle
    heading: ParagraphStyle
    subheading: ParagraphStyle
    column: ParagraphStyle
    name: ParagraphStyle
    identity: ParagraphStyle
    issue: ParagraphStyle
    allergy: ParagraphStyle
    footer: ParagraphStyle
    footer_right: ParagraphStyle


@lru_cache(maxsize=4)
def look(body_size: float = 9.0) -> Look:
    """Return the styles for a body of `body_size` points (16 for the large print copy)."""

    def style(name: str, size: float, *, font: str = REGULAR, **more: object) -> ParagraphStyle:
        settings = {"fontSize": size, "leading": round(size * 1.36, 1), "textColor": INK} | more
        return ParagraphStyle(name, fontName=font, splitLongWords=1, **settings)

    large = body_size > 12
    small = body_size - 1 if not large else body_size - 2
    head = body_size + 3.5
    return Look(
        body=style("body", body_size),
        strong=style("strong", body_size, font=BOLD),
        bullet=style("bullet", body_size, leftIndent=body_size, bulletFontName=REGULAR),
        label=style("label", small, leading=round(body_size * 1.36, 1), textColor=SECONDARY),
        absent=style("absent", body_size, font=ITALIC, textColor=SECONDARY),
        lacking=style("lacking", body_size, font=BOLD, textColor=ALERT),
        heading=style("heading", head, font=BOLD, textColor=BLUE),
        subheading=style("subheading", body_size + 0.5, font=BOLD, spaceBefore=5, spaceAfter=2),
        column=style("column", small, font=BOLD),
        name=style("name", 17 if large else 15, font=BOLD, textColor=WHITE),
        identity=style("identity", 12 if large else 9.5, textColor=PALE_BLUE),
        issue=style("issue", 9 if large else 8, textColor=WHITE, alignment=TA_RIGHT),
        allergy=style("allergy", 12 if large else 9),
        footer=style("footer", 7.5, textColor=SECONDARY),
        footer_right=style("footer_right", 7.5, textColor=SECONDARY, alignment=TA_RIGHT),
    )
