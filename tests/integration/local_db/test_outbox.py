from __future__ import annotations

from datetime import timedelta

import pytest

from d2a_desktop.core.clock import SettableClock
from d2a_desktop.core.errors import BugError
from d2a_desktop.local_db import outbox
from d2a_desktop.local_db.outbox import OpState
from d2a_desktop.local_db.unit_of_work import LocalStore
from d2a_desktop.models.spell import Spell
from tests.builder_ids import CASE
from tests.builders import make_patient, make_spell
from tests.local_stores import COORDINATOR, SCHEDULER, START
from tests.roster_builders import make_worker


@pytest.fixture
def filled(store: LocalStore) -> LocalStore:
    """Three groups of the coordinator (2, 1 and 3 operations) and one of somebody else."""
    with store.write(COORDINATOR, action="case:opened", grp="first") as uow:
        uow.add(make_spell())
        uow.add(make_patient())
    with store.write(SCHEDULER, action="worker:saved", grp="other") as uow:
        uow.add(make_worker())
    with store.write(COORDINATOR, action="case:changed", grp="second") as uow:
        uow.session.get_one(Spell, CASE).ward = "Oak"
    with store.write(COORDINATOR, action="case:opened", grp="third") as uow:
        for number in range(3):
            uow.add(make_worker(id=None, family_name=str(number)))
    return store


def groups(found: list[outbox.Op]) -> list[str]:
    return [op.grp for op in found]


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (1, ["first", "first"]),
        (2, ["first", "first"]),
        (3, ["first", "first", "second"]),
        (5, ["first", "first", "second"]),
        (6, ["first", "first", "second", "third", "third", "third"]),
        (50, ["first", "first", "second", "third", "third", "third"]),
    ],
)
def test_whole_groups_come_in_order_and_only_of_one_login(
    filled: LocalStore, limit: int, expected: list[str]
):
    with filled.read() as session:
        assert groups(outbox.pending(session, login=COORDINATOR.login, limit=limit)) == expected


def test_an_operation_on_the_wire_has_the_members_of_the_protocol(filled: LocalStore):
    with filled.read() as session:
        wire = outbox.pending(session, login=COORDINATOR.login, limit=3)[2].wire()
    assert sorted(wire) == ["base", "bv", "e", "grp", "hlc", "id", "k", "op", "set", "sv"]
    assert wire["e"] == "spell"
    assert wire["k"] == "patch"
    assert wire["set"] == {"ward": "Oak"}
    assert wire["base"] == {"ward": "Willow"}
    assert "login" not in wire


def test_what_became_of_an_operation_is_kept(filled: LocalStore, clock: SettableClock):
    with filled.apply() as session:
        first = outbox.pending(session, login=COORDINATOR.login, limit=2)
        outbox.mark(session, [op.op for op in first], OpState.ACKED, now=clock.now(), result="ok")
        second = outbox.pending(session, login=COORDINATOR.login, limit=1)
        outbox.mark(
            session, [second[0].op], OpState.REJECTED, now=clock.now(), result={"code": "overlap"}
        )
    with filled.read() as session:
        assert groups(outbox.pending(session, login=COORDINATOR.login, limit=50)) == ["third"] * 3
        counts = outbox.counts(session)
        assert counts[OpState.ACKED] == 2
        assert counts[OpState.REJECTED] == 1
        assert counts[OpState.PENDING] == 4
        assert counts[OpState.ORPHANED] == 0
        waiting = {each.login: each for each in outbox.waiting_by_login(session)}
        assert {login: each.count for login, each in waiting.items()} == {
            COORDINATOR.login: 3,
            SCHEDULER.login: 1,
        }
        assert {each.oldest_at for each in waiting.values()} == {START}


def test_a_blocked_operation_waits_and_can_be_put_back(filled: LocalStore, clock: SettableClock):
    with filled.apply() as session:
        op = outbox.pending(session, login=SCHEDULER.login, limit=1)[0]
        outbox.mark(session, [op.op], OpState.BLOCKED, now=clock.now())
        assert outbox.pending(session, login=SCHEDULER.login, limit=1) == []
        assert list(outbox.waiting_for(session, [op.row_id])) == [op.row_id]
        outbox.mark(session, [op.op], OpState.PENDING, now=clock.now())
        assert [each.op for each in outbox.pending(session, login=SCHEDULER.login, limit=1)] == [
            op.op
        ]


def test_the_waiting_operations_of_a_row_come_in_order(filled: LocalStore):
    with filled.read() as session:
        waiting = outbox.waiting_for(session, [CASE, "nowhere"])
    assert [op.kind for op in waiting[CASE]] == ["ins", "patch"]
    assert list(waiting) == [CASE]


def test_a_waiting_operation_can_be_put_on_a_new_base(filled: LocalStore):
    with filled.apply() as session:
        op = outbox.waiting_for(session, [CASE])[CASE][1]
        outbox.set_base(session, op.op, base={"ward": "Elm"}, base_ver=4)
    with filled.read() as session:
        again = outbox.waiting_for(session, [CASE])[CASE][1]
    assert (again.base, again.base_ver, again.set) == ({"ward": "Elm"}, 4, {"ward": "Oak"})


def test_acknowledged_operations_stay_for_35_days(filled: LocalStore, clock: SettableClock):
    with filled.apply() as session:
        op = outbox.pending(session, login=SCHEDULER.login, limit=1)[0]
        outbox.mark(session, [op.op], OpState.ACKED, now=clock.now())
    clock.advance(timedelta(days=35))
    with filled.apply() as session:
        assert outbox.forget_acked(session, now=clock.now()) == 0
        assert outbox.counts(session)[OpState.ACKED] == 1
    clock.advance(timedelta(seconds=1))
    with filled.apply() as session:
        assert outbox.forget_acked(session, now=clock.now()) == 1
        assert outbox.counts(session)[OpState.PENDING] == 6


def test_an_answer_to_an_operation_that_was_never_made_is_a_bug(
    filled: LocalStore, clock: SettableClock
):
    with pytest.raises(BugError, match="never sent"), filled.apply() as session:
        outbox.mark(session, ["nothing"], OpState.ACKED, now=clock.now())
