"""A row that has the server's version and another value: no digest sees it, the check does."""

from __future__ import annotations

from datetime import timedelta

import pytest

from d2a_desktop.local_db import replica
from d2a_desktop.sync import verify
from tests.integration.shared_db.wire_client import new
from tests.integration.sync.desks import DeskUnderTest, server_view

pytestmark = pytest.mark.postgres


def spoil(desk: DeskUnderTest, entity: str, row_id: str, **values: object) -> None:
    """Write values past the exchange, as a fault of this program would."""
    with desk.store.apply() as session:
        replica.patch_row(session, entity, row_id, values)


def test_checking_this_computer_finds_and_mends_it(shared, desk):
    ward = desk("ward")
    ward.new_case()
    ward.sync()
    (patient,) = [k[1] for k in ward.rows("patient")]
    spoil(ward, "patient", patient, family_name="Other")
    assert not verify.compare(ward.store, ward.gateway)
    assert ward.engine.check().repaired == 1
    assert ward.rows() == server_view(shared, "ward")
    assert ward.engine.check().repaired == 0


def test_an_unsent_edit_is_no_difference_and_what_lies_below_it_is_compared(shared, desk):
    ward, other = desk("ward"), desk("ward", "second")
    ward.new_case()
    ward.sync()
    (patient,) = [k[1] for k in ward.rows("patient")]
    ward.change("patient", patient, language="Welsh")
    assert ward.engine.check().repaired == 0  # nothing of the server's is kept apart yet
    other.sync()
    other.change("patient", patient, phone="01632 960222")
    other.sync()
    assert ward.engine.check().repaired == 0
    with ward.store.apply() as session:
        below = replica.get_shadow(session, "patient", patient)
        assert below is not None
        replica.put_shadow(session, "patient", {**below.wire, "phone": "01632 960999"})
    mended = verify.mend_values(ward.store, ward.gateway, ["spell", "patient"], verify.ALL)
    assert mended.ids == {("patient", patient)}
    row = ward.row("patient", patient)
    assert row is not None
    assert (row["language"], row["phone"]) == ("Welsh", "01632 960222")
    ward.sync()
    assert ward.rows() == server_view(shared, "ward")


def test_the_daily_check_compares_the_values_of_a_share_of_the_rows(shared, desk):
    ward = desk("ward")
    scope = ward.new_case()
    today = ward.clock.now()
    shares = {days: verify.share_of(today + timedelta(days=days)) for days in range(32)}
    assert sorted(bucket for share in shares.values() for bucket in share) == list(range(256))
    notes = {days: f"{new()[:-2]}{share[0]:02x}" for days, share in shares.items()}
    told = {"kind": "note", "text": "As written", "author": "Pat Example"}
    ward.insert(*(("note", scope, told | {"id": note}) for note in list(notes.values())[:19]))
    ward.insert(*(("note", scope, told | {"id": note}) for note in list(notes.values())[19:]))
    ward.sync()
    for note in notes.values():
        spoil(ward, "note", note, text="Spoilt")
    with ward.store.apply() as session:
        replica.put_state(session, "checked_at", None)
    assert ward.sync().repaired == 1
