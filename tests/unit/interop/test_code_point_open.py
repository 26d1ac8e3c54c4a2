"""Code-Point Open is read as it is given out, and anything else is refused with its place."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from d2a_desktop.core.errors import InputFileError, UnreachableError
from d2a_desktop.interop.code_point_open import CodePointOpen, PostcodePlace
from tests.code_point import code_point, row

GOOD = row("PO6 3LY", 465_000, 105_000)


def read(file: Path) -> list[PostcodePlace | None]:
    with CodePointOpen(file) as source:
        return [place for each in source.files for place in source.rows(each)]


def test_every_way_a_postcode_is_written_is_understood(tmp_path: Path):
    rows = [
        row("PO6 3LY", 465_000, 105_000),
        row("PO123AB", 460_000, 100_000, quality=50),
        row("N9  9ZW", 534_152, 193_613),
        row("W1A 0AX", 528_000, 181_000),
        row("PO6 9ZZ", 0, 0, quality=90),
    ]
    found = read(code_point(tmp_path / "codepo.zip", {"po": rows}))
    assert [place.postcode if place else None for place in found] == [
        "PO6 3LY",
        "PO12 3AB",
        "N9 9ZW",
        "W1A 0AX",
        None,
    ]
    assert found[1] == PostcodePlace("PO12 3AB", "PO12", 460_000, 100_000)


def test_the_year_of_the_copyright_is_the_products_own(tmp_path: Path):
    with CodePointOpen(code_point(tmp_path / "a.zip", {"po": [GOOD]})) as source:
        assert source.copyright_year() == 2026
    with CodePointOpen(code_point(tmp_path / "b.zip", {"po": [GOOD]}, metadata="")) as source:
        assert source.copyright_year() is None


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('"PO6 3LY",10,465000,105000', "po.csv, line 2 has 4 columns instead of 10"),
        (GOOD + ',"more"', "has 11 columns"),
        ("", "has 0 columns"),
        (row("NOT ONE", 465_000, 105_000), "line 2 does not begin with a postcode"),
        (GOOD.replace(",10,", ",ten,"), "must be whole numbers"),
        (GOOD.replace(",10,", ",11,"), "11 is not a positional quality"),
        (row("PO6 3LY", 0, 0), "outside the National Grid"),
        (row("PO6 3LY", 465_000, 1_400_000), "outside the National Grid"),
        ('"PO6 3LY,10', "is not CSV"),
        ("\N{LATIN SMALL LETTER E WITH ACUTE}", "is not plain text"),
    ],
)
def test_a_row_of_another_shape_is_refused_with_its_place(tmp_path: Path, line: str, words: str):
    with pytest.raises(InputFileError) as refused:
        read(code_point(tmp_path / "codepo.zip", {"po": [GOOD, line]}))
    assert words in refused.value.message
    assert "Nothing was changed" in refused.value.what_to_do


def test_a_file_that_is_no_zip_of_this_kind_is_refused(tmp_path: Path):
    (tmp_path / "text.zip").write_text("postcodes")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as other:
        other.writestr("Data/other.csv", GOOD)
    for name in ("text.zip", "other.zip"):
        with pytest.raises(InputFileError):
            CodePointOpen(tmp_path / name)
    with pytest.raises(UnreachableError):
        CodePointOpen(tmp_path / "missing.zip")


@pytest.mark.parametrize(
    ("at_local", "at_central", "value"), [(6, 8, b"\x01\x00"), (8, 10, b"\x63\x00")]
)
def test_a_list_that_is_encrypted_or_packed_in_an_unknown_way_is_refused_in_words(
    tmp_path: Path, at_local: int, at_central: int, value: bytes
):
    path = code_point(tmp_path / "codepo.zip", {"po": [GOOD]})
    raw = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", at_local), (b"PK\x01\x02", at_central)):
        place = raw.find(mark)
        while place >= 0:
            raw[place + offset : place + offset + 2] = value
            place = raw.find(mark, place + 4)
    path.write_bytes(raw)
    with pytest.raises(InputFileError, match="packed in a way that cannot be read"):
        read(path)


def test_a_damaged_zip_is_refused_wherever_it_is_damaged(tmp_path: Path):
    rows = [row(f"PO{n % 90 + 1} {n % 10}AB", 465_000 + n, 105_000 + 7 * n) for n in range(3000)]
    whole = code_point(tmp_path / "whole.zip", {"po": rows}).read_bytes()
    broken = tmp_path / "broken.zip"
    for at in range(400, len(whole) - 400, len(whole) // 12):
        broken.write_bytes(whole[:at] + bytes(60) + whole[at + 60 :])
        with pytest.raises(InputFileError):
            read(broken)
    for cut in (len(whole) // 2, len(whole) - 10):
        broken.write_bytes(whole[:cut])
        with pytest.raises(InputFileError):
            read(broken)
