"""What a person reads when something fails: what happened, what is safe and what to do."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import (
    QMessageLogContext,
    QObject,
    Qt,
    QtMsgType,
    Signal,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from d2a_desktop.core.errors import (
    BlockedError,
    BugError,
    InputFileError,
    KnownError,
    NotPermittedError,
    UnreachableError,
    UsageError,
)
from d2a_desktop.core.logs import EventLog, write_report
from d2a_desktop.ui.clipboard import copy_free_of_people

_LOG = EventLog(__name__)
_TELLS = "tells_a_failure"
_BUG_TITLE = "Something went wrong"
_BUG_SAFE = "Your work is saved."


@dataclass(frozen=True, slots=True)
class ErrorWords:
    """One failure in words for the person at the desk."""

    title: str
    what_happened: str
    what_is_safe: str
    what_to_do: str
    reasons: tuple[str, ...] = ()
    reference: str = ""
    is_bug: bool = False

    @property
    def plain(self) -> str:
        """All of it as one text, for a dialog, a clipboard or a screen reader."""
        lines = [self.what_happened, *(f"• {each}" for each in self.reasons)]
        lines += [self.what_is_safe, self.what_to_do]
        if self.reference:
            lines.append(f"Ref {self.reference}")
        return "\n".join(line for line in lines if line)


def words_for(problem: BaseException, *, reference: str = "") -> ErrorWords:
    """Return the words for an exception; only a KnownError's own words are ever shown.

    Any other exception is a bug: its text may hold what was on the desk, so it stays unseen and
    the person gets a reference to the report.
    """
    if isinstance(problem, BlockedError):
        return ErrorWords(
            "Not yet possible",
            problem.message,
            "Nothing was changed.",
            problem.what_to_do or "Settle what is listed, then try again.",
            reasons=problem.reasons,
        )
    if isinstance(problem, UnreachableError):
        return ErrorWords(
            "Cannot be reached",
            problem.message,
            "Everything you entered is kept on this computer.",
            problem.what_to_do or "Try again.",
        )
    if isinstance(problem, KnownError):
        next_step = problem.what_to_do or _next_step(problem)
        return ErrorWords("Not done", problem.message, "Nothing was changed.", next_step)
    if _disk_full(problem):
        return ErrorWords(
            "The disk is full",
            "There is no room left to save on this computer.",
            "Everything saved before is safe; the last change was not made.",
            "Free some space, then try again.",
        )
    return ErrorWords(
        _BUG_TITLE,
        f"{_BUG_TITLE}.",
        _BUG_SAFE,
        "You can go on working. If it happens again, tell your support the reference.",
        reference=reference,
        is_bug=True,
    )


def ended_words(reference: str) -> ErrorWords:
    """Return the words for a program that ended suddenly the last time; no fault of now."""
    return ErrorWords(
        "D2A ended suddenly last time",
        f"D2A ended suddenly last time. Ref {reference}",
        "What was saved is safe, and drafts are kept.",
        "You can go on working. If it happens again, tell your support the reference.",
        reference=reference,
    )


def _next_step(problem: KnownError) -> str:
    """Return what to do where the error itself does not say it."""
    if isinstance(problem, NotPermittedError):
        return "Ask somebody whose role allows it."
    if isinstance(problem, UsageError | InputFileError):
        return "Correct it, then try again."
    return "Look at it again, then decide anew."


def is_bug(problem: BaseException) -> bool:
    """Return whether this is our fault and deserves a report."""
    return isinstance(problem, BugError) or words_for(problem).is_bug


def _disk_full(problem: BaseException) -> bool:
    import sqlite3  # after the first paint

    full = getattr(problem, "errno", None) == 28 or "disk is full" in str(problem)
    return full and isinstance(problem, OSError | sqlite3.OperationalError)


class Reporter(QObject):
    """Writes reports of bugs and shows them, from any thread; one dialog at a time.

    Args:
        reports_dir: where report files go (no patient data: frames only, see core.logs).
        now: the present instant, aware.
        version: of the program, for the report.
        show: how the words reach the person; the dialog below in the desktop.
    """

    _arose = Signal(object)

    def __init__(
        self,
        *,
        reports_dir: Path,
        now: Callable[[], datetime],
        version: str,
        show: Callable[[ErrorWords], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._reports_dir = reports_dir
        self._now = now
        self._version = version
        self._show = show
        self._showing = False
        self._unraisable_before: Callable[[sys.UnraisableHookArgs], object] | None = None
        self._arose.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Take every exception that nothing else took, of all threads and of Qt's slots."""
        sys.excepthook = self._excepthook
        threading.excepthook = self._threading_hook
        self._unraisable_before = sys.unraisablehook
        sys.unraisablehook = self._unraisable_hook
        qInstallMessageHandler(_qt_message)

    def uninstall(self) -> None:
        """Give the hooks back to Python and Qt."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__
        if self._unraisable_before is not None:
            sys.unraisablehook, self._unraisable_before = self._unraisable_before, None
        qInstallMessageHandler(None)

    def take(self, problem: BaseException) -> ErrorWords:
        """Return the words for `problem`, with a report written where it is a bug."""
        if not is_bug(problem):
            return words_for(problem)
        try:
            reference = write_report(
                problem, self._reports_dir, at=self._now(), version=self._version
            )
        except KnownError as failure:
            _LOG.error("report_failed", error=failure)
            reference = ""
        _LOG.error("bug", reference=reference or None, error=problem)
        return words_for(problem, reference=reference)

    def _excepthook(
        self,
        kind: type[BaseException],
        problem: BaseException,
        trace: TracebackType | None,
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, problem, trace)
            return
        self._arose.emit(self.take(problem))

    def _threading_hook(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self._arose.emit(self.take(args.exc_value))

    def _unraisable_hook(self, unraisable: sys.UnraisableHookArgs) -> None:
        """Report what failed while an object was let go; nobody can do anything about it now."""
        if unraisable.exc_value is not None:
            self.take(unraisable.exc_value)

    def _tell(self, words: ErrorWords) -> None:
        if self._showing:  # a fault in a repaint comes back at once, for ever
            return
        self._showing = True
        try:
            self._show(words)
        finally:
            self._showing = False


def show_error(words: ErrorWords, parent: QWidget | None = None) -> None:
    """Show one failure in a dialog; a bug's reference can be copied.

    One at a time: what fails again every half minute at a desk that nobody looks at would else
    fill the screen. The log has each of them.
    """
    if any(each.property(_TELLS) and each.isVisible() for each in QApplication.topLevelWidgets()):
        return
    box = QMessageBox(parent)
    box.setProperty(_TELLS, "true")
    box.setIcon(QMessageBox.Icon.Critical if words.is_bug else QMessageBox.Icon.Warning)
    box.setWindowTitle(words.title)
    box.setText(words.what_happened)
    rest = words.plain.removeprefix(words.what_happened).strip()
    box.setInformativeText(rest)
    close = box.addButton("Close", QMessageBox.ButtonRole.AcceptRole)
    box.setDefaultButton(close)
    if words.reference:
        copy = box.addButton("Copy reference", QMessageBox.ButtonRole.ActionRole)
        copy.clicked.connect(lambda: copy_free_of_people(words.reference))
    if parent is None:
        box.exec()
        return
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()  # the work behind it goes on


def _qt_message(kind: QtMsgType, context: QMessageLogContext, _message: str) -> None:
    """Log that Qt complained and where; its text may quote a widget's words, so it is left out."""
    if kind in (QtMsgType.QtWarningMsg, QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg):
        _LOG.warning("qt_message", kind=kind.name.lower(), line=context.line)
