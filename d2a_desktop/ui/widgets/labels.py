"""Labels, tags, buttons, rules and cards as the style sheet knows them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from d2a_desktop.ui.formats.glossary import explained, explained_in
from d2a_desktop.ui.formats.tones import Hue, Tone
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.theme.tokens import Tokens


class _Words(QLabel):
    """Words whose abbreviations are explained by a tooltip, whenever they are set."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self._explains = False
        self.setText(words)

    def setText(self, text: str) -> None:
        super().setText(text)
        meaning = explained_in(text)
        if meaning or self._explains:
            self.setToolTip(meaning)
            self._explains = bool(meaning)


def label(words: str, role: str = "", *, wrap: bool = False) -> QLabel:
    """Return plain text; roles: title, heading, strong, quiet, small, error, link."""
    made = _Words(words)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("role", role)
    made.setWordWrap(wrap)
    return made


class WholeWords(_Words):
    """Words on one line where there is room, else on as many as they need: never cut."""

    def __init__(self, words: str, role: str = "") -> None:
        super().__init__(words)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setWordWrap(True)

    def sizeHint(self) -> QSize:
        """Ask for one line; a label that wraps asks for a square block of Qt's own choice."""
        self.ensurePolished()
        metrics, around = self.fontMetrics(), self.contentsMargins()
        words = metrics.size(0, self.text())
        # Within a frame Qt indents the words by half an x.
        inset = metrics.horizontalAdvance("x") if self.frameWidth() else 0
        width = words.width() + around.left() + around.right() + inset
        return QSize(width, words.height() + around.top() + around.bottom())


def tag(words: str, hue: Hue = Hue.NEUTRAL, *, whole: bool = False) -> QLabel:
    """Return a tag; its colour repeats what its words say. `whole`: as WholeWords."""
    made = WholeWords(words) if whole else label(words)
    made.setProperty("hue", str(hue))
    if not whole:
        made.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
    return made


class Picture(QLabel):
    """A line icon by itself, in a colour that the look in use chooses; it says nothing.

    `size` is pixels at 100 % text size.
    """

    def __init__(self, theme: Theme, name: str, colour: Callable[[Tokens], str], size: int) -> None:
        super().__init__()
        self._theme, self._name, self._colour, self._size = theme, name, colour, size
        theme.changed.connect(self._draw)
        self._draw()

    def show_icon(self, name: str, colour: Callable[[Tokens], str]) -> None:
        """Show another icon."""
        self._name, self._colour = name, colour
        self._draw()

    def _draw(self) -> None:
        theme = self._theme
        self.setPixmap(theme.pixmap(self._name, self._colour(theme.tokens), self._size))


def rule() -> QFrame:
    """Return a thin line across."""
    line = QFrame()
    line.setProperty("rule", "true")
    return line


def restyle(widget: QWidget) -> None:
    """Let the style sheet look again at a widget whose properties changed."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def is_plain_enter(event: QKeyEvent) -> bool:
    """Return whether a press of a key is Enter, of either block of keys, with nothing held."""
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    return event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not held


class Button(QPushButton):
    """A push button with an icon in the colour of its words; keyboard focus by Tab.

    Kinds: "" (white), primary (green; one per page), accent (blue), danger, link, chip, tab.
    """

    def __init__(
        self,
        theme: Theme,
        words: str,
        *,
        kind: str = "",
        icon: str = "",
        clicked: Callable[[], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon_name = icon
        self._set_text(words)
        self.setProperty("kind", kind)
        self.setAccessibleName(words)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(False)
        if clicked is not None:
            self.clicked.connect(lambda *_: clicked())
        theme.changed.connect(self._paint_icon)
        self._paint_icon()

    def set_words(self, words: str) -> None:
        """Change what the button says."""
        self._set_text(words)
        self.setAccessibleName(words)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter press the button that has the focus.

        Qt hands it on, and a dialog then presses its default button: Enter on Cancel would do
        what was to be cancelled.
        """
        if is_plain_enter(event):
            if not event.isAutoRepeat():
                self.showMenu() if self.menu() is not None else self.click()
            return
        super().keyPressEvent(event)

    def _set_text(self, words: str) -> None:
        # A space keeps words and icon apart; & would make a shortcut.
        text = words.replace("&", "&&")
        self.setText(f" {text}" if self._icon_name and text else text)

    def set_icon(self, name: str) -> None:
        """Change the icon; an empty name takes it away."""
        self._icon_name = name
        if name:
            self._paint_icon()
        else:
            self.setIcon(QIcon())

    def _paint_icon(self) -> None:
        if self._icon_name:
            side = self._theme.px(16)
            self.setIcon(self._theme.icon(self._icon_name, self._icon_colour(), 16))
            self.setIconSize(QSize(side, side))

    def _icon_colour(self) -> str:
        tokens = self._theme.tokens
        return {
            "primary": tokens.primary.text,
            "accent": tokens.chip_chosen.text,
            "danger": tokens.danger.text,
            "bar": tokens.bar.text,
            "search": tokens.search.text,
        }.get(self.property("kind"), tokens.link)


class Card(QFrame):
    """A white box with an optional head; add to `body`.

    `emphasis` of the head: "" (pale), "blue" or "amber".
    """

    def __init__(
        self, theme: Theme, title: str = "", *, emphasis: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("card", "plain")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(1, 1, 1, 1)
        outer.setSpacing(0)
        if title:
            head = QFrame()
            head.setObjectName("cardHead")
            head.setProperty("emphasis", emphasis)
            head.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
            row = QHBoxLayout(head)
            theme.keep(row.setContentsMargins, 16, 8, 16, 8)
            row.addWidget(label(title, "strong"))
            outer.addWidget(head)
            self.setAccessibleName(title)
        self.body = QVBoxLayout()
        theme.keep(self.body.setContentsMargins, 16, 10, 16, 12)
        theme.keep(self.body.setSpacing, 8)
        outer.addLayout(self.body)


class Facts(QWidget):
    """Rows of a quiet label and its value, e.g. in a card or the peek panel."""

    def __init__(
        self, theme: Theme, *, spread: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._spread = spread
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        theme.keep(self._grid.setHorizontalSpacing, 14)
        theme.keep(self._grid.setVerticalSpacing, 7)
        self._grid.setColumnStretch(1, 1)
        if not spread:
            theme.keep(self._grid.setColumnMinimumWidth, 0, 104)

    def show_facts(self, facts: Sequence[tuple[str, str, Tone] | tuple[str, str]]) -> None:
        """Show label and value pairs; a third part gives the value's tone."""
        while (item := self._grid.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()  # it is deleted at the next turn of the event loop only
                old.deleteLater()
        side = Qt.AlignmentFlag.AlignRight if self._spread else Qt.AlignmentFlag.AlignLeft
        for number, fact in enumerate(facts):
            name, value = label(fact[0], "quiet"), label(fact[1], "fact", wrap=True)
            name.setToolTip(explained(fact[0]) or explained_in(fact[0]))
            tone = fact[2] if len(fact) == 3 else Tone.PLAIN
            if tone is not Tone.PLAIN:
                value.setProperty("tone", str(tone))
            value.setAccessibleName(f"{fact[0]}: {fact[1]}")
            value.setAlignment(side)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            value.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self._grid.addWidget(name, number, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(value, number, 1)
