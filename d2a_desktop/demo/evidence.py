"""What the demo proves: twelve steps, each with claims that held or failed, and their values."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from d2a_desktop.core.errors import BlockedError, KnownError

STEP_NAMES = (
    "In",
    "Ready",
    "Refer",
    "Capacity",
    "Match",
    "Offer",
    "Place",
    "Leave",
    "Arrive",
    "Assess at home within 48 hours",
    "Paper",
    "Shared, and ended well",
)
"""The twelve steps of the main job (PRODUCT section 2)."""


@dataclass
class Step:
    """One step: values read back, claims that held, claims that failed."""

    n: int
    name: str
    facts: dict[str, object] = field(default_factory=dict)
    held: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether something was proved and nothing failed."""
        return bool(self.held) and not self.failed

    def fact(self, **values: object) -> None:
        """Keep values read back from a desk or a file."""
        self.facts |= values

    def holds(self, claim: str, condition: object) -> None:
        """Count a claim, in words, as held or failed."""
        (self.held if condition else self.failed).append(claim)

    def as_json(self) -> dict[str, object]:
        """Return the step's entry of `demo.json`."""
        evidence = {**self.facts, "held": self.held, "failed": self.failed}
        return {"n": self.n, "name": self.name, "ok": self.ok, "evidence": evidence}


class Proof:
    """The twelve steps of one run."""

    def __init__(self) -> None:
        self.steps = tuple(Step(n, name) for n, name in enumerate(STEP_NAMES, start=1))

    @property
    def ok(self) -> bool:
        """Whether every step held."""
        return all(step.ok for step in self.steps)

    def __getitem__(self, n: int) -> Step:
        """Return step `n`, 1 to 12."""
        return self.steps[n - 1]

    @contextmanager
    def step(self, n: int) -> Iterator[Step]:
        """Give the step; a refusal that nobody expected fails it, and the next one is tried."""
        step = self[n]
        try:
            yield step
        except KnownError as refused:
            reasons = "; ".join(refused.reasons) if isinstance(refused, BlockedError) else ""
            step.failed.append(f"Stopped: {refused} {reasons}".strip())
