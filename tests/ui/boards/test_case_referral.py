"""The referral form over a real desk: autosave, errors, completeness, lists and sending."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from d2a_desktop.domain.completeness import MINIMUM_DATA
from d2a_desktop.domain.fields import RECORDS
from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.boards.case_record.page import CaseRecordPage
from d2a_desktop.ui.boards.case_record.referral_table import LIST_WORDS, SECTIONS, list_specs
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.dialogs.action_dialog import ActionDialog
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from tests.integration.main_job.desks import full_record
from tests.ui.open_desks import OpenDesk, settled


@pytest.fixture
def case(desk: OpenDesk) -> str:
    return desk.admit("Sampleton", bed="A1", number="999 001 2377", ready_for=8)


@pytest.fixture
def page(
    theme: Theme, actions: Actions, tasks: Tasks, link: DeskLink, case: str, qtbot
) -> CaseRecordPage:
    made = CaseRecordPage(theme, actions, tasks, link)
    made.resize(1200, 780)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    made.open_case(case, part="referral")
    settled(qtbot, lambda: made.view is not None)
    return made


def record(desk: OpenDesk, case: str, name: str) -> object:
    entity, _, column = name.partition(".")
    return desk.queries.case(desk.caller, case).records.get(entity, {}).get(column)


def test_every_item_of_the_minimum_data_set_can_be_entered_in_its_section():
    for item in MINIMUM_DATA:
        section = next(each for each in SECTIONS if each.key == item.section)
        offered = {*section.names, *section.lists}
        assert offered.intersection(item.alternatives), item.label


def test_every_field_of_the_table_is_a_field_of_the_record():
    for section in SECTIONS:
        for name in section.names:
            entity, _, column = name.partition(".")
            assert column in RECORDS[entity].fields, name
    for entity in LIST_WORDS:
        assert list_specs(entity)


def test_a_change_is_saved_after_two_quiet_seconds(
    page: CaseRecordPage, desk: OpenDesk, case: str, qtbot
):
    page.referral.type_in("care_need.mobility", "aid")
    page.referral.type_in("referral.what_matters", "Her garden")
    assert page.referral.state.text() == "Not saved yet"
    with qtbot.waitSignal(page.draft_saved, timeout=30_000) as told:
        pass
    assert told.args == ["Draft saved 09:30 on this computer"]
    assert record(desk, case, "care_need.mobility") == "aid"
    assert record(desk, case, "referral.what_matters") == "Her garden"
    assert record(desk, case, "referral.kind") == "full"
    assert record(desk, case, "referral.status") == "draft"


def test_leaving_the_part_saves_at_once(page: CaseRecordPage, desk: OpenDesk, case: str, qtbot):
    page.referral.type_in("home.lives_alone", True)
    with qtbot.waitSignal(page.draft_saved):
        page.show_part("overview")
    assert record(desk, case, "home.lives_alone") is True


def test_a_draft_of_the_person_before_is_kept_when_another_comes(
    page: CaseRecordPage, desk: OpenDesk, case: str, qtbot
):
    other = desk.admit("Exampleby", bed="A2")
    page.referral.type_in("patient.phone", "01632 960100")
    page.open_case(other)
    settled(qtbot, lambda: page.view is not None and page.view.case_ref == other)
    settled(qtbot, lambda: record(desk, case, "patient.phone") == "01632 960100")
    assert record(desk, other, "patient.phone") is None
    assert page.referral.editor("patient.phone").read() is None


def test_what_is_typed_is_not_overwritten_by_a_change_from_elsewhere(
    page: CaseRecordPage, desk: OpenDesk, case: str, tasks: Tasks, qtbot
):
    page.referral.type_in("referral.goals", "Walk to the shop")
    result = desk.do(case, "update", values={"referral": {"red_flags": "Ring 111"}})
    tasks.tell(result.changes)
    settled(qtbot, lambda: page.referral.editor("referral.red_flags").read() == "Ring 111")
    assert page.referral.editor("referral.goals").read() == "Walk to the shop"


def test_a_wrong_value_is_told_at_its_field_and_the_rest_is_saved(
    page: CaseRecordPage, desk: OpenDesk, case: str, qtbot
):
    editor = page.referral.editor("care_need.earliest_start")
    editor.widget.setText("next week")
    editor.edited.emit()
    page.referral.type_in("care_need.diet", "soft")
    with qtbot.waitSignal(page.draft_saved, timeout=30_000):
        pass
    wrong = page.referral.wrong_fields
    assert [field.words for field in wrong] == ["Earliest start"]
    assert "not a date" in wrong[0].error
    assert page.referral.summary.isVisible()
    assert record(desk, case, "care_need.diet") == "soft"
    assert not page.leaving()
    assert page.leaving()


def test_a_value_the_services_refuse_is_told_at_its_field(
    page: CaseRecordPage, desk: OpenDesk, case: str, qtbot
):
    page.referral.type_in("patient.family_name", None)
    page.referral.type_in("patient.title", "Mrs")
    settled(qtbot, lambda: record(desk, case, "patient.title") == "Mrs")
    assert [field.words for field in page.referral.wrong_fields] == ["Surname"]
    assert record(desk, case, "patient.family_name") == "Sampleton"


def test_none_is_an_answer_and_no_answer_is_not(
    page: CaseRecordPage, desk: OpenDesk, case: str, qtbot
):
    pets = page.referral.editor("home.pets")
    assert pets.read() is None
    page.referral.type_in("home.pets", [])
    assert pets.read() == []
    page.referral.flush()
    settled(qtbot, lambda: record(desk, case, "home.pets") == [])
    page.referral.type_in("home.pets", ["cat"])
    page.referral.flush()
    settled(qtbot, lambda: record(desk, case, "home.pets") == ["cat"])


def test_allergies_are_read_as_substance_and_reaction(
    page: CaseRecordPage, desk: OpenDesk, case: str, qtbot
):
    page.referral.type_in("patient.allergy_state", "known")
    page.referral.type_in("patient.allergies", ["Penicillin: rash", "Latex"])
    page.referral.flush()
    settled(qtbot, lambda: page.banner.accessibleName().endswith("Penicillin: rash, Latex"))
    assert record(desk, case, "patient.allergies") == [
        {"substance": "Penicillin", "reaction": "rash"},
        {"substance": "Latex"},
    ]


def test_a_contact_is_added_and_removed(page: CaseRecordPage, desk: OpenDesk, case: str, qtbot):
    people = page.referral._lists["contact"]
    dialog = people.add_line()
    dialog.put(name="Dee Sample", relationship="daughter", phone="01632 960101")
    dialog.submit()
    settled(qtbot, lambda: len(desk.queries.case(desk.caller, case).lists["contact"]) == 1)

    def words() -> str:
        return " | ".join(label.text() for label in people.findChildren(QLabel))

    settled(qtbot, lambda: "Dee Sample · daughter · 01632 960101" in words())
    next(
        each
        for each in people.findChildren(type(people.add))
        if each.accessibleName().startswith("Remove Dee")
    ).click()
    settled(qtbot, lambda: desk.queries.case(desk.caller, case).lists["contact"] == ())


def test_sending_lists_what_stops_it_then_sends_when_it_is_there(
    page: CaseRecordPage, desk: OpenDesk, case: str, qtbot
):
    page.referral.ask_to_send()
    dialog = page.findChild(ActionDialog)
    assert dialog is not None
    dialog.submit()
    settled(qtbot, dialog.refused.isVisible)
    assert "Next of kin or carer" in dialog.summary.accessibleName()
    assert dialog.isVisible()
    desk.do(case, "update", **full_record())
    with qtbot.waitSignal(page.request_toast) as told:
        dialog.submit()
    assert told.args[0] == "Referral sent to the hub. Stage: Referred."
    settled(qtbot, lambda: page.view is not None and page.view.stage == "referred")


def test_a_saved_draft_can_be_sent_later(page: CaseRecordPage, desk: OpenDesk, case: str, qtbot):
    page.referral.type_in("referral.goals", "Walk to the shop")
    page.referral.flush()
    settled(qtbot, lambda: record(desk, case, "referral.goals") is not None)
    desk.do(case, "update", **full_record())
    assert desk.do(case, "refer").stage == "referred"


def test_control_s_saves_and_asks_to_send(page: CaseRecordPage, qtbot):
    editor = page.referral.editor("referral.liaison_name").widget
    page.activateWindow()
    editor.setFocus()
    settled(qtbot, editor.hasFocus)
    qtbot.keyClicks(editor, "Sister Sample")
    qtbot.keyClick(editor, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    settled(qtbot, lambda: page.findChild(ActionDialog) is not None)


def test_the_wheel_never_changes_a_code(page: CaseRecordPage, qtbot):
    combo = page.referral.editor("care_need.transfers").widget
    before = combo.currentIndex()
    from PySide6.QtCore import QPoint, QPointF
    from PySide6.QtGui import QWheelEvent
    from PySide6.QtWidgets import QApplication

    event = QWheelEvent(
        QPointF(5, 5),
        QPointF(5, 5),
        QPoint(0, -120),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(combo, event)
    assert combo.currentIndex() == before


def test_the_sections_tick_when_nothing_of_them_is_missing(
    page: CaseRecordPage, desk: OpenDesk, case: str, qtbot, tmp_path: Path
):
    result = desk.do(case, "update", **full_record())
    page.showing()
    settled(qtbot, lambda: page.view is not None and page.view.completeness_done > 40)
    role = Qt.ItemDataRole.AccessibleTextRole
    said = [page.referral.sections.item(n).data(role) for n in range(len(SECTIONS))]
    assert "People, complete" in said
    assert "Function and needs, not complete" in said
    assert "% complete" in page.referral.done_words.text()
    assert result.changes
