"""The forms by which an offer is answered: accept, decline, hand back; by phone for a partner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from d2a_desktop.domain.capacity import IsoWeek
from d2a_desktop.domain.codes import Channel, DeclineReason, HandBackReason
from d2a_desktop.domain.display import display_date
from d2a_desktop.ui.dialogs.action_dialog import ActionForm
from d2a_desktop.ui.formats.offer_words import length_words, start_words
from d2a_desktop.ui.widgets.editors import FieldSpec, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from d2a_desktop.services.queries.rows import OfferRow, SlotRow, WorkerChoice

_CHANNELS = tuple((each.value, each.label) for each in Channel)
_FIRST_WINS = (
    "The first acceptance the shared database confirms wins. The person's record is shown to you "
    "then, not before."
)


def accept_form(
    offer: OfferRow, slots: Sequence[SlotRow], workers: Sequence[WorkerChoice]
) -> ActionForm:
    """Return the form by which an agency accepts, naming a slot, a worker or both.

    The start of the week that is asked for is filled in. Of the workers those stand first who
    fit; who cannot be confirmed is told apart, and who is excluded is not offered.
    """
    open_slots = [each for each in slots if each.status in ("open", "held", "offered")]
    wanted = _wanted_weeks(offer)
    first = next((each.slot_id for each in open_slots if each.week in wanted), None)
    fitting = sum(each.verdict == "fits" for each in workers)
    offered = [each for each in workers if each.verdict != "excluded"]
    told = f"{fitting} of {len(workers)} workers fit from the first day asked for."
    fields = (
        FieldSpec(
            key="slot",
            words="Guaranteed start",
            kind=Kind.CODE,
            options=tuple((each.slot_id, slot_words(each)) for each in open_slots),
            hint="A start or a worker must be named.",
        ),
        FieldSpec(
            key="worker",
            words="Proposed worker",
            kind=Kind.CODE,
            options=tuple((each.worker_id, choice_words(each)) for each in offered),
            hint="Seen by your agency alone until allocated.",
        ),
    )
    return ActionForm(
        action="accept",
        title=f"Accept offer {offer.reference}",
        button="Accept",
        done="Acceptance sent",
        fields=fields,
        facts=(
            f"{offer.needs_summary}. {start_words(offer)}, {length_words(offer)}.",
            told if fitting else f"{told} Accept only if you know who can come.",
            _FIRST_WINS,
        ),
        defaults={"slot": first},
        document=lambda values: {"offer": offer.reference, **values},
        columns=1,
    )


def _wanted_weeks(offer: OfferRow) -> frozenset[str]:
    """Return the ISO weeks in which the care may begin."""
    first = offer.earliest_start
    if first is None:
        return frozenset()
    week, last = IsoWeek.of(first), IsoWeek.of(offer.latest_start or first)
    found = set()
    while week.monday <= last.monday:
        found.add(str(week))
        week = week.shifted(1)
    return frozenset(found)


def decline_form(offer: OfferRow) -> ActionForm:
    """Return the form by which an agency declines, by the rule that failed."""
    return ActionForm(
        action="decline",
        title=f"Decline offer {offer.reference}",
        button="Decline",
        done="Offer declined",
        fields=(_reason(DeclineReason),),
        facts=("Only the offer's reference and this reason are kept.",),
        document=lambda values: {"offer": offer.reference, **values},
    )


def hand_back_form(offer: OfferRow) -> ActionForm:
    """Return the form by which an agency hands an accepted offer back."""
    return ActionForm(
        action="hand-back",
        title=f"Hand back {offer.reference}",
        button="Hand back",
        done="Handed back; the hub is told",
        fields=(_reason(HandBackReason),),
        facts=("The worker's block is cancelled, and the record is taken from this desk.",),
        document=lambda values: {"offer": offer.reference, **values},
        dangerous=True,
    )


def partner_accept_form(offer: OfferRow) -> ActionForm:
    """Return the form for an agency without a desk that accepted by phone or mail."""
    return ActionForm(
        action="accept",
        title=f"{offer.agency_name} accepts {offer.reference}",
        button="Record the acceptance",
        done="Acceptance recorded",
        fields=_said_by(),
        document=lambda values: {
            "offer": offer.reference,
            "on_behalf": on_behalf(offer, values),
        },
    )


def partner_decline_form(offer: OfferRow) -> ActionForm:
    """Return the form for an agency without a desk that declined by phone or mail."""
    return ActionForm(
        action="decline",
        title=f"{offer.agency_name} declines {offer.reference}",
        button="Record the refusal",
        done="Refusal recorded",
        fields=(_reason(DeclineReason), *_said_by()),
        document=lambda values: {
            "offer": offer.reference,
            "reason": values["reason"],
            "on_behalf": on_behalf(offer, values),
        },
    )


def partner_worker_form(
    offer: OfferRow,
    *,
    block: tuple[datetime, datetime] | None = None,
    kept: Sequence[tuple[str, str]] = (),
) -> ActionForm:
    """Return the form for the worker that an agency without a desk named.

    `block` is what it begins with: from and to, aware. `kept` are ids and names of its workers
    who are written down at this desk already.
    """
    known = FieldSpec(
        key="worker", words="Worker written down before", kind=Kind.CODE, options=tuple(kept)
    )
    proposed = {"starts_at": block[0], "ends_at": block[1]} if block is not None else {}
    return ActionForm(
        action="allocate",
        title=f"Worker of {offer.agency_name}",
        button="Record the worker",
        done="Worker recorded",
        fields=(
            *((known,) if kept else ()),
            FieldSpec(
                key="first_name",
                words="First name of a new worker" if kept else "Worker's first name",
                required=not kept,
            ),
            *block_fields(),
            *_said_by(),
        ),
        defaults=proposed | {"channel": Channel.PHONE.value},
        document=lambda values: {
            "offer": offer.reference,
            **{name: values[name] for name in ("starts_at", "ends_at")},
            "worker": values.get("worker"),
            "first_name": values.get("first_name"),
            "expected_at": values.get("expected_at"),
            "on_behalf": on_behalf(offer, values),
        },
    )


def block_fields() -> tuple[FieldSpec, ...]:
    """Return the fields of a worker's block: from, to, expected at the home."""
    return (
        FieldSpec(key="starts_at", words="From", kind=Kind.MOMENT, required=True),
        FieldSpec(key="ends_at", words="To", kind=Kind.MOMENT, required=True),
        FieldSpec(key="expected_at", words="Expected at the home", kind=Kind.MOMENT),
    )


def on_behalf(offer: OfferRow, values: dict[str, Any]) -> dict[str, str]:
    """Return who said it for a partner without a desk, as the command's document has it."""
    return {
        "org": offer.agency_ods,
        "spoken_to": values["spoken_to"],
        "channel": values["channel"],
    }


def slot_words(slot: SlotRow) -> str:
    """Return `Week of 23-Nov-2026, start 3 (2026-W48)`."""
    monday = IsoWeek.parse(slot.week).monday
    return f"Week of {display_date(monday)}, start {slot.number} ({slot.week})"


def choice_words(worker: WorkerChoice) -> str:
    """Return a worker's name, whether they fit, and what is not known."""
    name = f"{worker.name}, {worker.lives_in}" if worker.lives_in else worker.name
    if worker.verdict == "fits":
        return f"{name} · fits, rank {worker.rank}"
    more = f" and {len(worker.cannot_confirm) - 1} more" if len(worker.cannot_confirm) > 1 else ""
    return f"{name} · cannot confirm: {worker.cannot_confirm[0]}{more}"


def _reason(codes: type[DeclineReason | HandBackReason]) -> FieldSpec:
    options = tuple((code.value, code.label) for code in codes)
    return FieldSpec(key="reason", words="Reason", kind=Kind.CODE, options=options, required=True)


def _said_by() -> tuple[FieldSpec, ...]:
    return (
        FieldSpec(key="spoken_to", words="Who said it", required=True),
        FieldSpec(key="channel", words="By", kind=Kind.CODE, options=_CHANNELS, required=True),
    )
