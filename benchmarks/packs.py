"""A handover pack of six pages, beside bare reportlab setting the same words."""

from __future__ import annotations

import gc
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from html import escape
from pathlib import Path
from typing import Any

import pypdfium2
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate

from benchmarks.desks import BenchDesk, bench_desk
from benchmarks.figures import Figure, Timed, in_turn, stopwatch, timed
from d2a_desktop.core.paths import resource
from d2a_desktop.packs.fonts import REGULAR, typeface
from d2a_desktop.services.actions import Actions
from d2a_desktop.services.pack_batch import PackBatch
from d2a_desktop.services.packs import Packs

PAGES = 6
_MANY, _WARM = 100, 20
_FIRST_PACK = """
import io
from d2a_desktop.packs.handover_pack import render_handover_pack
from tests.unit.packs.pack_content import make_handover, make_medicines
render_handover_pack(make_handover(medicines=make_medicines(30)), io.BytesIO())
"""
_FIRST_BARE = """
import io, json
from html import escape
from pathlib import Path
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate
pdfmetrics.registerFont(TTFont("Face", {face!r}))
style = ParagraphStyle("bare", fontName="Face", fontSize=7, leading=8)
story = []
for page in json.loads(Path({file!r}).read_text(encoding="utf-8")):
    story += [Paragraph(escape(line), style) for line in page]
    story.append(PageBreak())
SimpleDocTemplate(io.BytesIO(), pagesize=A4, topMargin=20, bottomMargin=20).build(story)
"""


def figures(folder: Path) -> Iterator[Figure]:
    """Measure packs through the service, from the store to the PDF: one, the first, a hundred."""
    with bench_desk(folder / "desk") as desk:
        case = _someone(desk)
        packs = Packs(desk.context)
        people = 0
        while len(lines := _lines(packs.preview(desk.caller, case, "handover"))) < PAGES:
            people += 10
            _add_people(desk, case, people)
        taken = in_turn(
            timed(lambda: packs.preview(desk.caller, case, "handover")),
            timed(lambda: _bare(lines)),
            times=5,
        )
        words = "bare reportlab: the same lines as paragraphs, as many pages"
        yield Figure("pack", f"handover pack of {len(lines)} pages", *taken, words)
        yield _first(folder, lines)
        yield from _batch(desk, packs, case, lines)


def _first(folder: Path, lines: list[list[str]]) -> Figure:
    """Measure the first pack of a process, its imports and typefaces with it."""
    kept = folder / "lines.json"
    kept.write_text(json.dumps(lines), encoding="utf-8")
    face = str(resource("fonts/noto-sans/NotoSans-Regular.ttf"))
    bare = _FIRST_BARE.format(file=str(kept), face=face)
    ours, limit = in_turn(_process(_FIRST_PACK), _process(bare), times=3)
    words = "a process that draws the bare document"
    return Figure("pack", "first pack after start, reportlab and faces read", ours, limit, words)


def _batch(desk: BenchDesk, packs: Packs, case: str, lines: list[list[str]]) -> Iterator[Figure]:
    """Measure a hundred prints, each with its record, and what they leave in memory."""
    early: list[float] = []

    def keep_early(done: int, _total: int) -> None:
        if done == _WARM:
            early.append(_resident())

    batch = PackBatch(desk.context, packs)
    with stopwatch() as ours:
        batch.print_all(
            desk.caller, [case] * _MANY, "handover", lambda _one, _pdf: None, told=keep_early
        )
    late = _resident()
    with stopwatch() as limit:
        for _ in range(_MANY):
            _bare(lines)
    words = "as many bare documents"
    yield Figure("pack", "handover packs printed in a batch", ours[0], limit[0], words, count=_MANY)
    yield Figure("pack", f"memory after {_MANY} packs", late, early[0], f"after {_WARM}", unit="MB")


def _resident() -> float:
    """Return this process's memory in megabytes, after its garbage is swept."""
    gc.collect()
    status = Path("/proc/self/status")
    if not status.exists():
        return 0.0
    line = next(one for one in status.read_text().splitlines() if one.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def _process(code: str) -> Timed:
    command = [sys.executable, "-c", code]
    return timed(lambda: subprocess.run(command, check=True, capture_output=True))


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


def _add_people(desk: BenchDesk, case: str, number: int) -> None:
    people = [
        {"name": f"Dee Sample {number + n}", "relationship": "neighbour, looks in each evening"}
        for n in range(10)
    ]
    Actions(desk.context).do_document(desk.caller, case, "update", {"add": {"contact": people}})


def _lines(pdf: bytes) -> list[list[str]]:
    """Return the lines of each page."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_range().splitlines() for page in document]


def _bare(pages: list[list[str]]) -> bytes:
    typeface()
    out = io.BytesIO()
    style = ParagraphStyle("bare", fontName=REGULAR, fontSize=7, leading=8)
    story: list[Any] = []
    for page in pages:
        story += [Paragraph(escape(line), style) for line in page]
        story.append(PageBreak())
    SimpleDocTemplate(out, pagesize=A4, topMargin=20, bottomMargin=20).build(story)
    return out.getvalue()
