"""Each kind of pack stays as it was looked at: text exactly, boxes to a point."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from d2a_desktop.packs.anonymous_sheet import render_anonymous_sheet
from d2a_desktop.packs.assessment_pack import render_assessment_pack
from d2a_desktop.packs.changeover_sheet import render_changeover_sheet
from d2a_desktop.packs.contingency_sheet import render_contingency_sheet
from d2a_desktop.packs.flow_sheet import render_flow_sheet
from d2a_desktop.packs.handover_content import HandoverContent
from d2a_desktop.packs.handover_pack import render_handover_pack
from d2a_desktop.packs.hub_sheet import render_hub_sheet
from d2a_desktop.packs.patient_copy import render_patient_copy
from d2a_desktop.packs.restricted_sheet import render_restricted_sheet
from d2a_desktop.packs.ward_sheet import render_ward_sheet
from d2a_desktop.packs.weekend_sheet import render_weekend_sheet
from tests.unit.packs.other_content import make_assessment, make_offer_sheet, make_patient
from tests.unit.packs.pack_content import make_handover, make_header, make_identity
from tests.unit.packs.reading import Read, flat, printed
from tests.unit.packs.sheet_content import (
    make_changeover,
    make_contingency_sheet,
    make_flow_sheet,
    make_hub_sheet,
    make_key_sheet,
    make_restricted_sheet,
    make_ward_sheet,
    make_weekend_sheet,
)

GOLDEN = Path(__file__).parents[2] / "golden"
WRITE = bool(os.environ.get("D2A_WRITE_GOLDEN"))
TOLERANCE = 1.5
"""Points; what a newer reader of PDF may round otherwise, and no eye can see."""


def empty_draft() -> HandoverContent:
    return HandoverContent(header=make_header(offline=True), identity=make_identity())


KINDS: dict[str, tuple[Callable[..., Any], Callable[[], Any]]] = {
    "handover": (render_handover_pack, make_handover),
    "handover_draft": (render_handover_pack, empty_draft),
    "assessment": (render_assessment_pack, make_assessment),
    "patient": (render_patient_copy, make_patient),
    "offer_sheet": (render_anonymous_sheet, make_offer_sheet),
    "changeover": (render_changeover_sheet, make_changeover),
    "board": (render_ward_sheet, make_ward_sheet),
    "board_initials": (render_ward_sheet, lambda: make_ward_sheet(6, full=False)),
    "hub_list": (render_hub_sheet, make_hub_sheet),
    "weekend": (render_weekend_sheet, make_weekend_sheet),
    "contingency": (render_contingency_sheet, make_contingency_sheet),
    "flow": (render_flow_sheet, make_flow_sheet),
    "key_sheet": (render_restricted_sheet, make_key_sheet),
    "restricted": (render_restricted_sheet, make_restricted_sheet),
}


def pages_of(read: Read) -> list[list[dict[str, Any]]]:
    return [
        [
            {"text": flat(b.text), "box": [round(v) for v in (b.left, b.bottom, b.right, b.top)]}
            for b in read.boxes(number)
        ]
        for number in range(len(read.pages))
    ]


def written(pages: list[list[dict[str, Any]]]) -> str:
    """One run of text a line, so that a difference can be read."""
    body = ",\n".join(
        "[\n" + ",\n".join(json.dumps(run, ensure_ascii=False) for run in page) + "\n]"
        for page in pages
    )
    return f"[\n{body}\n]\n"


@pytest.mark.parametrize("name", KINDS)
def test_a_pack_is_as_it_was_looked_at(name: str) -> None:
    render, make = KINDS[name]
    pages = pages_of(printed(render, make()))
    file = GOLDEN / f"pack_{name}.json"
    if WRITE:
        file.write_text(written(pages), encoding="utf-8")
    golden = json.loads(file.read_text(encoding="utf-8"))
    assert [[run["text"] for run in page] for page in pages] == [
        [run["text"] for run in page] for page in golden
    ]
    for page, looked_at in zip(pages, golden, strict=True):
        for run, kept in zip(page, looked_at, strict=True):
            for now, then in zip(run["box"], kept["box"], strict=True):
                assert abs(now - then) <= TOLERANCE, (run, kept)


def test_every_golden_file_belongs_to_a_pack() -> None:
    assert {file.name for file in GOLDEN.glob("pack_*.json")} == {
        f"pack_{name}.json" for name in KINDS
    }
