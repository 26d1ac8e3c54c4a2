"""The forms of the actions on a case as one table, and those that can always be taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from d2a_desktop.domain.code_lists import delay_reasons
from d2a_desktop.domain.codes import Channel, OwnerKind
from d2a_desktop.domain.display import display_phone
from d2a_desktop.domain.tasks import task_kinds
from d2a_desktop.services.queries.rows import BarrierRow, TaskRow
from d2a_desktop.ui.dialogs.action_dialog import ActionForm
from d2a_desktop.ui.dialogs.form_kit import Asked, Options, codes
from d2a_desktop.ui.dialogs.home_forms import arrive_form, end_form, outcome_form
from d2a_desktop.ui.dialogs.hub_forms import (
    accept_form,
    decline_form,
    hand_back_form,
    pathway_form,
    return_form,
)
from d2a_desktop.ui.dialogs.ward_forms import (
    depart_form,
    refer_form,
    reopen_form,
    review_form,
    turn_back_form,
    withdraw_form,
)
from d2a_desktop.ui.widgets.editors import FieldSpec, Kind


def form_for(action: str, asked: Asked) -> ActionForm:
    """Return the form of an action (a key of FORMS) for a case."""
    return FORMS[action](asked)


def _note(asked: Asked) -> ActionForm:
    kinds: Options = (("note", "Note"), ("call", "Telephone call"))
    return ActionForm(
        action="note",
        title="Add a note",
        button="Add note",
        done="Note added",
        facts=("A note is never changed or taken back.",),
        fields=(
            FieldSpec(key="text", words="Text", kind=Kind.LONG, required=True),
            FieldSpec(key="kind", words="Kind", kind=Kind.CODE, options=kinds, required=True),
            FieldSpec(key="spoken_to", words="Spoken to"),
        ),
        defaults={"kind": "note"},
    )


_CHANNELS = tuple(each for each in codes(Channel) if each[0] != Channel.DESK)
# What came of ringing somebody; the words stand in the note, which is never changed.
_CALL_OUTCOMES: Options = (
    ("spoken", "Spoken"),
    ("message", "Left a message"),
    ("no_answer", "No answer"),
    ("wrong_number", "Wrong number"),
    ("will_ring_back", "Will ring back"),
)


def _call(asked: Asked) -> ActionForm:
    """The contact log: whom, on which number, how, and what came of it."""
    patient = asked.view.records.get("patient", {})
    known = [
        (str(each.get("name") or ""), str(each.get("phone") or ""))
        for each in asked.view.lists.get("contact", ())
    ]
    # Who answers at home is not known before it is answered, so that number names nobody.
    home = [("", str(patient["phone"]))] if patient.get("phone") else []
    fills = {
        f"{name or 'At home'}: {display_phone(phone)}": {
            "number": display_phone(phone),
            "spoken_to": name or None,
        }
        for name, phone in (*home, *known)
        if phone
    }
    numbers = FieldSpec(
        key="known",
        words="Number of the record",
        kind=Kind.CODE,
        options=tuple((words, words) for words in fills),
        hint="Fills in the number, and whose it is.",
    )
    return ActionForm(
        action="note",
        title="Log a contact",
        button="Log contact",
        done="Contact logged",
        facts=("It becomes a note, which is never changed or taken back.",),
        fields=(
            *((numbers,) if fills else ()),
            FieldSpec(key="spoken_to", words="Person", required=True),
            FieldSpec(key="number", words="Number or address"),
            FieldSpec(
                key="channel",
                words="How",
                kind=Kind.CODE,
                options=_CHANNELS,
                required=True,
            ),
            FieldSpec(
                key="outcome",
                words="Outcome",
                kind=Kind.CODE,
                options=_CALL_OUTCOMES,
                required=True,
            ),
            FieldSpec(key="text", words="What was said", kind=Kind.LONG),
        ),
        defaults={"channel": Channel.PHONE.value, "outcome": "spoken"},
        document=_call_document,
        follows={"known": lambda chosen: fills.get(chosen, {})},
        draft="note: contact",
    )


def _call_document(values: dict[str, Any]) -> dict[str, Any]:
    how = Channel(values["channel"]).label
    parts = (how, values.get("number"), dict(_CALL_OUTCOMES)[values["outcome"]])
    head = " · ".join(str(part) for part in parts if part)
    said = values.get("text")
    text = f"{head}. {said}" if said else f"{head}."
    return {"kind": "call", "spoken_to": values["spoken_to"], "text": text}


def _barrier(asked: Asked) -> ActionForm:
    reasons = tuple((each.code, f"{each.group.label}: {each.reason}") for each in delay_reasons())
    return ActionForm(
        action="barrier",
        title="Open a barrier",
        button="Open barrier",
        done="Barrier opened",
        fields=(
            FieldSpec(
                key="reason_code",
                words="Delay reason",
                kind=Kind.CODE,
                options=reasons,
                required=True,
            ),
            FieldSpec(key="owner_name", words="Who chases it"),
            FieldSpec(key="detail", words="Detail", kind=Kind.LONG),
            FieldSpec(key="primary", words="The main reason for the delay", kind=Kind.TICK),
        ),
        defaults={
            "owner_name": asked.caller.name,
            "primary": not any(each.resolved_at is None for each in asked.view.barriers),
        },
    )


def change_barrier_form(barrier: BarrierRow) -> ActionForm:
    """Return the form of an open barrier's owner, detail and rank."""
    fields = (
        FieldSpec(key="owner_name", words="Who chases it"),
        FieldSpec(key="detail", words="Detail", kind=Kind.LONG),
        FieldSpec(key="primary", words="The main reason for the delay", kind=Kind.TICK),
    )
    return ActionForm(
        action="barrier",
        title="Change a barrier",
        button="Save",
        done="Barrier changed",
        facts=(barrier.reason,),
        fields=fields[:2] if barrier.is_primary else fields,
        defaults={"owner_name": barrier.owner, "detail": barrier.detail},
        document=lambda values: (
            {"owner_name": "", "detail": ""} | values | {"change": barrier.barrier_id}
        ),
        draft=f"barrier: change {barrier.barrier_id}",
    )


def _task(asked: Asked) -> ActionForm:
    kinds = tuple((each.code, each.label) for each in task_kinds().values())
    return ActionForm(
        action="task",
        title="Open a task",
        button="Open task",
        done="Task opened",
        fields=(
            FieldSpec(key="kind", words="Kind", kind=Kind.CODE, options=kinds, required=True),
            FieldSpec(key="title", words="Title", hint="Blank: the words of its kind."),
            FieldSpec(key="due_at", words="Due", kind=Kind.MOMENT),
            FieldSpec(key="owner_kind", words="Whose", kind=Kind.CODE, options=codes(OwnerKind)),
            FieldSpec(key="owner_name", words="Name"),
            FieldSpec(key="urgent", words="Urgent", kind=Kind.TICK),
            FieldSpec(key="note", words="Note", kind=Kind.LONG),
        ),
        defaults={"kind": "other", "due_at": asked.now + timedelta(hours=24)},
        document=_task_document,
    )


def _task_document(values: dict[str, Any]) -> dict[str, Any]:
    kind = task_kinds()[values["kind"]]
    return {"title": kind.label, "owner_kind": kind.owner.value} | values


def finish_task_form(task: TaskRow) -> ActionForm:
    """Return the form that finishes one task with its outcome."""
    return ActionForm(
        action="task",
        title="Finish a task",
        button="Task done",
        done="Task done",
        facts=(task.title,),
        fields=(
            FieldSpec(
                key="outcome_code",
                words="Outcome",
                kind=Kind.CODE,
                options=task.outcomes,
                required=bool(task.outcomes),
            ),
            FieldSpec(key="note", words="Note", kind=Kind.LONG),
        ),
        defaults={"outcome_code": task.outcomes[0][0] if task.outcomes else None},
        document=lambda values: values | {"done": task.task_id},
        draft=f"task: finish {task.task_id}",
    )


FORMS: Mapping[str, Callable[[Asked], ActionForm]] = {
    "review": review_form,
    "refer": refer_form,
    "withdraw": withdraw_form,
    "depart": depart_form,
    "turn-back": turn_back_form,
    "reopen": reopen_form,
    "pathway": pathway_form,
    "return": return_form,
    "accept": accept_form,
    "decline": decline_form,
    "hand-back": hand_back_form,
    "arrive": arrive_form,
    "outcome": outcome_form,
    "end": end_form,
    "note": _note,
    "call": _call,
    "barrier": _barrier,
    "task": _task,
}
