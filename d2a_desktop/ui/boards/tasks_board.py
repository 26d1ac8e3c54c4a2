"""Tasks of all kinds: whose, due when, the most overdue first; done by A and its outcome."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from d2a_desktop.domain.changes import ChangeSet
from d2a_desktop.domain.codes import OwnerKind
from d2a_desktop.domain.commands import ChangeTask
from d2a_desktop.domain.display import (
    display_date,
    display_family_name,
    display_given_name,
    display_nhs_number,
)
from d2a_desktop.domain.permissions import may
from d2a_desktop.domain.tasks import task_kinds
from d2a_desktop.ui.actions import Actions, hints
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.dialogs.action_dialog import ActionDialog, ActionForm, DialogPlace
from d2a_desktop.ui.dialogs.form_kit import codes
from d2a_desktop.ui.dialogs.outcome_dialog import OutcomeDialog
from d2a_desktop.ui.dialogs.undoing import Undoing
from d2a_desktop.ui.formats.words import count
from d2a_desktop.ui.item_models.tasks_model import work_model
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.editors import FieldSpec, Kind, QuietCombo
from d2a_desktop.ui.widgets.empty_state import EmptyWords
from d2a_desktop.ui.widgets.filter_chips import Chip, FilterChips
from d2a_desktop.ui.widgets.labels import Button
from d2a_desktop.ui.widgets.list_panel import ListPanel
from d2a_desktop.ui.widgets.page import Page

if TYPE_CHECKING:
    from d2a_desktop.services.queries.task_list import TaskList, WorkRow
    from d2a_desktop.services.results import ActionResult

_KINDS = frozenset(
    {
        *("task", "spell", "patient", "departure", "event", "arrival_card", "nctr_period"),
        *("referral", "pathway_decision", "offer", "consent"),
    }
)
_EMPTY = EmptyWords(
    "Nothing to chase",
    "Tasks of the people on this desk are listed here, and what the rules prompt for.",
    icon="task",
)
_SCOPES = (("ours", "Ours"), ("mine", "Mine"), ("all", "All"))
_ALL_WARDS = "All wards"


class TasksBoardPage(Page):
    """One list; A asks for the outcome, O for an owner, Enter opens the record."""

    hints = hints("move", "open", "action_done", "set_owner", "filter", "keys")

    def __init__(self, theme: Theme, actions: Actions, tasks: Tasks, link: DeskLink) -> None:
        super().__init__(theme, "Tasks")
        self._tasks = tasks
        self._link = link
        self._scope, self._view, self._ward = "ours", "todo", ""
        self._own_action = False
        self._found_at: datetime | None = None
        self.undoing = Undoing(tasks, link, self)
        self.undoing.said.connect(self.request_toast)
        self.undoing.refused.connect(tasks.failed)
        self.model = work_model(self._now)
        self.panel = ListPanel(
            theme,
            actions,
            self.model,
            name="Tasks",
            empty=_EMPTY,
            keys={"action_done": self.ask_outcome, "set_owner": self.set_owner},
        )
        self.scopes = FilterChips(theme, name="Whose tasks")
        self.scopes.show_chips([Chip(key, words) for key, words in _SCOPES])
        self.scopes.chosen.connect(self._set_scope)
        self.wards = QuietCombo(theme)
        self.wards.setAccessibleName("Ward")
        self.wards.addItem(_ALL_WARDS, "")
        self.wards.activated.connect(lambda _row: self._set_ward())
        self.done_button = Button(
            theme, "Done with outcome", kind="primary", icon="check", clicked=self.ask_outcome
        )
        self.owner_button = Button(theme, "Owner…", clicked=self.set_owner)
        for each in (self.scopes, self.wards, self.owner_button, self.done_button):
            self.head_actions.addWidget(each)
        self.body.addWidget(self.panel, 1)
        self.first_focus = self.panel.view
        self.panel.opened.connect(self._open)
        self.panel.current_changed.connect(lambda _row_id: self._show_buttons())
        self.panel.chip_chosen.connect(self._set_view)
        link.opened.connect(self._load)
        tasks.changed.connect(self._changed)
        self._show_buttons()
        if link.is_open:
            self._load()

    def showing(self) -> None:
        self._load()

    def _now(self) -> datetime:
        return self._link.now()

    # ------------------------------------------------------------ loading

    def _changed(self, changes: ChangeSet) -> None:
        if changes.kinds & _KINDS:
            self._load()

    def _load(self) -> None:
        if self._link.is_open:
            desk = self._link.desk
            self._tasks.run_query(
                lambda: desk.queries.tasks(desk.caller), self._show, owner=self, key="tasks"
            )

    def _show(self, found: TaskList) -> None:
        self._found_at = self._now()
        self._show_wards(found.wards)
        # Asked before the first rows come: they bring the focus with them, and nobody works there.
        hold = self.panel.view.in_use and not self._own_action
        self.panel.refresh(found.rows, now=self._own_action)
        self._arrange(hold=hold)
        self._own_action = False

    def _show_wards(self, wards: tuple[str, ...]) -> None:
        offered = [str(self.wards.itemData(n)) for n in range(1, self.wards.count())]
        if offered != list(wards):
            self.wards.clear()
            self.wards.addItem(_ALL_WARDS, "")
            for ward in wards:
                self.wards.addItem(ward, ward)
            self.wards.setCurrentIndex(max(0, self.wards.findData(self._ward)))
            self._ward = str(self.wards.currentData())
        self.wards.setVisible(bool(wards))

    def _arrange(self, *, hold: bool = False) -> None:
        """Show the rows of the scope, the ward and the view that are chosen, with their counts."""
        self.model.set_predicate(partial(self._is_counted, self._view), hold=hold)
        counted = {key: self.model.count(partial(self._is_counted, key)) for key in _VIEWS}
        self.panel.show_chips([Chip(key, words, counted[key]) for key, words in _VIEW_WORDS])
        self.panel.choose_first()
        self.badge_changed.emit(counted["overdue"])
        self.set_sub(
            f"{count(counted['todo'], 'task', 'tasks')} to do, {counted['overdue']} overdue · "
            "overdue first",
            read_at=self._found_at,
        )
        self._show_buttons()

    def _is_counted(self, view: str, row: WorkRow) -> bool:
        return self._in_scope(row) and _VIEWS[view](row)

    def _in_scope(self, row: WorkRow) -> bool:
        if self._ward and row.ward != self._ward:
            return False
        return self._scope == "all" or (row.mine if self._scope == "mine" else row.ours or row.mine)

    def _set_scope(self, key: str) -> None:
        self._scope = key
        self._arrange()

    def _set_view(self, key: str) -> None:
        self._view = key
        self._arrange()

    def _set_ward(self) -> None:
        self._ward = str(self.wards.currentData())
        self._arrange()

    def current(self) -> WorkRow | None:
        """Return the selected row, where it is shown."""
        row_id = self.panel.view.current_id
        return self.model.row_of(row_id) if row_id else None

    def _show_buttons(self) -> None:
        row = self.current()
        self.done_button.setEnabled(self._may_finish(row))
        self.owner_button.setEnabled(self._may_change(row))

    def _may_finish(self, row: WorkRow | None) -> bool:
        return self._allowed() and row is not None and row.state in ("open", "prompted")

    def _may_change(self, row: WorkRow | None) -> bool:
        return self._may_finish(row)

    def _allowed(self) -> bool:
        return self._link.is_open and may(self._link.desk.caller, "task")

    # ------------------------------------------------------------ doing

    def _open(self, row_id: str) -> None:
        row = self.model.row_of(row_id)
        if row is not None:
            self.request_open_case.emit(row.case_id)

    def ask_outcome(self) -> None:
        """Offer the outcomes of the selected task, each by its number."""
        row = self.current()
        if row is None or not self._may_finish(row):
            if row is not None and row.state == "alarm":
                self.request_toast.emit("An alarm ends when the arrival is recorded.", None)
            return
        dialog = OutcomeDialog(
            self.theme,
            title=row.title,
            about=_person(row),
            outcomes=row.outcomes or (("done", "Done"),),
            parent=self,
        )
        dialog.chosen.connect(partial(self.finish, row))
        dialog.open()

    def finish(self, row: WorkRow, code: str, words: str) -> None:
        """Record the outcome; what was only prompted is opened and finished together."""
        desk = self._link.desk

        def work() -> ActionResult:
            task_id = row.task_id
            if not task_id:
                opened = desk.actions.do(
                    desk.caller, row.case_ref, "task", ChangeTask(kind=row.kind, due_at=row.due_at)
                )
                task_id = opened.details["task"]
            return desk.actions.do(
                desk.caller, row.case_ref, "task", ChangeTask(done=task_id, outcome_code=code)
            )

        self._tasks.run_command(
            work, lambda result: self._done(f"{row.title}: {words}.", result), owner=self
        )

    def set_owner(self) -> ActionDialog | None:
        """Ask who chases the selected task; what is only prompted is opened with that owner."""
        row = self.current()
        if row is None or not self._may_change(row):
            return None
        place = DialogPlace(
            theme=self.theme,
            tasks=self._tasks,
            link=self._link,
            case_ref=row.case_ref,
            about=row.case_id,
            scope_id=row.case_id,
        )
        dialog = ActionDialog(place, _owner_form(row, self._link.desk.caller.name), parent=self)
        dialog.done_with.connect(self._done)
        dialog.open()
        return dialog

    def _done(self, words: str, result: object) -> None:
        self.request_toast.emit(words, self.undoing.of(words, result))
        self._own_action = True
        self._load()


def _person(row: WorkRow) -> str:
    family, given = display_family_name(row.family_name), display_given_name(row.given_name or "")
    number = display_nhs_number(row.nhs_number, verified=row.nhs_number_verified)
    name = ", ".join(part for part in (family, given) if part)
    born = display_date(row.birth_date)
    return f"{name} · Born {born} · NHS No. {number} · {row.place}"


def _owner_form(row: WorkRow, caller: str) -> ActionForm:
    """Return the form of a task's owner and due time."""
    kind = task_kinds().get(row.kind)
    if row.task_id:
        fixed: dict[str, object] = {"change": row.task_id}
    else:
        fixed = {"kind": row.kind, "owner_kind": kind.owner.value if kind else "ward"}
    return ActionForm(
        action="task",
        title="Who chases it",
        button="Save",
        done="Owner set",
        facts=(f"{row.title}. A blank name: whoever its kind belongs to chases it.",),
        fields=(
            FieldSpec(key="owner_name", words="Name"),
            FieldSpec(key="owner_kind", words="Whose", kind=Kind.CODE, options=codes(OwnerKind)),
            FieldSpec(key="due_at", words="Due", kind=Kind.MOMENT),
            FieldSpec(key="note", words="Note", kind=Kind.LONG),
        ),
        defaults={"owner_name": row.owner_name or caller, "due_at": row.due_at},
        document=lambda values: {"owner_name": ""} | fixed | values,
        draft=f"task: owner {row.row_id}",
    )


_VIEWS: dict[str, Callable[[WorkRow], bool]] = {
    "todo": lambda row: row.state in ("open", "alarm"),
    "overdue": lambda row: row.overdue and row.state in ("open", "alarm"),
    "prompted": lambda row: row.state == "prompted",
    "done": lambda row: row.state == "done",
}
_VIEW_WORDS = (
    ("todo", "To do"),
    ("overdue", "Overdue"),
    ("prompted", "Prompted by the rules"),
    ("done", "Done today"),
)
