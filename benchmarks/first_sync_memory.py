"""One first sync in a process of its own, as far as asked: how much memory did it take?

Reads what to do as JSON from standard input and prints the growth of the highest resident size.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from benchmarks.desks import bench_desk
from d2a_desktop.core.clock import SystemClock
from d2a_desktop.shared_db.gateway import PostgresGateway
from d2a_desktop.sync.engine import SyncEngine
from d2a_desktop.sync.protocol import Progress


def main() -> int:
    """Sync until the asked number of records is here, print the growth, and return 0."""
    request = json.load(sys.stdin)
    come = 0

    def note(progress: Progress) -> None:
        nonlocal come
        come = max(come, progress.done)

    with bench_desk(Path(request["folder"])) as desk:
        gateway = PostgresGateway(request["url"], login=request["login"])
        engine = SyncEngine(desk.store, gateway, SystemClock())
        gateway.channel()  # connects: the libraries are loaded before the counting begins
        before = _highest()
        engine.run(request["login"], note, cancelled=lambda: come >= request["records"])
        print(json.dumps({"megabytes": _highest() - before, "records": come}))
    return 0


def _highest() -> float:
    """Return the highest resident size so far, megabytes.

    Not `getrusage`: its figure begins with that of the process that started this one.
    """
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("this system does not tell how much memory was used at most")


if __name__ == "__main__":
    raise SystemExit(main())
