"""What changed on the ward board since a person last looked at each row; kept per login.

A row counts as looked at when the person opened it, stepped to it, or said so for all. Until then
what changed stays marked, however often the board was read in between.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from d2a_desktop.core.giving_way import give_way
from d2a_desktop.domain.display import display_date
from d2a_desktop.domain.permissions import Caller
from d2a_desktop.services.context import Context
from d2a_desktop.services.queries.rows import WardBoardRow

# Nothing that names the person: what is kept may outlive a record that is purged.
_SEEN: Mapping[str, Callable[[WardBoardRow], str]] = {
    "Bed": lambda row: f"{row.ward} {row.bed}".strip(),
    "Stage": lambda row: row.stage_label,
    "Match": lambda row: row.match,
    "Next action": lambda row: row.next_action,
    "Owner": lambda row: row.owner,
    "Leaving": lambda row: display_date(row.leaving_on) if row.leaving_on else "",
    "Expected discharge": lambda row: display_date(row.edd) if row.edd else "",
    "Urgent tasks": lambda row: str(row.urgent_tasks),
}
NEW = "New on the board"
_NOTHING = "nothing"
_Words = Mapping[str, str]


@dataclass(frozen=True)
class Look:
    """What changed by case since `since`, and how many people are no longer on the board."""

    since: datetime | None
    changed: Mapping[str, tuple[str, ...]]
    gone: int


class LastLooks:
    """Compares a board with what each person last saw of it."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def look(self, caller: Caller, rows: Sequence[WardBoardRow]) -> Look:
        """Return what changed for this person; a first look counts everything as seen."""
        held = self._held(caller)
        if held is None:
            self.seen_all(caller, rows)
            return Look(None, {}, 0)
        seen = _seen_rows(held)
        changed = {}
        for row in rows:
            give_way()
            if words := _differences(seen.get(row.case_id), row):
                changed[row.case_id] = words
        gone = len(seen.keys() - {row.case_id for row in rows})
        return Look(datetime.fromisoformat(held["at"]), changed, gone)

    def seen_all(self, caller: Caller, rows: Iterable[WardBoardRow]) -> None:
        """Note that this person has seen the whole board as it stands."""
        self._keep(caller, {row.case_id: _seen(row) for row in rows})

    def seen(self, caller: Caller, rows: Iterable[WardBoardRow]) -> None:
        """Note that this person has seen these rows as they stand; the others stay as they were."""
        held = self._held(caller)
        if held is not None:
            fresh = {row.case_id: _seen(row) for row in rows}
            self._keep(caller, {**_seen_rows(held), **fresh}, at=held["at"])

    def _held(self, caller: Caller) -> dict[str, Any] | None:
        held = self._context.store.setting(_name(caller))
        return dict(held) if isinstance(held, dict) else None

    def _keep(self, caller: Caller, rows: Mapping[str, _Words], *, at: str = "") -> None:
        if not self._context.store.read_only:
            since = at or self._context.clock.now().isoformat()
            # The words alone: whoever reads or writes this for thousands holds up the window.
            kept = {case_id: list(words.values()) for case_id, words in rows.items()}
            document = {"at": since, "fields": list(_SEEN), "seen": kept}
            self._context.store.put_setting(_name(caller), document)


def _name(caller: Caller) -> str:
    return f"looked:{caller.login}"


def _seen_rows(held: Mapping[str, Any]) -> dict[str, _Words]:
    """Return what a person saw of each row; at first the words were kept with their fields."""
    if "seen" not in held:
        return dict(held["rows"])
    fields = held["fields"]
    return {
        case_id: dict(zip(fields, words, strict=True)) for case_id, words in held["seen"].items()
    }


def _seen(row: WardBoardRow) -> dict[str, str]:
    return {words: read(row) for words, read in _SEEN.items()}


def _differences(before: Mapping[str, str] | None, row: WardBoardRow) -> tuple[str, ...]:
    if before is None:
        return (NEW,)
    return tuple(
        f"{words}: {before.get(words) or _NOTHING} → {now or _NOTHING}"
        for words, now in _seen(row).items()
        if before.get(words, "") != now
    )
