"""The application: one window per desk, and nothing heavy before the first paint."""

from __future__ import annotations

import subprocess
import sys

import pytest

from d2a_desktop.core.clock import SystemClock
from d2a_desktop.core.paths import Profile
from d2a_desktop.ui import app as app_module
from d2a_desktop.ui import single_instance
from d2a_desktop.ui.app import Desktop, open_windows
from d2a_desktop.ui.errors import ErrorWords
from d2a_desktop.ui.single_instance import SingleInstance

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


def test_opening_a_desk_imports_nothing_that_only_prints_or_solves():
    code = (
        "import sys, d2a_desktop.bootstrap\n"
        "late = ('reportlab', 'pypdf', 'PIL', 'uharfbuzz', 'alembic', 'ortools', 'pyvrp')\n"
        "print(','.join(name for name in late if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


@pytest.fixture
def profile(tmp_path) -> Profile:
    made = Profile(tmp_path)
    made.create()
    return made


SECOND = """
import sys
from PySide6.QtCore import QCoreApplication
from d2a_desktop.core.paths import Profile
from pathlib import Path
from d2a_desktop.ui.single_instance import SingleInstance
app = QCoreApplication([])
second = SingleInstance(Profile(Path(sys.argv[1])))
print(second.acquire(), second.answered)
"""


def test_a_second_start_raises_the_first_window_and_gives_way(profile: Profile, tmp_path, qtbot):
    first = SingleInstance(profile)
    assert first.acquire()
    way = tmp_path / "way"
    way.symlink_to(profile.root)  # another path to the same folder is the same desk
    second = subprocess.Popen(
        [sys.executable, "-c", SECOND, str(way)], stdout=subprocess.PIPE, text=True
    )
    with qtbot.waitSignal(first.raised, timeout=20_000):
        pass
    qtbot.waitUntil(lambda: second.poll() is not None, timeout=20_000)
    assert second.communicate()[0].split() == ["False", "True"]
    first.release()
    again = SingleInstance(profile)
    assert again.acquire()
    again.release()


def test_a_window_that_does_not_answer_is_told_in_words_and_not_opened_twice(
    profile: Profile, qtbot, monkeypatch
):
    monkeypatch.setattr(single_instance, "_ANSWER_MS", 20)
    told: list[ErrorWords] = []
    monkeypatch.setattr(app_module, "show_error", told.append)
    first = SingleInstance(profile)
    assert first.acquire()  # it answers nothing while this test holds the main thread
    assert open_windows([profile]) == 3
    assert "does not answer" in told[0].what_happened
    assert "hangs" in told[0].what_to_do
    first.release()


def test_two_desks_of_one_computer_open_side_by_side(profile: Profile, tmp_path, qapp):
    other = Profile(tmp_path / "other")
    other.create()
    one, two = SingleInstance(profile), SingleInstance(other)
    assert one.acquire()
    assert two.acquire()
    one.release()
    two.release()


def test_the_desktop_takes_its_folder_and_gives_it_back(profile: Profile, qapp, monkeypatch):
    desktop = Desktop(profile, clock=SystemClock(), version="1.0")
    assert desktop.app is qapp
    assert desktop.start()
    monkeypatch.setattr(single_instance, "_ANSWER_MS", 20)
    assert not SingleInstance(profile).acquire()
    desktop.stop()
    assert SingleInstance(profile).acquire()
