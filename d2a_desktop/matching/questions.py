"""Questions to a finished plan: why not this worker, why this one over that, why nobody, what if.

A question stands in the document (`questions`), its answer in the solution (`answers`), as data and
in words. "What if" is answered by solving the board again with the one thing changed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from d2a_desktop.engines.neutral_json import Node
from d2a_desktop.matching.eligibility import Timetable, why_not
from d2a_desktop.matching.explain import Explainer, Resolve, first_difference
from d2a_desktop.matching.overrides import overrides_used
from d2a_desktop.matching.pairs import Broken
from d2a_desktop.matching.problem import Problem
from d2a_desktop.matching.rule_book import (
    HARD_RULES,
    Override,
    Pin,
    may_be_overridden,
    read_rule,
    rule_of,
)
from d2a_desktop.matching.scoring import LEVELS
from d2a_desktop.matching.solver import Result

Json = dict[str, Any]

_FAR = date(2199, 12, 31)


@dataclasses.dataclass(frozen=True, slots=True)
class Question:
    """One question; which of the fields it has depends on what it asks."""

    ask: str
    referral: str
    worker: str = ""
    part: int = 0
    start: date | None = None
    rule: tuple[str, str] = ("", "")


def read_questions(document: Any, problem: Problem) -> list[Question]:
    """Read the optional `questions` of a document.

    Raises:
        NeutralFormatError: (a UsageError) names the JSON path that is wrong.
    """
    rows = Node(document).optional("questions")
    return [_question(row, problem) for row in rows.items()] if rows else []


def _question(row: Node, problem: Problem) -> Question:
    ask = row.field("ask").text()
    if ask not in _ANSWERS:
        row.field("ask").fail(f"must be one of {', '.join(_ANSWERS)}")
    referral = row.field("referral").known(frozenset(problem.referrals), "referral")
    if ask == "why_nobody":
        return Question(ask, referral)
    worker = row.field("worker").known(frozenset(problem.workers), "worker")
    if ask == "override":
        return Question(ask, referral, worker, rule=read_rule(row.field("rule")))
    part, start = row.optional("part"), row.optional("start")
    index = 0 if part is None else part.whole()
    if part is not None and index >= len(problem.referrals[referral].parts):
        part.fail(f"referral {referral!r} has no part {index}")
    return Question(ask, referral, worker, index, None if start is None else start.near_day())


class Answers:
    """Answers questions about one finished plan; `resolve` solves a changed problem."""

    def __init__(
        self, problem: Problem, result: Result, explainer: Explainer, resolve: Resolve
    ) -> None:
        self.problem = problem
        self.result = result
        self.explainer = explainer
        self.resolve = resolve

    def answer(self, question: Question) -> Json:
        """Return the question with its answer: data, and `words` for people."""
        asked: Json = {"ask": question.ask, "referral": question.referral}
        if question.worker:
            asked["worker"] = question.worker
        if question.rule[0]:
            asked["rule"] = ":".join(filter(None, question.rule))
        elif question.worker:
            asked["part"] = question.part
        return {**asked, **_ANSWERS[question.ask](self, question)}

    def holds(self, question: Question) -> bool:
        """Tell whether the plan already does what a question is about."""
        choice = self.result.plan.get(question.referral)
        return (
            choice is not None
            and choice.workers[question.part] == question.worker
            and question.start in {None, choice.start}
        )

    def pinned(self, question: Question) -> Result | None:
        """Return the best plan in which the worker has the part; None where time ran out."""
        key = (question.referral, question.part)
        others = [p for p in self.problem.pins if (p.referral, p.part) != key]
        pin = Pin(*key, question.worker, question.start)
        changed = dataclasses.replace(self.problem, pins=(*others, pin))
        return self.resolve(changed, Timetable(changed), question.referral)

    def compared(self, then: Result) -> Json:
        """Return what another plan costs: levels beside levels, and who is affected."""
        now = self.result
        here, there = now.objective, then.objective
        differences = zip(LEVELS, here.levels(), there.levels(), strict=True)
        both = set(now.plan) & set(then.plan)
        return {
            "possible": True,
            "proven": now.proven and then.proven,
            "objective": here.levels(),
            "would_be": there.levels(),
            "costs": {name: b - a for name, a, b in differences if a != b},
            "unplaces": sorted(set(now.plan) - set(then.plan)),
            "places": sorted(set(then.plan) - set(now.plan)),
            "changes": sorted(r for r in both if now.plan[r] != then.plan[r]),
            **first_difference(here, there),
        }


def _why_not(answers: Answers, question: Question) -> Json:
    """Return every broken rule with its fact, or what the worker would cost."""
    broken = why_not(
        answers.problem, worker=question.worker, referral=question.referral, part=question.part
    )
    if broken:
        return {"possible": False, "broken": _rules(broken), "words": _rule_words(broken)}
    if answers.holds(question):
        words = f"{question.worker} is the one proposed for {question.referral}"
        return {"possible": True, "proposed": True, "words": [words]}
    then = answers.pinned(question)
    if then is None:
        return {"possible": None, "words": ["no time was left to try it"]}
    if question.referral not in then.plan:
        words = (
            f"no rule keeps {question.worker} from it, but there is no start at which every part "
            f"of {question.referral} has somebody then"
        )
        return {"possible": False, "broken": [], "words": [words]}
    found = answers.compared(then)
    return {**found, "words": _cost_words(question, found)}


def _why_this(answers: Answers, question: Question) -> Json:
    """Return the plan's levels beside those with the other worker, and the first that differs."""
    found = _why_not(answers, question)
    if "would_be" not in found:
        return found
    choice = answers.result.plan.get(question.referral)
    chosen = "nobody" if choice is None else choice.workers[question.part]
    level, by = found["loses_at"], found["by"]
    where = "all levels are equal" if level is None else f"{level}: {_signed(level, by)}"
    return {**found, "chosen": chosen, "words": [f"{chosen} over {question.worker}: {where}"]}


def _why_nobody(answers: Answers, question: Question) -> Json:
    """Return the funnel, and the single changes that would place the person."""
    if question.referral in answers.result.plan:
        return {"placed": True, "words": [f"{question.referral} is placed"]}
    parts = range(len(answers.problem.referrals[question.referral].parts))
    reasons = answers.explainer.reasons(question.referral)
    changes = answers.explainer.changes(question.referral, answers.resolve)
    words = [f"{reason.code}: {reason.fact}" for reason in reasons]
    for change in changes:
        costs = _costs({k: v for k, v in change["costs_others"].items() if k != "unplaces"})
        lost = change["costs_others"]["unplaces"]
        price = [f"{', '.join(lost)} left without anybody"] if lost else []
        told = "; ".join([*price, *costs]) or "nothing"
        rule = change["rule"]
        fixed = rule in HARD_RULES and not may_be_overridden(rule)
        advice = " (nobody may set it aside: find or train somebody)" if fixed else ""
        words.append(f"possible if {change['change']}{advice}; it costs the others {told}")
    return {
        "placed": False,
        "reasons": _rules(reasons),
        "funnel": [answers.explainer.funnel(question.referral, part) for part in parts],
        "changes": changes,
        "words": words,
    }


def _pin(answers: Answers, question: Question) -> Json:
    """Return what it would cost to bind a worker to a part."""
    return _why_not(answers, question)


def _override(answers: Answers, question: Question) -> Json:
    """Return what setting one rule aside for one worker and person would change."""
    code, name = question.rule
    given = Override(code, name, question.worker, question.referral, "question", "what if", _FAR)
    changed = dataclasses.replace(answers.problem, overrides=(*answers.problem.overrides, given))
    then = answers.resolve(changed, Timetable(changed), None)
    if then is None:
        return {"possible": None, "words": ["no time was left to try it"]}
    # Never worse than what stands: a rule less takes no plan away.
    if not then.objective < answers.result.objective:
        then = dataclasses.replace(
            then, plan=answers.result.plan, objective=answers.result.objective
        )
    used = [row for row in overrides_used(changed, then.plan) if row["reason"] == given.reason]
    found = {**answers.compared(then), "used": bool(used)}
    if not used:
        words = ["nothing would change"]
        others = why_not(changed, worker=question.worker, referral=question.referral, part=0)
        words += [f"it is kept out by {b.code} too: {b.fact}" for b in others]
        return {**found, "words": words}
    gained = [f"{', '.join(found['places'])} would be placed"] if found["places"] else []
    return {**found, "words": ["; ".join([*gained, *_costs(found["costs"])])]}


def _rules(broken: Sequence[Broken]) -> list[Json]:
    return [
        {
            "rule": f"{b.code}:{b.name}" if b.name else b.code,
            "reference": rule_of(b.code, b.name),
            "fact": b.fact,
            "certain": b.certain,
            "overridable": may_be_overridden(b.code, b.name),
        }
        for b in broken
    ]


def _rule_words(broken: Sequence[Broken]) -> list[str]:
    return [f"{b.code}: {b.fact}" for b in broken]


def _cost_words(question: Question, found: Json) -> list[str]:
    costs = _costs(found["costs"])
    lost = [f"{name} would be left without anybody" for name in found["unplaces"]]
    price = "; ".join([*lost, *costs]) or "nothing: it is as good"
    best = "" if found["proven"] else " (best found in the time)"
    return [f"{question.worker} for {question.referral} is possible; it costs {price}{best}"]


def _costs(costs: Json) -> list[str]:
    return [f"{name} {_signed(name, value)}" for name, value in costs.items() if value]


def _signed(level: str, value: float) -> str:
    # Priority placed is minimised as a negative number; people read it the right way up.
    return f"{-value if level == LEVELS[0] else value:+g}"


_ANSWERS: dict[str, Callable[[Answers, Question], Json]] = {
    "why_not": _why_not,
    "why_this": _why_this,
    "why_nobody": _why_nobody,
    "pin": _pin,
    "override": _override,
}
