"""Zips of the real shape of Code-Point Open, with made-up postcodes."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

_HEADERS = (
    "PC,PQ,EA,NO,CY,RH,LH,CC,DC,WC\nPostcode,Positional_quality_indicator,Eastings,Northings\n"
)
_METADATA = (
    "PRODUCT: OS Code-Point Open\nDATASET VERSION NUMBER: 2026.4.0\nCOPYRIGHT DATE: 20261105\n"
)


def row(postcode: str, easting: int, northing: int, quality: int = 10) -> str:
    """One line as the product has it."""
    return (
        f'"{postcode}",{quality},{easting},{northing},"E92000001","","","","E06000044","E05002456"'
    )


def code_point(
    file: Path, areas: Mapping[str, Iterable[str]], *, metadata: str = _METADATA
) -> Path:
    """Write a zip with one file for each area; returns its path."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("Doc/Code-Point_Open_Column_Headers.csv", _HEADERS)
        if metadata:
            made.writestr("Doc/metadata.txt", metadata)
        for area, rows in areas.items():
            made.writestr(f"Data/CSV/{area}.csv", "".join(f"{each}\r\n" for each in rows))
    return file
