"""The two engines beside greedy plans and, where there is one, what others make of the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks import matching_boards, schedules
from benchmarks.figures import Figure


def figures(folder: Path) -> Iterator[Figure]:
    """Solve boards and diaries; `folder` is not needed."""
    del folder
    yield from matching_boards.figures()
    yield from schedules.figures()
