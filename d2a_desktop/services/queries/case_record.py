"""The single-person record: everything its screen shows, as one frozen value."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from d2a_desktop.core.clock import london_day
from d2a_desktop.core.settings import Settings
from d2a_desktop.domain.code_lists import delay_reason
from d2a_desktop.domain.codes import AllergyState, Gender, OwnerKind, Stage
from d2a_desktop.domain.commands import ACTIONS
from d2a_desktop.domain.display import display_datetime
from d2a_desktop.domain.fields import RECORDS
from d2a_desktop.domain.gate import GateItem, is_open
from d2a_desktop.domain.permissions import RESTRICTED_ROLES, Caller, may
from d2a_desktop.domain.person import age_on
from d2a_desktop.domain.stage import STEPS, reached
from d2a_desktop.domain.tasks import task_kinds
from d2a_desktop.models.base import Synced
from d2a_desktop.services.alarms import Alarm, case_alarms
from d2a_desktop.services.case_clock import case_clock, case_drd, case_waiting
from d2a_desktop.services.case_gate import case_gate
from d2a_desktop.services.case_rows import CaseRows, load_case
from d2a_desktop.services.case_stage import case_stage, criteria_stale
from d2a_desktop.services.completeness import case_completeness
from d2a_desktop.services.find import find_case
from d2a_desktop.services.medicine_lines import lines_that_travel
from d2a_desktop.services.name_alert import alike_on_desk
from d2a_desktop.services.places import Places
from d2a_desktop.services.queries.diary import visit_row
from d2a_desktop.services.queries.offers import offer_row
from d2a_desktop.services.queries.packs import pack_rows
from d2a_desktop.services.queries.rows import (
    Banner,
    BarrierRow,
    CaseView,
    StepState,
    TaskRow,
)
from d2a_desktop.services.queries.timeline import timeline
from d2a_desktop.services.schedule_places import Rules, earliest_free
from d2a_desktop.services.unconfirmed import Unconfirmed, unconfirmed

# Actions that a stage lets a person take, beside those that are always there.
_ALWAYS = ("update", "note", "barrier", "task", "review")


def case_view(
    session: Session,
    caller: Caller,
    wanted: str,
    *,
    now: datetime,
    settings: Settings,
    places: Places,
    synced_at: datetime | None,
) -> CaseView:
    """Return one case's record.

    Raises:
        RefusedError: this desk does not hold it (code "unknown_case").
    """
    rows = load_case(session, find_case(session, wanted))
    waiting = unconfirmed(session, settings, with_fields=True)
    clock = case_clock(rows, now=now, hours=settings.assessment_clock_hours)
    stale_hours = settings.ctr_stale_hours
    standing = case_stage(rows, now=now, stale_hours=stale_hours, overdue=clock.over is not None)
    rules = Rules.of(settings, places, now=now)
    gate = _gate(session, rows, standing.stage, rules=rules)
    if gate:
        standing = standing.with_gate(is_open(gate))
    wait = case_waiting(rows, now=now)
    complete = case_completeness(rows)
    review = rows.reviews[-1] if rows.reviews else None
    found = next((each for each in reversed(rows.visits) if each.need_found), None)
    alarms = case_alarms(rows, now=now, grace_minutes=settings.arrival_alarm_minutes)
    return CaseView(
        case_id=rows.spell.id,
        case_ref=rows.spell.case_ref,
        banner=_banner(rows, now),
        stage=standing.stage.value,
        stage_label=standing.stage.label,
        steps=_steps(standing.stage),
        next_action=alarms[0].words if alarms else standing.next.words,
        clock=clock,
        waiting_days=wait.days if wait else None,
        nctr_since=wait.since if wait else None,
        drd=case_drd(rows),
        provisional_due=clock.due_at if clock.is_approximate else None,
        records=_records(rows),
        lists=_lists(rows),
        restricted_count=len(rows.restricted) if caller.role in RESTRICTED_ROLES else 0,
        completeness_done=complete.done,
        completeness_total=complete.total,
        missing=complete.missing,
        criteria_at=review.decided_at if review else None,
        criteria_by=f"{review.decided_by}, {review.decided_role}" if review else None,
        criteria_applies=tuple(review.applies or ()) if review else (),
        criteria_stale=criteria_stale(rows, now=now, hours=stale_hours),
        gate=gate,
        tasks=tuple(
            [_alarm_row(rows, alarm) for alarm in alarms]
            + [task_row(rows, task) for task in rows.tasks]
        ),
        barriers=tuple(_barrier(b) for b in rows.barriers),
        offers=tuple(offer_row(session, o, now=now, waiting=waiting) for o in rows.offers),
        visits=tuple(visit_row(rows, v, clock=clock, waiting=waiting) for v in rows.visits),
        packs=pack_rows(rows),
        arrivals=tuple(_arrival(rows, card) for card in rows.cards),
        timeline=timeline(rows, waiting),
        pending=waiting.touches((rows.spell.id, *(offer.id for offer in rows.offers))),
        unconfirmed=_unconfirmed(rows, waiting),
        synced_at=synced_at,
        editable=may(caller, "update"),
        actions=_actions(caller, rows, standing.stage),
        similar_name=bool(alike_on_desk(session, [rows.spell.id], now=now)),
        need_found=found.need_found if found else None,
        next_review_on=found.next_review_on if found else None,
    )


def _banner(rows: CaseRows, now: datetime) -> Banner:
    spell, patient = rows.spell, rows.patient
    allergies = tuple(_allergy_words(a) for a in patient.allergies or ())
    return Banner(
        family_name=patient.family_name,
        given_name=patient.given_name,
        title=patient.title,
        preferred_name=patient.preferred_name,
        birth_date=patient.birth_date,
        age=age_on(patient.birth_date, london_day(spell.died_at or now)),
        gender=Gender(patient.gender).label,
        nhs_number=patient.nhs_number,
        nhs_number_verified=patient.nhs_number_status == "01",
        hospital_number=spell.mrn,
        bed=" ".join(part for part in (spell.ward, spell.bed) if part),
        allergy_title=AllergyState(patient.allergy_state).label,
        allergies=allergies,
        died_on=london_day(spell.died_at) if spell.died_at else None,
    )


def _allergy_words(allergy: Any) -> str:
    if isinstance(allergy, dict):
        parts = (allergy.get("substance"), allergy.get("reaction"))
        return ": ".join(str(part) for part in parts if part)
    return str(allergy)


def _steps(stage: Stage) -> tuple[StepState, ...]:
    states = []
    current_found = False
    for label, step in STEPS:
        if reached(stage, step):
            states.append(StepState(label, "done"))
        elif not current_found:
            states.append(StepState(label, "current"))
            current_found = True
        else:
            states.append(StepState(label, "ahead"))
    return tuple(states)


def _unconfirmed(rows: CaseRows, waiting: Unconfirmed) -> frozenset[str]:
    """The fields of one-row records and the lines whose last edit is not confirmed yet."""
    names = {
        f"{entity}.{name}"
        for entity, row in _single(rows).items()
        if row is not None
        for name in waiting.fields.get(row.id, ())
        if name in RECORDS[entity].fields
    }
    lines = (rows.contacts, rows.medicines, rows.equipment, rows.risks)
    return frozenset(names | {row.id for part in lines for row in part if row.id in waiting.rows})


def _single(rows: CaseRows) -> dict[str, Synced | None]:
    return {
        "spell": rows.spell,
        "patient": rows.patient,
        "referral": rows.referral,
        "care_need": rows.need,
        "home": rows.home,
        "consent": rows.consent,
        "departure": rows.departure,
    }


def _records(rows: CaseRows) -> dict[str, dict[str, Any]]:
    return {
        entity: _values(entity, row) for entity, row in _single(rows).items() if row is not None
    }


def _lists(rows: CaseRows) -> dict[str, tuple[dict[str, Any], ...]]:
    many: dict[str, Iterable[Synced]] = {
        "contact": rows.contacts,
        "medicine": rows.medicines,
        "equipment": rows.equipment,
        "risk": rows.risks,
    }
    travel = {line.id for line in lines_that_travel(rows)}
    found = {
        entity: tuple({"id": row.id, **_values(entity, row)} for row in lines)
        for entity, lines in many.items()
    }
    medicines = ({**line, "checked": line["id"] in travel} for line in found["medicine"])
    return found | {"medicine": tuple(medicines)}


def _values(entity: str, row: Synced) -> dict[str, Any]:
    return {name: getattr(row, name) for name in RECORDS[entity].fields}


def _gate(session: Session, rows: CaseRows, stage: Stage, *, rules: Rules) -> tuple[GateItem, ...]:
    departure = rows.departure
    before = stage in (Stage.ACCEPTED, Stage.ALLOCATED, Stage.DISCHARGE_PLANNED)
    if not before and (departure is None or departure.status != "planned"):
        return ()
    planned = departure.planned_at if departure else rules.now
    free = earliest_free(session, rows, planned, rules=rules)
    return case_gate(rows, planned_at=planned, clock_hours=rules.hours, assessor_free_at=free)


def task_row(rows: CaseRows, task: Any) -> TaskRow:
    """Return one task as a row."""
    kind = task_kinds().get(task.kind)
    owner = task.owner_name or OwnerKind(task.owner_kind).label
    return TaskRow(
        task_id=task.id,
        case_id=rows.spell.id,
        case_ref=rows.spell.case_ref,
        kind=task.kind,
        title=task.title,
        owner=owner,
        due_at=task.due_at,
        status=task.status,
        urgent=task.urgent,
        outcomes=tuple(kind.outcomes.items()) if kind else (),
        about=task.note or "",
    )


def _alarm_row(rows: CaseRows, alarm: Alarm) -> TaskRow:
    """An alarm stands among the tasks; it goes when what it waits for has been recorded."""
    return TaskRow(
        task_id="",
        case_id=rows.spell.id,
        case_ref=rows.spell.case_ref,
        kind=alarm.kind,
        title=alarm.words,
        owner="Agency on-call, hub and ward",
        due_at=alarm.due_at,
        status="alarm",
        urgent=True,
        outcomes=(),
        about=alarm.what_to_do,
    )


def _barrier(barrier: Any) -> BarrierRow:
    reason = delay_reason(barrier.reason_code)
    return BarrierRow(
        barrier_id=barrier.id,
        reason_code=barrier.reason_code,
        reason=reason.reason,
        group=reason.group,
        detail=barrier.detail or "",
        owner=barrier.owner_name or "",
        opened_at=barrier.opened_at,
        resolved_at=barrier.resolved_at,
        is_primary=barrier.is_primary,
    )


def _arrival(rows: CaseRows, card: Any) -> tuple[str, str]:
    words = {"active": "in place since", "confirmed": "expected", "ended": "left"}
    seen = {
        "active": next((e.at for e in rows.events if e.kind == "worker_arrived"), None),
        "ended": card.ends_at,
    }
    when = display_datetime(seen.get(card.status) or card.expected_at or card.starts_at)
    return (f"{card.first_name}, {card.role}", f"{words.get(card.status, card.status)} {when}")


def _actions(caller: Caller, rows: CaseRows, stage: Stage) -> tuple[str, ...]:
    fitting = set(_ALWAYS) | _BY_STAGE[stage]
    if rows.departure is not None and rows.departure.status in ("planned", "left"):
        fitting |= {"turn-back"}
    if rows.departure is not None and rows.departure.status == "left":
        fitting |= {"reopen"}
    return tuple(name for name in ACTIONS if name in fitting and may(caller, name))


_BEFORE_HOME = {"withdraw", "refer"}
_BY_STAGE: dict[Stage, set[str]] = {
    Stage.INPATIENT: {"refer"},
    Stage.NCTR: {"refer"},
    Stage.REFERRED: _BEFORE_HOME | {"pathway"},
    Stage.PATHWAY_CONFIRMED: _BEFORE_HOME | {"offer"},
    Stage.OFFERED: _BEFORE_HOME | {"offer", "accept", "decline"},
    Stage.ACCEPTED: _BEFORE_HOME | {"allocate", "hand-back", "visit", "depart", "gate"},
    Stage.ALLOCATED: _BEFORE_HOME | {"allocate", "hand-back", "visit", "depart", "gate", "arrive"},
    Stage.DISCHARGE_PLANNED: _BEFORE_HOME
    | {"allocate", "hand-back", "visit", "depart", "gate", "arrive"},
    Stage.AT_HOME: {"arrive", "visit", "outcome", "end", "allocate"},
    Stage.ASSESSED: {"arrive", "visit", "outcome", "end", "allocate"},
    Stage.UNDER_REVIEW: {"visit", "outcome", "end", "allocate"},
    Stage.CLOSED: set(),
}
