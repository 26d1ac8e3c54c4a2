"""The prints of a case, and which of them still hold."""

from __future__ import annotations

from d2a_desktop.models.pack_issue import PackIssue
from d2a_desktop.services.case_rows import CaseRows
from d2a_desktop.services.pack_kinds import MAKERS
from d2a_desktop.services.pack_state import age, fingerprint, says_the_same, series
from d2a_desktop.services.queries.rows import PackRow


def pack_rows(rows: CaseRows) -> tuple[PackRow, ...]:
    """Return the prints of a case, newest first.

    One is superseded when a newer version of its kind exists or the record has changed since.
    """
    issues = sorted(rows.packs, key=age, reverse=True)
    newest: dict[tuple[str, str], str] = {}
    for issue in issues:
        newest.setdefault(series(issue), issue.id)
    kinds = {issue.kind for issue in issues}
    now = {kind.value: fingerprint(rows, kind) for kind in MAKERS if kind.value in kinds}
    return tuple(
        _row(issue, newest=newest[series(issue)] == issue.id, now=now.get(issue.kind))
        for issue in issues
    )


def _row(issue: PackIssue, *, newest: bool, now: str | None) -> PackRow:
    changed = now is not None and not says_the_same(issue.content_hash, now)
    return PackRow(
        pack_id=issue.id,
        kind=issue.kind,
        version=issue.version,
        reference=issue.reference,
        pages=issue.pages,
        draft=issue.draft,
        printed_by=issue.printed_by,
        printed_at=issue.printed_at,
        given_at=issue.given_at,
        superseded=not newest or changed,
    )
