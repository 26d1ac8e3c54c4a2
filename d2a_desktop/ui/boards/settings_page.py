"""The desk's settings: one row for each declared setting, saved together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from d2a_desktop.core import settings as settings_file
from d2a_desktop.core.errors import KnownError
from d2a_desktop.core.paths import Profile
from d2a_desktop.core.policy import SET_BY, find_policy
from d2a_desktop.core.settings import DECLARED, Setting, Settings, Value
from d2a_desktop.ui.actions import FORM_HINTS, Actions
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Look, Theme
from d2a_desktop.ui.widgets.editors import QuietCombo, TickBox
from d2a_desktop.ui.widgets.form_parts import ErrorSummary, LabelledField
from d2a_desktop.ui.widgets.labels import Button, Card
from d2a_desktop.ui.widgets.page import Page

# What takes effect at once; the rest is read when the desk is opened.
_AT_ONCE = frozenset({"appearance", "text_size_percent", "single_letter_keys"})
_SAVED_NOW = "Settings saved."
_SAVED_LATER = "Settings saved. They hold from the next time this desk is opened."


class SettingsPage(Page):
    """Every setting with its words and limits; Save writes all or nothing."""

    hints = FORM_HINTS[:1]

    def __init__(self, theme: Theme, actions: Actions, tasks: Tasks, profile: Profile) -> None:
        super().__init__(theme, "Settings")
        self.set_sub("Of this desk on this computer")
        self._actions = actions
        self._tasks = tasks
        self._profile = profile
        self._kept = Settings()
        self._read: dict[str, Callable[[], Value]] = {}
        self._write: dict[str, Callable[[Value], None]] = {}
        self.editors: dict[str, QWidget] = {}
        self._policy = find_policy()
        self.errors = ErrorSummary(theme)
        self.button = Button(theme, "Save", kind="primary", clicked=self.save)
        self.head_actions.addWidget(self.button)
        self._lay_out()
        actions.attach(self, {"save": self.save})
        self.first_focus = next(each for each in self.editors.values() if each.isEnabled())

    def showing(self) -> None:
        try:
            self._kept = settings_file.load(self._profile.settings_file)
        except KnownError as problem:
            self.errors.show_words([str(problem)])
            return
        holds = self._policy.over(self._kept)
        for name, write in self._write.items():
            write(getattr(holds, name))
        if self._policy.problem is not None:
            self.errors.show_words([str(self._policy.problem)])

    def save(self) -> None:
        """Keep what the form holds, and wear the look at once."""
        try:
            read = {
                name: read() for name, read in self._read.items() if not self._policy.fixes(name)
            }
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

    def _saved(self, wanted: Settings) -> None:
        self.errors.show_words([])
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
            self._join(
                setting.name,
                lambda: setting.parse(number.text()),
                lambda value: number.setText(str(value)),
            )
            return number
        if setting.kind == "yes_no":
            box = TickBox(self.theme, "Yes")
            self._join(setting.name, box.isChecked, lambda value: box.setChecked(bool(value)))
            return box
        if setting.kind == "choice":
            choice = QuietCombo(self.theme)
            for each in setting.choices:
                choice.addItem(_choice_words(each), each)
            self._join(
                setting.name,
                lambda: str(choice.currentData()),
                lambda value: choice.setCurrentIndex(choice.findData(value)),
            )
            return choice
        line = QLineEdit()
        self._join(setting.name, line.text, lambda value: line.setText(str(value)))
        return line

    def _join(self, name: str, read: Callable[[], Value], write: Callable[[Value], None]) -> None:
        self._read[name], self._write[name] = read, write


def _choice_words(choice: str) -> str:
    """Return a choice as it is read; countries keep their capitals."""
    return choice if choice != choice.lower() else choice.replace("_", " ").capitalize()
