"""The hospitals' PAS extracts as CSV text, a few rows of them wrong on purpose."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from d2a_desktop.core.clock import LONDON
from d2a_desktop.demo.fates import Reach, Twist
from d2a_desktop.demo.people import DemoPerson

HEADER = (
    "nhs_number", "nhs_number_status", "mrn", "surname", "forename", "title", "preferred_name",
    "dob", "sex", "address1", "address2", "address3", "address4", "postcode", "phone",
    "gp_practice", "admitted_at", "admission_method", "specialty", "consultant", "site", "ward",
    "bed", "edd", "nctr_from", "delay_reason", "discharged_at", "discharge_destination", "spell",
)  # fmt: skip


def pas_rows(
    people: Iterable[DemoPerson], *, at: datetime, since: datetime | None = None
) -> list[dict[str, str]]:
    """Return the rows of an extract taken at `at`: who is in then, and who left after `since`.

    PAS knows no more of leaving than the time; the desks know the rest.
    """
    rows = []
    for person in people:
        left = _left(person)
        if person.admitted_at > at or (left and left <= at and since and left <= since):
            continue
        rows.append(_row(person, at=at))
    return rows


def _left(person: DemoPerson) -> datetime | None:
    # Who was turned back at the door is in bed again: no extract knew of it.
    if person.reach < Reach.HOME or person.has(Twist.TURNED_BACK):
        return None
    return person.times.leave


def _row(person: DemoPerson, *, at: datetime) -> dict[str, str]:
    row = dict.fromkeys(HEADER, "")
    row |= {
        "nhs_number": person.nhs_number or "",
        "nhs_number_status": "01" if person.nhs_number else "07",
        "mrn": person.mrn,
        "surname": person.family_name,
        "forename": person.given_name,
        "title": person.title,
        "preferred_name": person.preferred_name,
        "dob": person.birth_date.strftime("%d/%m/%Y"),
        "sex": {"female": "F", "male": "M"}.get(person.gender, ""),
        "address1": person.address_1,
        "address2": "Sampleton",
        "postcode": person.postcode,
        "phone": person.phone,
        "gp_practice": person.gp_practice,
        "admitted_at": _local(person.admitted_at),
        "admission_method": "21",
        "specialty": "430",
        "consultant": person.consultant,
        "site": person.site,
        "ward": person.ward,
        "bed": person.bed,
        "edd": person.edd.strftime("%d/%m/%Y"),
        "spell": person.spell,
    }
    left = _left(person)
    if left is not None and left <= at:
        row |= {"discharged_at": _local(left), "discharge_destination": "DD03"}
    return row


def _local(instant: datetime) -> str:
    return instant.astimezone(LONDON).strftime("%d/%m/%Y %H:%M")


def spoil(rows: Sequence[Mapping[str, str]], spoilt: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the rows with a fault in each spell of `spoilt`: digit, ward or date."""
    bad = []
    for row in rows:
        copy = dict(row)
        match spoilt.get(copy["spell"]):
            case "digit":
                last = int(copy["nhs_number"][-1])
                copy["nhs_number"] = f"{copy['nhs_number'][:-1]}{(last + 1) % 10}"
            case "ward":
                copy["ward"] = ""
            case "date":
                copy["dob"] = "31/02/" + copy["dob"][-4:]
        bad.append(copy)
    return bad


def csv_text(rows: Iterable[Mapping[str, str]], header: Sequence[str] = HEADER) -> str:
    """Return rows as a CSV file's text."""
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(header), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
