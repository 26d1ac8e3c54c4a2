"""What a term of the screens means, from the glossary, for the tooltip of its heading or label."""

from __future__ import annotations

import json
from functools import cache

from d2a_desktop.core.errors import UnreachableError
from d2a_desktop.core.paths import resource


@cache
def _terms() -> dict[str, str]:
    try:
        text = resource("words/glossary.json").read_text(encoding="utf-8")
    except (UnreachableError, OSError):
        return {}  # the screens explain themselves less
    held = json.loads(text)
    plain = {word: said.replace("`", "").replace("*", "") for word, said in held["words"].items()}
    return {
        heading: "\n".join(f"{word}: {plain[word]}" for word in words)
        for heading, words in held["headings"].items()
    }


def explained(heading: str) -> str:
    """Return what a heading or label means, or an empty text where it needs no words."""
    return _terms().get(heading, "")
