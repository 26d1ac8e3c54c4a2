"""An organisation's policy: before the desk's settings, within bounds, refused whole or obeyed."""

from __future__ import annotations

from pathlib import Path

import pytest

from d2a_desktop.core import policy as module
from d2a_desktop.core import settings as settings_file
from d2a_desktop.core.policy import (
    FIXABLE,
    NOT_FIXABLE,
    find_policy,
    read_file,
    read_values,
    settings_in_force,
)
from d2a_desktop.core.settings import DECLARED, Settings


@pytest.fixture
def policy_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "policy.toml"
    monkeypatch.setattr(module, "POLICY_FILE", file)
    return file


def test_without_a_policy_the_desk_has_its_own_settings(policy_file: Path, tmp_path: Path):
    settings_file.save(tmp_path / "settings.json", Settings(idle_lock_minutes=9))
    assert find_policy() == module.Policy()
    assert settings_in_force(tmp_path / "settings.json").idle_lock_minutes == 9


def test_a_policy_goes_before_the_desk_and_leaves_the_rest(policy_file: Path, tmp_path: Path):
    own = Settings(idle_lock_minutes=9, appearance="dark", login="u_1")
    settings_file.save(tmp_path / "settings.json", own)
    policy_file.write_text(
        'server_url = "postgresql://db.example:5432/d2a"\nidle_lock_minutes = 7\n'
        "export_allowed = false\nprint_allowed = true\n"
    )
    held = settings_in_force(tmp_path / "settings.json")
    assert (held.server_url, held.idle_lock_minutes) == ("postgresql://db.example:5432/d2a", 7)
    assert (held.export_allowed, held.print_allowed) == (False, True)
    assert (held.appearance, held.login) == ("dark", "u_1")
    assert find_policy().fixes("idle_lock_minutes")
    assert not find_policy().fixes("appearance")
    assert settings_file.load(tmp_path / "settings.json") == own  # the file stays the desk's


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("idle_lock_minutes = 4", "from 5 to 10 minutes"),
        ("idle_lock_minutes = 11", "from 5 to 10 minutes"),
        ("idle_lock_minutes = true", "whole number"),
        ('export_allowed = "no"', "yes or no"),
        ('server_url = "postgresql://u:hunter2@db.example/d2a"', "carries a password"),
        ('login = "u_1"', "login is no setting that a policy can fix"),
        ("text_size_percent = 100", "text_size_percent is no setting"),
        ("hunter2 = 1", "A name in it is no setting"),
        ("idle_lock_minutes = ", "cannot be read"),
        ("\xff = 1", "cannot be read"),
    ],
)
def test_a_broken_policy_is_refused_whole_and_the_safe_values_hold(
    policy_file: Path, tmp_path: Path, text: str, told: str
):
    settings_file.save(tmp_path / "settings.json", Settings(idle_lock_minutes=10))
    policy_file.write_text(f'appearance = "dark"\n{text}\n', encoding="latin-1")
    found = find_policy()
    assert found.problem is not None
    assert told in found.problem.message
    assert "hunter2" not in str(found.problem)
    assert str(policy_file) in found.problem.what_to_do
    held = settings_in_force(tmp_path / "settings.json")
    assert (held.idle_lock_minutes, held.export_allowed) == (5, False)
    assert held.appearance == "system"
    assert held.print_allowed


def test_a_policy_that_may_not_be_read_is_not_taken_for_none(policy_file: Path):
    policy_file.mkdir()
    assert find_policy().problem is not None


def test_the_registrys_numbers_mean_yes_and_no():
    found = read_values(
        {"export_allowed": 0, "print_allowed": 1, "idle_lock_minutes": 10}, place="HKLM"
    )
    assert found.values == {
        "export_allowed": False,
        "print_allowed": True,
        "idle_lock_minutes": 10,
    }
    assert read_values({"export_allowed": 2}, place="HKLM").problem is not None
    assert read_values(None, place="HKLM").place == ""


def test_nothing_in_the_environment_changes_where_it_is_looked_for(
    policy_file: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    for name in ("D2A_POLICY", "D2A_PROFILE", "XDG_CONFIG_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "elsewhere"))
    policy_file.write_text("export_allowed = false")
    assert find_policy().fixes("export_allowed")
    assert read_file(tmp_path / "none.toml") == module.Policy()


def test_what_a_person_needs_to_read_is_never_fixed():
    assert set(FIXABLE) | NOT_FIXABLE == {each.name for each in DECLARED}
    assert {"text_size_percent", "single_letter_keys", "login"} <= NOT_FIXABLE
