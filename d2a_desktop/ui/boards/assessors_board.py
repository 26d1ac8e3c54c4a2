"""The home assessors: profession, skills, hours of the week, absences; changed by forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout

from d2a_desktop.domain.changes import ChangeSet
from d2a_desktop.domain.permissions import may
from d2a_desktop.ui.actions import Actions, hints
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.dialogs import roster_forms as forms
from d2a_desktop.ui.dialogs.action_dialog import DialogPlace
from d2a_desktop.ui.dialogs.confirm import ConfirmDialog
from d2a_desktop.ui.dialogs.roster_changes import RosterChanges
from d2a_desktop.ui.dialogs.roster_dialog import RosterDialog
from d2a_desktop.ui.formats.tones import Tone
from d2a_desktop.ui.formats.words import count
from d2a_desktop.ui.item_models.roster_model import assessor_times_model, assessors_model
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.board_view import BoardView
from d2a_desktop.ui.widgets.empty_state import EmptyWords
from d2a_desktop.ui.widgets.filter_chips import Chip
from d2a_desktop.ui.widgets.labels import Button, Card, Facts, label
from d2a_desktop.ui.widgets.list_panel import ListPanel
from d2a_desktop.ui.widgets.page import Page
from d2a_desktop.ui.widgets.side_by_side import SideBySide

if TYPE_CHECKING:
    from d2a_desktop.services.queries.roster_rows import RosterAssessor

_KINDS = frozenset({"assessor", "assessor_time"})
_EMPTY = EmptyWords(
    "No home assessors yet",
    "Who may assess at home, with profession, skills and hours; the diary plans with them.",
    icon="assessment",
    action="Add an assessor",
)


class AssessorsBoardPage(Page):
    """Assessors at the left, one assessor's week and absences at the right; E changes."""

    hints = hints("move", "filter", "keys")

    def __init__(self, theme: Theme, actions: Actions, tasks: Tasks, link: DeskLink) -> None:
        super().__init__(theme, "Assessors")
        self._tasks = tasks
        self._link = link
        place = DialogPlace(theme=theme, tasks=tasks, link=link)
        self._changes = RosterChanges(place, self, main="assessor", done=self._done)
        self._wanted = ""
        self.model = assessors_model()
        self.times = assessor_times_model()
        self.panel = ListPanel(
            theme,
            actions,
            self.model,
            name="Assessors",
            empty=_EMPTY,
            keys={"edit": self.edit_assessor},
            act=self.add_assessor,
        )
        self.times_view = BoardView(
            theme, self.times, columns=self.times.columns, name="Absences and extra time"
        )
        self.facts = Facts(theme)
        self.no_times = label("No absences or extra time ahead.", "quiet", wrap=True)
        self.no_times.hide()  # until it is known
        self.edit_button = Button(
            theme, "Change assessor…", icon="edit", clicked=self.edit_assessor
        )
        self.add_button = Button(
            theme, "Add an assessor…", kind="primary", icon="plus", clicked=self.add_assessor
        )
        self.add_time_button = Button(
            theme, "Absence or extra time…", icon="plus", clicked=self.add_time
        )
        self.back_button = Button(theme, "Take back…", clicked=self.take_back)
        self._lay_out()
        self.first_focus = self.panel.view
        self.panel.opened.connect(lambda _row_id: self.edit_assessor())
        self.panel.current_changed.connect(lambda _row_id: self._show_assessor())
        self.panel.chip_chosen.connect(
            lambda key: self.model.set_predicate(_works_today if key == "today" else None)
        )
        self.times_view.current_changed.connect(lambda _row_id: self._show_buttons())
        link.opened.connect(self._load)
        tasks.changed.connect(self._changed)
        self._show_buttons()
        if link.is_open:
            self._load()

    def showing(self) -> None:
        self._load()

    def _lay_out(self) -> None:
        theme = self.theme
        self.head_actions.addWidget(self.edit_button)
        self.head_actions.addWidget(self.add_button)
        card = Card(theme, "Selected assessor")
        card.body.addWidget(self.facts)
        card.body.addWidget(label("Absences and extra time", "strong"))
        card.body.addWidget(self.no_times)
        card.body.addWidget(self.times_view, 1)
        row = QHBoxLayout()
        row.addWidget(self.add_time_button)
        row.addWidget(self.back_button)
        row.addStretch(1)
        card.body.addLayout(row)
        card.body.addStretch(0)
        self.body.addLayout(SideBySide(theme, self.panel, card, width=430), 1)

    # ------------------------------------------------------------ loading

    def _changed(self, changes: ChangeSet) -> None:
        if changes.kinds & _KINDS:
            self._load()

    def _load(self) -> None:
        if self._link.is_open:
            desk = self._link.desk
            self._tasks.run_query(
                lambda: desk.queries.assessor_roster(desk.caller),
                self._show,
                owner=self,
                key="assessor roster",
            )

    def _show(self, rows: tuple[RosterAssessor, ...]) -> None:
        first = self.model.rowCount() == 0
        self.panel.refresh(rows, now=first or bool(self._wanted))
        if self._wanted and self.panel.view.select_id(self._wanted):
            self._wanted = ""
        elif first and rows:
            self.panel.view.select_id(rows[0].assessor_id)
        today = self.model.count(_works_today)
        self.panel.show_chips((Chip("all", "All", len(rows)), Chip("today", "Work today", today)))
        self.set_sub(
            f"{count(len(rows), 'assessor', 'assessors')}, {today} work today by their hours",
            read_at=self._link.now(),
        )
        self._show_assessor()

    def current(self) -> RosterAssessor | None:
        """Return the selected assessor."""
        return self.model.row_of(self.panel.view.current_id)

    def _show_assessor(self) -> None:
        row = self.current()
        self.times.refresh(row.times if row else (), hold=False)
        self.no_times.setVisible(not (row and row.times))
        self.times_view.setVisible(bool(row and row.times))
        self.facts.show_facts(_facts(row) if row else ())
        self._show_buttons()

    def _show_buttons(self) -> None:
        row = self.current()
        allowed = self._allowed()
        mine = allowed and row is not None and row.mine
        self.add_button.setEnabled(allowed)
        self.edit_button.setEnabled(mine)
        self.add_time_button.setEnabled(mine)
        self.back_button.setEnabled(mine and bool(self.times_view.current_id))

    def _allowed(self) -> bool:
        if not self._link.is_open:
            return False
        caller = self._link.desk.caller
        return may(caller, "assessors") and caller.org_kind in ("community", "council")

    # ------------------------------------------------------------ doing

    def add_assessor(self) -> RosterDialog | None:
        """Ask for a new assessor."""
        return self._changes.open(forms.assessor_form()) if self._allowed() else None

    def edit_assessor(self) -> RosterDialog | None:
        """Change the selected assessor; those of another organisation are only looked at."""
        row = self.current()
        if row is None or not row.mine or not self._allowed():
            return None
        return self._changes.open(forms.assessor_form(row.record), row_id=row.assessor_id)

    def add_time(self) -> RosterDialog | None:
        """Ask for an absence, an appointment or an extra shift."""
        row = self.current()
        if row is None:
            return None
        form = forms.assessor_time_form(row.name, now=self._link.desk.clock.now())
        return self._changes.open(form, fixed={"assessor_id": row.assessor_id})

    def take_back(self) -> ConfirmDialog | None:
        """Take an absence or an extra shift back; it stays in the history."""
        row, one = self.current(), self.times.row_of(self.times_view.current_id)
        if row is None or one is None:
            return None
        words = f"{one.words} of {row.name}. It is not deleted."
        return self._changes.ask_back("Take time back", words, "assessor_time", one.time_id)

    def _done(self, words: str, select: str) -> None:
        self.request_toast.emit(words, None)
        self._wanted = select or self.panel.view.current_id
        self._load()


def _works_today(row: RosterAssessor) -> bool:
    return row.active and row.today_words != "Not working"


def _facts(row: RosterAssessor) -> list[tuple[str, str, Tone]]:
    return [
        ("Assessor", row.name, Tone.PLAIN),
        ("Profession", row.profession, Tone.PLAIN),
        ("Hours", row.hours_words or "No hours recorded", Tone.PLAIN),
        ("Skills", ", ".join(row.skills) or "None recorded", Tone.PLAIN),
        ("Languages", ", ".join(row.languages) or "Not recorded", Tone.PLAIN),
    ]
