"""Synthetic inpatients of two hospitals, made from a seed and dated back from a given instant."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from d2a_desktop.core.clock import LONDON, london_day
from d2a_desktop.demo import names
from d2a_desktop.demo.fates import HERO, HOSPITAL_A, SCENARIOS, Reach, Scenario, Twist
from d2a_desktop.domain.person import check_digit

WARDS = {
    HOSPITAL_A: ("Ward A4", "Ward B2", "Ward C5"),
    "XDB": ("Ward 7", "Ward 9"),
}
_SITES = {HOSPITAL_A: "XDA01", "XDB": "XDB01"}
_WHY = (
    "Chest infection, over now; weaker than before",
    "Fall at home, wrist in plaster; walks with a frame",
    "Urine infection with confusion, clearing",
    "Stroke; right side weaker, improving",
    "Broken hip, mended by an operation",
    "Heart failure, steady on new tablets",
    "Cellulitis of the leg, antibiotics finished",
    "Parkinson's; medicines set anew",
)

# Hours between one step and the next, on the way to a person's last one (see `Reach`).
_STEPS = (0, 4, 16, 2, 2, 4, 4, 18)
_DAY_STARTS, _DAY_ENDS = 8, 17

EXTRACT_DAYS = (24, 14)
"""How many days ago the hospitals' extracts were taken, before that of this morning."""


@dataclass(frozen=True)
class Times:
    """When each step of one person's way happened, or will; aware UTC, None beyond the reach."""

    ready: datetime | None = None
    refer: datetime | None = None
    pathway: datetime | None = None
    offer: datetime | None = None
    answer: datetime | None = None
    allocate: datetime | None = None
    plan: datetime | None = None
    leave: datetime | None = None
    visit: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class DemoPerson:
    """One synthetic inpatient: identity, stay, and the part in the story."""

    scenario: Scenario
    times: Times
    spell: str
    mrn: str
    nhs_number: str | None
    family_name: str
    given_name: str
    title: str
    preferred_name: str
    gender: str
    birth_date: date
    address_1: str
    postcode: str
    phone: str
    gp_practice: str
    site: str
    ward: str
    bed: str
    consultant: str
    admitted_at: datetime
    edd: date
    why: str

    @property
    def key(self) -> str:
        """How the story names this person."""
        return self.scenario.key

    @property
    def reach(self) -> Reach:
        """The last step taken by now."""
        return self.scenario.reach

    def has(self, twist: Twist) -> bool:
        """Return whether this twist is this person's."""
        return self.scenario.twist is twist


def nhs_numbers(rng: random.Random) -> list[str]:
    """Return valid numbers of the test range 999, no two alike, in random order (DOMAIN 3.4)."""
    found = []
    for nine in rng.sample(range(999_000_000, 999_999_999), 200):
        digit = check_digit(str(nine))
        number = f"{nine}{digit}"
        if digit is not None and len(set(number)) > 1:
            found.append(number)
    return found


def make_people(*, seed: int, now: datetime) -> tuple[DemoPerson, ...]:
    """Return the inpatients of both hospitals; the same seed and `now` give the same people.

    Args:
        seed: of the random choices.
        now: aware instant from which all dates are counted back.
    """
    rng = random.Random(seed)
    maker = _Maker(rng, now)
    return tuple(maker.person(scenario) for scenario in SCENARIOS)


class _Maker:
    """Draws names, numbers and beds without giving any twice."""

    def __init__(self, rng: random.Random, now: datetime) -> None:
        self._rng = rng
        self._now = now.astimezone(UTC).replace(second=0, microsecond=0)
        self._numbers = nhs_numbers(rng)
        self._families = rng.sample(names.FAMILIES, len(names.FAMILIES))
        self._beds = {
            (hospital, ward): [f"{bay}{bed}" for bay in "ABCD" for bed in range(1, 7)]
            for hospital, wards in WARDS.items()
            for ward in wards
        }
        self._made = 0

    def person(self, scenario: Scenario) -> DemoPerson:
        rng = self._rng
        self._made += 1
        female = rng.random() < 0.6
        given = rng.choice(names.FEMALE if female else names.MALE)
        ward = self._ward(scenario)
        times = _times(scenario, self._now)
        person = DemoPerson(
            scenario=scenario,
            times=times,
            spell=f"DEMO-{40_000 + self._made * 7}",
            mrn=f"T{700_000 + self._made * 13}",
            nhs_number=self._numbers.pop(),
            family_name=self._families.pop() if self._families else f"Testham-{self._made}",
            given_name=given,
            title=rng.choice(("Mrs", "Miss", "Ms")) if female else "Mr",
            preferred_name="",
            gender="female" if female else "male",
            birth_date=_born(rng, self._now),
            address_1=f"{rng.randint(1, 180)} {rng.choice(names.STREETS)}",
            postcode=f"{rng.choice(names.OUTWARDS)} {rng.randint(1, 9)}Z{rng.choice('ABDEFGH')}",
            phone=f"01632 960{rng.randint(100, 999)}",
            gp_practice=f"Z99{rng.randint(1, 9):03d}",
            site=_SITES[scenario.hospital],
            ward=ward,
            bed=self._bed(scenario.hospital, ward),
            consultant=rng.choice(names.CONSULTANTS),
            admitted_at=self._admitted(scenario, times),
            edd=london_day(self._now) + timedelta(days=rng.randint(0, 5)),
            why=scenario.why or rng.choice(_WHY),
        )
        return _special(person)

    def _ward(self, scenario: Scenario) -> str:
        # The two people of one name lie on one ward: that is the danger the board must show.
        wards = WARDS[scenario.hospital]
        return wards[0] if "smith" in scenario.key else self._rng.choice(wards)

    def _bed(self, hospital: str, ward: str) -> str:
        beds = self._beds[hospital, ward]
        return beds.pop(self._rng.randrange(len(beds)))

    def _admitted(self, scenario: Scenario, times: Times) -> datetime:
        days = scenario.in_hospital
        if times.ready is not None:
            # Nobody is ready on the day of the operation: two days at least before that; and PAS
            # tells of a person before the ward can say anything.
            since = (self._now - times.ready).days + 1
            told = [ago for ago in EXTRACT_DAYS if ago >= since]
            late = scenario.reach <= Reach.READY and days < min(EXTRACT_DAYS)
            days = max(days, since + 2, *([] if late else [min(told, default=since) + 1]))
        day = london_day(self._now) - timedelta(days=days)
        hour, minute = self._rng.randint(9, 21), self._rng.choice((5, 20, 35, 50))
        local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=LONDON)
        return local.astimezone(UTC)


def _born(rng: random.Random, now: datetime) -> date:
    return london_day(now) - timedelta(days=rng.randint(71 * 365, 97 * 365))


def _times(scenario: Scenario, now: datetime) -> Times:
    """Count the steps back from the last one that was taken."""
    reach = scenario.reach
    if reach is Reach.INPATIENT:
        return Times()
    last = min(reach, Reach.HOME)
    at = {Reach.HOME.value: now}
    end = now - timedelta(hours=scenario.hours_ago)
    # Clocks that still run must say what the table says, at any hour of the day.
    at[last.value] = by_day(end) if reach >= Reach.ASSESSED else end
    for step in range(last.value - 1, 0, -1):
        at[step] = by_day(at[step + 1] - timedelta(hours=_STEPS[step]))
    ready = min(at[1], now - timedelta(days=scenario.wait_days, hours=1))
    leave = at[8]
    if reach is Reach.PLANNED:
        leave = _next_by_day(
            now + timedelta(hours=22 if scenario.twist is Twist.GATE_CLOSED else 3)
        )
    return Times(
        ready=ready,
        refer=at.get(2) if reach >= Reach.REFERRED else None,
        pathway=at.get(3) if reach >= Reach.PATHWAY else None,
        offer=at.get(4) if reach >= Reach.OFFERED else None,
        answer=at.get(5) if reach >= Reach.ACCEPTED else None,
        allocate=at.get(6) if reach >= Reach.ALLOCATED else None,
        plan=at.get(7) if reach >= Reach.PLANNED else None,
        leave=leave if reach >= Reach.PLANNED else None,
        visit=_visit(scenario, leave) if reach >= Reach.PLANNED else None,
    )


def _visit(scenario: Scenario, leave: datetime) -> datetime:
    at = leave + timedelta(hours=scenario.visit_after)
    return by_day(at) if scenario.reach >= Reach.ASSESSED else at


def by_day(at: datetime) -> datetime:
    """Return `at`, or the end of the working day before it when it falls in the night."""
    local = at.astimezone(LONDON)
    if local.hour < _DAY_STARTS:
        local = (local - timedelta(days=1)).replace(hour=_DAY_ENDS)
    return local.replace(hour=min(local.hour, _DAY_ENDS)).astimezone(UTC)


def _next_by_day(at: datetime) -> datetime:
    local = at.astimezone(LONDON)
    if local.hour >= _DAY_ENDS:
        local = (local + timedelta(days=1)).replace(hour=_DAY_STARTS + 2)
    return local.replace(hour=max(local.hour, _DAY_STARTS + 2)).astimezone(UTC)


def _special(person: DemoPerson) -> DemoPerson:
    """Give the names that break careless software, each to one person (DOMAIN 11.6)."""
    named: dict[str, dict[str, object]] = {
        HERO: {"family_name": "Testham", "given_name": "Margaret", "title": "Mrs",
               "gender": "female", "preferred_name": "Peggy"},
        "ready_smith": {"family_name": "Smith", "given_name": "John", "title": "Mr",
                        "gender": "male", "birth_date": date(1941, 3, 14)},
        "in_smith": {"family_name": "Smith", "given_name": "John", "title": "Mr",
                     "gender": "male", "birth_date": date(1941, 3, 15)},
        "in_1": {"family_name": "Testarini", "given_name": "", "title": ""},
        "in_null": {"family_name": "Null", "given_name": "Test"},
        "case05": {"family_name": "Demoowicz", "given_name": "Łukasz", "title": "Mr",
                   "gender": "male"},
        "referred_1": {"family_name": "O'Testney-Sample", "given_name": "Siobhán", "title": "Ms",
                       "gender": "female"},
        "b_in_long": {"family_name": names.longest("Oversample"),
                      "given_name": names.longest("Wilhelmina"),
                      "title": names.longest("Wing Commander"),
                      "preferred_name": names.longest("Mina"), "gender": "female"},
        "in_3": {"nhs_number": None},
    }  # fmt: skip
    changes = named.get(person.key, {})
    if person.family_name in ("Testham", "Demoowicz") and not changes:
        changes = {"family_name": person.family_name + "-Trial"}
    return replace(person, **changes)  # type: ignore[arg-type]  # values of the fields named
