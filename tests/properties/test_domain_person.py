"""Laws of identity: check digits, postcodes, ages, and what a need profile may say."""

from __future__ import annotations

import contextlib
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from d2a_desktop.core.errors import KnownError, UsageError
from d2a_desktop.domain.capacity import IsoWeek
from d2a_desktop.domain.code_lists import delay_reason, delay_reasons, label_key
from d2a_desktop.domain.disclosure import NEED_PROFILE_FIELDS, NeedFacts, need_profile
from d2a_desktop.domain.person import NhsNumber, Postcode, age_band, age_on, check_digit

nines = st.integers(0, 999_999_999).map(lambda number: f"{number:09d}")
days = st.dates(date(1900, 1, 1), date(2100, 1, 1))


@given(nines)
def test_exactly_one_or_no_tenth_digit_makes_a_number(nine):
    good = []
    for last in range(10):
        try:
            good.append(NhsNumber.parse(f"{nine}{last}").value[-1])
        except UsageError:
            continue
    digit = check_digit(nine)
    equal = digit is not None and len({*nine, str(digit)}) == 1
    assert good == ([] if digit is None or equal else [str(digit)])


@given(nines, st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(nine, place, change):
    digit = check_digit(nine)
    assume(digit is not None)
    number = f"{nine}{digit}"
    wrong = number[:place] + str((int(number[place]) + change) % 10) + number[place + 1 :]
    with pytest.raises(UsageError):
        NhsNumber.parse(wrong)


@given(
    nines, st.sampled_from([" ", "-", "\u00a0", "\u2011", ""]), st.sampled_from(["", "NHS No: "])
)
def test_what_is_shown_can_be_pasted_back(nine, separator, label):
    digit = check_digit(nine)
    assume(digit is not None and len({*nine, str(digit)}) > 1)
    number = NhsNumber.parse(f"{nine}{digit}")
    assert NhsNumber.parse(label + number.display.replace(" ", separator)) == number


@given(st.text(max_size=40))
def test_no_text_brings_anything_but_a_number_or_a_known_refusal(text):
    for read in (NhsNumber.parse, Postcode.parse, delay_reason):
        with contextlib.suppress(KnownError):
            read(text)


@given(st.from_regex(r"\A[A-Z]{1,2}[0-9][0-9A-Z]? [0-9][ABD-HJLNP-UW-Z]{2}\Z"))
def test_a_postcode_survives_any_case_and_spacing(code):
    for typed in (code, code.lower(), code.replace(" ", ""), f"  {code}  "):
        assert Postcode.parse(typed).value == code
    assert code.startswith(Postcode.parse(code).outward)


@given(days, days)
def test_an_age_is_the_number_of_birthdays(born, day):
    assume(born <= day)
    age = age_on(born, day)
    assert age >= 0
    assert age - age_on(born, day - timedelta(days=1)) in (0, 1) if born < day else age == 0
    band = age_band(age)
    if band == "90+":
        assert age >= 90
    else:
        low, high = (int(part) for part in band.split("-"))
        assert low <= age <= high == low + 4


@given(days)
def test_every_day_is_in_the_week_that_it_names(day):
    week = IsoWeek.of(day)
    assert day in week
    assert IsoWeek.parse(str(week)) == week
    assert week.shifted(1).monday == week.sunday + timedelta(days=1)
    assert week.shifted(1).shifted(-1) == week


@given(
    st.sampled_from(delay_reasons()),
    st.sampled_from("-\u2013\u2014\u2010\u2212"),
    st.sampled_from([" ", "\u00a0", "  "]),
)
def test_a_label_is_found_whatever_its_dashes_and_spaces(reason, dash, space):
    text = reason.published_label.replace("\u2013", dash).replace("-", dash).replace(" ", space)
    assert delay_reason(text) is reason
    assert label_key(label_key(text)) == label_key(text)


@given(st.dates(date(2010, 1, 1), date(2099, 12, 31)), st.integers(0, 24), st.integers(0, 9))
def test_a_need_profile_shows_neither_birthday_nor_inward_postcode(today, alone, calls):
    born = today - timedelta(days=31_000)
    facts = NeedFacts(
        reference="O-AAAA-BBBB",
        birth_date=born,
        postcode="PO6 3LY",
        needs={"left_alone_hours": alone, "night_calls": calls, "skin": "wound"},
        earliest_start=today,
        latest_start=today,
        length_days=21,
    )
    profile = need_profile(facts, today=today)
    assert set(profile) == NEED_PROFILE_FIELDS
    assert "3LY" not in repr(profile)
    assert repr(born) not in repr(profile)
    assert "wound" not in repr(profile)
