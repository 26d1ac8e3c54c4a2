"""The exchange's light as the pill of the top bar says it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from d2a_desktop.core.clock import london_day
from d2a_desktop.domain.display import display_time
from d2a_desktop.ui.formats.words import count, day_and_time
from d2a_desktop.ui.widgets.sync_pill import SyncFacts, SyncState

if TYPE_CHECKING:
    from d2a_desktop.services.queries.rows import SyncLight

_SHORT_STEPS = {
    "hello": "Exchanging",
    "push": "Sending",
    "pull": "Receiving",
    "first": "Receiving",
    "check": "Checking",
    "repair": "Mending",
}
_STATES = {
    "synced": SyncState.SYNCED,
    "working": SyncState.SYNCING,
    "offline": SyncState.OFFLINE,
    "delayed": SyncState.STALE,
    "needs_you": SyncState.CONFLICT,
    "stuck": SyncState.ERROR,
}


def sync_facts(light: SyncLight, *, now: datetime, has_server: bool) -> SyncFacts:
    """Return what the pill says of a light; `now` aware."""
    if not has_server:
        return SyncFacts(
            SyncState.OFFLINE,
            "This computer only",
            "This desk has no shared database; everything is kept on this computer.",
        )
    state = _STATES[light.state]
    words = light.words
    if light.state == "working" and light.step is not None:
        words = _SHORT_STEPS.get(light.step.stage, light.words)
    if light.last_at is not None and (light.state == "synced" or light.code == "stale"):
        words = f"Synced {_when(light.last_at, now)}"
        if light.stale:
            state, words = SyncState.STALE, f"Last update {_when(light.last_at, now)}"
    if light.pending:
        words = f"{words} · {light.pending} to send"
    return SyncFacts(state, words, _detail(light, now))


@dataclass(frozen=True, slots=True)
class LastingNotice:
    """What stands across every page while the exchange does not work: title, words, how bad."""

    title: str
    words: str
    bad: bool


def lasting_notice(light: SyncLight, *, now: datetime, has_server: bool) -> LastingNotice | None:
    """Return what to tell of a desk that is offline or stuck (UI.md, States); `now` aware."""
    if not has_server or light.state not in ("offline", "stuck"):
        return None
    words = [light.what_to_do]
    if light.state == "offline":
        words.insert(0, light.reason)
        if light.last_at is not None:
            words.append(f"Last exchange {day_and_time(light.last_at, now)}.")
    if light.pending:
        words.append(f"{count(light.pending, 'change waits', 'changes wait')} on this computer.")
    title = "Working offline." if light.state == "offline" else light.reason
    said = " ".join(each for each in words if each)
    return LastingNotice(title, said, bad=light.state == "stuck")


def check_words(repaired: int, *, cancelled: bool) -> str:
    """Return what a check of this computer against the server found."""
    if cancelled:
        return "The check was stopped; nothing was lost."
    if not repaired:
        return "This computer holds what the server holds."
    return (
        f"{count(repaired, 'row', 'rows')} differed from the server and were mended. That should"
        " not happen: tell your administrator."
    )


def _when(at: datetime, now: datetime) -> str:
    """The time alone today, the day as well before that."""
    return display_time(at) if london_day(at) == london_day(now) else day_and_time(at, now)


def _detail(light: SyncLight, now: datetime) -> str:
    parts = [light.reason, light.what_to_do]
    if light.pending:
        parts.append(f"{count(light.pending, 'change', 'changes')} to send.")
    if light.conflicts:
        parts.append(f"{count(light.conflicts, 'change needs', 'changes need')} your choice.")
    if light.clock_warning:
        parts.append(light.clock_warning)
    if light.last_at is not None:
        parts.append(f"Last exchange {day_and_time(light.last_at, now)}.")
    return " ".join(part for part in parts if part)
