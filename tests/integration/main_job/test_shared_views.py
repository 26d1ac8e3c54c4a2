"""A view shared on one desk of a hospital is found, named, met and taken back on the others."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from d2a_desktop.core.errors import NotPermittedError
from d2a_desktop.shared_db import admin
from tests.integration.main_job.desks import admitted
from tests.shared_databases import Person, System
from tests.shared_desks import SharedDesk
from tests.shared_view_cases import definition

pytestmark = pytest.mark.postgres


def add_colleague(shared: System) -> None:
    """Let another person work on the wards of the first hospital."""
    ward = shared.people["ward"]
    with shared.database.admin() as connection:
        made = admin.add_user(connection, ods_code=ward.ods, role=ward.role, name="Ann Other")
    shared.people["colleague"] = Person(made.login, made.password, made.org_id, ward.ods, made.role)


def test_a_view_is_shared_named_by_two_and_taken_back(
    shared: System, shared_desk: Callable[[str], SharedDesk]
):
    add_colleague(shared)
    ward, near, agency = (shared_desk(who) for who in ("ward", "colleague", "agency"))
    admitted(ward)
    (place,) = ward.desk.shared_views.wards(ward.desk.caller)
    mine, theirs = ward.desk.shared_views, near.desk.shared_views
    view = str(
        mine.share(
            ward.desk.caller,
            "ward_board",
            "Morning",
            {**definition(), "words": "Sampleton"},
            ward=place,
        ).details["id"]
    )
    ward.sync()
    (shown,) = mine.views(ward.desk.caller)
    assert shown.confirmed
    for other in (near, agency):
        other.sync()
    (found,) = theirs.views(near.desk.caller, "ward_board", ward=place)
    assert (found.name, found.shared_by, found.mine, found.free) == (
        "Morning", "Test ward", False, False,
    )  # fmt: skip
    assert found.state == definition()
    assert agency.desk.shared_views.views(agency.desk.caller) == ()
    with pytest.raises(NotPermittedError):
        theirs.take_back(near.desk.caller, view)
    near.desk.start_views.choose(near.desk.caller, "ward_board", view, "Morning")

    # Two names at once are met as on every record, and a person chooses.
    mine.rename(ward.desk.caller, view, "Handover")
    theirs.rename(near.desk.caller, view, "Evening")
    ward.sync()
    report = near.desk.exchange.run(near.desk.caller)
    assert len(report.conflicts) == 1
    (met,) = near.desk.exchange.conflicts(near.desk.caller)
    assert met.record == "Shared view"
    assert [(each.label, each.mine, each.theirs) for each in met.fields] == [
        ("Name", "Evening", "Handover")
    ]
    near.desk.exchange.resolve(near.desk.caller, met.conflict_id, "mine")
    near.sync()
    ward.sync()
    assert [each.name for each in mine.views(ward.desk.caller)] == ["Evening"]

    mine.take_back(ward.desk.caller, view)
    ward.sync()
    near.sync()
    assert theirs.views(near.desk.caller) == ()
    (begun,) = near.desk.start_views.at_sign_in(near.desk.caller)
    assert (begun.name, begun.state) == ("Morning", None)
