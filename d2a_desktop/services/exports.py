"""A list written out as a file for a spreadsheet: an audited disclosure of everybody in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from d2a_desktop.core.errors import NotPermittedError
from d2a_desktop.domain.audit_actions import AuditAction
from d2a_desktop.domain.permissions import Caller, require
from d2a_desktop.interop.csv_export import csv_bytes, write_file
from d2a_desktop.services.access import log_access
from d2a_desktop.services.context import Context

_AT_ONCE = 20


class Exports:
    """Writes lists of this desk out, and records that first."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def list_csv(
        self,
        caller: Caller,
        path: Path,
        *,
        name: str,
        headings: Sequence[str],
        lines: Sequence[Sequence[str]],
        cases: Sequence[str] = (),
    ) -> int:
        """Write a list as CSV that no spreadsheet runs, and return how many rows it has.

        Each person in it gets an entry among those who looked at the record. The entries are
        written before the file: what cannot be recorded is not written out.

        Args:
            caller: who exports.
            path: where to; an existing file is replaced.
            name: what the list is called, e.g. "Ward board"; it names nobody.
            headings: of the columns shown.
            lines: the cells of each row, as they are shown.
            cases: the ids of the cases the rows are about.

        Raises:
            NotPermittedError: the role may not see people, or the organisation allows no export.
            UnreachableError: the file cannot be written.
        """
        content = csv_bytes(headings, lines)
        self.record(caller, name=name, rows=len(lines), cases=cases)
        write_file(path, content)
        return len(lines)

    def record(self, caller: Caller, *, name: str, rows: int, cases: Sequence[str]) -> None:
        """Record that a list leaves this desk, for each person in it; called before it does.

        Raises:
            NotPermittedError: as `list_csv`.
        """
        require(caller, "view")
        self._require_allowed()
        self._record(caller, f"{name}: {rows} rows", list(dict.fromkeys(cases)))

    def _require_allowed(self) -> None:
        """Refuse where lists may not leave this desk.

        Raises:
            NotPermittedError: policy or settings say so.
        """
        if not self._context.settings.export_allowed:
            raise NotPermittedError(
                "Lists may not be exported from this desk.",
                what_to_do="Your organisation or this desk's settings say so.",
                code="export_not_allowed",
            )

    def _record(self, caller: Caller, detail: str, cases: Sequence[str]) -> None:
        action = AuditAction.LIST_EXPORTED
        # The shared database takes at most twenty rows of one command.
        for start in range(0, max(1, len(cases)), _AT_ONCE):
            with self._context.store.write(caller, action=action) as uow:
                for case_id in cases[start : start + _AT_ONCE]:
                    log_access(uow, action, case_id=case_id, detail=detail)
                if not cases:
                    log_access(uow, action, detail=detail)
