"""What a better plan can still use: once everybody is placed, few late days remain to choose from.

Nobody can start before the first day on which each part has somebody. If a plan places everybody
and its total wait is `slack` days above the sum of those first days, then in any plan at least as
good nobody starts more than `slack` days after their own first day: all later columns can go, and
the optimum stays. With no slack the waiting is proven outright.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from d2a_desktop.matching.model import Component
from d2a_desktop.matching.problem import Problem
from d2a_desktop.matching.roster import Plan


def first_days(component: Component) -> dict[str, date]:
    """Return the first day on which each part of a referral has somebody, other plans aside."""
    return {referral: min(days) for referral, days in common_days(component).items()}


def common_days(component: Component) -> dict[str, frozenset[date]]:
    """Return the days on which every part of a referral has somebody."""
    found: dict[str, frozenset[date]] = {}
    for (referral, _), workers in component.candidates.items():
        days = frozenset[date]().union(*workers.values())
        found[referral] = found[referral] & days if referral in found else days
    return found


def places_all(component: Component, plan: Plan) -> bool:
    """Tell whether a plan places everybody who can be placed at all."""
    return all(referral in plan for referral in component.referrals)


def least_wait(problem: Problem, first: Mapping[str, date]) -> int:
    """Return the days of waiting below which no plan comes that places all of these."""
    return sum((day - problem.referrals[name].fit_date).days for name, day in first.items())


def within_slack(component: Component, plan: Plan, first: Mapping[str, date]) -> Component:
    """Return the component without the days that no plan at least as good can use.

    Args:
        component: with every column that the rules allow.
        plan: a valid plan that places all of the component's referrals.
        first: their first days.
    """
    slack = sum((plan[name].start - first[name]).days for name in component.referrals)
    return within_days(component, first, slack)


def within_days(component: Component, first: Mapping[str, date], slack: int) -> Component:
    """Return the component with the starts at most `slack` days after each first day."""
    last = {name: first[name] + timedelta(days=slack) for name in component.referrals}
    candidates = {}
    for (referral, part), workers in component.candidates.items():
        limit = last[referral]
        narrowed = {
            worker: days if max(days) <= limit else frozenset(d for d in days if d <= limit)
            for worker, days in workers.items()
        }
        candidates[referral, part] = {w: days for w, days in narrowed.items() if days}
    return Component(candidates)
