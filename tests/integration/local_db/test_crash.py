from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from d2a_desktop.local_db.unit_of_work import LocalStore
from d2a_desktop.models.audit_entry import AuditEntry
from d2a_desktop.models.outbox_op import OutboxOp
from d2a_desktop.models.worker import Worker
from tests.local_stores import KEY, new_clock, new_store

WRITER = """
import sys
from pathlib import Path
from d2a_desktop.local_db.unit_of_work import LocalStore
from tests.roster_builders import make_worker
from tests.local_stores import KEY, SCHEDULER, new_clock
store = LocalStore.open(Path(sys.argv[1]), KEY, clock=new_clock())
bulk = sys.argv[2] == "bulk"
print("ready", flush=True)
while True:
    with store.write(SCHEDULER, action="worker:saved", split_groups=True) as uow:
        rows = [make_worker(id=None, scope_id=f"scope {n % 100}") for n in range(2000)]
        if bulk:
            uow.add_all(rows)
        else:
            for row in rows[:20]:
                uow.add(row)
    print("done", flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.parametrize(("how", "each"), [("bulk", 2000), ("single", 20)])
def test_a_killed_process_loses_nothing_it_had_saved_and_keeps_nothing_half(
    profile: Path, how: str, each: int
):
    new_store(profile).close()
    told = 0
    for wanted in (1, 2, 3):
        told += write_until_killed(profile, how, wanted)
        store = LocalStore.open(profile, KEY, clock=new_clock())
        with store.read() as session:
            rows, sent, entries = (
                int(session.scalar(select(func.count()).select_from(table)) or 0)
                for table in (Worker, OutboxOp, AuditEntry)
            )
            found = session.connection().exec_driver_sql("PRAGMA cipher_integrity_check").all()
            whole = session.connection().exec_driver_sql("PRAGMA integrity_check").scalar_one()
        store.verify_audit()
        store.close()
        assert (found, whole) == ([], "ok")
        assert rows == sent == entries
        assert rows % each == 0
        # What was told as saved is there; the last one may have been saved but not yet told.
        assert rows >= told * each
        told = rows // each


def write_until_killed(profile: Path, how: str, wanted: int) -> int:
    """Let a process write until it has told `wanted` times, kill it in the next, return the tales.

    It is in the middle of the next unit of work by then: nothing is waited for.
    """
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(profile), how],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        for _ in range(wanted):
            assert process.stdout.readline() == "done\n"
        process.send_signal(signal.SIGKILL)
        rest = process.stdout.read().count("done\n")
    return wanted + rest
