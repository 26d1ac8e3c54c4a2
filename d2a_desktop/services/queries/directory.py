"""The directory as one list: organisations of the system, colleagues, and entries kept by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from d2a_desktop.core.clock import london_day
from d2a_desktop.domain.directory import EntryKind, is_away, needs_verifying
from d2a_desktop.domain.display import display_date, display_phone
from d2a_desktop.domain.fields import RECORDS
from d2a_desktop.domain.permissions import Caller, Role
from d2a_desktop.models.directory_entry import DirectoryEntry
from d2a_desktop.models.organisation import Organisation
from d2a_desktop.models.staff import Staff
from d2a_desktop.services.queries.roster import hours_words

_ORGANISATIONS = {
    "hospital": "Hospital",
    "community": "Care transfer hub",
    "council": "Council",
    "agency": "Agency",
}


@dataclass(frozen=True)
class DirectoryRow:
    """One line; `source` is organisation, colleague or entry. Only `mine` entries may be changed.

    `answers_now` names who answers while somebody is away; `stale`: the number was not verified
    for long. `record` holds the values of an entry for its form.
    """

    row_id: str
    source: str
    group: str
    name: str
    about: str
    phone: str
    alternate: str
    hours: str
    answers_now: str
    verified: str
    stale: bool
    mine: bool
    record: Mapping[str, Any]


def directory_rows(session: Session, caller: Caller, *, now: datetime) -> tuple[DirectoryRow, ...]:
    """Return the directory, by kind and name."""
    today = london_day(now)
    query = select(DirectoryEntry).where(DirectoryEntry.voided_at.is_(None))
    entries = list(session.scalars(query))
    deputies = {
        e.name.casefold(): e
        for e in entries
        if e.kind == EntryKind.DEPUTY and e.scope_id == caller.org_id
    }
    rows = [_organisation(row) for row in session.scalars(select(Organisation))]
    rows += [
        _colleague(row, deputies.get(row.name.casefold()), today)
        for row in session.scalars(select(Staff))
        if row.active
    ]
    rows += [_entry(entry, caller, today) for entry in entries]
    return tuple(sorted(rows, key=lambda row: (row.group, row.name.casefold(), row.row_id)))


def _organisation(row: Organisation) -> DirectoryRow:
    on_call = f"On call {display_phone(row.on_call_phone)}" if row.on_call_phone else ""
    return DirectoryRow(
        row_id=row.id,
        source="organisation",
        group=_ORGANISATIONS.get(row.kind, row.kind.capitalize()),
        name=row.name,
        about=row.secure_email or "",
        phone=display_phone(row.phone, null="") or "",
        alternate=on_call,
        hours="",
        answers_now="" if row.has_desk else "Has no desk: ring or write",
        verified="By the shared database",
        stale=False,
        mine=False,
        record={},
    )


def _colleague(row: Staff, deputy: DirectoryEntry | None, today: date) -> DirectoryRow:
    away = deputy is not None and is_away(deputy.away_from, deputy.away_to, today=today)
    return DirectoryRow(
        row_id=row.id,
        source="colleague",
        group="Colleague",
        name=row.name,
        about=Role(row.role).label if row.role in set(Role) else row.role,
        phone=display_phone(deputy.phone, null="") if deputy else "",
        alternate=f"Deputy {deputy.alternate_name}" if deputy and deputy.alternate_name else "",
        hours="",
        answers_now=f"Away: {deputy.alternate_name}" if deputy and away else "",
        verified="",
        stale=False,
        mine=False,
        record={},
    )


def _entry(row: DirectoryEntry, caller: Caller, today: date) -> DirectoryRow:
    kinds = {kind.value: kind.label for kind in EntryKind}
    other = (row.alternate_name or "", display_phone(row.alternate_phone, null=""))
    alternate = " ".join(part for part in other if part)
    about = ", ".join(part for part in (row.role_title, row.organisation) if part)
    return DirectoryRow(
        row_id=row.id,
        source="entry",
        group=kinds.get(row.kind, row.kind.capitalize()),
        name=row.name,
        about=about or row.note or "",
        phone=display_phone(row.phone, null=""),
        alternate=alternate,
        hours=hours_words(row.hours),
        answers_now=_away_words(row, alternate, today),
        verified=_verified(row),
        stale=needs_verifying(row.verified_on, today=today),
        mine=row.scope_id == caller.org_id,
        record={name: getattr(row, name) for name in RECORDS["directory_entry"].fields},
    )


def _away_words(row: DirectoryEntry, alternate: str, today: date) -> str:
    if not is_away(row.away_from, row.away_to, today=today):
        return ""
    until = f" to {display_date(row.away_to)}" if row.away_to else ""
    return f"Away{until}: {alternate or 'nobody named'}"


def _verified(row: DirectoryEntry) -> str:
    if row.verified_on is None:
        return "Never verified"
    by = f" by {row.verified_by}" if row.verified_by else ""
    return f"{display_date(row.verified_on)}{by}"
