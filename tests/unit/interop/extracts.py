"""A small PAS extract for the tests: one builder, each test changes what it is about."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from d2a_desktop.interop.csv_import import PasFile, read_pas_csv
from d2a_desktop.interop.records import PasRow
from d2a_desktop.interop.report import Refusal

NOW = datetime(2026, 11, 27, 16, 10, tzinfo=UTC)

PERSON = {
    "nhs_number": "9990000018",
    "nhs_number_status": "01",
    "mrn": "T100001",
    "surname": "Teststone",
    "forename": "Aoife",
    "title": "Ms",
    "dob": "03/02/1941",
    "sex": "F",
    "address1": "1 Sample Street",
    "postcode": "PO6 3LY",
    "phone": "023 9200 0001",
    "admitted_at": "20/11/2026 09:15",
    "site": "RHU01",
    "ward": "Ward C5",
    "bed": "B12",
    "edd": "30/11/2026",
    "nctr_from": "25/11/2026 10:05",
    "delay_reason": "HP06",
    "spell": "SP000001",
}


def extract(
    *people: Mapping[str, str],
    columns: Sequence[str] | None = None,
    delimiter: str = ",",
    encoding: str = "utf-8",
    line_end: str = "\r\n",
) -> bytes:
    """Return a CSV file of these people; without any, of one plain person."""
    rows = people or (PERSON,)
    names = list(columns or dict.fromkeys(name for row in rows for name in row))
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter, lineterminator=line_end)
    writer.writerow(names)
    writer.writerows([row.get(name, "") for name in names] for row in rows)
    return stream.getvalue().encode(encoding)


def person(**changed: str) -> dict[str, str]:
    """Return the plain person with some cells changed."""
    return PERSON | changed


def read(*people: Mapping[str, str]) -> PasFile:
    """Read a file of these people."""
    return read_pas_csv(extract(*people), now=NOW)


def only_row(**changed: str) -> PasRow:
    """Read the plain person with some cells changed; the row must go in."""
    found = read(person(**changed))
    assert [refused.refusal for refused in found.refused] == []
    return found.rows[0]


def only_refusal(**changed: str) -> Refusal:
    """Read the plain person with some cells changed; the row must be refused."""
    found = read(person(**changed))
    assert found.rows == ()
    return found.refused[0].refusal
