"""What people chase: barriers with a delay reason, tasks with an outcome, notes, calls."""

from __future__ import annotations

from d2a_desktop.core.errors import RefusedError, UsageError
from d2a_desktop.domain.code_lists import delay_reason
from d2a_desktop.domain.codes import OwnerKind
from d2a_desktop.domain.commands import AddNote, ChangeBarrier, ChangeTask
from d2a_desktop.domain.tasks import task_kinds
from d2a_desktop.models.barrier import Barrier
from d2a_desktop.models.note import Note
from d2a_desktop.models.task import Task
from d2a_desktop.services.work import Work, given


def change_barrier(work: Work, command: ChangeBarrier) -> None:
    """Open a barrier with its delay reason, resolve or change one; one open one is primary."""
    rows = work.case
    if command.change is not None:
        _change_barrier(work, _barrier(work, command.change, "open"), command)
        return
    if command.resolve is not None:
        barrier = _barrier(work, command.resolve, "open")
        work.reversible("barrier", again=barrier.id, primary=barrier.is_primary)
        barrier.status = "resolved"
        barrier.resolved_at = work.now
        barrier.is_primary = False
        return
    before = _barrier(work, command.again, "resolved") if command.again is not None else None
    given_code = before.reason_code if before else command.reason_code
    reason = delay_reason(given(given_code, "The delay reason"))
    open_barriers = [b for b in rows.barriers if b.status == "open"]
    primary = command.primary or not open_barriers
    if primary:
        for other in open_barriers:
            other.is_primary = False
    opened = work.add(
        Barrier,
        status="open",
        reason_code=reason.code,
        detail=before.detail if before else command.detail,
        owner_name=before.owner_name if before else command.owner_name,
        is_primary=primary,
        opened_at=(before.resolved_at if before else None) or work.now,
    )
    work.reversible("barrier", resolve=opened.id)


def _change_barrier(work: Work, barrier: Barrier, command: ChangeBarrier) -> None:
    before = {"owner_name": barrier.owner_name or "", "detail": barrier.detail or ""}
    if command.owner_name is not None:
        barrier.owner_name = command.owner_name.strip() or None
    if command.detail is not None:
        barrier.detail = command.detail.strip() or None
    if not command.primary or barrier.is_primary:
        work.reversible("barrier", change=barrier.id, **before)
        return
    for other in work.case.barriers:
        if other.status == "open" and other.is_primary:
            other.is_primary = False
            if before == {"owner_name": barrier.owner_name or "", "detail": barrier.detail or ""}:
                work.reversible("barrier", change=other.id, primary=True)
    barrier.is_primary = True


def _barrier(work: Work, wanted: str, status: str) -> Barrier:
    for barrier in work.case.barriers:
        if barrier.id == wanted and barrier.status == status:
            return barrier
    raise UsageError(f"There is no such {status} barrier.")


def change_task(work: Work, command: ChangeTask) -> None:
    """Open a task, finish, cancel or change one; an outcome is one of its kind's."""
    if command.change is not None:
        _change(work, _task(work, command.change, "open"), command)
        return
    closing = command.done or command.cancel
    if closing is not None:
        task = _task(work, closing, "open")
        if command.cancel is not None:
            task.status = "cancelled"
            task.note = given(command.note, "The reason (note)")
        else:
            if command.outcome_code is not None and task.kind in task_kinds():
                task_kinds()[task.kind].require_outcome(command.outcome_code)
            task.status = "done"
            task.done_at = work.now
            task.outcome_code = command.outcome_code
            task.note = command.note or task.note
        work.reversible("task", again=task.id)
        return
    before = _task(work, command.again, "done", "cancelled") if command.again is not None else None
    said = before or command
    code = given(said.kind, "The kind of task")
    kind = task_kinds().get(code)
    opened = work.task(
        code,
        said.title or given(kind and kind.label, "The title"),
        owner_kind=said.owner_kind or (kind.owner.value if kind else "ward"),
        due_at=said.due_at,
        urgent=said.urgent,
    )
    if opened is None:
        raise RefusedError("A task of this kind is already open.", code="already_open")
    opened.owner_name = said.owner_name
    opened.note = said.note
    work.details["task"] = opened.id
    if before is None:
        work.reversible("task", cancel=opened.id, note="Opened by mistake")
    elif before.status == "done":
        work.reversible("task", done=opened.id, outcome_code=before.outcome_code)
    else:
        work.reversible("task", cancel=opened.id, note=before.note)


def _task(work: Work, wanted: str, *statuses: str) -> Task:
    for task in work.case.tasks:
        if task.id == wanted and task.status in statuses:
            return task
    raise UsageError(f"There is no such {statuses[0]} task.")


def _change(work: Work, task: Task, command: ChangeTask) -> None:
    """Change what is given; an owner's name of "" gives the task back to its kind of owner."""
    work.reversible(
        "task",
        change=task.id,
        owner_name=task.owner_name or "",
        owner_kind=task.owner_kind,
        due_at=task.due_at,
    )
    if command.owner_name is not None:
        task.owner_name = command.owner_name.strip() or None
    if command.owner_kind is not None:
        task.owner_kind = OwnerKind(command.owner_kind).value
    task.due_at = command.due_at or task.due_at
    task.note = command.note or task.note


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
