"""Typed medicines: a clinician types a line, another one reads it back before it travels.

Medicines are not retyped as a rule: the hospital's letter goes along. A line that is typed all the
same is one person's copy, and one person's slip is a wrong dose.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from d2a_desktop.core.errors import NotPermittedError, RefusedError
from d2a_desktop.domain.permissions import Caller, Role

CLINICAL_ROLES = frozenset({Role.CLINICIAN})
TYPED = "medicine_typed"
CHECKED = "medicine_checked"
"""Kinds of the observed events that say who typed and who read back which lines."""


@dataclass(frozen=True)
class Hand:
    """Who typed or checked; `role` is the value of a `Role`."""

    login: str
    role: str

    @property
    def clinical(self) -> bool:
        """Whether this person may answer for a medicine."""
        return self.role in {role.value for role in CLINICAL_ROLES}


def require_may_type(caller: Caller) -> None:
    """Raise NotPermittedError when this role may not type a medicine."""
    if caller.role not in CLINICAL_ROLES:
        raise NotPermittedError(
            "A medicine is typed by a clinician only.",
            what_to_do="Attach the discharge letter to the pack, or ask a clinician.",
        )


def require_may_check(caller: Caller, typed: Hand | None) -> None:
    """Refuse a check that is none: by somebody else's role, or by who typed the line.

    Raises:
        NotPermittedError: not for this role.
        RefusedError: the same person typed it ("same_person").
    """
    if caller.role not in CLINICAL_ROLES:
        raise NotPermittedError(
            "A typed medicine is checked by a clinician only.",
            what_to_do="Ask a clinician who did not type it.",
        )
    if typed is not None and typed.login == caller.login:
        raise RefusedError(
            "You typed this line: a second person has to check it.",
            what_to_do="Ask another clinician to compare it with the letter.",
            code="same_person",
        )


def may_travel(typed: Hand | None, checks: Iterable[Hand]) -> bool:
    """Return whether a typed line may be printed: two people with a clinical role stand for it.

    A line of which nobody knows who typed it is one person's at best: two have to check it.
    """
    answering = {hand.login for hand in checks if hand.clinical}
    if typed is not None and typed.clinical:
        answering.add(typed.login)
    return len(answering) >= 2
