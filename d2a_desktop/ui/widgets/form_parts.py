"""Parts of forms: labelled fields with their errors, sections with ticks, an error summary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from d2a_desktop.ui.formats.language import tr
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.labels import Button, label, restyle


class LabelledField(QWidget):
    """A label above its editor, a hint, and the error where there is one.

    The label, hint and error reach screen readers as the editor's name and description.
    """

    def __init__(
        self,
        theme: Theme,
        words: str,
        editor: QWidget,
        *,
        hint: str = "",
        required: bool = False,
        bare: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.editor = editor
        self.words = words
        self._hint = hint
        self._note = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        theme.keep(column.setSpacing, 4)
        self._plain = words if required else tr("{field} (optional)", field=words)
        self._name = name = label(self._plain, "strong")
        name.setBuddy(editor)
        name.setVisible(not bare)  # a tick box says its words itself
        self._error = label("", "error", wrap=True)
        self._error.hide()
        column.addWidget(name)
        self._hinted = label(hint, "small", wrap=True)
        self._hinted.setVisible(bool(hint))
        column.addWidget(self._hinted)
        column.addWidget(self._error)
        column.addWidget(editor)
        editor.setAccessibleName(words)
        editor.setAccessibleDescription(hint)

    @property
    def error(self) -> str:
        """The error shown, or an empty text."""
        return self._error.text()

    def set_hint(self, words: str) -> None:
        """Say something else below the label."""
        self._hint = words
        self._hinted.setText(words)
        self._hinted.setVisible(bool(words))
        self._describe()

    def set_note(self, words: str) -> None:
        """Say something of the value beside its label; an empty text takes it away."""
        if words == self._note:
            return
        self._note = words
        self._name.setText(f"{self._plain} · {words}" if words else self._plain)
        self._describe()

    def set_error(self, words: str) -> None:
        """Show an error at the field; an empty text takes it away."""
        self._error.setText(words)
        self._error.setVisible(bool(words))
        self.editor.setProperty("invalid", "true" if words else "false")
        self._describe()

    def _describe(self) -> None:
        said = (
            tr("Error: {words}.", words=self.error) if self.error else "",
            self._note,
            self._hint,
        )
        self.editor.setAccessibleDescription(" ".join(part for part in said if part))
        restyle(self.editor)


class NhsNumberEdit(QLineEdit):
    """One box that sets digits 3-3-4 while typing and drops every other character (CUI NUM)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("NHS number"))
        self.textEdited.connect(self._set_out)

    @property
    def digits(self) -> str:
        """The digits typed, without spaces."""
        return "".join(each for each in self.text() if each in "0123456789")

    def _set_out(self, text: str) -> None:
        before = sum(each in "0123456789" for each in text[: self.cursorPosition()])
        digits = self.digits[:10]
        parts = (digits[:3], digits[3:6], digits[6:])
        self.setText(" ".join(part for part in parts if part))
        place = seen = 0
        while seen < min(before, 10) and place < len(self.text()):
            seen += self.text()[place] != " "
            place += 1
        self.setCursorPosition(place)


class SectionState(Enum):
    """How far a section of a form is; value: icon, words."""

    DONE = ("tick-circle", "complete")
    MISSING = ("edit", "not complete")
    WRONG = ("error", "has errors")
    EMPTY = ("chevron-right", "not begun")


@dataclass(frozen=True, slots=True)
class Section:
    """One section of a form and its state."""

    key: str
    words: str
    state: SectionState = SectionState.EMPTY


class SectionList(QListWidget):
    """The sections of a form at its left, each with a sign and words for its state.

    Signals:
        chosen: the key of the section to go to.
    """

    chosen = Signal(str)

    def __init__(self, theme: Theme, *, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAccessibleName(name)
        theme.keep(self.setFixedWidth, 220)
        theme.keep(self.setIconSize, 17, 17)
        self._sections: tuple[Section, ...] = ()
        self.currentItemChanged.connect(self._tell)
        theme.changed.connect(self._dress)

    def show_sections(self, sections: Sequence[Section]) -> None:
        """Show the sections; the chosen one stays chosen."""
        self._sections = tuple(sections)
        self._dress()

    def _dress(self) -> None:
        sections = self._sections
        tokens = self._theme.tokens
        colours = {
            SectionState.DONE: tokens.good,
            SectionState.MISSING: tokens.warn_text,
            SectionState.WRONG: tokens.bad_text,
        }
        for number, section in enumerate(sections):
            item = self.item(number) if number < self.count() else QListWidgetItem(self)
            icon, words = section.state.value
            item.setText(section.words)
            colour = colours.get(section.state, tokens.text_quiet)
            item.setIcon(self._theme.icon(icon, colour, 17))
            item.setData(Qt.ItemDataRole.UserRole, section.key)
            spoken = f"{section.words}, {words}"
            item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken)
            item.setToolTip(words.capitalize())
        while self.count() > len(sections):
            self.takeItem(self.count() - 1)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.doItemsLayout()  # items made before the style sheet came are too low

    def choose(self, key: str) -> None:
        """Make a section the chosen one."""
        for number in range(self.count()):
            if self.item(number).data(Qt.ItemDataRole.UserRole) == key:
                self.setCurrentRow(number)

    def _tell(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(item.data(Qt.ItemDataRole.UserRole))


class ErrorSummary(QFrame):
    """The box on top of a form that lists what stops it; each line goes to its field."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("errorSummary")
        self._theme = theme
        self._column = QVBoxLayout(self)
        theme.keep(self._column.setContentsMargins, 14, 14, 14, 14)
        theme.keep(self._column.setSpacing, 4)
        self._title = label(tr("There is a problem"), "heading")
        self._column.addWidget(self._title)
        self._lines: list[QWidget] = []
        self.hide()

    def show_fields(self, fields: Sequence[LabelledField]) -> bool:
        """List the fields that have an error; hide the box and return False where none has."""
        for old in self._lines:
            old.hide()
            old.deleteLater()
        wrong = [each for each in fields if each.error]
        self._lines = [self._link(each) for each in wrong]
        for line in self._lines:
            self._column.addWidget(line, 0, Qt.AlignmentFlag.AlignLeft)
        self.setAccessibleName("; ".join(f"{each.words}: {each.error}" for each in wrong))
        self.setVisible(bool(wrong))
        return bool(wrong)

    def _link(self, field: LabelledField) -> QWidget:
        def go() -> None:
            field.editor.setFocus(Qt.FocusReason.TabFocusReason)

        return Button(self._theme, f"{field.words}: {field.error}", kind="link", clicked=go)

    def show_words(self, words: Sequence[str]) -> None:
        """List reasons that belong to no field, e.g. a gate that is not passed."""
        for old in self._lines:
            old.hide()
            old.deleteLater()
        self._lines = [label(f"• {each}", wrap=True) for each in words]
        for line in self._lines:
            self._column.addWidget(line)
        self.setAccessibleName("; ".join(words))
        self.setVisible(bool(words))
