"""Work that waits: behind a conflict, behind another person, behind what nobody can read."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from d2a_desktop.models.patient import Patient
from d2a_desktop.models.spell import Spell
from d2a_desktop.shared_db import admin
from d2a_desktop.sync import conflicts
from tests.integration.shared_db.wire_client import WireClient, new, new_case, refer
from tests.integration.sync.desks import server_view
from tests.shared_databases import Person

pytestmark = pytest.mark.postgres


def note(scope: str, text: str = "a note") -> tuple[str, str, dict[str, str]]:
    return ("note", scope, {"text": text})


def test_what_no_server_can_read_is_told_to_its_author_and_holds_up_nobody(shared, desk):
    ward = desk("ward")
    bad, good = ward.new_case(), ward.new_case()
    ward.sync()
    ward.change("spell", bad, bed="A1")
    ward.change("spell", bad, ward="nul \x00 character")
    ward.change("spell", good, bed="A2")
    report = ward.sync()
    assert [r.code for r in report.rejected] == ["invalid"]
    assert report.waiting == 0
    assert (ward.row("spell", bad)["bed"], ward.row("spell", bad)["ward"]) == ("A1", "x")
    assert ward.rows() == server_view(shared, "ward")
    (told,) = conflicts.open_conflicts(ward.store)
    assert told.mine == {"ward": "nul \x00 character"}


def test_a_command_behind_a_conflict_waits_as_a_whole(shared, desk):
    ward, other = desk("ward"), desk("ward", "second")
    scope = ward.new_case()
    ward.sync()
    other.sync()
    ward.change("spell", scope, edd="2026-12-01")
    ward.sync()
    other.change("spell", scope, edd="2026-12-05")
    with other.store.write(other.caller, action="case:changed") as unit:
        unit.session.get(Spell, scope).bed = "9"
        unit.session.get(Patient, next(iter(other.rows("patient")))[1]).preferred_name = "Zo"
    report = other.sync()
    assert [c.code for c in report.conflicts] == ["conflict"]
    assert report.waiting == 2
    assert "Zo" not in str(server_view(shared, "ward"))
    (conflict,) = conflicts.open_conflicts(other.store)
    conflicts.resolve(
        other.store, other.caller, conflict.op, choice="theirs", now=other.clock.now()
    )
    assert other.sync().pushed == 2
    assert other.rows() == server_view(shared, "ward")


def test_an_edit_never_overtakes_an_earlier_one_that_waits_for_a_choice(shared, desk):
    ward, other = desk("ward"), desk("ward", "second")
    scope = ward.new_case(bed="1")
    ward.sync()
    other.sync()
    ward.change("spell", scope, edd="2026-12-01")
    ward.sync()
    other.change("spell", scope, edd="2026-12-05")
    other.change("spell", scope, bed="2")
    assert [c.code for c in other.sync().conflicts] == ["conflict"]
    other.change("spell", scope, bed="3")
    other.insert(note(scope))
    report = other.sync()
    assert (report.pushed, report.waiting) == (1, 2)
    assert other.row("spell", scope)["bed"] == "3"
    (conflict,) = conflicts.open_conflicts(other.store)
    conflicts.resolve(
        other.store, other.caller, conflict.op, choice="theirs", now=other.clock.now()
    )
    assert other.sync().pushed == 2
    assert other.row("spell", scope)["bed"] == "3"
    assert other.rows() == server_view(shared, "ward")


def test_work_on_what_a_colleague_has_not_sent_waits_for_the_colleague(shared, desk):
    with shared.database.admin() as connection:
        made = admin.add_user(
            connection, ods_code="RHU01", role="ward_coordinator", name="Test colleague"
        )
    colleague = Person(made.login, made.password, made.org_id, "RHU01", "ward_coordinator")
    shared = replace(shared, people={**shared.people, "colleague": colleague})
    ward = desk("ward")
    ward.system = shared
    ward.sync()
    scope = ward.new_case()
    ward.sign_in("colleague")
    ward.change("spell", scope, bed="7")
    ward.insert(note(scope))
    mine = ward.new_case()
    report = ward.sync()
    assert not report.rejected
    assert report.pushed == 2
    assert report.waiting == 4
    assert ("spell", mine) in server_view(shared, "colleague")
    ward.sign_in("ward")
    ward.sync()
    ward.sign_in("colleague")
    report = ward.sync()
    assert (report.pushed, report.waiting) == (2, 0)
    assert ward.rows() == server_view(shared, "colleague")


def test_a_refused_edit_falls_back_to_the_unsent_edit_it_stood_on(shared, desk):
    ward = desk("ward")
    scope = ward.new_case(bed="1")
    ward.sync()
    ward.change("spell", scope, bed="2")
    ward.sign_in("analyst")
    ward.change("spell", scope, bed="3 \x00")
    assert [r.code for r in ward.sync().rejected] == ["invalid"]
    assert ward.row("spell", scope)["bed"] == "2"


def test_what_the_server_still_holds_back_is_no_difference(shared, desk):
    ward = desk("ward")
    scope = ward.new_case()
    ward.sync()
    slow = shared.superuser()
    slow.execute("BEGIN")
    slow.execute(
        "INSERT INTO dc.note (id, scope_id, kind, text, author, at)"
        " VALUES (gen_random_uuid(), %s, 'note', 'slow', 'slow', now())",
        (scope,),
    )
    ward.change("spell", scope, bed="2")
    ward.sync()
    assert ward.row("spell", scope)["ver"] == 1
    assert ward.engine.check().repaired == 0
    slow.execute("COMMIT")
    assert ward.engine.check().repaired == 0
    assert ward.rows() == server_view(shared, "ward")


def test_a_row_written_while_a_grant_was_made_reaches_the_one_it_was_made_for(shared):
    ward, hub = WireClient(shared, "ward"), WireClient(shared, "hub")
    scope = new_case(ward)
    hub.hello()
    hub.pull()
    slow, watch = shared.superuser(), shared.superuser()
    slow.execute("BEGIN")
    slow.execute(
        "INSERT INTO dc.note (id, scope_id, kind, text, author, at)"
        " VALUES (gen_random_uuid(), %s, 'note', 'late', 'late', now())",
        (scope,),
    )
    with ThreadPoolExecutor(1) as pool:
        referred = pool.submit(refer, ward, scope)
        waits = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock')"
        paused = threading.Event()
        while not referred.done() and watch.execute(waits).fetchone() == (False,):
            paused.wait(0.01)
        slow.execute("COMMIT")
        referred.result()
    hub.pull()
    assert [n["text"] for n in hub.seen("note").values()] == ["late"]


def test_a_batch_sent_twice_blocks_what_it_blocked(shared):
    ward = WireClient(shared, "ward")
    scope = new_case(ward)
    ward.pull()
    wrong = ward.patch_op("spell", scope, hospital_org_id=new())
    behind = ward.patch_op("spell", scope, bed="5")
    first = [r.status for r in ward.push(wrong, behind)]
    assert first == ["rejected", "blocked"]
    assert [r.status for r in ward.push(wrong, behind)] == first
    assert [r.status for r in ward.push(behind)] == ["ok"]
