"""Matching: the hub's board on counts and pseudonyms, the agency's choice on its own roster."""

from __future__ import annotations

from d2a_desktop.demo.cast import Cast
from d2a_desktop.demo.evidence import Step
from d2a_desktop.demo.fates import AGENCY_A, AGENCY_B
from d2a_desktop.demo.play_agency import grace
from d2a_desktop.demo.play_place import block_of
from d2a_desktop.demo.system import AGENCY, CARE_HUB
from d2a_desktop.demo.workers import CATLESS


def match_at_hub(cast: Cast, step: Step) -> None:
    """Step 5, the hub's seat: everybody who waits, agencies ranked, no worker named."""
    cast.at(None)
    hub = cast.system[CARE_HUB]
    plan = hub.matches.plan_board(hub.caller)
    row = next((r for r in plan.rows if r.case_ref == cast.refs[cast.hero.key]), None)
    agencies = {choice.agency_ods: choice for choice in row.agencies} if row else {}
    step.fact(
        waiting_for_an_agency=len(plan.rows),
        hub_says={ods: choice.sentence for ods, choice in agencies.items()},
        hub_proposes=row.proposed if row else None,
    )
    step.holds(
        "The hub's board ranks all three agencies for the person and proposes one",
        row is not None and len(agencies) == 3 and row.proposed,
    )
    step.holds(
        "Profiles count only where the agency shares them, and then without names",
        agencies[AGENCY_A].fits is not None and agencies[AGENCY_B].fits is None,
    )


def match_at_agency(cast: Cast, step: Step) -> None:
    """Step 5, the agency's seat: why this worker, and why not that one."""
    hero = cast.hero
    cast.at(hero.times.offer)
    desk = cast.system[AGENCY]
    start, end = block_of(hero)
    choices = desk.matches.choices(
        desk.caller, cast.offers[hero.key][AGENCY_A], starts_at=start, ends_at=end
    )
    chosen = next(c for c in choices if c.worker_id == grace(cast))
    catless = next(c for c in choices if c.name.endswith(CATLESS))
    fitting = [c for c in choices if c.verdict == "fits"]
    step.fact(
        workers_looked_at=len(choices),
        fit=len(fitting),
        why=f"{chosen.name}, rank {chosen.rank}: {'; '.join(chosen.points)}",
        why_not={
            choice.name: "; ".join(choice.reasons)
            for choice in (catless, *[c for c in choices if c.verdict == "excluded"][:2])
        },
    )
    step.holds("The worker who will go fits every hard rule", chosen.verdict == "fits")
    step.holds(
        "The one who cannot live with a cat is excluded for that",
        catless.verdict == "excluded" and any("cat" in reason for reason in catless.reasons),
    )
    step.holds(
        "Nobody is left out without a reason",
        all(c.reasons or c.cannot_confirm for c in choices if c.verdict != "fits"),
    )


def match_roster(cast: Cast, step: Step) -> None:
    """Step 5, the whole roster at once: the engine in its own process proposes."""
    cast.at(None)
    desk = cast.system[AGENCY]
    plan = desk.matches.solve_roster(desk.caller)
    step.fact(
        roster_plan=f"{len(plan.rows)} placed, {len(plan.unplaced)} not, "
        + ("none better exists" if plan.proven else "best found"),
        proposals=[row.sentence for row in plan.rows[:2]],
        not_placed=[f"{u.offer_reference}: {'; '.join(u.reasons)}" for u in plan.unplaced[:3]],
    )
    step.holds("The whole roster was planned at once, each proposal with its reason", plan.rows)
    step.holds("Who is not placed has a reason", all(row.reasons for row in plan.unplaced))
