"""The overview of one person: what to do now, the steps, the clocks, the need, the gate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from d2a_desktop.domain.commands import parse_command
from d2a_desktop.services.queries.rows import CaseView
from d2a_desktop.ui.boards.case_record.case_actions import CaseActions
from d2a_desktop.ui.boards.case_record.history import Happenings
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.dialogs.draft_keeper import DraftKeeper
from d2a_desktop.ui.formats.tones import Tone
from d2a_desktop.ui.formats.words import day_and_time
from d2a_desktop.ui.item_models.clock_cells import clock_facts
from d2a_desktop.ui.item_models.record_words import (
    care_facts,
    criteria_facts,
    gate_facts,
    home_facts,
    home_going_facts,
    unconfirmed_words,
)
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.inner_scroll import InnerScroll
from d2a_desktop.ui.widgets.labels import Button, Card, Facts, label
from d2a_desktop.ui.widgets.stepper import Stepper

if TYPE_CHECKING:
    from d2a_desktop.services.drafts import Draft

_RECENT = 12
_NOTE_LINE = "note: line"


class FactsCard(Card):
    """A card of label and value; hidden while it has nothing to say."""

    def __init__(self, theme: Theme, title: str, *, emphasis: str = "") -> None:
        super().__init__(theme, title, emphasis=emphasis)
        self.facts = Facts(theme)
        self.body.addWidget(self.facts)
        self._shown: Sequence[tuple[str, str] | tuple[str, str, Tone]] = ()
        theme.changed.connect(self._again)

    def show_facts(self, facts: Sequence[tuple[str, str] | tuple[str, str, Tone]]) -> None:
        """Show these facts; the same ones again change nothing."""
        if facts != self._shown:
            self._shown = facts
            self.facts.show_facts(facts)
        self.setVisible(bool(facts))

    def _again(self) -> None:
        self.facts.show_facts(self._shown)


class Overview(QWidget):
    """Cards at the left, what has happened and a note line at the right.

    Signals:
        next_asked: the person pressed the next action of the card on top.
        history_asked: all of the history is wanted.
    """

    next_asked = Signal()
    history_asked = Signal()

    def __init__(
        self,
        theme: Theme,
        deeds: CaseActions,
        tasks: Tasks,
        link: DeskLink,
        now: Callable[[], datetime],
    ) -> None:
        super().__init__()
        self._theme, self._deeds, self._tasks, self._link = theme, deeds, tasks, link
        self._now = now
        self.stepper = Stepper(theme)
        self.act = FactsCard(theme, "Act now", emphasis="amber")
        self.clocks = FactsCard(theme, "Clocks and criteria")
        self.gate = FactsCard(theme, "Departure gate")
        self.care = FactsCard(theme, "Care needed", emphasis="blue")
        self.home = FactsCard(theme, "Home and contacts")
        self.people = FactsCard(theme, "Who comes")
        self.going = FactsCard(theme, "Going home")
        self.restricted = self._restricted_card(theme)
        self.happenings = Happenings(theme)
        self.note = QLineEdit()
        self.note.setPlaceholderText("Write a note: who was called, what was agreed")
        self.note.setAccessibleName("Note")
        self.note.returnPressed.connect(self.add_note)
        self.note_state = label("", "small")
        self.keeper = DraftKeeper(tasks, link, _NOTE_LINE, self._typed, self)
        self.note.textEdited.connect(lambda _text: self.keeper.touch())
        self.keeper.saved.connect(self._tell_kept)
        self.keeper.found.connect(self._put_back)
        self._shown_case = ""
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        theme.keep(outer.setSpacing, 12)
        steps = Card(theme)
        steps.body.addWidget(self.stepper)
        outer.addWidget(steps)
        columns = QHBoxLayout()
        theme.keep(columns.setSpacing, 14)
        columns.addWidget(InnerScroll(self._left(theme), name="Now"), 1)
        columns.addWidget(self._right(theme), 1)
        outer.addLayout(columns, 1)

    def show_case(self, view: CaseView, *, next_words: str) -> None:
        """Show a case; `next_words` are those of the next action that may be taken here."""
        if view.case_id != self._shown_case:
            self.keeper.look(view.case_id)
            self.note.clear()  # what was typed is kept for the person it is about
            self.note_state.clear()
            self._shown_case = view.case_id
        self.stepper.set_stage(view.stage)
        blocked = [item.label for item in view.gate if item.state != "ok"]
        act: list[tuple[str, str] | tuple[str, str, Tone]] = [("Next", view.next_action)]
        if view.missing and view.stage in ("inpatient", "nctr", "referred"):
            done = f"{view.completeness_done} of {view.completeness_total} items are there"
            act.append(("Referral", done))
        if blocked and view.stage in ("accepted", "allocated", "discharge_planned"):
            act.append(("Gate", f"{len(blocked)} open: {', '.join(blocked)}"))
        for barrier in view.barriers:
            if barrier.resolved_at is None:
                who = f" · {barrier.owner}" if barrier.owner else ""
                act.append(("Barrier", f"{barrier.reason}{who}", Tone.WARN))
        if view.pending:
            act.append(("Not confirmed", unconfirmed_words(view), Tone.WARN))
        act += [("Task", t.title) for t in view.tasks if t.status == "open" and t.urgent]
        self.act.show_facts(tuple(act))
        self.next.set_words(next_words or "Nothing to do at this desk")
        self.next.setVisible(bool(next_words))
        agency = self._link.desk.caller.org_kind == "agency"
        criteria = criteria_facts(view, for_agency=agency)
        self.clocks.show_facts((*self._clock_facts(view), *criteria))
        self.gate.show_facts(gate_facts(view.gate))
        self.care.show_facts(care_facts(view))
        self.home.show_facts(home_facts(view))
        self.people.show_facts(view.arrivals)
        self.going.show_facts(home_going_facts(view))
        self._show_restricted(view)
        shared = bool(self._link.desk.settings.server_url)
        self.happenings.show_entries(view.timeline[:_RECENT], shared=shared)
        self.more.setVisible(len(view.timeline) > _RECENT)
        self._may_note("note" in view.actions)

    def add_note(self) -> None:
        """Add what is typed as a note."""
        typed, view, desk = self.note.text(), self._deeds.view, self._link.desk
        if not typed.strip() or view is None:
            return
        case_ref, case_id = view.case_ref, view.case_id
        command = parse_command("note", {"text": typed.strip()})

        def work() -> object:
            result = desk.actions.do(desk.caller, case_ref, "note", command)
            desk.drafts.discard(desk.caller, case_id, _NOTE_LINE)
            return result

        self.keeper.flush()
        self.note.clear()
        self.note_state.clear()
        failed = partial(self._give_back, case_id, typed)
        self._deeds.run_work(work, "Note added", failed=failed)

    def _give_back(self, case_id: str, typed: str, problem: Exception) -> None:
        """Put a note that was not taken back into its line; its draft is kept besides."""
        if self._shown_case == case_id and not self.note.text():
            self.note.setText(typed)
            self.keeper.touch()
        self._deeds.refused.emit(problem)

    def _tell_kept(self, words: str) -> None:
        if self.note.text():  # and not of a note that was added meanwhile
            self.note_state.setText(words)

    def reveal(self) -> None:
        """Show the restricted notes; the reveal is recorded with them."""
        view, desk = self._deeds.view, self._link.desk
        if view is None:
            return
        case_id = view.case_id
        self._tasks.run_command(
            lambda: desk.access.restricted(desk.caller, case_id),
            lambda notes: self._revealed(case_id, notes),
            failed=self._deeds.refused.emit,
            owner=self,
        )

    def forget(self) -> None:
        """Show nothing of anybody; a note begun is kept for its person."""
        self.keeper.flush()
        self.note.clear()
        self.note_state.clear()
        self._shown_case = ""
        self.hide_restricted()

    def hide_restricted(self) -> None:
        """Cover the restricted notes again."""
        self._secret.setText("")
        self._secret.hide()
        self.reveal_button.show()

    # ------------------------------------------------------------ inside

    def _typed(self) -> dict[str, str]:
        text = self.note.text()
        return {"text": text} if text.strip() else {}

    def _put_back(self, draft: Draft) -> None:
        if not self.note.text():
            self.note.setText(str(draft.values.get("text", "")))
            self.note_state.setText(f"Draft of {day_and_time(draft.saved_at, self._now())}")

    def _left(self, theme: Theme) -> QWidget:
        left = QWidget()
        left.setObjectName("clear")
        column = QVBoxLayout(left)
        theme.keep(column.setContentsMargins, 0, 0, 4, 0)
        theme.keep(column.setSpacing, 12)
        self.next = Button(theme, " ", kind="accent", clicked=self.next_asked.emit)
        self.act.body.addWidget(self.next)
        cards = (self.act, self.clocks, self.gate, self.going, self.people, self.care, self.home)
        for card in (*cards, self.restricted):
            column.addWidget(card)
        column.addStretch(1)
        return left

    def _right(self, theme: Theme) -> QWidget:
        card = Card(theme, "What has happened")
        card.body.addWidget(InnerScroll(self.happenings, name="What has happened"), 1)
        self.more = Button(theme, "All of the history", kind="link")
        self.more.clicked.connect(lambda *_: self.history_asked.emit())
        card.body.addWidget(self.more)
        row = QHBoxLayout()
        theme.keep(row.setSpacing, 8)
        self.add = Button(theme, "Add note", kind="accent", clicked=self.add_note)
        row.addWidget(self.note, 1)
        row.addWidget(self.add)
        card.body.addLayout(row)
        card.body.addWidget(self.note_state)
        return card

    def _restricted_card(self, theme: Theme) -> Card:
        card = Card(theme, "Restricted notes")
        self._count = label("", "quiet", wrap=True)
        self._secret = label("", wrap=True)
        self._secret.hide()
        self.reveal_button = Button(theme, "Show (recorded)", icon="eye", clicked=self.reveal)
        for each in (self._count, self._secret, self.reveal_button):
            card.body.addWidget(each)
        return card

    def _clock_facts(self, view: CaseView) -> tuple[tuple[str, str] | tuple[str, str, Tone], ...]:
        return clock_facts(
            view.clock,
            now=self._now(),
            nctr_since=view.nctr_since,
            provisional_due=view.provisional_due,
        )

    def _may_note(self, allowed: bool) -> None:
        self.note.setEnabled(allowed)
        self.add.setEnabled(allowed)

    def _show_restricted(self, view: CaseView) -> None:
        notes = "note" if view.restricted_count == 1 else "notes"
        self._count.setText(f"{view.restricted_count} {notes}. Who looks and when is recorded.")
        self.restricted.setVisible(view.restricted_count > 0)

    def _revealed(self, case_id: str, notes: Sequence[tuple[str, str]]) -> None:
        if self._deeds.view is None or self._deeds.view.case_id != case_id:
            return
        lines = [f"{kind.replace('_', ' ').capitalize()}: {text}" for kind, text in notes]
        self._secret.setText("\n".join(lines))
        self._secret.show()
        self.reveal_button.hide()
