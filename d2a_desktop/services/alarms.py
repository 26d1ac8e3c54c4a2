"""What should have been seen by now and was not; derived each time, so that no desk can miss it.

There is no server process that could raise a task at 30 minutes past, and two desks that raised
it would raise it twice: like the stage, an alarm follows from the record and the clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from d2a_desktop.domain.departure import arrival_unconfirmed
from d2a_desktop.domain.display import display_phone, display_time
from d2a_desktop.services.case_rows import CaseRows


@dataclass(frozen=True)
class Alarm:
    """One red item: its kind, what to say and do, since when, and whose it is."""

    kind: str
    words: str
    what_to_do: str
    due_at: datetime


def case_alarms(rows: CaseRows, *, now: datetime, grace_minutes: int) -> tuple[Alarm, ...]:
    """Return the alarms of a case (PRODUCT section 2, step 9), oldest first."""
    if rows.departure is None or rows.ended is not None or rows.spell.died_at is not None:
        return ()
    found = _unconfirmed_worker(rows, now, timedelta(minutes=grace_minutes))
    return tuple(sorted(found, key=lambda alarm: alarm.due_at))


def _unconfirmed_worker(rows: CaseRows, now: datetime, grace: timedelta) -> list[Alarm]:
    """A worker who should be there, or a person who should be home, and nobody has said so."""
    alarms: list[Alarm] = []
    departure = rows.departure
    if departure is None:
        return alarms
    arrived = {event.kind: event.at for event in rows.events}
    for card in rows.cards:
        expected = card.expected_at or card.starts_at
        waits = card.status == "confirmed" and arrival_unconfirmed(
            expected_at=expected, arrived_at=None, now=now, grace=grace
        )
        if waits and "worker_arrived" not in arrived:
            phone = f" on {display_phone(card.on_call_phone)}" if card.on_call_phone else ""
            alarms.append(
                Alarm(
                    kind="arrival_not_confirmed",
                    words=f"Worker not confirmed since {display_time(expected)}",
                    what_to_do=f"Ring the agency's on-call{phone}, tell hub and ward; "
                    "turn back or send another worker",
                    due_at=expected,
                )
            )
    latest, home = departure.latest_arrival_at, departure.arrived_home_at
    if (
        departure.status == "left"
        and arrival_unconfirmed(expected_at=latest, arrived_at=home, now=now, grace=grace)
        and latest is not None
    ):
        alarms.append(
            Alarm(
                kind="arrival_not_confirmed",
                words=f"Person not confirmed home since {display_time(latest)}",
                what_to_do="Ring home, transport and the agency's on-call",
                due_at=latest,
            )
        )
    return alarms
