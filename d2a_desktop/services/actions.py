"""The one door for changing a case: an action's name, its command, one transaction, one answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from d2a_desktop.core.errors import RefusedError, UsageError
from d2a_desktop.domain.audit_actions import AuditAction
from d2a_desktop.domain.commands import ACTIONS, Command, NewCase, parse_command
from d2a_desktop.domain.permissions import Caller, require
from d2a_desktop.services import (
    assessments,
    cases,
    departures,
    follow_up,
    offers,
    placements,
    referrals,
    reside,
)
from d2a_desktop.services.case_rows import load_case
from d2a_desktop.services.case_stage import case_stage
from d2a_desktop.services.context import Context
from d2a_desktop.services.find import case_of_offer, find_case, find_offer
from d2a_desktop.services.results import ActionResult
from d2a_desktop.services.work import Work

# The audit word of each action; `domain/audit_actions.py` is the vocabulary.
_AUDIT: dict[str, AuditAction] = {
    "new": AuditAction.CASE_OPENED,
    "update": AuditAction.CASE_CHANGED,
    "review": AuditAction.CRITERIA_REVIEWED,
    "refer": AuditAction.REFERRAL_CHANGED,
    "pathway": AuditAction.PATHWAY_CONFIRMED,
    "offer": AuditAction.OFFER_SENT,
    "withdraw": AuditAction.REFERRAL_WITHDRAWN,
    "accept": AuditAction.OFFER_ACCEPTED,
    "decline": AuditAction.OFFER_DECLINED,
    "hand-back": AuditAction.OFFER_HANDED_BACK,
    "allocate": AuditAction.BLOCK_CONFIRMED,
    "gate": AuditAction.GATE_CHECKED,
    "depart": AuditAction.DEPARTURE_CHANGED,
    "reopen": AuditAction.CASE_REOPENED,
    "arrive": AuditAction.ARRIVAL_RECORDED,
    "turn-back": AuditAction.DEPARTURE_TURNED_BACK,
    "visit": AuditAction.VISIT_CHANGED,
    "outcome": AuditAction.VISIT_DONE,
    "end": AuditAction.PLACEMENT_ENDED,
    "note": AuditAction.NOTE_ADDED,
    "barrier": AuditAction.BARRIER_CHANGED,
    "task": AuditAction.TASK_CHANGED,
}

_HANDLERS: dict[str, Callable[[Work, Any], None]] = {
    "new": cases.new_case,
    "update": cases.update_record,
    "review": reside.review_criteria,
    "refer": referrals.refer,
    "pathway": referrals.confirm_pathway,
    "offer": offers.send_offers,
    "withdraw": referrals.withdraw,
    "accept": offers.accept_offer,
    "decline": offers.decline_offer,
    "hand-back": offers.hand_back,
    "allocate": placements.allocate,
    "gate": departures.check_gate,
    "depart": departures.depart,
    "reopen": departures.reopen,
    "arrive": placements.arrive,
    "turn-back": departures.turn_back,
    "visit": assessments.plan_visit,
    "outcome": assessments.record_outcome,
    "end": placements.end_placement,
    "note": follow_up.add_note,
    "barrier": follow_up.change_barrier,
    "task": follow_up.change_task,
}


class Actions:
    """Changes a case; each call is one transaction: all of it, or nothing."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def do_document(
        self, caller: Caller, case: str | None, action: str, document: object
    ) -> ActionResult:
        """Take one action from its JSON document (see `do`)."""
        return self.do(caller, case, action, parse_command(action, document))

    def do(self, caller: Caller, case: str | None, action: str, command: Command) -> ActionResult:
        """Take one action on a case.

        `case` is a case reference, an NHS number or an offer reference; None for `new`.

        Raises:
            UsageError: the command is not of the action, or a value is wrong.
            NotPermittedError: the caller's role may not.
            BlockedError: a gate is not passed; its reasons are listed.
            RefusedError: a state does not allow it.
        """
        if not isinstance(command, ACTIONS[action]):
            raise UsageError(f"That is not a command of the action '{action}'.")
        require(caller, action)
        context = self._context
        with context.store.write(caller, action=_AUDIT[action]) as uow:
            work = Work(uow=uow, context=context, caller=caller)
            if not isinstance(command, NewCase):
                _open(work, case)
            _HANDLERS[action](work, command)
            uow.session.flush()
            answer = _answer(work, action)
        changed = tuple(sorted((entity, row_id, ()) for entity, row_id in uow.changes.ids))
        return replace(answer, changed=changed, changes=uow.changes)


def _open(work: Work, wanted: str | None) -> None:
    if not wanted:
        raise UsageError("Name the case: its reference or the NHS number.")
    work.offer = find_offer(work.session, wanted)
    case_id = case_of_offer(work.session, work.offer.id) if work.offer else None
    if work.offer is None:
        case_id = find_case(work.session, wanted)
    if case_id is not None:
        try:
            work.rows = load_case(work.session, case_id)
        except RefusedError:
            if work.offer is None:
                raise


def _answer(work: Work, action: str) -> ActionResult:
    rows = work.rows
    if action == "new":
        rows = load_case(work.session, find_case(work.session, work.details["case"]))
    elif rows is not None:
        rows = load_case(work.session, rows.spell.id)
    return ActionResult(
        case_id=rows.spell.id if rows else None,
        case_ref=rows.spell.case_ref if rows else None,
        action=action,
        stage=case_stage(rows, now=work.now).stage.value if rows else None,
        cascaded=tuple(work.cascaded),
        details=dict(work.details),
        reversal=work.reversal,
    )
