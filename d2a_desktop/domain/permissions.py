"""Who a caller is, and which actions each role may take; the server enforces, this only helps."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from d2a_desktop.core.errors import NotPermittedError


class Role(StrEnum):
    """A person's role as the server holds it (`sync.member.role`, DOMAIN 7.4)."""

    WARD_COORDINATOR = "ward_coordinator"
    CLINICIAN = "clinician"
    HUB_CASE_MANAGER = "hub_case_manager"
    ASSESSOR = "assessor"
    AGENCY_SCHEDULER = "agency_scheduler"
    AGENCY_MANAGER = "agency_manager"
    ANALYST = "analyst"
    ADMINISTRATOR = "administrator"

    @property
    def label(self) -> str:
        """The role in words."""
        return self.value.replace("_", " ").capitalize()


KINDS = ("hospital", "community", "council", "agency")

# Which kinds of organisation employ which roles; the hub role may sit in a hospital
# where a system has no community organisation (PRODUCT, "Who sees what").
ROLES_OF_KIND: dict[str, frozenset[Role]] = {
    "hospital": frozenset(
        {
            Role.WARD_COORDINATOR,
            Role.CLINICIAN,
            Role.HUB_CASE_MANAGER,
            Role.ANALYST,
            Role.ADMINISTRATOR,
        }
    ),
    "community": frozenset(
        {
            Role.HUB_CASE_MANAGER,
            Role.ASSESSOR,
            Role.CLINICIAN,
            Role.ANALYST,
            Role.ADMINISTRATOR,
        }
    ),
    "council": frozenset({Role.HUB_CASE_MANAGER, Role.ASSESSOR, Role.ANALYST, Role.ADMINISTRATOR}),
    "agency": frozenset(
        {Role.AGENCY_SCHEDULER, Role.AGENCY_MANAGER, Role.ANALYST, Role.ADMINISTRATOR}
    ),
}

# Roles to whose desks restricted rows (safeguarding, key codes) may go (DOMAIN HZ15, HZ18).
RESTRICTED_ROLES = frozenset(
    {Role.WARD_COORDINATOR, Role.CLINICIAN, Role.HUB_CASE_MANAGER, Role.ASSESSOR}
)

_WARD = frozenset({Role.WARD_COORDINATOR, Role.CLINICIAN, Role.HUB_CASE_MANAGER})
_HUB = frozenset({Role.HUB_CASE_MANAGER})
_AGENCY = frozenset({Role.AGENCY_SCHEDULER, Role.AGENCY_MANAGER})
_HOME = frozenset({Role.ASSESSOR, Role.HUB_CASE_MANAGER, Role.CLINICIAN})
_CARE = _WARD | _AGENCY | _HOME

# An agency's part may be recorded by the hub or the ward on behalf of a partner without a
# desk (PRODUCT section 2, step 6), so those actions list both.
MAY: dict[str, frozenset[Role]] = {
    "import": _WARD,
    "new": _WARD,
    "update": _WARD | frozenset({Role.ASSESSOR}),
    "review": _WARD,
    "refer": _WARD,
    "pathway": _HUB,
    "offer": _HUB,
    "withdraw": _WARD,
    "accept": _AGENCY | _WARD,
    "decline": _AGENCY | _WARD,
    "hand-back": _AGENCY | _WARD,
    "allocate": _AGENCY | _WARD,
    "gate": _WARD,
    "depart": _WARD,
    "reopen": _WARD,
    "arrive": _CARE,
    "turn-back": _CARE,
    "visit": _HOME | _WARD,
    "outcome": _HOME,
    "end": _HUB | _AGENCY,
    "note": _WARD | _HOME,
    "barrier": _WARD,
    "task": _CARE,
    "restricted": RESTRICTED_ROLES,
    "pack": _CARE,
    "view": _CARE,
    "share-view": _CARE,
    "audit": frozenset({Role.CLINICIAN, Role.HUB_CASE_MANAGER, Role.AGENCY_MANAGER}),
    "roster": _AGENCY | _HUB,
    "contract": _AGENCY | _HUB,
    "assessors": frozenset({Role.HUB_CASE_MANAGER, Role.ASSESSOR}),
}

# Roles that may take no action at all: they see, and the shared database takes nothing from them.
READING_ROLES = frozenset(Role) - frozenset[Role]().union(*MAY.values())


@dataclass(frozen=True)
class Caller:
    """The person who asks, as the desk knows them; `org_kind` is one of `KINDS`."""

    login: str
    name: str
    role: Role
    org_id: str
    org_ods: str
    org_kind: str


def may(caller: Caller, action: str) -> bool:
    """Return whether the caller's role may take `action` (a key of `MAY`)."""
    return caller.role in MAY[action] and caller.role in ROLES_OF_KIND[caller.org_kind]


def require(caller: Caller, action: str) -> None:
    """Raise NotPermittedError when the caller's role may not take `action`."""
    if not may(caller, action):
        raise NotPermittedError(
            f"{caller.role.label} may not do this ({action}).",
            what_to_do="Ask a colleague whose role may, or your administrator.",
        )
