"""A handover pack of six pages, beside bare reportlab drawing the same words."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pypdfium2
from reportlab.pdfgen.canvas import Canvas

from benchmarks.desks import BenchDesk, bench_desk
from benchmarks.figures import Figure, in_turn, timed
from d2a_desktop.services.actions import Actions
from d2a_desktop.services.packs import Packs

PAGES = 6
_LEADING = 11


def figures(folder: Path) -> Iterator[Figure]:
    """Measure a preview of the pack through the service, from the store to the PDF."""
    with bench_desk(folder / "desk") as desk:
        case = _someone(desk)
        packs = Packs(desk.context)
        medicines = 0
        while len(lines := _lines(packs.preview(desk.caller, case, "handover"))) < PAGES:
            medicines += 5
            _add_medicines(desk, case, medicines)
        taken = in_turn(
            timed(lambda: packs.preview(desk.caller, case, "handover")),
            timed(lambda: _bare(lines)),
            times=5,
        )
    words = "bare reportlab: the same lines of text on as many pages"
    yield Figure("pack", f"handover pack of {len(lines)} pages", *taken, words)


def _someone(desk: BenchDesk) -> str:
    """Take a synthetic person in, with what the handover pack tells."""
    actions = Actions(desk.context)
    made = actions.do_document(
        desk.caller,
        None,
        "new",
        {
            "family_name": "Sampleton", "given_name": "Zoë", "birth_date": "1940-02-28",
            "gender": "female", "site": "XDA01", "ward": "C5", "bed": "A1", "mrn": "T1",
            "admitted_at": (desk.clock.now() - timedelta(days=9)).isoformat(),
        },
    )  # fmt: skip
    case = str(made.case_ref)
    long = "Prefers to be told first what is going to happen, and to do as much as she can. " * 4
    told = ("what_matters", "communication_tips", "please_do", "please_dont", "how_support",
            "goals", "therapy_plan", "contingency", "red_flags", "why_in_hospital")  # fmt: skip
    values = {
        "patient": {"address_1": "1 Sample Street", "postcode": "PO6 9ZA", "language": "English"},
        "referral": dict.fromkeys(told, long),
        "care_need": {"personal_care": "some_help", "mobility": "aid", "function_summary": long},
    }
    record = {
        "values": values,
        "add": {"contact": [{"name": "Dee Sample", "relationship": "daughter"}]},
    }
    actions.do_document(desk.caller, case, "refer", {"record": record, "send": False})
    return case


def _add_medicines(desk: BenchDesk, case: str, number: int) -> None:
    lines = [
        {"name": f"Samplazole {number + n}", "dose": "1 g", "route": "By mouth", "times": "08:00",
         "change": "new", "reason": "Watch for drowsiness; no more than four doses in a day."}
        for n in range(5)
    ]  # fmt: skip
    Actions(desk.context).do_document(desk.caller, case, "update", {"add": {"medicine": lines}})


def _lines(pdf: bytes) -> list[list[str]]:
    """Return the lines of each page."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_range().splitlines() for page in document]


def _bare(pages: list[list[str]]) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pageCompression=1)
    for page in pages:
        for number, line in enumerate(page):
            canvas.drawString(40, 800 - _LEADING * number, line)
        canvas.showPage()
    canvas.save()
    return out.getvalue()
