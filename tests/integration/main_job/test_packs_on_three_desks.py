"""A print that one desk made, as the other desks of the case see it after the real sync."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pypdfium2

from d2a_desktop.domain.codes import PackKind
from d2a_desktop.services.packs import Packs
from d2a_desktop.services.sheets import Sheets, SheetWish
from tests.integration.main_job.desks import ServiceDesk, full_record
from tests.integration.main_job.test_main_job import admitted, agency_capacity


def contingency_list(desk: ServiceDesk) -> str:
    pdf = Sheets(desk.context).preview(desk.caller, SheetWish(PackKind.CONTINGENCY))
    with pypdfium2.PdfDocument(pdf) as document:
        return " ".join(page.get_textpage().get_text_range() for page in document)


def test_a_print_holds_on_every_desk_until_the_record_changes(
    service_desk: Callable[[str], ServiceDesk], tmp_path: Path
) -> None:
    ward, hub, agency = service_desk("ward"), service_desk("hub"), service_desk("agency")
    for desk in (ward, hub, agency):
        desk.sync()
    slot, worker = agency_capacity(agency)
    agency.sync()
    case = admitted(ward)
    ward.do(case, "refer", record=full_record())
    ward.sync()
    hub.sync()
    hub.do(
        case,
        "pathway",
        pathway="P1",
        rationale="Can recover at home",
        decided_by="Sam Sample",
        decided_role="Case manager",
        options=["P1", "P2"],
        took_part=["therapy", "social work"],
    )
    offer = hub.do(case, "offer", agencies=["AG001"]).details["offers"][0]["reference"]
    hub.sync()
    agency.sync()
    name = hub.queries.case(hub.caller, case).banner.family_name.upper()
    assert name in contingency_list(hub)
    assert name not in contingency_list(agency), "an open offer shows nobody on any list"
    agency.do(offer, "accept", slot=slot, worker=worker)
    agency.sync()
    agency.do(
        offer,
        "allocate",
        worker=worker,
        starts_at=agency.ahead(hours=3),
        ends_at=agency.ahead(days=28),
    )
    agency.sync()
    ward.sync()
    ward.do(case, "depart", planned_at=ward.ahead(hours=3), destination="1 Sample Street")
    printed = Packs(ward.context).issue(ward.caller, case, "handover", tmp_path / "p.pdf")
    Packs(ward.context).give(ward.caller, case, printed.pack_id, to="Funmi")
    ward.sync()
    for desk in (hub, agency):
        desk.sync()
        assert name in contingency_list(desk)
        (row,) = desk.queries.case(desk.caller, case).packs
        assert row.given_at is not None
        assert not row.superseded, desk.caller.org_kind
        assert desk.queries.superseded_packs(desk.caller) == frozenset()

    hub.do(case, "update", values={"care_need": {"diet": "pureed"}})
    for desk in (hub, ward, agency):
        desk.sync()
    for desk in (hub, ward, agency):
        (row,) = desk.queries.case(desk.caller, case).packs
        assert row.superseded, desk.caller.org_kind
        assert len(desk.queries.superseded_packs(desk.caller)) == 1

    again = Packs(agency.context).issue(agency.caller, case, "handover", tmp_path / "a.pdf")
    assert again.version == 2
    for desk in (agency, ward):
        desk.sync()
    newest, before = ward.queries.case(ward.caller, case).packs
    assert (newest.version, newest.superseded) == (2, False)
    assert (before.version, before.superseded) == (1, True)
