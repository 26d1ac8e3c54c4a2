"""One print of a pack: its header, its record, and its file put in place after the record."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import BinaryIO

from d2a_desktop.core.errors import NotPermittedError
from d2a_desktop.domain.audit_actions import AuditAction
from d2a_desktop.domain.changes import NO_CHANGES, ChangeSet
from d2a_desktop.domain.codes import PackKind
from d2a_desktop.local_db.unit_of_work import UnitOfWork
from d2a_desktop.models.pack_issue import PackIssue
from d2a_desktop.packs.changes import changed_words, digests
from d2a_desktop.packs.content import Header, PackResult
from d2a_desktop.services.access import log_access
from d2a_desktop.services.case_rows import CaseRows
from d2a_desktop.services.context import Context
from d2a_desktop.services.pack_kinds import MAKERS
from d2a_desktop.services.pack_state import earlier_issue, provenance, series
from d2a_desktop.services.staged_files import Paper
from d2a_desktop.sync.health import State, health

Render = Callable[[BinaryIO], PackResult]
"""Prints a finished content to a stream."""


@dataclass(frozen=True)
class PackIssued:
    """A print that was made: what it says on the paper, and what keeps it a draft."""

    reference: str
    version: int
    pages: int
    draft: bool
    missing: tuple[str, ...]
    pack_id: str
    sha256: str
    warnings: tuple[str, ...] = ()
    changes: ChangeSet = NO_CHANGES


@dataclass(frozen=True)
class DeskPicture:
    """How current this desk's picture is, as the paper says it; `as_known_at` aware UTC."""

    trial: bool
    as_known_at: datetime | None
    offline: bool


def desk_picture(context: Context) -> DeskPicture:
    """Return how current this desk's picture is now."""
    store, settings = context.store, context.settings
    shared = bool(store.desk.server_url or settings.server_url)
    now = context.clock.now()
    found = health(store, now=now)
    last = found.last_synced_at
    return DeskPicture(
        trial=store.desk.trial,
        # A trial's clock may be set to before the last exchange.
        as_known_at=min(last, now) if last else None,
        offline=shared and found.state is State.OFFLINE,
    )


def require_printing(context: Context) -> None:
    """Refuse where nothing may be printed or kept as a file from this desk.

    Raises:
        NotPermittedError: policy or settings say so (code "print_not_allowed").
    """
    if not context.settings.print_allowed:
        raise NotPermittedError(
            "Nothing may be printed from this desk.",
            what_to_do="Print at another desk; your organisation or this desk's settings say so.",
            code="print_not_allowed",
        )


def next_header(
    uow: UnitOfWork,
    rows: CaseRows,
    kind: PackKind,
    picture: DeskPicture,
    *,
    reference: str,
    purpose: str = "",
    given_to: str = "",
) -> Header:
    """Return the header of the next print of this kind: its version is one more than the last."""
    last = earlier_issue(rows.packs, kind, purpose)
    highest = max((p.version for p in rows.packs if _same_series(p, last)), default=0)
    number = rows.patient.nhs_number or ""
    return Header(
        reference=reference,
        # Two desks that have not met may both have printed a version 2.
        version=highest + 1,
        printed_by=uow.caller.name,
        printed_role=uow.caller.role.label,
        printed_at=uow.now,
        as_known_at=picture.as_known_at,
        offline=picture.offline,
        replaces_version=last.version if last else None,
        replaces_printed_at=last.printed_at if last else None,
        purpose=purpose,
        # No real person has a number of the 999 range.
        synthetic=number.startswith("999"),
        trial=picture.trial,
        given_to=given_to,
        changes=_changes(rows, kind, last),
    )


def _same_series(issue: PackIssue, last: PackIssue | None) -> bool:
    return last is not None and series(issue) == series(last)


def _changes(rows: CaseRows, kind: PackKind, last: PackIssue | None) -> tuple[str, ...]:
    """Return in words what the record says now and the last issue did not."""
    maker = MAKERS.get(kind)
    if last is None or maker is None:
        return ()
    return changed_words(provenance(last.content_hash).lines, maker.facts_of(rows))


def _kept(rows: CaseRows, header: Header, kind: PackKind, fingerprint: str) -> str:
    """Return what the issue keeps of itself: its hashes, what it replaces, its lines' digests."""
    last, maker = earlier_issue(rows.packs, kind, header.purpose), MAKERS.get(kind)
    return replace(
        provenance(fingerprint),
        replaces=last.reference if last else "",
        lines=digests(maker.facts_of(rows)) if maker else "",
    ).kept()


def print_and_record(
    uow: UnitOfWork,
    rows: CaseRows,
    header: Header,
    *,
    fingerprint: str,
    render: Render,
    paper: Paper,
) -> PackIssued:
    """Print to `paper` and add the print's two records to the unit of work."""
    stream = io.BytesIO()
    result = render(stream)
    paper.write(stream.getvalue(), result.html)
    issue = PackIssue(
        id=uow.new_id(),
        scope_id=rows.spell.id,
        kind=result.kind.value,
        purpose=header.purpose or None,
        version=header.version,
        pages=result.pages,
        reference=header.reference,
        content_hash=_kept(rows, header, result.kind, fingerprint),
        printed_by=header.printed_by,
        printed_role=header.printed_role,
        printed_at=header.printed_at,
        draft=result.draft,
        # For whom it is; who took it is recorded when it is given.
        given_to=header.given_to or None,
    )
    uow.add(issue)
    log_access(uow, AuditAction.PACK_ISSUED, case_id=rows.spell.id, detail=header.reference)
    return PackIssued(
        reference=header.reference,
        version=header.version,
        pages=result.pages,
        draft=result.draft,
        missing=tuple(result.missing),
        pack_id=issue.id,
        sha256=result.sha256,
        warnings=tuple(result.warnings),
    )
