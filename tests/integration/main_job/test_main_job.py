"""The main job through the services of three desks over the real sync, step by step."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from d2a_desktop.core.errors import BlockedError, RefusedError
from tests.integration.main_job.desks import ServiceDesk, admitted, full_record

SAMPLE = Path(__file__).resolve().parents[3] / "resources/samples/pas_extract.csv"


def agency_capacity(agency: ServiceDesk) -> tuple[str, str]:
    """Give the agency a contract, a slot of this week and a worker; return slot and worker."""
    agency.roster.save(
        agency.caller,
        "contract",
        {
            "valid_from": "2026-01-01",
            "min_starts": 5,
            "max_starts": 8,
            "response_hours": 4,
            "on_call_phone": "01632 960300",
        },
    )
    year, week, _ = agency.now.isocalendar()
    slots = agency.roster.save(agency.caller, "slot", {"week": f"{year}-W{week:02d}", "count": 2})
    worker = agency.roster.save(
        agency.caller,
        "worker",
        {
            "first_name": "Funmi",
            "family_name": "Exampleworker",
            "gender": "female",
            "driver": True,
            "smoker": False,
            "accepts_smoking_home": True,
            "languages": ["English"],
            "accepts_pets": ["cat", "dog"],
            "skills": ["dementia"],
            "credentials": [
                {"code": code, "valid_to": "2099-01-01"}
                for code in ("DBS_ENH_AB", "RTW", "MH", "MEDS")
            ],
        },
    )
    return slots.details["ids"][0], worker.details["id"]


def test_a_person_goes_from_the_ward_to_an_assessment_at_home(
    service_desk: Callable[[str], ServiceDesk],
) -> None:
    ward, hub, agency = service_desk("ward"), service_desk("hub"), service_desk("agency")
    for desk in (ward, hub, agency):
        desk.sync()
    slot, worker = agency_capacity(agency)
    agency.sync()
    case = admitted(ward)
    with pytest.raises(BlockedError) as incomplete:
        ward.do(case, "refer")
    assert "Next of kin or carer" in incomplete.value.reasons
    assert ward.do(case, "refer", record=full_record()).stage == "referred"
    ward.sync()

    hub.sync()
    assert hub.queries.case(hub.caller, case).banner.family_name == "Sampleton"
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
    sent = hub.do(case, "offer", agencies=["AG001", "AG002"])
    assert sent.stage == "offered"
    hub.sync()

    agency.sync()
    offers = agency.queries.offers(agency.caller)
    assert [offer.status for offer in offers] == ["sent"]
    assert offers[0].person is None
    with pytest.raises(RefusedError):
        agency.queries.case(agency.caller, case)
    assert not agency.queries.search(agency.caller, "Sampleton")
    offer = offers[0].reference
    agency.do(offer, "accept", slot=slot, worker=worker)
    agency.sync()
    agency.sync()
    assert agency.queries.case(agency.caller, case).banner.nhs_number == "9990012377"

    ward.sync()
    with pytest.raises(BlockedError) as gate:
        ward.do(case, "depart", left_at=ward.ago(minutes=1))
    assert any("Worker" in reason for reason in gate.value.reasons)
    agency.do(
        offer,
        "allocate",
        worker=worker,
        starts_at=agency.ago(hours=3),
        ends_at=agency.ahead(days=28),
        expected_at=agency.ago(hours=2),
    )
    agency.sync()

    hub.sync()
    assessor = hub.roster.save(
        hub.caller,
        "assessor",
        {
            "name": "Ola Sample",
            "profession": "OT",
            "skills": ["OT"],
            "pattern": {"mon": ["09:00", "17:00"]},
        },
    ).details["id"]
    hub.do(case, "visit", assessor=assessor, starts_at=hub.ahead(hours=20), confirm=True)
    hub.sync()
    ward.sync()
    left = ward.do(
        case,
        "depart",
        planned_at=ward.ago(hours=2),
        latest_arrival_at=ward.ahead(hours=8),
        transport="taxi",
        transport_state="ready",
        medicines_state="ready",
        equipment_state="not_needed",
        key_state="ready",
        left_at=ward.ago(hours=2),
        override={
            "reason": "Pack handed over on paper",
            "role": "Matron",
            "by": "M Sample",
            "on_call": "On-call manager Sample",
        },
    )
    assert left.stage == "at_home"
    ward.sync()
    agency.sync()
    agency.do(case, "arrive", what="worker_arrived", at=agency.ago(hours=1.5))
    agency.do(case, "arrive", what="arrived_home", at=agency.ago(hours=1))
    agency.do(case, "arrive", what="welfare_check", at=agency.ago(minutes=30))
    agency.sync()
    hub.sync()
    assert hub.queries.case(hub.caller, case).clock.kind == "running"
    done = hub.do(
        case,
        "outcome",
        outcome="done",
        started_at=hub.ago(minutes=20),
        finished_at=hub.ago(minutes=1),
        need_found="less",
        next_review_on="2099-01-01",
    )
    assert done.stage == "assessed"
    hub.sync()
    ward.sync()
    assert ward.queries.case(ward.caller, case).clock.kind == "met"

    agency.sync()
    agency.do(case, "end", reason="independent")
    agency.sync()
    agency.sync()
    with pytest.raises(RefusedError):
        agency.queries.case(agency.caller, case)
    assert not agency.queries.search(agency.caller, "Sampleton")
    ward.sync()
    assert ward.queries.case(ward.caller, case).stage == "closed"


def test_the_same_extract_twice_changes_nothing(
    service_desk: Callable[[str], ServiceDesk],
) -> None:
    ward = service_desk("ward")
    ward.sync()
    first = ward.imports.pas_csv(ward.caller, SAMPLE)
    second = ward.imports.pas_csv(ward.caller, SAMPLE)
    assert (first.accepted, len(first.refused)) == (30, 0)
    assert (second.accepted, second.changed, second.unchanged) == (0, 0, 30)
    ward.sync()
    assert len(ward.queries.ward_board(ward.caller).rows) >= 29
