"""The desk locks when the system's own session does, or goes to sleep."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtDBus import QDBusConnection, QDBusMessage
from pytestqt.qtbot import QtBot

from d2a_desktop.ui.desk.session_watch import SessionWatch, _Message, _WindowsFilter, says_locked

PATH = "/org/freedesktop/login1"
DAEMON = shutil.which("dbus-daemon")


@pytest.fixture
def address(tmp_path: Path, qapp: QCoreApplication) -> Iterator[str]:
    """A real message bus of one's own."""
    if DAEMON is None:
        pytest.skip("no dbus-daemon on this computer")
    rules = tmp_path / "bus.conf"
    rules.write_text(
        "<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><policy context='default'>"
        "<allow send_destination='*'/><allow own='*'/><allow eavesdrop='true'/>"
        "</policy></busconfig>"
    )
    command = [DAEMON, f"--config-file={rules}", "--nofork", "--print-address=1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as bus:
        assert bus.stdout is not None
        yield bus.stdout.readline().strip()
        bus.terminate()


def test_logind_s_lock_and_sleep_lock_the_desk_and_waking_does_not(
    address: str, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("XDG_SESSION_ID", "3")
    logind = QDBusConnection.connectToBus(address, "logind")
    assert logind.registerService("org.freedesktop.login1")
    watch = SessionWatch()
    assert watch.watch_bus(address)
    told: list[bool] = []
    watch.locked.connect(lambda: told.append(True))

    def send(path: str, interface: str, name: str, *values: object) -> None:
        signal = QDBusMessage.createSignal(path, f"org.freedesktop.login1.{interface}", name)
        signal.setArguments(list(values))
        assert logind.send(signal)

    with qtbot.waitSignal(watch.locked):
        send(f"{PATH}/session/_33", "Session", "Lock")
    send(f"{PATH}/session/_34", "Session", "Lock")  # somebody else's session
    send(PATH, "Manager", "PrepareForSleep", False)  # awake again
    with qtbot.waitSignal(watch.locked):
        send(PATH, "Manager", "PrepareForSleep", True)
    assert len(told) == 2
    for name, path in (
        ("org.gnome.ScreenSaver", "/org/gnome/ScreenSaver"),
        ("org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver"),
    ):
        assert logind.registerService(name)
        for covered in (False, True):
            signal = QDBusMessage.createSignal(path, name, "ActiveChanged")
            signal.setArguments([covered])
            if covered:
                with qtbot.waitSignal(watch.locked):
                    assert logind.send(signal)
            else:
                assert logind.send(signal)
    assert len(told) == 4
    watch.stop()
    for name in ("logind", f"d2a-{id(watch)}"):
        QDBusConnection.disconnectFromBus(name)


def test_without_a_bus_nothing_is_heard_and_nothing_breaks(tmp_path: Path):
    assert not SessionWatch().watch_bus(f"unix:path={tmp_path}/none")


def test_windows_tells_of_a_lock_and_of_a_suspend_by_its_messages(qtbot: QtBot):
    assert says_locked(0x02B1, 0x7)
    assert says_locked(0x02B1, 0x2)  # another person signs in at the screen
    assert says_locked(0x02B1, 0x4)  # a remote desktop is left
    assert says_locked(0x0218, 0x4)
    assert not says_locked(0x02B1, 0x8)  # unlocked
    assert not says_locked(0x0100, 0x7)
    watch = SessionWatch()
    seen = _WindowsFilter(watch)
    message = _Message(None, 0x02B1, 0x7, 0)
    with qtbot.waitSignal(watch.locked):
        seen.nativeEventFilter(b"windows_generic_MSG", ctypes.addressof(message))
    with qtbot.assertNotEmitted(watch.locked):
        seen.nativeEventFilter(b"xcb_generic_event_t", ctypes.addressof(message))
