"""What an open offer says of a person is codes: the server takes no word of anybody's own."""

from __future__ import annotations

from typing import Any

import pytest

from d2a_desktop.domain.codes import OfferWithdrawal
from d2a_desktop.domain.disclosure import NEEDS_IN_PROFILE, need_groups
from tests.integration.shared_db.wire_client import WireClient, at, new, new_case, offer, refer
from tests.shared_databases import System

pytestmark = pytest.mark.postgres

_NUMBERS = {"night_calls", "left_alone_hours"}


def test_the_server_s_codes_are_those_of_the_lists(shared: System):
    with shared.superuser() as owner:
        row = owner.execute("SELECT sync.offer_codes()").fetchone()
    assert row is not None
    assert row[0] == {
        name: [level.code for level in need_groups()[name].levels]
        for name in NEEDS_IN_PROFILE
        if name not in _NUMBERS
    }


@pytest.mark.parametrize(
    "needs",
    [
        {},
        [],
        {"personal_care": "some_help", "night_calls": 2, "diet": None, "left_alone_hours": 0.5},
    ],
)
def test_codes_and_numbers_are_taken(shared: System, needs: Any):
    assert _answer(shared, needs) == ("ok", None)


@pytest.mark.parametrize(
    "needs",
    [
        {"personal_care": "Mrs Smith needs help"},
        {"diet": "halal; ask for Ann"},
        {"diet": "some_help"},  # a code, and of another need
        {"diet": ["halal"]},
        {"name": "Smith"},
        {"name": None},
        {"night_calls": "two"},
        {"night_calls": {"of": "Smith"}},
        ["Smith"],
        "Smith",
        7,
    ],
    ids=str,
)
def test_words_are_refused_and_nothing_of_them_is_kept(shared: System, needs: Any):
    assert _answer(shared, needs) == ("rejected", "invalid")
    with shared.superuser() as owner:
        kept = owner.execute(
            "SELECT (SELECT count(*) FROM dc.offer)"
            " + (SELECT count(*) FROM sync.applied_op WHERE result::text LIKE '%Smith%')"
        ).fetchone()
    assert kept == (0,)


@pytest.mark.parametrize(
    "said",
    [
        {"required_skills": ["peg", "hoist"], "pets": ["cat"], "stairs": "flight"},
        {"languages": ["Polish", "British-Sign-Language", "pl", "日本語", "हिन्दी"]},
        {"required_skills": [], "pets": None, "languages": [], "gender_required": "female"},
        {"age_band": "90+", "outward_postcode": "EC1A", "funding_type": "joint"},
        {"reference": "O-T9WQ-HEA4", "age_band": "5-9", "outward_postcode": None},
    ],
    ids=str,
)
def test_the_other_fields_are_taken_as_codes(shared: System, said: dict[str, Any]):
    assert _answer(shared, {}, **said) == ("ok", None)


@pytest.mark.parametrize(
    "said",
    [
        {"required_skills": ["ask for Ann"]},
        {"required_skills": "peg"},
        {"required_skills": ["cat"]},
        {"required_skills": [["peg"]]},
        {"required_skills": {"peg": "Smith"}},
        {"pets": ["cat", "Smith"]},
        {"pets": {"cat": 1}},
        {"languages": ["Mrs Smith speaks Polish"]},
        {"languages": ["07700900123"]},
        {"languages": "Polish"},
        {"languages": [{"of": "Smith"}]},
        {"languages": ["P" * 31]},
        {"languages": [""]},
        {"gender_required": "female, Smith"},
        {"stairs": "ring Smith"},
        {"funding_type": "Smith"},
        {"age_band": "83, Mrs Smith"},
        {"outward_postcode": "PO4 8LD"},
        {"outward_postcode": "Smith"},
        {"reference": "O-Smith"},
        {"withdrawn_reason": "Smith"},
    ],
    ids=str,
)
def test_words_in_the_other_fields_are_refused(shared: System, said: dict[str, Any]):
    assert _answer(shared, {}, **said) == ("rejected", "invalid")


def test_the_server_s_other_codes_are_those_of_the_lists(shared: System):
    with shared.superuser() as owner:
        row = owner.execute("SELECT sync.offer_lists()").fetchone()
    groups = {
        "required_skills": "skill", "pets": "pets", "gender_required": "gender_required",
        "stairs": "stairs", "funding_type": "funding_type",
    }  # fmt: skip
    listed = {
        name: [level.code for level in need_groups()[group].levels]
        for name, group in groups.items()
    }
    assert row is not None
    assert row[0] == listed | {"withdrawn_reason": [each.value for each in OfferWithdrawal]}


def test_an_agency_keeps_no_words_of_a_withdrawal(shared: System):
    hub = WireClient(shared, "hub")
    ward = WireClient(shared, "ward")
    scope = new_case(ward)
    sent = offer(hub, scope, refer(ward, scope), shared.orgs["agency"])
    hub.pull()
    said = hub.patch("offer", sent, status="withdrawn", withdrawn_reason="Mrs Smith fell")
    assert (said.status, said.why) == ("rejected", "invalid")
    hub.pull()
    assert hub.patch("offer", sent, status="withdrawn", withdrawn_reason="error").status == "ok"


@pytest.mark.parametrize("kind", ["medicine_typed", "medicine_checked"])
@pytest.mark.parametrize(
    ("signed", "status"),
    [
        ({}, "ok"),
        ({"login": "u_000000000000"}, "rejected"),
        ({"role": "ward_coordinator"}, "rejected"),
        ({"login": None}, "rejected"),
    ],
    ids=["own", "another", "another role", "nobody"],
)
def test_nobody_signs_a_medicine_for_another(
    shared: System, kind: str, signed: dict[str, Any], status: str
):
    ward = WireClient(shared, "ward")
    scope = new_case(ward)
    with shared.superuser() as owner:
        owner.execute(
            "UPDATE sync.member SET role = 'clinician' WHERE rolname = %s",
            (shared.people["ward"].login,),
        )
    hand = {"login": shared.people["ward"].login, "role": "clinician", "lines": [new()], **signed}
    op = ward.insert_op(
        "event", scope, kind=kind, detail=hand, at=at(0), recorded_at=at(0), source="observed"
    )
    assert [r.status for r in ward.push(op)] == [status]


def test_a_medicine_is_signed_by_a_clinician(shared: System):
    ward = WireClient(shared, "ward")
    scope = new_case(ward)
    hand = {"login": shared.people["ward"].login, "role": "ward_coordinator", "lines": []}
    (answer,) = ward.push(ward.insert_op("event", scope, kind="medicine_typed", detail=hand))
    assert (answer.status, answer.why) == ("rejected", "not_allowed")


def _answer(shared: System, needs: Any, **said: Any) -> tuple[str, str | None]:
    hub, row = WireClient(shared, "hub"), new()
    values = {"reference": f"O-{row}", "needs": needs, **said}
    op = hub.insert_op(
        "offer", row, id=row, agency_org_id=shared.orgs["agency"], sent_by_org_id=hub.org,
        status="sent", respond_by=at(48), **values,
    )  # fmt: skip
    (result,) = hub.push(op)
    return result.status, result.why
