"""Keeps the directory: entries of organisations and people, and the deputies of colleagues."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from d2a_desktop.core.clock import london_day
from d2a_desktop.core.errors import NotPermittedError, UsageError
from d2a_desktop.domain.audit_actions import AuditAction
from d2a_desktop.domain.directory import EntryKind
from d2a_desktop.domain.fields import RECORDS
from d2a_desktop.domain.permissions import Caller, require
from d2a_desktop.models.directory_entry import DirectoryEntry
from d2a_desktop.services.context import Context
from d2a_desktop.services.field_values import checked_value
from d2a_desktop.services.results import ActionResult

_FIELDS = RECORDS["directory_entry"].fields
_KEPT_HERE = frozenset({"voided_at", "verified_by", "verified_on"})


class Directory:
    """Adds, changes, verifies and takes back directory entries of the caller's organisation."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def save(self, caller: Caller, document: Mapping[str, Any]) -> ActionResult:
        """Add an entry (no `id`), or change one; `verified` true: its numbers were checked today.

        Raises:
            UsageError: unknown member or value, with its JSON path.
            NotPermittedError: not for this role, or another organisation keeps the entry.
        """
        require(caller, "task")
        values = {k: v for k, v in document.items() if k not in ("id", "verified")}
        for name in values:
            if name not in _FIELDS or name in _KEPT_HERE:
                known = ", ".join(n for n in _FIELDS if n not in _KEPT_HERE)
                raise UsageError(f"$.{name} is not known.", what_to_do=f"Known: {known}.")
        with self._context.store.write(caller, action=AuditAction.DIRECTORY_CHANGED) as uow:
            if document.get("id"):
                row = _own(uow.session.get(DirectoryEntry, document["id"]), caller)
            else:
                row = DirectoryEntry(id=uow.new_id(), scope_id=caller.org_id)
            for name, value in values.items():
                setattr(row, name, checked_value(_FIELDS[name], name, value, f"$.{name}"))
            if row.kind not in {kind.value for kind in EntryKind}:
                raise UsageError("$.kind is missing, or there is no such kind of entry.")
            if not row.name:
                raise UsageError("$.name is missing.")
            if row.away_from and row.away_to and row.away_to < row.away_from:
                raise UsageError("$.away_to cannot be before $.away_from.")
            if document.get("verified"):
                row.verified_on = london_day(uow.now)
                row.verified_by = caller.name
            if not document.get("id"):
                uow.add(row)
            row_id = row.id
        return _answer(row_id, uow.changes)

    def void(self, caller: Caller, entry_id: str) -> ActionResult:
        """Take an entry back; it is not deleted.

        Raises:
            NotPermittedError: not for this role, or another organisation keeps it.
        """
        require(caller, "task")
        with self._context.store.write(caller, action=AuditAction.DIRECTORY_CHANGED) as uow:
            row = _own(uow.session.get(DirectoryEntry, entry_id), caller)
            row.voided_at = uow.now
        return _answer(entry_id, uow.changes)


def _own(row: DirectoryEntry | None, caller: Caller) -> DirectoryEntry:
    if row is None:
        raise UsageError("$.id names no entry on this desk.")
    if row.scope_id != caller.org_id:
        raise NotPermittedError(
            "Another organisation keeps this entry.", what_to_do="Ask it to change the entry."
        )
    return row


def _answer(entry_id: str, changes: Any) -> ActionResult:
    return ActionResult(
        case_id=None,
        case_ref=None,
        action="directory",
        stage=None,
        details={"id": entry_id},
        changes=changes,
    )
