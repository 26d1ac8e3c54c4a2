"""The text forms of the NHS CUI: dates, times, durations, numbers, names."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from d2a_desktop.domain import display as d
from d2a_desktop.domain.codes import AllergyState, Gender


def utc(*parts: int) -> datetime:
    return datetime(*parts).replace(tzinfo=UTC)


def test_a_date_is_day_month_name_year_with_hyphens() -> None:
    assert d.display_date(date(2026, 11, 2)) == "02-Nov-2026"
    assert d.display_date(date(2026, 5, 22)) == "22-May-2026"


def test_a_date_may_carry_its_day_name() -> None:
    assert d.display_date(date(2026, 11, 22), weekday=True) == "Sun 22-Nov-2026"


def test_every_month_and_weekday_has_its_english_name_whatever_the_locale() -> None:
    months = [d.display_date(date(2026, m, 1))[3:6] for m in range(1, 13)]
    assert " ".join(months) == "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
    days = [d.display_date_long(date(2026, 11, 23 + n), weekday=True) for n in range(7)]
    assert [day.split()[0] for day in days] == [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ]


def test_no_date_says_not_recorded() -> None:
    assert d.display_date(None) == "Not recorded"
    assert d.display_date_long(None, null="Unknown") == "Unknown"
    assert d.display_datetime(None) == "Not recorded"
    assert d.display_datetime_long(None) == "Not recorded"
    assert d.display_datetime_short(None) == "Not recorded"
    assert d.display_time(None) == ""


def test_an_instant_is_refused_where_a_day_is_asked() -> None:
    with pytest.raises(TypeError, match="display_datetime"):
        d.display_date(utc(2026, 11, 22, 0, 30))
    with pytest.raises(TypeError, match="display_datetime_long"):
        d.display_date_long(utc(2026, 11, 22, 0, 30))


def test_patients_read_long_dates() -> None:
    assert d.display_date_long(date(2026, 11, 22)) == "22 November 2026"
    assert d.display_datetime_long(utc(2026, 11, 22, 13, 10)) == "Sunday 22 November 2026 at 13:10"


def test_an_instant_is_shown_in_london_time() -> None:
    assert d.display_datetime(utc(2026, 11, 22, 13, 10)) == "22-Nov-2026 13:10"
    assert d.display_datetime(utc(2026, 7, 1, 23, 30)) == "02-Jul-2026 00:30"
    assert d.display_datetime(utc(2026, 7, 1, 12, 0), weekday=True) == "Wed 01-Jul-2026 13:00"
    assert d.display_datetime_short(utc(2026, 11, 20, 17, 10)) == "20-Nov 17:10"


def test_midnight_is_the_start_of_the_day() -> None:
    assert d.display_datetime(utc(2026, 11, 22, 0, 0)) == "22-Nov-2026 00:00"


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        d.display_datetime(datetime(2026, 11, 22, 13, 10))


def test_a_planned_time_says_approx() -> None:
    assert d.display_datetime(utc(2026, 11, 22, 13, 10), approx=True) == "22-Nov-2026 Approx 13:10"


def test_the_repeated_autumn_hour_carries_its_zone() -> None:
    assert d.display_datetime(utc(2026, 10, 25, 0, 30)) == "25-Oct-2026 01:30 BST"
    assert d.display_datetime(utc(2026, 10, 25, 1, 30)) == "25-Oct-2026 01:30 GMT"
    assert d.display_datetime(utc(2026, 10, 25, 2, 30)) == "25-Oct-2026 02:30"
    assert d.display_datetime(utc(2026, 3, 29, 1, 30)) == "29-Mar-2026 02:30"


def test_a_range_is_labelled_from_and_to() -> None:
    start = utc(2026, 11, 22, 9, 0)
    assert d.display_range(start, start + timedelta(hours=1)) == "From 22-Nov-2026 09:00 To 10:00"
    assert d.display_range(start, start + timedelta(days=1)).endswith("To 23-Nov-2026 09:00")
    assert d.display_range(start, None) == "From 22-Nov-2026 09:00"
    assert d.display_range(None, start) == "To 22-Nov-2026 09:00"
    assert d.display_range(None, None) == "Not recorded"


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (timedelta(days=2, hours=4), "2d 4hr"),
        (timedelta(days=2, minutes=5), "2d 5min"),
        (timedelta(hours=48), "2d"),
        (timedelta(seconds=59), "0min"),
        (-timedelta(hours=3, minutes=12), "3hr 12min"),
        (timedelta(0), "0min"),
    ],
)
def test_a_duration_drops_its_zero_units(span: timedelta, text: str) -> None:
    assert d.display_duration(span) == text


def test_the_units_of_a_duration_can_be_chosen() -> None:
    assert d.display_duration(timedelta(days=15), largest="w") == "2w 1d"
    assert d.display_duration(timedelta(hours=50), largest="hr", smallest="hr") == "50hr"
    assert d.display_duration(timedelta(seconds=61), smallest="sec") == "1min 1sec"


def test_born_carries_the_age_in_parentheses() -> None:
    assert d.display_born(date(1945, 7, 14), age_years=81) == "14-Jul-1945 (81y)"
    assert d.display_born(date(1945, 7, 14)) == "14-Jul-1945"
    assert d.display_born(None, age_years=81) == "Not known"


def test_an_nhs_number_is_grouped_three_three_four() -> None:
    assert d.display_nhs_number("9434765919") == "943 476 5919"
    assert d.display_nhs_number("943 476 5919") == "943 476 5919"
    assert d.display_nhs_number("9434765919", verified=False) == "943 476 5919 (not verified)"


def test_no_nhs_number_says_not_known() -> None:
    assert d.display_nhs_number(None) == "Not known"
    assert d.display_nhs_number("  ", verified=False) == "Not known"


@pytest.mark.parametrize("bad", ["943476591", "94347659190", "943476591X", "١٢٣٤٥٦٧٨٩٠"])
def test_a_text_without_ten_digits_is_no_nhs_number(bad: str) -> None:
    with pytest.raises(ValueError, match="ten digits"):
        d.display_nhs_number(bad)


@pytest.mark.parametrize(
    ("family", "given", "title", "text"),
    [
        ("Everett", "Bellinda", "Mrs", "EVERETT, Bellinda (Mrs)"),
        ("O'Brien-Smith", "Siobhan", "Ms", "O'BRIEN-SMITH, Siobhan (Ms)"),
        ("MacDonald", "JEAN MARY", "", "MACDONALD, Jean Mary"),
        ("Sukarno", "", "Mr", "SUKARNO (Mr)"),
        ("Null", "test", "", "NULL, Test"),
        ("Nguyễn", "Thị hạnh", "", "NGUYỄN, Thị hạnh"),
        ("Żółć", "łukasz", "", "ŻÓŁĆ, Łukasz"),
        ("llŷr", "siân-mair", "", "LLŶR, Siân-Mair"),
        ("smith", "d'arcy", "", "SMITH, D'Arcy"),
        ("van  der\tBerg", "J", "", "VAN DER BERG, J"),
        ("", "Sofia", "", "Sofia"),
        ("", "", "", "Name not known"),
        ("الحسيني", "محمد", "", "الحسيني, محمد"),
    ],
)
def test_a_name_is_family_in_capitals_given_title(
    family: str, given: str, title: str, text: str
) -> None:
    assert d.display_name(family=family, given=given, title=title) == text


def test_a_name_typed_as_letter_and_accent_is_composed() -> None:
    assert d.display_family_name("Llŷr") == "LLŶR"
    assert d.display_given_name("siâN".lower()) == "Siân"


def test_a_name_of_full_length_is_never_cut() -> None:
    text = d.display_name(family="F" * 35, given="G" + "g" * 34, title="T" * 35)
    assert text == f"{'F' * 35}, G{'g' * 34} ({'T' * 35})"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("+44 23 9228 6000", "023 9228 6000"),
        ("+44 (0)23 9228 6000", "023 9228 6000"),
        ("00442392286000", "023 9228 6000"),
        ("07700900123", "07700 900123"),
        ("01134960000", "0113 496 0000"),
        ("01632960001", "01632 960001"),
        ("08081570000", "0808 157 0000"),
        ("(023) 9228 6000 ext 12", "023 9228 6000 ext 12"),
        ("bleep 1234", "bleep 1234"),
        ("", "Not recorded"),
        (None, "Not recorded"),
    ],
)
def test_a_telephone_number_reads_as_dialled_in_the_uk(raw: str | None, text: str) -> None:
    assert d.display_phone(raw) == text


def test_the_allergy_titles_are_exactly_four_and_those_of_the_codes() -> None:
    titles = [title.value for title in d.AllergyTitle]
    assert titles == [
        "Known allergies",
        "No known allergies",
        "Allergies not recorded",
        "Allergies unavailable",
    ]
    assert titles == [state.label for state in AllergyState]


def test_the_gender_words_are_those_of_the_display_rules_and_of_the_codes() -> None:
    words = [word.value for word in d.GenderText]
    assert words == ["Male", "Female", "Other Specific", "Not Known", "Not Specified"]
    assert words == [gender.label for gender in Gender]
