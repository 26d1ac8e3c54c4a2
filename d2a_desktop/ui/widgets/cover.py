"""What lies over a whole window and lets nothing through: no picture, no key, no focus."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget
from shiboken6 import isValid

from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.labels import Card


class Cover(QFrame):
    """Hidden until `cover`; its parts go into `card`.

    `stops` are the widgets that Tab goes round, in order; those hidden or off are passed over.
    """

    def __init__(self, theme: Theme, host: QWidget, *, name: str, width: int = 400) -> None:
        super().__init__(host)
        self.setObjectName("lockCover")
        self.setAccessibleName(name)
        self._host = host
        self._before: QWidget | None = None
        self.stops: tuple[QWidget, ...] = ()
        outer = QVBoxLayout(self)
        outer.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.card = Card(theme)
        theme.keep(self.card.setFixedWidth, width)
        theme.keep(self.card.body.setContentsMargins, 28, 28, 28, 28)
        theme.keep(self.card.body.setSpacing, 12)
        outer.addWidget(self.card)
        host.installEventFilter(self)
        self.hide()

    def cover(self) -> None:
        """Cover the window; what had the focus gets it back from `uncover`."""
        self._before = self._host.focusWidget()
        self.setGeometry(self._host.rect())
        self.show()
        self.raise_()

    def uncover(self) -> None:
        """Take the cover away."""
        self.hide()
        before, self._before = self._before, None
        if before is not None and isValid(before):  # its row may have gone meanwhile
            before.setFocus()

    def focus_first(self) -> None:
        """Put the focus on the first stop."""
        self._open_stops()[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._host and event.type() == QEvent.Type.Resize:
            self.setGeometry(self._host.rect())
        return False

    def focusNextPrevChild(self, forward: bool) -> bool:
        # Tab goes round inside the cover and never to what lies below it.
        stops = self._open_stops()
        here = next((place for place, each in enumerate(stops) if each.hasFocus()), 0)
        step = 1 if forward else -1
        stops[(here + step) % len(stops)].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.accept()  # no key reaches what lies below

    def _open_stops(self) -> list[QWidget]:
        open_now = [each for each in self.stops if not each.isHidden() and each.isEnabled()]
        return open_now or list(self.stops[-1:])
