"""The referral: one page of sections that saves itself, with its completeness and its errors."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QListWidgetItem, QProgressBar, QVBoxLayout, QWidget

from d2a_desktop.core.errors import KnownError, UsageError
from d2a_desktop.domain.commands import Command, Refer, UpdateRecord
from d2a_desktop.domain.completeness import MINIMUM_DATA
from d2a_desktop.domain.display import display_time
from d2a_desktop.services.queries.rows import CaseView
from d2a_desktop.ui.boards.case_record.case_actions import CaseActions
from d2a_desktop.ui.boards.case_record.line_list import LineList
from d2a_desktop.ui.boards.case_record.referral_table import (
    SECTIONS,
    FormSection,
    editable,
    field_spec,
    shown_value,
    stored_value,
)
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.dialogs.draft_keeper import DraftKeeper
from d2a_desktop.ui.dialogs.form_fields import FormFields
from d2a_desktop.ui.formats.words import UNCONFIRMED
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.editors import Editor
from d2a_desktop.ui.widgets.form_parts import (
    ErrorSummary,
    LabelledField,
    Section,
    SectionList,
    SectionState,
)
from d2a_desktop.ui.widgets.inner_scroll import InnerScroll
from d2a_desktop.ui.widgets.labels import Button, Card, label
from d2a_desktop.ui.widgets.notice_bar import NoticeBar
from d2a_desktop.ui.widgets.panes import first_stop

_QUIET_MS = 2_000
_PATH = re.compile(r"\$\.values\.(\w+)\.(\w+)")


class ReferralForm(QWidget):
    """All sections below one another; a change is saved 2 s after the last key, or on leaving.

    Signals:
        saved: words such as "Draft saved 13:09 on this computer".
    """

    saved = Signal(str)

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
        self._view: CaseView | None = None
        self._dirty: dict[str, Any] = {}
        self._sent: dict[str, Any] = {}
        self._parts: dict[str, FormFields] = {}
        self._lists: dict[str, LineList] = {}
        self._cards: dict[str, Card] = {}
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.timeout.connect(self.flush)
        self.sections = SectionList(theme, name="Sections of the referral")
        self.summary = ErrorSummary(theme)
        self.meter = QProgressBar()
        self.meter.setTextVisible(False)
        self.meter.setAccessibleName("Completeness")
        self.done_words = label("", "strong")
        self.state = label("", "small")
        self.send = Button(theme, "Send referral", kind="primary", clicked=self.ask_to_send)
        self.draft_bar = NoticeBar(theme)
        self.keeper = DraftKeeper(tasks, link, "referral", self._unsaved_words, self)
        self.keeper.found.connect(
            lambda draft: self.keeper.offer(self.draft_bar, draft, self._put_back)
        )
        self._lay_out(theme)
        self.sections.chosen.connect(self.go_to)
        self.sections.itemActivated.connect(self._into)

    # ------------------------------------------------------------ for the page and tests

    @property
    def unsaved(self) -> bool:
        """Whether something typed is not in the record yet."""
        return bool(self._dirty or self._sent)

    @property
    def wrong_fields(self) -> list[LabelledField]:
        """The fields whose content cannot be saved."""
        return [each for part in self._parts.values() for each in part.fields if each.error]

    def editor(self, name: str) -> Editor:
        """Return the editor of a field (`record.field`)."""
        self.make()
        return self._part_of(name).editor(name)

    def type_in(self, name: str, value: Any) -> None:
        """Enter a value as a person does."""
        editor = self.editor(name)
        editor.put(value)
        editor.edited.emit()

    def show_case(self, view: CaseView) -> None:
        """Show a case; what the person is changing is left as typed."""
        if self._view is not None and self._view.case_id != view.case_id:
            self.forget()
        if self._view is None:
            self.keeper.look(view.case_id)
        self._view = view
        for name in self._names() if self._parts else ():
            self._show_value(view, name)
        for entity, lines in self._lists.items():
            may_add = view.editable and (entity != "restricted_note" or "review" in view.actions)
            lines.show_lines(
                view.lists.get(entity, ()), editable=may_add, unconfirmed=view.unconfirmed
            )
        self._show_completeness(view)
        self.send.setVisible("refer" in view.actions and view.stage in ("inpatient", "nctr"))
        returned = bool(view.records.get("referral", {}).get("returned_at"))
        if returned and view.stage == "referred":
            self.send.setVisible("refer" in view.actions)

    def make(self) -> None:
        """Make the hundred fields, the first time they are wanted."""
        if self._parts:
            return
        for section in SECTIONS:
            self._column.addWidget(self._card(self._theme, section))
        if self._view is not None:
            self.show_case(self._view)

    def showEvent(self, event: QShowEvent) -> None:
        self.make()
        super().showEvent(event)

    def flush(self) -> None:
        """Save what was changed, in the background; what fails stays to be tried again."""
        if self._view is None or not self._dirty or self._sent or not self._link.is_open:
            return
        self._quiet.stop()
        self._sent, self._dirty = self._dirty, {}
        self.state.setText("Saving …")
        self._save(self._view, self._sent)

    def ask_to_send(self) -> None:
        """Save, then open the window that sends the referral to the hub."""
        self.flush()
        if self.summary.show_fields(self.wrong_fields):
            return
        self._deeds.send_referral()

    def go_to(self, key: str) -> None:
        """Bring a section into sight; the focus stays in the list of sections."""
        self.make()
        self._area.ensureWidgetVisible(self._cards[key], 0, self._theme.px(40))
        bar = self._area.verticalScrollBar()
        bar.setValue(self._cards[key].y())

    def _into(self, item: QListWidgetItem) -> None:
        """Go into the section on which Enter was pressed: to its first field, or to its list."""
        key = SECTIONS[self.sections.row(item)].key
        self.go_to(key)
        stop = first_stop(self._cards[key])
        if stop is not None:
            stop.setFocus(Qt.FocusReason.TabFocusReason)

    # ------------------------------------------------------------ building

    def _lay_out(self, theme: Theme) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        theme.keep(outer.setSpacing, 10)
        row = QHBoxLayout()
        theme.keep(row.setSpacing, 12)
        row.addWidget(self.done_words)
        row.addWidget(self.meter, 1)
        row.addWidget(self.state)
        row.addWidget(self.send)
        outer.addLayout(row)
        outer.addWidget(self.draft_bar)
        outer.addWidget(self.summary)
        middle = QHBoxLayout()
        theme.keep(middle.setSpacing, 14)
        middle.addWidget(self.sections)
        page = QWidget()
        page.setObjectName("clear")
        self._column = QVBoxLayout(page)
        theme.keep(self._column.setContentsMargins, 0, 0, 6, 0)
        theme.keep(self._column.setSpacing, 12)
        self._area = InnerScroll(page, stop=False)
        middle.addWidget(self._area, 1)
        outer.addLayout(middle, 1)
        self.sections.show_sections([Section(each.key, each.words) for each in SECTIONS])

    def _card(self, theme: Theme, section: FormSection) -> Card:
        card = Card(theme, section.words)
        if section.names:
            specs = [field_spec(name) for name in section.names]
            part = FormFields(theme, specs, narrows=True)
            part.edited.connect(self._edited)
            self._parts[section.key] = part
            card.body.addWidget(part)
        for entity in section.lists:
            self._lists[entity] = LineList(theme, self._deeds, entity)
            card.body.addWidget(self._lists[entity])
        self._cards[section.key] = card
        return card

    def _names(self) -> list[str]:
        return [name for section in SECTIONS for name in section.names]

    def _part_of(self, name: str) -> FormFields:
        key = next(section.key for section in SECTIONS if name in section.names)
        return self._parts[key]

    # ------------------------------------------------------------ showing

    def _show_value(self, view: CaseView, name: str) -> None:
        part = self._part_of(name)
        editor, field = part.editor(name), part.field(name)
        caller = self._link.desk.caller
        allowed = view.editable and editable(name, org_kind=caller.org_kind)
        editor.widget.setEnabled(allowed)
        field.set_note(UNCONFIRMED if name in view.unconfirmed else "")
        busy = name in self._dirty or name in self._sent or bool(field.error)
        if busy or editor.widget.hasFocus():
            return
        entity, _, column = name.partition(".")
        editor.put(shown_value(name, view.records.get(entity, {}).get(column)))

    def _show_completeness(self, view: CaseView) -> None:
        self.meter.setRange(0, view.completeness_total)
        self.meter.setValue(view.completeness_done)
        total = view.completeness_total
        percent = view.completeness_done * 100 // total if total else 0
        self.done_words.setText(f"{percent} % complete")
        self.meter.setToolTip("Missing: " + "; ".join(view.missing) if view.missing else "Complete")
        missing = set(view.missing)
        states = []
        for section in SECTIONS:
            items = [item for item in MINIMUM_DATA if item.section == section.key]
            open_items = [item for item in items if item.label in missing]
            wrong = section.key in self._parts and any(
                field.error for field in self._parts[section.key].fields
            )
            state = SectionState.DONE if not open_items else SectionState.MISSING
            if len(open_items) == len(items):
                state = SectionState.EMPTY
            states.append(
                Section(section.key, section.words, SectionState.WRONG if wrong else state)
            )
        self.sections.show_sections(states)

    # ------------------------------------------------------------ saving

    def _unsaved_words(self) -> dict[str, Any]:
        """What is on screen and not in the record, as typed: also what is no value yet."""
        names = [name for name in self._names() if self._parts and self._is_unsaved(name)]
        return {name: self._part_of(name).editor(name).draft() for name in names}

    def _is_unsaved(self, name: str) -> bool:
        return (
            name in self._dirty or name in self._sent or bool(self._part_of(name).field(name).error)
        )

    def _put_back(self, values: Mapping[str, Any]) -> None:
        self.make()
        for name in [each for each in self._names() if each in values]:
            editor = self.editor(name)
            if editor.widget.isEnabled():
                editor.put_draft(values[name])
                self._edited(name)

    def _edited(self, name: str) -> None:
        part = self._part_of(name)
        field = part.field(name)
        field.set_error("")
        self._dirty.pop(name, None)
        try:
            self._dirty[name] = stored_value(name, part.editor(name).read())
        except UsageError as problem:
            field.set_error(str(problem))
        self.summary.show_fields(self.wrong_fields)
        self.state.setText("Not saved yet")
        self.keeper.touch()
        self._quiet.start(_QUIET_MS)

    def _draft(self, view: CaseView, changed: dict[str, Any]) -> tuple[str, Command]:
        """Return the command that saves; the first draft of a referral says whether it is early."""
        values: dict[str, dict[str, Any]] = {}
        for name, value in changed.items():
            entity, _, column = name.partition(".")
            values.setdefault(entity, {})[column] = value
        record = UpdateRecord(values=values)
        if "referral" in values and "referral" not in view.records and "refer" in view.actions:
            return "refer", Refer(record=record, early=view.nctr_since is None, send=False)
        return "update", record

    def _save(self, view: CaseView, changed: dict[str, Any]) -> None:
        desk = self._link.desk
        action, command = self._draft(view, changed)
        self._tasks.run_command(
            lambda: desk.actions.do(desk.caller, view.case_ref, action, command),
            lambda _: self._was_saved(view.case_id),
            failed=lambda problem: self._was_refused(view.case_id, problem),
            owner=self,
        )

    def _was_saved(self, case_id: str) -> None:
        if self._view is None or self._view.case_id != case_id:
            return
        self._sent = {}
        if self._dirty or self.wrong_fields:
            self.keeper.touch()
        else:
            self.keeper.discard()
        words = f"Draft saved {display_time(self._now())} on this computer"
        self.state.setText(words)
        self.saved.emit(words)
        self.flush()

    def _was_refused(self, case_id: str, problem: Exception) -> None:
        here = self._view is not None and self._view.case_id == case_id
        if not here or not isinstance(problem, KnownError):
            self._tasks.failed.emit(problem)
        if not here:
            return
        back, self._sent = self._sent, {}
        named = _PATH.search(str(problem))
        name = f"{named[1]}.{named[2]}" if named else ""
        mended = name in back
        if mended:
            back.pop(name)
            self._part_of(name).field(name).set_error(_PATH.sub("This", str(problem)))
            self.summary.show_fields(self.wrong_fields)
        elif isinstance(problem, KnownError):
            self.summary.show_words([str(problem)])
        self._dirty = back | self._dirty
        self.state.setText("Not saved: see above")
        if mended:
            self.flush()

    def forget(self) -> None:
        """Let another person come: what was typed is saved, and nothing of it stays on screen."""
        self._quiet.stop()
        if self.wrong_fields:  # what cannot be saved into the record is not lost with the screen
            self.keeper.flush()
        elif self.unsaved:
            self.keeper.discard()
        if self._view is not None and self._dirty and self._link.is_open:
            self._save(self._view, self._dirty)
        self._view = None
        self._dirty, self._sent = {}, {}
        self.draft_bar.clear()
        self.state.setText("")
        self.summary.hide()
        for part in self._parts.values():
            for field in part.fields:
                field.set_error("")
