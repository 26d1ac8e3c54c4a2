"""What a desk knows of places and holidays reaches its proposals, and estimates are marked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from d2a_desktop.services.places import Places
from d2a_desktop.services.schedules import Schedules
from tests.builder_ids import some_id
from tests.code_point import code_point, row
from tests.integration.services.engine_here import EngineHere
from tests.integration.services.test_schedules import another_case, void_visits, works
from tests.integration.services.walk import HUB_CALLER, Walk, at

# The person of `another_case` lives at PO4 8BB; the assessor's base is PO4 9AA.
BASE, HOME = ("PO4 9AA", 465_000, 99_000), ("PO4 8BB", 465_000, 101_000)


def knowing(walk: Walk, folder: Path) -> tuple[Places, Schedules]:
    places = Places(folder, this_year=2026)
    return places, Schedules(replace(walk.context, places=places), EngineHere())


def test_postcodes_make_the_way_shorter_or_longer_than_the_district_says(
    ready: Walk, tmp_path: Path
):
    works(ready)
    void_visits(ready)
    another_case(ready, "near")
    case = some_id("near")
    places, schedules = knowing(ready, tmp_path)
    before = schedules.proposals(HUB_CALLER, case)[0]
    assert before.travel_minutes == 24
    assert "about 24 min more travel (estimated)" in before.sentence
    places.import_postcodes(code_point(tmp_path / "codepo.zip", {"po": [row(*BASE), row(*HOME)]}))
    after = schedules.proposals(HUB_CALLER, case)[0]
    # Two kilometres, times 1.3 at 25 km/h, and three minutes to park: 10 minutes each way.
    assert after.travel_minutes == 20
    assert after.travel_estimated


def test_a_measured_time_rules_and_is_no_estimate(ready: Walk, tmp_path: Path):
    works(ready)
    void_visits(ready)
    another_case(ready, "near")
    places, schedules = knowing(ready, tmp_path)
    places.set_travel_time("PO4", "PO4", 7)
    found = [p for p in schedules.proposals(HUB_CALLER, some_id("near")) if not p.late_by_minutes]
    assert found[0].travel_minutes == 14
    assert not found[0].travel_estimated
    assert "14 min more travel (measured)" in found[0].sentence


def test_a_bank_holiday_is_no_working_day_for_who_does_not_work_it(ready: Walk, tmp_path: Path):
    # Saint Andrew's Day, Monday 30-Nov-2026, is one in Scotland alone.
    works(ready, pattern={"mon": ["09:00", "17:00"]})
    ready.clock.set(at(8, day=28))
    another_case(ready, "north")

    def days(nation: str) -> set[int]:
        settings = replace(ready.context.settings, bank_holidays=nation)
        schedules = Schedules(replace(ready.context, settings=settings), EngineHere())
        return {p.starts_at.day for p in schedules.proposals(HUB_CALLER, some_id("north"))}

    assert 30 in days("England and Wales")
    assert 30 not in days("Scotland")
    works(ready, pattern={"mon": ["09:00", "17:00"]}, works_bank_holidays=True)
    assert 30 in days("Scotland")
