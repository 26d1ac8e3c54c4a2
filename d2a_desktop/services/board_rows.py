"""The rows of every live case, loaded together and without objects of the store's mapper.

A board of 5,000 people reads some 50,000 rows: plain rows cost a fifth of mapped objects, and
have the same attributes, so that the same derivations serve a board and a single record.
"""

from __future__ import annotations

import json
from collections import defaultdict, namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache, partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session

from d2a_desktop.core.giving_way import give_way
from d2a_desktop.models.arrival_card import ArrivalCard
from d2a_desktop.models.barrier import Barrier
from d2a_desktop.models.base import Day, Flag, Instant, Json, Synced, frozen
from d2a_desktop.models.care_need import CareNeed
from d2a_desktop.models.consent import Consent
from d2a_desktop.models.criteria_review import CriteriaReview
from d2a_desktop.models.departure import Departure
from d2a_desktop.models.event import Event
from d2a_desktop.models.nctr_period import NctrPeriod
from d2a_desktop.models.offer import Offer
from d2a_desktop.models.offer_link import OfferLink
from d2a_desktop.models.pathway_decision import PathwayDecision
from d2a_desktop.models.patient import Patient
from d2a_desktop.models.referral import Referral
from d2a_desktop.models.spell import Spell
from d2a_desktop.models.task import Task
from d2a_desktop.models.visit import Visit
from d2a_desktop.services.case_rows import CaseRows
from d2a_desktop.services.uncollected import uncollected

_MANY: dict[str, tuple[type[Synced], str]] = {
    "reviews": (CriteriaReview, "decided_at"),
    "periods": (NctrPeriod, "nctr_from"),
    "referrals": (Referral, "id"),
    "decisions": (PathwayDecision, "id"),
    "barriers": (Barrier, "opened_at"),
    "tasks": (Task, "id"),
    "events": (Event, "at"),
    "departures": (Departure, "id"),
    "visits": (Visit, "starts_at"),
    "links": (OfferLink, "id"),
    "cards": (ArrivalCard, "starts_at"),
}


# What the ward board neither shows nor derives from: free text, addresses, documents.
_UNREAD: Mapping[type[Synced], frozenset[str]] = {
    Spell: frozenset(
        {"specialty", "admission_method", "entered_from", "owner_login",
         "hub_owner_login", "last_import_id", "pas_delay_reason", "pas_destination",
         "pas_nctr_from"}
    ),
    Patient: frozenset(
        {"address_1", "address_2", "address_3", "address_4", "postcode", "phone", "language",
         "gp_practice_code", "gp_practice_name", "interpreter_required", "allergies"}
    ),
    CriteriaReview: frozenset({"applies", "up_and_dressed", "entered_by"}),
    Referral: frozenset(
        {"reason_for_referral", "supporting_information", "why_in_hospital", "what_changed",
         "what_matters", "communication_tips", "please_do", "please_dont", "how_support", "goals",
         "therapy_plan", "contingency", "red_flags", "lead_clinician", "liaison_name",
         "liaison_phone", "follow_up", "local_authority", "social_services_team",
         "proposed_discharge"}
    ),
    PathwayDecision: frozenset({"options", "took_part", "rationale", "funding_confirmed"}),
    Barrier: frozenset({"detail"}),
    Task: frozenset({"note"}),
    Departure: frozenset({"gate"}),
    Visit: frozenset({"form", "outcome_note", "next_review_on"}),
    Offer: frozenset(
        {"needs", "required_skills", "languages", "pets", "smoking_home", "bedroom", "stairs",
         "driver_required", "funding_type", "earliest_start", "latest_start"}
    ),
    CareNeed: frozenset(
        {"languages_preferred", "function_summary", "sensory", "earliest_start", "latest_start",
         "funded_until", "driver_required", "funding_type"}
    ),
}  # fmt: skip


def load_board(session: Session, *, light: bool = False) -> list[CaseRows]:
    """Load every case that is not void, with what a board needs (no lists of the record).

    `light` leaves out what only planning and single records need: consents, and the fields of
    `_UNREAD`.
    """
    with uncollected():
        return _load(session, light=light)


def _load(session: Session, *, light: bool) -> list[CaseRows]:
    read = _light if light else _plain
    spells = read(session, Spell, "id")
    patients = {row.scope_id: row for row in read(session, Patient, "id")}
    many = {name: _grouped(read(session, *of)) for name, of in _MANY.items()}
    needs = {row.scope_id: row for row in read(session, CareNeed, "id")}
    agreed = () if light else read(session, Consent, "id")
    consents = {row.scope_id: row for row in agreed}
    offers = {row.id: row for row in read(session, Offer, "id")}
    cases = []
    for spell in spells:
        give_way()
        patient = patients.get(spell.id)
        if patient is None:
            continue
        lists: dict[str, Any] = {name: groups.get(spell.id, []) for name, groups in many.items()}
        mine = [offers[link.offer_id] for link in lists["links"] if link.offer_id in offers]
        cases.append(
            CaseRows(
                spell=spell,
                patient=patient,
                need=needs.get(spell.id),
                home=None,
                consent=consents.get(spell.id),
                contacts=[],
                medicines=[],
                equipment=[],
                risks=[],
                restricted=[],
                notes=[],
                packs=[],
                offers=mine,
                **lists,
            )
        )
    return cases


def _plain(session: Session, model: type[Synced], order: str) -> Sequence[Any]:
    return _rows(session, model, order, frozenset())


def _light(session: Session, model: type[Synced], order: str) -> Sequence[Any]:
    return _rows(session, model, order, _UNREAD.get(model, frozenset()))


def _rows(
    session: Session, model: type[Synced], order: str, unread: frozenset[str]
) -> Sequence[Any]:
    """Read a table as tuples with names, each column taken from the store's form at once.

    The mapper's own rows ask two functions for every value: a third of the time of a board.
    """
    if session.autoflush:
        session.flush()
    sql, made, turns = _reading(model, order, unread)
    result = session.connection().exec_driver_sql(sql)
    found = result.cursor.fetchall()
    result.close()
    if not found:
        return ()
    columns: list[Iterable[Any]] = list(zip(*found, strict=True))
    for place, turn in turns:
        give_way()
        columns[place] = [None if value is None else turn(value) for value in columns[place]]
    return list(map(made, zip(*columns, strict=True)))


@cache
def _reading(
    model: type[Synced], order: str, unread: frozenset[str]
) -> tuple[str, Callable[[Iterable[Any]], Any], Sequence[tuple[int, Callable[[Any], Any]]]]:
    """Return the query, what makes a row of its values, and how its columns are turned."""
    table = model.__table__
    columns = [column for column in table.c if column.name not in unread]
    query = select(*columns).order_by(table.c[order])
    if "voided_at" in table.c:
        query = query.where(table.c.voided_at.is_(None))
    made = namedtuple(model.__tablename__, [column.name for column in columns])  # type: ignore[misc]  # noqa: PYI024  its fields are the table's
    turns = [
        (place, _TURNS[type(column.type)])
        for place, column in enumerate(columns)
        if type(column.type) in _TURNS
    ]
    return str(query.compile(dialect=sqlite.dialect())), partial(tuple.__new__, made), turns


def _document(text: str) -> Any:
    return _NO_LIST if text == "[]" else frozen(json.loads(text))


_NO_LIST = frozen([])
# As `process_result_value` of each type does; what is not here is stored as it is.
_TURNS: Mapping[type[Any], Callable[[Any], Any]] = {
    Instant: datetime.fromisoformat,
    Day: date.fromisoformat,
    Flag: bool,
    Json: _document,
}


def _grouped(rows: Iterable[Any]) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        groups[row.scope_id].append(row)
    return groups
