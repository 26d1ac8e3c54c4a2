"""What has happened to a case, newest first, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from d2a_desktop.domain.code_lists import criteria
from d2a_desktop.domain.codes import DeclineReason, PackKind, PlacementEnd, VisitOutcome
from d2a_desktop.services.case_rows import CaseRows
from d2a_desktop.services.queries.rows import TimelineEntry
from d2a_desktop.services.unconfirmed import NOTHING, Unconfirmed

_EVENTS = {
    "left_ward": "Left the ward",
    "worker_arrived": "Worker arrived",
    "arrived_home": "Arrived home",
    "welfare_check": "Welfare check",
    "turned_back": "Turned back",
    "discharge_cancelled": "Discharge cancelled",
    "assessment": "Assessment",
    "placement_ended": "Placement ended",
    "medicine_typed": "Medicines typed",
    "medicine_checked": "Typed medicines checked by a second person",
}
# Until the shared database has confirmed it, an answer is a request and says so.
_REQUESTED = {
    "Offer accepted": "Acceptance requested",
    "Offer declined": "Decline requested",
    "Offer handed back": "Hand-back requested",
    "Offer sent": "Offer requested",
}
Made = tuple[TimelineEntry, str]
"""An entry, and the row that it tells of."""


def timeline(rows: CaseRows, waiting: Unconfirmed = NOTHING) -> tuple[TimelineEntry, ...]:
    """Return every dated thing of the case, newest first."""
    entries = [
        *_reviews(rows),
        *_referrals(rows),
        *_offers(rows),
        *_events(rows),
        *_notes(rows),
        *_packs(rows),
    ]
    newest = sorted(entries, key=lambda made: made[0].at, reverse=True)
    return tuple(
        replace(entry, pending=True, title=_REQUESTED.get(entry.title, entry.title))
        if row_id in waiting.rows
        else entry
        for entry, row_id in newest
    )


def _entry(at: Any, kind: str, title: str, text: str, who: str, row: Any) -> Made:
    entry = TimelineEntry(
        at=at,
        kind=kind,
        title=title,
        text=text,
        who=who,
        recorded_at=getattr(row, "recorded_at", None),
        voided=False,
        pending=False,
    )
    return entry, row.id


def _reviews(rows: CaseRows) -> Iterator[Made]:
    labels = {criterion.code: criterion.label for criterion in criteria()}
    for review in rows.reviews:
        reasons = [labels.get(code, code) for code in review.applies or ()]
        if review.exception:
            reasons.append(review.exception)
        title = "Meets criteria to reside" if reasons else "No criteria to reside"
        who = f"{review.decided_by}, {review.decided_role}; entered by {review.entered_by}"
        yield _entry(review.decided_at, "review", title, ", ".join(reasons), who, review)


def _referrals(rows: CaseRows) -> Iterator[Made]:
    for referral in rows.referrals:
        if referral.sent_at:
            yield _entry(referral.sent_at, "referral", "Referred to the hub", "", "", referral)
        if referral.returned_at:
            text = referral.returned_reason or ""
            yield _entry(referral.returned_at, "referral", "Referral returned", text, "", referral)
    for decision in rows.decisions:
        who = f"{decision.decided_by}, {decision.decided_role}"
        title = f"Pathway {decision.pathway.removeprefix('P')} confirmed"
        yield _entry(decision.decided_at, "pathway", title, decision.rationale, who, decision)


def _offers(rows: CaseRows) -> Iterator[Made]:
    for offer in rows.offers:
        if offer.sent_at:
            yield _entry(offer.sent_at, "offer", "Offer sent", offer.reference, "", offer)
        if offer.responded_at:
            title = {
                "accepted": "Offer accepted",
                "handed_back": "Offer accepted",
                "declined": "Offer declined",
            }.get(offer.status, "Offer answered")
            reason = DeclineReason(offer.decline_reason).label if offer.decline_reason else ""
            text = f"{offer.reference} {reason}".strip()
            who = offer.responded_by or ""
            if offer.spoken_to:
                who += f" for {offer.spoken_to} ({offer.channel})"
            yield _entry(offer.responded_at, "offer", title, text, who, offer)
        if offer.handed_back_at:
            title = "Offer handed back"
            yield _entry(offer.handed_back_at, "offer", title, offer.reference, "", offer)


def _events(rows: CaseRows) -> Iterator[Made]:
    for event in rows.events:
        who = event.recorded_by
        if event.spoken_to:
            who += f" for {event.spoken_to} ({event.channel})"
        title = _EVENTS.get(event.kind, event.kind.replace("_", " ").capitalize())
        yield _entry(event.at, "event", title, _event_text(event), who, event)


def _event_text(event: Any) -> str:
    detail = event.detail or {}
    if event.kind == "assessment" and detail.get("outcome"):
        return VisitOutcome(detail["outcome"]).label
    if event.kind == "placement_ended" and detail.get("reason"):
        return PlacementEnd(detail["reason"]).label
    return str(detail.get("reason", ""))


def _notes(rows: CaseRows) -> Iterator[Made]:
    for note in rows.notes:
        title = f"Call with {note.spoken_to}" if note.kind == "call" and note.spoken_to else "Note"
        yield _entry(note.at, "note", title, note.text, note.author, note)


def _packs(rows: CaseRows) -> Iterator[Made]:
    for pack in rows.packs:
        title = f"{PackKind(pack.kind).label} printed"
        text = f"{pack.reference}, version {pack.version}"
        yield _entry(pack.printed_at, "pack", title, text, pack.printed_by, pack)
