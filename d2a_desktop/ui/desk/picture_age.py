"""Tells the page in front how old its picture is, each time the exchange's light is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from d2a_desktop.ui.desk.sync_loop import SyncLoop
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.formats.age import Age
from d2a_desktop.ui.main_window import MainWindow
from d2a_desktop.ui.widgets.page import Page

if TYPE_CHECKING:
    from d2a_desktop.services.queries.rows import SyncLight


class PictureAge(QObject):
    """Hands each page that comes to the front, and the one there is, when was last exchanged."""

    def __init__(self, window: MainWindow, sync: SyncLoop, link: DeskLink) -> None:
        super().__init__(window)
        self._window, self._sync, self._link = window, sync, link
        self._age: Age | None = None
        sync.light_changed.connect(self._take)
        window.pages.came.connect(self._came)

    def _take(self, light: SyncLight) -> None:
        if not self._link.is_open:
            return
        self._age = Age(self._link.now(), self._sync.has_server, light.last_at)
        pages = self._window.pages
        if pages.has(pages.current_key):
            pages.page(pages.current_key).show_age(self._age)

    def _came(self, _key: str, page: Page) -> None:
        if self._age is not None:
            page.show_age(self._age)
