"""An agency's workers, contract and slots, and a community's assessors with their diaries."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import func, select

from d2a_desktop.core.errors import NotPermittedError, RefusedError, UsageError
from d2a_desktop.domain.audit_actions import AuditAction
from d2a_desktop.domain.capacity import CapacityContract as Guarantee
from d2a_desktop.domain.capacity import IsoWeek, UnusedRule
from d2a_desktop.domain.disclosure import is_line, is_near, is_short, is_telephone
from d2a_desktop.domain.fields import RECORDS, Merge
from d2a_desktop.domain.permissions import Caller, require
from d2a_desktop.local_db.unit_of_work import UnitOfWork
from d2a_desktop.models.assessor import Assessor
from d2a_desktop.models.assessor_time import AssessorTime
from d2a_desktop.models.availability import Availability
from d2a_desktop.models.base import Synced
from d2a_desktop.models.capacity_contract import CapacityContract
from d2a_desktop.models.credential import Credential
from d2a_desktop.models.organisation import Organisation
from d2a_desktop.models.slot import Slot
from d2a_desktop.models.worker import Worker
from d2a_desktop.services.context import Context
from d2a_desktop.services.field_values import checked_value
from d2a_desktop.services.find import find_organisation
from d2a_desktop.services.results import ActionResult

_MODELS: dict[str, type[Synced]] = {
    "worker": Worker,
    "credential": Credential,
    "availability": Availability,
    "contract": CapacityContract,
    "assessor": Assessor,
    "assessor_time": AssessorTime,
}
_ENTITY = {"contract": "capacity_contract"}
_AUDIT = {
    "worker": AuditAction.WORKER_CHANGED,
    "credential": AuditAction.CREDENTIAL_RECORDED,
    "availability": AuditAction.AVAILABILITY_RECORDED,
    "contract": AuditAction.CONTRACT_CHANGED,
    "assessor": AuditAction.ASSESSOR_CHANGED,
    "assessor_time": AuditAction.ASSESSOR_CHANGED,
}
_ACTION = {"contract": "contract", "assessor": "assessors", "assessor_time": "assessors"}
_DEFAULTS: dict[str, dict[str, Any]] = {
    "worker": {"status": "active"},
    "assessor": {"active": True, "works_bank_holidays": False},
}
_VOIDABLE = frozenset({"credential", "availability", "assessor_time"})
_AGENCY_SAYS = frozenset({"commissioner", "on_call_phone"})
_DAYS = frozenset({"mon", "tue", "wed", "thu", "fri", "sat", "sun"})
_TIME = re.compile(r"[0-2]\d:[0-5]\d(:00)?")
# A unit of work carries at most twenty operations; a contract's week never needs more.
_MOST_SLOTS = 20


class Roster:
    """Keeps workers, credentials, availability, contracts, slots, assessors and their time."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def save(self, caller: Caller, kind: str, document: Mapping[str, Any]) -> ActionResult:
        """Add a row (no `id`) or change one; `agency` (ODS) names a partner without a desk.

        Lists inside a worker's document (`credentials`, `availability`) become rows of their own.

        Raises:
            UsageError: unknown kind, member or value, with its JSON path.
        """
        if kind == "slot":
            return self._open_slots(caller, document)
        if kind not in _MODELS:
            raise UsageError(f"'{kind}' is not kept here.")
        require(caller, _ACTION.get(kind, "roster"))
        with self._context.store.write(caller, action=_AUDIT[kind]) as uow:
            row = self._save_row(uow, caller, kind, document)
            row_id = row.id
        return ActionResult(
            case_id=None,
            case_ref=None,
            action=kind,
            stage=None,
            details={"id": row_id},
            changes=uow.changes,
        )

    def void(self, caller: Caller, kind: str, row_id: str) -> ActionResult:
        """Take back a paper, a worker's days or an assessor's time; nothing is deleted.

        Raises:
            UsageError: nothing of that kind can be taken back, or this desk does not hold it.
        """
        if kind not in _VOIDABLE:
            raise UsageError(f"A {kind} is not taken back; change it instead.")
        return self.save(caller, kind, {"id": row_id, "voided_at": self._context.clock.now()})

    def _save_row(
        self, uow: UnitOfWork, caller: Caller, kind: str, document: Mapping[str, Any]
    ) -> Synced:
        nested = {"credentials": "credential", "availability": "availability"}
        plain = {k: v for k, v in document.items() if k not in (*nested, "id", "agency")}
        agency = document.get("agency")
        # The id says whose row it is.
        owner = self._owner(uow, caller, kind, agency) if agency or not document.get("id") else ""
        if document.get("id"):
            row = uow.session.get(_MODELS[kind], document["id"])
            if row is None:
                raise UsageError("$.id names no row on this desk.")
            self._assign(uow, caller, kind, row, plain, fresh=False)
        else:
            row = self._new_row(uow, caller, kind, plain, owner)
        if kind == "worker":
            for member, child in nested.items():
                for line in document.get(member, ()):
                    values = {**line, "worker_id": row.id}
                    self._new_row(uow, caller, child, values, row.scope_id)
        return row

    def _owner(self, uow: UnitOfWork, caller: Caller, kind: str, agency: str | None) -> str:
        if agency is None:
            if kind == "contract" and caller.org_kind != "agency":
                raise UsageError("$.agency is missing: whose contract is it?")
            return caller.org_id
        owner = find_organisation(uow.session, agency)
        if owner.has_desk and owner.id != caller.org_id:
            what = "contract" if kind == "contract" else "roster"
            raise NotPermittedError(f"{owner.name} keeps its own {what}.")
        return owner.id

    def _new_row(
        self, uow: UnitOfWork, caller: Caller, kind: str, values: Mapping[str, Any], owner: str
    ) -> Synced:
        new_id = uow.new_id()
        row = _MODELS[kind](id=new_id, scope_id=new_id if kind == "contract" else owner)
        if isinstance(row, CapacityContract):
            row.agency_org_id = owner
        given = {**_DEFAULTS.get(kind, {}), **values}
        self._assign(uow, caller, kind, row, given, fresh=True)
        for name, field in RECORDS[_ENTITY.get(kind, kind)].fields.items():
            if field.required and getattr(row, name) is None:
                raise UsageError(f"$.{name} is missing.")
        uow.add(row)
        return row

    def _assign(
        self,
        uow: UnitOfWork,
        caller: Caller,
        kind: str,
        row: Synced,
        values: Mapping[str, Any],
        *,
        fresh: bool,
    ) -> None:
        fields = RECORDS[_ENTITY.get(kind, kind)].fields
        for name, value in values.items():
            field = fields.get(name)
            if field is None:
                known = ", ".join(fields)
                raise UsageError(f"$.{name} is not known.", what_to_do=f"Known: {known}.")
            if caller.org_kind not in field.kinds:
                raise NotPermittedError(f"$.{name} is not this organisation's to write.")
            if name in _AGENCY_SAYS and value and _is_another_s(uow, caller, row):
                raise NotPermittedError(f"$.{name} is the agency's own to write.")
            if not fresh and field.merge is Merge.FIXED:
                raise UsageError(f"$.{name} does not change.")
            given = checked_value(field, name, value, f"$.{name}")
            if kind == "contract" and given is not None:
                _require_shown(name, given)
            setattr(row, name, given)
        _require_order(row)

    def _open_slots(self, caller: Caller, document: Mapping[str, Any]) -> ActionResult:
        """Open guaranteed starts: `{"contract": id, "week": "2026-W48", "count": 6}`."""
        require(caller, "contract")
        unknown = set(document) - {"contract", "week", "count", "earliest_start", "agency"}
        if unknown:
            raise UsageError(f"$.{min(unknown)} is not known.")
        week = str(IsoWeek.parse(str(document.get("week", ""))))
        count = document.get("count", 1)
        if not isinstance(count, int) or not 1 <= count <= _MOST_SLOTS:
            raise UsageError(f"$.count must be a whole number from 1 to {_MOST_SLOTS}.")
        with self._context.store.write(caller, action=AuditAction.SLOT_OPENED) as uow:
            contract = self._contract(uow, caller, document)
            used = uow.session.scalar(
                select(func.max(Slot.number)).where(
                    Slot.contract_id == contract.id, Slot.week == week
                )
            )
            ids = []
            for number in range((used or 0) + 1, (used or 0) + count + 1):
                slot = Slot(
                    id=uow.new_id(),
                    scope_id=contract.id,
                    contract_id=contract.id,
                    week=week,
                    number=number,
                    status="open",
                )
                if document.get("earliest_start"):
                    field = RECORDS["slot"].fields["earliest_start"]
                    slot.earliest_start = checked_value(
                        field, "earliest_start", document["earliest_start"], "$.earliest_start"
                    )
                uow.add(slot)
                ids.append(slot.id)
        return ActionResult(
            case_id=None,
            case_ref=None,
            action="slot",
            stage=None,
            details={"ids": ids},
            changes=uow.changes,
        )

    def _contract(
        self, uow: UnitOfWork, caller: Caller, document: Mapping[str, Any]
    ) -> CapacityContract:
        if document.get("contract"):
            contract = uow.session.get(CapacityContract, document["contract"])
        else:
            owner = self._owner(uow, caller, "contract", document.get("agency"))
            contract = uow.session.scalars(
                select(CapacityContract)
                .where(CapacityContract.agency_org_id == owner)
                .order_by(CapacityContract.valid_from.desc())
            ).first()
        if contract is None:
            raise RefusedError("There is no capacity contract yet.", code="no_contract")
        return contract


def _is_another_s(uow: UnitOfWork, caller: Caller, row: Synced) -> bool:
    """Return whether a contract is of an agency that has a desk and is not the caller's."""
    if not isinstance(row, CapacityContract) or row.agency_org_id == caller.org_id:
        return False
    agency = uow.session.get(Organisation, row.agency_org_id)
    return agency is not None and agency.has_desk


def _require_shown(name: str, value: Any) -> None:
    """Refuse what a contract does not show to others (0033 of the shared schema says the same).

    Raises:
        UsageError: a long number, another word than the list's, or hours of another form.
    """
    fits = True
    if name == "commissioner":
        fits = is_line(value)
    elif name == "on_call_phone":
        fits = is_telephone(value)
    elif name == "unused_slot_rule":
        fits = value in set(UnusedRule)
    elif name == "hours":
        fits = _are_hours(value)
    elif isinstance(value, date):
        fits = is_near(value)
    elif isinstance(value, int):
        fits = is_short(value)
    if not fits:
        raise UsageError(f"$.{name} cannot be shown to others like this.")


def _are_hours(value: Any) -> bool:
    if not isinstance(value, Mapping) or not set(value) <= _DAYS:
        return False
    open_days = [hours for hours in value.values() if hours]
    return all(
        isinstance(hours, list)
        and len(hours) == 2
        and all(isinstance(each, str) and _TIME.fullmatch(each) for each in hours)
        for hours in open_days
    )


def _require_order(row: Synced) -> None:
    """Raise UsageError where an end comes before its beginning, or a contract's starts cannot be.

    A value that is missing is told later, by its name.
    """
    if isinstance(row, CapacityContract):
        given = (row.min_starts, row.max_starts, row.valid_from)
        if None not in given:
            Guarantee(row.min_starts, row.max_starts, row.valid_from, row.valid_to)
    spans = (("from_day", "to_day"), ("starts_at", "ends_at"), ("issued_on", "valid_to"))
    for first, last in spans:
        start, end = getattr(row, first, None), getattr(row, last, None)
        if start is not None and end is not None and end < start:
            raise UsageError(f"$.{last} cannot be before $.{first}.")
