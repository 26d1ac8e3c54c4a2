"""Two people of one PC that has a server: each sends under the own login, and sees the own role."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from d2a_desktop.domain.permissions import Role
from d2a_desktop.services.desk_people import Newcomer
from d2a_desktop.ui.desk.window import DeskWindow
from tests.integration.main_job.desks import admitted
from tests.journeys.at import LONG, At
from tests.shared_databases import System
from tests.shared_desks import PASSPHRASE, SharedDesk
from tests.ui.open_desks import settled

pytestmark = [pytest.mark.postgres, pytest.mark.journey]

OTHERS = "another three words"


def test_who_takes_over_a_pc_sends_nothing_of_the_other_and_asks_for_the_own_password(
    shared: System,
    shared_desk: Callable[[str], SharedDesk],
    sit_at: Callable[[SharedDesk], At],
    qtbot: QtBot,
) -> None:
    first, one, two = shared_desk("ward"), shared.people["ward"], shared.people["analyst"]
    case = admitted(first)
    first.sync()
    newcomer = Newcomer(
        login=two.login, name="Ana Lysten", role=Role.ANALYST, passphrase=OTHERS, again=OTHERS
    )
    first.desk.people.enrol(first.desk.caller, PASSPHRASE, newcomer)
    ward = sit_at(first)
    ward.life.sync.stop()  # the network is down from here
    desk = ward.life.link.desk
    desk.actions.do_document(desk.caller, case, "note", {"text": "Rang home.", "kind": "note"})

    second = taken_over(ward.life, two.login, OTHERS, qtbot)
    exchanged(second, two.password, qtbot)
    waiting = second.link.desk.exchange.light().people
    assert [(count, here) for _, count, here in waiting] == [(1, False)]
    assert second.link.desk.caller.role is Role.ANALYST
    assert notes_by(shared) == []

    third = taken_over(second, one.login, PASSPHRASE, qtbot)
    exchanged(third, one.password, qtbot)
    assert third.link.desk.exchange.light().people == ()
    assert notes_by(shared) == [one.login]
    third.close()


def taken_over(life: DeskWindow, login: str, passphrase: str, qtbot: QtBot) -> DeskWindow:
    """Lock, and sign another person in; return their window once it is open."""
    life.lock()
    settled(qtbot, lambda: life.window.locked)
    life.window.cover.choose(login)
    field: Any = life.window.cover.findChild(QLineEdit)
    qtbot.keyClicks(field, passphrase)
    with qtbot.waitSignal(life.switched, timeout=LONG) as told:
        qtbot.keyClick(field, Qt.Key.Key_Return)
    successor: DeskWindow = told.args[0]
    with qtbot.waitSignal(successor.ready, timeout=LONG):
        pass
    assert not life.link.is_open  # nothing of the other's session stays
    return successor


def exchanged(life: DeskWindow, password: str, qtbot: QtBot) -> None:
    """Exchange: without the own password nothing goes; then with it."""
    settled(qtbot, lambda: not life.sync.running)
    life.sync.run()
    settled(qtbot, lambda: "password" in life.link.desk.exchange.light().reason.lower())
    life.window.show_page("sync")
    page: Any = life.window.pages.page("sync")
    with qtbot.waitSignal(life.sync.ended, timeout=LONG):
        page.password_given.emit(password)
    settled(qtbot, lambda: life.link.desk.exchange.light().state != "offline")


def notes_by(shared: System) -> list[str]:
    """Return who is on record as the writer of each note in the shared database."""
    with shared.superuser() as owner:
        found = owner.execute(
            "SELECT actor FROM sync.audit WHERE entity = 'note' AND actor = ANY(%s)",
            ([each.login for each in shared.people.values()],),
        ).fetchall()
    return [actor for (actor,) in found]
