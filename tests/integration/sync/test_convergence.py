"""Three desks and one server: whatever happens in between, all end with what they may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest

from d2a_desktop.shared_db.failures import TryAgainError
from d2a_desktop.shared_db.wire import OpResult
from d2a_desktop.sync import apply, conflicts
from d2a_desktop.sync.protocol import Progress, SharedGateway, SyncSettings
from tests.integration.shared_db.wire_client import at, new
from tests.integration.sync.desks import DeskUnderTest, server_view
from tests.shared_databases import System

pytestmark = pytest.mark.postgres


def settle(*desks: DeskUnderTest) -> None:
    """Sync round after round until nothing moves any more."""
    for _ in range(5):
        if not any(r.pushed or r.pulled or r.purged for r in [d.sync() for d in desks]):
            return
    raise AssertionError("the desks do not come to rest")


def assert_equal(system: System, *desks: DeskUnderTest) -> None:
    for desk in desks:
        assert desk.rows() == server_view(system, desk.who)


def test_three_desks_walk_the_main_job_and_agree(shared, desk):
    ward, hub, agency = desk("ward"), desk("hub"), desk("agency")
    settle(ward, hub, agency)
    scope = ward.new_case(ward="B4")
    referral = ward.refer(scope)
    settle(ward, hub, agency)
    sent = hub.offer(scope, referral, agency.caller.org_id)
    settle(hub, agency)
    assert agency.row("patient", scope) is None
    agency.change("offer", sent, status="accepted")
    report = agency.sync()
    assert [c["e"] for c in report.cascades] == ["placement"]
    (key,) = agency.rows("placement")
    (worker,) = agency.insert(
        ("worker", agency.caller.org_id, {"first_name": "Amara", "status": "active"})
    )
    agency.insert(
        (
            "placement_block",
            agency.caller.org_id,
            {
                "placement_id": key[1], "offer_id": sent, "worker_id": worker,
                "starts_at": at(0), "ends_at": at(24), "status": "confirmed", "kind": "main",
            },
        )
    )  # fmt: skip
    ward.change("spell", scope, bed="7")
    hub.change("spell", scope, hub_owner_name="Case manager")
    settle(ward, hub, agency)
    assert_equal(shared, ward, hub, agency)
    assert ("patient", next(iter(ward.rows("patient")))[1]) in agency.rows("patient")
    seen = ward.row("spell", scope)
    assert (seen["bed"], seen["hub_owner_name"]) == ("7", "Case manager")
    assert [c["first_name"] for c in ward.rows("arrival_card").values()] == ["Amara"]
    agency.change("placement", key[1], status="ended", end_reason="independent")
    settle(ward, hub, agency)
    assert_equal(shared, ward, hub, agency)
    assert "Marker" not in str(agency.rows())


def test_an_edit_is_later_than_what_its_author_saw_though_the_clock_runs_behind(shared, desk):
    ward, hub = desk("ward"), desk("hub")
    scope = ward.new_case(bed="1")
    ward.refer(scope)
    hub.clock.advance(-timedelta(minutes=3))
    settle(ward, hub)
    ward.change("spell", scope, bed="2")
    settle(ward, hub)
    seen = hub.row("spell", scope)["hlc"]
    hub.change("spell", scope, hub_owner_name="Case manager")
    assert hub.row("spell", scope)["hlc"] > seen


def test_an_unsent_edit_stays_visible_on_top_of_what_others_wrote(shared, desk):
    ward, hub = desk("ward"), desk("hub")
    scope = ward.new_case(bed="1")
    ward.refer(scope)
    settle(ward, hub)
    hub.change("spell", scope, hub_owner_name="Mine, unsent")
    ward.change("spell", scope, bed="2")
    ward.sync()
    hub.engine_with(_PullOnly(hub.gateway)).run(hub.caller.login)
    row = hub.row("spell", scope)
    assert (row["bed"], row["hub_owner_name"]) == ("2", "Mine, unsent")
    settle(hub, ward)
    assert_equal(shared, ward, hub)
    assert ward.row("spell", scope)["hub_owner_name"] == "Mine, unsent"


class _PullOnly:
    """A gateway through which nothing can be pushed yet: every operation is put off."""

    def __init__(self, gateway: SharedGateway) -> None:
        self._gateway = gateway

    def __getattr__(self, name: str) -> Any:
        return getattr(self._gateway, name)

    def push(self, *, client: str, ops: Sequence[Mapping[str, Any]]) -> list[OpResult]:
        return [OpResult(op=op["op"], status="blocked") for op in ops]


def test_two_edits_of_a_clinical_field_become_a_conflict_that_a_person_settles(shared, desk):
    ward, other = desk("ward"), desk("ward", "second")
    scope = ward.new_case()
    settle(ward, other)
    ward.change("spell", scope, edd="2026-12-01")
    other.change("spell", scope, edd="2026-12-05")
    other.change("spell", scope, bed="9")
    ward.sync()
    report = other.sync()
    assert [c.code for c in report.conflicts] == ["conflict"]
    row = other.row("spell", scope)
    assert row["edd"] == "2026-12-01"
    assert row["bed"] == "9"
    assert other.engine.health().state == "needs_you"
    (conflict,) = conflicts.open_conflicts(other.store)
    assert (conflict.mine, conflict.theirs) == ({"edd": "2026-12-05"}, {"edd": "2026-12-01"})
    conflicts.resolve(other.store, other.caller, conflict.op, choice="mine", now=other.clock.now())
    settle(other, ward)
    assert_equal(shared, ward, other)
    assert ward.row("spell", scope)["edd"] == "2026-12-05"
    assert ward.row("spell", scope)["bed"] == "9"
    assert other.engine.health().state == "synced"


def test_a_refused_change_is_taken_back_recorded_and_holds_up_nobody(shared, desk):
    ward = desk("ward")
    scope, good = ward.new_case(), ward.new_case()
    ward.sync()
    with shared.superuser() as owner:
        owner.execute("DELETE FROM sync.transition WHERE entity = 'referral' AND src = 'draft'")
    ward.insert(("referral", scope, {"status": "draft", "reference": "R-1"}))
    (draft,) = [k[1] for k in ward.rows("referral")]
    ward.change("referral", draft, status="sent")
    ward.change("spell", good, bed="3")
    report = ward.sync()
    assert [(r.code, r.entity) for r in report.rejected] == [("status_machine", "referral")]
    assert ward.row("referral", draft)["status"] == "draft"
    assert server_view(shared, "ward")["spell", good]["bed"] == "3"
    assert report.waiting == 0
    assert_equal(shared, ward)


def test_a_lost_answer_is_sent_again_and_has_its_effect_once(shared, desk):
    ward = desk("ward")
    scope = ward.new_case()
    ward.sync()
    ward.change("spell", scope, bed="4")
    lossy = _LosesAnswers(ward.gateway, times=2)
    report = ward.engine_with(lossy).run(ward.caller.login)
    assert report.pushed == 1
    assert len(ward.waits) == 2
    assert not report.rejected
    with shared.superuser() as owner:
        (count,) = owner.execute(
            "SELECT count(*) FROM sync.audit WHERE entity = 'spell' AND row_id = %s", (scope,)
        ).fetchone()
    assert count == 2
    assert_equal(shared, ward)


def test_an_answer_lost_for_good_is_found_again_by_the_next_run(shared, desk):
    ward = desk("ward")
    ward.sync()
    scope = ward.new_case()
    with pytest.raises(TryAgainError):
        ward.engine_with(_LosesAnswers(ward.gateway, times=99)).run(ward.caller.login)
    assert ward.engine.health().state == "offline"
    settle(ward)
    assert_equal(shared, ward)
    assert ward.row("spell", scope)["ver"] == 1


class _LosesAnswers:
    def __init__(self, gateway: SharedGateway, times: int) -> None:
        self._gateway = gateway
        self._left = times

    def __getattr__(self, name: str) -> Any:
        return getattr(self._gateway, name)

    def push(self, *, client: str, ops: Sequence[Mapping[str, Any]]) -> list[OpResult]:
        answers = self._gateway.push(client=client, ops=ops)
        if self._left:
            self._left -= 1
            raise TryAgainError("cut", code="connection_lost")
        return answers


def test_a_first_sync_that_is_cut_goes_on_where_it_stopped(shared, desk):
    ward, late = desk("ward"), desk("ward", "late")
    for _ in range(15):
        ward.new_case()
    ward.sync()
    done: list[Progress] = []
    engine = late.engine_with(late.gateway, SyncSettings(page=10))
    report = engine.run(
        late.caller.login, done.append, cancelled=lambda: any(each.done >= 10 for each in done)
    )
    assert report.cancelled
    assert 0 < len(late.rows("spell", "patient")) < 30
    before = report.pulled
    report = engine.run(late.caller.login)
    assert before + report.pulled == len(late.rows())
    assert_equal(shared, late)


def test_a_group_that_is_half_allowed_is_taken_back_whole(shared, desk):
    ward = desk("ward")
    scope, other = ward.new_case(), new()
    ward.sync()
    ward.insert(
        ("note", scope, {"text": "with the group"}),
        ("note", other, {"text": "in a scope of nobody"}),
    )
    report = ward.sync()
    assert sorted(r.code for r in report.rejected) == ["group", "not_allowed"]
    assert ward.rows("note") == {}
    assert_equal(shared, ward)


def test_only_the_signed_in_persons_work_goes_out_under_their_login(shared, desk):
    ward = desk("ward")
    ward.sync()
    scope = ward.new_case()
    ward.sign_in("analyst")
    report = ward.sync()
    assert report.pushed == 0
    assert report.waiting == 2
    ward.sign_in("ward")
    assert ward.sync().pushed == 2
    with shared.superuser() as owner:
        actors = owner.execute(
            "SELECT DISTINCT actor FROM sync.audit WHERE row_id = %s", (scope,)
        ).fetchall()
    assert actors == [(shared.people["ward"].login,)]


def test_restricted_text_leaves_a_shared_desk_with_the_role_and_comes_back_with_it(shared, desk):
    ward = desk("ward")
    scope = ward.new_case()
    ward.insert(("restricted_note", scope, {"text": "Secretword", "kind": "safeguarding"}))
    settle(ward)
    ward.sign_in("analyst")
    ward.sync()
    assert ward.rows("restricted_note") == {}
    assert_equal_for(shared, ward, "analyst")
    ward.sign_in("ward")
    ward.sync()
    assert [n["text"] for n in ward.rows("restricted_note").values()] == ["Secretword"]


def test_a_check_after_a_change_of_person_follows_the_role_and_finds_no_difference(shared, desk):
    ward = desk("ward")
    scope = ward.new_case()
    ward.insert(("restricted_note", scope, {"text": "Secretword", "kind": "safeguarding"}))
    settle(ward)
    for who, seen in (("analyst", []), ("ward", ["Secretword"])):
        ward.sign_in(who)
        report = ward.engine.check()
        assert (report.repaired, report.rewound) == (0, ())
        assert [n["text"] for n in ward.rows("restricted_note").values()] == seen


def assert_equal_for(system: System, desk: DeskUnderTest, who: str) -> None:
    assert desk.rows() == server_view(system, who)


def test_a_revoked_case_leaves_no_byte_on_the_agencys_disk_and_orphans_its_edits(shared, desk):
    ward, hub, agency = desk("ward"), desk("hub"), desk("agency")
    scope = ward.new_case()
    referral = ward.refer(scope)
    settle(ward, hub, agency)
    sent = hub.offer(scope, referral, agency.caller.org_id)
    settle(hub, agency)
    agency.change("offer", sent, status="accepted")
    settle(agency, ward)
    agency.insert(("event", scope, {"kind": "call", "recorded_by": "Orphanword"}))
    with shared.superuser() as owner:
        owner.execute("UPDATE dc.offer SET status = 'handed_back' WHERE id = %s", (sent,))
    report = agency.sync()
    assert report.purged >= 1
    assert [r.code for r in report.rejected] == ["not_allowed"]
    assert not [k for k, r in agency.rows().items() if r["scope_id"] == scope]
    settle(agency)
    assert_equal(shared, agency)
    with agency.store.read() as session:
        connection = session.connection()
        tables = [
            r[0]
            for r in connection.exec_driver_sql(
                "SELECT name FROM sqlite_master WHERE type = 'table'"
            )
        ]
        whole = str([connection.exec_driver_sql(f'SELECT * FROM "{t}"').all() for t in tables])
    assert "Marker" not in whole
    assert "Orphanword" not in whole


def test_a_power_cut_in_the_middle_of_a_page_leaves_neither_rows_nor_cursor(
    shared, desk, monkeypatch
):
    ward, late = desk("ward"), desk("ward", "late")
    for _ in range(3):
        ward.new_case()
    ward.sync()
    whole = apply.apply_rows
    seen: list[str] = []

    def cut(session: Any, entity: str, rows: Any) -> Any:
        seen.append(entity)
        if len(seen) == 2:
            raise KeyboardInterrupt
        return whole(session, entity, rows)

    monkeypatch.setattr(apply, "apply_rows", cut)
    with pytest.raises(KeyboardInterrupt):
        late.sync()
    assert late.rows() == {}
    monkeypatch.undo()
    report = late.sync()
    assert report.repaired == 0
    assert_equal(shared, late)
