"""Opens the desk a command is for, asking for its secrets where it must.

The store and all that belongs to it are imported here when a command needs them: the window and
`--help` must not wait for them.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from d2a_desktop.cli.secrets import ask_passphrase, database_password
from d2a_desktop.core.paths import find_profile

if TYPE_CHECKING:
    from d2a_desktop.bootstrap import Desk


def open_here(args: argparse.Namespace, *, read_only: bool = False) -> Desk:
    """Open the desk of `--profile`; closed by `with`.

    Args:
        args: what the command line said.
        read_only: look only; works while another program has the desk open.

    Raises:
        UnreachableError: there is none, or it cannot be unlocked (exit 3).
    """
    from d2a_desktop.bootstrap import open_desk

    return open_desk(
        find_profile(args.profile),
        passphrase=ask_passphrase,
        database_password=database_password,
        read_only=read_only,
    )
