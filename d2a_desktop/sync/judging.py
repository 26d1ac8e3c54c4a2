"""The rules of the one light, in their order: the first that holds says the state and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from d2a_desktop.domain.display import display_datetime
from d2a_desktop.sync.protocol import STAGE_WORDS
from d2a_desktop.sync.watch import Watched

STUCK_AFTER = timedelta(seconds=60)
DELAYED_AFTER = timedelta(seconds=120)


class State(StrEnum):
    """What the light shows (SYNC 4)."""

    SYNCED = "synced"
    WORKING = "working"
    OFFLINE = "offline"
    DELAYED = "delayed"
    NEEDS_YOU = "needs_you"
    STUCK = "stuck"


@dataclass(frozen=True)
class PersonWaiting:
    """What waits of one person; `signed_in` is False for who must sign in to have it sent."""

    login: str
    name: str
    waiting: int
    oldest_at: datetime
    signed_in: bool


@dataclass(frozen=True)
class Seen:
    """What is known when the light is asked, from the store and from the watch."""

    facts: Mapping[str, Any]
    horizon: Mapping[str, Any]
    standing: Mapping[str, Any] | None
    people: tuple[PersonWaiting, ...]
    sendable: bool
    conflicts: int
    replayed: bool
    checked_at: str | None
    watched: Watched

    @property
    def mine(self) -> int:
        """How many operations of the signed-in person wait."""
        return sum(each.waiting for each in self.people if each.signed_in)


@dataclass(frozen=True)
class Verdict:
    """A state with its reason and what to do, in words, and its code for support."""

    state: State
    code: str
    reason: str
    what_to_do: str = ""


def judge(seen: Seen, *, stale: bool) -> Verdict:
    """Return what the light says; `stale` as `Health.stale` has it."""
    return next(filter(None, (rule(seen, stale) for rule in _RULES)))


# --- the rules, the first that holds speaks -----------------------------------------------


def _hangs(seen: Seen, _: bool) -> Verdict | None:
    step = seen.watched.step
    if step is None or step.silent_seconds <= STUCK_AFTER.total_seconds():
        return None
    stage = step.progress.stage
    minutes = max(1, int(step.silent_seconds // 60))
    return _stuck(
        f"stuck_{stage}",
        f"{STAGE_WORDS[stage]} has not moved for {count(minutes, 'minute')}.",
    )


def _asks_a_person(seen: Seen, _: bool) -> Verdict | None:
    failure = seen.facts.get("failure")
    if not failure or not failure["needs_you"]:
        return None
    return Verdict(State.NEEDS_YOU, failure["code"], failure["message"], failure["what_to_do"])


def _faulty(seen: Seen, _: bool) -> Verdict | None:
    fault = seen.watched.fault
    return None if fault is None else _stuck(fault.code, fault.message)


def _never_begins(seen: Seen, _: bool) -> Verdict | None:
    if seen.watched.overdue_seconds <= STUCK_AFTER.total_seconds():
        return None
    return _stuck("not_begun", "No exchange has begun for over a minute, though one was due.")


def _fails_again_and_again(seen: Seen, _: bool) -> Verdict | None:
    failure, failing = seen.facts.get("failure"), seen.facts.get("failing")
    if not failure or not failing or not _over(failing, STUCK_AFTER):
        return None
    return _stuck(
        "stuck_failing",
        f"The server answers, but the exchange does not come to its end. {failure['message']}",
    )


def _stands(seen: Seen, _: bool) -> Verdict | None:
    if seen.facts.get("failure") or not seen.standing or not _over(seen.standing, STUCK_AFTER):
        return None
    return _stuck("stuck_waiting", "Changes wait although the server answers.")


def _conflicts(seen: Seen, _: bool) -> Verdict | None:
    if not seen.conflicts:
        return None
    one = seen.conflicts == 1
    words = "One change was" if one else f"{seen.conflicts} changes were"
    what = f"Look at {'it' if one else 'them'} under Sync & conflicts and choose."
    return Verdict(State.NEEDS_YOU, "conflicts", f"{words} not taken as sent.", what)


def _cut_off(seen: Seen, _: bool) -> Verdict | None:
    failure = seen.facts.get("failure")
    if not failure or seen.watched.step is not None:
        return None
    return Verdict(State.OFFLINE, failure["code"], failure["message"], failure["what_to_do"])


def _held_back(seen: Seen, _: bool) -> Verdict | None:
    lag = seen.horizon.get("lag_s")
    if lag is None:
        late = bool(seen.horizon.get("behind")) and _over(seen.horizon, DELAYED_AFTER)
    else:
        late = lag > DELAYED_AFTER.total_seconds()
    if not late:
        return None
    return Verdict(
        State.DELAYED,
        "server_delayed",
        "The server holds back what others wrote.",
        "Your work is sent; news from others comes late. Ring where it matters, and tell the"
        " administrator.",
    )


def _under_way(seen: Seen, _: bool) -> Verdict | None:
    step = seen.watched.step
    if step is None:
        return None
    return Verdict(State.WORKING, "working", f"{STAGE_WORDS[step.progress.stage]} now.")


def _old_picture(seen: Seen, stale: bool) -> Verdict | None:
    if not stale:
        return None
    at = instant(seen.facts.get("synced_at"))
    if at is None:
        return Verdict(State.OFFLINE, "never_synced", "This desk has not synced yet.", "Sync now.")
    return Verdict(
        State.OFFLINE,
        "stale",
        f"Nothing has been exchanged since {display_datetime(at)}.",
        "What others did since is not shown. Sync now; if that fails, check the network.",
    )


def _server_is_older(seen: Seen, _: bool) -> Verdict | None:
    held = seen.facts.get("held_back")
    if not held or not seen.mine:
        return None
    return Verdict(
        State.NEEDS_YOU,
        "server_older",
        f"The shared database is older than this program: {count(held, 'change')}"
        f" {'waits' if held == 1 else 'wait'} until it is updated.",
        "Everything else is shared. Tell your administrator: `d2a server migrate`.",
    )


def _waits_for_others(seen: Seen, _: bool) -> Verdict | None:
    if not seen.mine or not seen.replayed:
        return None
    return Verdict(
        State.DELAYED,
        "replay_waits",
        "After the server was restored, changes wait until other desks have sent their part.",
        "Nothing is lost and nothing is to be done here.",
    )


def _on_the_way(seen: Seen, _: bool) -> Verdict | None:
    behind_others = not seen.sendable and any(not each.signed_in for each in seen.people)
    if not seen.mine or behind_others:
        return None
    return Verdict(State.WORKING, "working", "Changes are on their way.")


def _of_somebody_else(seen: Seen, _: bool) -> Verdict | None:
    others = [each for each in seen.people if not each.signed_in]
    if not others:
        return None
    names = " and ".join(each.name for each in others)
    number = sum(each.waiting for each in others)
    wait = "waits" if number == 1 else "wait"
    return Verdict(
        State.NEEDS_YOU,
        "others_wait",
        f"{count(number, 'change')} made here by {names} {wait} to be sent.",
        f"They go out when {names} signs in on this computer."
        if len(others) == 1
        else "They go out when each of them signs in on this computer.",
    )


def _all_shared(_seen: Seen, _: bool) -> Verdict:
    return Verdict(State.SYNCED, "synced", "Everything is shared.")


_RULES = (
    _hangs,
    _asks_a_person,
    _faulty,
    _never_begins,
    _fails_again_and_again,
    _stands,
    _conflicts,
    _cut_off,
    _held_back,
    _under_way,
    _old_picture,
    _server_is_older,
    _waits_for_others,
    _on_the_way,
    _of_somebody_else,
    _all_shared,
)


def _stuck(code: str, reason: str) -> Verdict:
    return Verdict(
        State.STUCK,
        code,
        reason,
        "Your work is kept on this computer. Ring where it matters. Close this program and open"
        f" it again; if that does not help, tell your administrator: {code}.",
    )


def _over(span: Mapping[str, Any], limit: timedelta) -> bool:
    """Whether two instants of the server lie further apart than `limit`."""
    return datetime.fromisoformat(span["at"]) - datetime.fromisoformat(span["since"]) > limit


def instant(text: str | None) -> datetime | None:
    """Return a kept instant."""
    return None if text is None else datetime.fromisoformat(text)


def count(number: int, noun: str) -> str:
    """Return `1 change`, `3 changes`."""
    return f"1 {noun}" if number == 1 else f"{number} {noun}s"
