"""Shells of desks: a keyring in memory, folders of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import keyring
import pytest

from tests.fakes.memory_keyring import MemoryKeyring
from tests.integration.cli.shell import Shell

OpenShell = Callable[[str], Shell]


@pytest.fixture(autouse=True)
def memory_keyring() -> Iterator[MemoryKeyring]:
    """Let this process have a keyring that keeps secrets until the test ends."""
    before = keyring.get_keyring()
    fake = MemoryKeyring()
    keyring.set_keyring(fake)
    yield fake
    keyring.set_keyring(before)


@pytest.fixture
def open_shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> OpenShell:
    """Give a shell for a folder that holds no desk yet."""
    return lambda name: Shell(tmp_path / name, capsys)


@pytest.fixture
def ward(open_shell: OpenShell) -> Shell:
    """A ward's desk without a shared database, its key in the keyring."""
    shell = open_shell("ward")
    shell.run("desk", "init", "--org", "RXX01", "--role", "ward_coordinator", "--name", "Pat")
    return shell
