"""The discharge letter that is picked while a pack is made: read once, bound in, not kept.

No desk holds a copy and nothing of it is synced; the audit keeps its hash beside the issue's code
(ADR 0026).
"""

from __future__ import annotations

from pathlib import Path

from d2a_desktop.core.errors import UnreachableError, UsageError
from d2a_desktop.domain.audit_actions import AuditAction
from d2a_desktop.domain.codes import PackKind
from d2a_desktop.local_db.unit_of_work import UnitOfWork
from d2a_desktop.packs.content import Letter
from d2a_desktop.services.access import log_access


def chosen_letter(file: Path | None, kind: PackKind) -> Letter | None:
    """Read the letter that was chosen for a pack of this kind; none chosen is none.

    Raises:
        UsageError: only the handover pack takes a letter.
        UnreachableError: the file cannot be read.
        RefusedError: it cannot be bound; the words say why.
    """
    if file is None:
        return None
    if kind is not PackKind.HANDOVER:
        raise UsageError("A letter is attached to the handover pack only.")
    # pypdf, which no desk needs before its first letter.
    from d2a_desktop.packs.letter import LARGEST_FILE, read_letter

    try:
        with file.open("rb") as stream:
            data = stream.read(LARGEST_FILE + 1)
    except OSError as error:
        raise UnreachableError(
            "The letter could not be read; nothing was printed.",
            what_to_do="Choose a file that exists and that you may open.",
            code="no_letter",
        ) from error
    return read_letter(data)


def log_letter(uow: UnitOfWork, letter: Letter | None, *, case_id: str, reference: str) -> None:
    """Record which letter was bound into an issue."""
    if letter is not None:
        detail = f"{reference} {letter.sha256}"
        log_access(uow, AuditAction.LETTER_ATTACHED, case_id=case_id, detail=detail)
