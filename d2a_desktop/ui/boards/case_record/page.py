"""The page of one person: the banner fixed on top, the actions, and the parts below."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import cast

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QButtonGroup, QMenu, QStackedWidget

from d2a_desktop.core.errors import KnownError, RefusedError
from d2a_desktop.domain.audit_actions import AuditAction
from d2a_desktop.domain.changes import ChangeSet
from d2a_desktop.services.queries.rows import CaseView
from d2a_desktop.ui.actions import RECORD_HINTS, Actions
from d2a_desktop.ui.boards.case_record.audit_part import AuditPart
from d2a_desktop.ui.boards.case_record.care_parts import (
    FollowUpPart,
    OffersPart,
    PacksPart,
    VisitsPart,
)
from d2a_desktop.ui.boards.case_record.case_actions import (
    ACTION_WORDS,
    CaseActions,
    action_words,
    can_open,
    next_of,
)
from d2a_desktop.ui.boards.case_record.history import HistoryPart
from d2a_desktop.ui.boards.case_record.overview import Overview
from d2a_desktop.ui.boards.case_record.referral_form import ReferralForm
from d2a_desktop.ui.clipboard import COPIED_WORDS
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.dialogs.action_dialog import ActionDialog
from d2a_desktop.ui.dialogs.undoing import Undoing
from d2a_desktop.ui.errors import words_for
from d2a_desktop.ui.formats.words import UNCONFIRMED
from d2a_desktop.ui.item_models.case_banner import banner_facts
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.board_view import BoardView
from d2a_desktop.ui.widgets.flow_layout import FlowLayout
from d2a_desktop.ui.widgets.inner_scroll import InnerScroll
from d2a_desktop.ui.widgets.labels import Button
from d2a_desktop.ui.widgets.notice_bar import NoticeBar
from d2a_desktop.ui.widgets.page import Page
from d2a_desktop.ui.widgets.patient_banner import PatientBanner

PARTS = (
    ("overview", "Overview"),
    ("referral", "Referral"),
    ("follow_up", "Tasks and barriers"),
    ("offers", "Offers"),
    ("visits", "Visits"),
    ("packs", "Packs"),
    ("history", "History"),
    ("audit", "Who saw it"),
)
_OTHER_RECORDS = frozenset({"access_log", "import_batch", "worker", "slot", "availability"})
_MINUTE_MS = 60_000


class CaseRecordPage(Page):
    """One person's record; `open_case` brings another one.

    Signals:
        pack_asked: case reference and kind of a pack to preview and print.
        allocate_asked: case reference; the agency's window allocates.
        board_asked: back to the list one came from.
        draft_saved: words for the bottom line.
    """

    pack_asked = Signal(str, str)
    allocate_asked = Signal(str)
    board_asked = Signal()
    draft_saved = Signal(str)
    hints = RECORD_HINTS

    def __init__(self, theme: Theme, actions: Actions, tasks: Tasks, link: DeskLink) -> None:
        super().__init__(theme, "Record")
        self._tasks, self._link = tasks, link
        self._wanted = ""
        self._left_once = self._begin = False
        self.view: CaseView | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.first_focus = self
        self.banner = PatientBanner(theme)
        self.notice = NoticeBar(theme)
        self.deeds = CaseActions(theme, tasks, link, self)
        self.undoing = Undoing(tasks, link, self)
        self.overview = Overview(theme, self.deeds, tasks, link, self._now)
        self.referral = ReferralForm(theme, self.deeds, tasks, link, self._now)
        self.follow_up = FollowUpPart(theme, self.deeds, self._now)
        self.offers = OffersPart(theme, self.deeds, link, self._now)
        self.visits = VisitsPart(theme, self.deeds, self._now)
        self.packs = PacksPart(theme, self.deeds, link)
        self.history = HistoryPart(theme)
        self.audit = AuditPart(theme, tasks, link)
        self._lay_out(theme)
        self._join(actions)
        self._clear()

    # ------------------------------------------------------------ for the window and tests

    def open_case(self, case: str, *, part: str = "overview", begin: bool = False) -> None:
        """Bring a person's record (id, reference or NHS number); the view is recorded.

        `begin` opens the window of what the case waits for, once the person is on the screen.
        """
        self.referral.flush()
        if self.view is not None and case not in (self.view.case_id, self.view.case_ref):
            self._clear()
        self._wanted = case
        self._left_once, self._begin = False, begin
        self.show_part(part)
        self._load(first=True)

    @property
    def part(self) -> str:
        """The key of the part in front."""
        return PARTS[self.stack.currentIndex()][0]

    def show_part(self, key: str) -> None:
        """Bring a part of the record to the front."""
        keys = [each for each, _ in PARTS]
        if self.part == "referral" and key != "referral":
            self.referral.flush()
        self.stack.setCurrentIndex(keys.index(key))
        self.tabs.button(keys.index(key)).setChecked(True)
        self._show_primary()

    def open_action(self, action: str) -> ActionDialog | None:
        """Open the window of an action, as its button does; None where it has none here.

        A key pressed while the record is still being read opens nothing: nobody is in front yet.
        """
        return self.deeds.open(action) if self.view is not None else None

    def do_next(self) -> ActionDialog | None:
        """Open what the case waits for, where this person may do it."""
        action = self._next_action()
        return self.open_action(action) if action else None

    def copy_number(self) -> None:
        """Copy the NHS number; `ui.clipboard` takes it back after 30 s."""
        number = self.view.banner.nhs_number if self.view is not None else None
        if number is not None:
            QGuiApplication.clipboard().setText(number)
            self.request_toast.emit(COPIED_WORDS, None)

    def show_case(self, view: CaseView) -> None:
        """Show a record as it was read."""
        self.view = self.deeds.view = view
        unsure = f" · {UNCONFIRMED}" if view.pending else ""
        words = f"{view.stage_label}{unsure} · reference {view.case_ref}"
        self.set_sub(words, read_at=self._now())
        self.banner.show_person(banner_facts(view, now=self._now()))
        action = self._next_action()
        self.overview.show_case(view, next_words=self._words_of(action))
        self.referral.show_case(view)
        self.follow_up.show_case(view)
        self.offers.show_case(view)
        self.visits.show_case(view)
        self.packs.show_case(view)
        self.audit.show_case(view)
        shared = bool(self._link.desk.settings.server_url)
        self.history.show_entries(view.timeline, shared=shared)
        self._show_counts(view)
        self._show_actions(view, action)

    def showing(self) -> None:
        if self._wanted:
            self._load(first=False)

    def leaving(self) -> bool:
        """Save the draft; a field that cannot be saved keeps the person here, once."""
        self.referral.flush()
        self.overview.hide_restricted()
        if self.referral.wrong_fields and not self._left_once:
            self._left_once = True
            self.show_part("referral")
            self.request_toast.emit(
                "A field cannot be saved as it is. Correct it, or leave again to drop it.", None
            )
            return False
        return True

    # ------------------------------------------------------------ building

    def _lay_out(self, theme: Theme) -> None:
        self.back = Button(theme, "Back", icon="chevron-left", clicked=self.board_asked.emit)
        self.menu_button = Button(theme, "Actions", icon="list")
        self.menu = QMenu(self.menu_button)
        self.menu_button.setMenu(self.menu)
        self._offered: list[tuple[str, str]] = []
        self.primary = Button(theme, " ", kind="primary", clicked=self.do_next)
        for button in (self.back, self.menu_button, self.primary):
            self.head_actions.addWidget(button)
        self.body.addWidget(self.banner)
        self.body.addWidget(self.notice)
        self.tabs = QButtonGroup(self)
        row = FlowLayout(theme, gap=18)
        self.stack = QStackedWidget()
        for number, (key, words) in enumerate(PARTS):
            tab = Button(theme, words, kind="tab", clicked=partial(self.show_part, key))
            tab.setCheckable(True)
            self.tabs.addButton(tab, number)
            row.addWidget(tab)
            # Each part scrolls by itself, so that the banner above never leaves the window.
            self.stack.addWidget(InnerScroll(getattr(self, key), stop=False))
        self.body.addLayout(row)
        self.body.addWidget(self.stack, 1)

    def _join(self, actions: Actions) -> None:
        self.deeds.done.connect(
            lambda words, result: self.request_toast.emit(words, self.undoing.of(words, result))
        )
        self.undoing.said.connect(self.request_toast)
        self.undoing.refused.connect(self._refused)
        self.deeds.refused.connect(self._refused)
        self.deeds.elsewhere.connect(self._elsewhere)
        self.overview.next_asked.connect(self.do_next)
        self.overview.history_asked.connect(partial(self.show_part, "history"))
        self.packs.pack_asked.connect(self.pack_asked)
        self.referral.saved.connect(self.draft_saved)
        self._tasks.changed.connect(self._changed)
        self._link.closed.connect(self._clear)
        minute = QTimer(self)
        minute.timeout.connect(self._tick)
        minute.start(_MINUTE_MS)
        deeds: dict[str, Callable[[], object]] = {
            "next_step": self.do_next,
            "edit_referral": partial(self.show_part, "referral"),
            "see_packs": partial(self.show_part, "packs"),
            "note": partial(self.open_action, "note"),
            "log_contact": partial(self.open_action, "call"),
            "barrier": partial(self.open_action, "barrier"),
            "task": partial(self.open_action, "task"),
            "criteria": partial(self.open_action, "review"),
            "copy_number": self.copy_number,
            "leave_record": self.board_asked.emit,
        }
        places = (self.back, self.menu_button, self.primary, *self.tabs.buttons())
        areas = (each for each in self.stack.findChildren(InnerScroll) if each.is_stop)
        buttons = [
            button
            for part in (self.overview, self.follow_up, self.offers, self.visits, self.packs)
            for button in part.findChildren(Button)
        ]
        for widget in (self, *places, *self.stack.findChildren(BoardView), *areas, *buttons):
            actions.attach(widget, deeds)
        actions.attach(
            self,
            {
                "next_section": partial(self._step, 1),
                "previous_section": partial(self._step, -1),
            },
        )
        actions.attach(self.referral, {"save": self.referral.ask_to_send})

    # ------------------------------------------------------------ what happens

    def _load(self, *, first: bool) -> None:
        if not self._link.is_open or not self._wanted:
            return
        desk, wanted = self._link.desk, self._wanted
        self._tasks.run_query(
            lambda: desk.queries.case(desk.caller, wanted),
            lambda view: self._loaded(view, wanted, first=first),
            failed=lambda problem: self._not_there(problem, wanted),
            owner=self,
            key="case_record",
        )

    def _loaded(self, view: CaseView, wanted: str, *, first: bool) -> None:
        if wanted != self._wanted:  # an answer about somebody else is never shown
            return
        self.notice.clear()
        self.show_case(view)
        begin, self._begin = self._begin, False
        if begin and self.isVisible():
            self.do_next()
        if first:
            desk = self._link.desk
            self._tasks.run_command(
                lambda: desk.access.record(
                    desk.caller, AuditAction.RECORD_VIEWED, case_id=view.case_id
                ),
                lambda _: None,
                owner=self,
            )

    def _not_there(self, problem: Exception, wanted: str) -> None:
        """The desk does not hold the record, or holds it no longer: show no one."""
        if wanted != self._wanted:
            return
        if isinstance(problem, RefusedError):
            self._clear()
        self._refused(problem)

    def _refused(self, problem: Exception) -> None:
        if not isinstance(problem, KnownError):
            self._tasks.failed.emit(problem)
            return
        words = words_for(problem)
        told = " ".join((*words.reasons, words.what_to_do)).strip()
        dismiss = (("Dismiss", self.notice.clear),)
        self.notice.say(words.what_happened, told, actions=dismiss, icon="error", bad=True)

    def _elsewhere(self, action: str) -> None:
        if action == "allocate" and self.view is not None:
            self.allocate_asked.emit(self.view.case_ref)
        elif action in ("update", "refer"):
            self.show_part("referral")

    def _changed(self, changes: ChangeSet) -> None:
        if self._wanted and changes.kinds - _OTHER_RECORDS:
            self._load(first=False)

    def _clear(self) -> None:
        """Show no one."""
        self.view = self.deeds.view = None
        self._wanted = ""
        self.banner.clear()
        self.set_sub("")
        self.referral.forget()
        self.overview.forget()
        self.audit.forget()
        for each in (self.stack, self.banner, self.menu_button, self.primary):
            each.hide()

    def _words_of(self, action: str) -> str:
        view = self.view
        if view is None:
            return ""
        return action_words(action, view, org_kind=self._link.desk.caller.org_kind)

    def _next_action(self) -> str:
        if self.view is None or not self._link.is_open:
            return ""
        return next_of(self.view, org_kind=self._link.desk.caller.org_kind)

    def _show_actions(self, view: CaseView, action: str) -> None:
        for each in (self.stack, self.banner, self.menu_button):
            each.show()
        self.primary.set_words(self._words_of(action) or " ")
        self._show_primary()
        org_kind = self._link.desk.caller.org_kind
        wanted = [
            (key, self._words_of(key))
            for key in ACTION_WORDS
            if can_open(key, view, org_kind=org_kind)
        ]
        if wanted == self._offered:
            return  # somebody may stand in the open menu
        self._offered = wanted
        self.menu.clear()
        for key, words in wanted:
            self.menu.addAction(words, partial(self.open_action, key))

    def _show_counts(self, view: CaseView) -> None:
        """Say on the tabs how much is open behind them."""
        barriers = sum(1 for row in view.barriers if row.resolved_at is None)
        numbers = {
            "follow_up": barriers + sum(1 for row in view.tasks if row.status == "open"),
            "offers": sum(1 for row in view.offers if row.status == "sent"),
            "visits": sum(1 for row in view.visits if row.status in ("planned", "confirmed")),
        }
        for place, (key, words) in enumerate(PARTS):
            number = numbers.get(key, 0)
            tab = cast("Button", self.tabs.button(place))
            tab.set_words(f"{words}  {number}" if number else words)
            tab.setAccessibleName(f"{words}, {number} open" if number else words)

    def _show_primary(self) -> None:
        """Show one green button at a time: the referral has its own."""
        action = self._next_action()
        twice = self.part == "referral" and action == "refer"
        self.primary.setVisible(bool(action) and not twice)

    def _tick(self) -> None:
        """Let the clocks in the banner and on the overview go on."""
        if self.view is not None and self._link.is_open:
            self.banner.show_person(banner_facts(self.view, now=self._now()))

    def _step(self, by: int) -> None:
        number = (self.stack.currentIndex() + by) % len(PARTS)
        self.show_part(PARTS[number][0])
        self.tabs.button(number).setFocus(Qt.FocusReason.TabFocusReason)

    def _now(self) -> datetime:
        if self._link.is_open:
            return self._link.desk.clock.now()
        return datetime.max.replace(tzinfo=UTC)
