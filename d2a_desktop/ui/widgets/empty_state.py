"""What stands where a list has nothing: what this is, and the one thing to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from d2a_desktop.ui.formats.language import tr
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.labels import Button, Picture, label


@dataclass(frozen=True, slots=True)
class EmptyWords:
    """Title, explanation and the words of the one action (empty: none)."""

    title: str
    words: str = ""
    action: str = ""
    icon: str = "board"


def reading() -> EmptyWords:
    """Return what a place says before its first answer: that it has nobody would be untrue."""
    return EmptyWords(tr("The records of this desk are being read."), icon="sync")


class EmptyState(QWidget):
    """Says why nothing is here."""

    def __init__(
        self,
        theme: Theme,
        words: EmptyWords,
        *,
        act: Callable[[], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        column = QVBoxLayout(self)
        column.setAlignment(Qt.AlignmentFlag.AlignCenter)
        theme.keep(column.setSpacing, 10)
        self._picture = Picture(theme, words.icon, lambda tokens: tokens.text_quiet, 40)
        self._title = label("", "heading")
        self._words = label("", "quiet", wrap=True)
        self._button = Button(theme, " ", kind="accent", clicked=act)
        for each in (self._picture, self._title, self._words, self._button):
            column.addWidget(each, 0, Qt.AlignmentFlag.AlignHCenter)
        theme.keep(self._words.setMinimumWidth, 380)
        self._words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._has_act = act is not None
        self.show_words(words)

    def show_words(self, words: EmptyWords) -> None:
        """Say something else."""
        self._picture.show_icon(words.icon, lambda tokens: tokens.text_quiet)
        self._title.setText(words.title)
        self._words.setText(words.words)
        self._words.setVisible(bool(words.words))
        self._button.set_words(words.action or " ")
        self._button.setVisible(bool(words.action) and self._has_act)
        self.setAccessibleName(f"{words.title}. {words.words}".strip())
