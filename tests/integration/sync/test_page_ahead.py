"""While a page is written the next one is on its way: never two, and never after the run."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from d2a_desktop.core.errors import KnownError, UnreachableError
from d2a_desktop.shared_db.failures import TryAgainError
from d2a_desktop.sync import apply, verify
from d2a_desktop.sync.protocol import Cursor, Progress, PullPage, SharedGateway, SyncSettings
from tests.integration.sync.desks import DeskUnderTest, server_view

pytestmark = pytest.mark.postgres

CASES, PAGE = 12, 4


class _Watched:
    """A gateway that counts its pages and, when asked to, fails at one of them."""

    def __init__(self, gateway: SharedGateway, *, fail_at: int = 0) -> None:
        self._gateway = gateway
        self._fail_at = fail_at
        self.pages = 0
        self.threads: set[threading.Thread] = set()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._gateway, name)

    def pull(self, *, cursor: Cursor, limit: int) -> PullPage:
        self.pages += 1
        self.threads.add(threading.current_thread())
        if self.pages == self._fail_at:
            raise TryAgainError("The connection was lost.", code="connection_lost")
        return self._gateway.pull(cursor=cursor, limit=limit)


@pytest.fixture
def newcomer(shared, desk) -> DeskUnderTest:
    """A desk of the ward before its first sync; the shared database holds some pages for it."""
    ward = desk("ward", "first")
    for number in range(CASES):
        ward.new_case(bed=f"Bed {number}")
    ward.sync()
    return desk("ward", "second")


def watch(newcomer: DeskUnderTest, **options: Any) -> _Watched:
    watched = _Watched(newcomer.gateway, **options)
    newcomer.engine = newcomer.engine_with(watched, SyncSettings(page=PAGE))
    return watched


def found(desk: DeskUnderTest) -> list[int]:
    """How many cases each search finds: by a word of the spell, by one of the person."""
    return [len(desk.store.search(words, 100)) for words in ("Bed", "Marker")]


def ended(watched: _Watched) -> bool:
    return not any(t.is_alive() for t in watched.threads - {threading.current_thread()})


def test_a_first_sync_in_small_pages_is_whole_and_never_more_than_one_page_ahead(shared, newcomer):
    watched = watch(newcomer)
    ahead: list[int] = []
    written = 0

    def note(progress: Progress) -> None:
        nonlocal written
        if progress.stage == "first" and progress.done:
            written += 1
            ahead.append(watched.pages - written)

    report = newcomer.engine.run(newcomer.caller.login, on_progress=note)
    assert len(ahead) > CASES * 2 // PAGE
    assert max(ahead) == 1
    assert ahead[-1] == 0
    assert len(watched.threads) > 1, "no page was fetched beside the writing"
    assert ended(watched)
    assert newcomer.rows() == server_view(shared, "ward")
    assert found(newcomer) == [CASES, CASES]
    assert report.repaired == 0


@pytest.mark.parametrize("pages", [1, 2, 4])
def test_a_cancelled_first_sync_leaves_no_fetch_behind_and_goes_on_later(
    shared, newcomer, pages: int
):
    watched = watch(newcomer)
    steps: list[Progress] = []
    report = newcomer.engine.run(
        newcomer.caller.login,
        on_progress=steps.append,
        cancelled=lambda: sum(1 for step in steps if step.done) >= pages,
    )
    assert report.cancelled
    assert ended(watched)
    assert 0 < report.pulled < CASES * 2
    newcomer.sync()
    assert newcomer.rows() == server_view(shared, "ward")
    assert found(newcomer) == [CASES, CASES]
    assert not verify.compare(newcomer.store, newcomer.gateway)


def test_a_page_that_does_not_come_leaves_those_before_it(shared, newcomer):
    watched = watch(newcomer, fail_at=6)
    with pytest.raises(UnreachableError):
        newcomer.sync()
    assert ended(watched)
    spells = len(newcomer.rows("spell"))
    assert 0 < spells < CASES
    assert found(newcomer)[0] == spells
    watch(newcomer)
    newcomer.sync()
    assert newcomer.rows() == server_view(shared, "ward")
    assert found(newcomer) == [CASES, CASES]


def test_a_page_that_cannot_be_written_ends_the_fetch_before_the_failure_is_told(
    shared, newcomer, monkeypatch
):
    watched = watch(newcomer)
    write, pages = apply.apply_rows, 0

    def full_disk(*given: Any) -> Any:
        nonlocal pages
        pages += 1
        if pages == 3:
            raise UnreachableError("The disk is full.", code="disk_full")
        return write(*given)

    monkeypatch.setattr(apply, "apply_rows", full_disk)
    with pytest.raises(KnownError, match="disk is full"):
        newcomer.sync()
    assert ended(watched)
    monkeypatch.undo()
    newcomer.sync()
    assert newcomer.rows() == server_view(shared, "ward")
    assert found(newcomer) == [CASES, CASES]
