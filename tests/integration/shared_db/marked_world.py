"""A shared database in which every field of every record holds a value found nowhere else."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import psycopg

from d2a_desktop.domain.code_lists import need_groups
from d2a_desktop.domain.disclosure import NEEDS_IN_PROFILE
from d2a_desktop.domain.fields import RECORDS, Field, Merge
from tests.integration.shared_db.wire_client import FIRST_ID, WireClient, new
from tests.shared_databases import System

Place = str
"""What a grant opens: `case`, `offer:agency`, `roster:agency2`, `contract:agency`, `system` …"""

ROSTERS = ("agency", "agency2", "hospital", "hospital2", "community", "council")

# Who writes a record's scope; each of its fields is marked but those that must mean something.
PLACES: Mapping[str, tuple[Place, ...]] = {
    "case": ("case", "case:agency2"),
    "offer": ("offer:agency", "offer:agency2"),
    "contract": ("contract:agency", "contract:agency2"),
    "system": ("system:agency", "system:agency2"),
    "roster": tuple(f"roster:{org}" for org in ROSTERS),
}


def _spelt(number: int, *codes: str) -> tuple[Any, str]:
    """A list of codes in an order found nowhere else, and its text in JSON."""
    digits = [number // len(codes) ** place % len(codes) for place in range(16)]
    value = [codes[digit] for digit in digits]
    return value, json.dumps(value)


def _needed(number: int) -> tuple[Any, str]:
    """Needs as codes that no other offer has together, and their text as the server writes it."""
    value: dict[str, Any] = {}
    for name in sorted(NEEDS_IN_PROFILE, key=lambda name: (len(name), name)):
        if name in need_groups():
            levels = need_groups()[name].levels
            value[name] = levels[number % len(levels)].code
            number //= len(levels)
    return value, json.dumps(value)


def _one_of(number: int, *codes: str) -> tuple[str, str]:
    """A code that no other record has."""
    code = codes[number // 5 % len(codes)]
    return code, f'"{code}"'


def _day(number: int) -> tuple[str, str]:
    """A day before those of other records."""
    day = (date(2032, 1, 1) + timedelta(days=number)).isoformat()
    return day, day


_OFFER: Mapping[str, Callable[[int], tuple[Any, str | None]]] = {
    "needs": _needed,
    "required_skills": lambda number: _spelt(number, "hoist", "peg"),
    "pets": lambda number: _spelt(number, "dog", "cat"),
    "languages": lambda number: (
        [name := "Marker" + "".join("abcdefghij"[int(digit)] for digit in str(number))],
        name,
    ),
    "reference": lambda number: (name := f"O-{uuid.UUID(int=0x0FFE << 112 | number)}", name),
    "outward_postcode": lambda number: (
        area := f"Q{chr(65 + number // 260 % 26)}{number // 26 % 10}{chr(65 + number % 26)}",
        f'"{area}"',
    ),
    "age_band": lambda number: (
        band := f"{number % 18 * 5}-{number % 18 * 5 + 4}",
        f'"{band}"',
    ),
    "earliest_start": _day,
    "latest_start": _day,
    "length_days": lambda number: (40, None),
    "carers_needed": lambda number: (1, None),
    "gender_required": lambda number: ("female", None),
    "stairs": lambda number: ("flight", None),
    "funding_type": lambda number: ("d2a", None),
    "withdrawn_reason": lambda number: ("error", None),
    "decline_reason": lambda number: _one_of(
        number, "double_handed", "waking_night", "rest_cover", "max_consecutive", "more_information"
    ),
    "handed_back_reason": lambda number: _one_of(
        number, "need_beyond_offer", "provider_stops", "worker_left", "worker_ill", "no_relief"
    ),
    "channel": lambda number: _one_of(number, "secure_mail", "in_person", "desk"),
}
# Of a contract and its starts: codes, short numbers, days of these years (0033).
_STARTS: Mapping[str, Callable[[int], tuple[Any, str | None]]] = {
    "week": lambda number: (
        week := f"20{10 + number // 50 % 90:02d}-W{1 + number % 50:02d}",
        f'"{week}"',
    ),
    "number": lambda number: (number % 1000, None),
    "lost_reason": lambda number: (None, None),
    "unused_slot_rule": lambda number: ("lost", None),
    "on_call_phone": lambda number: (f"01632 {number:06d}", f"01632 {number:06d}"),
    "hours": lambda number: (
        {"mon": [early := f"{number // 60 % 24:02d}:{number % 60:02d}", "23:59"]},
        f'["{early}", "23:59"]',
    ),
    "min_starts": lambda number: (1, None),
    "max_starts": lambda number: (2, None),
    "response_hours": lambda number: (3, None),
    "earliest_start": _day,
    "valid_from": _day,
    "valid_to": _day,
}
# What a shared view holds besides its name: by field, a value and its marker.
_VIEW: Mapping[str, Callable[[int], tuple[Any, str]]] = {
    "page": lambda number: (f"marker{number}_", f"marker{number}_"),
    "definition": lambda number: (
        {
            "chip": f"marker{number}_", "sort": "", "descending": False, "beside": None,
            "columns": {"shown": None, "widths": {}},
        },
        f"marker{number}_",
    ),
}  # fmt: skip
_STATUS = {
    "referral": "draft", "offer": "draft", "placement": "open", "placement_block": "proposed",
    "departure": "planned", "visit": "planned", "slot": "open", "barrier": "open", "task": "open",
}  # fmt: skip


@dataclass
class MarkedWorld:
    """The database, the rows by place, and what each marker stands for."""

    system: System
    owner: psycopg.Connection
    scope: str = field(default_factory=new)
    ids: dict[tuple[Place, str], str] = field(default_factory=dict)
    markers: dict[str, tuple[Place, str, str]] = field(default_factory=dict)
    values: dict[tuple[Place, str], dict[str, Any]] = field(default_factory=dict)
    _count: int = 0

    def scope_of(self, place: Place) -> str:
        """The scope that rows of a place are filed under."""
        kind, _, who = place.partition(":")
        if kind == "case":
            return self.scope
        if kind == "system":
            return self.system.system_id
        if kind == "roster":
            return self.system.orgs[who]
        return self.ids[place, {"offer": "offer", "contract": "capacity_contract"}[kind]]

    def write(self, place: Place, entity: str) -> None:
        """Write one marked row, as an administrator's statement with every trigger on."""
        row_id = new()
        if entity == "spell":
            row_id = self.scope
        self.ids[place, entity] = row_id
        values = self._marked(place, entity) | self._meant(place, entity)
        self.values[place, entity] = values
        row = values | {"id": row_id, "scope_id": self.scope_of(place), "ver": 1, "hlc": 1}
        self.owner.execute(
            f"INSERT INTO dc.{entity} SELECT (jsonb_populate_record(NULL::dc.{entity}, %s)).*",
            (json.dumps(row),),
        )

    def change(self, place: Place, entity: str, **values: Any) -> None:
        """Change a row as an administrator's statement does."""
        assigned = ", ".join(f"{name} = %s" for name in values)
        self.owner.execute(
            f"UPDATE dc.{entity} SET {assigned} WHERE id = %s",
            (*values.values(), self.ids[place, entity]),
        )

    def found_in(self, text: str) -> set[tuple[Place, str, str]]:
        """Which fields' markers stand in a text."""
        return {where for marker, where in self.markers.items() if marker in text}

    def _marked(self, place: Place, entity: str) -> dict[str, Any]:
        values = {}
        for name, described in RECORDS[entity].fields.items():
            self._count += 1
            value, marker = _marker(self._count, described)
            if entity == "offer" and name in _OFFER:  # codes and numbers alone (0030, 0032)
                value, marker = _OFFER[name](self._count)
            if RECORDS[entity].scope == "contract" and name in _STARTS:
                value, marker = _STARTS[name](self._count)
            if entity == "shared_view" and name in _VIEW:  # keys alone (0031)
                value, marker = _VIEW[name](self._count)
            values[name] = value
            if marker is not None:
                assert marker not in self.markers, (marker, place, entity, name)
                self.markers[marker] = (place, entity, name)
        return values

    def _meant(self, place: Place, entity: str) -> dict[str, Any]:
        """The few values by which records hang together, without a marker."""
        orgs = self.system.orgs
        who = place.partition(":")[2]
        table: dict[str, dict[str, Any]] = {
            "spell": {"hospital_org_id": orgs["hospital"], "died_at": None, "voided_at": None},
            "offer": {
                "agency_org_id": orgs.get(who), "sent_by_org_id": orgs["community"],
                "slot_id": None, "length_days": 40 + len(who),
            },
            "arrival_card": {"agency_org_id": orgs[who or "agency"]},
            "capacity_contract": {"agency_org_id": orgs.get(who)},
            "capacity_week": {"agency_org_id": orgs.get(who)},
            "worker_profile": {"agency_org_id": orgs.get(who)},
            "slot": {"contract_id": self.ids.get((place, "capacity_contract"))},
            "placement_block": {
                "placement_id": self.ids.get((place, "placement")),
                "worker_id": self.ids.get((place, "worker")),
                "offer_id": self.values.get((place, "placement"), {}).get("offer_id"),
            },
        }  # fmt: skip
        own = table.get(entity, {})
        if entity == "shared_view" and not who.startswith("hospital"):
            own = {"ward": None}
        if entity in _STATUS:
            own["status"] = _STATUS[entity]
        if entity == "offer_link":
            own = {
                "offer_id": self.ids[f"offer:{who or 'agency'}", "offer"],
                "referral_id": self.ids["case", "referral"],
                "agency_org_id": orgs[who or "agency"],
            }
        for name in own:
            self.markers = {
                marker: where for marker, where in self.markers.items()
                if where != (place, entity, name)
            }  # fmt: skip
        return own


def _marker(number: int, described: Field) -> tuple[Any, str | None]:
    """A value of the field's type, and the text by which it is found again."""
    kind = described.type.value
    if kind in ("text", "code"):
        return f"Marker{number}.", f"Marker{number}."
    if kind == "json":
        return {"said": f"Marker{number}."}, f"Marker{number}."
    if kind == "uuid":
        value = str(uuid.UUID(int=0x0DECAF << 104 | number << 8 | 7))
        return value, value
    if kind == "instant":
        return f"2031-05-01T00:00:00.{number:06d}Z", f"00:00.{number:06d}"
    if kind == "date":
        day = (date(2040, 1, 1) + timedelta(days=59 * number)).isoformat()
        return day, day
    return (700_000 + number, None) if kind == "int" else (True, None)


# Rows in an order in which each finds what it names.
_ORDER = (
    "spell", "referral", "offer", "capacity_contract", "slot", "worker", "placement",
    "placement_block",
)  # fmt: skip
_AGENCIES_ONLY = {
    "worker",
    "credential",
    "availability",
    "placement",
    "placement_block",
    "offer_outcome",
}
_TEAMS_ONLY = {"assessor", "assessor_time"}
_LATE = ("offer_link",)
_TOLD_APART = ("offer_link", "arrival_card")


def places_of(entity: str) -> tuple[Place, ...]:
    """Where the marked world holds a row of this record."""
    places = PLACES[RECORDS[entity].scope]
    if places[0] == "case":
        return places if entity in _TOLD_APART else places[:1]
    if entity in _AGENCIES_ONLY:
        return tuple(p for p in places if "agency" in p)
    if entity in _TEAMS_ONLY:
        return tuple(p for p in places if p.endswith(("community", "council")))
    if entity == "import_batch":
        return tuple(p for p in places if "hospital" in p)
    return places


def build(system: System) -> MarkedWorld:
    """Write one row of every record at every place; offers are drafts, the referral a draft."""
    world = MarkedWorld(system, system.superuser())
    rest = sorted(set(RECORDS) - {*_ORDER, *_LATE})
    with world.owner.transaction():
        for entity in (*_ORDER, *rest, *_LATE):
            for place in places_of(entity):
                world.write(place, entity)
    return world


@dataclass
class Heard:
    """All that one connection was told: rows by record and id, and the raw text."""

    rows: dict[tuple[str, str], dict[str, Any]]
    text: str
    counts: dict[str, int]


class Listener(WireClient):
    """A client that keeps every answer as text and asks for everything it can."""

    def __init__(self, system: System, who: str) -> None:
        super().__init__(system, who)
        self.answers: list[str] = []
        self.raw = system.connect(who)

    def ask(self, statement: str, values: tuple[Any, ...] = ()) -> Any:
        row = self.raw.execute(statement.encode(), values).fetchone()
        assert row is not None
        (answer,) = row
        self.answers.append(json.dumps(answer, default=str))
        return answer

    def listen(self) -> Heard:
        """Pull from the beginning, fetch and digest every record."""
        if self.nonce is None:
            self.hello()
        self.answers = []
        rows: dict[tuple[str, str], dict[str, Any]] = {}
        for row_id, entity, row in self._everything():
            rows[entity, row_id] = row
        counts = self.ask(
            "SELECT jsonb_object_agg(e, sync.digest(e)) FROM unnest(%s::text[]) e",
            (list(RECORDS),),
        )
        return Heard(
            rows,
            "\n".join(self.answers),
            {e: sum(b[0] for b in d.values()) for e, d in counts.items()},
        )

    def _everything(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        page = self.ask("SELECT sync.pull('0', 0, 5000)")
        assert not page["more"]
        pulled = {(e, row["id"]): row for e, rows in page["rows"].items() for row in rows}
        fetched = {
            (e, row["id"]): row
            for e, rows in self.ask(
                "SELECT json_object_agg(e, sync.fetch(e,"
                " ARRAY(SELECT generate_series(0, 255)), %s, 5000))"
                " FROM unnest(%s::text[]) e",
                (FIRST_ID, list(RECORDS)),
            ).items()
            for row in rows
        }
        assert pulled == fetched
        for (entity, row_id), row in fetched.items():
            yield row_id, entity, row

    def probe(self, world: MarkedWorld, *, kind: str) -> list[dict[str, Any]]:
        """Edit every marked row as if it had been seen otherwise; take it all back.

        Answers to edits are the other way by which a field could travel (`theirs`). Only fields
        of the desk's own kind are named: any other refuses the operation before it is looked at.
        """
        ops = [
            self.op(
                "patch", entity, world.ids[place, entity], world.scope_of(place),
                dict.fromkeys(names), base=dict.fromkeys(names), bv=0,
            )
            for entity, record in RECORDS.items()
            if (names := [n for n, f in record.fields.items() if _asks(f, kind)])
            for place in places_of(entity)
        ]  # fmt: skip
        self.raw.execute("BEGIN")
        answers = self.ask("SELECT sync.push(%s, 1, %s::jsonb)", (self.client, json.dumps(ops)))
        self.raw.execute("ROLLBACK")
        assert len(answers) == len(ops)
        return list(answers)


def _asks(described: Field, kind: str) -> bool:
    return kind in described.kinds and described.merge not in (Merge.FIXED, Merge.LWW)
