"""The symbol of an issue: read from the rendered page, as a scanner would; the code alone."""

from __future__ import annotations

import pypdfium2
import pytest
import zxingcpp

from d2a_desktop.packs.anonymous_sheet import render_anonymous_sheet
from d2a_desktop.packs.handover_pack import render_handover_pack
from d2a_desktop.packs.issue_code import modules
from tests.unit.packs.other_content import make_offer_sheet
from tests.unit.packs.pack_content import make_handover, make_header
from tests.unit.packs.reading import printed

CODE = "P-7K3Q-MX4P"


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_the_code_is_read_from_a_page_of_a_laser_printer(mode: str) -> None:
    read = printed(render_handover_pack, make_handover(header=make_header(reference=CODE)))
    with pypdfium2.PdfDocument(read.data) as document:
        for number in (0, len(document) - 1):
            picture = document[number].render(scale=300 / 72).to_pil().convert(mode)
            found = zxingcpp.read_barcodes(picture)
            assert [(one.text, one.format.name) for one in found] == [(CODE, "QRCode")]


def test_the_anonymous_sheet_carries_its_code_too() -> None:
    sheet = make_offer_sheet()
    read = printed(render_anonymous_sheet, sheet)
    with pypdfium2.PdfDocument(read.data) as document:
        picture = document[0].render(scale=300 / 72, grayscale=True).to_pil()
    assert [one.text for one in zxingcpp.read_barcodes(picture)] == [sheet.header.reference]


def test_a_preview_has_no_code_to_scan() -> None:
    read = printed(render_handover_pack, make_handover(header=make_header(reference="Preview")))
    with pypdfium2.PdfDocument(read.data) as document:
        assert not zxingcpp.read_barcodes(document[0].render(scale=300 / 72).to_pil())


def test_the_white_zone_is_four_modules_wide() -> None:
    read = printed(render_handover_pack, make_handover(header=make_header(reference=CODE)))
    with pypdfium2.PdfDocument(read.data) as document:
        picture = document[0].render(scale=300 / 72, grayscale=True).to_pil()
    found = zxingcpp.read_barcodes(picture)[0].position
    module = (found.top_right.x - found.top_left.x) / len(modules(CODE))
    quiet = round(3.4 * module)
    for x in range(found.top_left.x - quiet, found.top_right.x + quiet):
        assert picture.getpixel((x, found.top_left.y - quiet)) > 250
        assert picture.getpixel((x, found.bottom_left.y + quiet)) > 250
