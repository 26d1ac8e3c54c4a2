"""Who may sit at this desk: enrolled people with the name and role the shared database gives."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from d2a_desktop.local_db import people
from d2a_desktop.local_db.desk_identity import DeskIdentity
from d2a_desktop.local_db.unit_of_work import LocalStore
from d2a_desktop.models.organisation import Organisation
from d2a_desktop.models.staff import Staff


def person_of(store: LocalStore, login: str) -> tuple[str | None, str | None]:
    """Return name and role of an enrolled person; the synced staff row counts before both."""
    with store.read(even_locked=True) as session:
        staff = session.scalars(select(Staff).where(Staff.login == login)).first()
        known = people.person(session, login)
    if staff is not None:
        return staff.name, staff.role
    return (known.name, known.role) if known else (None, None)


def named_identity(store: LocalStore) -> DeskIdentity:
    """Return whose desk this is, with the organisation's name as the shared database has it."""
    with store.read(even_locked=True) as session:
        organisation = session.get(Organisation, store.desk.org_id)
    return replace(store.desk, org_name=organisation.name if organisation else "")


def enrol_from_staff(store: LocalStore, login: str, *, role: str, name: str, now: datetime) -> None:
    """Enrol a person under what the shared database says of them, else as they said."""
    known_name, known_role = person_of(store, login)
    with store.apply() as session:
        people.enrol(
            session, login=login, name=known_name or name, role=known_role or role, now=now
        )
