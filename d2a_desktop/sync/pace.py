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
