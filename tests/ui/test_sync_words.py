"""The light says the same words in the pill, on the page, on the command line and on the docs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from d2a_desktop.cli.sync import _status_text
from d2a_desktop.services.exchange import STATE_WORDS
from d2a_desktop.services.queries.rows import SyncLight, SyncStep, WaitingRow
from d2a_desktop.sync.health import State
from d2a_desktop.sync.protocol import STAGE_WORDS
from d2a_desktop.ui.desk.sync_words import check_words, lasting_notice, sync_facts
from d2a_desktop.ui.formats.sync_facts import (
    STATE_TONES,
    Waits,
    progress_words,
    standing_facts,
    support_text,
)
from d2a_desktop.ui.widgets.sync_pill import SyncState

NOW = datetime(2026, 11, 22, 13, 10, tzinfo=UTC)
NOBODY = Waits((), None)


def light(state: State, **other: object) -> SyncLight:
    values: dict[str, object] = {
        "state": state.value, "words": STATE_WORDS[state], "reason": "Because.",
        "what_to_do": "Do this.", "code": state.value, "stale": False,
        "last_at": NOW - timedelta(minutes=2), "pending": 0, "oldest_at": None, "conflicts": 0,
        "rejected": 0, "people": (), "clock_warning": "", "checked_at": None, "step": None,
        "lease_left": None, "document": {"code": state.value},
    }  # fmt: skip
    return SyncLight(**(values | other))


@pytest.mark.parametrize("state", State)
def test_every_state_is_told_in_the_same_words_everywhere(state: State):
    one = light(state)
    facts = sync_facts(one, now=NOW, has_server=True)
    words = STATE_WORDS[state]
    assert facts.words.startswith(words)
    assert facts.detail.startswith("Because. Do this.")
    page = standing_facts(one, NOBODY, now=NOW, server="postgresql://db.example/d2a")
    assert page.state[0] == ("State", words, STATE_TONES[state.value])
    assert page.line.startswith(words)
    assert _status_text(one).startswith(f"{words}: Because.\nDo this.")
    assert f"code: {state.value}" in support_text(one, NOBODY)


def test_an_old_picture_says_since_when_in_every_state_that_could_look_fresh():
    yesterday = light(State.OFFLINE, code="stale", stale=True, last_at=NOW - timedelta(days=1))
    facts = sync_facts(yesterday, now=NOW, has_server=True)
    assert (facts.state, facts.words) == (SyncState.STALE, "Last update yesterday 13:10")
    page = standing_facts(yesterday, NOBODY, now=NOW, server="postgresql://db.example/d2a")
    assert page.state[3][1] == "yesterday 13:10, old"
    assert "(old)" in _status_text(yesterday)


def test_a_run_says_what_it_does_and_how_much():
    step = SyncStep("first", STAGE_WORDS["first"], 42_000, None)
    running = light(State.WORKING, step=step, pending=3)
    assert sync_facts(running, now=NOW, has_server=True).words == "Receiving · 3 to send"
    assert progress_words(step) == "Receiving for the first time: 42,000 so far"
    assert "Receiving for the first time: 42,000" in _status_text(running)


def test_what_waits_is_told_by_record_and_person_and_not_to_support_by_case():
    rows = (
        WaitingRow("Pat Example", True, "Care needs", "C-TEST-0001", 2, NOW),
        WaitingRow("Al Example", False, "Note", None, 1, NOW),
    )
    page = standing_facts(
        light(State.WORKING), Waits(rows, None), now=NOW, server="postgresql://db.example/d2a"
    )
    told = [fact[1] for fact in page.state if fact[0] == "To send"]
    assert told == [
        "2 changes since today 13:10 by Pat Example: Care needs of C-TEST-0001",
        "1 change since today 13:10 by Al Example, who is not signed in here: Note",
    ]
    assert "C-TEST-0001" not in support_text(light(State.WORKING), Waits(rows, None))


def test_a_check_tells_what_it_found():
    assert check_words(0, cancelled=False) == "This computer holds what the server holds."
    assert "2 rows differed" in check_words(2, cancelled=False)
    assert "stopped" in check_words(0, cancelled=True)


def test_a_desk_that_is_offline_or_stuck_says_so_across_every_page():
    told = {
        state: lasting_notice(light(state, pending=6), now=NOW, has_server=True) for state in State
    }
    assert {state for state, each in told.items() if each} == {State.OFFLINE, State.STUCK}
    offline, stuck = told[State.OFFLINE], told[State.STUCK]
    assert offline is not None
    assert stuck is not None
    assert (offline.title, stuck.title) == ("Working offline.", "Because.")
    assert (offline.bad, stuck.bad) == (False, True)
    assert "Because. Do this." in offline.words
    assert "6 changes wait on this computer." in offline.words
    assert lasting_notice(light(State.OFFLINE), now=NOW, has_server=False) is None
