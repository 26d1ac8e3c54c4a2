"""How far each synthetic person gets, and what happens on the way: a table, not a program."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Any


class Reach(IntEnum):
    """The last step of the main job that a person has taken by now."""

    INPATIENT = 0
    READY = 1
    REFERRED = 2
    PATHWAY = 3
    OFFERED = 4
    ACCEPTED = 5
    ALLOCATED = 6
    PLANNED = 7
    HOME = 8
    ASSESSED = 9
    REVIEWED = 10
    ENDED = 11


class Twist(StrEnum):
    """What is out of the ordinary about one person's way."""

    EARLY = "early"
    RETURNED_TO_WARD = "returned_to_ward"
    OTHER_PATHWAY = "other_pathway"
    REFUSED_BY_ALL = "refused_by_all"
    DECLINED_BY_ONE = "declined_by_one"
    HANDED_BACK = "handed_back"
    BY_PHONE = "by_phone"
    GATE_CLOSED = "gate_closed"
    TURNED_BACK = "turned_back"
    NO_ACCESS = "no_access"
    NO_VISIT = "no_visit"
    MET_AGAIN = "met_again"
    READY_AGAIN = "ready_again"
    DIED_AT_HOME = "died_at_home"
    PERSON_REFUSES = "person_refuses"
    NOT_IN_EXTRACT = "not_in_extract"


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One person's part in the story.

    Args:
        key: how the story names the person; never shown.
        hospital: ODS code of the hospital.
        reach: the last step taken by now.
        hours_ago: how long ago that step was.
        twist: what is out of the ordinary.
        wait_days: the least number of days since the person was ready.
        in_hospital: days since admission, at least.
        visit_after: hours from leaving to the assessment (booked, or held when in the past).
        agency: the agency that accepts ("XDL01" …).
        need: changes of the record: care_need and home fields by name, and lists.
        why: why the person is in hospital, in plain English.
        case: number of the case in the domain reference's list of ten, or 0.
    """

    key: str
    hospital: str
    reach: Reach
    hours_ago: float = 2.0
    twist: Twist | None = None
    wait_days: int = 0
    in_hospital: int = 12
    visit_after: float = 24.0
    agency: str = "XDL01"
    need: dict[str, Any] = field(default_factory=dict)
    why: str = ""
    case: int = 0


HOSPITAL_A, HOSPITAL_B, HUB = "XDA", "XDB", "XDC"
AGENCY_A, AGENCY_B, AGENCY_BY_PHONE = "XDL01", "XDL02", "XDL03"
HERO = "hero"

_A, _B = HOSPITAL_A, HOSPITAL_B


def _one(key: str, hospital: str, reach: Reach, **more: Any) -> Scenario:
    return Scenario(key=key, hospital=hospital, reach=reach, **more)


# The person whom the twelve steps follow: home ten days ago, seen the day after, now independent.
_HERO = _one(
    HERO, _A, Reach.ENDED, hours_ago=24 * 10 + 1, in_hospital=20, visit_after=22,
    why="Broken left hip, mended by an operation; walks with a frame again",
    need={"required_skills": ["dementia"], "medicines_level": "administer", "pets": ["cat"],
          "gender_required": "female", "cognition": "forgetful"},
)  # fmt: skip

# The ten cases of the domain reference, section 14.
_TEN = (
    _one("case01", _A, Reach.OFFERED, twist=Twist.DECLINED_BY_ONE, case=1, agency=AGENCY_B,
         why="Hip fracture, no weight through the left leg; two people until the hoist comes",
         need={"transfers": "two_people", "carers_needed": 2, "required_skills": ["hoist"],
               "equipment": ["Mobile hoist", "Slide sheets"]}),
    _one("case02", _A, Reach.ACCEPTED, wait_days=3, case=2,
         why="COPD flare, home on oxygen; a smoker lives in the house",
         need={"required_skills": ["oxygen"], "smoking_home": True, "lives_alone": False,
               "risks": [["oxygen", "Oxygen and a smoker in the house: no flame within 3 m"],
                         ["fire", "Fire service visit booked"]]}),
    _one("case03", _A, Reach.PATHWAY, wait_days=14, twist=Twist.REFUSED_BY_ALL, case=3,
         why="Dementia; walks about at night, five times on most nights",
         need={"cognition": "walks_with_purpose", "night_pattern": "waking", "night_calls": 5,
               "required_skills": ["dementia"]}),
    _one("case04", _A, Reach.HOME, hours_ago=23, visit_after=26, case=4,
         why="Diabetes, insulin twice a day, a leg ulcer that is healing",
         need={"medicines_level": "delegated", "required_skills": ["insulin"],
               "diet": "diabetic"}),
    _one("case05", _A, Reach.ALLOCATED, case=5,
         why="Pneumonia; speaks Polish, some English",
         need={"languages_preferred": ["Polish"], "communication": "understanding"}),
    _one("case05b", _B, Reach.OFFERED, case=5, agency=AGENCY_B,
         why="Fall at home; uses British Sign Language",
         need={"languages_required": ["BSL"], "communication": "interpreter"}),
    _one("case06", _A, Reach.ALLOCATED, case=6, hours_ago=5,
         why="Heart failure, steady on new tablets; lives with two cats",
         need={"pets": ["cat"]}),
    _one("case07", _A, Reach.PLANNED, case=7, hours_ago=6,
         why="Stroke, walks with a stick; a farm without a bus, an automatic car",
         need={"driver_required": True, "required_skills": ["stroke"], "pets": ["dog"],
               "risks": [["lone_working", "No mobile signal at the farm: use the landline"]]}),
    _one("case08", _A, Reach.PLANNED, twist=Twist.GATE_CLOSED, case=8, hours_ago=4,
         why="Ready late in the day; the family were told late, the worker comes tomorrow"),
    _one("case09", _A, Reach.OFFERED, twist=Twist.READY_AGAIN, case=9, hours_ago=96,
         in_hospital=30, why="Was ready, then had sepsis; ready again now"),
    _one("case10", _A, Reach.HOME, twist=Twist.DIED_AT_HOME, case=10, hours_ago=47,
         in_hospital=26, why="Heart failure at its end; wished to be at home"),
)  # fmt: skip

_HOSPITAL_A = (
    _one("at_home_due", _A, Reach.HOME, hours_ago=45, visit_after=47, in_hospital=27),
    _one("at_home_late", _A, Reach.HOME, hours_ago=50, twist=Twist.NO_VISIT, in_hospital=27),
    _one("no_access", _A, Reach.HOME, hours_ago=51, twist=Twist.NO_ACCESS, visit_after=25,
         in_hospital=29),
    _one("by_phone", _A, Reach.HOME, hours_ago=26, twist=Twist.BY_PHONE, visit_after=47,
         agency=AGENCY_BY_PHONE, in_hospital=17),
    _one("assessed_1", _A, Reach.ASSESSED, hours_ago=74, visit_after=23, in_hospital=30),
    _one("reviewed_1", _A, Reach.REVIEWED, hours_ago=24 * 9, visit_after=26, in_hospital=34),
    _one("closed_1", _A, Reach.ENDED, hours_ago=24 * 14, visit_after=26, in_hospital=41),
    _one("turned_back", _A, Reach.HOME, hours_ago=28, twist=Twist.TURNED_BACK, in_hospital=16),
    _one("met_again", _A, Reach.ACCEPTED, hours_ago=20, twist=Twist.MET_AGAIN, in_hospital=19),
    _one("handed_back", _A, Reach.ACCEPTED, hours_ago=18, twist=Twist.HANDED_BACK, in_hospital=18),
    _one("refuses", _A, Reach.REFERRED, hours_ago=15, twist=Twist.PERSON_REFUSES, in_hospital=14),
    _one("offered_1", _A, Reach.OFFERED, wait_days=4, hours_ago=1),
    _one("offered_2", _A, Reach.OFFERED, hours_ago=2,
         need={"required_skills": ["parkinsons"], "gender_preferred": "male"}),
    _one("offered_3", _A, Reach.OFFERED, hours_ago=3, wait_days=2,
         need={"required_skills": ["catheter"], "continence": "catheter", "pets": ["dog"]}),
    _one("pathway_1", _A, Reach.PATHWAY, wait_days=6, hours_ago=3),
    _one("pathway_2", _A, Reach.PATHWAY, hours_ago=5, twist=Twist.OTHER_PATHWAY),
    _one("referred_1", _A, Reach.REFERRED, hours_ago=2),
    _one("referred_2", _A, Reach.REFERRED, wait_days=9, hours_ago=20, twist=Twist.RETURNED_TO_WARD),
    _one("early_1", _A, Reach.REFERRED, hours_ago=6, twist=Twist.EARLY, in_hospital=9),
    _one("ready_long", _A, Reach.READY, wait_days=23, in_hospital=38),
    _one("ready_week", _A, Reach.READY, wait_days=8, in_hospital=26),
    _one("ready_smith", _A, Reach.READY, wait_days=2, in_hospital=11),
    _one("in_smith", _A, Reach.INPATIENT, in_hospital=10),
    _one("in_missing", _A, Reach.INPATIENT, in_hospital=18, twist=Twist.NOT_IN_EXTRACT),
    _one("in_1", _A, Reach.INPATIENT, in_hospital=3),
    _one("in_2", _A, Reach.INPATIENT, in_hospital=1),
    _one("in_3", _A, Reach.INPATIENT, in_hospital=6),
    _one("in_null", _A, Reach.INPATIENT, in_hospital=4),
)  # fmt: skip

_HOSPITAL_B = (
    _one("b_home", _B, Reach.HOME, hours_ago=7, visit_after=20, agency=AGENCY_B, in_hospital=15),
    _one("b_assessed", _B, Reach.ASSESSED, hours_ago=70, visit_after=45, agency=AGENCY_B,
         in_hospital=33),
    _one("b_planned", _B, Reach.PLANNED, hours_ago=5, agency=AGENCY_B),
    _one("b_accepted", _B, Reach.ACCEPTED, hours_ago=2, agency=AGENCY_B),
    _one("b_offered", _B, Reach.OFFERED, wait_days=11, hours_ago=2, agency=AGENCY_B),
    _one("b_pathway", _B, Reach.PATHWAY, wait_days=5, hours_ago=4),
    _one("b_referred", _B, Reach.REFERRED, hours_ago=3),
    _one("b_ready_1", _B, Reach.READY, wait_days=5, in_hospital=20),
    _one("b_ready_2", _B, Reach.READY, wait_days=0, in_hospital=7),
    _one("b_in_long", _B, Reach.INPATIENT, in_hospital=5),
    _one("b_in_1", _B, Reach.INPATIENT, in_hospital=2),
    _one("b_in_2", _B, Reach.INPATIENT, in_hospital=12),
    _one("b_in_3", _B, Reach.INPATIENT, in_hospital=4),
)  # fmt: skip

SCENARIOS: tuple[Scenario, ...] = (_HERO, *_TEN, *_HOSPITAL_A, *_HOSPITAL_B)
