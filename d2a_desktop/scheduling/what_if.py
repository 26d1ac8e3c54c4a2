"""What a promise or a waived rule would cost: the same problem with one visit asked for otherwise.

Pure functions from document to document and from two solutions to one answer, so that the question
can be put to the engine wherever it runs. Nothing here loads a solver.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from d2a_desktop.core.errors import UsageError
from d2a_desktop.engines.neutral_json import wall_clock

Json = dict[str, Any]

LEVELS = (
    "priority late or unscheduled",
    "unscheduled",
    "minutes late",
    "preference points",
    "travel minutes",
)
WAIVABLE: Mapping[str, tuple[str, Any]] = {
    "skill": ("required_skills", []),
    "gender": ("gender_required", None),
    "window": ("windows", None),
    "confirmed": ("confirmed", None),
}
"""Rules that a person may set aside for one visit: the field of the visit, and what it becomes."""

# A skill that only the assessor who is asked for has: the format needs no word of its own for it.
_ONLY = "(asked for)"
_PROMISED = 1_000_000


def asked(
    document: Mapping[str, Any],
    visit: str,
    *,
    assessor: str | None = None,
    start: str | None = None,
    waive: Sequence[str] = (),
) -> Json:
    """Return the document with one visit asked for otherwise; the given one is not changed.

    Args:
        document: a well-formed neutral scheduling document.
        visit: the visit the question is about.
        assessor: who is to make it.
        start: when it is to begin (local wall clock, or with an offset).
        waive: rules to set aside for this visit, of `WAIVABLE`.

    Raises:
        UsageError: the visit, assessor, time or rule is unknown, or nothing is asked.
    """
    rows = {row["id"]: row for row in document["visits"]}
    if visit not in rows:
        raise UsageError(f"There is no visit {visit!r} in the problem.", code="bad_question")
    if assessor is not None and assessor not in {row["id"] for row in document["assessors"]}:
        raise UsageError(f"There is no assessor {assessor!r} in the problem.", code="bad_question")
    if assessor is None and start is None and not waive:
        raise UsageError(
            "Ask for an assessor, a time, or a rule to set aside.", code="bad_question"
        )
    changed = dict(rows[visit])
    for rule in waive:
        if rule not in WAIVABLE:
            known = ", ".join(WAIVABLE)
            raise UsageError(f"Only these rules can be set aside: {known}.", code="bad_question")
        field, value = WAIVABLE[rule]
        changed[field] = value
    assessors = list(document["assessors"])
    if assessor is not None or start is not None:
        # A promise is kept before anything else is weighed.
        changed |= {"confirmed": None, "priority_weight": _PROMISED}
    if start is not None and assessor is not None:
        zone = ZoneInfo(document["calendar"]["timezone"])
        at = _written(_instant(start, zone), zone)
        changed["confirmed"] = {"assessor": assessor, "start": at}
    elif start is not None:
        zone = ZoneInfo(document["calendar"]["timezone"])
        begin = _instant(start, zone)
        end = begin + timedelta(minutes=changed["duration_minutes"])
        changed["windows"] = [[_written(begin, zone), _written(end, zone)]]
    elif assessor is not None:
        changed["required_skills"] = [*changed["required_skills"], _ONLY]
        assessors = [
            {**row, "skills": [*row["skills"], _ONLY]} if row["id"] == assessor else row
            for row in assessors
        ]
    visits = [changed if row["id"] == visit else row for row in document["visits"]]
    return {**document, "assessors": assessors, "visits": visits}


def compared(
    document: Mapping[str, Any], visit: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Json:
    """Return what changes between the plan and the plan with the question granted.

    Args:
        document: the problem as it was.
        visit: the visit the question is about.
        before: the solution of the problem.
        after: the solution of what `asked` returned.

    Returns:
        {"visit", "possible", "reasons", "costs": {level: difference}, "first_level", "moves",
        "proven", "words"}; a negative difference is a gain.
    """
    was = {row["visit"]: row for row in before["visits"]}
    now = {row["visit"]: row for row in after["visits"]}
    levels = zip(LEVELS, before["objective"], _unpromised(document, visit, after), strict=True)
    costs = {name: new - old for name, old, new in levels if new != old}
    moves = [
        {"visit": name, "from": _slot(was.get(name)), "to": _slot(now.get(name))}
        for name in sorted(was.keys() | now.keys())
        if _slot(was.get(name)) != _slot(now.get(name))
    ]
    left = {row["visit"]: row for row in after["unscheduled"]}
    rules = _rules(left[visit]) if visit in left else []
    answer: Json = {
        "visit": visit,
        "possible": visit in now,
        "reasons": [code for code, _ in rules],
        "costs": costs if visit in now else {},
        "first_level": next(iter(costs), None) if visit in now else None,
        "moves": moves if visit in now else [],
        "proven": before["status"] == after["status"] == "optimal",
    }
    answer["words"] = _words(answer, [fact for _, fact in rules], now.get(visit))
    return answer


def _unpromised(document: Mapping[str, Any], visit: str, after: Mapping[str, Any]) -> list[int]:
    """Return the levels of the plan with the weight that the visit really has."""
    levels = list(after["objective"])
    weights = {row["id"]: row["priority_weight"] for row in document["visits"]}
    in_time = {row["visit"] for row in after["visits"] if not row["minutes_late"]}
    if visit not in in_time and levels[0] >= _PROMISED:
        levels[0] += weights[visit] - _PROMISED
    return levels


def _rules(left: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return why the visit cannot be planned, without the skill that stands for the question."""
    rules = list(zip(left["reasons"], left["facts"], strict=True))
    return [row for row in rules if _ONLY not in row[1]] or [
        ("competition", "who is asked for is given to others")
    ]


def _words(answer: Json, facts: Sequence[str], placed: Mapping[str, Any] | None) -> str:
    if placed is None:
        return f"{answer['visit']}: not possible ({'; '.join(facts)})"
    told = str(placed["start"]).replace("T", " ")
    price = ", ".join(f"{name} {cost:+d}" for name, cost in answer["costs"].items()) or "nothing"
    others = [row for row in answer["moves"] if row["visit"] != answer["visit"]]
    words = f"{answer['visit']}: possible with {placed['assessor']} at {told}; costs {price}"
    if others:
        words += f"; moves {', '.join(row['visit'] for row in others)}"
    return words if answer["proven"] else f"{words} (best found, not proven)"


def _slot(row: Mapping[str, Any] | None) -> Json | None:
    return None if row is None else {"assessor": row["assessor"], "start": row["start"]}


def _instant(text: str, zone: ZoneInfo) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(
            "The time must be a date and time such as 2026-11-22T09:30.", code="bad_question"
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _written(moment: datetime, zone: ZoneInfo) -> str:
    return wall_clock(int(moment.timestamp() // 60), zone)
