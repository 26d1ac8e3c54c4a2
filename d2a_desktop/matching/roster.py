"""A plan being built: what every worker and agency is bound to, and whether one more stint fits."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from d2a_desktop.matching.problem import Problem, Stint, Worker


@dataclass(frozen=True, slots=True)
class Choice:
    """Where a placed referral stands: its start date and one worker per part."""

    start: date
    workers: tuple[str, ...]

    def does(self, part: int, worker: str, start: date) -> bool:
        """Tell whether this choice gives `part` to `worker` from `start`."""
        return self.start == start and self.workers[part] == worker


# referral → its choice; a referral that is not in it is unplaced.
Plan = Mapping[str, Choice]


def most_days_in_28(worked: Collection[date], touching: Iterable[date]) -> int:
    """Return the most worked days in any 28 consecutive days that contain a day of `touching`."""
    spots = sorted({day.toordinal() for day in worked})
    new = sorted({day.toordinal() for day in touching})
    if not new:
        return 0
    most = 0
    # A fullest window can always be slid until it begins on a worked day.
    for n in range(bisect_left(spots, new[0] - 27), bisect_right(spots, new[-1])):
        last = spots[n] + 27
        touched = bisect_left(new, spots[n])
        if touched < len(new) and new[touched] <= last:
            most = max(most, bisect_right(spots, last) - n)
    return most


class Roster:
    """The stints placed so far; the rules that hold between them are asked here."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._stints: dict[str, list[Stint]] = {worker: [] for worker in problem.workers}
        self._starts: dict[str, list[date]] = {
            agency.id: list(agency.recent_starts) for agency in problem.agencies.values()
        }

    def clash(self, worker: str, stint: Stint) -> str:
        """Return the code of the first rule that keeps `stint` out, or an empty text."""
        person = self._problem.workers[worker]
        for other in self._stints[worker]:
            if stint.begin < other.end and other.begin < stint.end:
                return "overlap"
            gap = max(stint.begin - other.end, other.begin - stint.end)
            if gap < person.min_rest_minutes:
                return "rest"
        if self._over_cap(person.agency, stint.first_day):
            return "capacity"
        return "max_days_in_28" if self._too_many_days(person, stint) else ""

    def add(self, worker: str, stint: Stint) -> None:
        """Bind `worker` to `stint`."""
        self._stints[worker].append(stint)
        self._starts[self._problem.workers[worker].agency].append(stint.first_day)

    def remove(self, worker: str, stint: Stint) -> None:
        """Release `worker` from `stint`."""
        self._stints[worker].remove(stint)
        self._starts[self._problem.workers[worker].agency].remove(stint.first_day)

    def _over_cap(self, agency: str, start: date) -> bool:
        cap = self._problem.agencies[agency].max_starts_per_7_days
        if cap is None:
            return False
        near = [day for day in self._starts[agency] if abs((day - start).days) <= 6]
        for back in range(7):
            first = start - timedelta(days=back)
            if 1 + sum(0 <= (day - first).days <= 6 for day in near) > cap:
                return True
        return False

    def _too_many_days(self, worker: Worker, stint: Stint) -> bool:
        if worker.max_days_in_28 is None:
            return False
        days = set(stint.days)
        for booking in worker.bookings:
            days.update(booking.days)
        for other in self._stints[worker.id]:
            days.update(other.days)
        return most_days_in_28(days, stint.days) > worker.max_days_in_28
