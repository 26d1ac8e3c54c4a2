"""A whole plan as differences: Space ticks a line, Ctrl+A all, Enter does what is ticked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from d2a_desktop.ui.dialogs.tick_table import TickTable
from d2a_desktop.ui.errors import words_for
from d2a_desktop.ui.formats.words import count
from d2a_desktop.ui.widgets.dialog import Dialog
from d2a_desktop.ui.widgets.labels import Button, label

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from d2a_desktop.domain.plan_steps import PlanStep
    from d2a_desktop.services.match_changes import TakenOver
    from d2a_desktop.ui.dialogs.action_dialog import DialogPlace

_WORDS = {
    "offer": ("Send the proposed offers", "Send", "offer requested", "offers requested"),
    "allocate": (
        "Allocate the proposed workers",
        "Allocate",
        "allocation requested",
        "allocations requested",
    ),
}
_TOLD = {
    "offer": "Each offer carries the need and no identity; the agency's own hours set its reply "
    "time. Who has an offer out already is not ticked; Space changes a tick.",
    "allocate": "Each worker is checked against every rule once more, and booked only when the "
    "shared database confirms it. Space unticks what should wait.",
}


class TakeOverDialog(Dialog):
    """Nothing is done unasked; what is refused stays with its reason, the rest is done.

    Args:
        place: the look, the task gate and the desk.
        steps: all of one action.

    Signals:
        done: the words for the toast.
    """

    done_with = Signal(str)

    def __init__(
        self, place: DialogPlace, steps: Sequence[PlanStep], *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        theme = place.theme
        self._place = place
        self._steps = tuple(steps)
        self._busy = False
        title, self._verb, self._one, self._many = _WORDS[steps[0].action]
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        theme.keep(self.setMinimumSize, 720, 420)
        self.resize(theme.px(1000), theme.px(520))
        outer = QVBoxLayout(self)
        theme.keep(outer.setContentsMargins, 20, 20, 20, 20)
        theme.keep(outer.setSpacing, 12)
        outer.addWidget(label(title, "title"))
        self.told = label(_TOLD[steps[0].action], "quiet", wrap=True)
        outer.addWidget(self.told)
        headings = ("For", "Stands", "Would be")
        self.list = TickTable(theme, headings, name="What the plan would change")
        self.list.ticked_changed.connect(self._count)
        outer.addWidget(self.list, 1)
        row = QHBoxLayout()
        self.close_button = Button(theme, "Close", clicked=self.reject)
        self.do_button = Button(theme, self._verb, kind="primary", clicked=self.take_over)
        self.do_button.setDefault(True)
        row.addStretch(1)
        row.addWidget(self.close_button)
        row.addWidget(self.do_button)
        outer.addLayout(row)
        self._show(self._steps)

    def take_over(self) -> None:
        """Do what is ticked."""
        chosen = [self._steps[number] for number in self.list.ticked()]
        if not chosen or self._busy:
            return
        # Late: what writes must not be loaded before the first paint.
        from d2a_desktop.services.match_changes import take_over

        self._set_busy(True)
        desk = self._place.link.desk
        self._place.tasks.run_command(
            lambda: take_over(desk.actions, desk.caller, chosen),
            self._done,
            failed=self._failed,
            owner=self,
        )

    def reject(self) -> None:
        """Close, but not while something is being done: its end is told here."""
        if not self._busy:
            super().reject()

    def _show(self, steps: Sequence[PlanStep]) -> None:
        self._steps = tuple(steps)
        self.list.show_lines(
            [(each.about, each.now, each.then) for each in steps],
            unticked=[not each.advised for each in steps],
        )
        self.list.setFocus()
        self._count()

    def _count(self) -> None:
        ticked = len(self.list.ticked())
        self.do_button.set_words(f"{self._verb} {ticked}" if ticked else self._verb)
        self.do_button.setEnabled(ticked > 0 and not self._busy)

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self.close_button.setEnabled(not busy)
        self._count()

    def _done(self, answer: TakenOver) -> None:
        self._set_busy(False)
        words = count(len(answer.done), self._one, self._many)
        if answer.done:
            self.done_with.emit(words)
        if not answer.refused:
            self.accept()
            return
        self._show([step for step, _ in answer.refused])
        told = [f"{step.about.splitlines()[0]}: {reason}" for step, reason in answer.refused]
        self.told.setText("\n".join([f"{words}; refused:", *told]))

    def _failed(self, problem: Exception) -> None:
        self._set_busy(False)
        told = words_for(problem)
        self.told.setText(f"{told.what_happened} {told.what_to_do}".strip())
