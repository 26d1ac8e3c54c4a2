"""What can go wrong with the shared database, in words; no driver text ever leaves this room."""

from __future__ import annotations

import re

import psycopg

from d2a_desktop.core.errors import BugError, KnownError, RefusedError, UnreachableError
from d2a_desktop.shared_db.attended import SilenceError, StoppedWaitError


class ClientTooOldError(RefusedError):
    """The shared database asks for a newer program (DC001); unsent work is kept."""


class SessionLostError(RefusedError):
    """The shared database does not know this desk's last session (DC002).

    It was restored to an older point, or this desk's store was copied to a second computer.
    """


class NewEpochNeededError(UnreachableError):
    """The database was restored into a new cluster, and nobody has told it so (DC003)."""


class NoMembershipError(RefusedError):
    """The signed-in login is no active member of any organisation."""


class AuthenticationError(UnreachableError):
    """The login or its password was refused; never tried again without a person."""


class LoginClosedError(AuthenticationError):
    """The password was right and the login is closed: an administrator deactivated the person."""


class UnreadableError(RefusedError):
    """The server cannot even read what was sent (such as a text with a NUL character)."""


class TryAgainError(UnreachableError):
    """A passing failure (lost connection, deadlock): sending the same again is safe."""


class ConnectionLostError(TryAgainError):
    """The connection is gone; what comes next begins with hello."""


class SilentServerError(TryAgainError):
    """The connection was given up because nothing came over it for too long."""


class StoppedError(UnreachableError):
    """A call was ended because its answer is not wanted any more; never told to a person."""


_NO_MEMBER = "no membership"
"""What our functions say to who is no active member; a right that was not granted says else."""

_OURS = (psycopg.DataError, psycopg.ProgrammingError, psycopg.NotSupportedError)
_LOST = {"57P01", "57P02", "57P03", "25P03", "25P04"}
_ANOTHER_WAY = re.compile(
    r'authentication method requirement "(scram-sha-256|gss|sspi)" failed:'
    r" server requested (gssapi|sspi|sasl) authentication"
)
_AGAIN = {"40001", "40P01", "55P03", "57014", "53300"}


def connecting_failed(failure: psycopg.Error | OSError, *, remote: bool) -> UnreachableError:
    """Turn a failure to connect into words; `remote` is True for a server that is not loopback."""
    if isinstance(failure, StoppedWaitError):
        return _stopped()
    text = str(failure).lower()
    if "too many connections" in text or "connection limit" in text:
        return TryAgainError(
            "The shared database has no connection free for this login.",
            what_to_do="Close the program on other computers, or wait a minute.",
            code="too_many_connections",
        )
    if known := _other_sign_in(text):
        return known
    if "authentication method requirement" in text:
        return UnreachableError(
            "The server asks for a sign-in that could give the password away, or for none; "
            "nothing was sent.",
            what_to_do="Ask its administrator to set scram-sha-256 for this login in pg_hba.conf.",
            code="unsafe_sign_in",
        )
    if remote and (known := _not_safe(text)) is not None:
        return known
    if "pg_hba.conf" in text:
        return UnreachableError(
            "The server admits nobody with this login from this computer's network.",
            what_to_do="Ask its administrator to add the login and the network to pg_hba.conf.",
            code="not_admitted",
        )
    if "not permitted to log in" in text:  # said after the password was found to be right
        return LoginClosedError(
            "This login was closed at the shared database.",
            what_to_do="Ask the administrator whether it is still active.",
            code="login_closed",
        )
    if any(w in text for w in ("authentication", "password", 'role "')):
        return AuthenticationError(
            "The shared database refused this login.",
            what_to_do="Check the login and its password with the administrator.",
            code="login_refused",
        )
    if 'database "' in text and "does not exist" in text:
        return UnreachableError(
            "There is no such database on that server.",
            what_to_do="Check the URL with the administrator.",
            code="no_database",
        )
    return TryAgainError(
        "The shared database does not answer.",
        what_to_do="Work goes on and is sent later. Check the network or the server's address.",
        code="server_unreachable",
    )


def _other_sign_in(text: str) -> UnreachableError | None:
    """Return what keeps single sign-on from working; a ticket is for one server's name alone."""
    if _ANOTHER_WAY.search(text):
        return UnreachableError(
            "The server asks for another sign-in than the one this desk is set to; "
            "nothing was sent.",
            what_to_do="Ask the administrator whether this login signs in by password or by "
            "single sign-on: require_auth in the desk's URL must say the same.",
            code="other_sign_in",
        )
    if "authentication not supported" in text:
        return UnreachableError(
            "This program cannot use this way of single sign-on on this kind of computer.",
            what_to_do="Ask the administrator for a login with a password (SCRAM).",
            code="no_sign_on",
        )
    if any(w in text for w in ("gssapi", "gss_init", "sspi")) and "failed for user" not in text:
        return UnreachableError(
            "This computer has no valid ticket for the shared database.",
            what_to_do="Sign in to this computer again, then sync. If that does not help, the "
            "administrator checks the server's name and its keytab. Work goes on meanwhile.",
            code="no_ticket",
        )
    return None


def _not_safe(text: str) -> UnreachableError | None:
    """Return what a server elsewhere lacks to be trusted; a password is sent in none of these."""
    if "channel binding" in text:
        return UnreachableError(
            "The sign-in could not be tied to this encrypted connection, so it was broken off: "
            "something may sit between this computer and the server.",
            what_to_do="Tell the administrator before you sign in again; "
            "docs/operations.md says when a PgBouncer is the reason.",
            code="no_channel_binding",
        )
    if "digest for nid" in text or "signature algorithm" in text:
        return UnreachableError(
            "The server's certificate has a signature that a sign-in cannot be tied to.",
            what_to_do="Ask its administrator for one that is signed with RSA or ECDSA.",
            code="certificate_kind",
        )
    if "does not support ssl" in text or "no encryption" in text:
        return UnreachableError(
            "The server does not offer an encrypted connection, so nothing was sent.",
            what_to_do="Ask its administrator to switch on TLS with a certificate.",
            code="no_tls",
        )
    if "protocol version" in text or "unsupported protocol" in text:
        return UnreachableError(
            "The server offers only an old version of TLS, so nothing was sent.",
            what_to_do="Ask its administrator to allow TLS 1.3.",
            code="old_tls",
        )
    if any(w in text for w in ("certificate", "root.crt", "host name", "ssl error")):
        return UnreachableError(
            "The server could not prove who it is, so nothing was sent.",
            what_to_do="Check the server's name, and give its authority's certificate "
            "with sslrootcert in the URL.",
            code="certificate",
        )
    return None


def _stopped() -> StoppedError:
    return StoppedError("The exchange was stopped.", code="stopped")


def connection_lost() -> ConnectionLostError:
    """Return the words for a connection that has ended."""
    return ConnectionLostError(
        "The connection to the shared database was lost.",
        what_to_do="Work goes on and is sent later.",
        code="connection_lost",
    )


def statement_failed(failure: psycopg.Error) -> KnownError | BugError:
    """Turn a failure of one of our calls into words, by its kind or SQLSTATE alone."""
    if isinstance(failure, StoppedWaitError):
        return _stopped()
    if isinstance(failure, SilenceError):
        return SilentServerError(
            "The shared database has stopped answering.",
            what_to_do="Work goes on and is sent later. Check the network.",
            code="silent",
        )
    state = failure.sqlstate or ""
    if not state and isinstance(failure, _OURS):
        return BugError(f"the call itself was wrong: {type(failure).__name__}")
    if not state or state in _LOST or state[:2] == "08":
        return connection_lost()
    if state in _AGAIN:
        return TryAgainError(
            "The shared database was busy with the same records.",
            what_to_do="Work goes on and is sent later.",
            code="busy",
        )
    if state == "42501" and failure.diag.message_primary != _NO_MEMBER:
        return NoMembershipError(
            "This login has not the rights it needs at the shared database.",
            what_to_do="Tell the administrator: `d2a server check` names what is missing.",
            code="no_rights",
        )
    return _answered(state)


def _answered(state: str) -> KnownError | BugError:
    """Return the words for a refusal of the server itself."""
    if state == "DC001":
        return ClientTooOldError(
            "This program is older than the shared database allows.",
            what_to_do="Update it. Your unsent work is kept and goes out after the update.",
            code="client_too_old",
        )
    if state == "DC002":
        return SessionLostError(
            "The shared database does not know this desk's last session.",
            what_to_do="It may have been restored from a backup; this desk checks itself again.",
            code="session_lost",
        )
    if state == "DC003":
        return NewEpochNeededError(
            "The shared database was restored into a new server and is not ready yet.",
            what_to_do="Work goes on and is kept here. Tell the administrator: "
            "`d2a server new-epoch` makes it ready.",
            code="new_epoch_needed",
        )
    if state == "42501":
        return NoMembershipError(
            "This login may not use the shared database.",
            what_to_do="Ask the administrator whether it is still active.",
            code="no_membership",
        )
    if state in {"3F000", "42P01", "42883"}:
        return UnreachableError(
            "The database on that server is not prepared for this program.",
            what_to_do="An administrator prepares it with `d2a server init`.",
            code="not_prepared",
        )
    if state in {"53100", "53200"}:
        return TryAgainError(
            "The server is out of disk space or memory.",
            what_to_do="Tell its administrator. Work goes on and is sent later.",
            code="server_full",
        )
    # 22023 is our own word for a call that no program of ours makes.
    if state[:2] in {"22", "54"} and state != "22023":
        return UnreadableError(
            "The shared database cannot read a value that was sent.",
            what_to_do="The change that holds it is shown to its author; all others are sent.",
            code="invalid",
        )
    return BugError(f"the shared database answered with SQLSTATE {state}")
