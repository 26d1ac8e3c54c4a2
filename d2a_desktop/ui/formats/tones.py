"""The words by which cells and tags ask the theme for a colour."""

from __future__ import annotations

from enum import StrEnum


class Hue(StrEnum):
    """What a tag's colour stands for; the tag's words say the same."""

    NEUTRAL = "neutral"
    BLUE = "blue"
    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    PURPLE = "purple"


class Tone(StrEnum):
    """How pressing a value is; words or a shape always say it too."""

    PLAIN = "plain"
    QUIET = "quiet"
    LINK = "link"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
