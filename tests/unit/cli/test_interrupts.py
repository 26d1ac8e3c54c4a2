"""Ctrl+C as long commands hear it: real signals to this process."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from d2a_desktop.cli.interrupts import ctrl_c


@pytest.fixture(autouse=True)
def heard() -> Iterator[None]:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_it_is_noted_and_nothing_is_broken_off() -> None:
    with ctrl_c() as pressed:
        signal.raise_signal(signal.SIGINT)
        assert pressed.is_set()
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def test_a_wait_is_broken_off_and_it_is_noted_all_the_same() -> None:
    with ctrl_c(breaks_off=True) as pressed:
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        assert pressed.is_set()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_it_is_noted_where_python_loses_what_is_raised() -> None:
    class Finalized:
        def __del__(self) -> None:
            signal.raise_signal(signal.SIGINT)

    with ctrl_c(breaks_off=True) as pressed:
        Finalized()
        assert pressed.is_set()


def test_a_job_in_the_background_stays_deaf() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with ctrl_c(breaks_off=True) as pressed:
        signal.raise_signal(signal.SIGINT)
        assert not pressed.is_set()
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
