"""A step holds only when something was proved, nothing failed and nothing stopped it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from d2a_desktop.core.errors import BlockedError, BugError
from d2a_desktop.demo.evidence import STEP_NAMES, Proof
from d2a_desktop.demo.story import in_words, save_proof


def test_a_step_without_a_claim_does_not_hold() -> None:
    assert not Proof()[1].ok


def test_one_failed_claim_fails_step_and_run() -> None:
    proof = Proof()
    for step in proof.steps:
        step.holds("all is well", condition=True)
    before = proof.ok
    assert before
    proof[7].holds("a worker is in one place", condition=False)
    assert not proof[7].ok
    assert not proof.ok
    assert "FAILED  Place" in in_words(proof)
    assert "! a worker is in one place" in in_words(proof)


def _refuse() -> None:
    raise BlockedError("The gate is closed.", reasons=["No pack"])


def test_a_refusal_fails_its_step_with_its_reasons_and_lets_the_next_be_tried() -> None:
    proof = Proof()
    with proof.step(8) as step:
        step.holds("something before", condition=True)
        _refuse()
    assert proof[8].failed == ["Stopped: The gate is closed. No pack"]


def test_a_bug_is_not_hidden_as_a_failed_step() -> None:
    with pytest.raises(BugError), Proof().step(2):
        raise BugError("ours")


def test_the_file_names_twelve_steps_with_plain_values(tmp_path: Path) -> None:
    proof = Proof()
    proof[1].fact(at=datetime(2026, 11, 22, 9, 30, tzinfo=UTC), pair=("a", 1))
    document = save_proof(proof, tmp_path / "demo.json")
    assert [step["n"] for step in document["steps"]] == list(range(1, 13))
    assert [step["name"] for step in document["steps"]] == list(STEP_NAMES)
    assert document["steps"][0]["evidence"]["at"] == "2026-11-22T09:30:00Z"
    assert document["steps"][0]["evidence"]["pair"] == ["a", 1]
