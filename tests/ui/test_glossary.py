"""Tooltips of terms say what the glossary says."""

from __future__ import annotations

import json
import re
from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from d2a_desktop.core.paths import resource
from d2a_desktop.ui.formats.cells import TextCell
from d2a_desktop.ui.formats.glossary import explained, explained_in
from d2a_desktop.ui.item_models.rows_model import Column, RowsModel
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.kpi_card import Kpi, KpiCard
from d2a_desktop.ui.widgets.labels import label
from tests.ui.literal_rows import ward_model

PAGE = Path(__file__).resolve().parents[2] / "docs/glossary.md"


def test_every_term_is_explained_as_the_glossary_does():
    rows = dict(re.findall(r"^\| ([^|]+?) \| ([^|]+?) \|$", PAGE.read_text("utf-8"), re.MULTILINE))
    held = json.loads(resource("words/glossary.json").read_text("utf-8"))
    assert {word: rows.get(word) for word in held["words"]} == held["words"]
    used = {word for words in held["headings"].values() for word in words}
    assert used | set(held["abbreviations"].values()) == set(held["words"])
    short = {each for word in rows for each in re.findall(r"\b[A-Z][A-Z0-9]{1,4}\b", word)}
    assert short == set(held["abbreviations"])


def test_a_heading_explains_its_term():
    model = ward_model()
    headings = [model.headerData(n, Qt.Orientation.Horizontal) for n in range(model.columnCount())]
    tip = model.headerData(
        headings.index("Clock"), Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole
    )
    assert tip == explained("Clock")
    assert "Never mixed with waiting" in tip
    assert explained("Bed") == ""


def test_an_abbreviation_is_explained_wherever_it_stands(theme: Theme, qtbot: QtBot):
    made = label("EDD 24-Nov, since NCTR")
    qtbot.addWidget(made)
    assert made.toolTip().splitlines() == [
        "EDD: Expected date of discharge.",
        *(line for line in explained_in("NCTR").splitlines()),
    ]
    made.setText("On the ward")
    assert made.toolTip() == ""
    made.setText("D2A")
    assert made.toolTip().startswith("discharge to assess (D2A): Going home")
    card = KpiCard(theme, Kpi("waiting", "3", "Waiting since NCTR"))
    qtbot.addWidget(card)
    assert "NCTR: No criteria to reside" in card.toolTip()
    assert card.toolTip().endswith("Show these in the list")
    assert explained_in("NHS No. 999 001 2377") == explained_in("SAMPLETON") == ""


def test_a_cell_explains_its_abbreviation():
    column: Column[str] = Column("a", "A", lambda row: TextCell("On the ward", row), str, width=90)
    model = RowsModel((column,), id_of=str)
    model.show(["EDD 24-Nov", "bed 3"])
    tips = [model.index(line, 0).data(Qt.ItemDataRole.ToolTipRole) for line in range(2)]
    assert tips == ["EDD: Expected date of discharge.", None]
