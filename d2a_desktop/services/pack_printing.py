"""One print of a pack: its header, its record, and its file put in place after the record."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Self

from d2a_desktop.core.errors import UnreachableError
from d2a_desktop.core.ids import new_reference
from d2a_desktop.domain.audit_actions import AuditAction
from d2a_desktop.domain.changes import NO_CHANGES, ChangeSet
from d2a_desktop.domain.codes import PackKind
from d2a_desktop.local_db.unit_of_work import UnitOfWork
from d2a_desktop.models.pack_issue import PackIssue
from d2a_desktop.packs.content import Header, PackResult
from d2a_desktop.packs.output import write_whole
from d2a_desktop.services.access import log_access
from d2a_desktop.services.case_rows import CaseRows
from d2a_desktop.services.context import Context
from d2a_desktop.services.pack_state import series
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


def next_header(
    uow: UnitOfWork,
    rows: CaseRows,
    kind: PackKind,
    picture: DeskPicture,
    *,
    reference: str,
    purpose: str = "",
) -> Header:
    """Return the header of the next print of this kind: its version is one more than the last."""
    mine = [p for p in rows.packs if series(p) == (kind.value, _series_of(kind, purpose))]
    last = max(mine, key=lambda p: p.version, default=None)
    number = rows.patient.nhs_number or ""
    return Header(
        reference=reference,
        version=last.version + 1 if last else 1,
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
    )


def _series_of(kind: PackKind, purpose: str) -> str:
    return purpose if kind is PackKind.OFFER_SHEET else ""


def print_and_record(
    uow: UnitOfWork,
    rows: CaseRows,
    header: Header,
    *,
    fingerprint: str,
    render: Render,
    staged: StagedFile,
) -> PackIssued:
    """Print to the staged file and add the print's two records to the unit of work."""
    stream = io.BytesIO()
    result = render(stream)
    staged.write(stream.getvalue())
    issue = PackIssue(
        id=uow.new_id(),
        scope_id=rows.spell.id,
        kind=result.kind.value,
        purpose=header.purpose or None,
        version=header.version,
        pages=result.pages,
        reference=header.reference,
        content_hash=fingerprint,
        printed_by=header.printed_by,
        printed_role=header.printed_role,
        printed_at=header.printed_at,
        draft=result.draft,
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


class StagedFile:
    """A file made beside its place while its record is written, and put in place after that.

    So a file without a record cannot be; what fails before the record leaves neither.
    """

    def __init__(self, out: Path) -> None:
        self._out = out
        self._part = out.with_name(f".{new_reference('pack')}.part")

    def __enter__(self) -> Self:
        if self._out.is_dir():
            raise UnreachableError(
                "The pack was not written: a folder of that name stands there.",
                what_to_do="Name a file.",
                code="is_folder",
            )
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is not None:
            self._drop()

    def write(self, data: bytes) -> None:
        """Write the file beside its place.

        Raises:
            UnreachableError: there is no such folder, the disk is full, or writing is refused.
        """
        write_whole(data, self._part)

    def put_in_place(self) -> None:
        """Move the file to its place.

        Raises:
            UnreachableError: it cannot be; the record says printed, so it is printed again.
        """
        try:
            self._part.replace(self._out)
        except OSError as error:
            self._drop()
            raise UnreachableError(
                "The pack could not be put in its place; the record of the print stays.",
                what_to_do="Close the file if it is open elsewhere, then print again.",
                code="unwritable",
            ) from error

    def _drop(self) -> None:
        with contextlib.suppress(OSError):
            self._part.unlink(missing_ok=True)
