"""Real encrypted stores for tests: a key, a clock, callers, and a new store in a folder."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from d2a_desktop.core.clock import SettableClock
from d2a_desktop.domain.permissions import Caller, Role
from d2a_desktop.local_db.desk_identity import DeskIdentity
from d2a_desktop.local_db.engine import STORE_FILE_NAME
from d2a_desktop.local_db.unit_of_work import LocalStore
from d2a_desktop.security.keys import StoreKey
from tests.builder_ids import AGENCY, HOSPITAL, some_id

KEY = StoreKey("5a" * 32)
OTHER_KEY = StoreKey("c3" * 32)
START = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)

HOSPITAL_DESK = DeskIdentity(
    desk_id=some_id("hospital desk"),
    org_id=HOSPITAL,
    org_ods="RXX01",
    org_kind="hospital",
    org_name="Demo Hospital",
)
COORDINATOR = Caller(
    login="u_0123456789ab",
    name="Pat Example",
    role=Role.WARD_COORDINATOR,
    org_id=HOSPITAL,
    org_ods="RXX01",
    org_kind="hospital",
)
SCHEDULER = Caller(
    login="u_ba9876543210",
    name="Al Example",
    role=Role.AGENCY_SCHEDULER,
    org_id=AGENCY,
    org_ods="AXX01",
    org_kind="agency",
)


def new_clock() -> SettableClock:
    """Return a clock that stands at START."""
    return SettableClock(START)


def new_store(
    folder: Path,
    *,
    clock: SettableClock | None = None,
    desk: DeskIdentity = HOSPITAL_DESK,
    key: StoreKey = KEY,
) -> LocalStore:
    """Make a real store in a folder; the test closes it."""
    return LocalStore.create(folder, key, clock=clock or new_clock(), desk=desk)


def copied_store(
    folder: Path, *, clock: SettableClock | None = None, desk: DeskIdentity = HOSPITAL_DESK
) -> LocalStore:
    """Open a copy of an empty store under KEY: a tenth of the time of making one."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / STORE_FILE_NAME
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(_empty_store())
    store = LocalStore.open(folder, KEY, clock=clock or new_clock())
    if desk != store.desk:
        store.save_desk(desk)
    return store


@cache
def _empty_store() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        new_store(Path(folder)).close()
        return (Path(folder) / STORE_FILE_NAME).read_bytes()
