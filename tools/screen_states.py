"""The states every screen is looked at in, each on real desks: `screenshots.py --states`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from d2a_desktop.bootstrap import open_desk
from d2a_desktop.core.clock import SettableClock
from d2a_desktop.core.errors import UnreachableError
from d2a_desktop.core.paths import Profile
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
# Synthetic, and as long as the fields of the spine allow a name to be.
LONGEST = (
    ("Featherstonehaugh-Cholmondeley-Example", "Maximiliana Wilhelmina Bartholomea"),
    ("Sample-Nwachukwu-Oyelaran-Adeyemi-Okonkwo", "Oluwaseun Chukwuemeka"),
    ("Testworth", "Anastasia-Konstantinidou-Papadopoulou"),
    ("Ng", "Li"),
)


@dataclass(frozen=True)
class State:
    """How a state comes about: which desks it is seen on, and what is done before each picture."""

    desks: str
    """`played` by the demo, `empty`, `longest`, `closed` (not open yet) or `alone` (no server)."""
    before: Callable[[Any], None] = lambda _window: None
    text_percent: int = 100
    later: timedelta = timedelta(0)


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


def longest_desks(folder: Path) -> dict[str, Profile]:
    """Set up a desk of each kind with the longest names and words that a record takes."""
    profiles = empty_desks(folder)
    for profile in profiles.values():
        with open_desk(profile, passphrase=lambda _: PASSPHRASE) as desk:
            for bed, (family, given) in enumerate(LONGEST, start=1):
                _admit(desk, family, given, bed)
    return profiles


def _new_desk(folder: Path, role: Role) -> Profile:
    profile = Profile(folder)
    request = DeskRequest(ods_code="RXX01", role=role, name="Pat Sample")
    init_desk(profile, request, database_password=None, new_passphrase=lambda: PASSPHRASE)
    return profile


def _admit(desk: Any, family: str, given: str, bed: int) -> None:
    now = desk.clock.now()
    caller = desk.caller
    if caller.role is not Role.WARD_COORDINATOR:
        return  # others get their people by the exchange
    made = desk.actions.do_document(
        caller,
        None,
        "new",
        {
            "family_name": family,
            "given_name": given,
            "title": "Professor Dame",
            "birth_date": "1925-02-28",
            "gender": "female",
            "site": "Sampleshire General Hospital and Elective Centre",
            "ward": "Stroke Rehabilitation",
            "bed": f"Side room {bed}",
            "mrn": f"T{bed}",
            "admitted_at": (now - timedelta(days=40)).isoformat(),
        },
    )
    review = {
        "decided_by": "Dr Sample",
        "decided_role": "consultant",
        "decided_at": (now - timedelta(days=8 * bed)).isoformat(),
    }
    desk.actions.do_document(caller, str(made.case_ref), "review", review)


@contextmanager
def text_size(theme: Theme, percent: int) -> Iterator[None]:
    """Show all text at this size within the block."""
    theme.set_text_percent(percent)
    yield
    theme.set_text_percent(100)


def clock_of(state: State, now: Any) -> SettableClock | None:
    """Return the clock of the desks of a state; None is the computer's own."""
    return SettableClock(now + state.later) if state.later else None
