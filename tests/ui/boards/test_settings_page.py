"""The page of settings: what the organisation fixes is greyed, says so, and is not saved."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox, QLineEdit

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
