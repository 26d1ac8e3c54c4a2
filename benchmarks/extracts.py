"""Synthetic PAS extracts of any length; numbers of the 999 range, which is never issued."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count, islice
from pathlib import Path

HEADER = (
    "nhs_number", "nhs_number_status", "mrn", "surname", "forename", "title", "dob", "sex",
    "address1", "address2", "postcode", "phone", "gp_practice", "admitted_at", "admission_method",
    "specialty", "consultant", "site", "ward", "bed", "edd", "nctr_from", "delay_reason", "spell",
)  # fmt: skip
SURNAMES = ("SAMPLETON", "EXEMPLER", "TESTSTONE", "SPECIMEN-HALL", "O'DEMO", "FICTIVE", "NOBODY")
FORENAMES = ("Aoife", "Siân", "Zoë", "Bertram", "Olu", "Meena", "Piotr", "Gwen", "Idris")
_WEIGHTS = range(10, 1, -1)


def nhs_numbers() -> Iterator[str]:
    """Yield numbers of the 999 range that pass the check digit, from the lowest."""
    for number in count(10):
        digits = f"999{number:06}"
        rest = sum(int(d) * w for d, w in zip(digits, _WEIGHTS, strict=True)) % 11
        if rest != 1:
            yield f"{digits}{(11 - rest) % 11}"


def write_extract(path: Path, rows: int, *, now: datetime, nctr: bool = True) -> Path:
    """Write an extract of `rows` inpatients and return its path.

    Args:
        path: the file.
        rows: how many spells.
        now: an aware instant; admissions lie in the weeks before it.
        nctr: whether half of the rows carry the start of an NCTR period.
    """
    rng = random.Random(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(HEADER)
        for number, nhs in enumerate(islice(nhs_numbers(), rows)):
            out.writerow(_row(number, nhs, now, rng, nctr=nctr))
    return path


def _row(
    number: int, nhs: str, now: datetime, rng: random.Random, *, nctr: bool
) -> tuple[str, ...]:
    admitted = now - timedelta(hours=rng.randint(48, 900))
    ready = admitted + timedelta(hours=24) if nctr and number % 2 else None
    return (
        nhs, "01", f"T{number:07}", rng.choice(SURNAMES), rng.choice(FORENAMES), "Mx",
        f"{rng.randint(1, 28):02}/{rng.randint(1, 12):02}/{rng.randint(1926, 1960)}",
        rng.choice("FM"), f"{number} Sample Street", "Sampleton", "PO6 9ZA",
        f"01632 {960000 + number % 1000}", "Z99001", f"{admitted:%d/%m/%Y %H:%M}", "21", "430",
        "Dr A Sample", "XDA01", f"Ward {number // 28 % 40}", f"B{number % 28}",
        f"{now + timedelta(days=rng.randint(1, 20)):%d/%m/%Y}",
        f"{ready:%d/%m/%Y %H:%M}" if ready else "", "CTH01" if ready else "", f"SP-{number:07}",
    )  # fmt: skip
