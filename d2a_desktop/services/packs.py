"""Packs of a case: previewed, printed with a record, given; and an offer's anonymous sheet."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from pathlib import Path

from d2a_desktop.core.errors import RefusedError, UsageError
from d2a_desktop.core.ids import new_reference
from d2a_desktop.domain.audit_actions import AuditAction
from d2a_desktop.domain.changes import ChangeSet
from d2a_desktop.domain.codes import PACKS_OF_A_CASE, PackKind
from d2a_desktop.domain.pack_audience import require_may_print
from d2a_desktop.domain.permissions import Caller, require
from d2a_desktop.local_db.unit_of_work import UnitOfWork
from d2a_desktop.models.offer import Offer
from d2a_desktop.models.organisation import Organisation
from d2a_desktop.packs.content import Header, Letter, content_hash
from d2a_desktop.services.access import log_access
from d2a_desktop.services.case_clock import case_clock
from d2a_desktop.services.case_rows import CaseRows, load_case
from d2a_desktop.services.context import Context
from d2a_desktop.services.find import case_of_offer, find_case, find_offer
from d2a_desktop.services.letters import chosen_letter, log_letter
from d2a_desktop.services.pack_kinds import MAKERS, PackRequest
from d2a_desktop.services.pack_printing import (
    PackIssued,
    Render,
    desk_picture,
    next_header,
    print_and_record,
    require_printing,
)
from d2a_desktop.services.pack_state import fingerprint
from d2a_desktop.services.staged_files import Paper, PaperInMemory, StagedFile


@dataclass(frozen=True)
class _Asked:
    """Why a pack is printed, for whom, and the letter behind it."""

    purpose: str
    given_to: str
    letter: Path | None


class Packs:
    """Makes packs from what this desk knows; every print and preview leaves its record."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def issue(
        self,
        caller: Caller,
        case: str,
        kind: str,
        out: Path,
        *,
        purpose: str = "",
        letter: Path | None = None,
        given_to: str = "",
    ) -> PackIssued:
        """Print a pack of a case to a file, with its record; without a file there is no print.

        The copy as HTML lies beside the file, under the same name.

        Args:
            caller: who prints; stands on every page.
            case: case reference, NHS number or id.
            kind: one of `PACKS_OF_A_CASE`.
            out: the file, replaced whole or not at all.
            purpose: why it is printed; stands on page 1 and in the record.
            letter: the hospital's discharge letter as PDF, bound in behind a handover pack.
            given_to: for whom it is; stands there too.

        Raises:
            UsageError: there is no such kind of pack, or it takes no letter.
            RefusedError: this desk does not hold the case, or the letter cannot be bound.
            UnreachableError: the file cannot be written, or the letter not be read.
        """
        with StagedFile(out, notes=self._context.unfinished) as staged:
            issued = self._issue(caller, case, kind, staged, _Asked(purpose, given_to, letter))
        staged.put_in_place()
        return issued

    def print_out(
        self,
        caller: Caller,
        case: str,
        kind: str,
        *,
        purpose: str = "",
        given_to: str = "",
        letter: Path | None = None,
    ) -> tuple[PackIssued, bytes]:
        """Return a print of a pack for the spooler, after its record is kept; no file is made.

        Arguments and errors are those of `issue`.
        """
        paper = PaperInMemory()
        issued = self._issue(caller, case, kind, paper, _Asked(purpose, given_to, letter))
        return issued, paper.data

    def _issue(
        self, caller: Caller, case: str, kind: str, paper: Paper, asked: _Asked
    ) -> PackIssued:
        require(caller, "pack")
        require_printing(self._context)
        pack_kind, picture = _kind(kind), desk_picture(self._context)
        require_may_print(caller, pack_kind)
        bound = chosen_letter(asked.letter, pack_kind)
        with self._context.store.write(caller, action=AuditAction.PACK_ISSUED) as uow:
            rows = load_case(uow.session, find_case(uow.session, case))
            header = next_header(
                uow,
                rows,
                pack_kind,
                picture,
                reference=new_reference("P"),
                purpose=asked.purpose,
                given_to=asked.given_to,
            )
            issued = print_and_record(
                uow,
                rows,
                header,
                fingerprint=fingerprint(rows, pack_kind, sees_criteria=_sees_criteria(caller)),
                render=self._render(pack_kind, rows, header, caller, bound),
                paper=paper,
            )
            log_letter(uow, bound, case_id=rows.spell.id, reference=header.reference)
            _log_reveal(uow, rows, pack_kind)
        return replace(issued, changes=uow.changes)

    def preview(self, caller: Caller, case: str, kind: str, *, letter: Path | None = None) -> bytes:
        """Return a pack as PDF for the screen; recorded as a view, not as a print.

        Raises:
            UsageError: there is no such kind of pack.
            RefusedError: this desk does not hold the case.
        """
        require(caller, "pack")
        pack_kind, picture = _kind(kind), desk_picture(self._context)
        require_may_print(caller, pack_kind)
        bound = chosen_letter(letter, pack_kind)
        page = io.BytesIO()
        with self._context.store.write(caller, action=AuditAction.PACK_PREVIEWED) as uow:
            rows = load_case(uow.session, find_case(uow.session, case))
            header = next_header(uow, rows, pack_kind, picture, reference="Preview")
            self._render(pack_kind, rows, header, caller, bound)(page)
            log_access(
                uow, AuditAction.PACK_PREVIEWED, case_id=rows.spell.id, detail=pack_kind.value
            )
            _log_reveal(uow, rows, pack_kind)
        return page.getvalue()

    def give(self, caller: Caller, case: str, pack_id: str, *, to: str) -> ChangeSet:
        """Record that a printed pack was handed over, now and to whom; once for each print.

        Args:
            caller: who records it.
            case: case reference, NHS number or id.
            pack_id: the print's id, or the reference on its pages.
            to: who took it.

        Raises:
            UsageError: nobody is named.
            RefusedError: there is no such print, or it was given before (code "already_given").
        """
        require(caller, "pack")
        if not to.strip():
            raise UsageError("Say to whom the pack was given.")
        wanted = {pack_id.strip().lower(), pack_id.strip().upper()}
        with self._context.store.write(caller, action=AuditAction.PACK_GIVEN) as uow:
            rows = load_case(uow.session, find_case(uow.session, case))
            pack = next((p for p in rows.packs if wanted & {p.id, p.reference}), None)
            if pack is None:
                raise RefusedError("This case has no such print.", code="unknown_pack")
            if pack.given_at is not None:
                raise RefusedError(
                    "That print was already given.",
                    what_to_do="Print the pack again for another person.",
                    code="already_given",
                )
            pack.given_at = uow.now
            pack.given_to = to.strip()
        return uow.changes

    def offer_sheet(self, caller: Caller, offer: str, out: Path) -> PackIssued:
        """Print an open offer's anonymous sheet, for an agency without a desk.

        Args:
            caller: the hub's case manager.
            offer: the offer's reference or id.
            out: the file, replaced whole or not at all.

        Raises:
            RefusedError: no such offer, it is not open, or a value could say who the person is.
            UnreachableError: the file cannot be written.
        """
        require(caller, "offer")
        require_printing(self._context)
        picture = desk_picture(self._context)
        with (
            StagedFile(out, notes=self._context.unfinished) as staged,
            self._context.store.write(caller, action=AuditAction.PACK_ISSUED) as uow,
        ):
            found, rows = _open_offer(uow, offer)
            header = next_header(
                uow,
                rows,
                PackKind.OFFER_SHEET,
                picture,
                reference=new_reference("P"),
                purpose=found.reference,
            )
            facts, render = _sheet(uow, found, header)
            issued = print_and_record(
                uow, rows, header, fingerprint=facts, render=render, paper=staged
            )
        staged.put_in_place()
        return replace(issued, changes=uow.changes)

    def _render(
        self,
        kind: PackKind,
        rows: CaseRows,
        header: Header,
        caller: Caller,
        letter: Letter | None,
    ) -> Render:
        settings = self._context.settings
        hours = settings.assessment_clock_hours
        request = PackRequest(
            rows,
            header,
            case_clock(rows, now=header.printed_at, hours=hours).due_at,
            sees_criteria=_sees_criteria(caller),
            letter=letter,
            large_print=settings.patient_copy_large_print,
            welsh=settings.patient_copy_welsh,
        )
        return MAKERS[kind].printer(request)


def _kind(name: str) -> PackKind:
    for kind in PACKS_OF_A_CASE:
        if kind.value == name:
            return kind
    known = ", ".join(kind.value for kind in PACKS_OF_A_CASE)
    raise UsageError(f"There is no pack '{name[:40]}'.", what_to_do=f"Use one of: {known}.")


def _log_reveal(uow: UnitOfWork, rows: CaseRows, kind: PackKind) -> None:
    if kind is PackKind.KEY_SHEET:
        log_access(uow, AuditAction.RESTRICTED_NOTE_VIEWED, case_id=rows.spell.id)


def _sees_criteria(caller: Caller) -> bool:
    return caller.org_kind != "agency"


def _open_offer(uow: UnitOfWork, wanted: str) -> tuple[Offer, CaseRows]:
    offer = find_offer(uow.session, wanted)
    case_id = case_of_offer(uow.session, offer.id) if offer else None
    if offer is None or case_id is None:
        raise RefusedError("This desk holds no such offer.", code="unknown_offer")
    if offer.status not in ("draft", "sent"):
        raise RefusedError("That offer is not open any more.", code="offer_closed")
    return offer, load_case(uow.session, case_id)


def _sheet(uow: UnitOfWork, offer: Offer, header: Header) -> tuple[str, Render]:
    from d2a_desktop.packs.anonymous_sheet import render_anonymous_sheet
    from d2a_desktop.services.pack_contents_other import offer_sheet_content

    content = offer_sheet_content(
        offer,
        agency=uow.session.get(Organisation, offer.agency_org_id),
        sender=uow.session.get(Organisation, offer.sent_by_org_id),
        header=header,
    )
    facts = content_hash(PackKind.OFFER_SHEET, content)
    return facts, lambda target: render_anonymous_sheet(content, target)
