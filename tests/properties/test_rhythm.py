"""When an exchange is due: at once, never too often, and never not at all."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from d2a_desktop.sync.rhythm import Rhythm, RhythmSettings, Why

S = RhythmSettings()

EVENTS = st.lists(
    st.tuples(
        st.floats(0.0, 3.0),
        st.sampled_from(["hint", "hint", "hint", "lost", "asked", "changed"]),
    ),
    max_size=60,
)


class World:
    """Plays hints and a listening desk whose exchanges take no time."""

    def __init__(self, seed: int, *, listening: bool = True, reachable: bool = True) -> None:
        self.now = 0.0
        self.rhythm = Rhythm(seed, 0.0)
        self.listening = listening
        self.reachable = reachable
        self.begun: list[tuple[float, Why]] = []
        self.unanswered: list[float] = []
        self.waited: list[float] = []

    def run(self, why: Why) -> None:
        self.begun.append((self.now, why))
        self.rhythm.begins(self.now, why)
        self.waited += [self.now - at for at in self.unanswered]
        self.unanswered = []
        if self.reachable:
            self.rhythm.worked(self.now, listening=self.listening, horizon=9, newest=9)
        else:
            self.rhythm.failed(self.now)

    def until(self, end: float) -> None:
        while (due := self.rhythm.due())[0] <= end:
            self.now = max(self.now, due[0])
            self.run(due[1])
        self.now = max(self.now, end)

    def play(self, events: list[tuple[float, str]]) -> None:
        for gap, what in events:
            self.until(self.now + gap)
            if what == "hint":
                self.rhythm.hint(self.now)
                self.unanswered.append(self.now)
            elif what == "lost":
                self.rhythm.lost(self.now)
            else:
                self.run(Why(what))


@given(seed=st.integers(0, 2**32), events=EVENTS)
def test_hints_begin_at_most_two_exchanges_in_any_second(seed, events):
    world = World(seed)
    world.play(events)
    begun = world.begun
    for number, (at, why) in enumerate(begun[2:], start=2):
        if why is Why.HINT:
            assert at - begun[number - 2][0] >= S.window


@given(seed=st.integers(0, 2**32), events=EVENTS)
def test_every_hint_is_answered_within_the_window(seed, events):
    world = World(seed)
    world.play(events)
    world.until(world.now + 2.0)
    assert not world.unanswered
    assert all(waited <= S.window + 0.001 for waited in world.waited)


@given(seed=st.integers(0, 2**32), quiet=st.floats(1.1, 20.0))
def test_the_first_hint_after_quiet_is_followed_at_once(seed, quiet):
    world = World(seed)
    world.until(quiet)
    begun = len(world.begun)
    world.rhythm.hint(world.now)
    world.until(world.now + S.spread)
    assert len(world.begun) == begun + 1
    assert world.begun[-1][1] is Why.HINT


def test_desks_do_not_all_follow_a_hint_at_the_same_moment():
    instants = set()
    for seed in range(50):
        rhythm = Rhythm(seed, 0.0)
        rhythm.begins(0.0, Why.POLL)
        rhythm.worked(0.0, listening=True, horizon=1, newest=1)
        rhythm.hint(10.0)
        instants.add(round(rhythm.due()[0], 4))
    assert len(instants) > 40
    assert max(instants) - min(instants) > S.spread / 2


@given(seed=st.integers(0, 2**32), listening=st.booleans(), events=EVENTS)
def test_no_desk_goes_longer_than_the_poll_without_an_exchange(seed, listening, events):
    world = World(seed, listening=listening)
    world.play(events)
    world.until(world.now + 120.0)
    longest = (S.poll if listening else S.poll_unheard) * 1.1
    assert all(later - earlier <= longest + 0.001 for (earlier, _), (later, _) in pairwise(
        world.begun
    ))  # fmt: skip


@given(seed=st.integers(0, 2**32), events=EVENTS)
@settings(max_examples=50)
def test_an_unreachable_server_is_tried_again_within_half_a_minute_and_not_in_a_storm(seed, events):
    world = World(seed, reachable=False)
    world.play([(gap, what) for gap, what in events if what in {"hint", "lost"}])
    begun = len(world.begun)
    world.until(world.now + 300.0)
    tries = [at for at, _ in world.begun[begun:]]
    assert tries
    assert all(later - earlier <= 30.0 for earlier, later in pairwise(tries))
    assert len(tries) < 60


def test_what_an_open_transaction_held_back_is_asked_for_until_it_comes():
    rhythm = Rhythm(1, 0.0)
    rhythm.begins(0.0, Why.POLL)
    rhythm.worked(0.0, listening=True, horizon=5, newest=5)
    rhythm.hint(10.0)
    now, gaps = 10.0, []
    for _ in range(8):
        at, why = rhythm.due()
        assert why is Why.HINT
        gaps.append(at - now)
        now = at
        rhythm.begins(now, why)
        rhythm.worked(now, listening=True, horizon=5, newest=9)
    assert gaps[1] == pytest.approx(S.follow, abs=1e-6)
    assert max(gaps) <= S.follow_longest + 0.001
    rhythm.begins(now, Why.HINT)
    rhythm.worked(now, listening=True, horizon=9, newest=12)
    assert rhythm.due()[1] is Why.HINT, "a hint's own newest counts as well"
    rhythm.begins(now, Why.POLL)
    rhythm.worked(now, listening=True, horizon=12, newest=12)
    assert rhythm.due()[1] is Why.POLL
