"""What an open offer says of a person is codes: the server takes no word of anybody's own."""

from __future__ import annotations

from typing import Any

import pytest

from d2a_desktop.domain.capacity import UnusedRule
from d2a_desktop.domain.codes import (
    Channel,
    DeclineReason,
    Gender,
    HandBackReason,
    OfferWithdrawal,
)
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
        {"night_calls": 9990000018},  # a number that is somebody's
        {"left_alone_hours": 0.9990000018},
        {"left_alone_hours": 1990},
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


_WORDS: list[dict[str, Any]] = [
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
    {"reference": "O-ANNS-MITH"},  # letters that are never drawn
    {"age_band": "19-43"},
    {"age_band": "83-87"},
    {"length_days": 9990000},
    {"carers_needed": 1943},
    {"earliest_start": "1943-05-17"},  # a birth date
    {"latest_start": "1943-05-17"},
    {"sent_at": "1943-05-17T00:00:00.000000Z"},
    {"withdrawn_reason": "Smith"},
]


def test_words_in_the_other_fields_are_refused(shared: System):
    hub = WireClient(shared, "hub")
    answers = {str(said): _answer(shared, {}, hub, **said) for said in _WORDS}
    assert answers == dict.fromkeys(answers, ("rejected", "invalid"))


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
    assert row[0] == listed | {
        "withdrawn_reason": [each.value for each in OfferWithdrawal],
        "decline_reason": [each.value for each in DeclineReason],
        "handed_back_reason": [each.value for each in HandBackReason],
        "channel": [each.value for each in Channel],
    }


def test_the_server_s_codes_of_agencies_are_those_of_the_lists(shared: System):
    with shared.superuser() as owner:
        row = owner.execute("SELECT sync.agency_lists()").fetchone()
    assert row == (
        {
            "gender": [each.value for each in Gender],
            "unused_slot_rule": [each.value for each in UnusedRule],
        },
    )


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


_REPLIES = {
    "decline_reason": ("declined", "Mrs Smith is too ill", "capacity"),
    "channel": ("declined", "rang Mrs Smith", "phone"),
    "responded_by": ("declined", "Ann 999 000 0018", "Kim Sample"),
    "spoken_to": ("declined", "Ann\nSmith", "Kim Sample"),
    "handed_back_reason": ("handed_back", "Mrs Smith died", "worker_ill"),
}


def test_an_agency_answers_in_codes_and_in_one_line(shared: System):
    hub, ward, agency = (WireClient(shared, who) for who in ("hub", "ward", "agency"))
    scope = new_case(ward)
    referral = refer(ward, scope)
    for name, (status, words, code) in _REPLIES.items():
        sent = offer(hub, scope, referral, agency.org)
        agency.pull()
        if status == "handed_back":
            assert agency.patch("offer", sent, status="accepted").status == "ok"
            agency.pull()
            hub.pull()  # and nobody speaks for an agency with a desk afterwards
            assert hub.patch("offer", sent, spoken_to="Smith").why == "not_allowed"
        said = agency.patch("offer", sent, status=status, **{name: words})
        assert (said.status, said.why) == ("rejected", "invalid"), name
        hub.pull()
        assert hub.rows["offer", sent]["status"] != status
        assert agency.patch("offer", sent, status=status, **{name: code}).status == "ok", name
        hub.pull()
        assert hub.rows["offer", sent][name] == code


_ANSWERED: dict[str, Any] = {
    "responded_at": at(0), "handed_back_at": at(0), "responded_by": "Smith", "spoken_to": "Smith",
    "decline_reason": "capacity", "handed_back_reason": "other", "channel": "phone",
    "slot_id": new(), "proposed_worker_id": new(), "on_behalf_of": new(),
}  # fmt: skip


def test_of_an_open_offer_nobody_else_writes_the_answer(shared: System):
    hub, ward = WireClient(shared, "hub"), WireClient(shared, "ward")
    scope = new_case(ward)
    referral = refer(ward, scope)
    sent = [offer(hub, scope, referral, shared.orgs[org]) for org in ("agency", "agency3")]
    hub.pull()
    ward.pull()
    for name, value in _ANSWERED.items():
        assert _answer(shared, {}, hub, **{name: value}) == ("rejected", "not_allowed"), name
        for one in sent:  # to an agency with a desk, and to one without
            for desk in (hub, ward):
                said = desk.patch("offer", one, **{name: value})
                assert (said.status, said.why) == ("rejected", "not_allowed"), name


def test_what_was_said_before_the_rule_holds_up_no_end(shared: System):
    hub, ward = WireClient(shared, "hub"), WireClient(shared, "ward")
    scope = new_case(ward)
    sent = offer(hub, scope, refer(ward, scope), shared.orgs["agency"])
    with shared.superuser() as owner:  # as a server before 0030 took it
        owner.execute("ALTER TABLE dc.offer DISABLE TRIGGER USER")
        owner.execute(
            "UPDATE dc.offer SET stairs = 'steep', channel = 'fax', spoken_to = E'A\nB',"
            " sent_at = '1990-01-01', length_days = 5000"
        )
        owner.execute("ALTER TABLE dc.offer ENABLE TRIGGER USER")
    ward.pull()
    assert ward.patch("spell", scope, died_at=at(0)).status == "ok"
    hub.pull()
    assert hub.rows["offer", sent]["status"] == "withdrawn"


_SHOWN = [
    ("capacity_contract", {"commissioner": "Ann\nSmith"}, "invalid"),
    ("capacity_contract", {"commissioner": "NHS 999 000 0018"}, "invalid"),
    ("capacity_contract", {"on_call_phone": "ask for Ann"}, "invalid"),
    ("capacity_contract", {"on_call_phone": "01632 960190 ext. 12"}, None),
    ("capacity_contract", {"hours": {"mon": ["08:00", "Ann"]}}, "invalid"),
    ("capacity_contract", {"hours": {"Ann": ["08:00", "18:00"]}}, "invalid"),
    ("capacity_contract", {"hours": ["Ann"]}, "invalid"),
    ("capacity_contract", {"hours": {"mon": ["08:00", "18:00"], "sun": []}}, None),
    ("capacity_contract", {"unused_slot_rule": "Smith"}, "invalid"),
    ("capacity_contract", {"unused_slot_rule": "roll_over"}, None),
    ("capacity_contract", {"min_starts": 9990000}, "invalid"),
    ("capacity_contract", {"valid_to": "1943-05-17"}, "invalid"),
    ("slot", {"lost_reason": "Smith"}, "invalid"),
    ("slot", {"earliest_start": "1943-05-17"}, "invalid"),
]


def test_a_contract_and_its_starts_say_nothing_of_anybody(shared: System):
    agency, contract = WireClient(shared, "agency"), new()
    agency.insert("capacity_contract", contract, id=contract, agency_org_id=agency.org)
    start = {"contract_id": contract, "week": "2030-W23", "number": 1, "status": "open"}
    agency.insert("slot", contract, **start)
    for entity, said, why in _SHOWN:
        agency.pull()
        (row_id,) = agency.seen(entity)
        assert agency.patch(entity, row_id, **said).why == why, said
    for wrong in ({"week": "Smith"}, {"number": 9990000}):
        (answer,) = agency.push(agency.insert_op("slot", contract, **start | wrong))
        assert (answer.status, answer.why) == ("rejected", "invalid"), wrong


def test_the_texts_of_a_contract_are_its_agency_s(shared: System):
    hub, agency = WireClient(shared, "hub"), WireClient(shared, "agency")
    contract, partner = new(), new()
    agency.insert("capacity_contract", contract, id=contract, agency_org_id=agency.org)
    hub.insert(
        "capacity_contract", partner, id=partner, agency_org_id=shared.orgs["agency3"],
        commissioner="Sample Council",
    )  # fmt: skip
    hub.pull()
    for name in ("commissioner", "on_call_phone"):
        said = hub.patch("capacity_contract", contract, **{name: "1"})
        assert (said.status, said.why) == ("rejected", "not_allowed")
        assert hub.patch("capacity_contract", partner, **{name: "1"}).status == "ok"
        hub.pull()
    assert hub.patch("capacity_contract", contract, max_starts=4).status == "ok"


def test_a_worker_is_shown_in_codes_and_by_district(shared: System):
    agency, hub = WireClient(shared, "agency"), WireClient(shared, "hub")
    with shared.superuser() as owner:
        owner.execute("UPDATE sync.org SET share_profiles = true")
    said = {
        "home_postcode": "po48ld", "gender": "Ann", "skills": ["peg", "Ann", {"of": "Ann"}],
        "languages": ["Polish", "ask for Ann"], "accepts_pets": {"cat": "Ann"},
    }  # fmt: skip
    worker = agency.insert("worker", agency.org, first_name="Ann", status="active", **said)
    hub.pull()
    (row,) = hub.seen("worker_profile").values()
    shown = {name: row[name] for name in ("outward_area", "gender", "skills", "languages")}
    assert shown == {
        "outward_area": "PO4", "gender": None, "skills": ["peg"], "languages": ["Polish"],
    }  # fmt: skip
    assert row["accepts_pets"] is None
    agency.pull()
    assert agency.patch("worker", worker, home_postcode="Ann Smith, PO4").status == "ok"
    hub.pull()
    (after,) = hub.seen("worker_profile").values()
    assert after["outward_area"] is None
    # What is not shown changes nothing for others.
    agency.pull()
    assert agency.patch("worker", worker, skills=["peg", "Bo"], phone="1").status == "ok"
    hub.pull()
    assert hub.rows["worker_profile", after["id"]]["ver"] == after["ver"]


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


def _answer(
    shared: System, needs: Any, by: WireClient | None = None, **said: Any
) -> tuple[str, str | None]:
    hub, row = by or WireClient(shared, "hub"), new()
    values = {"reference": f"O-{row}", "needs": needs, **said}
    op = hub.insert_op(
        "offer", row, id=row, agency_org_id=shared.orgs["agency"], sent_by_org_id=hub.org,
        status="sent", respond_by=at(48), **values,
    )  # fmt: skip
    (result,) = hub.push(op)
    return result.status, result.why
