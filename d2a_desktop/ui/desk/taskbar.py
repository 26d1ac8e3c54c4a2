"""Keeps the picture of a desk's window out of the previews of Windows' taskbar (DOMAIN 7.4)."""

from __future__ import annotations

import ctypes
from typing import Any

from PySide6.QtWidgets import QWidget

# Of DWMWINDOWATTRIBUTE: the icon in place of a picture, and none when one points at the taskbar.
_FORCE_ICONIC_REPRESENTATION, _DISALLOW_PEEK = 7, 11


def keep_out_of_previews(window: QWidget) -> bool:
    """Show the program's icon where the system would show the window; tell whether it was asked.

    Other systems have no such switch, and their overviews show windows only to who sits there.
    """
    loader: Any = getattr(ctypes, "windll", None)  # there on Windows alone
    if loader is None:
        return False
    yes = ctypes.c_int(1)
    for attribute in (_FORCE_ICONIC_REPRESENTATION, _DISALLOW_PEEK):
        loader.dwmapi.DwmSetWindowAttribute(
            ctypes.c_void_p(int(window.winId())), attribute, ctypes.byref(yes), ctypes.sizeof(yes)
        )
    return True
