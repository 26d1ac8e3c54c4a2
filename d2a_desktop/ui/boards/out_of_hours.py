"""Out of hours: who leaves, who arrives, who is assessed, what is open, and whom to ring."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from d2a_desktop.domain.changes import ChangeSet
from d2a_desktop.domain.codes import PackKind
from d2a_desktop.domain.display import display_datetime
from d2a_desktop.domain.pack_audience import may_print
from d2a_desktop.ui.actions import Actions, hints
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.dialogs.sheet_dialog import SheetDialog
from d2a_desktop.ui.formats.words import count
from d2a_desktop.ui.item_models.out_of_hours_model import PARTS, ahead_model, ring_model
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.board_view import BoardView
from d2a_desktop.ui.widgets.empty_state import EmptyWords
from d2a_desktop.ui.widgets.filter_chips import Chip, FilterChips
from d2a_desktop.ui.widgets.labels import Button, Card, label
from d2a_desktop.ui.widgets.list_panel import ListPanel
from d2a_desktop.ui.widgets.page import Page

if TYPE_CHECKING:
    from d2a_desktop.services.queries.out_of_hours import AheadRow, OutOfHours

_KINDS = frozenset(
    {
        *("spell", "patient", "departure", "visit", "task", "event", "arrival_card", "placement"),
        *("placement_block", "referral", "organisation", "offer", "nctr_period"),
    }
)
_EMPTY = EmptyWords(
    "Nothing is planned in this time",
    "Departures, arrivals, visits and tasks that fall due before its end are listed here.",
    icon="clock",
)
_SPANS = (Chip("weekend", "To the end of Sunday"), Chip("day", "Next 24 hours"))
_HOURS = {"weekend": None, "day": 24}


class OutOfHoursPage(Page):
    """One list in the order of time, as on the weekend sheet; Enter opens the record."""

    hints = hints("move", "open", "filter", "keys")

    def __init__(self, theme: Theme, actions: Actions, tasks: Tasks, link: DeskLink) -> None:
        super().__init__(theme, "Out of hours")
        self._tasks = tasks
        self._link = link
        self._span = "weekend"
        self.model = ahead_model(self._now)
        self.ring = ring_model()
        self.panel = ListPanel(
            theme, actions, self.model, name="What is ahead", empty=_EMPTY
        )  # fmt: skip
        self.spans = FilterChips(theme, name="Until when")
        self.spans.show_chips(_SPANS)
        self.spans.chosen.connect(self._set_span)
        self.ring_view = BoardView(theme, self.ring, columns=self.ring.columns, name="Whom to ring")
        self._no_numbers = label("No numbers are recorded.", "quiet", wrap=True)
        self._no_numbers.hide()  # until it is known
        self.print_button = Button(
            theme, "Print the weekend sheet…", icon="pack", clicked=self.print_sheet
        )
        self.print_button.setEnabled(False)
        self._lay_out()
        self.first_focus = self.panel.view
        self.panel.opened.connect(self._open)
        self.panel.chip_chosen.connect(
            lambda key: self.model.set_predicate(
                partial(_is_part, key) if key in PARTS else _has_passed if key == "late" else None
            )
        )
        link.opened.connect(self._load)
        tasks.changed.connect(self._changed)
        if link.is_open:
            self._load()

    def showing(self) -> None:
        self._load()

    def _now(self) -> datetime:
        return self._link.now()

    def print_page(self) -> bool:
        """Print this page's sheet, where this person may."""
        self.print_button.click()
        return True

    def _lay_out(self) -> None:
        theme = self.theme
        self.head_actions.addWidget(self.spans)
        self.head_actions.addWidget(self.print_button)
        card = Card(theme, "Whom to ring")
        theme.keep(card.setFixedHeight, 190)
        card.body.addWidget(self._no_numbers)
        card.body.addWidget(self.ring_view, 1)
        self.body.addWidget(self.panel, 1)
        self.body.addWidget(card)

    # ------------------------------------------------------------ loading

    def _set_span(self, key: str) -> None:
        self._span = key
        self._load()

    def _changed(self, changes: ChangeSet) -> None:
        if changes.kinds & _KINDS:
            self._load()

    def _load(self) -> None:
        if not self._link.is_open:
            return
        desk, hours = self._link.desk, _HOURS[self._span]
        self.print_button.setEnabled(may_print(desk.caller, PackKind.WEEKEND))
        self._tasks.run_query(
            lambda: desk.queries.out_of_hours(desk.caller, hours=hours),
            self._show,
            owner=self,
            key="out of hours",
        )

    def _show(self, found: OutOfHours) -> None:
        self.panel.refresh(found.rows)
        self.ring.refresh(found.ring, hold=False)
        self.ring_view.setVisible(bool(found.ring))
        self._no_numbers.setVisible(not found.ring)
        parts = [
            Chip(key, words, self.model.count(partial(_is_part, key)))
            for key, (words, _) in PARTS.items()
        ]
        passed = self.model.count(_has_passed)
        self.panel.show_chips(
            (Chip("all", "All", len(found.rows)), Chip("late", "Time has passed", passed), *parts)
        )
        self.badge_changed.emit(passed)
        people = {row.person.case_id for row in found.rows}
        self.set_sub(
            f"{count(len(people), 'person', 'people')} to "
            f"{self._until_words(found.until)}, by time",
            read_at=self._now(),
        )

    def _until_words(self, until: datetime) -> str:
        """Say the weekend's end by its day: midnight of Monday reads as if Monday were in it."""
        if self._span == "weekend":
            return f"the end of {display_datetime(until - timedelta(minutes=1), weekday=True)[:-6]}"
        return display_datetime(until, weekday=True)

    # ------------------------------------------------------------ doing

    def _open(self, row_id: str) -> None:
        row = self.model.row_of(row_id)
        if row is not None:
            self.request_open_case.emit(row.person.case_id)

    def print_sheet(self) -> None:
        """Choose how much the weekend sheet says of people, and print or save it."""
        if self._link.is_open:
            SheetDialog(
                self.theme, self._tasks, self._link, kind=PackKind.WEEKEND, parent=self
            ).open()


def _is_part(part: str, row: AheadRow) -> bool:
    return row.part == part


def _has_passed(row: AheadRow) -> bool:
    return row.passed
