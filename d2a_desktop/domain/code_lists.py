"""The published code lists and our own tables of `resources/codes/`, typed and read once."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from d2a_desktop.core.errors import UsageError
from d2a_desktop.core.paths import resource
from d2a_desktop.domain.codes import BarrierGroup, Pathway

_DASHES = re.compile(r"\s*[\u2010-\u2015\u2212\uFE58\uFE63\uFF0D-]\s*")
_SPACES = re.compile(r"\s+")


def label_key(text: str) -> str:
    """Return the key under which spellings of one published label are the same.

    NFKC, no-break space to space, any dash to "-" without spaces around it, spaces collapsed,
    case folded (DOMAIN 2.1: published files mix en dash, hyphen and missing spaces).
    """
    plain = unicodedata.normalize("NFKC", text).replace("\u00a0", " ")
    return _SPACES.sub(" ", _DASHES.sub("-", plain)).strip().casefold()


@dataclass(frozen=True)
class Criterion:
    """One of the 11 criteria to reside; `expires_hours` prompts a new review, never clears."""

    code: str
    sequence: int
    text: str
    label: str
    expires_hours: int | None


@dataclass(frozen=True)
class DelayReason:
    """One of the 37 national delay reasons in force from 27-May-2024."""

    code: str
    group: BarrierGroup
    reason: str
    pathways: frozenset[Pathway]
    published_label: str

    def fits(self, pathway: Pathway | None) -> bool:
        """Return whether the reason may stand beside this confirmed pathway (None: not yet)."""
        return not self.pathways or pathway is None or pathway in self.pathways


@dataclass(frozen=True)
class Destination:
    """One of the eight discharge destinations of the national return."""

    code: str
    pathway: Pathway
    published_label: str


@dataclass(frozen=True)
class PathwayText:
    """A pathway with its published definition."""

    code: Pathway
    label: str
    definition: str
    through_hub: bool


@dataclass(frozen=True)
class DrdBand:
    """A band of days between ready and home; `upper` is None for the open band."""

    label: str
    lower: int
    upper: int | None


@dataclass(frozen=True)
class CredentialKind:
    """A credential an agency tracks per worker; validity is the agency's to configure."""

    code: str
    name: str
    default_valid_months: int | None
    note: str


@dataclass(frozen=True)
class MatchingRule:
    """One matching constraint; hard rules carry `overridable`, soft ones a default weight."""

    code: str
    key: str
    rule: str
    overridable: bool = False
    default_weight: int = 0


@dataclass(frozen=True)
class NeedLevel:
    """One level of a need, with the matching rule it can trip, if any."""

    code: str
    label: str
    rule: str | None


@dataclass(frozen=True)
class NeedGroup:
    """A need of DOMAIN 4.3 and its levels; `field` is where it is recorded."""

    code: str
    label: str
    field: str
    levels: tuple[NeedLevel, ...]

    def level(self, code: str) -> NeedLevel:
        """Return the level with this code.

        Raises:
            UsageError: the need has no such level.
        """
        for level in self.levels:
            if level.code == code:
                return level
        known = ", ".join(level.code for level in self.levels)
        raise UsageError(
            f"{self.label} has no level “{code[:40]}”.",
            what_to_do=f"Use one of: {known}.",
            code="unknown_level",
        )


def _load(name: str) -> Any:
    return json.loads(resource(f"codes/{name}").read_text(encoding="utf-8"))


@cache
def criteria() -> tuple[Criterion, ...]:
    """Return the 11 criteria to reside in their published order (DOMAIN 1.3)."""
    return tuple(
        Criterion(
            code=item["local_code"],
            sequence=item["sequence"],
            text=item["published_text"],
            label=item["short_label"],
            expires_hours=item["auto_expires_hours"] or None,
        )
        for item in _load("criteria_to_reside.json")["items"]
    )


@cache
def delay_reasons() -> tuple[DelayReason, ...]:
    """Return the 37 delay reasons in published order (DOMAIN 2.2)."""
    group_of = {group.label: group for group in BarrierGroup}
    return tuple(
        DelayReason(
            code=item["local_code"],
            group=group_of[item["group"]],
            reason=item["reason"],
            pathways=frozenset(Pathway(p) for p in item["applies_to_pathways"].split(";") if p),
            published_label=item["published_metric_label"],
        )
        for item in _load("delay_reasons_2024.json")["items"]
    )


@cache
def _delay_reason_by_key() -> Mapping[str, DelayReason]:
    found: dict[str, DelayReason] = {}
    for reason in delay_reasons():
        for text in (reason.code, reason.published_label, reason.reason):
            found[label_key(text)] = reason
    return MappingProxyType(found)


def delay_reason(text: str) -> DelayReason:
    """Return the delay reason of our code or of the published label in any of its spellings.

    Raises:
        UsageError: it is none of the 37.
    """
    found = _delay_reason_by_key().get(label_key(text))
    if found is None:
        raise UsageError(
            "This is not one of the 37 delay reasons.",
            what_to_do="Use a code such as HP02, or the label as NHS England publishes it.",
            code="delay_reason_unknown",
        )
    return found


def delay_reasons_for(pathway: Pathway | None) -> tuple[DelayReason, ...]:
    """Return the delay reasons that may be chosen beside this confirmed pathway."""
    return tuple(reason for reason in delay_reasons() if reason.fits(pathway))


@cache
def pathways() -> tuple[PathwayText, ...]:
    """Return pathways 0 to 3 with their published definitions (DOMAIN 1.2)."""
    return tuple(
        PathwayText(
            code=Pathway(item["code"]),
            label=item["label"],
            definition=item["definition"],
            through_hub=item["care_transfer_hub"],
        )
        for item in _load("pathways.json")["pathways"]
    )


@cache
def destinations() -> tuple[Destination, ...]:
    """Return the eight national discharge destinations (DOMAIN 2.3)."""
    return tuple(
        Destination(
            code=item["local_code"],
            pathway=Pathway(item["pathway"]),
            published_label=item["published_label"],
        )
        for item in _load("pathways.json")["sitrep_destinations"]
    )


def destination(text: str) -> Destination:
    """Return the discharge destination of our code or of the published label.

    Raises:
        UsageError: it is none of the eight.
    """
    key = label_key(text)
    for found in destinations():
        if key in (label_key(found.code), label_key(found.published_label)):
            return found
    raise UsageError(
        "This is not one of the eight discharge destinations.",
        what_to_do="Use a code DD01 to DD08, or the published label.",
        code="destination_unknown",
    )


@cache
def drd_bands() -> tuple[DrdBand, ...]:
    """Return the seven published bands of days between ready and home (DOMAIN 2.4)."""
    bands = []
    for label in _load("drd_bands.json")["bands"]:
        days = [int(number) for number in re.findall(r"\d+", label)] or [0]
        upper = None if "more" in label else days[-1]
        bands.append(DrdBand(label=label, lower=days[0], upper=upper))
    return tuple(bands)


@cache
def nhs_dd(value_set: str) -> Mapping[str, str]:
    """Return an NHS Data Dictionary value set, code to label, e.g. "discharge_method".

    Raises:
        KeyError: there is no such set; its name is ours, not a person's.
    """
    return MappingProxyType(dict(_load("nhs_dd_value_sets.json")[value_set]))


@cache
def scci2075(value_set: str) -> Mapping[str, str]:
    """Return an SCCI2075 value set, code to label, e.g. "withdrawal_reason".

    Raises:
        KeyError: there is no such set; its name is ours, not a person's.
    """
    return MappingProxyType(dict(_load("scci2075_value_sets.json")[value_set]))


@cache
def credentials() -> tuple[CredentialKind, ...]:
    """Return the kinds of worker credential (DOMAIN 4.2)."""
    return tuple(
        CredentialKind(
            code=item["code"],
            name=item["name"],
            default_valid_months=item["default_valid_months"],
            note=item["note"],
        )
        for item in _load("worker_credentials.json")["items"]
    )


@cache
def hard_rules() -> tuple[MatchingRule, ...]:
    """Return the hard matching rules H01 to H22 (DOMAIN 4.4)."""
    return tuple(
        MatchingRule(
            code=item["code"], key=item["key"], rule=item["rule"], overridable=item["overridable"]
        )
        for item in _load("matching_constraints.json")["hard"]
    )


@cache
def soft_rules() -> tuple[MatchingRule, ...]:
    """Return the soft matching rules S01 to S18 with their default weights (DOMAIN 4.4)."""
    return tuple(
        MatchingRule(
            code=item["code"],
            key=item["key"],
            rule=item["rule"],
            default_weight=item["default_weight"],
        )
        for item in _load("matching_constraints.json")["soft"]
    )


@cache
def need_groups() -> Mapping[str, NeedGroup]:
    """Return the need levels of DOMAIN 4.3 by need."""
    groups = (
        NeedGroup(
            code=item["code"],
            label=item["label"],
            field=item["field"],
            levels=tuple(
                NeedLevel(code=level["code"], label=level["label"], rule=level.get("rule"))
                for level in item["levels"]
            ),
        )
        for item in _load("need_levels.json")["groups"]
    )
    return MappingProxyType({group.code: group for group in groups})
