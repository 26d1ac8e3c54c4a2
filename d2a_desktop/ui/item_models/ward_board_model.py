"""The ward board's columns, saved views and peek: how one person's row reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from d2a_desktop.domain.clocks import ClockKind
from d2a_desktop.domain.display import (
    display_born,
    display_date,
    display_datetime_short,
    display_family_name,
    display_given_name,
    display_name,
    display_nhs_number,
)
from d2a_desktop.services.queries.rows import BoardKpis, WardBoardRow
from d2a_desktop.ui.formats.cells import BedCell, ClockCell, PersonCell, TagCell, TextCell
from d2a_desktop.ui.formats.facts import Kpi, PeekFacts
from d2a_desktop.ui.formats.tones import Hue, Tone
from d2a_desktop.ui.formats.words import UNCONFIRMED, count
from d2a_desktop.ui.item_models.clock_cells import case_clock_cell, clock_facts, clock_order
from d2a_desktop.ui.item_models.rows_model import Column, RowsModel

Now = Callable[[], datetime]
STAGE_HUES: Mapping[str, Hue] = {
    "inpatient": Hue.NEUTRAL,
    "nctr": Hue.NEUTRAL,
    "referred": Hue.RED,
    "pathway_confirmed": Hue.RED,
    "offered": Hue.AMBER,
    "accepted": Hue.BLUE,
    "allocated": Hue.BLUE,
    "discharge_planned": Hue.GREEN,
    "at_home": Hue.PURPLE,
    "assessed": Hue.GREEN,
    "under_review": Hue.NEUTRAL,
    "closed": Hue.NEUTRAL,
}
_SOON = timedelta(hours=12)
_STARTED = (ClockKind.RUNNING, ClockKind.LATE_RUNNING, ClockKind.NO_RECORD)


def bed_words(row: WardBoardRow) -> str:
    """Return ward and bed as the one identifier they are."""
    return " ".join(part for part in (row.ward, row.bed) if part)


def flags(row: WardBoardRow, *, shared: bool) -> tuple[tuple[str, Hue], ...]:
    """Return what to know before one relies on a row; `shared`: this desk has a server."""
    found: list[tuple[str, Hue]] = []
    if row.similar_name:
        found.append(("similar name", Hue.AMBER))
    if row.urgent_tasks:
        found.append((count(row.urgent_tasks, "urgent task", "urgent tasks"), Hue.RED))
    if row.pack_superseded:
        found.append(("pack superseded: print anew", Hue.AMBER))
    if row.not_in_extract:
        found.append((f"not in extract of {row.not_in_extract}", Hue.AMBER))
    if row.pending and shared:
        found.append((UNCONFIRMED, Hue.BLUE))
    if row.criteria_stale and row.stage in ("inpatient", "nctr"):
        found.append(("criteria review due", Hue.NEUTRAL))
    return tuple(found)


def clock_cell(row: WardBoardRow, now: datetime) -> ClockCell:
    """Return the row's clock."""
    return case_clock_cell(
        row.clock,
        now=now,
        nctr_since=row.nctr_since,
        provisional_due=row.provisional_due,
        edd=row.edd,
    )


def ward_columns(now: Now, *, shared: Callable[[], bool]) -> tuple[Column[WardBoardRow], ...]:
    """Return the columns; `now` is asked at each painting, so that clocks go on."""

    def bed(row: WardBoardRow) -> BedCell:
        tone = clock_cell(row, now()).tone
        stripe = tone if tone in (Tone.BAD, Tone.WARN) else None
        return BedCell(
            bed_words(row), stripe, {Tone.BAD: "act now", Tone.WARN: "soon"}.get(tone, "")
        )

    def next_step(row: WardBoardRow) -> TextCell:
        below = " · ".join(words for words, _ in flags(row, shared=shared()))
        return TextCell(row.next_action, below)

    return (
        Column("bed", "Bed", bed, bed_words, width=98, always=True),
        Column("person", "Patient", _person, _by_name, _changed, width=200, stretch=2, always=True),
        Column(
            "clock",
            "Clock",
            lambda row: clock_cell(row, now()),
            lambda row: clock_order(row.clock, nctr_since=row.nctr_since),
            width=158,
            moving=True,
            always=True,
        ),
        Column("stage", "Stage", _stage, lambda row: row.stage_label, width=148),
        Column(
            "needs",
            "Needs",
            lambda row: TextCell(row.needs or "—"),
            lambda row: row.needs,
            width=150,
            stretch=1,
            optional=True,
        ),
        Column("match", "Match", _match, lambda row: row.match, width=116, optional=True),
        Column("next", "Next action", next_step, lambda row: row.next_action, width=148, stretch=2),
        Column(
            "owner",
            "Owner",
            lambda row: TextCell(row.owner, tone=Tone.QUIET),
            lambda row: row.owner,
            width=104,
            optional=True,
        ),
        *_extra_columns(shared),
    )


def _extra_columns(shared: Callable[[], bool]) -> tuple[Column[WardBoardRow], ...]:
    """Return the columns that a person may add (UI.md section 9)."""

    def sync_state(row: WardBoardRow) -> TextCell:
        if not shared():
            return TextCell("This desk alone", tone=Tone.QUIET)
        return TextCell(UNCONFIRMED.capitalize() if row.pending else "Confirmed")

    return (
        Column("ward", "Ward", lambda r: _words(r.ward), lambda r: r.ward, width=90, extra=True),
        Column(
            "consultant",
            "Consultant",
            lambda r: _words(r.consultant),
            lambda r: r.consultant,
            width=140,
            extra=True,
        ),
        Column(
            "assessment",
            "Assessment",
            lambda r: _instant(r.assessment_at),
            lambda r: _order(r.assessment_at),
            width=130,
            extra=True,
        ),
        Column(
            "agency",
            "Agency",
            lambda r: _words(r.agency),
            lambda r: r.agency,
            width=150,
            extra=True,
        ),
        Column(
            "start",
            "Start",
            lambda r: _instant(r.starts_at),
            lambda r: _order(r.starts_at),
            width=130,
            extra=True,
        ),
        Column(
            "changed",
            "Last change",
            lambda r: _instant(r.changed_at),
            lambda r: _order(r.changed_at),
            width=130,
            extra=True,
        ),
        Column("sync", "Sync state", sync_state, lambda r: r.pending, width=140, extra=True),
    )


def _words(words: str) -> TextCell:
    return TextCell(words or "—")


def _instant(at: datetime | None) -> TextCell:
    return _words(display_datetime_short(at) if at is not None else "")


def _order(at: datetime | None) -> tuple[bool, float]:
    return (at is None, at.timestamp() if at is not None else 0.0)


def ward_model(now: Now, *, shared: Callable[[], bool]) -> RowsModel[WardBoardRow]:
    """Return the empty model of the board."""
    return RowsModel(
        ward_columns(now, shared=shared), id_of=lambda row: row.case_id, searched=_searched
    )


def _person(row: WardBoardRow) -> PersonCell:
    number = display_nhs_number(row.nhs_number, verified=row.nhs_number_verified)
    return PersonCell(
        display_family_name(row.family_name),
        display_given_name(row.given_name or ""),
        number,
        f"{row.age} y",
        new=bool(row.changed),
    )


def person_cell(row: WardBoardRow) -> PersonCell:
    """Return the person of a row as another list shows them."""
    return replace(_person(row), new=False)


def _changed(row: WardBoardRow) -> str:
    return "\n".join(("Changed since you last looked", *row.changed)) if row.changed else ""


def _by_name(row: WardBoardRow) -> tuple[str, str]:
    return (row.family_name.casefold(), (row.given_name or "").casefold())


def _stage(row: WardBoardRow) -> TagCell:
    hue = STAGE_HUES.get(row.stage, Hue.NEUTRAL)
    return TagCell(row.stage_label, hue, outlined=row.pending)


def _match(row: WardBoardRow) -> TextCell:
    tone = Tone.BAD if row.match == "No agency yet" else Tone.LINK if row.match else Tone.PLAIN
    return TextCell(row.match or "—", tone=tone)


def _searched(row: WardBoardRow) -> str:
    """Every word a row is found by; "medically fit" is a synonym for searching alone."""
    ready = "medically fit ready" if row.nctr_since is not None else ""
    number = row.nhs_number or ""
    parts = (
        *(row.family_name, row.given_name or "", number, display_nhs_number(row.nhs_number)),
        *(row.hospital_number or "", row.case_ref, row.site, bed_words(row), row.stage_label),
        *(row.needs, row.match, row.next_action, row.owner, row.primary_barrier or "", ready),
    )
    return " ".join(parts)


def at_risk(row: WardBoardRow) -> bool:
    """Return whether the assess-at-home clock is over, or has less than 12 hours left."""
    clock = row.clock
    if clock.remaining is not None:
        return clock.remaining <= _SOON
    return clock.kind in _STARTED and clock.over is not None


VIEWS: tuple[tuple[str, str], ...] = (
    ("all", "All"),
    ("ready", "Ready"),
    ("agency", "Awaiting agency"),
    ("today", "Leaving today"),
    ("risk", "Overdue / at risk"),
    ("mine", "Mine"),
)


def view_predicate(
    key: str, *, owners: frozenset[str], today: object
) -> Callable[[WardBoardRow], bool] | None:
    """Return what a saved view keeps; None keeps all. `owners` are the words that mean me."""
    kept: dict[str, Callable[[WardBoardRow], bool]] = {
        "ready": lambda row: row.waiting_days is not None,
        "agency": lambda row: row.stage in ("pathway_confirmed", "offered"),
        "today": lambda row: row.leaving_on == today,
        "risk": at_risk,
        "mine": lambda row: row.owner in owners,
    }
    return kept.get(key)


def board_kpis(kpis: BoardKpis, *, hours: int) -> tuple[Kpi, ...]:
    """Return the cards, each named by its clock; their keys are the saved views they open."""
    longest = count(kpis.longest_wait_days, "day", "days")
    return (
        Kpi(
            "ready",
            str(kpis.ready),
            "Waiting since NCTR",
            f"longest {longest}" if kpis.ready else "",
            Tone.WARN if kpis.longest_wait_days >= 7 else Tone.LINK,
        ),
        Kpi("agency", str(kpis.awaiting_agency), "Awaiting an agency", "pathway confirmed"),
        Kpi("today", str(kpis.leaving_today), "Leaving today", "planned departures", Tone.GOOD),
        Kpi(
            "risk",
            str(kpis.due_within_12_h),
            "Under 12 h left",
            "to assess at home",
            Tone.WARN,
        ),
        Kpi(
            "overdue",
            str(kpis.overdue),
            f"Over {hours} h",
            "not assessed at home",
            Tone.BAD,
        ),
    )


def peek_facts(row: WardBoardRow, now: datetime, *, shared: bool) -> PeekFacts:
    """Return the details beside the list; not the patient banner, and no action but Open."""
    name = display_name(family=row.family_name, given=row.given_name or "", title=row.title or "")
    number = display_nhs_number(row.nhs_number, verified=row.nhs_number_verified)
    hospital = f" · Hospital No. {row.hospital_number}" if row.hospital_number else ""
    clock = clock_cell(row, now)
    facts: list[tuple[str, str] | tuple[str, str, Tone]] = [("Clock", clock.words, clock.tone)]
    facts += clock_facts(
        row.clock, now=now, nctr_since=row.nctr_since, provisional_due=row.provisional_due
    )
    if row.changed:
        facts.append(("Changed", "\n".join(row.changed), Tone.LINK))
    facts += [
        ("Ward and bed", bed_words(row)),
        ("Expected discharge", display_date(row.edd)),
        ("Needs", row.needs or "Not described yet"),
        ("Match", row.match or "None yet"),
        ("Barrier", row.primary_barrier or "None open"),
        (
            "Tasks",
            f"{row.open_tasks} open" + (f", {row.urgent_tasks} urgent" * bool(row.urgent_tasks)),
        ),
        ("Reference", row.case_ref),
    ]
    return PeekFacts(
        row_id=row.case_id,
        title=name,
        lines=(
            f"Born {display_born(row.birth_date, age_years=row.age)} · {row.gender}",
            f"NHS No. {number}{hospital}",
        ),
        tags=(
            (row.stage_label, STAGE_HUES.get(row.stage, Hue.NEUTRAL)),
            *flags(row, shared=shared),
        ),
        stage=row.stage,
        facts=tuple(facts),
        next_action=row.next_action,
        next_detail=row.owner,
    )
