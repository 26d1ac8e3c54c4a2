"""`python -m benchmarks`: measures everything, or one part, and prints the table."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import tempfile
import time
from pathlib import Path

from benchmarks.figures import Figure, say, table

PARTS = {
    "start": "start_up",
    "board": "ward_board",
    "timeline": "timeline",
    "window": "one_window",
    "import": "pas_import",
    "sync": "exchange",
    "load": "server_load",
    "pack": "packs",
    "solve": "solvers",
}
"""Parts by the name that `--only` takes; each module yields its figures from `figures(folder)`."""


def main() -> int:
    """Measure, print, and return 0."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", choices=list(PARTS), action="append", help="measure this part")
    parser.add_argument("--json", metavar="FILE", type=Path, help="write the figures here too")
    args = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    began = time.monotonic()
    figures: list[Figure] = []
    for name in args.only or PARTS:
        say(f"measuring: {name}")
        figures += _measure(PARTS[name])
    print(table(figures))
    spent = time.monotonic() - began
    print(f"\n{_machine()}; measured in {spent:.0f} s. How to read it: docs/benchmarks.md")
    if args.json:
        document = {
            "machine": _machine(),
            "seconds": round(spent),
            "figures": [figure.to_document() for figure in figures],
        }
        args.json.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    return 0


def _measure(module: str) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="d2a-bench-") as folder:
        return list(importlib.import_module(f"benchmarks.{module}").figures(Path(folder)))


def _machine() -> str:
    python = f"Python {platform.python_version()}"
    return f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, {python}"


if __name__ == "__main__":
    raise SystemExit(main())
