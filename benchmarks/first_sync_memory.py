"""One first sync in a process of its own, as far as asked: how much memory did it take?

Reads what to do as JSON from standard input and prints the growth of the highest resident size.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from benchmarks.desks import bench_desk
from benchmarks.figures import peak_megabytes
from d2a_desktop.core.clock import SystemClock
from d2a_desktop.shared_db.gateway import PostgresGateway
from d2a_desktop.sync.engine import SyncEngine
from d2a_desktop.sync.protocol import Progress


def main() -> int:
    """Sync until the asked number of records is here, print the growth, and return 0."""
    request = json.load(sys.stdin)
    come, pulled = 0, 0.0

    def note(progress: Progress) -> None:
        nonlocal come, pulled
        if progress.stage == "first":
            come, pulled = progress.done, peak_megabytes()

    with bench_desk(Path(request["folder"])) as desk:
        gateway = PostgresGateway(request["url"], login=request["login"])
        engine = SyncEngine(desk.store, gateway, SystemClock())
        gateway.channel()  # connects: the libraries are loaded before the counting begins
        before = peak_megabytes()
        engine.run(request["login"], note, cancelled=lambda: come >= request["records"])
        answer = {
            "pulled": pulled - before,
            "megabytes": peak_megabytes() - before,
            "records": come,
        }
        print(json.dumps(answer))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
