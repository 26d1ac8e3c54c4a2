"""Whose desk a window shows: from its settings before it is open, from the desk after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from d2a_desktop.core.settings import Settings
from d2a_desktop.domain.permissions import Role
from d2a_desktop.ui.widgets.top_bar import DeskFacts

if TYPE_CHECKING:
    from d2a_desktop.bootstrap import Desk

_KIND_OF_ROLE = {
    Role.ASSESSOR: "assessor",
    Role.HUB_CASE_MANAGER: "hub",
    Role.AGENCY_SCHEDULER: "agency",
    Role.AGENCY_MANAGER: "agency",
}
_KIND_OF_ORG = {"agency": "agency", "community": "hub", "council": "hub"}


def pages_kind(role: Role | None, org_kind: str = "hospital") -> str:
    """Return which pages a person sees: a key of nav.PAGES_OF_KIND; the role counts first."""
    if role in _KIND_OF_ROLE:
        return _KIND_OF_ROLE[role]
    return _KIND_OF_ORG.get(org_kind, "hospital")


def facts_before(settings: Settings) -> DeskFacts:
    """Return what is known of a desk that is not open yet."""
    role = Role(settings.role) if settings.role else None
    return DeskFacts(
        kind=pages_kind(role),
        organisation=settings.organisation or "No desk yet",
        user_name=settings.login,
        user_initials=initials(settings.login),
        role=role.label if role else "",
        trial=settings.trial,
    )


def facts_of(desk: Desk) -> DeskFacts:
    """Return whose open desk it is; the role the shared database gave counts."""
    caller, identity = desk.caller, desk.identity
    return DeskFacts(
        kind=pages_kind(caller.role, caller.org_kind),
        organisation=identity.org_name or identity.org_ods,
        user_name=caller.name,
        user_initials=initials(caller.name),
        role=caller.role.label,
        trial=desk.trial,
    )


def initials(name: str) -> str:
    """Return the first letters of the first and the last word, in capitals."""
    words = [word for word in name.replace("_", " ").split() if word[0].isalpha()]
    if not words:
        return "?"
    letters = words[0][0] + (words[-1][0] if len(words) > 1 else "")
    return letters.upper()
