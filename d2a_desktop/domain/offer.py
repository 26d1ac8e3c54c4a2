"""An offer of a case to one agency: its states, its time to reply, and when it can be accepted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from d2a_desktop.core.clock import LONDON, london_day
from d2a_desktop.core.errors import RefusedError, UsageError
from d2a_desktop.domain.codes import Labelled, OrgKind
from d2a_desktop.domain.display import display_datetime
from d2a_desktop.domain.machine import Machine, Move

_HOSPITAL = frozenset({OrgKind.HOSPITAL})
_HUB = frozenset({OrgKind.COMMUNITY, OrgKind.COUNCIL})
_AGENCY = frozenset({OrgKind.AGENCY})
# The hub or the ward records the reply of an agency without a desk (PRODUCT section 2, step 6).
_FOR_AGENCY = frozenset({OrgKind.COMMUNITY, OrgKind.HOSPITAL})


class OfferStatus(Labelled):
    """The stored states of an offer; expiry is derived, never stored (DECISIONS)."""

    DRAFT = "draft", "Draft"
    SENT = "sent", "Waiting for a reply"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"
    FILLED = "filled", "Filled by another agency"
    HANDED_BACK = "handed_back", "Handed back"


_S = OfferStatus

OFFER_MACHINE = Machine(
    name="offer",
    states=tuple(_S),
    initial=_S.DRAFT,
    final=frozenset({_S.DECLINED, _S.WITHDRAWN, _S.FILLED, _S.HANDED_BACK}),
    moves=(
        Move(_S.DRAFT, _S.SENT, _HUB, ("respond_by",), hub_role=_HOSPITAL),
        Move(_S.DRAFT, _S.WITHDRAWN, _HUB, ("reason",), hub_role=_HOSPITAL, cascade=True),
        # The winner names a slot or a proposed worker; `require_named` checks that.
        Move(_S.SENT, _S.ACCEPTED, _AGENCY, (), on_behalf=_FOR_AGENCY),
        Move(_S.SENT, _S.DECLINED, _AGENCY, ("decline_reason",), on_behalf=_FOR_AGENCY),
        Move(_S.SENT, _S.WITHDRAWN, _HUB, ("reason",), hub_role=_HOSPITAL, cascade=True),
        Move(_S.SENT, _S.FILLED, frozenset(), cascade=True),
        Move(_S.ACCEPTED, _S.HANDED_BACK, _AGENCY, ("handed_back_reason",), on_behalf=_FOR_AGENCY),
        # Criteria met again, refusal or death after acceptance (DOMAIN HZ08, SYNC 3.8).
        Move(_S.ACCEPTED, _S.WITHDRAWN, _HUB, ("reason",), hub_role=_HOSPITAL, cascade=True),
    ),
)


def has_expired(status: str, *, respond_by: datetime, now: datetime) -> bool:
    """Return whether a sent offer's time to reply has passed; `now` is the server's time."""
    return status == OfferStatus.SENT and now > respond_by


def require_acceptable(status: str, *, respond_by: datetime, now: datetime) -> None:
    """Refuse an acceptance that comes too late or for an offer that is closed.

    Args:
        status: the offer's stored state.
        respond_by: aware instant until which a reply counts, inclusive.
        now: the server's time; a desk's own clock only helps.

    Raises:
        RefusedError: "already_taken" when another agency's acceptance was confirmed first,
            "expired" when the time to reply has passed, "illegal_move" in any other state.
    """
    if status == OfferStatus.FILLED:
        raise RefusedError(
            "Another agency's acceptance was confirmed first; this offer is filled.",
            code="already_taken",
        )
    if has_expired(status, respond_by=respond_by, now=now):
        raise RefusedError(
            f"The time to reply passed at {display_datetime(respond_by)}.",
            what_to_do="Ask the hub to send the offer again.",
            code="expired",
        )
    if status != OfferStatus.SENT:
        raise RefusedError(
            f"This offer is {status.replace('_', ' ')} and cannot be accepted.",
            code="illegal_move",
        )


def require_named(*, slot_id: str | None, proposed_worker_id: str | None) -> None:
    """Refuse an acceptance that names neither a slot nor a worker.

    Raises:
        UsageError: neither is named.
    """
    if not slot_id and not proposed_worker_id:
        raise UsageError(
            "An acceptance names a slot or a proposed worker.",
            what_to_do="Choose one of the week's slots, or a worker from the roster.",
            code="slot_or_worker",
        )


@dataclass(frozen=True)
class ReplyHours:
    """When an agency answers offers: per weekday (Monday first) from and to, local; None closed."""

    week: tuple[tuple[time, time] | None, ...]
    works_bank_holidays: bool = True

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise UsageError("Reply hours need seven days, Monday first.", code="reply_hours")
        if all(day is None for day in self.week):
            raise UsageError("Reply hours need at least one open day.", code="reply_hours")
        if any(day is not None and day[0] >= day[1] for day in self.week):
            raise UsageError("Reply hours must end after they begin.", code="reply_hours")

    def open_on(
        self, day: date, bank_holidays: Collection[date]
    ) -> tuple[datetime, datetime] | None:
        """Return the opening and closing instants of a day, or None when closed."""
        hours = self.week[day.weekday()]
        if hours is None or (day in bank_holidays and not self.works_bank_holidays):
            return None
        opening, closing = (
            datetime.combine(day, at, tzinfo=LONDON).astimezone(UTC) for at in hours
        )
        return opening, closing


# Beyond this an agency that never opens would keep the search going for ever.
_SEARCH_DAYS = 366


def reply_due(
    sent_at: datetime,
    allowed: timedelta,
    *,
    hours: ReplyHours | None = None,
    bank_holidays: Collection[date] = (),
) -> datetime:
    """Return the instant by which an agency must reply, counting only its own hours.

    Source: DOMAIN 1.6, offer response. Without `hours` every hour counts.

    Raises:
        RefusedError: the agency has no open hours within a year.
    """
    if hours is None:
        return sent_at + allowed
    left = allowed
    day = london_day(sent_at)
    for _ in range(_SEARCH_DAYS):
        stretch = hours.open_on(day, bank_holidays)
        if stretch is not None:
            begin = max(stretch[0], sent_at)
            if begin + left <= stretch[1]:
                return begin + left
            left -= max(stretch[1] - begin, timedelta())
        day += timedelta(days=1)
    raise RefusedError(
        "The agency has too few open hours to reply in.",
        what_to_do="Correct the agency's hours, or set the time to reply by hand.",
        code="no_open_hours",
    )
