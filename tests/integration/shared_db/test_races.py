"""Many at once: one acceptance, one place for a worker, no lost row."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from d2a_desktop.shared_db.wire import OpResult
from tests.integration.shared_db.wire_client import WireClient, at, new, new_case, offer, refer
from tests.shared_databases import System

pytestmark = pytest.mark.postgres

THREADS = 20


@pytest.fixture
def desks(shared):
    return {who: WireClient(shared, who) for who in ("ward", "hub", "agency", "agency2")}


def all_pull(desks: dict[str, WireClient]) -> None:
    for one in desks.values():
        one.hello()
        one.pull()


def at_once(jobs: list[Callable[[], OpResult]]) -> list[OpResult]:
    """Run the jobs on threads of their own that start together; return their results."""
    gate = threading.Barrier(len(jobs))

    def run(job: Callable[[], OpResult]) -> OpResult:
        gate.wait()
        return job()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def test_of_two_agencies_that_accept_at_the_same_moment_exactly_one_wins(desks):
    for _ in range(5):
        scope = new_case(desks["ward"])
        referral = refer(desks["ward"], scope)
        pairs = [
            (who, offer(desks["hub"], scope, referral, desks[who].org))
            for who in ("agency", "agency2")
        ]
        all_pull(desks)
        ops = {who: desks[who].patch_op("offer", sent, status="accepted") for who, sent in pairs}
        jobs = [lambda who=who, op=ops[who]: desks[who].push(op)[0] for who, _ in pairs]
        results = at_once(jobs)
        assert sorted(r.status for r in results) == ["ok", "rejected"]
        assert [r.why for r in results if r.status == "rejected"] == ["already_taken"]
        all_pull(desks)
        seen = [who for who in ("agency", "agency2") if scope in desks[who].seen("spell")]
        assert len(seen) == 1


def placements(desks: dict[str, WireClient], count: int) -> list[tuple[str, str]]:
    """Have one agency accept several cases; return (offer, placement) pairs."""
    agency = desks["agency"]
    for _ in range(count):
        scope = new_case(desks["ward"])
        sent = offer(desks["hub"], scope, refer(desks["ward"], scope), agency.org)
        agency.hello()
        agency.pull()
        assert agency.patch("offer", sent, status="accepted").status == "ok"
    agency.pull()
    return [(p["offer_id"], p["id"]) for p in agency.seen("placement").values()]


def connections_for(shared: System, who: str, count: int) -> list[WireClient]:
    """More connections than a person may have, for a race of many desks of one agency."""
    with shared.superuser() as owner:
        login = shared.people[who].login
        owner.execute(f'ALTER ROLE "{login}" CONNECTION LIMIT {count + 5}')
    clients = [WireClient(shared, who) for _ in range(count)]
    for one in clients:
        one.hello()
    return clients


def block(
    client: WireClient,
    pair: tuple[str, str],
    worker: str,
    start: int,
    end: int,
    status: str = "confirmed",
) -> dict[str, Any]:
    sent, placement = pair
    return client.insert_op(
        "placement_block", client.org, placement_id=placement, offer_id=sent, worker_id=worker,
        starts_at=at(start), ends_at=at(end), status=status, kind="main",
    )  # fmt: skip


def test_twenty_desks_that_book_one_worker_at_once_get_one_booking(shared, desks):
    pairs = placements(desks, 2)
    worker = desks["agency"].insert(
        "worker", desks["agency"].org, first_name="Amara", status="active"
    )
    clients = connections_for(shared, "agency", THREADS)
    jobs = [
        lambda c=c, n=n: c.push(block(c, pairs[n % 2], worker, n % 5, 24 + n))[0]
        for n, c in enumerate(clients)
    ]
    results = at_once(jobs)
    assert [r.status for r in results].count("ok") == 1
    assert {r.why for r in results if r.status != "ok"} == {"overlap"}


def test_a_worker_may_follow_on_but_not_overlap_and_not_start_while_still_in_place(desks):
    agency = desks["agency"]
    one, two = placements(desks, 2)
    worker = agency.insert("worker", agency.org, first_name="Amara", status="active")
    first = block(agency, one, worker, 0, 24)
    assert agency.push(first)[0].status == "ok"
    assert agency.push(block(agency, two, worker, 23, 48))[0].why == "overlap"
    assert agency.push(block(agency, two, worker, 23, 48, status="proposed"))[0].status == "ok"
    follow = block(agency, two, worker, 24, 48)
    assert agency.push(follow)[0].status == "ok"
    agency.pull()
    assert (
        agency.patch("placement_block", first["id"], status="active", arrived_at=at(0)).status
        == "ok"
    )
    assert agency.patch("placement_block", follow["id"], status="active").why == "overlap"
    agency.pull()
    left = agency.patch("placement_block", first["id"], status="ended", left_at=at(20))
    assert left.status == "ok"
    agency.pull()
    assert agency.seen("placement_block")[first["id"]]["ends_at"] == at(20)
    assert agency.patch("placement_block", follow["id"], status="active").status == "ok"


def test_twenty_visits_for_one_assessor_at_once_give_one_whether_first_or_second(shared, desks):
    scope = new_case(desks["ward"])
    refer(desks["ward"], scope)
    clients = connections_for(shared, "hub", THREADS)
    assessor = new()
    jobs = [
        lambda c=c, n=n: c.push(
            c.insert_op(
                "visit", scope, status="planned", starts_at=at(0), ends_at=at(1),
                assessor_id=assessor if n % 2 else new(),
                second_assessor_id=None if n % 2 else assessor,
            )
        )[0]
        for n, c in enumerate(clients)
    ]  # fmt: skip
    results = at_once(jobs)
    assert [r.status for r in results].count("ok") == 1
    assert {r.why for r in results if r.status != "ok"} == {"overlap"}


def test_a_visit_that_is_void_frees_its_assessor(desks):
    scope = new_case(desks["ward"])
    refer(desks["ward"], scope)
    hub, assessor = desks["hub"], new()
    visit = {"status": "planned", "assessor_id": assessor, "starts_at": at(0), "ends_at": at(1)}
    first = hub.insert("visit", scope, **visit)
    assert hub.push(hub.insert_op("visit", scope, **visit))[0].why == "overlap"
    hub.pull()
    assert hub.patch("visit", first, status="void", void_reason="moved").status == "ok"
    assert hub.push(hub.insert_op("visit", scope, **visit))[0].status == "ok"


def test_one_slot_cannot_serve_two_acceptances(desks):
    agency, hub, ward = desks["agency"], desks["hub"], desks["ward"]
    contract = new()
    agency.insert(
        "capacity_contract",
        contract,
        id=contract,
        agency_org_id=agency.org,
        min_starts=1,
        max_starts=1,
    )
    slot = agency.insert(
        "slot", contract, contract_id=contract, week="2030-W23", number=1, status="open"
    )
    sent = []
    for _ in range(2):
        scope = new_case(ward)
        sent.append(offer(hub, scope, refer(ward, scope), agency.org))
    agency.pull()
    assert agency.patch("offer", sent[0], status="accepted", slot_id=slot).status == "ok"
    refused = agency.patch("offer", sent[1], status="accepted", slot_id=slot)
    assert (refused.status, refused.why) == ("rejected", "slot_taken")


# --- the watermark ------------------------------------------------------------------------------


def note(shared: System, scope: str) -> tuple[str, tuple[str]]:
    return (
        (
            "INSERT INTO dc.note (id, scope_id, kind, text, author, at) VALUES"
            " (gen_random_uuid(), %s, 'note', 'x', 'x', now())"
        ),
        (scope,),
    )


def test_a_transaction_that_commits_late_is_not_passed_over(shared, desks):
    ward = desks["ward"]
    scope = new_case(ward)
    ward.pull()
    slow, fast = shared.superuser(), shared.superuser()
    slow.execute("BEGIN")
    slow.execute(*note(shared, scope))
    fast.execute(*note(shared, scope))
    assert ward.pull() == 0  # the later one waits behind the earlier
    naive = ward.gateway.pull(cursor=ward.cursor, limit=10)
    assert naive.cursor == ward.cursor
    slow.execute("COMMIT")
    ward.pull()
    assert len(ward.seen("note")) == 2


def test_without_the_watermark_the_late_transaction_would_be_lost(shared, desks):
    """The test of the test: the same case with a cursor by sequence alone loses the row."""
    ward = desks["ward"]
    scope = new_case(ward)
    with shared.superuser() as owner:
        (definition,) = owner.execute("SELECT pg_get_functiondef('sync.pull'::regproc)").fetchone()
        owner.execute(definition.replace("pg_snapshot_xmin", "pg_snapshot_xmax"))
    ward.pull()
    slow, fast = shared.superuser(), shared.superuser()
    slow.execute("BEGIN")
    slow.execute(*note(shared, scope))
    fast.execute(*note(shared, scope))
    ward.pull()
    slow.execute("COMMIT")
    ward.pull()
    assert len(ward.seen("note")) == 1


def test_eight_writers_and_a_reader_lose_nothing(shared, desks):
    ward = desks["ward"]
    scope = new_case(ward)
    urls = [shared.superuser() for _ in range(8)]
    each = 60
    left = threading.Semaphore(0)

    def write(connection: psycopg.Connection):
        for n in range(each):
            with connection.transaction():
                connection.execute(*note(shared, scope))
                if n % 7 == 0:
                    connection.execute("SELECT pg_sleep(0.003)")
        left.release()

    threads = [threading.Thread(target=write, args=(c,)) for c in urls]
    for thread in threads:
        thread.start()
    while any(t.is_alive() for t in threads):
        ward.pull(limit=50)
    for thread in threads:
        thread.join()
    ward.pull(limit=50)
    assert len(ward.seen("note")) == 8 * each


def test_a_page_ends_between_transactions(shared, desks):
    ward = desks["ward"]
    scope = new_case(ward)
    ward.pull()
    with shared.superuser() as owner:
        for _ in range(6):
            with owner.transaction():
                for _ in range(3):
                    owner.execute(*note(shared, scope))
    sizes = []
    while True:
        page = ward.gateway.pull(cursor=ward.cursor, limit=7)
        sizes.append(page.size)
        ward.cursor = page.cursor
        if not page.more:
            break
    assert sizes == [6, 6, 6]


def test_a_transaction_larger_than_a_page_is_cut_and_arrives_whole(shared, desks):
    ward = desks["ward"]
    scope = new_case(ward)
    ward.pull()
    with shared.superuser() as owner, owner.transaction():
        for _ in range(25):
            owner.execute(*note(shared, scope))
    assert ward.pull(limit=10) == 25
    assert len(ward.seen("note")) == 25
