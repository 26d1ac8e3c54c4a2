"""The look in use: colours, type and icons, which painted widgets ask and Qt's own ones wear."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from d2a_desktop.ui.theme import sizes
from d2a_desktop.ui.theme.icons import IconSet
from d2a_desktop.ui.theme.sheet import style_sheet
from d2a_desktop.ui.theme.tokens import DARK, LIGHT, Tokens

FAMILIES = ["Inter", "Segoe UI", "Noto Sans", "DejaVu Sans"]
MIN_PERCENT, MAX_PERCENT = 90, 200
_BASE_PX = 14.0


class Look(Enum):
    """Which of the two looks the person chose."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Theme(QObject):
    """One desk's look; made once in `app` and passed to every widget that paints.

    Args:
        icons_dir: the folder of SVG line icons.
        fonts_dir: a folder of font files to load, or None to use the system's.

    Signals:
        changed: colours, text size or density are others now; painted widgets repaint.
    """

    changed = Signal()

    def __init__(
        self, *, icons_dir: Path, fonts_dir: Path | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._icons = IconSet(icons_dir)
        self._pixmaps: dict[tuple[str, str, int, float], QPixmap] = {}
        self._fonts: dict[tuple[float, QFont.Weight, bool], QFont] = {}
        self._colours: dict[str, QColor] = {}
        self._look = Look.SYSTEM
        self._percent = 100
        self._compact = False
        self._look_is_fixed = False
        self._tokens = LIGHT
        self._app: QApplication | None = None
        self._worn: tuple[Tokens, int, bool] | None = None
        self._sheet = ""
        for path in sorted(fonts_dir.glob("*.[ot]tf")) if fonts_dir else ():
            QFontDatabase.addApplicationFont(str(path))

    @property
    def tokens(self) -> Tokens:
        """The colours in use."""
        return self._tokens

    @property
    def look(self) -> Look:
        """What the person chose: light, dark, or as the system does."""
        return self._look

    @property
    def text_percent(self) -> int:
        """The text size, 90 to 200."""
        return self._percent

    @property
    def compact(self) -> bool:
        """Whether rows are set close."""
        return self._compact

    def apply(self, app: QApplication) -> None:
        """Dress the whole application, and follow the system's colour scheme from now on."""
        self._app = app
        app.setStyle("Fusion")
        app.styleHints().colorSchemeChanged.connect(self._dress)
        self._dress()

    def fix_look(self, look: Look | None) -> None:
        """Keep one look whatever is chosen (the organisation's policy), or let go with None."""
        self._look_is_fixed = False
        if look is not None:
            self.set_look(look)
            self._look_is_fixed = True

    def set_look(self, look: Look) -> None:
        """Use the light or the dark look, or follow the system; nothing where it is fixed."""
        if self._look_is_fixed:
            return
        if look is not self._look:
            self._look = look
            self._dress()

    def set_text_percent(self, percent: int) -> None:
        """Set the text size; values outside 90 to 200 are brought inside."""
        inside = max(MIN_PERCENT, min(MAX_PERCENT, percent))
        if inside != self._percent:
            self._percent = inside
            self._dress()

    def set_compact(self, compact: bool) -> None:
        """Set rows close or at ease."""
        if compact != self._compact:
            self._compact = compact
            self._dress()

    def px(self, size: float) -> int:
        """Return a size given at 100 % in pixels of the chosen text size."""
        return max(1, round(size * self._percent / 100))

    def keep(self, setter: Callable[..., Any], *at_100: float) -> None:
        """Set margins, a gap or a width given at 100 %, now and at every change of text size.

        `setter` is a bound method of a widget or a layout, e.g. `row.setSpacing`; 0 stays 0.
        """
        sizes.keep(setter, at_100, self.px)

    def font(
        self,
        size: float = _BASE_PX,
        weight: QFont.Weight = QFont.Weight.Normal,
        *,
        tabular: bool = False,
    ) -> QFont:
        """Return the type at `size` px (at 100 %); `tabular` gives digits of one width."""
        key = (size, weight, tabular)
        if key not in self._fonts:
            font = QFont(FAMILIES)
            font.setPixelSize(self.px(size))
            font.setWeight(weight)
            if tabular:
                font.setFeature(QFont.Tag("tnum"), 1)
            self._fonts[key] = font
        return self._fonts[key]

    def colour(self, token: str) -> QColor:
        """Return a `#rrggbb` of the tokens as a QColor, made once."""
        if token not in self._colours:
            self._colours[token] = QColor(token)
        return self._colours[token]

    def icon(self, name: str, colour: str, size: float = 20) -> QIcon:
        """Return a line icon in a colour of the tokens, for buttons and actions."""
        return QIcon(self.pixmap(name, colour, size))

    def pixmap(self, name: str, colour: str, size: float = 20) -> QPixmap:
        """Return a line icon as a picture of `size` px at 100 %."""
        ratio = self._app.devicePixelRatio() if self._app else 1.0
        key = (name, colour, self.px(size), ratio)
        if key not in self._pixmaps:
            self._pixmaps[key] = self._icons.pixmap(name, colour, size=self.px(size), ratio=ratio)
        return self._pixmaps[key]

    def paint_icon(self, painter: QPainter, box: QRectF, name: str, colour: str) -> None:
        """Draw a line icon into `box`."""
        self._icons.paint(painter, box, name, colour)

    def on_change(self, widget: QWidget) -> None:
        """Let a painted widget lay out and paint anew whenever the look changes."""
        self.changed.connect(widget.updateGeometry)
        self.changed.connect(widget.update)

    def _dress(self) -> None:
        """Put the look on, unless it is on already: each widget there is is dressed anew by it."""
        self._tokens = DARK if self._is_dark() else LIGHT
        wanted = (self._tokens, self._percent, self._compact)
        if wanted == self._worn:
            return
        self._fonts.clear()
        if self._app is None:
            return
        resized = self._worn is not None and self._worn[1] != self._percent
        self._worn = wanted
        sheet = style_sheet(self._tokens, self.px)
        if sheet != self._sheet:  # density changes painted rows alone
            self._sheet = sheet
            self._app.setFont(self.font())
            self._app.setPalette(_palette(self._tokens))
            self._app.setStyleSheet(sheet)
        if resized:
            sizes.set_again(self.px)
        self.changed.emit()

    def _is_dark(self) -> bool:
        if self._look is Look.SYSTEM:
            hints = QApplication.styleHints()
            return hints.colorScheme() == Qt.ColorScheme.Dark
        return self._look is Look.DARK


def _palette(t: Tokens) -> QPalette:
    role = QPalette.ColorRole
    colours = {
        role.Window: t.page,
        role.WindowText: t.text,
        role.Base: t.surface,
        role.AlternateBase: t.surface_low,
        role.Text: t.text,
        role.Button: t.surface,
        role.ButtonText: t.text,
        role.BrightText: t.bad_text,
        role.Link: t.link,
        role.LinkVisited: t.link,
        role.Highlight: t.chip_chosen.ground,
        role.HighlightedText: t.chip_chosen.text,
        role.ToolTipBase: t.text,
        role.ToolTipText: t.surface,
        role.PlaceholderText: t.text_quiet,
        role.Mid: t.line,
        role.Dark: t.input_line,
        role.Light: t.surface,
    }
    palette = QPalette()
    for which, colour in colours.items():
        palette.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(t.text_quiet))
    return palette
