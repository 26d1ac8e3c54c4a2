"""`d2a desk init` and `rebuild`, `backup`, `restore` and `doctor`: this desk itself."""

from __future__ import annotations

import argparse
from pathlib import Path

from d2a_desktop.cli.console import emit, table
from d2a_desktop.cli.secrets import ask_new_passphrase, ask_passphrase, database_password
from d2a_desktop.core.paths import find_profile
from d2a_desktop.domain.permissions import Role


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `desk init`, `desk rebuild`, `backup`, `restore`, `doctor`."""
    parser = commands.add_parser("desk", help="set up this desk")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    init = verbs.add_parser("init", help="create this desk's encrypted store and its key")
    init.add_argument("--org", required=True, metavar="ODS")
    init.add_argument("--role", required=True, choices=[role.value for role in Role])
    init.add_argument("--server", metavar="URL", help="the shared database, without password")
    init.add_argument("--user", metavar="LOGIN", help="the login an administrator gave you")
    init.add_argument("--name", help="your name, where there is no shared database")
    init.add_argument("--ca-file", metavar="FILE", help="the certificate authority to trust")
    init.add_argument("--trial", action="store_true", help="a trial desk with a settable clock")
    init.set_defaults(run=_init)
    rebuild = verbs.add_parser("rebuild", help="set a damaged store aside and build it anew")
    rebuild.add_argument("--lost-key", action="store_true", help="its key is lost: make another")
    rebuild.add_argument("--anyway", action="store_true", help="although the store is sound")
    rebuild.set_defaults(run=_rebuild)
    backup = commands.add_parser("backup", help="write an encrypted backup of this desk")
    backup.add_argument("file", metavar="FILE")
    backup.set_defaults(run=_backup)
    restore = commands.add_parser("restore", help="restore this desk from a backup")
    restore.add_argument("file", metavar="FILE")
    restore.set_defaults(run=_restore)
    doctor = commands.add_parser("doctor", help="what is wrong with this desk, and what to do")
    doctor.set_defaults(run=_doctor)


def _init(args: argparse.Namespace) -> int:
    from d2a_desktop.services.desk_setup import DeskRequest, init_desk

    request = DeskRequest(
        ods_code=args.org,
        role=Role(args.role),
        server_url=args.server or "",
        login=args.user or "",
        name=args.name or "",
        ca_file=args.ca_file or "",
        trial=args.trial,
    )
    made = init_desk(
        find_profile(args.profile),
        request,
        database_password=database_password if args.server else None,
        new_passphrase=ask_new_passphrase,
    )
    document = {
        "organisation": made.organisation,
        "role": made.role,
        "key": made.key_place,
        "server": made.server,
        "trial": args.trial,
    }
    kept = {
        "keyring": "Its key is in the keyring of this computer.",
        "passphrase": "Its key is wrapped by your passphrase.",
    }[made.key_place]
    text = f"This desk belongs to {made.organisation}. {kept}\nNext: d2a import, or d2a"
    emit(document, text, as_json=args.json)
    return 0


def _rebuild(args: argparse.Namespace) -> int:
    from d2a_desktop.services.desk_rebuild import rebuild_desk

    done = rebuild_desk(
        find_profile(args.profile),
        passphrase=ask_passphrase,
        new_passphrase=ask_new_passphrase,
        database_password=database_password,
        lost_key=args.lost_key,
        anyway=args.anyway,
    )
    document = {
        "set_aside": done.set_aside or None,
        "unsent": done.unsent,
        "lost": done.lost,
        "exchanged": done.exchanged,
        "why_not": done.why_not or None,
    }
    words = [f"The desk was built anew. {done.unsent} unsent changes were taken over."]
    if done.lost:
        words.append("Some unsent changes may not have been readable: check your last work.")
    if done.set_aside:
        words.append(f"The damaged file is kept: {done.set_aside}")
    if not done.exchanged:
        words.append(f"It stays shut until it has synchronised: d2a sync\n{done.why_not}")
    emit(document, "\n".join(words), as_json=args.json)
    return 1 if done.lost or not done.exchanged else 0


def _backup(args: argparse.Namespace) -> int:
    from d2a_desktop.services.desk_setup import backup_desk

    backup_desk(find_profile(args.profile), Path(args.file), passphrase=ask_passphrase)
    emit({"file": args.file}, "Backed up. Keep its passphrase apart from it.", as_json=args.json)
    return 0


def _restore(args: argparse.Namespace) -> int:
    from d2a_desktop.services.desk_setup import restore_desk

    restore_desk(find_profile(args.profile), Path(args.file), passphrase=ask_passphrase)
    emit(
        {"file": args.file, "locked": True},
        "Restored. The desk stays locked until it has synchronised: d2a sync",
        as_json=args.json,
    )
    return 0


def _doctor(args: argparse.Namespace) -> int:
    from d2a_desktop.services.upkeep import examine

    findings = examine(find_profile(args.profile))
    document = {
        "healthy": all(f.ok for f in findings),
        "findings": [
            {"check": f.check, "ok": f.ok, "found": f.found, "what_to_do": f.what_to_do}
            for f in findings
        ],
    }
    rows = [["ok" if f.ok else "WRONG", f.check, f.found, f.what_to_do] for f in findings]
    emit(document, table(["", "Check", "Found", "What to do"], rows), as_json=args.json)
    return 0 if document["healthy"] else 1
