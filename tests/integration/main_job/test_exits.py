"""The exits of the main job: taken by another, turned back, met again, died, by telephone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from d2a_desktop.core.errors import BlockedError, NotPermittedError, RefusedError, UsageError
from tests.integration.main_job.desks import ServiceDesk, full_record
from tests.integration.main_job.test_main_job import admitted, agency_capacity

MakeDesk = Callable[[str], ServiceDesk]


def offered(ward: ServiceDesk, hub: ServiceDesk, *agencies: str) -> tuple[str, list[str]]:
    """Bring one person as far as open offers; return the case and the offers' references."""
    ward.sync()
    case = admitted(ward)
    ward.do(case, "refer", record=full_record())
    ward.sync()
    hub.sync()
    hub.do(
        case, "pathway", pathway="P1", rationale="Can recover at home", decided_by="Sam Sample",
        decided_role="Case manager", options=["P1"], took_part=["therapy", "social work"],
    )  # fmt: skip
    sent = hub.do(case, "offer", agencies=list(agencies))
    hub.sync()
    return case, [offer["reference"] for offer in sent.details["offers"]]


def test_the_second_acceptance_is_told_that_the_place_is_taken(service_desk: MakeDesk) -> None:
    ward, hub = service_desk("ward"), service_desk("hub")
    first, second = service_desk("agency"), service_desk("agency2")
    first.sync()
    second.sync()
    slot, worker = agency_capacity(first)
    slot2, worker2 = agency_capacity(second)
    first.sync()
    second.sync()
    _, (offer, sister) = offered(ward, hub, "AG001", "AG002")
    first.sync()
    second.sync()
    second.do(sister, "accept", slot=slot2, worker=worker2)
    first.do(offer, "accept", slot=slot, worker=worker)
    first.sync()
    report = second.desk.sync()
    assert [refused.code for refused in (*report.rejected, *report.conflicts)]
    assert not second.queries.search(second.caller, "Sampleton")
    assert first.queries.search(first.caller, "Sampleton")


def test_an_agency_without_a_desk_is_answered_for_by_the_hub(service_desk: MakeDesk) -> None:
    ward, hub = service_desk("ward"), service_desk("hub")
    case, (offer,) = offered(ward, hub, "AG003")
    behalf = {"org": "AG003", "spoken_to": "Kim Sample", "channel": "phone"}
    for wrong in ({"channel": "fax to Ann"}, {"spoken_to": "Ann, 999 000 0018"}):
        with pytest.raises(UsageError):  # the server would refuse it
            hub.do(offer, "accept", on_behalf=behalf | wrong)
    hub.do(offer, "accept", on_behalf=behalf)
    hub.sync()
    hub.do(
        offer, "allocate", first_name="Ada", starts_at=hub.ago(hours=2),
        ends_at=hub.ahead(days=14), on_behalf=behalf,
    )  # fmt: skip
    hub.sync()
    ward.sync()
    view = ward.queries.case(ward.caller, case)
    assert view.stage == "allocated"
    assert view.arrivals[0][0].startswith("Ada")


def test_nobody_answers_for_an_agency_that_has_a_desk(service_desk: MakeDesk) -> None:
    ward, hub = service_desk("ward"), service_desk("hub")
    _, (offer,) = offered(ward, hub, "AG001")
    behalf = {"org": "AG001", "spoken_to": "Kim Sample", "channel": "phone"}
    with pytest.raises(RefusedError) as refused:
        hub.do(offer, "accept", on_behalf=behalf)
    assert refused.value.code == "has_desk"


def test_criteria_met_again_withdraws_the_offers_everywhere(service_desk: MakeDesk) -> None:
    ward, hub, agency = service_desk("ward"), service_desk("hub"), service_desk("agency")
    case, _ = offered(ward, hub, "AG001")
    agency.sync()
    assert agency.queries.offers(agency.caller)
    ward.sync()
    met = ward.do(case, "review", decided_by="Dr Sample", decided_role="consultant",
                  applies=["CTR02"])  # fmt: skip
    assert any("withdrawn" in words for words in met.cascaded)
    ward.sync()
    agency.sync()
    hub.sync()
    assert not agency.queries.offers(agency.caller)
    assert {o.status for o in hub.queries.case(hub.caller, case).offers} == {"withdrawn"}
    assert hub.queries.case(hub.caller, case).drd is None


def test_a_worker_is_never_in_two_places(service_desk: MakeDesk) -> None:
    ward, hub, agency = service_desk("ward"), service_desk("hub"), service_desk("agency")
    agency.sync()
    slot, worker = agency_capacity(agency)
    agency.sync()
    _, (offer,) = offered(ward, hub, "AG001")
    agency.sync()
    agency.do(offer, "accept", slot=slot, worker=worker)
    agency.sync()
    agency.sync()
    block = {"worker": worker, "starts_at": agency.ahead(hours=4), "ends_at": agency.ahead(days=9)}
    agency.do(offer, "allocate", **block)
    with pytest.raises(BlockedError) as booked:
        agency.do(offer, "allocate", **block)
    assert any("Overlap" in reason for reason in booked.value.reasons)


def test_an_open_offer_tells_an_agency_nothing_of_the_person(service_desk: MakeDesk) -> None:
    ward, hub, agency = service_desk("ward"), service_desk("hub"), service_desk("agency")
    offered(ward, hub, "AG001")
    agency.sync()
    entities = {entity for entity, _ in agency.desk.rows()}
    hidden = {"spell", "patient", "referral", "care_need", "home", "consent", "contact", "event"}
    assert not entities & (hidden | {"offer_link", "criteria_review", "nctr_period"})
    everything = str(agency.desk.rows())
    for secret in ("Sampleton", "9990012377", "9ZA", "1940-02-28", "Ward Sister"):
        assert secret not in everything


def test_a_worker_who_is_not_confirmed_is_a_red_item_on_every_desk(
    service_desk: MakeDesk,
) -> None:
    ward, hub, agency = service_desk("ward"), service_desk("hub"), service_desk("agency")
    agency.sync()
    slot, worker = agency_capacity(agency)
    agency.sync()
    case, (offer,) = offered(ward, hub, "AG001")
    agency.sync()
    agency.do(offer, "accept", slot=slot, worker=worker)
    agency.sync()
    agency.sync()
    agency.do(
        offer, "allocate", worker=worker, starts_at=agency.ahead(hours=1),
        ends_at=agency.ahead(days=9), expected_at=agency.ahead(hours=1),
    )  # fmt: skip
    agency.sync()
    ward.sync()
    ward.do(case, "depart", planned_at=ward.ahead(hours=1), latest_arrival_at=ward.ahead(hours=3))
    ward.sync()
    for desk in (ward, hub, agency):
        desk.sync()
        assert desk.queries.ward_board(desk.caller).rows[0].urgent_tasks == 0
        desk.desk.clock.advance(timedelta(hours=1, minutes=31))
        row = desk.queries.ward_board(desk.caller).rows[0]
        assert row.urgent_tasks == 1
        assert row.next_action.startswith("Worker not confirmed")
        assert desk.queries.case(desk.caller, case).tasks[0].status == "alarm"


@pytest.mark.parametrize("read", ["ward_board", "offers", "workers"])
def test_an_analyst_sees_counts_and_nobody(service_desk: MakeDesk, read: str) -> None:
    analyst = service_desk("analyst")
    with pytest.raises(NotPermittedError):
        getattr(analyst.queries, read)(analyst.caller)
    assert analyst.queries.weeks(analyst.caller) == ()


def test_without_a_referral_there_is_nothing_to_withdraw(service_desk: MakeDesk) -> None:
    ward = service_desk("ward")
    case = admitted(ward)
    with pytest.raises(RefusedError) as refused:
        ward.do(case, "withdraw", reason="01")
    assert refused.value.code == "no_referral"
