"""Nothing of Qt is freed away from the main thread, whoever makes the garbage."""

from __future__ import annotations

import gc
import threading
import weakref

from PySide6.QtCore import QCoreApplication, QElapsedTimer, QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent

from d2a_desktop.services.uncollected import uncollected
from d2a_desktop.ui import garbage
from d2a_desktop.ui.garbage import MainThreadCollector
from d2a_desktop.ui.tasks import Tasks


class Knot(QObject):
    """A QObject in a cycle with itself, as a window with its own lambdas is."""

    def __init__(self) -> None:
        super().__init__()
        self.me = self


def freed_in(found: list[int]) -> None:
    found.append(threading.get_ident())


def litter() -> None:
    """Make so much that Python would collect here by itself, all generations."""
    for _ in range(200):
        kept: list[list[list[int]]] = [[[]] for _ in range(2_000)]
        del kept


def test_a_worker_that_makes_much_garbage_frees_no_qobject(tasks: Tasks, qtbot) -> None:
    freed: list[int] = []
    weakref.finalize(Knot(), freed_in, freed)
    done: list[None] = []
    tasks.run_query(litter, done.append)
    qtbot.waitUntil(lambda: bool(done))
    assert freed == []
    gc.unfreeze()  # what a look may have set aside
    gc.collect()
    assert freed == [threading.get_ident()]


def test_the_last_hold_on_what_work_was_given_is_let_go_on_the_main_thread(
    tasks: Tasks, qtbot
) -> None:
    freed: list[int] = []
    for number in range(60):
        held = QObject()
        weakref.finalize(held, freed_in, freed)

        def work(number: int = number, held: QObject = held) -> int:
            if number % 2:
                raise ValueError(str(held.isWidgetType()))
            return number

        tasks.run_query(work, lambda _: None, failed=lambda _: None)
        del held, work
    qtbot.waitUntil(lambda: len(freed) == 60)
    assert set(freed) == {threading.get_ident()}


def test_all_threads_collect_again_when_the_last_collector_stops() -> None:
    assert gc.isenabled()
    one, other = MainThreadCollector(), MainThreadCollector()
    assert not gc.isenabled()
    one.stop()
    one.stop()
    assert not gc.isenabled()
    other.stop()
    assert gc.isenabled()


def test_a_look_collects_what_is_due_but_not_in_work_that_grows() -> None:
    collector = MainThreadCollector()
    try:
        freed: list[int] = []
        weakref.finalize(Knot(), freed_in, freed)
        kept: list[list[int]] = [[] for _ in range(gc.get_threshold()[0] + 100)]
        with uncollected():
            collector.look()
        assert freed == []
        collector.look()
        assert freed == [threading.get_ident()]
        del kept
    finally:
        collector.stop()


def test_a_board_is_set_aside_and_looked_through_when_nobody_minds() -> None:
    collector = MainThreadCollector()
    try:
        freed: list[int] = []
        weakref.finalize(Knot(), freed_in, freed)
        board = [[n] for n in range(garbage.MANY + 1_000)]
        before = gc.get_freeze_count()
        collector.look()
        assert gc.get_freeze_count() - before > garbage.MANY
        assert freed == []
        collector.sweep()
        assert freed == [threading.get_ident()]
        assert len(board) > garbage.MANY
    finally:
        collector.stop()
    assert gc.get_freeze_count() == 0


def test_a_board_that_replaced_another_is_set_aside_though_python_counts_few(monkeypatch) -> None:
    collector = MainThreadCollector()
    try:
        old = [[n] for n in range(3 * garbage.MANY)]
        collector.look()  # set aside: when it goes, Python counts it off the new one
        new = [[n] for n in range(2 * garbage.MANY)]
        old.clear()
        due = [[n] for n in range(gc.get_threshold()[0] + 100)]
        assert gc.get_count()[0] < garbage.MANY
        collected: list[int] = []
        monkeypatch.setattr(gc, "collect", collected.append)
        before = gc.get_freeze_count()
        collector.look()
        assert collected == []
        assert gc.get_freeze_count() - before > garbage.MANY
        assert len(new) + len(due) > garbage.MANY
    finally:
        monkeypatch.undo()
        collector.stop()


def test_a_sweep_before_somebodys_eyes_waits_until_they_rest(qapp, qtbot, monkeypatch) -> None:
    monkeypatch.setattr(garbage, "_SWEEP_ANYWAY_MS", -1)
    monkeypatch.setattr(garbage, "REST_MS", 150)
    monkeypatch.setattr(
        garbage.QGuiApplication, "applicationState", lambda: Qt.ApplicationState.ApplicationActive
    )
    collector = MainThreadCollector()
    try:
        swept: list[bool] = []
        monkeypatch.setattr(collector, "_set_aside", lambda: swept.append(True))
        collector.look()
        touched = QElapsedTimer()

        def type_then_look() -> bool:
            if not swept and not touched.isValid():
                QCoreApplication.sendEvent(qapp, _key())
                touched.start()
            collector.look()
            return bool(swept)

        qtbot.waitUntil(type_then_look)
        assert touched.elapsed() >= 150
    finally:
        collector.stop()


def _key() -> QKeyEvent:
    return QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier)
