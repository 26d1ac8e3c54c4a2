"""`d2a data`: what this desk knows of places, for its estimates of travel."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from d2a_desktop.cli.console import emit, table
from d2a_desktop.cli.interrupts import ctrl_c
from d2a_desktop.core.clock import SystemClock
from d2a_desktop.core.paths import find_profile

if TYPE_CHECKING:
    from d2a_desktop.services.places import Places


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `data import-postcodes`, `data places`, `data centre` and `data travel-time`."""
    parser = commands.add_parser("data", help="places and postcodes, for estimates of travel")
    kinds = parser.add_subparsers(dest="what", metavar="WHAT", required=True)
    taken = kinds.add_parser("import-postcodes", help="take in a zip of OS Code-Point Open")
    taken.add_argument("file", metavar="FILE", help="the zip as Ordnance Survey gives it")
    taken.set_defaults(run=_import)
    shown = kinds.add_parser("places", help="what is known of places, and whose data it is")
    shown.set_defaults(run=_show)
    centre = kinds.add_parser("centre", help="type the middle of a postcode district")
    centre.add_argument("outward", metavar="OUTWARD", help="the first half of a postcode")
    centre.add_argument("--latitude", type=float, required=True, metavar="DEGREES")
    centre.add_argument("--longitude", type=float, required=True, metavar="DEGREES")
    centre.set_defaults(run=_centre)
    way = kinds.add_parser("travel-time", help="keep a measured time between two districts")
    way.add_argument("start", metavar="FROM")
    way.add_argument("end", metavar="TO")
    minutes = way.add_mutually_exclusive_group(required=True)
    minutes.add_argument("--minutes", type=int, metavar="N")
    minutes.add_argument("--forget", action="store_true", help="go back to the estimate")
    way.set_defaults(run=_travel_time)


def _places(args: argparse.Namespace) -> Places:
    # Late: SQLite and the rest are for these commands alone.
    from d2a_desktop.services.places import Places

    return Places(find_profile(args.profile).root, this_year=SystemClock().now().year)


def _import(args: argparse.Namespace) -> int:
    with ctrl_c() as stopped:
        done = _places(args).import_postcodes(
            Path(args.file), on_rows=_Progress(), cancelled=stopped.is_set
        )
    words = (
        f"{done.places:,} postcodes taken in from {done.files} files;"
        f" {done.unlocated:,} more are listed without a place.\n{done.attribution}"
    )
    document = {
        "places": done.places,
        "unlocated": done.unlocated,
        "files": done.files,
        "attribution": done.attribution,
    }
    emit(document, words, as_json=args.json)
    return 0


class _Progress:
    """Tells on standard error how far it is, where somebody watches."""

    def __call__(self, rows: int, done: int, files: int) -> None:
        if sys.stderr.isatty():
            end = "\n" if done == files else ""
            print(f"\r{rows:,} rows, {done} of {files} files", end=end, file=sys.stderr)


def _show(args: argparse.Namespace) -> int:
    held = _places(args).held()
    lines = [
        f"{held.postcodes:,} postcodes from Code-Point Open."
        if held.postcodes
        else "No postcodes taken in: ways are estimated from postcode districts."
    ]
    if held.attribution:
        lines.append(held.attribution)
    if held.centres:
        rows = [(name, f"{lat:.4f}", f"{lon:.4f}") for name, (lat, lon) in held.centres.items()]
        lines.append(table(("District", "Latitude", "Longitude"), rows))
    if held.travel_times:
        ways = [(*key.split(" "), str(taken)) for key, taken in held.travel_times.items()]
        lines.append(table(("From", "To", "Measured minutes"), ways))
    document = {
        "postcodes": held.postcodes,
        "attribution": held.attribution or None,
        "centres": held.centres,
        "travel_times": held.travel_times,
    }
    emit(document, "\n".join(lines), as_json=args.json)
    return 0


def _centre(args: argparse.Namespace) -> int:
    _places(args).set_centre(args.outward, args.latitude, args.longitude)
    return _show(args)


def _travel_time(args: argparse.Namespace) -> int:
    minutes = None if args.forget else args.minutes
    _places(args).set_travel_time(args.start, args.end, minutes)
    return _show(args)
