"""Line icons drawn from SVG in any colour, sharp on every screen."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer


class IconSet:
    """The icons of one folder; each SVG draws in `currentColor`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._drawings: dict[str, str] = {}
        self._renderers: dict[tuple[str, str], QSvgRenderer] = {}

    def names(self) -> list[str]:
        """Return the names of all icons, sorted."""
        return sorted(path.stem for path in self._folder.glob("*.svg"))

    def paint(self, painter: QPainter, box: QRectF, name: str, colour: str) -> None:
        """Draw the icon into `box`; an unknown name raises FileNotFoundError."""
        self._renderer(name, colour).render(painter, box)

    def pixmap(self, name: str, colour: str, *, size: int, ratio: float = 1.0) -> QPixmap:
        """Return the icon as a picture of `size` logical pixels."""
        picture = QPixmap(round(size * ratio), round(size * ratio))
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        self.paint(painter, QRectF(0, 0, picture.width(), picture.height()), name, colour)
        painter.end()
        picture.setDevicePixelRatio(ratio)
        return picture

    def icon(self, name: str, colour: str, *, size: int, ratio: float = 1.0) -> QIcon:
        """Return the icon for a button or an action."""
        return QIcon(self.pixmap(name, colour, size=size, ratio=ratio))

    def _renderer(self, name: str, colour: str) -> QSvgRenderer:
        key = (name, colour)
        if key not in self._renderers:
            if name not in self._drawings:
                path = self._folder / f"{name}.svg"
                self._drawings[name] = path.read_text(encoding="utf-8")
            drawing = self._drawings[name].replace("currentColor", colour)
            self._renderers[key] = QSvgRenderer(QByteArray(drawing.encode()))
        return self._renderers[key]
