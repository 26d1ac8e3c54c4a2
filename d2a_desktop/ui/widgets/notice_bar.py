"""The line across a page that tells of a lasting state: offline, stale, read-only, an error."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.labels import Button, label, restyle


class NoticeBar(QFrame):
    """Hidden until `say`; goes with `clear`."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self._theme = theme
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(theme.px(20), theme.px(5), theme.px(20), theme.px(5))
        self._row.setSpacing(theme.px(8))
        self._picture = QLabel()
        self._title = label("", "strong")
        self._words = label("")
        self._row.addWidget(self._picture)
        self._row.addWidget(self._title)
        self._row.addWidget(self._words, 1)
        self._buttons: list[Button] = []
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
        """Show a notice with its actions as links."""
        self.setProperty("tone", "bad" if bad else "")
        restyle(self)
        colour = self._theme.tokens.tags["red"].text if bad else self._theme.tokens.notice.text
        self._picture.setPixmap(self._theme.pixmap(icon, colour, 18))
        self._title.setText(title)
        self._words.setText(words)
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
