"""Which page of the navigation is which board; each board is imported when it is first shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from d2a_desktop.core.paths import Profile
from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.formats.language import tr
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.nav import PAGES_OF_KIND, NavEntry
from d2a_desktop.ui.widgets.page import Page
from d2a_desktop.ui.widgets.page_stack import PageMaker

RECORD = NavEntry("record", "Record", "person")
SET_UP = NavEntry("set_up", "Set up this desk", "home")


@dataclass(frozen=True)
class Parts:
    """What every board is handed."""

    theme: Theme
    actions: Actions
    tasks: Tasks
    link: DeskLink
    profile: Profile


def page_makers(kind: str, parts: Parts) -> tuple[PageMaker, ...]:
    """Return the pages of a desk of this kind (a key of nav.PAGES_OF_KIND), in their order."""
    return tuple(PageMaker(entry, partial(_make, entry, parts)) for entry in PAGES_OF_KIND[kind])


def _make(entry: NavEntry, parts: Parts) -> Page:
    page = _MAKERS[entry.key](parts)
    if entry.key == "ward_board":  # an agency calls it "People placed"
        page.set_title(tr(entry.words))
    return page


def record_maker(parts: Parts) -> PageMaker:
    """Return the single-person record; it has no entry in the navigation."""
    return PageMaker(RECORD, partial(_record, parts))


def set_up_maker(parts: Parts) -> PageMaker:
    """Return the page of a folder that holds no desk yet."""
    return PageMaker(SET_UP, partial(_set_up, parts))


def _ward_board(parts: Parts) -> Page:
    from d2a_desktop.ui.boards.ward_board import WardBoardPage

    return WardBoardPage(parts.theme, parts.actions, parts.tasks, parts.link)


def _board_round(parts: Parts) -> Page:
    from d2a_desktop.ui.boards.board_round import BoardRoundPage

    return BoardRoundPage(parts.theme, parts.actions, parts.tasks, parts.link)


def _record(parts: Parts) -> Page:
    from d2a_desktop.ui.boards.case_record.page import CaseRecordPage

    return CaseRecordPage(parts.theme, parts.actions, parts.tasks, parts.link)


def _referrals(parts: Parts) -> Page:
    from d2a_desktop.ui.boards.referrals_board import ReferralsPage

    return ReferralsPage(parts.theme, parts.actions, parts.tasks, parts.link)


def _offers(parts: Parts) -> Page:
    from d2a_desktop.ui.boards.offers_board import OffersBoardPage

    return OffersBoardPage(parts.theme, parts.actions, parts.tasks, parts.link)


def _matches(parts: Parts) -> Page:
    from d2a_desktop.ui.boards.matches_board import MatchesBoardPage

    return MatchesBoardPage(parts.theme, parts.actions, parts.tasks, parts.link)


def _capacity(parts: Parts) -> Page:
    from d2a_desktop.ui.boards.capacity_board import CapacityBoardPage

    return CapacityBoardPage(parts.theme, parts.actions, parts.tasks, parts.link)


def _diary(parts: Parts) -> Page:
    from d2a_desktop.ui.boards.diary import DiaryPage

    return DiaryPage(parts.theme, parts.actions, parts.tasks, parts.link)


def _packs(parts: Parts) -> Page:
    from d2a_desktop.ui.boards.pack_list import PackListPage

    return PackListPage(parts.theme, parts.actions, parts.tasks, parts.link)


def _tasks(parts: Parts) -> Page:
    from d2a_desktop.ui.boards.tasks_board import TasksBoardPage

    return TasksBoardPage(parts.theme, parts.actions, parts.tasks, parts.link)


def _directory(parts: Parts) -> Page:
    from d2a_desktop.ui.boards.directory_board import DirectoryBoardPage

    return DirectoryBoardPage(parts.theme, parts.actions, parts.tasks, parts.link)


def _out_of_hours(parts: Parts) -> Page:
    from d2a_desktop.ui.boards.out_of_hours import OutOfHoursPage

    return OutOfHoursPage(parts.theme, parts.actions, parts.tasks, parts.link)


def _roster(parts: Parts) -> Page:
    from d2a_desktop.ui.boards.roster_board import RosterBoardPage

    return RosterBoardPage(parts.theme, parts.actions, parts.tasks, parts.link)


def _assessors(parts: Parts) -> Page:
    from d2a_desktop.ui.boards.assessors_board import AssessorsBoardPage

    return AssessorsBoardPage(parts.theme, parts.actions, parts.tasks, parts.link)


def _sync(parts: Parts) -> Page:
    from d2a_desktop.ui.boards.sync_page import SyncPage

    return SyncPage(parts.theme, parts.actions, parts.tasks, parts.link)


def _settings(parts: Parts) -> Page:
    from d2a_desktop.ui.boards.settings_page import SettingsPage

    return SettingsPage(parts.theme, parts.actions, parts.tasks, parts.profile)


def _help(parts: Parts) -> Page:
    from d2a_desktop.ui.boards.help_page import HelpPage

    return HelpPage(parts.theme, parts.actions)


def _set_up(parts: Parts) -> Page:
    from d2a_desktop.ui.boards.desk_setup import SetUpPage

    return SetUpPage(parts.theme, parts.tasks, parts.profile)


_MAKERS: dict[str, Callable[[Parts], Page]] = {
    "ward_board": _ward_board,
    "board_round": _board_round,
    "referrals": _referrals,
    "offers": _offers,
    "matches": _matches,
    "capacity": _capacity,
    "assessments": _diary,
    "packs": _packs,
    "tasks": _tasks,
    "directory": _directory,
    "out_of_hours": _out_of_hours,
    "roster": _roster,
    "assessors": _assessors,
    "sync": _sync,
    "settings": _settings,
    "help": _help,
}
