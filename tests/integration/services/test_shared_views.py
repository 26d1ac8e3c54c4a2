"""Views that colleagues share: on one desk, and between desks of one hospital."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from d2a_desktop.core.errors import NotPermittedError, RefusedError, UsageError
from d2a_desktop.domain.permissions import Role
from tests.local_stores import SCHEDULER
from tests.shared_view_cases import definition
from tests.ui.open_desks import OpenDesk, open_desk_in

PAGE = "ward_board"


@pytest.fixture
def desk(tmp_path: Path) -> Any:
    made = open_desk_in(tmp_path)
    made.admit("Sampleton", bed="A1")
    yield made
    made.close()


def shared(desk: OpenDesk, name: str = "Morning", **changes: Any) -> str:
    done = desk.shared_views.share(desk.caller, PAGE, name, definition(**changes), ward="C5")
    return str(done.details["id"])


def test_a_view_is_shared_with_a_ward_without_the_words_of_its_filter(desk: OpenDesk):
    shared(desk, " Ready   by name ", words="Sampleton")
    (row,) = desk.shared_views.views(desk.caller, PAGE, ward="C5")
    assert (row.name, row.ward, row.shared_by) == ("Ready by name", "C5", desk.caller.name)
    assert (row.mine, row.free, row.confirmed) == (True, False, False)
    assert row.state == definition()
    assert desk.shared_views.views(desk.caller, PAGE, ward="C6") == ()
    assert desk.shared_views.wards(desk.caller) == ("C5",)
    with desk.store.read() as session:
        sent = session.connection().exec_driver_sql(
            "SELECT set_values FROM outbox_op WHERE entity = 'shared_view'"
        )
        assert "Sampleton" not in str(sent.scalar_one())
        told = session.connection().exec_driver_sql("SELECT action FROM audit_entry").scalars()
        assert "view:shared" in set(told)


@pytest.mark.parametrize(
    ("name", "ward", "because"),
    [
        (" ", "C5", "needs a name"),
        ("x" * 61, "C5", "at most 60"),
        ("999 123 4567", "C5", "NHS number"),
        ("morning", "C5", "of that name"),
        ("Evening", "", "with a ward"),
    ],
)
def test_a_name_or_ward_that_is_not_fit_is_refused(
    desk: OpenDesk, name: str, ward: str, because: str
):
    shared(desk)
    with pytest.raises(RefusedError, match=because):
        desk.shared_views.share(desk.caller, PAGE, name, definition(), ward=ward)


def test_what_is_no_view_of_a_list_and_whose_role_only_reads_is_refused(desk: OpenDesk):
    views = desk.shared_views
    with pytest.raises(UsageError, match="more than columns"):
        views.share(desk.caller, PAGE, "Morning", definition(sort="Amina S."), ward="C5")
    reader = replace(desk.caller, role=Role.ANALYST)
    with pytest.raises(NotPermittedError):
        views.share(reader, PAGE, "Morning", definition(), ward="C5")


def test_its_maker_takes_it_back_and_a_colleague_may_only_name_it(desk: OpenDesk):
    view = shared(desk)
    near = replace(desk.caller, login="u_near", name="Ann Other")
    with desk.store.apply() as session:  # the maker is a colleague of the staff list
        session.connection().exec_driver_sql(
            "INSERT INTO staff (id, scope_id, ver, hlc, login, name, role, active)"
            " VALUES ('s1', ?, 1, 1, ?, 'Pat Example', 'ward_coordinator', 1)",
            (desk.caller.org_id, desk.caller.login),
        )
    (row,) = desk.shared_views.views(near, PAGE)
    assert (row.mine, row.free, row.shared_by) == (False, False, "Pat Example")
    with pytest.raises(NotPermittedError, match="colleague"):
        desk.shared_views.take_back(near, view)
    desk.shared_views.rename(near, view, "Evening")
    assert desk.shared_views.view(desk.caller, view).name == "Evening"
    with desk.store.apply() as session:
        session.connection().exec_driver_sql("UPDATE staff SET active = 0")
    assert desk.shared_views.views(near, PAGE)[0].free
    desk.shared_views.take_back(near, view)
    assert desk.shared_views.views(desk.caller, PAGE) == ()
    with pytest.raises(RefusedError, match="not shared any more"):
        desk.shared_views.rename(desk.caller, view, "Morning")


def test_a_list_begins_with_a_view_until_it_is_gone(desk: OpenDesk):
    states, starts, caller = desk.page_states, desk.start_views, desk.caller
    own = states.save_view(caller, PAGE, "Mine", {**definition(), "words": "Sampleton"})
    starts.choose(caller, PAGE, own.view_id, own.name)
    (begun,) = starts.at_sign_in(caller)
    assert (begun.page, begun.state) == (PAGE, {**definition(), "words": ""})
    view = shared(desk)
    starts.choose(caller, PAGE, view, "Morning")
    assert starts.at_sign_in(caller)[0].state == definition()
    assert starts.at_sign_in(replace(caller, login="u_near")) == ()
    desk.shared_views.take_back(caller, view)
    assert [(each.name, each.state) for each in starts.at_sign_in(caller)] == [("Morning", None)]
    assert starts.at_sign_in(caller) == ()  # told once
    starts.choose(caller, PAGE, own.view_id, own.name)
    starts.choose(caller, PAGE, "", "")
    assert starts.chosen(caller, PAGE) == ""


def test_an_agency_shares_with_its_team_and_knows_no_wards(tmp_path: Path):
    desk = open_desk_in(tmp_path, caller=SCHEDULER)
    desk.shared_views.share(desk.caller, "offers", "Open", definition())
    (row,) = desk.shared_views.views(desk.caller, "offers", ward="")
    assert row.ward == ""
    assert desk.shared_views.wards(desk.caller) == ()
    with pytest.raises(RefusedError):
        desk.shared_views.share(desk.caller, "offers", "Closed", definition(), ward="C5")
    desk.close()
