"""From the start of the program to its first painted window, beside an empty PySide6 window."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from benchmarks.board_people import fill
from benchmarks.figures import Figure, Timed, in_turn
from d2a_desktop.bootstrap import open_desk
from d2a_desktop.core.paths import Profile
from d2a_desktop.domain.permissions import Role
from d2a_desktop.services.desk_setup import DeskRequest, init_desk

PEOPLE, LIVE_SECONDS = 30, 2.0
_PASSPHRASE = "a passphrase of the benchmark"  # noqa: S105  opens nothing but a temporary desk


def figures(folder: Path) -> Iterator[Figure]:
    """Measure whole processes, from before they are started to the word that they have painted."""
    profile = Profile(folder / "desk")
    before = dict(os.environ)
    # No keyring: the desk of the benchmark leaves nothing in anybody's.
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    # Compiled once, as an installation is; the first pair, which does not count, pays for it.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(folder / "compiled")
    try:
        init_desk(
            profile,
            DeskRequest(ods_code="RXX01", role=Role.WARD_COORDINATOR, name="Bench Person"),
            database_password=None,
            new_passphrase=lambda: _PASSPHRASE,
        )
        _people(profile)
        ours, empty = in_turn(_until_painted("desk", profile), _until_painted("empty"), times=7)
        rows = sorted(_until_painted("rows", profile)() for _ in range(4))
    finally:
        os.environ.clear()
        os.environ.update(before)
    words = "an empty PySide6 QMainWindow, a process of its own too"
    yield Figure("start", "start to first painted window", ours, empty, words)
    words = "live rows within 2 s of the start"
    yield Figure("start", f"  to a ward's {PEOPLE} people, painted", rows[1], LIVE_SECONDS, words)


def _people(profile: Profile) -> None:
    with open_desk(profile, passphrase=lambda _: _PASSPHRASE) as desk:
        parts: Any = SimpleNamespace(
            store=desk._store,  # noqa: SLF001  rows are put in beside the services
            clock=desk.clock,
            caller=desk.caller,
            identity=desk.identity,
        )
        fill(parts, PEOPLE)


def _until_painted(what: str, profile: Profile | None = None) -> Timed:
    command = [sys.executable, "-m", "benchmarks.painted", what]
    if profile is not None:
        command += [str(profile.root), _PASSPHRASE]

    def run() -> float:
        start = time.perf_counter()
        with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
            assert child.stdout is not None
            said = child.stdout.readline()
            taken = time.perf_counter() - start
        if said.strip() != b"painted":
            raise RuntimeError(f"no window was painted (the process ended with {child.returncode})")
        return taken

    return run
