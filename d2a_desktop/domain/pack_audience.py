"""Who a print is for, who may make it, and which restricted text it may carry, as one table."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from d2a_desktop.core.errors import NotPermittedError
from d2a_desktop.domain.codes import LISTS, Labelled, PackKind
from d2a_desktop.domain.permissions import MAY, RESTRICTED_ROLES, ROLES_OF_KIND, Caller, Role


class Audience(Labelled):
    """Who holds the paper in the end."""

    WORKER = "worker", "Live-in worker and receiving team"
    ASSESSOR = "assessor", "Home assessor"
    PERSON = "person", "The person and the family"
    AGENCY = "agency", "An agency before its acceptance"
    STAFF = "staff", "Staff of ward, hub or agency"
    PUBLIC = "public", "Anybody: it holds figures only"
    KEY_HOLDER = "key_holder", "Who opens the door, by name"
    PROFESSIONAL = "professional", "A named professional"


class RestrictedText(Labelled):
    """Text that never travels with the rest (DOMAIN 7.2, HZ15 and HZ18)."""

    SAFEGUARDING = "safeguarding", "Safeguarding"
    KEY_CODE = "key_code", "Key or door code"
    OTHER = "other", "Other restricted note"


class Carried(Labelled):
    """What becomes of one restricted text on one kind of print."""

    PRINTED = "printed", "Printed"
    OWN_SHEET = "own_sheet", "Left out; this audience may be given its own sheet"
    LEFT_OUT = "left_out", "Left out"


class Privacy(Labelled):
    """How much a sheet about several people says of who they are."""

    INITIALS = "initials", "Initials and bed only"
    FULL = "full", "Full names"


AUDIENCE: Mapping[PackKind, Audience] = MappingProxyType(
    {
        PackKind.HANDOVER: Audience.WORKER,
        PackKind.ASSESSMENT: Audience.ASSESSOR,
        PackKind.PATIENT: Audience.PERSON,
        PackKind.REFERRAL: Audience.STAFF,
        PackKind.OFFER_SHEET: Audience.AGENCY,
        PackKind.TRAVEL: Audience.WORKER,
        PackKind.CHANGEOVER: Audience.WORKER,
        PackKind.BOARD: Audience.STAFF,
        PackKind.HUB_LIST: Audience.STAFF,
        PackKind.WEEKEND: Audience.STAFF,
        PackKind.CONTINGENCY: Audience.STAFF,
        PackKind.FLOW: Audience.PUBLIC,
        PackKind.KEY_SHEET: Audience.KEY_HOLDER,
        PackKind.RESTRICTED: Audience.PROFESSIONAL,
    }
)

_OUT, _OWN, _PRINT = Carried.LEFT_OUT, Carried.OWN_SHEET, Carried.PRINTED
_OF_AUDIENCE: Mapping[Audience, tuple[Carried, Carried, Carried]] = {
    # safeguarding, key code, other. A worker's or a family's paper lies open in the house, where
    # the person it is about may read it: it does not even say that such a note exists (HZ18).
    Audience.WORKER: (_OUT, _OWN, _OUT),
    Audience.ASSESSOR: (_OWN, _OWN, _OWN),
    Audience.PERSON: (_OUT, _OUT, _OUT),
    Audience.AGENCY: (_OUT, _OUT, _OUT),
    Audience.STAFF: (_OUT, _OUT, _OUT),
    Audience.PUBLIC: (_OUT, _OUT, _OUT),
    Audience.KEY_HOLDER: (_OUT, _PRINT, _OUT),
    Audience.PROFESSIONAL: (_PRINT, _OUT, _PRINT),
}

CARRIED: Mapping[tuple[PackKind, RestrictedText], Carried] = MappingProxyType(
    {
        (kind, text): carried
        for kind, audience in AUDIENCE.items()
        for text, carried in zip(RestrictedText, _OF_AUDIENCE[audience], strict=True)
    }
)

_WARD_AND_HUB = frozenset({Role.WARD_COORDINATOR, Role.CLINICIAN, Role.HUB_CASE_MANAGER})
_CARE = MAY["pack"]

MAY_PRINT: Mapping[PackKind, frozenset[Role]] = MappingProxyType(
    {
        PackKind.HANDOVER: _CARE,
        PackKind.ASSESSMENT: _CARE,
        PackKind.PATIENT: _CARE,
        PackKind.CHANGEOVER: _CARE,
        PackKind.OFFER_SHEET: MAY["offer"],
        PackKind.BOARD: _WARD_AND_HUB,
        PackKind.HUB_LIST: frozenset({Role.HUB_CASE_MANAGER}),
        # From what the desk holds, which is what its organisation may see.
        PackKind.WEEKEND: _CARE,
        PackKind.CONTINGENCY: _CARE,
        # No identities: the one print for those who may not see people.
        PackKind.FLOW: _WARD_AND_HUB | {Role.ASSESSOR, Role.AGENCY_MANAGER, Role.ANALYST},
        PackKind.KEY_SHEET: RESTRICTED_ROLES,
        PackKind.RESTRICTED: RESTRICTED_ROLES,
    }
)

# A contingency list without names and numbers would be of no use on the day it is for.
DEFAULT_PRIVACY: Mapping[PackKind, Privacy] = MappingProxyType(
    dict.fromkeys(LISTS, Privacy.INITIALS) | {PackKind.CONTINGENCY: Privacy.FULL}
)


def restricted_text(note_kind: str) -> RestrictedText:
    """Return under which row of the table a restricted note of this kind falls."""
    try:
        return RestrictedText(note_kind.strip().lower())
    except ValueError:
        return RestrictedText.OTHER


def carries(kind: PackKind, note_kind: str) -> bool:
    """Return whether a print of `kind` shows the text of a restricted note of `note_kind`."""
    return CARRIED[kind, restricted_text(note_kind)] is Carried.PRINTED


def may_print(caller: Caller, kind: PackKind) -> bool:
    """Return whether the caller's role may make a print of `kind`."""
    allowed = MAY_PRINT.get(kind, frozenset())
    return caller.role in allowed and caller.role in ROLES_OF_KIND[caller.org_kind]


def require_may_print(caller: Caller, kind: PackKind) -> None:
    """Raise NotPermittedError when the caller's role may not make a print of `kind`."""
    if not may_print(caller, kind):
        raise NotPermittedError(
            f"{caller.role.label} may not print this ({kind.label.lower()}).",
            what_to_do="Ask a colleague whose role may, or your administrator.",
        )
