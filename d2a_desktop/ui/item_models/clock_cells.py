"""The clock of a case as a cell: waiting before departure, assess at home after it, never both."""

from __future__ import annotations

from datetime import date, datetime

from d2a_desktop.domain.clocks import ClockKind, ClockState
from d2a_desktop.domain.display import display_date, display_datetime_short
from d2a_desktop.ui.formats.cells import ClockCell
from d2a_desktop.ui.formats.clocks import home_clock, no_clock, stopped_clock, waiting_clock
from d2a_desktop.ui.formats.language import tr
from d2a_desktop.ui.formats.tones import Tone
from d2a_desktop.ui.formats.words import day_and_time, since

_TICKING = (ClockKind.RUNNING, ClockKind.LATE_RUNNING)


def case_clock_cell(
    clock: ClockState,
    *,
    now: datetime,
    nctr_since: datetime | None,
    provisional_due: datetime | None,
    edd: date | None = None,
) -> ClockCell:
    """Return the one clock that counts for a case now (PRODUCT section 3)."""
    if clock.kind in _TICKING and clock.started_at and clock.due_at:
        return home_clock(left_at=clock.started_at, due=clock.due_at, now=now)
    if clock.kind is ClockKind.NO_RECORD and clock.due_at:
        was_due = tr("was due {when}", when=day_and_time(clock.due_at, now))
        said = f"{clock.reason}; {was_due}"
        return ClockCell(tr("No record yet"), Tone.WARN, below=was_due, alarm=True, said=said)
    if clock.kind in (ClockKind.MET, ClockKind.LATE) and clock.stopped_at and clock.due_at:
        return stopped_clock(assessed_at=clock.stopped_at, due=clock.due_at, now=now)
    if clock.kind is ClockKind.EXCLUDED:
        return no_clock(tr("Excluded"), clock.reason)
    return _on_the_ward(clock, now=now, since=nctr_since, approx_due=provisional_due, edd=edd)


def _on_the_ward(
    clock: ClockState,
    *,
    now: datetime,
    since: datetime | None,
    approx_due: datetime | None,
    edd: date | None,
) -> ClockCell:
    if since is not None:
        return waiting_clock(nctr_since=since, now=now, approx_due=approx_due)
    if clock.kind is ClockKind.VOID:
        return no_clock(tr("Void"), clock.reason)
    return no_clock(tr("On the ward"), tr("EDD {day}", day=display_date(edd)[:6]) if edd else "")


def clock_order(clock: ClockState, *, nctr_since: datetime | None) -> tuple[int, float]:
    """Return the key that sorts by clock: overdue, least time left, longest wait, the rest."""
    if clock.kind in (*_TICKING, ClockKind.NO_RECORD) and clock.due_at:
        return (0, clock.due_at.timestamp())
    if clock.kind in (ClockKind.MET, ClockKind.LATE, ClockKind.EXCLUDED):
        return (3, clock.due_at.timestamp() if clock.due_at else 0.0)
    if nctr_since is not None:
        return (1, nctr_since.timestamp())
    return (2, 0.0)


def clock_facts(
    clock: ClockState,
    *,
    now: datetime,
    nctr_since: datetime | None,
    provisional_due: datetime | None,
    counting: bool = True,
) -> tuple[tuple[str, str] | tuple[str, str, Tone], ...]:
    """Return the clocks as label and value, each under its own name.

    `counting` adds how much is left or over to when it is due; else another line says it.
    """
    facts: list[tuple[str, str] | tuple[str, str, Tone]] = []
    if nctr_since is not None:
        facts.append((tr("No criteria to reside"), since(nctr_since)))
    if clock.started_at is not None and clock.kind is not ClockKind.PROVISIONAL:
        facts.append((tr("Left the ward"), display_datetime_short(clock.started_at)))
        cell = case_clock_cell(clock, now=now, nctr_since=None, provisional_due=None)
        due = day_and_time(clock.due_at, now) if clock.due_at else ""
        words = " · ".join(
            part for part in (due, cell.words if counting or not due else "") if part
        )
        facts.append((tr("Assessment at home due"), words, cell.tone))
        if clock.reason:
            facts.append((tr("Note"), clock.reason))
    elif provisional_due is not None:
        words = tr("Approx {when}", when=display_datetime_short(provisional_due))
        facts.append((tr("Assessment at home due"), words))
    return tuple(facts)
