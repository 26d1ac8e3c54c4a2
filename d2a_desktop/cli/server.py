"""`d2a server`: prepare, upgrade and check a shared database; an embedded one for trials."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path

from d2a_desktop.cli.console import emit, table
from d2a_desktop.cli.secrets import admin_password
from d2a_desktop.domain.permissions import KINDS, Role


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `server init|migrate|check|new-epoch|trim|add-org|add-user|deactivate|start|stop`."""
    parser = commands.add_parser("server", help="the shared database, for administrators")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for verb, words, run in (
        ("init", "prepare a database", _init),
        ("migrate", "upgrade it", _init),
        ("check", "read every grant and rule back", _check),
        ("new-epoch", "after a restore into a new cluster", _new_epoch),
        ("trim", "forget what the ledger has held for over 400 days", _trim),
    ):
        one = verbs.add_parser(verb, help=words)
        one.add_argument("--url", required=True, help="of a role with CREATEROLE, no password")
        if verb == "new-epoch":
            one.add_argument("--anyway", action="store_true", help="although it is not needed")
        if verb == "check":
            one.add_argument("--audit", action="store_true", help="compute every audit chain")
            one.add_argument("--anchor", metavar="FILE", help="compare with this earlier anchor")
            one.add_argument("--keep-anchor", metavar="FILE", help="write where the chains end now")
        one.set_defaults(run=run)
    org = verbs.add_parser("add-org", help="add an organisation to a sharing system")
    org.add_argument("--url", required=True)
    org.add_argument("--ods", required=True, metavar="CODE")
    org.add_argument("--kind", required=True, choices=KINDS)
    org.add_argument("--name", required=True)
    org.add_argument("--system", default="default", metavar="CODE")
    org.add_argument("--no-desk", action="store_true", help="a partner reached by phone or mail")
    org.add_argument("--share-profiles", action="store_true", help="worker profiles to the hub")
    org.add_argument("--phone", default="")
    org.add_argument("--on-call-phone", default="")
    org.set_defaults(run=_add_org)
    user = verbs.add_parser("add-user", help="add a person's login, with an opaque name")
    user.add_argument("--url", required=True)
    user.add_argument("--org", required=True, metavar="CODE")
    user.add_argument("--role", required=True, choices=[role.value for role in Role])
    user.add_argument("--name", required=True)
    user.set_defaults(run=_add_user)
    gone = verbs.add_parser("deactivate", help="end a person's access at once")
    gone.add_argument("--url", required=True)
    gone.add_argument("--user", required=True, metavar="LOGIN")
    gone.set_defaults(run=_deactivate)
    start = verbs.add_parser("start", help="an embedded PostgreSQL for trials, on loopback")
    start.add_argument("--dir", required=True)
    start.add_argument("--port", type=int)
    start.set_defaults(run=_start)
    stop = verbs.add_parser("stop", help="stop it")
    stop.add_argument("--dir", required=True)
    stop.set_defaults(run=_stop)


def _told(args: argparse.Namespace, document: Mapping[str, object], words: str) -> int:
    emit(document, words, as_json=args.json)
    return 0


def _init(args: argparse.Namespace) -> int:
    from d2a_desktop.services import shared_server

    done = shared_server.init(args.url, _password(args))
    return _told(args, {"applied": list(done)}, f"Ready; {len(done)} steps applied.")


def _password(args: argparse.Namespace) -> Callable[[], str | None]:
    return admin_password


def _check(args: argparse.Namespace) -> int:
    from d2a_desktop.services import shared_server

    findings = shared_server.check(
        args.url,
        _password(args),
        audit=args.audit,
        earlier=Path(args.anchor) if args.anchor else None,
        keep=Path(args.keep_anchor) if args.keep_anchor else None,
    )
    rows = [
        ["warning" if f.warning else "ok" if f.ok else "WRONG", f.check, f.found, f.what_to_do]
        for f in findings
    ]
    healthy = all(f.ok for f in findings)
    document = {
        "healthy": healthy,
        "findings": [
            {
                "check": f.check,
                "ok": f.ok,
                "warning": f.warning,
                "found": f.found,
                "what_to_do": f.what_to_do,
            }
            for f in findings
        ],
    }
    emit(document, table(["", "Check", "Found", "What to do"], rows), as_json=args.json)
    return 0 if healthy else 1


def _new_epoch(args: argparse.Namespace) -> int:
    from d2a_desktop.services import shared_server

    epoch = shared_server.new_epoch(args.url, _password(args), anyway=args.anyway)
    return _told(args, {"epoch": epoch}, "A new epoch has begun; every desk checks itself.")


def _trim(args: argparse.Namespace) -> int:
    from d2a_desktop.services import shared_server

    removed = shared_server.trim(args.url, _password(args))
    return _told(args, {"removed": removed}, f"{removed} entries older than 400 days are gone.")


def _add_org(args: argparse.Namespace) -> int:
    from d2a_desktop.services import shared_server

    new = shared_server.NewOrganisation(
        ods_code=args.ods,
        kind=args.kind,
        name=args.name,
        system=args.system,
        has_desk=not args.no_desk,
        share_profiles=args.share_profiles,
        phone=args.phone,
        on_call_phone=args.on_call_phone,
    )
    org_id = shared_server.add_org(args.url, _password(args), new)
    return _told(args, {"id": org_id, "ods": args.ods}, f"{args.name} is in the system.")


def _add_user(args: argparse.Namespace) -> int:
    from d2a_desktop.services import shared_server

    login, password = shared_server.add_user(
        args.url, _password(args), ods_code=args.org, role=Role(args.role), name=args.name
    )
    words = f"Login {login}\nPassword {password}\nIt is shown once; hand it over safely."
    return _told(args, {"login": login, "password": password}, words)


def _deactivate(args: argparse.Namespace) -> int:
    from d2a_desktop.services import shared_server

    ended, open_still = shared_server.deactivate(args.url, _password(args), login=args.user)
    words = f"The login has no access now; {ended} open connections were ended."
    if open_still:
        words += (
            "\nIt is no member any more, yet only who made the login may close it:"
            f' ALTER ROLE "{args.user}" NOLOGIN'
        )
    document = {
        "login": args.user,
        "active": False,
        "connections_ended": ended,
        "login_closed": not open_still,
    }
    return _told(args, document, words)


def _start(args: argparse.Namespace) -> int:
    from d2a_desktop.services import shared_server

    info = shared_server.start(Path(args.dir), port=args.port)
    document = {"url": info.url, "passfile": str(info.passfile)}
    words = f"{info.url}\nPGPASSFILE={info.passfile}\nFor trials only, never for production."
    return _told(args, document, words)


def _stop(args: argparse.Namespace) -> int:
    from d2a_desktop.services import shared_server

    shared_server.stop(Path(args.dir))
    return _told(args, {"stopped": True}, "Stopped.")
