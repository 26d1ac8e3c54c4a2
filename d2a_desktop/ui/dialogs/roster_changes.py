"""What the pages of a roster do alike: open a form, take a line back, tell the page."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from d2a_desktop.ui.dialogs.action_dialog import ActionForm, DialogPlace
from d2a_desktop.ui.dialogs.confirm import ConfirmDialog, Question
from d2a_desktop.ui.dialogs.roster_dialog import RosterDialog


class RosterChanges:
    """The changes of one page; `done` gets the words, and the id where a line of `main` is new."""

    def __init__(
        self, place: DialogPlace, page: QWidget, *, main: str, done: Callable[[str, str], None]
    ) -> None:
        self._place = place
        self._page = page
        self._main = main
        self._done = done

    def open(
        self, form: ActionForm, *, row_id: str = "", fixed: dict[str, str] | None = None
    ) -> RosterDialog:
        """Open the window that adds or changes one line."""
        dialog = RosterDialog(self._place, form, row_id=row_id, fixed=fixed, parent=self._page)
        dialog.done_with.connect(lambda words, result: self._saved(form, words, result))
        dialog.open()
        return dialog

    def ask_back(self, title: str, words: str, kind: str, row_id: str) -> ConfirmDialog:
        """Ask whether to take a line back; it stays in the history."""
        question = Question(title=title, words=words, action="Take back", dangerous=True)
        dialog = ConfirmDialog(self._place.theme, question, parent=self._page)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self._void(kind, row_id))
        dialog.open()
        return dialog

    def _void(self, kind: str, row_id: str) -> None:
        desk = self._place.link.desk
        self._place.tasks.run_command(
            lambda: desk.roster.void(desk.caller, kind, row_id),
            lambda _result: self._done("Taken back.", ""),
            owner=self._page,
        )

    def _saved(self, form: ActionForm, words: str, result: object) -> None:
        made = getattr(result, "details", {}).get("id", "")
        self._done(words, made if form.action == self._main else "")
