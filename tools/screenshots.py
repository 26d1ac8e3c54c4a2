"""Takes pictures of every screen over the demo's synthetic people: `python tools/screenshots.py`.

Without options the chosen few for the README and the documentation are renewed in docs/pictures.
`--all DIR` takes each screen light and dark at 1440x900 and 1366x768, to be looked at.
`--demo DIR` takes the chosen few of the desks that `d2a demo --out DIR` left, into DIR/pictures.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QDeadlineTimer, QEvent, QEventLoop, QPoint
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QDialog

from d2a_desktop.core.clock import SettableClock, SystemClock
from d2a_desktop.core.paths import Profile
from d2a_desktop.demo.story import play
from d2a_desktop.demo.system import SECRETS_FILE, running_system
from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.app import make_application, make_theme
from d2a_desktop.ui.desk.window import DeskWindow
from d2a_desktop.ui.theme.theme import Look, Theme

SIZES = ((1440, 900), (1366, 768))
PICTURES = Path(__file__).resolve().parents[1] / "docs" / "pictures"
_LONGEST_MS = 60_000
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
    Shot("capacity", "agency", _page("capacity"), chosen=True),
    Shot("people-placed", "agency", lambda stage: _first(stage, "ward_board")),
    Shot("diary", "assessor", _diary, chosen=True),
    Shot("locked", "ward", _lock),
)


def main() -> int:
    """Play the demo, open its desks and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", metavar="DIR", type=Path, help="every screen, size and look")
    parser.add_argument("--only", metavar="NAME", nargs="*", help="these screens alone")
    parser.add_argument("--demo", metavar="DIR", type=Path, help="of a demo played before")
    args = parser.parse_args()
    app = make_application()
    theme = make_theme(app, look=Look.LIGHT)
    if args.demo is not None:
        _of_a_demo(theme, args.demo, args.only)
        return 0
    now = SystemClock().now()
    with tempfile.TemporaryDirectory() as folder:
        with running_system(Path(folder) / "demo", SettableClock(now), tell=print) as system:
            play(system, now=now, seed=2026, tell=print)
            system.close_desks()
            with _stages(theme, system.profiles, system.passphrases) as stages:
                _take(stages, theme, args.all, args.only)
        theme.set_look(Look.LIGHT)
        _set_up(theme, Path(folder) / "new", args.all)
    return 0


def _of_a_demo(theme: Theme, out: Path, only: list[str] | None) -> None:
    """Take the chosen few of desks that lie there; their server is gone, and they say so."""
    passphrases = json.loads((out / SECRETS_FILE).read_text(encoding="utf-8"))
    profiles = {name: Profile(out / "desks" / name) for name in passphrases}
    with _stages(theme, profiles, passphrases) as stages:
        _take(stages, theme, None, only, into=out / "pictures")


@contextmanager
def _stages(
    theme: Theme, profiles: dict[str, Profile], passphrases: dict[str, str]
) -> Iterator[dict[str, Stage]]:
    lives = {}
    for name in ("ward", "hub", "agency", "assessor"):
        life = DeskWindow(theme, Actions(), profiles[name], passphrase=passphrases[name])
        lives[name] = Stage(life)
        life.show()
        while not life.link.is_open:
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)
        lives[name].rest()
        life.idle.stop()  # nobody touches these windows for minutes
    yield lives
    for stage in lives.values():
        stage.life.close()


def _take(
    stages: dict[str, Stage],
    theme: Theme,
    everything: Path | None,
    only: list[str] | None,
    *,
    into: Path = PICTURES,
) -> None:
    wanted = [shot for shot in SHOTS if (everything or shot.chosen)]
    wanted = [shot for shot in wanted if not only or shot.name in only]
    for look in (Look.LIGHT, Look.DARK) if everything else (Look.LIGHT,):
        theme.set_look(look)  # once for all: it dresses every widget of every window anew
        for shot in wanted:
            stage = stages[shot.desk]
            for width, height in SIZES if everything else SIZES[:1]:
                stage.window.resize(width, height)
                shot.go(stage)
                if everything:
                    _save(stage.grab(), everything / f"{shot.name}-{width}-{look.value}.png")
                else:
                    _save(stage.grab(), into / f"{shot.name}.png")
                if stage.window.locked:
                    stage.window.unlock()


def _set_up(theme: Theme, folder: Path, everything: Path | None) -> None:
    """The page of a folder without a desk."""
    if everything is None:
        return
    life = DeskWindow(theme, Actions(), Profile(folder))
    life.show()
    stage = Stage(life)
    stage.rest()
    _save(stage.grab(), everything / "set-up-1440-light.png")
    life.close()


def _save(picture: QPixmap, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(str(path))
    print(path)


if __name__ == "__main__":
    sys.exit(main())
