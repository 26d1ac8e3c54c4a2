"""Gives each person the pages as they left them: views, order, columns, density, last page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from d2a_desktop.core.errors import KnownError
from d2a_desktop.ui.desk.list_files import lacking_words
from d2a_desktop.ui.desk.pages import Parts
from d2a_desktop.ui.formats.language import tr
from d2a_desktop.ui.main_window import MainWindow
from d2a_desktop.ui.theme.theme import Look
from d2a_desktop.ui.widgets.board_view import BoardView
from d2a_desktop.ui.widgets.list_panel import ListPanel, ListState
from d2a_desktop.ui.widgets.page import Page

if TYPE_CHECKING:
    from d2a_desktop.bootstrap import Desk
    from d2a_desktop.services.start_views import StartView

_FRAME = "frame"
_PAUSE_MS = 800
# A board round begins when its page comes: nobody finds one begun on signing in.
_NOT_REOPENED = frozenset({"board_round"})


class PageMemory(QObject):
    """Watches the lists of one window for the person who is signed in.

    The words of a filter are not kept: a name typed yesterday would hide the ward today, and
    would outlive the record it names. A saved view keeps them, because somebody asked for it.
    """

    def __init__(self, window: MainWindow, parts: Parts) -> None:
        super().__init__(window)
        self._window = window
        self._parts = parts
        self._kept: dict[str, Any] = {}
        self._unsaved: set[str] = set()
        self._lists: dict[str, dict[str, ListPanel | BoardView]] = {}
        self._starts: dict[str, StartView] = {}
        self._moved = self._dressed = False
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._save)
        window.pages.made.connect(self._watch)
        window.pages.came.connect(self._came)
        for maker in window.nav.entries:
            if window.pages.has(maker.key):
                self._watch(maker.key, window.pages.page(maker.key))
        parts.link.opened.connect(self._load)
        parts.link.closed.connect(self._forget)
        parts.theme.changed.connect(self._look_changed)

    def take_unsaved(self) -> dict[str, Any]:
        """Return what is not saved yet, for whoever closes the desk, and forget it."""
        self._pause.stop()
        if not self._parts.link.is_open:
            return {}
        changed = self._changed()
        self._kept |= changed
        return changed

    # ------------------------------------------------------------ from the store

    def _load(self) -> None:
        desk = self._parts.link.desk
        self._moved = self._dressed = False
        self._parts.tasks.run_query(
            lambda: (desk.page_states.kept(desk.caller), desk.start_views.at_sign_in(desk.caller)),
            lambda found: self._restore(desk, *found),
            owner=self,
        )

    def _restore(self, desk: Desk, kept: dict[str, Any], starts: tuple[StartView, ...]) -> None:
        if not self._parts.link.is_open or self._parts.link.desk is not desk:
            return
        self._kept = kept
        self._starts = {each.page: each for each in starts}
        if not self._dressed:  # what was chosen while this was read counts more
            self._wear(desk, _mapping(kept.get(_FRAME)))
        for key, lists in self._lists.items():
            self._put(key, lists)
        self._unsaved.clear()
        page = _mapping(kept.get(_FRAME)).get("page")
        known = {entry.key for entry in self._window.nav.entries if not entry.low}
        if page in known - _NOT_REOPENED and not self._moved:
            self._window.show_page(str(page))

    def _wear(self, desk: Desk, frame: Mapping[str, Any]) -> None:
        """Put on this person's look; what they have not chosen is as the desk's settings say."""
        theme, settings = self._parts.theme, desk.settings
        look = frame.get("look", settings.appearance)
        if look in {each.value for each in Look}:
            theme.set_look(Look(look))
        percent = frame.get("text", settings.text_size_percent)
        if isinstance(percent, int):
            theme.set_text_percent(percent)
        theme.set_compact(frame.get("compact") is True)
        letters = frame.get("letters", settings.single_letter_keys)
        self._parts.actions.set_single_letters(letters is True)

    def _put(self, key: str, lists: Mapping[str, ListPanel | BoardView]) -> None:
        documents = _mapping(_mapping(self._kept.get(key)).get("lists"))
        start = self._starts.get(key)
        for name, each in lists.items():
            if start is not None and isinstance(each, ListPanel):
                self._begin_with(start, each)
                if start.state is not None:
                    continue
            view = each.view if isinstance(each, ListPanel) else each
            state = ListState.from_document(documents.get(name), view.columns)
            if isinstance(each, ListPanel):
                each.put_state(state)
            else:
                each.arrange(state.arrangement)
                each.sort_by_key(state.sort, descending=state.descending)

    def _begin_with(self, start: StartView, panel: ListPanel) -> None:
        """Show a list as the view chosen for each sign-in says; tell what cannot be shown."""
        if start.state is None:
            said = tr(
                "The view \u201c{name}\u201d is not shared any more. The list is as you left it.",
                name=start.name,
            )
        else:
            panel.put_state(ListState.from_document(start.state, panel.view.columns))
            said = lacking_words(panel, start.name, start.state)
        if said:
            self._window.toast.show_words(said)

    def _forget(self) -> None:
        """Leave nothing of one person's lists to the next."""
        self._kept = {}
        self._starts = {}
        self._unsaved.clear()
        self._pause.stop()
        for key, lists in self._lists.items():
            self._put(key, lists)

    # ------------------------------------------------------------ to the store

    def _watch(self, key: str, page: Page) -> None:
        if key in self._lists:
            return
        panels = page.findChildren(ListPanel)
        inside = {panel.view for panel in panels}
        lists: dict[str, ListPanel | BoardView] = {
            panel.view.accessibleName(): panel for panel in panels
        }
        lists |= {v.accessibleName(): v for v in page.findChildren(BoardView) if v not in inside}
        self._lists[key] = lists
        for each in lists.values():
            changed = each.state_changed if isinstance(each, ListPanel) else each.arranged
            changed.connect(lambda *_, at=key: self._touch(at))
        if self._kept or self._starts:
            self._put(key, lists)

    def _came(self, key: str, _page: Page) -> None:
        self._moved = True
        self._touch(_FRAME)

    def _look_changed(self) -> None:
        self._dressed = True
        self._touch(_FRAME)

    def _touch(self, key: str) -> None:
        if self._parts.link.is_open:
            self._unsaved.add(key)
            self._pause.start()

    def _save(self) -> None:
        if not self._parts.link.is_open:
            return
        desk, changed = self._parts.link.desk, self._changed()
        self._kept |= changed
        if changed:
            self._parts.tasks.run_command(
                lambda: desk.page_states.keep(desk.caller, changed),
                lambda _: None,
                failed=self._failed,
                owner=self,
            )

    def _failed(self, problem: Exception) -> None:
        # On a full disk others say so; how a list looked is no reason for another notice.
        if not isinstance(problem, KnownError):
            self._parts.tasks.failed.emit(problem)

    def _changed(self) -> dict[str, Any]:
        keys, self._unsaved = self._unsaved, set()
        now = {key: self._document(key) for key in keys}
        return {key: made for key, made in now.items() if made != self._kept.get(key)}

    def _document(self, key: str) -> dict[str, Any]:
        if key == _FRAME:
            return self._frame()
        lists = self._lists[key]
        return {
            "lists": {name: _state(each).to_document(words=False) for name, each in lists.items()}
        }

    def _frame(self) -> dict[str, Any]:
        """Return what differs from the desk's settings, so that those still count for the rest."""
        theme, settings = self._parts.theme, self._parts.link.desk.settings
        own = {
            "look": (theme.look.value, settings.appearance),
            "text": (theme.text_percent, settings.text_size_percent),
            "compact": (theme.compact, False),
            "letters": (self._parts.actions.single_letters, settings.single_letter_keys),
        }
        page = self._window.pages.current_key
        return {"page": page} | {name: mine for name, (mine, desks) in own.items() if mine != desks}


def _state(each: ListPanel | BoardView) -> ListState:
    if isinstance(each, ListPanel):
        return each.state
    by = each.sorted_by or ("", False)
    return ListState(sort=by[0], descending=by[1], arrangement=each.arrangement)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
