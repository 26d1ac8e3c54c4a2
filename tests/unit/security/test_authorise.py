from __future__ import annotations

import pytest

from d2a_desktop.core.errors import BugError, NotPermittedError
from d2a_desktop.domain.permissions import Role
from d2a_desktop.security.authorise import authorise, caller_for, may_see_restricted


def person(role: str, kind: str = "hospital"):
    return caller_for(login="u_1", name="Pat", role=role, org_id="o", org_ods="RXX", org_kind=kind)


def test_a_person_becomes_a_caller_in_the_role_the_server_gave():
    caller = person("ward_coordinator")
    assert caller.role is Role.WARD_COORDINATOR
    authorise(caller, "refer")


@pytest.mark.parametrize(
    ("role", "kind"), [("agency_manager", "hospital"), ("king", "hospital"), ("clinician", "moon")]
)
def test_a_role_that_the_organisation_does_not_have_is_refused(role: str, kind: str):
    with pytest.raises(NotPermittedError) as caught:
        person(role, kind)
    assert caught.value.code == "no_such_role"


def test_a_role_may_not_do_what_it_may_not():
    with pytest.raises(NotPermittedError):
        authorise(person("analyst"), "refer")


def test_an_action_without_roles_is_a_bug():
    with pytest.raises(BugError):
        authorise(person("analyst"), "teleport")


def test_restricted_rows_are_for_care_roles_alone():
    assert may_see_restricted(person("clinician"))
    assert not may_see_restricted(person("administrator"))
    assert not may_see_restricted(person("agency_scheduler", "agency"))
