"""The ward board's columns, saved views and peek: how one person's row reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from d2a_desktop.domain.clocks import ClockKind
from d2a_desktop.domain.codes import Stage
from d2a_desktop.domain.display import (
    NOT_KNOWN,
    NOT_RECORDED,
    display_born,
    display_date,
    display_datetime_short,
    display_family_name,
    display_given_name,
    display_name,
    display_nhs_number,
)
from d2a_desktop.ui.formats.cells import BedCell, ClockCell, PersonCell, TagCell, TextCell
from d2a_desktop.ui.formats.clocks import no_clock
from d2a_desktop.ui.formats.facts import Kpi, PeekFacts
from d2a_desktop.ui.formats.language import plural, tr
from d2a_desktop.ui.formats.tones import Hue, Tone
from d2a_desktop.ui.formats.words import UNCONFIRMED
from d2a_desktop.ui.item_models.clock_cells import case_clock_cell, clock_facts, clock_order
from d2a_desktop.ui.item_models.rows_model import Column, RowsModel

if TYPE_CHECKING:
    from d2a_desktop.services.queries.rows import BoardKpis, WardBoardRow

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
_LEFT_THE_WARD = frozenset({"at_home", "assessed", "under_review", "closed"})
_SOON = timedelta(hours=12)
_STARTED = (ClockKind.RUNNING, ClockKind.LATE_RUNNING, ClockKind.NO_RECORD)


def bed_words(row: WardBoardRow) -> str:
    """Return ward and bed as the one identifier they are."""
    return " ".join(part for part in (row.ward, row.bed) if part)


def place_words(row: WardBoardRow) -> str:
    """Return ward and bed; of somebody who left, that they did: it may be another's bed now."""
    if row.stage in _LEFT_THE_WARD and bed_words(row):
        return tr("left {bed}", bed=bed_words(row))
    return bed_words(row)


def flags(row: WardBoardRow, *, shared: bool) -> tuple[tuple[str, Hue], ...]:
    """Return what to know before one relies on a row; `shared`: this desk has a server."""
    found: list[tuple[str, Hue]] = []
    if row.similar_name:
        found.append((tr("similar name"), Hue.AMBER))
    if row.urgent_tasks:
        found.append((plural(row.urgent_tasks, "urgent task", "urgent tasks"), Hue.RED))
    if row.pack_superseded:
        found.append((tr("pack superseded: print anew"), Hue.AMBER))
    if row.not_in_extract:
        found.append((tr("not in extract of {day}", day=row.not_in_extract), Hue.AMBER))
    if row.pending and shared:
        found.append((tr(UNCONFIRMED), Hue.BLUE))
    if row.criteria_stale and row.stage in ("inpatient", "nctr"):
        found.append((tr("criteria review due"), Hue.NEUTRAL))
    return tuple(found)


def clock_cell(row: WardBoardRow, now: datetime) -> ClockCell:
    """Return the row's clock; who has gone without this program is not said to be on the ward."""
    if row.stage == Stage.CLOSED and row.clock.kind is ClockKind.WAITING:
        return no_clock(tr("Closed"))
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
        why = {Tone.BAD: tr("act now"), Tone.WARN: tr("soon")}.get(tone, "")
        return BedCell(place_words(row), stripe, why)

    def next_step(row: WardBoardRow) -> TextCell:
        below = " · ".join(words for words, _ in flags(row, shared=shared()))
        return TextCell(tr(row.next_action), below)

    return (
        Column("bed", tr("Bed"), bed, bed_words, width=98, always=True),
        Column(
            "person",
            tr("Patient"),
            _person,
            _by_name,
            _changed,
            width=200,
            stretch=2,
            always=True,
        ),
        Column(
            "clock",
            tr("Clock"),
            lambda row: clock_cell(row, now()),
            lambda row: clock_order(row.clock, nctr_since=row.nctr_since),
            width=158,
            moving=True,
            always=True,
        ),
        Column(
            "stage",
            tr("Stage"),
            _stage,
            lambda row: row.stage_label,
            lambda row: tr(row.stage_label),
            width=148,
        ),
        Column(
            "needs",
            tr("Needs"),
            lambda row: TextCell(_each(row.needs) or "—"),
            lambda row: row.needs,
            width=150,
            stretch=1,
            optional=True,
        ),
        Column("match", tr("Match"), _match, lambda row: row.match, width=116, optional=True),
        Column(
            "next",
            tr("Next action"),
            next_step,
            lambda row: row.next_action,
            width=148,
            stretch=2,
        ),
        Column(
            "owner",
            tr("Owner"),
            lambda row: TextCell(tr(row.owner), tone=Tone.QUIET),
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
            return TextCell(tr("This desk alone"), tone=Tone.QUIET)
        return TextCell(tr(UNCONFIRMED).capitalize() if row.pending else tr("Confirmed"))

    return (
        Column(
            "ward", tr("Ward"), lambda r: _words(r.ward), lambda r: r.ward, width=90, extra=True
        ),
        Column(
            "consultant",
            tr("Consultant"),
            lambda r: _words(r.consultant),
            lambda r: r.consultant,
            width=140,
            extra=True,
        ),
        Column(
            "assessment",
            tr("Assessment"),
            lambda r: _instant(r.assessment_at),
            lambda r: _order(r.assessment_at),
            width=130,
            extra=True,
        ),
        Column(
            "agency",
            tr("Agency"),
            lambda r: _words(r.agency),
            lambda r: r.agency,
            width=150,
            extra=True,
        ),
        Column(
            "start",
            tr("Start"),
            lambda r: _instant(r.starts_at),
            lambda r: _order(r.starts_at),
            width=130,
            extra=True,
        ),
        Column(
            "changed",
            tr("Last change"),
            lambda r: _instant(r.changed_at),
            lambda r: _order(r.changed_at),
            width=130,
            extra=True,
        ),
        Column("sync", tr("Sync state"), sync_state, lambda r: r.pending, width=140, extra=True),
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
    number = _number(row)
    return PersonCell(
        display_family_name(row.family_name),
        display_given_name(row.given_name or ""),
        number,
        tr("{age} y", age=row.age),
        new=bool(row.changed),
    )


def _number(row: WardBoardRow) -> str:
    """Return the NHS number as `display_nhs_number` does, in the language of the screen."""
    if row.nhs_number is None:
        return tr(NOT_KNOWN)
    number = display_nhs_number(row.nhs_number)
    return number if row.nhs_number_verified else tr("{number} (not verified)", number=number)


def person_cell(row: WardBoardRow) -> PersonCell:
    """Return the person of a row as another list shows them."""
    return replace(_person(row), new=False)


def _changed(row: WardBoardRow) -> str:
    return "\n".join((tr("Changed since you last looked"), *row.changed)) if row.changed else ""


def _by_name(row: WardBoardRow) -> tuple[str, str]:
    return (row.family_name.casefold(), (row.given_name or "").casefold())


def _stage(row: WardBoardRow) -> TagCell:
    hue = STAGE_HUES.get(row.stage, Hue.NEUTRAL)
    return TagCell(tr(row.stage_label), hue, outlined=row.pending)


def _match(row: WardBoardRow) -> TextCell:
    tone = Tone.BAD if row.match == "No agency yet" else Tone.LINK if row.match else Tone.PLAIN
    return TextCell(_offers_out(row.match) or "—", tone=tone)


def _offers_out(match: str) -> str:
    """Return who will care in the language of the screen; a first name stays as it is."""
    number, _, rest = match.partition(" ")
    if number.isdigit() and rest in ("offer out", "offers out"):
        return plural(int(number), "offer out", "offers out")
    return tr(match) if match else ""


def _each(parts: str) -> str:
    """Return words joined by a middle dot, each in the language of the screen."""
    return " · ".join(tr(part) for part in parts.split(" · ")) if parts else ""


def _searched(row: WardBoardRow) -> str:
    """Every word a row is found by; "medically fit" is a synonym for searching alone."""
    ready = "medically fit ready" if row.nctr_since is not None else ""
    number = row.nhs_number or ""
    parts = (
        *(row.family_name, row.given_name or "", number, display_nhs_number(row.nhs_number)),
        *(row.hospital_number or "", row.case_ref, row.site, bed_words(row), row.stage_label),
        *(row.needs, row.match, row.next_action, row.owner, row.primary_barrier or "", ready),
        *(tr(row.stage_label), tr(row.next_action), tr(row.owner)),
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
    longest = plural(kpis.longest_wait_days, "day", "days")
    return (
        Kpi(
            "ready",
            str(kpis.ready),
            tr("Waiting since NCTR"),
            tr("longest {span}", span=longest) if kpis.ready else "",
            Tone.WARN if kpis.longest_wait_days >= 7 else Tone.LINK,
        ),
        Kpi("agency", str(kpis.awaiting_agency), tr("Awaiting an agency"), tr("pathway confirmed")),
        Kpi(
            "today",
            str(kpis.leaving_today),
            tr("Leaving today"),
            tr("planned departures"),
            Tone.GOOD,
        ),
        Kpi(
            "risk",
            str(kpis.due_within_12_h),
            tr("Under 12 h left"),
            tr("to assess at home"),
            Tone.WARN,
        ),
        Kpi(
            "overdue",
            str(kpis.overdue),
            tr("Over {hours} h", hours=hours),
            tr("not assessed at home"),
            Tone.BAD,
        ),
    )


def _tasks(row: WardBoardRow) -> str:
    urgent = tr("{number} urgent", number=row.urgent_tasks) if row.urgent_tasks else ""
    return ", ".join(part for part in (tr("{number} open", number=row.open_tasks), urgent) if part)


def peek_facts(row: WardBoardRow, now: datetime, *, shared: bool) -> PeekFacts:
    """Return the details beside the list; not the patient banner, and no action but Open."""
    name = display_name(family=row.family_name, given=row.given_name or "", title=row.title or "")
    number = _number(row)
    numbers = [tr("NHS No. {number}", number=number)]
    if row.hospital_number:
        numbers.append(tr("Hospital No. {number}", number=row.hospital_number))
    born = display_born(row.birth_date, age_years=row.age)
    clock = clock_cell(row, now)
    facts: list[tuple[str, str] | tuple[str, str, Tone]] = [(tr("Clock"), clock.words, clock.tone)]
    facts += clock_facts(
        row.clock,
        now=now,
        nctr_since=row.nctr_since,
        provisional_due=row.provisional_due,
        counting=False,
    )
    if row.changed:
        facts.append((tr("Changed"), "\n".join(row.changed), Tone.LINK))
    facts += [
        (tr("Ward and bed"), bed_words(row)),
        (tr("Expected discharge"), display_date(row.edd, null=tr(NOT_RECORDED))),
        (tr("Needs"), _each(row.needs) or tr("Not described yet")),
        (tr("Match"), _offers_out(row.match) or tr("None yet")),
        (tr("Barrier"), row.primary_barrier or tr("None open")),
        (tr("Tasks"), _tasks(row)),
        (tr("Reference"), row.case_ref),
    ]
    return PeekFacts(
        row_id=row.case_id,
        title=name,
        lines=(
            tr("Born {born}", born=born) + f" · {tr(row.gender)}",
            *numbers,
        ),
        tags=(
            (tr(row.stage_label), STAGE_HUES.get(row.stage, Hue.NEUTRAL)),
            *flags(row, shared=shared),
        ),
        stage=row.stage,
        facts=tuple(facts),
        next_action=tr(row.next_action),
        next_detail=tr(row.owner),
    )
