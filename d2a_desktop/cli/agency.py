"""`d2a agency` and `d2a assessor`: rosters, contracts, slots and diaries."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from d2a_desktop.cli.console import emit, read_object, table
from d2a_desktop.cli.opening import open_here
from d2a_desktop.domain.display import display_date
from d2a_desktop.domain.outlook import outlook_words


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `agency worker|contract|slot|offers|workers|outlook` and `assessor [time]`."""
    agency = commands.add_parser("agency", help="workers, contract and slots of an agency")
    nouns = agency.add_subparsers(dest="noun", required=True, metavar="NOUN")
    for noun, words in (
        ("worker", "add or change a live-in care worker"),
        ("contract", "add or change a capacity contract"),
        ("slot", "open guaranteed starts of a week"),
    ):
        parser = nouns.add_parser(noun, help=words)
        parser.add_argument("--data", required=True, help="JSON file, or - for standard input")
        parser.set_defaults(run=_save, kind=noun)
    offers = nouns.add_parser("offers", help="offers that this desk may see")
    offers.set_defaults(run=_offers)
    workers = nouns.add_parser("workers", help="the roster")
    workers.set_defaults(run=_workers)
    outlook = nouns.add_parser("outlook", help="starts wanted and starts there are, for 14 days")
    outlook.add_argument(
        "--unlock", action="store_true", help="add what one more worker would let this agency take"
    )
    outlook.set_defaults(run=_outlook)
    assessor = commands.add_parser("assessor", help="add or change a home assessor")
    assessor.add_argument("noun", nargs="?", choices=["time"], help="an absence or extra shift")
    assessor.add_argument("--data", required=True, help="JSON file, or - for standard input")
    assessor.set_defaults(run=_assessor)


def _save(args: argparse.Namespace) -> int:
    document = read_object(args.data)
    with open_here(args) as desk:
        result = desk.roster.save(desk.caller, args.kind, document)
    emit({"kind": args.kind, **result.details}, "Saved.", as_json=args.json)
    return 0


def _assessor(args: argparse.Namespace) -> int:
    args.kind = "assessor_time" if args.noun == "time" else "assessor"
    return _save(args)


def _offers(args: argparse.Namespace) -> int:
    with open_here(args) as desk:
        rows = desk.queries.offers(desk.caller)
    text = table(
        ["Offer", "State", "Agency", "Needs"],
        [[r.reference, r.status_label, r.agency_name, r.needs_summary] for r in rows],
    )
    emit({"rows": rows}, text, as_json=args.json)
    return 0


def _workers(args: argparse.Namespace) -> int:
    with open_here(args) as desk:
        rows = desk.queries.workers(desk.caller)
    text = table(
        ["Id", "Name", "Skills", "Free from"],
        [[r.worker_id, r.name, ", ".join(r.skills), str(r.free_from or "")] for r in rows],
    )
    emit({"rows": rows}, text, as_json=args.json)
    return 0


def _outlook(args: argparse.Namespace) -> int:
    with open_here(args) as desk:
        outlook = desk.queries.outlook(desk.caller)
        unlocks = desk.matches.unlock(desk.caller) if args.unlock else ()
    rows = [
        [
            display_date(day.day),
            f"{day.low} to {day.high}",
            str(day.likely),
            str(day.starts),
            "" if day.workers is None else str(day.workers),
        ]
        for day in outlook.days
    ]
    heads = ["Up to", "Wanted (8 in 10)", "Likely", "Starts there are", "Workers free"]
    words = [*outlook_words(outlook), *(each.sentence for each in unlocks)]
    document = {**asdict(outlook), "words": words}
    if args.unlock:
        document["unlocks"] = [asdict(each) for each in unlocks]
    emit(document, "\n".join([table(heads, rows), "", *words]), as_json=args.json)
    return 0
