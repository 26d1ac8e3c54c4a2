"""What people chase: barriers with a delay reason, tasks with an outcome, notes, calls."""

from __future__ import annotations

from d2a_desktop.core.errors import RefusedError, UsageError
from d2a_desktop.domain.code_lists import delay_reason
from d2a_desktop.domain.commands import AddNote, ChangeBarrier, ChangeTask
from d2a_desktop.models.barrier import Barrier
from d2a_desktop.models.note import Note
from d2a_desktop.services.work import Work, given


def change_barrier(work: Work, command: ChangeBarrier) -> None:
    """Open a barrier with its delay reason, or resolve one; one open barrier is primary."""
    rows = work.case
    if command.resolve is not None:
        barrier = next((b for b in rows.barriers if b.id == command.resolve), None)
        if barrier is None or barrier.status != "open":
            raise UsageError("There is no such open barrier.")
        barrier.status = "resolved"
        barrier.resolved_at = work.now
        barrier.is_primary = False
        return
    reason = delay_reason(given(command.reason_code, "The delay reason"))
    open_barriers = [b for b in rows.barriers if b.status == "open"]
    primary = command.primary or not open_barriers
    if primary:
        for other in open_barriers:
            other.is_primary = False
    work.add(
        Barrier,
        status="open",
        reason_code=reason.code,
        detail=command.detail,
        owner_name=command.owner_name,
        is_primary=primary,
        opened_at=work.now,
    )


def change_task(work: Work, command: ChangeTask) -> None:
    """Open a task, or finish one with its outcome."""
    if command.done is not None:
        task = next((t for t in work.case.tasks if t.id == command.done), None)
        if task is None or task.status != "open":
            raise UsageError("There is no such open task.")
        task.status = "done"
        task.done_at = work.now
        task.outcome_code = command.outcome_code
        task.note = command.note or task.note
        return
    opened = work.task(
        given(command.kind, "The kind of task"),
        given(command.title, "The title"),
        owner_kind=command.owner_kind or "ward",
        due_at=command.due_at,
        urgent=command.urgent,
    )
    if opened is None:
        raise RefusedError("A task of this kind is already open.", code="already_open")
    opened.owner_name = command.owner_name
    opened.note = command.note


def add_note(work: Work, command: AddNote) -> None:
    """Add a note or a call to the record; notes are never changed."""
    if command.kind not in ("note", "call"):
        raise UsageError("The kind is note or call.")
    work.add(
        Note,
        kind=command.kind,
        text=given(command.text, "The text"),
        author=work.caller.name,
        author_role=work.caller.role.label,
        spoken_to=command.spoken_to,
        at=work.now,
    )
