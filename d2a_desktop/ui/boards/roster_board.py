"""The roster: an agency's workers with skills, papers and their ends, leave and blocks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QWidget

from d2a_desktop.core.clock import london_day
from d2a_desktop.domain.changes import ChangeSet
from d2a_desktop.domain.permissions import may
from d2a_desktop.domain.roster import PaperStanding
from d2a_desktop.ui.actions import Actions, hints
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.dialogs import roster_forms as forms
from d2a_desktop.ui.dialogs.action_dialog import DialogPlace
from d2a_desktop.ui.dialogs.confirm import ConfirmDialog
from d2a_desktop.ui.dialogs.roster_changes import RosterChanges
from d2a_desktop.ui.dialogs.roster_dialog import RosterDialog
from d2a_desktop.ui.formats.tones import Tone
from d2a_desktop.ui.formats.words import count
from d2a_desktop.ui.item_models.roster_model import (
    days_model,
    papers_model,
    status_words,
    workers_model,
)
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
    from d2a_desktop.services.queries.roster_rows import RosterWorker, WorkerRoster

_KINDS = frozenset(
    {"worker", "credential", "availability", "capacity_contract", "placement_block", "placement"}
)
_EMPTY = EmptyWords(
    "No workers yet",
    "Live-in care workers are listed here with their papers and leave.",
    icon="people",
    action="Add a worker",
)


class RosterBoardPage(Page):
    """Workers at the left, one worker's papers and days at the right; E changes, N adds."""

    hints = hints("move", "filter", "keys")

    def __init__(self, theme: Theme, actions: Actions, tasks: Tasks, link: DeskLink) -> None:
        super().__init__(theme, "Roster")
        self._tasks = tasks
        self._link = link
        place = DialogPlace(theme=theme, tasks=tasks, link=link)
        self._changes = RosterChanges(place, self, main="worker", done=self._done)
        self._found: WorkerRoster | None = None
        self._wanted = ""
        self.model = workers_model()
        self.papers = papers_model()
        self.days = days_model()
        self.panel = ListPanel(
            theme,
            actions,
            self.model,
            name="Workers",
            empty=_EMPTY,
            keys={"edit": self.edit_worker},
            act=self.add_worker,
        )
        self.papers_view = BoardView(
            theme, self.papers, columns=self.papers.columns, name="Papers of the selected worker"
        )
        self.days_view = BoardView(
            theme, self.days, columns=self.days.columns, name="Leave and other days"
        )
        self.facts = Facts(theme)
        self.no_days = label("No leave or other days from today on.", "quiet", wrap=True)
        self.no_days.hide()  # until it is known
        self._make_buttons()
        self._lay_out()
        self.first_focus = self.panel.view
        self.panel.opened.connect(lambda _row_id: self.edit_worker())
        self.panel.current_changed.connect(lambda _row_id: self._show_worker())
        self.panel.chip_chosen.connect(lambda key: self.model.set_predicate(_KEEPS.get(key)))
        self.papers_view.current_changed.connect(lambda _row_id: self._show_buttons())
        self.papers_view.opened.connect(lambda _row_id: self.change_paper())
        self.days_view.current_changed.connect(lambda _row_id: self._show_buttons())
        link.opened.connect(self._load)
        tasks.changed.connect(self._changed)
        self._show_buttons()
        if link.is_open:
            self._load()

    def showing(self) -> None:
        self._load()

    # ------------------------------------------------------------ building

    def _make_buttons(self) -> None:
        theme = self.theme
        self.contract_button = Button(theme, "Contract…", clicked=self.edit_contract)
        self.starts_button = Button(theme, "Open starts…", clicked=self.open_starts)
        self.edit_button = Button(theme, "Change worker…", icon="edit", clicked=self.edit_worker)
        self.add_button = Button(
            theme, "Add a worker…", kind="primary", icon="plus", clicked=self.add_worker
        )
        self.add_paper_button = Button(theme, "Add a paper…", icon="plus", clicked=self.add_paper)
        self.paper_button = Button(theme, "Change…", clicked=self.change_paper)
        self.paper_back_button = Button(theme, "Take back…", clicked=self.take_paper_back)
        self.add_days_button = Button(theme, "Add days…", icon="plus", clicked=self.add_days)
        self.days_back_button = Button(theme, "Take back…", clicked=self.take_days_back)
        self.days_back_button.setAccessibleName("Take days back…")
        self.paper_back_button.setAccessibleName("Take the paper back…")
        self.paper_button.setAccessibleName("Change the paper…")

    def _lay_out(self) -> None:
        theme = self.theme
        for button in (
            self.contract_button, self.starts_button, self.edit_button, self.add_button
        ):  # fmt: skip
            self.head_actions.addWidget(button)
        self.card = Card(theme, "Selected worker")
        self.card.body.addWidget(self.facts)
        self.card.body.addWidget(label("Papers", "strong"))
        # Each scrolls by itself, so that a ward's screen shows both with their buttons.
        for view, least in ((self.papers_view, 100), (self.days_view, 76)):
            view.give_way(least)
        self.card.body.addWidget(self.papers_view, 3)
        self.card.body.addLayout(
            _row(self.add_paper_button, self.paper_button, self.paper_back_button)
        )
        self.card.body.addWidget(label("Leave and other days", "strong"))
        self.card.body.addWidget(self.no_days)
        self.card.body.addWidget(self.days_view, 1)
        self.card.body.addLayout(_row(self.add_days_button, self.days_back_button))
        self.body.addLayout(SideBySide(theme, self.panel, self.card, width=440), 1)

    # ------------------------------------------------------------ loading

    def _changed(self, changes: ChangeSet) -> None:
        if changes.kinds & _KINDS:
            self._load()

    def _load(self) -> None:
        if self._link.is_open and may(self._link.desk.caller, "roster"):
            desk = self._link.desk
            self._tasks.run_query(
                lambda: desk.queries.worker_roster(desk.caller),
                self._show,
                owner=self,
                key="roster",
            )

    def _show(self, found: WorkerRoster) -> None:
        first = self.model.rowCount() == 0
        self._found = found
        self.panel.refresh(found.workers, now=first or bool(self._wanted))
        if self._wanted and self.panel.view.select_id(self._wanted):
            self._wanted = ""
        elif first and found.workers:
            self.panel.view.select_id(found.workers[0].worker_id)
        count_of = self.model.count
        self.panel.show_chips(
            (
                Chip("all", "All", count_of(lambda _: True)),
                *(Chip(key, words, count_of(_KEEPS[key])) for key, words in _CHIPS),
            )
        )
        pressing = count_of(lambda row: row.status == "active" and row.standing != _IN_DATE)
        self.badge_changed.emit(pressing if self._is_agency else 0)
        if self._is_agency:
            contract = found.contracts[0].words if found.contracts else "No capacity contract yet"
        else:
            self.set_title("Partners' workers")
            names = ", ".join(name for _, name in found.partners) or "every agency has a desk"
            contract = f"their agencies confirm papers and leave by phone: {names}"
        self.set_sub(
            f"{count(len(found.workers), 'worker', 'workers')} · papers that press come first · "
            f"{contract}",
            read_at=self._link.now(),
        )
        self._show_worker()

    def current(self) -> RosterWorker | None:
        """Return the selected worker."""
        return self.model.row_of(self.panel.view.current_id)

    def _show_worker(self) -> None:
        row = self.current()
        self.papers.refresh(row.papers if row else (), hold=False)
        self.days.refresh(row.absences if row else (), hold=False)
        self.no_days.setVisible(not (row and row.absences))
        self.days_view.setVisible(bool(row and row.absences))
        self.facts.show_facts(_facts(row) if row else ())
        self._show_buttons()

    @property
    def _is_agency(self) -> bool:
        return self._link.is_open and self._link.desk.caller.org_kind == "agency"

    def _show_buttons(self) -> None:
        row, allowed = self.current(), self._allowed("roster")
        own = allowed and self._is_agency  # a partner keeps its papers and its leave itself
        paper = self.papers.row_of(self.papers_view.current_id)
        some = bool(self._found and self._found.partners)
        self.add_button.setEnabled(allowed and (self._is_agency or some))
        contract = self._allowed("contract") and self._is_agency
        self.contract_button.setVisible(self._is_agency)
        self.starts_button.setVisible(self._is_agency)
        self.contract_button.setEnabled(contract)
        self.starts_button.setEnabled(contract and bool(self._found and self._found.contracts))
        self.edit_button.setEnabled(allowed and row is not None)
        for button in (self.add_paper_button, self.add_days_button):
            button.setEnabled(own and row is not None)
        self.paper_button.setEnabled(own and paper is not None)
        self.paper_back_button.setEnabled(own and paper is not None and bool(paper.paper_id))
        self.days_back_button.setEnabled(own and bool(self.days_view.current_id))

    def _allowed(self, action: str) -> bool:
        return self._link.is_open and may(self._link.desk.caller, action)

    # ------------------------------------------------------------ doing

    def add_worker(self) -> RosterDialog:
        """Ask for a new worker."""
        partners = self._found.partners if self._found and not self._is_agency else ()
        return self._changes.open(forms.worker_form(partners=partners))

    def edit_worker(self) -> RosterDialog | None:
        """Change the selected worker."""
        row = self.current()
        if row is None or not self._allowed("roster"):
            return None
        return self._changes.open(forms.worker_form(row.record), row_id=row.worker_id)

    def add_paper(self) -> RosterDialog | None:
        """Ask for a new paper of the selected worker."""
        row = self.current()
        return self._changes.open(forms.paper_form(row), fixed=_of(row)) if row else None

    def change_paper(self) -> RosterDialog | None:
        """Change the selected paper, or record one that is expected and absent."""
        row, paper = self.current(), self.papers.row_of(self.papers_view.current_id)
        if row is None or paper is None or not self._allowed("roster") or not self._is_agency:
            return None
        return self._changes.open(
            forms.paper_form(row, paper), row_id=paper.paper_id, fixed=_of(row)
        )

    def add_days(self) -> RosterDialog | None:
        """Ask for leave or other days of the selected worker."""
        row = self.current()
        today = london_day(self._link.desk.clock.now())
        return (
            self._changes.open(forms.days_form(row.name, first=today), fixed=_of(row))
            if row
            else None
        )

    def edit_contract(self) -> RosterDialog:
        """Change the newest contract, or ask for the first."""
        contract = self._found.contracts[0] if self._found and self._found.contracts else None
        today = london_day(self._link.desk.clock.now())
        return self._changes.open(
            forms.contract_form(contract, today=today),
            row_id=contract.contract_id if contract else "",
        )

    def open_starts(self) -> RosterDialog | None:
        """Open guaranteed starts of a week."""
        if self._found is None or not self._found.contracts:
            return None
        today = london_day(self._link.desk.clock.now())
        return self._changes.open(forms.starts_form(self._found.contracts[0], today=today))

    def take_paper_back(self) -> ConfirmDialog | None:
        """Take the selected paper back; it stays in the history."""
        row, paper = self.current(), self.papers.row_of(self.papers_view.current_id)
        if row is None or paper is None or not paper.paper_id:
            return None
        words = f"{paper.name} of {row.name}: {paper.words}. It is not deleted."
        return self._changes.ask_back("Take a paper back", words, "credential", paper.paper_id)

    def take_days_back(self) -> ConfirmDialog | None:
        """Take the selected days back."""
        row, days = self.current(), self.days.row_of(self.days_view.current_id)
        if row is None or days is None:
            return None
        words = f"{days.words} of {row.name}. They are not deleted."
        return self._changes.ask_back("Take days back", words, "availability", days.absence_id)

    def _done(self, words: str, select: str) -> None:
        self.request_toast.emit(words, None)
        self._wanted = select or self.panel.view.current_id
        self._load()


def _row(*buttons: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    for button in buttons:
        row.addWidget(button)
    row.addStretch(1)
    return row


def _of(row: RosterWorker) -> dict[str, str]:
    return {"worker_id": row.worker_id}


def _facts(row: RosterWorker) -> list[tuple[str, str, Tone]]:
    longest = f"{row.longest_block} days" if row.longest_block else "Not set"
    return [
        ("Worker", f"{row.name}, {row.lives_in}" if row.lives_in else row.name, Tone.PLAIN),
        ("Status", status_words(row), Tone.PLAIN if row.status == "active" else Tone.WARN),
        ("Now", row.now_words or "Not placed", Tone.PLAIN),
        ("Leave", row.away_words or "None ahead", Tone.WARN if row.away_now else Tone.PLAIN),
        ("Longest block", longest, Tone.PLAIN),
        ("Skills", ", ".join(row.skills) or "None recorded", Tone.PLAIN),
        ("Languages", ", ".join(row.languages) or "Not recorded", Tone.PLAIN),
    ]


_IN_DATE = PaperStanding.IN_DATE.value


def _standing(wanted: PaperStanding) -> Callable[[RosterWorker], bool]:
    return lambda row: any(paper.standing == wanted for paper in row.papers)


_KEEPS: dict[str, Callable[[RosterWorker], bool]] = {
    "expired": _standing(PaperStanding.EXPIRED),
    "ending": _standing(PaperStanding.ENDING),
    "unknown": _standing(PaperStanding.CANNOT_CONFIRM),
    "away": lambda row: row.away_now,
}
_CHIPS = (
    ("expired", "Expired"),
    ("ending", "Within 28 days"),
    ("unknown", "Cannot confirm"),
    ("away", "Away today"),
)
