"""What is not confirmed yet says so wherever a person would act on it, until the server has it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from d2a_desktop.ui.formats.offer_words import status_cell
from tests.shared_desks import SharedDesk, give_capacity, offered, referred_person

pytestmark = pytest.mark.postgres


def board_row(desk: SharedDesk, case: str):
    board = desk.desk.queries.ward_board(desk.desk.caller)
    return next(row for row in board.rows if row.case_ref == case)


def record(desk: SharedDesk, case: str):
    return desk.desk.queries.case(desk.desk.caller, case)


def offer_of(desk: SharedDesk):
    (row,) = desk.desk.queries.offers(desk.desk.caller)
    return row


def test_an_edit_is_marked_at_its_field_its_row_and_its_line_until_it_is_confirmed(
    shared_desk: Callable[[str], SharedDesk],
):
    ward = shared_desk("ward")
    case = referred_person(ward)
    assert board_row(ward, case).pending
    ward.sync()
    assert not board_row(ward, case).pending
    assert record(ward, case).unconfirmed == frozenset()
    contact = {"name": "Alex Example", "relationship": "friend", "phone": "01632 960001"}
    values = {"patient": {"phone": "01632 960777"}}
    ward.do(case, "update", values=values, add={"contact": [contact]})
    ward.do(case, "note", text="Rang the family")
    view = record(ward, case)
    line = next(row["id"] for row in view.lists["contact"] if row["name"] == "Alex Example")
    assert view.unconfirmed == {"patient.phone", line}
    assert view.pending
    assert board_row(ward, case).pending
    assert [entry.title for entry in view.timeline if entry.pending] == ["Note"]
    ward.sync()
    view = record(ward, case)
    assert (view.pending, view.unconfirmed) == (False, frozenset())
    assert not any(entry.pending for entry in view.timeline)


def test_an_answer_is_requested_and_never_accepted_before_the_server_has_it(
    shared_desk: Callable[[str], SharedDesk],
):
    ward, hub, agency = shared_desk("ward"), shared_desk("hub"), shared_desk("agency")
    case = referred_person(ward)
    ward.sync()
    hub.sync()
    offered(hub, case, "AG001")
    assert offer_of(hub).status_label == "Sending requested"
    assert board_row(hub, case).pending
    hub.sync()
    assert not board_row(hub, case).pending
    agency.sync()
    slot, worker = give_capacity(agency)
    agency.sync()
    reference = offer_of(agency).reference
    agency.do(reference, "accept", worker=worker, slot=slot)
    row = offer_of(agency)
    assert (row.pending, row.confirmed) == (True, False)
    assert row.status_label == "Acceptance requested"
    assert "Accepted" not in status_cell(row).words
    agency.sync()
    agency.sync()
    row = offer_of(agency)
    assert (row.pending, row.confirmed, row.status_label) == (False, True, "Accepted")
    start, end = agency.ahead(days=1), agency.ahead(days=15)
    agency.do(case, "allocate", worker=worker, starts_at=start, ends_at=end)
    row = offer_of(agency)
    assert row.worker_pending
    assert status_cell(row).words == "Worker requested"
    (named,) = agency.desk.queries.workers(agency.desk.caller)
    (block,) = [each for each in named.blocks if each.block_id]
    assert block.pending
    assert "requested" in block.label
    agency.sync()
    assert status_cell(offer_of(agency)).words == "Worker agreed"


def test_a_desk_alone_has_nobody_who_could_confirm(shared_desk: Callable[[str], SharedDesk]):
    ward = shared_desk("ward")
    case = referred_person(ward)
    context = ward.desk.queries._context
    object.__setattr__(context.settings, "server_url", "")
    assert not board_row(ward, case).pending
    assert not record(ward, case).pending
