"""Where a command takes its secrets from: the environment, or a prompt; never an argument."""

from __future__ import annotations

import getpass
import os
import sys

from d2a_desktop.core.errors import UnreachableError, UsageError

_SHORTEST = 12


def ask_passphrase(words: str = "Passphrase") -> str:
    """Return `D2A_PASSPHRASE`, else ask at the terminal.

    Raises:
        UnreachableError: there is neither (exit 3).
    """
    return _secret("D2A_PASSPHRASE", words, "no_passphrase")


def ask_new_passphrase(words: str = "New passphrase") -> str:
    """Return a new passphrase, typed twice where a person types it.

    Raises:
        UsageError: shorter than twelve characters, or the two differ.
    """
    passphrase = ask_passphrase(words)
    if len(passphrase) < _SHORTEST:
        raise UsageError(f"A passphrase has at least {_SHORTEST} characters.")
    if "D2A_PASSPHRASE" not in os.environ and ask_passphrase("Again") != passphrase:
        raise UsageError("The two passphrases differ.")
    return passphrase


def newcomer_passphrase(name: str) -> str:
    """Return `D2A_NEWCOMER_PASSPHRASE`, else let the newcomer type one twice.

    Raises:
        UsageError: shorter than twelve characters, or the two differ.
    """
    passphrase = _secret("D2A_NEWCOMER_PASSPHRASE", f"Passphrase of {name}", "no_passphrase")
    if len(passphrase) < _SHORTEST:
        raise UsageError(f"A passphrase has at least {_SHORTEST} characters.")
    if "D2A_NEWCOMER_PASSPHRASE" not in os.environ:
        again = _secret("D2A_NEWCOMER_PASSPHRASE", "Again", "no_passphrase")
        if again != passphrase:
            raise UsageError("The two passphrases differ.")
    return passphrase


def database_password(login: str) -> str:
    """Return `D2A_DB_PASSWORD`, else ask for the password of this login."""
    return _secret("D2A_DB_PASSWORD", f"Password of {login}", "no_password")


def admin_password() -> str | None:
    """Return `D2A_ADMIN_PASSWORD`; without it libpq's PGPASSFILE is used, then a prompt."""
    found = os.environ.get("D2A_ADMIN_PASSWORD")
    if found or os.environ.get("PGPASSFILE"):
        return found
    return _secret("D2A_ADMIN_PASSWORD", "Administrator's password", "no_password")


def _secret(variable: str, words: str, code: str) -> str:
    found = os.environ.get(variable)
    if found:
        return found
    if not sys.stdin.isatty():
        raise UnreachableError(
            f"{words} is needed and there is no terminal to ask at.",
            what_to_do=f"Set {variable}, or run it at a terminal.",
            code=code,
        )
    return getpass.getpass(f"{words}: ", stream=sys.stderr)
