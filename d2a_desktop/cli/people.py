"""`d2a people`: who can open this desk."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from d2a_desktop.cli.console import emit, table
from d2a_desktop.cli.opening import open_here
from d2a_desktop.cli.secrets import ask_passphrase, newcomer_passphrase
from d2a_desktop.core.errors import RefusedError
from d2a_desktop.domain.permissions import Role


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `people list|add|remove`."""
    parser = commands.add_parser("people", help="who can open this desk")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    listed = verbs.add_parser("list", help="everybody who can open it")
    listed.set_defaults(run=_list)
    add = verbs.add_parser("add", help="let somebody else open it, by a passphrase of their own")
    add.add_argument("login", metavar="LOGIN", help="the login an administrator gave them")
    add.add_argument("--name", required=True, help="their name")
    add.add_argument("--role", required=True, choices=[role.value for role in Role])
    add.set_defaults(run=_add)
    remove = verbs.add_parser("remove", help="take somebody's way in away, and their drafts")
    remove.add_argument("login", metavar="LOGIN")
    remove.set_defaults(run=_remove)


def _list(args: argparse.Namespace) -> int:
    with open_here(args, read_only=True) as desk:
        people = desk.people.everybody(desk.caller)
    text = table(
        ["Login", "Name", "Role", ""],
        [[one.login, one.name, one.role, "signed in" if one.signed_in else ""] for one in people],
    )
    emit({"people": [asdict(one) for one in people]}, text, as_json=args.json)
    return 0


def _add(args: argparse.Namespace) -> int:
    from d2a_desktop.services.desk_people import Newcomer

    with open_here(args) as desk:
        own = ask_passphrase("Your own passphrase")
        theirs = newcomer_passphrase(args.name)
        desk.people.enrol(
            desk.caller,
            own,
            Newcomer(
                login=args.login,
                name=args.name,
                role=Role(args.role),
                passphrase=theirs,
                again=theirs,
            ),
        )
        by = desk.caller.login
    emit({"login": args.login, "by": by}, f"{args.name} can open this desk.", as_json=args.json)
    return 0


def _remove(args: argparse.Namespace) -> int:
    with open_here(args) as desk:
        if args.login not in {one.login for one in desk.people.everybody(desk.caller)}:
            raise RefusedError("Nobody of that login can open this desk.", code="not_enrolled")
        desk.people.remove(desk.caller, args.login)
        by = desk.caller.login
    words = "They cannot open this desk any more. What they did stays under their name."
    emit({"login": args.login, "by": by}, words, as_json=args.json)
    return 0
