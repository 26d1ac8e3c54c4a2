"""Tooltips of terms say what the glossary says."""

from __future__ import annotations

import json
import re
from pathlib import Path

from PySide6.QtCore import Qt

from d2a_desktop.core.paths import resource
from d2a_desktop.ui.formats.glossary import explained
from tests.ui.literal_rows import ward_model

PAGE = Path(__file__).resolve().parents[2] / "docs/glossary.md"


def test_every_term_is_explained_as_the_glossary_does():
    rows = dict(re.findall(r"^\| ([^|]+?) \| ([^|]+?) \|$", PAGE.read_text("utf-8"), re.MULTILINE))
    held = json.loads(resource("words/glossary.json").read_text("utf-8"))
    assert {word: rows.get(word) for word in held["words"]} == held["words"]
    assert {word for words in held["headings"].values() for word in words} == set(held["words"])


def test_a_heading_explains_its_term():
    model = ward_model()
    headings = [model.headerData(n, Qt.Orientation.Horizontal) for n in range(model.columnCount())]
    tip = model.headerData(
        headings.index("Clock"), Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole
    )
    assert tip == explained("Clock")
    assert "Never mixed with waiting" in tip
    assert explained("Bed") == ""
