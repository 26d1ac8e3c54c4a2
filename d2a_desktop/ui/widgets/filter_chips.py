"""A row of chips of which one is chosen: the saved views of a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QWidget

from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.flow_layout import FlowLayout
from d2a_desktop.ui.widgets.labels import Button


@dataclass(frozen=True, slots=True)
class Chip:
    """One choice, with how many it shows."""

    key: str
    words: str
    count: int | None = None

    @property
    def text(self) -> str:
        """The words and the count."""
        return self.words if self.count is None else f"{self.words} {self.count}"


class FilterChips(QWidget):
    """Chips; Left and Right move, the chosen one is checked.

    Signals:
        chosen: the key of the chip that was chosen.
    """

    chosen = Signal(str)

    def __init__(self, theme: Theme, *, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._buttons: dict[str, Button] = {}
        self._words: dict[str, str] = {}
        self._wished = ""
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        # Chips that find no room beside the filter stand on a second line.
        self._row = FlowLayout(theme, self, gap=8, centred=True)
        self.setAccessibleName(name)

    @property
    def current(self) -> str:
        """The key of the chosen chip, or an empty text."""
        return next((key for key, each in self._buttons.items() if each.isChecked()), "")

    @property
    def narrows(self) -> bool:
        """Whether another chip than the first, which shows all, is chosen."""
        return self.current != "" and self._place(self.current) > 0

    @property
    def current_words(self) -> str:
        """The words of the chosen chip without its number, or an empty text."""
        return self._words.get(self.current, "")

    def show_chips(self, chips: Sequence[Chip]) -> None:
        """Show these chips; the choice stays where its chip still exists, else the first."""
        keys = [chip.key for chip in chips]
        self._words = {chip.key: chip.words for chip in chips}
        for key in [each for each in self._buttons if each not in keys]:
            button = self._buttons.pop(key)
            self._group.removeButton(button)
            button.deleteLater()
        for number, chip in enumerate(chips):
            button = self._buttons.get(chip.key) or self._make(chip.key)
            button.set_words(chip.text)
            if self._row.indexOf(button) != number:
                self._row.removeWidget(button)
                self._row.insert_widget(number, button)
        if self._wished in self._buttons:
            self.wish(self._wished)
        elif chips and not self.current:
            self._buttons[chips[0].key].setChecked(True)

    def choose(self, key: str) -> None:
        """Choose a chip as if it were pressed."""
        self._buttons[key].setChecked(True)
        self.chosen.emit(key)

    def wish(self, key: str) -> None:
        """Choose a chip now, or as soon as it is shown; an empty key is the first chip."""
        wanted = key or next(iter(sorted(self._buttons, key=self._place)), "")
        if wanted not in self._buttons:
            self._wished = key
            return
        self._wished = ""
        if wanted != self.current:
            self.choose(wanted)

    def _place(self, key: str) -> int:
        return self._row.indexOf(self._buttons[key])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}.get(Qt.Key(event.key()))
        row = sorted(self._buttons.values(), key=self._row.indexOf)
        places = [number for number, each in enumerate(row) if each.hasFocus()]
        if step is None or not places:
            super().keyPressEvent(event)
            return
        row[(places[0] + step) % len(row)].setFocus(Qt.FocusReason.TabFocusReason)

    def _make(self, key: str) -> Button:
        button = Button(self._theme, "", kind="chip")
        button.setCheckable(True)
        button.clicked.connect(lambda: self.chosen.emit(key))
        self._group.addButton(button)
        self._buttons[key] = button
        return button
