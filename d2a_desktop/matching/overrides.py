"""The rules a plan stands on only because a person set them aside: each is named, with its fact."""

from __future__ import annotations

from typing import Any

from d2a_desktop.matching.eligibility import broken_always, broken_on
from d2a_desktop.matching.pairs import case_of
from d2a_desktop.matching.problem import Problem, stint
from d2a_desktop.matching.roster import Plan


def overrides_used(problem: Problem, plan: Plan) -> list[dict[str, Any]]:
    """Return each override that a plan relies on: the override as given, and the facts."""
    facts: dict[tuple[str, str, str, str], list[str]] = {}
    for referral, choice in plan.items():
        for part, worker in enumerate(choice.workers):
            case = case_of(problem, worker=worker, referral=referral, part=part)
            if not case.overrides:
                continue
            when = stint(case.part, choice.start, problem.zone)
            for broken in (*broken_always(case), *broken_on(case, when)):
                told = facts.setdefault((worker, referral, broken.code, broken.name), [])
                if broken.fact not in told:
                    told.append(broken.fact)
    return [
        {
            "rule": f"{given.rule}:{given.name}" if given.name else given.rule,
            "worker": given.worker,
            "referral": given.referral,
            "role": given.role,
            "reason": given.reason,
            "expires": given.expires.isoformat(),
            "facts": facts[key],
        }
        for given in problem.overrides
        if (key := (given.worker, given.referral, given.rule, given.name)) in facts
    ]
