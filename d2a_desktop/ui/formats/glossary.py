"""What a term of the screens means, from the glossary, for the tooltip of its heading or label."""

from __future__ import annotations

import json
import re
from functools import cache

from d2a_desktop.core.errors import UnreachableError
from d2a_desktop.core.paths import resource

_SHORT = re.compile(r"\b[A-Z][A-Z0-9]{1,4}\b")


@cache
def _terms() -> tuple[dict[str, str], dict[str, str]]:
    """Return what headings mean, and what abbreviations mean."""
    try:
        text = resource("words/glossary.json").read_text(encoding="utf-8")
    except (UnreachableError, OSError):
        return {}, {}  # the screens explain themselves less
    held = json.loads(text)
    plain = {word: said.replace("`", "").replace("*", "") for word, said in held["words"].items()}
    headings = {
        heading: "\n".join(f"{word}: {plain[word]}" for word in words)
        for heading, words in held["headings"].items()
    }
    return headings, {
        short: f"{word}: {plain[word]}" for short, word in held["abbreviations"].items()
    }


def explained(heading: str) -> str:
    """Return what a heading or label means, or an empty text where it needs no words."""
    return _terms()[0].get(heading, "")


def explained_in(words: str) -> str:
    """Return what the abbreviations in a text mean, each in a line; empty where it has none."""
    if words.upper() == words.lower():  # numbers, and scripts without capitals
        return ""
    short = _terms()[1]
    found = dict.fromkeys(each for each in _SHORT.findall(words) if each in short)
    return "\n".join(short[each] for each in found)
