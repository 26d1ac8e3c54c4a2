"""The exchange's light as the pill of the top bar says it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from d2a_desktop.domain.display import display_time
from d2a_desktop.ui.formats.words import count, day_and_time
from d2a_desktop.ui.widgets.sync_pill import SyncFacts, SyncState

if TYPE_CHECKING:
    from d2a_desktop.services.queries.rows import SyncLight

# UI.md section 9, States: an older picture says so.
_STALE_AFTER = timedelta(minutes=15)
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
    if state is SyncState.SYNCED and light.last_at is not None:
        words = f"Synced {display_time(light.last_at)}"
        if now - light.last_at > _STALE_AFTER:
            state, words = SyncState.STALE, f"Last update {display_time(light.last_at)}"
    elif light.pending:
        words = f"{light.words} · {light.pending} to send"
    return SyncFacts(state, words, _detail(light, now))


def _detail(light: SyncLight, now: datetime) -> str:
    parts = [light.reason, light.what_to_do]
    if light.pending:
        parts.append(f"{count(light.pending, 'change', 'changes')} to send.")
    if light.conflicts:
        parts.append(f"{count(light.conflicts, 'change needs', 'changes need')} your choice.")
    if light.last_at is not None:
        parts.append(f"Last exchange {day_and_time(light.last_at, now)}.")
    return " ".join(part for part in parts if part)
