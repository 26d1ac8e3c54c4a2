"""The network stalls, cuts and comes back under an open window: nobody who works there feels it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from d2a_desktop.shared_db.gateway import PostgresGateway
from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.desk.window import DeskWindow
from d2a_desktop.ui.theme.theme import Theme
from tests.fault_proxy import DOWN, Fault, FaultProxy
from tests.journeys.heart_beat import HeartBeat
from tests.shared_databases import System
from tests.shared_desks import PASSPHRASE, make_shared_desk
from tests.ui.open_desks import settled

pytestmark = [pytest.mark.postgres, pytest.mark.journey]

LONGEST_STALL_SECONDS = 0.050
LONG = 30_000


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
