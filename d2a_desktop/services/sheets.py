"""Sheets about several people: ward board, hub, weekend, contingency, and the flow report.

They hold what this desk holds, so that scope and disclosure are those of its organisation; each
print and each preview leaves its record in the audit.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from d2a_desktop.core.errors import RefusedError, UsageError
from d2a_desktop.core.ids import new_reference
from d2a_desktop.domain.audit_actions import AuditAction
from d2a_desktop.domain.capacity import IsoWeek
from d2a_desktop.domain.changes import NO_CHANGES, ChangeSet
from d2a_desktop.domain.codes import LISTS, PackKind
from d2a_desktop.domain.pack_audience import DEFAULT_PRIVACY, Privacy, require_may_print
from d2a_desktop.domain.permissions import Caller
from d2a_desktop.local_db.unit_of_work import UnitOfWork
from d2a_desktop.models.organisation import Organisation
from d2a_desktop.packs.content import Header, PackResult
from d2a_desktop.services.access import log_access
from d2a_desktop.services.case_rows import load_case
from d2a_desktop.services.context import Context
from d2a_desktop.services.find import find_case
from d2a_desktop.services.pack_printing import DeskPicture, desk_picture, require_printing
from d2a_desktop.services.queries.sheets import SheetPeople, sheet_people
from d2a_desktop.services.staged_files import Paper, PaperInMemory, StagedFile

if TYPE_CHECKING:
    from d2a_desktop.services.sheet_contents import SheetRequest


@dataclass(frozen=True)
class SheetWish:
    """What is asked for: how much it says of people, which ward, which ISO week (`2026-W48`)."""

    kind: PackKind
    privacy: Privacy | None = None
    ward: str = ""
    week: str = ""
    purpose: str = ""


@dataclass(frozen=True)
class SheetIssued:
    """A sheet that was printed."""

    reference: str
    privacy: Privacy | None
    pages: int
    sha256: str
    changes: ChangeSet = NO_CHANGES


class Sheets:
    """Makes sheets about several people, and the restricted sheet of one case."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def issue(self, caller: Caller, wish: SheetWish, out: Path) -> SheetIssued:
        """Print a sheet to a file, with its record; without a file there is no print.

        Raises:
            UsageError: there is no such sheet or week.
            NotPermittedError: not for this role.
            UnreachableError: the file cannot be written.
        """
        with StagedFile(out, notes=self._context.unfinished) as staged:
            issued = self._issue(caller, wish, staged)
        staged.put_in_place()
        return issued

    def print_out(self, caller: Caller, wish: SheetWish) -> tuple[SheetIssued, bytes]:
        """Return a sheet for the spooler, after its record is kept; no file is made.

        Errors are those of `issue`.
        """
        paper = PaperInMemory()
        return self._issue(caller, wish, paper), paper.data

    def _issue(self, caller: Caller, wish: SheetWish, paper: Paper) -> SheetIssued:
        _check(caller, wish)
        require_printing(self._context)
        context = self._context
        picture = desk_picture(context)
        with context.store.write(caller, action=AuditAction.PACK_ISSUED) as uow:
            reference = new_reference("P")
            page = io.BytesIO()
            result = self._render(uow, wish, picture, reference, page)
            paper.write(page.getvalue(), result.html)
            log_access(uow, AuditAction.PACK_ISSUED, detail=_detail(wish, reference))
        return SheetIssued(
            reference=reference,
            privacy=privacy_of(wish),
            pages=result.pages,
            sha256=result.sha256,
            changes=uow.changes,
        )

    def preview(self, caller: Caller, wish: SheetWish) -> bytes:
        """Return a sheet as PDF for the screen; recorded as a view, not as a print.

        Raises:
            UsageError: there is no such sheet or week.
            NotPermittedError: not for this role.
        """
        _check(caller, wish)
        page = io.BytesIO()
        picture = desk_picture(self._context)
        with self._context.store.write(caller, action=AuditAction.PACK_PREVIEWED) as uow:
            self._render(uow, wish, picture, "Preview", page)
            log_access(uow, AuditAction.PACK_PREVIEWED, detail=_detail(wish, ""))
        return page.getvalue()

    def restricted(
        self, caller: Caller, case: str, out: Path, *, given_to: str, purpose: str = ""
    ) -> SheetIssued:
        """Print the restricted sheet of a case for a named professional, with its record.

        It leaves no print in the case's own record, which agencies read: that alone would say
        that there is something to restrict (HZ18). Its record is in the audit.

        Raises:
            UsageError: nobody is named.
            NotPermittedError: not for this role.
            RefusedError: this desk does not hold the case, or nothing is restricted (code
                "nothing_restricted").
            UnreachableError: the file cannot be written.
        """
        from d2a_desktop.packs.restricted_sheet import render_restricted_sheet
        from d2a_desktop.services.pack_contents_sheets import restricted_content

        require_may_print(caller, PackKind.RESTRICTED)
        require_printing(self._context)
        if not given_to.strip():
            raise UsageError("Say for whom the restricted sheet is.")
        picture = desk_picture(self._context)
        with (
            StagedFile(out, notes=self._context.unfinished) as staged,
            self._context.store.write(caller, action=AuditAction.PACK_ISSUED) as uow,
        ):
            rows = load_case(uow.session, find_case(uow.session, case))
            reference = new_reference("P")
            header = replace(
                _header(uow, picture, reference, purpose),
                given_to=given_to.strip(),
                synthetic=(rows.patient.nhs_number or "").startswith("999"),
            )
            content = restricted_content(rows, PackKind.RESTRICTED, header=header)
            if not content.notes.lines:
                raise RefusedError(
                    "This case has no restricted text that this desk holds.",
                    code="nothing_restricted",
                )
            page = io.BytesIO()
            result = render_restricted_sheet(content, page)
            staged.write(page.getvalue(), result.html)
            case_id = rows.spell.id
            log_access(uow, AuditAction.RESTRICTED_NOTE_VIEWED, case_id=case_id)
            log_access(uow, AuditAction.PACK_ISSUED, case_id=case_id, detail=reference)
        staged.put_in_place()
        return SheetIssued(reference, None, result.pages, result.sha256, uow.changes)

    def _render(
        self,
        uow: UnitOfWork,
        wish: SheetWish,
        picture: DeskPicture,
        reference: str,
        target: io.BytesIO,
    ) -> PackResult:
        header = _header(uow, picture, reference, wish.purpose)
        settings = self._context.settings
        if wish.kind is PackKind.FLOW:
            return self._flow(uow, wish, header, target)
        found = sheet_people(uow.session, now=uow.now, settings=settings)
        if wish.ward.strip():
            found = _of_ward(found, wish.ward)
        people = [one.board.nhs_number or "" for one in found.people]
        header = replace(
            header,
            # No real person has a number of the 999 range.
            synthetic=any(number.startswith("999") for number in people),
        )
        from d2a_desktop.services.sheet_contents import SheetRequest

        request = SheetRequest(
            found=found,
            header=header,
            privacy=privacy_of(wish) or Privacy.INITIALS,
            whose=_whose(uow.session, uow.caller, wish.ward),
        )
        return _print(wish.kind, request, target)

    def _flow(
        self, uow: UnitOfWork, wish: SheetWish, header: Header, target: io.BytesIO
    ) -> PackResult:
        from d2a_desktop.packs.flow_sheet import FLOW_MARKING, render_flow_sheet
        from d2a_desktop.services.flow_figures import flow_content, last_whole_week

        week = IsoWeek.parse(wish.week) if wish.week.strip() else last_whole_week(uow.now)
        content = flow_content(
            uow.session,
            header=replace(header, marking=FLOW_MARKING),
            whose=_whose(uow.session, uow.caller, ""),
            week=week,
            settings=self._context.settings,
        )
        return render_flow_sheet(content, target)


def _header(uow: UnitOfWork, picture: DeskPicture, reference: str, purpose: str) -> Header:
    return Header(
        reference=reference,
        # Such a sheet stands for itself: there is no series of which it could be a version.
        version=0,
        printed_by=uow.caller.name,
        printed_role=uow.caller.role.label,
        printed_at=uow.now,
        as_known_at=picture.as_known_at,
        offline=picture.offline,
        purpose=purpose,
        trial=picture.trial,
    )


def privacy_of(wish: SheetWish) -> Privacy | None:
    """Return how much a sheet says of people; None for one that says nothing of them."""
    if wish.kind is PackKind.FLOW:
        return None
    return wish.privacy or DEFAULT_PRIVACY[wish.kind]


def sheet_kind(name: str) -> PackKind:
    """Return the sheet of this name.

    Raises:
        UsageError: there is none.
    """
    for kind in LISTS:
        if kind.value == name:
            return kind
    known = ", ".join(kind.value for kind in LISTS)
    raise UsageError(f"There is no sheet '{name[:40]}'.", what_to_do=f"Use one of: {known}.")


def _check(caller: Caller, wish: SheetWish) -> None:
    sheet_kind(wish.kind.value)
    require_may_print(caller, wish.kind)
    if wish.week.strip():
        IsoWeek.parse(wish.week)


def _detail(wish: SheetWish, reference: str) -> str:
    privacy = privacy_of(wish)
    parts = (wish.kind.value, privacy.value if privacy else "", reference)
    return " ".join(part for part in parts if part)


def _of_ward(found: SheetPeople, ward: str) -> SheetPeople:
    wanted = ward.strip().casefold()
    people = tuple(one for one in found.people if one.board.ward.casefold() == wanted)
    return replace(found, people=people)


def _whose(session: Session, caller: Caller, ward: str) -> str:
    own = session.scalars(select(Organisation).where(Organisation.id == caller.org_id)).first()
    name = own.name if own else caller.org_ods
    return f"{name}, ward {ward.strip()}" if ward.strip() else name


# Contents and renderers bring reportlab, which no desk needs before its first print.
def _print(kind: PackKind, request: SheetRequest, target: io.BytesIO) -> PackResult:
    from d2a_desktop.packs.contingency_sheet import render_contingency_sheet
    from d2a_desktop.packs.hub_sheet import render_hub_sheet
    from d2a_desktop.packs.ward_sheet import render_ward_sheet
    from d2a_desktop.packs.weekend_sheet import render_weekend_sheet
    from d2a_desktop.services.sheet_contents import (
        contingency_sheet,
        hub_sheet,
        ward_sheet,
        weekend_sheet,
    )

    makers: dict[PackKind, tuple[Any, Any]] = {
        PackKind.BOARD: (ward_sheet, render_ward_sheet),
        PackKind.HUB_LIST: (hub_sheet, render_hub_sheet),
        PackKind.WEEKEND: (weekend_sheet, render_weekend_sheet),
        PackKind.CONTINGENCY: (contingency_sheet, render_contingency_sheet),
    }
    content, render = makers[kind]
    result: PackResult = render(content(request), target)
    return result
