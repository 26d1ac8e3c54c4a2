"""How the exchange stands as label and value, for the sync page and for support."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any, Protocol

from d2a_desktop.domain.display import display_datetime, display_duration
from d2a_desktop.ui.formats.tones import Tone
from d2a_desktop.ui.formats.words import count, day_and_time

if TYPE_CHECKING:
    from d2a_desktop.services.queries.rows import SyncLight, SyncStep, WaitingRow

Fact = tuple[str, str] | tuple[str, str, Tone]
STATE_TONES = {
    "synced": Tone.GOOD,
    "working": Tone.LINK,
    "offline": Tone.WARN,
    "delayed": Tone.WARN,
    "needs_you": Tone.WARN,
    "stuck": Tone.BAD,
}
_MOST_RECORDS = 4
_NO_SERVER = "None: everything is kept on this computer"


class Recovery(Protocol):
    """What a restore of the server asked of this desk (`Exchange.recovery`)."""

    @property
    def began_at(self) -> datetime:
        """When it was noticed."""
        ...

    @property
    def why(self) -> str:
        """By what it was noticed, for support."""
        ...

    @property
    def applied_count(self) -> int:
        """How many changes were written again."""
        ...

    @property
    def survived(self) -> int:
        """How many the server still had."""
        ...

    @property
    def refused_count(self) -> int:
        """How many were not taken."""
        ...

    @property
    def waiting(self) -> int:
        """How many are still to be sent."""
        ...


@dataclass(frozen=True)
class Waits:
    """What waits to be sent, and what a restore of the server asked for."""

    rows: tuple[WaitingRow, ...]
    recovery: Recovery | None


@dataclass(frozen=True)
class Standing:
    """The facts in two columns, and one line of them."""

    state: tuple[Fact, ...]
    rest: tuple[Fact, ...]
    line: str


def standing_facts(light: SyncLight, waits: Waits, *, now: datetime, server: str) -> Standing:
    """Return how the exchange stands; `server` is empty on a desk that works alone."""
    if not server:
        state: tuple[Fact, ...] = (("State", "Works alone", Tone.PLAIN),)
        return Standing(state, (("Shared database", _NO_SERVER),), "This desk works alone")
    last = day_and_time(light.last_at, now) if light.last_at else "not yet"
    tone = STATE_TONES[light.state]
    facts: list[Fact] = [("State", light.words, tone), ("Reason", light.reason)]
    if light.what_to_do:
        facts.append(("What to do", light.what_to_do))
    old = light.stale and light.last_at is not None
    facts.append(
        ("Last exchange", f"{last}, old" if old else last, Tone.WARN if old else Tone.PLAIN)
    )
    facts += _to_send(waits.rows, now)
    rest: list[Fact] = [("To decide", count(light.conflicts, "change", "changes"))]
    checked = day_and_time(light.checked_at, now) if light.checked_at else "not yet"
    rest.append(("Checked", f"{checked}, against the server"))
    if light.clock_warning:
        rest.append(("Clock", light.clock_warning, Tone.WARN))
    if light.lease_left is not None:
        left = display_duration(max(light.lease_left, timedelta(0)), smallest="hr")
        rest.append(("Without server", f"for {left} more"))
    if waits.recovery is not None:
        rest.append(("Server put back", recovery_words(waits.recovery, now)))
    rest += [("Shared database", server), ("For support", light.code)]
    return Standing(tuple(facts), tuple(rest), f"{light.words} · last exchange {last}")


def _to_send(rows: tuple[WaitingRow, ...], now: datetime) -> list[Fact]:
    """One line for each person whose changes wait; the signed-in person's comes first."""
    if not rows:
        return [("To send", "nothing")]
    facts: list[Fact] = []
    ordered = sorted(rows, key=lambda row: (not row.signed_in, row.name))
    for (signed_in, name), group in groupby(ordered, key=lambda row: (row.signed_in, row.name)):
        theirs = sorted(group, key=lambda row: row.since)
        number = sum(row.count for row in theirs)
        records = [_record(row) for row in theirs[:_MOST_RECORDS]]
        if len(theirs) > _MOST_RECORDS:
            records.append(f"and {count(len(theirs) - _MOST_RECORDS, 'record', 'records')} more")
        since = day_and_time(theirs[0].since, now)
        away = "" if signed_in else ", who is not signed in here"
        words = f"{count(number, 'change', 'changes')} since {since} by {name}{away}: "
        tone = Tone.PLAIN if signed_in else Tone.WARN
        facts.append(("To send", words + ", ".join(records), tone))
    return facts


def _record(row: WaitingRow) -> str:
    return f"{row.record} of {row.case_ref}" if row.case_ref else row.record


def recovery_words(found: Recovery, now: datetime) -> str:
    """Return what came of this desk's work when the server was last put back."""
    parts = [
        f"{found.applied_count} written again",
        f"{found.survived} still there",
        f"{found.refused_count} not taken",
    ]
    if found.waiting:
        parts.append(f"{found.waiting} still to send")
    return f"noticed {day_and_time(found.began_at, now)}: {', '.join(parts)}"


def progress_words(step: SyncStep) -> str:
    """Return a step in words; how many of how many is the bar's to say, where it is known."""
    return step.words if step.total else f"{step.words}: {step.done:,} so far"


def support_text(light: SyncLight, waits: Waits) -> str:
    """Return all of it as text for whoever helps: nothing of any patient."""
    document: Mapping[str, Any] = light.document
    lines = [f"{name}: {value}" for name, value in document.items() if name != "people"]
    for each in document.get("people", ()):
        here = "signed in" if each["signed_in"] else "not signed in"
        lines.append(f"waiting of {each['login']}: {each['waiting']}, {here}")
    if (found := waits.recovery) is not None:
        lines.append(
            f"server put back ({found.why}) {display_datetime(found.began_at)}: applied"
            f" {found.applied_count}, survived {found.survived}, refused {found.refused_count},"
            f" waiting {found.waiting}"
        )
    return "\n".join(lines)
