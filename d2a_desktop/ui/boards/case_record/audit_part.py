"""Who saw, changed, printed or was told what of one person; looking at it is recorded too."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from d2a_desktop.core.errors import KnownError
from d2a_desktop.domain.audit_actions import AuditAction
from d2a_desktop.domain.permissions import may
from d2a_desktop.services.queries.rows import CaseView, TimelineEntry
from d2a_desktop.ui.boards.case_record.history import Happenings
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.empty_state import EmptyState, EmptyWords
from d2a_desktop.ui.widgets.filter_chips import Chip, FilterChips
from d2a_desktop.ui.widgets.inner_scroll import InnerScroll
from d2a_desktop.ui.widgets.labels import label

_MOST = 300
_VIEWS = (
    ("all", "All"),
    ("seen", "Seen"),
    ("changed", "Changed"),
    ("printed", "Printed and exported"),
    ("disclosed", "Told to others"),
)
_WHERE = (
    "Views, prints and exports of this organisation as far as they were exchanged, changes made at"
    " this desk. What other desks changed stands in the history."
)
_NOT_YOURS = EmptyWords(
    "Your role does not see who looked at a record",
    "A clinician, the hub's case manager or an agency's manager can look it up for you. What was"
    " done with this person stands in the history.",
    icon="lock",
)


class AuditPart(QWidget):
    """The audit of the person in front, read when it is looked at."""

    def __init__(self, theme: Theme, tasks: Tasks, link: DeskLink) -> None:
        super().__init__()
        self._tasks, self._link = tasks, link
        self._view: CaseView | None = None
        self._entries: tuple[TimelineEntry, ...] = ()
        self.chips = FilterChips(theme, name="Views of the audit")
        self.chips.show_chips([Chip(key, words) for key, words in _VIEWS])
        self.chips.chosen.connect(lambda _: self._show())
        self.happenings = Happenings(theme, wide=True)
        self.told = label("", "small", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        row = QHBoxLayout()
        row.addWidget(label("Who saw and changed it", "heading"), 1)
        row.addWidget(self.chips)
        column.addLayout(row)
        column.addWidget(self.told)
        self._list = InnerScroll(self.happenings, name="Who saw and changed it")
        column.addWidget(self._list, 1)
        self.not_yours = EmptyState(theme, _NOT_YOURS)
        column.addWidget(self.not_yours, 1)
        self._show_allowed(allowed=True)

    def show_case(self, view: CaseView) -> None:
        """Take a case; its audit is read when this part is in front."""
        if self._view is None or self._view.case_id != view.case_id:
            self.forget()
        self._view = view
        if self.isVisible():
            self._load(record=False)

    def forget(self) -> None:
        """Show nothing of anybody."""
        self._view = None
        self._show_entries(())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._load(record=True)

    def _load(self, *, record: bool) -> None:
        if self._view is None or not self._link.is_open:
            return
        desk, case_id = self._link.desk, self._view.case_id
        allowed = may(desk.caller, "audit")
        self._show_allowed(allowed=allowed)
        if not allowed:
            return
        self.told.setText(_WHERE)
        self._tasks.run_query(
            lambda: desk.queries.case_audit(desk.caller, case_id),
            lambda entries: self._came(case_id, entries),
            failed=self._failed,
            owner=self,
            key="case_audit",
        )
        if record:
            self._tasks.run_command(
                lambda: desk.access.record(desk.caller, AuditAction.AUDIT_VIEWED, case_id=case_id),
                lambda _: None,
                owner=self,
            )

    def _came(self, case_id: str, entries: tuple[TimelineEntry, ...]) -> None:
        if self._view is not None and self._view.case_id == case_id:
            self._show_entries(entries)

    def _failed(self, problem: Exception) -> None:
        if isinstance(problem, KnownError):
            self.told.setText(str(problem))
        else:
            self._tasks.failed.emit(problem)

    def _show_entries(self, entries: Sequence[TimelineEntry]) -> None:
        self._entries = tuple(entries)
        self._show()

    def _show_allowed(self, *, allowed: bool) -> None:
        """Show the list, or say who may see it: chips over nothing would lead nowhere."""
        for each in (self.chips, self.told, self._list):
            each.setVisible(allowed)
        self.not_yours.setVisible(not allowed)

    def _show(self) -> None:
        key = self.chips.current
        fitting = [each for each in self._entries if key in ("all", each.kind)]
        self.happenings.show_entries(fitting[:_MOST], shared=True)
