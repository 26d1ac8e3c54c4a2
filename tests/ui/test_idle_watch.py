"""The idle watch: it warns, locks by the rule, and every key or click begins anew."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from d2a_desktop.security.idle_lock import IdleLock
from d2a_desktop.ui.desk.idle_watch import IdleWatch, seconds_running

RULE = IdleLock(limit=timedelta(minutes=5), notice=timedelta(seconds=30))


class Elapsed:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def watch_of(elapsed: Elapsed) -> tuple[IdleWatch, list[str]]:
    watch, told = IdleWatch(elapsed=elapsed), []
    watch.warned.connect(lambda: told.append("warned"))
    watch.touched.connect(lambda: told.append("touched"))
    watch.locked.connect(lambda: told.append("locked"))
    watch.watch(RULE)
    return watch, told


def test_a_quiet_desk_warns_once_and_then_locks(qtbot: QtBot):
    elapsed = Elapsed()
    watch, told = watch_of(elapsed)
    for elapsed.seconds in (200, 271, 280, 300, 400):
        watch.check()
    assert told == ["warned", "locked"]


def test_a_key_takes_the_warning_away_and_begins_anew(qtbot: QtBot):
    elapsed = Elapsed()
    watch, told = watch_of(elapsed)
    field = QLineEdit()
    qtbot.addWidget(field)
    elapsed.seconds = 280
    watch.check()
    qtbot.keyClick(field, Qt.Key.Key_A)
    elapsed.seconds = 400
    watch.check()
    assert told == ["warned", "touched"]
    elapsed.seconds = 600
    watch.check()
    assert told[-1] == "locked"
    watch.stop()


def test_a_watch_that_was_stopped_says_nothing(qtbot: QtBot):
    elapsed = Elapsed()
    watch, told = watch_of(elapsed)
    watch.stop()
    elapsed.seconds = 1000
    watch.check()
    assert told == []


def test_the_first_touch_after_a_sleep_locks_and_does_nothing_else(qtbot: QtBot):
    elapsed = Elapsed()
    watch, told = watch_of(elapsed)
    field = QLineEdit()
    qtbot.addWidget(field)
    elapsed.seconds = 3600  # the timer slept with the computer
    qtbot.keyClick(field, Qt.Key.Key_A)
    assert told == ["locked"]
    assert field.text() == ""
    watch.stop()


def test_the_clock_of_quiet_goes_on_while_the_computer_sleeps():
    awake_or_asleep = getattr(time, "CLOCK_BOOTTIME", None)
    if awake_or_asleep is None:
        pytest.skip("this system has no such clock")
    before = time.clock_gettime(awake_or_asleep)
    assert before <= seconds_running() <= time.clock_gettime(awake_or_asleep)
