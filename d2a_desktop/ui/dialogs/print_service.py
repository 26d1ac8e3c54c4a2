"""The door to printers and to the place of a saved file; tests open it without a person."""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QFileDialog, QWidget

from d2a_desktop.core.errors import UnreachableError
from d2a_desktop.services.spooler import JOB_NAME, PrintWish, has_spooler, spool_pdf
from d2a_desktop.ui.widgets.pdf_pages import page_pictures

PRINT_DPI = 300
Send = Callable[[bytes, Callable[[], None]], None]
"""Takes a PDF to the printer as one job; the second stops it between pages by raising."""


@dataclass(frozen=True)
class ChosenPrinter:
    """A printer by its name, and what takes one pack to it; safe outside the main thread."""

    name: str
    send: Send


class PrintService(Protocol):
    """Asks where to, then takes packs there."""

    def choose_printer(self, parent: QWidget, remembered: str) -> ChosenPrinter | None:
        """Ask for a printer, beginning with the one used last; None when cancelled."""
        ...

    def choose_file(self, parent: QWidget, name: str) -> Path | None:
        """Ask where to save; None when cancelled."""
        ...

    def choose_letter(self, parent: QWidget) -> Path | None:
        """Ask for the discharge letter; None when cancelled."""
        ...


class SystemPrinting:
    """The system's own dialogs; the PDF itself to the spooler, else its pages as pictures."""

    def choose_printer(self, parent: QWidget, remembered: str) -> ChosenPrinter | None:
        """Ask by the system's dialog for printing."""
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setResolution(PRINT_DPI)
        printer.setDocName(JOB_NAME)  # never a name: queues are seen by everybody
        if remembered and remembered in QPrinterInfo.availablePrinterNames():
            printer.setPrinterName(remembered)
        if QPrintDialog(printer, parent).exec() != QPrintDialog.DialogCode.Accepted:
            return None
        return chosen(printer)

    def choose_file(self, parent: QWidget, name: str) -> Path | None:
        """Ask by the system's dialog for files."""
        place, _ = QFileDialog.getSaveFileName(parent, "Save the pack", name, "PDF (*.pdf)")
        return Path(place) if place else None

    def choose_letter(self, parent: QWidget) -> Path | None:
        """Ask by the system's dialog for files."""
        place, _ = QFileDialog.getOpenFileName(parent, "The discharge letter", "", "PDF (*.pdf)")
        return Path(place) if place else None


def chosen(printer: Any) -> ChosenPrinter:
    """Return how packs go to what the dialog was left with (a QPrinter)."""
    from PySide6.QtPrintSupport import QPrinter

    name = printer.printerName()
    if printer.outputFormat() == QPrinter.OutputFormat.PdfFormat:
        place = Path(printer.outputFileName())
        return ChosenPrinter("", lambda pdf, _stop: _to_file(pdf, place))
    if has_spooler() and name:
        wish = _wish(printer)
        return ChosenPrinter(name, lambda pdf, _stop: _spool(pdf, name, wish))
    return ChosenPrinter(name, lambda pdf, stop: send_pictures(printer, pdf, stop))


def send_pictures(printer: Any, pdf: bytes, stop: Callable[[], None]) -> None:
    """Draw the pages at 300 dpi on a QPrinter, as one job.

    Raises:
        UnreachableError: the printer could not be opened.
    """
    painter = QPainter()
    if not painter.begin(printer):
        raise UnreachableError(
            "The printer could not be opened; the pack's print is recorded.",
            what_to_do="Check the printer, then print again.",
            code="printer",
        )
    try:
        for number, page in enumerate(page_pictures(pdf, dpi=PRINT_DPI, stop=stop)):
            if number:
                printer.newPage()
            painter.drawImage(_fitted(painter, page), page)
    except BaseException:
        printer.abort()  # half a pack must not look like a whole one
        raise
    finally:
        painter.end()


def _wish(printer: Any) -> PrintWish:
    from PySide6.QtPrintSupport import QPrinter

    sides = {
        QPrinter.DuplexMode.DuplexNone: "one",
        QPrinter.DuplexMode.DuplexLongSide: "long",
        QPrinter.DuplexMode.DuplexShortSide: "short",
    }
    first, last = printer.fromPage(), printer.toPage()
    return PrintWish(
        copies=printer.copyCount(),
        sides=sides.get(printer.duplex(), ""),
        grey=printer.colorMode() == QPrinter.ColorMode.GrayScale,
        pages=f"{first}-{last}" if first and last else "",
    )


def _spool(pdf: bytes, name: str, wish: PrintWish) -> None:
    spool_pdf(pdf, name, wish)


def _to_file(pdf: bytes, place: Path) -> None:
    try:
        place.write_bytes(pdf)
    except OSError as error:
        full = error.errno == errno.ENOSPC
        raise UnreachableError(
            "The pack was not written: " + ("the disk is full." if full else "no right to write."),
            what_to_do="Choose another place, then print again.",
            code="unwritable",
        ) from error


def _fitted(painter: QPainter, page: QImage) -> QRectF:
    room = painter.viewport()
    scale = min(room.width() / page.width(), room.height() / page.height())
    return QRectF(0, 0, page.width() * scale, page.height() * scale)
