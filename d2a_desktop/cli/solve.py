"""`d2a solve match|schedule`: a problem in the neutral JSON format in, its solution out."""

from __future__ import annotations

import argparse
import json
import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from d2a_desktop.cli.console import emit, table
from d2a_desktop.cli.interrupts import ctrl_c
from d2a_desktop.core.errors import UnreachableError, UsageError
from d2a_desktop.scheduling.what_if import WAIVABLE, asked, compared
from d2a_desktop.services.solver_process import DEFAULT_SECONDS, SolverProcess

Json = Mapping[str, Any]

_MATCH_LEVELS = ("priority placed", "days of waiting", "preference points", "kilometres")
_SCHEDULE_LEVELS = (
    "priority late or unscheduled",
    "unscheduled",
    "minutes late",
    "preference points",
    "minutes of travel",
)
_LONGEST_SECONDS = 3600.0


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `solve match FILE` and `solve schedule FILE`."""
    parser = commands.add_parser("solve", help="solve a problem in the neutral JSON format")
    kinds = parser.add_subparsers(dest="kind", metavar="KIND", required=True)
    _add_kind(kinds, "match", "live-in workers to referrals")
    schedule = _add_kind(kinds, "schedule", "assessors to home visits within 48 hours")
    asking = schedule.add_argument_group("what would it cost", "the plan made again, and compared")
    asking.add_argument("--what-if", metavar="VISIT", help="the visit the question is about")
    asking.add_argument("--assessor", metavar="ID", help="who is to make it")
    asking.add_argument("--at", metavar="TIME", help="when it is to begin, as 2026-11-22T09:30")
    asking.add_argument(
        "--waive", choices=list(WAIVABLE), action="append", help="a rule to set aside for it"
    )


def _add_kind(
    kinds: argparse._SubParsersAction[argparse.ArgumentParser], name: str, words: str
) -> argparse.ArgumentParser:
    parser = kinds.add_parser(name, help=words)
    parser.add_argument("file", metavar="FILE", help="the problem as JSON; - for standard input")
    parser.add_argument(
        "--time-limit",
        type=_seconds,
        default=DEFAULT_SECONDS,
        metavar="S",
        help="seconds to search (default %(default)g); Ctrl+C keeps the best plan so far",
    )
    parser.add_argument(
        "--explain", action="store_true", help="add what would help, and the runners-up"
    )
    if name == "match":
        parser.add_argument(
            "--ask",
            action="append",
            default=[],
            type=_question,
            metavar="QUESTION",
            help="'why-not WORKER REFERRAL [PART]', 'why-this REFERRAL OTHER-WORKER',"
            " 'why-nobody REFERRAL', 'pin WORKER REFERRAL [DAY]', 'override RULE WORKER REFERRAL';"
            " may be given several times",
        )
    parser.set_defaults(run=_solve, kind=name, what_if=None)
    return parser


_QUESTIONS: Mapping[str, tuple[tuple[str, ...], int]] = {
    # words → the fields in order, and how many of them must be there
    "why-not": (("worker", "referral", "part"), 2),
    "why-this": (("referral", "worker"), 2),
    "why-nobody": (("referral",), 1),
    "pin": (("worker", "referral", "start"), 2),
    "override": (("rule", "worker", "referral"), 3),
}


def _question(text: str) -> dict[str, Any]:
    """Return a question in the neutral format; parts are counted from 1, as they are shown."""
    try:
        ask, *given = shlex.split(text)
        fields, least = _QUESTIONS[ask]
    except (ValueError, KeyError):
        raise argparse.ArgumentTypeError(f"must begin with {', '.join(_QUESTIONS)}") from None
    if not least <= len(given) <= len(fields):
        raise argparse.ArgumentTypeError(f"must be {ask} {' '.join(fields).upper()}")
    found: dict[str, Any] = {"ask": ask.replace("-", "_"), **dict(zip(fields, given, strict=False))}
    if "part" in found:
        if not found["part"].isdecimal() or int(found["part"]) < 1:
            raise argparse.ArgumentTypeError("the part must be a number from 1")
        found["part"] = int(found["part"]) - 1
    return found


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds <= _LONGEST_SECONDS:
        raise argparse.ArgumentTypeError(f"must be above 0 and at most {_LONGEST_SECONDS:g}")
    return seconds


def _solve(args: argparse.Namespace) -> int:
    document = _read(args.file)
    if getattr(args, "ask", None) and isinstance(document, dict):
        document = {**document, "questions": [*(document.get("questions") or []), *args.ask]}
    solver = SolverProcess()
    try:
        with ctrl_c() as cancelled:
            solution = solver.solve(
                args.kind,
                document,
                time_limit=args.time_limit,
                explain=args.explain,
                cancel=cancelled.is_set,
            )
            if args.what_if is not None:
                other = solver.solve(
                    args.kind,
                    asked(
                        document,
                        args.what_if,
                        assessor=args.assessor,
                        start=args.at,
                        waive=args.waive or (),
                    ),
                    time_limit=args.time_limit,
                    cancel=cancelled.is_set,
                )
                solution["answer"] = compared(document, args.what_if, solution, other)
    finally:
        solver.close()
    words = _match_words if args.kind == "match" else _schedule_words
    emit(solution, "\n\n".join(words(solution)), as_json=args.json)
    return 0


def _read(source: str) -> Any:
    """Read the problem; what is not JSON breaks the format, so it is wrong use (exit 2)."""
    try:
        raw = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    except OSError as error:
        raise UnreachableError(
            f"The problem cannot be read ({error.strerror}).",
            what_to_do="Check the name of the file.",
            code="no_file",
        ) from None
    try:
        return json.loads(raw.decode("utf-8-sig"), object_pairs_hook=_no_field_twice)
    except UnicodeDecodeError:
        raise UsageError("$: the file is not UTF-8 text", code="bad_problem") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno} column {error.colno}"
        raise UsageError(f"$: not JSON at {where}: {error.msg}", code="bad_problem") from None
    except RecursionError:
        raise UsageError("$: nested too deeply", code="bad_problem") from None


def _no_field_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise UsageError(f"$: an object has the field {twice!r} twice", code="bad_problem")
    return found


def _match_words(solution: Json) -> Iterator[str]:
    yield _standing(solution, _MATCH_LEVELS)
    rows = [
        (str(a["referral"]), str(a["part"] + 1), str(a["worker"]), str(a["start"]))
        for a in solution["assignments"]
    ]
    yield table(("Referral", "Part", "Worker", "Start"), rows)
    yield from _left_over("Unplaced", "referral", solution["unplaced"])
    for row in solution.get("explanations", {}).get("unplaced", []):
        yield _changes(row)
    yield from _runners_up("referral", solution.get("explanations", {}).get("placed", []))
    for row in solution.get("overrides", []):
        facts = "; ".join(row["facts"])
        yield (
            f"Set aside for {row['worker']} and {row['referral']}: {row['rule']} ({facts}), by"
            f" {row['role']} to {row['expires']}: {row['reason']}"
        )
    for row in solution.get("answers", []):
        asked = " ".join(str(row[n]) for n in ("rule", "worker", "referral") if n in row)
        yield "\n".join(
            [f"{row['ask'].replace('_', '-')} {asked}", *(f"  {w}" for w in row["words"])]
        )


def _schedule_words(solution: Json) -> Iterator[str]:
    yield _standing(solution, _SCHEDULE_LEVELS)
    rows = [
        (
            str(v["visit"]),
            str(v["assessor"]),
            str(v["start"]).replace("T", " "),
            f"{v['minutes_late']} min late" if v["minutes_late"] else "in time",
        )
        for v in solution["visits"]
    ]
    yield table(("Visit", "Assessor", "Start", "48 hours"), rows)
    yield from _left_over("Unscheduled", "visit", solution["unscheduled"])
    explained = solution.get("explanations", {})
    late = [row for row in explained.get("scheduled", []) if "late" in row]
    if late:
        lines = [f"  {row['visit']}: {row['late']['fact']}" for row in late]
        yield "\n".join(["Why late", *lines])
    yield from _runners_up("visit", explained.get("scheduled", []))
    for row in explained.get("unscheduled", []):
        yield _would_help(row)
    if "answer" in solution:
        yield f"What it would cost\n  {solution['answer']['words']}"


def _would_help(row: Json) -> str:
    lines = [f"What would let {row['visit']} be planned"]
    for change in row["would_help"]:
        late = f", {change['minutes_late']} min late" if change["minutes_late"] else ""
        start = change["start"].replace("T", " ")
        lines.append(f"  {change['change']}: {change['assessor']} at {start}{late}")
    return "\n".join(lines) if len(lines) > 1 else f"{lines[0]}: no single change"


def _standing(solution: Json, levels: Sequence[str]) -> str:
    """Return the status and each level with what is known of the best possible."""
    lines = [f"{solution['instance']}: {solution['status']}"]
    if solution["status"] != "optimal":
        lines[0] += ", best found in the time" if not solution.get("stopped") else ", cancelled"
    bounds = solution.get("bound") or [None] * len(levels)
    known = solution["status"] == "optimal"
    for name, value, bound in zip(levels, solution["objective"], bounds, strict=True):
        told = "" if known or bound is None else f" (cannot be better than {_upright(name, bound)})"
        lines.append(f"  {name}: {_upright(name, value)}{told}")
    return "\n".join(lines)


def _upright(level: str, value: float) -> float:
    """Priority placed is minimised as a negative number; people read it the right way up."""
    return -value if level == _MATCH_LEVELS[0] else value


def _left_over(title: str, key: str, rows: Sequence[Json]) -> Iterator[str]:
    if rows:
        lines = [
            f"  {row[key]}: {', '.join(row['reasons'])} ({'; '.join(row['facts'])})" for row in rows
        ]
        yield "\n".join([title, *lines])


def _changes(row: Json) -> str:
    lines = [f"What would place {row['referral']}"]
    for change in row["changes"]:
        costs = {k: v for k, v in change["costs_others"].items() if v}
        unplaced = costs.pop("unplaces", [])
        told = [f"{', '.join(unplaced)} left unplaced"] if unplaced else []
        told += [f"{name} {_upright(name, value):+g}" for name, value in costs.items()]
        who = ", ".join(change["workers"])
        price = "; ".join(told) or "nothing"
        lines.append(
            f"  {change['change']}: {who} from {change['start']}; costs the others {price}"
        )
    return "\n".join(lines) if len(lines) > 1 else f"{lines[0]}: no single change"


def _runners_up(key: str, rows: Sequence[Json]) -> Iterator[str]:
    lines = []
    for row in rows:
        other = row["runner_up"]
        if other is None:
            lines.append(f"  {row[key]}: nobody else")
            continue
        who = ", ".join(other["workers"]) if "workers" in other else other["assessor"]
        level = other["loses_at"]
        where = "equal" if level is None else f"{level} {_upright(level, other['by']):+g}"
        lines.append(f"  {row[key]}: {who} from {other['start'].replace('T', ' ')} ({where})")
    if lines:
        yield "\n".join(["Runners-up", *lines])
