"""Two edits that met: who wrote the other, when, and what each choice does."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select

from d2a_desktop.core.errors import RefusedError
from d2a_desktop.domain.audit_actions import AuditAction
from d2a_desktop.local_db import replica
from d2a_desktop.models.audit_entry import AuditEntry
from d2a_desktop.services.conflict_rows import conflict_rows
from d2a_desktop.sync import conflicts
from d2a_desktop.sync.health import State
from tests.integration.sync.desks import DeskUnderTest, server_view

pytestmark = pytest.mark.postgres


def met(desk, mine: DeskUnderTest, theirs: DeskUnderTest, scope: str, **values: str) -> str:
    """Let both write the phone of one person; return the operation that met the other."""
    (patient,) = [k[1] for k, v in mine.rows("patient").items() if v["scope_id"] == scope]
    theirs.change("patient", patient, phone="01632 960222")
    theirs.sync()
    mine.change("patient", patient, phone="01632 960111", **values)
    (conflict,) = mine.sync().conflicts
    return conflict.op


def shown_row(desk: DeskUnderTest, patient: str) -> dict[str, object]:
    row = desk.row("patient", patient)
    assert row is not None
    return row


def shown(desk: DeskUnderTest):
    with desk.store.read() as session:
        return conflict_rows(session, names_people=True)


@pytest.fixture
def shared_case(desk) -> tuple[DeskUnderTest, DeskUnderTest, str]:
    ward, hub = desk("ward"), desk("hub")
    scope = ward.new_case()
    ward.refer(scope)
    ward.sync()
    hub.sync()
    return ward, hub, scope


def test_another_organisation_is_named_and_its_people_are_not(shared, desk, shared_case):
    ward, hub, scope = shared_case
    met(desk, ward, hub, scope)
    (row,) = shown(ward)
    (field,) = row.fields
    assert (field.label, field.mine, field.theirs) == (
        "Telephone",
        "01632 960111",
        "01632 960222",
    )
    assert field.who == "Test community"
    assert isinstance(field.at, datetime)
    assert row.record == "Person's details"
    assert row.person == "MARKER"
    assert row.choices == ("mine", "theirs", "edit")


def test_a_colleague_is_named(shared, desk):
    ward, other = desk("ward"), desk("ward", "second")
    scope = ward.new_case()
    ward.sync()
    other.sync()
    met(desk, other, ward, scope)
    (row,) = shown(other)
    assert row.fields[0].who == "Test ward, Test hospital"


def test_each_field_names_who_wrote_that_field_and_not_who_wrote_last(shared, desk, shared_case):
    ward, hub, _scope = shared_case
    (patient,) = [k[1] for k in ward.rows("patient")]
    hub.change("patient", patient, phone="01632 960222")
    hub.sync()
    second = desk("ward", "second")
    second.sync()
    second.change("patient", patient, family_name="Other")
    second.sync()  # the row's last writer is a colleague; the phone's is the hub
    ward.change("patient", patient, phone="01632 960111")
    ward.sync()
    (row,) = shown(ward)
    assert [(f.field, f.who) for f in row.fields] == [("phone", "Test community")]


def test_a_refusal_by_the_record_s_state_names_who_moved_it(shared, desk, shared_case):
    ward, hub, _scope = shared_case
    (referral,) = [k[1] for k in ward.rows("referral")]
    ward.change("referral", referral, status="withdrawn")
    ward.sync()
    hub.change("referral", referral, status="confirmed")
    (refused,) = hub.sync().conflicts or hub.sync().rejected
    (row,) = shown(hub)
    (field,) = [f for f in row.fields if f.field == "status"]
    assert field.who == "Test hospital"
    assert field.theirs == "Withdrawn"
    assert refused.op == row.conflict_id


def test_who_accepted_first_is_not_told(shared, desk):
    ward, hub, one, two = desk("ward"), desk("hub"), desk("agency"), desk("agency2")
    scope = ward.new_case()
    referral = ward.refer(scope)
    ward.sync()
    hub.sync()
    hub.change("referral", referral, status="confirmed")
    offers = [hub.offer(scope, referral, each.caller.org_id) for each in (one, two)]
    hub.sync()
    one.sync()
    two.sync()
    one.change("offer", offers[0], status="accepted")
    one.sync()
    two.change("offer", offers[1], status="accepted")
    (refused,) = two.sync().rejected
    assert refused.code == "already_taken"
    (kept,) = conflicts.open_conflicts(two.store)
    assert kept.theirs_by is None
    (row,) = shown(two)
    assert not any(field.who for field in row.fields)
    assert row.choices == ("seen",)


def test_a_hidden_row_tells_nobody_s_name(shared, desk, shared_case):
    ward, _hub, scope = shared_case
    agency = desk("agency")
    agency.sync()
    gateway = agency.gateway
    (referral,) = [k[1] for k in ward.rows("referral")]
    for kind in ("ins", "patch"):
        op = {
            "op": f"00000000-0000-4000-8000-0000000000{'01' if kind == 'ins' else '02'}",
            "e": "referral", "id": referral, "scope": scope, "k": kind, "bv": 1, "hlc": 5, "sv": 1,
            "set": {"status": "draft", "reference": "R-1", "kind": "standard"}, "base": {},
        }  # fmt: skip
        (answer,) = gateway.push(client=agency.store.desk.desk_id, ops=[op])
        assert answer.status == "rejected"
        assert answer.theirs_by is None
    with shared.connect("agency") as connection:
        for call in ("who_changed('referral', gen_random_uuid(), '{status}')", "last_change('a', gen_random_uuid())"):  # fmt: skip  # noqa: E501
            with pytest.raises(Exception, match="permission denied"):
                connection.execute(f"SELECT sync.{call}")


# --- what a choice does -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("choice", "values", "phone"),
    [
        ("mine", None, "01632 960111"),
        ("theirs", None, "01632 960222"),
        ("edit", {"phone": "01632 960333"}, "01632 960333"),
    ],
)
def test_the_choice_is_what_everybody_sees_and_is_in_the_audit(
    shared, desk, shared_case, choice, values, phone
):
    ward, hub, scope = shared_case
    op = met(desk, ward, hub, scope)
    conflicts.resolve(
        ward.store, ward.caller, op, choice=choice, now=ward.clock.now(), values=values
    )
    assert not ward.sync().conflicts
    hub.sync()
    (patient,) = ward.rows("patient").values()
    assert patient["phone"] == phone
    assert ward.rows("patient") == hub.rows("patient")
    assert ward.engine.health().state is State.SYNCED
    with ward.store.read() as session:
        entries = session.scalars(
            select(AuditEntry).where(AuditEntry.action == AuditAction.CONFLICT_RESOLVED)
        ).all()
        said = [e.delta["choice"] for e in entries if e.delta and "choice" in e.delta]
    assert said == [[None, choice]]
    ward.store.verify_audit()


def test_a_value_that_changed_again_meanwhile_is_met_again(shared, desk, shared_case):
    ward, hub, scope = shared_case
    op = met(desk, ward, hub, scope)
    (patient,) = [k[1] for k in hub.rows("patient")]
    hub.change("patient", patient, phone="01632 960444")
    hub.sync()
    ward.sync()  # the newer value is here, and the person still looks at the older
    conflicts.resolve(ward.store, ward.caller, op, choice="mine", now=ward.clock.now())
    assert len(ward.sync().conflicts) == 1
    (again,) = conflicts.open_conflicts(ward.store)
    assert again.theirs == {"phone": "01632 960444"}
    assert server_view(shared, "ward")["patient", patient]["phone"] == "01632 960444"
    assert shown_row(ward, patient)["phone"] == "01632 960444"


def test_a_choice_that_is_refused_shows_the_row_as_it_was_and_later_edits_on_top(
    shared, desk, shared_case
):
    ward, hub, scope = shared_case
    op = met(desk, ward, hub, scope)
    (patient,) = [k[1] for k in hub.rows("patient")]
    hub.change("patient", patient, phone="01632 960444", language="Polish")
    hub.sync()
    ward.sync()
    ward.change("patient", patient, language="Welsh")  # waits as well, on top of the newer row
    conflicts.resolve(ward.store, ward.caller, op, choice="mine", now=ward.clock.now())
    ward.change("patient", patient, phone="01632 960555")  # and the choice is changed once more
    assert len(ward.sync().conflicts) == 1
    row = shown_row(ward, patient)
    assert (row["phone"], row["language"]) == ("01632 960555", "Welsh")
    (found,) = conflicts.open_conflicts(ward.store)
    conflicts.resolve(ward.store, ward.caller, found.op, choice="theirs", now=ward.clock.now())
    ward.sync()  # what waited behind the choice is judged now
    for each in conflicts.open_conflicts(ward.store):
        conflicts.resolve(ward.store, ward.caller, each.op, choice="theirs", now=ward.clock.now())
    ward.sync()
    there = server_view(shared, "ward")["patient", patient]
    assert {**shown_row(ward, patient), "hlc": 0} == {**there, "hlc": 0}


def test_what_the_same_command_wrote_elsewhere_is_written_again_with_mine(
    shared, desk, shared_case
):
    ward, hub, scope = shared_case
    (patient,) = [k[1] for k in ward.rows("patient")]
    hub.change("patient", patient, phone="01632 960222")
    hub.sync()
    with ward.store.write(ward.caller, action="case:changed") as unit:
        from d2a_desktop.models.patient import Patient
        from d2a_desktop.models.spell import Spell

        unit.session.get_one(Patient, patient).phone = "01632 960111"
        unit.session.get_one(Spell, scope).bed = "B7"
        note = unit.add(_note(scope))
    report = ward.sync()
    assert (len(report.conflicts), len(report.rejected)) == (1, 2)
    (row,) = shown(ward)
    assert sorted(row.also) == ["Hospital stay", "Note"]
    assert not server_view(shared, "ward").keys() & {("note", note.id)}
    conflicts.resolve(ward.store, ward.caller, row.conflict_id, choice="mine", now=ward.clock.now())
    ward.sync()
    view = server_view(shared, "ward")
    assert view["spell", scope]["bed"] == "B7"
    assert view["patient", patient]["phone"] == "01632 960111"
    assert view["note", note.id]["text"] == "With it"
    assert ward.rows() == view


def _note(scope: str):
    from d2a_desktop.models.record_classes import RECORD_CLASSES
    from tests.local_stores import START

    return RECORD_CLASSES["note"](
        id="0197a0b4-5c1e-7d3a-9b2f-3f6c1d2e4a5b", scope_id=scope, kind="note", text="With it",
        author="Pat Example", at=START,
    )  # fmt: skip


def test_another_field_of_the_same_command_is_never_written_over_unseen(shared, desk, shared_case):
    ward, hub, _scope = shared_case
    (patient,) = [k[1] for k in ward.rows("patient")]
    hub.change("patient", patient, phone="01632 960222")
    hub.sync()
    ward.change("patient", patient, phone="01632 960111", language="Welsh")
    ward.sync()
    hub.change("patient", patient, language="Polish")
    hub.sync()
    ward.sync()
    (found,) = conflicts.open_conflicts(ward.store)
    conflicts.resolve(ward.store, ward.caller, found.op, choice="mine", now=ward.clock.now())
    (again,) = ward.sync().conflicts
    assert again.entity == "patient"
    (row,) = shown(ward)
    assert [(f.label, f.mine, f.theirs) for f in row.fields] == [("Language", "Welsh", "Polish")]
    shown_now = shown_row(ward, patient)
    assert (shown_now["phone"], shown_now["language"]) == ("01632 960222", "Polish")


def test_a_refusal_can_only_be_seen_and_what_is_settled_stays_so(shared, desk, shared_case):
    ward, hub, scope = shared_case
    op = met(desk, ward, hub, scope)
    with pytest.raises(RefusedError) as refused:
        conflicts.resolve(ward.store, ward.caller, op, choice="seen", now=ward.clock.now())
    assert refused.value.code == "no_such_choice"
    conflicts.resolve(ward.store, ward.caller, op, choice="theirs", now=ward.clock.now())
    with pytest.raises(RefusedError) as refused:
        conflicts.resolve(ward.store, ward.caller, op, choice="theirs", now=ward.clock.now())
    assert refused.value.code == "settled"


def test_what_was_wiped_names_nobody(shared, desk, shared_case):
    ward, hub, scope = shared_case
    met(desk, ward, hub, scope)
    with ward.store.apply() as session:
        replica.purge_scopes(session, [scope])
    (kept,) = conflicts.open_conflicts(ward.store)
    assert (kept.mine, kept.theirs, kept.theirs_by) == (None, None, None)
    assert shown(ward)[0].fields == ()
