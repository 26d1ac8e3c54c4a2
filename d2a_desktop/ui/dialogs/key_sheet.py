"""The sheet of all shortcuts (?), from the table in `actions`."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QScrollArea, QVBoxLayout, QWidget

from d2a_desktop.ui.actions import PAGE_KEYS, SPECS, Actions, Scope
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.dialog import Dialog
from d2a_desktop.ui.widgets.labels import Button, label, tag
from d2a_desktop.ui.widgets.tick_box import TickBox


class KeySheet(Dialog):
    """Lists every key by where it works, and switches single letters on or off."""

    def __init__(self, theme: Theme, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard shortcuts")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        outer = QVBoxLayout(self)
        theme.keep(outer.setContentsMargins, 20, 20, 20, 20)
        theme.keep(outer.setSpacing, 12)
        outer.addWidget(label("Keyboard shortcuts", "title"))
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setAccessibleName("Keys and what they do")
        area.setWidget(self._sheet(theme))
        outer.addWidget(area, 1)
        self.letters = TickBox(theme, "Single letters work in lists")
        self.letters.setChecked(actions.single_letters)
        self.letters.toggled.connect(actions.set_single_letters)
        outer.addWidget(self.letters)
        outer.addWidget(Button(theme, "Close", kind="accent", clicked=self.accept))
        self.resize(theme.px(620), theme.px(640))

    def _sheet(self, theme: Theme) -> QWidget:
        sheet = QWidget()
        grid = QGridLayout(sheet)
        grid.setColumnStretch(1, 1)
        theme.keep(grid.setHorizontalSpacing, 16)
        row = 0
        grid.addWidget(label("Pages", "heading"), row, 0, 1, 2)
        grid.addWidget(tag(f"{PAGE_KEYS[0]} to {PAGE_KEYS[-1]}"), row + 1, 0)
        grid.addWidget(label("Go to a page of the navigation"), row + 1, 1)
        row += 2
        for scope in Scope:
            grid.addWidget(label(scope.value.capitalize(), "heading"), row, 0, 1, 2)
            row += 1
            for spec in SPECS.values():
                keys = " or ".join(spec.keys) or spec.hint
                if spec.scope is scope and keys:
                    grid.addWidget(tag(keys), row, 0)
                    grid.addWidget(label(spec.words), row, 1)
                    row += 1
        return sheet
