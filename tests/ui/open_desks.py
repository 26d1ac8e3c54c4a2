"""Open desks for tests of the boards: a real encrypted store, the real services, no server."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from d2a_desktop.core.settings import Settings
from d2a_desktop.domain.permissions import Caller, Role
from d2a_desktop.local_db.desk_identity import DeskIdentity
from d2a_desktop.services.access import Access
from d2a_desktop.services.actions import Actions
from d2a_desktop.services.caseload import Caseloads
from d2a_desktop.services.context import Context
from d2a_desktop.services.directory import Directory
from d2a_desktop.services.drafts import Drafts
from d2a_desktop.services.exports import Exports
from d2a_desktop.services.imports import Imports
from d2a_desktop.services.last_looks import LastLooks
from d2a_desktop.services.packs import Packs
from d2a_desktop.services.page_states import PageStates
from d2a_desktop.services.queries.reads import Queries
from d2a_desktop.services.results import ActionResult
from d2a_desktop.services.roster import Roster
from d2a_desktop.services.shared_views import SharedViews
from d2a_desktop.services.start_views import StartViews
from tests.builder_ids import some_id
from tests.local_stores import COORDINATOR, copied_store, new_clock


class OpenDesk(SimpleNamespace):
    """What `bootstrap.Desk` offers, on a store in a test's folder; closed with `close`."""

    actions: Actions
    queries: Queries
    caller: Caller

    def do(self, case: str | None, action: str, **document: Any) -> ActionResult:
        """Take one action from its JSON document."""
        return self.actions.do_document(self.caller, case, action, document)

    def ago(self, **duration: float) -> datetime:
        """Return an instant before now."""
        return self.clock.now() - timedelta(**duration)

    def admit(
        self, surname: str, *, bed: str, number: str | None = None, ready_for: float | None = None
    ) -> str:
        """Take a person in by hand, ready so many days if told; return the case reference."""
        made = self.do(
            None,
            "new",
            family_name=surname,
            given_name="Zoë",
            birth_date="1940-02-28",
            gender="female",
            nhs_number=number,
            site="XDA01",
            ward="C5",
            bed=bed,
            mrn=f"T{bed}",
            admitted_at=self.ago(days=20).isoformat(),
        )
        case = str(made.case_ref)
        if ready_for is not None:
            self.do(
                case,
                "review",
                decided_by="Dr Sample",
                decided_role="consultant",
                decided_at=self.ago(days=ready_for).isoformat(),
            )
        return case

    def close(self) -> None:
        """Free the store."""
        self.store.close()


def open_desk_in(
    folder: Path, *, role: Role = Role.WARD_COORDINATOR, caller: Caller | None = None
) -> OpenDesk:
    """Open a desk in a folder: a hospital's for one role, or that of a caller's organisation."""
    clock = new_clock()
    caller = caller or Caller(**{**vars(COORDINATOR), "role": role})
    desk = DeskIdentity(
        desk_id=some_id(f"{caller.org_kind} desk"),
        org_id=caller.org_id,
        org_ods=caller.org_ods,
        org_kind=caller.org_kind,
        org_name=f"Demo {caller.org_kind}",
    )
    store = copied_store(folder, clock=clock, desk=desk)
    context = Context(store, clock, Settings())
    own, shared = PageStates(context), SharedViews(context)
    return OpenDesk(
        store=store,
        clock=clock,
        settings=context.settings,
        caller=caller,
        identity=store.desk,
        trial=False,
        actions=Actions(context),
        queries=Queries(context),
        access=Access(context),
        drafts=Drafts(context),
        roster=Roster(context),
        directory=Directory(context),
        caseloads=Caseloads(context),
        imports=Imports(context),
        exports=Exports(context),
        page_states=own,
        shared_views=shared,
        start_views=StartViews(context, own, shared),
        last_looks=LastLooks(context),
        packs=Packs(context),
    )


def settled(qtbot: Any, check: Callable[[], bool], *, timeout: int = 30_000) -> None:
    """Wait until the background work has led to what `check` asks for."""

    def must() -> None:
        assert check()

    qtbot.waitUntil(must, timeout=timeout)
