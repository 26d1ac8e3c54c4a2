"""The import contracts of pyproject.toml: they hold, and they bite."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from tests.architecture.tree import PACKAGE, ROOT

_LINT = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"


def _lint(folder) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", _LINT],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": "", "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_every_import_goes_down_and_every_heavy_library_keeps_to_its_room():
    lint = _lint(ROOT)
    assert lint.returncode == 0, lint.stdout + lint.stderr


WRONG = {
    "core/planted.py": ("import d2a_desktop.domain", "Packages form layers"),
    "domain/planted.py": ("import sqlalchemy", "Rules, engines, packs and formats"),
    "services/planted.py": ("import PySide6", "Qt lives in ui"),
    "models/planted.py": ("import reportlab", "reportlab lives in packs"),
    "sync/planted.py": ("import psycopg", "psycopg lives in shared_db"),
    "shared_db/planted.py": ("import sqlcipher3", "alembic and sqlcipher3 live in local_db"),
    "local_db/planted.py": ("import cryptography", "keyring and cryptography live in security"),
    "packs/planted.py": ("import ortools", "OR-Tools lives in the engines"),
    "ui/planted.py": ("import d2a_desktop.models", "Screens and commands speak to services"),
    "interop/planted_one.py": ("import d2a_desktop.interop.planted_two", "No circles anywhere"),
    "interop/planted_two.py": ("import d2a_desktop.interop.planted_one", "No circles anywhere"),
    "utils/__init__.py": ("", "Packages form layers"),
}


@pytest.fixture(scope="module")
def broken(tmp_path_factory) -> str:
    """Return what import-linter says of a copy in which each contract is broken once."""
    copy = tmp_path_factory.mktemp("planted")
    shutil.copytree(
        PACKAGE,
        copy / "d2a_desktop",
        ignore=lambda folder, names: [
            each for each in names if each in {"__pycache__", "resources"}
        ],
    )
    shutil.copy(ROOT / "pyproject.toml", copy)
    for place, (line, _) in WRONG.items():
        file = copy / "d2a_desktop" / place
        file.parent.mkdir(exist_ok=True)
        file.write_text(line + "\n")
    lint = _lint(copy)
    assert lint.returncode == 1, lint.stdout + lint.stderr
    return lint.stdout


@pytest.mark.parametrize("contract", sorted({contract for _, contract in WRONG.values()}))
def test_a_planted_wrong_import_breaks_its_contract(broken, contract):
    told = [line for line in broken.splitlines() if line.startswith(contract)]
    assert any(line.endswith("BROKEN") for line in told), broken


def test_a_drawer_for_odds_and_ends_is_refused_by_name(broken):
    assert "utils" in broken
