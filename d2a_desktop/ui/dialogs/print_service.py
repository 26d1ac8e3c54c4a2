"""The door to printers and to the place of a saved file; tests open it without a person."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QFileDialog, QWidget

PRINT_DPI = 300
Send = Callable[[Iterable[QImage]], None]


class PrintService(Protocol):
    """Asks where to, then takes the pages there."""

    def choose_printer(self, parent: QWidget) -> Send | None:
        """Ask for a printer; return what sends pages to it, or None when cancelled."""
        ...

    def choose_file(self, parent: QWidget, name: str) -> Path | None:
        """Ask where to save; None when cancelled."""
        ...


class SystemPrinting:
    """The system's own dialogs."""

    def choose_printer(self, parent: QWidget) -> Send | None:
        """Ask by the system's dialog for printing."""
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setResolution(PRINT_DPI)
        printer.setDocName("D2A pack")  # never a name: queues are seen by everybody
        if QPrintDialog(printer, parent).exec() != QPrintDialog.DialogCode.Accepted:
            return None

        def send(pages: Iterable[QImage]) -> None:
            painter = QPainter(printer)
            try:
                for number, page in enumerate(pages):
                    if number:
                        printer.newPage()
                    painter.drawImage(_fitted(painter, page), page)
            finally:
                painter.end()

        return send

    def choose_file(self, parent: QWidget, name: str) -> Path | None:
        """Ask by the system's dialog for files."""
        chosen, _ = QFileDialog.getSaveFileName(parent, "Save the pack", name, "PDF (*.pdf)")
        return Path(chosen) if chosen else None


def _fitted(painter: QPainter, page: QImage) -> QRectF:
    room = painter.viewport()
    scale = min(room.width() / page.width(), room.height() / page.height())
    return QRectF(0, 0, page.width() * scale, page.height() * scale)
