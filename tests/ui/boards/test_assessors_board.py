"""The home assessors of a hub: hours of the week and absences, kept by forms."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from d2a_desktop.core.errors import UsageError
from d2a_desktop.domain.permissions import Caller, Role
from d2a_desktop.services.queries.roster import hours_words
from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.boards.assessors_board import AssessorsBoardPage
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.dialogs.roster_forms import hours_of
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from tests.builder_ids import HUB
from tests.ui.open_desks import OpenDesk, open_desk_in, settled

HUB_CALLER = Caller("u_bbbbbbbbbbbb", "Hana Example", Role.HUB_CASE_MANAGER, HUB, "CXX01",
                    "community")  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path, tasks: Tasks) -> Iterator[OpenDesk]:
    opened = open_desk_in(tmp_path, caller=HUB_CALLER)
    yield opened
    tasks.close()
    opened.close()


@pytest.fixture
def page(theme: Theme, actions: Actions, tasks: Tasks, desk: OpenDesk, qtbot: QtBot):
    link = DeskLink()
    link.set_desk(desk)
    made = AssessorsBoardPage(theme, actions, tasks, link)
    link.setParent(made)
    qtbot.addWidget(made)
    made.resize(1118, 690)
    made.show()
    return made


def test_an_assessor_is_added_changed_and_away(
    page: AssessorsBoardPage, desk: OpenDesk, qtbot: QtBot
):
    dialog = page.add_assessor()
    assert dialog is not None
    dialog.put(name="Olive Próba", profession="nurse", on_sun="9 to 17", on_sat="18 to 9")
    dialog.submit()
    assert "no hours of a day" in dialog.refused.text()
    dialog.put(on_sat="09:00-12:30", skills=["wound_care"], base_postcode="PO6 1AA")
    with qtbot.waitSignal(page.request_toast):
        dialog.submit()
    settled(qtbot, lambda: page.model.rowCount() == 1 and page.current() is not None)
    row = page.model.row_at(0)
    assert row.hours_words == "Sat 09:00 to 12:30, Sun 09:00 to 17:00"
    assert row.today_words == "09:00 to 17:00"
    (assessor,) = desk.queries.assessors(desk.caller)
    assert (assessor.profession, assessor.working_today) == ("nurse", "09:00 to 17:00")

    changing = page.edit_assessor()
    assert changing is not None
    assert changing.fields.editor("on_sat").read() == "09:00 to 12:30"
    changing.put(on_sat=None, base_postcode=None)
    with qtbot.waitSignal(page.request_toast):
        changing.submit()
    settled(qtbot, lambda: page.model.row_at(0).hours_words == "Sun 09:00 to 17:00")
    assert page.model.row_at(0).record["base_postcode"] is None

    away = page.add_time()
    assert away is not None
    away.put(kind="sickness", ends_at=desk.clock.now() - timedelta(days=3))
    away.submit()
    settled(qtbot, away.refused.isVisible)
    away.put(ends_at=desk.clock.now() + timedelta(days=3))
    with qtbot.waitSignal(page.request_toast):
        away.submit()
    settled(qtbot, lambda: page.model.row_at(0).away_words.startswith("Sick 23-Nov 00:00 to"))
    page.times_view.select_id(page.times.row_at(0).time_id)
    asked = page.take_back()
    assert asked is not None
    with qtbot.waitSignal(page.request_toast):
        asked.accept()
    settled(qtbot, lambda: page.model.row_at(0).away_words == "")


def test_hours_are_read_as_people_write_them():
    assert hours_of("8 to 18") == ["08:00", "18:00"]
    assert hours_of("08.30-12") == ["08:30", "12:00"]
    for wrong in ("18 to 8", "all day", "8 to 25", "8"):
        with pytest.raises(UsageError):
            hours_of(wrong)


def test_days_with_the_same_hours_are_said_together():
    hours = ["08:00", "18:00"]
    pattern = dict.fromkeys(("mon", "tue", "wed", "fri"), hours) | {"sat": ["10:00", "09:00"]}
    assert hours_words(pattern) == "Mon to Wed 08:00 to 18:00, Fri 08:00 to 18:00"
    assert hours_words(None) == ""
