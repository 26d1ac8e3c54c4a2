"""The bar on top: name of the program, ward, search, sync pill, lock and user."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QSizePolicy, QWidget

from d2a_desktop.ui.formats.language import tr
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.labels import Button, label, restyle
from d2a_desktop.ui.widgets.sync_pill import SyncPill

_SEARCH = "Search patients, referrals, care workers"
_SHORT = "Search"
_SEARCH_WIDTHS = (190, 380, 400)
"""At least, from where on all of its words have room, and at most; at 100 %."""


@dataclass(frozen=True, slots=True)
class DeskFacts:
    """Whose desk this is. `kind` is a key of nav.PAGES_OF_KIND; `trial` shows TRIAL everywhere."""

    kind: str
    organisation: str
    user_name: str
    user_initials: str
    role: str = ""
    trial: bool = False


class _Place(Button):
    """The organisation's name, shortened with an ellipsis where there is no room for it."""

    def _set_text(self, words: str) -> None:
        self._whole = words
        self.setToolTip(words)
        super()._set_text(words)

    def sizeHint(self) -> QSize:
        words = self.fontMetrics().horizontalAdvance(self._whole)
        return QSize(words + self._theme.px(60), super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = self.width() - self._theme.px(56)
        right = Qt.TextElideMode.ElideRight
        super()._set_text(self.fontMetrics().elidedText(self._whole, right, room))


class TopBar(QFrame):
    """56 px at 100 %.

    Signals:
        search_asked, sync_asked, alerts_asked, lock_asked: the parts pressed.
        user_action: the key of an entry of the user's menu.
    """

    search_asked = Signal()
    sync_asked = Signal()
    alerts_asked = Signal()
    lock_asked = Signal()
    user_action = Signal(str)

    def __init__(self, theme: Theme, facts: DeskFacts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("topBar")
        self._theme = theme
        self._narrow = self._tight = False
        row = QHBoxLayout(self)
        theme.keep(row.setContentsMargins, 16, 0, 16, 0)
        theme.keep(row.setSpacing, 12)
        mark, self._product = label("D2A"), label("Discharge to Assess")
        mark.setObjectName("mark")
        self._product.setObjectName("product")
        row.addWidget(mark, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._product)
        if facts.trial:
            trial = label("TRIAL")
            trial.setObjectName("trial")
            trial.setAccessibleName("This is a trial desk; its people are invented")
            row.addWidget(trial, 0, Qt.AlignmentFlag.AlignVCenter)
        self._place = self._make_place(facts)
        row.addWidget(self._place)
        row.addStretch(1)
        self._search = self._make_search()
        row.addWidget(self._search)
        row.addStretch(1)
        self.pill = SyncPill(theme)
        self.pill.asked.connect(self.sync_asked)
        row.addWidget(self.pill)
        self._bell = Button(theme, "", kind="bar", icon="bell", clicked=self.alerts_asked.emit)
        self._bell.setObjectName("bell")
        self.show_alerts(0, tr("Nothing presses now."), urgent=False)
        row.addWidget(self._bell)
        self._lock = Button(theme, "", kind="bar", icon="lock", clicked=self.lock_asked.emit)
        self._lock.setProperty("flat", "true")
        self._lock.setAccessibleName("Lock this desk")
        self._lock.setToolTip("Lock this desk (Ctrl+L)")
        row.addWidget(self._lock)
        self._user = self._make_user(facts)
        row.addWidget(self._user)
        theme.changed.connect(self._measure)
        self._measure()

    def show_person(self, facts: DeskFacts) -> None:
        """Name the organisation and the person, known once the desk is open."""
        self._place.set_words(facts.organisation)
        self._user.set_words(facts.user_initials)
        self._user.setAccessibleName(f"Signed in: {facts.user_name}")
        words = " · ".join(each for each in (facts.user_name, facts.role) if each)
        self._user.setToolTip(words)
        self._who.setText(words)

    def show_alerts(self, number: int, words: str, *, urgent: bool) -> None:
        """Show how many alerts there are; urgent ones add a sign and a colour."""
        shown = str(number) if number < 100 else "99+"
        self._bell.set_words(f"{shown} !" if urgent else shown if number else "")
        self._bell.setAccessibleName(tr("Alerts: {words}", words=words))
        self._bell.setToolTip(f"{words} (Ctrl+Shift+A)")
        self._bell.setProperty("level", "bad" if urgent else "")
        self._bell.setProperty("flat", "" if number else "true")
        restyle(self._bell)

    def set_room(self, width: int) -> None:
        """Leave out the product's name in a narrow window, and more words in a very narrow one."""
        self._narrow = width < self._theme.px(1200)
        self._tight = width < self._theme.px(960)
        self._measure()

    def event(self, event: QEvent) -> bool:
        answer = super().event(event)
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            self._share()
        return answer

    def _share(self) -> None:
        """Let the search box be as wide as the organisation's name leaves it, within limits."""
        if self._tight or (row := self.layout()) is None:
            return
        box = row.itemAt(row.indexOf(self._search))
        others = row.sizeHint().width() - (box.sizeHint().width() if box is not None else 0)
        least, whole, most = (self._theme.px(each) for each in _SEARCH_WIDTHS)
        width = max(least, min(most, self.width() - others))
        if self._search.minimumWidth() == width:
            return
        self._search.set_words(_SEARCH if width >= whole else _SHORT)
        self._search.setAccessibleName(_SEARCH)
        self._search.setFixedWidth(width)

    def _make_place(self, facts: DeskFacts) -> Button:
        place = _Place(self._theme, facts.organisation, kind="bar", icon="home")
        place.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._theme.keep(place.setMinimumWidth, 90)
        # It says whose desk this is; there is nothing to press.
        place.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        place.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        place.setAccessibleDescription("The organisation of this desk")
        return place

    def _make_search(self) -> Button:
        search = Button(
            self._theme, _SEARCH, kind="search", icon="search", clicked=self.search_asked.emit
        )
        search.setObjectName("searchBox")
        search.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        search.setToolTip("Search (Ctrl+K)")
        inner = QHBoxLayout(search)
        self._theme.keep(inner.setContentsMargins, 0, 0, 9, 0)
        inner.addStretch(1)
        self._search_keys = keys = label("Ctrl K", "small")
        keys.setObjectName("searchKeys")
        inner.addWidget(keys, 0, Qt.AlignmentFlag.AlignVCenter)
        return search

    def _make_user(self, facts: DeskFacts) -> Button:
        user = Button(self._theme, facts.user_initials, kind="bar")
        user.setObjectName("user")
        user.setAccessibleName(f"Signed in: {facts.user_name}")
        user.setToolTip(" · ".join(each for each in (facts.user_name, facts.role) if each))
        menu = QMenu(user)
        self._who = menu.addAction(user.toolTip())
        self._who.setEnabled(False)
        menu.addSeparator()
        for key, words in (
            ("light", "Light"),
            ("dark", "Dark"),
            ("system", "As the system"),
            ("", ""),
            ("density", "Rows close or at ease"),
            ("bigger_text", "Larger text"),
            ("smaller_text", "Smaller text"),
            ("keys", "Keyboard shortcuts"),
            ("", ""),
            ("lock", "Lock this desk"),
            ("switch_user", "Switch user"),
            ("people", "People at this desk"),
        ):
            if not key:
                menu.addSeparator()
                continue
            action = menu.addAction(words)
            action.triggered.connect(lambda _=False, at=key: self.user_action.emit(at))
        user.setMenu(menu)
        return user

    def _measure(self) -> None:
        self._theme.keep(self.setFixedHeight, 56)
        self._product.setVisible(not self._narrow)
        self._search_keys.setVisible(not self._tight)
        if self._tight:
            self._search.set_words("")
            self._search.setAccessibleName(_SEARCH)
            self._search.setFixedWidth(self._theme.px(40))
        else:
            self._share()
        self.pill.set_tight(self._tight)
        self._theme.keep(self._search.setIconSize, 16, 16)
