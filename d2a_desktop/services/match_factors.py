"""What decides between workers who fit, as words with a bar each, in the order it decides."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from d2a_desktop.models.offer import Offer
from d2a_desktop.models.placement_block import PlacementBlock
from d2a_desktop.models.worker import Worker
from d2a_desktop.services.queries.capacity import skill_codes

Factor = tuple[str, str, int, str]
"""Label, words, per cent of the bar, and tone: good, warn, bad or quiet."""

_LIVE = frozenset({"proposed", "confirmed", "active"})
_TIGHT = timedelta(days=7)
_WINDOW = 28


def factors(
    worker: Worker,
    offer: Offer,
    blocks: Sequence[PlacementBlock],
    *,
    before: frozenset[str],
    days_worked: int,
    starts_at: datetime,
    ends_at: datetime,
) -> tuple[Factor, ...]:
    """Return the factors of one worker for the block from `starts_at` to `ends_at` (aware).

    `blocks` are all of the worker, `before` the ids of those who have cared for this person,
    `days_worked` of the 28 days before the start.
    """
    return (
        _skills(worker, offer),
        _free(blocks, starts_at, ends_at),
        _continuity(worker, before),
        _share(days_worked),
    )


def _skills(worker: Worker, offer: Offer) -> Factor:
    wanted = list(offer.required_skills or ())
    if not wanted:
        return ("Skills", "None asked", 100, "good")
    number = len(set(wanted) & set(skill_codes(worker)))
    words, tone = f"{number} of {len(wanted)}", "good" if number == len(wanted) else "bad"
    return ("Skills", words, round(100 * number / len(wanted)), tone)


def _free(blocks: Sequence[PlacementBlock], starts_at: datetime, ends_at: datetime) -> Factor:
    live = [block for block in blocks if block.status in _LIVE]
    if any(block.starts_at < ends_at and starts_at < block.ends_at for block in live):
        return ("Free dates", "Booked then", 0, "bad")
    after = min((block.starts_at for block in live if block.starts_at >= ends_at), default=None)
    if after is None:
        return ("Free dates", "Nothing after", 100, "good")
    days = (after - ends_at).days
    tight = after - ends_at < _TIGHT
    words = f"{days} {'day' if days == 1 else 'days'} after"
    return ("Free dates", words, 40 if tight else 80, "warn" if tight else "good")


def _continuity(worker: Worker, before: frozenset[str]) -> Factor:
    if worker.id in before:
        return ("Continuity", "Cared before", 100, "good")
    return ("Continuity", "Not yet" if before else "Nobody before", 10, "quiet")


def _share(days_worked: int) -> Factor:
    left = round(100 * (_WINDOW - min(days_worked, _WINDOW)) / _WINDOW)
    return ("Share of work", f"{days_worked} of 28 days", left, "good" if left >= 50 else "warn")
