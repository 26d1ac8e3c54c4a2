"""Tests of the window, its lists and its pages once more, on a real X server."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.ui.xvfb.conftest import ROOT
from tests.ui.xvfb.screen import Screen

AGAIN = (
    "tests/ui/test_board_view.py",
    "tests/ui/test_main_window.py",
    "tests/ui/test_actions.py",
    "tests/ui/test_garbage.py",
)


def test_the_window_and_its_lists_do_under_x_what_they_do_offscreen(xvfb: Screen, tmp_path: Path):
    # The pointer of X stands in the middle of the screen, where the windows come.
    away = ["xdotool", "mousemove", "1399", "899"]
    subprocess.run(away, env=xvfb.env, check=True, capture_output=True)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    done = subprocess.run(
        [*command, f"--basetemp={tmp_path / 'inner'}", *AGAIN],
        cwd=ROOT,
        env=xvfb.env,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout[-4000:]
    assert "skipped" not in done.stdout
