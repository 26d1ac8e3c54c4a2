"""What may reach paper as text: printable characters only, no silent boxes, no key code.

A character that the typeface lacks is replaced by words in brackets and reported, so that
nobody reads a name or a dose with a part of it gone unseen.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from html import escape

from d2a_desktop.packs.fonts import JOINERS, needs_shaping

# Symbols people type that Noto Sans lacks; the words are what they mean in a ward's notes.
_SYMBOLS = {
    "≤": "<=",
    "≥": ">=",
    "≈": "about ",
    "≠": "not equal to ",
    "→": "->",
    "⇒": "->",
    "←": "<-",
    "↑": "up ",
    "↓": "down ",
    "✓": "Yes",
    "✔": "Yes",
    "☑": "Yes",
    "✗": "No",
    "✘": "No",
    "☐": "[ ]",
    "●": "•",
    "■": "•",
    "▪": "•",
    "♂": "male",
    "♀": "female",
    "\u2011": "-",
    "\u2028": "\n",
    "\u2029": "\n",
    "\t": " ",
}
_LANGUAGES = {
    "CJK": "Chinese",
    "HIRAGANA": "Japanese",
    "KATAKANA": "Japanese",
    "HANGUL": "Korean",
    "BOPOMOFO": "Chinese",
}
# Asked for on paper by one sheet alone; typed into free text it would travel in every pack.
# Nine digits or more are a telephone number, which stays.
_KEY_CODE = re.compile(
    r"(?P<what>\b(?:key\s*-?safe|key\s*-?box|lock\s*-?box|(?:key|door|entry|gate|alarm|access)"
    r"\s*-?(?:code|pin|number|no\b\.?))[^0-9\n]{0,30}?)"
    r"(?P<code>\b[A-Z]{0,2}(?!(?:[0-9][ -]?){9})[0-9*#](?:[ -]?[0-9*#]){2,7}"
    r"[A-Z]{0,2}(?![0-9A-Z]))",
    re.IGNORECASE,
)
_UNBROKEN = re.compile(
    r"\b0[0-9]{2,4} [0-9]{3,4} ?[0-9]{3,4}\b|\b[A-Z]{1,2}[0-9][0-9A-Z]? [0-9][A-Z]{2}\b"
)
# A joiner shapes the letters of Arabic, Persian and Indian scripts; between others it is a stray.
_STRAY_JOINER = re.compile(f"(?<![\u0600-\u0dff])[{JOINERS}]+")
# A five that looks like a nought to its reader: the value stands beside it.
_OTHER_DIGITS = re.compile(r"(?:(?![0-9])\d)+")
KEY_CODE_REMOVED = "[number left out: see the key sheet]"


class PaperText:
    """Cleans text for one pack and remembers what it could not print as recorded."""

    def __init__(self, covered: Collection[int], *, key_codes: bool = False) -> None:
        self._covered = covered
        self._prints_key_codes = key_codes
        self._scripts: set[str] = set()
        self._latin_used = False
        self._key_codes = 0

    def plain(self, raw: str) -> str:
        """Return `raw` composed, without control characters, every character printable."""
        if raw.isascii() and raw.isprintable():
            return self._without_key_codes(raw)
        text = unicodedata.normalize("NFC", raw.replace("\r\n", "\n").replace("\r", "\n"))
        text = "".join(_SYMBOLS.get(letter, letter) for letter in text)
        text = "".join(letter for letter in text if letter == "\n" or not _invisible(letter))
        if JOINERS[0] in text or JOINERS[1] in text:
            text = _STRAY_JOINER.sub("", text)
        text = _OTHER_DIGITS.sub(_with_value, self._without_key_codes(text))
        return self._without_gaps(text)

    def markup(self, raw: str) -> str:
        """Return `raw` for a paragraph: cleaned, escaped, its line breaks kept.

        Telephone numbers and postcodes do not break over two lines.
        """
        text = _UNBROKEN.sub(lambda found: found[0].replace(" ", "\xa0"), self.plain(raw))
        return escape(text, quote=False).replace("\n", "<br/>")

    def name(self, recorded: str, latin: str) -> str:
        """Return a name; in its Latin form, where one is known, when it is in other letters."""
        if not latin.strip():
            return self.plain(recorded)
        printable = self.can_print(recorded)
        if printable and not needs_shaping(recorded):
            return self.plain(recorded)
        self._latin_used = self._latin_used or not printable
        return self.plain(latin)

    def own_script(self, recorded: str, latin: str) -> str:
        """Return a name as recorded where `name` gives its Latin form and both can be printed."""
        if latin.strip() and needs_shaping(recorded) and self.can_print(recorded):
            return self.plain(recorded)
        return ""

    def can_print(self, raw: str) -> bool:
        """Return whether every visible character of `raw` has a glyph."""
        text = unicodedata.normalize("NFC", raw)
        return all(_invisible(letter) or ord(letter) in self._covered for letter in text)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return what was changed on the way to paper, in words without patient data."""
        found = []
        if self._latin_used:
            found.append("The name is printed in its Latin form; the record has it in its own.")
        if self._scripts:
            scripts = ", ".join(sorted(self._scripts))
            found.append(f"Some text cannot be printed and is marked in brackets: {scripts}.")
        if self._key_codes:
            found.append("A key or door code was left out; it belongs on the key sheet.")
        return tuple(found)

    def _without_key_codes(self, text: str) -> str:
        if self._prints_key_codes:
            return text
        # A code is one in any script's digits; a digit has one character in each.
        plain = _OTHER_DIGITS.sub(lambda found: _value(found[0]), text)
        for found in reversed(list(_KEY_CODE.finditer(plain))):
            text = text[: found.start("code")] + KEY_CODE_REMOVED + text[found.end() :]
            self._key_codes += 1
        return text

    def _without_gaps(self, text: str) -> str:
        if all(letter == "\n" or ord(letter) in self._covered for letter in text):
            return text
        pieces: list[str] = []
        script = ""
        for letter in text:
            if letter == "\n" or ord(letter) in self._covered:
                # A space inside a run of foreign words does not end it.
                if letter == " " and script:
                    pieces.append(" ")
                    continue
                script = ""
                pieces.append(letter)
                continue
            found = _script(letter) or script or "symbol"
            if found != script:
                pieces.append(f"[{found}]")
                self._scripts.add(found)
            elif pieces[-1] == " ":
                pieces.pop()
            script = found
        return "".join(pieces)


def _with_value(found: re.Match[str]) -> str:
    return f"{found[0]} [{_value(found[0])}]"


def _value(digits: str) -> str:
    return "".join(str(unicodedata.decimal(digit)) for digit in digits)


def _invisible(letter: str) -> bool:
    # Cc and Cf: control and direction marks; a soft hyphen is one of them. Joiners shape letters.
    return unicodedata.category(letter) in {"Cc", "Cf"} and letter not in JOINERS


def _script(letter: str) -> str:
    """Return the words for the script of a letter, empty for a mark that follows its letter."""
    category = unicodedata.category(letter)
    if category.startswith("M"):
        return ""
    if not category.startswith(("L", "N")):
        return "symbol"
    word = unicodedata.name(letter, "UNKNOWN").split()[0]
    language = _LANGUAGES.get(word, word.split("-")[0].capitalize())
    return f"text in {language} script"
