"""The main job from end to end: twelve steps played through the services over the real sync."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any

from d2a_desktop.demo import play_agency, play_end, play_home, play_match, play_place, play_ward
from d2a_desktop.demo.cast import Cast
from d2a_desktop.demo.evidence import Proof, Step
from d2a_desktop.demo.people import make_people
from d2a_desktop.demo.system import System

# In the order in which they are played; a step may be proved in more than one place.
_SCENES: tuple[tuple[int, Callable[[Cast, Step], None]], ...] = (
    (1, play_ward.take_in),
    (2, play_ward.make_ready),
    (3, play_ward.refer),
    (4, play_agency.show_capacity),
    (5, play_match.match_at_hub),
    (6, play_agency.offer),
    (5, play_match.match_at_agency),
    (6, play_agency.answer),
    (5, play_match.match_roster),
    (7, play_place.place),
    (8, play_home.leave),
    (9, play_home.arrive),
    (10, play_home.assess),
    (11, play_end.paper),
    (12, play_end.end_well),
    (1, play_ward.newest_extract),
    (12, play_end.finish),
)


def play(
    system: System, *, now: datetime, seed: int, tell: Callable[[str], None] = lambda _: None
) -> Proof:
    """Play the story on a running system and return its proof; papers go to `system.out`.

    Args:
        system: server and open desks; their clock is moved along and ends at `now`.
        now: aware instant from which the story is counted back.
        seed: of the people; the same seed and `now` give the same people.
        tell: told as each step begins.
    """
    cast = Cast(system, make_people(seed=seed, now=now), now, seed)
    proof = Proof()
    play_agency.prepare_capacity(cast)
    begun: set[int] = set()
    for n, scene in _SCENES:
        if n not in begun:
            tell(f"Step {n}: {proof[n].name} …")
            begun.add(n)
        with proof.step(n) as step:
            scene(cast, step)
    return proof


def save_proof(proof: Proof, path: Path) -> dict[str, Any]:
    """Write `demo.json` and return its document."""
    document: dict[str, Any] = {"steps": [_plain(step.as_json()) for step in proof.steps]}
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return document


def _plain(value: Any) -> Any:
    """Return a value as JSON holds it: instants in UTC, codes as words, tuples as lists."""
    if isinstance(value, dict):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (date, Path)):
        return str(value)
    if isinstance(value, timedelta):
        return round(value.total_seconds() / 60)
    return value


def in_words(proof: Proof) -> str:
    """Return the twelve steps for people: ok or FAILED, the claims, then what was read back."""
    lines = []
    for step in proof.steps:
        lines.append(f"{step.n:>2}  {'ok    ' if step.ok else 'FAILED'}  {step.name}")
        lines += [f"      + {claim}" for claim in step.held]
        lines += [f"      ! {claim}" for claim in step.failed]
        for name, value in _plain(step.facts).items():
            lines.append(f"        {name.replace('_', ' ')}: {_words(value)}")
    return "\n".join(lines)


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{key} = {_words(part)}" for key, part in value.items())
    if isinstance(value, list):
        return "; ".join(_words(part) for part in value) or "none"
    return "none" if value is None else str(value)
