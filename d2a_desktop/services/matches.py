"""Who could take a placement: choices for one offer, a roster's plan, and the hub's board."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from d2a_desktop.core.errors import RefusedError, UsageError
from d2a_desktop.domain.permissions import Caller, require
from d2a_desktop.models.offer import Offer
from d2a_desktop.models.organisation import Organisation
from d2a_desktop.services.context import Context
from d2a_desktop.services.find import find_offer
from d2a_desktop.services.match_board import BoardPlan, plan_board
from d2a_desktop.services.match_changes import changes_in_words
from d2a_desktop.services.match_choices import blocks_by_worker, worker_choices
from d2a_desktop.services.match_problems import load_roster, weights_of
from d2a_desktop.services.match_rosters import (
    MatchPlan,
    RosterProblem,
    plan_in_words,
    roster_problem,
)
from d2a_desktop.services.match_unlock import Unlock, unlocks_in_words
from d2a_desktop.services.queries.rows import WorkerChoice
from d2a_desktop.services.solving import Cancelled, OnProgress, Solver

_PLAN_SECONDS = 10.0


class Matches:
    """Proposes; the actions "offer", "accept" and "allocate" decide."""

    def __init__(self, context: Context, solver: Solver) -> None:
        self._context = context
        self._solver = solver
        self._shown: list[dict[str, Any]] = []

    def choices(
        self, caller: Caller, offer: str, *, starts_at: datetime, ends_at: datetime
    ) -> tuple[WorkerChoice, ...]:
        """Return every worker of the offer's agency for one block: best first, with all reasons.

        Those who fit come first, ranked; then who cannot be confirmed; then who is excluded.

        Args:
            caller: the agency, or whoever acts for an agency without a desk.
            offer: the offer's reference or id.
            starts_at: the block's start, aware.
            ends_at: its end, aware.

        Raises:
            UsageError: the block ends before it starts.
            RefusedError: no such offer on this desk, or it is another agency's.
        """
        require(caller, "allocate")
        if ends_at <= starts_at:
            raise UsageError("The block must end after it starts.")
        with self._context.store.read() as session:
            found = _offer_of(session, caller, offer)
            return worker_choices(
                session,
                found,
                load_roster(session, agency_org_id=found.agency_org_id),
                blocks_by_worker(session, agency_org_id=found.agency_org_id),
                starts_at=starts_at,
                ends_at=ends_at,
                now=self._context.clock.now(),
                weights=weights_of(self._context.settings),
            )

    def solve_roster(
        self,
        caller: Caller,
        *,
        on_progress: OnProgress | None = None,
        cancel: Cancelled | None = None,
    ) -> MatchPlan:
        """Plan the agency's whole roster: offers accepted without a worker first, then open ones.

        Of plans that are equal otherwise, the one nearest to the plan asked for before is taken.

        Args:
            caller: somebody of the agency.
            on_progress: told the levels of each better plan.
            cancel: once true, the best plan so far is the answer.

        Raises:
            NotPermittedError: the caller's role keeps no roster.
        """
        require(caller, "roster")
        problem = self._problem(caller, before=self._shown)
        solution = self._solver.match(
            problem.document, seconds=_PLAN_SECONDS, on_progress=on_progress, cancel=cancel
        )
        self._shown = solution["assignments"]
        return plan_in_words(problem, solution)

    def would_place(
        self, caller: Caller, offer_id: str, *, cancel: Cancelled | None = None
    ) -> tuple[str, ...]:
        """Return the single changes that would give an offer a worker, with what each costs others.

        Empty where no single change would. The board is solved again with each, in the background.

        Args:
            caller: somebody of the agency.
            offer_id: an offer that the plan leaves without anybody.
            cancel: once true, what was found so far is the answer.

        Raises:
            NotPermittedError: the caller's role keeps no roster.
        """
        require(caller, "roster")
        problem = self._problem(caller)
        if offer_id not in problem.offers:
            return ()
        document = problem.document | {"questions": [{"ask": "why_nobody", "referral": offer_id}]}
        solution = self._solver.match(document, seconds=_PLAN_SECONDS, cancel=cancel)
        return changes_in_words(problem, solution.get("answers", ()))

    def unlock(self, caller: Caller, *, cancel: Cancelled | None = None) -> tuple[Unlock, ...]:
        """Return what one more worker of each kind that is short would gain, the most first.

        Args:
            caller: somebody of the agency.
            cancel: once true, the kinds tried so far are the answer.

        Raises:
            NotPermittedError: the caller's role keeps no roster.
        """
        require(caller, "roster")
        problem = self._problem(caller)
        answer = self._solver.unlock(problem.document, seconds=_PLAN_SECONDS, cancel=cancel)
        return unlocks_in_words(problem, answer)

    def plan_board(self, caller: Caller) -> BoardPlan:
        """Return who waits for an agency, with agencies ranked by free starts and shared profiles.

        Raises:
            NotPermittedError: only the hub plans across agencies.
        """
        require(caller, "offer")
        with self._context.store.read() as session:
            return plan_board(session, now=self._context.clock.now())

    def _problem(
        self, caller: Caller, *, before: Sequence[Mapping[str, Any]] = ()
    ) -> RosterProblem:
        """Return the caller's roster and its offers as they stand; `before` is the plan shown.

        The search takes seconds: the store is not held open for it.
        """
        with self._context.store.read() as session:
            return roster_problem(
                session,
                agency_org_id=caller.org_id,
                now=self._context.clock.now(),
                weights=weights_of(self._context.settings),
                before=before,
            )


def _offer_of(session: Session, caller: Caller, wanted: str) -> Offer:
    offer = find_offer(session, wanted)
    if offer is None:
        raise RefusedError("This desk holds no such offer.", code="unknown_offer")
    if offer.agency_org_id == caller.org_id:
        return offer
    agency = session.get(Organisation, offer.agency_org_id)
    if caller.org_kind == "agency" or agency is None or agency.has_desk:
        raise RefusedError(
            "Another agency answers that offer with its own roster.", code="not_addressed"
        )
    return offer
