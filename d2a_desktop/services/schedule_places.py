"""Where one person's assessment fits with nothing else moved, by best insertion (milliseconds)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from d2a_desktop.core.clock import london_day
from d2a_desktop.core.settings import Settings
from d2a_desktop.domain.codes import VisitPurpose
from d2a_desktop.domain.display import display_datetime, display_duration
from d2a_desktop.scheduling.insertion import Placement, best_insertions
from d2a_desktop.scheduling.problem import parse
from d2a_desktop.services.case_rows import CaseRows
from d2a_desktop.services.places import Places
from d2a_desktop.services.results import VisitProposal
from d2a_desktop.services.schedule_problems import (
    OPEN_VISITS,
    Diaries,
    VisitWanted,
    load_diaries,
    scheduling_document,
)

# How long the journey home is taken to be, as the departure gate takes it.
_JOURNEY = timedelta(hours=1)
# Late places are shown as late: a place is looked for until so long after the due time.
_LATER = timedelta(days=3)
_EVERY_PLACE = 1000
_USUAL_MINUTES = 60


@dataclass(frozen=True)
class Rules:
    """What holds for every place that is looked for.

    `hours` elapsed after the clock's start is the assessment due (DOMAIN 1.6); `nation` says whose
    bank holidays count; `now` is aware UTC.
    """

    now: datetime
    hours: int
    nation: str
    places: Places

    @classmethod
    def of(cls, settings: Settings, places: Places, *, now: datetime) -> Rules:
        """Return the rules of a desk."""
        return cls(now, settings.assessment_clock_hours, settings.bank_holidays, places)


def clock_start(rows: CaseRows) -> datetime | None:
    """Return when the case's clock started, or is planned to; None without a departure."""
    departure = rows.departure
    if departure is None:
        return None
    return departure.left_at or departure.planned_at


def wished_language(language: str | None) -> str | None:
    """Return the language that somebody should speak, None where English will do."""
    said = (language or "").strip()
    return said if said.lower() not in ("", "english") else None


def wanted_visit(rows: CaseRows, *, clock_from: datetime, minutes: int) -> VisitWanted:
    """Return the case's assessment as the engine is asked for it, if it leaves at `clock_from`."""
    departure, patient = rows.departure, rows.patient
    home_at = departure.arrived_home_at if departure and departure.left_at == clock_from else None
    done = [v for v in rows.visits if v.status == "done" and v.assessor_id]
    return VisitWanted(
        key=rows.spell.id,
        postcode=patient.postcode,
        clock_from=clock_from,
        not_before=home_at or clock_from + _JOURNEY,
        minutes=minutes,
        language=wished_language(patient.language),
        previous_assessor=done[-1].assessor_id if done else None,
    )


def open_assessment_ids(rows: CaseRows) -> list[str]:
    """Return the case's open first assessments: a new place replaces them."""
    return [
        v.id
        for v in rows.visits
        if v.status in OPEN_VISITS and v.purpose == VisitPurpose.FIRST_ASSESSMENT
    ]


def proposals(
    session: Session,
    rows: CaseRows,
    clock_from: datetime,
    *,
    minutes: int,
    rules: Rules,
) -> tuple[VisitProposal, ...]:
    """Return every place, best first: on time, then preferences, least way, earliest."""
    now, hours = rules.now, rules.hours
    diaries = load_diaries(session, without=open_assessment_ids(rows), places=rules.places)
    wanted = wanted_visit(rows, clock_from=clock_from, minutes=minutes)
    due = clock_from + timedelta(hours=hours)
    last = london_day(max(due, now) + _LATER)
    document = scheduling_document(
        "places",
        diaries,
        [wanted],
        now=now,
        last=last,
        deadline_hours=hours,
        nation=rules.nation,
    )
    problem = parse(document)
    found = best_insertions(problem, problem.visits[wanted.key], most=_EVERY_PLACE)
    ranked = sorted(
        found, key=lambda p: (p.minutes_late, p.points, p.extra_travel_minutes, p.start, p.assessor)
    )
    return tuple(_proposal(place, diaries, wanted, due=due) for place in ranked)


def earliest_free(
    session: Session, rows: CaseRows, after: datetime, *, rules: Rules
) -> datetime | None:
    """Return when an assessor is first free for a case that leaves at `after` (all UTC).

    None: nobody is until three days after the due time.
    """
    found = proposals(session, rows, after, minutes=_USUAL_MINUTES, rules=rules)
    return min((place.starts_at for place in found), default=None)


def _proposal(
    place: Placement, diaries: Diaries, wanted: VisitWanted, *, due: datetime
) -> VisitProposal:
    names = diaries.names()
    starts_at = instant_of(place.start)
    late = place.minutes_late
    span = display_duration(starts_at - due)
    kept = f"{span} late" if late else f"{span} before it is due"
    measured = diaries.travel_is_measured(place.assessor, wanted.postcode)
    travel = f"{place.extra_travel_minutes} min more travel"
    parts = [
        f"{names[place.assessor]}, {display_datetime(starts_at, weekday=True)}",
        kept,
        f"{travel} (measured)" if measured else f"about {travel} (estimated)",
    ]
    because = [_named(reason, names) for reason in place.because]
    return VisitProposal(
        assessor_id=place.assessor,
        assessor=names[place.assessor],
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=wanted.minutes),
        travel_minutes=place.extra_travel_minutes,
        travel_estimated=not measured,
        late_by_minutes=late,
        sentence="; ".join([*parts, *because]),
    )


def _named(sentence: str, names: dict[str, str]) -> str:
    for assessor_id, name in names.items():
        sentence = sentence.replace(assessor_id, name)
    return sentence


def instant_of(minute: int) -> datetime:
    """Return the engine's UTC minute as an aware instant."""
    return datetime.fromtimestamp(minute * 60, tz=UTC)
