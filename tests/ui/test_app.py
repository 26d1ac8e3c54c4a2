"""The application: one window per desk, and nothing heavy before the first paint."""

from __future__ import annotations

import subprocess
import sys

import pytest

from d2a_desktop.core.clock import SystemClock
from d2a_desktop.core.paths import Profile
from d2a_desktop.ui.app import Desktop, SingleInstance

HEAVY = (
    "sqlalchemy",
    "alembic",
    "sqlcipher3",
    "reportlab",
    "keyring",
    "cryptography",
    "psycopg",
    "ortools",
    "asyncio",
)


def test_nothing_heavy_is_imported_before_the_first_paint():
    code = (
        "import sys; from PySide6.QtWidgets import QApplication\n"
        "import d2a_desktop.ui.app, d2a_desktop.ui.main_window, d2a_desktop.ui.widgets.list_panel\n"
        "import d2a_desktop.ui.item_models.rows_model\n"
        f"print(','.join(name for name in {HEAVY!r} if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


@pytest.fixture
def profile(tmp_path) -> Profile:
    made = Profile(tmp_path)
    made.create()
    return made


def test_a_second_start_raises_the_first_window_and_gives_way(profile: Profile, qtbot):
    first, second = SingleInstance(profile), SingleInstance(profile)
    assert first.acquire()
    with qtbot.waitSignal(first.raised):
        assert not second.acquire()
    first.release()
    assert second.acquire()
    second.release()


def test_two_desks_of_one_computer_open_side_by_side(profile: Profile, tmp_path, qapp):
    other = Profile(tmp_path / "other")
    other.create()
    one, two = SingleInstance(profile), SingleInstance(other)
    assert one.acquire()
    assert two.acquire()
    one.release()
    two.release()


def test_the_desktop_takes_its_folder_and_gives_it_back(profile: Profile, qapp):
    desktop = Desktop(profile, clock=SystemClock(), version="1.0")
    assert desktop.app is qapp
    assert desktop.start()
    assert not SingleInstance(profile).acquire()
    desktop.stop()
    assert SingleInstance(profile).acquire()
