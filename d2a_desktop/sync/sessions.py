"""This desk's session at the shared database: the one thing that tells a restored server.

The desk keeps its last session number and the next before it says the next (SYNC 3.11). A run that
moved something ends by saying hello once more: the server's number then vouches for all of it, and
a server put back to any moment before that does not know the number. What a run moved that was
cut before this last hello is not vouched for, and is done again at the next.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from d2a_desktop.local_db import outbox, replica
from d2a_desktop.sync.protocol import Cursor, Hello

_STATE = "session"


@dataclass(frozen=True)
class Numbers:
    """What is said in a hello: the last number the server confirmed, and the next."""

    old: str | None
    new: str


def prepare(session: Session) -> Numbers:
    """Return the numbers to say, kept before they are sent: the answer may be lost."""
    kept = _kept(session)
    following = kept.get("next") or str(uuid.uuid4())
    replica.put_state(session, _STATE, kept | {"next": following})
    return Numbers(kept.get("nonce"), following)


def confirm(session: Session, numbers: Numbers, hello: Hello) -> None:
    """Keep that the server took the next number; what comes after stands on it."""
    cursor = list(replica.get_cursor(session))
    now = {"nonce": numbers.new, "next": None, "epoch": hello.epoch, "cursor": cursor}
    replica.put_state(session, _STATE, now)


def forget(session: Session) -> None:
    """Begin as a desk that the server has never seen; the next hello finds the session lost."""
    replica.put_state(session, _STATE, {"lost": True})


def current(session: Session) -> str | None:
    """Return the number of the session that is open."""
    found = _kept(session).get("nonce")
    return None if found is None else str(found)


def note_confirmed(session: Session) -> None:
    """Keep that operations were confirmed in this session, for which no later hello vouches yet."""
    kept = _kept(session)
    if not kept.get("moved"):
        replica.put_state(session, _STATE, kept | {"moved": True})


def unproven(session: Session) -> bool:
    """Whether this session moved anything, so that another hello is to vouch for it."""
    kept = _kept(session)
    return bool(kept.get("moved")) or kept.get("cursor") != list(replica.get_cursor(session))


def history_changed(session: Session, hello: Hello) -> str | None:
    """Return why the server's history is not the one this desk knows, None when it is.

    "lost_session": it did not know this desk's last number. "epoch": an administrator began a new
    one. "behind": this desk has read what the server has not yet written, so it was put back.
    """
    if _kept(session).get("lost"):
        return "lost_session"
    known = _kept(session).get("epoch")
    if known is not None and known != hello.epoch:
        return "epoch"
    return "behind" if replica.get_cursor(session)[0] >= hello.newest else None


def redo_unproven(session: Session) -> bool:
    """Take back what a cut run moved since its hello; whether operations are to be sent again.

    A first sync goes on where it stopped: the check at its end compares all of it.
    """
    kept = _kept(session)
    since = kept.get("cursor")
    if since is not None and tuple(since) != (0, 0):
        replica.put_cursor(session, _cursor(since))
    if not kept.get("moved"):
        return False
    seqs = outbox.acked_in(session, str(kept["nonce"]))
    outbox.send_again(session, seqs)
    return bool(seqs)


def _cursor(kept: Any) -> Cursor:
    return int(kept[0]), int(kept[1])


def _kept(session: Session) -> dict[str, Any]:
    return dict(replica.get_state(session, _STATE) or {})
