"""What people read when something fails."""

from __future__ import annotations

import errno
import sys
import threading
from datetime import UTC, datetime

import pytest
from PySide6.QtWidgets import QMainWindow, QMessageBox

from d2a_desktop.core.errors import (
    BlockedError,
    BugError,
    KnownError,
    RefusedError,
    UnreachableError,
)
from d2a_desktop.ui.errors import ErrorWords, Reporter, is_bug, show_error, words_for

NOW = datetime(2026, 11, 22, 13, 10, tzinfo=UTC)


@pytest.fixture
def shown() -> list[ErrorWords]:
    return []


@pytest.fixture
def reporter(tmp_path, shown, qapp):
    made = Reporter(
        reports_dir=tmp_path / "reports", now=lambda: NOW, version="1.0", show=shown.append
    )
    yield made
    made.uninstall()


def test_a_known_error_is_shown_with_what_to_do():
    words = words_for(RefusedError("This offer was withdrawn.", what_to_do="Refresh the list."))
    assert words.what_happened == "This offer was withdrawn."
    assert words.what_to_do == "Refresh the list."
    assert not words.is_bug


def test_a_gate_lists_every_reason():
    words = words_for(BlockedError("Not ready to leave.", reasons=("No key", "No medicines")))
    assert words.plain.splitlines()[:3] == ["Not ready to leave.", "• No key", "• No medicines"]


def test_a_dead_server_says_what_is_safe():
    words = words_for(UnreachableError("The shared database does not answer."))
    assert "kept on this computer" in words.plain
    assert "Try again." in words.plain


def test_a_full_disk_is_no_bug():
    words = words_for(OSError(errno.ENOSPC, "No space left"))
    assert words.title == "The disk is full"
    assert not words.is_bug


def test_a_bug_shows_a_reference_and_never_its_own_text(reporter: Reporter, tmp_path):
    try:
        raise ValueError("KOWALSKA, Zofia 999 012 3452")
    except ValueError as problem:
        words = reporter.take(problem)
    assert words.is_bug
    assert words.reference
    assert "Something went wrong." in words.plain
    assert "Your work is saved." in words.plain
    assert f"Ref {words.reference}" in words.plain
    report = next((tmp_path / "reports").iterdir()).read_text()
    for secret in ("KOWALSKA", "3452"):
        assert secret not in words.plain
        assert secret not in report
    assert "ValueError" in report


def test_our_own_bug_error_counts_as_a_bug():
    assert is_bug(BugError("impossible"))
    assert not is_bug(RefusedError("no"))


def test_an_exception_nobody_took_is_shown_from_any_thread(reporter: Reporter, shown, qtbot):
    reporter.install()
    sys.excepthook(RuntimeError, RuntimeError("x"), None)
    qtbot.waitUntil(lambda: len(shown) == 1)

    def fail() -> None:
        raise RuntimeError("y")

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: len(shown) == 2)
    assert all(each.is_bug and each.reference for each in shown)


def test_a_fault_inside_the_dialog_opens_no_second_one(tmp_path, qtbot, qapp):
    seen: list[ErrorWords] = []

    def show(words: ErrorWords) -> None:
        seen.append(words)
        reporter._excepthook(RuntimeError, RuntimeError("again"), None)
        qapp.processEvents()

    reporter = Reporter(reports_dir=tmp_path, now=lambda: NOW, version="1.0", show=show)
    reporter._excepthook(RuntimeError, RuntimeError("first"), None)
    qtbot.waitUntil(lambda: bool(seen))
    qapp.processEvents()
    assert len(seen) == 1


def test_what_fails_while_an_object_is_let_go_is_reported_and_told_to_nobody(
    reporter: Reporter, shown, tmp_path, qtbot
):
    class Fails:
        def __del__(self) -> None:
            raise ValueError("KOWALSKA")

    reporter.install()
    Fails()
    report = next((tmp_path / "reports").iterdir()).read_text()
    assert "ValueError" in report
    assert "KOWALSKA" not in report
    assert shown == []


def _leaves(kind: type[KnownError]) -> list[type[KnownError]]:
    """Return the tree as `core/errors.py` draws it; others below it are made of these."""
    drawn = [each for each in kind.__subclasses__() if each.__module__ == kind.__module__]
    return [kind, *(each for below in drawn for each in _leaves(below))]


@pytest.mark.parametrize("kind", _leaves(KnownError), ids=lambda kind: kind.__name__)
def test_every_error_says_what_happened_what_is_safe_and_what_to_do(kind: type[KnownError]):
    more = {"reasons": ("This is open.",)} if issubclass(kind, BlockedError) else {}
    said = words_for(kind("It was refused.", **more))
    assert said.title
    assert said.what_happened == "It was refused."
    assert said.what_is_safe
    assert said.what_to_do
    own = words_for(kind("It was refused.", what_to_do="Ring the hub.", **more))
    assert own.what_to_do == "Ring the hub."


def test_a_bug_says_the_same_and_a_reference():
    said = words_for(ValueError("of somebody"), reference="7K3Q")
    assert "of somebody" not in said.plain
    assert said.plain.endswith("Ref 7K3Q")
    assert all((said.what_happened, said.what_is_safe, said.what_to_do))


def test_a_failure_that_comes_again_and_again_shows_one_dialog_and_blocks_nothing(qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    window.show()
    words = ErrorWords(
        "Fault", "Something went wrong.", "Your work is saved.", "Go on.", is_bug=True
    )
    for _ in range(3):
        show_error(words, window)
    boxes = [each for each in window.findChildren(QMessageBox) if each.isVisible()]
    assert len(boxes) == 1
    boxes[0].close()
    show_error(words, window)
    assert sum(each.isVisible() for each in window.findChildren(QMessageBox)) == 1
