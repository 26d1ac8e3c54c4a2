"""One cell of a CSV file: cleaned on the way in, kept from acting as a formula on the way out."""

from __future__ import annotations

import re
import unicodedata

# A spreadsheet takes a cell that begins so for a formula; the wide forms are what some locales
# type. Blanks and apostrophes may stand before, because programs drop them when they open a file.
_ACTIVE = re.compile(r"[\s']*[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]")
_LINE_BREAK = re.compile(r"[ \t\u00a0]*(?:\r\n|\r|\n)\s*")
_SPACES = re.compile(r" {2,}")
_EDGES = " \t\r\n\u00a0"
# Joiners shape Persian and Indic names; nothing else invisible belongs into a record.
_JOINERS = "\u200c\u200d"
_UNFIT = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


class UnfitCellError(ValueError):
    """A cell holds what no record may; the message ends a sentence that begins with its column."""


def neutralise(text: str) -> str:
    """Return `text` so that no spreadsheet takes it for a formula: an apostrophe goes before.

    `restore` gives the text back.
    """
    return "'" + text if _ACTIVE.match(text) else text


def restore(text: str) -> str:
    """Return the text that `neutralise` was given; any other text as it is."""
    return text[1:] if text[:1] == "'" and _ACTIVE.match(text[1:]) else text


def clean(raw: str, *, line_break: str = " ") -> str:
    """Return a cell's text: composed (NFC), trimmed, blanks single, a line break as `line_break`.

    Raises:
        UnfitCellError: it holds a control or invisible character, or one that was lost before.
    """
    text = raw if raw.isascii() else unicodedata.normalize("NFC", raw)
    text = restore(text.strip(_EDGES)).strip(_EDGES)
    # What is printable has no separator but the space, and nothing of the unfit categories.
    if not text.isprintable():
        # "12 High Street," on a line of its own needs no second comma.
        text = _LINE_BREAK.sub(line_break, text).replace(",, ", ", ")
        for char in text:
            _check(char)
        text = "".join(" " if char.isspace() else char for char in text).strip()
    elif "\ufffd" in text:
        _check("\ufffd")
    return _SPACES.sub(" ", text) if "  " in text else text


def _check(char: str) -> None:
    if char == "\ufffd":
        raise UnfitCellError("holds a character that was lost when the file was written (U+FFFD)")
    if unicodedata.category(char) in _UNFIT and char not in _JOINERS:
        kind = "a control" if unicodedata.category(char) == "Cc" else "an invisible"
        raise UnfitCellError(f"holds {kind} character (U+{ord(char):04X})")
