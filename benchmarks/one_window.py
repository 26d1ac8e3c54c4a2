"""One real window at work: the longest that its thread leaves events waiting, and its memory."""

from __future__ import annotations

import gc
import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from PySide6.QtCore import QEventLoop, QTimer

from benchmarks.board_people import fill
from benchmarks.extracts import write_extract
from benchmarks.figures import Figure, say
from benchmarks.shared_server import shared_server
from d2a_desktop.bootstrap import open_desk
from d2a_desktop.core.clock import SystemClock
from d2a_desktop.core.paths import Profile
from d2a_desktop.domain.permissions import Role
from d2a_desktop.services.desk_setup import DeskRequest, init_desk
from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.app import make_application, make_theme
from d2a_desktop.ui.boards.case_record.page import CaseRecordPage
from d2a_desktop.ui.boards.ward_board import WardBoardPage
from d2a_desktop.ui.desk.window import DeskWindow
from d2a_desktop.ui.tasks import Progress
from d2a_desktop.ui.theme.theme import Theme
from tests.journeys.heart_beat import HeartBeat

PEOPLE, IMPORTED, RECORDS = 5_000, 10_000, 20_000
LONGEST_GAP_SECONDS = 0.050
_PASSPHRASE = "a passphrase of the benchmark"  # noqa: S105  opens nothing but a temporary desk
_WORDS = "the longest that a person would not notice, 50 ms"
_PAGES = ("ward_board", "packs", "assessments", "sync", "help")
_ON_A_WARD, _ROUNDS, _WARM = 200, 240, 60


def figures(folder: Path) -> Iterator[Figure]:
    """Measure gaps of the window's thread during large work, then the memory of many rounds."""
    theme = make_theme(make_application())
    before = dict(os.environ)
    # No keyring: the desk of the benchmark leaves nothing in anybody's.
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    try:
        with _window(theme, _filled(folder / "desk", PEOPLE)) as window:
            yield from _large_work(window, folder)
            yield _garbage(window)
        with _window(theme, _filled(folder / "ward", _ON_A_WARD)) as window:
            yield _day(window)
        yield from _first_sync(theme, folder)
    finally:
        os.environ.clear()
        os.environ.update(before)


class _Window:
    """A desk's window with a heart that beats on its thread."""

    def __init__(self, theme: Theme, profile: Profile, password: str | None = None) -> None:
        self.life = DeskWindow(
            theme, Actions(), profile, passphrase=_PASSPHRASE, database_password=password
        )
        self.heart = HeartBeat()
        self.life.show()

    @property
    def board(self) -> WardBoardPage:
        page = self.life.window.pages.page("ward_board")
        assert isinstance(page, WardBoardPage)
        return page

    def until(self, check: Callable[[], bool], *, seconds: float = 300.0) -> None:
        """Let the window live until something is so."""
        loop = QEventLoop()
        end = time.monotonic() + seconds
        while not check():
            if time.monotonic() > end:
                raise RuntimeError("the window did not come to its end in time")
            # Sleeps between events as a program does; one that never rests holds up the others.
            loop.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)

    def do(self, deed: Callable[[], object]) -> None:
        """Do it from within the event loop, as a key does: what it takes away is freed after it."""
        QTimer.singleShot(0, deed)

    def beats(self, more: int) -> None:
        end = len(self.heart.gaps) + more
        self.until(lambda: len(self.heart.gaps) >= end)

    def longest(self, work: Callable[[], Callable[[], bool]]) -> float:
        """Begin work that tells when it is over; return the longest gap in it and right after."""
        self.beats(20)
        began = len(self.heart.gaps)
        self.until(work())
        self.beats(130)  # the collector looks twice a second
        return self.heart.since(began)

    def background(self, work: Callable[[Progress], Any]) -> Callable[[], bool]:
        """Run work as boards do; return what tells that it is over."""
        over: list[Any] = []
        self.life.tasks.run_long_query(work, over.append, failed=over.append)

        def done() -> bool:
            for each in over:
                if isinstance(each, Exception):
                    raise each
            return bool(over)

        return done


@contextmanager
def _window(theme: Theme, profile: Profile, password: str | None = None) -> Iterator[_Window]:
    window = _Window(theme, profile, password)
    try:
        yield window
    finally:
        window.life.close()


def _filled(folder: Path, people: int) -> Profile:
    profile = Profile(folder)
    init_desk(
        profile,
        DeskRequest(ods_code="RXX01", role=Role.WARD_COORDINATOR, name="Bench Person"),
        database_password=None,
        new_passphrase=lambda: _PASSPHRASE,
    )
    with open_desk(profile, passphrase=lambda _: _PASSPHRASE) as desk:
        parts: Any = SimpleNamespace(
            store=desk._store,  # noqa: SLF001  rows are put in beside the services, by the thousand
            clock=desk.clock,
            caller=desk.caller,
            identity=desk.identity,
        )
        fill(parts, people)
    return profile


def _large_work(window: _Window, folder: Path) -> Iterator[Figure]:
    window.until(lambda: window.life.link.is_open and window.board.model.rowCount() == PEOPLE)
    desk = window.life.link.desk
    still = window.longest(lambda: lambda: True)
    yield _gap("longest gap of the window's thread: idle", still)
    yield _gap(f"  board of {PEOPLE:,} read again", window.longest(lambda: _read_again(window)))
    case = window.board.model.row_at(0).case_ref
    yield _gap(
        "  pack", window.longest(lambda: window.background(
            lambda _: desk.packs.preview(desk.caller, case, "handover")))
    )  # fmt: skip
    yield _gap("  solve", window.longest(lambda: window.background(_solve(window))))
    extract = write_extract(folder / "extract.csv", IMPORTED, now=SystemClock().now())
    yield _gap(f"  import of {IMPORTED:,} rows", window.longest(lambda: _import(window, extract)))


def _gap(what: str, seconds: float) -> Figure:
    say(f"  {what.strip()}: {seconds * 1000:.0f} ms")
    return Figure("window", what, seconds, LONGEST_GAP_SECONDS, _WORDS)


def _read_again(window: _Window) -> Callable[[], bool]:
    shown: list[object] = []
    window.board.model.counts_changed.connect(lambda *_: shown.append(None))
    window.board.panel.view.clearFocus()
    window.board.load()
    return lambda: bool(shown)


def _solve(window: _Window) -> Callable[[Progress], object]:
    from benchmarks.instances import agency_board

    solver = window.life.link.desk._solver  # noqa: SLF001  the desk's own engines' process
    document = agency_board(workers=60, referrals=15, seed=1)
    return lambda progress: solver.match(
        document, seconds=3.0, on_progress=lambda _: progress.report(0, 0, "Planning")
    )


def _import(window: _Window, extract: Path) -> Callable[[], bool]:
    dialog = window.board.import_extract(extract)
    return lambda: dialog.close_button.isEnabled() and window.board.model.rowCount() > PEOPLE


def _garbage(window: _Window) -> Figure:
    """Time the largest thing that the main thread's collector does, which is when nobody minds."""
    collector = window.life.tasks._collector  # noqa: SLF001  the part that is measured
    window.beats(20)
    taken = []
    for _ in range(5):
        start = time.perf_counter()
        collector.sweep()
        taken.append(time.perf_counter() - start)
    objects = f"{gc.get_freeze_count():,} objects; only while another program is in front"
    return Figure(
        "window", "  one sweep of all garbage", sorted(taken)[2], LONGEST_GAP_SECONDS, _WORDS,
        note=f"{objects}, or twice an hour when nobody has touched a key for 5 s",
    )  # fmt: skip


def _day(window: _Window) -> Figure:
    """Open records and boards as a day does, and compare memory after the first and last rounds."""
    window.until(lambda: window.life.link.is_open and window.board.model.rowCount() > 0)
    rng = random.Random(1)
    cases = [row.case_id for row in window.board.model.rows_shown()]
    record = window.life.window.pages.page("record")
    assert isinstance(record, CaseRecordPage)
    early = 0.0
    for number in range(_ROUNDS):
        case, page = rng.choice(cases), _PAGES[number % len(_PAGES)]
        window.do(partial(window.board.request_open_case.emit, case))
        window.until(partial(_shows, record, case))
        window.do(partial(window.life.window.show_page, page))
        window.beats(4)
        if number == _WARM:
            window.life.tasks._collector.sweep()  # noqa: SLF001  as above
            early = resident_megabytes()
    window.life.tasks._collector.sweep()  # noqa: SLF001  as above
    words = f"the same after {_WARM} rounds"
    return Figure(
        "window", f"memory after {_ROUNDS} records and pages", resident_megabytes(), early, words,
        unit="MB",
    )  # fmt: skip


def _shows(record: CaseRecordPage, case: str) -> bool:
    return record.view is not None and record.view.case_id == case


def _first_sync(theme: Theme, folder: Path) -> Iterator[Figure]:
    with shared_server(folder / "server") as shared:
        say(f"  putting {RECORDS:,} records on the server")
        shared.fill(RECORDS)
        login = shared.logins[0]
        profile = Profile(folder / "new")
        init_desk(
            profile,
            DeskRequest(
                ods_code="RXX01",
                role=Role.WARD_COORDINATOR,
                server_url=login.url.replace(f"{login.name}@", ""),
                login=login.name,
                name="Bench Person",
            ),
            database_password=lambda _: login.password,
            new_passphrase=lambda: _PASSPHRASE,
        )
        with _window(theme, profile, login.password) as window:
            window.until(lambda: window.life.link.is_open)
            gap = window.longest(
                lambda: lambda: window.board.model.rowCount() > 0 and not window.life.sync.running
            )
        yield _gap(f"longest gap in a first sync of {RECORDS:,} records", gap)


def resident_megabytes() -> float:
    """Return this process's resident size."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1_000_000
