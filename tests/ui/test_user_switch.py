"""A shared PC: one person's desk is another's at the lock, and nothing of the first is seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from d2a_desktop.bootstrap import open_desk
from d2a_desktop.core.errors import UnreachableError
from d2a_desktop.core.paths import Profile
from d2a_desktop.domain.permissions import Role
from d2a_desktop.security.keys import KeyFile
from d2a_desktop.services.desk_people import Newcomer
from d2a_desktop.services.desk_setup import DeskRequest, init_desk
from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.boards.case_record.page import CaseRecordPage
from d2a_desktop.ui.desk.window import DeskWindow
from d2a_desktop.ui.dialogs.people_dialog import PeopleDialog
from d2a_desktop.ui.theme.theme import Theme
from tests.shared_desks import PASSPHRASE
from tests.ui.open_desks import settled

OTHERS = "another three words"
NOTE = "note: Add a note"


@pytest.fixture
def profile(tmp_path: Path, no_keyring: None) -> Profile:
    made = Profile(tmp_path / "desk")
    made.create()
    init_desk(
        made,
        DeskRequest(ods_code="RXX01", role=Role.WARD_COORDINATOR, name="Pat Sample"),
        database_password=None,
        new_passphrase=lambda: PASSPHRASE,
    )
    return made


def shared(profile: Profile) -> str:
    """Enrol a second person and take somebody in; return the case."""
    with open_desk(profile, passphrase=lambda _: PASSPHRASE) as desk:
        newcomer = Newcomer(
            login="local_2",
            name="Sam Otherperson",
            role=Role.CLINICIAN,
            passphrase=OTHERS,
            again=OTHERS,
        )
        desk.people.enrol(desk.caller, PASSPHRASE, newcomer)
        made = desk.actions.do_document(
            desk.caller,
            None,
            "new",
            {
                "family_name": "Sampleton",
                "given_name": "Zoë",
                "birth_date": "1940-02-28",
                "site": "XDA01",
                "ward": "C5",
                "mrn": "T1",
                "admitted_at": "2026-11-01T10:00Z",
            },
        )
    return str(made.case_ref)


@pytest.fixture
def open_window(
    theme: Theme, actions: Actions, qtbot: QtBot
) -> Iterator[Callable[..., DeskWindow]]:
    made: list[DeskWindow] = []

    def opened(profile: Profile, **options: str) -> DeskWindow:
        window = DeskWindow(theme, actions, profile, **options)
        made.append(window)
        window.switched.connect(made.append)
        window.show()
        return window

    yield opened
    for window in made:
        window.close()


def passphrase_field(window: DeskWindow) -> QLineEdit:
    field = window.window.cover.findChild(QLineEdit)
    assert field is not None
    return field


def listed(window: DeskWindow) -> list[str]:
    people = window.window.cover.people
    return [people.item(row).text() for row in range(people.count())]


def switch(window: DeskWindow, login: str, passphrase: str, qtbot: QtBot) -> None:
    window.window.cover.choose(login)
    qtbot.keyClicks(passphrase_field(window), passphrase)
    qtbot.keyClick(passphrase_field(window), Qt.Key.Key_Return)


def record_of(window: DeskWindow, case: str, qtbot: QtBot) -> CaseRecordPage:
    window.window.show_page("record")
    page = cast("CaseRecordPage", window.window.pages.page("record"))
    page.open_case(case)
    settled(qtbot, lambda: page.view is not None)
    return page


def test_another_person_takes_over_at_the_lock_and_each_keeps_the_own_draft(
    profile: Profile, open_window: Callable[..., DeskWindow], qtbot: QtBot
):
    case = shared(profile)
    first = open_window(profile, passphrase=PASSPHRASE)
    with qtbot.waitSignal(first.ready, timeout=20_000):
        pass
    page = record_of(first, case, qtbot)
    dialog = page.open_action("note")
    assert dialog is not None
    qtbot.keyClicks(dialog.fields.editor("text").widget, "Pat's half a note")
    first.lock()
    settled(qtbot, lambda: first.window.locked)
    assert listed(first) == ["Pat Sample", "Sam Otherperson"]
    assert not dialog.isVisible()

    switch(first, "local_2", "not the right words", qtbot)
    settled(qtbot, lambda: "passphrase is wrong" in passphrase_field(first).accessibleDescription())
    assert [session.is_open for session in (first.link,)] == [True]  # Pat's is as it was

    with qtbot.waitSignal(first.switched) as told:
        switch(first, "local_2", OTHERS, qtbot)
    second = told.args[0]
    assert [session.is_open for session in (first.link,)] == [False]
    with qtbot.waitSignal(second.ready, timeout=20_000):
        pass
    desk = second.link.desk
    assert (desk.caller.login, desk.caller.name) == ("local_2", "Sam Otherperson")
    assert desk.caller.role is Role.CLINICIAN
    assert "Sam Otherperson" in second.window.bar.findChild(object, "user").accessibleName()
    assert second.window.pages.current_key != "record"  # nobody's record is open
    page = record_of(second, case, qtbot)
    assert page.view is not None
    assert desk.drafts.kept(desk.caller, page.view.case_id, NOTE) is None
    dialog = page.open_action("note")
    assert dialog is not None
    assert dialog.fields.editor("text").read() is None
    dialog.put(text="Sam's note")
    with qtbot.waitSignal(page.request_toast):
        dialog.submit()
    noted = desk.queries.case(desk.caller, case).timeline[0]
    assert (noted.text, noted.who) == ("Sam's note", "Sam Otherperson")

    second.lock()
    settled(qtbot, lambda: second.window.locked)
    with qtbot.waitSignal(second.switched) as told:
        switch(second, "local", PASSPHRASE, qtbot)
    third = told.args[0]
    with qtbot.waitSignal(third.ready, timeout=20_000):
        pass
    page = record_of(third, case, qtbot)
    dialog = page.open_action("note")
    assert dialog is not None
    settled(qtbot, dialog.draft_bar.isVisible)
    dialog.reject()
    third.close()


def test_a_cold_desk_lists_its_people_and_opens_for_the_one_who_is_chosen(
    profile: Profile, open_window: Callable[..., DeskWindow], qtbot: QtBot
):
    shared(profile)
    window = open_window(profile)
    settled(qtbot, lambda: window.window.locked)
    assert listed(window) == ["Pat Sample", "Sam Otherperson"]
    with qtbot.waitSignal(window.ready, timeout=20_000):
        switch(window, "local_2", OTHERS, qtbot)
    assert window.link.desk.caller.login == "local_2"


def test_one_person_enrols_another_on_the_screen_changes_the_passphrase_and_removes_them(
    profile: Profile, open_window: Callable[..., DeskWindow], qtbot: QtBot
):
    window = open_window(profile, passphrase=PASSPHRASE)
    with qtbot.waitSignal(window.ready, timeout=20_000):
        pass
    window.window.people_asked.emit()
    dialog = window.window.findChild(PeopleDialog)
    assert dialog is not None
    settled(qtbot, lambda: dialog.people.count() == 1)
    assert not dialog.remove.isEnabled()  # not oneself
    dialog.enrol.click()
    for field, words in (
        (dialog.name, "Sam Otherperson"),
        (dialog.own, PASSPHRASE),
        (dialog.passphrase, OTHERS),
        (dialog.again, "something else here"),
    ):
        qtbot.keyClicks(field, words)
    dialog.save.click()
    settled(qtbot, lambda: "differ" in dialog.errors.accessibleName())
    dialog.again.setText(OTHERS)
    dialog.save.click()
    settled(qtbot, lambda: dialog.people.count() == 2, timeout=20_000)
    assert dialog.passphrase.text() == ""
    keys = KeyFile(profile.root)
    assert keys.people() == (("local", "Pat Sample"), ("local_2", "Sam Otherperson"))
    assert keys.unlock("local_2", passphrase=OTHERS) == keys.unlock("local", passphrase=PASSPHRASE)

    dialog.change.click()
    for field, words in (
        (dialog.own, PASSPHRASE),
        (dialog.passphrase, "quite another phrase"),
        (dialog.again, "quite another phrase"),
    ):
        qtbot.keyClicks(field, words)
    dialog.save.click()
    settled(qtbot, lambda: "is changed" in dialog.told.text())
    with pytest.raises(UnreachableError):
        keys.unlock("local", passphrase=PASSPHRASE)
    assert keys.unlock("local", passphrase="quite another phrase")

    desk = window.link.desk
    other = type(desk.caller)(**{**vars(desk.caller), "login": "local_2"})
    desk.drafts.keep(other, "", "new", {"family_name": "X"})
    dialog.people.setCurrentRow(1)
    dialog.remove.click()
    assert keys.logins() == ("local", "local_2")  # asked once more
    dialog.remove.click()
    settled(qtbot, lambda: dialog.people.count() == 1)
    assert keys.logins() == ("local",)
    assert desk.drafts.kept(other, "", "new") is None
    dialog.reject()
