"""Which rule of the reference stands behind an engine's code, and who may set one aside.

The reference is codes/matching_constraints.json (DOMAIN 4.4): a rule may be overridden only where
it says so, and only with role, reason and expiry.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from d2a_desktop.domain.code_lists import hard_rules
from d2a_desktop.engines.neutral_json import Node

# The codes of this engine beside the rules of codes/matching_constraints.json.
HARD_RULES: Mapping[str, str] = {
    "worker_active": "H01",
    "availability": "H02",
    "overlap": "H02",
    "skill": "H06",
    "double_handed": "H08",
    "waking_night": "H09",
    "excluded": "H10",
    "refused": "H10",
    "gender": "H11",
    "allergy_or_phobia": "H12",
    "driver": "H13",
    "accommodation": "H14",
    "rest_cover": "H15",
    "max_consecutive": "H16",
    "rest": "H16",
    "earliest_arrival": "H17",
    "language": "H18",
    "infection_immunity": "H19",
    "registration": "H20",
    "manual_handling_limit": "H21",
    "consent": "H22",
}
# A worker's own limit, which the reference holds among the soft rules (S08).
_OWN_LIMITS = frozenset({"distance"})
# Certificates by the rule they serve (codes/worker_credentials.json, and FORMAT's examples); any
# other is a competency for a special need (H06), which nobody may set aside.
_CERTIFICATE_RULES: Mapping[str, frozenset[str]] = {
    "H03": frozenset({"DBS", "DBS_ENH_AB"}),
    "H04": frozenset({"RTW", "right_to_work"}),
    "H05": frozenset(
        {"CARE_CERT", "MH", "moving_handling", "SAFEG", "BLS", "first_aid", "IPC", "FOOD", "FIRE"}
        | {"MCA", "IG"}
    ),
    "H07": frozenset({"MEDS", "medication"}),
    "H13": frozenset({"DRIVE"}),
}


def certificate_rule(name: str) -> str:
    """Return the reference's rule that a certificate serves."""
    return next((rule for rule, names in _CERTIFICATE_RULES.items() if name in names), "H06")


def rule_of(code: str, name: str = "") -> str | None:
    """Return the reference's rule behind an engine's code, None for FORMAT's own rules."""
    return certificate_rule(name) if code == "certificate" else HARD_RULES.get(code)


def may_be_overridden(code: str, name: str = "") -> bool:
    """Tell whether a person may set this rule aside, as the reference says."""
    rule = rule_of(code, name)
    overridable = {r.code for r in hard_rules() if r.overridable}
    return code in _OWN_LIMITS or rule in overridable


@dataclass(frozen=True, slots=True)
class Override:
    """A rule set aside for one worker and referral, by whom and why; to its last day, inclusive.

    `name` is the certificate where the rule is "certificate". A part that ends after `expires`
    is not covered: the rule holds over the whole block.
    """

    rule: str
    name: str
    worker: str
    referral: str
    role: str
    reason: str
    expires: date


@dataclass(frozen=True, slots=True)
class Pin:
    """A wish that binds: this worker for this part, from `start` (None: from any day)."""

    referral: str
    part: int
    worker: str
    start: date | None


def read_override(row: Node, workers: frozenset[str], referrals: frozenset[str]) -> Override:
    """Read one override; a rule that nobody may set aside is refused."""
    code, name = read_rule(row.field("rule"))
    reason = row.field("reason")
    if not reason.text().strip():
        reason.fail("must say why")
    return Override(
        rule=code,
        name=name,
        worker=row.field("worker").known(workers, "worker"),
        referral=row.field("referral").known(referrals, "referral"),
        role=row.field("role").text(),
        reason=reason.text(),
        expires=row.field("expires").day(),
    )


def read_rule(node: Node) -> tuple[str, str]:
    """Read (rule, certificate's name or an empty text) of a rule that may be set aside."""
    code, _, name = node.text().partition(":")
    if (code == "certificate") != bool(name):
        node.fail("must be a rule such as driver, or certificate:NAME")
    if not may_be_overridden(code, name):
        node.fail(f"{node.value!r} is no rule that may be set aside")
    return code, name
