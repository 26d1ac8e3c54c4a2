"""A column of labelled fields made from a table, read together with their errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from d2a_desktop.core.errors import UsageError
from d2a_desktop.ui.formats.language import tr
from d2a_desktop.ui.theme.sizes import LARGE_TEXT
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.editors import Editor, FieldSpec, Kind, make_editor
from d2a_desktop.ui.widgets.form_parts import LabelledField

_WIDE = (Kind.LONG, Kind.CODES, Kind.COLUMN)


class FormFields(QWidget):
    """Fields in two columns, long ones across both; `narrows` makes it one at large text.

    Signals:
        edited: the key of the field that the person changed.
    """

    edited = Signal(str)

    def __init__(
        self,
        theme: Theme,
        specs: Sequence[FieldSpec],
        *,
        columns: int = 2,
        narrows: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._specs = {spec.key: spec for spec in specs}
        self._editors: dict[str, Editor] = {}
        self._fields: dict[str, LabelledField] = {}
        self._columns = columns
        for spec in specs:
            self._make(theme, spec)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        theme.keep(self._grid.setHorizontalSpacing, 16)
        theme.keep(self._grid.setVerticalSpacing, 12)
        if narrows:
            theme.keep(self._set_out, 100)
        else:
            self._set_out(100)

    def _set_out(self, percent: int) -> None:
        """Put the fields in their places, for a text size in percent."""
        grid, columns = self._grid, 1 if percent >= LARGE_TEXT else self._columns
        while grid.takeAt(0) is not None:
            pass
        row = column = 0
        for key, spec in self._specs.items():
            wide = columns == 1 or spec.kind in _WIDE
            if wide and column:
                row, column = row + 1, 0
            field = self._fields[key]
            if wide:
                grid.addWidget(field, row, 0, 1, columns)
            else:  # editors of one row stand on one line, whatever stands above them
                grid.addWidget(field, row, column, Qt.AlignmentFlag.AlignBottom)
            column += columns if wide else 1
            if column >= columns:
                row, column = row + 1, 0
        for number in range(self._columns):
            grid.setColumnStretch(number, 1 if number < columns else 0)

    @property
    def fields(self) -> list[LabelledField]:
        """All fields, in their order, e.g. for the error summary."""
        return list(self._fields.values())

    def editor(self, key: str) -> Editor:
        """Return the editor of a field."""
        return self._editors[key]

    def field(self, key: str) -> LabelledField:
        """Return the field of a key."""
        return self._fields[key]

    def put(self, values: Mapping[str, Any]) -> None:
        """Show values; keys of no field are left out."""
        for key, value in values.items():
            if key in self._editors:
                self._editors[key].put(value)

    def drafts(self) -> dict[str, Any]:
        """Return what is typed, as typed, of the fields that hold anything."""
        found = {key: editor.draft() for key, editor in self._editors.items()}
        return {key: value for key, value in found.items() if value not in (None, "", [])}

    def put_drafts(self, values: Mapping[str, Any]) -> None:
        """Show what `drafts` gave in place of what the fields hold; keys of no field go."""
        for key, editor in self._editors.items():
            editor.put_draft(values.get(key))

    def reveal(self, group: str, *, shown: bool = True) -> None:
        """Show or hide the fields of a group."""
        for key, spec in self._specs.items():
            if spec.group == group:
                self._fields[key].setVisible(shown)

    def read(self) -> dict[str, Any] | None:
        """Return the values of the fields that are shown, or None where one has an error.

        Each error stands at its field; blank values are left out.
        """
        values: dict[str, Any] = {}
        for key, spec in self._specs.items():
            field = self._fields[key]
            if field.isHidden():
                continue
            field.set_error("")
            try:
                value = self._editors[key].read()
            except UsageError as problem:
                field.set_error(str(problem))
                continue
            if spec.required and value in (None, []):
                field.set_error(tr("Enter this"))
            elif value is not None:
                values[key] = value
        return None if any(field.error for field in self._fields.values()) else values

    def focus_first(self) -> None:
        """Put the focus in the first field that is wrong, else in the first."""
        wrong = [field for field in self.fields if field.error and not field.isHidden()]
        for field in wrong or self.fields[:1]:
            field.editor.setFocus()
            return

    def _make(self, theme: Theme, spec: FieldSpec) -> None:
        editor = make_editor(spec, theme)
        editor.edited.connect(lambda: self.edited.emit(spec.key))
        field = LabelledField(
            theme,
            spec.words,
            editor.widget,
            hint=spec.hint,
            required=spec.required or spec.kind in (Kind.CODES, Kind.COLUMN),
            bare=spec.kind is Kind.TICK,
        )
        self._editors[spec.key], self._fields[spec.key] = editor, field
        if spec.group:
            field.hide()
