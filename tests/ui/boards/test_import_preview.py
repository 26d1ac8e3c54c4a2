"""The window of imports: every difference before it goes in, then the account of what did."""

from __future__ import annotations

from pathlib import Path

import pytest

from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.dialogs.import_dialog import ImportDialog
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from tests.ui.open_desks import OpenDesk, settled

SAMPLE = Path(__file__).resolve().parents[3] / "resources/samples/pas_extract.csv"


def changed(lines: list[str], number: int, **values: str) -> str:
    """Return a line of the sample with other values."""
    header, cells = lines[0].split(","), lines[number].split(",")
    for name, value in values.items():
        cells[header.index(name)] = value
    return ",".join(cells)


@pytest.fixture
def extract(desk: OpenDesk, tmp_path: Path) -> Path:
    """A later extract: one moved and got a date, one new, one refused, one as before."""
    lines = SAMPLE.read_text(encoding="utf-8").splitlines()
    first = tmp_path / "first.csv"
    first.write_text("\n".join(lines[:4]), encoding="utf-8")
    desk.imports.pas_csv(desk.caller, first)
    later = tmp_path / "later.csv"
    rows = [
        lines[0],
        changed(lines, 1, bed="Z9", edd="2026-12-24"),
        lines[2],
        lines[4],
        changed(lines, 5, surname=""),
    ]
    later.write_text("\n".join(rows), encoding="utf-8")
    return later


@pytest.fixture
def dialog(theme: Theme, tasks: Tasks, link: DeskLink, qtbot) -> ImportDialog:
    made = ImportDialog(theme, tasks, link)
    qtbot.addWidget(made)
    made.open()
    return made


def beds(desk: OpenDesk) -> set[str]:
    return {row.bed for row in desk.queries.ward_board(desk.caller).rows}


def test_every_difference_is_shown_before_anything_goes_in(
    dialog: ImportDialog, desk: OpenDesk, extract: Path, qtbot
):
    dialog.preview(extract)
    settled(qtbot, dialog.take_button.isVisible)
    assert "Nothing is in yet" in dialog.words.text()
    rows = dialog.model.rows_shown()
    assert [row.what for row in rows] == ["Refused", "Changes", "Changes", "New"]
    told = {row.column: (row.was, row.reason) for row in rows if row.what == "Changes"}
    assert told["Bed"][1] == "Z9"
    assert told["Bed"][0] not in ("", "Z9")
    dates = [both for label, both in told.items() if label != "Bed"]
    assert dates[0][1] == "24-Dec-2026"
    assert rows[1].who == rows[2].who != ""
    assert "Z9" not in beds(desk)
    with qtbot.waitSignal(dialog.imported):
        dialog.take_button.click()
    assert "Z9" in beds(desk)
    assert not dialog.take_button.isVisible()
    assert dialog.words.text() == "3 rows are in."


def test_a_file_that_changed_after_it_was_shown_is_not_taken_in(
    dialog: ImportDialog, desk: OpenDesk, extract: Path, qtbot
):
    dialog.preview(extract)
    settled(qtbot, dialog.take_button.isVisible)
    extract.write_text(extract.read_text(encoding="utf-8").replace("Z9", "Z8"), encoding="utf-8")
    dialog.take_button.click()
    settled(qtbot, lambda: dialog.summary.isVisibleTo(dialog))
    assert "changed since it was shown" in dialog.summary.accessibleName()
    assert not {"Z8", "Z9"} & beds(desk)


def test_a_file_without_news_offers_nothing_to_take_in(
    dialog: ImportDialog, extract: Path, tmp_path: Path, qtbot
):
    dialog.preview(tmp_path / "first.csv")
    settled(qtbot, lambda: "Nothing in this file is new" in dialog.words.text())
    assert not dialog.take_button.isVisible()


def test_looking_can_be_cancelled_and_says_so(dialog: ImportDialog, extract: Path, qtbot):
    dialog.preview(extract)
    dialog.progress.cancelled.emit()
    settled(qtbot, lambda: "cancelled" in dialog.words.text())
    assert not dialog.take_button.isVisible()
