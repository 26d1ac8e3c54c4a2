"""The frame: bar, navigation, pages, notices and key hints; it joins the boards to one another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent, QPaintEvent, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QMainWindow,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from d2a_desktop.ui.actions import PAGE_KEYS, SPECS, Actions, Scope
from d2a_desktop.ui.errors import ErrorWords, show_error
from d2a_desktop.ui.formats.words import fold
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Look, Theme
from d2a_desktop.ui.widgets.focus_ring import FocusRing
from d2a_desktop.ui.widgets.key_hints import KeyHints
from d2a_desktop.ui.widgets.late_dialogs import LateDialogs
from d2a_desktop.ui.widgets.lock_cover import LockCover
from d2a_desktop.ui.widgets.nav import Nav
from d2a_desktop.ui.widgets.notice_bar import NoticeBar
from d2a_desktop.ui.widgets.page import Page
from d2a_desktop.ui.widgets.page_stack import PageMaker, PageStack
from d2a_desktop.ui.widgets.panes import go_to_next_pane
from d2a_desktop.ui.widgets.progress_line import BusyLine, ProgressRow
from d2a_desktop.ui.widgets.search_palette import Hit, SearchPalette
from d2a_desktop.ui.widgets.shut_cover import ShutCover
from d2a_desktop.ui.widgets.toast import Toast
from d2a_desktop.ui.widgets.top_bar import DeskFacts, TopBar

_NARROW_BELOW = 1200
_TITLE = "D2A · Discharge to Assess"


class MainWindow(QMainWindow):
    """One desk's window. Its title never holds anything of a patient.

    Args:
        theme, actions, tasks: the desk's own; passed in.
        facts: whose desk it is.
        pages: in the order of the navigation; the first opens.

    Signals:
        painted: once, after the first paint; heavy imports begin here.
        sync_asked, lock_asked, switch_user_asked: of the bar, its menu and its keys.
        unlock_tried: the passphrase typed on the lock cover.
        switch_tried: login and passphrase of another person, typed there.
        people_asked: who can open this desk is to be shown.
        search_asked: words typed in the palette; answer with `search_palette.show_hits`.
        hit_chosen: a Hit of the palette that is no page and no command.
        case_asked: the id of a case to open.
        closed: the person closed the window, and the page in front let it go.
    """

    painted = Signal()
    sync_asked = Signal()
    lock_asked = Signal()
    switch_user_asked = Signal()
    unlock_tried = Signal(str)
    switch_tried = Signal(str, str)
    people_asked = Signal()
    search_asked = Signal(str)
    hit_chosen = Signal(object)
    case_asked = Signal(str)
    closed = Signal()

    def __init__(
        self,
        theme: Theme,
        actions: Actions,
        tasks: Tasks,
        facts: DeskFacts,
        pages: Sequence[PageMaker],
    ) -> None:
        super().__init__()
        self.setWindowTitle(f"{_TITLE} · TRIAL" if facts.trial else _TITLE)
        self.theme = theme
        self._actions = actions
        self._facts = facts
        self._was_painted = False
        self._covered: list[QDialog] = []
        self._late = LateDialogs(self)
        self._late.hidden.connect(self._cover_dialog)
        self._frame = QWidget()
        self.bar = TopBar(theme, facts)
        self.nav = Nav(theme, tuple(maker.entry for maker in pages))
        self.notice = NoticeBar(theme)
        self.lasting = NoticeBar(theme)
        self.exchange = ProgressRow(theme, "")
        theme.keep(self.exchange.setContentsMargins, 20, 4, 20, 4)
        self.exchange.hide()
        self.busy = BusyLine(theme)
        self.pages = PageStack(pages)
        self.hints = KeyHints(theme)
        self._lay_out()
        self.search_palette = SearchPalette(theme, self._frame)
        self.toast = Toast(theme, self._frame)
        self.shut_cover = ShutCover(theme, self)
        self.cover = LockCover(theme, self)
        self.ring = FocusRing(theme, self)
        self._join(tasks)
        # Smaller than the layout asks for: at 200 % text the bar and the navigation give way first.
        self.setMinimumSize(800, 500)
        self.resize(1440, 900)
        theme.changed.connect(self._fit)
        self.show_page(pages[0].entry.key)

    def show_page(self, key: str) -> bool:
        """Bring a page to the front; False when the one in front will not leave, or is unknown."""
        return self.pages.go(key)

    def show_facts(self, facts: DeskFacts) -> None:
        """Name the organisation and the person, known once the desk is open."""
        self._facts = facts
        self.bar.show_person(facts)

    # ------------------------------------------------------------ lock

    def lock(
        self,
        *,
        asks: bool = True,
        people: Sequence[tuple[str, str]] = (),
        signed_in: str = "",
    ) -> None:
        """Hide everything and ask for the passphrase; keys and readers find the cover alone.

        `asks` is false where the desk has none and the computer's own sign-in protects it; for
        `people` and `signed_in` see `LockCover.lock`.
        """
        self.cover.lock(
            user_name=self._facts.user_name, asks=asks, people=people, signed_in=signed_in
        )
        self._hide_all()
        self.cover.focus_first()

    def unlock(self) -> None:
        """Show the desk as it was left, unless it is shut besides."""
        self.cover.unlock()
        self._show_again()

    @property
    def locked(self) -> bool:
        """Whether the lock's cover is on."""
        return self.cover.isVisibleTo(self)

    def shut(self, words: str, what_to_do: str) -> None:
        """Hide everything until an exchange has opened the desk; drafts stay as they are."""
        fresh = self.shut_cover.isHidden()
        self.shut_cover.shut(words, what_to_do)
        self._hide_all()
        if self.locked:
            self.cover.raise_()
        elif fresh:
            self.shut_cover.focus_first()

    def reopen(self) -> None:
        """Show the desk as it was left, unless it is locked besides."""
        self.shut_cover.uncover()
        self._show_again()

    def _hide_all(self) -> None:
        self.search_palette.close_palette()
        # What came up since the first cover joins what it hid.
        shown = [each for each in self.findChildren(QDialog) if each.isVisible()]
        self._covered += shown
        for dialog in shown:
            dialog.hide()
        self._frame.hide()
        self._late.begin()

    def _cover_dialog(self, dialog: QDialog) -> None:
        """Keep a dialog that came up over the cover for later, and give the cover its keys back."""
        self._covered.append(dialog)
        self.activateWindow()

    def _show_again(self) -> None:
        if self.cover.isVisibleTo(self):
            self.cover.focus_first()
            return
        if self.shut_cover.isVisibleTo(self):
            self.shut_cover.focus_first()
            return
        self._late.end()
        self._frame.show()
        for dialog in self._covered:
            if isValid(dialog):
                dialog.show()
        self._covered = []

    def show_problem(self, words: ErrorWords) -> None:
        """Tell a failure: a bug in a dialog, all else in the notice over the page."""
        if words.is_bug:
            show_error(words, self)
            return
        told = " ".join((*words.reasons, words.what_is_safe, words.what_to_do)).strip()
        self.notice.say(
            words.what_happened,
            told,
            actions=(("Dismiss", self.notice.clear),),
            icon="error",
            bad=True,
        )

    # ------------------------------------------------------------ inside

    def _page_made(self, key: str, page: Page) -> None:
        page.request_open_case.connect(self.case_asked)
        page.request_page.connect(self.show_page)
        page.request_toast.connect(lambda words, undo: self.toast.show_words(words, undo=undo))
        page.badge_changed.connect(lambda number: self.nav.set_number(key, number))
        page.hints_changed.connect(self.hints.show_hints)

    def _page_came(self, key: str, page: Page) -> None:
        self.nav.show_page(key)
        self.hints.show_hints(page.hints)

    def _lay_out(self) -> None:
        outer = QVBoxLayout(self._frame)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self.bar)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.nav)
        right = QVBoxLayout()
        right.setSpacing(0)
        for each in (self.busy, self.lasting, self.notice, self.exchange, self.pages):
            right.addWidget(each, 1 if each is self.pages else 0)
        middle.addLayout(right, 1)
        outer.addLayout(middle, 1)
        outer.addWidget(self.hints)
        self.setCentralWidget(self._frame)

    def _join(self, tasks: Tasks) -> None:
        self.pages.made.connect(self._page_made)
        self.pages.came.connect(self._page_came)
        self.pages.stayed.connect(self.nav.show_page)
        tasks.busy.connect(self.busy.set_busy)
        self.nav.chosen.connect(self.show_page)
        self.bar.search_asked.connect(self.search_palette.open)
        self.bar.sync_asked.connect(lambda: self.show_page("sync"))
        self.bar.lock_asked.connect(self.lock_asked)
        self.bar.user_action.connect(self._do)
        self.cover.unlock_tried.connect(self.unlock_tried)
        self.cover.switch_tried.connect(self.switch_tried)
        self.search_palette.asked.connect(self._search)
        self.search_palette.chosen.connect(self._choose)
        slots = {key: partial(self._do, key) for key in _FRAME_KEYS}
        self._lock_key = self._actions.attach(self._frame, slots)["lock"]
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._let_dialog_lock)
        upper = [entry.key for entry in self.nav.entries if not entry.low]
        for keys, key in zip(PAGE_KEYS, upper, strict=False):
            shortcut = QShortcut(keys, self._frame)
            shortcut.activated.connect(partial(self.show_page, key))

    def _do(self, key: str) -> None:
        """Do a command of the frame, by its key in `actions` or the user's menu."""
        deeds: dict[str, Callable[[], object]] = {
            "search": self.search_palette.open,
            "next_pane": lambda: self._next_pane(1),
            "previous_pane": lambda: self._next_pane(-1),
            "back": self.pages.back,
            "sync_now": self.sync_asked.emit,
            "lock": self.lock_asked.emit,
            "switch_user": self.switch_user_asked.emit,
            "people": self.people_asked.emit,
            "density": lambda: self.theme.set_compact(not self.theme.compact),
            "help": lambda: self.show_page("help"),
            "undo": self.toast.undo,
            "redo": self.toast.redo,
            "keys": self.show_keys,
            "bigger_text": lambda: self.theme.set_text_percent(self.theme.text_percent + 10),
            "smaller_text": lambda: self.theme.set_text_percent(self.theme.text_percent - 10),
            "normal_text": lambda: self.theme.set_text_percent(100),
            "light": lambda: self.theme.set_look(Look.LIGHT),
            "dark": lambda: self.theme.set_look(Look.DARK),
            "system": lambda: self.theme.set_look(Look.SYSTEM),
        }
        deeds[key]()

    def show_keys(self) -> None:
        """Show the sheet of shortcuts."""
        from d2a_desktop.ui.dialogs.key_sheet import KeySheet

        KeySheet(self.theme, self._actions, self).open()

    def _search(self, words: str) -> None:
        self.search_palette.show_hits(self.command_hits(words))
        self.search_asked.emit(words)

    def command_hits(self, words: str) -> list[Hit]:
        """Return the pages and commands whose words hold all of `words`."""
        hits = [Hit("page", e.key, e.words, "page") for e in self.nav.entries]
        hits += [
            Hit("command", spec.key, spec.words, " or ".join(spec.keys))
            for spec in SPECS.values()
            if spec.scope is Scope.WINDOW and spec.key in _COMMANDS
        ]
        wanted = fold(words).split()
        return [hit for hit in hits if all(word in fold(hit.words) for word in wanted)]

    def _choose(self, hit: Hit) -> None:
        if hit.kind == "page":
            self.show_page(hit.key)
        elif hit.kind == "command":
            self._do(hit.key)
        else:
            self.hit_chosen.emit(hit)

    def _let_dialog_lock(self, _old: QWidget | None, now: QWidget | None) -> None:
        """Let the key that locks work in this desk's dialogs: people are called away from forms."""
        window = now.window() if now is not None else None
        if not isinstance(window, QDialog):
            return
        above = window.parentWidget()
        while above is not None and above is not self:
            above = above.parentWidget()
        if above is self:
            window.addAction(self._lock_key)

    def _next_pane(self, step: int) -> None:
        """Move the focus between bar, navigation and page (F6)."""
        go_to_next_pane((self.bar, self.nav, self.pages), self.focusWidget(), step)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        narrow = self.width() < self.theme.px(_NARROW_BELOW)
        self.nav.set_narrow(narrow)
        self.bar.set_room(self.width())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            self.painted.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        may_leave = self.pages.may_leave()
        event.setAccepted(may_leave)
        if may_leave:
            self.closed.emit()


_FRAME_KEYS = (
    *("search", "next_pane", "previous_pane", "back", "sync_now", "lock", "density", "help"),
    *("keys", "undo", "redo", "bigger_text", "smaller_text", "normal_text"),
)
_COMMANDS = {"sync_now", "lock", "density", "help", "bigger_text", "smaller_text", "normal_text"}
