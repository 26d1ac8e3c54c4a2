"""A desk is a witness: what the server shows in an earlier version than before is told."""

from __future__ import annotations

import pytest

from d2a_desktop.sync.protocol import Rewound
from tests.integration.sync.desks import server_view

pytestmark = pytest.mark.postgres

# History rewritten so that the server's own audit is whole again.
_CUT = "DELETE FROM sync.audit WHERE row_id = %s AND ver > 1"
_BACK = (
    "UPDATE dc.spell t SET ver = 1, audit_head = a.hash, bed = NULL"
    " FROM sync.audit a WHERE a.row_id = t.id AND a.ver = 1 AND t.id = %s"
)


def test_a_record_put_back_and_one_taken_out_are_reported_by_the_desks_that_knew_them(shared, desk):
    ward = desk("ward")
    scope = ward.new_case()
    (note,) = ward.insert(("note", scope, {"text": "said"}))
    ward.sync()
    ward.change("spell", scope, bed="7")
    ward.sync()
    with shared.superuser() as owner:
        owner.execute("SET session_replication_role = replica")
        owner.execute(_CUT, (scope,))
        owner.execute(_BACK, (scope,))
        owner.execute("DELETE FROM sync.audit WHERE row_id = %s", (note,))
        owner.execute("DELETE FROM dc.note WHERE id = %s", (note,))
        owner.execute("RESET session_replication_role")
        assert owner.execute("SELECT sync.broken_link()").fetchone() == (None,)
    report = ward.engine.check()
    assert set(report.rewound) == {
        Rewound("spell", scope, here=2, there=1),
        Rewound("note", note, here=1, there=0),
    }
    assert report.repaired == 2
    assert ward.rows() == server_view(shared, "ward")
    assert ward.engine.check().rewound == ()


def test_a_difference_that_only_this_desk_made_accuses_nobody(shared, desk):
    ward = desk("ward")
    scope = ward.new_case()
    ward.sync()
    with ward.store.apply() as session:
        session.connection().exec_driver_sql("DELETE FROM patient WHERE scope_id = ?", (scope,))
    report = ward.engine.check()
    assert (report.repaired, report.rewound) == (1, ())
