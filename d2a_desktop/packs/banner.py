"""The bar at the head of every page: who (NHS CUI patient banner), allergies, which issue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from d2a_desktop.domain.codes import AllergyState, PackKind
from d2a_desktop.domain.display import (
    display_born,
    display_family_name,
    display_given_name,
    display_name,
    display_nhs_number,
)
from d2a_desktop.packs.content import Allergies, Header, Identity, pack_heading
from d2a_desktop.packs.fonts import BOLD, REGULAR
from d2a_desktop.packs.issue_code import SIDE, draw_code, is_code
from d2a_desktop.packs.look import (
    ALERT_TINT,
    BAND,
    BLUE,
    BODY_WIDTH,
    INK,
    MARGIN,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    PALE_BLUE,
    WHITE,
    Look,
)
from d2a_desktop.packs.paper_text import PaperText
from d2a_desktop.packs.words import draw_text, isolated, paragraph, text_width

_PAD = 9.0
_ISSUE_WIDTH = 104.0
_GUTTER = 11.0
_LEFT_WIDTH = BODY_WIDTH - _ISSUE_WIDTH - SIDE - 2 * _GUTTER
_MOST_ALLERGY_LINES = 3
_CODE_PAD = 6.0


@dataclass(frozen=True)
class Pair:
    """A label without colon and its more emphasised value."""

    label: str
    value: str


class Banner:
    """Measured once for a pack, then drawn at the top of each page.

    `strip` stands below the bar (allergies); an offer sheet has none. `code` is drawn as a symbol.
    `name`, `rows`, `issue` and `strip` are kept as given, for the copy without pages.
    """

    def __init__(
        self,
        *,
        name: str,
        rows: Sequence[Sequence[Pair]],
        issue: str,
        styles: Look,
        strip: str = "",
        strip_alert: bool = False,
        code: str = "",
    ) -> None:
        self.name, self.rows, self.issue, self.strip = name, rows, issue, strip
        self._styles = styles
        self._code = code
        self._name = paragraph(name, styles.name, base=0)
        self._issue = paragraph(issue, styles.issue, base=0)
        self._strip = paragraph(strip, styles.allergy, base=0) if strip else None
        self._strip_alert = strip_alert
        self._rows = [line for row in rows for line in self._wrapped(row)]
        self._name_height = self._name.wrap(_LEFT_WIDTH, PAGE_HEIGHT)[1]
        issue_height = self._issue.wrap(_ISSUE_WIDTH, PAGE_HEIGHT)[1]
        left = self._name_height + len(self._rows) * styles.identity.leading + 2
        self._bar_height = max(max(left, issue_height) + 2 * _PAD, SIDE + 2 * _CODE_PAD)
        strip_height = self._strip.wrap(BODY_WIDTH, PAGE_HEIGHT)[1] if self._strip else 0
        self._strip_height = strip_height + 7 if self._strip else 0

    @property
    def height(self) -> float:
        """Points from the top edge of the page to the end of bar and strip."""
        return float(self._bar_height + self._strip_height)

    def draw(self, canvas: Any) -> None:
        """Draw bar and strip at the top of the page."""
        canvas.saveState()
        foot = PAGE_HEIGHT - self._bar_height
        canvas.setFillColor(BLUE)
        canvas.rect(0, foot, PAGE_WIDTH, self._bar_height, stroke=0, fill=1)
        top = PAGE_HEIGHT - _PAD
        self._name.drawOn(canvas, MARGIN, top - self._name_height)
        baseline = top - self._name_height - self._styles.identity.fontSize - 2
        for row in self._rows:
            self._draw_row(canvas, row, baseline)
            baseline -= self._styles.identity.leading
        code_at = PAGE_WIDTH - MARGIN - SIDE
        self._issue.drawOn(canvas, code_at - _GUTTER - _ISSUE_WIDTH, top - self._issue.height)
        if self._code:
            draw_code(canvas, self._code, code_at, PAGE_HEIGHT - _CODE_PAD - SIDE)
        if self._strip:
            canvas.setFillColor(ALERT_TINT if self._strip_alert else BAND)
            foot -= self._strip_height
            canvas.rect(0, foot, PAGE_WIDTH, self._strip_height, stroke=0, fill=1)
            canvas.setFillColor(INK)
            self._strip.drawOn(canvas, MARGIN, foot + 3.5)
        canvas.restoreState()

    def _draw_row(self, canvas: Any, row: Sequence[Pair], baseline: float) -> None:
        size, x = self._styles.identity.fontSize, MARGIN
        for pair in row:
            canvas.setFont(REGULAR, size)
            canvas.setFillColor(PALE_BLUE)
            canvas.drawString(x, baseline, f"{pair.label} ")
            x += text_width(f"{pair.label} ", REGULAR, size)
            canvas.setFont(BOLD, size)
            canvas.setFillColor(WHITE)
            draw_text(canvas, x, baseline, pair.value, BOLD, size)
            x += text_width(pair.value, BOLD, size) + _GUTTER

    def _wrapped(self, row: Sequence[Pair]) -> list[list[Pair]]:
        """Break a row between pairs, and a value too wide for a line between its letters."""
        lines: list[list[Pair]] = [[]]
        used = 0.0
        for pair in row:
            for piece in self._pieces(pair):
                width = self._pair_width(piece)
                if lines[-1] and used + width > _LEFT_WIDTH:
                    lines.append([])
                    used = 0.0
                lines[-1].append(piece)
                used += width + _GUTTER
        return [line for line in lines if line]

    def _pair_width(self, pair: Pair) -> float:
        size = self._styles.identity.fontSize
        label = float(text_width(f"{pair.label} ", REGULAR, size))
        return label + float(text_width(pair.value, BOLD, size))

    def _pieces(self, pair: Pair) -> list[Pair]:
        pieces = [pair]
        while self._pair_width(pieces[-1]) > _LEFT_WIDTH and len(pieces[-1].value) > 1:
            label, value = pieces[-1].label, pieces[-1].value
            cut = len(value) - 1
            while cut > 1 and self._pair_width(Pair(label, value[:cut])) > _LEFT_WIDTH:
                cut -= 1
            space = value.rfind(" ", 1, cut + 1)
            cut = space if space > 0 else cut
            pieces[-1:] = [Pair(label, value[:cut]), Pair("", value[cut:].lstrip())]
        return pieces


def person_banner(
    *,
    kind: PackKind,
    header: Header,
    identity: Identity,
    allergies: Allergies,
    draft: bool,
    styles: Look,
    paper: PaperText,
) -> Banner:
    """Return the banner of a pack about one person (CUI order: name, Born, Gender, NHS No.)."""
    preferred = paper.plain(identity.preferred_name).replace("\n", " ").strip()
    rows = [[Pair("Preferred name", preferred)]] if preferred else []
    own = [
        paper.own_script(identity.family_name, identity.latin_family_name),
        paper.own_script(identity.given_name, identity.latin_given_name),
    ]
    if any(own):
        rows.insert(0, [Pair("Own script", ", ".join(isolated(part) for part in own if part))])
    facts = [
        Pair("Born", display_born(identity.born, age_years=identity.age_years)),
        Pair("Gender", identity.gender.label),
        Pair("NHS No.", display_nhs_number(identity.nhs_number, verified=identity.nhs_verified)),
    ]
    if identity.hospital_number.strip():
        facts.append(Pair("Hospital No.", paper.plain(identity.hospital_number.strip())))
    return Banner(
        name=_name_markup(identity, styles, paper),
        rows=[*rows, facts],
        issue=issue_markup(kind=kind, header=header, draft=draft, paper=paper),
        styles=styles,
        strip=_allergy_markup(allergies, styles, paper),
        strip_alert=allergies.state is AllergyState.KNOWN,
        code=printed_code(header),
    )


def printed_code(header: Header) -> str:
    """Return what the QR symbol of an issue carries: its code alone; nothing for a preview."""
    return header.reference if is_code(header.reference) else ""


def issue_markup(*, kind: PackKind, header: Header, draft: bool, paper: PaperText) -> str:
    """Return the right-hand words of the bar: kind, version, reference, and what it is not."""
    lines = [
        f'<font name="{BOLD}">{pack_heading(kind)}</font>',
        *([f"Version {header.version}"] if header.version else []),
        paper.markup(header.reference),
    ]
    if draft:
        lines.append(f'<font name="{BOLD}">DRAFT, not complete</font>')
    tags = []
    if header.synthetic:
        tags.append("Synthetic demo data")
    if header.trial:
        tags.append("TRIAL desk")
    lines += [
        f'<font name="{BOLD}" color="#212b32" backColor="#ffb81c">&nbsp;{tag}&nbsp;</font>'
        for tag in tags
    ]
    return "<br/>".join(lines)


def _name_markup(identity: Identity, styles: Look, paper: PaperText) -> str:
    family = paper.name(identity.family_name, identity.latin_family_name)
    given = paper.name(identity.given_name, identity.latin_given_name)
    title = paper.plain(identity.title)
    last, first = display_family_name(family), display_given_name(given)
    # Each element keeps its direction to itself: family name first, whatever the script.
    elements = [
        isolated(paper.markup(last)) + ("," if last and first else ""),
        isolated(paper.markup(first)),
        isolated(paper.markup(f"({title})")) if title else "",
    ]
    whole = display_name(family=family, given=given, title=title)
    fits = text_width(whole, BOLD, styles.name.fontSize) <= _LEFT_WIDTH
    # Too long for one line: wrap at the ends of its elements, never inside one that fits.
    return (" " if fits else "<br/>").join(element for element in elements if element)


def _allergy_markup(allergies: Allergies, styles: Look, paper: PaperText) -> str:
    title = f'<font name="{BOLD}">{allergies.state.label}</font>'
    substances = [paper.markup(line.substance).replace("<br/>", " ") for line in allergies.lines]
    for shown in range(len(substances), -1, -1):
        rest = len(substances) - shown
        words = "; ".join(substances[:shown])
        more = f" and {rest} more," if shown else f"{rest}"
        tail = f"{more} listed under Medicines and allergies" if rest else ""
        markup = f"{title} &nbsp; {words}{tail}".strip()
        height = paragraph(markup, styles.allergy, base=0).wrap(BODY_WIDTH, PAGE_HEIGHT)[1]
        if height <= _MOST_ALLERGY_LINES * styles.allergy.leading + 0.1:
            return markup
    return title
