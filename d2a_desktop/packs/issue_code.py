"""The code of one issue as a QR symbol: it says which print this is, and nothing of the person."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from d2a_desktop.packs.look import INK, WHITE

SIDE = 46.0
"""Points, with the white zone of four modules that ISO/IEC 18004 asks for on each side."""
_QUIET = 4


def is_code(reference: str) -> bool:
    """Return whether a reference names a recorded issue; a preview has none."""
    return reference.startswith("P-")


@lru_cache(maxsize=64)
def modules(code: str) -> tuple[tuple[bool, ...], ...]:
    """Return the rows of the symbol from the top; a dark module is True."""
    from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel

    symbol = QRCode(None, QRErrorCorrectLevel.Q)
    symbol.addData(code)
    symbol.make()
    count = symbol.getModuleCount()
    return tuple(
        tuple(symbol.isDark(row, column) for column in range(count)) for row in range(count)
    )


def draw_code(canvas: Any, code: str, x: float, y: float) -> None:
    """Draw the symbol in a white square with its lower left corner at `x`, `y`."""
    rows = modules(code)
    step = SIDE / (len(rows) + 2 * _QUIET)
    canvas.saveState()
    canvas.setFillColor(WHITE)
    canvas.rect(x, y, SIDE, SIDE, stroke=0, fill=1)
    canvas.setFillColor(INK)
    path = canvas.beginPath()
    for number, row in enumerate(rows):
        top = y + SIDE - (_QUIET + number + 1) * step
        start = 0
        while start < len(row):
            end = start
            while end < len(row) and row[end]:
                end += 1
            if end > start:
                path.rect(x + (_QUIET + start) * step, top, (end - start) * step, step)
            start = end + 1
    canvas.drawPath(path, stroke=0, fill=1)
    canvas.restoreState()
