"""Puts one desk together: key, store, clock, services; no singletons, everything is passed in."""

from __future__ import annotations

import os
import uuid
from contextlib import suppress
from dataclasses import replace
from types import TracebackType
from typing import Self

from d2a_desktop.core.clock import Clock
from d2a_desktop.core.errors import KnownError, UnreachableError
from d2a_desktop.core.paths import Profile
from d2a_desktop.core.policy import settings_in_force
from d2a_desktop.core.settings import Settings
from d2a_desktop.domain.permissions import Caller, Role
from d2a_desktop.local_db.unit_of_work import LocalStore
from d2a_desktop.security.keyring_store import KeyringStore
from d2a_desktop.security.keys import KeyFile
from d2a_desktop.services.access import Access
from d2a_desktop.services.actions import Actions
from d2a_desktop.services.caseload import Caseloads
from d2a_desktop.services.context import Context
from d2a_desktop.services.desk_keys import LOCAL_PERSON, AskSecret, unlock
from d2a_desktop.services.desk_people import DeskPeople
from d2a_desktop.services.desk_setup import desk_clock, shared_gateway
from d2a_desktop.services.directory import Directory
from d2a_desktop.services.drafts import Drafts
from d2a_desktop.services.exchange import Exchange
from d2a_desktop.services.exports import Exports
from d2a_desktop.services.imports import Imports
from d2a_desktop.services.last_looks import LastLooks
from d2a_desktop.services.matches import Matches
from d2a_desktop.services.pack_batch import PackBatch
from d2a_desktop.services.pack_verify import PackVerification
from d2a_desktop.services.packs import Packs
from d2a_desktop.services.page_states import PageStates
from d2a_desktop.services.people import named_identity, person_of
from d2a_desktop.services.places import Places
from d2a_desktop.services.printers import Printers
from d2a_desktop.services.queries.reads import Queries
from d2a_desktop.services.roster import Roster
from d2a_desktop.services.schedules import Schedules
from d2a_desktop.services.shared_views import SharedViews
from d2a_desktop.services.sheets import Sheets
from d2a_desktop.services.solver_process import SolverProcess
from d2a_desktop.services.staged_files import clear_unfinished
from d2a_desktop.services.start_views import StartViews
from d2a_desktop.sync.door import Door
from d2a_desktop.sync.engine import SyncEngine
from d2a_desktop.sync.live import Live
from d2a_desktop.sync.protocol import SharedGateway


class Desk:
    """One open desk: who sits at it and what can be done; closed with `close`."""

    def __init__(
        self,
        *,
        profile: Profile,
        context: Context,
        caller: Caller,
        gateway: SharedGateway,
        solver: SolverProcess,
    ) -> None:
        self.profile = profile
        self.caller = caller
        self.clock = context.clock
        self.settings = context.settings
        self.identity = named_identity(context.store)
        self.trial = context.store.desk.trial
        self.actions = Actions(context)
        self.drafts = Drafts(context)
        self.people = DeskPeople(profile, context, self.drafts)
        self.queries = Queries(context)
        self.access = Access(context)
        self.roster = Roster(context)
        self.directory = Directory(context)
        self.caseloads = Caseloads(context)
        self.imports = Imports(context)
        self.exports = Exports(context)
        self.page_states = PageStates(context)
        self.shared_views = SharedViews(context)
        self.start_views = StartViews(context, self.page_states, self.shared_views)
        self.last_looks = LastLooks(context)
        self.packs = Packs(context)
        self.sheets = Sheets(context)
        self.pack_codes = PackVerification(context)
        self.pack_batch = PackBatch(context, self.packs)
        self.printers = Printers(context)
        self.matches = Matches(context, solver)
        self.places = context.places
        self.schedules = Schedules(context, solver)
        self._door = _door(context, caller)
        engine = SyncEngine(
            context.store, gateway, context.clock, wait=gateway.rest, door=self._door
        )
        live = Live(engine, gateway, context.clock, seed=uuid.uuid4().int)
        self.exchange = Exchange(context, engine, live, self._door)
        self._store = context.store
        self._gateway = gateway
        self._solver = solver

    def close(self) -> None:
        """End the solver, close the connection and free the store."""
        if not self._store.read_only:
            with suppress(KnownError):  # a full disk must not keep a desk from closing
                self._door.look()
        self._solver.close()
        self._gateway.close()
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def open_desk(
    profile: Profile,
    *,
    login: str = "",
    passphrase: AskSecret | None = None,
    database_password: AskSecret | None = None,
    clock: Clock | None = None,
    read_only: bool = False,
) -> Desk:
    """Open the desk of a profile; the key comes from the keyring, else from the passphrase.

    Args:
        profile: the folder of the desk.
        login: who signs in; the person of the settings where nobody is named.
        passphrase: asked with words when the keyring does not hold the key.
        database_password: asked with the login when the keyring does not hold it.
        clock: another clock than the desk's own; for the demo and tests.
        read_only: look only; works while another program has the desk open.

    Raises:
        UnreachableError: no store, wrong passphrase, a newer store, another writer (exit 3).
    """
    settings = settings_in_force(profile.settings_file)
    if login and login != LOCAL_PERSON:
        settings = replace(settings, login=login)
    keys = KeyFile(profile.root)
    if not keys.exists():
        raise UnreachableError(
            "There is no desk in this profile.",
            what_to_do="Make one with: d2a desk init --org ODS --role ROLE",
            code="no_desk",
        )
    keyring = KeyringStore(keys.store_name())
    who = login or settings.login or LOCAL_PERSON
    store = LocalStore.open(
        profile.root,
        *unlock(keys, keyring, who, passphrase),
        clock=clock or desk_clock(trial=settings.trial),
        read_only=read_only,
    )
    try:
        desk = _assemble(profile, store, settings, who, database_password, clock)
        if not read_only:
            keys.name_person(who, desk.caller.name)
        return desk
    except BaseException:
        store.close()
        raise


def _assemble(
    profile: Profile,
    store: LocalStore,
    settings: Settings,
    login: str,
    database_password: AskSecret | None,
    clock: Clock | None,
) -> Desk:
    keyring = KeyringStore(KeyFile(profile.root).store_name())
    clock = clock or desk_clock(trial=store.desk.trial)
    places = Places(profile.root, this_year=clock.now().year)
    clear_unfinished(profile.unfinished_dir)
    context = Context(store, clock, settings, places, profile.unfinished_dir)
    return Desk(
        profile=profile,
        context=context,
        caller=_caller(store, settings, login),
        gateway=_gateway(settings, login, keyring, database_password),
        solver=SolverProcess(),
    )


def _door(context: Context, caller: Caller) -> Door:
    """Hang the door of this desk: by its lease and the person who signed in."""
    hours = context.settings.offline_lease_hours
    door = Door(context.store, context.clock, login=caller.login, most_hours=hours)
    if not context.store.read_only:
        door.look()
    context.store.shut_by(door.refusal)
    return door


def _caller(store: LocalStore, settings: Settings, login: str) -> Caller:
    """The role that the shared database gave counts; the chosen one only until it has spoken."""
    name, role = person_of(store, login)
    desk = store.desk
    return Caller(
        login=login,
        name=name or login,
        role=Role(role or settings.role),
        org_id=desk.org_id,
        org_ods=desk.org_ods,
        org_kind=desk.org_kind,
    )


def _gateway(
    settings: Settings, login: str, keyring: KeyringStore, ask: AskSecret | None
) -> SharedGateway:
    def password() -> str | None:
        found = os.environ.get("D2A_DB_PASSWORD") or keyring.password(login)
        if found or os.environ.get("PGPASSFILE"):
            return found
        return ask(login) if ask else None

    return shared_gateway(settings, password)
