"""The steps of one run, told to the watch and to whoever asked for the run."""

from __future__ import annotations

from collections.abc import Callable

from d2a_desktop.shared_db.wire import Hello
from d2a_desktop.sync.protocol import OnProgress, Progress
from d2a_desktop.sync.watch import Watch

_MOVING = ("push", "pull", "first")


class Steps:
    """Tells each step; `hello` is what this run was greeted with, `moved` whether rows went."""

    def __init__(self, watch: Watch, on_progress: OnProgress) -> None:
        self._watch = watch
        self._on_progress = on_progress
        self.hello: Hello | None = None
        self.moved = False

    def __call__(self, progress: Progress) -> None:
        """Tell one step."""
        self._watch.step(progress)
        self.moved = self.moved or (progress.stage in _MOVING and progress.done > 0)
        self._on_progress(progress)

    def counting(self, stage: str) -> Callable[[int], None]:
        """Return what adds up the rows of a stage that comes in pages."""
        done = 0

        def add(rows: int) -> None:
            nonlocal done
            done += rows
            self(Progress(stage, done))

        return add

    def of(self, stage: str) -> Callable[[int, int], None]:
        """Return what tells how much of a stage is done, and of how much."""
        return lambda done, total: self(Progress(stage, done, total))
