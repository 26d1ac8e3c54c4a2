"""The audit of a person, in words, for the roles that may see it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from d2a_desktop.core.errors import NotPermittedError
from d2a_desktop.domain.audit_actions import AuditAction
from d2a_desktop.domain.permissions import Role
from d2a_desktop.local_db import people
from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.boards.case_record.page import CaseRecordPage
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from tests.ui.open_desks import OpenDesk, open_desk_in, settled


@pytest.fixture
def page_for(
    theme: Theme, actions: Actions, tasks: Tasks, tmp_path: Path, qtbot: QtBot
) -> Iterator[Callable[[Role], tuple[CaseRecordPage, OpenDesk, str]]]:
    opened: list[OpenDesk] = []

    def make(role: Role) -> tuple[CaseRecordPage, OpenDesk, str]:
        desk = open_desk_in(tmp_path / role.value, role=role)
        opened.append(desk)
        case = desk.admit("Sampleton", bed="A1", number="999 001 2377", ready_for=8)
        desk.do(case, "update", values={"patient": {"phone": "01632 960111"}})
        link = DeskLink()
        link.set_desk(desk)
        page = CaseRecordPage(theme, actions, tasks, link)
        link.setParent(page)
        qtbot.addWidget(page)
        page.show()
        page.open_case(case)
        settled(qtbot, lambda: page.view is not None)
        return page, desk, case

    yield make
    tasks.close()
    for desk in opened:
        desk.close()


def titles(page: CaseRecordPage) -> list[str]:
    return [entry.title for entry in page.audit.happenings._entries]


def test_who_saw_and_changed_it_is_told_in_words_and_looking_is_recorded(page_for, qtbot: QtBot):
    page, desk, case = page_for(Role.CLINICIAN)
    page.show_part("audit")
    settled(qtbot, lambda: {"Case opened", "Case changed"} <= set(titles(page)))
    entries = desk.queries.case_audit(desk.caller, case)
    changed = next(each for each in entries if each.title == "Case changed")
    assert changed.text == "Person's details: Telephone"  # never a value
    assert (changed.kind, changed.who) == ("changed", desk.caller.login)
    assert not [each for each in entries if "960111" in each.text]

    def looks() -> set[str]:
        found = desk.queries.case_audit(desk.caller, case)
        return {each.title for each in found if each.kind == "seen"}

    settled(qtbot, lambda: {"Audit viewed", "Record viewed"} <= looks())
    page.audit.chips.choose("seen")
    page.audit._show()
    assert "Case changed" not in titles(page)


def test_a_role_that_may_not_sees_words_and_no_entry(page_for, qtbot: QtBot):
    page, desk, case = page_for(Role.WARD_COORDINATOR)
    page.show_part("audit")
    settled(qtbot, page.audit.not_yours.isVisible)
    assert "clinician" in page.audit.not_yours.accessibleName()
    assert not page.audit.chips.isVisible()  # nothing to choose among
    assert titles(page) == []
    with pytest.raises(NotPermittedError):
        desk.queries.case_audit(desk.caller, case)


def test_people_are_named_where_this_desk_knows_them_and_logins_stand_for_the_rest(
    page_for, qtbot: QtBot
):
    page, desk, case = page_for(Role.CLINICIAN)
    row, now = page.view.case_id, desk.clock.now()
    for who in ("u_left", "u_nobody", "Pat Example"):
        desk.access.record(replace(desk.caller, name=who), AuditAction.RECORD_VIEWED, case_id=row)
    with desk.store.apply() as session:
        for login, name in ((desk.caller.login, "Chris Sample"), ("u_left", "Lee Former")):
            people.enrol(session, login=login, name=name, role="clinician", now=now)
        people.remove(session, "u_left", now=now)
    entries = desk.queries.case_audit(desk.caller, case)
    seen = {each.who for each in entries if each.kind == "seen"}
    assert {"Lee Former", "u_nobody", "Pat Example"} <= seen
    assert {each.who for each in entries if each.kind == "changed"} == {"Chris Sample"}
