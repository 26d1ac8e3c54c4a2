"""Long work waits while the window's thread shows something, and never for good."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from d2a_desktop.core import giving_way


@pytest.fixture(autouse=True)
def _nothing_is_shown_afterwards() -> Iterator[None]:
    yield
    giving_way.shown()


def begun(work) -> tuple[threading.Thread, threading.Event]:
    """Begin work on a thread; return what is set when it came past its giving way."""
    past = threading.Event()

    def run() -> None:
        work()
        past.set()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, past


def test_work_goes_on_where_nothing_is_shown():
    thread, past = begun(giving_way.give_way)
    thread.join(timeout=10)
    assert past.is_set()


def test_work_waits_until_it_has_been_shown(monkeypatch):
    monkeypatch.setattr(giving_way, "LONGEST_SECONDS", 60.0)
    giving_way.showing()
    thread, past = begun(giving_way.give_way)
    assert not past.wait(0.02)
    giving_way.shown()
    thread.join(timeout=10)
    assert past.is_set()


def test_whoever_shows_never_waits_for_itself(monkeypatch):
    monkeypatch.setattr(giving_way, "LONGEST_SECONDS", 60.0)
    giving_way.showing()
    giving_way.give_way()


def test_work_goes_on_where_showing_has_no_end(monkeypatch):
    giving_way.showing()
    waits: list[float | None] = []
    real = giving_way._free.wait

    def wait(seconds: float | None = None) -> bool:
        waits.append(seconds)
        return real(0)

    monkeypatch.setattr(giving_way._free, "wait", wait)
    monkeypatch.setattr(giving_way, "LONGEST_SECONDS", 60.0)

    def asks_often() -> None:
        for _ in range(1_000):
            giving_way.give_way()

    thread, past = begun(asks_often)
    thread.join(timeout=10)
    assert past.is_set()
    assert waits == [60.0]  # once, and then it goes on for as long
