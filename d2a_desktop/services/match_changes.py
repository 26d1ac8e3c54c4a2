"""Taking a plan over line by line, and the single changes that would place who is left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from d2a_desktop.core.errors import KnownError
from d2a_desktop.domain.display import display_date
from d2a_desktop.domain.permissions import Caller
from d2a_desktop.domain.plan_steps import PlanStep
from d2a_desktop.services.actions import Actions
from d2a_desktop.services.match_choices import full_name, reason_words
from d2a_desktop.services.match_rosters import RosterProblem
from d2a_desktop.services.results import ActionResult


@dataclass(frozen=True)
class TakenOver:
    """The steps that were done with their results, and those refused with the rule's words."""

    done: tuple[tuple[PlanStep, ActionResult], ...]
    refused: tuple[tuple[PlanStep, str], ...]


def take_over(actions: Actions, caller: Caller, steps: Iterable[PlanStep]) -> TakenOver:
    """Do the chosen steps of a plan, each by itself: one that is refused holds up no other."""
    done, refused = [], []
    for step in steps:
        try:
            result = actions.do_document(caller, step.case, step.action, dict(step.document))
        except KnownError as problem:
            reasons = getattr(problem, "reasons", ())
            refused.append((step, "; ".join(reasons) or str(problem)))
        else:
            done.append((step, result))
    return TakenOver(tuple(done), tuple(refused))


def changes_in_words(
    problem: RosterProblem, answers: Iterable[Mapping[str, Any]]
) -> tuple[str, ...]:
    """Return the answers to "why nobody" as sentences, with names for ids."""
    return tuple(
        _sentence(problem, change) for answer in answers for change in answer.get("changes", ())
    )


def _sentence(problem: RosterProblem, change: Mapping[str, Any]) -> str:
    names = {worker.id: full_name(worker) for worker in problem.roster.workers}
    who = " and ".join(names.get(each, each) for each in change["workers"])
    told = reason_words(change["rule"], str(change["change"]))
    for worker_id, name in names.items():
        told = told.replace(worker_id, name)
    for offer_id, offer in problem.offers.items():
        told = told.replace(offer_id, offer.reference)
    cost = dict(change["costs_others"])
    lost = [problem.offers[each].reference for each in cost.pop("unplaces", ())]
    price = [f"{', '.join(lost)} left without anybody"] if lost else []
    price += [f"{name.replace('_', ' ')} {value:+}" for name, value in cost.items() if value]
    start = display_date(date.fromisoformat(change["start"]))
    return f"{told}. Then {who} from {start}; it costs the others {'; '.join(price) or 'nothing'}."
