"""A plan of the shown days as differences: Space ticks one, Ctrl+A all, Enter books the ticked."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from d2a_desktop.domain.display import display_datetime_short, display_nhs_number
from d2a_desktop.ui.dialogs.tick_table import TickTable
from d2a_desktop.ui.errors import words_for
from d2a_desktop.ui.formats.words import count, hours_and_minutes, weekday
from d2a_desktop.ui.widgets.dialog import Dialog
from d2a_desktop.ui.widgets.labels import Button, label

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from d2a_desktop.services.schedule_changes import Accepted, Difference
    from d2a_desktop.services.schedules import DayPlan, PlannedVisit
    from d2a_desktop.ui.dialogs.action_dialog import DialogPlace
    from d2a_desktop.ui.tasks import Progress


class PlanDialog(Dialog):
    """Searches in the background; *Stop* keeps the best plan so far; nothing is booked unasked.

    Signals:
        booked: the words for the toast.
    """

    booked = Signal(str)

    def __init__(
        self, place: DialogPlace, first: date, last: date, *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        theme = place.theme
        self._place = place
        self._lines: tuple[Difference, ...] = ()
        self.setWindowTitle("Plan these days")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        theme.keep(self.setMinimumSize, 720, 420)
        self.resize(theme.px(980), theme.px(480))
        outer = QVBoxLayout(self)
        theme.keep(outer.setContentsMargins, 20, 20, 20, 20)
        theme.keep(outer.setSpacing, 12)
        outer.addWidget(label("Plan these days", "title"))
        self.told = label("Looking for the best plan…", "quiet", wrap=True)
        outer.addWidget(self.told)
        self.list = TickTable(
            theme,
            ("Person", "Booked so far", "Would be", "In time?"),
            name="What the plan would change",
        )
        self.list.ticked_changed.connect(self._count)
        outer.addWidget(self.list, 1)
        self.unplaced = label("", "quiet", wrap=True)
        self.unplaced.hide()
        outer.addWidget(self.unplaced)
        row = QHBoxLayout()
        self.stop_button = Button(theme, "Stop", clicked=self._stop)
        self.close_button = Button(theme, "Close", clicked=self.reject)
        self.accept_button = Button(theme, "Book", kind="primary", clicked=self.book)
        self.accept_button.setDefault(True)
        self.accept_button.setEnabled(False)
        row.addWidget(self.stop_button)
        row.addStretch(1)
        row.addWidget(self.close_button)
        row.addWidget(self.accept_button)
        outer.addLayout(row)
        desk = place.link.desk

        def work(progress: Progress) -> DayPlan:
            return desk.schedules.plan_day(
                desk.caller, first=first, last=last, cancel=lambda: self._stopped
            )

        self._stopped = False
        place.tasks.run_long_query(work, self._show, failed=self._failed, owner=self)

    def book(self) -> None:
        """Book what is ticked; what is refused stays in the list with its reason."""
        chosen = [self._lines[n] for n in self.list.ticked()]
        if not chosen:
            return
        # Late: what books must not be loaded before the first paint.
        from d2a_desktop.services.schedule_changes import accept

        self.accept_button.setEnabled(False)
        desk = self._place.link.desk
        self._place.tasks.run_command(
            lambda: accept(desk.actions, desk.caller, chosen),
            self._booked,
            failed=self._failed,
            owner=self,
        )

    def reject(self) -> None:
        """Close; a search under way is stopped."""
        self._stop()
        super().reject()

    def _stop(self) -> None:
        self._stopped = True
        self.stop_button.setEnabled(False)

    def _show(self, plan: DayPlan) -> None:
        from d2a_desktop.services.schedule_changes import differences

        self.stop_button.setEnabled(False)
        self._show_lines(differences(plan))
        sure = "No better plan exists." if plan.proven else "The best plan found in the time."
        kept = sum(visit.change == "kept" for visit in plan.visits)
        if self._lines:
            same = f" {count(kept, 'visit stays', 'visits stay')} as booked." if kept else ""
            self.told.setText(f"{sure}{same} Space unticks what should stay as it is.")
        else:
            self.told.setText(f"{sure} Nothing would change.")
        if plan.unplaced:
            rows = [
                f"{each.person or each.case_ref}: {'; '.join(each.reasons)}"
                for each in plan.unplaced
            ]
            self.unplaced.setText("No time was found for\n" + "\n".join(rows))
            self.unplaced.show()

    def _show_lines(self, lines: tuple[Difference, ...]) -> None:
        self._lines = lines
        visits = [each.visit for each in lines]
        pressing = [bool(each.late_by_minutes) or each.was_confirmed for each in visits]
        self.list.show_lines([_line(each) for each in visits], pressing=pressing)
        self.list.setFocus()
        self._count()

    def _count(self) -> None:
        ticked = len(self.list.ticked()) if self._lines else 0
        self.accept_button.setText(f"Book {ticked}" if ticked else "Book")
        self.accept_button.setEnabled(ticked > 0)

    def _booked(self, answer: Accepted) -> None:
        words = count(len(answer.done), "visit booked", "visits booked")
        if answer.done:
            self.booked.emit(words)
        if not answer.refused:
            self.accept()
            return
        self._show_lines(tuple(each for each, _ in answer.refused))
        told = [
            f"{each.visit.person or each.case_ref}: {reason}" for each, reason in answer.refused
        ]
        self.told.setText("\n".join([f"{words}; refused:", *told]))

    def _failed(self, problem: Exception) -> None:
        self.stop_button.setEnabled(False)
        told = words_for(problem)
        self.told.setText(f"{told.what_happened} {told.what_to_do}".strip())
        self._count()


def _line(visit: PlannedVisit) -> tuple[str, str, str, str]:
    """Return the words of one line: who, where it stands, where it would stand, and if in time."""
    who = f"{visit.person or visit.case_ref}\n{display_nhs_number(visit.nhs_number)}"
    before = "Nothing" if visit.was_at is None else _slot(visit.was_assessor, visit.was_at)
    if visit.purpose == "review":
        before = "Nothing: a review"
    late = timedelta(minutes=visit.late_by_minutes)
    fits = [f"Late by {hours_and_minutes(late)}" if late else "In time"]
    if visit.was_confirmed:
        fits.append("agree the new time again")
    return who, before, _slot(visit.assessor, visit.starts_at), "\n".join(fits)


def _slot(assessor: str | None, at: datetime) -> str:
    return f"{weekday(at)} {display_datetime_short(at)}\n{assessor or 'nobody'}"
