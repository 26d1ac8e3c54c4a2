"""The board round: the whole ward's criteria to reside, one person after another, by keyboard."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from d2a_desktop.core.errors import KnownError
from d2a_desktop.domain.code_lists import criteria
from d2a_desktop.domain.codes import DeciderRole, PackKind
from d2a_desktop.domain.commands import ReviewCriteria
from d2a_desktop.services.queries.rows import CaseView
from d2a_desktop.services.results import ActionResult
from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.dialogs.action_dialog import ActionDialog, DialogPlace
from d2a_desktop.ui.dialogs.case_forms import form_for
from d2a_desktop.ui.dialogs.draft_keeper import DraftKeeper
from d2a_desktop.ui.dialogs.form_fields import FormFields
from d2a_desktop.ui.dialogs.form_kit import Asked
from d2a_desktop.ui.dialogs.sheet_dialog import SheetDialog
from d2a_desktop.ui.dialogs.ward_forms import last_decider
from d2a_desktop.ui.formats.words import count, day_and_time
from d2a_desktop.ui.item_models.case_banner import banner_facts
from d2a_desktop.ui.item_models.record_words import criteria_facts, standing_facts
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.editors import TICK_KEYS, FieldSpec, Kind
from d2a_desktop.ui.widgets.empty_state import EmptyState, EmptyWords, reading
from d2a_desktop.ui.widgets.form_parts import ErrorSummary
from d2a_desktop.ui.widgets.inner_scroll import InnerScroll
from d2a_desktop.ui.widgets.labels import Button, Card, Facts, label
from d2a_desktop.ui.widgets.page import Page
from d2a_desktop.ui.widgets.patient_banner import PatientBanner
from d2a_desktop.ui.widgets.side_by_side import TurningRow
from d2a_desktop.ui.widgets.tick_box import TickBox

if TYPE_CHECKING:
    from d2a_desktop.services.drafts import Draft

# What is noted on a round beside the criteria; the keys are D, T and N.
_DEEDS = {"barrier": "Delay (D)", "task": "Task (T)", "note": "Note (N)"}
_BACK_TO_THE_PERSON = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)
_HINTS = (
    "0 none apply",
    "1 to 9, A, B tick a criterion",
    "Enter record and next",
    "D delay",
    "T task",
    "N note",
    "→ skip",
    "← back",
    "Esc end the round",
)


@dataclass(frozen=True)
class Reviewed:
    """What the round did so far: recorded, skipped, refused with the reason."""

    recorded: int
    skipped: int
    refused: tuple[str, ...]


class BoardRoundPage(Page):
    """One person at a time under the banner; each answer is saved while the next one comes.

    Signals:
        ended: the Reviewed of the round, when its last person is done or it was left.
    """

    ended = Signal(object)
    hints = _HINTS

    def __init__(self, theme: Theme, actions: Actions, tasks: Tasks, link: DeskLink) -> None:
        super().__init__(theme, "Board round")
        self._tasks, self._link = tasks, link
        self._queue: list[str] = []
        self._views: dict[str, CaseView] = {}
        self._views_at: dict[str, datetime] = {}
        self._place = 0
        self._recorded: set[str] = set()
        self._skipped: set[str] = set()
        self._refused: dict[str, str] = {}
        self._began: datetime | None = None
        self._looked = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.first_focus = self
        self.banner = PatientBanner(theme)
        self.decider = FormFields(theme, _DECIDER)
        self.decider.put({"decided_role": DeciderRole.CONSULTANT.value})
        self.summary = ErrorSummary(theme)
        self.ticks = {
            each.code: TickBox(theme, f"{key}   {each.label}")
            for key, each in zip(TICK_KEYS, criteria(), strict=True)
        }
        self.keeper = DraftKeeper(tasks, link, "board round", self._ticked, self)
        self.keeper.found.connect(self._put_back)
        for box in self.ticks.values():
            box.clicked.connect(lambda *_: self.keeper.touch())
        self._lay_out(theme)
        clock = QTimer(self)
        clock.timeout.connect(self._show_line)
        clock.start(1000)
        link.closed.connect(self._clear)
        actions.attach(self, {"leave_record": self.end})
        self._clear()

    # ------------------------------------------------------------ for the window and tests

    def begin(self, case_ids: Sequence[str]) -> None:
        """Go round these people, in this order."""
        self._queue = list(case_ids)
        self._views.clear()
        self._place = 0
        self._recorded, self._skipped, self._refused = set(), set(), {}
        self._began = self._link.desk.clock.now() if self._link.is_open else None
        self._bring()

    @property
    def view(self) -> CaseView | None:
        """The person in front, once their record is read."""
        if self._place >= len(self._queue):
            return None
        return self._views.get(self._queue[self._place])

    @property
    def reviewed(self) -> Reviewed:
        """What was done so far."""
        return Reviewed(len(self._recorded), len(self._skipped), tuple(self._refused.values()))

    def none_apply(self) -> None:
        """Record that no criterion applies, and go on."""
        self._untick()
        self._answer(())

    def toggle(self, code: str) -> None:
        """Tick a criterion, or take the tick away."""
        self.ticks[code].setChecked(not self.ticks[code].isChecked())
        self.keeper.touch()

    def record(self) -> None:
        """Record what is ticked for the person in front, and go on to the next.

        Nothing ticked records nothing: that none applies starts a period, so it has its own key.
        """
        applies = tuple(code for code, box in self.ticks.items() if box.isChecked())
        if applies:
            self._answer(applies)
        else:
            self.summary.show_words(["Nothing is ticked: press 0 if none applies, → to skip."])

    def _answer(self, applies: tuple[str, ...]) -> None:
        view = self.view
        if view is None:
            return
        said = self.decider.read()
        if said is None:
            self.summary.show_fields(self.decider.fields)
            self.decider.focus_first()
            return
        self.summary.hide()
        command = ReviewCriteria(
            decided_by=str(said["decided_by"]),
            decided_role=str(said["decided_role"]),
            applies=applies,
        )
        self._save(view, command)
        self.keeper.discard()
        self._go(1)

    def skip(self) -> None:
        """Leave the person in front as they are, and go on."""
        if self.view is not None:
            self._skipped.add(self._queue[self._place])
            self._go(1)

    def go_back(self) -> None:
        """Go back to the person before."""
        if self._place > 0:
            self._go(-1)

    def end(self) -> None:
        """End the round here and go back to the board."""
        self.keeper.flush()
        self.ended.emit(self.reviewed)
        self.request_page.emit("ward_board")

    def open_form(self, action: str) -> ActionDialog | None:
        """Open a delay, a task or a note about the person in front; the round waits for it."""
        view = self.view
        if view is None or action not in view.actions:
            return None
        desk = self._link.desk
        now = desk.clock.now()
        place = DialogPlace(
            theme=self.theme,
            tasks=self._tasks,
            link=self._link,
            case_ref=view.case_ref,
            scope_id=view.case_id,
            person=banner_facts(view, now=now),
        )
        form = form_for(action, Asked(view, desk.caller, now))
        dialog = ActionDialog(place, form, parent=self)
        dialog.done_with.connect(lambda words, _result: self._recorded_beside(view, words))
        dialog.finished.connect(lambda _: self.setFocus())
        dialog.open()
        return dialog

    def _recorded_beside(self, view: CaseView, words: str) -> None:
        self.request_toast.emit(words, None)
        self._read(view.case_id)

    def print_sheet(self) -> None:
        """Choose how much the ward's sheet says of people, and print it to write on."""
        if self._link.is_open:
            SheetDialog(
                self.theme, self._tasks, self._link, kind=PackKind.BOARD, parent=self
            ).open()

    # ------------------------------------------------------------ building

    def print_page(self) -> bool:
        """Print this page's sheet, where this person may."""
        self.print_button.click()
        return True

    def _lay_out(self, theme: Theme) -> None:
        self.leave = Button(theme, "End the round", clicked=self.end)
        self.print_button = Button(
            theme, "Print to write on…", icon="pack", clicked=self.print_sheet
        )
        self.head_actions.addWidget(self.print_button)
        self.head_actions.addWidget(self.leave)
        self.body.addWidget(self.banner)
        self.body.addWidget(self.summary)
        columns = TurningRow(theme)
        columns.addWidget(self._criteria_card(theme), 3, Qt.AlignmentFlag.AlignTop)
        columns.addLayout(self._aside(theme), 2)
        middle = QWidget()
        middle.setObjectName("clear")
        outer = QVBoxLayout(middle)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addLayout(columns)
        outer.addStretch(1)
        self.empty = EmptyState(theme, reading(), act=self.end)
        self._area = InnerScroll(middle, stop=False)
        self.body.addWidget(self._area, 1)
        self.body.addWidget(self.empty, 1)

    def _criteria_card(self, theme: Theme) -> Card:
        card = Card(theme, "Criteria to reside that apply today")
        for code, box in self.ticks.items():
            box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            box.setToolTip(next(each.text for each in criteria() if each.code == code))
            card.body.addWidget(box)
        row = QHBoxLayout()
        self.none = Button(theme, "None apply (0)", kind="primary", clicked=self.none_apply)
        self.next = Button(theme, "Record ticked (Enter)", kind="accent", clicked=self.record)
        self.back = Button(theme, "Back", icon="chevron-left", clicked=self.go_back)
        self.over = Button(theme, "Skip", icon="chevron-right", clicked=self.skip)
        for button in (self.none, self.next):
            row.addWidget(button)
        row.addStretch(1)
        for button in (self.back, self.over):
            row.addWidget(button)
        card.body.addLayout(row)
        return card

    def _aside(self, theme: Theme) -> QVBoxLayout:
        column = QVBoxLayout()
        theme.keep(column.setSpacing, 12)
        decided = Card(theme, "Decided by, for everyone until changed")
        decided.body.addWidget(self.decider)
        self._stands = Facts(theme)
        stands = Card(theme, "Where they stand")
        stands.body.addWidget(self._stands)
        deeds = QHBoxLayout()
        self.deeds = {
            action: Button(theme, words, clicked=partial(self.open_form, action))
            for action, words in _DEEDS.items()
        }
        for button in self.deeds.values():
            deeds.addWidget(button)
        deeds.addStretch(1)
        stands.body.addLayout(deeds)
        self._problems = label("", "error", wrap=True)
        for part in (decided, stands):
            column.addWidget(part)
        column.addWidget(self._problems)
        column.addStretch(1)
        return column

    # ------------------------------------------------------------ keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        focused: QWidget | None = self.focusWidget()
        if focused is not None and self.decider.isAncestorOf(focused):
            if event.key() in _BACK_TO_THE_PERSON:  # it records nothing
                self.setFocus()
            else:  # e.g. Shift, which begins a capital letter
                super().keyPressEvent(event)
            return
        if self.empty.isVisible() and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.end()  # nobody is left: Enter goes where the one button leads
            return
        text = event.text().upper()
        codes = dict(zip(TICK_KEYS, self.ticks, strict=True))
        deeds: dict[int, Callable[[], object]] = {
            Qt.Key.Key_0: self.none_apply,
            Qt.Key.Key_Return: self.record,
            Qt.Key.Key_Enter: self.record,
            Qt.Key.Key_Right: self.skip,
            Qt.Key.Key_Left: self.go_back,
            Qt.Key.Key_Escape: self.end,
            Qt.Key.Key_D: partial(self.open_form, "barrier"),
            Qt.Key.Key_T: partial(self.open_form, "task"),
            Qt.Key.Key_N: partial(self.open_form, "note"),
        }
        if text in codes and text:
            self.toggle(codes[text])
        elif event.key() in deeds:
            deeds[event.key()]()
        else:
            super().keyPressEvent(event)

    # ------------------------------------------------------------ inside

    def _ticked(self) -> dict[str, list[str]]:
        return {"ticked": [code for code, box in self.ticks.items() if box.isChecked()]}

    def _put_back(self, draft: Draft) -> None:
        """Tick again what was ticked and not recorded; nothing is recorded by it."""
        for code, box in self.ticks.items():
            box.setChecked(code in draft.values.get("ticked", ()))
        when = day_and_time(draft.saved_at, self._link.now())
        self.summary.show_words([f"Ticked {when} and not recorded yet: look, then press Enter."])

    def _go(self, step: int) -> None:
        self.keeper.flush()
        self._looked = ""
        self._place += step
        self.summary.hide()
        self._untick()
        self._bring()
        if self._place >= len(self._queue):
            self.ended.emit(self.reviewed)

    def _bring(self) -> None:
        """Show the person in front and read the next one ahead."""
        for place in (self._place, self._place + 1):
            if place < len(self._queue) and self._queue[place] not in self._views:
                self._read(self._queue[place])
        self._show()

    def _read(self, case_id: str) -> None:
        desk = self._link.desk
        self._tasks.run_query(
            lambda: desk.queries.case(desk.caller, case_id),
            partial(self._came, case_id),
            failed=partial(self._failed, case_id),
            owner=self,
        )

    def _came(self, case_id: str, view: CaseView) -> None:
        self._views[case_id] = view
        self._views_at[case_id] = self._link.now()
        if self._place < len(self._queue) and self._queue[self._place] == case_id:
            self._show()

    def _show(self) -> None:
        view = self.view
        over = self._place >= len(self._queue)
        if over and self._area.isVisible():
            self.setFocus()  # what had it goes out of sight
        self.empty.setVisible(over)
        self._area.setVisible(not over)
        self.banner.setVisible(view is not None)
        self._show_line()
        if over:
            self.empty.show_words(self._over_words())
        for button in (self.none, self.next, self.over, *self.deeds.values()):
            button.setEnabled(view is not None)
        self.back.setEnabled(self._place > 0)
        if view is None:
            return
        self.banner.show_person(banner_facts(view, now=self._link.desk.clock.now()))
        first = view.case_id != self._looked  # what was ticked since stays ticked
        if first:
            self._looked = view.case_id
            self.keeper.look(view.case_id)
        self._stands.show_facts((*standing_facts(view), *criteria_facts(view)))
        if first:
            for code in view.criteria_applies:
                if code in self.ticks:
                    self.ticks[code].setChecked(True)
        name, role = last_decider(view)
        if not self.decider.editor("decided_by").read() and name:
            self.decider.put({"decided_by": name} | ({"decided_role": role} if role else {}))

    def _over_words(self) -> EmptyWords:
        """Return why nobody is in front: the round is done, has nobody, or has not begun."""
        if self._began is None:
            return reading()
        done = self.reviewed
        words = f"{count(done.recorded, 'person', 'people')} reviewed, {done.skipped} skipped."
        title = "The round is done" if self._queue else "No one to review"
        return EmptyWords(title, words if self._queue else "", "Back to the board", icon="task")

    def _show_line(self) -> None:
        if not self._queue or self._began is None or not self._link.is_open:
            self.set_sub("")
            return
        spent = int((self._link.desk.clock.now() - self._began).total_seconds())
        place = min(self._place + 1, len(self._queue))
        words = f"{place} of {len(self._queue)} · {spent // 60}:{spent % 60:02d}"
        words += f" · {len(self._recorded)} recorded, {len(self._skipped)} skipped"
        here = self._queue[self._place] if self._place < len(self._queue) else ""
        self.set_sub(words, read_at=self._views_at.get(here))

    def _save(self, view: CaseView, command: ReviewCriteria) -> None:
        desk = self._link.desk
        self._recorded.add(view.case_id)
        self._skipped.discard(view.case_id)
        self._tasks.run_command(
            lambda: desk.actions.do(desk.caller, view.case_ref, "review", command),
            partial(self._saved, view.case_id),
            failed=partial(self._failed, view.case_id),
            owner=self,
        )

    def _saved(self, case_id: str, _result: ActionResult) -> None:
        self._refused.pop(case_id, None)
        self._views.pop(case_id, None)  # read anew if one goes back
        self._show_problems()

    def _failed(self, case_id: str, problem: Exception) -> None:
        """Keep what was not recorded in sight, with its bed and never in silence."""
        if not isinstance(problem, KnownError):
            self._tasks.failed.emit(problem)
        self._recorded.discard(case_id)
        view = self._views.get(case_id)
        bed = view.banner.bed if view is not None else "A person"
        self._refused[case_id] = f"{bed} is not recorded: {problem}"
        self._show_problems()
        self._show_line()

    def _show_problems(self) -> None:
        self._problems.setText("\n".join(self._refused.values()))

    def _untick(self) -> None:
        for box in self.ticks.values():
            box.setChecked(False)

    def _clear(self) -> None:
        """Show no one."""
        self._queue, self._place, self._began = [], 0, None
        self._views.clear()
        self.banner.clear()
        self._untick()
        self._show()


_DECIDER = (
    FieldSpec(key="decided_by", words="Decided by", required=True),
    FieldSpec(
        key="decided_role",
        words="Their role",
        kind=Kind.CODE,
        options=tuple((each.value, each.label) for each in DeciderRole),
        required=True,
    ),
)
