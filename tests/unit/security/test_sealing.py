"""Sealing under a passphrase: several people may unlock in one process at the same time."""

from __future__ import annotations

import subprocess
import sys

# In a process of its own: what this guards against is a wait without end.
_MANY_AT_ONCE = """
from concurrent.futures import ThreadPoolExecutor
from d2a_desktop.security import sealing

sealing._ARGON2_MEMORY_KIB = 1024
boxes = [sealing.seal(b"secret", passphrase=f"word {n}", context="test") for n in range(4)]
with ThreadPoolExecutor(8) as pool:
    opened = list(pool.map(
        lambda n: sealing.unseal(boxes[n % 4], passphrase=f"word {n % 4}", context="test"),
        range(400),
    ))
assert opened == [b"secret"] * 400
"""


def test_boxes_open_at_once_without_waiting_for_each_other_for_ever() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _MANY_AT_ONCE],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
