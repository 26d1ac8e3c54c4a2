"""All reads of a desk behind one door; each opens and closes its own view of the store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from d2a_desktop.domain.outlook import Outlook
from d2a_desktop.domain.permissions import Caller, require
from d2a_desktop.models.sync_state import SyncState
from d2a_desktop.services.context import Context
from d2a_desktop.services.queries.alert_rows import AlertRow
from d2a_desktop.services.queries.alerts import alert_rows
from d2a_desktop.services.queries.capacity import capacity_weeks, slot_rows, worker_rows
from d2a_desktop.services.queries.case_audit import case_audit
from d2a_desktop.services.queries.case_record import case_view
from d2a_desktop.services.queries.cover import cover_gaps
from d2a_desktop.services.queries.diary import Diary, assessor_rows, diary
from d2a_desktop.services.queries.directory import DirectoryRow, directory_rows
from d2a_desktop.services.queries.offers import offer_rows
from d2a_desktop.services.queries.out_of_hours import OutOfHours, monday_after, out_of_hours
from d2a_desktop.services.queries.outlook import capacity_outlook
from d2a_desktop.services.queries.packs import superseded_cases
from d2a_desktop.services.queries.placed import Placed, placed
from d2a_desktop.services.queries.referrals import ReferralRow, referral_rows
from d2a_desktop.services.queries.roster import assessor_roster, worker_roster
from d2a_desktop.services.queries.roster_rows import RosterAssessor, WorkerRoster
from d2a_desktop.services.queries.rows import (
    AssessorRow,
    CapacityWeekRow,
    CaseView,
    ConflictRow,
    OfferRow,
    SlotRow,
    TimelineEntry,
    WardBoard,
)
from d2a_desktop.services.queries.search import search
from d2a_desktop.services.queries.search_rows import SearchHit
from d2a_desktop.services.queries.sheets import sheet_people
from d2a_desktop.services.queries.task_list import TaskList, task_list
from d2a_desktop.services.queries.ward_board import ward_board
from d2a_desktop.services.queries.worker_time_rows import CoverGap, WorkerRow
from d2a_desktop.services.unconfirmed import unconfirmed


class Queries:
    """What the boards and the command line read; people and workers only for those who care.

    Every read but the weeks' counts and the outlook raises NotPermittedError for an analyst or
    administrator.
    """

    def __init__(self, context: Context) -> None:
        self._context = context

    def ward_board(self, caller: Caller) -> WardBoard:
        """Return the ward board."""
        require(caller, "view")
        with self._context.store.read() as session:
            return ward_board(
                session,
                now=self._now(),
                settings=self._context.settings,
                synced_at=_synced_at(session),
            )

    def superseded_packs(self, caller: Caller) -> frozenset[str]:
        """Return the ids of the live cases that have a print which no longer holds.

        It makes up each pack anew in thought, so a board asks for it after it is shown.
        """
        require(caller, "view")
        with self._context.store.read() as session:
            return superseded_cases(session)

    def case(self, caller: Caller, wanted: str) -> CaseView:
        """Return one case by reference, NHS number or id.

        Raises:
            RefusedError: this desk does not hold it.
        """
        require(caller, "view")
        with self._context.store.read() as session:
            return case_view(
                session,
                caller,
                wanted,
                now=self._now(),
                settings=self._context.settings,
                places=self._context.places,
                synced_at=_synced_at(session),
            )

    def case_audit(self, caller: Caller, wanted: str) -> tuple[TimelineEntry, ...]:
        """Return who saw, changed, printed or was told what of a case, newest first.

        Raises:
            NotPermittedError: not for this role.
            RefusedError: this desk does not hold it.
        """
        require(caller, "audit")
        with self._context.store.read() as session:
            waiting = unconfirmed(session, self._context.settings)
            return case_audit(session, wanted, waiting=waiting)

    def offers(self, caller: Caller) -> tuple[OfferRow, ...]:
        """Return the offers this desk may see, open ones first."""
        require(caller, "view")
        with self._context.store.read() as session:
            waiting = unconfirmed(session, self._context.settings)
            return offer_rows(session, now=self._now(), waiting=waiting)

    def workers(self, caller: Caller) -> tuple[WorkerRow, ...]:
        """Return the roster, by when each is free."""
        require(caller, "view")
        with self._context.store.read() as session:
            waiting = unconfirmed(session, self._context.settings)
            return worker_rows(session, now=self._now(), waiting=waiting, own=caller.org_id)

    def cover_gaps(self, caller: Caller) -> tuple[CoverGap, ...]:
        """Return the open placements that have nobody for a time, soonest first."""
        require(caller, "view")
        with self._context.store.read() as session:
            return cover_gaps(session, now=self._now())

    def placed(self, caller: Caller) -> Placed:
        """Return the figures of the people whom this agency has placed."""
        require(caller, "view")
        with self._context.store.read() as session:
            return placed(session, now=self._now())

    def slots(self, caller: Caller) -> tuple[SlotRow, ...]:
        """Return the guaranteed starts this desk sees."""
        require(caller, "view")
        with self._context.store.read() as session:
            return slot_rows(session)

    def weeks(self, caller: Caller) -> tuple[CapacityWeekRow, ...]:
        """Return this week's and later capacity, counts only."""
        with self._context.store.read() as session:
            return capacity_weeks(session, now=self._now())

    def outlook(self, caller: Caller) -> Outlook:
        """Return the next fourteen days of starts wanted and starts there are, counts only."""
        with self._context.store.read() as session:
            return capacity_outlook(
                session,
                now=self._now(),
                settings=self._context.settings,
                roster=caller.org_kind == "agency",
            )

    def diary(self, caller: Caller, *, first: date, last: date) -> Diary:
        """Return the assessment diary of these days, inclusive."""
        require(caller, "view")
        with self._context.store.read() as session:
            return diary(
                session,
                first=first,
                last=last,
                now=self._now(),
                settings=self._context.settings,
                caller=caller,
            )

    def directory(self, caller: Caller) -> tuple[DirectoryRow, ...]:
        """Return organisations, colleagues and directory entries, by kind and name."""
        require(caller, "view")
        with self._context.store.read() as session:
            return directory_rows(session, caller, now=self._now())

    def tasks(self, caller: Caller) -> TaskList:
        """Return everything that people chase, the most overdue first."""
        require(caller, "view")
        with self._context.store.read() as session:
            return task_list(session, caller, now=self._now(), settings=self._context.settings)

    def out_of_hours(self, caller: Caller, *, hours: int | None = None) -> OutOfHours:
        """Return what is ahead in the next hours, or to Monday morning: as the weekend sheet."""
        require(caller, "view")
        now = self._now()
        until = monday_after(now) if hours is None else now + timedelta(hours=hours)
        with self._context.store.read() as session:
            found = sheet_people(session, now=now, settings=self._context.settings)
        return out_of_hours(found, now=now, until=until)

    def referrals(self, caller: Caller) -> tuple[ReferralRow, ...]:
        """Return the live referrals, those that wait for the hub first."""
        require(caller, "view")
        with self._context.store.read() as session:
            waiting = unconfirmed(session, self._context.settings)
            return referral_rows(session, now=self._now(), waiting=waiting)

    def alerts(self, caller: Caller, conflicts: Sequence[ConflictRow] = ()) -> tuple[AlertRow, ...]:
        """Return what presses now, the urgent first; `conflicts` are the exchange's."""
        require(caller, "view")
        with self._context.store.read() as session:
            return alert_rows(
                session, caller, conflicts, now=self._now(), settings=self._context.settings
            )

    def assessors(self, caller: Caller) -> tuple[AssessorRow, ...]:
        """Return the assessors this desk sees."""
        require(caller, "view")
        with self._context.store.read() as session:
            return assessor_rows(session, now=self._now())

    def worker_roster(self, caller: Caller) -> WorkerRoster:
        """Return the agency's workers with papers, leave and contracts."""
        require(caller, "roster")
        with self._context.store.read() as session:
            waiting = unconfirmed(session, self._context.settings)
            return worker_roster(session, now=self._now(), waiting=waiting, own=caller.org_id)

    def assessor_roster(self, caller: Caller) -> tuple[RosterAssessor, ...]:
        """Return the home assessors with their hours and absences."""
        require(caller, "view")
        with self._context.store.read() as session:
            return assessor_roster(session, caller, now=self._now())

    def search(self, caller: Caller, text: str) -> tuple[SearchHit, ...]:
        """Return what begins with every word of `text`: people, beds, offers, agencies."""
        require(caller, "view")
        return search(self._context.store, text, now=self._now())

    def _now(self) -> datetime:
        return self._context.clock.now()


def _synced_at(session: Session) -> datetime | None:
    row = session.get(SyncState, "health")
    at = (row.value or {}).get("synced_at") if row is not None else None
    return datetime.fromisoformat(at) if at else None
