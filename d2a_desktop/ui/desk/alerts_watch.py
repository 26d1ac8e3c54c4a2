"""Keeps the bell in the top bar true, and opens what an alert is about; it never pops up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from d2a_desktop.domain.permissions import may
from d2a_desktop.ui.desk.pages import Parts
from d2a_desktop.ui.dialogs.alerts_dialog import AlertsDialog, alerts_words
from d2a_desktop.ui.main_window import MainWindow
from d2a_desktop.ui.widgets.list_panel import ListPanel

if TYPE_CHECKING:
    from d2a_desktop.services.queries.alert_rows import AlertRow

_AGAIN_MS = 60_000
_PAUSE_MS = 1_500


class AlertsWatch(QObject):
    """Asks for the alerts each minute, and soon after anything changed."""

    def __init__(self, window: MainWindow, parts: Parts) -> None:
        super().__init__(window)
        self._window = window
        self._parts = parts
        self.rows: tuple[AlertRow, ...] = ()
        self._minute = QTimer(self)
        self._minute.timeout.connect(self.load)
        self._pause = QTimer(self)  # an exchange tells of many changes one after another
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self.load)
        parts.link.opened.connect(self._opened)
        parts.link.closed.connect(self._closed)
        parts.tasks.changed.connect(lambda _: self._pause.start(_PAUSE_MS))
        window.bar.alerts_asked.connect(self.open)
        parts.actions.attach(window, {"alerts": self.open})

    def load(self) -> None:
        """Ask anew, in the background."""
        link = self._parts.link
        if not link.is_open or not may(link.desk.caller, "view"):
            return
        desk, caller = link.desk, link.desk.caller
        self._parts.tasks.run_query(
            lambda: desk.queries.alerts(caller, desk.exchange.conflicts(caller)),
            self._show,
            owner=self,
            key="alerts",
        )

    def open(self) -> AlertsDialog | None:
        """Open the panel with the alerts as they are known now."""
        if not self._parts.link.is_open:
            return None
        dialog = AlertsDialog(self._parts.theme, self.rows, parent=self._window)
        dialog.chosen.connect(self.go)
        dialog.open()
        return dialog

    def go(self, row: AlertRow) -> None:
        """Open what an alert is about; a desk without that page opens the person's record."""
        pages = {entry.key for entry in self._window.nav.entries}
        if row.page in pages and self._window.show_page(row.page):
            for panel in self._window.pages.page(row.page).findChildren(ListPanel):
                panel.view.go_to(row.target)
        elif row.case_id:
            self._window.case_asked.emit(row.case_id)

    def _opened(self) -> None:
        self.load()
        self._minute.start(_AGAIN_MS)

    def _closed(self) -> None:
        self._minute.stop()
        self._pause.stop()
        self._show(())

    def _show(self, rows: tuple[AlertRow, ...]) -> None:
        self.rows = rows
        self._window.bar.show_alerts(
            len(rows), alerts_words(rows), urgent=any(row.urgent for row in rows)
        )
