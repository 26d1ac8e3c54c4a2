"""Shows what a PAS extract would change, takes it in, and gives the account line by line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from d2a_desktop.core.errors import KnownError
from d2a_desktop.domain.changes import ChangeSet
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.errors import words_for
from d2a_desktop.ui.formats.cells import TextCell
from d2a_desktop.ui.formats.language import plural, tr
from d2a_desktop.ui.formats.tones import Tone
from d2a_desktop.ui.item_models.rows_model import Column, RowsModel
from d2a_desktop.ui.tasks import Job, Progress, Tasks
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.board_view import BoardView
from d2a_desktop.ui.widgets.dialog import Dialog
from d2a_desktop.ui.widgets.form_parts import ErrorSummary
from d2a_desktop.ui.widgets.labels import Button, Facts, label
from d2a_desktop.ui.widgets.progress_line import ProgressRow

if TYPE_CHECKING:
    from d2a_desktop.bootstrap import Desk
    from d2a_desktop.services.import_preview import Account

_TOUCHED = frozenset(
    {"spell", "patient", "nctr_period", "departure", "task", "import_batch", "event"}
)


@dataclass(frozen=True)
class ImportLine:
    """One row of the account: where in the file, what became of it, and why."""

    key: str
    line: int
    what: str
    column: str
    reason: str
    who: str = ""
    was: str = ""


@dataclass(frozen=True)
class ImportResult:
    """What an import did, as this window shows it; `changes` wakes the boards."""

    accepted: int
    changed: int
    unchanged: int
    refused: int
    lines: tuple[ImportLine, ...]
    not_in_extract: tuple[str, ...]
    extra_columns: tuple[str, ...]
    sha256: str = ""
    changes: ChangeSet = field(default=ChangeSet(kinds=_TOUCHED))


def look_at(desk: Desk, path: Path, progress: Progress, *, accept_header: bool) -> ImportResult:
    """Return what an import of a file would do; runs in the background, and changes nothing.

    Raises:
        InputFileError: the file is refused whole.
    """
    preview = desk.imports.preview(
        desk.caller,
        path,
        accept_header=accept_header,
        on_progress=progress.report,
        cancelled=lambda: progress.cancelled,
    )
    differences = [
        ImportLine(
            f"d{n}",
            one.line,
            "New" if one.is_new else "Changes",
            one.field,
            one.will,
            who=one.person,
            was=one.was,
        )
        for n, one in enumerate(preview.differences)
    ]
    return _result(preview.report, differences)


def take_in(
    desk: Desk, path: Path, progress: Progress, *, accept_header: bool, as_shown: str = ""
) -> ImportResult:
    """Import a file and return its account; runs in the background.

    Raises:
        InputFileError: the file was refused whole.
    """
    report = desk.imports.pas_csv(
        desk.caller,
        path,
        accept_header=accept_header,
        as_shown=as_shown,
        on_progress=progress.report,
        cancelled=lambda: progress.cancelled,
    )
    changed = [
        ImportLine(f"c{n}", one.line, "Changed", one.column, tr("Case {case}", case=one.case))
        for n, one in enumerate(report.changes)
    ]
    return _result(report, changed)


def _result(report: Account, more: Sequence[ImportLine]) -> ImportResult:
    """Return the account of a report: refused rows first, then what to look at, then the rest."""
    lines = [
        ImportLine(
            f"r{n}", one.line, "Refused", one.column, one.because.removeprefix(one.column + ": ")
        )
        for n, one in enumerate(report.refused)
    ]
    lines += [
        ImportLine(f"f{n}", one.line, "Look at", one.column, one.words)
        for n, one in enumerate(report.flags)
    ]
    return ImportResult(
        accepted=report.accepted,
        changed=report.changed,
        unchanged=report.unchanged,
        refused=len(report.refused),
        lines=(*lines, *more),
        sha256=report.sha256,
        not_in_extract=report.not_in_extract,
        extra_columns=report.extra_columns,
    )


def line_model() -> RowsModel[ImportLine]:
    """Return the empty model of the account."""
    columns: tuple[Column[ImportLine], ...] = (
        Column("line", tr("Line"), lambda r: TextCell(str(r.line)), lambda r: r.line, width=64),
        Column("what", tr("What"), _what, lambda r: r.what, width=90),
        Column("who", tr("Patient"), lambda r: TextCell(r.who), lambda r: r.who, width=170),
        Column("column", tr("Column"), lambda r: TextCell(r.column), lambda r: r.column, width=150),
        Column("was", tr("Is now"), lambda r: TextCell(r.was), lambda r: r.was, width=150),
        Column(
            "reason",
            tr("Will be, or why"),
            lambda r: TextCell(r.reason),
            lambda r: r.reason,
            width=240,
            stretch=1,
        ),
    )
    return RowsModel(columns, id_of=lambda row: row.key)


def _what(row: ImportLine) -> TextCell:
    tone = {"Refused": Tone.BAD, "Look at": Tone.WARN}.get(row.what, Tone.PLAIN)
    return TextCell(tr(row.what), tone=tone)


class ImportDialog(Dialog):
    """Choose a file, follow it, read the account.

    Signals:
        imported: the ImportResult, once what could go in is in.
    """

    imported = Signal(object)

    def __init__(
        self, theme: Theme, tasks: Tasks, link: DeskLink, *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._tasks, self._link, self._theme = tasks, link, theme
        self._path: Path | None = None
        self._job: Job | None = None
        self._shown = ""
        self._accepts_header = False
        self.setWindowTitle(tr("Import a PAS extract"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        outer = QVBoxLayout(self)
        theme.keep(outer.setContentsMargins, 20, 20, 20, 20)
        theme.keep(outer.setSpacing, 12)
        outer.addWidget(label(tr("Import a PAS extract"), "title"))
        self.words = _words(
            " ".join(
                (
                    tr("Choose a file to see what it would change."),
                    tr("Nothing goes in before you say so."),
                    tr("Rows that cannot go in are listed with line, column and reason."),
                    tr("A person the extract leaves out is never taken as discharged."),
                )
            )
        )
        self.summary = ErrorSummary(theme)
        self.progress = ProgressRow(theme, tr("Importing"))
        self.progress.cancelled.connect(self._cancel)
        self.facts = Facts(theme)
        self.model = line_model()
        self.view = BoardView(
            theme, self.model, columns=self.model.columns, name=tr("Account of the import")
        )
        for each in (self.words, self.summary, self.progress, self.facts):
            outer.addWidget(each)
        outer.addWidget(self.view, 1)
        outer.addLayout(self._buttons(theme))
        self.progress.hide()
        self.view.hide()
        self.resize(theme.px(980), theme.px(580))
        self.choose_button.setFocus()

    def choose(self) -> None:
        """Ask for the file, then show what it would change."""
        name, _ = QFileDialog.getOpenFileName(self, tr("Choose a PAS extract"), "", _files())
        if name:
            self.preview(Path(name))

    def preview(self, path: Path, *, accept_header: bool = False) -> Job:
        """Show what a file would change, in the background; nothing goes in."""
        desk = self._link.desk
        self._path, self._accepts_header = path, accept_header
        self._show_running(running=True)
        self._job = self._tasks.run_long_query(
            lambda progress: look_at(desk, path, progress, accept_header=accept_header),
            self.show_preview,
            failed=self._failed,
            owner=self,
        )
        return self._follow(self._job)

    def run(self, path: Path, *, accept_header: bool = False, as_shown: str = "") -> Job:
        """Take a file in, in the background; cancelling leaves the store as it was."""
        desk = self._link.desk
        self._path = path
        self._show_running(running=True)
        self._job = self._tasks.run_long_command(
            lambda progress: take_in(
                desk, path, progress, accept_header=accept_header, as_shown=as_shown
            ),
            self.show_result,
            failed=self._failed,
            owner=self,
        )
        return self._follow(self._job)

    def show_preview(self, result: ImportResult) -> None:
        """Show what would go in, and offer to take it in."""
        self._shown = result.sha256
        self._show_account(result)
        going = result.accepted + result.changed
        self.words.setText(
            tr("Nothing is in yet. Look at what would change, then take it in.")
            if going
            else tr("Nothing in this file is new. There is nothing to take in.")
        )
        self.take_button.setVisible(bool(going))
        self.take_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def take_shown(self) -> None:
        """Take in the file as it was shown."""
        if self._path is not None:
            self.run(self._path, accept_header=self._accepts_header, as_shown=self._shown)

    def show_result(self, result: ImportResult) -> None:
        """Show the account of an import."""
        self._show_account(result)
        taken = result.accepted + result.changed + result.unchanged
        self.words.setText(plural(taken, "row is in.", "rows are in."))
        self.imported.emit(result)

    def _follow(self, job: Job) -> Job:
        job.progressed.connect(self.progress.show_progress)
        job.ended.connect(self._ended)
        return job

    def _show_account(self, result: ImportResult) -> None:
        facts: list[tuple[str, str] | tuple[str, str, Tone]] = [
            (tr("New"), str(result.accepted)),
            (tr("Changed"), str(result.changed)),
            (tr("Unchanged"), str(result.unchanged)),
            (tr("Refused"), str(result.refused), Tone.BAD if result.refused else Tone.PLAIN),
        ]
        if result.not_in_extract:
            missing = plural(len(result.not_in_extract), "person", "people")
            words = tr("{people}, marked so on the ward board", people=missing)
            facts.append((tr("Not in extract"), words))
        if result.extra_columns:
            facts.append((tr("Other columns"), ", ".join(result.extra_columns)))
        self.facts.show_facts(facts)
        self.model.show(result.lines)
        self.view.setVisible(bool(result.lines))
        self.save.setVisible(bool(result.refused))
        self.again.setVisible(False)
        self.take_button.setVisible(False)

    def save_refused(self, target: Path) -> None:
        """Write the rows that were refused, with their reasons, to be mended and imported again."""
        desk, source = self._link.desk, self._path
        if source is None:
            return

        def write() -> None:
            desk.imports.pas_csv(
                desk.caller, source, dry_run=True, accept_header=True, refused_to=target
            )

        self._tasks.run_query(write, lambda _: self._saved(), failed=self._failed, owner=self)

    # ------------------------------------------------------------ inside

    def _buttons(self, theme: Theme) -> QHBoxLayout:
        row = QHBoxLayout()
        self.save = Button(theme, tr("Save refused rows…"), icon="export", clicked=self._ask_target)
        self.again = Button(
            theme, tr("Use the new header"), kind="danger", clicked=self._accept_header
        )
        self.close_button = Button(theme, tr("Close"), clicked=self.reject)
        self.choose_button = Button(
            theme, tr("Choose file…"), kind="accent", icon="import", clicked=self.choose
        )
        self.take_button = Button(
            theme, tr("Take this in"), kind="primary", icon="import", clicked=self.take_shown
        )
        row.addWidget(self.save)
        row.addWidget(self.again)
        row.addStretch(1)
        row.addWidget(self.close_button)
        row.addWidget(self.choose_button)
        row.addWidget(self.take_button)
        self.take_button.hide()
        self.save.hide()
        self.again.hide()
        return row

    def _ask_target(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, tr("Save refused rows"), "refused-rows.csv", "CSV (*.csv)"
        )
        if name:
            self.save_refused(Path(name))

    def _saved(self) -> None:
        self.words.setText(tr("The refused rows are saved. They hold identities: keep them safe."))

    def _accept_header(self) -> None:
        if self._path is not None:
            self.preview(self._path, accept_header=True)

    def _show_running(self, *, running: bool) -> None:
        if running:
            self.summary.hide()
            self.take_button.hide()
            self.progress.show_progress(0, 0)
        self.progress.setVisible(running)
        self.choose_button.setEnabled(not running)
        self.close_button.setEnabled(not running)

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def _ended(self) -> None:
        self._show_running(running=False)
        if self._job is not None and self._job.cancelled:
            self.words.setText(tr("The import was cancelled. Nothing was imported."))
        self._job = None

    def _failed(self, problem: Exception) -> None:
        if not isinstance(problem, KnownError):
            self._tasks.failed.emit(problem)
            return
        words = words_for(problem)
        self.summary.show_words([part for part in (words.what_happened, words.what_to_do) if part])
        self.again.setVisible(problem.code == "header_changed")

    def reject(self) -> None:
        if self._job is None:  # an import under way is cancelled by its own button
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        event.setAccepted(self._job is None)


def _files() -> str:
    return f"{tr('PAS extracts')} (*.csv *.txt *.tsv);;{tr('All files')} (*)"


def _words(words: str) -> QLabel:
    return label(words, "quiet", wrap=True)
