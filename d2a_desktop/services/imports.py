"""A PAS extract taken in: new cases, changes by field, and what was refused with its reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from d2a_desktop.core.errors import InputFileError
from d2a_desktop.core.giving_way import give_way
from d2a_desktop.core.ids import new_reference
from d2a_desktop.domain.audit_actions import AuditAction
from d2a_desktop.domain.codes import AllergyState, Gender, NhsNumberStatus
from d2a_desktop.domain.permissions import Caller, require
from d2a_desktop.interop.csv_export import refused_rows_csv, write_file
from d2a_desktop.interop.csv_import import PasFile, read_pas_csv
from d2a_desktop.interop.records import PasRow, diff_row
from d2a_desktop.interop.report import Change, ImportReport
from d2a_desktop.local_db.unit_of_work import UnitOfWork
from d2a_desktop.models.base import Synced
from d2a_desktop.models.departure import Departure
from d2a_desktop.models.import_batch import ImportBatch
from d2a_desktop.models.nctr_period import NctrPeriod
from d2a_desktop.models.patient import Patient
from d2a_desktop.models.setting import Setting
from d2a_desktop.models.spell import Spell
from d2a_desktop.models.task import Task
from d2a_desktop.services.context import Context
from d2a_desktop.services.import_preview import ImportPreview, changed_fields, new_people
from d2a_desktop.services.uncollected import uncollected

_SPELL = {
    "spell": "spell_number",
    "mrn": "mrn",
    "site": "site",
    "ward": "ward",
    "bed": "bed",
    "specialty": "specialty",
    "consultant": "consultant",
    "admission_method": "admission_method",
    "admitted_at": "admitted_at",
    "edd": "edd",
    "nctr_from": "pas_nctr_from",
    "delay_reason": "pas_delay_reason",
    "discharged_at": "pas_discharged_at",
    "discharge_destination": "pas_destination",
}
_PATIENT = {
    "nhs_number": "nhs_number",
    "nhs_number_status": "nhs_number_status",
    "surname": "family_name",
    "forename": "given_name",
    "title": "title",
    "preferred_name": "preferred_name",
    "dob": "birth_date",
    "sex": "gender",
    "address1": "address_1",
    "address2": "address_2",
    "address3": "address_3",
    "address4": "address_4",
    "postcode": "postcode",
    "phone": "phone",
    "gp_practice": "gp_practice_code",
}
_STORED_AS = {column: ("spell", name) for column, name in _SPELL.items()} | {
    column: ("patient", name) for column, name in _PATIENT.items()
}
_HEADER_SETTING = "pas_csv_header"
_SAME_TIME = timedelta(hours=1)
_Progress = Callable[[int, int], None]
_Row = TypeVar("_Row", bound=Synced)


@dataclass
class _Plan:
    """What an extract would do to this store."""

    fresh: list[PasRow] = field(default_factory=list)
    changed: list[tuple[PasRow, Spell, Patient, dict[str, tuple[object, object]]]] = field(
        default_factory=list
    )
    unchanged: int = 0
    present: list[Spell] = field(default_factory=list)
    missing: list[Spell] = field(default_factory=list)
    numbers: dict[str, set[str]] = field(default_factory=dict)


class Imports:
    """Takes extracts of a hospital's PAS in."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def pas_csv(
        self,
        caller: Caller,
        path: Path,
        *,
        dry_run: bool = False,
        refused_to: Path | None = None,
        accept_header: bool = False,
        as_shown: str = "",
        on_progress: _Progress | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> ImportReport:
        """Import a PAS extract (PRODUCT section 6): everything that can go in, in one transaction.

        A spell that the newest extract of its site leaves out is never taken as discharged.
        `as_shown` is the SHA-256 of the file that a person looked at before: another is refused.

        Raises:
            InputFileError: the file is refused whole, nothing went in.
            NotPermittedError: the caller's role may not import.
        """
        require(caller, "import")
        store = self._context.store
        saved = None if accept_header else store.setting(_HEADER_SETTING)
        now = self._context.clock.now()
        with uncollected():
            file = read_pas_csv(
                path, now=now, saved_header=saved, on_progress=on_progress, cancelled=cancelled
            )
            _require_the_same(file, as_shown)
            if dry_run:
                with store.read() as session:
                    plan = _plan(session, caller, file)
            else:
                with store.write(caller, action=AuditAction.IMPORT_RUN, split_groups=True) as uow:
                    plan = _plan(uow.session, caller, file)
                    _carry_out(uow, caller, file, plan)
        if refused_to is not None and file.refused:
            write_file(refused_to, refused_rows_csv(file.header, file.refused))
        return _report(file, plan, dry_run=dry_run)

    def preview(
        self,
        caller: Caller,
        path: Path,
        *,
        accept_header: bool = False,
        on_progress: _Progress | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> ImportPreview:
        """Return what an import of this file would do, field by field; nothing goes in.

        Raises:
            InputFileError: the file is refused whole.
            NotPermittedError: the caller's role may not import.
        """
        require(caller, "import")
        store = self._context.store
        saved = None if accept_header else store.setting(_HEADER_SETTING)
        now = self._context.clock.now()
        with uncollected():
            file = read_pas_csv(
                path, now=now, saved_header=saved, on_progress=on_progress, cancelled=cancelled
            )
            with store.read() as session:
                plan = _plan(session, caller, file)
                found = new_people(plan.fresh)
                for row, spell, _, changes in plan.changed:
                    found += changed_fields(row, spell.case_ref, changes, _STORED_AS)
                report = _report(file, plan, dry_run=True)
        return ImportPreview(report, tuple(sorted(found, key=lambda each: each.line)))


def _require_the_same(file: PasFile, as_shown: str) -> None:
    if as_shown and file.sha256 != as_shown:
        raise InputFileError(
            "The file has changed since it was shown. Nothing was imported.",
            what_to_do="Choose it again, and look at what it would change now.",
            code="file_changed",
        )


def _plan(session: Session, caller: Caller, file: PasFile) -> _Plan:
    plan = _Plan()
    spells = session.scalars(
        select(Spell).where(Spell.hospital_org_id == caller.org_id, Spell.voided_at.is_(None))
    )
    patients = {p.scope_id: p for p in session.scalars(select(Patient))}
    by_key: dict[tuple[str, ...], Spell] = {}
    known = [spell for spell in spells if spell.id in patients]
    for held in known:
        by_key |= dict.fromkeys(_keys(held), held)
        number = patients[held.id].nhs_number
        if number:
            plan.numbers.setdefault(number, set()).add(held.id)
    seen: set[str] = set()
    for row in file.rows:
        give_way()
        spell = by_key.get(row.key) or by_key.get(row.place_key)
        if spell is None:
            plan.fresh.append(row)
            continue
        seen.add(spell.id)
        plan.present.append(spell)
        patient = patients[spell.id]
        changes = diff_row(_stored(spell, patient), row)
        if _in_conflict(patient, plan) and "nhs_number" not in changes:
            changes.pop("nhs_number_status", None)
        if changes:
            plan.changed.append((row, spell, patient, changes))
        else:
            plan.unchanged += 1
    plan.missing = [
        held
        for held in known
        if held.site in file.sites and held.id not in seen and held.pas_discharged_at is None
    ]
    return plan


def _in_conflict(patient: Patient, plan: _Plan) -> bool:
    """Whether a number was marked here as another case's, which no extract lifts."""
    marked = patient.nhs_number_status == NhsNumberStatus.CONFLICT.value
    return marked and len(plan.numbers.get(patient.nhs_number or "", ())) > 1


def _keys(spell: Spell) -> list[tuple[str, ...]]:
    keys: list[tuple[str, ...]] = []
    if spell.spell_number:
        keys.append(("spell", spell.spell_number))
    if spell.mrn:
        keys.append(("place", spell.site, spell.mrn, spell.admitted_at.isoformat()))
    return keys


def _stored(spell: Spell, patient: Patient) -> Mapping[str, object]:
    stored = {column: getattr(spell, name) for column, name in _SPELL.items()}
    stored |= {column: getattr(patient, name) for column, name in _PATIENT.items()}
    return stored


def _carry_out(uow: UnitOfWork, caller: Caller, file: PasFile, plan: _Plan) -> None:
    batch = ImportBatch(
        id=uow.new_id(),
        scope_id=caller.org_id,
        file_sha256=file.sha256,
        file_kind="pas-csv",
        imported_by=caller.name,
        sites=list(file.sites),
        header=list(file.header),
        accepted=len(plan.fresh),
        changed=len(plan.changed),
        unchanged=plan.unchanged + file.repeated,
        refused=len(file.refused),
        extract_at=uow.now,
    )
    uow.add(batch)
    if not file.mended:
        uow.session.merge(Setting(name=_HEADER_SETTING, value=list(file.header)))
    for row, spell, patient, changes in plan.changed:
        _change(uow, row, spell, patient, changes)
        spell.last_import_id = batch.id
    for spell in plan.present:
        if spell.last_seen_at is not None:
            spell.last_seen_at = None
    last_seen = _previous_extract(uow, file)
    # A mended file of refused rows is no whole extract: nobody is missing from it.
    for spell in () if file.mended else plan.missing:
        if spell.last_seen_at is None:
            spell.last_seen_at = last_seen
    fresh: list[Synced] = []
    for row in plan.fresh:
        give_way()
        fresh += _new_rows(uow, caller, row, batch, plan)
    uow.add_all(fresh)


def _previous_extract(uow: UnitOfWork, file: PasFile) -> datetime:
    """Return when the sites' last extract before this one was taken in."""
    earlier = uow.session.scalars(select(ImportBatch).order_by(ImportBatch.extract_at.desc()))
    for batch in earlier:
        if batch.extract_at < uow.now and set(batch.sites or ()) & set(file.sites):
            return batch.extract_at
    return uow.now


def _new_rows(
    uow: UnitOfWork, caller: Caller, row: PasRow, batch: ImportBatch, plan: _Plan
) -> list[Synced]:
    case_id = uow.new_id()
    spell = _fresh(
        Spell,
        id=case_id,
        scope_id=case_id,
        hospital_org_id=caller.org_id,
        case_ref=new_reference("C"),
        entered_from="pas",
        last_import_id=batch.id,
        **{name: getattr(row, column) for column, name in _SPELL.items()},
    )
    status = row.nhs_number_status
    if status is None:
        known = row.nhs_number is not None
        status = NhsNumberStatus.NOT_TRACED if known else NhsNumberStatus.NOT_PRESENT
    person = {name: getattr(row, column) for column, name in _PATIENT.items()}
    person["nhs_number_status"] = status.value
    person["gender"] = (row.sex or Gender.NOT_KNOWN).value
    patient = _fresh(
        Patient,
        id=uow.new_id(),
        scope_id=case_id,
        allergy_state=AllergyState.NOT_RECORDED.value,
        **person,
    )
    rows: list[Synced] = [spell, patient]
    if row.nctr_from is not None:
        rows.append(_pas_period(uow, case_id, row.nctr_from))
    if row.nhs_number and plan.numbers.get(row.nhs_number):
        rows.append(_duplicate_task(uow, case_id))
    if row.nhs_number:
        plan.numbers.setdefault(row.nhs_number, set()).add(case_id)
    return rows


def _fresh(kind: type[_Row], **values: Any) -> _Row:
    """Return a new row for `add_all`, which asks nothing of the session.

    Its values are put in past the mapper's own bookkeeping of changes: for the rows of a whole
    extract that costs as much as writing them.
    """
    row = cast(_Row, inspect(kind).class_manager.new_instance())
    row.__dict__.update(values)
    return row


def _plain(value: object) -> Any:
    return value.value if isinstance(value, (Gender, NhsNumberStatus)) else value


def _pas_period(uow: UnitOfWork, case_id: str, nctr_from: datetime) -> NctrPeriod:
    return NctrPeriod(id=uow.new_id(), scope_id=case_id, nctr_from=nctr_from, source="pas")


def _duplicate_task(uow: UnitOfWork, case_id: str) -> Task:
    return _task(uow, case_id, "duplicate_person", "Another case has the same NHS number")


def _task(uow: UnitOfWork, case_id: str, kind: str, title: str) -> Task:
    return Task(
        id=uow.new_id(),
        scope_id=case_id,
        status="open",
        kind=kind,
        title=title,
        owner_kind="ward",
        urgent=False,
    )


def _change(
    uow: UnitOfWork,
    row: PasRow,
    spell: Spell,
    patient: Patient,
    changes: Mapping[str, tuple[object, object]],
) -> None:
    for column, (_, new) in changes.items():
        target: Synced = spell if column in _SPELL else patient
        setattr(target, _SPELL.get(column) or _PATIENT[column], _plain(new))
    if "nhs_number" in changes and _belongs_to_another(uow.session, patient):
        # Never merged: the number is marked as in conflict until a person has looked.
        patient.nhs_number_status = NhsNumberStatus.CONFLICT.value
        _open_once(uow, _duplicate_task(uow, spell.id))
    if "nctr_from" in changes and row.nctr_from is not None:
        _nctr_changed(uow, spell, row.nctr_from)
    if "discharged_at" in changes and row.discharged_at is not None:
        _leaving_changed(uow, spell, row.discharged_at)


def _belongs_to_another(session: Session, patient: Patient) -> bool:
    others = select(Patient.id).where(
        Patient.nhs_number == patient.nhs_number, Patient.id != patient.id
    )
    return session.scalars(others).first() is not None


def _open_once(uow: UnitOfWork, task: Task) -> None:
    same = select(Task.id).where(
        Task.scope_id == task.scope_id, Task.kind == task.kind, Task.status == "open"
    )
    if uow.session.scalars(same).first() is None:
        uow.add(task)


def _nctr_changed(uow: UnitOfWork, spell: Spell, nctr_from: datetime) -> None:
    """Keep both times: a person's period stays in use, and a task asks (PRODUCT section 3)."""
    periods = list(
        uow.session.scalars(
            select(NctrPeriod).where(
                NctrPeriod.scope_id == spell.id, NctrPeriod.voided_at.is_(None)
            )
        )
    )
    if not periods:
        uow.add(_pas_period(uow, spell.id, nctr_from))
    elif all(abs(p.nctr_from - nctr_from) > _SAME_TIME for p in periods):
        title = "PAS gives another NCTR time than the one in use"
        _open_once(uow, _task(uow, spell.id, "times_differ", title))


def _leaving_changed(uow: UnitOfWork, spell: Spell, discharged_at: datetime) -> None:
    departures = uow.session.scalars(select(Departure).where(Departure.scope_id == spell.id))
    for departure in departures:
        left = departure.left_at
        planned = departure.status == "planned"
        if planned or (left is not None and abs(left - discharged_at) > _SAME_TIME):
            title = "PAS gives another leaving time than the ward"
            _open_once(uow, _task(uow, spell.id, "times_differ", title))


def _report(file: PasFile, plan: _Plan, *, dry_run: bool) -> ImportReport:
    changes = tuple(
        Change(line=row.line, case=spell.case_ref, column=column)
        for row, spell, _, changed in plan.changed
        for column in changed
    )
    return ImportReport(
        accepted=len(plan.fresh),
        changed=len(plan.changed),
        unchanged=plan.unchanged + file.repeated,
        refused=tuple(refused.refusal for refused in file.refused),
        extra_columns=file.extra_columns,
        flags=file.flags,
        changes=changes,
        sites=file.sites,
        sha256=file.sha256,
        dry_run=dry_run,
        not_in_extract=() if file.mended else tuple(spell.case_ref for spell in plan.missing),
    )
