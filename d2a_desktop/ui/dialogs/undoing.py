"""Takes a move back, or makes it again, by the command that its answer names."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from d2a_desktop.domain.commands import parse_command
from d2a_desktop.services.results import ActionResult
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.widgets.toast import Redo


class Undoing(QObject):
    """Makes the Undo of a toast from what a service answered.

    Signals:
        said: words for the next toast, and its Redo or its undo (None where there is none).
        refused: the exception of a command that was not taken any more.
    """

    said = Signal(str, object)
    refused = Signal(Exception)

    def __init__(self, tasks: Tasks, link: DeskLink, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks, self._link = tasks, link

    def of(self, words: str, result: object) -> Callable[[], object] | None:
        """Return what takes an action back; None where nothing does.

        `words` are those of its toast; their first sentence names it in the next one.
        """
        if not isinstance(result, ActionResult) or result.reversal is None:
            return None
        named = words.partition(".")[0]
        return lambda: self._reverse(result, f"Undone: {named}", named, again=True)

    def _reverse(self, result: ActionResult, words: str, named: str, *, again: bool) -> None:
        if result.reversal is None or not self._link.is_open:
            return
        desk, case_ref, reversal = self._link.desk, result.case_ref, result.reversal
        command = parse_command(reversal.action, reversal.document)

        def tell(answer: ActionResult) -> None:
            next_words = f"Done again: {named}" if again else f"Undone: {named}"

            def onward() -> None:
                self._reverse(answer, next_words, named, again=not again)

            possible = answer.reversal is not None
            self.said.emit(f"{words}.", (Redo(onward) if again else onward) if possible else None)

        self._tasks.run_command(
            lambda: desk.actions.do(desk.caller, case_ref, reversal.action, command),
            tell,
            failed=self.refused.emit,
            owner=self,
        )
