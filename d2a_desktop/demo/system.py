"""A whole sharing system on one computer: an embedded PostgreSQL and a desk for each role."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from d2a_desktop.bootstrap import Desk, open_desk
from d2a_desktop.core.clock import Clock, SettableClock
from d2a_desktop.core.errors import UnreachableError
from d2a_desktop.core.paths import Profile
from d2a_desktop.demo.fates import (
    AGENCY_A,
    AGENCY_B,
    AGENCY_BY_PHONE,
    HOSPITAL_A,
    HOSPITAL_B,
    HUB,
)
from d2a_desktop.domain.permissions import Role
from d2a_desktop.services import shared_server
from d2a_desktop.services.desk_setup import DeskRequest, init_desk

SECRETS_FILE = "demo-only-passphrases.json"
PASSFILE = "demo-only.pgpass"


@dataclass(frozen=True)
class DeskPlan:
    """One desk: its name (a folder), organisation, who sits there, and if a window shows it."""

    name: str
    ods_code: str
    role: Role
    person: str
    shown: bool = True


WARD, WARD_B, CARE_HUB, ASSESSOR = "ward", "ward-b", "hub", "assessor"
AGENCY, MANAGER, AGENCY_TWO = "agency", "agency-manager", "agency-b"

DESKS = (
    DeskPlan(WARD, HOSPITAL_A, Role.WARD_COORDINATOR, "Dora Exampleward"),
    DeskPlan(CARE_HUB, HUB, Role.HUB_CASE_MANAGER, "Hugo Hubbard-Test"),
    DeskPlan(AGENCY, AGENCY_A, Role.AGENCY_SCHEDULER, "Sadie Schedule-Demo"),
    DeskPlan(ASSESSOR, HUB, Role.ASSESSOR, "Olive Therapist-Test"),
    DeskPlan(MANAGER, AGENCY_A, Role.AGENCY_MANAGER, "Reg Manager-Trial", shown=False),
    DeskPlan(AGENCY_TWO, AGENCY_B, Role.AGENCY_SCHEDULER, "Bea Roster-Sample"),
    DeskPlan(WARD_B, HOSPITAL_B, Role.WARD_COORDINATOR, "Wanda Wardley-Demo", shown=False),
)

ORGANISATIONS = (
    (HOSPITAL_A, "hospital", "Sampleton General Hospital (demo)", True),
    (HOSPITAL_B, "hospital", "Testbury Infirmary (demo)", True),
    (HUB, "community", "Sampleshire Care Transfer Hub (demo)", True),
    (AGENCY_A, "agency", "Harbour Live-in Care (demo)", True),
    (AGENCY_B, "agency", "Meadow Live-in Care (demo)", True),
    (AGENCY_BY_PHONE, "agency", "Lantern Live-in Care (demo)", False),
)


class Exchanged(Protocol):
    """What an exchange with the shared database did, as far as the story asks."""

    @property
    def purged(self) -> int:
        """Rows taken from this desk."""
        ...

    @property
    def rejected(self) -> tuple[Any, ...]:
        """What the shared database did not take; each has its `code`."""
        ...


@dataclass
class System:
    """The running system: open desks by name, the clock they share, where everything lies."""

    out: Path
    clock: SettableClock
    server_url: str
    passphrases: dict[str, str] = field(default_factory=dict)
    profiles: dict[str, Profile] = field(default_factory=dict)
    desks: dict[str, Desk] = field(default_factory=dict)
    logins: dict[str, str] = field(default_factory=dict)

    @property
    def packs_dir(self) -> Path:
        """Where the packs of everybody but the one person followed are put."""
        folder = self.out / "packs"
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    def __getitem__(self, name: str) -> Desk:
        """Return the open desk of this name."""
        return self.desks[name]

    def sync(self, *names: str) -> dict[str, Exchanged]:
        """Exchange these desks with the shared database, one after the other."""
        return {name: self.desks[name].exchange.run(self.desks[name].caller) for name in names}

    def close_desks(self) -> None:
        """Close every desk; their windows can open them now."""
        while self.desks:
            self.desks.popitem()[1].close()

    def shown(self) -> dict[Path, str]:
        """Return the folders of the desks that get a window, with their passphrases."""
        return {
            self.profiles[plan.name].root: self.passphrases[plan.name]
            for plan in DESKS
            if plan.shown
        }


@contextmanager
def demo_environment(**values: str) -> Iterator[None]:
    """Set variables of this process for a while; the ones of real desks do not reach the demo."""
    kept = dict(os.environ)
    for name in ("D2A_DB_PASSWORD", "D2A_PASSPHRASE", "D2A_NOW", "D2A_PROFILE", "PGPASSFILE"):
        os.environ.pop(name, None)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(kept)


@contextmanager
def running_system(
    out: Path, clock: SettableClock, *, tell: Callable[[str], None] = lambda _: None
) -> Iterator[System]:
    """Start the server in `out`, prepare it, make and open every desk; closed and removed after.

    Passphrases and passwords are for synthetic data only: they lie beside it, readable by this
    person alone, so that the demo's desks can be opened again. Nothing goes into the person's
    own keyring.

    Raises:
        UnreachableError: the embedded PostgreSQL is not installed or does not start, or `out`
            cannot be written (exit 3).
    """
    server_dir, passfile = out / "server", out / PASSFILE
    _prepare_folder(out)
    environment = {
        "PGPASSFILE": str(passfile),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }
    with demo_environment(**environment), ExitStack() as ends:
        ends.callback(shared_server.remove, server_dir)
        info = shared_server.start(server_dir)
        _remember(passfile, info.passfile.read_text(encoding="utf-8").splitlines())
        tell("The shared database runs on this computer's loopback address.")
        system = System(out, clock, info.url)
        ends.callback(system.close_desks)
        _prepare(system, passfile)
        for plan in DESKS:
            _make_desk(system, plan, clock)
            tell(f"Desk {plan.name}: {plan.person}, {plan.role.label.lower()}.")
        write_private(out / SECRETS_FILE, json.dumps(system.passphrases, indent=1) + "\n")
        yield system


def _prepare_folder(out: Path) -> None:
    """Make the folder; what an earlier demo left in it is cleared, nothing else is touched."""
    try:
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
        if (out / PASSFILE).exists():
            shared_server.remove(out / "server")
            for folder in ("desks", "packs", "server"):
                shutil.rmtree(out / folder, ignore_errors=True)
        elif (out / "desks").exists():
            raise UnreachableError(
                "That folder has desks in it that no demo made.",
                what_to_do="Choose another folder with --out.",
                code="not_a_demo",
            )
        write_private(out / PASSFILE, "")
    except OSError as error:
        raise UnreachableError(
            f"The folder for the demo cannot be written ({error.strerror}).",
            what_to_do="Choose another folder with --out.",
            code="unwritable",
        ) from error


def _prepare(system: System, passfile: Path) -> None:
    url = system.server_url
    shared_server.init(url, _from_passfile)
    for ods_code, kind, name, has_desk in ORGANISATIONS:
        organisation = shared_server.NewOrganisation(
            ods_code=ods_code,
            kind=kind,
            name=name,
            has_desk=has_desk,
            share_profiles=ods_code == AGENCY_A,
            phone="01632 960100",
            on_call_phone="01632 960190" if kind == "agency" else "",
        )
        shared_server.add_org(url, _from_passfile, organisation)
    lines = []
    for plan in DESKS:
        login, password = shared_server.add_user(
            url, _from_passfile, ods_code=plan.ods_code, role=plan.role, name=plan.person
        )
        system.logins[plan.name] = login
        lines.append(f"127.0.0.1:*:*:{login}:{password}")
    _remember(passfile, lines)


def _from_passfile() -> str | None:
    """Give no password: libpq reads it from the file that PGPASSFILE names."""
    return None


def _make_desk(system: System, plan: DeskPlan, clock: Clock) -> None:
    profile = Profile(system.out / "desks" / plan.name)
    passphrase = secrets.token_urlsafe(18)
    system.profiles[plan.name] = profile
    system.passphrases[plan.name] = passphrase
    init_desk(
        profile,
        DeskRequest(
            ods_code=plan.ods_code,
            role=plan.role,
            server_url=system.server_url,
            login=system.logins[plan.name],
            name=plan.person,
            trial=True,
        ),
        database_password=None,
        new_passphrase=lambda: passphrase,
        clock=clock,
    )
    system.desks[plan.name] = open_desk(profile, passphrase=lambda _: passphrase, clock=clock)


def _remember(passfile: Path, lines: list[str]) -> None:
    known = passfile.read_text(encoding="utf-8")
    # The port may be another after the next start; the database is on loopback alone.
    write_private(passfile, known + "".join(f"{line}\n" for line in lines))


def write_private(path: Path, text: str) -> None:
    """Write a file that only this person can read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
