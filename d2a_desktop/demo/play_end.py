"""Paper, what ends and what is taken back, and that all desks agree in the end."""

from __future__ import annotations

from pathlib import Path

from d2a_desktop.demo.cast import Cast
from d2a_desktop.demo.evidence import Step
from d2a_desktop.demo.fates import HERO, Reach, Twist
from d2a_desktop.demo.play_ward import board_round
from d2a_desktop.demo.system import AGENCY, AGENCY_TWO, CARE_HUB, DESKS, WARD, WARD_B
from d2a_desktop.domain.commands import AddNote, EndPlacement, ReviewCriteria, UpdateRecord
from d2a_desktop.services.queries.rows import WardBoardRow

_PRINTS = ("handover", "assessment", "patient", "offer_sheet")


def paper(cast: Cast, step: Step) -> None:
    """Step 11: four kinds of print; a changed record marks the earlier ones as superseded."""
    hero = cast.hero
    sizes = {name: _size(cast.files.get(name)) for name in _PRINTS}
    before = {pack.kind: pack for pack in cast.view(WARD, hero).packs}
    step.fact(
        files={name: cast.files[name].name for name in _PRINTS if name in cast.files},
        prints={
            kind: f"version {pack.version}, {pack.pages} pages, by {pack.printed_by}"
            for kind, pack in before.items()
        },
    )
    step.holds("Handover, assessment, patient and offer sheet are PDFs", all(sizes.values()))
    step.holds(
        "Each print is recorded with version, pages and who printed it, none of them a draft",
        {"handover", "assessment", "patient"} <= set(before)
        and all(p.printed_by and p.pages and not p.draft for p in before.values()),
    )
    step.holds("The pack given is of the record as it was", not before["handover"].superseded)
    cast.at(cast.ago(hours=3))
    change = UpdateRecord(values={"referral": {"red_flags": "Short of breath: ring 111 at once"}})
    cast.do(WARD, hero, "update", change)
    after = {pack.kind: pack for pack in cast.view(WARD, hero).packs}
    step.holds("A changed record marks the print as superseded", after["handover"].superseded)


def _size(path: Path | None) -> int:
    """Return a PDF's length in bytes, 0 for anything that is none."""
    if path is None or not path.is_file():
        return 0
    data = path.read_bytes()
    return len(data) if data.startswith(b"%PDF-") and b"%%EOF" in data[-64:] else 0


def end_well(cast: Cast, step: Step) -> None:
    """Step 12: placements end, records are taken back, every desk sees what it may see."""
    hero = cast.hero
    cast.system.sync(WARD, AGENCY)
    step.fact(found_by_the_agency_before_the_end=cast.found(AGENCY, hero))
    _ends(cast)
    report = cast.system.sync(AGENCY)[AGENCY]
    purged = report.purged + cast.system.sync(AGENCY)[AGENCY].purged
    cast.system.sync(CARE_HUB, WARD)
    step.fact(found_by_the_agency_after=cast.found(AGENCY, hero), rows_purged=purged)
    step.holds(
        "After the end the agency finds nothing, the record is gone from its desk",
        cast.found(AGENCY, hero) == 0 and not cast.holds_record(AGENCY, hero) and purged > 0,
    )
    step.holds("The worker is free again and stays on the agency's own roster", _grace_free(cast))
    step.holds(
        "Ward and hub keep the record, closed",
        [cast.view(desk, hero).stage for desk in (WARD, CARE_HUB)] == ["closed", "closed"],
    )
    step.holds(
        "The other hospital, the other agency and its desk never saw the person",
        not cast.holds_record(WARD_B, hero) and not cast.holds_record(AGENCY_TWO, hero),
    )
    _criteria_met_again(cast, step)


def _ends(cast: Cast) -> None:
    for person in cast.reaching(Reach.HOME, lambda p: p.times.leave):
        if person.has(Twist.DIED_AT_HOME):
            reason, at = "died", cast.ago(hours=15)
        elif person.key == HERO:
            reason, at = "independent", cast.ago(hours=2)
        elif person.reach is Reach.ENDED:
            reason, at = "step_down_visits", cast.ago(days=2)
        else:
            continue
        cast.at(at)
        cast.do(cast.agency_of(person), person, "end", EndPlacement(reason=reason, at=at))


def _grace_free(cast: Cast) -> bool:
    desk = cast.system[AGENCY]
    worker = cast.workers[HERO]
    row = next(r for r in desk.queries.workers(desk.caller) if r.worker_id == worker)
    return not any(bar.kind == "booked" and bar.ends_at > cast.now for bar in row.blocks)


def _criteria_met_again(cast: Cast, step: Step) -> None:
    """Two people meet the criteria again: offers are withdrawn; one is ready once more later."""
    accepted = next(p for p in cast.people if p.has(Twist.MET_AGAIN))
    again = next(p for p in cast.people if p.has(Twist.READY_AGAIN))
    held = cast.holds_record(AGENCY, accepted)
    cast.at(cast.ago(hours=50))
    first_drd = cast.view(WARD, again).drd
    cast.do(WARD, again, "review", _sepsis())
    cast.at(cast.ago(hours=6))
    told = cast.do(WARD, accepted, "review", _sepsis())
    cast.at(cast.ago(hours=5))
    cast.do(
        WARD, again, "review", ReviewCriteria(decided_by="Dr B Trial", decided_role="consultant")
    )
    cast.system.sync(WARD, AGENCY, CARE_HUB)
    view = cast.view(CARE_HUB, again)
    step.fact(
        cascade=list(told.cascaded),
        offers_of_the_one_who_met_again=[o.status for o in view.offers],
        discharge_ready_date={"first": str(first_drd), "now": str(view.drd)},
    )
    step.holds(
        "Criteria met again: offers are withdrawn, and the agency that had accepted is purged",
        {o.status for o in view.offers} == {"withdrawn"}
        and held
        and not cast.holds_record(AGENCY, accepted),
    )
    step.holds("Ready again: the discharge ready date starts anew", view.drd != first_drd)


def _sepsis() -> ReviewCriteria:
    return ReviewCriteria(
        decided_by="Dr B Trial", decided_role="consultant", applies=("CTR04", "CTR08")
    )


def finish(cast: Cast, step: Step) -> None:
    """Step 12, later: the wards' day goes on, then every desk exchanges and they agree."""
    board_round(cast)
    _notes(cast)
    cast.at(None)
    names = [plan.name for plan in DESKS]
    cast.system.sync(*names)
    cast.system.sync(*names)
    lights = {name: cast.system[name].exchange.light() for name in names}
    step.fact(
        sync={name: light.words for name, light in lights.items()},
        people=len(cast.refs),
        stages=_stages(cast),
    )
    step.holds(
        "Every desk is synchronised and nothing waits",
        all(light.state == "synced" and light.pending == 0 for light in lights.values()),
    )
    step.holds("All desks agree on where each person stands", _agree(cast))


def _notes(cast: Cast) -> None:
    for key, words in (("ready_long", "Family asked for a meeting on Monday"),
                       ("ready_week", "Therapy will see the stairs today")):  # fmt: skip
        cast.at(cast.ago(hours=2))
        cast.do(WARD, cast.person(key), "note", AddNote(text=words))


def _stages(cast: Cast) -> dict[str, int]:
    """Count the stages as the wards' boards show them; who left the board long ago is closed."""
    counts: dict[str, int] = {}
    for desk in (WARD, WARD_B):
        for row in _board(cast, desk).values():
            counts[row.stage] = counts.get(row.stage, 0) + 1
    return counts


def _board(cast: Cast, desk_name: str) -> dict[str, WardBoardRow]:
    desk = cast.system[desk_name]
    return {row.case_ref: row for row in desk.queries.ward_board(desk.caller).rows}


def _agree(cast: Cast) -> bool:
    """Return whether the hub's board says of each referred person what the ward's says."""
    hub = _board(cast, CARE_HUB)
    wards = _board(cast, WARD) | _board(cast, WARD_B)
    referred = [cast.refs[p.key] for p in cast.people if p.reach >= Reach.REFERRED]
    seen = [ref for ref in referred if ref in wards or ref in hub]
    return len(seen) > len(referred) // 2 and all(
        ref in hub
        and ref in wards
        and (hub[ref].stage, hub[ref].clock.kind) == (wards[ref].stage, wards[ref].clock.kind)
        for ref in seen
    )
