"""What every pack carries: the person's identity, the issue of the pack, allergies, the result.

A pack prints exactly the fields of its content. No field of any pack can hold a key code or
restricted text (safeguarding): what has no field cannot be printed (DOMAIN 7.2, HZ15 and HZ18).
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from d2a_desktop.domain.codes import AllergyState, Gender, PackKind

MARKING = "OFFICIAL-SENSITIVE: PERSONAL"


_HEADINGS = {
    PackKind.HANDOVER: "Handover pack",
    PackKind.ASSESSMENT: "Home assessment",
    PackKind.PATIENT: "My plan for going home",
    PackKind.OFFER_SHEET: "Offer of a live-in placement",
    PackKind.CHANGEOVER: "Worker changeover",
    PackKind.BOARD: "Ward board sheet",
    PackKind.HUB_LIST: "Hub list",
    PackKind.WEEKEND: "Weekend sheet",
    PackKind.CONTINGENCY: "Contingency list",
    PackKind.FLOW: "Weekly flow report",
    PackKind.KEY_SHEET: "Key sheet",
    PackKind.RESTRICTED: "Restricted sheet",
}


def pack_heading(kind: PackKind) -> str:
    """Return the words at the head of each page and in the file's title; never a name."""
    return _HEADINGS[kind]


class Need(StrEnum):
    """PRSB: mandatory, the final pack waits for it; required, its absence is said (DOMAIN 3.1)."""

    MANDATORY = "mandatory"
    REQUIRED = "required"
    OPTIONAL = "optional"


def text(label: str, need: Need = Need.REQUIRED) -> Any:
    """Declare a line of text of a section."""
    return field(default="", metadata={"label": label, "need": need})


def fact(label: str, need: Need = Need.REQUIRED, *, approx: bool = False) -> dict[str, Any]:
    """Return the metadata of a date, an instant or a yes/no; None is not recorded."""
    return {"label": label, "need": need, "approx": approx}


def table(label: str, row: type, need: Need = Need.REQUIRED, *, none: str = "") -> Any:
    """Declare a table of `row`s; `none` is what is printed without any (else Not recorded)."""
    return field(default=(), metadata={"label": label, "need": need, "row": row, "none": none})


def column(label: str, share: float = 1.0) -> Any:
    """Declare a column of a table's row, with its share of the width."""
    return field(default="", metadata={"label": label, "share": share})


def printed_only(default: Any = None) -> Any:
    """Declare a value that is derived at the time of print, so not part of the content hash."""
    return field(default=default, metadata={"hashed": False})


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Who the pack is about (banner order of CUI PAB-0016).

    `latin_family_name` and `latin_given_name` are the Latin forms of a name recorded in another
    script. `nhs_number` is None when not known; then the hospital number must identify.
    """

    family_name: str
    given_name: str = ""
    title: str = ""
    preferred_name: str = ""
    latin_family_name: str = ""
    latin_given_name: str = ""
    born: date | None = None
    age_years: int | None = printed_only()
    gender: Gender = Gender.NOT_KNOWN
    nhs_number: str | None = None
    nhs_verified: bool = True
    hospital_number: str = ""

    def missing(self) -> tuple[str, ...]:
        """Return what identification lacks, in words."""
        lacks = []
        if not self.family_name.strip():
            lacks.append("Identity: Family name")
        if self.born is None:
            lacks.append("Identity: Born")
        if not (self.nhs_number or self.hospital_number.strip()):
            lacks.append("Identity: NHS No. or Hospital No.")
        return tuple(lacks)


@dataclass(frozen=True, kw_only=True)
class AllergyLine:
    """One known allergy."""

    substance: str = column("Allergic to", 1.2)
    reaction: str = column("What happens", 2.0)


@dataclass(frozen=True, kw_only=True)
class Allergies:
    """One of the four exact states; lines only with `KNOWN`, and then at least one."""

    state: AllergyState = AllergyState.NOT_RECORDED
    lines: tuple[AllergyLine, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a state that its lines contradict."""
        if (self.state is AllergyState.KNOWN) != bool(self.lines):
            raise ValueError("allergies are listed when, and only when, they are known")

    def missing(self) -> tuple[str, ...]:
        """Return what a final pack waits for: a state that says something."""
        if self.state in {AllergyState.NOT_RECORDED, AllergyState.UNAVAILABLE}:
            return (f"Allergies: {self.state.label}",)
        return ()


@dataclass(frozen=True)
class Letter:
    """The hospital's letter or chart as a PDF that `letter.read_letter` has looked at.

    `sha256` is that of its file's bytes.
    """

    data: bytes = field(repr=False)
    pages: int
    sha256: str

    @property
    def words(self) -> str:
        """What a pack says of it: enough of the hash to compare two copies by eye."""
        pages = "1 page" if self.pages == 1 else f"{self.pages} pages"
        mark = " ".join(self.sha256[start : start + 4] for start in (0, 4, 8))
        return f"Attached behind this pack, {pages}, mark of the file {mark}"


@dataclass(frozen=True, kw_only=True)
class Header:
    """This issue of the pack: version, who prints it when, how old its facts are.

    Instants are aware UTC. `as_known_at` is the desk's last exchange with the shared database, or
    None on a desk without one. `version` is 0 on a sheet that stands for itself. `draft` forces
    the watermark on a complete pack.
    `changes` says in sentences what the issue that this one replaces did not.
    """

    reference: str
    version: int
    printed_by: str
    printed_role: str
    printed_at: datetime
    as_known_at: datetime | None = None
    offline: bool = False
    draft: bool = False
    replaces_version: int | None = None
    replaces_printed_at: datetime | None = None
    given_to: str = ""
    purpose: str = ""
    synthetic: bool = False
    trial: bool = False
    marking: str = MARKING
    changes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse an issue that could not be traced: no printer, no reference, no time zone."""
        if not self.printed_by.strip() or not self.reference.strip():
            raise ValueError("a pack names who printed it and carries its reference")
        if self.printed_at.tzinfo is None:
            raise ValueError("an instant needs a time zone")


@dataclass(frozen=True)
class PackResult:
    """What was written: `sha256` of the file's bytes, `content_hash` of the facts in it.

    `missing` are the mandatory items that made it a draft; `warnings` what could not be printed
    as recorded. Both are words without patient data. `html` makes the copy without pages.
    """

    kind: PackKind
    pages: int
    sha256: str
    content_hash: str
    draft: bool
    missing: tuple[str, ...]
    warnings: tuple[str, ...]
    html: Callable[[], str] = field(default=str, repr=False, compare=False)


def content_hash(kind: PackKind, content: Any) -> str:
    """Return the SHA-256 of a pack's facts, whoever prints it and whenever.

    Two issues with the same hash say the same; when it changes, the earlier one is superseded.
    Header and age are left out, every other field counts.
    """
    document = {"kind": kind.value, "facts": plain_facts(content)}
    canonical = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def plain_facts(value: Any) -> Any:
    """Return a content, or a part of one, as JSON: its facts, and nothing of the print."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [plain_facts(entry) for entry in value]
    if dataclasses.is_dataclass(value):
        return {
            part.name: plain_facts(getattr(value, part.name))
            for part in dataclasses.fields(value)
            if part.name != "header" and part.metadata.get("hashed", True)
        }
    return value
