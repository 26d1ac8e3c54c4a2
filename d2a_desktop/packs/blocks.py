"""The blocks a pack is built of: headings, lines, tables, notices, boxes to tick and to sign."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Any

from reportlab.platypus import CondPageBreak, Flowable, Spacer

from d2a_desktop.packs.content import Need
from d2a_desktop.packs.flowables import Heading, PackTable, Role, RuledLines, TickBox
from d2a_desktop.packs.fonts import REGULAR
from d2a_desktop.packs.look import (
    ALERT,
    ALERT_TINT,
    BAND,
    BLUE,
    BODY_WIDTH,
    HAIRLINE,
    INK,
    NOTICE_TINT,
    WARNING_TINT,
    Look,
)
from d2a_desktop.packs.paper_text import PaperText
from d2a_desktop.packs.sections import Grid, Line, Rows, Section
from d2a_desktop.packs.words import paragraph

NOT_RECORDED = "Not recorded"
LACKING = "Not recorded, needed"
_HALF_LINE = 78
"""Characters of a value that still reads well in half the width."""
_CELL_MOST = 900
"""Characters of a value in a grid; longer ones flow over pages as paragraphs."""
_NEEDED_BELOW_HEADING = 74.0
_NEEDED_BELOW_TABLE_HEADING = 112.0


# Without a face of ours a cell asks for Helvetica, which is not embedded.
_PLAIN_CELLS = (
    ("FONTNAME", (0, 0), (-1, -1), REGULAR),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
)


class Tone(Enum):
    """How loud a notice is; its words say the same without the colour."""

    PLAIN = "plain"
    WARNING = "warning"
    ALERT = "alert"


_TONES = {
    Tone.PLAIN: (NOTICE_TINT, BLUE),
    Tone.WARNING: (WARNING_TINT, INK),
    Tone.ALERT: (ALERT_TINT, ALERT),
}


class Blocks:
    """Makes flowables in the styles of one pack, every text through its `PaperText`."""

    def __init__(self, *, styles: Look, paper: PaperText) -> None:
        self.styles = styles
        self.paper = paper

    def heading(self, title: str, *, room: float = _NEEDED_BELOW_HEADING) -> list[Flowable]:
        """Return a section heading that enters the outline, with `room` points left below it."""
        return [
            CondPageBreak(room),
            Heading(self.paper.markup(title), self.styles, self.paper.plain(title)),
        ]

    def section(self, content: Section, *, number: int | None = None) -> list[Flowable]:
        """Return a section's heading, lines and tables."""
        title = content.title if number is None else f"{number}  {content.title}"
        # The heading of lines is the first row of their table, so that it is repeated where the
        # table goes on overleaf; a table of columns repeats its own header there.
        first_is_grid = bool(content.blocks) and isinstance(content.blocks[0], Grid)
        if first_is_grid:
            story: list[Flowable] = [CondPageBreak(_NEEDED_BELOW_HEADING)]
        else:
            story = self.heading(title, room=_NEEDED_BELOW_TABLE_HEADING)
        for place, block in enumerate(content.blocks):
            if isinstance(block, Grid):
                story += self.grid(block.lines, heading=title if place == 0 else "")
            else:
                rows = self.rows(block, titled=len(content.blocks) > 1)
                # Under its section's heading a break of its own would leave that heading alone.
                story += rows[1:] if place == 0 else rows
        return story

    def grid(self, lines: Sequence[Line], *, heading: str = "") -> list[Flowable]:
        """Return label and value lines: short ones in pairs, long ones over the full width."""
        story: list[Flowable] = []
        waiting: list[Line] = []
        if heading and lines and len(lines[0].value) > _CELL_MOST:
            story += self.heading(heading)
            heading = ""
        for line in lines:
            if len(line.value) <= _CELL_MOST:
                waiting.append(line)
                continue
            story += self._grid_table(waiting, heading=heading)
            waiting, heading = [], ""
            story += [paragraph(self.paper.markup(line.label), self.styles.label)]
            story += [self.text(line.value), Spacer(0, 4)]
        return story + self._grid_table(waiting, heading=heading)

    def rows(self, block: Rows, *, titled: bool = True) -> list[Flowable]:
        """Return a table that splits over pages and repeats its header."""
        title: list[Flowable] = [CondPageBreak(_NEEDED_BELOW_HEADING)]
        if titled:
            title.append(paragraph(self.paper.markup(block.label), self.styles.subheading))
        if not block.rows:
            none = paragraph(self.paper.markup(block.none), self.styles.absent)
            return [*title, none, Spacer(0, 4)]
        head = [paragraph(self.paper.markup(name), self.styles.column) for name in block.columns]
        cells = [[self.text(cell) for cell in row] for row in block.rows]
        return [*title, self.table([head, *cells], shares=block.shares), Spacer(0, 4)]

    def table(
        self, cells: Sequence[Sequence[Any]], *, shares: Sequence[float], header: bool = True
    ) -> PackTable:
        """Return a ruled table over the full width, columns by their shares."""
        unit = BODY_WIDTH / sum(shares)
        style: list[tuple[Any, ...]] = [
            *_PLAIN_CELLS,
            ("LINEBELOW", (0, 0), (-1, -1), 0.4, HAIRLINE),
            ("LEFTPADDING", (0, 0), (-1, -1), 4),
            ("RIGHTPADDING", (0, 0), (-1, -1), 4),
            ("TOPPADDING", (0, 0), (-1, -1), 2.5),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5),
        ]
        if header:
            style.append(("BACKGROUND", (0, 0), (-1, 0), BAND))
        return PackTable.made(
            Role.COLUMNS if header else Role.PLAIN,
            [list(row) for row in cells],
            colWidths=[share * unit for share in shares],
            repeatRows=1 if header else 0,
            splitByRow=1,
            splitInRow=1,
            style=style,
        )

    def text(self, value: str) -> Flowable:
        """Return a paragraph of recorded text; its line breaks stay."""
        return paragraph(self.paper.markup(value), self.styles.body)

    def bullet(self, value: str) -> Flowable:
        """Return one entry of a list."""
        return paragraph(self.paper.markup(value), self.styles.bullet, bullet="•")

    def notice(self, words: Sequence[str], *, tone: Tone = Tone.PLAIN) -> Flowable:
        """Return a tinted box with one paragraph for each of `words`; the first one is strong."""
        tint, edge = _TONES[tone]
        styles = [self.styles.strong] + [self.styles.body] * (len(words) - 1)
        paragraphs = [
            [paragraph(self.paper.markup(each), style)]
            for each, style in zip(words, styles, strict=True)
        ]
        return PackTable.made(
            Role.NOTICE,
            paragraphs,
            colWidths=[BODY_WIDTH],
            splitInRow=1,
            spaceAfter=6,
            style=[
                *_PLAIN_CELLS,
                ("BACKGROUND", (0, 0), (-1, -1), tint),
                ("LINEBEFORE", (0, 0), (0, -1), 3, edge),
                ("TOPPADDING", (0, 0), (-1, -1), 2.5),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
                ("LEFTPADDING", (0, 0), (-1, -1), 9),
            ],
        )

    def ticks(self, labels: Sequence[str], *, columns: int = 2) -> PackTable:
        """Return boxes to tick, `columns` beside each other."""
        boxes: list[Any] = [TickBox(self.text(label)) for label in labels]
        boxes += [""] * (-len(boxes) % columns)
        grid = [boxes[start : start + columns] for start in range(0, len(boxes), columns)]
        return PackTable.made(
            Role.TICKS,
            grid,
            colWidths=[BODY_WIDTH / columns] * columns,
            style=[
                *_PLAIN_CELLS,
                ("LEFTPADDING", (0, 0), (-1, -1), 2),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
            ],
        )

    def writing_lines(self, label: str, *, count: int = 2) -> list[Flowable]:
        """Return a label with empty ruled lines to write on."""
        step = max(23.0, self.styles.body.leading * 1.5)
        return [
            paragraph(self.paper.markup(label), self.styles.label),
            RuledLines(count=count, step=step),
            Spacer(0, 5),
        ]

    def form(
        self, header: Sequence[str], rows: Sequence[Sequence[str]], *, shares: Any
    ) -> PackTable:
        """Return a table with room to write: empty cells stay empty, rows are tall enough."""
        head = [paragraph(self.paper.markup(name), self.styles.column) for name in header]
        body = [[self.text(cell) if cell else Spacer(0, 20) for cell in row] for row in rows]
        made = self.table([head, *body], shares=shares)
        made.setStyle([("INNERGRID", (0, 0), (-1, -1), 0.4, HAIRLINE)])
        return made

    def _grid_table(self, lines: Sequence[Line], *, heading: str = "") -> list[Flowable]:
        if not lines:
            return []
        rows: list[list[Any]] = []
        spans: list[tuple[Any, ...]] = []
        if heading:
            title = Heading(self.paper.markup(heading), self.styles, self.paper.plain(heading))
            rows.append([title, "", "", ""])
            spans += [
                ("SPAN", (0, 0), (3, 0)),
                ("LEFTPADDING", (0, 0), (3, 0), 0),
                ("RIGHTPADDING", (0, 0), (3, 0), 0),
                ("BOTTOMPADDING", (0, 0), (3, 0), 0),
            ]
        for group in _paired(lines):
            if len(group) == 2:
                rows.append([cell for line in group for cell in self._cells(line)])
            else:
                spans.append(("SPAN", (1, len(rows)), (3, len(rows))))
                rows.append([*self._cells(group[0]), "", ""])
        label = 92.0 * self.styles.body.fontSize / 9.0
        value = BODY_WIDTH / 2 - label
        style: list[tuple[Any, ...]] = [
            *_PLAIN_CELLS,
            ("LINEBELOW", (0, 1 if heading else 0), (-1, -1), 0.4, HAIRLINE),
            ("LEFTPADDING", (0, 0), (-1, -1), 3),
            ("RIGHTPADDING", (0, 0), (-1, -1), 5),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
            *spans,
        ]
        widths = [label, value, label, value]
        repeated = 1 if heading else 0
        made = PackTable.made(
            Role.GRID,
            rows,
            colWidths=widths,
            style=style,
            repeatRows=repeated,
            spaceBefore=7 * repeated,
        )
        return [made, Spacer(0, 4)]

    def _cells(self, line: Line) -> list[Flowable]:
        if line.value:
            value = self.text(line.value)
        elif line.need is Need.MANDATORY:
            value = paragraph(LACKING, self.styles.lacking)
        else:
            value = paragraph(NOT_RECORDED, self.styles.absent)
        return [paragraph(self.paper.markup(line.label), self.styles.label), value]


def _paired(lines: Sequence[Line]) -> list[list[Line]]:
    """Group short neighbours in twos; the order of reading stays."""
    groups: list[list[Line]] = []
    open_pair = False
    for line in lines:
        short = len(line.value) <= _HALF_LINE and "\n" not in line.value
        if short and open_pair:
            groups[-1].append(line)
            open_pair = False
        else:
            groups.append([line])
            open_pair = short
    return groups
