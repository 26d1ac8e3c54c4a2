"""What this person has not seen of the ward board yet: kept, stepped through, listed, cleared."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.formats.language import tr
from d2a_desktop.ui.formats.words import day_and_time
from d2a_desktop.ui.item_models.rows_model import RowsModel
from d2a_desktop.ui.item_models.ward_board_model import bed_words, person_cell
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme

if TYPE_CHECKING:
    from d2a_desktop.services.last_looks import Look
    from d2a_desktop.services.queries.rows import WardBoardRow
    from d2a_desktop.ui.dialogs.changes_dialog import ChangesDialog


class LastLook(QObject):
    """Holds the marks of one board; a row opened or stepped to counts as seen.

    Args:
        tasks, link: the desk's own.
        model: the board's rows, which carry the marks.
        host: the board, over which the list of changes opens.

    Signals:
        cleared: some marks went; the board is to be shown again.
        all_cleared: everything counts as seen; the board is to be read again.
        row_asked: the id of a case to go to.
    """

    cleared = Signal()
    all_cleared = Signal()
    row_asked = Signal(str)

    def __init__(
        self, tasks: Tasks, link: DeskLink, model: RowsModel[WardBoardRow], host: QWidget
    ) -> None:
        super().__init__(host)
        self._tasks, self._link, self._model, self._host = tasks, link, model, host
        self._look: Look | None = None
        self._opened: set[str] = set()
        self._stepped = ""

    @property
    def marks(self) -> Mapping[str, tuple[str, ...]]:
        """What changed, by case id."""
        return self._look.changed if self._look is not None else {}

    def take(self, look: Look, rows: Sequence[WardBoardRow], *, in_sight: bool) -> None:
        """Take what was read; what was done in a record opened from here is no news.

        `in_sight`: the board is shown now, so that the person is back from those records.
        """
        self._look = look
        if in_sight:
            seen = self._opened & look.changed.keys()
            self._opened.clear()
            if seen:
                self._take_off([row for row in rows if row.case_id in seen])

    def forget(self) -> None:
        """Hold nothing of anybody."""
        self._look = None
        self._opened.clear()
        self._stepped = ""

    def opened(self, *case_ids: str) -> None:
        """Count these records as opened from the board."""
        self._opened |= set(case_ids)

    def mark_seen(self, case_id: str) -> None:
        """Count one row as seen."""
        row = self._model.row_of(case_id)
        if row is not None and row.changed:
            self._take_off([row])
            self.cleared.emit()

    def step(self, current: str, select: Callable[[str], bool]) -> bool:
        """Go to the next row that changed; the one gone to before counts as seen."""
        self.mark_seen(self._stepped)
        lines = self._model.rowCount()
        here = self._model.line_of(current)
        for step in range(1, lines + 1):
            row = self._model.row_at((here + step) % lines)
            if row.changed:
                self._stepped = row.case_id
                return select(row.case_id)
        self._stepped = ""
        return False

    def words(self, now: datetime) -> str:
        """Return how many rows changed and since when; an empty text for none."""
        look = self._look
        number = len(look.changed) + look.gone if look is not None else 0
        if look is None or look.since is None or not number:
            return ""
        when = day_and_time(look.since, now)
        return tr("{number} changed since {when}", number=number, when=when)

    def show_list(
        self, theme: Theme, rows: Sequence[WardBoardRow], *, now: datetime
    ) -> ChangesDialog | None:
        """Open the list of all rows that changed since this person last looked."""
        from d2a_desktop.ui.dialogs.changes_dialog import ChangedRow, ChangesDialog

        look = self._look
        if look is None or look.since is None:
            return None
        changed = [
            ChangedRow(row.case_id, bed_words(row), person_cell(row), row.changed)
            for row in rows
            if row.changed
        ]
        since = day_and_time(look.since, now)
        dialog = ChangesDialog(theme, changed, since=since, gone=look.gone, parent=self._host)
        dialog.chosen.connect(self._go_to)
        dialog.all_seen.connect(lambda: self._all_seen(rows))
        dialog.open()
        return dialog

    def _go_to(self, case_id: str) -> None:
        self._stepped = case_id
        self.row_asked.emit(case_id)

    def _take_off(self, rows: list[WardBoardRow]) -> None:
        """Note these rows as seen, here at once and in the store."""
        if not rows or self._look is None:
            return
        desk, seen = self._link.desk, {row.case_id for row in rows}
        left = {key: words for key, words in self._look.changed.items() if key not in seen}
        self._look = replace(self._look, changed=left)
        self._tasks.run_command(
            lambda: desk.last_looks.seen(desk.caller, rows), lambda _: None, owner=self
        )

    def _all_seen(self, rows: Sequence[WardBoardRow]) -> None:
        desk = self._link.desk
        self._tasks.run_command(
            lambda: desk.last_looks.seen_all(desk.caller, rows),
            lambda _: self.all_cleared.emit(),
            owner=self,
        )
