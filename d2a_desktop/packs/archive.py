"""What makes a pack's file one to keep (PDF/A-2b): metadata as XMP, and what its colours mean."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from html import escape
from typing import Any

from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFStream, PDFString

from d2a_desktop.core.paths import resource

_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{program}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:description>
<dc:language><rdf:Bag><rdf:li>en-GB</rdf:li></rdf:Bag></dc:language>
<pdf:Producer>{producer}</pdf:Producer><xmp:CreatorTool>{program}</xmp:CreatorTool>
<xmp:CreateDate>{made}</xmp:CreateDate><xmp:ModifyDate>{made}</xmp:ModifyDate>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


def make_archivable(canvas: Any, *, title: str, program: str, made_at: datetime) -> None:
    """Give a canvas's document its metadata and output intent; `title` names nobody.

    `made_at` is aware; the file says it in UTC, as its information dictionary does.
    """
    # reportlab has no other door to the document's catalog.
    document = canvas._doc  # noqa: SLF001
    info = document.info
    words = _XMP.format(
        title=escape(title),
        program=escape(program),
        producer=escape(str(info.producer)),
        made=made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00"),
    )
    # Never compressed: programs look for it without reading the document.
    metadata = PDFStream(content=words.encode())
    metadata.dictionary["Type"] = PDFName("Metadata")
    metadata.dictionary["Subtype"] = PDFName("XML")
    document.Catalog.Metadata = metadata
    profile = PDFStream(content=_profile())
    profile.dictionary["N"] = 3
    intent = PDFDictionary(
        {
            "Type": PDFName("OutputIntent"),
            "S": PDFName("GTS_PDFA1"),
            "OutputConditionIdentifier": PDFString("sRGB IEC61966-2.1"),
            "Info": PDFString("sRGB IEC61966-2.1"),
            "DestOutputProfile": document.Reference(profile, "colour profile"),
        }
    )
    catalog = document.Catalog
    catalog.__NoDefault__ = [*catalog.__NoDefault__, "OutputIntents"]
    catalog.OutputIntents = PDFArray([intent])


@lru_cache(maxsize=1)
def _profile() -> bytes:
    return resource("colour/srgb.icc").read_bytes()
