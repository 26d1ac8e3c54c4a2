"""Whether the packs of a case are still true: each issue against the record as it is now.

An issue keeps a fingerprint of two hashes: of the facts that every desk of the case sees, and of
the criteria to reside, which an agency's desk does not have and so does not compare. Left out are
who prints, when, and what each desk derives for itself (the due time, from its own setting).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from d2a_desktop.domain.codes import PackKind
from d2a_desktop.domain.pack_audience import carries
from d2a_desktop.models.pack_issue import PackIssue
from d2a_desktop.packs.content import content_hash
from d2a_desktop.services.case_rows import CaseRows
from d2a_desktop.services.pack_contents import criteria_words
from d2a_desktop.services.pack_kinds import MAKERS

_UNKNOWN = "-"


def fingerprint(rows: CaseRows, kind: PackKind, *, sees_criteria: bool | None = None) -> str:
    """Return what a pack of this kind would say now, as `facts:criteria` (hashes).

    `sees_criteria` is whether this desk has the reviews; where not given, whether it holds any.
    """
    shared = content_hash(kind, MAKERS[kind].facts_of(rows))
    if kind is PackKind.KEY_SHEET and rows.restricted:
        notes = ",".join(sorted(note.id for note in rows.restricted if carries(kind, note.kind)))
        return f"{shared}:{hashlib.sha256(notes.encode()).hexdigest()}"
    if kind is not PackKind.HANDOVER:
        return f"{shared}:{_UNKNOWN}"
    sees = bool(rows.reviews or rows.periods) if sees_criteria is None else sees_criteria
    stand = hashlib.sha256(criteria_words(rows).encode()).hexdigest() if sees else _UNKNOWN
    return f"{shared}:{stand}"


@dataclass(frozen=True)
class Provenance:
    """What an issue keeps in its `content_hash`, part by part.

    `replaces` is the code of the issue before it, and `lines` the digests of its lines
    (`packs/changes.py`), both empty on a first one and on those of earlier versions.
    """

    facts: str
    criteria: str = _UNKNOWN
    replaces: str = ""
    lines: str = ""

    def kept(self) -> str:
        """Return the parts as one text."""
        return f"{self.facts}:{self.criteria}:{self.replaces}:{self.lines}"


def provenance(kept: str) -> Provenance:
    """Return the parts of what an issue keeps, or of a fingerprint."""
    facts, criteria, replaces, lines = [*kept.split(":"), "", "", ""][:4]
    return Provenance(facts, criteria or _UNKNOWN, replaces, lines)


def says_the_same(issued: str, now: str) -> bool:
    """Return whether two fingerprints agree in everything that both know."""
    mine, theirs = provenance(issued), provenance(now)
    if mine.facts != theirs.facts:
        return False
    stands = {mine.criteria, theirs.criteria}
    return len(stands) == 1 or _UNKNOWN in stands


def earlier_issue(packs: Sequence[PackIssue], kind: PackKind, of: str = "") -> PackIssue | None:
    """Return the newest issue that one of this kind would replace; `of` is an offer's reference."""
    wanted = (kind.value, of if kind is PackKind.OFFER_SHEET else "")
    return max((issue for issue in packs if series(issue) == wanted), key=age, default=None)


def current_pack_given(rows: CaseRows) -> bool | None:
    """Return whether the newest handover pack was given and still says what the record says.

    A draft does not count: it says on every page that it is not to be handed over.
    """
    issues = [p for p in rows.packs if p.kind == PackKind.HANDOVER]
    if not issues:
        return False
    newest = max(issues, key=age)
    if newest.given_at is None or newest.draft:
        return False
    return says_the_same(newest.content_hash, fingerprint(rows, PackKind.HANDOVER))


def series(issue: PackIssue) -> tuple[str, str]:
    """Return which prints replace one another: those of a kind, or of one offer's sheet."""
    sheet = issue.kind == PackKind.OFFER_SHEET
    return issue.kind, (issue.purpose or "") if sheet else ""


def age(issue: PackIssue) -> tuple[datetime, int, str]:
    """Return what prints are ordered by, oldest first."""
    # The time first: two desks that have not met may both have printed a version 2.
    return issue.printed_at, issue.version, issue.id
