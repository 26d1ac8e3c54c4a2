"""How old a picture is: from a quarter of an hour on it is called old, whatever is not known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from d2a_desktop.ui.formats.age import Age, age_words, is_old
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.page import Page

NOW = datetime(2026, 11, 22, 13, 10, tzinfo=UTC)


def before(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("read", "exchanged", "shared", "old"),
    [
        (0, 15, True, False),
        (0, 15.1, True, True),
        (15.1, 0, True, True),
        (15.1, None, False, True),
        (0, None, True, False),
        (0, 500, False, False),
    ],
)
def test_a_picture_is_old_after_a_quarter_of_an_hour(
    read: float, exchanged: float | None, shared: bool, old: bool
):
    at = None if exchanged is None else before(exchanged)
    assert is_old(before(read), Age(NOW, shared, at)) is old


@pytest.mark.parametrize(
    ("age", "said"),
    [
        (None, "as of 13:10"),
        (Age(NOW, shared=False), "as of 13:10, this desk alone, no shared database"),
        (Age(NOW, shared=True), "as of 13:10, not exchanged yet"),
        (Age(NOW, True, before(0.9)), "as of 13:10, last exchanged just now"),
        (Age(NOW, True, before(12)), "as of 13:10, last exchanged 12 min ago"),
    ],
)
def test_the_words_say_what_is_known(age: Age | None, said: str):
    assert age_words(NOW, age) == said


class Board(Page):
    """A page that counts how often it is read."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "Board")
        self.read = 0

    def showing(self) -> None:
        self.read += 1


def test_what_says_when_it_was_read_is_read_again_and_a_page_of_fields_is_not(theme: Theme, qtbot):
    page = Board(theme)
    qtbot.addWidget(page)
    page.set_sub("Of this desk")
    page.read_again()
    assert page.read == 0
    page.set_sub("3 people", read_at=NOW)
    page.read_again()
    assert page.read == 1
    assert not page._again.isActive()  # only what is in front
    page.show()
    assert page._again.isActive()
    page.hide()
    assert not page._again.isActive()


def test_an_older_word_of_the_exchange_does_not_take_back_a_newer_one(theme: Theme, qtbot):
    page = Board(theme)
    qtbot.addWidget(page)
    page.set_sub("3 people", read_at=NOW)
    page.show_age(Age(NOW, True, before(1)))
    page.show_age(Age(NOW, True, before(20)))
    assert page._sub.text() == "3 people · as of 13:10, last exchanged 1 min ago"
