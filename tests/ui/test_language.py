"""The ward board in Welsh: nothing left out, every plural form filled, the tables up to date."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QAbstractButton, QDialog, QLabel, QLineEdit, QTableView, QWidget

from d2a_desktop.core.paths import Profile, resource
from d2a_desktop.services.queries.alert_rows import AlertRow
from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.boards.ward_board import WardBoardPage
from d2a_desktop.ui.desk.pages import Parts, page_makers
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.dialogs.action_dialog import ActionDialog, DialogPlace
from d2a_desktop.ui.dialogs.alerts_dialog import AlertsDialog
from d2a_desktop.ui.dialogs.import_dialog import ImportDialog
from d2a_desktop.ui.dialogs.new_case_dialog import new_case_form
from d2a_desktop.ui.dialogs.pack_preview import PackPreviewDialog
from d2a_desktop.ui.dialogs.saved_views import SavedViewsDialog
from d2a_desktop.ui.formats.language import language_code, plural, tr, use_language
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.stepper import Stepper
from tests.ui.made_rows import NOW
from tests.ui.open_desks import open_desk_in, settled
from tests.ui.spoken_words import ROOT, counted, words

TABLES = resource("i18n")
FORMS = {"cy": 5, "en": 2}


@pytest.fixture
def welsh(qapp: QCoreApplication) -> Iterator[None]:
    use_language(qapp, "cymraeg")
    yield
    use_language(qapp, "english")


def messages(language: str) -> dict[str, ET.Element]:
    root = ET.parse(TABLES / f"d2a_{language}.ts").getroot()
    return {str(each.findtext("source")): each for each in root.iter("message")}


def test_every_word_of_the_ward_board_is_in_welsh():
    table = messages("cy")
    assert words() - set(table) == set()
    empty = [each for each in words() if not (table[each].findtext("translation") or "").strip()]
    assert empty == []
    assert set(table) - words() - set(counted()) == set(), "said nowhere any more"


def test_what_stands_in_braces_stands_in_the_translation_too():
    def parts(text: str) -> set[str]:
        return {each.split("}")[0] for each in text.split("{")[1:]}

    wrong = [
        source
        for source, each in messages("cy").items()
        if parts(source) != parts(each.findtext("translation") or "")
    ]
    assert wrong == []


@pytest.mark.parametrize("language", FORMS)
def test_every_plural_form_is_filled(language: str):
    table = messages(language)
    for source in counted():
        forms = [each.text or "" for each in table[source].iter("numerusform")]
        assert len(forms) == FORMS[language], source
        assert all("%n" in form for form in forms), source


@pytest.mark.parametrize("language", FORMS)
def test_the_tables_that_are_read_are_those_that_are_written(language: str, tmp_path: Path):
    made = tmp_path / "made.qm"
    tool = Path(sys.executable).with_name("pyside6-lrelease")
    command = [str(tool), str(TABLES / f"d2a_{language}.ts"), "-qm", str(made)]
    subprocess.run(command, check=True, capture_output=True)
    assert made.read_bytes() == (TABLES / f"d2a_{language}.qm").read_bytes()


def test_nothing_is_put_together_before_it_is_translated():
    wrong = []
    for path in sorted((ROOT / "d2a_desktop/ui").rglob("*.py")):
        for each in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(each, ast.Call) and getattr(each.func, "id", "") in ("tr", "plural"):
                parts = [a for a in each.args if isinstance(a, ast.JoinedStr | ast.BinOp)]
                wrong += [f"{path.name}:{each.lineno}" for _ in parts]
    assert wrong == []


def test_english_and_welsh_count_by_their_own_forms(welsh: None, qapp: QCoreApplication):
    said = [plural(number, "person", "people") for number in (0, 1, 4, 6, 31)]
    assert said == ["0 person", "1 person", "4 o bobl", "6 o bobl", "31 o bobl"]
    use_language(qapp, "english")
    said = [plural(number, "person", "people") for number in (0, 1, 31, 5000)]
    assert said == ["0 people", "1 person", "31 people", "5,000 people"]
    assert tr("Ward board") == "Ward board"


def test_the_setting_chooses_the_language():
    assert [language_code(each) for each in ("english", "cymraeg")] == ["en", "cy"]
    assert language_code("system") in ("en", "cy")


def test_a_board_in_welsh_says_each_row_in_welsh(
    welsh: None, theme: Theme, actions: Actions, tasks: Tasks, tmp_path: Path, qtbot
):
    desk = open_desk_in(tmp_path)
    desk.admit("Sampleton", bed="A1", ready_for=8)
    link = DeskLink()
    link.set_desk(desk)
    page = WardBoardPage(theme, actions, tasks, link)
    qtbot.addWidget(page)
    page.show()
    settled(qtbot, lambda: page.model.rowCount() == 1)
    role = Qt.ItemDataRole.AccessibleTextRole
    said = [page.model.index(0, number).data(role) for number in range(8)]
    assert said[0] == "Gwely: gwely C5 A1, gweithredu nawr"
    assert said[2].startswith("Cloc: 8d yn aros, dim meini prawf i aros ers")
    assert said[1].startswith("Claf: SAMPLETON, Zoë, Rhif GIG Anhysbys, ")
    assert said[3] == "Cam: Dim meini prawf i aros"
    assert "Atgyfeirio i'r hwb" in said[6]
    assert page.title == "Bwrdd y ward"
    page.model.set_filter("atgyfeirio")
    assert page.model.rowCount() == 1
    form = new_case_form(now=NOW)
    assert [form.title, form.fields[0].words] == ["Person newydd", "Cyfenw"]
    tasks.close()
    desk.close()


def test_the_board_of_a_desk_s_window_is_named_in_welsh(
    welsh: None, theme: Theme, actions: Actions, tasks: Tasks, tmp_path: Path, qtbot
):
    parts = Parts(theme, actions, tasks, DeskLink(), Profile(tmp_path))
    page = page_makers("hospital", parts)[0].make()
    qtbot.addWidget(page)
    assert page.title == "Bwrdd y ward"


def test_steps_whose_welsh_words_would_run_together_name_the_one_under_way(
    welsh: None, theme: Theme, qapp: QCoreApplication, bring
):
    made = Stepper(theme, small=True)
    made.resize(290, 60)
    made.set_stage("discharge_planned")
    bring(made)

    def written() -> set[int]:
        """Return in which fifths of the line below the steps there are words."""
        picture = made.grab().toImage()
        ground = picture.pixelColor(0, made.height() - 1)
        return {
            x * 5 // made.width()
            for x in range(made.width())
            for y in range(34, made.height())
            if picture.pixelColor(x, y) != ground
        }

    assert written() == {3}
    use_language(qapp, "english")
    made.update()
    assert written() == {0, 1, 2, 3, 4}


def test_the_windows_that_the_board_opens_say_nothing_in_english(
    welsh: None, theme: Theme, actions: Actions, tasks: Tasks, tmp_path: Path, qtbot
):
    desk = open_desk_in(tmp_path)
    case = desk.admit("Sampleton", bed="A1")
    link = DeskLink()
    link.set_desk(desk)
    page = WardBoardPage(theme, actions, tasks, link)
    qtbot.addWidget(page)
    state = page.panel.state.to_document(words=True)
    alert = AlertRow(
        "a", "clock", "Assess at home by 22-Nov 10:00", "X", "", False, None, "record", "x"
    )
    place = DialogPlace(theme=theme, tasks=tasks, link=link)
    table = messages("cy")
    english = {
        source
        for source, each in table.items()
        if "{" not in source and each.findtext("translation") != source
    }
    for dialog in (
        SavedViewsDialog(theme, tasks, link, "ward_board", state),
        ImportDialog(theme, tasks, link),
        AlertsDialog(theme, (alert,)),
        page.panel.view.choose_columns(),
        ActionDialog(place, new_case_form(now=NOW)),
        PackPreviewDialog(theme, tasks, link, case),
    ):
        dialog.show()
        said = set(_said(dialog))
        assert len(said) > 5
        assert said & english == set(), type(dialog).__name__
        if isinstance(dialog, AlertsDialog):
            assert dialog.model.index(0, 1).data() == "Asesu gartref erbyn 22-Nov 10:00"
        dialog.close()
    tasks.close()
    desk.close()


def _said(dialog: QDialog) -> Iterator[str]:
    """What a window writes and what it tells a screen reader."""
    yield dialog.windowTitle()
    for each in dialog.findChildren(QWidget):
        yield each.accessibleName()
        yield each.toolTip()
        if isinstance(each, QLabel | QAbstractButton):
            yield each.text().strip()
        if isinstance(each, QLineEdit):
            yield each.placeholderText()
        if isinstance(each, QTableView) and (model := each.model()) is not None:
            for number in range(model.columnCount()):
                yield str(model.headerData(number, Qt.Orientation.Horizontal))
