"""A process of the start-up benchmark: opens a window, says `painted`, and ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any


def _say_painted() -> None:
    sys.stdout.write("painted\n")
    sys.stdout.flush()
    os._exit(0)  # closing the desk is not what is measured


def _empty() -> None:
    from PySide6.QtCore import QTimer
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QApplication, QMainWindow

    class Window(QMainWindow):
        def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
            super().paintEvent(event)
            QTimer.singleShot(0, _say_painted)

    app = QApplication(sys.argv[:1])
    window = Window()
    window.resize(1366, 768)
    window.show()
    app.exec()


def _desk(folder: str) -> None:
    # What `d2a --profile FOLDER` runs; only the window tells when it was painted.
    from d2a_desktop import __main__ as program

    import_windows = program._import_windows  # noqa: SLF001  to see the first paint from outside

    def watched() -> Callable[..., int]:
        windows = import_windows()
        from d2a_desktop.ui.desk.window import DeskWindow

        # What a timer of no time calls right after the first paint, as for the empty window.
        DeskWindow._open = lambda _self: _say_painted()  # type: ignore[method-assign,assignment]  # noqa: SLF001  as above
        return windows

    program._import_windows = watched  # noqa: SLF001  as above
    program.main(["--profile", folder])


def _rows(folder: str, passphrase: str) -> None:
    # The same desk, with what somebody would type, until its people are on the screen.
    from pathlib import Path

    from PySide6.QtCore import QTimer

    from d2a_desktop import __main__ as program
    from d2a_desktop.core.paths import Profile

    import_windows = program._import_windows  # noqa: SLF001  to see the rows from outside

    def watched() -> Callable[..., int]:
        windows = import_windows()
        from d2a_desktop.ui.boards.ward_board import WardBoardPage

        show = WardBoardPage.show_picture

        def shown(self: WardBoardPage, picture: Any) -> None:
            show(self, picture)
            self.panel.view.viewport().repaint()
            QTimer.singleShot(0, _say_painted)

        WardBoardPage.show_picture = shown  # type: ignore[method-assign]  # as above
        return windows

    program._import_windows = watched  # noqa: SLF001  as above
    profile = Profile(Path(folder))
    program._open_windows([profile], {profile.root: passphrase})  # noqa: SLF001  as the demo does


if __name__ == "__main__":
    what, *given = sys.argv[1:]
    if what == "empty":
        _empty()
    elif what == "desk":
        _desk(given[0])
    else:
        _rows(*given)
