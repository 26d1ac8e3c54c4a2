"""The gate between the window and the background."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import partial

import pytest
from PySide6.QtCore import QObject

from d2a_desktop.core.errors import RefusedError
from d2a_desktop.domain.changes import NO_CHANGES, ChangeSet
from d2a_desktop.ui.tasks import Progress, Tasks

CHANGE = ChangeSet(kinds=frozenset({"case"}))


@dataclass(frozen=True)
class Accepted:
    """A command's result with its changes."""

    offer_id: str
    changes: ChangeSet


def test_work_runs_away_from_the_main_thread_and_its_answer_comes_back_to_it(tasks: Tasks, qtbot):
    seen: list[tuple[int, int]] = []
    tasks.run_query(threading.get_ident, lambda ident: seen.append((ident, threading.get_ident())))
    qtbot.waitUntil(lambda: bool(seen))
    worker, main = seen[0]
    assert main == threading.get_ident()
    assert worker != main


def test_commands_run_one_at_a_time_in_the_order_given(tasks: Tasks, qtbot):
    order: list[int] = []
    answers: list[int] = []

    def command(number: int) -> int:
        order.append(number)
        return number

    for number in range(20):
        tasks.run_command(partial(command, number), answers.append)
    qtbot.waitUntil(lambda: len(answers) == 20)
    assert order == answers == list(range(20))


def test_a_query_answers_while_a_command_is_still_at_work(tasks: Tasks, qtbot):
    go_on = threading.Event()
    answers: list[str] = []
    tasks.run_command(lambda: go_on.wait(5), lambda _: answers.append("command"))
    tasks.run_query(lambda: "query", answers.append)
    qtbot.waitUntil(lambda: answers == ["query"])
    go_on.set()
    qtbot.waitUntil(lambda: answers == ["query", "command"])


@pytest.mark.parametrize("result", [CHANGE, Accepted("o1", CHANGE)], ids=["changes", "result"])
def test_what_a_command_changed_is_told_after_its_answer(tasks: Tasks, qtbot, result):
    heard: list[object] = []
    tasks.changed.connect(heard.append)
    tasks.run_command(lambda: result, lambda _: heard.append("done"))
    qtbot.waitUntil(lambda: len(heard) == 2)
    assert heard == ["done", CHANGE]


def test_a_command_that_changed_nothing_tells_nothing(tasks: Tasks, qtbot):
    heard: list[object] = []
    tasks.changed.connect(heard.append)
    done: list[object] = []
    tasks.run_command(lambda: NO_CHANGES, done.append)
    tasks.run_command(lambda: None, done.append)
    qtbot.waitUntil(lambda: len(done) == 2)
    assert heard == []


def test_a_failure_reaches_the_one_who_asked_or_else_the_signal(tasks: Tasks, qtbot):
    def refuse() -> None:
        raise RefusedError("no")

    own: list[Exception] = []
    tasks.run_query(refuse, lambda _: None, failed=own.append)
    qtbot.waitUntil(lambda: bool(own))
    assert isinstance(own[0], RefusedError)
    with qtbot.waitSignal(tasks.failed) as blocker:
        tasks.run_command(refuse, lambda _: None)
    assert isinstance(blocker.args[0], RefusedError)


def test_an_answer_for_a_board_that_is_gone_is_dropped_but_its_change_is_told(tasks: Tasks, qtbot):
    import shiboken6

    board = QObject()
    go_on = threading.Event()
    answered: list[object] = []

    def work() -> ChangeSet:
        go_on.wait(5)
        return CHANGE

    with qtbot.waitSignal(tasks.changed):
        tasks.run_command(work, answered.append, owner=board)
        shiboken6.delete(board)
        go_on.set()
    assert answered == []


def test_a_newer_query_of_the_same_key_takes_the_place_of_the_older(tasks: Tasks, qtbot):
    go_on = threading.Event()
    answered: list[str] = []

    def slow() -> str:
        go_on.wait(5)
        return "old"

    tasks.run_query(slow, answered.append, key="board")
    tasks.run_query(lambda: "new", answered.append, key="board")
    go_on.set()
    with qtbot.waitSignal(tasks.busy, check_params_cb=lambda jobs: jobs == 0):
        tasks.run_query(lambda: "other", answered.append, key="else")
    assert sorted(answered) == ["new", "other"]


def test_long_work_reports_and_stops_when_it_is_cancelled(tasks: Tasks, qtbot):
    reported = threading.Event()
    go_on = threading.Event()
    pages: list[int] = []
    failures: list[Exception] = []
    tasks.failed.connect(failures.append)

    def work(progress: Progress) -> None:
        for page in range(100):
            progress.report(page, 100, "pages")
            pages.append(page)
            if page == 2:
                reported.set()
                go_on.wait(5)

    told: list[tuple[int, int, str]] = []
    job = tasks.run_long_command(work, lambda _: pytest.fail("it was cancelled"))
    job.progressed.connect(lambda *parts: told.append(parts))
    qtbot.waitUntil(reported.is_set)
    with qtbot.waitSignal(job.ended):
        job.cancel()
        go_on.set()
    assert pages == [0, 1, 2]
    assert (1, 100, "pages") in told
    assert failures == []


def test_closing_finishes_what_has_begun_and_delivers_nothing_more(qapp, qtbot):
    gate = Tasks()
    begun, finished = threading.Event(), threading.Event()
    answered: list[object] = []

    def work() -> None:
        begun.set()
        finished.set()

    gate.run_command(work, answered.append)
    gate.run_command(lambda: answered.append("never"), answered.append)
    begun.wait(5)
    gate.close()
    gate.run_query(lambda: 1, answered.append)
    qapp.processEvents()
    assert finished.is_set()
    assert "never" not in answered or len(answered) == 1


def test_changes_from_elsewhere_are_told_on_the_main_thread(tasks: Tasks, qtbot):
    with qtbot.waitSignal(tasks.changed) as blocker:
        threading.Thread(target=lambda: tasks.tell(CHANGE)).start()
    assert blocker.args == [CHANGE]
