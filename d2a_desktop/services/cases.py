"""Taking a person in by hand, and changing the record: values, list lines, voiding of lines."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from d2a_desktop.core.errors import NotPermittedError, RefusedError, UsageError
from d2a_desktop.core.ids import new_reference
from d2a_desktop.domain.codes import AllergyState, Gender, NhsNumberStatus
from d2a_desktop.domain.commands import NewCase, UpdateRecord
from d2a_desktop.domain.fields import RECORDS, Field, Merge
from d2a_desktop.domain.medicines import require_may_type
from d2a_desktop.domain.permissions import RESTRICTED_ROLES
from d2a_desktop.domain.person import NhsNumber, Postcode
from d2a_desktop.models.base import Synced
from d2a_desktop.models.care_need import CareNeed
from d2a_desktop.models.consent import Consent
from d2a_desktop.models.contact import Contact
from d2a_desktop.models.equipment import Equipment
from d2a_desktop.models.home import Home
from d2a_desktop.models.medicine import Medicine
from d2a_desktop.models.organisation import Organisation
from d2a_desktop.models.patient import Patient
from d2a_desktop.models.referral import Referral
from d2a_desktop.models.restricted_note import RestrictedNote
from d2a_desktop.models.risk import Risk
from d2a_desktop.models.spell import Spell
from d2a_desktop.services.field_values import checked_value
from d2a_desktop.services.medicine_lines import check_lines, record_typed
from d2a_desktop.services.work import Work

_LIST_MODELS: dict[str, type[Synced]] = {
    "contact": Contact,
    "medicine": Medicine,
    "equipment": Equipment,
    "risk": Risk,
    "restricted_note": RestrictedNote,
}
_FREE_LISTS = frozenset({"contact", "equipment", "risk"})
"""Lists whose lines nobody signs for: one that was removed can be added again as it was."""
_SINGLE_MODELS: dict[str, type[Synced]] = {"care_need": CareNeed, "home": Home, "consent": Consent}


def new_case(work: Work, command: NewCase) -> None:
    """Open a case for an inpatient taken in by hand.

    Raises:
        UsageError: neither a spell number nor a hospital number, or an impossible date.
    """
    if not command.mrn and not command.spell_number:
        raise UsageError("A hospital number (mrn) or a spell number is needed.")
    admitted = work.observed(command.admitted_at, what="Admission")
    number = NhsNumber.parse(command.nhs_number).value if command.nhs_number else None
    case_id = work.uow.new_id()
    spell = Spell(
        id=case_id,
        scope_id=case_id,
        hospital_org_id=work.caller.org_id,
        case_ref=new_reference("C"),
        entered_from="person",
        site=command.site,
        ward=command.ward,
        bed=command.bed,
        specialty=command.specialty,
        consultant=command.consultant,
        admitted_at=admitted,
        spell_number=command.spell_number,
        mrn=command.mrn,
        edd=command.edd,
        owner_name=work.caller.name,
        owner_login=work.caller.login,
    )
    work.uow.add(spell)
    status = command.nhs_number_status
    no_number = NhsNumberStatus.NOT_PRESENT if number is None else NhsNumberStatus.NOT_TRACED
    work.add(
        Patient,
        scope_id=case_id,
        nhs_number=number,
        nhs_number_status=NhsNumberStatus(status).value if status else no_number.value,
        family_name=command.family_name,
        given_name=command.given_name,
        title=command.title,
        preferred_name=command.preferred_name,
        birth_date=_birth(command.birth_date, work),
        gender=Gender(command.gender).value,
        address_1=command.address_1,
        address_2=command.address_2,
        address_3=command.address_3,
        postcode=Postcode.parse(command.postcode).value if command.postcode else None,
        phone=command.phone,
        gp_practice_code=command.gp_practice_code,
        language=command.language,
        allergy_state=AllergyState.NOT_RECORDED.value,
    )
    work.details["case"] = spell.case_ref


def _birth(day: date, work: Work) -> date:
    if day > work.now.date():
        raise UsageError("The date of birth is in the future.", what_to_do="Check the year.")
    return day


def update_record(work: Work, command: UpdateRecord) -> None:
    """Change values of the case's one-row records, add lines to its lists, void lines.

    Raises:
        UsageError: an unknown record or field, or a value of the wrong type, with its JSON path.
        NotPermittedError: the field is not this organisation's to write, or a medicine is typed
            or checked by a role that is not clinical.
        RefusedError: who typed a medicine checks it ("same_person").
    """
    for entity, values in command.values.items():
        row = _single_row(work, entity)
        for name, value in values.items():
            _assign(work, entity, row, name, value)
    for entity, lines in command.add.items():
        if entity == "medicine" and lines:
            require_may_type(work.caller)
        added = [
            _add_line(work, entity, line, f"$.add.{entity}[{n}]") for n, line in enumerate(lines)
        ]
        if entity == "medicine":
            record_typed(work, added)
        if added and len(command.add) == 1 and not command.values and not command.void:
            work.reversible("update", void=added)
    check_lines(work, command.check)
    for row_id in command.void:
        _void_line(work, row_id)


def _single_row(work: Work, entity: str) -> Synced:
    rows = work.case
    existing: dict[str, Synced | None] = {
        "spell": rows.spell,
        "patient": rows.patient,
        "referral": rows.referral,
        "care_need": rows.need,
        "home": rows.home,
        "consent": rows.consent,
        "departure": rows.departure,
    }
    if entity not in existing:
        raise UsageError(f"$.values.{entity} is not a record that can be changed here.")
    row = existing[entity]
    if row is None and entity in _SINGLE_MODELS:
        row = work.add(_SINGLE_MODELS[entity])
    elif row is None and entity == "referral":
        row = draft_referral(work)
    if row is None:
        raise RefusedError(f"There is no {entity} to change yet.", code="absent")
    _remember(work, entity, row)
    return row


def _remember(work: Work, entity: str, row: Synced) -> None:
    rows = work.case
    if isinstance(row, CareNeed):
        rows.need = row
    elif isinstance(row, Home):
        rows.home = row
    elif isinstance(row, Consent):
        rows.consent = row


def draft_referral(work: Work, *, early: bool = False) -> Referral:
    """Return the case's live referral, or a new draft of one."""
    rows = work.case
    if rows.referral is not None:
        return rows.referral
    referral = work.add(
        Referral,
        reference=new_reference("R"),
        kind="early" if early else "full",
        status="draft",
        admission_type=None,
        # Fixed from the first draft on: the shared database takes it with the row or never.
        to_org_id=_hub_id(work),
    )
    rows.referrals.append(referral)
    return referral


def _hub_id(work: Work) -> str:
    hub = work.session.scalars(
        select(Organisation.id).where(Organisation.kind == "community").limit(1)
    ).first()
    # Without a community organisation the hospital's own hub role does its work.
    return hub or work.case.spell.hospital_org_id


def _assign(work: Work, entity: str, row: Synced, name: str, value: Any) -> None:
    path = f"$.values.{entity}.{name}"
    field = _field(work, entity, name, path)
    fresh = row.ver == 0 and row in work.session.new
    if field.merge in (Merge.FIXED, Merge.GUARD) and not fresh:
        raise UsageError(f"{path} does not change by editing.")
    setattr(row, name, checked_value(field, name, value, path))


def _field(work: Work, entity: str, name: str, path: str) -> Field:
    field = RECORDS[entity].fields.get(name)
    if field is None:
        known = ", ".join(RECORDS[entity].fields)
        raise UsageError(f"{path} is not known.", what_to_do=f"Known: {known}.")
    if work.caller.org_kind not in field.kinds:
        raise NotPermittedError(f"{path} is not this organisation's to write.")
    return field


def _add_line(work: Work, entity: str, line: dict[str, Any], path: str) -> str:
    model = _LIST_MODELS.get(entity)
    if model is None:
        raise UsageError(f"{path} is not a list of the record.")
    record = RECORDS[entity]
    if record.restricted and work.caller.role not in RESTRICTED_ROLES:
        raise NotPermittedError("Restricted text is not for this role.")
    values = {}
    for name, value in line.items():
        field = _field(work, entity, name, f"{path}.{name}")
        values[name] = checked_value(field, name, value, f"{path}.{name}")
    if entity == "restricted_note":
        values |= {"written_by": work.caller.name, "written_at": work.now}
    for name, field in record.fields.items():
        if field.required and values.get(name) is None:
            raise UsageError(f"{path}.{name} is missing.")
    row = work.add(model, **values)
    _lines_of(work, entity).append(row)
    work.details.setdefault("added", []).append({"entity": entity, "id": row.id})
    return str(row.id)


def _lines_of(work: Work, entity: str) -> list[Any]:
    rows = work.case
    lists: dict[str, list[Any]] = {
        "contact": rows.contacts,
        "medicine": rows.medicines,
        "equipment": rows.equipment,
        "risk": rows.risks,
        "restricted_note": rows.restricted,
    }
    return lists[entity]


def _void_line(work: Work, row_id: str) -> None:
    for entity, line in ((e, line) for e in _LIST_MODELS for line in _lines_of(work, e)):
        if line.id == row_id:
            line.voided_at = work.now
            if entity in _FREE_LISTS:
                values = {name: getattr(line, name) for name in RECORDS[entity].fields}
                kept = {name: value for name, value in values.items() if value is not None}
                kept.pop("voided_at")
                work.reversible("update", add={entity: [kept]})
            return
    raise UsageError(f"There is no line {row_id} to void.")
