"""The forms of what is seen at home: arrivals, the outcome of a visit, the end of a placement."""

from __future__ import annotations

from datetime import timedelta

from d2a_desktop.domain.clocks import ClockKind
from d2a_desktop.domain.codes import NeedFound, PlacementEnd, VisitOutcome, VisitPlace
from d2a_desktop.domain.display import display_datetime_short
from d2a_desktop.ui.dialogs.action_dialog import ActionForm
from d2a_desktop.ui.dialogs.form_kit import Asked, Options, codes, told
from d2a_desktop.ui.widgets.editors import FieldSpec, Kind


def arrive_form(asked: Asked) -> ActionForm:
    """Return the form of an observed arrival."""
    events: Options = (
        ("worker_arrived", "Worker arrived at the home"),
        ("arrived_home", "The person arrived home"),
        ("welfare_check", "Welfare check made"),
    )
    left = asked.view.clock.kind not in (ClockKind.WAITING, ClockKind.PROVISIONAL)
    arrived = asked.view.records.get("departure", {}).get("arrived_home_at")
    first = "welfare_check" if arrived else "arrived_home" if left else "worker_arrived"
    return told(
        asked,
        ActionForm(
            action="arrive",
            title="Record an arrival",
            button="Record arrival",
            done="Arrival recorded",
            fields=(
                FieldSpec(key="what", words="What", kind=Kind.CODE, options=events, required=True),
                FieldSpec(key="at", words="Seen at", kind=Kind.MOMENT, required=True),
            ),
            defaults={"what": first, "at": asked.now},
        ),
    )


def outcome_form(asked: Asked) -> ActionForm:
    """Return the form of a visit's outcome."""
    open_visits = tuple(
        (row.visit_id, f"{row.assessor}, {display_datetime_short(row.starts_at)}")
        for row in asked.view.visits
        if row.status in ("planned", "confirmed")
    )
    return ActionForm(
        action="outcome",
        title="Record the outcome of a visit",
        button="Record outcome",
        done="Outcome recorded",
        facts=("Only done and part done, started at home, stop the clock.",),
        fields=(
            FieldSpec(key="visit", words="Visit", kind=Kind.CODE, options=open_visits),
            FieldSpec(
                key="outcome",
                words="Outcome",
                kind=Kind.CODE,
                options=codes(VisitOutcome),
                required=True,
            ),
            FieldSpec(key="started_at", words="Started at", kind=Kind.MOMENT, required=True),
            FieldSpec(key="finished_at", words="Finished at", kind=Kind.MOMENT, required=True),
            FieldSpec(key="place", words="Place", kind=Kind.CODE, options=codes(VisitPlace)),
            FieldSpec(
                key="need_found",
                words="Need found",
                kind=Kind.CODE,
                options=codes(NeedFound),
                hint="Needed when the assessment was done or part done.",
            ),
            FieldSpec(key="next_review_on", words="Next review on", kind=Kind.DAY),
            FieldSpec(key="note", words="Note", kind=Kind.LONG),
        ),
        defaults={
            "visit": open_visits[-1][0] if open_visits else None,
            "outcome": "done",
            "place": "home",
            "started_at": asked.now - timedelta(minutes=45),
            "finished_at": asked.now,
        },
    )


def end_form(asked: Asked) -> ActionForm:
    """Return the form of the end of the placement."""
    return told(
        asked,
        ActionForm(
            action="end",
            title="End the placement",
            button="End placement",
            done="Placement ended",
            facts=("The worker is freed, and the agency's view of the record ends.",),
            fields=(
                FieldSpec(
                    key="reason",
                    words="How it ended",
                    kind=Kind.CODE,
                    options=codes(PlacementEnd),
                    required=True,
                ),
                FieldSpec(key="at", words="Ended at", kind=Kind.MOMENT, required=True),
            ),
            defaults={"at": asked.now},
            dangerous=True,
        ),
    )
