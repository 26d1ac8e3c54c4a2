"""Values for any field of any record: what people type, what they paste, and what never fits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

from d2a_desktop.domain.fields import RECORDS, Merge
from d2a_desktop.domain.machines import MACHINES
from tests.convergence.desk import ConvergingDesk

_TEXTS = ("", "plain", "O'Brien; -- \\", "Zoë 🙂 ß", "two\nlines\t", "x" * 400)
_REFERS = {
    "worker_id": "worker",
    "proposed_worker_id": "worker",
    "assessor_id": "assessor",
    "second_assessor_id": "assessor",
    "offer_id": "offer",
    "referral_id": "referral",
    "placement_id": "placement",
    "contract_id": "capacity_contract",
    "slot_id": "slot",
    "departure_id": "departure",
    "review_id": "criteria_review",
    "case_id": "spell",
}
_SHOWN: dict[str, tuple[Any, ...]] = {
    "offer.decline_reason": ("capacity", "other"),
    "offer.handed_back_reason": ("worker_ill", "other"),
    "offer.withdrawn_reason": ("error", "need_changed"),
    "offer.channel": ("phone", "in_person"),
    "offer.responded_by": ("Kim Sample", "O'Brien; -- \\"),
    "offer.spoken_to": ("Kim Sample", "Zoë 🙂 ß"),
    "capacity_contract.commissioner": ("Sample Council", "", "x" * 200),
    "capacity_contract.on_call_phone": ("01632 960190", "01632 960191 ext. 2"),
    "capacity_contract.unused_slot_rule": ("lost", "roll_over"),
    "capacity_contract.hours": ({}, {"mon": ["08:00", "18:00"], "sun": []}),
    "slot.lost_reason": (None,),
}
"""What others read before an acceptance is codes and single lines (0033); now and then it is not,
and is refused."""
_JSON: tuple[Any, ...] = ([], ["b", "a"], {}, {"k": None, "a": [1, 2.5, "ü"]}, ["x"])


def some_value(desk: ConvergingDesk, entity: str, name: str, chance: Random) -> Any:
    """Return a wire value that may stand in this field."""
    known = RECORDS[entity].fields[name]
    if not known.required and chance.random() < 0.15:
        return None
    if name == RECORDS[entity].status and entity in MACHINES:
        return str(chance.choice(MACHINES[entity].states))
    if name.endswith("_org_id"):
        return chance.choice(sorted(desk.system.orgs.values()))
    if name in _REFERS and (ids := desk.ids(_REFERS[name])):
        return chance.choice(ids)
    shown = _SHOWN.get(f"{entity}.{name}")
    if shown is not None and chance.random() < 0.9:
        return chance.choice(shown)
    return _OF_TYPE[known.type.value](desk, chance)


def required_values(desk: ConvergingDesk, entity: str, chance: Random) -> dict[str, Any]:
    """Return values for a new row of this organisation: all required fields, some others."""
    kind = desk.member.kind
    return {
        name: some_value(desk, entity, name, chance)
        for name, known in RECORDS[entity].fields.items()
        if kind in known.kinds and (known.required or chance.random() < 0.3)
    }


def changeable(desk: ConvergingDesk, entity: str) -> list[str]:
    """Return the fields of a record that this organisation may try to change."""
    record = RECORDS[entity]
    return [
        name
        for name, known in record.fields.items()
        if known.merge is not Merge.FIXED
        and desk.member.kind in known.kinds
        and (record.append_only is None or name in record.append_only)
    ]


def _instant(desk: ConvergingDesk, chance: Random) -> str:
    hours = chance.choice((-30, -2, -1, 0, 1, 2, 3, 24, 48))
    at = desk.now() + timedelta(hours=hours)
    return at.isoformat(timespec="microseconds")[:-6] + "Z"


def _int(desk: ConvergingDesk, chance: Random) -> int:
    return chance.choice((0, 1, 2, 5, 28, -1))


def _date(desk: ConvergingDesk, chance: Random) -> str:
    return (desk.now() + timedelta(days=chance.choice((-3, 0, 1, 28)))).date().isoformat()


def _uuid(desk: ConvergingDesk, chance: Random) -> str:
    return f"00000000-0000-4000-8000-{chance.randrange(1 << 48):012x}"


_OF_TYPE: dict[str, Callable[[ConvergingDesk, Random], Any]] = {
    "text": lambda desk, chance: chance.choice(_TEXTS),
    "code": lambda desk, chance: chance.choice(("x", "y", "z9")),
    "int": _int,
    "bool": lambda desk, chance: chance.random() < 0.5,
    "date": _date,
    "instant": _instant,
    "uuid": _uuid,
    "json": lambda desk, chance: chance.choice(_JSON),
}


def poison(desk: ConvergingDesk, chance: Random) -> tuple[str, str, Any] | None:
    """Return (entity, id, values) of an edit that the server can never take."""
    spells = desk.ids("spell", "hospital_org_id = ?", desk.member.org_id)
    if desk.member.kind != "hospital" or not spells:
        return None
    bad: Any = chance.choice(
        ({"ward": "nul \x00 byte"}, {"spell_number": "a\x00"}, {"site": "\x00"})
    )
    return "spell", chance.choice(spells), bad
