"""The prints of a case, and which of them still hold."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from d2a_desktop.domain.codes import PackKind
from d2a_desktop.models.pack_issue import PackIssue
from d2a_desktop.services.case_rows import CaseRows, load_case
from d2a_desktop.services.pack_kinds import MAKERS
from d2a_desktop.services.pack_state import age, fingerprint, provenance, says_the_same, series
from d2a_desktop.services.pack_verify import changed_since
from d2a_desktop.services.queries.rows import PackRow


def pack_rows(rows: CaseRows) -> tuple[PackRow, ...]:
    """Return the prints of a case, newest first.

    One is superseded when a newer version of its kind exists or the record has changed since.
    """
    issues = sorted(rows.packs, key=age, reverse=True)
    newest: dict[tuple[str, str], PackIssue] = {}
    for issue in issues:
        newest.setdefault(series(issue), issue)
    kinds = {issue.kind for issue in issues}
    now = {kind.value: fingerprint(rows, kind) for kind in MAKERS if kind.value in kinds}
    return tuple(
        _row(rows, issue, newest=newest[series(issue)], now=now.get(issue.kind)) for issue in issues
    )


def superseded_cases(session: Session) -> frozenset[str]:
    """Return the live cases of which a print no longer says what the record does.

    Whole prints and those that were given out; one with a newer print is replaced already.
    """
    relied_on = or_(PackIssue.draft.is_(False), PackIssue.given_at.is_not(None))
    found = set()
    for case_id in session.scalars(select(PackIssue.scope_id).where(relied_on).distinct()).all():
        rows = load_case(session, case_id)
        if rows.ended is not None or rows.spell.voided_at is not None or rows.spell.died_at:
            continue
        if any(
            row.superseded and not row.superseded_by and (row.given_at or not row.draft)
            for row in pack_rows(rows)
        ):
            found.add(case_id)
    return frozenset(found)


def _row(rows: CaseRows, issue: PackIssue, *, newest: PackIssue, now: str | None) -> PackRow:
    changed = now is not None and not says_the_same(issue.content_hash, now)
    is_newest = newest.id == issue.id
    lines = provenance(issue.content_hash).lines
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
        superseded=changed or not is_newest,
        superseded_by="" if is_newest else newest.reference,
        changed=changed_since(lines, rows, PackKind(issue.kind)) if changed and is_newest else (),
        given_to=issue.given_to or "",
    )
