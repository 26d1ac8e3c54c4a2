"""What every test stands on: no display, no desk of the person who runs it, reproducible search."""

from __future__ import annotations

import gc
import os

import pytest
from hypothesis import HealthCheck, settings

# Before anything imports Qt.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

pytest_plugins = ["tests.quick_stores", "tests.shared_databases", "tests.shared_desks"]

# Two cores shared by several workers make wall-clock limits a matter of luck, so neither profile
# has a deadline. `D2A_HYPOTHESIS=thorough` looks ten times longer.
settings.register_profile(
    "quick",
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("thorough", parent=settings.get_profile("quick"), max_examples=600)
settings.load_profile(os.environ.get("D2A_HYPOTHESIS", "quick"))


def pytest_collection_finish() -> None:
    """Leave thousands of collected tests out of each search for garbage: a tenth of the time."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _away_from_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch):
    """Keep every test out of the real person's desk, passwords and clock."""
    home = tmp_path_factory.getbasetemp() / "home"
    home.mkdir(exist_ok=True)
    for name in [each for each in os.environ if each.startswith(("D2A_", "PG"))]:
        if name != "D2A_HYPOTHESIS":
            monkeypatch.delenv(name)
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(home))
