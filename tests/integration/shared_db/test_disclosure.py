"""Staged disclosure, field by field: what each desk is told at each stage, and nothing else.

Every field holds a value found nowhere else. At each stage each desk pulls, fetches, takes digests
and edits everything it can name; every byte of the answers is searched for every value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from d2a_desktop.domain.disclosure import VISIBLE, DisclosureStage
from d2a_desktop.domain.fields import BASE_COLUMNS, RECORDS
from d2a_desktop.domain.permissions import RESTRICTED_ROLES
from tests.integration.shared_db.marked_world import (
    Heard,
    Listener,
    MarkedWorld,
    Place,
    build,
    places_of,
)
from tests.shared_databases import System

pytestmark = pytest.mark.postgres

Grants = Mapping[Place, str]
"""By place: the stage of the grant that a desk holds there."""

_SYSTEM = {"system:agency": "system", "system:agency2": "system"}
_CONTRACTS = {"contract:agency": "hub", "contract:agency2": "hub"}
_TEAMS = {f"roster:{org}": "system" for org in ("hospital", "hospital2", "community", "council")}
_CASE = ("case", "case:agency2")
_OFFERS = ("offer:agency", "offer:agency2")

# What never changes while a case goes its way.
STANDING: Mapping[str, Grants] = {
    "ward": _SYSTEM | _CONTRACTS | _TEAMS | {"roster:hospital": "own"},
    "analyst": _SYSTEM | _CONTRACTS | _TEAMS | {"roster:hospital": "own"},
    "ward2": _SYSTEM | _CONTRACTS | _TEAMS | {"roster:hospital2": "own"},
    "hub": _SYSTEM | _CONTRACTS | _TEAMS | {"roster:community": "own"},
    "assessor": _SYSTEM | _CONTRACTS | _TEAMS | {"roster:community": "own"},
    "council": _SYSTEM | _CONTRACTS | _TEAMS | {"roster:council": "own"},
    "agency": _SYSTEM | {"roster:agency": "own", "contract:agency": "own"},
    "agency2": _SYSTEM | {"roster:agency2": "own", "contract:agency2": "own"},
}
_KIND = {
    "ward": "hospital", "analyst": "hospital", "ward2": "hospital", "hub": "community",
    "assessor": "community", "council": "council", "agency": "agency", "agency2": "agency",
}  # fmt: skip


def _all(places: tuple[Place, ...], stage: str) -> dict[Place, str]:
    return dict.fromkeys(places, stage)


def granted(who: str, *, referred: bool, agency: str = "", agency2: str = "") -> Grants:
    """What a desk holds while the case is referred and each agency holds these stages."""
    grants = dict(STANDING[who])
    if who in ("ward", "analyst"):
        grants |= _all(_CASE, "own") | _all(_OFFERS, "hub")
    if who in ("hub", "assessor"):
        grants |= _all(_OFFERS, "own")
    if who == "council":
        grants |= _all(_OFFERS, "hub")
    if who in ("hub", "assessor", "council") and referred:
        grants |= _all(_CASE, "hub")
    stage = {"agency": agency, "agency2": agency2}.get(who, "")
    if stage:
        grants[f"offer:{who}"] = "offered"
    if stage == "accepted":
        grants |= _all(_CASE, "accepted")
    return grants


def told(system: System, who: str, grants: Grants) -> set[tuple[Place, str, str]]:
    """The fields that a desk is told with these grants, by the table of fields alone."""
    role, kind = system.people[who].role, _KIND[who]
    found = set()
    for entity, record in RECORDS.items():
        if record.restricted and role not in {r.value for r in RESTRICTED_ROLES}:
            continue
        if entity == "worker_profile" and kind == "hospital":
            continue
        for place in places_of(entity):
            of = place.partition(":")[2] or "agency"
            others = kind == "agency" and record.agency_field is not None and of != who
            if grants.get(place) in record.seen and not others:
                found |= {(place, entity, name) for name in record.fields}
    return found


def copies(who: str, *, answered: bool, accepted: bool) -> set[tuple[Place, str, str]]:
    """What stays with an agency after an offer: outcome and placement (VISIBLE[ENDED])."""
    kept = {"reference", "decline_reason"} if answered else set()
    kept |= {"reference", "outward_postcode", "earliest_start"} if accepted else set()
    return {(f"offer:{who}", "offer", name) for name in kept}


class Story:
    """One case on its way, and what everybody is told at each step of it."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.world: MarkedWorld = build(system)
        self.desks = {who: Listener(system, who) for who in STANDING}
        self.kept: dict[str, set[tuple[Place, str, str]]] = {who: set() for who in STANDING}

    def hold(self, *who: str, referred: bool = True, agency: str = "", agency2: str = "") -> None:
        """Everybody is told exactly what this stage discloses."""
        for one in who or self.desks:
            grants = granted(one, referred=referred, agency=agency, agency2=agency2)
            self._exactly(one, told(self.system, one, grants))

    def _exactly(self, who: str, expected: set[tuple[Place, str, str]]) -> None:
        desk, world = self.desks[who], self.world
        heard = desk.listen()
        self._rows(who, heard, {(place, entity) for place, entity, _ in expected})
        findable = {where for where in world.markers.values() if where in expected}
        found = world.found_in(heard.text)
        assert found <= findable | self.kept[who], who
        for place, entity, name in (findable | self.kept[who]) - found:
            row = heard.rows[entity, world.ids[place, entity]]  # it was written over since
            assert row[name] != world.values[place, entity][name], (who, entity, name)
        desk.answers = []
        desk.probe(world, kind=_KIND[who])
        answered = world.found_in("\n".join(desk.answers))
        assert answered <= findable, who
        assert answered or who != "ward", "no conflict was provoked"

    def _rows(self, who: str, heard: Heard, expected: set[tuple[Place, str]]) -> None:
        world = self.world
        marked = {row_id: where for where, row_id in world.ids.items()}
        assert {marked[i] for _, i in heard.rows if i in marked} == expected, who
        for (entity, row_id), row in heard.rows.items():
            assert set(row) == {*BASE_COLUMNS, *RECORDS[entity].fields}
            if row_id not in marked:  # made by the server or by an administrator
                assert entity in {
                    "organisation", "staff", "capacity_week", "placement", "offer_outcome",
                }  # fmt: skip
        assert heard.counts == {
            entity: sum(name == entity for name, _ in heard.rows) for entity in RECORDS
        }

    def answer(self, who: str, **values: str) -> None:
        """An agency answers its offer by an ordinary push."""
        desk = self.desks[who]
        desk.pull()
        offer = self.world.ids[f"offer:{who}", "offer"]
        assert desk.patch("offer", offer, **values).status == "ok"

    def refer(self) -> None:
        self.world.change("case", "referral", status="sent")

    def offer(self, *who: str) -> None:
        for agency in who:
            self.world.change(f"offer:{agency}", "offer", status="sent")

    def keep(self, who: str, *, answered: bool = False, accepted: bool = False) -> None:
        self.kept[who] |= copies(who, answered=answered, accepted=accepted)


@pytest.fixture
def story(shared: System) -> Story:
    return Story(shared)


def test_from_the_ward_to_the_end_of_the_placement(story):
    story.hold(referred=False)
    story.refer()
    story.hold()
    story.offer("agency", "agency2")
    story.hold(agency="offered", agency2="offered")
    # The grants of the case are worked out anew while offers are open.
    story.world.change("case", "referral", status="confirmed")
    story.hold("agency", "agency2", agency="offered", agency2="offered")
    story.answer("agency2", status="declined")
    story.keep("agency2", answered=True)
    story.hold(agency="offered")
    story.answer("agency", status="accepted")
    story.keep("agency", accepted=True)
    story.hold(agency="accepted")
    placement = next(
        i for (e, i), row in story.desks["agency"].listen().rows.items()
        if e == "placement" and row["offer_id"] == story.world.ids["offer:agency", "offer"]
    )  # fmt: skip
    story.desks["agency"].pull()
    ended = story.desks["agency"].patch("placement", placement, status="ended", end_reason="other")
    assert ended.status == "ok"
    story.hold()


def _lapse(story: Story) -> None:
    story.world.owner.execute("SET session_replication_role = replica")
    story.world.owner.execute(
        "UPDATE sync.acl SET valid_until = now() - interval '1 minute' WHERE stage = 'offered'"
    )
    story.world.owner.execute("RESET session_replication_role")


def _withdraw(story: Story) -> None:
    story.world.change("offer:agency", "offer", status="withdrawn")


def _withdraw_referral(story: Story) -> None:
    story.world.change("case", "referral", status="withdrawn")


def _filled(story: Story) -> None:
    story.offer("agency2")
    story.answer("agency2", status="accepted")
    story.keep("agency2", accepted=True)


def _handed_back(story: Story) -> None:
    story.answer("agency", status="accepted")
    story.keep("agency", accepted=True)
    story.answer("agency", status="handed_back")


def _died_after_acceptance(story: Story) -> None:
    story.answer("agency", status="accepted")
    story.keep("agency", accepted=True)
    story.world.change("case", "spell", died_at="2030-01-01T00:00:00Z")


@pytest.mark.parametrize(
    ("close", "agency2"),
    [
        (_lapse, ""),
        (_withdraw, ""),
        (_withdraw_referral, ""),
        (_filled, "accepted"),
        (_handed_back, ""),
        (_died_after_acceptance, ""),
    ],
)
def test_an_offer_that_closed_leaves_its_reference_and_a_reason(
    story: Story, close: Callable[[Story], None], agency2: str
) -> None:
    story.refer()
    story.offer("agency")
    close(story)
    if close is _lapse:
        story.desks["ward"].hello()
        story.kept["agency"] = {("offer:agency", "offer", "reference")}
    else:
        story.keep("agency", answered=True)
    story.hold("agency", "agency2", "ward2", "hub", agency2=agency2)


def test_an_offer_past_its_time_is_told_to_nobody_even_before_it_is_taken_back(story):
    story.refer()
    story.offer("agency")
    agency = story.desks["agency"]
    agency.hello()
    _lapse(story)
    heard = agency.listen()
    assert "offer" not in {entity for entity, _ in heard.rows}
    assert not [w for w in story.world.found_in(heard.text) if w[0].startswith("offer")]


_PERSONS = {name for name, record in RECORDS.items() if record.scope in ("case", "offer")}


def _of_person(names: frozenset[str]) -> set[str]:
    return {name for name in names if name.partition(".")[0] in _PERSONS}


@pytest.mark.parametrize(
    ("stage", "disclosed"),
    [
        ("", DisclosureStage.CAPACITY),
        ("offered", DisclosureStage.OFFER),
        ("accepted", DisclosureStage.ACCEPTED),
    ],
)
def test_the_grants_of_an_agency_are_the_table_of_disclosure(shared, stage, disclosed):
    fields = told(shared, "agency", granted("agency", referred=True, agency=stage))
    assert {
        f"{entity}.{name}" for place, entity, name in fields if entity in _PERSONS
    } == _of_person(VISIBLE[disclosed])


def test_what_stays_after_the_end_is_the_table_of_disclosure():
    after = {name.partition(".")[0] for name in VISIBLE[DisclosureStage.ENDED]}
    assert not after & _PERSONS
    for entity in ("offer_outcome", "placement"):
        assert {f"{entity}.{name}" for name in RECORDS[entity].fields} <= VISIBLE[
            DisclosureStage.ENDED
        ]
