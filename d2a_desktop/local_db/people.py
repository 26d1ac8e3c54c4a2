"""Who is enrolled at this desk: names and roles, kept inside the encrypted store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from d2a_desktop.models.person_enrolled import PersonEnrolled


@dataclass(frozen=True)
class Person:
    """One person with a login; the role is the shared database's last word."""

    login: str
    name: str
    role: str
    enrolled_at: datetime
    last_hello_at: datetime | None


def enrol(session: Session, *, login: str, name: str, role: str, now: datetime) -> None:
    """Enrol a person, or renew the name and role of one."""
    row = session.get(PersonEnrolled, login)
    if row is None:
        row = PersonEnrolled(login=login, enrolled_at=now)
        session.add(row)
    row.name, row.role, row.removed_at = name, role, None


def note_hello(session: Session, login: str, *, role: str, now: datetime) -> None:
    """Keep that the shared database knew this person just now, and in which role."""
    row = session.get(PersonEnrolled, login)
    if row is not None:
        row.role, row.last_hello_at = role, now


def remove(session: Session, login: str, *, now: datetime) -> None:
    """Note that a person may no longer open this desk; what they did keeps their login."""
    row = session.get(PersonEnrolled, login)
    if row is not None:
        row.removed_at = now


def person(session: Session, login: str) -> Person | None:
    """Return a person who is enrolled now."""
    row = session.get(PersonEnrolled, login)
    return None if row is None or row.removed_at is not None else _person(row)


def people(session: Session) -> list[Person]:
    """Return everybody who is enrolled now, by name."""
    rows = session.scalars(
        select(PersonEnrolled)
        .where(PersonEnrolled.removed_at.is_(None))
        .order_by(PersonEnrolled.name, PersonEnrolled.login)
    )
    return [_person(row) for row in rows]


def names(session: Session) -> dict[str, str]:
    """Return the name by login of everybody ever enrolled here: who left keeps what they did."""
    return {row.login: row.name for row in session.scalars(select(PersonEnrolled))}


def _person(row: PersonEnrolled) -> Person:
    return Person(row.login, row.name, row.role, row.enrolled_at, row.last_hello_at)
