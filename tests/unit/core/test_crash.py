"""A sudden end of the program: the next start reports where it was, and nothing of the desk."""

from __future__ import annotations

import faulthandler
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from _pytest.faulthandler import fault_handler_stderr_fd_key

from d2a_desktop.core.crash import CrashWatch, told

NOW = datetime(2026, 11, 22, 13, 10, tzinfo=UTC)
ENDS = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from d2a_desktop.core.crash import CrashWatch
watch = CrashWatch(Path(sys.argv[1]))
watch.begin(Path(sys.argv[1]), at=datetime.now(UTC), version="1")
def ward_round(name):
    os.kill(os.getpid(), signal.SIGSEGV)
ward_round("KOWALSKA 999 012 3452")
"""


@pytest.fixture(autouse=True)
def _faulthandler_as_it_was(request: pytest.FixtureRequest) -> Iterator[None]:
    own = request.config.stash.get(fault_handler_stderr_fd_key, None)
    faulthandler.disable()
    yield
    if own is not None:
        faulthandler.enable(own)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGSEGV to send")
def test_the_next_start_reports_where_the_program_stood(tmp_path: Path):
    place = tmp_path / "JANE SAMPLE"  # a path may hold a login
    place.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", ENDS, str(place)], capture_output=True, check=False
    )
    assert done.returncode != 0
    watch = CrashWatch(place)
    reference = watch.begin(tmp_path / "reports", at=NOW, version="1.0")
    report = (tmp_path / "reports" / f"{reference}.txt").read_text()
    watch.end()
    assert "Fatal Python error: Segmentation fault" in report
    assert "ward_round" in report
    for secret in ("KOWALSKA", "3452", "JANE", str(tmp_path)):
        assert secret not in report
    again = CrashWatch(place)
    assert again.begin(tmp_path / "reports", at=NOW, version="1.0") == ""
    again.end()


def test_a_program_that_ends_as_it_should_leaves_nothing(tmp_path: Path):
    watch = CrashWatch(tmp_path)
    assert watch.begin(tmp_path, at=NOW, version="1.0") == ""
    assert list(tmp_path.iterdir())
    watch.end()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_to_keeps_nobody_from_starting(tmp_path: Path):
    nowhere = tmp_path / "file"
    nowhere.write_text("")
    watch = CrashWatch(nowhere)
    assert watch.begin(nowhere, at=NOW, version="1.0") == ""
    watch.end()


def test_only_kinds_files_lines_and_functions_are_said():
    text = (
        "Fatal Python error: Aborted\n\nCurrent thread 0x00007f1 (most recent call first):\n"
        '  File "/srv/jane/lib/board.py", line 7 in paint\n'
        '  File "C:\\D2A\\jane\\x.py", line 9 in <module>\n'
        "KOWALSKA, Zofia\nExtension modules: a, b\n"
    )
    assert told(text) == [
        "Fatal Python error: Aborted",
        "Current thread 0x00007f1",
        "  board.py:7 paint",
        "  x.py:9 <module>",
    ]


def test_somebody_who_watches_already_is_left_alone(tmp_path: Path):
    with (tmp_path / "own.txt").open("w") as own:
        faulthandler.enable(own)
        watch = CrashWatch(tmp_path)
        watch.begin(tmp_path, at=NOW, version="1.0")
        watch.end()
        assert faulthandler.is_enabled()
        faulthandler.disable()
