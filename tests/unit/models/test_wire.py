from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from d2a_desktop.core.errors import BugError
from d2a_desktop.models.base import FrozenList, frozen, instant_text
from d2a_desktop.models.wire import codecs_of, python_value, wire_instant_text, wire_values

INSTANTS = st.datetimes(
    min_value=datetime(1900, 1, 2), max_value=datetime(2100, 1, 1), timezones=st.timezones()
)


@given(INSTANTS, INSTANTS)
def test_the_text_order_of_instants_is_their_time_order(one: datetime, other: datetime):
    assert (instant_text(one) < instant_text(other)) == (one < other)


@given(INSTANTS)
def test_an_instant_comes_back_from_the_wire_as_it_went(instant: datetime):
    sent = wire_values("spell", {"admitted_at": instant})["admitted_at"]
    assert len(sent) == 27
    # In UTC: Python never calls an hour that is left out or comes twice equal to one elsewhere.
    assert python_value("spell", "admitted_at", sent) == instant.astimezone(UTC)
    assert wire_instant_text(sent) == sent


def test_an_instant_of_the_wire_with_an_offset_is_brought_to_one_width():
    assert wire_instant_text("2026-11-22T10:30:00+01:00") == "2026-11-22T09:30:00.000000Z"
    assert wire_instant_text("2026-11-22T09:30:00Z") == "2026-11-22T09:30:00.000000Z"
    away = datetime(2026, 7, 1, 0, 30, tzinfo=timezone(timedelta(hours=1)))
    assert instant_text(away) == "2026-06-30T23:30:00.000000Z"


def test_an_instant_without_a_zone_is_a_bug():
    with pytest.raises(BugError, match="time zone"):
        instant_text(datetime(2026, 11, 22))


def test_an_instant_for_a_calendar_date_is_a_bug():
    with pytest.raises(BugError, match="calendar date"):
        wire_values("spell", {"edd": datetime(2026, 11, 22, tzinfo=UTC)})


@pytest.mark.parametrize(
    ("entity", "name", "value", "sent"),
    [
        ("spell", "edd", date(2026, 11, 25), "2026-11-25"),
        ("task", "urgent", True, True),
        ("worker", "skills", ["hoist", "peg"], ["hoist", "peg"]),
        ("spell", "bed", None, None),
        ("care_need", "length_days", 42, 42),
    ],
)
def test_each_kind_of_value_has_its_wire_form(entity: str, name: str, value: Any, sent: Any):
    assert wire_values(entity, {name: value}) == {name: sent}
    assert python_value(entity, name, sent) == value


def test_a_json_value_read_from_a_row_refuses_changes_in_place():
    skills = frozen(["hoist"])
    assert skills == ["hoist"]
    assert isinstance(skills, FrozenList)
    with pytest.raises(BugError, match="assigning"):
        skills.append("peg")
    with pytest.raises(BugError, match="assigning"):
        skills += ["peg"]
    with pytest.raises(BugError, match="assigning"):
        frozen({"a": 1})["a"] = 2


def test_an_unknown_entity_is_a_bug():
    with pytest.raises(BugError, match="no synced record"):
        codecs_of("episode")
