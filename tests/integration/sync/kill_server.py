"""Forks desks that are killed: a warm process without threads, driven over its standard streams.

Each line in is one order, each line out what became of it. The forked child runs the real store
and the real engine; it is killed by SIGKILL, at a chosen point of its progress or after a time.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from d2a_desktop.local_db import migrate
from d2a_desktop.local_db.unit_of_work import LocalStore
from d2a_desktop.shared_db.gateway import PostgresGateway
from d2a_desktop.sync.engine import SyncEngine
from d2a_desktop.sync.protocol import SyncSettings
from tests.builders import make_spell
from tests.local_stores import COORDINATOR, KEY, new_clock

_NEXT = 99
"""A store version that no program has: what the migration of this test leads to."""


class _Points:
    """Counts the points of progress, and ends this process at the chosen one."""

    def __init__(self, kill_at: int | None) -> None:
        self.seen = 0
        self._kill_at = kill_at

    def __call__(self, *_: Any, **__: Any) -> None:
        self.seen += 1
        if self.seen == self._kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch_statements(self) -> None:
        """Count before and after every statement, and around every commit."""
        for name in ("before_cursor_execute", "after_cursor_execute", "begin", "commit"):
            event.listen(Engine, name, self)


class _Watched(PostgresGateway):
    """The real gateway; before and after each call is a point of progress."""

    points: Callable[[], None]

    def _ask(self, statement: str, values: tuple[object, ...], **more: Any) -> Any:
        self.points()
        answer = super()._ask(statement, values, **more)
        self.points()
        return answer


def edit(order: dict[str, Any], told: int, points: _Points) -> None:
    """Take people in, one after another, and tell of each that was saved."""
    store = LocalStore.open(Path(order["folder"]), KEY, clock=new_clock())
    points()
    for _ in range(order["count"]):
        with store.write(COORDINATOR, action="case:opened") as unit:
            row = unit.new_id()
            unit.add(make_spell(id=row, scope_id=row, case_ref=f"C-{row[-12:]}"))
        os.write(told, b".")
        points()
    store.close()


def sync(order: dict[str, Any], told: int, points: _Points) -> None:
    """Exchange once."""
    store = LocalStore.open(Path(order["folder"]), KEY, clock=new_clock())
    gateway = _Watched(order["url"], login=order["login"], password=lambda: order["password"])
    gateway.points = points
    settings = SyncSettings(batch=5, page=10)  # small, so that there are many moments between
    SyncEngine(store, gateway, new_clock(), settings).run(order["login"])
    gateway.close()
    store.close()


def change_schema(order: dict[str, Any], told: int, points: _Points) -> None:
    """Bring a store of the first version to the newest, and on by rewriting its largest table."""

    def steps(connection: Any) -> None:
        migrate.run_alembic(connection)
        connection.exec_driver_sql("CREATE TABLE spell_new AS SELECT * FROM spell")
        connection.exec_driver_sql("ALTER TABLE spell ADD COLUMN of_next TEXT")
        connection.exec_driver_sql("UPDATE spell SET of_next = ward")
        connection.exec_driver_sql("DROP TABLE spell_new")

    path = Path(order["folder"]) / "store.db"
    migrate.migrate_if_older(path, KEY, clock=new_clock(), steps=steps, version=_NEXT)


_ORDERS = {"edit": edit, "sync": sync, "migrate": change_schema}


def _child(order: dict[str, Any], told: int) -> None:
    points = _Points(order.get("kill_at"))
    points.watch_statements()
    _ORDERS[order["do"]](order, told, points)
    os.write(told, f"points {points.seen}".encode())


def _carry_out(order: dict[str, Any]) -> dict[str, Any]:
    heard, told = os.pipe()
    began = time.perf_counter()
    child = os.fork()
    if child == 0:
        os.close(heard)
        try:
            _child(order, told)
        except BaseException:  # noqa: BLE001  the parent tells the test; nothing may unwind here
            import traceback

            os.write(told, ("error " + traceback.format_exc()).encode())
        os._exit(0)
    os.close(told)
    said = b""
    wait = order.get("kill_after")
    while True:
        ready, _, _ = select.select([heard], [], [], wait)
        if not ready:
            os.kill(child, signal.SIGKILL)
            wait = None
            continue
        part = os.read(heard, 65536)
        if not part:
            break
        said += part
    os.close(heard)
    _, status = os.waitpid(child, 0)
    return {
        "killed": os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL,
        "said": said.decode(),
        "seconds": time.perf_counter() - began,
    }


def main() -> None:
    """Carry out orders until there are none."""
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_carry_out(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
