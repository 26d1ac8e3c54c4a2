"""What an import did: rows refused, and the report that people and programs read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from d2a_desktop.core.errors import RefusedError
from d2a_desktop.interop.records import Flag


class ImportCancelledError(RefusedError):
    """A person stopped the reading; nothing of the file went in."""

    def __init__(self) -> None:
        super().__init__("The import was cancelled. Nothing was imported.", code="cancelled")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a row did not go in: its first line in the file (header = 1), column and reason.

    `also` lists what else is wrong with it, so that it is mended in one go. Reasons never repeat
    what the cell said.
    """

    line: int
    column: str
    reason: str
    also: tuple[tuple[str, str], ...] = ()

    @property
    def because(self) -> str:
        """All that is wrong, in one sentence for the refused-rows file."""
        problems = ((self.column, self.reason), *self.also)
        return " ".join(f"{column}: {reason}" if column else reason for column, reason in problems)

    def to_document(self) -> dict[str, Any]:
        """Return the JSON form: line, column, reason."""
        more = "".join(f" {column}: {reason}" for column, reason in self.also)
        return {"line": self.line, "column": self.column, "reason": self.reason + more}


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A refusal with the row as the file had it, for the file of refused rows."""

    refusal: Refusal
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One field that a newer extract changed in a known spell."""

    line: int
    case: str
    column: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """The account of one import.

    Every data row is counted once: `accepted` are new, `changed` known with something new,
    `unchanged` known with nothing new (a repeated identical row too), `refused` did not go in.
    """

    accepted: int
    changed: int
    unchanged: int
    refused: tuple[Refusal, ...]
    extra_columns: tuple[str, ...] = ()
    flags: tuple[Flag, ...] = ()
    changes: tuple[Change, ...] = ()
    sites: tuple[str, ...] = ()
    sha256: str = ""
    dry_run: bool = False
    not_in_extract: tuple[str, ...] = ()
    """References of cases of the same sites that this extract no longer has; nothing is
    concluded from that."""
    more: Mapping[str, Any] = field(default_factory=dict)
    """What else a service wants in the document, e.g. the reference of the import."""

    @property
    def exit_code(self) -> int:
        """0, or 1 when a row was refused (PRODUCT section 4)."""
        return 1 if self.refused else 0

    def to_document(self) -> dict[str, Any]:
        """Return the JSON document of `d2a import` (PRODUCT section 4), without identities."""
        return {
            **self.more,
            "accepted": self.accepted,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "refused": [refusal.to_document() for refusal in self.refused],
            "flagged": [
                {"line": f.line, "column": f.column, "code": f.code, "words": f.words}
                for f in self.flags
            ],
            "changes": [{"line": c.line, "case": c.case, "column": c.column} for c in self.changes],
            "extra_columns": list(self.extra_columns),
            "not_in_extract": list(self.not_in_extract),
            "sites": list(self.sites),
            "sha256": self.sha256,
            "dry_run": self.dry_run,
        }
