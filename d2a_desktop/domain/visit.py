"""An assessor's appointment at home: its states, and what each outcome means."""

from __future__ import annotations

from datetime import datetime

from d2a_desktop.core.errors import RefusedError, UsageError
from d2a_desktop.domain.codes import Labelled, OrgKind, VisitOutcome, VisitPlace
from d2a_desktop.domain.machine import Machine, Move, moves

_HUB = frozenset({OrgKind.COMMUNITY, OrgKind.COUNCIL})
_HOSPITAL = frozenset({OrgKind.HOSPITAL})


class VisitStatus(Labelled):
    """The stored states of a visit."""

    PLANNED = "planned", "Planned"
    CONFIRMED = "confirmed", "Confirmed"
    DONE = "done", "Done"
    EXCLUDED = "excluded", "Excluded"
    VOID = "void", "Void"


_S = VisitStatus

VISIT_MACHINE = Machine(
    name="visit",
    states=tuple(_S),
    initial=_S.PLANNED,
    final=frozenset({_S.DONE, _S.EXCLUDED, _S.VOID}),
    moves=(
        Move(_S.PLANNED, _S.CONFIRMED, _HUB, ("assessor",), hub_role=_HOSPITAL),
        # No access, refused, unsafe, person away: the attempt is an event, the visit is rebooked.
        Move(_S.CONFIRMED, _S.PLANNED, _HUB, ("reason",), hub_role=_HOSPITAL),
        Move(_S.CONFIRMED, _S.DONE, _HUB, ("outcome", "started_at"), hub_role=_HOSPITAL),
        *moves(
            (_S.PLANNED, _S.CONFIRMED),
            _S.EXCLUDED,
            _HUB | _HOSPITAL,
            ("reason",),
            cascade=True,
        ),
        *moves(
            (_S.PLANNED, _S.CONFIRMED),
            _S.VOID,
            _HUB | _HOSPITAL,
            ("reason",),
            cascade=True,
        ),
    ),
)

COMPLETING = frozenset({VisitOutcome.DONE, VisitOutcome.PART_DONE})
REBOOKED = frozenset(
    {
        VisitOutcome.NO_ACCESS,
        VisitOutcome.REFUSED,
        VisitOutcome.UNSAFE,
        VisitOutcome.PERSON_AWAY,
    }
)


def status_after(outcome: VisitOutcome) -> VisitStatus:
    """Return the state a visit takes with an outcome (PRODUCT section 2, step 10)."""
    if outcome in COMPLETING:
        return VisitStatus.DONE
    if outcome in REBOOKED:
        return VisitStatus.PLANNED
    return VisitStatus.EXCLUDED


def stops_clock(
    outcome: VisitOutcome | None, place: VisitPlace, *, video_counts: bool = False
) -> bool:
    """Return whether an assessment with this outcome, begun at this place, stops the clock.

    Only done and part done, started at home (DOMAIN 1.6 d and e); video by setting alone.
    """
    if outcome not in COMPLETING:
        return False
    return place is VisitPlace.HOME or (video_counts and place is VisitPlace.VIDEO)


def require_outcome(
    outcome: VisitOutcome,
    *,
    started_at: datetime | None,
    finished_at: datetime | None,
    left_at: datetime | None,
    now: datetime,
) -> None:
    """Refuse an outcome whose times cannot be.

    Args:
        outcome: what came of the visit.
        started_at: when the assessment began; needed for done and part done.
        finished_at: when it ended, if it did.
        left_at: when the person left the ward; an assessment at home comes after.
        now: the present instant.

    Raises:
        UsageError: a time is missing, out of order or in the future.
        RefusedError: the person has not left the ward.
    """
    if outcome in COMPLETING and started_at is None:
        raise UsageError("Say when the assessment started.", code="started_at_missing")
    if started_at is None:
        return
    if started_at > now:
        raise UsageError("The assessment cannot start in the future.", code="started_at_future")
    if finished_at is not None and finished_at < started_at:
        raise UsageError("The assessment cannot end before it starts.", code="finished_at_early")
    if outcome in COMPLETING and (left_at is None or started_at < left_at):
        raise RefusedError(
            "The person had not left the ward when this assessment started.",
            what_to_do="An assessment on the ward is a note; it does not stop the clock.",
            code="not_at_home",
        )
