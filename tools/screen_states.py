"""The states every screen is looked at in, each on real desks: `screenshots.py --states`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from d2a_desktop.core.clock import SettableClock
from d2a_desktop.core.errors import UnreachableError
from d2a_desktop.core.paths import Profile
from d2a_desktop.demo import names, people, system, workers
from d2a_desktop.demo.names import longest
from d2a_desktop.domain.permissions import Role
from d2a_desktop.services.desk_setup import DeskRequest, init_desk
from d2a_desktop.ui.errors import words_for
from d2a_desktop.ui.theme.theme import Theme

PASSPHRASE = "three unrelated words"  # noqa: S105  # of desks that live as long as the pictures take
DESKS = ("ward", "hub", "agency", "assessor")
_ROLES = {
    "ward": Role.WARD_COORDINATOR,
    "hub": Role.HUB_CASE_MANAGER,
    "agency": Role.AGENCY_SCHEDULER,
    "assessor": Role.ASSESSOR,
}


@dataclass(frozen=True)
class State:
    """How a state comes about: which desks it is seen on, and what is done before each picture."""

    desks: str
    """`played` by the demo (with `longest` names), `empty`, `closed` (not open) or `alone`."""
    before: Callable[[Any], None] = lambda _window: None
    text_percent: int = 100
    later: timedelta = timedelta(0)


def _long(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(longest(each) for each in names)


_LONGEST: Mapping[Any, Mapping[str, Any]] = {
    names: {
        each: _long(getattr(names, each))
        for each in ("FAMILIES", "FEMALE", "MALE", "STREETS", "WORKER_FEMALE", "WORKER_MALE")
    },
    people: {
        "WARDS": {
            hospital: tuple(f"Stroke Rehabilitation and Elderly Care {each}" for each in wards)
            for hospital, wards in people.WARDS.items()
        }
    },
    workers: {
        "FAMILIES": _long(workers.FAMILIES),
        "ASSESSORS": tuple(
            (f"{longest(name.split()[0])} {longest(name.split()[1])}", *rest)
            for name, *rest in workers.ASSESSORS
        ),
    },
    system: {
        "ORGANISATIONS": tuple(
            (code, kind, name.replace("(demo)", "and Elective Centre of Sampleshire (demo)"), desk)
            for code, kind, name, desk in system.ORGANISATIONS
        )
    },
}


def _fail(window: Any) -> None:
    problem = UnreachableError(
        "The shared database does not answer.", what_to_do="Try again in a minute."
    )
    window.show_problem(words_for(problem))


STATES: Mapping[str, State] = {
    "full": State("played"),
    "empty": State("empty"),
    "loading": State("closed"),
    "longest": State("longest"),
    "offline": State("alone"),
    "stale": State("alone", later=timedelta(hours=3)),
    "error": State("played", before=_fail),
    "locked": State("played", before=lambda window: window.lock()),
    "large": State("played", text_percent=200),
}


def empty_desks(folder: Path) -> dict[str, Profile]:
    """Set up a desk of each kind that holds nobody; they work alone."""
    return {name: _new_desk(folder / name, role) for name, role in _ROLES.items()}


@contextmanager
def longest_names() -> Iterator[None]:
    """Let everybody and everything the demo makes have the longest name that a record takes."""
    with ExitStack() as patched:
        for module, values in _LONGEST.items():
            patched.enter_context(patch.multiple(module, **values))
        yield


def _new_desk(folder: Path, role: Role) -> Profile:
    profile = Profile(folder)
    request = DeskRequest(ods_code="RXX01", role=role, name="Pat Sample")
    init_desk(profile, request, database_password=None, new_passphrase=lambda: PASSPHRASE)
    return profile


@contextmanager
def text_size(theme: Theme, percent: int) -> Iterator[None]:
    """Show all text at this size within the block."""
    theme.set_text_percent(percent)
    yield
    theme.set_text_percent(100)


def clock_of(state: State, now: Any) -> SettableClock | None:
    """Return the clock of the desks of a state; None is the computer's own."""
    return SettableClock(now + state.later) if state.later else None
