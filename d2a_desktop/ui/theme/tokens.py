"""The one table of colours for the light and the dark look (UI.md section 9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

UNSURE_HATCH_ALPHA = 80
"""Of 255: how opaque the hatching of an unsure block is; the words over it stay readable."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A ground and the text that stands on it."""

    ground: str
    text: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """Every colour of one look, as `#rrggbb`."""

    dark: bool
    page: str
    surface: str
    surface_low: str
    text: str
    text_quiet: str
    line: str
    input_line: str
    link: str
    bar: Pair
    bar_raised: Pair
    search: Pair
    nav_chosen: Pair
    row_chosen: Pair
    chip_chosen: Pair
    primary: Pair
    primary_edge: str
    danger: Pair
    focus: str
    focus_inner: str
    good: str
    warn: str
    warn_text: str
    bad: str
    bad_text: str
    track: str
    notice: Pair
    booked: Pair
    held: Pair
    offer: Pair
    free: Pair
    rest: Pair
    weekend: str
    tags: Mapping[str, Pair]

    def tone_text(self, tone: str) -> str:
        """Return the colour of words of this tone (formats.tones.Tone) on a surface."""
        return {
            "quiet": self.text_quiet,
            "link": self.link,
            "good": self.good,
            "warn": self.warn_text,
            "bad": self.bad_text,
        }.get(tone, self.text)

    def tone_fill(self, tone: str) -> str:
        """Return the colour of a bar or stripe of this tone; never the only sign."""
        return {
            "link": self.link,
            "good": self.good,
            "warn": self.warn,
            "bad": self.bad,
        }.get(tone, self.text_quiet)


LIGHT = Tokens(
    dark=False,
    page="#f0f4f5",
    surface="#ffffff",
    surface_low="#f7f9fa",
    text="#212b32",
    text_quiet="#4c6272",
    line="#d8dde0",
    input_line="#4c6272",
    link="#0b56b3",
    bar=Pair("#005eb8", "#ffffff"),
    bar_raised=Pair("#1f6fbf", "#ffffff"),
    search=Pair("#ffffff", "#4c6272"),
    nav_chosen=Pair("#d9e8f7", "#0b4a99"),
    row_chosen=Pair("#d9e8f7", "#212b32"),
    chip_chosen=Pair("#005eb8", "#ffffff"),
    primary=Pair("#007f3b", "#ffffff"),
    primary_edge="#00401e",
    danger=Pair("#d5281b", "#ffffff"),
    focus="#ffeb3b",
    focus_inner="#212b32",
    good="#007636",
    warn="#ffb81c",
    warn_text="#7a4a00",
    bad="#d5281b",
    bad_text="#a3180d",
    track="#e8edee",
    notice=Pair("#fff0cc", "#212b32"),
    booked=Pair("#005eb8", "#ffffff"),
    held=Pair("#ffb81c", "#212b32"),
    offer=Pair("#dceaf8", "#0b3766"),
    free=Pair("#def0e4", "#0b4023"),
    rest=Pair("#e8edee", "#40535f"),
    weekend="#f4f6f7",
    tags={
        "neutral": Pair("#e8edee", "#212b32"),
        "blue": Pair("#dceaf8", "#0b3766"),
        "green": Pair("#def0e4", "#0b4023"),
        "amber": Pair("#fff0cc", "#5e3c00"),
        "red": Pair("#fbe0dd", "#80130b"),
        "purple": Pair("#e3dbf1", "#330072"),
    },
)

DARK = Tokens(
    dark=True,
    page="#10171e",
    surface="#18222c",
    surface_low="#1e2933",
    text="#e8edee",
    text_quiet="#aebdc6",
    line="#33414d",
    input_line="#8fa1ad",
    link="#6fb3f2",
    bar=Pair("#0b3a6b", "#ffffff"),
    bar_raised=Pair("#2c5683", "#ffffff"),
    search=Pair("#ffffff", "#4c6272"),
    nav_chosen=Pair("#1f3d5c", "#8cc4f7"),
    row_chosen=Pair("#1f3d5c", "#f2f6f7"),
    chip_chosen=Pair("#6fb3f2", "#10171e"),
    primary=Pair("#007f3b", "#ffffff"),
    primary_edge="#00401e",
    danger=Pair("#d5281b", "#ffffff"),
    focus="#ffeb3b",
    focus_inner="#10171e",
    good="#6fd39b",
    warn="#ffd166",
    warn_text="#ffd166",
    bad="#ff8a80",
    bad_text="#ff8a80",
    track="#2b3743",
    notice=Pair("#4a3708", "#fff0cc"),
    booked=Pair("#1a70c7", "#ffffff"),
    held=Pair("#ffb81c", "#212b32"),
    offer=Pair("#17324d", "#bcdcfb"),
    free=Pair("#163827", "#b9e8cd"),
    rest=Pair("#2d3843", "#c3ced5"),
    weekend="#1b2630",
    tags={
        "neutral": Pair("#333f4a", "#e8edee"),
        "blue": Pair("#17375a", "#cfe5fb"),
        "green": Pair("#173d29", "#c0ecd2"),
        "amber": Pair("#47350a", "#ffe3a1"),
        "red": Pair("#561c18", "#ffd0cb"),
        "purple": Pair("#3a2a5c", "#e0d2ff"),
    },
)


def text_pairs(tokens: Tokens) -> list[tuple[str, Pair]]:
    """List every pair of ground and text in use, named; each must reach 4.5 (WCAG 1.4.3)."""
    pairs = [
        (name, value)
        for name in Tokens.__slots__
        if isinstance(value := getattr(tokens, name), Pair)
    ]
    pairs += [(f"tag {hue}", pair) for hue, pair in tokens.tags.items()]
    for ground in ("page", "surface", "surface_low", "weekend"):
        for text in ("text", "text_quiet", "link", "warn_text", "bad_text", "good", "bad"):
            pairs.append(
                (f"{text} on {ground}", Pair(getattr(tokens, ground), getattr(tokens, text)))
            )
    chosen = tokens.row_chosen.ground
    for text in ("text", "text_quiet", "link", "warn_text", "bad_text", "good"):
        pairs.append((f"{text} on chosen row", Pair(chosen, getattr(tokens, text))))
    pairs += [
        ("toast and tooltip", Pair(tokens.text, tokens.surface)),
        ("leave, over its hatching", Pair(tokens.line, tokens.rest.text)),
        ("unsure, over its hatching", Pair(_over_hatching(tokens), tokens.tags["amber"].text)),
    ]
    return pairs


def mark_pairs(tokens: Tokens) -> list[tuple[str, Pair]]:
    """List marks that carry meaning without words; each must reach 3 (WCAG 1.4.11).

    Not here: amber bars and stripes, pale blocks and the band of the outlook, which all have
    their words, figures or outline beside them.
    """
    amber, red = tokens.tags["amber"], tokens.tags["red"]
    return [
        ("focus ring", Pair(tokens.focus, tokens.focus_inner)),
        *(
            (f"{name} bar on track", Pair(tokens.track, getattr(tokens, name)))
            for name in ("bad", "good", "link", "text_quiet")
        ),
        *(
            (f"{mark} on {ground}", Pair(getattr(tokens, ground), getattr(tokens, mark)))
            for ground in ("page", "surface", "surface_low", "weekend")
            for mark in ("input_line", "bad", "good", "link")
        ),
        ("offer outline", Pair(tokens.offer.ground, tokens.link)),
        ("outline of a gap", Pair(red.ground, tokens.bad)),
        ("outline of an unsure block", Pair(amber.ground, amber.text)),
        ("clash outline on a chosen lane", Pair(tokens.row_chosen.ground, tokens.bad)),
        ("stripe of the chosen page", Pair(tokens.nav_chosen.ground, tokens.link)),
        ("edge of the chosen value", Pair(tokens.row_chosen.ground, tokens.link)),
        ("box that is not ticked", Pair(tokens.row_chosen.ground, tokens.input_line)),
        ("tick in its box", Pair(tokens.chip_chosen.ground, tokens.surface)),
        ("tick of a step done", Pair(tokens.good, tokens.surface)),
        *(
            (f"booked block on {ground}", Pair(getattr(tokens, ground), tokens.booked.ground))
            for ground in ("surface", "weekend")
        ),
        ("clash on its block", Pair(tokens.danger.ground, tokens.danger.text)),
        ("edge of a pressing bell", Pair(tokens.bar.ground, tokens.danger.text)),
        ("primary button", Pair(tokens.surface, tokens.primary.ground)),
        ("danger button", Pair(tokens.surface, tokens.danger.ground)),
    ]


def _over_hatching(tokens: Tokens) -> str:
    """Return what the hatching of an unsure block looks like: half clear, over amber."""
    over, under = tokens.held.ground, tokens.tags["amber"].ground
    share = UNSURE_HATCH_ALPHA / 255
    mixed = (
        round(share * int(over[at : at + 2], 16) + (1 - share) * int(under[at : at + 2], 16))
        for at in (1, 3, 5)
    )
    return "#" + "".join(f"{each:02x}" for each in mixed)
