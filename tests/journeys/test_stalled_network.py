"""The network stalls, cuts and comes back under an open window: nobody who works there feels it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, QTimer
from pytestqt.qtbot import QtBot

from d2a_desktop.shared_db.gateway import PostgresGateway
from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.desk.window import DeskWindow
from d2a_desktop.ui.theme.theme import Theme
from tests.fault_proxy import DOWN, Fault, FaultProxy
from tests.shared_databases import System
from tests.shared_desks import PASSPHRASE, make_shared_desk
from tests.ui.open_desks import settled

pytestmark = [pytest.mark.postgres, pytest.mark.journey]

LONGEST_STALL_SECONDS = 0.050
LONG = 30_000


@dataclass(frozen=True)
class Gap:
    """The time between two turns of the event loop, and how much of it other programs took."""

    seconds: float
    taken_seconds: float

    @property
    def ours(self) -> float:
        return max(self.seconds - self.taken_seconds, 0.0)


class HeartBeat(QObject):
    """Beats every 5 ms on the window's thread and remembers the gaps between beats.

    A busy machine makes gaps too. Linux tells for each thread how long it was ready and had no
    core: that of the window's thread, and of the one that was kept waiting most (it may have
    held the interpreter), is not ours.
    """

    def __init__(self) -> None:
        super().__init__()
        self.gaps: list[Gap] = []
        self._main = Path("/proc/thread-self").resolve().name
        self._at = time.perf_counter()
        self._kept_waiting = self._look()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(5)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def since(self, beats: int) -> float:
        """Return the longest stall of ours since so many beats."""
        return max(gap.ours for gap in self.gaps[beats:])

    def _look(self) -> dict[str, int]:
        found = {}
        for task in Path("/proc/self/task").iterdir():
            try:
                found[task.name] = int((task / "schedstat").read_text().split()[1])
            except (OSError, IndexError):
                continue  # it has ended
        return found

    def _beat(self) -> None:
        now, kept = time.perf_counter(), self._look()
        waited = {name: kept[name] - self._kept_waiting.get(name, 0) for name in kept}
        others = max((ns for name, ns in waited.items() if name != self._main), default=0)
        taken = (waited.get(self._main, 0) + others) / 1e9
        self.gaps.append(Gap(now - self._at, taken))
        # What the look itself cost is not the window's.
        self._at, self._kept_waiting = time.perf_counter(), kept


@pytest.fixture
def proxy(shared: System) -> Iterator[FaultProxy]:
    with FaultProxy(shared.database.port) as one:
        yield one


@pytest.fixture
def life(
    shared: System,
    proxy: FaultProxy,
    theme: Theme,
    actions: Actions,
    qtbot: QtBot,
    tmp_path: Path,
    no_keyring: None,
) -> Iterator[DeskWindow]:
    """A ward's window whose desk reaches the server through the proxy."""
    behind = replace(shared, database=replace(shared.database, port=proxy.port))
    profile = make_shared_desk(behind, "ward", tmp_path / "ward")
    one = DeskWindow(
        theme,
        actions,
        profile,
        passphrase=PASSPHRASE,
        database_password=shared.people["ward"].password,
    )
    with qtbot.waitSignal(one.sync.ended, timeout=LONG):
        one.show()
    settled(qtbot, lambda: not one.sync.running, timeout=LONG)
    yield one
    one.close()


def gateway_of(life: DeskWindow) -> PostgresGateway:
    gateway = life.link.desk._gateway
    assert isinstance(gateway, PostgresGateway)
    return gateway


def sync(life: DeskWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(life.sync.ended, timeout=LONG):
        life.sync.run()
    settled(qtbot, lambda: not life.sync.running, timeout=LONG)


def beats(heart: HeartBeat, qtbot: QtBot, more: int) -> None:
    end = len(heart.gaps) + more
    settled(qtbot, lambda: len(heart.gaps) >= end, timeout=LONG)


@pytest.mark.skipif(
    not Path("/proc/self/schedstat").exists(), reason="only Linux tells who waited for a core"
)
def test_the_window_never_stalls_while_the_network_does(
    life: DeskWindow, proxy: FaultProxy, qtbot: QtBot
) -> None:
    heart = HeartBeat()
    sync(life, qtbot)  # what is loaded at the first time is loaded
    still = len(heart.gaps)
    beats(heart, qtbot, 150)
    idle = heart.since(still)
    limit = max(LONGEST_STALL_SECONDS, 2 * idle)
    gateway_of(life).silence_seconds = 0.8

    phases: dict[str, Callable[[], None]] = {
        "swallowed": proxy.swallow,
        "cut": lambda: proxy.arm(Fault.RESET, DOWN, 700),
        "closed": lambda: proxy.arm(Fault.CLOSE, DOWN, 60),
        "late": lambda: proxy.arm(Fault.DELAY, DOWN, 60, seconds=0.5),
        "away": proxy.go_down,
    }
    worst = {}
    for name, fault in phases.items():
        began = len(heart.gaps)
        fault()
        sync(life, qtbot)
        proxy.heal()
        sync(life, qtbot)
        beats(heart, qtbot, 10)  # also where the fault was over in a moment
        worst[name] = heart.since(began)
    assert life.link.desk.exchange.light().state == "synced"
    assert max(worst.values()) < limit, (worst, idle)


def test_closing_the_window_ends_an_exchange_that_hangs_at_once(
    life: DeskWindow, proxy: FaultProxy, qtbot: QtBot
) -> None:
    proxy.arm(Fault.SWALLOW_BOTH, DOWN, 1)
    life.sync.run()
    settled(qtbot, proxy.struck.is_set, timeout=LONG)
    assert gateway_of(life).silence_seconds >= 30
    began = time.monotonic()
    life.close()
    assert time.monotonic() - began < 10


def test_closing_the_window_ends_the_wait_for_news_at_once(life: DeskWindow) -> None:
    began = time.monotonic()
    life.close()
    assert time.monotonic() - began < 10
