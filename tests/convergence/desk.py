"""A desk of the convergence tests: a real store, the real engine, the services, a faulty line."""

from __future__ import annotations

import json
import shutil
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from d2a_desktop.core.clock import SettableClock, SystemClock
from d2a_desktop.core.errors import KnownError
from d2a_desktop.core.settings import Settings
from d2a_desktop.domain.fields import RECORDS
from d2a_desktop.domain.permissions import RESTRICTED_ROLES, Caller, Role
from d2a_desktop.local_db import replica
from d2a_desktop.local_db.desk_identity import DeskIdentity
from d2a_desktop.local_db.unit_of_work import LocalStore
from d2a_desktop.models.record_classes import RECORD_CLASSES
from d2a_desktop.models.wire import python_value
from d2a_desktop.services.actions import Actions
from d2a_desktop.services.context import Context
from d2a_desktop.services.results import ActionResult
from d2a_desktop.services.roster import Roster
from d2a_desktop.shared_db.wire import OpResult, PullPage
from d2a_desktop.sync import conflicts
from d2a_desktop.sync.engine import SyncEngine
from d2a_desktop.sync.protocol import SyncReport, SyncSettings
from tests.convergence.ground import Ground, SharingSystem
from tests.convergence.line import FailingStore, FaultyLine, PowerCutError
from tests.integration.shared_db.wire_client import filled
from tests.local_stores import KEY

_HELLO_EACH = 6
"""One exchange of so many is a full one even where a light one would do."""

_LOCAL_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"


def make_template(folder: Path) -> Path:
    """Make one migrated, empty store; every desk begins as a copy of it."""
    clock = SettableClock(SystemClock().now())
    empty = DeskIdentity(desk_id=str(uuid.uuid4()), org_id="", org_ods="", org_kind="hospital")
    store = LocalStore.create(folder, KEY, clock=clock, desk=empty)
    with store.apply() as session:
        # The first check by digest is put off: 44 questions each would cost more than the rest.
        # Checking is an action of its own here.
        replica.put_state(session, "checked_at", clock.now().isoformat())
    path = store.path
    store.close()
    return path


_dialect: Any = None
_plans: Any = None


def _sharing_plans(store: LocalStore) -> LocalStore:
    """Let all stores of this process compile their statements once, as one desk does in a day."""
    global _dialect, _plans
    for engine in (store._reader, store._writer):
        assert engine is not None
        if _plans is None:
            _dialect, _plans = engine.dialect, engine._compiled_cache
        engine.dialect, engine._compiled_cache = _dialect, _plans
    return store


class ConvergingDesk:
    """One desk; `users` are those who may sign in, the first of them has."""

    def __init__(
        self,
        ground: Ground,
        system: SharingSystem,
        name: str,
        users: Sequence[str],
        folder: Path,
        template: Path,
    ) -> None:
        self.ground = ground
        self.system = system
        self.name = name
        self.users = tuple(users)
        self.folder = folder
        self.clock = SettableClock(SystemClock().now())
        self.member = system.members[users[0]]
        folder.mkdir(parents=True)
        shutil.copyfile(template, folder / template.name)
        self.lines: dict[str, FaultyLine] = {}
        self.reports: list[SyncReport] = []
        self.failures: list[KnownError] = []
        self.refused_here = 0
        # What the oracle needs to know of the way.
        self.ops: dict[str, dict[str, Any]] = {}
        self.sent: dict[str, Mapping[str, Any]] = {}
        self.answers: dict[str, OpResult] = {}
        self.purged: set[str] = set()
        self.hid_restricted = False
        self.seen_text: list[str] = []
        self.on_sync: Callable[[float], None] = lambda seconds: None
        self.touched = False
        self._noted = 0
        self._turns = 0
        self.open()
        self._become(system)

    # --- life ------------------------------------------------------------------------------

    def open(self) -> None:
        """Open the store and make the engine anew, as starting the program does."""
        self.store = _sharing_plans(LocalStore.open(self.folder, KEY, clock=self.clock))
        self.failing = FailingStore(self.store)
        context = Context(self.store, self.clock, Settings())
        self.actions = Actions(context)
        self.roster = Roster(context)
        self.sign_in(self.member.who)

    def _become(self, system: SharingSystem) -> None:
        own = self.member
        self.store.save_desk(
            DeskIdentity(
                desk_id=str(uuid.uuid4()),
                org_id=own.org_id,
                org_ods=own.ods,
                org_kind=own.kind,
                system_id=system.system_id,
            )
        )

    def restart(self) -> None:
        """Close the program and start it again."""
        self.store.close()
        self.open()

    def close(self) -> None:
        self.store.close()

    def sign_in(self, who: str) -> None:
        """Let another person of the organisation use this desk."""
        member = self.system.members[who]
        self.member = member
        self.hid_restricted = self.hid_restricted or Role(member.role) not in RESTRICTED_ROLES
        self.caller = Caller(
            login=member.login,
            name=f"Test {who}",
            role=Role(member.role),
            org_id=member.org_id,
            org_ods=member.ods,
            org_kind=member.kind,
        )
        if who not in self.lines:
            self.lines[who] = FaultyLine(
                self.ground.gateway(who),
                self.ground.root,
                on_page=self._note_page,
                on_push=self._note_push,
            )
        self.line = self.lines[who]
        self.engine = SyncEngine(
            self.failing,
            self.line,
            self.clock,
            SyncSettings(batch=10, page=25, attempts=2),
            wait=lambda seconds: None,
        )

    # --- work ------------------------------------------------------------------------------

    def do(self, case: str | None, action: str, /, **document: Any) -> ActionResult | None:
        """Take an action; None when the desk's own rules refuse it."""
        try:
            return self.actions.do_document(self.caller, case, action, document)
        except (KnownError, ValueError):  # a code that nobody knows is no work of this test
            self.refused_here += 1
            return None
        finally:
            self.note_ops()

    def keep(self, record: str, /, **document: Any) -> ActionResult | None:
        """Keep a row of the roster; None when the desk's own rules refuse it."""
        try:
            return self.roster.save(self.caller, record, document)
        except KnownError:
            self.refused_here += 1
            return None
        finally:
            self.note_ops()

    def write(self, *changes: tuple[str, str, str | None, Mapping[str, Any]]) -> None:
        """Insert (entity, id, scope, values) or change (entity, id, None, values), as one group."""
        with self.store.write(self.caller, action="case:changed") as unit:
            for entity, row_id, scope, given in changes:
                values = dict(given) if scope is None else filled(entity, given)
                python = {name: python_value(entity, name, v) for name, v in values.items()}
                if scope is not None:
                    unit.add(RECORD_CLASSES[entity](id=row_id, scope_id=scope, **python))
                    continue
                row = unit.session.get(RECORD_CLASSES[entity], row_id)
                assert row is not None
                for name, value in python.items():
                    setattr(row, name, value)
        self.note_ops()

    def sync(self) -> SyncReport | None:
        """Exchange once; None when the server was not reached or the power went."""
        self.touched = True
        self._turns += 1
        began = time.perf_counter()
        try:
            # As the program does between its half minutes: hello only where it is needed.
            report = self.engine.run(self.caller.login, light=self._turns % _HELLO_EACH != 0)
        except KnownError as failure:
            self.failures.append(failure)
            return None
        except PowerCutError:
            self.restart()
            return None
        finally:
            self.on_sync(time.perf_counter() - began)
        self.reports.append(report)
        return report

    def check(self) -> SyncReport | None:
        """Compare this computer with the server, as "Check this computer" does."""
        self.touched = True
        try:
            report = self.engine.check()
        except KnownError as failure:
            self.failures.append(failure)
            return None
        except PowerCutError:
            self.restart()
            return None
        self.reports.append(report)
        return report

    def settle_conflict(self, op: str, choice: str, values: Mapping[str, Any] | None) -> None:
        """Let a person choose."""
        self.touched = True
        try:
            conflicts.resolve(
                self.store,
                self.caller,
                op,
                choice=choice,
                now=self.clock.now(),
                values=values,
            )
        except KnownError:
            self.refused_here += 1
        finally:
            self.note_ops()

    def ago(self, **duration: float) -> str:
        return (self.clock.now() - timedelta(**duration)).isoformat()

    def ahead(self, **duration: float) -> str:
        return (self.clock.now() + timedelta(**duration)).isoformat()

    # --- looking, past the engine ------------------------------------------------------------

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Ask the store's tables directly."""
        with closing(self.store._reader.raw_connection()) as raw:
            return [tuple(row) for row in raw.cursor().execute(statement, values).fetchall()]

    def has_news(self) -> bool:
        """Whether the server has a pointer for this organisation after the desk's cursor."""
        with self.store.read(even_locked=True) as session:
            cursor = replica.get_cursor(session)
        row = self.ground.root.execute(
            "SELECT EXISTS (SELECT FROM sync.feed WHERE org_id = %s"
            " AND (xid, seq) > (%s::text::xid8, %s))",
            (self.member.org_id, str(cursor[0]), cursor[1]),
        ).fetchone()
        return row is None or bool(row[0])

    def has_work(self) -> bool:
        """Whether an exchange would bring or take something."""
        waiting = self.sql("SELECT count(*) FROM outbox_op WHERE state IN ('pending', 'blocked')")
        return bool(waiting[0][0]) or self.has_news()

    def ids(self, entity: str, where: str = "1", *values: Any) -> list[str]:
        return [
            r[0] for r in self.sql(f"SELECT id FROM {entity} WHERE {where} ORDER BY id", *values)
        ]

    def rows(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Every row as wire values."""
        found = {}
        with self.store.read(even_locked=True) as session:
            for entity in RECORDS:
                raw = session.connection().exec_driver_sql(f"SELECT id FROM {entity}").all()
                if not raw:
                    continue
                for row_id, values in replica.rows_wire(
                    session, entity, [r[0] for r in raw]
                ).items():
                    found[entity, row_id] = values
        return found

    def stored(self, entity: str, row_id: str) -> dict[str, Any] | None:
        """Return one row as wire values."""
        with self.store.read(even_locked=True) as session:
            return replica.rows_wire(session, entity, [row_id]).get(row_id)

    def outbox(self) -> list[dict[str, Any]]:
        """Every operation in the outbox, raw."""
        names = (
            "op, grp, login, entity, row_id, scope_id, kind, set_values, base_values, base_ver,"
            " hlc, schema_version, state"
        )
        keys = names.replace(" ", "").split(",")
        found = []
        for row in self.sql(f"SELECT {names} FROM outbox_op ORDER BY seq"):
            values = dict(zip(keys, row, strict=True))
            for name in ("set_values", "base_values"):
                values[name] = json.loads(values[name]) if values[name] is not None else None
            found.append(values)
        return found

    def open_conflicts(self) -> list[tuple[str, str, str]]:
        """Operation, login and word of what needs a person."""
        rows = self.sql(
            "SELECT op, login, code FROM conflict WHERE resolved_at IS NULL ORDER BY at, op"
        )
        return [(r[0], r[1], r[2]) for r in rows]

    def everything(self) -> str:
        """The whole content of the store as text, the index of words included."""
        parts = []
        for (table,) in self.sql(_LOCAL_TABLES):
            parts.append(str(self.sql(f'SELECT * FROM "{table}"')))
        return "\n".join(parts)

    def now(self) -> datetime:
        return self.clock.now()

    # --- what the oracle is told ---------------------------------------------------------------

    def note_ops(self) -> None:
        """Remember the operations that were made since."""
        names = ("op", "grp", "entity", "row_id", "scope_id", "kind", "login")
        for row in self.sql(
            f"SELECT seq, {', '.join(names)} FROM outbox_op WHERE seq > ? ORDER BY seq", self._noted
        ):
            self._noted = row[0]
            self.ops[row[1]] = dict(zip(names, row[1:], strict=True))

    def _note_page(self, page: PullPage) -> None:
        self.purged |= set(page.scopes)
        for ids in page.gone.values():
            self.purged |= set(ids)
        if page.rows:
            self.seen_text.append(json.dumps(page.rows))

    def _note_push(self, batch: list[Mapping[str, Any]], answers: list[OpResult]) -> None:
        for op, answer in zip(batch, answers, strict=True):
            self.sent[op["op"]] = op
            if answer.status != "blocked":
                self.answers.setdefault(op["op"], answer)
