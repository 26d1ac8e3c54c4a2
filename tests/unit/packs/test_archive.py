"""A pack's file is one to keep: PDF/A-2b, as far as its parts can be looked at one by one."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from pypdf import PdfReader

from d2a_desktop.packs.handover_pack import render_handover_pack
from tests.unit.packs.pack_content import make_handover, make_header, make_identity
from tests.unit.packs.reading import Read, printed


@pytest.fixture(scope="module")
def read() -> Read:
    identity = make_identity(family_name="حداد", given_name="ليلى", preferred_name="สมหญิง")
    return printed(
        render_handover_pack, make_handover(header=make_header(draft=True), identity=identity)
    )


def test_it_says_that_it_is_pdfa_and_what_its_colours_mean(read: Read) -> None:
    file = PdfReader(io.BytesIO(read.data))
    root = file.trailer["/Root"]
    metadata = root["/Metadata"]
    assert "/Filter" not in metadata
    words = metadata.get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>" in words
    intent = root["/OutputIntents"][0]
    assert intent["/S"] == "/GTS_PDFA1"
    profile = intent["/DestOutputProfile"].get_object()
    assert profile["/N"] == 3
    assert profile.get_data()[36:40] == b"acsp"
    assert "/ID" in file.trailer
    assert "/Encrypt" not in file.trailer


def test_metadata_and_information_agree_and_name_nobody(read: Read) -> None:
    file = PdfReader(io.BytesIO(read.data))
    xmp, info = file.xmp_metadata, file.metadata
    assert xmp is not None
    assert info is not None
    assert info.creation_date is not None
    assert info.title == xmp.dc_title["x-default"] == "Handover pack"
    assert info.producer == xmp.pdf_producer
    assert info.creator == xmp.xmp_creator_tool
    assert info.creation_date.replace(tzinfo=None) == xmp.xmp_create_date
    assert file.trailer["/Root"]["/Lang"] == "en-GB"
    everything = f"{dict(info)} {file.trailer['/Root']['/Metadata'].get_data().decode()}"
    for name in ("حداد", "ليلى", "9990123403", "H204417"):
        assert name not in everything


def test_every_face_is_embedded_and_no_page_is_transparent(read: Read) -> None:
    file = PdfReader(io.BytesIO(read.data))
    faces: dict[str, bool] = {}
    for page in file.pages:
        resources = page["/Resources"]
        for font in resources["/Font"].values():
            face = font.get_object()
            faces[face["/BaseFont"]] = "/FontFile2" in face["/FontDescriptor"]
            assert "/Encoding" not in face  # a symbolic face has none
        for state in (resources.get("/ExtGState") or {}).values():
            settings = state.get_object()
            assert {settings.get("/ca", 1), settings.get("/CA", 1)} == {1}
    assert all(faces.values())
    assert {re.sub(r"^/[A-Z]+\+", "", name) for name in faces} >= {
        "NotoSansArabic-Bold",
        "NotoSansThai-Bold",
    }


def test_the_outline_is_that_of_the_headings(read: Read) -> None:
    outline: list[Any] = PdfReader(io.BytesIO(read.data)).outline
    titles = [entry["/Title"] for entry in outline]
    assert len(titles) >= 10
    assert len(set(titles)) == len(titles)
