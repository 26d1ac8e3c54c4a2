"""Access that ends, by the real exchange: no byte stays, unsent work is told, all comes back."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from d2a_desktop.core.errors import UnreachableError
from d2a_desktop.domain.fields import RECORDS, Type
from d2a_desktop.local_db import replica
from d2a_desktop.local_db.unit_of_work import COMPACT_STATE, LocalStore
from d2a_desktop.models.audit_entry import AuditEntry
from d2a_desktop.shared_db import check
from tests.clear_pages import found_in
from tests.integration.sync.desks import DeskUnderTest, server_view
from tests.local_stores import KEY
from tests.shared_databases import System

pytestmark = pytest.mark.postgres


class Job:
    """A case that was offered to an agency and taken."""

    def __init__(self, shared: System, desk: Any) -> None:
        self.shared = shared
        self.ward: DeskUnderTest = desk("ward")
        self.hub: DeskUnderTest = desk("hub")
        self.agency: DeskUnderTest = desk("agency")
        self.scope = self.ward.new_case(ward="Wardmark", consultant="Consultmark")
        self.ward.insert(
            ("note", self.scope, {"text": "Notemark about the stairs", "author": "Authormark"}),
            ("risk", self.scope, {"detail": "Riskmark"}),
        )
        self.referral = self.ward.refer(self.scope)
        self.settle(self.ward, self.hub)
        self.offer_and_take()

    def settle(self, *desks: DeskUnderTest) -> None:
        for each in (*desks, *desks):
            each.sync()

    def offer_and_take(self) -> None:
        self.offer = self.hub.offer(self.scope, self.referral, self.agency.caller.org_id)
        self.settle(self.hub, self.agency)
        self.agency.change("offer", self.offer, status="accepted")
        self.settle(self.agency, self.hub)

    def hand_back(self) -> None:
        with self.shared.superuser() as owner:
            owner.execute("UPDATE dc.offer SET status = 'handed_back' WHERE id = %s", (self.offer,))

    def words(self) -> set[str]:
        """The words of the case that the agency holds."""
        found: set[str] = set()
        for (entity, _), row in self.agency.rows().items():
            if row["scope_id"] == self.scope:
                for name, field in RECORDS[entity].fields.items():
                    if field.type is Type.TEXT and "mark" in str(row[name]).lower():
                        found.update(w.lower() for w in row[name].split() if "mark" in w.lower())
        return found


def test_no_word_of_a_case_that_was_taken_away_is_found_and_a_new_grant_brings_it_all_back(
    shared: System, desk: Any
):
    job = Job(shared, desk)
    words = job.words()
    assert len(words) >= 3, words
    assert found_in(job.agency.store.path, words) == words
    job.agency.insert(("event", job.scope, {"kind": "call", "recorded_by": "Unsentmark"}))
    job.hand_back()
    job.agency.sync()
    assert found_in(job.agency.store.path, {*words, "unsentmark"}) == set()
    with job.agency.store.read() as session:
        (told,) = replica.list_conflicts(session)
        assert (told.mine, told.base, told.theirs) == (None, None, None)
        assert replica.get_state(session, COMPACT_STATE) is None
        wiped = session.scalars(select(AuditEntry).where(AuditEntry.scope_id == job.scope)).all()
        assert wiped
        assert {(w.salt, w.delta, w.reason) for w in wiped} == {(None, None, None)}
    # ADR 0011: the chain of the desk holds without what it said, and the server's own is whole.
    job.agency.store.verify_audit()
    with shared.database.admin() as administrator:
        report = check.check(administrator, audit=True)
        assert report.sound, report.findings
    job.settle(job.hub)
    job.offer_and_take()
    assert job.words() == words
    assert job.agency.rows() == server_view(shared, "agency")
    assert job.agency.engine.check().repaired == 0


def test_a_purge_that_stopped_before_its_end_is_finished_without_the_server(
    shared: System, desk: Any, monkeypatch: pytest.MonkeyPatch
):
    job = Job(shared, desk)
    words = job.words()
    job.hand_back()

    def killed(_: LocalStore) -> bool:
        raise UnreachableError("stopped here", code="stopped_here")

    with monkeypatch.context() as stopped:
        stopped.setattr(LocalStore, "compact_if_due", killed)
        with pytest.raises(UnreachableError):
            job.agency.sync()
        stopped.setattr(LocalStore, "compact_if_due", lambda _: True)
        job.agency.sync()
    assert not job.words()  # nobody sees it any more, and yet it is on the disk
    assert found_in(job.agency.store.path, words)
    folder, clock = job.agency.store.path.parent, job.agency.clock
    job.agency.store.close()
    opened = LocalStore.open(folder, KEY, clock=clock)
    assert found_in(opened.path, words) == set()
    opened.close()
