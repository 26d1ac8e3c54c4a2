"""Every rule of codes/matching_constraints.json, broken and kept, by engine and by checker."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from d2a_desktop.core.errors import UsageError
from d2a_desktop.domain.code_lists import hard_rules, soft_rules
from d2a_desktop.matching.checker import check
from d2a_desktop.matching.circumstances import OPTIONAL_WEIGHTS
from d2a_desktop.matching.eligibility import why_not
from d2a_desktop.matching.engine import solve_document
from d2a_desktop.matching.problem import parse
from d2a_desktop.matching.rule_book import may_be_overridden, rule_of
from tests.unit.matching.instances import part, problem, referral, worker

Json = dict[str, Any]
PLAN: Json = {
    "instance": "test",
    "assignments": [{"referral": "R1", "part": 0, "worker": "W1", "start": "2027-02-02"}],
    "unplaced": [],
}


def board(change: Json) -> Json:
    """One worker, one person, one possible day; `change` says what of whom is different."""
    person = referral("R1", latest_start="2027-02-02", **change.get("referral", {}))
    if "part" in change:
        person["parts"] = [part(**change["part"])]
    document = problem([worker("W1", **change.get("worker", {}))], [person])
    document["agencies"][0].update(change.get("agency", {}))
    return document


def booked(start: str, end: str) -> Json:
    return {"bookings": [{"start": start, "end": end}]}


# rule → (the engine's code, kept, broken, not known; None where FORMAT has no word for "unknown")
HARD: dict[str, tuple[str, Json, Json, Json | None]] = {
    "H01": (
        "worker_active",
        {"worker": {"engaged": [["2026-01-01", "2027-02-16"]]}},
        {"worker": {"engaged": [["2026-01-01", "2027-02-15"]]}},
        {"worker": {"engaged": None}},
    ),
    "H02": (
        "overlap",
        {"worker": booked("2027-01-10T10:00", "2027-02-01T10:00")},
        {"worker": booked("2027-01-10T10:00", "2027-02-02T10:01")},
        None,
    ),
    "H03": (
        "certificate",
        {"worker": {"certificates": {"DBS": "2027-02-16"}}},
        {"worker": {"certificates": {"DBS": "2027-02-15"}}},
        {"worker": {"certificates": {}, "cannot_confirm": ["certificate:DBS"]}},
    ),
    "H04": (
        "certificate",
        {"part": {"required_certificates": ["RTW"]},
         "worker": {"certificates": {"RTW": "2027-02-16"}}},
        {"part": {"required_certificates": ["RTW"]},
         "worker": {"certificates": {"RTW": "2027-02-15"}}},
        {"part": {"required_certificates": ["RTW"]},
         "worker": {"cannot_confirm": ["certificate:RTW"]}},
    ),
    "H05": (
        "certificate",
        {"part": {"required_certificates": ["MH"]},
         "worker": {"certificates": {"MH": "2027-02-10"}, "refresher_booked": ["MH"]}},
        {"part": {"required_certificates": ["MH"]},
         "worker": {"certificates": {"MH": "2027-02-10"}}},
        {"part": {"required_certificates": ["MH"]},
         "worker": {"cannot_confirm": ["certificate:MH"]}},
    ),
    "H06": (
        "skill",
        {"part": {"required_skills": ["hoist"]},
         "worker": {"skills_valid_to": {"hoist": "2027-02-16"}}},
        {"part": {"required_skills": ["hoist"]},
         "worker": {"skills_valid_to": {"hoist": "2027-02-15"}}},
        {"part": {"required_skills": ["hoist"]}, "worker": {"skills_valid_to": {"hoist": None}}},
    ),
    "H07": (
        "certificate",
        {"part": {"required_certificates": ["MEDS"]},
         "worker": {"certificates": {"MEDS": "2027-02-16"}}},
        {"part": {"required_certificates": ["MEDS"]},
         "worker": {"certificates": {"MEDS": "2027-02-15"}}},
        {"part": {"required_certificates": ["MEDS"]},
         "worker": {"cannot_confirm": ["certificate:MEDS"]}},
    ),
    "H08": (
        "double_handed",
        {"referral": {"double_handed": True, "second_carer_arranged": True}},
        {"referral": {"double_handed": True, "second_carer_arranged": False}},
        {"referral": {"double_handed": None}},
    ),
    "H09": (
        "waking_night",
        {"referral": {"waking_night": True, "night_cover_arranged": True}},
        {"referral": {"waking_night": True}},
        {"referral": {"waking_night": True, "night_cover_arranged": None}},
    ),
    "H10": (
        "excluded",
        {"referral": {"excluded_workers": []}},
        {"referral": {"excluded_workers": ["W1"]}},
        None,
    ),
    "H11": (
        "gender",
        {"referral": {"gender_required": "F"}},
        {"referral": {"gender_required": "M"}},
        {"referral": {"gender_required": "F"}, "worker": {"cannot_confirm": ["gender"]}},
    ),
    "H12": (
        "allergy_or_phobia",
        {"referral": {"pets": ["dog"]}, "worker": {"contraindications": ["cat", "smoke"]}},
        {"referral": {"pets": ["cat"]}, "worker": {"contraindications": ["cat"]}},
        {"referral": {"smoking_home": True}, "worker": {"contraindications": None}},
    ),
    "H13": (
        "driver",
        {"referral": {"needs_driver": True, "vehicle": "manual", "vehicle_insured": True},
         "worker": {"vehicles": ["manual"]}},
        {"referral": {"needs_driver": True, "vehicle": "manual"},
         "worker": {"vehicles": ["automatic"]}},
        {"referral": {"needs_driver": True, "vehicle_insured": None}},
    ),
    "H14": (
        "accommodation",
        {"referral": {"bedroom": True, "home_safe": True}},
        {"referral": {"bedroom": True, "home_safe": False}},
        {"referral": {"bedroom": None}},
    ),
    "H15": (
        "rest_cover",
        {"referral": {"can_be_left_alone": False, "break_cover_arranged": True}},
        {"referral": {"can_be_left_alone": False, "break_cover_arranged": False}},
        {"referral": {"can_be_left_alone": None}},
    ),
    "H16": (
        "max_consecutive",
        {"worker": {"max_consecutive_days": 14}},
        {"worker": {"max_consecutive_days": 13}},
        None,
    ),
    "H17": (
        "earliest_arrival",
        {"worker": {"arrives_from": "2027-02-02T10:00"}},
        {"worker": {"arrives_from": "2027-02-02T10:01"}},
        {"worker": {"arrives_from": None}},
    ),
    "H18": (
        "language",
        {"referral": {"languages_required": ["BSL"], "interpreter_arranged": True}},
        {"referral": {"languages_required": ["BSL"], "interpreter_arranged": False}},
        {"referral": {"languages_required": ["en"]}, "worker": {"cannot_confirm": ["language:en"]}},
    ),
    "H19": (
        "infection_immunity",
        {"referral": {"protections_required": ["flu"]}, "worker": {"protections": ["flu"]}},
        {"referral": {"protections_required": ["flu"]}, "worker": {"protections": []}},
        {"referral": {"protections_required": ["flu"]}, "worker": {"protections": None}},
    ),
    "H20": (
        "registration",
        {"agency": {"registered": True, "on_contract": True, "areas": ["PO"]},
         "referral": {"area": "PO"}},
        {"agency": {"registered": True, "areas": ["SO"]}, "referral": {"area": "PO"}},
        {"agency": {"on_contract": None}},
    ),
    "H21": (
        "manual_handling_limit",
        {"referral": {"demands": ["stand_aid"]}, "worker": {"must_not": ["full_hoist"]}},
        {"referral": {"demands": ["full_hoist"]}, "worker": {"must_not": ["full_hoist"]}},
        {"referral": {"demands": ["full_hoist"]}, "worker": {"must_not": None}},
    ),
    "H22": (
        "consent",
        {"referral": {"consent": True}},
        {"referral": {"consent": False}},
        {"referral": {"consent": None}},
    ),
}  # fmt: skip
# More ways in which some of them break.
ALSO_BROKEN: list[tuple[str, str, Json]] = [
    ("H02", "availability", {"worker": {"available": [["2027-02-03", "2027-12-31"]]}}),
    ("H10", "refused", {"worker": {"refused": ["R1"]}}),
    ("H13", "driver", {"referral": {"needs_driver": True}, "worker": {"driver": False}}),
    ("H13", "driver", {"referral": {"needs_driver": True, "vehicle_insured": False}}),
    ("H14", "accommodation", {"referral": {"bedroom": False}}),
    ("H16", "rest", {"worker": booked("2027-01-10T10:00", "2027-02-01T10:01")}),
    ("H20", "registration", {"agency": {"registered": False}}),
    ("H20", "registration", {"agency": {"on_contract": False}}),
    (
        "H03",
        "certificate",
        {"worker": {"certificates": {"DBS": "2027-02-15"}, "refresher_booked": ["DBS"]}},
    ),
    ("H12", "allergy_or_phobia",
     {"referral": {"smoking_home": True}, "worker": {"contraindications": ["smoke"]}}),
    ("H12", "allergy_or_phobia",
     {"referral": {"home_features": ["stairs"]}, "worker": {"contraindications": ["stairs"]}}),
]  # fmt: skip


def told(document: Json) -> list[tuple[str, str, bool]]:
    """Return (rule of the reference, the engine's code, certain) of everything broken."""
    broken = why_not(parse(document), worker="W1", referral="R1", part=0)
    assert all(b.fact for b in broken)
    return [(str(rule_of(b.code, b.name)), b.code, b.certain) for b in broken]


def test_the_table_names_every_hard_rule_of_the_reference():
    assert set(HARD) == {rule.code for rule in hard_rules()}


@pytest.mark.parametrize("rule", HARD)
def test_a_hard_rule_that_holds_lets_the_person_be_placed(rule: str):
    document = board(HARD[rule][1])
    assert told(document) == []
    assert check(document, PLAN).violations == ()
    assert solve_document(document)["assignments"] == PLAN["assignments"]


@pytest.mark.parametrize("rule", HARD)
def test_a_hard_rule_that_is_broken_is_named_with_its_fact(rule: str):
    code, _, broken, _ = HARD[rule]
    document = board(broken)
    assert told(document) == [(rule, code, True)]
    assert {v.code for v in check(document, PLAN).violations} == {code}
    left = solve_document(document)["unplaced"][0]
    assert (left["reasons"], left["cannot_confirm"]) == ([code], False)


@pytest.mark.parametrize(("rule", "code", "change"), ALSO_BROKEN)
def test_the_other_ways_to_break_a_hard_rule_are_named_too(rule: str, code: str, change: Json):
    document = board(change)
    assert told(document) == [(rule, code, True)]
    assert {v.code for v in check(document, PLAN).violations} == {code}


@pytest.mark.parametrize("rule", [rule for rule, row in HARD.items() if row[3] is not None])
def test_what_nobody_knows_is_told_apart_and_never_placed_on(rule: str):
    code, _, _, unknown = HARD[rule]
    document = board(unknown or {})
    assert told(document) == [(rule, code, False)]
    assert {v.code for v in check(document, PLAN).violations} == {code}
    left = solve_document(document)["unplaced"][0]
    assert (left["reasons"], left["cannot_confirm"]) == ([code], True)
    assert "cannot confirm" in left["facts"][0]


def override(rule: str, **changes: Any) -> Json:
    signed = {"role": "registered_manager", "reason": "agreed with the family"}
    both = {"worker": "W1", "referral": "R1"}
    return {"rule": rule, **both, **signed, "expires": "2027-02-16", **changes}


def override_code(rule: str) -> str:
    code, names = HARD[rule][0], {"H03": "DBS", "H04": "RTW", "H05": "MH", "H07": "MEDS"}
    return f"{code}:{names[rule]}" if rule in names else code


@pytest.mark.parametrize("rule", [rule.code for rule in hard_rules() if rule.overridable])
def test_an_overridable_rule_needs_role_reason_and_expiry_and_is_named(rule: str):
    document = board(HARD[rule][2])
    signed = override(override_code(rule))
    document["overrides"] = [signed]
    solution = solve_document(document)
    assert solution["assignments"] == PLAN["assignments"]
    assert check(document, PLAN).violations == ()
    named = solution["overrides"]
    assert [{**row, "facts": None} for row in named] == [{**signed, "facts": None}]
    assert named[0]["facts"]
    # It covers the whole block or nothing, and nobody else.
    short = copy.deepcopy(document)
    short["overrides"][0]["expires"] = "2027-02-15"
    assert solve_document(short)["assignments"] == []
    assert check(short, PLAN).violations
    for missing in ("role", "reason", "expires"):
        unsigned = copy.deepcopy(document)
        del unsigned["overrides"][0][missing]
        with pytest.raises(UsageError, match=rf"\$\.overrides\[0\]\.{missing}"):
            solve_document(unsigned)
    document["overrides"] = [override(override_code(rule), reason="  ")]
    with pytest.raises(UsageError, match=r"\$\.overrides\[0\]\.reason"):
        solve_document(document)


@pytest.mark.parametrize("rule", [rule.code for rule in hard_rules() if not rule.overridable])
def test_a_rule_that_nobody_may_set_aside_is_refused_as_an_override(rule: str):
    code = override_code(rule)
    assert not may_be_overridden(*code.partition(":")[::2])
    document = board(HARD[rule][2])
    document["overrides"] = [override(code)]
    with pytest.raises(UsageError, match=r"\$\.overrides\[0\]\.rule"):
        solve_document(document)
    # The checker does not take the document's word for it either.
    assert check(document, PLAN).violations


# rule → (key of its weight, kept, missed, times)
SOFT: dict[str, tuple[str, Json, Json, int]] = {
    "S01": ("continuity", {"referral": {"previous_workers": ["W1"]}},
            {"referral": {"previous_workers": ["W9"]}}, 1),
    "S02": ("preferred_worker", {"referral": {"preferred_workers": ["W1"]}},
            {"referral": {"preferred_workers": ["W9"]}}, 1),
    "S03": ("gender_preference", {"referral": {"gender_preferred": "F"}},
            {"referral": {"gender_preferred": "M"}}, 1),
    "S04": ("language_preference",
            {"referral": {"languages_preferred": ["en"], "background_preferred": ["sikh"]},
             "worker": {"background": ["sikh"]}},
            {"referral": {"languages_preferred": ["pl"], "background_preferred": ["sikh"]}}, 2),
    "S05": ("pets_ok", {"referral": {"pets": ["dog"]}, "worker": {"uneasy_with": ["cat"]}},
            {"referral": {"pets": ["dog"]}, "worker": {"uneasy_with": ["dog"]}}, 1),
    "S06": ("smoking_match", {"referral": {"smoking_home": True}, "worker": {"smoker": True}},
            {"referral": {"smoking_home": True}}, 1),
    "S07": ("driving_pref", {"referral": {"driver_useful": True}},
            {"referral": {"driver_useful": True}, "worker": {"driver": False}}, 1),
    "S08": ("travel_distance", {"referral": {"region": "S"}, "worker": {"region": "S"}},
            {"referral": {"region": "S"}, "worker": {"region": "N"}}, 1),
    "S09": ("placement_length_fit", {"worker": {"preferred_block_days": [14, 28]}},
            {"worker": {"preferred_block_days": [15, 28]}}, 1),
    "S10": ("handover_overlap", {"referral": {"outgoing_leaves": "2027-02-02T10:00"}},
            {"referral": {"outgoing_leaves": "2027-02-02T09:59"}}, 1),
    "S11": ("skill_surplus", {"part": {"required_skills": ["hoist"]}, "scarce": ["hoist"]},
            {"scarce": ["hoist", "dementia"]}, 2),
    "S12": ("experience", {"referral": {"complexity": 2}, "worker": {"experience": 2}},
            {"referral": {"complexity": 3}, "worker": {"experience": 1}}, 2),
    "S13": ("fairness", {"worker": {"weeks_since_placement": 4}},
            {"worker": {"weeks_since_placement": 1}}, 3),
    "S14": ("cost", {"referral": {"rate_band": 2}, "worker": {"rate_band": 2}},
            {"referral": {"rate_band": 2}, "worker": {"rate_band": 3}}, 1),
    "S15": ("expiry_soon", {"worker": {"certificates": {"DBS": "2027-03-17"}}},
            {"worker": {"certificates": {"DBS": "2027-03-16"}}}, 1),
    "S16": ("rural_isolation",
            {"referral": {"home_features": ["rural"]}, "worker": {"accepts_home": ["rural"]}},
            {"referral": {"home_features": ["rural"]}, "worker": {"accepts_home": []}}, 1),
    "S17": ("cooking_diet", {"referral": {"diets": ["halal"]}, "worker": {"cooks": ["halal"]}},
            {"referral": {"diets": ["halal", "vegan"]}, "worker": {"cooks": ["vegan"]}}, 1),
    "S18": ("interests",
            {"referral": {"interests": ["chess"]}, "worker": {"interests": ["chess", "cricket"]}},
            {"referral": {"interests": ["chess"]}, "worker": {"interests": ["cricket"]}}, 1),
}  # fmt: skip


def test_the_table_names_every_soft_rule_of_the_reference_and_every_weight_has_one():
    assert set(SOFT) == {rule.code for rule in soft_rules()}
    keys = {row[0] for row in SOFT.values()}
    assert keys == {*OPTIONAL_WEIGHTS, "continuity", "gender_preference", "language_preference"}


def weighed(change: Json, weights: Json) -> Json:
    document = board(change)
    document["scarce_skills"] = change.get("scarce", [])
    document["weights"] = {**dict.fromkeys(document["weights"], 0), **weights}
    return document


@pytest.mark.parametrize("rule", SOFT)
def test_a_soft_rule_gives_its_points_with_a_sentence_and_only_where_it_is_missed(rule: str):
    key, kept, missed, times = SOFT[rule]
    weights = {key: next(r.default_weight for r in soft_rules() if r.code == rule)}
    good = solve_document(weighed(kept, weights), explain=True)
    assert (good["objective"][2], good["explanations"]["placed"][0]["points"]) == (0, [])
    bad = solve_document(weighed(missed, weights), explain=True)
    assert bad["objective"][2] == times * weights[key]
    points = bad["explanations"]["placed"][0]["points"]
    assert sum(p["points"] for p in points) == times * weights[key]
    assert all(p["because"].startswith("W1: ") for p in points)
    # Without a weight the rule counts nothing, as in a plain document of version 1.
    assert solve_document(weighed(missed, {}))["objective"][2] == 0


# The rules that this table breaks on the worker's side alone.
OF_WORKERS = [
    rule
    for rule, (_, kept, missed, _) in SOFT.items()
    if kept.get("referral") == missed.get("referral") and "scarce" not in missed
]


@pytest.mark.parametrize("rule", OF_WORKERS)
def test_a_soft_rule_decides_between_two_workers_who_are_else_equal(rule: str):
    key, kept, missed, _ = SOFT[rule]
    document = weighed(missed, {key: 3})
    better = weighed(kept, {key: 3})
    document["workers"].append({**better["workers"][0], "id": "W2"})
    document["distance_km"]["W2"] = {"R1": 199}
    assert solve_document(document)["assignments"][0]["worker"] == "W2"
