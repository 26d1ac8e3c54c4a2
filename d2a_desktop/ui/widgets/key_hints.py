"""The line at the foot that says which keys work here."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from d2a_desktop.ui.formats.language import tr
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.labels import label


class KeyHints(QFrame):
    """26 px at 100 %; `aside` at the right holds lasting words such as "Draft saved 13:09"."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("keyHints")
        self.setAccessibleName(tr("Keys"))
        self._theme = theme
        row = QHBoxLayout(self)
        theme.keep(row.setContentsMargins, 14, 0, 14, 0)
        self._words = label("")
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row.addWidget(self._words, 1)
        theme.changed.connect(self._measure)
        self._measure()

    def show_hints(self, hints: Sequence[str]) -> None:
        """Show which keys work on this page."""
        self._words.setText("     ".join(tr(each) for each in hints))

    def _measure(self) -> None:
        metrics = QFontMetrics(self._theme.font(12))
        self.setFixedHeight(max(self._theme.px(26), metrics.height() + self._theme.px(8)))
