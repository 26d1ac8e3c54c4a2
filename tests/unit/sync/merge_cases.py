"""The one table of merge cases that the Python merge and its SQL twin must both pass."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class MergeCase:
    """A patch of a `spell` (or of `entity`) that meets a row others have changed.

    `seen` is what the author saw, `now` what the server has since (where it differs), `mine` the
    patch. Times are logical, in steps: the other desk's last edit is at 100, ours at `mine_at`.
    """

    name: str
    mine: dict[str, Any]
    seen: dict[str, Any] = field(default_factory=dict)
    now: dict[str, Any] = field(default_factory=dict)
    mine_at: int = 50
    entity: str = "spell"
    same_version: bool = False
    replayed: bool = False
    take: dict[str, Any] | None = None
    lost: tuple[str, ...] = ()
    theirs: dict[str, Any] = field(default_factory=dict)
    refused: str | None = None


CASES = (
    MergeCase("nobody else wrote", {"edd": "2030-01-02"}, same_version=True),
    MergeCase(
        "sent again after a restore: the same version may be another's",
        {"edd": "2030-01-02"},
        now={"edd": "2030-01-05"},
        same_version=True,
        replayed=True,
        theirs={"edd": "2030-01-05"},
    ),
    MergeCase(
        "sent again after a restore, nobody else wrote",
        {"edd": "2030-01-02"},
        same_version=True,
        replayed=True,
    ),
    MergeCase("others wrote another field", {"edd": "2030-01-02"}, now={"bed": "9"}),
    MergeCase("others wrote the same value", {"edd": "2030-01-02"}, now={"edd": "2030-01-02"}),
    MergeCase(
        "a clinical field was changed by others",
        {"edd": "2030-01-02"},
        now={"edd": "2030-01-05"},
        theirs={"edd": "2030-01-05"},
    ),
    MergeCase(
        "a clinical field was cleared by others",
        {"edd": "2030-01-02"},
        seen={"edd": "2030-01-01"},
        now={"edd": None},
        theirs={"edd": None},
    ),
    MergeCase(
        "one clinical field of two is in conflict, so nothing is taken",
        {"edd": "2030-01-02", "mrn": "M1"},
        now={"edd": "2030-01-05"},
        theirs={"edd": "2030-01-05"},
    ),
    MergeCase("an lww field, ours later", {"bed": "7"}, now={"bed": "9"}, mine_at=150),
    MergeCase("an lww field at the same time is ours", {"bed": "7"}, now={"bed": "9"}, mine_at=100),
    MergeCase("an lww field, theirs later", {"bed": "7"}, now={"bed": "9"}, take={}, lost=("bed",)),
    MergeCase(
        "an lww field is lost, the rest is taken",
        {"bed": "7", "edd": "2030-01-02"},
        now={"bed": "9"},
        take={"edd": "2030-01-02"},
        lost=("bed",),
    ),
    MergeCase(
        "an lww field and a clinical conflict",
        {"bed": "7", "edd": "2030-01-02"},
        now={"bed": "9", "edd": "2030-01-05"},
        theirs={"edd": "2030-01-05"},
    ),
    MergeCase("an lww field untouched by others", {"bed": "7"}, now={"ward": "B4"}),
    MergeCase(
        "a guard field moved on",
        {"status": "resolved"},
        entity="barrier",
        seen={"status": "open"},
        now={"status": "resolved"},
    ),
    MergeCase(
        "a fixed field cannot be changed",
        {"case_ref": "C-OTHER"},
        same_version=True,
        refused="fixed",
    ),
    MergeCase(
        "an append-only field is filled in once",
        {"void_reason": "wrong person"},
        entity="note",
        now={"voided_at": None},
    ),
    MergeCase(
        "an append-only field that is filled in stays",
        {"void_reason": "wrong person"},
        entity="note",
        now={"void_reason": "typed twice"},
        refused="append_only",
    ),
    MergeCase(
        "a field of an insert-only record cannot be changed",
        {"text": "rewritten"},
        entity="note",
        same_version=True,
        refused="append_only",
    ),
)
