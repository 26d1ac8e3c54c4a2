"""Synthetic people as the shared database holds them: sixteen records each, real in shape."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from benchmarks.extracts import FORENAMES, SURNAMES, nhs_numbers
from d2a_desktop.core.ids import new_id, new_reference
from d2a_desktop.models.base import instant_text

Record = tuple[str, dict[str, Any]]
"""An entity and its wire values, `id` and `scope_id` among them."""

PER_PERSON = 16

_NOTE = (
    "Seen with therapy on the ward round. Walks ten metres with a frame and one person, washes at "
    "the basin with help. Family is told of the plan and agrees. Medicines are ready tomorrow."
)


def people(count: int, *, org: str, now: datetime, seed: int = 1) -> Iterator[list[Record]]:
    """Yield the records of each person, the case itself first.

    Args:
        count: how many people.
        org: the hospital's id.
        now: an aware instant; what is told of them lies in the weeks before it.
        seed: of the random choices.
    """
    rng = random.Random(seed)
    for number, nhs in enumerate(islice(nhs_numbers(), count)):
        # Identities are ordered in time, as those of a year of admissions are.
        admitted = now - timedelta(days=30, minutes=15 * (count - number))
        yield _person(number, nhs, org, admitted, rng)


def _person(
    number: int, nhs: str, org: str, admitted: datetime, rng: random.Random
) -> list[Record]:
    case = new_id(admitted)
    ready = admitted + timedelta(hours=rng.randint(20, 400), minutes=rng.randint(0, 59))
    found: list[Record] = []

    def add(entity: str, *, hours: int = 0, **values: Any) -> None:
        made = ready + timedelta(hours=hours)
        found.append((entity, {"id": new_id(made), "scope_id": case, **values}))

    found.append(("spell", {
        "id": case, "scope_id": case, "hospital_org_id": org, "case_ref": new_reference("C"),
        "entered_from": "pas", "site": "XDA01", "ward": f"Ward {number // 28 % 40}",
        "bed": f"B{number % 28}", "specialty": "430", "consultant": "Dr A Sample",
        "spell_number": f"SP-{number:07}", "mrn": f"T{number:07}",
        "admitted_at": _at(admitted), "edd": f"{ready + timedelta(days=3):%Y-%m-%d}",
    }))  # fmt: skip
    add(
        "patient", nhs_number=nhs, nhs_number_status="01", gender=rng.choice(("female", "male")),
        family_name=rng.choice(SURNAMES).title(), given_name=rng.choice(FORENAMES),
        birth_date=f"{rng.randint(1926, 1960)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}",
        address_1=f"{number} Sample Street", address_2="Sampleton", postcode="PO6 9ZA",
        phone=f"01632 {960000 + number % 1000}", gp_practice_code="Z99001",
        allergy_state="none_known",
    )  # fmt: skip
    add(
        "criteria_review", applies=[], decided_by="Dr Sample", decided_role="consultant",
        entered_by="Bench Person", decided_at=_at(ready),
    )  # fmt: skip
    add("nctr_period", nctr_from=_at(ready), source="desk")
    add(
        "care_need", mobility="aid", transfers="one_person", personal_care="one_person",
        continence="aided", required_skills=["dementia"], languages_required=[], frailty=6,
        carers_needed=2 if number % 7 == 0 else 1, night_calls=number % 3, length_days=28,
        function_summary=_NOTE,
    )  # fmt: skip
    add(
        "home", lives_alone=number % 2 == 0, heating=True, hot_water=True, key_safe=True,
        bedroom_for_worker=True, smoking_home=False, pets=["cat"] if number % 4 == 0 else [],
        stairs="stairlift", access_notes="The side gate sticks.",
    )  # fmt: skip
    add(
        "consent", person_agrees="yes", agreed_by="person", share_consent="yes", capacity="has",
        agreed_at=_at(ready, hours=1),
    )  # fmt: skip
    for place in range(2):
        add(
            "contact", name=f"{rng.choice(FORENAMES)} Sampleton", phone="01632 960999",
            relationship="daughter" if place == 0 else "neighbour", unpaid_carer=place == 0,
        )  # fmt: skip
    add("medicine", name="Paracetamol", dose="1 g", times="as needed", change="new", tto_days=14)
    add("barrier", status="open", reason_code="CTH01", is_primary=True, opened_at=_at(ready))
    for hours in (2, 26):
        add(
            "note", hours=hours, kind="general", text=_NOTE, author="Bench Person",
            at=_at(ready, hours=hours),
        )  # fmt: skip
    for kind, hours in (("family_informed", 3), ("transport_booked", 30)):
        add(
            "event", hours=hours, kind=kind, source="ward", at=_at(ready, hours=hours),
            recorded_at=_at(ready, hours=hours), recorded_by="Bench Person", detail={"by": "phone"},
        )  # fmt: skip
    add(
        "referral", reference=new_reference("R"), kind="standard", status="sent",
        sent_at=_at(ready, hours=4), reason_for_referral=_NOTE, what_matters="To be home.",
        why_in_hospital="A fall at home.",
    )  # fmt: skip
    return found


def _at(base: datetime, **later: int) -> str:
    return instant_text(base + timedelta(**later))


def copy_in(connection: psycopg.Connection, records: Sequence[Record]) -> None:
    """Put records into the shared database by COPY, past push but through every trigger."""
    by_shape: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    # Spells first: a record is fed to those who may see its case by then.
    for entity, values in sorted(records, key=lambda record: record[0] != "spell"):
        by_shape.setdefault((entity, *values), []).append(values)
    with connection.transaction(), connection.cursor() as cursor:
        for (entity, *names), rows in by_shape.items():
            into = sql.SQL("COPY dc.{} ({}) FROM STDIN").format(
                sql.Identifier(entity), sql.SQL(", ").join(map(sql.Identifier, names))
            )
            with cursor.copy(into) as out:
                for row in rows:
                    out.write_row([
                        Jsonb(value) if isinstance(value, (list, dict)) else value
                        for value in row.values()
                    ])  # fmt: skip
