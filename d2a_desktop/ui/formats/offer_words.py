"""What an offer says of itself: start, length, home, reply-by clock and state, in words."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from d2a_desktop.domain.display import display_date
from d2a_desktop.ui.formats.cells import ClockCell, TagCell
from d2a_desktop.ui.formats.clocks import no_clock, reply_clock
from d2a_desktop.ui.formats.tones import Hue
from d2a_desktop.ui.formats.words import day_and_time

if TYPE_CHECKING:
    from d2a_desktop.services.queries.rows import OfferRow

_HUES = {
    "sent": Hue.AMBER,
    "accepted": Hue.GREEN,
    "declined": Hue.RED,
    "handed_back": Hue.RED,
    "draft": Hue.NEUTRAL,
}
WAITING_WORDS = "Waiting for the shared database"


def about(row: OfferRow) -> str:
    """Return age band and outward postcode: all that an offer tells of who and where."""
    place = row.outward_postcode or "place not known"
    return f"{row.age_band} years · {place}" if row.age_band else place


def start_words(row: OfferRow) -> str:
    """Return the days between which the care should begin."""
    first, last = row.earliest_start, row.latest_start
    if first is None:
        return f"By {display_date(last)}" if last else "As soon as possible"
    if last is None or last == first:
        return f"From {display_date(first)}"
    same_year = first.year == last.year
    return f"{display_date(first)[: 6 if same_year else None]} to {display_date(last)}"


def start_lines(row: OfferRow) -> tuple[str, str]:
    """Return the first day, and below it the last one and for how long, for a narrow column."""
    last, length = row.latest_start, length_words(row)
    if row.earliest_start is None or last is None or last == row.earliest_start:
        return start_words(row), length
    return f"From {display_date(row.earliest_start)}", f"to {display_date(last)} {length}"


def length_words(row: OfferRow) -> str:
    """Return for how long."""
    days = row.length_days
    if days is None:
        return "length not known"
    return f"for {days} days" if days % 7 else f"for {days // 7} weeks"


def reply_cell(row: OfferRow, now: datetime) -> ClockCell:
    """Return the reply-by clock, stopped when the agency has answered."""
    if row.status == "sent":
        return reply_clock(respond_by=row.respond_by, now=now)
    if row.responded_at is not None:
        return no_clock("Answered", day_and_time(row.responded_at, now))
    return no_clock("Closed")


def status_cell(row: OfferRow) -> TagCell:
    """Return the state; an acceptance the shared database has not confirmed says that it waits."""
    if waits(row):
        return TagCell(WAITING_WORDS, Hue.AMBER, outlined=True)
    if row.expired:
        return TagCell(row.status_label, Hue.NEUTRAL, outlined=True)
    if row.worker and row.status == "accepted":
        if row.worker_pending:
            return TagCell("Worker requested", Hue.AMBER, outlined=True)
        return TagCell("Worker agreed", Hue.GREEN)
    hue = Hue.AMBER if row.pending else _HUES.get(row.status, Hue.NEUTRAL)
    return TagCell(row.status_label, hue, outlined=row.pending)


def waits(row: OfferRow) -> bool:
    """Return whether an acceptance was asked for here and is not confirmed yet."""
    return row.status == "accepted" and not row.confirmed


def home_facts(row: OfferRow) -> tuple[tuple[str, str], ...]:
    """Return the home's features that decide whether a worker can live in."""
    return (
        ("Bedroom for worker", _yes_no(row.bedroom)),
        ("Stairs", row.stairs or "Not known"),
        ("Pets", ", ".join(row.pets) or "None known"),
        ("Smoking in home", _yes_no(row.smoking_home)),
        ("Driver needed", _yes_no(row.driver_required)),
    )


def must_haves(row: OfferRow) -> tuple[str, ...]:
    """Return what a worker must have or accept for this offer, each as a few words."""
    found = [f"{row.gender_required.capitalize()} worker"] if row.gender_required else []
    found += list(row.required_skills)
    found += [f"Speaks {language}" for language in row.languages]
    found += [f"Lives with: {pet.lower()}" for pet in row.pets]
    if row.smoking_home:
        found.append("Lives in a smoking home")
    if row.driver_required:
        found.append("Drives")
    return (*found, "Papers in date to the end")


def _yes_no(value: bool | None) -> str:
    return "Not known" if value is None else "Yes" if value else "No"
