"""The program `d2a` as a person or a script uses it: in this process, or as one of its own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from d2a_desktop.cli.main import main
from d2a_desktop.core.clock import SystemClock
from d2a_desktop.core.paths import Profile

PASSPHRASE = "correct horse battery"
NOBODY = "postgresql://u_0123456789ab@127.0.0.1:{port}/d2a"
_SECONDS = 120


@dataclass(frozen=True)
class Said:
    """What one command printed, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on standard output, and nothing beside it."""
        return json.loads(self.out)

    @property
    def error(self) -> dict[str, Any]:
        """The refusal as the document tells it."""
        return self.document["error"]


class Shell:
    """Runs commands for one desk's folder; no output may ever hold a traceback."""

    _numbers = count(1)

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.opened: list[Profile] = []
        self._capsys = capsys

    def run(self, *words: str, data: object = None, expect: int = 0) -> Said:
        """Run a command with --json; exactly one document must come out."""
        said = self.text("--json", *words, data=data, expect=expect)
        assert isinstance(said.document, dict), said
        return said

    def text(self, *words: str, data: object = None, expect: int | None = 0) -> Said:
        """Run a command as it is given."""
        given = ["--profile", str(self.folder), *words]
        if data is not None:
            given += ["--data", str(self.written(data))]
        self._capsys.readouterr()
        code = main(given, open_desktop=self._open)
        out, err = self._capsys.readouterr()
        said = Said(code, out, err)
        assert "Traceback" not in out + err, said
        assert expect is None or code == expect, said
        return said

    def process(
        self, *words: str, environ: Mapping[str, str] | None = None, stdin: str = ""
    ) -> Said:
        """Run a command as a process of its own."""
        done = subprocess.run(
            [sys.executable, "-m", "d2a_desktop", "--profile", str(self.folder), *words],
            env=process_environment(environ or {}),
            input=stdin.encode(),
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
        said = Said(done.returncode, done.stdout.decode(), done.stderr.decode())
        assert "Traceback" not in said.out + said.err, said
        return said

    def written(self, document: object) -> Path:
        """Write a document to a file of its own and return its path."""
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        path = self.folder.parent / f"document{next(self._numbers)}.json"
        path.write_text(json.dumps(document), encoding="utf-8")
        return path

    def files(self) -> dict[str, bytes]:
        """Return the content of the desk's files that hold its work, its keys and settings."""
        kept = ("store.db", "keys.json", "settings.json")
        return {
            name: (self.folder / name).read_bytes()
            for name in kept
            if (self.folder / name).is_file()
        }

    def _open(self, profile: Profile) -> int:
        self.opened.append(profile)
        return 0


def closed_port() -> int:
    """Return a port of this computer at which nobody answers."""
    with closing(socket.socket()) as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def process_environment(more: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a process: no keyring, no desk of the person who runs it."""
    root = str(Path(__file__).resolve().parents[3])
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "SYSTEMROOT") if name in os.environ}
    return {
        **kept,
        "PYTHONPATH": root,
        "PYTHONIOENCODING": "utf-8",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        **more,
    }


def ago(**duration: float) -> str:
    """Return an instant before now as JSON has it."""
    return (SystemClock().now() - timedelta(**duration)).isoformat()


def ahead(**duration: float) -> str:
    """Return an instant after now as JSON has it."""
    return (SystemClock().now() + timedelta(**duration)).isoformat()


def inpatient(**changes: Any) -> dict[str, Any]:
    """Return a synthetic inpatient for `case new`."""
    return {
        "family_name": "Sampleton",
        "given_name": "Zoë",
        "birth_date": "1940-02-28",
        "gender": "female",
        "nhs_number": "999 001 2377",
        "site": "XDA01",
        "ward": "C5",
        "bed": "A1",
        "mrn": "T1",
        "admitted_at": ago(days=9),
        **changes,
    }
