"""What a database was built with, and what was changed by hand afterwards.

`sync.building()` gives one hash for each function, policy, trigger, constraint and unique index as
they are; `sync.built` holds those that `d2a server migrate` left.
"""

from __future__ import annotations

import psycopg

from d2a_desktop.shared_db.finding import Finding

_SHOWN = 10
_SERVER = "server"


def now(connection: psycopg.Connection) -> dict[str, str]:
    """Return the hashes as they are, empty before the first run; also the server's version."""
    known = connection.execute("SELECT to_regprocedure('sync.building()')").fetchone()
    if known is None or known[0] is None:
        return {}
    found: dict[str, str] = dict(
        connection.execute("SELECT name, sha256 FROM sync.building()").fetchall()
    )
    # Another major version writes the same definitions in other words.
    return {**found, _SERVER: str(connection.info.server_version // 10000)}


def record(connection: psycopg.Connection, before: dict[str, str]) -> None:
    """Remember what a run of `prepare` left; what was changed by hand before it stays named.

    Args:
        connection: the administrator's, in the transaction of the run.
        before: what `now` gave at the beginning of the run.
    """
    known: dict[str, str] = dict(
        connection.execute("SELECT name, sha256 FROM sync.built").fetchall()
    )
    after = now(connection)
    if known.get(_SERVER) == after[_SERVER]:
        by_hand = {
            name: known[name]
            for name, digest in before.items()
            if name in known and known[name] != digest and after.get(name) == digest
        }
        after |= by_hand
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE sync.built")
        cursor.executemany(
            "INSERT INTO sync.built (name, sha256) VALUES (%s, %s)", list(after.items())
        )


def findings(connection: psycopg.Connection) -> list[Finding]:
    """Name what is not as it was built: changed, gone, or added."""
    known: dict[str, str] = dict(
        connection.execute("SELECT name, sha256 FROM sync.built").fetchall()
    )
    present = now(connection)
    if known.get(_SERVER) != present[_SERVER]:
        return [
            Finding(
                "server_upgraded",
                "PostgreSQL was upgraded since the database was prepared.",
                "Run `d2a server migrate`, so that changes by hand can be told again.",
                severe=False,
            )
        ]
    names = sorted(n for n in {*known, *present} if known.get(n) != present.get(n))
    found = [
        Finding(
            "changed_by_hand",
            f"The {name} was "
            + ("added" if name not in known else "removed" if name not in present else "changed")
            + " by hand.",
            "Find out who did it and why, and put it back as the program's schema files say.",
        )
        for name in names[:_SHOWN]
    ]
    if len(names) > _SHOWN:
        found.append(
            Finding("changed_by_hand", f"{len(names) - _SHOWN} more parts were changed by hand.")
        )
    return found
