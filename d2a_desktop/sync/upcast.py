"""Operations of earlier schema versions in the form that the server still takes (SYNC 3.13).

A server takes operations from its `min_client_ver` on. One that is younger is sent as it was made:
it may have arrived before, and the ledger knows it by its very words. An older one cannot be at
the server, whose desks of that version it turned away; it is brought up step by step.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Step = Callable[[dict[str, Any]], dict[str, Any]]

STEPS: Mapping[int, Step] = {}
"""By version, the pure function that makes an operation of the next version of one of this one.

A version without a function changed nothing that operations say. There is one version so far.
"""


def upcast(op: Mapping[str, Any], *, oldest: int, steps: Mapping[int, Step] = STEPS) -> Any:
    """Return an operation as the server takes it.

    Args:
        op: in the form of the wire, `sv` its version.
        oldest: the version from which on the server takes operations as they are.
        steps: the functions by version.
    """
    made = dict(op)
    while made["sv"] < oldest:
        version = made["sv"]
        if version in steps:
            made = steps[version](made)
        made["sv"] = version + 1
    return made
