"""A pack's content as headings, lines and tables, before any of it is drawn."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from d2a_desktop.domain.display import (
    NOT_RECORDED,
    display_date,
    display_datetime,
)
from d2a_desktop.packs.content import Need


@dataclass(frozen=True)
class Line:
    """A label and its value; `value` is empty when nothing is recorded."""

    label: str
    value: str
    need: Need

    @property
    def lacks(self) -> bool:
        """Whether a final pack waits for this line."""
        return self.need is Need.MANDATORY and not self.value


@dataclass(frozen=True)
class Grid:
    """Lines that are read together."""

    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Rows:
    """A table; `none` stands in its place when it has no rows."""

    label: str
    columns: tuple[str, ...]
    shares: tuple[float, ...]
    rows: tuple[tuple[str, ...], ...]
    none: str = NOT_RECORDED


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it."""

    title: str
    blocks: tuple[Grid | Rows, ...]

    def missing(self) -> tuple[str, ...]:
        """Return the mandatory lines that are empty, as `Section: Label`."""
        return tuple(
            f"{self.title}: {line.label}"
            for block in self.blocks
            if isinstance(block, Grid)
            for line in block.lines
            if line.lacks
        )


def section(part: Any) -> Section:
    """Return a content section (a dataclass with `heading`) as lines and tables, in order."""
    return Section(title=part.heading, blocks=tuple(_blocks(part)))


def rows_block(label: str, row: type, entries: tuple[Any, ...], *, none: str = "") -> Rows:
    """Return a table of `entries` (dataclasses of type `row`, made of `column` fields)."""
    columns = [part for part in dataclasses.fields(row) if "share" in part.metadata]
    return Rows(
        label=label,
        columns=tuple(part.metadata["label"] for part in columns),
        shares=tuple(part.metadata["share"] for part in columns),
        rows=tuple(
            tuple(str(getattr(entry, part.name)).strip() for part in columns) for entry in entries
        ),
        none=none or NOT_RECORDED,
    )


def _blocks(part: Any) -> Iterator[Grid | Rows]:
    lines: list[Line] = []
    for entry in dataclasses.fields(part):
        meta, value = entry.metadata, getattr(part, entry.name)
        if "row" in meta:
            if lines:
                yield Grid(tuple(lines))
                lines = []
            if value or meta["need"] is not Need.OPTIONAL:
                yield rows_block(meta["label"], meta["row"], value, none=meta["none"])
        elif "label" in meta:
            shown = _shown(value, approx=meta.get("approx", False))
            if shown or meta["need"] is not Need.OPTIONAL:
                lines.append(Line(meta["label"], shown, meta["need"]))
    if lines:
        yield Grid(tuple(lines))


def _shown(value: Any, *, approx: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime):
        return display_datetime(value, weekday=True, approx=approx)
    if isinstance(value, date):
        return display_date(value)
    if isinstance(value, tuple):
        return "; ".join(value) or "None"
    return str(value).strip()
