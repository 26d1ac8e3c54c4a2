"""An assessor's day without a network: what is recorded waits, and goes in the evening."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.boards.diary import DiaryPage
from d2a_desktop.ui.theme.theme import Theme
from tests.fault_proxy import FaultProxy
from tests.integration.main_job.desks import admitted, full_record
from tests.journeys.at import At
from tests.journeys.other_desks import (
    accepted_by,
    allocated,
    give_on_call_phone,
    sent_home,
)
from tests.shared_databases import System
from tests.shared_desks import SharedDesk, give_capacity, offered

pytestmark = [pytest.mark.postgres, pytest.mark.journey]


@pytest.fixture
def proxy(shared: System) -> Iterator[FaultProxy]:
    with FaultProxy(shared.database.port) as one:
        yield one


@pytest.fixture
def at_home(
    shared: System, shared_desk: Callable[[str], SharedDesk]
) -> tuple[dict[str, SharedDesk], str]:
    """A person who is at home, with a visit booked; return the desks and the case."""
    give_on_call_phone(shared)
    desks = {who: shared_desk(who) for who in ("ward", "hub", "agency")}
    ward, hub, agency = desks.values()
    slot, worker = give_capacity(agency)
    agency.sync()
    case = admitted(ward)
    ward.do(case, "refer", record=full_record())
    ward.sync()
    hub.sync()
    offered(hub, case, "AG001")
    hub.sync()
    offer = accepted_by(agency, slot, worker)
    allocated(agency, offer, worker)
    hub.sync()
    sent_home(desks, case)
    agency.sync()
    for what in ("worker_arrived", "arrived_home"):
        agency.do(case, "arrive", what=what)
    agency.sync()
    return desks, case


@pytest.fixture
def assessor(
    shared: System,
    proxy: FaultProxy,
    at_home: tuple[dict[str, SharedDesk], str],
    tmp_path: Path,
    no_keyring: None,
    theme: Theme,
    actions: Actions,
    qtbot: QtBot,
) -> Iterator[At]:
    """The assessor's laptop, exchanged in the morning."""
    behind = replace(shared, database=replace(shared.database, port=proxy.port))
    one = At.of(SharedDesk(behind, "assessor", tmp_path / "assessor"), theme, actions, qtbot)
    one.sync()
    yield one
    one.close()


def test_an_assessors_day_without_a_network(
    assessor: At, proxy: FaultProxy, at_home: tuple[dict[str, SharedDesk], str]
) -> None:
    desks, case = at_home
    proxy.go_down()
    assessor.exchange()
    assessor.settled(lambda: "Offline" in assessor.window.bar.pill.accessibleName())

    diary = assessor.page("assessments")
    assert isinstance(diary, DiaryPage)
    assessor.settled(lambda: diary.visits.rowCount() == 1)
    assert diary.panel.view.select_id(diary.visits.row_at(0).visit_id)
    assessor.settled(diary.outcome_button.isEnabled)
    record = assessor.open_record("sampleton")
    assessor.reaches("at_home")
    assessor.act("note", text="Daughter is there from noon")

    assessor.page("assessments")
    assessor.click(diary.outcome_button)
    done_at = assessor.now
    assessor.fill_and_send(
        outcome="done",
        started_at=done_at - timedelta(minutes=2),
        finished_at=done_at,
        need_found="less",
    )
    assessor.open_record("sampleton")
    assessor.reaches("assessed")
    # Not one line of the day is lost or promised: it waits, and the light says so.
    light = assessor.life.link.desk.exchange.light()
    assert light.state == "offline"
    assert light.pending > 0
    assert record.view is not None
    assert record.view.pending
    hub = desks["hub"]
    hub.sync()
    assert hub.desk.queries.case(hub.desk.caller, case).stage == "at_home"

    proxy.heal()
    assessor.sync()
    assessor.settled(lambda: assessor.light == "synced")
    assert assessor.life.link.desk.exchange.light().pending == 0
    hub.sync()
    seen = hub.desk.queries.case(hub.desk.caller, case)
    assert seen.stage == "assessed"
    assert seen.clock.kind == "met"
    assert "Daughter is there from noon" in str(seen)
    assert [row.status for row in seen.visits] == ["done"]
