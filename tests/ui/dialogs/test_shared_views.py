"""Views in the dialog: shared with a ward, taken back, chosen for each sign-in, by keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from d2a_desktop.domain.permissions import Role
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.dialogs.saved_views import SavedViewsDialog
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from tests.local_stores import SCHEDULER
from tests.shared_view_cases import definition
from tests.ui.open_desks import OpenDesk, open_desk_in, settled

PAGE = "ward_board"
STATE = {**definition(), "words": ""}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[OpenDesk]:
    made = open_desk_in(tmp_path)
    made.admit("Sampleton", bed="A1")
    yield made
    made.close()


class Asked:
    """A desk's dialog, shown and read."""

    def __init__(self, desk: OpenDesk, theme: Theme, tasks: Tasks, qtbot: QtBot) -> None:
        link = DeskLink()
        link.set_desk(desk)
        self.qtbot = qtbot
        self.dialog = SavedViewsDialog(theme, tasks, link, PAGE, STATE)
        qtbot.addWidget(self.dialog)
        self.dialog.show()

    def lists(self, *starts: str) -> bool:
        """Wait until these views are listed, by how their lines begin."""
        views = self.dialog.views

        def listed() -> bool:
            lines = [views.item(n).text() for n in range(views.count())]
            return len(lines) == len(starts) and all(
                line.startswith(start) for line, start in zip(lines, starts, strict=True)
            )

        settled(self.qtbot, listed)
        return True

    def line(self) -> str:
        return self.dialog.views.item(self.dialog.views.currentRow()).text()


@pytest.fixture
def tasks() -> Iterator[Tasks]:
    made = Tasks()
    yield made
    made.close()


def test_a_view_is_shared_with_the_ward_and_is_only_mine_again(
    desk: OpenDesk, theme: Theme, tasks: Tasks, qtbot: QtBot
):
    desk.page_states.save_view(desk.caller, PAGE, "Morning", STATE)
    asked = Asked(desk, theme, tasks, qtbot)
    dialog = asked.dialog
    assert asked.lists("Morning")
    # One ward lives here, so it need not be chosen.
    assert dialog.ward.currentText() == "C5"
    assert dialog.share_button.accessibleName() == "Share with this ward"
    heard: list[Any] = []
    tasks.changed.connect(heard.append)
    dialog.share_button.setFocus()
    qtbot.keyClick(dialog.share_button, Qt.Key.Key_Space)
    assert asked.lists("Morning · shared by you, today 09:30 · not yet confirmed")
    assert dialog.told.text().startswith("Shared.")
    assert dialog.views.accessibleDescription() == dialog.told.text()
    assert heard[0].kinds == {"shared_view"}
    assert desk.page_states.views(desk.caller, PAGE) == ()
    assert dialog.share_button.accessibleName() == "Only me"
    assert not dialog.delete_button.isEnabled()
    dialog.start_button.click()
    settled(qtbot, lambda: "at each sign-in" in asked.line())
    dialog.share_button.click()
    settled(qtbot, lambda: desk.shared_views.views(desk.caller, PAGE) == ())
    assert asked.lists("Morning · at each sign-in")
    assert "find it no more" in dialog.told.text()


def test_typed_words_stay_with_ones_own_view(
    desk: OpenDesk, theme: Theme, tasks: Tasks, qtbot: QtBot
):
    desk.page_states.save_view(desk.caller, PAGE, "Mine", {**STATE, "words": "Sampleton"})
    asked = Asked(desk, theme, tasks, qtbot)
    assert asked.lists("Mine")
    asked.dialog.share_button.click()
    assert asked.lists("Mine", "Mine · shared by you")
    assert "words typed" in asked.dialog.told.text()
    (shared,) = desk.shared_views.views(desk.caller, PAGE)
    assert "words" not in shared.state


def test_a_ward_is_chosen_first_and_its_views_alone_are_listed(
    desk: OpenDesk, theme: Theme, tasks: Tasks, qtbot: QtBot
):
    share = desk.shared_views.share
    share(desk.caller, PAGE, "Of C5", definition(), ward="C5")
    share(desk.caller, PAGE, "Of D1", definition(), ward="D1")
    desk.page_states.save_view(desk.caller, PAGE, "Mine", STATE)
    asked = Asked(desk, theme, tasks, qtbot)
    dialog = asked.dialog
    assert asked.lists("Mine")
    assert not dialog.share_button.isEnabled()
    assert dialog.share_button.accessibleDescription() == "Choose your ward first."
    dialog.ward.setFocus()
    qtbot.keyClick(dialog.ward, Qt.Key.Key_D)  # the first ward of that letter
    dialog.ward.activated.emit(dialog.ward.currentIndex())
    assert asked.lists("Mine", "Of D1")
    dialog.close()
    again = Asked(desk, theme, tasks, qtbot)
    assert again.lists("Mine", "Of D1")
    assert again.dialog.ward.currentText() == "D1"


def test_a_colleagues_view_is_shown_and_named_and_not_taken_back(
    desk: OpenDesk, theme: Theme, tasks: Tasks, qtbot: QtBot
):
    with desk.store.apply() as session:
        session.connection().exec_driver_sql(
            "INSERT INTO staff (id, scope_id, ver, hlc, login, name, role, active)"
            " VALUES ('s1', ?, 1, 1, 'u_near', 'Ann Other', 'ward_coordinator', 1)",
            (desk.caller.org_id,),
        )
    near = replace(desk.caller, login="u_near")
    view = desk.shared_views.share(near, PAGE, "Hers", definition(), ward="C5").details["id"]
    asked = Asked(desk, theme, tasks, qtbot)
    dialog = asked.dialog
    assert asked.lists("Hers · shared by Ann Other")
    assert not dialog.share_button.isEnabled()
    assert not dialog.delete_button.isEnabled()
    dialog.name.setText("Ours")
    dialog.rename_button.click()
    assert asked.lists("Ours")
    dialog.name.setText("999 123 4567")
    dialog.rename_button.click()
    settled(qtbot, lambda: "NHS number" in dialog.field.error)
    # Her taking it back on another desk arrives while the dialog is open.
    done = desk.shared_views.take_back(near, view)
    tasks.changed.emit(done.changes)
    assert asked.lists()
    assert dialog.none.isVisible()


def test_a_former_colleagues_view_can_be_taken_back(
    desk: OpenDesk, theme: Theme, tasks: Tasks, qtbot: QtBot
):
    gone = replace(desk.caller, login="u_gone")
    desk.shared_views.share(gone, PAGE, "Old", definition(), ward="C5")
    asked = Asked(desk, theme, tasks, qtbot)
    assert asked.lists("Old · shared by a former colleague")
    assert asked.dialog.delete_button.accessibleName() == "Take back"
    asked.dialog.delete_button.click()
    assert asked.lists()


def test_an_agency_shares_with_its_team_and_a_reader_shares_nothing(
    tmp_path: Path, theme: Theme, tasks: Tasks, qtbot: QtBot
):
    desk = open_desk_in(tmp_path, caller=SCHEDULER)
    desk.page_states.save_view(desk.caller, PAGE, "Ours", STATE)
    asked = Asked(desk, theme, tasks, qtbot)
    assert asked.lists("Ours")
    assert not asked.dialog.ward.isVisible()
    assert asked.dialog.share_button.accessibleName() == "Share with this team"
    asked.dialog.share_button.click()
    assert asked.lists("Ours · shared by you")
    desk.caller = replace(desk.caller, role=Role.ANALYST)
    reader = Asked(desk, theme, tasks, qtbot)
    assert reader.lists("Ours · shared by you")
    assert not reader.dialog.share_button.isEnabled()
    assert reader.dialog.share_button.toolTip() == "Your role shares no views."
    desk.close()
