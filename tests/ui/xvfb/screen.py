"""A screen without a monitor, with the bus on which screen readers listen, for real input."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.integration.debian import packages

# The X server, what Qt needs of X, the readers' bus with its Python, and a hand on mouse and keys.
NEEDED = (
    "xvfb", "xauth", "xdotool", "at-spi2-core", "python3-pyatspi", "dbus", "dbus-x11",
    "libxcb-cursor0", "libxcb-icccm4", "libxcb-image0", "libxcb-keysyms1", "libxcb-randr0",
    "libxcb-render-util0", "libxcb-shape0", "libxcb-xkb1", "libxcb-xinerama0",
    "libxkbcommon-x11-0", "libx11-xcb1",
)  # fmt: skip
_PROGRAMS = ("Xvfb", "dbus-daemon", "xdotool")
_KEPT = ("-noreset", "-nolisten", "tcp")
"""Without the first the server begins anew, pointer in the middle, when its last program ends."""
_LAUNCHER = Path("/usr/libexec/at-spi-bus-launcher")
_PYTHON = "/usr/bin/python3"


@dataclass(frozen=True)
class Screen:
    """Where programs draw and where readers listen, as environment variables."""

    env: dict[str, str]


def why_not() -> str | None:
    """Return why this computer has no such screen, or None; installs it where it may."""
    if _is_there():
        return None
    return packages.why_not() or packages.install(NEEDED) or (None if _is_there() else "no Xvfb")


def _is_there() -> bool:
    if sys.platform != "linux" or not _LAUNCHER.exists():
        return False
    if any(shutil.which(each) is None for each in _PROGRAMS):
        return False
    asked = subprocess.run([_PYTHON, "-c", "import pyatspi"], capture_output=True, check=False)
    return asked.returncode == 0


@contextmanager
def screen(*, width: int = 1400, height: int = 900) -> Iterator[Screen]:
    """Start the screen and both buses; everything ends with the block."""
    with ExitStack() as parts:
        ready, told = os.pipe()
        picture = f"{width}x{height}x24"
        parts.enter_context(
            _running(
                ["Xvfb", "-displayfd", str(told), "-screen", "0", picture, *_KEPT],
                pass_fds=(told,),
            )
        )
        os.close(told)
        with os.fdopen(ready, encoding="ascii") as number:
            display = f":{number.readline().strip()}"
        env = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
        env |= {"QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1", "NO_AT_BRIDGE": "1"}
        bus = parts.enter_context(
            _running(
                ["dbus-daemon", "--session", "--nofork", "--print-address=1"],
                stdout=subprocess.PIPE,
                env=env,
            )
        )
        assert bus.stdout is not None
        env["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().decode().strip()
        parts.enter_context(_running([str(_LAUNCHER), "--launch-immediately"], env=env))
        yield Screen(env)


@contextmanager
def _running(command: list[str], **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    quiet: dict[str, Any] = {"stderr": subprocess.DEVNULL, "stdin": subprocess.DEVNULL}
    started = subprocess.Popen(command, **{**quiet, **options})
    try:
        yield started
    finally:
        started.terminate()
        try:
            started.wait(10)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()
        if started.stdout is not None:
            started.stdout.close()
