"""How old a page's picture is, in words: when it was read, and when this desk last exchanged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from d2a_desktop.domain.display import display_time
from d2a_desktop.ui.formats.language import tr
from d2a_desktop.ui.formats.words import ago

_JUST_NOW = timedelta(minutes=1)
"""So much is no news: the line below a title stands still while exchanges go well."""
STALE_AFTER = timedelta(minutes=15)
"""From then on a picture is coloured and called old (UI.md section 9, States)."""


@dataclass(frozen=True, slots=True)
class Age:
    """What is known of the exchange at `now` (aware); `shared`: there is a shared database."""

    now: datetime
    shared: bool
    exchanged_at: datetime | None = None


def is_old(read_at: datetime, age: Age | None) -> bool:
    """Return whether nothing was read, or nothing exchanged, for a quarter of an hour."""
    if age is None:
        return False
    since = [read_at]
    if age.shared and age.exchanged_at is not None:
        since.append(age.exchanged_at)
    return age.now - min(since) > STALE_AFTER


def age_words(read_at: datetime, age: Age | None) -> str:
    """Return `as of 13:10, last exchanged just now`; the time alone before more is known."""
    as_of = tr("as of {time}", time=display_time(read_at))
    return as_of if age is None else f"{as_of}, {_exchanged(age)}"


def _exchanged(age: Age) -> str:
    if not age.shared:
        return tr("this desk alone, no shared database")
    if age.exchanged_at is None:
        return tr("not exchanged yet")
    if age.now - age.exchanged_at < _JUST_NOW:
        return tr("last exchanged just now")
    return tr("last exchanged {when}", when=ago(age.exchanged_at, age.now))
