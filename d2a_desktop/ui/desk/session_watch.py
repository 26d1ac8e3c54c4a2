"""Hears from the system that its own session is locked or the computer goes to sleep."""

from __future__ import annotations

import ctypes
import os
import sys
from typing import Any

from PySide6.QtCore import SLOT, QAbstractNativeEventFilter, QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

_LOGIN1 = "org.freedesktop.login1"
_WM_WTSSESSION_CHANGE, _WTS_SESSION_LOCK = 0x02B1, 0x7
# Another person is let to the screen, or a remote desktop is left, without a lock before.
_WTS_CONSOLE_DISCONNECT, _WTS_REMOTE_DISCONNECT = 0x2, 0x4
_WM_POWERBROADCAST, _PBT_APMSUSPEND = 0x0218, 0x0004
_THIS_SESSION_ONLY = 0
# Its D-Bus part takes the words of SLOT, and its stubs say bytes.
_SLEEP: Any = SLOT("prepare_for_sleep(bool)")
_LOCK: Any = SLOT("lock()")
_COVERED: Any = SLOT("screen_covered(bool)")
# Desktops whose own lock tells logind nothing but a hint: GNOME's, and KDE's and others'.
_SCREENS = (
    ("org.gnome.ScreenSaver", "/org/gnome/ScreenSaver"),
    ("org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver"),
)


class SessionWatch(QObject):
    """One port for all systems: `locked` when the person's session is.

    Linux: logind's signals Lock (of the session) and PrepareForSleep over the system's bus, and
    ActiveChanged of the desktop's screen lock over the session's.
    Windows: WTS session notifications and suspends of a window. Elsewhere, and where neither can
    be had, nothing comes: the idle lock still does.

    Signals:
        locked: the session was locked, or the computer is about to sleep.
    """

    locked = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._filter: _WindowsFilter | None = None
        self._buses: tuple[Any, ...] = ()

    def watch(self, window: QWidget) -> None:
        """Begin to listen; `window` is the one that Windows sends its messages to."""
        if sys.platform == "win32":
            self._watch_windows(window)
        elif QGuiApplication.platformName() not in ("offscreen", "minimal"):
            self.watch_bus()

    def watch_bus(self, address: str = "") -> bool:
        """Listen on both buses, or on the one at `address`; tell whether logind can be heard."""
        from PySide6.QtDBus import QDBusConnection

        if address:
            bus = own = QDBusConnection.connectToBus(address, f"d2a-{id(self)}")
        else:
            bus, own = QDBusConnection.systemBus(), QDBusConnection.sessionBus()
        self._buses = (bus, own)
        for name, path in _SCREENS:
            own.connect(name, path, name, "ActiveChanged", self, _COVERED)
        if not bus.isConnected():
            return False
        session = _session_path()
        asleep = bus.connect(
            _LOGIN1, "/org/freedesktop/login1", f"{_LOGIN1}.Manager", "PrepareForSleep", self,
            _SLEEP,
        )  # fmt: skip
        lock = bus.connect(_LOGIN1, session, f"{_LOGIN1}.Session", "Lock", self, _LOCK)
        return bool(asleep and lock)

    def stop(self) -> None:
        """Listen no more."""
        if self._filter is not None:
            QGuiApplication.instance().removeNativeEventFilter(self._filter)  # type: ignore[union-attr]  # a window was open
            self._filter = None
        self._buses = ()

    @Slot(bool)
    def prepare_for_sleep(self, begins: bool) -> None:
        """Take logind's signal; it is sent once more, with False, on waking."""
        if begins:
            self.locked.emit()

    @Slot(bool)
    def screen_covered(self, covered: bool) -> None:
        """Take the signal of the desktop's screen lock; it is sent once more when it is opened."""
        if covered:
            self.locked.emit()

    @Slot()
    def lock(self) -> None:
        """Take logind's signal of this session."""
        self.locked.emit()

    def _watch_windows(self, window: QWidget) -> None:
        loader: Any = getattr(ctypes, "windll", None)
        app = QGuiApplication.instance()
        if loader is None or app is None:
            return
        loader.wtsapi32.WTSRegisterSessionNotification(int(window.winId()), _THIS_SESSION_ONLY)
        self._filter = _WindowsFilter(self)
        app.installNativeEventFilter(self._filter)


class _WindowsFilter(QAbstractNativeEventFilter):
    def __init__(self, watch: SessionWatch) -> None:
        super().__init__()
        self._watch = watch

    def nativeEventFilter(self, kind: Any, message: Any) -> Any:
        if bytes(kind) == b"windows_generic_MSG":
            told = _Message.from_address(int(message))
            if says_locked(told.message, told.wparam):
                self._watch.locked.emit()
        return False, 0


class _Message(ctypes.Structure):
    """The beginning of the MSG of Windows' user32."""

    _fields_ = (
        ("window", ctypes.c_void_p),
        ("message", ctypes.c_uint),
        ("wparam", ctypes.c_size_t),
        ("lparam", ctypes.c_ssize_t),
    )


def says_locked(message: int, wparam: int) -> bool:
    """Return whether a message of Windows says that the session is locked, or that it sleeps."""
    return (message, wparam) in (
        (_WM_WTSSESSION_CHANGE, _WTS_SESSION_LOCK),
        (_WM_WTSSESSION_CHANGE, _WTS_CONSOLE_DISCONNECT),
        (_WM_WTSSESSION_CHANGE, _WTS_REMOTE_DISCONNECT),
        (_WM_POWERBROADCAST, _PBT_APMSUSPEND),
    )


def _session_path() -> str:
    """The object of this session; empty matches every session of the bus (one seat, one person)."""
    number = os.environ.get("XDG_SESSION_ID", "")
    if not number.isalnum():
        return ""
    # A leading digit is escaped in object paths: session 3 is /org/.../session/_33.
    first = f"_{ord(number[0]):02x}" if number[0].isdigit() else number[0]
    return f"/org/freedesktop/login1/session/{first}{number[1:]}"
