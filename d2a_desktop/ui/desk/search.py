"""Joins the search palette to the desk's search."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.formats.words import SIMILAR_NAME
from d2a_desktop.ui.main_window import MainWindow
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.widgets.search_palette import Hit

if TYPE_CHECKING:
    from d2a_desktop.services.queries.search_rows import SearchHit


class DeskSearch(QObject):
    """Answers what is typed into a window's palette: people, offers, then pages and commands.

    Signals:
        case_chosen: the id of the case of the person chosen.
        offer_chosen: the id of the offer chosen.
    """

    case_chosen = Signal(str)
    offer_chosen = Signal(str)

    def __init__(self, window: MainWindow, tasks: Tasks, link: DeskLink) -> None:
        super().__init__(window)
        self._window = window
        self._tasks = tasks
        self._link = link
        window.search_asked.connect(self._ask)
        window.hit_chosen.connect(self._choose)

    def _ask(self, words: str) -> None:
        if not words or not self._link.is_open:
            return
        desk = self._link.desk
        self._tasks.run_query(
            lambda: desk.queries.search(desk.caller, words),
            lambda found: self._show(words, found),
            owner=self,
            key="search",
        )

    def _show(self, words: str, found: tuple[SearchHit, ...]) -> None:
        hits = [hit for each in found if (hit := _hit(each)) is not None]
        hits += self._window.command_hits(words)
        self._window.search_palette.show_hits(hits)

    def _choose(self, hit: Hit) -> None:
        if hit.kind == "person":
            self.case_chosen.emit(hit.key)
        else:
            self.offer_chosen.emit(hit.key)


def _hit(found: SearchHit) -> Hit | None:
    if found.case_id is not None:
        alert = f"{SIMILAR_NAME} · " if found.similar_name else ""
        return Hit("person", found.case_id, found.title, f"{alert}{found.subtitle}")
    if found.offer_id is not None:
        return Hit("referral", found.offer_id, found.title, found.subtitle)
    return None
