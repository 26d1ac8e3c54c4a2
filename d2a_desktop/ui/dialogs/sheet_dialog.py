"""Chooses a sheet about several people, how much it says of them, and prints or saves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtWidgets import (
    QCompleter,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from d2a_desktop.domain.codes import LISTS, PackKind
from d2a_desktop.domain.pack_audience import DEFAULT_PRIVACY, Privacy, may_print
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.dialogs.print_service import PrintService
from d2a_desktop.ui.dialogs.print_steps import PrintSteps
from d2a_desktop.ui.formats.words import count
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.dialog import Dialog
from d2a_desktop.ui.widgets.editors import QuietCombo
from d2a_desktop.ui.widgets.labels import Button, label

if TYPE_CHECKING:
    from d2a_desktop.domain.permissions import Caller
    from d2a_desktop.services.sheets import SheetIssued, SheetWish

_WARD = "All wards; or type one, such as G5"
_WEEK = "Week, such as 2026-W47; else the last whole one"


def prints_any(caller: Caller) -> bool:
    """Return whether a person may print one of these lists at all."""
    return any(may_print(caller, each) for each in LISTS)


class SheetDialog(Dialog):
    """Lists for ward, hub, weekend and a day without the network, and the weekly figures.

    Args:
        theme, tasks, link: the desk's own.
        kind: with which sheet to begin.
        printing: the door to printers and files.
    """

    def __init__(
        self,
        theme: Theme,
        tasks: Tasks,
        link: DeskLink,
        *,
        kind: PackKind | None = None,
        printing: PrintService | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._tasks, self._link = tasks, link
        self.steps = PrintSteps(self, tasks, link, printing=printing, set_ready=self._set_ready)
        self.problem = self.steps.problem
        self.setWindowTitle("Lists and report")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.kinds, self.privacy = QuietCombo(theme), QuietCombo(theme)
        caller = link.desk.caller
        for each in LISTS:
            if may_print(caller, each):
                self.kinds.addItem(each.label, each.value)
        if kind is not None:
            self.kinds.setCurrentIndex(max(0, self.kinds.findData(kind.value)))
        for privacy in Privacy:
            self.privacy.addItem(privacy.label, privacy.value)
        self.filter, self.purpose = QLineEdit(), QLineEdit()
        self._wards = QCompleter(self)
        self._wards.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._wards.setFilterMode(Qt.MatchFlag.MatchContains)
        tasks.run_query(
            lambda: link.desk.queries.ward_board(link.desk.caller),
            lambda board: self._wards.setModel(
                QStringListModel(sorted({row.ward for row in board.rows if row.ward}), self)
            ),
            owner=self,
            key="wards",
        )
        self.state = label("", "quiet", wrap=True)
        self.print_button = Button(theme, "Print…", kind="primary", clicked=self.print_sheet)
        self.save_button = Button(theme, "Save PDF…", icon="export", clicked=self.save_sheet)
        self._lay_out(theme)
        self.kinds.currentIndexChanged.connect(lambda _row: self._show_choices())
        self._show_choices()
        self.steps.look_up_printer()

    def _lay_out(self, theme: Theme) -> None:
        outer = QVBoxLayout(self)
        theme.keep(outer.setContentsMargins, 20, 20, 20, 20)
        theme.keep(outer.setSpacing, 12)
        self.title = label("Lists and report", "title")
        outer.addWidget(self.title)
        form = QFormLayout()
        for words, field in (
            ("Sheet", self.kinds),
            ("It shows", self.privacy),
            ("Only", self.filter),
            ("What for", self.purpose),
        ):
            field.setAccessibleName(words)
            form.addRow(words, field)
        outer.addLayout(form)
        outer.addWidget(self.state)
        outer.addWidget(self.problem)
        row = QHBoxLayout()
        row.addStretch(1)
        for button in (self.print_button, self.save_button):
            row.addWidget(button)
        row.addWidget(Button(theme, "Close", clicked=self.close))
        outer.addLayout(row)
        theme.keep(self.setMinimumWidth, 520)

    @property
    def kind(self) -> PackKind:
        """The sheet that is chosen."""
        return PackKind(self.kinds.currentData())

    def _show_choices(self) -> None:
        if self.kinds.count() == 0:
            self._set_ready(False)
            self.state.setText("Your role makes none of these sheets.")
            return
        self.title.setText(self.kind.label)
        people = self.kind is not PackKind.FLOW
        self.privacy.setEnabled(people)
        if people:
            default = DEFAULT_PRIVACY[self.kind].value
            self.privacy.setCurrentIndex(self.privacy.findData(default))
        self.filter.clear()
        self.filter.setPlaceholderText(_WARD if people else _WEEK)
        if people:
            self.filter.setCompleter(self._wards)
        else:
            self.filter.setCompleter(QCompleter(self))  # a week is not looked up
        self.state.setText(
            "It holds the people on this desk; the print is recorded with your name."
            if people
            else "Figures of the records on this desk, without anybody's identity."
        )

    def _wish(self) -> SheetWish:
        from d2a_desktop.services.sheets import SheetWish

        people = self.kind is not PackKind.FLOW
        only = self.filter.text().strip()
        return SheetWish(
            kind=self.kind,
            privacy=Privacy(self.privacy.currentData()) if people else None,
            ward=only if people else "",
            week="" if people else only,
            purpose=self.purpose.text().strip(),
        )

    def print_sheet(self) -> None:
        """Ask for a printer, record the print, then send it."""
        desk, wish = self._link.desk, self._wish()
        self.steps.print_one(lambda: desk.sheets.print_out(desk.caller, wish), self._was_issued)

    def save_sheet(self) -> None:
        """Record the print and write it to a file."""
        desk, wish = self._link.desk, self._wish()
        self.steps.save(
            f"{self.kind.value}.pdf",
            lambda out: desk.sheets.issue(desk.caller, wish, out),
            self._was_issued,
        )

    def _was_issued(self, issued: SheetIssued) -> None:
        pages = count(issued.pages, "page", "pages")
        self.state.setText(f"{issued.reference}, {pages}: recorded.")

    def _set_ready(self, ready: bool) -> None:
        for button in (self.print_button, self.save_button):
            button.setEnabled(ready)
