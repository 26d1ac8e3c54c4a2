"""The state machine: Hypothesis chooses what happens in which order, the oracle judges the end."""

from __future__ import annotations

import itertools
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random, SystemRandom
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.internal.conjecture import providers
from hypothesis.stateful import (
    RULE_MARKER,
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from tests.convergence import deeds, journey, oracle, writing
from tests.convergence.ground import Ground
from tests.convergence.line import FAULTS
from tests.convergence.world import MORE, World, users_of

SEEDS = (20261122, 20261123)
EXAMPLES = 100
"""Per seed; each seed has a file of tests of its own, so that two workers share the time."""

THOROUGH = 600
CHANCE = st.integers(min_value=0, max_value=1 << 24)
"""What a rule does in detail comes from one number: cheap to draw, and the same when replayed."""

_examples = itertools.count(1)


class Convergence(RuleBasedStateMachine):
    """Desks of one health system, under whatever befalls them."""

    ground: ClassVar[Ground]
    folder: ClassVar[Path]
    template: ClassVar[Path]
    written: ClassVar[Counter[str]]
    """How often each kind of record was taken by the server, over all examples."""

    world: World | None = None
    broken = False

    @initialize(more=st.lists(st.sampled_from(sorted(MORE)), max_size=2, unique=True), n=CHANCE)
    def begin(self, more: list[str], n: int) -> None:
        folder = self.folder / f"example-{next(_examples)}"
        self.world = World(self.ground, folder, self.template, users_of(more))
        self.broken = True
        journey.set_the_scene(self.world, Random(n))
        writing.insert_in_turn(self.world, Random(n))
        self.broken = False

    @classmethod
    def rule_names(cls) -> set[str]:
        """Return the names of what may happen."""
        return {name for name, each in vars(cls).items() if hasattr(each, RULE_MARKER)}

    def _play(self, deed: Callable[[World, Random], None], n: int) -> None:
        """Do one thing, and judge what must hold at any moment."""
        assert self.world is not None
        self.broken = True
        with _told():
            deed(self.world, Random(n))
            for desk in self.world.desks.values():
                if desk.touched:
                    oracle.judge_moment(desk)
        self.broken = False

    # --- people ----------------------------------------------------------------------------

    @rule(n=CHANCE)
    def walk(self, n: int) -> None:
        self._play(journey.walk, n)

    @rule(n=CHANCE)
    def walk_on(self, n: int) -> None:
        self._play(journey.walk, n)

    @rule(n=CHANCE)
    def walk_further(self, n: int) -> None:
        self._play(journey.walk, n)

    @rule(n=CHANCE)
    def turn_away(self, n: int) -> None:
        self._play(deeds.turn_away, n)

    @rule(n=CHANCE)
    def chase(self, n: int) -> None:
        self._play(deeds.chase, n)

    @rule(n=CHANCE)
    def run_the_office(self, n: int) -> None:
        self._play(deeds.run_the_office, n)

    @rule(n=CHANCE)
    def insert_anything(self, n: int) -> None:
        self._play(writing.insert_anything, n)

    @rule(n=CHANCE)
    def edit_anything(self, n: int) -> None:
        self._play(writing.edit_anything, n)

    @rule(n=CHANCE)
    def edit_the_same(self, n: int) -> None:
        self._play(writing.edit_the_same, n)

    @rule(n=CHANCE)
    def command_of_many_rows(self, n: int) -> None:
        self._play(writing.command_of_many_rows, n)

    @rule(n=CHANCE)
    def settle_a_conflict(self, n: int) -> None:
        self._play(deeds.settle_a_conflict, n)

    @rule(n=CHANCE)
    def change_users(self, n: int) -> None:
        self._play(deeds.change_users, n)

    # --- exchange, and what befalls it -------------------------------------------------------

    @rule(n=CHANCE)
    def sync(self, n: int) -> None:
        self._play(deeds.sync, n)

    @rule(n=CHANCE)
    def sync_some(self, n: int) -> None:
        self._play(deeds.sync_some, n)

    @rule(n=CHANCE)
    def check_this_computer(self, n: int) -> None:
        self._play(deeds.check_this_computer, n)

    @rule(n=CHANCE, fault=st.sampled_from(FAULTS))
    def fault(self, n: int, fault: str) -> None:
        self._play(lambda world, chance: deeds.fault(world, chance, fault), n)

    @rule(n=CHANCE)
    def go_offline_or_back(self, n: int) -> None:
        self._play(deeds.go_offline_or_back, n)

    @rule(n=CHANCE)
    def power_cut(self, n: int) -> None:
        self._play(deeds.power_cut, n)

    @rule(n=CHANCE)
    def restart(self, n: int) -> None:
        self._play(deeds.restart, n)

    @rule(n=CHANCE)
    def late_delivery(self, n: int) -> None:
        self._play(deeds.late_delivery, n)

    @rule(n=CHANCE)
    def move_a_clock(self, n: int) -> None:
        self._play(deeds.move_a_clock, n)

    @rule(n=CHANCE)
    def slow_writer(self, n: int) -> None:
        self._play(deeds.slow_writer, n)

    @rule(n=CHANCE)
    def grant_while_writing(self, n: int) -> None:
        self._play(deeds.grant_while_writing, n)

    @rule(n=CHANCE)
    def offers_lapse(self, n: int) -> None:
        self._play(deeds.offers_lapse, n)

    def teardown(self) -> None:
        """Heal, settle and judge; then clear away."""
        if self.world is None:
            return
        try:
            if not self.broken:
                with _told():
                    self.world.heal()
                    self.world.settle()
                    records = oracle.judge(self.world)
                self.written.update(entity for entity, rows in records.items() if rows)
        finally:
            self.world.close()


@contextmanager
def _told() -> Iterator[None]:
    """Write a failure down where it happens: played again, identities and times are others."""
    try:
        yield
    except Exception:
        sys.stdout.write(traceback.format_exc(limit=-6))
        raise


def examine(
    machine: type[Convergence],
    *,
    ground: Ground,
    template: Path,
    folder: Path,
    first: int,
    examples: int = EXAMPLES,
    steps: int = 28,
    patch: pytest.MonkeyPatch | None = None,
) -> Counter[str]:
    """Play examples from a seed; return how many of them wrote each kind of record.

    `D2A_HYPOTHESIS=thorough` plays ten times as many, from another seed each time.
    """
    if settings().max_examples >= THOROUGH:
        examples, first = examples * 10, SystemRandom().randrange(1 << 32)
    # Hypothesis draws numbers that stand in the code it finds imported: each change of a line, and
    # each other test in the process, would make other examples of the same seed.
    if patch is not None:
        patch.setattr(providers, "_get_local_constants", providers.Constants)
        patch.setattr(providers, "CONSTANTS_CACHE", type(providers.CONSTANTS_CACHE)(1024))
    sys.stdout.write(f"seed {first}, {examples} examples\n")
    written: Counter[str] = Counter()
    places = {"ground": ground, "template": template, "folder": folder, "written": written}
    run_state_machine_as_test(
        seed(first)(type("Playing", (machine,), places)),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            phases=(Phase.generate,),  # a failing example is small enough to read as it is
            database=None,
            derandomize=False,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )
    return written
