"""Run work away from the main thread and bring its answer back to it.

`run_query` reads and may run beside others. `run_command` writes; commands run one at a time, in
the order given. Neither work function may touch a widget.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, Protocol, TypeVar, runtime_checkable

import shiboken6
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from d2a_desktop.core import giving_way
from d2a_desktop.domain.changes import ChangeSet
from d2a_desktop.ui.garbage import MainThreadCollector

T = TypeVar("T")


@runtime_checkable
class Changes(Protocol):
    """The result of a command that also tells what it changed."""

    @property
    def changes(self) -> ChangeSet:
        """What the command changed."""
        ...


class StoppedError(Exception):
    """Raised inside long work when its person pressed Cancel; never shown as a failure."""


class Progress:
    """Handed to long work: it says how far it is and asks whether to stop."""

    def __init__(self, job: Job, post: Callable[[Callable[[], None]], None]) -> None:
        self._job = job
        self._post = post

    def report(self, done: int, total: int, words: str = "") -> None:
        """Tell how far the work is; raises StoppedError when it was cancelled."""
        self.stop_if_cancelled()
        # By way of the main thread, so that no one who connects after the start misses a word.
        self._post(lambda: self._job.progressed.emit(done, total, words))

    @property
    def cancelled(self) -> bool:
        """Whether the person asked to stop."""
        return self._job.cancelled

    def stop_if_cancelled(self) -> None:
        """Raise StoppedError when the person asked to stop; call it between pages."""
        if self._job.cancelled:
            raise StoppedError


class Job(QObject):
    """One piece of work under way.

    Signals:
        progressed: done, total, words; from long work.
        ended: it came to its end: answered, failed or cancelled.
    """

    progressed = Signal(int, int, str)
    ended = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._cancel = threading.Event()

    @property
    def cancelled(self) -> bool:
        """Whether its answer is no longer wanted."""
        return self._cancel.is_set()

    def cancel(self) -> None:
        """Stop long work at its next report, and drop the answer of any other."""
        self._cancel.set()


class Tasks(QObject):
    """The desk's background work: one writer, several readers.

    Signals:
        changed: a ChangeSet, after a command (or a sync) that changed something.
        failed: the exception of work whose caller did not ask for it.
        busy: how many jobs are under way, for the thin progress bar.
    """

    changed = Signal(object)
    failed = Signal(Exception)
    busy = Signal(int)
    _finished = Signal(object)

    def __init__(self, parent: QObject | None = None, *, readers: int = 3) -> None:
        super().__init__(parent)
        self._readers = ThreadPoolExecutor(max_workers=readers, thread_name_prefix="query")
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="command")
        self._waiter = ThreadPoolExecutor(max_workers=1, thread_name_prefix="waiting")
        self._collector = MainThreadCollector(self)
        self._under_way: set[Job] = set()
        self._waits: set[Job] = set()
        self._latest: dict[str, Job] = {}
        self._closed = False
        self._finished.connect(self._run_on_main, Qt.ConnectionType.QueuedConnection)

    def run_query(
        self,
        work: Callable[[], T],
        done: Callable[[T], None],
        *,
        failed: Callable[[Exception], None] | None = None,
        owner: QObject | None = None,
        key: str = "",
    ) -> Job:
        """Read in the background; `done` gets the result on the main thread.

        `failed` takes the exception instead of the signal. An answer is dropped when `owner` was
        deleted meanwhile, and when a later query with the same `key` was asked.
        """
        job = Job()
        if key:
            if (earlier := self._latest.get(key)) is not None:
                earlier.cancel()
            self._latest[key] = job
        self._submit(self._readers, job, work, _Ending(done, failed, owner))
        return job

    def run_command(
        self,
        work: Callable[[], T],
        done: Callable[[T], None],
        *,
        failed: Callable[[Exception], None] | None = None,
        owner: QObject | None = None,
    ) -> Job:
        """Write in the background, in turn; `changed` follows `done`.

        A command that has begun is never dropped: `changed` is emitted even when `owner` is gone.
        """
        job = Job()
        self._submit(self._writer, job, work, _Ending(done, failed, owner, tells=True))
        return job

    def run_long_query(
        self,
        work: Callable[[Progress], T],
        done: Callable[[T], None],
        *,
        failed: Callable[[Exception], None] | None = None,
        owner: QObject | None = None,
    ) -> Job:
        """Read or compute at length (solve, pack, export) with progress and cancel."""
        job = Job()
        told = Progress(job, self._finished.emit)
        self._submit(self._readers, job, lambda: work(told), _Ending(done, failed, owner))
        return job

    def run_long_command(
        self,
        work: Callable[[Progress], T],
        done: Callable[[T], None],
        *,
        failed: Callable[[Exception], None] | None = None,
        owner: QObject | None = None,
    ) -> Job:
        """Write at length (import, first sync) with progress and cancel."""
        job = Job()
        told = Progress(job, self._finished.emit)
        ending = _Ending(done, failed, owner, tells=True)
        self._submit(self._writer, job, lambda: work(told), ending)
        return job

    def run_waiting(
        self,
        work: Callable[[Progress], T],
        done: Callable[[T], None],
        *,
        failed: Callable[[Exception], None] | None = None,
        owner: QObject | None = None,
    ) -> Job:
        """Wait in the background for something outside, one wait at a time; nobody is busy.

        The work must end soon after its progress is cancelled.
        """
        job = Job()
        told = Progress(job, self._finished.emit)
        ending = _Ending(done, failed, owner)
        self._submit(self._waiter, job, lambda: work(told), ending, busy=False)
        return job

    def tell(self, changes: ChangeSet) -> None:
        """Emit `changed` on the main thread for what came in another way; callable anywhere."""
        self._finished.emit(lambda: self._tell(changes))

    def close(self) -> None:
        """Finish what has begun, drop what has not; nothing is delivered after this."""
        self._closed = True
        giving_way.shown()  # nobody is to wait for who waits for them
        for job in self._under_way | self._waits:
            job.cancel()
        for pool in (self._readers, self._writer, self._waiter):
            pool.shutdown(wait=True, cancel_futures=True)
        self._collector.stop()
        self._under_way.clear()
        self._waits.clear()

    def _submit(
        self,
        pool: ThreadPoolExecutor,
        job: Job,
        work: Callable[[], T],
        ending: _Ending,
        *,
        busy: bool = True,
    ) -> None:
        if self._closed:
            return

        piece = _Piece(job, work, ending)
        if busy:
            self._under_way.add(job)
            self.busy.emit(len(self._under_way))
        else:
            self._waits.add(job)
        begun = pool.submit(piece.run)
        begun.add_done_callback(lambda _future: self._finished.emit(lambda: self._settle(piece)))

    def _settle(self, piece: _Piece[T]) -> None:
        job = piece.job
        self._under_way.discard(job)
        self._waits.discard(job)
        self._latest = {key: each for key, each in self._latest.items() if each is not job}
        try:
            if piece.has_run:
                self._answer(piece)
        finally:
            piece.let_go()
            self.busy.emit(len(self._under_way))
            job.ended.emit()

    def _answer(self, piece: _Piece[T]) -> None:
        ending = piece.ending
        unwanted = piece.job.cancelled and not ending.tells
        wanted = ending.alive and not unwanted
        try:
            result = piece.answer()
        except StoppedError:
            return
        except Exception as problem:  # noqa: BLE001 - the gate: every failure must reach the person
            if unwanted:
                return
            if wanted and ending.failed is not None:
                ending.failed(problem)
            else:
                self.failed.emit(problem)
            return
        if wanted:
            ending.done(result)
        if ending.tells:
            self._tell(result)

    def _tell(self, result: object) -> None:
        changes = result.changes if isinstance(result, Changes) else result
        if isinstance(changes, ChangeSet) and changes:
            self.changed.emit(changes)

    def _run_on_main(self, closure: Callable[[], None]) -> None:
        if self._closed:
            return
        giving_way.showing()
        try:
            closure()
        finally:
            # Painting is done before a timer is looked at.
            QTimer.singleShot(0, giving_way.shown)


class _Piece(Generic[T]):
    """One piece of work on its way through a worker and back.

    It alone holds what came from the main thread (the job, widgets in closures and in the frames
    of an exception), and the main thread empties it: the last hold on a QObject is never let go
    in a worker, where its end would be the program's.
    """

    def __init__(self, job: Job, work: Callable[[], T], ending: _Ending) -> None:
        self.job = job
        self.ending = ending
        self.has_run = False
        self._work: Callable[[], T] | None = work
        self._result: list[T] = []
        self._problem: BaseException | None = None

    def run(self) -> None:
        """Do the work and keep its outcome; in a worker."""
        try:
            if self.job.cancelled or self._work is None:
                raise StoppedError
            self._result.append(self._work())
        except BaseException as problem:  # noqa: BLE001 - kept, and raised again by `answer`
            self._problem = problem
        self.has_run = True

    def answer(self) -> T:
        """Return the result of the work, or raise what it raised."""
        if self._problem is not None:
            raise self._problem
        return self._result[0]

    def let_go(self) -> None:
        """Forget everything; on the main thread."""
        self._work = self._problem = None
        self._result = []
        del self.job, self.ending


class _Ending:
    """Who hears of the end of a job."""

    def __init__(
        self,
        done: Callable[..., None],
        failed: Callable[[Exception], None] | None,
        owner: QObject | None,
        *,
        tells: bool = False,
    ) -> None:
        self.done = done
        self.failed = failed
        self.tells = tells
        self._owner = owner

    @property
    def alive(self) -> bool:
        """Whether the one who asked is still there."""
        return self._owner is None or shiboken6.isValid(self._owner)
