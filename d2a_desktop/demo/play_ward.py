"""The ward's part: extracts taken in, criteria to reside reviewed, people referred."""

from __future__ import annotations

import csv
import json
from datetime import datetime, timedelta
from pathlib import Path

from d2a_desktop.demo.cast import Cast
from d2a_desktop.demo.evidence import Step
from d2a_desktop.demo.extract import csv_text, pas_rows, spoil
from d2a_desktop.demo.fates import HOSPITAL_A, HOSPITAL_B, Reach, Twist
from d2a_desktop.demo.people import EXTRACT_DAYS, DemoPerson
from d2a_desktop.demo.records import early_record, referral_record
from d2a_desktop.demo.system import CARE_HUB, WARD, WARD_B
from d2a_desktop.domain.commands import (
    ChangeBarrier,
    ConfirmPathway,
    Refer,
    ReviewCriteria,
    UpdateRecord,
    Withdraw,
)
from d2a_desktop.services.queries.rows import WardBoardRow

_SITES = {WARD: HOSPITAL_A, WARD_B: HOSPITAL_B}
_FAULTS = ("digit", "ward", "date")
_BARRIERS = ("HP05", "CAP03", "CTH01", "WB04", "IP04")


def take_in(cast: Cast, step: Step) -> None:
    """Step 1: two extracts of each hospital, refusals mended and brought again."""
    first, second = EXTRACT_DAYS
    for name in (WARD, WARD_B):
        _import(cast, name, cast.ago(days=first), "first")
    _note_references(cast)
    with_faults = _spoilt(cast)
    at = cast.ago(days=second)
    file = _write_extract(cast, WARD, at, "second", with_faults)
    cast.at(at)
    desk = cast.system[WARD]
    refused_to = cast.system.out / "refused-rows.csv"
    report = desk.imports.pas_csv(desk.caller, file, refused_to=refused_to)
    _save_report(cast, "import-report.json", report.to_document())
    cast.files |= {"refused_rows": refused_to}
    step.fact(
        accepted=report.accepted,
        unchanged=report.unchanged,
        refused=[f"line {r.line}, {r.column}: {r.reason}" for r in report.refused],
    )
    step.holds(
        "Rows with a wrong check digit, no ward and an impossible date came back with line and "
        "reason; the rest went in",
        len(report.refused) == len(_FAULTS) and report.accepted > 0,
    )
    hero = cast.hero
    step.holds(
        "Nothing of a refused row is on the board",
        not any(r.hospital_number == hero.mrn for r in desk.queries.ward_board(desk.caller).rows),
    )
    mended = _mend(cast, refused_to)
    again = desk.imports.pas_csv(desk.caller, mended)
    step.fact(mended_accepted=again.accepted, mended_refused=len(again.refused))
    step.holds(
        "The mended file of refused rows went in whole",
        (again.accepted, len(again.refused)) == (len(_FAULTS), 0),
    )
    same = desk.imports.pas_csv(desk.caller, mended)
    step.holds(
        "The same file again changed nothing",
        (same.accepted, same.changed, len(same.refused)) == (0, 0, 0),
    )
    _import(cast, WARD_B, at, "second")
    _note_references(cast)
    step.fact(case=cast.refs.get(hero.key))


def newest_extract(cast: Cast, step: Step) -> None:
    """Step 1, later: this morning's extracts; a missing spell is not taken as discharged."""
    at = cast.at(cast.ago(hours=1))
    reports = {desk: _import(cast, desk, at, "today") for desk in (WARD, WARD_B)}
    _note_references(cast)
    missing = next(p for p in cast.people if p.has(Twist.NOT_IN_EXTRACT))
    row = _board_row(cast, WARD, missing)
    step.fact(
        today_accepted=sum(r["accepted"] for r in reports.values()),
        today_changed=sum(r["changed"] for r in reports.values()),
        not_in_extract_of=row.not_in_extract if row else None,
        stage_of_the_missing=row.stage if row else None,
    )
    step.holds(
        "A spell that the newest extract leaves out stays, marked with its site",
        row is not None and row.not_in_extract == missing.site and row.stage == "inpatient",
    )


def _import(cast: Cast, desk_name: str, at: datetime, name: str) -> dict[str, int]:
    file = _write_extract(cast, desk_name, at, name, {})
    cast.at(at)
    desk = cast.system[desk_name]
    report = desk.imports.pas_csv(desk.caller, file)
    return {"accepted": report.accepted, "changed": report.changed}


def _write_extract(cast: Cast, desk: str, at: datetime, name: str, faults: dict[str, str]) -> Path:
    people = [p for p in cast.people if p.scenario.hospital == _SITES[desk]]
    since = None
    if name == "today":
        people = [p for p in people if not p.has(Twist.NOT_IN_EXTRACT)]
        since = cast.ago(days=EXTRACT_DAYS[1])
    rows = pas_rows(people, at=at, since=since)
    if name == "today" and rows:
        rows[-1]["bed"] = "Side room 1"
    file = cast.system.out / f"pas-extract-{_SITES[desk].lower()}-{name}.csv"
    file.write_text(csv_text(spoil(rows, faults)), encoding="utf-8", newline="")
    return file


def _spoilt(cast: Cast) -> dict[str, str]:
    """Return which rows of the second extract are wrong: the hero's, and two others new in it."""
    seen, at = (cast.ago(days=days) for days in EXTRACT_DAYS)
    fresh = [
        p
        for p in cast.people
        if p.scenario.hospital == HOSPITAL_A and seen < p.admitted_at <= at and p.nhs_number
    ]
    others = [p for p in fresh if p.key != cast.hero.key]
    return dict(zip((p.spell for p in (cast.hero, *others)), _FAULTS, strict=False))


def _mend(cast: Cast, refused: Path) -> Path:
    """Put the right values into the file of refused rows, as a person would."""
    with refused.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        rows, header = list(reader), list(reader.fieldnames or ())
    true_rows = {row["spell"]: row for row in pas_rows(cast.people, at=cast.system.clock.now())}
    for row in rows:
        row |= {name: true_rows[row["spell"]][name] for name in ("nhs_number", "ward", "dob")}
    mended = refused.with_name("refused-rows-mended.csv")
    mended.write_text(csv_text(rows, header), encoding="utf-8", newline="")
    return mended


def _save_report(cast: Cast, name: str, document: object) -> None:
    path = cast.system.out / name
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    cast.files["import_report"] = path


def _note_references(cast: Cast) -> None:
    for desk in (WARD, WARD_B):
        one = cast.system[desk]
        known = {
            row.hospital_number: row.case_ref for row in one.queries.ward_board(one.caller).rows
        }
        for person in cast.people:
            if cast.ward_of(person) == desk and person.mrn in known:
                cast.refs[person.key] = known[person.mrn]


def _board_row(cast: Cast, desk: str, person: DemoPerson) -> WardBoardRow | None:
    one = cast.system[desk]
    rows = one.queries.ward_board(one.caller).rows
    return next((row for row in rows if row.case_ref == cast.refs[person.key]), None)


def make_ready(cast: Cast, step: Step) -> None:
    """Step 2: criteria to reside, reviewed by clinicians, entered by the ward."""
    hero = cast.hero
    before = (hero.times.ready or cast.now) - timedelta(days=1)
    cast.at(before)
    still_in = cast.do(WARD, hero, "review", _review(("CTR08",)))
    cast.at(hero.times.ready)
    ready = cast.do(WARD, hero, "review", _review())
    view = cast.view(WARD, hero)
    step.fact(
        stage_with_a_criterion=still_in.stage,
        stage_without=ready.stage,
        discharge_ready_date=str(view.drd),
        decided_by=view.criteria_by,
        entered_by=cast.system[WARD].caller.name,
    )
    step.holds(
        "With one criterion the person stays an inpatient; with none a period starts",
        (still_in.stage, ready.stage) == ("inpatient", "nctr"),
    )
    step.holds("The discharge ready date is derived from the period", view.drd is not None)
    step.holds(
        "Who decided is kept apart from who entered it",
        view.criteria_by and cast.system[WARD].caller.name not in view.criteria_by,
    )
    round_of = board_round(cast, known_only=True)
    step.fact(reviewed_in_board_rounds=round_of)
    step.holds("The board round went through the wards", round_of > 20)


def board_round(cast: Cast, *, known_only: bool = False) -> int:
    """Review everybody who is known and not yet reviewed, in the order of the decisions."""
    done = 0
    for person in sorted(cast.people, key=lambda p: p.times.ready or p.admitted_at):
        if person.key == cast.hero.key or person.key not in cast.refs:
            continue
        if person.key in cast.reviewed:
            continue
        desk = cast.ward_of(person)
        if person.reach >= Reach.READY and not person.has(Twist.EARLY):
            cast.at(person.times.ready)
            cast.do(desk, person, "review", _review())
            cast.reviewed.add(person.key)
            if person.reach is Reach.READY:
                code = cast.rng.choice(_BARRIERS)
                cast.do(desk, person, "barrier", ChangeBarrier(reason_code=code, primary=True))
            done += 1
        elif person.reach is Reach.INPATIENT and "2" not in person.key:
            cast.at(None if not known_only else cast.ago(hours=20))
            code = cast.rng.choice(("CTR02", "CTR04", "CTR08", "CTR09"))
            cast.do(desk, person, "review", _review((code,)))
            cast.reviewed.add(person.key)
            done += 1
    return done


def _review(applies: tuple[str, ...] = ()) -> ReviewCriteria:
    return ReviewCriteria(
        decided_by="Dr A Sample",
        decided_role="consultant",
        applies=applies,
        up_and_dressed=not applies,
    )


def refer(cast: Cast, step: Step) -> None:
    """Step 3: referrals with their minimum data set, and the hub's decision on the pathway."""
    hero = cast.hero
    cast.system.sync(WARD, CARE_HUB)
    step.holds(
        "Before the referral the hub finds nothing under the NHS number",
        cast.found(CARE_HUB, hero) == 0,
    )
    cast.at(hero.times.refer)
    words, reasons = cast.refused(WARD, hero, "refer", Refer())
    step.fact(incomplete=words, missing=len(reasons))
    step.holds("An incomplete referral is not sent, and says what is missing", reasons)
    for person in cast.reaching(Reach.REFERRED, lambda p: p.times.refer):
        _refer_one(cast, person)
    view = cast.view(WARD, hero)
    step.fact(completeness=f"{view.completeness_done} of {view.completeness_total}")
    cast.system.sync(WARD, WARD_B, CARE_HUB)
    step.holds("After the referral the hub finds the person", cast.found(CARE_HUB, hero) == 1)
    for person in cast.reaching(Reach.REFERRED, lambda p: p.times.refer):
        _decide(cast, person)
    seen = cast.view(CARE_HUB, hero)
    step.fact(stage_at_the_hub=seen.stage)
    step.holds("The hub's decision names the pathway", seen.stage == "pathway_confirmed")
    cast.system.sync(CARE_HUB, WARD, WARD_B)
    step.holds("The ward sees the decision", cast.view(WARD, hero).stage == "pathway_confirmed")


def _refer_one(cast: Cast, person: DemoPerson) -> None:
    desk = cast.ward_of(person)
    cast.at(person.times.refer)
    if person.has(Twist.EARLY):
        record = early_record(person, now=cast.now)
        cast.do(desk, person, "refer", Refer(record=record, early=True))
        return
    record = referral_record(person, cast.rng, now=cast.now)
    cast.do(desk, person, "refer", Refer(record=record))


def _decide(cast: Cast, person: DemoPerson) -> None:
    if person.has(Twist.RETURNED_TO_WARD):
        cast.at((person.times.refer or cast.now) + timedelta(hours=3))
        reason = "The home's heating is not described"
        cast.do(CARE_HUB, person, "pathway", ConfirmPathway(return_reason=reason))
    if person.has(Twist.PERSON_REFUSES):
        _person_refuses(cast, person)
    if person.reach < Reach.PATHWAY:
        return
    cast.at(person.times.pathway)
    bed = person.has(Twist.OTHER_PATHWAY)
    cast.do(
        CARE_HUB,
        person,
        "pathway",
        ConfirmPathway(
            pathway="P2" if bed else "P1",
            rationale="Needs rehabilitation in a bed first" if bed else "Can recover at home",
            decided_by="Hanna Hubner-Trial",
            decided_role="Case manager",
            options=("P1", "P2"),
            took_part=("Therapy", "Social work", "Ward nurse"),
            service="Community hospital" if bed else "Live-in care, discharge to assess",
            predicted_need="Help of one person, day and night, four weeks",
            funding_confirmed=True,
        ),
    )


def _person_refuses(cast: Cast, person: DemoPerson) -> None:
    """A refusal by a person with capacity: the consent says so and the referral is withdrawn."""
    desk = cast.ward_of(person)
    cast.at((person.times.refer or cast.now) + timedelta(hours=6))
    cast.do(desk, person, "update", UpdateRecord(values={"consent": {"person_agrees": "no"}}))
    cast.do(desk, person, "withdraw", Withdraw(reason="05"))
