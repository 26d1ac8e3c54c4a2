"""The referrals over a real desk: the hub's queue, completeness, what lacks, whose each is."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from d2a_desktop.domain.changes import ChangeSet
from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.boards.referrals_board import ReferralsPage
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from tests.integration.services.walk import RECORD
from tests.ui.open_desks import OpenDesk, settled


@pytest.fixture
def page(
    theme: Theme, actions: Actions, tasks: Tasks, link: DeskLink, desk: OpenDesk, bring, qtbot
) -> ReferralsPage:
    early = desk.admit("Earlyworth", bed="A1")
    desk.do(early, "refer", send=False)
    sent = desk.admit("Sentfield", bed="A2", number="999 001 2377", ready_for=1)
    desk.do(sent, "update", values={"patient": {"postcode": "PO4 0ZZ"}})
    desk.do(sent, "refer", record=RECORD)
    desk.admit("Notreferred", bed="A3")
    made = ReferralsPage(theme, actions, tasks, link)
    made.resize(1158, 640)
    bring(made)
    settled(qtbot, lambda: made.model.rowCount() == 2)
    return made


def names(page: ReferralsPage) -> list[str]:
    return [row.family_name for row in page.model.rows_shown()]


def test_what_waits_for_the_hub_comes_first_and_the_model_is_sound(page: ReferralsPage):
    QAbstractItemModelTester(page.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    assert names(page) == ["Sentfield", "Earlyworth"]
    page.panel.chips.choose("queue")
    assert names(page) == ["Sentfield"]
    assert page._sub.text() == (
        "1 referral · Hub queue · longest wait for the hub first · as of 09:30"
    )


def test_a_row_says_how_complete_it_is_and_what_must_still_come(page: ReferralsPage):
    role = Qt.ItemDataRole.AccessibleTextRole
    draft = {
        column.key: page.model.index(1, number).data(role)
        for number, column in enumerate(page.model.columns)
    }
    row = page.model.row_at(1)
    assert 0 < row.percent < page.model.row_at(0).percent
    assert row.mandatory_missing
    assert row.mandatory_missing[0] in draft["missing"]
    assert f"{len(row.mandatory_missing)} needed are missing" in draft["complete"]
    assert draft["status"] == "Status: Draft"
    assert draft["sent"] == "Sent: Not sent"
    assert draft["from"].startswith("From: C5 A1")
    assert page.model.row_at(0).owner == "Care transfer hub"


def test_enter_opens_the_record(page: ReferralsPage, qtbot):
    page.panel.view.setFocus()
    with qtbot.waitSignal(page.request_open_case) as asked:
        qtbot.keyClick(page.panel.view, Qt.Key.Key_Return)
    assert asked.args == [page.model.row_at(0).case_id]


def test_a_withdrawn_referral_goes_and_a_shut_desk_shows_no_one(
    page: ReferralsPage, desk: OpenDesk, link: DeskLink, qtbot
):
    case = page.model.row_at(0).case_ref
    desk.do(case, "withdraw", reason="01")
    page._tasks.changed.emit(ChangeSet(kinds=frozenset({"referral"})))
    page.panel.view.clearFocus()
    first = page.panel.chips.findChildren(type(page.panel._sort))[0]
    settled(qtbot, lambda: first.text() == "All 1")
    link.clear()
    assert page.model.rowCount() == 0
