"""The scheduling engine as one call: neutral document in, checked and explained solution out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from d2a_desktop.core.errors import BugError, RefusedError
from d2a_desktop.engines.cpsat import Effort, StopFlag
from d2a_desktop.engines.neutral_json import wall_clock
from d2a_desktop.scheduling.checker import check
from d2a_desktop.scheduling.explain import Explainer
from d2a_desktop.scheduling.planner import Result, plan
from d2a_desktop.scheduling.problem import Problem, parse
from d2a_desktop.scheduling.route import MOST_PIECES

Json = dict[str, Any]
# Visits times pieces of working time: beyond it a plan would take more than 1 GB of memory.
_MOST_PAIRS = 3_000_000


def solve_document(
    document: Any,
    *,
    effort: Effort | None = None,
    stop: StopFlag | None = None,
    on_progress: Callable[[Json], None] | None = None,
    on_plan: Callable[[Callable[[], Json]], None] | None = None,
    explain: bool = False,
) -> Json:
    """Solve a neutral scheduling document (FORMAT.md, version 1) and return its solution.

    Args:
        document: the JSON document.
        effort: limits and seed.
        stop: ends the search from another thread; the best plan so far is returned.
        on_progress: called with the levels of each better plan and the bounds known.
        on_plan: called with each better plan: with what makes its checked solution, on any thread.
        explain: add points, runners-up and why late for each scheduled visit.

    Raises:
        NeutralFormatError: (a UsageError) the document is malformed; names the JSON path.
        RefusedError: it is larger than a computer can hold (code "too_large").
        BugError: the plan did not pass its independent check.
    """
    problem = parse(document)
    _require_possible_size(problem)
    stop = stop or StopFlag()

    def keep(make: Callable[[], Result]) -> None:
        if on_plan is not None:
            on_plan(lambda: _checked(document, problem, make(), stopped=True)[0])

    result = plan(
        problem,
        effort=effort,
        stop=stop,
        on_progress=on_progress,
        on_plan=None if on_plan is None else keep,
    )
    solution, explainer = _checked(document, problem, result, stopped=stop.is_set())
    if explain and not stop.is_set():
        solution["explanations"] = _explanations(problem, result, explainer)
    return solution


def _checked(
    document: Any, problem: Problem, result: Result, *, stopped: bool
) -> tuple[Json, Explainer]:
    """Return the solution of a plan that has passed the independent check."""
    explainer = Explainer(result.board, result.routes)
    solution = _solution(problem, result, explainer, stopped=stopped)
    checked = check(document, solution)
    if checked.violations or list(checked.objective) != solution["objective"]:
        codes = sorted({violation.code for violation in checked.violations})
        raise BugError(f"the schedule did not pass its check: {codes or 'objective'}")
    return solution, explainer


def _require_possible_size(problem: Problem) -> None:
    pieces = sum(len(person.pieces) for person in problem.assessors.values())
    if len(problem.visits) * min(pieces, MOST_PIECES) > _MOST_PAIRS:
        raise RefusedError(
            f"{len(problem.visits)} visits and {len(problem.assessors)} assessors are too many for"
            " one plan.",
            what_to_do="Plan fewer days, or each hub by itself.",
            code="too_large",
        )


def _solution(problem: Problem, result: Result, explainer: Explainer, *, stopped: bool) -> Json:
    unscheduled = []
    for name in problem.visits:
        if name not in result.slots:
            reasons = explainer.reasons(name)
            unscheduled.append(
                {
                    "visit": name,
                    "reasons": [code for code, _ in reasons],
                    "facts": [fact for _, fact in reasons],
                }
            )
    objective = list(result.cost)
    solution: Json = {
        "instance": problem.id,
        "status": "optimal" if result.proven else "feasible",
        "objective": objective,
        "visits": [
            {
                "visit": name,
                "assessor": slot.assessor,
                "start": wall_clock(slot.start, problem.zone),
                "minutes_late": max(0, slot.start - problem.visits[name].deadline),
            }
            for name, slot in sorted(result.slots.items())
        ],
        "unscheduled": unscheduled,
    }
    if not result.proven:
        solution["bound"] = list(result.bound)
        solution["gap"] = [
            None if low is None else value - low
            for value, low in zip(objective, result.bound, strict=True)
        ]
        solution["stopped"] = stopped
    return solution


def _explanations(problem: Problem, result: Result, explainer: Explainer) -> Json:
    scheduled = []
    for name, slot in sorted(result.slots.items()):
        row: Json = {
            "visit": name,
            "points": explainer.because(name),
            "runner_up": explainer.runner_up(name),
            "others": explainer.others(name),
        }
        if slot.start > problem.visits[name].deadline:
            code, fact = explainer.why_late(name)
            row["late"] = {"reason": code, "fact": fact}
        scheduled.append(row)
    out = [name for name in problem.visits if name not in result.slots]
    return {
        "scheduled": scheduled,
        "unscheduled": [
            {
                "visit": name,
                "why_not": {
                    assessor: [
                        {"rule": code, "fact": fact}
                        for code, fact in explainer.why_not(name, assessor)
                    ]
                    for assessor in problem.assessors
                },
                "would_help": explainer.unlocks(name),
            }
            for name in out
        ],
    }
