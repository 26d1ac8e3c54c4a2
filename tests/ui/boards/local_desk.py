"""A whole desk of one's own, set up without a server, with a person who has left the ward."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from d2a_desktop.bootstrap import Desk, open_desk
from d2a_desktop.core.paths import Profile
from d2a_desktop.domain.permissions import Role
from d2a_desktop.services.desk_setup import DeskRequest, init_desk
from tests.integration.main_job.desks import full_record
from tests.ui.open_desks import OpenDesk

PASSPHRASE = "three unrelated words"


def make_local_desk(folder: Path, role: Role = Role.HUB_CASE_MANAGER) -> Desk:
    """Set up and open a desk; its key is wrapped by a passphrase where there is no keyring."""
    profile = Profile(folder)
    init_desk(
        profile,
        DeskRequest(ods_code="RXX01", role=role, name="Pat Sample"),
        database_password=None,
        new_passphrase=lambda: PASSPHRASE,
    )
    return open_desk(profile, passphrase=lambda _: PASSPHRASE)


def at_home(desk: Desk | OpenDesk, *, family_name: str = "Sampleton", hours: float = 3.0) -> str:
    """Take a person in who left the ward `hours` ago; return the case reference."""
    now = desk.clock.now()

    def ago(**span: float) -> str:
        return (now - timedelta(**span)).isoformat()

    def do(case: str | None, action: str, **document: Any) -> Any:
        return desk.actions.do_document(desk.caller, case, action, document)

    made = do(
        None,
        "new",
        family_name=family_name,
        given_name="Zoë",
        birth_date="1940-02-28",
        gender="female",
        site="XDA01",
        ward="C5",
        bed="A1",
        mrn=f"T{family_name}",
        postcode="PO6 9ZA",
        admitted_at=ago(days=9),
    )
    case = str(made.case_ref)
    do(case, "review", decided_by="Dr Sample", decided_role="consultant", decided_at=ago(days=3))
    do(case, "update", values={"consent": full_record()["values"]["consent"]})
    override = {"reason": "Sample", "role": "Matron", "by": "M Sample", "on_call": "On call"}
    do(case, "depart", left_at=ago(hours=hours), override=override)
    return case


def add_assessor(desk: Desk | OpenDesk, name: str = "Ola Sample") -> str:
    """Add an assessor who works every day; return the id."""
    hours = {day: ["00:00", "23:59"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    document = {
        "name": name,
        "profession": "OT",
        "skills": ["OT"],
        "base_postcode": "PO6 1AA",
        "pattern": hours,
        "works_bank_holidays": True,
    }
    return str(desk.roster.save(desk.caller, "assessor", document).details["id"])
