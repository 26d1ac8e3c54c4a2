"""One person's record over a real desk: banner, parts, actions, notes and what is recorded."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QLabel

from d2a_desktop.core.errors import RefusedError
from d2a_desktop.domain.permissions import Role
from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.boards.case_record.page import PARTS, CaseRecordPage
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.dialogs.action_dialog import ActionDialog
from d2a_desktop.ui.formats.words import SIMILAR_NAME
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Look, Theme
from d2a_desktop.ui.widgets.toast import Toast
from tests.integration.main_job.desks import full_record
from tests.ui.open_desks import OpenDesk, open_desk_in, settled


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
    made.open_case(case)
    settled(qtbot, lambda: made.view is not None)
    return made


def texts(page: CaseRecordPage) -> str:
    labels = page.overview.findChildren(QLabel)
    return " | ".join(each.text() for each in labels if each.isVisibleTo(page.overview))


def test_the_banner_stands_above_every_part(page: CaseRecordPage):
    for key, _ in PARTS:
        page.show_part(key)
        assert page.banner.isVisible()
        assert page.banner.accessibleName().startswith("SAMPLETON, Zoë; Born 28-Feb-1940 (86y)")
        assert page.banner.geometry().bottom() < page.stack.geometry().top()


def test_a_key_pressed_before_the_record_has_come_opens_nothing_and_breaks_nothing(
    page: CaseRecordPage, desk: OpenDesk, qtbot
):
    other = desk.admit("Exampleby", bed="A2")
    page.setFocus()
    page.open_case(other)
    assert page.view is None
    with qtbot.captureExceptions() as failed:
        for key in "NLBTCAEP":
            qtbot.keyClick(page, getattr(Qt.Key, f"Key_{key}"))
    assert failed == []
    assert page.findChildren(ActionDialog) == []
    settled(qtbot, lambda: page.view is not None)
    assert page.banner.accessibleName().startswith("EXAMPLEBY")


def test_a_late_answer_about_somebody_else_is_never_shown(
    page: CaseRecordPage, desk: OpenDesk, case: str, qtbot
):
    stale = page.view
    assert stale is not None
    page.open_case(desk.admit("Exampleby", bed="A2"))
    page._loaded(stale, case, first=True)
    assert page.view is None
    assert page.banner.accessibleName() == ""
    settled(qtbot, lambda: page.view is not None)
    page._not_there(RefusedError("This desk does not hold the case."), case)
    assert page.banner.accessibleName().startswith("EXAMPLEBY")
    page._not_there(RefusedError("This desk holds the case no longer."), page._wanted)
    assert (page.view, page.banner.accessibleName()) == (None, "")
    assert page.stack.isHidden()


def test_who_may_not_read_restricted_notes_is_not_told_of_them(
    theme: Theme, actions: Actions, tasks: Tasks, desk: OpenDesk, case: str, qtbot
):
    desk.do(case, "update", add={"restricted_note": [{"kind": "key_code", "text": "Key 4821"}]})
    people = ("hospital", Role.WARD_COORDINATOR, True), ("agency", Role.AGENCY_MANAGER, False)
    for kind, role, told in people:
        desk.caller = replace(desk.caller, role=role, org_kind=kind)
        link = DeskLink()
        link.set_desk(desk)
        made = CaseRecordPage(theme, actions, tasks, link)
        link.setParent(made)
        qtbot.addWidget(made)
        made.show()
        made.open_case(case)
        settled(qtbot, partial(_is_read, made))
        assert made.overview.restricted.isVisible() is told, role
        if not told:
            made.overview.reveal()
            settled(qtbot, made.notice.isVisible)
            assert "not for this role" in made.notice.accessibleName()
            assert "4821" not in texts(made)
        link.clear()


def _is_read(page: CaseRecordPage) -> bool:
    return page.view is not None


def test_the_title_never_holds_the_person(page: CaseRecordPage):
    assert page.title == "Record"
    assert "ampleton" not in page.windowTitle() + page.accessibleName()


def test_opening_a_record_is_recorded(page: CaseRecordPage, desk: OpenDesk, qtbot):
    def views() -> int:
        with desk.store.read() as session:
            from d2a_desktop.models.access_log import AccessLog

            return session.query(AccessLog).filter_by(action="record:viewed").count()

    settled(qtbot, lambda: views() == 1)
    page.showing()
    assert views() == 1


def test_no_one_is_shown_before_a_record_came_and_after_the_desk_is_shut(
    page: CaseRecordPage, link: DeskLink
):
    assert page.stack.isVisible()
    link.clear()
    assert not page.stack.isVisible()
    assert not page.banner.isVisible()
    assert page.banner.accessibleName() == ""


def test_the_overview_says_what_to_do_now_and_since_when_the_person_waits(page: CaseRecordPage):
    said = texts(page)
    assert "Refer to the hub" in said
    assert "since 14-Nov 09:30" in said
    assert "Dr Sample, Consultant" in said
    assert page.overview.stepper.accessibleDescription() == "Done: none, next: Referred"


def test_a_review_with_a_criterion_ends_the_waiting(page: CaseRecordPage, qtbot):
    dialog = page.open_action("review")
    assert dialog is not None
    assert dialog.fields.editor("decided_by").read() == "Dr Sample"
    dialog.put(applies=["CTR04"])
    with qtbot.waitSignal(page.request_toast) as told:
        dialog.submit()
    assert told.args[0] == "Criteria to reside reviewed. Stage: Inpatient."
    settled(qtbot, lambda: page.view is not None and page.view.stage == "inpatient")


def test_three_keys_review_the_criteria_of_the_person_in_front(
    page: CaseRecordPage, desk: OpenDesk, case: str, qtbot
):
    page.setFocus()
    qtbot.keyClick(page, Qt.Key.Key_C)
    (dialog,) = page.findChildren(ActionDialog)
    settled(qtbot, lambda: dialog.focusWidget() is not None)
    qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_4)
    assert dialog.fields.editor("applies").read() == ["CTR04"]
    qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settled(qtbot, lambda: page.view is not None and page.view.stage == "inpatient")
    assert desk.queries.case(desk.caller, case).criteria_applies == ("CTR04",)


def test_a_form_says_at_the_field_what_is_missing_and_changes_nothing(
    page: CaseRecordPage, desk: OpenDesk, case: str
):
    dialog = page.open_action("barrier")
    assert dialog is not None
    dialog.submit()
    assert dialog.fields.field("reason_code").error == "Enter this"
    assert "Delay reason: Enter this" in dialog.summary.accessibleName()
    assert desk.queries.case(desk.caller, case).barriers == ()


def test_a_time_in_the_future_is_refused_in_words_and_the_window_stays(page: CaseRecordPage, qtbot):
    dialog = page.open_action("review")
    assert dialog is not None
    dialog.fields.editor("decided_at").widget.setText("23-Nov-2026 13:10")
    dialog.submit()
    settled(qtbot, dialog.refused.isVisible)
    assert "cannot be in the future" in dialog.refused.text()
    assert dialog.isVisible()


def test_a_barrier_is_opened_and_resolved_from_the_list(page: CaseRecordPage, qtbot):
    dialog = page.open_action("barrier")
    assert dialog is not None
    dialog.put(reason_code="HP02", detail="Waiting for the letter")
    dialog.submit()
    settled(qtbot, lambda: page.follow_up.barriers.model.rowCount() == 1)
    page.show_part("follow_up")
    page.follow_up.barriers.press("Resolve")
    settled(
        qtbot,
        lambda: page.follow_up.barriers.model.row_at(0).resolved_at is not None,
    )


def test_a_barrier_gets_another_owner_and_the_tab_says_how_much_is_open(
    page: CaseRecordPage, desk: OpenDesk, case: str, qtbot
):
    desk.do(case, "barrier", reason_code="HP02", owner_name="Pat Sample")
    page.open_case(case, part="follow_up")
    barriers = page.follow_up.barriers
    settled(qtbot, lambda: barriers.model.rowCount() == 1)
    barriers.press("Change…")
    dialog = page.findChild(ActionDialog)
    assert dialog is not None
    assert dialog.fields.editor("owner_name").read() == "Pat Sample"
    dialog.put(owner_name="Mo Sample")
    dialog.submit()
    settled(qtbot, lambda: barriers.model.row_at(0).owner == "Mo Sample")
    tab = page.tabs.button([key for key, _ in PARTS].index("follow_up"))
    assert page.view is not None
    tasks = sum(1 for task in page.view.tasks if task.status == "open")
    assert tab.accessibleName() == f"Tasks and barriers, {1 + tasks} open"


def test_what_was_resolved_by_mistake_is_taken_back_and_done_again_by_key(
    page: CaseRecordPage, theme: Theme, desk: OpenDesk, case: str, qtbot
):
    desk.do(case, "barrier", reason_code="HP02", detail="Waiting for the letter")
    toast = Toast(theme, page)
    page.request_toast.connect(lambda words, undo: toast.show_words(words, undo=undo))
    page.open_case(case, part="follow_up")
    barriers = page.follow_up.barriers
    settled(qtbot, lambda: barriers.model.rowCount() == 1)

    def still_open() -> int:
        view = desk.queries.case(desk.caller, case)
        return sum(1 for each in view.barriers if each.resolved_at is None)

    barriers.press("Resolve")
    settled(qtbot, lambda: toast.words == "Barrier resolved.")
    assert not toast.redo()
    for _ in range(2):
        assert still_open() == 0
        assert toast.undo()
        settled(qtbot, lambda: toast.isVisible() and toast.words == "Undone: Barrier resolved.")
        assert still_open() == 1
        assert not toast.undo()
        assert toast.redo()
        settled(qtbot, lambda: toast.words == "Done again: Barrier resolved.")
    toast.hide()  # nobody names it any more: no key takes it back
    assert not toast.undo()
    assert still_open() == 0
    assert "ampleton" not in toast.words


def test_somebody_of_a_similar_name_on_the_ward_is_told_of_in_banner_and_dialog(
    page: CaseRecordPage, desk: OpenDesk, case: str, qtbot
):
    assert SIMILAR_NAME not in page.banner.accessibleName()
    desk.admit("Sampelton", bed="A2")
    page.open_case(case)
    settled(qtbot, lambda: SIMILAR_NAME in page.banner.accessibleName())
    dialog = page.open_action("note")
    assert dialog is not None
    assert dialog.banner is not None
    assert SIMILAR_NAME in dialog.banner.accessibleName()
    dialog.reject()
    board = desk.queries.ward_board(desk.caller)
    assert [row.similar_name for row in board.rows] == [True, True]
    hits = desk.queries.search(desk.caller, "samp")
    assert [hit.similar_name for hit in hits if hit.case_id] == [True, True]
    told = [hit.subtitle for hit in hits if hit.subtitle.endswith(case)]
    assert told[0].startswith("Born 28-Feb-1940 · NHS No. 999 001 2377")


def test_a_contact_is_logged_by_one_key_with_number_channel_and_outcome(
    page: CaseRecordPage, desk: OpenDesk, case: str, qtbot
):
    desk.do(case, "update", values={"patient": {"phone": "01632 960111"}})
    page.open_case(case)
    settled(qtbot, lambda: bool(page.view and page.view.records["patient"].get("phone")))
    page.setFocus()
    qtbot.keyClick(page, Qt.Key.Key_L)
    dialog = next(each for each in page.findChildren(ActionDialog) if each.isVisible())
    person, number = (dialog.fields.editor(name).widget for name in ("spoken_to", "number"))
    known = dialog.fields.editor("known").widget
    assert dialog.focusWidget() is known
    assert "At home: 01632 960111" in [known.itemText(place) for place in range(known.count())]
    qtbot.keyClicks(person, "Sam Sampleton")
    qtbot.keyClicks(number, "01632 960111")
    dialog.put(outcome="no_answer")
    with qtbot.waitSignal(page.request_toast) as told:
        qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert told.args == ["Contact logged.", None]  # a note is never taken back
    entry = desk.queries.case(desk.caller, case).timeline[0]
    assert entry.title == "Call with Sam Sampleton"
    assert entry.text == "Telephone · 01632 960111 · No answer."


def test_none_applies_is_recorded_in_two_keys(
    page: CaseRecordPage, desk: OpenDesk, case: str, qtbot
):
    """The last decider stands in the form: C opens it, Ctrl+Enter records that none applies."""
    before = len([e for e in desk.queries.case(desk.caller, case).timeline if e.kind == "review"])
    page.setFocus()
    qtbot.keyClick(page, Qt.Key.Key_C)
    dialog = next(each for each in page.findChildren(ActionDialog) if each.isVisible())
    with qtbot.waitSignal(page.request_toast):
        qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    after = [e for e in desk.queries.case(desk.caller, case).timeline if e.kind == "review"]
    assert len(after) == before + 1
    assert after[0].title == "No criteria to reside"


def test_a_task_is_opened_and_done_with_its_outcome(page: CaseRecordPage, qtbot):
    dialog = page.open_action("task")
    assert dialog is not None
    dialog.put(kind="pharmacy")
    dialog.submit()
    settled(qtbot, lambda: page.follow_up.tasks.model.rowCount() == 1)
    assert page.follow_up.tasks.model.row_at(0).owner == "Pharmacy"
    page.follow_up.tasks.press("Task done")
    finish = page.findChild(type(dialog))
    assert finish is not None
    finish.put(outcome_code="spoken")
    finish.submit()
    settled(qtbot, lambda: page.follow_up.tasks.model.row_at(0).status == "done")


def test_a_note_is_written_on_the_overview(page: CaseRecordPage, qtbot):
    page.overview.note.setText("Called the daughter")
    qtbot.keyClick(page.overview.note, Qt.Key.Key_Return)
    settled(qtbot, lambda: "Called the daughter" in texts(page))
    assert page.overview.note.text() == ""


def test_a_note_that_was_not_taken_stands_in_its_line_again(
    page: CaseRecordPage, desk: OpenDesk, qtbot, monkeypatch
):
    def refuse(*_: object) -> None:
        raise RefusedError("The desk is shut.", code="shut")

    qtbot.keyClicks(page.overview.note, "Rang twice")
    monkeypatch.setattr(desk.actions, "do", refuse)
    qtbot.keyClick(page.overview.note, Qt.Key.Key_Return)
    settled(qtbot, page.notice.isVisible)
    assert page.overview.note.text() == "Rang twice"
    monkeypatch.undo()
    qtbot.keyClick(page.overview.note, Qt.Key.Key_Return)
    settled(qtbot, lambda: "Rang twice" in texts(page))
    assert page.overview.note.text() == ""


def test_restricted_notes_are_shown_on_request_and_hidden_on_leaving(
    page: CaseRecordPage, desk: OpenDesk, case: str, qtbot
):
    desk.do(case, "update", add={"restricted_note": [{"kind": "key_code", "text": "Key 4821"}]})
    page.showing()
    settled(qtbot, lambda: "1 note" in texts(page))
    assert "4821" not in texts(page)
    page.overview.reveal()
    settled(qtbot, lambda: "4821" in texts(page))
    page.overview._revealed("somebody else's case", [("key_code", "Key 9999")])
    assert "9999" not in texts(page)
    assert page.leaving()
    assert "4821" not in texts(page)


def test_letters_work_while_no_field_has_the_focus(page: CaseRecordPage, qtbot):
    page.setFocus()
    qtbot.keyClick(page, Qt.Key.Key_P)
    assert page.part == "packs"
    qtbot.keyClick(page, Qt.Key.Key_E)
    assert page.part == "referral"
    qtbot.keyClick(page, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    assert page.part == "follow_up"
    page.setFocus()
    with qtbot.waitSignal(page.board_asked):
        qtbot.keyClick(page, Qt.Key.Key_Backspace)


def test_a_pack_is_asked_of_the_pack_window(page: CaseRecordPage, case: str, qtbot):
    with qtbot.waitSignal(page.pack_asked) as asked:
        page.packs.packs.press("Preview handover pack")
    assert asked.args == [case, "handover"]


def test_the_actions_are_those_the_services_allow(page: CaseRecordPage):
    words = [act.text() for act in page.menu.actions()]
    assert "Review criteria to reside" in words
    assert "Confirm pathway" not in words
    assert page.open_action("pathway") is None


def test_every_list_of_the_record_passes_the_model_tester(
    page: CaseRecordPage, desk: OpenDesk, case: str, qtbot
):
    for model in (
        page.follow_up.tasks.model,
        page.follow_up.barriers.model,
        page.offers.offers.model,
        page.visits.visits.model,
        page.packs.packs.model,
    ):
        QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    desk.do(case, "task", kind="other", title="Something")
    page.showing()
    settled(qtbot, lambda: page.follow_up.tasks.model.rowCount() == 1)


def test_a_change_made_elsewhere_comes_in(
    page: CaseRecordPage, desk: OpenDesk, case: str, tasks: Tasks, qtbot
):
    result = desk.do(case, "note", text="From another window")
    tasks.tell(result.changes)
    settled(qtbot, lambda: "From another window" in texts(page))


def test_another_person_takes_the_place_of_the_first_at_once(
    page: CaseRecordPage, desk: OpenDesk, qtbot
):
    other = desk.admit("Exampleby", bed="A2")
    page.open_case(other)
    assert not page.banner.isVisible()
    settled(qtbot, lambda: page.view is not None and page.view.case_ref == other)
    assert page.banner.accessibleName().startswith("EXAMPLEBY")


def test_a_record_the_desk_does_not_hold_says_so(page: CaseRecordPage, qtbot):
    page.open_case("C-NONE-NONE")
    settled(qtbot, page.notice.isVisible)
    assert not page.stack.isVisible()


@pytest.mark.parametrize("look", [Look.LIGHT, Look.DARK])
def test_the_record_fits_a_small_window_in_both_looks(
    page: CaseRecordPage, theme: Theme, look: Look
):
    theme.set_look(look)
    page.resize(1158, 640)
    theme.set_text_percent(150)
    # A page that asks for no more height than there is does not scroll its banner away.
    assert page.heightForWidth(1050) < 620
    for key, _ in PARTS:
        page.show_part(key)
        assert page.stack.width() <= page.width()
        assert not page.grab().isNull()


def test_the_hub_takes_a_person_from_the_referral_to_an_offer(
    theme: Theme, actions: Actions, tmp_path: Path, tasks: Tasks, qtbot
):
    hub = open_desk_in(tmp_path / "hub", role=Role.HUB_CASE_MANAGER)
    try:
        case = hub.admit("Sampleton", bed="A1", ready_for=3)
        hub.do(case, "refer", record=full_record())
        link = DeskLink()
        link.set_desk(hub)
        page = CaseRecordPage(theme, actions, tasks, link)
        qtbot.addWidget(page)
        page.open_case(case)
        settled(qtbot, lambda: page.view is not None)
        dialog = page.do_next()
        assert dialog is not None
        dialog.put(
            rationale="Can recover at home", options=["P1", "P2"], took_part=["therapy", "hub"]
        )
        dialog.submit()
        settled(qtbot, lambda: page.view is not None and page.view.stage == "pathway_confirmed")
        offers = page.do_next()
        assert offers is not None
        offers.submit()
        settled(qtbot, lambda: offers.refused.text() != "")
        assert "Name at least one agency" in offers.refused.text()
        tasks.close()
    finally:
        hub.close()
