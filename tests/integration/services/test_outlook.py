"""The capacity outlook from a real store: who is counted where, and what the shares rest on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from d2a_desktop.domain.outlook import Group, Outlook, Seen, outlook_words
from d2a_desktop.models.base import Synced
from d2a_desktop.services.queries.reads import Queries
from tests.builder_ids import AGENCY, some_id
from tests.builders import (
    make_capacity_week,
    make_nctr_period,
    make_offer,
    make_pathway_decision,
    make_patient,
    make_referral,
    make_spell,
)
from tests.integration.services.walk import HUB_CALLER, Walk
from tests.local_stores import SCHEDULER, START
from tests.roster_builders import make_credential, make_placement_block, make_worker

TODAY = date(2026, 11, 22)


def someone(name: str, *more: Synced, **spell: Any) -> list[Synced]:
    """Return a case of that name; the rows given are made its own."""
    case = some_id(name)
    for row in more:
        row.id, row.scope_id = some_id(name + row.__tablename__), case
        if hasattr(row, "referral_id"):
            row.referral_id = some_id(name + "referral")
    values: dict[str, Any] = {"id": case, "scope_id": case, "case_ref": name, **spell}
    return [make_spell(**values), make_patient(id=some_id(name + "p"), scope_id=case), *more]


def ready(days: int = 2) -> Synced:
    return make_nctr_period(nctr_from=START - timedelta(days=days))


def referred(status: str = "sent") -> Synced:
    return make_referral(status=status, sent_at=START - timedelta(days=1))


def decided(pathway: str) -> Synced:
    return make_pathway_decision(pathway=pathway, decided_at=START)


def outlook(walk: Walk, rows: Sequence[Synced], caller: Any = HUB_CALLER) -> Outlook:
    walk.arrives_from_server(*rows)
    return Queries(walk.context).outlook(caller)


def test_each_person_is_in_the_group_they_have_come_to(walk: Walk):
    found = outlook(
        walk,
        [
            *someone("waits", ready(), referred("confirmed"), decided("P1")),
            *someone("another pathway", ready(), referred("confirmed"), decided("P2")),
            *someone("with the hub", ready(), referred()),
            *someone("ready", ready()),
            *someone("soon", edd=TODAY + timedelta(days=4)),
            *someone("later", edd=TODAY + timedelta(days=40)),
            *someone("undated"),
            *someone("gone", ready(30), pas_discharged_at=START - timedelta(days=20)),
        ],
    )
    assert {group: n for group, n in found.groups.items() if n} == {
        Group.AWAITING: 1,
        Group.REFERRED: 1,
        Group.READY: 1,
        Group.EXPECTED: 1,
    }
    assert found.undated == 1
    # Known outcomes: "waits" came to live-in care, "another pathway" and "gone" did not.
    assert found.seen == {
        Group.EXPECTED: Seen(3, 1),
        Group.READY: Seen(3, 1),
        Group.REFERRED: Seen(2, 1),
    }
    assert found.days[0].low == 1
    assert found.days[3].likely <= found.days[4].likely


def test_what_is_older_than_ninety_days_is_no_longer_counted(walk: Walk):
    old = someone("old", ready(100), pas_discharged_at=START - timedelta(days=95))
    assert Group.READY not in outlook(walk, old).seen


def test_starts_are_what_is_open_and_from_next_week_what_is_promised(walk: Walk):
    def week(name: str, **given: Any) -> Synced:
        return make_capacity_week(id=some_id(name), agency_org_id=AGENCY, week=name, **given)

    found = outlook(
        walk,
        [
            week("2026-W46", open_slots=9),
            week("2026-W47", open_slots=1, accepted_slots=2, started_slots=1, min_starts=5),
            week("2026-W48", open_slots=2, held_slots=1, min_starts=5),
        ],
    )
    assert (found.guaranteed, found.taken, found.left) == (5, 3, 1)
    # 22-Nov-2026 is a Sunday, so W48 begins on the next day: two open, two more promised.
    assert [day.starts for day in found.days[:2]] == [1, 5]
    assert found.days[0].workers is None


def test_an_agency_counts_offers_and_its_own_workers_and_says_what_it_cannot_know(walk: Walk):
    def offer(name: str, status: str, **given: Any) -> Synced:
        values = {"id": some_id(name), "scope_id": some_id(name), "reference": f"O-{name}"}
        sent = {"sent_at": START - timedelta(days=2), "respond_by": START + timedelta(hours=2)}
        return make_offer(**{**values, **sent, "status": status, **given})

    found = outlook(
        walk,
        [
            make_worker(id=some_id("active")),
            # Of whom no paper is recorded: not counted as free.
            make_worker(id=some_id("unknown")),
            *(
                make_credential(id=some_id(code), code=code, worker_id=some_id("active"))
                for code in ("DBS_ENH_AB", "RTW", "MH")
            ),
            make_worker(id=some_id("gone"), status="left"),
            offer("AAAA-0001", "sent", earliest_start=TODAY + timedelta(days=3)),
            offer("AAAA-0002", "sent", respond_by=START - timedelta(hours=1)),
            offer("AAAA-0003", "declined"),
            offer("AAAA-0004", "accepted"),
            offer("AAAA-0005", "accepted"),
            make_placement_block(offer_id=some_id("AAAA-0005"), worker_id=some_id("gone")),
            make_capacity_week(id=some_id("w"), week="2026-W47", open_slots=1),
        ],
        SCHEDULER,
    )
    assert found.groups[Group.OFFERED] == 1
    assert found.seen == {Group.OFFERED: Seen(4, 2)}
    assert [day.high for day in found.days[:4]] == [0, 0, 0, 1]
    assert [day.workers for day in found.days] == [1] * 14
    # One start is open and one is owed, and there is one worker.
    assert found.owed == 1
    assert found.workers_short == TODAY
    assert "unknown here, and in no figure" in " ".join(outlook_words(found))
