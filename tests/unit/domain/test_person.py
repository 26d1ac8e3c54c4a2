from __future__ import annotations

from datetime import date

import pytest

from d2a_desktop.core.errors import UsageError
from d2a_desktop.domain.person import (
    NhsNumber,
    PersonName,
    Postcode,
    age_band,
    age_on,
    check_digit,
)

VALID = (
    "9434765919",
    "4010232137",
    "9876543210",
    "9449305552",
    "9912003888",
    "2983396339",
    "5990128088",
)


@pytest.mark.parametrize("number", VALID)
def test_the_valid_numbers_of_the_reference_are_accepted(number):
    assert NhsNumber.parse(number).value == number


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("9434765918", "nhs_number_check_digit"),
        ("9990000000", "nhs_number_check_digit"),
        ("943476591", "nhs_number_length"),
        ("94347659190", "nhs_number_length"),
        ("1111111111", "nhs_number_equal_digits"),
        ("3333333333", "nhs_number_equal_digits"),
        ("9999999999", "nhs_number_equal_digits"),
        ("0000000000", "nhs_number_equal_digits"),
        ("", "nhs_number_blank"),
        ("NHS No:", "nhs_number_blank"),
        ("9.43E+09", "nhs_number_excel"),
        ("9,43e9", "nhs_number_excel"),
        ("ABC/12/345", "nhs_number_characters"),
        ("9434765919.0", "nhs_number_characters"),
    ],
)
def test_a_number_that_is_none_is_refused_with_its_reason(text, code):
    with pytest.raises(UsageError) as refused:
        NhsNumber.parse(text)
    assert refused.value.code == code
    assert refused.value.what_to_do


def test_the_refusal_says_how_many_digits_there_are():
    with pytest.raises(UsageError, match="An NHS number has 10 digits; this has 9"):
        NhsNumber.parse("943476591")


@pytest.mark.parametrize(
    "text",
    [
        "943-476-5919",
        "943 476 5919 ",
        "NHS No: 9434765919",
        "NHS No. 943 476 5919",
        "nhs number 9434765919",
        "943\u00a0476\u00a05919",
        "943\u2013476\u20135919",
        "\uff19\uff14\uff13\uff14\uff17\uff16\uff15\uff19\uff11\uff19",
    ],
)
def test_pasted_forms_are_read_and_shown_in_three_groups(text):
    number = NhsNumber.parse(text)
    assert number.display == "943 476 5919"
    assert str(number) == "943 476 5919"


def test_the_range_999_is_test_data():
    assert NhsNumber("9990000018").is_test
    assert not NhsNumber("9434765919").is_test


def test_no_number_has_nine_digits_whose_check_would_be_ten():
    found = [nine for nine in range(100) if check_digit(f"{nine:09d}") is None]
    assert found
    for nine in found:
        for last in range(10):
            with pytest.raises(UsageError):
                NhsNumber.parse(f"{nine:09d}{last}")


def test_a_remainder_of_nothing_gives_the_digit_nought():
    assert check_digit("987654321") == 0


@pytest.mark.parametrize(
    "text", ["PO6 3LY", "S5 7AU", "EC1A 1BB", "W1A 0AX", "M1 1AE", "CR2 6XH", "DN55 1PT", "GIR 0AA"]
)
def test_the_postcodes_of_the_reference_are_accepted(text):
    assert Postcode.parse(text).value == text


def test_a_postcode_is_put_in_capitals_with_one_space():
    assert Postcode.parse("po63ly").value == "PO6 3LY"
    assert Postcode.parse(" po6\u00a03ly ").value == "PO6 3LY"


@pytest.mark.parametrize("text", ["AA1A 1CC", "PO6", "", "PO6 3L1", "12345", "ZZ99 3CC"])
def test_what_is_no_postcode_is_refused(text):
    with pytest.raises(UsageError) as refused:
        Postcode.parse(text)
    assert refused.value.code == "postcode"


def test_no_fixed_abode_has_a_postcode_of_its_own():
    code = Postcode.parse("zz993vz")
    assert code.value == "ZZ99 3VZ"
    assert code.is_pseudo
    assert not Postcode.parse("PO6 3LY").is_pseudo


def test_an_offer_may_show_the_outward_half_only():
    assert Postcode.parse("EC1A 1BB").outward == "EC1A"


@pytest.mark.parametrize(
    ("family", "given", "title", "shown"),
    [
        ("Smith", "Fredrica", "Mrs", "SMITH, Fredrica (Mrs)"),
        ("O'Brien-Smith", "Siobhan", "Ms", "O'BRIEN-SMITH, Siobhan (Ms)"),
        ("Sukarno", "", "", "SUKARNO"),
        ("NULL", "Test", "", "NULL, Test"),
        ("Núñez", "ZOË", "", "NÚÑEZ, Zoë"),
    ],
)
def test_a_name_is_shown_as_the_banner_wants_it(family, given, title, shown):
    assert PersonName(family=family, given=given, title=title).display == shown


def test_a_name_needs_a_surname():
    with pytest.raises(UsageError) as refused:
        PersonName(family="  ", given="Ann")
    assert refused.value.code == "surname_missing"


def test_a_name_with_control_characters_is_refused():
    with pytest.raises(UsageError) as refused:
        PersonName(family="Smith\x07")
    assert refused.value.code == "name_characters"


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(1965, 12, 13), date(2026, 12, 12), 60),
        (date(1965, 12, 13), date(2026, 12, 13), 61),
        (date(1940, 2, 29), date(2026, 2, 28), 85),
        (date(1940, 2, 29), date(2026, 3, 1), 86),
        (date(2026, 11, 22), date(2026, 11, 22), 0),
    ],
)
def test_an_age_is_counted_in_completed_years(born, day, age):
    assert age_on(born, day) == age


def test_a_birth_in_the_future_has_no_age():
    with pytest.raises(UsageError) as refused:
        age_on(date(2026, 11, 23), date(2026, 11, 22))
    assert refused.value.code == "born_in_future"


@pytest.mark.parametrize(
    ("age", "band"),
    [(0, "0-4"), (79, "75-79"), (80, "80-84"), (89, "85-89"), (90, "90+"), (107, "90+")],
)
def test_ages_fall_into_bands_of_five_years_with_ninety_open(age, band):
    assert age_band(age) == band
