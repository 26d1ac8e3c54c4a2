"""Asks once before something is done, naming the person it is done for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from d2a_desktop.ui.dialogs.fetched_banner import FetchedBanner
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.dialog import Dialog
from d2a_desktop.ui.widgets.form_parts import LabelledField
from d2a_desktop.ui.widgets.labels import Button, label
from d2a_desktop.ui.widgets.patient_banner import BannerFacts, PatientBanner


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked; `consequences` lists what else will change (a cascade's preview)."""

    title: str
    words: str
    action: str
    consequences: tuple[str, ...] = ()
    reason_label: str = ""
    dangerous: bool = False


class ConfirmDialog(Dialog):
    """The question under the person's banner; `reason` holds what was typed where one is needed.

    `person` is who is in front of the caller; `banner` asks who it is where only the case is known.
    """

    def __init__(
        self,
        theme: Theme,
        question: Question,
        *,
        person: BannerFacts | None = None,
        banner: PatientBanner | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(question.title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        theme.keep(self.setMinimumWidth, 520)
        outer = QVBoxLayout(self)
        theme.keep(outer.setContentsMargins, 20, 20, 20, 20)
        theme.keep(outer.setSpacing, 12)
        outer.addWidget(label(question.title, "title"))
        if person is not None:
            banner = PatientBanner(theme)
            banner.show_person(person)
        if banner is not None:
            outer.addWidget(banner)
        outer.addWidget(label(question.words, wrap=True))
        self._add_consequences(outer, question.consequences)
        self._field: LabelledField | None = None
        if question.reason_label:
            self._field = LabelledField(theme, question.reason_label, QLineEdit(), required=True)
            outer.addWidget(self._field)
        row = QHBoxLayout()
        kind = "danger" if question.dangerous else "primary"
        self.action = Button(theme, question.action, kind=kind, clicked=self._try)
        if isinstance(banner, FetchedBanner):
            self.action.setEnabled(banner.is_known)
            banner.known.connect(partial(self.action.setEnabled, True))
        self.keep = Button(theme, "Cancel", clicked=self.reject)
        row.addStretch(1)
        row.addWidget(self.keep)
        row.addWidget(self.action)
        outer.addLayout(row)
        first = self.keep if question.dangerous else self.action
        first.setDefault(True)
        target = self._field.editor if self._field is not None else first
        target.setFocus(Qt.FocusReason.TabFocusReason)

    @property
    def reason(self) -> str:
        """What was typed as the reason."""
        editor = self._field.editor if self._field is not None else None
        return editor.text().strip() if isinstance(editor, QLineEdit) else ""

    def _add_consequences(self, outer: QVBoxLayout, consequences: Sequence[str]) -> None:
        if not consequences:
            return
        outer.addWidget(label("This also", "strong"))
        outer.addWidget(label("\n".join(f"• {each}" for each in consequences), wrap=True))

    def _try(self) -> None:
        if not self.action.isEnabled():
            return
        if self._field is not None and not self.reason:
            self._field.set_error("Give the reason")
            self._field.editor.setFocus()
            return
        self.accept()
