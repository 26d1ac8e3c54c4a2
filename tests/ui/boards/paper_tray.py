"""A printer and a folder in place of the system's dialogs, for the tests of all print windows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from d2a_desktop.ui.dialogs.print_service import PRINT_DPI, ChosenPrinter
from d2a_desktop.ui.widgets.pdf_pages import page_pictures


class PaperTray:
    """Keeps every job and every page; `file` is where the person says to save."""

    def __init__(self, file: Path | None) -> None:
        self.file = file
        self.letter: Path | None = None
        self.papers: list[QImage] = []
        self.jobs: list[bytes] = []
        self.offered: list[str] = []

    def choose_printer(self, parent: QWidget, remembered: str) -> ChosenPrinter | None:
        self.offered.append(remembered)

        def send(pdf: bytes, stop: Callable[[], None]) -> None:
            self.jobs.append(pdf)
            self.papers.extend(page_pictures(pdf, dpi=PRINT_DPI, stop=stop))

        return ChosenPrinter("Ward_C5", send)

    def choose_file(self, parent: QWidget, name: str) -> Path | None:
        assert "Sampleton" not in name
        return self.file

    def choose_letter(self, parent: QWidget) -> Path | None:
        return self.letter
