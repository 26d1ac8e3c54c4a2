"""Who typed and who checked a case's medicine lines, and which of them may travel on paper."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from d2a_desktop.core.errors import UsageError
from d2a_desktop.domain.medicines import (
    CHECKED,
    TYPED,
    Hand,
    may_travel,
    require_may_check,
)
from d2a_desktop.models.medicine import Medicine
from d2a_desktop.services.case_rows import CaseRows
from d2a_desktop.services.work import Work


def lines_that_travel(rows: CaseRows) -> list[Medicine]:
    """Return the lines that a clinician typed and another one checked, in their order."""
    typed, checked = _hands(rows, TYPED), _hands(rows, CHECKED)
    return [
        line
        for line in rows.medicines
        if may_travel(next(iter(typed.get(line.id, ())), None), checked.get(line.id, ()))
    ]


def record_typed(work: Work, lines: Sequence[str]) -> None:
    """Record who typed these lines: one observed event, whatever their number."""
    if lines:
        work.event(TYPED, work.now, detail=_signed(work, lines))


def check_lines(work: Work, lines: Sequence[str]) -> None:
    """Record that the caller has compared typed lines with the hospital's letter.

    Raises:
        UsageError: there is no such line.
        NotPermittedError: not for this role.
        RefusedError: the caller typed one of them ("same_person").
    """
    if not lines:
        return
    known = {line.id for line in work.case.medicines}
    typed = _hands(work.case, TYPED)
    for line_id in lines:
        if line_id not in known:
            raise UsageError(f"There is no medicine line {line_id} to check.")
        require_may_check(work.caller, next(iter(typed.get(line_id, ())), None))
    work.event(CHECKED, work.now, detail=_signed(work, lines))


def _signed(work: Work, lines: Iterable[str]) -> dict[str, Any]:
    return {
        "lines": list(lines),
        "login": work.caller.login,
        "role": work.caller.role.value,
    }


def _hands(rows: CaseRows, kind: str) -> dict[str, list[Hand]]:
    found: dict[str, list[Hand]] = {}
    for event in rows.events:
        detail = event.detail if event.kind == kind and isinstance(event.detail, dict) else {}
        hand = Hand(login=str(detail.get("login", "")), role=str(detail.get("role", "")))
        if hand.login:
            for line_id in detail.get("lines", ()):
                found.setdefault(str(line_id), []).append(hand)
    return found
