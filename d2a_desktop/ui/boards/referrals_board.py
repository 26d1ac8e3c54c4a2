"""The referrals: the hub's queue, what was returned, drafts, and those with a pathway."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from d2a_desktop.domain.changes import ChangeSet
from d2a_desktop.ui.actions import Actions, hints
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.formats.words import count
from d2a_desktop.ui.item_models.referrals_model import VIEWS, referrals_model, view_keeps
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.empty_state import EmptyWords
from d2a_desktop.ui.widgets.filter_chips import Chip
from d2a_desktop.ui.widgets.list_panel import ListPanel
from d2a_desktop.ui.widgets.page import Page

if TYPE_CHECKING:
    from d2a_desktop.services.queries.referrals import ReferralRow

_SHOWN = (
    *("spell", "patient", "referral", "care_need", "home", "consent", "contact", "medicine"),
    *("equipment", "risk", "pathway_decision", "organisation"),
)
_EMPTY = EmptyWords(
    "No referral is open",
    "A ward refers a person from their record; what is sent waits here for the hub.",
    icon="referral",
)


class ReferralsPage(Page):
    """One line for each live referral; Enter opens the record, where a pathway is decided."""

    hints = hints("move", "open", "filter", "keys")

    def __init__(self, theme: Theme, actions: Actions, tasks: Tasks, link: DeskLink) -> None:
        super().__init__(theme, "Referrals")
        self._tasks, self._link = tasks, link
        self._found_at: datetime | None = None
        self.model = referrals_model(link.now)
        self.panel = ListPanel(theme, actions, self.model, name="Referrals", empty=_EMPTY)
        self.body.addWidget(self.panel, 1)
        self.first_focus = self.panel.view
        self.panel.opened.connect(self.request_open_case)
        self.panel.chip_chosen.connect(self._choose_view)
        self.panel.sort_changed.connect(lambda _: self._show_line())
        self.model.counts_changed.connect(lambda *_: self._show_line())
        tasks.changed.connect(self._changed)
        link.opened.connect(self.load)
        link.closed.connect(self._closed)
        if link.is_open:
            self.load()

    def load(self) -> None:
        """Read the referrals again in the background."""
        if self._link.is_open:
            desk = self._link.desk
            self._tasks.run_query(
                lambda: desk.queries.referrals(desk.caller),
                self._show,
                owner=self,
                key="referrals",
            )

    def showing(self) -> None:
        self.load()

    def _changed(self, changes: ChangeSet) -> None:
        if changes.touches(*_SHOWN):
            self.load()

    def _closed(self) -> None:
        """Show no one once the desk is shut."""
        self._found_at = None
        self.model.show(())
        self.set_sub("")

    def _show(self, rows: tuple[ReferralRow, ...]) -> None:
        first = self._found_at is None
        self._found_at = self._link.now()
        self.panel.refresh(rows, now=first)
        self.panel.show_chips(
            [
                Chip(key, words, len(rows) if keep is None else sum(map(keep, rows)))
                for key, words, keep in ((k, w, view_keeps(k)) for k, w, _ in VIEWS)
            ]
        )
        if first and rows:
            self.panel.view.select_id(rows[0].case_id)
        self.badge_changed.emit(sum(1 for row in rows if row.status == "sent"))
        self._show_line()

    def _choose_view(self, key: str) -> None:
        self.model.set_predicate(view_keeps(key))

    def _show_line(self) -> None:
        """Say how many are shown and why, in what order, and as of when."""
        if self._found_at is None:
            return
        parts = [count(self.model.rowCount(), "referral", "referrals"), self.panel.chosen_words()]
        parts += [self.panel.sort_words() or "longest wait for the hub first"]
        self.set_sub(" · ".join(part for part in parts if part), read_at=self._found_at)
