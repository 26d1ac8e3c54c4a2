"""`d2a case`: take a person in, show a case, and take each step of the main job."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

from d2a_desktop.cli.console import emit, read_object, table
from d2a_desktop.cli.opening import open_here
from d2a_desktop.core.errors import UsageError
from d2a_desktop.domain.commands import ACTIONS, parse_command
from d2a_desktop.domain.display import display_datetime
from d2a_desktop.services.results import ActionResult


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `case new`, `case show` and `case do`."""
    parser = commands.add_parser("case", help="one person's case")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    new = verbs.add_parser("new", help="take an inpatient in by hand")
    new.add_argument("--data", required=True, help="JSON file, or - for standard input")
    new.set_defaults(run=_new)
    show = verbs.add_parser("show", help="show the record")
    show.add_argument("case", metavar="CASE", help="case reference or NHS number")
    show.set_defaults(run=_show)
    do = verbs.add_parser("do", help="take one step of the main job")
    do.add_argument("case", metavar="CASE", help="case or offer reference, or NHS number")
    do.add_argument("action", metavar="ACTION", choices=[a for a in ACTIONS if a != "new"])
    do.add_argument("--data", help="JSON file, or - for standard input")
    do.add_argument("--on-behalf-of", metavar="ORG", help="ODS code of a partner without a desk")
    do.add_argument("--spoken-to", metavar="NAME", help="who at the partner said it")
    do.add_argument("--channel", default="phone", help="phone, secure_mail or in_person")
    do.set_defaults(run=_do)


def _new(args: argparse.Namespace) -> int:
    command = parse_command("new", read_object(args.data))
    with open_here(args) as desk:
        result = desk.actions.do(desk.caller, None, "new", command)
    _tell(args, result)
    return 0


def _do(args: argparse.Namespace) -> int:
    document = read_object(args.data)
    if args.on_behalf_of:
        if not args.spoken_to:
            raise UsageError("--on-behalf-of needs --spoken-to: who at the partner said it.")
        document["on_behalf"] = {
            "org": args.on_behalf_of,
            "spoken_to": args.spoken_to,
            "channel": args.channel,
        }
    command = parse_command(args.action, document)
    with open_here(args) as desk:
        result = desk.actions.do(desk.caller, args.case, args.action, command)
    _tell(args, result)
    return 0


def _tell(args: argparse.Namespace, result: ActionResult) -> None:
    document: dict[str, Any] = {
        "case": result.case_ref,
        "action": result.action,
        "stage": result.stage,
        "changed": [{"entity": entity, "id": row_id} for entity, row_id, _ in result.changed],
        "cascaded": list(result.cascaded),
        "confirmed": result.confirmed,
        **result.details,
    }
    lines = [f"{result.action}: done on this desk, to be confirmed by the shared database."]
    if result.case_ref:
        lines.append(f"Case {result.case_ref}, stage {result.stage}.")
    lines += [f"  closes: {words}" for words in result.cascaded]
    lines += [f"  {name}: {value}" for name, value in result.details.items()]
    emit(document, "\n".join(lines), as_json=args.json)


def _show(args: argparse.Namespace) -> int:
    with open_here(args) as desk:
        view = desk.queries.case(desk.caller, args.case)
    document = {"case": view.case_ref, **asdict(view)}
    rows = [
        ["Stage", view.stage_label],
        ["Clock", view.clock.words],
        ["Next", view.next_action],
        ["Referral", f"{view.completeness_done} of {view.completeness_total}"],
        ["Missing", ", ".join(view.missing) or "nothing"],
    ]
    rows += [[f"Gate: {item.label}", f"{item.state} {item.detail}"] for item in view.gate]
    rows += [[display_datetime(e.at), f"{e.title} {e.text}".strip()] for e in view.timeline]
    emit(document, f"{view.case_ref}\n" + table(["What", "Now"], rows), as_json=args.json)
    return 0
