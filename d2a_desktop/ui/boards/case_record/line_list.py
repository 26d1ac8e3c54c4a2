"""The lines of one list of the record: contacts, medicines, equipment, risks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from d2a_desktop.domain.display import display_phone
from d2a_desktop.ui.boards.case_record.case_actions import CaseActions
from d2a_desktop.ui.boards.case_record.referral_table import LIST_WORDS, list_specs
from d2a_desktop.ui.dialogs.action_dialog import ActionDialog, ActionForm
from d2a_desktop.ui.formats.words import UNCONFIRMED
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.labels import Button, label


class LineList(QWidget):
    """Lines with Remove (the line is voided, never deleted), and a button that adds one."""

    def __init__(self, theme: Theme, deeds: CaseActions, entity: str) -> None:
        super().__init__()
        self._theme, self._deeds, self._entity = theme, deeds, entity
        self._title, self._add_words = LIST_WORDS[entity]
        self._lines: tuple[Mapping[str, Any], ...] | None = None
        self._unsure: frozenset[str] = frozenset()
        self._rows = QVBoxLayout()
        theme.keep(self._rows.setSpacing, 4)
        self.add = Button(theme, self._add_words, icon="plus", clicked=self.add_line)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        theme.keep(column.setSpacing, 6)
        column.addWidget(label(self._title, "strong"))
        column.addLayout(self._rows)
        row = QHBoxLayout()
        row.addWidget(self.add)
        row.addStretch(1)
        column.addLayout(row)

    def show_lines(
        self,
        lines: Sequence[Mapping[str, Any]],
        *,
        editable: bool,
        unconfirmed: frozenset[str] = frozenset(),
    ) -> None:
        """Show the lines that stand; unchanged ones are left alone.

        `unconfirmed` has the ids of those that the shared database has not confirmed.
        """
        self.add.setVisible(editable)
        unsure = unconfirmed & {str(line["id"]) for line in lines}
        if (tuple(lines), unsure) == (self._lines, self._unsure):
            return
        self._lines, self._unsure = tuple(lines), unsure
        while (item := self._rows.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for line in lines:
            self._rows.addWidget(self._row(line, editable=editable))
        if not lines and self._entity != "restricted_note":
            self._rows.addWidget(label("None recorded", "small"))

    def add_line(self) -> ActionDialog:
        """Open the window of a new line."""
        entity = self._entity
        return self._deeds.open_form(
            ActionForm(
                action="update",
                title=self._add_words,
                button="Add",
                done=f"{self._title}: added",
                fields=list_specs(entity),
                document=lambda values: {"add": {entity: [_plain(values)]}},
                draft=f"update: add {entity}",
            )
        )

    def _row(self, line: Mapping[str, Any], *, editable: bool) -> QWidget:
        row = QWidget()
        box = QHBoxLayout(row)
        box.setContentsMargins(0, 0, 0, 0)
        words = line_words(self._entity, line)
        if line.get("checked") is False:
            words = f"{words} · not checked, left out of packs"
        if str(line["id"]) in self._unsure:
            words = f"{words} · {UNCONFIRMED}"
        box.addWidget(label(words, wrap=True), 1)
        if editable and line.get("checked") is False:
            box.addWidget(self._check_button(line, words))
        if editable:
            line_id = str(line["id"])
            remove = Button(self._theme, "Remove", kind="link")
            remove.setAccessibleName(f"Remove {words}")
            remove.clicked.connect(
                lambda *_: self._deeds.run(
                    "update", {"void": [line_id]}, f"{self._title}: line removed"
                )
            )
            box.addWidget(remove)
        return row

    def _check_button(self, line: Mapping[str, Any], words: str) -> Button:
        """Return the button by which a second clinician stands for a typed medicine."""
        line_id = str(line["id"])
        check = Button(self._theme, "Second check", kind="link")
        check.setAccessibleName(f"Compared with the letter by a second clinician: {words}")
        check.clicked.connect(
            lambda *_: self._deeds.run(
                "update", {"check": [line_id]}, "Medicine: checked against the letter"
            )
        )
        return check


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what was not entered."""
    return {key: value for key, value in values.items() if value is not None}


def line_words(entity: str, line: Mapping[str, Any]) -> str:
    """Return one line of a list in words."""
    names = {
        "contact": ("name", "relationship", "phone", "organisation", "note"),
        "medicine": ("name", "dose", "route", "times", "change", "reason"),
        "equipment": ("item", "supplier", "contact"),
        "risk": ("kind", "detail"),
    }.get(entity, ())
    parts = []
    for name in names:
        value = line.get(name)
        if value in (None, ""):
            continue
        words = str(value).replace("_", " ") if name in ("relationship", "kind") else str(value)
        parts.append(display_phone(words) if name == "phone" else words)
    return " · ".join(parts)
