"""Who could take one offer: who fits, who cannot be confirmed, who is excluded, and why."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from d2a_desktop.core.errors import RefusedError, UsageError
from d2a_desktop.models.base import Synced
from tests.builder_ids import OFFER, some_id
from tests.builders import (
    make_care_need,
    make_offer_link,
    make_organisation,
    make_patient,
    make_spell,
)
from tests.integration.services.match_desks import (
    ENDS,
    OTHER_AGENCY,
    STARTS,
    a_worker,
    an_offer,
    choices,
    matches,
)
from tests.integration.services.walk import HUB_CALLER, Walk
from tests.local_stores import SCHEDULER
from tests.roster_builders import (
    make_availability,
    make_credential,
    make_placement_block,
)


def test_who_fits_comes_first_then_who_cannot_be_confirmed_then_who_is_excluded(agency: Walk):
    a_worker(agency, "Unskilled", skills=["hoist"])
    a_worker(agency, "Unknown", papers=False)
    a_worker(agency, "Fitting")
    a_worker(agency, "Paused", status="paused")
    a_worker(agency, "Gone", status="left")
    found = choices(agency)
    assert list(found) == ["Fitting", "Unknown", "Paused", "Unskilled"]
    assert [(c.verdict, c.rank) for c in found.values()] == [
        ("fits", 1),
        ("cannot_confirm", None),
        ("excluded", None),
        ("excluded", None),
    ]
    assert found["Unskilled"].reasons == ("Skill: lacks Dementia",)
    assert any("Right to work check" in words for words in found["Unknown"].cannot_confirm)
    assert found["Unknown"].reasons == ()
    assert found["Paused"].reasons == ("Worker active: not an active worker",)


def test_every_broken_rule_is_told_and_which_of_them_may_be_overridden(agency: Walk):
    a_worker(agency, "Far", gender="male", accepts_pets=[], max_block_days=14)
    agency.arrives_from_server(
        make_availability(
            worker_id=some_id("Far"),
            kind="leave",
            from_day=date(2026, 12, 1),
            to_day=date(2026, 12, 3),
        ),
        an_offer(some_id("strict"), reference="O-4444-6666", gender_required="female"),
    )
    far = choices(agency, "O-4444-6666")["Far"]
    rules = {words.partition(":")[0] for words in far.reasons}
    assert rules == {"Gender", "Pets", "Max consecutive", "Availability"}
    assert set(far.overridable) == {"gender", "max_consecutive"}


def test_a_booking_excludes_and_a_short_gap_after_costs_points(agency: Walk):
    a_worker(agency, "Booked")
    a_worker(agency, "Soon")
    a_worker(agency, "Free")
    agency.arrives_from_server(
        make_placement_block(
            id=some_id("b1"), worker_id=some_id("Booked"), starts_at=STARTS, ends_at=ENDS
        ),
        make_placement_block(
            id=some_id("b2"),
            worker_id=some_id("Soon"),
            starts_at=ENDS + timedelta(days=3),
            ends_at=ENDS + timedelta(days=20),
        ),
    )
    found = choices(agency)
    assert list(found) == ["Free", "Soon", "Booked"]
    assert "nothing booked after it" in found["Free"].points
    assert "next booking 3 days after it, 24-Dec-2026" in found["Soon"].points
    assert found["Booked"].reasons == ("Overlap: booked from 23-Nov-2026 to 21-Dec-2026",)


def test_wishes_continuity_and_a_fair_share_rank_those_who_fit(agency: Walk):
    case = some_id("case")
    for name in ("Known", "Polish", "Tired", "Rested"):
        a_worker(agency, name, languages=["English", *(["Polish"] if name == "Polish" else [])])
    agency.arrives_from_server(
        make_spell(id=case, scope_id=case),
        make_patient(scope_id=case),
        make_offer_link(scope_id=case, offer_id=OFFER),
        make_care_need(scope_id=case, languages_preferred=["Polish"], required_skills=[]),
        _past_block("Known", days_ago=60, length=20),
        _past_block("Tired", days_ago=25, length=20, offer=some_id("elsewhere")),
    )
    found = choices(agency)
    assert list(found) == ["Known", "Polish", "Rested", "Tired"]
    assert "has cared for this person before" in found["Known"].points
    assert "speaks Polish, as preferred" in found["Polish"].points
    assert "20 of the 28 days before it worked" in found["Tired"].points
    assert "0 of the 28 days before it worked" in found["Rested"].points


def _past_block(name: str, *, days_ago: int, length: int, offer: str = OFFER) -> Synced:
    start = STARTS - timedelta(days=days_ago)
    return make_placement_block(
        id=some_id(name + "past"),
        worker_id=some_id(name),
        offer_id=offer,
        status="ended",
        starts_at=start,
        ends_at=start + timedelta(days=length),
    )


def test_only_the_agency_or_who_acts_for_it_sees_its_roster(agency: Walk):
    a_worker(agency, "Fitting")
    with pytest.raises(UsageError, match="end after"):
        matches(agency).choices(SCHEDULER, "O-346A-789B", starts_at=ENDS, ends_at=STARTS)
    with pytest.raises(RefusedError) as refusal:
        matches(agency).choices(SCHEDULER, "O-XXXX-XXXX", starts_at=STARTS, ends_at=ENDS)
    assert refusal.value.code == "unknown_offer"
    for_partner = matches(agency).choices(HUB_CALLER, "O-346A-789B", starts_at=STARTS, ends_at=ENDS)
    assert [choice.name for choice in for_partner] == ["Fitting"]
    agency.arrives_from_server(
        make_organisation(
            id=OTHER_AGENCY, ods_code="AXX02", name="Other", kind="agency", has_desk=True
        ),
        an_offer(some_id("theirs"), reference="O-7777-8888", agency_org_id=OTHER_AGENCY),
    )
    for caller in (SCHEDULER, HUB_CALLER):
        with pytest.raises(RefusedError) as refusal:
            matches(agency).choices(caller, "O-7777-8888", starts_at=STARTS, ends_at=ENDS)
        assert refusal.value.code == "not_addressed"


def test_a_skill_must_be_in_date_to_the_end_of_the_block(agency: Walk):
    last = {"code": "dementia", "valid_to": "2026-12-20"}
    a_worker(agency, "Ada", skills=[last])
    a_worker(agency, "Bea", skills=[{**last, "valid_to": "2026-12-21"}])
    found = choices(agency)
    assert (found["Ada"].verdict, found["Bea"].verdict) == ("excluded", "fits")
    plan = matches(agency).solve_roster(SCHEDULER)
    assert [row.worker for row in plan.rows] == ["Bea"]


def test_what_a_worker_must_not_live_with_excludes_them(agency: Walk):
    a_worker(agency, "Ada", contraindications=["cat"])
    a_worker(agency, "Bea", contraindications=["dog"])
    found = choices(agency)
    assert (found["Ada"].verdict, found["Bea"].verdict) == ("excluded", "fits")
    assert any("must not live with cat" in words for words in found["Ada"].reasons)


def test_a_paper_that_lapses_and_has_no_end_cannot_be_confirmed(agency: Walk):
    worker_id = a_worker(agency, "Endless", papers=False)
    agency.arrives_from_server(
        *(
            make_credential(id=some_id(code), worker_id=worker_id, code=code, valid_to=end)
            for code, end in (
                ("DBS_ENH_AB", date(2028, 1, 1)),
                ("RTW", None),
                ("MEDS", date(2028, 1, 1)),
                ("MH", None),
            )
        )
    )
    choice = choices(agency)["Endless"]
    assert choice.verdict == "cannot_confirm"
    assert [words for words in choice.cannot_confirm if "Moving" in words]
    assert not [words for words in choice.cannot_confirm if "Right to work" in words]
    # The newer paper of the kind counts, whichever row comes first.
    agency.arrives_from_server(
        make_credential(
            id=some_id("MH newer"), worker_id=worker_id, code="MH", valid_to=date(2028, 1, 1)
        )
    )
    assert choices(agency)["Endless"].verdict == "fits"


def test_what_decides_between_workers_stands_in_words_and_bars(agency: Walk):
    a_worker(agency, "Skilled", skills=["hoist", "dementia"])
    a_worker(agency, "Unskilled", skills=[])
    agency.arrives_from_server(
        make_placement_block(
            id=some_id("later block"),
            placement_id=some_id("later"),
            worker_id=some_id("Skilled"),
            starts_at=ENDS + timedelta(days=3),
            ends_at=ENDS + timedelta(days=20),
        ),
    )
    found = choices(agency)
    skilled = {label: rest for label, *rest in found["Skilled"].factors}
    assert list(skilled) == ["Skills", "Free dates", "Continuity", "Share of work"]
    assert skilled["Free dates"] == ["3 days after", 40, "warn"]
    assert skilled["Share of work"] == ["0 of 28 days", 100, "good"]
    wanted = {label: rest for label, *rest in found["Unskilled"].factors}["Skills"]
    assert wanted == ["0 of 1", 0, "bad"]
