"""What befalls people and desks in the convergence tests, beside the main job and plain writes.

Each deed, here and in `journey` and `writing`, takes the world and a source of chance, picks a
desk, and does one thing there. One that a desk's own rules refuse changes nothing, as for people.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from random import Random

from d2a_desktop.core.clock import SystemClock
from tests.convergence import journey
from tests.convergence.desk import ConvergingDesk
from tests.convergence.values import some_value
from tests.convergence.world import World
from tests.convergence.writing import wire, write

Deed = Callable[[World, Random], None]


# --- what else happens to a case ----------------------------------------------------------------


def turn_away(world: World, chance: Random) -> None:
    """Something ends what was agreed: handed back, withdrawn, turned back, met again, died."""
    desk = world.desk(chance)
    if desk.member.kind == "agency":
        _agency_ends(desk, chance)
        return
    cases = desk.ids("spell")
    if not cases:
        return
    case = chance.choice(cases)
    action, document = chance.choice(_EXITS)
    if action == "died":
        write(desk, ("spell", case, None, {"died_at": wire(desk.now())}))
    elif action == "offer withdrawn":
        for offer in desk.ids("offer", "status = 'sent'")[:1]:
            desk.do(case, "withdraw", reason="pathway_changed", offer=offer)
    else:
        desk.do(case, action, **document)


_EXITS: tuple[tuple[str, dict[str, object]], ...] = (
    ("withdraw", {"reason": "01"}),
    ("turn-back", {"where": "before_leaving", "reason": "no key"}),
    ("turn-back", {"where": "at_door", "reason": "no key"}),
    ("review", {"decided_by": "Dr Sample", "decided_role": "consultant", "applies": ["CTR02"]}),
    ("reopen", {"reason": "entered by mistake"}),
    ("pathway", {"return_reason": "incomplete"}),
    ("died", {}),
    ("offer withdrawn", {}),
)


def _agency_ends(desk: ConvergingDesk, chance: Random) -> None:
    accepted = desk.ids("offer", "status = 'accepted'")
    if accepted and chance.random() < 0.6:
        desk.do(chance.choice(accepted), "hand-back", reason="worker_ill")
    elif placements := desk.ids("placement", "status = 'open'"):
        ended: dict[str, object] = {"status": "ended", "end_reason": "other"}
        write(desk, ("placement", chance.choice(placements), None, ended))


def chase(world: World, chance: Random) -> None:
    """A note, a barrier, a task, a line of the record."""
    desk = world.desk(chance)
    cases = desk.ids("spell")
    if not cases:
        return
    case = chance.choice(cases)
    how = chance.randrange(5)
    if how == 0:
        desk.do(case, "note", text="Rang the daughter", spoken_to="Dee Sample")
    elif how == 1:
        desk.do(case, "barrier", reason_code=chance.choice(("R1", "AD1", "A1")), primary=True)
    elif how == 2:
        desk.do(case, "task", kind="call", title="Ring back", owner_kind="hub")
    elif how == 3:
        open_tasks = desk.ids("task", "scope_id = ? AND status = 'open'", case)
        if open_tasks:
            desk.do(case, "task", done=chance.choice(open_tasks), outcome_code="done")
    else:
        desk.do(
            case, "update", values={"patient": {"phone": f"01632 9601{chance.randrange(90):02d}"}},
            add={"contact": [{"name": "Dee", "relationship": "daughter"}],
                 "restricted_note": [{"kind": "key_code", "text": "1234"}]},
        )  # fmt: skip


def run_the_office(world: World, chance: Random) -> None:
    """Rosters, contracts, weeks, diaries."""
    desk = world.desk(chance, "agency", "community")
    how = chance.randrange(5)
    if desk.member.kind == "agency":
        if how == 0 or not desk.ids("capacity_contract"):
            desk.keep("contract", valid_from="2026-01-01", min_starts=2, max_starts=4)
        elif how in (1, 2):
            year, week, _ = desk.now().isocalendar()
            desk.keep("slot", week=f"{year}-W{week:02d}", count=2)
        else:
            journey.hire(desk, chance)
    elif how < 2 or not (assessors := desk.ids("assessor")):
        desk.keep("assessor", name="Ola Sample", profession="OT")
    else:
        desk.keep(
            "assessor_time", assessor_id=chance.choice(assessors), kind="away",
            starts_at=desk.ahead(hours=1), ends_at=desk.ahead(hours=2),
        )  # fmt: skip


# --- exchange, and what befalls it ----------------------------------------------------------------


def settle_a_conflict(world: World, chance: Random) -> None:
    """A person looks at what was not taken and chooses."""
    desk = world.desk(chance)
    found = desk.open_conflicts()
    if not found:
        return
    op, _, code = chance.choice(found)
    choice = chance.choice(("mine", "theirs", "edit")) if code == "conflict" else "seen"
    values = None
    if choice == "edit":
        (row,) = desk.sql("SELECT entity, mine FROM conflict WHERE op = ?", op)
        names = sorted(json.loads(row[1] or "{}"))
        values = {n: some_value(desk, row[0], n, chance) for n in names}
        values = {n: v for n, v in values.items() if v is not None}
    desk.settle_conflict(op, choice, values)


def change_users(world: World, chance: Random) -> None:
    """Somebody else of the organisation signs in on a shared desk."""
    desk = world.desk(chance)
    desk.sign_in(chance.choice(desk.users))


def sync(world: World, chance: Random) -> None:
    """One desk exchanges."""
    world.desk(chance).sync()


def sync_some(world: World, chance: Random) -> None:
    """Some desks exchange, one after the other."""
    desks = list(world.desks.values())
    for desk in chance.sample(desks, chance.choice((2, len(desks)))):
        desk.sync()


def check_this_computer(world: World, chance: Random) -> None:
    """A person lets a desk compare itself with the server; a slow writer is no difference."""
    world.desk(chance).check()


def fault(world: World, chance: Random, fault: str) -> None:
    """Something will go wrong on a line, at one of its next calls; then the desk exchanges."""
    desk = world.desk(chance)
    for _ in range(chance.choice((1, 1, 2, 5))):
        desk.line.faults.append((fault, chance.randrange(1 << 16)))
    if chance.random() < 0.8:
        desk.sync()


def go_offline_or_back(world: World, chance: Random) -> None:
    """A desk leaves the network, or finds it again."""
    desk = world.desk(chance)
    desk.line.offline = not desk.line.offline


def power_cut(world: World, chance: Random) -> None:
    """A desk goes dark in the middle of an exchange and is started again."""
    desk = world.desk(chance)
    desk.failing.dark_in = chance.randrange(1, 10)
    desk.sync()
    desk.failing.dark_in = 0


def restart(world: World, chance: Random) -> None:
    """A desk is closed and opened."""
    world.desk(chance).restart()


def late_delivery(world: World, chance: Random) -> None:
    """The network brings an old batch to the server again."""
    line = world.desk(chance).line
    if line.batches:
        line.late_delivery(chance.randrange(1 << 16))


def move_a_clock(world: World, chance: Random) -> None:
    """A desk's clock is wrong by up to an hour, either way; or right again."""
    desk = world.desk(chance)
    minutes = chance.choice((-60, -3, 0, 4, 60))
    desk.clock.set(SystemClock().now() + timedelta(minutes=minutes))


def slow_writer(world: World, chance: Random) -> None:
    """A transaction stays open on the server, or ends at last."""
    if world.slow is not None:
        world.end_slow_writer(commit=chance.random() < 0.8)
    elif world.markers:
        world.begin_slow_writer(chance.choice(list(world.markers.values())))


def grant_while_writing(world: World, chance: Random) -> None:
    """A case goes a step further while somebody's row of it is written and not yet committed."""
    if not world.markers or world.slow is not None:
        return
    case = chance.choice(list(world.markers.values()))
    world.begin_slow_writer(case)
    for desk in world.desks.values():
        if desk.has_work():
            desk.sync()
        if any(step(desk, case, chance) for step in (journey.answer, journey.refer)):
            desk.sync()
            break
    world.end_slow_writer()


def offers_lapse(world: World, chance: Random) -> None:
    """The time to reply passes."""
    if chance.random() < 0.3:
        world.let_offers_lapse()
