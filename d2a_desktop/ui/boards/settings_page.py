"""The desk's settings: one row for each declared setting, saved together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from d2a_desktop.core import settings as settings_file
from d2a_desktop.core.errors import KnownError
from d2a_desktop.core.paths import Profile
from d2a_desktop.core.policy import SET_BY, find_policy
from d2a_desktop.core.settings import DECLARED, Setting, Settings, Value
from d2a_desktop.ui.actions import FORM_HINTS, Actions
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Look, Theme
from d2a_desktop.ui.widgets.editors import QuietCombo
from d2a_desktop.ui.widgets.form_parts import ErrorSummary, LabelledField
from d2a_desktop.ui.widgets.labels import Button, Card
from d2a_desktop.ui.widgets.page import Page
from d2a_desktop.ui.widgets.tick_box import TickBox

# What takes effect at once; the rest is read when the desk is opened.
_AT_ONCE = frozenset({"appearance", "text_size_percent", "single_letter_keys"})
_OF_THIS_DESK = "Of this desk on this computer"
_STAYS = "Your changes in Settings are not saved yet. They stay there until you save them."
_SAVED_NOW = "Settings saved."
_SAVED_LATER = "Settings saved. They hold from the next time this desk is opened."


class SettingsPage(Page):
    """Every setting with its words and limits; Save writes all or nothing.

    Tab goes through the settings in their order and ends on Save. What is not saved stays on the
    page, and says so, until it is saved or put back.
    """

    hints = FORM_HINTS[:1]

    def __init__(self, theme: Theme, actions: Actions, tasks: Tasks, profile: Profile) -> None:
        super().__init__(theme, "Settings")
        self.set_sub(_OF_THIS_DESK)
        self._actions = actions
        self._tasks = tasks
        self._profile = profile
        self._kept = Settings()
        self._read: dict[str, Callable[[], Value]] = {}
        self._write: dict[str, Callable[[Value], None]] = {}
        self.editors: dict[str, QWidget] = {}
        self.fields: dict[str, LabelledField] = {}
        self._as_shown: dict[str, object] = {}
        self._policy = find_policy()
        self.errors = ErrorSummary(theme)
        self._lay_out()
        # Made after the settings, so that Tab comes to them after the last one.
        self.button = Button(theme, "Save", kind="primary", clicked=self.save)
        self.back_button = Button(theme, "Put back what is saved", clicked=self._put_back)
        self.back_button.hide()
        self.head_actions.addWidget(self.back_button)
        self.head_actions.addWidget(self.button)
        actions.attach(self, {"save": self.save})
        self.first_focus = next(each for each in self.editors.values() if each.isEnabled())

    @property
    def unsaved(self) -> bool:
        """Whether something on the page differs from what was shown of the file."""
        return any(_held(each) != self._as_shown.get(n) for n, each in self.editors.items())

    def leaving(self) -> bool:
        if self._as_shown and self.unsaved:
            self.request_toast.emit(_STAYS, None)
        return True

    def showing(self) -> None:
        if self._as_shown and self.unsaved:
            self._tell_unsaved()
        else:
            self._put_back()

    def _tell_unsaved(self, *_: object) -> None:
        unsaved = self.unsaved
        self.set_sub(f"{_OF_THIS_DESK} · not saved yet" if unsaved else _OF_THIS_DESK)
        self.back_button.setVisible(unsaved)

    def _put_back(self) -> None:
        """Show what the file says in place of what was typed."""
        self._clear_errors()
        try:
            self._kept = settings_file.load(self._profile.settings_file)
        except KnownError as problem:
            self.errors.show_words([str(problem)])
            return
        holds = self._policy.over(self._kept)
        for name, write in self._write.items():
            write(getattr(holds, name))
        self._as_shown = {name: _held(each) for name, each in self.editors.items()}
        if self.back_button.hasFocus():  # it goes, and the focus with it
            self.button.setFocus(Qt.FocusReason.OtherFocusReason)
        self._tell_unsaved()
        if self._policy.problem is not None:
            self.errors.show_words([str(self._policy.problem)])

    def save(self) -> None:
        """Keep what the form holds, and wear the look at once."""
        read = self._read_all()
        if read is None:
            return
        try:
            wanted = replace(self._kept, **read)  # type: ignore[arg-type]  # each checks its own
        except KnownError as problem:
            self.errors.show_words([str(problem)])
            return
        self._tasks.run_command(
            lambda: settings_file.save(self._profile.settings_file, wanted),
            lambda _nothing: self._saved(wanted),
            failed=self._failed,
            owner=self,
        )

    def _read_all(self) -> dict[str, Value] | None:
        """Return the values, or None where one is wrong: it says so, and has the focus."""
        self._clear_errors()
        found: dict[str, Value] = {}
        for name, read in self._read.items():
            if self._policy.fixes(name):
                continue
            try:
                found[name] = read()
            except KnownError as problem:
                self.fields[name].set_error(str(problem))
        wrong = [each for each in self.fields.values() if each.error]
        if wrong:
            self.errors.show_fields(wrong)
            wrong[0].editor.setFocus(Qt.FocusReason.OtherFocusReason)
        return None if wrong else found

    def _clear_errors(self) -> None:
        for field in self.fields.values():
            field.set_error("")
        self.errors.show_words([])

    def _saved(self, wanted: Settings) -> None:
        self._as_shown = {name: _held(each) for name, each in self.editors.items()}
        self._tell_unsaved()
        changed = {
            each for each in self._read if getattr(wanted, each) != getattr(self._kept, each)
        }
        self._kept = wanted
        self.theme.set_look(Look(wanted.appearance))
        self.theme.set_text_percent(wanted.text_size_percent)
        self._actions.set_single_letters(wanted.single_letter_keys)
        self.request_toast.emit(_SAVED_NOW if changed <= _AT_ONCE else _SAVED_LATER, None)

    def _failed(self, problem: Exception) -> None:
        if isinstance(problem, KnownError):
            self.errors.show_words([str(problem)])
        else:
            self._tasks.failed.emit(problem)

    # ------------------------------------------------------------ building

    def _lay_out(self) -> None:
        theme = self.theme
        self.body.addWidget(self.errors)
        card = Card(theme)
        grid = QGridLayout()
        theme.keep(grid.setHorizontalSpacing, 24)
        theme.keep(grid.setVerticalSpacing, 14)
        for number, setting in enumerate(each for each in DECLARED if each.shown):
            editor = self._editor(setting)
            self.editors[setting.name] = editor
            unit = f" ({setting.unit})" if setting.unit else ""
            hint = setting.words
            if self._policy.fixes(setting.name):
                editor.setEnabled(False)
                hint = f"{SET_BY}. {hint}"
            field = LabelledField(theme, f"{setting.label}{unit}", editor, hint=hint, required=True)
            self.fields[setting.name] = field
            grid.addWidget(field, number // 2, number % 2)
        card.body.addLayout(grid)
        self.body.addWidget(card)
        self.body.addStretch(1)

    def _editor(self, setting: Setting) -> QWidget:
        if setting.kind == "whole":
            number = QLineEdit()
            self.theme.keep(number.setMaximumWidth, 110)
            limits = f"{setting.lowest} to {setting.highest}"
            number.setToolTip(limits)
            number.textEdited.connect(self._tell_unsaved)
            self._join(
                setting.name,
                lambda: setting.parse(number.text()),
                lambda value: number.setText(str(value)),
            )
            return number
        if setting.kind == "yes_no":
            box = TickBox(self.theme, "Yes")
            box.clicked.connect(self._tell_unsaved)
            self._join(setting.name, box.isChecked, lambda value: box.setChecked(bool(value)))
            return box
        if setting.kind == "choice":
            choice = QuietCombo(self.theme)
            choice.activated.connect(self._tell_unsaved)
            for each in setting.choices:
                choice.addItem(_choice_words(each), each)
            self._join(
                setting.name,
                lambda: str(choice.currentData()),
                lambda value: choice.setCurrentIndex(choice.findData(value)),
            )
            return choice
        line = QLineEdit()
        line.textEdited.connect(self._tell_unsaved)
        self._join(setting.name, line.text, lambda value: line.setText(str(value)))
        return line

    def _join(self, name: str, read: Callable[[], Value], write: Callable[[Value], None]) -> None:
        self._read[name], self._write[name] = read, write


def _held(editor: QWidget) -> object:
    """Return what an editor holds on the screen, whether or not it is a value."""
    if isinstance(editor, QLineEdit):
        return editor.text()
    if isinstance(editor, QuietCombo):
        return editor.currentIndex()
    return editor.isChecked() if isinstance(editor, TickBox) else None


def _choice_words(choice: str) -> str:
    """Return a choice as it is read; countries keep their capitals."""
    return choice if choice != choice.lower() else choice.replace("_", " ").capitalize()
