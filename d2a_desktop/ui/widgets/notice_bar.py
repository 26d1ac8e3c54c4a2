"""The line across a page that tells of a lasting state: offline, stale, read-only, an error."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.labels import Button, Picture, label, restyle


class NoticeBar(QFrame):
    """Hidden until `say`; goes with `clear`."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self._theme = theme
        self._row = QHBoxLayout(self)
        theme.keep(self._row.setContentsMargins, 20, 5, 20, 5)
        theme.keep(self._row.setSpacing, 8)
        self._picture = Picture(theme, "info", lambda tokens: tokens.notice.text, 18)
        # One text, so that large type in a small window wraps and nothing is cut.
        self._words = label("", wrap=True)
        self._words.setTextFormat(Qt.TextFormat.RichText)
        self._row.addWidget(self._picture)
        self._row.addWidget(self._words, 1)
        self._buttons: list[Button] = []
        self._said: tuple[object, ...] = ()
        self.hide()

    def say(
        self,
        title: str,
        words: str = "",
        *,
        actions: Sequence[tuple[str, Callable[[], object]]] = (),
        icon: str = "info",
        bad: bool = False,
    ) -> None:
        """Show a notice with its actions as links; one that is shown already stays as it is."""
        said = (title, words, icon, bad, tuple(name for name, _ in actions))
        if said == self._said and not self.isHidden():
            return
        self._said = said
        self.setProperty("tone", "bad" if bad else "")
        restyle(self)
        self._picture.show_icon(
            icon, lambda tokens: tokens.tags["red"].text if bad else tokens.notice.text
        )
        self._words.setText(f"<b>{escape(title)}</b> {escape(words)}")
        self.setAccessibleName(f"{title} {words}".strip())
        for old in self._buttons:
            old.hide()
            old.deleteLater()
        self._buttons = [
            Button(self._theme, text, kind="link", clicked=act) for text, act in actions
        ]
        for button in self._buttons:
            self._row.addWidget(button)
        self.show()

    def clear(self) -> None:
        """Take the notice away."""
        self.hide()
