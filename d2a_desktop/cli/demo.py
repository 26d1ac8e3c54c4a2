"""`d2a demo`: a synthetic health system, played from end to end, then opened in windows."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from d2a_desktop.cli.console import emit
from d2a_desktop.core.clock import LONDON, SettableClock, SystemClock
from d2a_desktop.core.errors import UnreachableError
from d2a_desktop.core.paths import Profile

_SEED = 2026


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `demo [--headless] [--out DIR] [--seed N]`."""
    parser = commands.add_parser("demo", help="play a synthetic health system, then open it")
    parser.add_argument("--headless", action="store_true", help="prove each step, open no window")
    parser.add_argument("--out", metavar="DIR", help="where desks, packs and demo.json go")
    parser.add_argument("--seed", type=int, default=_SEED, metavar="N", help="of the people")
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    # The demo brings the whole desk with it: not before it is asked for.
    from d2a_desktop.demo.story import in_words, play, save_proof
    from d2a_desktop.demo.system import running_system

    now = SystemClock().now()
    out = _out(args.out, now.astimezone(LONDON).strftime("%Y-%m-%d-%H%M%S"))
    clock = SettableClock(now)
    if not args.headless and args.open_windows is None:
        raise UnreachableError("No window can open here.", what_to_do="Use --headless.")

    def tell(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    tell("Everybody in this demo is made up. Any likeness to a real person is chance.")
    with running_system(out, clock, tell=tell) as system:
        proof = play(system, now=now, seed=args.seed, tell=tell)
        document = save_proof(proof, out / "demo.json")
        took = round((SystemClock().now() - now).total_seconds(), 1)
        words = f"{in_words(proof)}\n\nPlayed in {took} s. Everything is in {out}"
        emit({**document, "out": str(out), "seconds": took}, words, as_json=args.json)
        system.close_desks()
        if not args.headless:
            desks = system.shown()
            tell("The windows open now; the shared database stops when the last one is closed.")
            opened = args.open_windows([Profile(root) for root in desks], desks)
            return int(opened) or (0 if proof.ok else 1)
    return 0 if proof.ok else 1


def _out(asked: str | None, stamp: str) -> Path:
    return Path(asked).expanduser().absolute() if asked else Path(f"d2a-demo-{stamp}").absolute()
