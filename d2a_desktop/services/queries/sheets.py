"""The people of a desk as the printed lists need them: one frozen row each, free of the store."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from d2a_desktop.core.settings import Settings
from d2a_desktop.domain.clocks import ClockState
from d2a_desktop.domain.codes import OwnerKind, Stage
from d2a_desktop.domain.tasks import task_kinds
from d2a_desktop.models.contact import Contact
from d2a_desktop.models.organisation import Organisation
from d2a_desktop.services.board_rows import load_board
from d2a_desktop.services.case_rows import CaseRows
from d2a_desktop.services.queries.rows import WardBoardRow
from d2a_desktop.services.queries.ward_board import ward_board


@dataclass(frozen=True)
class OpenWork:
    """Work that is not done; `kind_words` say it without anybody's name."""

    title: str
    kind_words: str
    owner: str
    due_at: datetime | None
    owner_kind: str = ""


@dataclass(frozen=True)
class Expected:
    """A live-in worker of the case; instants aware UTC."""

    first_name: str
    status: str
    arrives_at: datetime
    ends_at: datetime
    on_call: str


@dataclass(frozen=True)
class Visiting:
    """A planned assessment at home."""

    starts_at: datetime
    assessor: str
    provisional: bool


@dataclass(frozen=True)
class SheetPerson:
    """One person with what lists print; `board` is the same row as on the ward board."""

    board: WardBoardRow
    referred: bool
    left: bool
    leaves_at: datetime | None
    transport: str
    destination: str
    home_phone: str
    agency: str
    ward_phone: str
    workers: tuple[Expected, ...]
    visits: tuple[Visiting, ...]
    open_work: tuple[OpenWork, ...]
    kin: str
    kin_phone: str
    clock: ClockState
    latest_arrival_at: datetime | None


@dataclass(frozen=True)
class Place:
    """An organisation that answers the telephone."""

    name: str
    kind: str
    phone: str
    on_call: str


@dataclass(frozen=True)
class SheetPeople:
    """Everybody on this desk whose case is not over, in the order of the ward board."""

    people: tuple[SheetPerson, ...]
    places: tuple[Place, ...]


def sheet_people(session: Session, *, now: datetime, settings: Settings) -> SheetPeople:
    """Return who is on the lists: no one who has died, and nobody whose case has ended."""
    board = ward_board(session, now=now, settings=settings, synced_at=None)
    cases = {rows.spell.id: rows for rows in load_board(session)}
    kin = _kin(session)
    organisations = {row.id: row for row in session.scalars(select(Organisation))}
    people = tuple(
        _person(row, cases[row.case_id], kin.get(row.case_id, ()), organisations)
        for row in board.rows
        if row.stage != Stage.CLOSED and cases[row.case_id].spell.died_at is None
    )
    places = tuple(
        Place(o.name, o.kind, o.phone or "", o.on_call_phone or "")
        for o in sorted(organisations.values(), key=lambda o: (o.kind, o.name))
        if o.phone or o.on_call_phone
    )
    return SheetPeople(people=people, places=places)


def _kin(session: Session) -> dict[str, Sequence[Contact]]:
    found: dict[str, list[Contact]] = defaultdict(list)
    query = select(Contact).where(Contact.voided_at.is_(None)).order_by(Contact.id)
    for contact in session.scalars(query):
        found[contact.scope_id].append(contact)
    return dict(found)


def _person(
    board: WardBoardRow,
    rows: CaseRows,
    contacts: Sequence[Contact],
    organisations: dict[str, Organisation],
) -> SheetPerson:
    departure, patient = rows.departure, rows.patient
    address = (patient.address_1, patient.address_2, patient.address_3, patient.address_4)
    home = ", ".join(part.strip() for part in (*address, patient.postcode) if part)
    accepted = rows.accepted_offer
    agency = organisations.get(accepted.agency_org_id) if accepted else None
    hospital = organisations.get(rows.spell.hospital_org_id)
    referral = rows.referral
    kin = next((c for c in contacts if c.relationship == "next_of_kin"), None)
    kin = kin or next((c for c in contacts if c.relationship in _FAMILY), None)
    liaison = referral.liaison_phone if referral else None
    return SheetPerson(
        board=board,
        referred=referral is not None and referral.status != "draft",
        left=departure is not None and departure.left_at is not None,
        leaves_at=departure.planned_at if departure else None,
        transport=departure.transport or "" if departure else "",
        destination=(departure.destination or "" if departure else "") or home,
        home_phone=patient.phone or "",
        agency=agency.name if agency else "",
        ward_phone=liaison or (hospital.phone if hospital else "") or "",
        workers=tuple(
            Expected(
                c.first_name, c.status, c.expected_at or c.starts_at, c.ends_at,
                c.on_call_phone or (agency.on_call_phone if agency else "") or "",
            )
            for c in rows.cards
            if c.status in ("confirmed", "active")
        ),
        visits=tuple(
            Visiting(v.starts_at, v.assessor_name or "", v.provisional)
            for v in rows.visits
            if v.status in ("planned", "confirmed")
        ),
        open_work=tuple(_work(task) for task in rows.tasks if task.status == "open"),
        kin=kin.name if kin else "",
        kin_phone=kin.phone or "" if kin else "",
        clock=board.clock,
        latest_arrival_at=departure.latest_arrival_at if departure else None,
    )  # fmt: skip


_FAMILY = frozenset({"spouse", "daughter", "son", "niece", "nephew", "friend", "neighbour"})


def _work(task: Any) -> OpenWork:
    kind = task_kinds().get(task.kind)
    return OpenWork(
        title=task.title,
        kind_words=kind.label if kind else task.kind.replace("_", " ").capitalize(),
        owner=task.owner_name or OwnerKind(task.owner_kind).label,
        due_at=task.due_at,
        owner_kind=task.owner_kind,
    )
