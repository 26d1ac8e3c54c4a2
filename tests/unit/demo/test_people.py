"""The demo's people are many, synthetic, repeatable, and of every stage."""

from __future__ import annotations

import csv
import io
import random
from datetime import UTC, datetime, timedelta

import pytest

from d2a_desktop.demo.extract import csv_text, pas_rows, spoil
from d2a_desktop.demo.fates import HERO, Reach, Twist
from d2a_desktop.demo.people import EXTRACT_DAYS, DemoPerson, make_people, nhs_numbers
from d2a_desktop.demo.records import referral_record
from d2a_desktop.demo.workers import (
    assessor_documents,
    contract_document,
    worker_documents,
)
from d2a_desktop.domain.code_lists import need_groups
from d2a_desktop.domain.completeness import completeness
from d2a_desktop.domain.fields import RECORDS
from d2a_desktop.domain.person import NhsNumber, Postcode

NOW = datetime(2026, 11, 27, 14, 10, tzinfo=UTC)


@pytest.fixture(scope="module")
def people() -> tuple[DemoPerson, ...]:
    return make_people(seed=2026, now=NOW)


def test_there_are_people_of_every_step_in_two_hospitals(people: tuple[DemoPerson, ...]) -> None:
    assert len(people) >= 44
    assert {p.reach for p in people} == set(Reach)
    assert {p.site for p in people} == {"XDA01", "XDB01"}
    assert {p.scenario.twist for p in people} >= set(Twist)


def test_the_ten_cases_of_the_domain_are_all_there(people: tuple[DemoPerson, ...]) -> None:
    assert {p.scenario.case for p in people} >= set(range(1, 11))


def test_every_nhs_number_is_valid_of_the_test_range_and_nobody_elses(
    people: tuple[DemoPerson, ...],
) -> None:
    numbers = [p.nhs_number for p in people if p.nhs_number]
    assert len(set(numbers)) == len(numbers) == len(people) - 1
    assert all(NhsNumber.parse(number).is_test for number in numbers)


@pytest.mark.parametrize("seed", range(5))
def test_numbers_of_any_seed_are_valid(seed: int) -> None:
    made = nhs_numbers(random.Random(seed))
    assert len(made) == len(set(made)) > 100
    assert all(NhsNumber.parse(number).is_test for number in made)


def test_the_same_seed_and_instant_give_the_same_people(people: tuple[DemoPerson, ...]) -> None:
    assert make_people(seed=2026, now=NOW) == people
    assert make_people(seed=2027, now=NOW) != people


def test_no_two_people_lie_in_one_bed_or_share_a_hospital_number(
    people: tuple[DemoPerson, ...],
) -> None:
    assert len({(p.ward, p.bed) for p in people}) == len(people)
    assert len({p.mrn for p in people}) == len({p.spell for p in people}) == len(people)


def test_the_names_that_break_software_are_among_them(people: tuple[DemoPerson, ...]) -> None:
    smiths = [p for p in people if p.family_name == "Smith"]
    first, second = sorted(smiths, key=lambda p: p.birth_date)
    assert second.birth_date - first.birth_date == timedelta(days=1)
    assert first.ward == second.ward
    assert any(not p.given_name for p in people)
    longest = max(people, key=lambda p: len(p.family_name))
    assert [len(longest.family_name), len(longest.given_name), len(longest.preferred_name)] == [
        35,
        35,
        35,
    ]
    assert any(p.family_name == "O'Testney-Sample" for p in people)
    assert any(not p.family_name.isascii() for p in people)


@pytest.mark.parametrize("hour", [0, 3, 9, 15, 23])
def test_steps_come_one_after_the_other_after_the_extract_that_tells_of_the_person(
    hour: int,
) -> None:
    now = NOW.replace(hour=hour)
    for person in make_people(seed=7, now=now):
        times = person.times
        steps = [times.ready, times.refer, times.pathway, times.offer, times.answer]
        steps += [times.allocate, times.plan, times.leave, times.visit]
        given = [at for at in steps if at is not None]
        assert given == sorted(given), person.key
        if times.ready is not None:
            assert person.admitted_at < times.ready
        if person.reach >= Reach.REFERRED:
            told = [now - timedelta(days=ago) for ago in EXTRACT_DAYS]
            assert any(person.admitted_at <= at <= given[0] for at in told), person.key


def test_a_referral_record_has_the_whole_minimum_data_set_but_the_medicines(
    people: tuple[DemoPerson, ...],
) -> None:
    hero = next(p for p in people if p.key == HERO)
    record = referral_record(hero, random.Random(1), now=NOW)
    values: dict[str, object] = {
        f"{entity}.{name}": value
        for entity, fields in record.values.items()
        for name, value in fields.items()
    }
    values |= {entity: len(lines) for entity, lines in record.add.items()}
    values |= dict.fromkeys(
        ("patient.family_name", "patient.given_name", "patient.birth_date", "patient.gender"), "x"
    )
    values |= dict.fromkeys(
        ("patient.nhs_number", "patient.nhs_number_status", "patient.address_1"), "x"
    )
    values |= dict.fromkeys(("patient.postcode", "patient.phone", "spell.mrn", "spell.site"), "x")
    values |= dict.fromkeys(("spell.ward", "spell.admitted_at"), "x")
    # A ward types no medicines: the hospital's letter goes along.
    assert completeness(values).missing == ("Medicines list",)


def test_every_field_and_need_code_of_a_record_is_one_of_ours(
    people: tuple[DemoPerson, ...],
) -> None:
    groups = need_groups()
    for person in people:
        record = referral_record(person, random.Random(person.key), now=NOW)
        for entity, fields in record.values.items():
            assert set(fields) <= set(RECORDS[entity].fields), person.key
        for name, value in record.values["care_need"].items():
            if name in groups and value is not None:
                assert value in {level.code for level in groups[name].levels}, person.key
        assert set(person.scenario.need) <= (
            set(RECORDS["care_need"].fields) | set(RECORDS["home"].fields) | {"equipment", "risks"}
        )


def test_an_extract_leaves_out_who_is_not_in_yet_and_who_left_long_ago(
    people: tuple[DemoPerson, ...],
) -> None:
    early = pas_rows(people, at=NOW - timedelta(days=24))
    today = pas_rows(people, at=NOW, since=NOW - timedelta(days=14))
    assert 0 < len(early) < len(today) <= len(people)
    left = [row for row in today if row["discharged_at"]]
    assert left
    rows = list(csv.DictReader(io.StringIO(csv_text(today))))
    assert rows == [dict(row) for row in today]


def test_spoilt_rows_are_wrong_in_one_place_each(people: tuple[DemoPerson, ...]) -> None:
    rows = pas_rows([p for p in people if p.nhs_number], at=NOW)
    faults = dict(zip((row["spell"] for row in rows), ("digit", "ward", "date"), strict=False))
    bad = spoil(rows, faults)
    differing = [
        {name for name in row if row[name] != was[name]} for row, was in zip(bad, rows, strict=True)
    ]
    assert [d for d in differing if d] == [{"nhs_number"}, {"ward"}, {"dob"}]


def test_more_than_sixty_workers_have_papers_and_some_lapse_in_a_placement() -> None:
    today = NOW.date()
    workers = [w for a in ("XDL01", "XDL02") for w in worker_documents(a, seed=1, today=today)]
    assert len(workers) > 60
    known = set(RECORDS["worker"].fields) | {"credentials", "availability"}
    skills = {level.code for level in need_groups()["skill"].levels}
    lapsing = 0
    for worker in workers:
        assert set(worker) <= known
        codes = {s["code"] if isinstance(s, dict) else s for s in worker["skills"]}
        assert codes <= skills
        assert {paper["code"] for paper in worker["credentials"]} == {
            "DBS_ENH_AB",
            "RTW",
            "MH",
            "MEDS",
        }
        ends = [paper.get("valid_to") for paper in worker["credentials"]]
        lapsing += any(end and end < str(today + timedelta(days=28)) for end in ends)
        Postcode.parse(worker["home_postcode"])
    assert lapsing >= 4
    assert any(worker["availability"] for worker in workers)


def test_contract_and_assessors_are_of_known_fields_and_cover_all_seven_days() -> None:
    contract = contract_document(NOW.date())
    assert set(contract) <= set(RECORDS["capacity_contract"].fields)
    assert (contract["min_starts"], contract["max_starts"]) == (5, 8)
    assessors = assessor_documents(login="u_demo")
    assert len(assessors) >= 6
    assert all(set(one) <= set(RECORDS["assessor"].fields) for one in assessors)
    assert {day for one in assessors for day in one["pattern"]} == {
        "mon",
        "tue",
        "wed",
        "thu",
        "fri",
        "sat",
        "sun",
    }
