"""How the two clocks look: waiting before departure, the assessment at home after it."""

from __future__ import annotations

from datetime import datetime, timedelta

from d2a_desktop.core.clock import london_day
from d2a_desktop.domain.display import display_time
from d2a_desktop.ui.formats.cells import ClockCell
from d2a_desktop.ui.formats.language import tr
from d2a_desktop.ui.formats.tones import Tone
from d2a_desktop.ui.formats.words import (
    approx,
    day_and_time,
    days_waiting,
    elapsed_waiting,
    since,
    time_left,
)

_AMBER_AFTER = 36 / 48
_HALF = 24 / 48


def waiting_clock(
    *, nctr_since: datetime, now: datetime, approx_due: datetime | None = None
) -> ClockCell:
    """Return the clock of someone still in hospital (PRODUCT section 3).

    Whole days by date since the NCTR period began, banded as the national lists band them (from
    4 days amber, from 7 red); with a planned departure the provisional due time marked Approx.
    """
    days = max(0, (london_day(now) - london_day(nctr_since)).days)
    tone = Tone.BAD if days >= 7 else Tone.WARN if days >= 4 else Tone.PLAIN
    below = approx(approx_due) if approx_due else since(nctr_since)
    said = tr(
        "{waiting}, no criteria to reside {since}",
        waiting=elapsed_waiting(nctr_since, now),
        since=since(nctr_since),
    )
    if approx_due:
        said += "; " + tr("assessment at home due {when}", when=approx(approx_due))
    return ClockCell(days_waiting(days), tone, below=below, alarm=days >= 7, said=said)


def home_clock(*, left_at: datetime, due: datetime, now: datetime) -> ClockCell:
    """Return the clock of someone at home and not yet assessed: words and a bar to the due time.

    Green for the first three quarters of the time, amber after, red when over (UI.md section 9).
    """
    whole = max((due - left_at).total_seconds(), 1.0)
    used = (now - left_at).total_seconds() / whole
    over = now > due
    tone = Tone.BAD if over else Tone.WARN if used >= _AMBER_AFTER else Tone.GOOD
    words = time_left(due, now)
    if due == now:
        words = tr("{span} left", span="0 h 00 m")
    return ClockCell(
        words,
        tone,
        filled=min(1.0, max(0.02, used)),
        marks=(_HALF, _AMBER_AFTER),
        alarm=over,
        said=f"{words}, " + tr("assessment at home due {when}", when=day_and_time(due, now)),
    )


def stopped_clock(*, assessed_at: datetime, due: datetime, now: datetime) -> ClockCell:
    """Return the clock of someone assessed: met (<= the due time counts) or late, and when."""
    met = assessed_at <= due
    late = tr("Assessed late, {span}", span=time_left(due, assessed_at))
    words = tr("Assessed in time") if met else late
    return ClockCell(
        words, Tone.GOOD if met else Tone.BAD, below=day_and_time(assessed_at, now), alarm=not met
    )


def no_clock(words: str, why: str = "") -> ClockCell:
    """Return a clock that does not run: void, excluded, or not begun, with the reason."""
    return ClockCell(words, Tone.QUIET, below=why)


def reply_clock(*, respond_by: datetime, now: datetime) -> ClockCell:
    """Return an offer's reply-by clock; past it an acceptance is refused (DECISIONS, Offers)."""
    left = respond_by - now
    if left < timedelta(0):
        return ClockCell("Reply time over", Tone.QUIET, below=day_and_time(respond_by, now))
    tone = (
        Tone.BAD
        if left < timedelta(hours=1)
        else Tone.WARN
        if left < timedelta(hours=4)
        else Tone.PLAIN
    )
    words = time_left(respond_by, now)
    return ClockCell(
        words,
        tone,
        below=f"by {display_time(respond_by)} {_day_word(respond_by, now)}".rstrip(),
        alarm=left < timedelta(hours=1),
        said=f"{words} to reply, by {day_and_time(respond_by, now)}",
    )


def _day_word(instant: datetime, now: datetime) -> str:
    return day_and_time(instant, now).rsplit(" ", 1)[0]
