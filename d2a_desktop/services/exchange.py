"""The exchange with the shared database as screens and commands see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from d2a_desktop.core.errors import UsageError
from d2a_desktop.domain.changes import ChangeSet
from d2a_desktop.domain.field_words import RECORD_WORDS
from d2a_desktop.domain.fields import RECORDS
from d2a_desktop.domain.lease import Standing
from d2a_desktop.domain.permissions import Caller, may
from d2a_desktop.models.wire import wire_values
from d2a_desktop.services.conflict_rows import conflict_rows, waiting_rows
from d2a_desktop.services.context import Context
from d2a_desktop.services.desk_keys import LOCAL_PERSON
from d2a_desktop.services.field_values import checked_value
from d2a_desktop.services.queries.rows import ConflictRow, SyncLight, SyncStep, WaitingRow
from d2a_desktop.sync import conflicts, recovery
from d2a_desktop.sync.door import Door
from d2a_desktop.sync.engine import SyncEngine
from d2a_desktop.sync.health import State
from d2a_desktop.sync.live import Live
from d2a_desktop.sync.protocol import Progress, SyncReport
from d2a_desktop.sync.recovery import Recovery
from d2a_desktop.sync.rhythm import Why

__all__ = ["Exchange", "Why"]

STATE_WORDS = {
    State.SYNCED: "Synced",
    State.WORKING: "Sending",
    State.OFFLINE: "Offline",
    State.DELAYED: "Server delayed",
    State.NEEDS_YOU: "Needs you",
    State.STUCK: "Stuck",
}


def step_of(progress: Progress) -> SyncStep:
    """Return a step of an exchange as a screen shows it."""
    return SyncStep(progress.stage, progress.words, progress.done, progress.total)


class Exchange:
    """Runs the exchange under the signed-in person's login, and says how it stands."""

    def __init__(self, context: Context, engine: SyncEngine, live: Live, door: Door) -> None:
        self._context = context
        self._engine = engine
        self._live = live
        self._door = door

    def standing(self) -> Standing:
        """Return whether this desk is open, and for how long; quick, for any thread."""
        return self._door.standing()

    def run(
        self,
        caller: Caller,
        *,
        why: Why = Why.ASKED,
        on_progress: Callable[[SyncStep], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> SyncReport:
        """Push this person's work, pull what is new; resumable, safe to repeat.

        Args:
            caller: the signed-in person.
            why: what `wait_until_due` said; a person's asking unless told.
            on_progress: told each step, on this thread.
            cancelled: ends the run early, also while the server is waited for; what it has is
                kept.

        Raises:
            UnreachableError: the server cannot be reached; nothing is lost.
            RefusedError: another exchange is under way (code "busy").
        """
        return self._live.run(
            caller.login, why=why, on_progress=_told(on_progress), cancelled=cancelled
        )

    def check(
        self,
        *,
        on_progress: Callable[[SyncStep], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> SyncReport:
        """Compare this computer with the server and mend what differs.

        Raises:
            UnreachableError: the server cannot be reached; nothing was changed.
            RefusedError: another exchange is under way (code "busy").
        """
        return self._engine.check(_told(on_progress), cancelled)

    def wait_until_due(self, cancelled: Callable[[], bool]) -> Why | None:
        """Wait until an exchange is due and return why, or None when cancelled.

        It listens to the server's hints meanwhile; where none arrive it is due by the clock.
        Between two runs, on one thread at a time.
        """
        return self._live.wait(cancelled)

    def something_changed(self) -> None:
        """Let the next exchange be due now, because of work done here; from any thread."""
        self._live.ask(Why.CHANGED)

    def asked_for(self) -> None:
        """Let the next exchange be due now, because a person asks; from any thread."""
        self._live.ask(Why.ASKED)

    def wake(self) -> None:
        """Let whoever waits see whether they were cancelled; from any thread."""
        self._live.wake()

    def light(self) -> SyncLight:
        """Return the one visible state, with its reason and what to do."""
        health = self._engine.health(self._context.settings.login or LOCAL_PERSON)
        found = conflicts.open_conflicts(self._context.store)
        standing = self.standing()
        reason = f"{standing.told} {health.reason}".strip()
        rejected = sum(1 for each in found if each.code != "conflict")
        words = STATE_WORDS[health.state]
        return SyncLight(
            state=health.state.value,
            words=words,
            reason=reason,
            what_to_do=health.what_to_do,
            code=health.code,
            stale=health.stale,
            last_at=health.last_synced_at,
            pending=health.waiting,
            oldest_at=health.oldest_waiting_at,
            conflicts=health.open_conflicts,
            rejected=rejected,
            people=tuple((each.name, each.waiting, each.signed_in) for each in health.people),
            clock_warning=health.clock_warning,
            checked_at=health.checked_at,
            step=None if health.step is None else step_of(health.step.progress),
            lease_left=standing.left,
            document={
                **health.as_json(),
                "words": words,
                "reason": reason,
                "refused": rejected,
                "lease_left_h": None if standing.left is None else _hours(standing.left),
            },
        )

    def light_of_silence(self) -> SyncLight:
        """Return the light of a desk whose store gives no answer; it reads nothing."""
        words = STATE_WORDS[State.STUCK]
        what = "Close this program and open it again; what was saved is safe."
        reason = "This computer's store has given no answer for a minute."
        code = "store_silent"
        told = {"state": State.STUCK.value, "words": words, "code": code, "reason": reason}
        return SyncLight(
            state=State.STUCK.value, words=words, reason=reason, what_to_do=what, code=code,
            stale=True, last_at=None, pending=0, oldest_at=None, conflicts=0, rejected=0,
            people=(), clock_warning="", checked_at=None, step=None, lease_left=None,
            document=told,
        )  # fmt: skip

    def recovery(self) -> Recovery | None:
        """Return what came of this desk's work when the server was last put back, None if never.

        Records and rows with a word each, no values: safe to show, print or send to support.
        """
        with self._context.store.read(even_locked=True) as session:
            return recovery.last(session)

    def promise(self, every_seconds: float | None) -> None:
        """Promise an exchange at least so often; the light tells when one does not begin."""
        self._engine.watch.promise(every_seconds)

    def conflicts(self, caller: Caller | None = None) -> tuple[ConflictRow, ...]:
        """Return what needs a person, oldest first; with names for a role that cares for people."""
        with self._context.store.read() as session:
            return conflict_rows(session, names_people=caller is not None and may(caller, "view"))

    def waiting(self) -> tuple[WaitingRow, ...]:
        """Return what waits to be sent, by person, case and record, longest first."""
        login = self._context.settings.login or LOCAL_PERSON
        with self._context.store.read(even_locked=True) as session:
            return waiting_rows(session, login=login)

    def resolve(
        self,
        caller: Caller,
        conflict_id: str,
        choice: str,
        values: Mapping[str, Any] | None = None,
    ) -> ChangeSet:
        """Settle one conflict by a person's choice; what was chosen is in the audit.

        Args:
            caller: who chooses.
            conflict_id: of a `ConflictRow`.
            choice: one of its `choices`.
            values: for edit, by field: as the record holds them, or as JSON.

        Raises:
            UsageError: a value that the field cannot hold, or a field that is not in question.
            RefusedError: it is settled already, or cannot be settled so.
        """
        return conflicts.resolve(
            self._context.store,
            caller,
            conflict_id,
            choice=choice,
            now=self._context.clock.now(),
            values=self._checked(conflict_id, values) if values else None,
        )

    def resolve_fields(
        self, caller: Caller, conflict_id: str, chosen: Mapping[str, str]
    ) -> ChangeSet:
        """Settle one conflict field by field.

        Args:
            caller: who chooses.
            conflict_id: of a `ConflictRow`.
            chosen: "mine" or "theirs" for every field in question.

        Raises:
            UsageError: a field in question has no choice.
            RefusedError: it is settled already.
        """
        open_now = conflicts.open_conflicts(self._context.store)
        found = next((each for each in open_now if each.op == conflict_id), None)
        asked = dict(found.theirs or {}) if found is not None else {}
        if any(chosen.get(name) not in ("mine", "theirs") for name in asked):
            raise UsageError("Choose mine or theirs for each field.")
        theirs = {name: value for name, value in asked.items() if chosen[name] == "theirs"}
        choice = "mine" if not theirs else "theirs" if len(theirs) == len(asked) else "edit"
        return conflicts.resolve(
            self._context.store,
            caller,
            conflict_id,
            choice=choice,
            now=self._context.clock.now(),
            values=theirs if choice == "edit" else None,
        )

    def _checked(self, conflict_id: str, values: Mapping[str, Any]) -> dict[str, Any]:
        found = conflicts.open_conflicts(self._context.store)
        entity = next((each.entity for each in found if each.op == conflict_id), None)
        if entity is None:
            return {}
        fields = RECORDS[entity].fields
        unknown = sorted(set(values) - set(fields))
        if unknown:
            raise UsageError(f"{RECORD_WORDS[entity]} has no field {', '.join(unknown)}.")
        checked = {n: checked_value(fields[n], n, value, n) for n, value in values.items()}
        return wire_values(entity, checked)


def _hours(span: timedelta) -> float:
    return round(span / timedelta(hours=1), 1)


def _told(on_progress: Callable[[SyncStep], None] | None) -> Callable[[Progress], None] | None:
    if on_progress is None:
        return None
    return lambda progress: on_progress(step_of(progress))
