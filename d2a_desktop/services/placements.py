"""Placements: a worker allocated for a block, arrival observed, and how it ended."""

from __future__ import annotations

from sqlalchemy import select

from d2a_desktop.core.errors import BlockedError, RefusedError, UsageError
from d2a_desktop.domain.codes import PlacementEnd
from d2a_desktop.domain.commands import Allocate, Arrive, EndPlacement
from d2a_desktop.domain.departure import DEPARTURE_MACHINE
from d2a_desktop.models.offer import Offer
from d2a_desktop.models.placement import Placement
from d2a_desktop.models.placement_block import PlacementBlock
from d2a_desktop.models.worker import Worker
from d2a_desktop.services.eligibility import obstacles, standing
from d2a_desktop.services.offers import the_offer
from d2a_desktop.services.work import Work, given

ARRIVALS = ("worker_arrived", "arrived_home", "welfare_check")


def allocate(work: Work, command: Allocate) -> None:
    """Allocate a worker for one block of the accepted offer.

    The shared database refuses a worker who is booked elsewhere, whatever this desk knows.

    Raises:
        BlockedError: a hard rule fails and is not overridden; `reasons` lists each with its fact.
    """
    offer = the_offer(work, command.offer, status="accepted")
    if offer.status != "accepted":
        raise RefusedError("The offer has not been accepted.", code="not_accepted")
    if command.ends_at <= command.starts_at:
        raise UsageError("The block must end after it starts.")
    placement = _placement(work, offer)
    partner = work.partner(command.on_behalf)
    if partner is not None:
        worker = _partner_worker(work, partner.id, command)
    else:
        worker = _own_worker(work, command)
        found = obstacles(
            work.session,
            worker,
            offer,
            starts_at=command.starts_at,
            ends_at=command.ends_at,
            now=work.now,
        )
        reasons = [obstacle.words for obstacle in standing(found, command.overrides)]
        if reasons:
            raise BlockedError(
                "That worker cannot be allocated.",
                reasons=reasons,
                what_to_do="Choose another, or give a manager's override where a rule allows it.",
                code="not_eligible",
            )
    block = work.add(
        PlacementBlock,
        scope_id=placement.scope_id,
        placement_id=placement.id,
        offer_id=offer.id,
        kind=command.kind,
        status="confirmed",
        worker_id=worker.id,
        starts_at=command.starts_at,
        ends_at=command.ends_at,
        expected_at=command.expected_at or command.starts_at,
        overrides=[_override_document(o) for o in command.overrides] or None,
    )
    work.details["block"] = block.id


def _override_document(override: object) -> dict[str, object]:
    document = dict(vars(override))
    document["expires_on"] = str(document["expires_on"]) if document["expires_on"] else None
    return document


def _placement(work: Work, offer: Offer) -> Placement:
    found = work.session.scalars(select(Placement).where(Placement.offer_id == offer.id)).first()
    if found is None:
        raise RefusedError(
            "The acceptance is not confirmed by the shared database yet.",
            what_to_do="Synchronise, then allocate.",
            code="not_confirmed",
        )
    return found


def _own_worker(work: Work, command: Allocate) -> Worker:
    worker = work.session.get(Worker, given(command.worker, "The worker"))
    if worker is None or worker.scope_id != work.caller.org_id:
        raise UsageError("There is no such worker in your roster.")
    return worker


def _partner_worker(work: Work, agency_id: str, command: Allocate) -> Worker:
    """A partner without a desk names its worker by first name alone."""
    if command.worker:
        worker = work.session.get(Worker, command.worker)
        if worker is not None and worker.scope_id == agency_id:
            return worker
    return work.add(
        Worker,
        scope_id=agency_id,
        first_name=given(command.first_name, "The worker's first name"),
        status="active",
    )


def arrive(work: Work, command: Arrive) -> None:
    """Record an observed arrival or the same-day welfare check."""
    if command.what not in ARRIVALS:
        raise UsageError(f"'what' must be one of: {', '.join(ARRIVALS)}.")
    rows = work.case
    departure = rows.departure
    left = departure.left_at if departure else None
    if command.what != "worker_arrived" and left is None:
        raise RefusedError("The person has not left the ward.", code="not_left")
    floor = None if command.what == "worker_arrived" else left
    at = work.observed(command.at, not_before=floor, what="This")
    work.event(command.what, at, on_behalf=command.on_behalf)
    if departure is not None and command.what == "arrived_home":
        departure.arrived_home_at = at
    if departure is not None and command.what == "welfare_check":
        if departure.status == "left" and departure.arrived_home_at is not None:
            work.move(DEPARTURE_MACHINE, departure, "settled")
        departure.settled_at = at
    done_kinds = {"welfare_check": "welfare_check", "worker_arrived": "arrival_not_confirmed"}
    for task in rows.tasks:
        if task.status == "open" and task.kind == done_kinds.get(command.what):
            task.status = "done"
            task.done_at = work.now


def end_placement(work: Work, command: EndPlacement) -> None:
    """Record how the placement ended; the server frees the worker and ends the agency's grant."""
    try:
        reason = PlacementEnd(command.reason)
    except ValueError:
        known = ", ".join(end.value for end in PlacementEnd)
        raise UsageError(
            f"'{command.reason}' is not an end.", what_to_do=f"Use one of: {known}."
        ) from None
    rows = work.case
    if rows.accepted_offer is None and not rows.cards:
        raise RefusedError("There is no placement to end.", code="no_placement")
    at = work.observed(command.at, what="The end")
    work.event("placement_ended", at, on_behalf=command.on_behalf, detail={"reason": reason.value})
    if reason is PlacementEnd.DIED and work.caller.org_kind != "agency":
        rows.spell.died_at = at
    for visit in rows.visits:
        if visit.status in ("planned", "confirmed"):
            work.cascaded.append("an open visit is closed")
    work.cascaded.append("the worker is free and the agency's view of the record ends")
