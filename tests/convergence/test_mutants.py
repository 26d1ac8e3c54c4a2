"""The test of the test: each mutant of the exchange makes the machine fail within few examples."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis.errors import Flaky

from tests.convergence.ground import Ground
from tests.convergence.machine import Convergence, examine
from tests.convergence.mutants import MUTANTS, Mutant

pytestmark = pytest.mark.postgres


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda m: m.name.replace(" ", "-"))
def test_the_machine_finds(
    mutant: Mutant,
    ground: Ground,
    template: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    whole = ground.mutate(mutant.function, mutant.replace) if mutant.function else None
    if mutant.patch is not None:
        mutant.patch(monkeypatch, ground.root)
    try:
        # It may show itself as any failed assertion: the oracle's, or desks that never rest.
        with pytest.raises((AssertionError, Flaky)):
            examine(
                biased(mutant.rules),
                ground=ground,
                template=template,
                folder=tmp_path,
                first=mutant.first,
                examples=mutant.examples,
                patch=monkeypatch,
            )
    finally:
        if whole is not None:
            ground.root.execute(whole)


def biased(rules: frozenset[str]) -> type[Convergence]:
    """Return the machine with these rules alone."""
    others = dict.fromkeys(Convergence.rule_names() - rules)
    assert rules <= Convergence.rule_names()
    return type("Biased", (Convergence,), others)
