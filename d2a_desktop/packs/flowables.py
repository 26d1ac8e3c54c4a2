"""What blocks put on a page: headings, tables that know their part, boxes to tick, ruled lines."""

from __future__ import annotations

from enum import Enum
from typing import Any, Self

from reportlab.platypus import Flowable, Table

from d2a_desktop.packs.look import BLUE, INK, SECONDARY, Look
from d2a_desktop.packs.words import paragraph


class Role(Enum):
    """What a table is for, so that a copy without a page can say the same (`html_copy`)."""

    GRID = "grid"
    """Labels and values; a first row of one heading."""
    COLUMNS = "columns"
    """A first row of column headings."""
    PLAIN = "plain"
    NOTICE = "notice"
    TICKS = "ticks"


class PackTable(Table):  # type: ignore[misc]  # reportlab has no types
    """A table with its role and its cells as they were given, whatever the pages made of it."""

    role = Role.PLAIN
    cells: list[list[Any]] = []  # noqa: RUF012  each table is given its own

    @classmethod
    def made(cls, role: Role, cells: list[list[Any]], **settings: Any) -> Self:
        """Return a table of `cells` with reportlab's settings."""
        table = cls(cells, **settings)
        table.role = role
        table.cells = cells
        return table


class Heading(Flowable):  # type: ignore[misc]  # reportlab has no types
    """A blue heading with a rule; tells the canvas its place for the outline.

    `words` is its paragraph, for other copies of the pack.
    """

    def __init__(self, markup: str, styles: Look, outline: str) -> None:
        super().__init__()
        self.words = paragraph(markup, styles.heading)
        self.outline = outline
        self.spaceBefore = 7

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Return the size taken, in points."""
        self._words_height = self.words.wrap(width, height)[1]
        self.width, self.height = width, self._words_height + 4
        return self.width, self.height

    def draw(self) -> None:
        """Draw on the canvas that reportlab has set."""
        canvas = self.canv
        self.words.drawOn(canvas, 0, self.height - self._words_height)
        canvas.setStrokeColor(BLUE)
        canvas.setLineWidth(0.9)
        canvas.line(0, 1.5, self.width, 1.5)
        canvas.note_heading(self.outline, canvas.absolutePosition(0, self.height)[1])


class TickBox(Flowable):  # type: ignore[misc]  # reportlab has no types
    """An empty square beside a paragraph (`words`), drawn as lines: no font needs to have it."""

    def __init__(self, words: Flowable, *, side: float = 10.0) -> None:
        super().__init__()
        self.words = words
        self._side = side

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Return the size taken, in points."""
        indent = self._side + 6
        self._words_height = self.words.wrap(width - indent, height)[1]
        self.width, self.height = width, max(self._words_height, self._side + 2)
        return self.width, self.height

    def draw(self) -> None:
        """Draw on the canvas that reportlab has set."""
        canvas = self.canv
        canvas.setStrokeColor(INK)
        canvas.setLineWidth(0.8)
        canvas.rect(0, self.height - self._side - 1.5, self._side, self._side, stroke=1, fill=0)
        self.words.drawOn(canvas, self._side + 6, self.height - self._words_height)


class RuledLines(Flowable):  # type: ignore[misc]  # reportlab has no types
    """Empty lines for handwriting."""

    def __init__(self, *, count: int, step: float) -> None:
        super().__init__()
        self._count = count
        self._step = step

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """Return the size taken, in points."""
        self.width, self.height = width, self._count * self._step
        return self.width, self.height

    def draw(self) -> None:
        """Draw on the canvas that reportlab has set."""
        canvas = self.canv
        canvas.setStrokeColor(SECONDARY)
        canvas.setLineWidth(0.4)
        for line in range(self._count):
            canvas.line(0, line * self._step, self.width, line * self._step)
