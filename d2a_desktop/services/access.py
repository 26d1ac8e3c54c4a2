"""Views, prints, exports and key reveals, recorded as synced audit rows (DECISIONS, "Sync")."""

from __future__ import annotations

from d2a_desktop.core.errors import NotPermittedError
from d2a_desktop.domain.audit_actions import AuditAction
from d2a_desktop.domain.permissions import RESTRICTED_ROLES, Caller
from d2a_desktop.local_db.unit_of_work import UnitOfWork
from d2a_desktop.models.access_log import AccessLog
from d2a_desktop.services.case_rows import load_case
from d2a_desktop.services.context import Context


class Access:
    """Records who looked at what, and reveals what is revealed only with a record of it."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def record(
        self, caller: Caller, action: str, *, case_id: str | None = None, detail: str | None = None
    ) -> None:
        """Record one view or export of identifiable records."""
        with self._context.store.write(caller, action=action) as uow:
            log_access(uow, action, case_id=case_id, detail=detail)

    def restricted(self, caller: Caller, case_id: str) -> tuple[tuple[str, str], ...]:
        """Return the restricted notes of a case as (kind, text), and record the reveal.

        Raises:
            NotPermittedError: not for this role.
        """
        if caller.role not in RESTRICTED_ROLES:
            raise NotPermittedError("Restricted text is not for this role.")
        with self._context.store.write(caller, action=AuditAction.RESTRICTED_NOTE_VIEWED) as uow:
            rows = load_case(uow.session, case_id)
            log_access(uow, AuditAction.RESTRICTED_NOTE_VIEWED, case_id=case_id)
            return tuple((note.kind, note.text) for note in rows.restricted)


def log_access(
    uow: UnitOfWork, action: str, *, case_id: str | None = None, detail: str | None = None
) -> None:
    """Add the record of an access to a unit of work of its own or of a print."""
    uow.add(
        AccessLog(
            id=uow.new_id(),
            scope_id=uow.caller.org_id,
            case_id=case_id,
            action=action,
            detail=detail,
            at=uow.now,
            who=uow.caller.name,
        )
    )
