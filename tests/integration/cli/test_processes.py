"""A few commands as processes of their own: real exit codes, real streams, nothing heavy early."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from d2a_desktop.core import settings as settings_file
from tests.integration.cli.conftest import OpenShell
from tests.integration.cli.shell import NOBODY, PASSPHRASE, closed_port, process_environment

SAMPLE = Path(__file__).resolve().parents[3] / "resources/samples/pas_extract.csv"
OPEN = {"D2A_PASSPHRASE": PASSPHRASE}
HEAVY = ("sqlalchemy", "psycopg", "PySide6", "reportlab", "ortools", "keyring", "cryptography")


def test_a_desk_is_made_filled_and_read_by_processes(open_shell: OpenShell) -> None:
    shell = open_shell("desk")
    made = shell.process(
        "desk", "init", "--org", "RXX01", "--role", "ward_coordinator", "--json", environ=OPEN
    )
    assert (made.code, made.document["key"], made.err) == (0, "passphrase", "")
    taken = shell.process("import", str(SAMPLE), "--json", environ=OPEN)
    assert (taken.code, taken.document["accepted"]) == (0, 30)
    # A terminal that knows no UTF-8 gets UTF-8 all the same: what is piped stays readable.
    plain = {**OPEN, "LC_ALL": "C", "PYTHONIOENCODING": "ascii"}
    board = shell.process("board", environ=plain)
    assert board.code == 0
    assert "EXEMPLER, Siân (Ms)" in board.out
    wrong = shell.process("board", "--json", environ={"D2A_PASSPHRASE": "wrong horse battery"})
    assert (wrong.code, wrong.error["code"]) == (3, "wrong_passphrase")
    nobody = shell.process("board")
    assert (nobody.code, nobody.out) == (3, "")
    assert "D2A_PASSPHRASE" in nobody.err
    document = '{"text": "Zoë said yes"}'
    case = "999 001 2377"
    noted = shell.process("case", "do", case, "note", "--data", "-", environ=OPEN, stdin=document)
    assert noted.code == 0, noted
    assert shell.process("frobnicate", environ=OPEN).code == 2


def test_a_reader_that_goes_away_is_no_fault(open_shell: OpenShell) -> None:
    shell = open_shell("nobody")
    command = [sys.executable, "-m", "d2a_desktop", "--profile", str(shell.folder), "doctor"]
    with subprocess.Popen(
        command,
        env=process_environment({}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdout.close()
        assert b"Traceback" not in child.stderr.read()
    assert child.returncode in (0, 1)


@pytest.fixture
def hears_ctrl_c() -> Iterator[None]:
    """Let what is started hear Ctrl+C, also where the tests are a job in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("hears_ctrl_c")
@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl+C is another thing there")
def test_a_watch_outlives_a_server_that_is_away_and_ends_with_ctrl_c(open_shell: OpenShell) -> None:
    shell = open_shell("desk")
    shell.process("desk", "init", "--org", "RXX01", "--role", "ward_coordinator", environ=OPEN)
    file = shell.folder / "settings.json"
    url = NOBODY.format(port=closed_port())
    settings_file.save(file, replace(settings_file.load(file), server_url=url, login="local"))
    with subprocess.Popen(
        [sys.executable, "-m", "d2a_desktop", "--profile", str(shell.folder), "sync", "--watch"],
        env=process_environment({**OPEN, "D2A_DB_PASSWORD": "none"}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as child:
        assert child.stderr is not None
        first = child.stderr.readline()
        assert "server" in first.lower()
        child.send_signal(signal.SIGINT)
        try:
            said = child.communicate(timeout=60)[1]
        finally:
            child.kill()  # one that does not end must not hold the tests
    assert (child.returncode, said) == (130, "")


@pytest.mark.parametrize("module", ["d2a_desktop.__main__", "d2a_desktop.cli.main"])
def test_nothing_heavy_is_loaded_before_a_command_needs_it(module: str) -> None:
    # The window paints only after this import; `d2a --help` is nothing but this import.
    ask = (
        f"import sys, json, {module};"
        f"print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", ask],
        env=process_environment({}),
        capture_output=True,
        check=True,
        timeout=120,
    )
    assert json.loads(done.stdout) == []
