"""Windows is asked to show no picture of a desk's window in its taskbar."""

from __future__ import annotations

import ctypes
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from d2a_desktop.ui.desk.taskbar import keep_out_of_previews


def test_windows_is_asked_for_an_icon_in_place_of_a_picture(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
):
    window = QWidget()
    qtbot.addWidget(window)
    asked: list[tuple[int | None, int, int, int]] = []

    def asks(handle: ctypes.c_void_p, attribute: int, value: Any, size: int) -> int:
        asked.append((handle.value, attribute, value._obj.value, size))
        return 0

    loader = SimpleNamespace(dwmapi=SimpleNamespace(DwmSetWindowAttribute=asks))
    monkeypatch.setattr(ctypes, "windll", None, raising=False)
    assert not keep_out_of_previews(window)  # another system
    monkeypatch.setattr(ctypes, "windll", loader, raising=False)
    assert keep_out_of_previews(window)
    handle = int(window.winId())
    assert asked == [(handle, 7, 1, 4), (handle, 11, 1, 4)]
