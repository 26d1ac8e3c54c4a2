"""What waits and what needs a choice, in words: what it was, mine, theirs, by whom and when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from d2a_desktop.domain.codes import NhsNumberStatus
from d2a_desktop.domain.display import display_born, display_name, display_nhs_number
from d2a_desktop.domain.field_words import RECORD_WORDS, code_options, field_label, value_words
from d2a_desktop.domain.fields import RECORDS, Merge, Type
from d2a_desktop.local_db import outbox, people, replica
from d2a_desktop.local_db.replica import ConflictRow as Kept
from d2a_desktop.models.assessor import Assessor
from d2a_desktop.models.organisation import Organisation
from d2a_desktop.models.outbox_op import OutboxOp
from d2a_desktop.models.patient import Patient
from d2a_desktop.models.spell import Spell
from d2a_desktop.models.wire import python_value
from d2a_desktop.models.worker import Worker
from d2a_desktop.services.queries.rows import ConflictField, ConflictRow, WaitingRow
from d2a_desktop.sync.conflicts import choices_for

_MOST_FIELDS = 8
_REASONS = {
    "conflict": "Somebody else changed the same thing before yours arrived",
    "already_taken": "Another agency's acceptance was confirmed first",
    "overlap": "The worker or assessor is booked elsewhere at that time",
    "slot_taken": "The guaranteed start was given away meanwhile",
    "not_allowed": "Your organisation may not change this any more",
    "status_machine": "The record had moved on meanwhile",
    "append_only": "Somebody had already filled this in, and it cannot be changed",
    "fixed": "This cannot be changed once it is recorded",
    "expired": "The time to answer had passed",
    "withdrawn": "The offer had been withdrawn",
    "invalid": "The shared database did not accept the value",
    "bad_period": "The times do not fit together",
    "op_id_reuse": "The shared database had this under another content",
    "orphaned": "Access to the record ended before this was sent; its content is wiped",
}


def conflict_rows(session: Session, *, names_people: bool) -> tuple[ConflictRow, ...]:
    """Return what needs a person, oldest first.

    Args:
        session: a session of the store.
        names_people: whether the caller's role may see whose record it is.
    """
    return tuple(_row(session, each, names_people) for each in replica.list_conflicts(session))


def waiting_rows(session: Session, *, login: str) -> tuple[WaitingRow, ...]:
    """Return what waits to be sent, by person, case and record, longest first.

    Args:
        session: a session of the store.
        login: who is signed in; the others' goes out when they sign in.
    """
    oldest = func.min(OutboxOp.created_at)
    groups = session.execute(
        select(OutboxOp.login, OutboxOp.entity, Spell.case_ref, func.count(), oldest)
        .outerjoin(Spell, Spell.id == OutboxOp.scope_id)
        .where(OutboxOp.state.in_(outbox.WAITING))
        .group_by(OutboxOp.login, OutboxOp.entity, Spell.case_ref)
        .order_by(oldest, OutboxOp.login, OutboxOp.entity)
    )
    rows = []
    for whose, entity, case_ref, number, since in groups:
        known = people.person(session, whose)
        rows.append(
            WaitingRow(
                name=known.name if known and known.name else whose,
                signed_in=whose == login,
                record=RECORD_WORDS.get(entity, entity),
                case_ref=case_ref,
                count=int(number),
                since=since,
            )
        )
    return tuple(rows)


def reason_words(code: str) -> str:
    """Return why an operation was not taken, in words."""
    return _REASONS.get(code, f"The shared database did not take it ({code})")


def _row(session: Session, found: Kept, names_people: bool) -> ConflictRow:
    spell = session.get(Spell, found.scope_id)
    made_by = people.person(session, found.login)
    patient = _patient(session, found.scope_id) if names_people else None
    made_at = session.scalar(select(OutboxOp.created_at).where(OutboxOp.op == found.op))
    return ConflictRow(
        conflict_id=found.op,
        entity=found.entity,
        record=RECORD_WORDS.get(found.entity, found.entity),
        case_id=spell.id if spell else None,
        case_ref=spell.case_ref if spell else None,
        person=_name(patient) if patient else None,
        identity=_identity(patient) if patient else "",
        code=found.code,
        reason=reason_words(found.code),
        made_by=made_by.name if made_by and made_by.name else found.login,
        made_at=made_at or found.at,
        fields=_fields(session, found),
        also=_also(session, found),
        choices=_choices(found),
    )


def _patient(session: Session, scope_id: str) -> Patient | None:
    return session.scalar(select(Patient).where(Patient.scope_id == scope_id))


def _name(patient: Patient) -> str:
    return display_name(
        family=patient.family_name, given=patient.given_name or "", title=patient.title or ""
    )


def _identity(patient: Patient) -> str:
    verified = patient.nhs_number_status == NhsNumberStatus.VERIFIED
    number = display_nhs_number(patient.nhs_number, verified=verified)
    return f"Born {display_born(patient.birth_date)} · NHS No. {number}"


def _fields(session: Session, found: Kept) -> tuple[ConflictField, ...]:
    """The fields that met another edit; of a refusal those that it would have written."""
    mine, base = found.mine or {}, found.base or {}
    theirs, by = found.theirs or {}, found.theirs_by or {}
    if found.code == "conflict":
        now: Mapping[str, Any] = theirs
        asked = tuple(theirs)
    else:
        now = replica.rows_wire(session, found.entity, [found.row_id]).get(found.row_id, {})
        asked = _of_a_refusal(found.entity, mine)
    names = _names(session, found.entity, asked, (mine, base, now))

    def words(values: Mapping[str, Any], name: str) -> str:
        return value_words(found.entity, name, values.get(name), names=names)

    return tuple(
        ConflictField(
            field=name,
            label=field_label(found.entity, name),
            was=words(base, name) if name in base else "",
            mine=words(mine, name),
            theirs=words(now, name) if name in now else "",
            who=_who(by.get(name)),
            at=_at(by.get(name)),
            value=python_value(found.entity, name, mine.get(name)),
        )
        for name in asked
    )


def _choices(found: Kept) -> tuple[str, ...]:
    """How it may be settled on a screen: some values can be chosen, but not typed."""
    typed = all(_can_be_typed(found.entity, name) for name in found.theirs or {})
    return tuple(each for each in choices_for(found) if typed or each != "edit")


def _can_be_typed(entity: str, name: str) -> bool:
    field = RECORDS[entity].fields[name]
    if field.merge is Merge.GUARD or field.type is Type.UUID:
        return False
    return field.type not in (Type.CODE, Type.JSON) or bool(code_options(entity, name))


def _of_a_refusal(entity: str, mine: Mapping[str, Any]) -> tuple[str, ...]:
    fields = RECORDS[entity].fields
    shown = [n for n, value in mine.items() if n in fields and value not in (None, "", [])]
    status = RECORDS[entity].status
    shown.sort(key=lambda name: (name != status, fields[name].type is Type.UUID))
    return tuple(shown[:_MOST_FIELDS])


def _who(by: Mapping[str, Any] | None) -> str:
    """A colleague by name, another organisation by its name; empty where nobody can be named."""
    if by is None:
        return ""
    return ", ".join(part for part in (by.get("name"), by.get("org_name")) if part)


def _at(by: Mapping[str, Any] | None) -> datetime | None:
    return None if by is None else datetime.fromisoformat(by["at"])


def _also(session: Session, found: Kept) -> tuple[str, ...]:
    """What else the same command wrote: none of it was taken either."""
    others = [op for op in outbox.refused_with(session, found.grp) if op.op != found.op]
    return tuple(RECORD_WORDS.get(op.entity, op.entity) for op in others)


def _names(
    session: Session, entity: str, asked: Iterable[str], values: Iterable[Mapping[str, Any]]
) -> dict[str, str]:
    """What the records are called whose ids stand in the fields in question."""
    fields = RECORDS[entity].fields
    named = [n for n in asked if n in fields and fields[n].type is Type.UUID]
    ids = {str(each[name]) for each in values for name in named if each.get(name)}
    found: dict[str, str] = {}
    for row_id in ids:
        if (assessor := session.get(Assessor, row_id)) is not None:
            found[row_id] = assessor.name
        elif (worker := session.get(Worker, row_id)) is not None:
            found[row_id] = " ".join(n for n in (worker.first_name, worker.family_name) if n)
        elif (organisation := session.get(Organisation, row_id)) is not None:
            found[row_id] = organisation.name
    return found
