"""The forms of what is seen at home: arrivals, the outcome of a visit, the end of a placement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from d2a_desktop.domain.clocks import ClockKind
from d2a_desktop.domain.codes import NeedFound, PlacementEnd, VisitOutcome, VisitPlace
from d2a_desktop.domain.display import display_datetime_short
from d2a_desktop.ui.dialogs.action_dialog import ActionForm
from d2a_desktop.ui.dialogs.form_kit import Asked, Options, codes, told
from d2a_desktop.ui.widgets.editors import FieldSpec, Kind

if TYPE_CHECKING:
    from d2a_desktop.services.queries.rows import VisitRow


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
    rows = [row for row in asked.view.visits if row.status in ("planned", "confirmed")]
    open_visits = tuple(
        (row.visit_id, f"{row.assessor}, {display_datetime_short(row.starts_at)}") for row in rows
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
        defaults=outcome_values(rows, rows[-1].visit_id if rows else "", now=asked.now),
        follows={"visit": lambda visit: _without_visit(rows, visit, now=asked.now)},
    )


def _without_visit(
    rows: Sequence[VisitRow], visit_id: str | None, *, now: datetime
) -> dict[str, Any]:
    """Return what goes with a visit, but not the visit, which a person has just chosen."""
    values = outcome_values(rows, visit_id or "", now=now)
    del values["visit"]
    return values


def outcome_values(rows: Sequence[VisitRow], visit_id: str, *, now: datetime) -> dict[str, Any]:
    """Return what the outcome's form holds at first for one visit (`now` aware).

    The booked time stands in only once it has come. Before it, and without a visit, what was seen
    is left to the person: an invented start would stop the clock.
    """
    row = next((each for each in rows if each.visit_id == visit_id), None)
    values: dict[str, Any] = {"visit": visit_id or None, "place": "home"}
    if row is None or row.starts_at > now:
        return values | {"outcome": None, "started_at": None, "finished_at": None}
    finished = min(row.ends_at, now)
    return values | {"outcome": "done", "started_at": row.starts_at, "finished_at": finished}


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
