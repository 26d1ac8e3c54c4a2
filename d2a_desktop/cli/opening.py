"""Opens the desk a command is for, asking for its secrets where it must."""

from __future__ import annotations

import argparse

from d2a_desktop.bootstrap import Desk, open_desk
from d2a_desktop.cli.secrets import ask_passphrase, database_password
from d2a_desktop.core.paths import find_profile


def open_here(args: argparse.Namespace) -> Desk:
    """Open the desk of `--profile`; closed by `with`.

    Raises:
        UnreachableError: there is none, or it cannot be unlocked (exit 3).
    """
    return open_desk(
        find_profile(args.profile),
        passphrase=ask_passphrase,
        database_password=database_password,
    )
