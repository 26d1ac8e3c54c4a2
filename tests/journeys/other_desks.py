"""What the other desks do while one is watched: by their services, over the same database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from d2a_desktop.shared_db.admin import OrganisationDetails, add_org
from tests.integration.main_job.desks import admitted, full_record
from tests.shared_databases import System
from tests.shared_desks import SharedDesk, give_capacity, offered


def accepted_by(agency: SharedDesk, slot: str, worker: str) -> str:
    """Accept the only open offer by the agency's services; return its reference."""
    agency.sync()
    offer = next(
        each
        for each in agency.desk.queries.offers(agency.desk.caller)
        if each.status == "sent" and not each.expired
    )
    agency.do(offer.reference, "accept", slot=slot, worker=worker)
    agency.sync()
    agency.sync()
    return offer.reference


def allocated(agency: SharedDesk, offer: str, worker: str) -> None:
    """Allocate the worker from three hours ago on, and tell everybody."""
    agency.do(
        offer,
        "allocate",
        worker=worker,
        starts_at=agency.ago(hours=3),
        ends_at=agency.ahead(days=28),
        expected_at=agency.ago(hours=2),
    )
    agency.sync()


def give_on_call_phone(system: System) -> None:
    """Give the agency the phone that is rung at night, without which nobody leaves."""
    with system.database.admin() as connection:
        details = OrganisationDetails(name="Test agency", on_call_phone="01632 960300")
        add_org(connection, ods_code="AG001", kind="agency", details=details)


def give_assessor(hub: SharedDesk) -> str:
    """Give the hub an assessor who works every day; return the id."""
    hours = {day: ["00:00", "23:59"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    made = hub.desk.roster.save(
        hub.desk.caller,
        "assessor",
        {"name": "Ola Sample", "profession": "OT", "skills": ["OT"], "pattern": hours},
    )
    hub.sync()
    return str(made.details["id"])


def ready_departure(at: datetime) -> dict[str, Any]:
    """Return the fields of a departure at `at` in which everything is ready."""
    return {
        "planned_at": at,
        "latest_arrival_at": at + timedelta(hours=8),
        "transport": "taxi",
        "transport_state": "ready",
        "medicines_state": "ready",
        "equipment_state": "not_needed",
        "key_state": "ready",
    }


def two_offers(shared: System, shared_desk: Callable[[str], SharedDesk]) -> dict[str, SharedDesk]:
    """Let a ward refer two people and a hub offer both to the agency, which has a worker."""
    give_on_call_phone(shared)
    desks = {who: shared_desk(who) for who in ("ward", "hub", "agency")}
    ward, hub, agency = desks.values()
    give_capacity(agency)
    agency.sync()
    cases = [admitted(ward), _second(ward)]
    for case in cases:
        ward.do(case, "refer", record=full_record())
    ward.sync()
    hub.sync()
    for case in cases:
        offered(hub, case, "AG001")
    hub.sync()
    return desks


def _second(ward: SharedDesk) -> str:
    made = ward.do(
        None,
        "new",
        family_name="Exempler",
        given_name="Sian",
        birth_date="1938-07-19",
        gender="female",
        nhs_number="999 001 2741",
        site="XDA01",
        ward="C5",
        bed="A2",
        mrn="T2",
        admitted_at=ward.ago(days=12),
    )
    case = str(made.case_ref)
    ward.do(
        case,
        "review",
        decided_by="Dr Sample",
        decided_role="consultant",
        decided_at=ward.ago(days=5),
    )
    return case


def sent_home(desks: dict[str, SharedDesk], case: str) -> None:
    """Let a visit be planned and the person leave, who is expected by an allocated worker."""
    ward, hub = desks["ward"], desks["hub"]
    ola = give_assessor(hub)
    hub.do(case, "visit", assessor=ola, starts_at=hub.ahead(hours=20), confirm=True)
    hub.sync()
    ward.sync()
    ready = {
        key: value.isoformat() if isinstance(value, datetime) else value
        for key, value in ready_departure(ward.desk.clock.now()).items()
    }
    ward.do(
        case,
        "depart",
        **ready,
        left_at=ward.ago(minutes=5),
        override={
            "reason": "Pack handed over on paper",
            "role": "Matron",
            "by": "M Sample",
            "on_call": "On-call manager Sample",
        },
    )
    ward.sync()
