"""The page of settings: what the organisation fixes is greyed, says so, and is not saved."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from d2a_desktop.core import policy
from d2a_desktop.core import settings as settings_file
from d2a_desktop.core.paths import Profile
from d2a_desktop.core.settings import Settings
from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.boards.settings_page import SettingsPage
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Look, Theme


@pytest.fixture
def page_of(theme: Theme, actions: Actions, tasks: Tasks, tmp_path: Path, bring, monkeypatch):
    def make(text: str) -> SettingsPage:
        file = tmp_path / "policy.toml"
        file.write_text(text)
        monkeypatch.setattr(policy, "POLICY_FILE", file)
        settings_file.save(tmp_path / "settings.json", Settings(idle_lock_minutes=9))
        page = SettingsPage(theme, actions, tasks, Profile(tmp_path))
        bring(page)
        page.showing()
        return page

    return make


def test_a_fixed_setting_shows_the_policys_value_greyed_and_keeps_the_desks_own(
    page_of, tmp_path: Path, qtbot
):
    page = page_of("idle_lock_minutes = 6\n")
    field = page.editors["idle_lock_minutes"]
    assert isinstance(field, QLineEdit)
    assert not field.isEnabled()
    assert field.text() == "6"
    assert "Set by your organisation" in field.accessibleDescription()
    holidays = page.editors["bank_holidays"]
    assert isinstance(holidays, QComboBox)
    assert [holidays.itemText(row) for row in range(holidays.count())] == [
        *("England and Wales", "Scotland", "Northern Ireland")
    ]
    assert page.editors["arrival_alarm_minutes"].isEnabled()
    alarm = page.editors["arrival_alarm_minutes"]
    assert isinstance(alarm, QLineEdit)
    alarm.setText("40")
    with qtbot.waitSignal(page.request_toast):
        page.save()
    kept = settings_file.load(tmp_path / "settings.json")
    assert (kept.idle_lock_minutes, kept.arrival_alarm_minutes) == (9, 40)


def test_a_broken_policy_is_told_at_the_head_of_the_page(page_of):
    page = page_of("idle_lock_minutes = 1\n")
    assert "policy for this computer is not in order" in page.errors.accessibleName()
    assert not page.editors["export_allowed"].isEnabled()


def test_a_look_that_is_fixed_stays_whatever_is_chosen(theme: Theme):
    theme.fix_look(Look.DARK)
    theme.set_look(Look.LIGHT)
    fixed = theme.look
    theme.fix_look(None)
    theme.set_look(Look.LIGHT)
    assert (fixed, theme.look) == (Look.DARK, Look.LIGHT)


def test_settings_typed_and_not_saved_stay_and_tab_ends_on_save(page_of, qtbot):
    page = page_of("")
    order = [each for each in _stops(page) if each in (*page.editors.values(), page.button)]
    assert order == [*page.editors.values(), page.button]
    alarm = page.editors["arrival_alarm_minutes"]
    assert page.back_button.isHidden()
    alarm.setFocus()
    alarm.selectAll()
    qtbot.keyClicks(alarm, "99999")
    assert page.unsaved
    with qtbot.waitSignal(page.request_toast) as told:
        assert page.leaving()
    assert "not saved yet" in told.args[0]
    page.showing()
    assert alarm.text() == "99999"
    page.save()  # what is wrong is told at its field, which has the focus
    assert "Arrival alarm" in page.errors.accessibleName()
    assert page.focusWidget() is alarm
    page.back_button.setFocus()
    qtbot.keyClick(page.back_button, Qt.Key.Key_Return)
    assert not page.unsaved
    assert page.errors.isHidden()
    assert page.focusWidget() is page.button


def _stops(page: SettingsPage) -> list[QWidget]:
    found: list[QWidget] = []
    each = page.nextInFocusChain()
    while each is not None and each is not page:
        found.append(each)
        each = each.nextInFocusChain()
    return found
