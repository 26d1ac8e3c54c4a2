"""What the code of an issue stands for, and whether that issue still holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from d2a_desktop.core.errors import RefusedError, UsageError
from d2a_desktop.domain.audit_actions import AuditAction
from d2a_desktop.domain.codes import PackKind
from d2a_desktop.domain.display import display_datetime
from d2a_desktop.domain.permissions import Caller, require
from d2a_desktop.models.access_log import AccessLog
from d2a_desktop.models.pack_issue import PackIssue
from d2a_desktop.packs.changes import changed_words
from d2a_desktop.services.case_rows import CaseRows, load_case
from d2a_desktop.services.context import Context
from d2a_desktop.services.pack_kinds import MAKERS
from d2a_desktop.services.pack_state import (
    age,
    fingerprint,
    provenance,
    says_the_same,
    series,
)


@dataclass(frozen=True)
class PackVerdict:
    """One issue as this desk knows it; instants aware UTC.

    `superseded_by` and `superseded_at` name the newer issue; both are empty where the record has
    changed and nobody has printed anew. `changed` says what, where the issue kept it.
    """

    code: str
    kind: PackKind
    version: int
    case_ref: str
    printed_at: datetime
    draft: bool
    current: bool
    replaces: str
    superseded_by: str
    superseded_at: datetime | None
    changed: tuple[str, ...]

    @property
    def words(self) -> str:
        """The verdict in one sentence."""
        if self.superseded_by:
            return f"Superseded by {self.superseded_by}."
        if not self.current:
            return "Superseded: the record changed after it was printed. Print it again."
        return "A draft, and current." if self.draft else "Current."


class PackVerification:
    """Answers for a code that was scanned or read from a page."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def verify(self, caller: Caller, code: str) -> PackVerdict:
        """Return what an issue is and whether it still holds, by what this desk knows.

        Args:
            caller: who asks.
            code: as printed, such as P-7K3Q-MX4P; letters of either size.

        Raises:
            UsageError: that is no code of an issue.
            RefusedError: this desk holds no such issue (code "unknown_pack"), or it is a sheet that
                no record follows ("not_followed").
        """
        require(caller, "pack")
        wanted = "".join(code.split()).upper()
        if not wanted.startswith("P-"):
            raise UsageError(
                "That is no code of a pack.",
                what_to_do="It stands in the corner of each page, such as P-7K3Q-MX4P.",
            )
        with self._context.store.read() as session:
            found = session.scalars(select(PackIssue).where(PackIssue.reference == wanted)).first()
            if found is None:
                _refuse_a_sheet(session, wanted)
                raise RefusedError(
                    "This desk knows no pack of that code.",
                    what_to_do="Check the letters, synchronise once, or ask the desk that printed.",
                    code="unknown_pack",
                )
            return verdict(load_case(session, found.scope_id), found)


def _refuse_a_sheet(session: Session, code: str) -> None:
    """Sheets about several people, and restricted ones, stand for their moment alone."""
    printed = session.scalars(
        select(AccessLog.at).where(
            AccessLog.action == AuditAction.PACK_ISSUED,
            AccessLog.detail.contains(code, autoescape=True),
        )
    ).first()
    if printed is not None:
        raise RefusedError(
            f"That sheet was printed on {display_datetime(printed)} and is not followed: "
            "it says how things stood then.",
            what_to_do="Print a new one.",
            code="not_followed",
        )


def verdict(rows: CaseRows, issue: PackIssue) -> PackVerdict:
    """Return whether an issue of this case still holds."""
    kind = PackKind(issue.kind)
    newest = max((p for p in rows.packs if series(p) == series(issue)), key=age)
    kept, maker = provenance(issue.content_hash), MAKERS.get(kind)
    same = maker is None or says_the_same(issue.content_hash, fingerprint(rows, kind))
    is_newest = newest.id == issue.id
    return PackVerdict(
        code=issue.reference,
        kind=kind,
        version=issue.version,
        case_ref=rows.spell.case_ref,
        printed_at=issue.printed_at,
        draft=issue.draft,
        current=is_newest and same,
        replaces=kept.replaces,
        superseded_by="" if is_newest else newest.reference,
        superseded_at=None if is_newest else _next_after(rows, issue).printed_at,
        changed=() if same or maker is None else changed_since(kept.lines, rows, kind),
    )


def changed_since(lines: str, rows: CaseRows, kind: PackKind) -> tuple[str, ...]:
    """Return in words what the record says now and an issue with these digests did not."""
    maker = MAKERS.get(kind)
    return changed_words(lines, maker.facts_of(rows)) if maker else ()


def _next_after(rows: CaseRows, issue: PackIssue) -> PackIssue:
    """Return the issue that first took this one's place."""
    later = [p for p in rows.packs if series(p) == series(issue) and age(p) > age(issue)]
    return min(later, key=age)
