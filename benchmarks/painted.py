"""A process of the start-up benchmark: opens a window, says `painted`, and ends."""

from __future__ import annotations

import os
import sys


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
    from PySide6.QtCore import QTimer

    from d2a_desktop import __main__ as program
    from d2a_desktop.ui.desk.window import DeskWindow

    show = DeskWindow.show

    def watched(self: DeskWindow) -> None:
        self.window.painted.connect(lambda: QTimer.singleShot(0, _say_painted))
        show(self)

    DeskWindow.show = watched  # type: ignore[method-assign]  # to see the first paint from outside
    program.main(["--profile", folder])


if __name__ == "__main__":
    _desk(sys.argv[2]) if sys.argv[1] == "desk" else _empty()
