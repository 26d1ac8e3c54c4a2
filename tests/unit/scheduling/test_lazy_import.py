"""The window's process never loads the solvers: only their own process does."""

from __future__ import annotations

import subprocess
import sys

_ASK = """
import sys
import d2a_desktop.bootstrap, d2a_desktop.services.schedules, d2a_desktop.services.solver_process
print([name for name in ("pyvrp", "ortools", "numpy", "holidays") if name in sys.modules])
"""


def test_neither_pyvrp_nor_ortools_is_loaded_with_the_desk():
    done = subprocess.run([sys.executable, "-c", _ASK], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
