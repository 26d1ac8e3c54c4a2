"""What is typed and not sent is kept by itself, offered to its person, and to nobody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from d2a_desktop.domain.permissions import Caller
from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.boards.board_round import BoardRoundPage
from d2a_desktop.ui.boards.case_record.page import CaseRecordPage
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.dialogs import draft_keeper
from d2a_desktop.ui.dialogs.action_dialog import ActionDialog
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.notice_bar import NoticeBar
from tests.ui.open_desks import OpenDesk, open_desk_in, settled


@pytest.fixture
def desk(tmp_path: Path, tasks: Tasks) -> Iterator[OpenDesk]:
    opened = open_desk_in(tmp_path)
    yield opened
    tasks.close()
    opened.close()


@pytest.fixture
def case(desk: OpenDesk) -> str:
    return desk.admit("Sampleton", bed="A1", ready_for=8)


@pytest.fixture
def open_page(
    theme: Theme, actions: Actions, tasks: Tasks, desk: OpenDesk, qtbot: QtBot
) -> Callable[[str], CaseRecordPage]:
    """Open a record in a new window, as after a crash or by the next person."""

    def make(case: str) -> CaseRecordPage:
        link = DeskLink()
        link.set_desk(desk)
        page = CaseRecordPage(theme, actions, tasks, link)
        link.setParent(page)
        qtbot.addWidget(page)
        page.show()
        page.open_case(case)
        settled(qtbot, lambda: page.view is not None)
        return page

    return make


def kept(desk: OpenDesk, page: CaseRecordPage, form: str) -> Any:
    assert page.view is not None
    draft = desk.drafts.kept(desk.caller, page.view.case_id, form)
    return draft.values if draft else None


def press(bar: NoticeBar, words: str) -> None:
    found = [each for each in bar.findChildren(QPushButton) if each.text() == words]
    found[-1].click()


def open_note(page: CaseRecordPage) -> ActionDialog:
    dialog = page.open_action("note")
    assert dialog is not None
    return dialog


def type_words(dialog: ActionDialog, words: str, qtbot: QtBot) -> None:
    qtbot.keyClicks(dialog.fields.editor("text").widget, words)


NOTE = "note: Add a note"


def test_typed_words_are_kept_while_typing_offered_after_a_crash_and_gone_when_sent(
    open_page: Callable[[str], CaseRecordPage], desk: OpenDesk, case: str, qtbot: QtBot
):
    page = open_page(case)
    type_words(open_note(page), "Rang the family", qtbot)
    settled(qtbot, lambda: bool(kept(desk, page, NOTE)))  # by itself: nobody pressed anything
    assert kept(desk, page, NOTE)["text"] == "Rang the family"

    after = open_page(case)  # the first window never closed: it crashed
    dialog = open_note(after)
    settled(qtbot, dialog.draft_bar.isVisible)
    assert dialog.fields.editor("text").read() is None
    press(dialog.draft_bar, "Use it")
    assert dialog.fields.editor("text").read() == "Rang the family"
    assert not dialog.draft_bar.isVisible()
    with qtbot.waitSignal(after.request_toast):
        dialog.submit()
    settled(qtbot, lambda: kept(desk, after, NOTE) is None)


def test_the_two_seconds_are_two_and_the_form_says_when_it_was_kept(
    open_page: Callable[[str], CaseRecordPage], case: str, qtbot: QtBot
):
    assert draft_keeper.EVERY_MS == 2_000
    dialog = open_note(open_page(case))
    with qtbot.waitSignal(dialog.keeper.saved, timeout=8000):
        type_words(dialog, "Rang", qtbot)
    assert dialog.foot.text() == "Draft saved 09:30 on this computer"
    dialog.reject()


def test_escape_keeps_it_and_throwing_away_is_asked_twice(
    open_page: Callable[[str], CaseRecordPage], desk: OpenDesk, case: str, qtbot: QtBot
):
    page = open_page(case)
    first = open_note(page)
    type_words(first, "Rang", qtbot)
    qtbot.keyClick(first, Qt.Key.Key_Escape)
    settled(qtbot, lambda: bool(kept(desk, page, NOTE)))
    dialog = open_note(page)
    settled(qtbot, dialog.draft_bar.isVisible)
    press(dialog.draft_bar, "Throw it away")
    press(dialog.draft_bar, "Keep it")
    press(dialog.draft_bar, "Throw it away")
    assert kept(desk, page, NOTE) is not None
    press(dialog.draft_bar, "Yes, throw it away")
    settled(qtbot, lambda: kept(desk, page, NOTE) is None)
    dialog.reject()


def test_another_person_is_offered_nothing(
    open_page: Callable[[str], CaseRecordPage], desk: OpenDesk, case: str, qtbot: QtBot
):
    page = open_page(case)
    first = open_note(page)
    type_words(first, "Rang", qtbot)
    first.reject()
    settled(qtbot, lambda: bool(kept(desk, page, NOTE)))
    mine, desk.caller = desk.caller, Caller(**{**vars(desk.caller), "login": "u_another"})
    other = open_page(case)
    dialog = open_note(other)
    asked: list[object] = []
    dialog.keeper.found.connect(asked.append)
    assert kept(desk, other, NOTE) is None
    settled(qtbot, lambda: not other._tasks._under_way)
    assert asked == []
    assert not dialog.draft_bar.isVisible()
    dialog.reject()
    desk.caller = mine
    assert kept(desk, page, NOTE) is not None


def test_a_note_on_the_line_waits_for_its_own_person(
    open_page: Callable[[str], CaseRecordPage], desk: OpenDesk, case: str, qtbot: QtBot
):
    other = desk.admit("Otherton", bed="A2")
    page = open_page(case)
    qtbot.keyClicks(page.overview.note, "Rang the son")
    page.open_case(other)
    settled(qtbot, lambda: page.view is not None and page.view.banner.family_name == "Otherton")
    assert page.overview.note.text() == ""
    page.open_case(case)
    settled(qtbot, lambda: page.overview.note.text() == "Rang the son")
    page.overview.add_note()
    settled(qtbot, lambda: kept(desk, page, "note: line") is None)


def test_what_the_referral_cannot_save_comes_back_as_typed(
    open_page: Callable[[str], CaseRecordPage], desk: OpenDesk, case: str, qtbot: QtBot
):
    page = open_page(case)
    page.show_part("referral")
    postcode = page.referral.editor("patient.postcode")
    postcode.widget.clear()
    qtbot.keyClicks(postcode.widget, "PO6 9Z")
    settled(qtbot, lambda: kept(desk, page, "referral") == {"patient.postcode": "PO6 9Z"})
    after = open_page(case)
    after.show_part("referral")
    settled(qtbot, after.referral.draft_bar.isVisible)
    press(after.referral.draft_bar, "Use it")
    assert after.referral.editor("patient.postcode").widget.text() == "PO6 9Z"
    assert [each.error for each in after.referral.wrong_fields]
    after.referral.type_in("patient.postcode", "PO6 9ZA")
    after.referral.flush()
    settled(qtbot, lambda: kept(desk, after, "referral") is None)


def test_ticks_of_a_board_round_come_back_for_their_person(
    theme: Theme, actions: Actions, tasks: Tasks, desk: OpenDesk, case: str, qtbot: QtBot
):
    ids = [row.case_id for row in desk.queries.ward_board(desk.caller).rows]

    def begin() -> BoardRoundPage:
        link = DeskLink()
        link.set_desk(desk)
        page = BoardRoundPage(theme, actions, tasks, link)
        link.setParent(page)
        qtbot.addWidget(page)
        page.show()
        page.begin(ids)
        settled(qtbot, lambda: page.view is not None)
        return page

    first = begin()
    first.toggle("CTR04")
    first.end()
    settled(qtbot, lambda: desk.drafts.kept(desk.caller, ids[0], "board round") is not None)
    after = begin()
    settled(qtbot, after.ticks["CTR04"].isChecked)
    assert "not recorded yet" in after.summary.accessibleName()
    after.record()
    settled(qtbot, lambda: desk.drafts.kept(desk.caller, ids[0], "board round") is None)
