"""How long to wait before the next try: short at first, longer each time, never all at once."""

from __future__ import annotations

import random

FIRST_SECONDS = 0.2
LONGEST_SECONDS = 60.0


class Backoff:
    """Delays that double from 0.2 s to 60 s, each spread by up to half (SYNC 3.3)."""

    def __init__(
        self, seed: int, *, first: float = FIRST_SECONDS, longest: float = LONGEST_SECONDS
    ) -> None:
        self._random = random.Random(seed)  # noqa: S311  (spreading load, not a secret)
        self._first = first
        self._longest = longest
        self._failures = 0

    @property
    def failures(self) -> int:
        """How many tries have failed in a row."""
        return self._failures

    def failed(self) -> float:
        """Count a failure; return how many seconds to wait."""
        longest = min(self._first * 2.0 ** min(self._failures, 16), self._longest)
        self._failures += 1
        return longest * (0.5 + self._random.random() / 2)

    def worked(self) -> None:
        """Forget the failures."""
        self._failures = 0


class PageSize:
    """How many rows to ask for at once: more while pages come quickly, fewer when they are slow.

    The server gives up a statement after half a minute, the sending of its answer included. A page
    of a fixed size would never arrive over a thin line, and each try would begin with it again.
    """

    FIRST, LEAST = 1_000, 250
    QUICK_SECONDS, SLOW_SECONDS = 1.5, 6.0

    def __init__(self, most: int) -> None:
        self._most = most
        self.rows = min(self.FIRST, most)

    def took(self, seconds: float) -> None:
        """Note how long a page of `rows` was on its way."""
        if seconds <= self.QUICK_SECONDS:
            self.rows = min(self.rows * 2, self._most)
        elif seconds >= self.SLOW_SECONDS:
            self.rows = min(max(self.rows // 2, self.LEAST), self._most)
