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
from operator import attrgetter
from typing import Any

from sqlalchemy import select, text
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
"""The lists of a case, each with what it is in order of."""

_OF_A_RECORD = ("contacts", "medicines", "equipment", "risks", "restricted", "notes", "packs")
"""The lists that no board shows."""

# All that the ward board and the alerts show or derive from, beside the case and the logical time
# of the edit: every column would take twice as long. A light row has no other attributes.
_LIGHT: Mapping[type[Synced], str] = {
    Spell: "id case_ref site ward bed consultant owner_name hub_owner_name mrn edd last_seen_at"
    " pas_discharged_at died_at voided_at",
    Patient: "family_name given_name title nhs_number nhs_number_status gender birth_date",
    CriteriaReview: "decided_at",
    NctrPeriod: "nctr_from nctr_to end_reason",
    Referral: "kind status",
    PathwayDecision: "",
    Barrier: "status reason_code is_primary opened_at",
    Task: "id status title urgent due_at",
    Event: "kind at detail",
    Departure: "status planned_at left_at arrived_home_at latest_arrival_at ended_at clock_effect",
    Visit: "status purpose place outcome starts_at started_at",
    OfferLink: "offer_id",
    ArrivalCard: "status first_name on_call_phone expected_at starts_at",
    CareNeed: "carers_needed required_skills languages_required",
    Offer: "id status agency_org_id respond_by",
}
_OF_EVERY_ROW = ("scope_id", "hlc")
_NONE = frozen([])
"""One empty list for all: it refuses changes."""


def load_board(session: Session, *, light: bool = False) -> list[CaseRows]:
    """Load every case that is not void, with what a board needs (no lists of the record).

    `light` reads the fields of `_LIGHT` alone, and no consents: what planning and single records
    need beside them is left out.
    """
    with uncollected():
        return _load(session, light=light)


def _load(session: Session, *, light: bool) -> list[CaseRows]:
    read = _light if light else _whole
    patients = {row.scope_id: row for row in read(session, Patient)}
    spells = [spell for spell in read(session, Spell) if spell.id in patients]
    ids = [spell.id for spell in spells]

    # Table by table, not case by case: what is looked up lies close together in memory.
    def of_each(found: Mapping[str, Any], nothing: Any = None) -> list[Any]:
        return [found.get(case_id, nothing) for case_id in ids]

    lists = {
        name: of_each(_grouped(read(session, model), by), _NONE)
        for name, (model, by) in _MANY.items()
    }
    offers = {row.id: row for row in read(session, Offer)}
    lists["offers"] = [
        [offers[link.offer_id] for link in links if link.offer_id in offers]
        for links in lists["links"]
    ]
    agreed = () if light else read(session, Consent)
    columns = {
        "spell": spells,
        "patient": of_each(patients),
        "need": of_each({row.scope_id: row for row in read(session, CareNeed)}),
        "consent": of_each({row.scope_id: row for row in agreed}),
        **lists,
    }
    unread = {"home": None, **dict.fromkeys(_OF_A_RECORD, _NONE)}
    cases = []
    for values in zip(*columns.values(), strict=True):
        give_way()
        cases.append(CaseRows(**dict(zip(columns, values, strict=True)), **unread))
    return cases


def _whole(session: Session, model: type[Synced]) -> Sequence[Any]:
    return _rows(session, model, ())


def _light(session: Session, model: type[Synced]) -> Sequence[Any]:
    return _rows(session, model, (*_OF_EVERY_ROW, *_LIGHT[model].split()))


def _rows(session: Session, model: type[Synced], only: tuple[str, ...]) -> Sequence[Any]:
    """Read a table by case as tuples with names, each column taken from the store's form at once.

    The mapper's own rows ask two functions for every value: a third of the time of a board.
    """
    if session.autoflush:
        session.flush()
    sql, made, turns = _reading(model, only)
    result = session.connection().exec_driver_sql(sql)
    columns: list[Iterable[Any]] = list(zip(*result.cursor.fetchall(), strict=True))
    result.close()
    if not columns:
        return ()
    for place, turn in turns:
        give_way()
        columns[place] = [None if value is None else turn(value) for value in columns[place]]
    return list(map(made, zip(*columns, strict=True)))


@cache
def _reading(
    model: type[Synced], only: tuple[str, ...]
) -> tuple[str, Callable[[Iterable[Any]], Any], Sequence[tuple[int, Callable[[Any], Any]]]]:
    """Return the query, what makes a row of its values, and how its columns are turned.

    `only` names the columns; every one without.
    """
    table = model.__table__
    columns = [table.c[name] for name in only] or list(table.c)
    # The rows of a case come together, so that they lie together in memory: what is derived of them
    # is found in two thirds of the time. `+`: by sorting, not from page to page along the index.
    query = select(*columns).order_by(text("+scope_id"), table.c.id)
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
    return _NONE if text == "[]" else frozen(json.loads(text))


# As `process_result_value` of each type does; what is not here is stored as it is.
_TURNS: Mapping[type[Any], Callable[[Any], Any]] = {
    Instant: datetime.fromisoformat,
    Day: date.fromisoformat,
    Flag: bool,
    Json: _document,
}


def _grouped(rows: Iterable[Any], by: str) -> dict[str, list[Any]]:
    """Return the rows by case, each case's in order of `by`; they come in order of id."""
    groups: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        groups[row.scope_id].append(row)
    if by != "id":
        for group in groups.values():
            if len(group) > 1:
                group.sort(key=attrgetter(by))
    return groups
