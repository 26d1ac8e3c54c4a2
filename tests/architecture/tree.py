"""The project's own files, as the house rules read them."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "d2a_desktop"

_TEXT = {
    ".py", ".md", ".toml", ".txt", ".sh", ".sql", ".json", ".csv", ".yaml", ".yml", ".cfg", ".ini",
    ".svg", ".qss", ".mako",
}  # fmt: skip
_FOLDERS = (
    "d2a_desktop", "tests", "tools", "benchmarks", "docs", "resources", "requirements",
    "packaging", ".ci",
)  # fmt: skip


def modules(*folders: str) -> list[Path]:
    """Return the Python files below `folders` of the project."""
    found = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return sorted(path for path in found if "__pycache__" not in path.parts)


def texts() -> list[Path]:
    """Return every text file of the project that a person wrote or a tool of ours made."""
    found = [path for path in ROOT.iterdir() if path.is_file() and _is_text(path)]
    for folder in _FOLDERS:
        found += [path for path in (ROOT / folder).rglob("*") if path.is_file() and _is_text(path)]
    return sorted(found)


def _is_text(path: Path) -> bool:
    if "__pycache__" in path.parts:
        return False
    return path.suffix in _TEXT or path.name in {"Makefile", "LICENSE", ".gitignore", "run"}


@cache
def parsed(path: Path) -> ast.Module:
    """Return the syntax tree of a module."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def calls(path: Path) -> list[tuple[str, int]]:
    """Return each call in a module as its dotted name and line: `datetime.now`, 12."""
    return [
        (dotted(node.func), node.lineno)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call)
    ]


def dotted(node: ast.expr) -> str:
    """Return `a.b.c` of a name or attribute; what is no name reads `?`."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return "?"


def place(path: Path, line: int | None = None) -> str:
    """Return how a failing rule names its place."""
    shown = path.relative_to(ROOT).as_posix()
    return shown if line is None else f"{shown}:{line}"
