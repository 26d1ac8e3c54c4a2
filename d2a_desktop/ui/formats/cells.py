"""What a cell of a list shows: small frozen values that carry their own words for every reader."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from PySide6.QtCore import Qt

from d2a_desktop.ui.formats.language import tr
from d2a_desktop.ui.formats.tones import Hue, Tone

ROW_ROLE = int(Qt.ItemDataRole.UserRole) + 1
CELL_ROLE = int(Qt.ItemDataRole.UserRole) + 2
ID_ROLE = int(Qt.ItemDataRole.UserRole) + 3
SORT_ROLE = int(Qt.ItemDataRole.UserRole) + 4


class Cell(Protocol):
    """Anything that can stand in a cell."""

    @property
    def text(self) -> str:
        """The words of the cell on one line, for copying and exporting."""
        ...

    @property
    def spoken(self) -> str:
        """The words that a screen reader says."""
        ...


@dataclass(frozen=True, slots=True)
class TextCell:
    """Words, with a second quiet line where there is one."""

    words: str
    below: str = ""
    tone: Tone = Tone.PLAIN
    strong: bool = False
    right: bool = False

    @property
    def text(self) -> str:
        return f"{self.words} · {self.below}" if self.below else self.words

    @property
    def spoken(self) -> str:
        return f"{self.words}, {self.below}" if self.below else self.words or "none"


@dataclass(frozen=True, slots=True)
class BedCell:
    """A bed beside the stripe that marks how pressing the row is; `why` says so in words."""

    bed: str
    stripe: Tone | None = None
    why: str = ""

    @property
    def text(self) -> str:
        return self.bed

    @property
    def spoken(self) -> str:
        bed = tr("bed {bed}", bed=self.bed) if self.bed else tr("no bed")
        return f"{bed}, {self.why}" if self.why else bed


@dataclass(frozen=True, slots=True)
class PersonCell:
    """One person in a list: name, then NHS number and age; identity is never cut short.

    The words come from `domain.display`: family name in capitals, number 3-3-4 or `Not known`.
    """

    family: str
    given: str
    number: str
    age: str = ""
    new: bool = False

    @property
    def text(self) -> str:
        return f"{self.name} · {self.number}" + (f" · {self.age}" if self.age else "")

    @property
    def name(self) -> str:
        """`SURNAME, Forename`."""
        return ", ".join(part for part in (self.family, self.given) if part)

    @property
    def spoken(self) -> str:
        number = tr("NHS number {number}", number=self.number)
        said = f"{self.name}, {number}" + (f", {self.age}" if self.age else "")
        return f"{said}, {tr('changed since you last looked')}" if self.new else said


@dataclass(frozen=True, slots=True)
class ClockCell:
    """One of the two clocks: words, then a bar (`filled` of the whole) or a quiet second line."""

    words: str
    tone: Tone = Tone.PLAIN
    filled: float | None = None
    marks: tuple[float, ...] = ()
    below: str = ""
    alarm: bool = False
    said: str = ""

    @property
    def text(self) -> str:
        return f"{self.words} · {self.below}" if self.below else self.words

    @property
    def spoken(self) -> str:
        return self.said or self.text or "no clock"


@dataclass(frozen=True, slots=True)
class TagCell:
    """A stage or a state as a tag; its colour repeats what its words say."""

    words: str
    hue: Hue = Hue.NEUTRAL
    outlined: bool = False

    @property
    def text(self) -> str:
        return self.words

    @property
    def spoken(self) -> str:
        return self.words or "none"


@dataclass(frozen=True, slots=True)
class MeterCell:
    """How far something is, 0 to 100 %, as words and a bar."""

    percent: int
    words: str = ""
    tone: Tone = Tone.LINK
    detail: str = field(default="")

    @property
    def text(self) -> str:
        return self.words or f"{self.percent} %"

    @property
    def spoken(self) -> str:
        return f"{self.text}, {self.detail}" if self.detail else self.text
