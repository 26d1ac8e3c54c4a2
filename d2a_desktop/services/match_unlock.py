"""What one more worker would let an agency take, in words: a hint for whom to recruit or train."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from d2a_desktop.domain.code_lists import credentials
from d2a_desktop.services.match_rosters import RosterProblem
from d2a_desktop.services.need_words import level_label


@dataclass(frozen=True)
class Unlock:
    """One more worker of one kind, and what the agency's plan would gain.

    Args:
        worker: what the worker can do beyond what most of the crew can.
        placed: how many more offers would have a worker.
        days_sooner: by how many days in all the others would start sooner.
        offers: the references of the offers that would have a worker.
        proven: whether both plans are the best there are.
    """

    worker: str
    placed: int
    days_sooner: int
    offers: tuple[str, ...]
    proven: bool

    @property
    def sentence(self) -> str:
        """The gain in words."""
        gains = []
        if self.placed:
            offers = "offer" if self.placed == 1 else "offers"
            gains.append(f"{self.placed} more {offers} ({', '.join(self.offers)})")
        if self.days_sooner > 0:
            days = "day" if self.days_sooner == 1 else "days"
            gains.append(f"{self.days_sooner} {days} sooner in all for the others")
        sure = "" if self.proven else "; best found in the time"
        return f"{self.worker}: {' and '.join(gains) or 'nothing more'}{sure}"


def unlocks_in_words(problem: RosterProblem, answer: Mapping[str, Any]) -> tuple[Unlock, ...]:
    """Return the trials that gain anything, the most first."""
    names = {kind.code: kind.name for kind in credentials()}
    told = []
    for row in answer["rows"]:
        if row["placed"] <= 0 and row["days"] <= 0:
            continue
        beyond = [level_label("skill", code) for code in row["skills"]]
        beyond += [names.get(code, code) for code in row["certificates"]]
        beyond += [f"speaks {language}" for language in row["languages"]]
        beyond += ["drives"] if row["driver"] else []
        told.append(
            Unlock(
                worker="One more worker" + (f" with {', '.join(beyond)}" if beyond else ""),
                placed=row["placed"],
                days_sooner=row["days"],
                offers=tuple(problem.offers[each].reference for each in row["referrals"]),
                proven=row["proven"],
            )
        )
    return tuple(told)
