"""When the next exchange is due: a pure rule over hints, the clock and what became of the last.

A committed change is to reach the other desks at once, and nobody may make them ask without end:
the server's hints carry nothing and anybody who knows the channel can send them (SYNC 3.6).
"""

from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass
from enum import StrEnum

from d2a_desktop.sync.pace import Backoff


class Why(StrEnum):
    """What an exchange is for."""

    ASKED = "asked"
    """A person, or the opening of the desk."""
    CHANGED = "changed"
    """Something was done here."""
    HINT = "hint"
    """The server said that there is news."""
    POLL = "poll"
    """Nothing; in case a hint was lost, and to hear that the server is the same."""


@dataclass(frozen=True)
class RhythmSettings:
    """The times of the rule, in seconds."""

    spread: float = 0.06
    """A first hint is followed within this at random, so that an organisation's desks do not
    all come at the same moment."""
    gather: float = 0.25
    jitter: float = 0.10
    """Hints soon after an exchange are gathered for this long, and more or less this."""
    window: float = 1.0
    most: int = 2
    """At most so many exchanges begin for hints within any window."""
    poll: float = 30.0
    poll_unheard: float = 5.0
    """Where hints do not arrive."""
    follow: float = 0.1
    follow_longest: float = 2.0
    """What a transaction still open held back is asked for again after this, then twice that."""
    reconnect: float = 2.0
    """A lost connection is opened anew within this, at random: a server that begins again is
    met by all desks at once."""
    give_up: float = 15.0
    """The longest pause between tries while the server cannot be reached."""


class Rhythm:
    """Says when the next exchange is due and why; all instants are seconds of one clock."""

    def __init__(self, seed: int, now: float, settings: RhythmSettings | None = None) -> None:
        self._settings = settings or RhythmSettings()
        self._random = random.Random(seed)  # noqa: S311  (spreading load, not a secret)
        self._backoff = Backoff(seed, first=1.0, longest=self._settings.give_up)
        self._begins: deque[float] = deque(maxlen=self._settings.most)
        self._hint: float | None = None
        self._poll = now
        self._follow: float | None = None
        self._follows = 0
        self._wanted = 0
        self._why = Why.POLL

    def due(self) -> tuple[float, Why]:
        """Return when the next exchange is due, and why."""
        soonest = min((at for at in (self._hint, self._follow) if at is not None), default=None)
        if soonest is not None:
            soonest = max(soonest, self._allowed())
            if soonest <= self._poll:
                return soonest, Why.HINT
        return self._poll, Why.POLL

    @property
    def hinted(self) -> bool:
        """Whether a hint waits to be followed: further ones would change nothing."""
        return self._hint is not None

    def hint(self, now: float) -> None:
        """Take a hint: the first after a quiet time at once, those soon after one together."""
        if self._hint is not None:
            return
        s = self._settings
        quiet = not self._begins or now - self._begins[-1] >= s.gather
        wait = (
            self._random.uniform(0.0, s.spread)
            if quiet
            else s.gather + self._random.uniform(-s.jitter, s.jitter)
        )
        self._hint = now + wait

    def begins(self, now: float, why: Why) -> None:
        """Note that an exchange begins; it answers every hint before it."""
        self._begins.append(now)
        self._hint = self._follow = None
        self._why = why

    def worked(self, now: float, *, listening: bool, horizon: int, newest: int) -> None:
        """Note how far an exchange came: received is what was committed below `horizon`.

        What a hint spoke of may lie above it, up to `newest`, behind a transaction still open
        that nobody will hint at when it ends: it is asked for again until the horizon is there.
        """
        self._backoff.worked()
        s = self._settings
        self._poll = now + (s.poll if listening else s.poll_unheard) * self._spread()
        if self._why is Why.HINT:
            self._wanted = max(self._wanted, newest)
        if horizon >= self._wanted:
            self._wanted = self._follows = 0
            return
        self._follow = now + min(s.follow * 2.0**self._follows, s.follow_longest)
        self._follows = min(self._follows + 1, 16)

    def failed(self, now: float) -> None:
        """Note that an exchange failed: the next tries come later and later."""
        self._poll = now + self._backoff.failed()
        self._hint = self._follow = None

    def lost(self, now: float) -> None:
        """Note that the connection ended while nothing was under way."""
        self._poll = min(self._poll, now + self._random.uniform(0.0, self._settings.reconnect))

    def _allowed(self) -> float:
        if len(self._begins) < self._settings.most:
            return float("-inf")
        return self._begins[0] + self._settings.window

    def _spread(self) -> float:
        return 0.9 + 0.2 * self._random.random()
