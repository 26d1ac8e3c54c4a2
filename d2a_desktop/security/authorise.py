"""Turning a person who unlocked a desk into a caller, and asking what a caller may do."""

from __future__ import annotations

from d2a_desktop.core.errors import BugError, NotPermittedError
from d2a_desktop.domain.permissions import (
    MAY,
    RESTRICTED_ROLES,
    ROLES_OF_KIND,
    Caller,
    Role,
    require,
)


def caller_for(
    *, login: str, name: str, role: str, org_id: str, org_ods: str, org_kind: str
) -> Caller:
    """Return the caller for a person of an organisation.

    Raises:
        NotPermittedError: there is no such role in that kind of organisation.
    """
    known = {each.value: each for each in Role}
    if role not in known or known[role] not in ROLES_OF_KIND.get(org_kind, frozenset()):
        raise NotPermittedError(
            f"There is no role '{role}' in an organisation of kind '{org_kind}'.",
            what_to_do="Ask your administrator which role the shared database gives you.",
            code="no_such_role",
        )
    return Caller(
        login=login,
        name=name,
        role=known[role],
        org_id=org_id,
        org_ods=org_ods,
        org_kind=org_kind,
    )


def authorise(caller: Caller, action: str) -> None:
    """Let an action pass or refuse it.

    Raises:
        NotPermittedError: the caller's role may not.
        BugError: there is no such action.
    """
    if action not in MAY:
        raise BugError(f"no role is named for the action {action!r}")
    require(caller, action)


def may_see_restricted(caller: Caller) -> bool:
    """Return whether restricted rows (safeguarding, key codes) may be shown (DOMAIN HZ15)."""
    return caller.role in RESTRICTED_ROLES
