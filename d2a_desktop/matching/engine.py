"""The matching engine as one call: neutral document in, checked and explained solution out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from d2a_desktop.core.errors import BugError
from d2a_desktop.engines.cpsat import Deadline, Effort, StopFlag
from d2a_desktop.matching.checker import check
from d2a_desktop.matching.eligibility import Timetable
from d2a_desktop.matching.explain import Explainer, Resolve
from d2a_desktop.matching.overrides import overrides_used
from d2a_desktop.matching.problem import Problem, parse
from d2a_desktop.matching.questions import Answers, read_questions
from d2a_desktop.matching.scoring import as_km
from d2a_desktop.matching.solver import Result, solve

Json = dict[str, Any]

# Explanations, and each question, get this on top of the search, one second a trial.
_EXPLAIN_SECONDS = 5.0
_EXPLAIN_STEP_SECONDS = 1.0


def solve_document(
    document: Any,
    *,
    effort: Effort | None = None,
    stop: StopFlag | None = None,
    on_progress: Callable[[Json], None] | None = None,
    on_plan: Callable[[Callable[[], Json]], None] | None = None,
    explain: bool = False,
) -> Json:
    """Solve a neutral matching document (FORMAT.md, version 1) and return its solution.

    Args:
        document: the JSON document.
        effort: limits and seed.
        stop: ends the search from another thread; the best plan so far is returned.
        on_progress: called with the levels of each better plan and the bounds known.
        on_plan: called with each better plan: with what makes its checked solution, on any thread.
        explain: add the single changes for the unplaced and the runners-up for the placed.

    Raises:
        NeutralFormatError: (a UsageError) the document is malformed; names the JSON path.
        BugError: the plan did not pass its independent check.
    """
    problem = parse(document)
    questions = read_questions(document, problem)
    effort, stop = effort or Effort(), stop or StopFlag()
    timetable = Timetable(problem)

    def checked(result: Result, *, stopped: bool) -> tuple[Json, Explainer]:
        return _checked(document, problem, timetable, result, stopped=stopped)

    def keep(result: Result) -> None:
        if on_plan is not None:
            on_plan(lambda: checked(result, stopped=True)[0])

    result = solve(
        problem,
        effort=effort,
        stop=stop,
        on_progress=on_progress,
        on_plan=None if on_plan is None else keep,
        timetable=timetable,
    )
    solution, explainer = checked(result, stopped=stop.is_set())
    if explain and not stop.is_set():
        resolve = _resolver(effort, stop, _EXPLAIN_SECONDS)
        solution["explanations"] = _explanations(problem, result, explainer, resolve)
    if questions:
        resolve = _resolver(effort, stop, _EXPLAIN_SECONDS * len(questions))
        answers = Answers(problem, result, explainer, resolve)
        solution["answers"] = [answers.answer(question) for question in questions]
    return solution


def _checked(
    document: Any, problem: Problem, timetable: Timetable, result: Result, *, stopped: bool
) -> tuple[Json, Explainer]:
    """Return the solution of a plan that has passed the independent check."""
    explainer = Explainer(problem, timetable, result.plan)
    solution = _solution(problem, result, explainer, stopped=stopped)
    found = check(document, solution)
    if found.violations or list(found.objective) != solution["objective"]:
        codes = sorted({violation.code for violation in found.violations})
        raise BugError(f"the plan did not pass its check: {codes or 'objective'}")
    return solution, explainer


def _solution(problem: Problem, result: Result, explainer: Explainer, *, stopped: bool) -> Json:
    assignments = [
        {"referral": referral, "part": part, "worker": worker, "start": choice.start.isoformat()}
        for referral, choice in sorted(result.plan.items())
        for part, worker in enumerate(choice.workers)
    ]
    unplaced = []
    for referral in problem.referrals:
        if referral not in result.plan:
            reasons = explainer.reasons(referral)
            unplaced.append(
                {
                    "referral": referral,
                    "reasons": [reason.code for reason in reasons],
                    "facts": [reason.fact for reason in reasons],
                    "cannot_confirm": any(not reason.certain for reason in reasons),
                }
            )
    objective = result.objective.levels()
    solution: Json = {
        "instance": problem.id,
        "status": "optimal" if result.proven else "feasible",
        "objective": objective,
        "assignments": assignments,
        "unplaced": unplaced,
    }
    relied_on = overrides_used(problem, result.plan)
    if relied_on:
        solution["overrides"] = relied_on
    if not result.proven:
        bound = [*result.bound[:3], None if result.bound[3] is None else as_km(result.bound[3])]
        solution["bound"] = bound
        solution["gap"] = [
            None if low is None else value - low
            for value, low in zip(objective, bound, strict=True)
        ]
        solution["stopped"] = stopped
    return solution


def _resolver(effort: Effort, stop: StopFlag, seconds: float) -> Resolve:
    """Return what solves changed problems, `seconds` for all of them together."""
    deadline = Deadline(seconds)

    def resolve(changed: Problem, timetable: Timetable, forced: str | None) -> Result | None:
        if deadline.left() == 0 or stop.is_set():
            return None
        step = Effort(
            min(deadline.left(), _EXPLAIN_STEP_SECONDS), effort.deterministic, effort.seed
        )
        force = () if forced is None else (forced,)
        return solve(changed, effort=step, stop=stop, timetable=timetable, force=force)

    return resolve


def _explanations(problem: Problem, result: Result, explainer: Explainer, resolve: Resolve) -> Json:
    points = explainer.points()
    return {
        "unplaced": [
            {
                "referral": referral,
                "funnel": [explainer.funnel(referral, part) for part in range(len(person.parts))],
                "changes": explainer.changes(referral, resolve),
            }
            for referral, person in problem.referrals.items()
            if referral not in result.plan
        ],
        "placed": [
            {
                "referral": referral,
                "points": points[referral],
                "runner_up": explainer.runner_up(referral),
            }
            for referral in sorted(result.plan)
        ],
    }
