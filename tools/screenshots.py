"""Takes pictures of every screen over the demo's synthetic people: `python tools/screenshots.py`.

Without options the chosen few for the README and the documentation are renewed in docs/pictures.
`--all DIR` takes each screen, to be looked at: `--states` (`full` unless told; `all` for every
one of screen_states.STATES), `--looks` and `--sizes` choose; the whole set takes many minutes.
`--demo DIR` takes the chosen few of the desks that `d2a demo --out DIR` left, into DIR/pictures.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
if os.environ.get("QT_QPA_PLATFORM", "offscreen") == "offscreen":
    # Screens of the sizes that are looked at: a dialog is never larger than its screen.
    _SCREENS = Path(__file__).with_name("screens.json")
    os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={_SCREENS}"

from PySide6.QtCore import QDeadlineTimer, QEvent, QEventLoop, QPoint, Qt
from PySide6.QtGui import QAction, QGuiApplication, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QDialog

from d2a_desktop.core.clock import Clock, SettableClock, SystemClock
from d2a_desktop.core.paths import Profile
from d2a_desktop.demo.story import play
from d2a_desktop.demo.system import SECRETS_FILE, running_system
from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.app import make_application, make_theme
from d2a_desktop.ui.boards.case_record.page import PARTS
from d2a_desktop.ui.desk.window import DeskWindow
from d2a_desktop.ui.dialogs.import_dialog import ImportDialog
from d2a_desktop.ui.theme.theme import Look, Theme
from tools.screen_states import (
    DESKS,
    PASSPHRASE,
    STATES,
    clock_of,
    empty_desks,
    longest_names,
    text_size,
)

SIZES = ((1366, 768), (1920, 1080))
_FOR_DOCS = (1440, 900)
PICTURES = Path(__file__).resolve().parents[1] / "docs" / "pictures"
GUIDE_PICTURES = PICTURES.parent / "user" / "pictures"
_GUIDE_WIDTH = 1000
_NO_DITHER = Qt.ImageConversionFlag.ThresholdDither | Qt.ImageConversionFlag.AvoidDither
_AT = "1366x768-light.png"
# The pictures of the user guides, by the names that `--all` gives them.
GUIDES = {
    "ward-board": f"full/ward-ward_board-{_AT}",
    "board-round": f"full/ward-board-round-{_AT}",
    "referral": f"full/ward-referral-{_AT}",
    "departure": f"full/ward-departure-{_AT}",
    "hub-board": f"full/hub-hub-board-{_AT}",
    "hub-offers": f"full/hub-offers-{_AT}",
    "hub-matches": f"full/hub-matches-{_AT}",
    "agency-offers": f"full/agency-offers-{_AT}",
    "accept": f"full/agency-accept-{_AT}",
    "allocate": f"full/agency-allocate-{_AT}",
    "capacity": f"full/agency-capacity-{_AT}",
    "roster": f"full/agency-roster-{_AT}",
    "diary": f"full/assessor-diary-{_AT}",
    "sync": f"full/assessor-sync-{_AT}",
    "settings": f"empty/ward-settings-{_AT}",
    "set-up": "empty/set-up.png",
}
_LONGEST_MS = 60_000
_KINDS = ("played", "alone", "closed", "empty", "longest")
_QUIET_MS = 400


@dataclass(frozen=True)
class Shot:
    """One picture: which desk, how to get there, and whether the documentation shows it."""

    name: str
    desk: str
    go: Callable[[Stage], None]
    chosen: bool = False


class Stage:
    """One desk's window in front of the camera."""

    def __init__(self, life: DeskWindow) -> None:
        self.life = life
        self.window = life.window
        self._busy = 0
        life.tasks.busy.connect(self._note)

    def _note(self, jobs: int) -> None:
        self._busy = jobs

    def rest(self) -> None:
        """Let the window work until nothing has been under way for a while."""
        longest, quiet = QDeadlineTimer(_LONGEST_MS), QDeadlineTimer(_QUIET_MS)
        while not quiet.hasExpired() and not longest.hasExpired():
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
            # What was put aside to be deleted waits for an event loop that never runs here.
            QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            if self._busy:
                quiet = QDeadlineTimer(_QUIET_MS)

    def page(self, key: str) -> Any:
        """Bring a page to the front and let it load."""
        for dialog in self.window.findChildren(QDialog):
            dialog.close()
        self.window.search_palette.close_palette()
        self.window.show_page(key)
        self.window.notice.clear()
        self.rest()
        return self.window.pages.page(key)

    def record(self, stage: str) -> Any:
        """Open the record of the first person in a stage; of anybody, where there is none."""
        desk = self.life.link.desk
        rows = desk.queries.ward_board(desk.caller).rows
        row = next((each for each in rows if each.stage == stage), rows[0])
        self.page("ward_board")
        self.window.case_asked.emit(row.case_id)
        self.rest()
        return self.window.pages.page("record")

    def resize(self, width: int, height: int) -> None:
        """Show the window at a size, on the smallest screen that holds it."""
        screens = sorted(QGuiApplication.screens(), key=lambda each: each.size().width())
        fitting = [each for each in screens if each.size().width() >= width]
        self.window.move((fitting or screens)[0].geometry().topLeft())
        self.window.resize(width, height)

    def grab(self) -> QPixmap:
        """Return the window with the dialogs over it."""
        picture = self.window.grab()
        shown = [each for each in self.window.findChildren(QDialog) if each.isVisible()]
        for dialog in shown:
            painter = QPainter(picture)
            over = dialog.grab()
            centre = QPoint(
                (self.window.width() - dialog.width()) // 2,
                max(0, (self.window.height() - dialog.height()) // 2),
            )
            painter.drawPixmap(centre, over)
            painter.end()
        return picture


def _first(stage: Stage, key: str) -> Any:
    page = stage.page(key)
    page.panel.view.selectRow(0)
    stage.rest()
    return page


def _case(part: str, wanted: str) -> Callable[[Stage], None]:
    def go(stage: Stage) -> None:
        stage.record(wanted).show_part(part)
        stage.rest()

    return go


def _action(action: str, wanted: str) -> Callable[[Stage], None]:
    def go(stage: Stage) -> None:
        stage.record(wanted).open_action(action)
        stage.rest()

    return go


def _page(key: str) -> Callable[[Stage], None]:
    return lambda stage: stage.page(key)


def _outlook(view: str) -> Callable[[Stage], None]:
    def go(stage: Stage) -> None:
        stage.page("capacity").views.choose(view)
        stage.rest()

    return go


def _diary(stage: Stage) -> None:
    page = _first(stage, "assessments")
    if page.due.rowCount():
        page.due_view.selectRow(0)
        stage.rest()


def _offer(deed: str) -> Callable[[Stage], None]:
    def go(stage: Stage) -> None:
        page = _first(stage, "offers")
        for row in page.model.rows_shown():
            if any(each.key == deed for each in page.deeds(row)):
                page.panel.view.select_id(row.offer_id)
                stage.rest()
                page.do(deed)
                stage.rest()
                return

    return go


def _pack(stage: Stage) -> None:
    page = stage.page("packs")
    rows = page.model.rows_shown()
    leaving = [row for row in rows if row.stage in ("discharge_planned", "at_home")]
    page.panel.view.select_id((leaving or rows)[0].case_id)
    stage.rest()
    page.preview()
    stage.rest()


def _by_key(action: str, page: str = "ward_board") -> Callable[[Stage], None]:
    """Do an action of the keyboard map on a page, as its key does."""

    def go(stage: Stage) -> None:
        inside = stage.page(page)
        for root in (inside, stage.window):
            found = root.findChildren(QAction, action)
            if found:
                found[0].trigger()
                break
        stage.rest()

    return go


def _people(stage: Stage) -> None:
    stage.page("settings")
    stage.life.show_people()
    stage.rest()


def _import(stage: Stage) -> None:
    stage.page("ward_board")
    ImportDialog(stage.window.theme, stage.life.tasks, stage.life.link, parent=stage.window).open()
    stage.rest()


def _lock(stage: Stage) -> None:
    stage.page("ward_board")
    stage.window.lock()


SHOTS = (
    Shot("ward-board", "ward", lambda stage: _first(stage, "ward_board"), chosen=True),
    Shot("case-record", "ward", _case("overview", "discharge_planned"), chosen=True),
    Shot("referral", "ward", _case("referral", "nctr")),
    Shot("departure", "ward", _action("depart", "discharge_planned")),
    Shot("board-round", "ward", _page("board_round")),
    Shot("packs", "ward", lambda stage: _first(stage, "packs")),
    Shot("pack", "ward", _pack, chosen=True),
    Shot("sync", "ward", _page("sync")),
    Shot("settings", "ward", _page("settings")),
    Shot("help", "ward", _page("help")),
    Shot("hub-board", "hub", lambda stage: _first(stage, "ward_board")),
    Shot("hub-offers", "hub", lambda stage: _first(stage, "offers")),
    Shot("hub-capacity", "hub", _page("capacity")),
    Shot("hub-matches", "hub", lambda stage: _first(stage, "matches")),
    Shot("matches", "agency", lambda stage: _first(stage, "matches")),
    Shot("hub-outlook", "hub", _outlook("ahead")),
    Shot("outlook-table", "agency", _outlook("ahead_table")),
    Shot("offers", "agency", lambda stage: _first(stage, "offers"), chosen=True),
    Shot("accept", "agency", _offer("accept")),
    Shot("allocate", "agency", _offer("allocate")),
    Shot("capacity", "agency", _outlook("workers"), chosen=True),
    Shot("people-placed", "agency", lambda stage: _first(stage, "ward_board")),
    Shot("diary", "assessor", _diary, chosen=True),
    *(Shot(f"record-{part}", "ward", _case(part, "at_home")) for part, _ in PARTS),
    *(Shot(action, "ward", _action(action, "nctr")) for action in ("review", "note", "barrier")),
    *(
        Shot(name, "ward", _by_key(name))
        for name in ("search", "alerts", "keys", "columns", "views", "print_page")
    ),
    Shot("people", "ward", _people),
    Shot("import", "ward", _import),
    Shot("new-offer", "hub", _action("offer", "pathway_confirmed")),
    Shot("locked", "ward", _lock),
)


def main() -> int:
    """Play the demo, open its desks and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", metavar="DIR", type=Path, help="every screen, size and look")
    parser.add_argument("--states", nargs="*", default=["full"], choices=[*STATES, "all"])
    parser.add_argument("--looks", nargs="*", default=["light", "dark"])
    parser.add_argument("--sizes", nargs="*", default=[f"{w}x{h}" for w, h in SIZES])
    parser.add_argument("--guides", metavar="DIR", type=Path, help="from what --all left in DIR")
    parser.add_argument("--only", metavar="NAME", nargs="*", help="these screens alone")
    parser.add_argument("--demo", metavar="DIR", type=Path, help="of a demo played before")
    args = parser.parse_args()
    app = make_application()
    if args.guides is not None:
        _for_guides(args.guides)
        return 0
    theme = make_theme(app, look=Look.LIGHT)
    if args.demo is not None:
        _of_a_demo(theme, args.demo, args.only)
        return 0
    if args.all is not None:
        _every_state(theme, args)
        return 0
    with (
        tempfile.TemporaryDirectory() as folder,
        _played(Path(folder) / "demo", SystemClock().now()) as (profiles, secrets),
        _stages(theme, profiles, secrets) as stages,
    ):
        _take(stages, args.only)
    return 0


@contextmanager
def _played(folder: Path, now: datetime) -> Iterator[tuple[dict[str, Profile], dict[str, str]]]:
    """Play the demo and give its desks' folders and secrets while its server runs."""
    with running_system(folder, SettableClock(now), tell=print) as system:
        play(system, now=now, seed=2026, tell=print)
        system.close_desks()
        yield system.profiles, system.passphrases


def _every_state(theme: Theme, args: argparse.Namespace) -> None:
    """Take the states asked for; the demo is played once, and its server stays for some."""
    wanted = list(STATES) if "all" in args.states else args.states
    of = {name: [each for each in wanted if STATES[each].desks == name] for name in _KINDS}
    now = SystemClock().now()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        if of["longest"]:
            with longest_names(), _played(root / "long", now) as (profiles, secrets):
                for name in of["longest"]:
                    _of_state(theme, args, name, profiles, secrets)
        if of["played"] or of["alone"] or of["closed"]:
            with _played(root / "demo", now) as (profiles, secrets):
                for name in of["played"]:
                    _of_state(theme, args, name, profiles, secrets)
            for name in (*of["alone"], *of["closed"]):  # its server is gone
                _of_state(theme, args, name, profiles, secrets)
        same = dict.fromkeys(DESKS, PASSPHRASE)
        for name in of["empty"]:
            _of_state(theme, args, name, empty_desks(root / "empty"), same)
        if "empty" in wanted:
            _set_up(theme, root / "new", args.all)


def _of_state(
    theme: Theme,
    args: argparse.Namespace,
    name: str,
    profiles: dict[str, Profile],
    passphrases: dict[str, str],
) -> None:
    state = STATES[name]
    theme.set_look(Look(args.looks[0]))
    if state.desks == "closed":
        lives = {n: DeskWindow(theme, Actions(), profiles[n]) for n in DESKS}
        _shoot({n: Stage(life) for n, life in lives.items()}, theme, args, name, opened=False)
        for life in lives.values():
            life.close()
        return
    clock = clock_of(state, SystemClock().now())
    # Each window puts the size its person chose on when it opens, so this one comes after.
    with (
        _stages(theme, profiles, passphrases, clock=clock) as stages,
        text_size(theme, state.text_percent),
    ):
        _shoot(stages, theme, args, name)


def _shoot(
    stages: dict[str, Stage],
    theme: Theme,
    args: argparse.Namespace,
    name: str,
    *,
    opened: bool = True,
) -> None:
    """Take every page of the navigation, and for the full state the shots of SHOTS too."""
    for look in args.looks:
        theme.set_look(Look(look))
        for desk, stage in stages.items():
            shots = [(e.key, _page(e.key)) for e in stage.window.nav.entries]
            if name in ("full", "large", "longest"):
                shots += [(s.name, s.go) for s in SHOTS if s.desk == desk]
            for key, go in shots:
                if args.only and key not in args.only:
                    continue
                for size in args.sizes:
                    width, height = (int(part) for part in size.split("x"))
                    stage.resize(width, height)
                    _bring(stage, key, go if opened else None)
                    STATES[name].before(stage.window)
                    if opened:
                        stage.rest()
                    _save(stage.grab(), args.all / name / f"{desk}-{key}-{size}-{look}.png")
                    if stage.window.locked:
                        stage.window.unlock()


def _bring(stage: Stage, key: str, go: Callable[[Stage], None] | None) -> None:
    """Bring a picture's page to the front; without `go` its desk is not open yet."""
    if go is not None:
        go(stage)
        return
    stage.window.show_page(key)
    for _ in range(3):  # one layout asks for the next
        QApplication.processEvents()


def _of_a_demo(theme: Theme, out: Path, only: list[str] | None) -> None:
    """Take the chosen few of desks that lie there; their server is gone, and they say so."""
    passphrases = json.loads((out / SECRETS_FILE).read_text(encoding="utf-8"))
    profiles = {name: Profile(out / "desks" / name) for name in passphrases}
    with _stages(theme, profiles, passphrases) as stages:
        _take(stages, only, into=out / "pictures")


@contextmanager
def _stages(
    theme: Theme,
    profiles: dict[str, Profile],
    passphrases: dict[str, str],
    *,
    clock: Clock | None = None,
) -> Iterator[dict[str, Stage]]:
    lives = {}
    for name in DESKS:
        life = DeskWindow(
            theme, Actions(), profiles[name], passphrase=passphrases[name], clock=clock
        )
        lives[name] = Stage(life)
        life.show()
        while not life.link.is_open:
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)
        lives[name].rest()
        life.idle.stop()  # nobody touches these windows for minutes
    yield lives
    for stage in lives.values():
        stage.life.close()


def _take(stages: dict[str, Stage], only: list[str] | None, *, into: Path = PICTURES) -> None:
    """Take the chosen few for the documentation."""
    for shot in SHOTS:
        if shot.chosen and (not only or shot.name in only):
            stage = stages[shot.desk]
            stage.resize(*_FOR_DOCS)
            shot.go(stage)
            _save(stage.grab(), into / f"{shot.name}.png")
            if stage.window.locked:
                stage.window.unlock()


def _set_up(theme: Theme, folder: Path, everything: Path) -> None:
    """Take the page of a folder without a desk."""
    life = DeskWindow(theme, Actions(), Profile(folder))
    life.show()
    stage = Stage(life)
    stage.rest()
    _save(stage.grab(), everything / "empty" / "set-up.png")
    life.close()


def _for_guides(taken: Path) -> None:
    """Make the small pictures of docs/user from those that were taken."""
    for name, path in GUIDES.items():
        picture = QImage(str(taken / path))
        small = picture.scaledToWidth(_GUIDE_WIDTH, Qt.TransformationMode.SmoothTransformation)
        plain = small.convertToFormat(QImage.Format.Format_RGB32)
        pixels = memoryview(plain.constBits()).cast("I")
        table = [colour for colour, _ in Counter(pixels).most_common(256)]
        few = plain.convertToFormat(QImage.Format.Format_Indexed8, table, _NO_DITHER)
        few.save(str(GUIDE_PICTURES / f"{name}.png"))
        print(name, (GUIDE_PICTURES / f"{name}.png").stat().st_size)


def _save(picture: QPixmap, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(str(path))
    print(path)


if __name__ == "__main__":
    sys.exit(main())
