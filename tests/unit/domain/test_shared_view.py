"""What colleagues share of a list is columns and choices; nothing that could name a patient."""

from __future__ import annotations

from typing import Any

import pytest

from d2a_desktop.domain.shared_view import definition_of, is_definition, is_name, unknown_columns
from tests.shared_view_cases import FIT, FIT_NAMES, UNFIT, UNFIT_NAMES, definition


@pytest.mark.parametrize("value", FIT)
def test_columns_and_choices_are_shared(value: Any):
    assert is_definition(value)


@pytest.mark.parametrize("value", UNFIT)
def test_whatever_else_is_not(value: Any):
    assert not is_definition(value)


def test_the_words_of_a_filter_stay_behind():
    kept = definition_of({**definition(), "words": "Sampleton", "later": 1})
    assert kept == definition()


def test_a_name_holds_no_number_of_a_patient():
    assert all(map(is_name, FIT_NAMES))
    assert not any(map(is_name, UNFIT_NAMES))


def test_columns_that_a_list_does_not_have_are_told():
    view = definition(sort="moved", columns={"shown": ["bed", "tag"], "widths": {"tag": 50}})
    assert unknown_columns(view, ("bed", "person")) == ("tag", "moved")
    assert unknown_columns(definition(), ("bed", "person")) == ()
    assert unknown_columns({}, ()) == ()
