"""Joins the lists of a window to their saved views and to the file that a list is exported to."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from d2a_desktop.domain.shared_view import unknown_columns
from d2a_desktop.ui.desk.pages import Parts
from d2a_desktop.ui.formats.language import plural, tr
from d2a_desktop.ui.main_window import MainWindow
from d2a_desktop.ui.tasks import Job
from d2a_desktop.ui.widgets.list_panel import ListPanel
from d2a_desktop.ui.widgets.page import Page

if TYPE_CHECKING:
    from d2a_desktop.ui.dialogs.saved_views import ListedView, SavedViewsDialog


class ListFiles(QObject):
    """Answers what the lists of one window ask for by their menu View and by Ctrl+E."""

    def __init__(self, window: MainWindow, parts: Parts) -> None:
        super().__init__(window)
        self._window = window
        self._parts = parts
        window.pages.made.connect(self._join)
        for entry in window.nav.entries:
            if window.pages.has(entry.key):
                self._join(entry.key, window.pages.page(entry.key))
        parts.actions.attach(window, {"export": self.export_current})

    def export_current(self) -> None:
        """Export the list of the page in front, the one with the focus where there are several."""
        page = self._window.pages.page(self._window.pages.current_key)
        panels = [each for each in page.findChildren(ListPanel) if each.isVisible()]
        mine = [each for each in panels if each.view.hasFocus() or each.filter.hasFocus()]
        if panels:
            self.ask_and_export((mine or panels)[0])

    def ask_and_export(self, panel: ListPanel) -> None:
        """Ask where to, then write the list there."""
        named = panel.view.accessibleName().lower().replace(" ", "-")
        chosen, _ = QFileDialog.getSaveFileName(
            self._window,
            tr("Export this list"),
            f"{named}.csv",
            f"{tr('CSV for spreadsheets')} (*.csv)",
        )
        if chosen:
            self.export(panel, Path(chosen))

    def export(self, panel: ListPanel, path: Path) -> Job:
        """Write a list as it is shown; each person in it gets an entry in the record of access."""
        desk = self._parts.link.desk
        headings, lines = panel.lines()
        cases, name = panel.cases(), panel.view.accessibleName()
        return self._parts.tasks.run_command(
            lambda: desk.exports.list_csv(
                desk.caller, path, name=name, headings=headings, lines=lines, cases=cases
            ),
            self._exported,
            owner=self,
        )

    def _exported(self, rows: int) -> None:
        self._window.toast.show_words(
            tr(
                "{rows} written. The export is recorded as a disclosure; the file holds"
                " identities: keep it safe.",
                rows=plural(rows, "row", "rows"),
            )
        )

    def _join(self, key: str, page: Page) -> None:
        for panel in page.findChildren(ListPanel):
            panel.export_asked.connect(lambda at=panel: self.ask_and_export(at))
            panel.back_asked.connect(self._window.pages.back)
            panel.views_asked.connect(lambda at=panel, of=key: self._show_views(of, at))

    def _show_views(self, key: str, panel: ListPanel) -> None:
        if self._parts.link.is_open:
            self.show_views(key, panel)

    def show_views(self, key: str, panel: ListPanel) -> SavedViewsDialog:
        """Open the list of the saved views of a list."""
        from d2a_desktop.ui.dialogs.saved_views import SavedViewsDialog

        dialog = SavedViewsDialog(
            self._parts.theme,
            self._parts.tasks,
            self._parts.link,
            key,
            panel.state.to_document(words=True),
            parent=self._window,
        )
        dialog.chosen.connect(lambda view: self._use(panel, view))
        dialog.open()
        return dialog

    def _use(self, panel: ListPanel, view: ListedView) -> None:
        panel.show_saved(view.state)
        if said := lacking_words(panel, view.name, view.state):
            self._window.toast.show_words(said)


def lacking_words(panel: ListPanel, name: str, state: Mapping[str, Any]) -> str:
    """Return what to say of a view that names columns this version does not know; else nothing."""
    lacking = unknown_columns(state, [each.key for each in panel.view.columns])
    if not lacking:
        return ""
    number = plural(len(lacking), "column", "columns")
    return tr(
        "\u201c{name}\u201d names {columns} that this version does not know: it is shown without.",
        name=name,
        columns=number,
    )
