"""Debian's PostgreSQL in place of the embedded one, for everything in this folder."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from d2a_desktop.shared_db import server
from tests.integration.debian import cluster, packages
from tests.integration.debian.certificates import NAME, Authority
from tests.integration.sync.desks import DeskUnderTest, make_desk
from tests.shared_databases import Person, System, make_template


@pytest.fixture(scope="session")
def debian() -> None:
    """Debian's PostgreSQL and PgBouncer are installed, or the test is skipped with the reason."""
    if reason := packages.why_not():
        pytest.skip(f"Debian lane: {reason}")
    if reason := packages.install():
        pytest.skip(f"Debian lane: {reason}")


@pytest.fixture(scope="session")
def authority(debian: None, tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """The authority that the desks of these tests trust."""
    return Authority(tmp_path_factory.mktemp("authority"), "trust")


@pytest.fixture(scope="session")
def pg_server(
    debian: None, authority: Authority, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[cluster.DebianServer]:
    """A cluster of Debian's PostgreSQL, made from `packaging/postgres`."""
    server = cluster.make(tmp_path_factory.mktemp("secrets"), authority)
    yield server
    cluster.remove(server)


@pytest.fixture(scope="session")
def _template(
    pg_server: cluster.DebianServer,
) -> tuple[str, str, dict[str, str], dict[str, Person]]:
    # The plugin's own would keep the database of the embedded server.
    return make_template(pg_server)


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> str:
    """Give 127.0.0.1 a name that is not loopback's, in this process, as DNS would."""
    real = socket.getaddrinfo

    def resolve(host: Any, *args: Any, **kwargs: Any) -> Any:
        return real("127.0.0.1" if host == NAME else host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return NAME


@pytest.fixture
def desk(shared: System, tmp_path: Path) -> Iterator[Callable[..., DeskUnderTest]]:
    """Make a desk for one of the people of the shared database; closed at the end."""
    made: list[DeskUnderTest] = []

    def make(who: str, name: str | None = None) -> DeskUnderTest:
        one = make_desk(shared, who, tmp_path / (name or who))
        made.append(one)
        return one

    yield make
    for one in made:
        one.store.close()


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[psycopg.Connection]:
    """The newest PostgreSQL that the product is tested on."""
    info = server.start(tmp_path / "newest", options=server.FAST_AND_FORGETFUL)
    with psycopg.connect(info.url, passfile=str(info.passfile), autocommit=True) as connection:
        yield connection
    server.remove(tmp_path / "newest")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where everything is there, nothing in this folder may be skipped without a word."""
    if os.environ.get("CI") == "true" and packages.why_not() is None:
        here = str(Path(__file__).parent)
        marked = [i.nodeid for i in items if str(i.path).startswith(here) and _skips(i)]
        assert not marked, marked


def _skips(item: pytest.Item) -> bool:
    return any(item.get_closest_marker(name) for name in ("skip", "skipif"))
