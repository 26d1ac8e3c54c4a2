"""Tries a bundle out as its person would: `python tools/check_bundle.py dist/d2a-desktop`.

In a new profile and with nothing of this machine's Python in reach: the command answers, a desk is
made and the doctor finds it in order, an extract goes in, a pack comes out, both engines answer
from the process that the bundle starts of itself, and a window opens without a display.
Ends with 0 where all of it holds, else with 1 and what did not.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_LONGEST_SECONDS = 120.0
_DAYS = ("2026-11-23", "2026-11-30")
_MATCHING: dict[str, Any] = {
    "kind": "matching",
    "format": 1,
    "id": "bundle",
    "calendar": {"timezone": "Europe/London"},
    "agencies": [{"id": "A1", "max_starts_per_7_days": None, "recent_starts": []}],
    "weights": dict.fromkeys(
        (
            "gender_preference",
            "language_preference",
            "continuity",
            "offer_withdrawn",
            "plan_change",
        ),
        1,
    ),
    "workers": [
        {
            "id": "W1",
            "agency": "A1",
            "gender": "F",
            "languages": ["en"],
            "skills": [],
            "driver": True,
            "smoker": False,
            "accepts_pets": [],
            "accepts_smoking_home": True,
            "max_distance_km": 250,
            "min_rest_hours": 24,
            "max_consecutive_days": 42,
            "certificates": {},
            "available": [["2026-01-01", "2028-12-31"]],
            "bookings": [],
            "refused": [],
        }
    ],
    "referrals": [
        {
            "id": "R1",
            "fit_date": "2026-11-22",
            "priority_weight": 1,
            "earliest_start": _DAYS[0],
            "latest_start": _DAYS[1],
            "no_start_dates": [],
            "gender_required": None,
            "gender_preferred": None,
            "languages_required": [],
            "languages_preferred": [],
            "pets": [],
            "smoking_home": False,
            "non_smoker_required": False,
            "needs_driver": False,
            "excluded_workers": [],
            "previous_workers": [],
            "parts": [
                {
                    "offset_days": 0,
                    "days": 14,
                    "start_time": "10:00",
                    "end_time": "10:00",
                    "required_skills": [],
                    "required_certificates": [],
                }
            ],
        }
    ],
    "distance_km": {"W1": {"R1": 12}},
    "offers": [],
    "current_plan": [],
}
_SCHEDULING: dict[str, Any] = {
    "kind": "scheduling",
    "format": 1,
    "id": "bundle",
    "calendar": {
        "timezone": "Europe/London",
        "horizon_start": "2026-11-23",
        "horizon_end": "2026-11-27",
        "bank_holidays": [],
    },
    "now": "2026-11-23T08:00",
    "rules": {"deadline_hours": 48},
    "weights": dict.fromkeys(
        (
            "gender_preference",
            "language_preference",
            "continuity",
            "assessor_changed",
            "time_changed",
            "confirmed_moved",
        ),
        1,
    ),
    "assessors": [
        {
            "id": "A1",
            "gender": "F",
            "languages": ["en"],
            "skills": ["OT"],
            "base": "b",
            "pattern": {day: ["09:00", "17:00"] for day in ("mon", "tue", "wed")},
            "works_bank_holidays": False,
            "extra_shifts": [],
            "absences": [],
            "appointments": [],
        }
    ],
    "visits": [
        {
            "id": "V1",
            "node": "h",
            "arrived_home": "2026-11-22T17:00",
            "duration_minutes": 60,
            "required_skills": ["OT"],
            "gender_required": None,
            "gender_preferred": None,
            "languages_preferred": [],
            "previous_assessor": None,
            "windows": None,
            "priority_weight": 1,
            "confirmed": None,
        }
    ],
    "previous_plan": [],
    "travel_minutes": {"b": {"b": 0, "h": 20}, "h": {"b": 20, "h": 0}},
}


class Bundle:
    """A bundle's command in a profile of its own."""

    def __init__(self, folder: Path, place: Path) -> None:
        self.program = folder / ("d2a.exe" if sys.platform == "win32" else "d2a")
        self.place = place
        self.profile = place / "desk"
        kept = ("SystemRoot", "TEMP", "TMP", "LANG", "LD_LIBRARY_PATH")
        self.environment = {name: os.environ[name] for name in kept if name in os.environ} | {
            "HOME": str(place),
            "LOCALAPPDATA": str(place),
            "PATH": os.defpath,
            "D2A_PASSPHRASE": "words for a bundle that is tried out",
            # Nothing of the trial may stay in anybody's keyring.
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
            "QT_QPA_PLATFORM": "offscreen",
        }

    def command(self, *words: str) -> list[str]:
        """Return the command line of a command in this profile."""
        return [str(self.program), "--profile", str(self.profile), *words]

    def run(self, *words: str, short: bool = False) -> str:
        """Run a command; returns what it printed.

        Raises:
            RuntimeError: it ended with another code than 0, or 1 where it may fall `short`.
        """
        done = subprocess.run(
            self.command(*words),
            cwd=self.place,
            env=self.environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=_LONGEST_SECONDS,
            check=False,
        )
        if done.returncode > short:
            said = f"{done.stdout}\n{done.stderr}".strip()
            raise RuntimeError(f"`d2a {' '.join(words)}` ended with {done.returncode}: {said}")
        return done.stdout

    def ask(self, *words: str) -> Any:
        """Run a command with --json; returns its document."""
        return json.loads(self.run("--json", *words))


def answers(bundle: Bundle) -> str:
    """The command starts and tells its version."""
    return bundle.run("--version").strip()


def makes_a_desk(bundle: Bundle) -> str:
    """A new desk is in order from its folder to its audit trail."""
    bundle.run("desk", "init", "--org", "RXX01", "--role", "ward_coordinator", "--name", "Bundle")
    findings = bundle.ask("doctor")["findings"]
    wrong = [each["check"] for each in findings if not each["ok"]]
    if wrong:
        raise RuntimeError(f"the doctor finds fault with: {', '.join(wrong)}")
    return f"the doctor looked at {len(findings)} things"


def takes_an_extract_in(bundle: Bundle) -> str:
    """The sample that comes with the program goes in, and a pack of one person comes out."""
    (sample,) = bundle.program.parent.rglob("pas_extract.csv")
    accepted = bundle.ask("import", str(sample))["accepted"]
    case = bundle.ask("board")["rows"][0]["case_ref"]
    pack = bundle.place / "pack.pdf"
    bundle.run("pack", case, "--kind", "handover", "--out", str(pack), short=True)  # a draft
    if not pack.read_bytes().startswith(b"%PDF-"):
        raise RuntimeError("the pack is no PDF")
    return f"{accepted} people in, a pack of {pack.stat().st_size // 1000} kB out"


def solves(bundle: Bundle) -> str:
    """Both engines answer, in a process that the bundle starts of itself."""
    told = []
    for kind, document in (("match", _MATCHING), ("schedule", _SCHEDULING)):
        file = bundle.place / f"{kind}.json"
        file.write_text(json.dumps(document), encoding="utf-8")
        told.append(f"{kind}: {bundle.ask('solve', kind, str(file))['status']}")
    return ", ".join(told)


def opens_a_window(bundle: Bundle) -> str:
    """A window opens; a second start finds it, and ends instead of opening another."""
    with _running(bundle.command(), bundle) as window:
        until = time.monotonic() + _LONGEST_SECONDS
        lock = bundle.profile / "window.lock"
        while not lock.exists():
            if window.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"no window came (ended with {window.poll()})")
            time.sleep(0.05)
        bundle.run()
        if window.poll() is not None:
            raise RuntimeError(f"the window ended with {window.returncode}")
    return "opened without a display, and found by a second start"


@contextmanager
def _running(command: list[str], bundle: Bundle) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        command, cwd=bundle.place, env=bundle.environment, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield process
        finally:
            process.terminate()


CHECKS: tuple[Callable[[Bundle], str], ...] = (
    answers,
    makes_a_desk,
    takes_an_extract_in,
    solves,
    opens_a_window,
)


def main() -> int:
    """Try the bundle and return 0 where everything holds, else 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="the bundle's folder")
    folder = parser.parse_args().folder.resolve()
    size = sum(each.lstat().st_size for each in folder.rglob("*") if each.is_file())
    print(f"{folder.name}: {size // 1_000_000} MB")
    with tempfile.TemporaryDirectory(prefix="d2a-bundle-") as place:
        bundle = Bundle(folder, Path(place))
        for check in CHECKS:
            try:
                print(f"ok      {check.__name__.replace('_', ' ')}: {check(bundle)}")
            except (RuntimeError, OSError, ValueError, KeyError, subprocess.SubprocessError) as no:
                print(f"failed  {check.__name__.replace('_', ' ')}: {no}")
                return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
