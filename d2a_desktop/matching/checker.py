"""An independent reading of FORMAT.md: checks a finished plan against the document itself.

It shares nothing with the solver, its model or its parser: it takes the raw JSON document and the
raw solution, and works out each rule and the objective again.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from d2a_desktop.matching.checker_facts import Stay, broken_facts, fact_points

Json = Mapping[str, Any]

# H05: only this training may lapse during a placement, and only where a refresher is booked.
_TRAINING = frozenset(
    (
        *("CARE_CERT", "MH", "moving_handling", "SAFEG", "BLS", "first_aid", "IPC", "FOOD"),
        *("FIRE", "MCA", "IG"),
    )
)
# What a document may set aside (DOMAIN 4.4), certificates by their name.
_OVERRIDABLE = frozenset(
    (
        *("gender", "driver", "rest_cover", "max_consecutive", "rest", "language", "distance"),
        "infection_immunity",
    )
)
_OVERRIDABLE_PAPERS = _TRAINING | {"MEDS", "medication", "DRIVE"}


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule (its FORMAT code, or "shape") that a plan breaks, where, and how."""

    code: str
    referral: str
    fact: str


@dataclass(frozen=True, slots=True)
class Checked:
    """The violations of a plan, and its objective worked out afresh."""

    violations: tuple[Violation, ...]
    objective: tuple[float, ...]


def check(document: Json, solution: Json) -> Checked:
    """Check a solution against its (well-formed) document.

    Returns:
        every violation, and the four levels recomputed. A solution of the wrong shape is told as a
        "shape" violation, with no objective.
    """
    shape = list(_shape(document, solution))
    if shape:
        return Checked(tuple(shape), ())
    stays = _stays(document, solution["assignments"])
    found = [broken for stay in stays for broken in _single(document, stay)]
    found += [broken for stay in stays for broken in _unpinned(document, stay)]
    found += _between(document, stays)
    found += _rolling_caps(document, stays)
    return Checked(tuple(found), _objective(document, stays))


def _shape(document: Json, solution: Json) -> Iterator[Violation]:
    referrals = {r["id"]: r for r in document["referrals"]}
    workers = {w["id"] for w in document["workers"]}
    given: dict[str, list[Json]] = {}
    for row in solution["assignments"]:
        if row["referral"] not in referrals or row["worker"] not in workers:
            yield Violation("shape", str(row["referral"]), "unknown referral or worker")
        else:
            given.setdefault(row["referral"], []).append(row)
    left = [u if isinstance(u, str) else u["referral"] for u in solution["unplaced"]]
    if solution.get("instance") != document["id"]:
        yield Violation("shape", "", "the solution is of another instance")
    for name, referral in referrals.items():
        times = left.count(name) + (name in given)
        if times != 1:
            yield Violation("shape", name, f"is placed or unplaced {times} times")
        if name in given:
            parts = sorted(row["part"] for row in given[name])
            if parts != list(range(len(referral["parts"]))):
                yield Violation("shape", name, "all parts or none")
            if len({row["start"] for row in given[name]}) != 1:
                yield Violation("shape", name, "the parts have no common start date")
    yield from (Violation("shape", u, "unknown referral") for u in left if u not in referrals)


def _stays(document: Json, assignments: Sequence[Json]) -> list[Stay]:
    zone = ZoneInfo(document["calendar"]["timezone"])
    referrals = {r["id"]: r for r in document["referrals"]}
    workers = {w["id"]: w for w in document["workers"]}
    agencies = {a["id"]: a for a in document["agencies"]}
    stays = []
    for row in assignments:
        part = referrals[row["referral"]]["parts"][row["part"]]
        first = date.fromisoformat(row["start"]) + timedelta(days=part["offset_days"])
        last = first + timedelta(days=part["days"])
        stays.append(
            Stay(
                referral=referrals[row["referral"]],
                index=row["part"],
                part=part,
                worker=workers[row["worker"]],
                agency=agencies[workers[row["worker"]]["agency"]],
                begin=_utc(f"{first}T{part['start_time']}", zone),
                end=_utc(f"{last}T{part['end_time']}", zone),
                first=first,
                last=last,
                instants={
                    "arrives_from": _instant(workers[row["worker"]].get("arrives_from"), zone),
                    "outgoing_leaves": _instant(
                        referrals[row["referral"]].get("outgoing_leaves"), zone
                    ),
                },
            )
        )
    return stays


def _utc(local: str, zone: ZoneInfo) -> datetime:
    moment = datetime.fromisoformat(local)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return moment.astimezone(ZoneInfo("UTC"))


def _instant(local: str | None, zone: ZoneInfo) -> datetime | None:
    return None if local is None else _utc(local, zone)


def _single(document: Json, stay: Stay) -> Iterator[Violation]:
    """Yield the rules that one stay breaks by itself."""
    referral, worker = stay.referral, stay.worker
    start = stay.first - timedelta(days=stay.part["offset_days"])
    km = document["distance_km"][worker["id"]][referral["id"]]
    days = stay.part["days"]
    held = {
        "window": referral["earliest_start"] <= start.isoformat() <= referral["latest_start"]
        and start.isoformat() not in referral["no_start_dates"],
        "excluded": worker["id"] not in referral["excluded_workers"],
        "refused": referral["id"] not in worker["refused"],
        "distance": km is not None and km <= worker["max_distance_km"],
        "max_consecutive": days <= worker["max_consecutive_days"],
        "driver": worker["driver"] or not referral["needs_driver"],
        "availability": any(
            date.fromisoformat(a) <= stay.first and stay.last <= date.fromisoformat(b)
            for a, b in worker["available"]
        ),
        **_person_rules(stay),
    }
    broken = [(code, "") for code, holds in held.items() if not holds]
    broken += [(code, "") for code in broken_facts(stay)]
    broken += [("certificate", name) for name in _lapsed(stay)]
    for need in _unconfirmed(stay):
        code, _, name = need.partition(":")
        broken.append((code, name if code == "certificate" else ""))
    for code, name in broken:
        if not _overridden(document, stay, f"{code}:{name}" if name else code):
            fact = f"worker {worker['id']} from {stay.first} {name}".rstrip()
            yield Violation(code, referral["id"], fact)


def _lapsed(stay: Stay) -> Iterator[str]:
    """Yield the required certificates that do not hold to the end (training: with a refresher)."""
    for name in stay.part["required_certificates"]:
        held = stay.worker["certificates"].get(name)
        until = stay.last
        training = name in _TRAINING and name in (stay.worker.get("refresher_booked") or [])
        if training:
            until = stay.first
        if held is None and f"certificate:{name}" in (stay.worker.get("cannot_confirm") or []):
            continue  # told as unconfirmed
        if held is None or _valid_to(held) < until:
            yield name


def _overridden(document: Json, stay: Stay, rule: str) -> bool:
    _, _, paper = rule.partition(":")
    return (paper in _OVERRIDABLE_PAPERS or rule in _OVERRIDABLE) and any(
        (o["rule"], o["worker"], o["referral"]) == (rule, stay.worker["id"], stay.referral["id"])
        and o["role"]
        and o["reason"].strip()
        and stay.last.isoformat() <= o["expires"]
        for o in document.get("overrides") or []
    )


def _unpinned(document: Json, stay: Stay) -> Iterator[Violation]:
    start = (stay.first - timedelta(days=stay.part["offset_days"])).isoformat()
    for pin in document.get("pins") or []:
        if (pin["referral"], pin["part"]) == (stay.referral["id"], stay.index) and (
            pin["worker"] != stay.worker["id"] or pin.get("start") not in {None, start}
        ):
            yield Violation("pin", stay.referral["id"], f"is pinned to {pin['worker']}")


def _person_rules(stay: Stay) -> dict[str, bool]:
    referral, worker = stay.referral, stay.worker
    genders = {referral["gender_required"], stay.part.get("gender_required")} - {None}
    return {
        "skill": set(stay.part["required_skills"]) <= set(worker["skills"]),
        "gender": genders <= {worker["gender"]},
        "language": set(referral["languages_required"]) <= set(worker["languages"])
        or referral.get("interpreter_arranged") is True,
        "pets": set(referral["pets"]) <= set(worker["accepts_pets"]),
        "smoking": (worker["accepts_smoking_home"] or not referral["smoking_home"])
        and not (referral["non_smoker_required"] and worker["smoker"]),
    }


def _unconfirmed(stay: Stay) -> list[str]:
    """Return the facts this stay rests on that nobody has confirmed."""
    referral, part = stay.referral, stay.part
    leaned = ["driver"] * referral["needs_driver"]
    leaned += ["smoking"] * (referral["smoking_home"] or referral["non_smoker_required"])
    leaned += ["gender"] * any((referral["gender_required"], part.get("gender_required")))
    leaned += [f"skill:{name}" for name in part["required_skills"]]
    leaned += [f"certificate:{name}" for name in part["required_certificates"]]
    leaned += [f"language:{name}" for name in referral["languages_required"]]
    leaned += [f"pets:{name}" for name in referral["pets"]]
    return [need for need in stay.worker.get("cannot_confirm") or [] if need in leaned]


def _valid_to(certificate: Any) -> date:
    if isinstance(certificate, str):
        return date.fromisoformat(certificate)
    issued = date.fromisoformat(certificate["issued"])
    month = issued.month + int(certificate["valid_months"])
    year, month = issued.year + (month - 1) // 12, (month - 1) % 12 + 1
    day = issued.day
    while day > calendar.monthrange(year, month)[1]:
        day -= 1
    return date(year, month, day)


def _between(document: Json, stays: Sequence[Stay]) -> Iterator[Violation]:
    """Yield overlaps and missing rest between a worker's stays and bookings, and 28-day limits."""
    zone = ZoneInfo(document["calendar"]["timezone"])
    for worker in document["workers"]:
        mine = [s for s in stays if s.worker["id"] == worker["id"]]
        booked = [(_utc(b["start"], zone), _utc(b["end"], zone)) for b in worker["bookings"]]
        for n, stay in enumerate(mine):
            # A rest that was set aside is the rest beside a booking, never beside a planned stay.
            waived = booked if _overridden(document, stay, "rest") else []
            others = booked + [(s.begin, s.end) for s in mine[:n]]
            rest = worker["min_rest_hours"]
            codes = {_clash(stay, other, 0 if other in waived else rest) for other in others}
            for code in codes - {""}:
                yield Violation(code, stay.referral["id"], f"worker {worker['id']}")
        limit = worker.get("max_days_in_28")
        if limit is not None:
            yield from _too_many_days(mine, booked, zone, limit)


def _clash(stay: Stay, other: tuple[datetime, datetime], rest_hours: float) -> str:
    if stay.begin < other[1] and other[0] < stay.end:
        return "overlap"
    gap = stay.begin - other[1] if other[1] <= stay.begin else other[0] - stay.end
    return "rest" if gap < timedelta(minutes=round(rest_hours * 60)) else ""


def _too_many_days(
    mine: Sequence[Stay],
    booked: Sequence[tuple[datetime, datetime]],
    zone: ZoneInfo,
    limit: int,
) -> Iterator[Violation]:
    worked: set[date] = set()
    for begin, end in booked:
        first, last = begin.astimezone(zone).date(), end.astimezone(zone).date()
        worked |= {first + timedelta(days=n) for n in range((last - first).days)}
    for stay in mine:
        worked |= stay.dates()
    for stay in mine:
        # Every window that holds a day of the stay; what bookings alone overfill is not its fault.
        span = (stay.last - stay.first).days + 27
        windows = (stay.first + timedelta(days=n - 27) for n in range(span))
        for first in windows:
            inside = sum(first + timedelta(days=n) in worked for n in range(28))
            if inside > limit:
                yield Violation("max_days_in_28", stay.referral["id"], f"{inside} from {first}")
                break


def _rolling_caps(document: Json, stays: Sequence[Stay]) -> Iterator[Violation]:
    for agency in document["agencies"]:
        cap = agency["max_starts_per_7_days"]
        if cap is None:
            continue
        mine = [s for s in stays if s.worker["agency"] == agency["id"]]
        starts = [s.first for s in mine]
        starts += [date.fromisoformat(day) for day in agency["recent_starts"]]
        for stay in mine:
            for back in range(7):
                first = stay.first - timedelta(days=back)
                week = {first + timedelta(days=n) for n in range(7)}
                if sum(start in week for start in starts) > cap:
                    yield Violation("capacity", stay.referral["id"], f"week from {first}")
                    break


def _objective(document: Json, stays: Sequence[Stay]) -> tuple[float, ...]:
    starts = {s.referral["id"]: s.first - timedelta(days=s.part["offset_days"]) for s in stays}
    placed = [r for r in document["referrals"] if r["id"] in starts]
    waits = (starts[r["id"]] - date.fromisoformat(r["fit_date"]) for r in placed)
    metres = sum(
        round((document["distance_km"][s.worker["id"]][s.referral["id"]] or 0) * 1000)
        for s in stays
    )
    return (
        -sum(r["priority_weight"] for r in placed),
        sum(wait.days for wait in waits),
        _points(document, stays, starts),
        metres // 1000 if metres % 1000 == 0 else metres / 1000,
    )


def _points(document: Json, stays: Sequence[Stay], starts: Mapping[str, date]) -> int:
    weights, points = document["weights"], 0
    done = set()
    for stay in stays:
        referral, worker = stay.referral, stay.worker
        if referral["gender_preferred"] not in {None, worker["gender"]}:
            points += weights["gender_preference"]
        wanted = set(referral["languages_preferred"])
        points += weights["language_preference"] * len(wanted - set(worker["languages"]))
        if referral["previous_workers"] and worker["id"] not in referral["previous_workers"]:
            points += weights["continuity"]
        held = {name: _valid_to(value) for name, value in worker["certificates"].items()}
        points += fact_points(document, stay, held)
        done.add((referral["id"], stay.index, worker["id"], starts[referral["id"]].isoformat()))
    for name, weight in (("offers", "offer_withdrawn"), ("current_plan", "plan_change")):
        for e in document.get(name) or []:
            if (e["referral"], e["part"], e["worker"], e["start"]) not in done:
                points += weights[weight]
    for extra in document.get("extra_points") or []:
        for referral_id, part, worker_id, _ in done:
            same = (referral_id, worker_id) == (extra["referral"], extra["worker"])
            if same and extra.get("part") in {None, part}:
                points += extra["points"]
    return int(points)
