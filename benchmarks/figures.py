"""A figure beside its limit: both measured in turn, the median of several, and the ratio."""

from __future__ import annotations

import gc
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

Timed = Callable[[], float]
"""Does its set-up, then the work, and returns the seconds that the work took."""


@dataclass(frozen=True)
class Figure:
    """One line of the table.

    `amount` and `limit` are medians in `unit`, seconds or megabytes (or what a plan costs);
    `limit_is` says what the limit
    does. `count` is how many things were done, where a rate reads better than a duration. `note`
    is a remark for the reader.
    """

    name: str
    what: str
    amount: float
    limit: float
    limit_is: str
    count: int = 0
    note: str = ""
    unit: str = "s"

    @property
    def ratio(self) -> float:
        """How many times the limit's time the figure took."""
        return self.amount / self.limit if self.limit else float("inf")

    def to_document(self) -> dict[str, Any]:
        """Return the JSON form."""
        document = asdict(self) | {"ratio": round(self.ratio, 2)}
        if self.count:
            document["per_second"] = round(self.count / self.amount)
            document["limit_per_second"] = round(self.count / self.limit)
        return document


@contextmanager
def stopwatch() -> Iterator[list[float]]:
    """Time a block; the seconds are in the list afterwards. Earlier garbage is swept before."""
    taken: list[float] = []
    gc.collect()
    start = time.perf_counter()
    yield taken
    taken.append(time.perf_counter() - start)


def timed(work: Callable[[], object]) -> Timed:
    """Return work without a set-up as something that can be measured."""

    def run() -> float:
        with stopwatch() as taken:
            work()
        return taken[0]

    return run


def in_turn(ours: Timed, limit: Timed, *, times: int) -> tuple[float, float]:
    """Measure both `times` times, one after the other, and return the two medians.

    In turn, so that a slow moment of the computer falls on both. The first pair warms up what a
    running program has warm, and does not count.
    """
    pairs = [(ours(), limit()) for _ in range(times + 1)][1:]
    return (
        statistics.median(one for one, _ in pairs),
        statistics.median(other for _, other in pairs),
    )


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as columns of text."""
    heads = ("what", "takes", "limit", "ratio", "the limit is")
    lines = [heads, *((f.what, *_amounts(f), f.limit_is + _remark(f)) for f in figures)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(heads))]
    made = []
    for line in lines:
        cells = [line[0].ljust(widths[0])]
        cells += [line[n].rjust(widths[n]) for n in (1, 2, 3)]
        made.append("  ".join([*cells, line[4]]).rstrip())
    made.insert(1, "-" * max(len(line) for line in made))
    return "\n".join(made)


def _amounts(figure: Figure) -> tuple[str, str, str]:
    told = _TOLD.get(figure.unit) or (lambda amount: f"{amount:.4g} {figure.unit}")
    ratio = f"{figure.ratio:.2f} x" if figure.unit not in _TOLD else f"{figure.ratio:.1f} x"
    return told(figure.amount), told(figure.limit), ratio


def _remark(figure: Figure) -> str:
    remarks = [figure.note] if figure.note else []
    if figure.count:
        remarks.insert(0, f"{figure.count / figure.amount:,.0f} a second")
    return f" ({'; '.join(remarks)})" if remarks else ""


def _megabytes(amount: float) -> str:
    return f"{amount:.0f} MB"


def duration(seconds: float) -> str:
    """Return a duration in the unit that suits it."""
    if seconds >= 1:
        return f"{seconds:.2f} s"
    return f"{seconds * 1000:.1f} ms" if seconds < 0.1 else f"{seconds * 1000:.0f} ms"


_TOLD: dict[str, Callable[[float], str]] = {"s": duration, "MB": _megabytes}


def say(words: str) -> None:
    """Tell whoever waits what is being done."""
    print(words, file=sys.stderr, flush=True)


def peak_megabytes() -> float:
    """Return the highest resident size so far, megabytes.

    Not `getrusage`: its figure begins with that of the process that started this one.
    """
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("this system does not tell how much memory was used at most")
