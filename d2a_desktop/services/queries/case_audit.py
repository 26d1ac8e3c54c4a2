"""Who saw, changed, printed, exported or was told what of one person, in words, newest first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from d2a_desktop.domain.audit_actions import AuditAction
from d2a_desktop.domain.codes import PackKind
from d2a_desktop.domain.field_words import RECORD_WORDS, field_label
from d2a_desktop.domain.fields import RECORDS
from d2a_desktop.local_db import people
from d2a_desktop.models.access_log import AccessLog
from d2a_desktop.models.assessor import Assessor
from d2a_desktop.models.audit_entry import AuditEntry
from d2a_desktop.models.organisation import Organisation
from d2a_desktop.models.staff import Staff
from d2a_desktop.services.case_rows import CaseRows, load_case
from d2a_desktop.services.find import find_case
from d2a_desktop.services.queries.rows import TimelineEntry
from d2a_desktop.services.unconfirmed import Unconfirmed

_PRINTED = frozenset({AuditAction.PACK_ISSUED, AuditAction.LIST_EXPORTED})
_MOST_FIELDS = 6


def case_audit(session: Session, wanted: str, *, waiting: Unconfirmed) -> tuple[TimelineEntry, ...]:
    """Return the audit of a case as this desk knows it.

    `kind` is seen, changed, printed or disclosed. Views, prints and exports are those of all desks
    of this organisation, as far as they were exchanged; changes are those of this desk (its own
    chain) - what others changed stands in the history; disclosures are those of the record itself.

    Raises:
        RefusedError: this desk does not hold the case (code "unknown_case").
    """
    case_id = find_case(session, wanted)
    rows = load_case(session, case_id)
    entries = [
        *_looks(session, case_id, waiting),
        *_changes(session, case_id),
        *_prints(rows),
        *_disclosures(session, rows),
    ]
    return tuple(sorted(entries, key=lambda entry: entry.at, reverse=True))


def _entry(
    at: datetime, kind: str, title: str, text: str, who: str, *, pending: bool = False
) -> TimelineEntry:
    return TimelineEntry(
        at=at, kind=kind, title=title, text=text, who=who,
        recorded_at=None, voided=False, pending=pending,
    )  # fmt: skip


def _looks(session: Session, case_id: str, waiting: Unconfirmed) -> Iterator[TimelineEntry]:
    found = session.scalars(select(AccessLog).where(AccessLog.case_id == case_id))
    # A desk that did not know its own person's name yet wrote the login in its place.
    names = _names(session)
    for row in found:
        kind = "printed" if row.action in _PRINTED else "seen"
        pending = row.id in waiting.rows
        who = names.get(row.who, row.who)
        yield _entry(row.at, kind, _act(row.action), row.detail or "", who, pending=pending)


def _changes(session: Session, case_id: str) -> Iterator[TimelineEntry]:
    """One entry for each command: its act, and by record the fields that it wrote."""
    found = session.scalars(
        select(AuditEntry).where(AuditEntry.scope_id == case_id).order_by(AuditEntry.seq)
    )
    names = _names(session)
    for (at, actor, action), group in groupby(found, lambda e: (e.at, e.actor, e.action)):
        entries = list(group)
        parts = dict.fromkeys(_written(entry) for entry in entries)
        reason = next((entry.reason for entry in entries if entry.reason), "")
        text = "; ".join([*parts, *([f"reason: {reason}"] if reason else [])])
        yield _entry(at, "changed", _act(action), text, names.get(actor, actor))


def _written(entry: AuditEntry) -> str:
    """The record and its fields; never a value, which the history tells to whom it may."""
    record = RECORD_WORDS.get(entry.entity, entry.entity.replace("_", " ").capitalize())
    known = RECORDS[entry.entity].fields if entry.entity in RECORDS else {}
    fields = [field_label(entry.entity, name) for name in entry.delta or () if name in known]
    if len(fields) > _MOST_FIELDS:
        fields = [*fields[:_MOST_FIELDS], f"{len(fields) - _MOST_FIELDS} more"]
    return f"{record}: {', '.join(fields)}" if fields else record


def _prints(rows: CaseRows) -> Iterator[TimelineEntry]:
    for pack in rows.packs:
        if pack.given_at is not None:
            title = f"{PackKind(pack.kind).label} given"
            text = f"{pack.reference}, version {pack.version}, to {pack.given_to or 'not recorded'}"
            yield _entry(pack.given_at, "disclosed", title, text, pack.printed_by)


def _disclosures(session: Session, rows: CaseRows) -> Iterator[TimelineEntry]:
    """What an organisation was told at which stage (DOMAIN 7.3): first no name, then the record."""
    found = session.execute(select(Organisation.id, Organisation.name))
    names = {row.id: row.name for row in found}
    for offer in rows.offers:
        agency = names.get(offer.agency_org_id, "An agency")
        if offer.sent_at is not None:
            text = f"{offer.reference}: age band, area and needs, without name, number or address"
            yield _entry(offer.sent_at, "disclosed", f"Need profile to {agency}", text, "")
        taken = offer.status in ("accepted", "handed_back")
        if taken and offer.responded_at is not None:
            text = f"{offer.reference}: the care-relevant record, without restricted text"
            yield _entry(offer.responded_at, "disclosed", f"Record to {agency}", text, "")
        if offer.handed_back_at is not None:
            title = f"Access of {agency} ended"
            yield _entry(offer.handed_back_at, "disclosed", title, offer.reference, "")


def _act(action: str) -> str:
    known = {each.value: each.label for each in AuditAction}
    return known.get(action, action.replace(":", " ").replace("_", " ").capitalize())


def _names(session: Session) -> dict[str, str]:
    """Names by login: assessors, whoever was enrolled here, colleagues as the server has them."""
    assessors = {each.login: each.name for each in session.scalars(select(Assessor)) if each.login}
    staff = {each.login: each.name for each in session.scalars(select(Staff))}
    found = assessors | people.names(session) | {k: name for k, name in staff.items() if name != k}
    return {login: name for login, name in found.items() if name}
