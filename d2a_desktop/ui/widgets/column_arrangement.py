"""How a person has set up the columns of a list: which are shown, in what order, how wide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

NARROWEST, WIDEST = 24, 1200


class ColumnLayout(Protocol):
    """What the view needs to know of a column (item_models.rows_model.Column has it)."""

    @property
    def key(self) -> str:
        """Its name in what is kept of it."""
        ...

    @property
    def heading(self) -> str:
        """Its heading."""
        ...

    @property
    def width(self) -> int:
        """Its width in px at 100 %."""
        ...

    @property
    def stretch(self) -> int:
        """Its share of the width left over."""
        ...

    @property
    def optional(self) -> bool:
        """Whether it is shown only where there is room."""
        ...

    @property
    def extra(self) -> bool:
        """Whether it is shown only when a person has chosen it."""
        ...

    @property
    def always(self) -> bool:
        """Whether it cannot be hidden: it says whom the row is about."""
        ...


@dataclass(frozen=True)
class Arrangement:
    """A person's columns; an empty one leaves all to the list.

    `shown` are keys from left to right, or None where the list chooses by its room. `widths` are
    in px at 100 % text, of the columns that a person has set.
    """

    shown: tuple[str, ...] | None = None
    widths: Mapping[str, int] = field(default_factory=dict)

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON values."""
        shown = None if self.shown is None else list(self.shown)
        return {"shown": shown, "widths": dict(self.widths)}

    @classmethod
    def from_document(cls, document: object, columns: Sequence[ColumnLayout]) -> Arrangement:
        """Return what a kept document says of these columns; what it cannot mean is left out.

        A column that cannot be hidden is shown though the document lacks it (a later version may
        have brought it).
        """
        if not isinstance(document, Mapping):
            return cls()
        known = {each.key for each in columns}
        widths = document.get("widths")
        kept = {
            key: max(NARROWEST, min(WIDEST, width))
            for key, width in (widths.items() if isinstance(widths, Mapping) else ())
            if key in known and isinstance(width, int) and not isinstance(width, bool)
        }
        shown = document.get("shown")
        if not isinstance(shown, Sequence) or isinstance(shown, str):
            return cls(None, kept)
        return cls(with_always([key for key in shown if key in known], columns), kept)


def with_always(keys: Sequence[str], columns: Sequence[ColumnLayout]) -> tuple[str, ...]:
    """Return the keys, once each, with those that cannot be hidden before the others."""
    once = list(dict.fromkeys(keys))
    lacking = [each.key for each in columns if each.always and each.key not in once]
    made = (*lacking, *once)
    return made or tuple(each.key for each in columns[:1])


def usual(columns: Sequence[ColumnLayout]) -> tuple[str, ...]:
    """Return the columns that a list shows of itself where there is room."""
    return tuple(each.key for each in columns if not each.extra)
