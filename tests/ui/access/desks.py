"""Desks of every kind over one real store, each in a whole window with its navigation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from d2a_desktop.bootstrap import Desk
from d2a_desktop.core.paths import Profile
from d2a_desktop.domain.permissions import Caller, Role
from d2a_desktop.services.solver_process import SolverProcess
from d2a_desktop.shared_db.gateway import NoSharedDatabase
from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.desk.facts import facts_of
from d2a_desktop.ui.desk.joins import Joins
from d2a_desktop.ui.desk.pages import Parts, page_makers, record_maker
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.main_window import MainWindow
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.page import Page
from tests.builders import AGENCY
from tests.integration.services.walk import HUB_CALLER, WARD, Walk, new_walk
from tests.local_stores import START
from tests.roster_builders import (
    make_availability,
    make_capacity_contract,
    make_credential,
    make_placement_block,
    make_slot,
    make_worker,
)

CALLERS: dict[str, Caller] = {
    "hospital": WARD,
    "hub": HUB_CALLER,
    "agency": Caller(
        login="u_cccccccccccc",
        name="Sam Scheduler",
        role=Role.AGENCY_SCHEDULER,
        org_id=AGENCY,
        org_ods="AXX01",
        org_kind="agency",
    ),
    "assessor": replace(HUB_CALLER, login="u_ffffffffffff", role=Role.ASSESSOR),
}


def make_story(folder: Path) -> Walk:
    """Three people of a ward: one leaves soon, one has an offer out, one waits; and a roster.

    The store is closed; open it with `Walk.copied_to`.
    """
    walk = new_walk(folder)
    walk.come_in("Waitinger", mrn="H1", nhs_number=None, bed="3")
    walk.come_in("Offerworth", mrn="H2", nhs_number=None, bed="4")
    walk.refer()
    walk.offer()
    walk.ready_to_leave()
    walk.do(WARD, "note", text="Rang the daughter.", kind="call", spoken_to="Anna")
    walk.arrives_from_server(
        make_worker(),
        make_credential(),
        make_availability(),
        make_capacity_contract(),
        make_slot(),
        make_placement_block(starts_at=START, ends_at=START + timedelta(days=28)),
    )
    walk.close()
    return walk


@dataclass
class Shown:
    """A desk's whole window."""

    window: MainWindow
    walk: Walk
    link: DeskLink
    parts: Parts
    rest: Callable[[], None]
    """Waits until nothing is under way."""

    def page(self, key: str) -> Page:
        """Bring a page to the front and wait until it has loaded."""
        assert self.window.show_page(key)
        self.rest()
        return self.window.pages.page(key)

    def record(self) -> Any:
        """Bring the record of the person who leaves soon to the front."""
        self.window.case_asked.emit(self.walk.case_id)
        self.rest()
        return self.window.pages.page("record")


def make_window(
    walk: Walk,
    kind: str,
    *,
    theme: Theme,
    actions: Actions,
    tasks: Tasks,
    solver: SolverProcess,
    rest: Callable[[], None],
) -> Shown:
    """Return the window of a desk of one kind (a key of nav.PAGES_OF_KIND); not shown yet.

    Its desk is opened by `link.set_desk(desk_of(...))` once it is shown.
    """
    desk = desk_of(walk, kind, solver)
    link = DeskLink()
    parts = Parts(theme, actions, tasks, link, desk.profile)
    window = MainWindow(theme, actions, tasks, facts_of(desk), page_makers(kind, parts))
    window.pages.add(record_maker(parts))
    link.setParent(window)
    Joins(window, parts)
    window.resize(1366, 768)
    return Shown(window, walk, link, parts, rest)


def desk_of(walk: Walk, kind: str, solver: SolverProcess) -> Desk:
    """Return the open desk of a walk's store, with somebody of this kind at it."""
    return Desk(
        profile=Profile(walk.store.path.parent),
        context=walk.context,
        caller=CALLERS[kind],
        gateway=NoSharedDatabase(),
        solver=solver,
    )
