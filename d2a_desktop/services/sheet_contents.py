"""Sheets about several people from the desk's records: ward, hub, weekend and contingency."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from d2a_desktop.domain.clocks import ClockKind
from d2a_desktop.domain.codes import TransportMode
from d2a_desktop.domain.display import (
    display_date,
    display_datetime,
    display_name,
    display_nhs_number,
    display_phone,
)
from d2a_desktop.domain.pack_audience import Privacy
from d2a_desktop.packs.content import Header
from d2a_desktop.packs.contingency_sheet import ContingencyLine, ContingencySheetContent
from d2a_desktop.packs.hub_sheet import HubLine, HubSheetContent
from d2a_desktop.packs.people_sheet import About, RingLine
from d2a_desktop.packs.ward_sheet import WardLine, WardSheetContent
from d2a_desktop.packs.weekend_sheet import OpenLine, WeekendSheetContent, WhenLine
from d2a_desktop.services.pack_contents_words import (
    code_words,
    day_words,
    joined,
    phone_words,
    without_key_code,
)
from d2a_desktop.services.queries.out_of_hours import ahead, monday_after, weekend_of
from d2a_desktop.services.queries.sheets import (
    OpenWork,
    Place,
    SheetPeople,
    SheetPerson,
)

_ABSENT = "Not recorded"


@dataclass(frozen=True)
class SheetRequest:
    """What a sheet is made from; `whose` are the words of its organisation and filter."""

    found: SheetPeople
    header: Header
    privacy: Privacy
    whose: str

    @property
    def now(self) -> datetime:
        """When the sheet is true."""
        return self.header.printed_at

    def about(self, people: int, order: str) -> About:
        """Return what stands at its head."""
        return About(
            whose=self.whose,
            privacy=self.privacy.label,
            as_of=self.now,
            people=people,
            order=order,
        )

    def person(self, one: SheetPerson) -> str:
        """Return initials, or the name with NHS number and birth below."""
        row = one.board
        if self.privacy is Privacy.INITIALS:
            return initials(row.given_name, row.family_name)
        name = display_name(
            family=row.family_name, given=row.given_name or "", title=row.title or ""
        )
        number = display_nhs_number(row.nhs_number, verified=row.nhs_number_verified)
        born = f"Born {display_date(row.birth_date)}"
        return f"{name}\nNHS No. {number}\n{born}"

    def where(self, one: SheetPerson) -> str:
        """Return ward and bed; for somebody at home the reference, or the full address."""
        row = one.board
        if not one.left:
            return joined(row.ward, row.bed, by=" ") or _ABSENT
        if self.privacy is Privacy.INITIALS:
            return f"At home\n{row.case_ref}"
        return joined(one.destination, phone_words(one.home_phone)) or _ABSENT

    def work(self, one: OpenWork) -> str:
        """Return open work; its free words may name people, its kind never does."""
        if self.privacy is Privacy.INITIALS:
            return one.kind_words
        return without_key_code(one.title)


def initials(given: str | None, family: str) -> str:
    """Return `Z K`: one letter of each name, so that two people in two beds stay apart."""
    letters = [part.strip()[:1].upper() for part in (given or "", family) if part.strip()]
    return " ".join(letters)


def ward_sheet(request: SheetRequest) -> WardSheetContent:
    """Return the ward board sheet: who is in a bed, by ward and bed."""
    here = [one for one in request.found.people if not one.left]
    here.sort(key=lambda one: (one.board.site, one.board.ward, one.board.bed))
    return WardSheetContent(
        header=request.header,
        about=request.about(
            len(here), "Sorted by ward and bed. People who have left are not on it."
        ),
        lines=tuple(
            WardLine(
                bed=joined(one.board.ward, one.board.bed, by=" "),
                person=request.person(one),
                stage=one.board.stage_label,
                waits=_waits(one),
                leaves=display_datetime(one.leaves_at, null="") or _expected(one),
                barrier=one.board.primary_barrier or "",
                next_step=_next(one),
            )
            for one in here
        ),
    )


def hub_sheet(request: SheetRequest) -> HubSheetContent:
    """Return the hub list: everybody referred, the most urgent first."""
    referred = [one for one in request.found.people if one.referred or one.left]

    def lines(people: Iterable[SheetPerson]) -> tuple[HubLine, ...]:
        return tuple(
            HubLine(
                person=request.person(one),
                place=request.where(one),
                stage=one.board.stage_label,
                clock=_clock(one) if one.left else _waits(one),
                care=joined(one.agency, _worker_names(one)) or one.board.match,
                barrier=one.board.primary_barrier or "",
                next_step=_next(one),
            )
            for one in people
        )

    return HubSheetContent(
        header=request.header,
        about=request.about(
            len(referred),
            "Sorted by the most urgent clock, then the longest wait. People who are not referred "
            "are not on it.",
        ),
        waiting=lines(one for one in referred if not one.left),
        at_home=lines(one for one in referred if one.left),
    )


def weekend_sheet(request: SheetRequest) -> WeekendSheetContent:
    """Return the weekend sheet: from now to Monday morning."""
    saturday, sunday = weekend_of(request.now)
    monday = monday_after(request.now)
    picked = ahead(request.found, now=request.now, until=monday)
    return WeekendSheetContent(
        header=request.header,
        about=request.about(
            len(picked.case_ids),
            f"From now to the end of {display_date(sunday, weekday=True)}, sorted by time. "
            f"Weekend of {display_date(saturday)}.",
        ),
        leaving=tuple(
            WhenLine(
                when=_moment(o.leaves_at),
                person=request.person(o),
                where=joined(request.where(o), _home(request, o), by=" to "),
                who=joined(_transport(o.transport), _latest(o), by="; ") or _ABSENT,
                ring=phone_words(o.ward_phone),
            )
            for o in picked.leaving
        ),
        arriving=tuple(
            WhenLine(
                when=_moment(w.arrives_at),
                person=request.person(o),
                where=_home(request, o) or f"Home, {o.board.case_ref}",
                who=joined(w.first_name, o.agency),
                ring=phone_words(w.on_call),
            )
            for o, w in picked.arriving
        ),
        assessed=tuple(
            WhenLine(
                when=_moment(v.starts_at, approx=v.provisional),
                person=request.person(o),
                where=_home(request, o) or f"Home, {o.board.case_ref}",
                who=v.assessor or _ABSENT,
                ring=_home_phone(request, o),
            )
            for o, v in picked.assessed
        ),
        unbooked=tuple(
            WhenLine(
                when=_moment(o.clock.due_at, approx=o.clock.is_approximate),
                person=request.person(o),
                where=_home(request, o) or f"Home, {o.board.case_ref}",
                who="Nobody yet",
                ring=_home_phone(request, o),
            )
            for o in picked.unbooked
        ),
        open_work=tuple(
            OpenLine(
                person=joined(request.person(o), request.where(o), by="\n"),
                what=request.work(work),
                owner=work.owner,
                due=_moment(work.due_at),
            )
            for o, work in picked.open_work
        ),
        ring=ring_lines(request.found.places),
    )


def contingency_sheet(request: SheetRequest) -> ContingencySheetContent:
    """Return the contingency list: everybody, with the numbers that a bad day needs."""
    people = request.found.people
    moving = [o for o in people if o.board.stage == "discharge_planned" or _under_way(o)]
    at_home = [o for o in people if o.left and o not in moving]
    waiting = [o for o in people if not o.left and o not in moving]

    def lines(group: Sequence[SheetPerson]) -> tuple[ContingencyLine, ...]:
        return tuple(
            ContingencyLine(
                person=request.person(one),
                where=_everywhere(request, one),
                worker=_workers(one),
                due=_due(one),
                kin=_kin(request, one),
            )
            for one in group
        )

    return ContingencySheetContent(
        header=request.header,
        about=request.about(
            len(people),
            "For a day without the network. Sorted by the most urgent clock. What others changed "
            "after the time above is not on it.",
        ),
        moving=lines(moving),
        at_home=lines(at_home),
        waiting=lines(waiting),
        ring=ring_lines(request.found.places),
    )


def ring_lines(places: Iterable[Place]) -> tuple[RingLine, ...]:
    """Return whom to ring: organisations with a number."""
    return tuple(
        RingLine(
            who=f"{place.name} ({code_words(place.kind).lower()})",
            phone=phone_words(place.phone),
            on_call=phone_words(place.on_call),
        )
        for place in places
    )


def _waits(one: SheetPerson) -> str:
    row = one.board
    if row.waiting_days is None:
        return "Meets criteria, or not reviewed" if row.nctr_since is None else ""
    unit = "day" if row.waiting_days == 1 else "days"
    return f"{row.waiting_days} {unit}, since {day_words(row.nctr_since)}"


def _clock(one: SheetPerson) -> str:
    due = one.clock.due_at
    if one.clock.kind in (ClockKind.RUNNING, ClockKind.LATE_RUNNING, ClockKind.NO_RECORD) and due:
        return f"Assess before {display_datetime(due)}"
    return one.clock.words


def _expected(one: SheetPerson) -> str:
    return f"Expected {display_date(one.board.edd)}" if one.board.edd else ""


def _next(one: SheetPerson) -> str:
    return joined(one.board.next_action, one.board.owner)


def _worker_names(one: SheetPerson) -> str:
    return " and ".join(dict.fromkeys(worker.first_name for worker in one.workers))


def _workers(one: SheetPerson) -> str:
    words = [
        joined(
            worker.first_name,
            "there" if worker.status == "active" else f"arrives {_moment(worker.arrives_at)}",
            display_phone(worker.on_call) if worker.on_call else "",
        )
        for worker in one.workers
    ]
    return joined(one.agency, *words, by="\n") or "No agency yet"


def _everywhere(request: SheetRequest, one: SheetPerson) -> str:
    here = "" if one.left else joined(one.board.ward, one.board.bed, by=" ")
    ward = phone_words(one.ward_phone) if here else ""
    if request.privacy is Privacy.INITIALS:
        return joined(here, ward) or f"At home, {one.board.case_ref}"
    home = joined(one.destination, phone_words(one.home_phone))
    return joined(joined(here, ward), home and f"Home: {home}", one.board.case_ref, by="\n")


def _due(one: SheetPerson) -> str:
    said: list[str] = []
    if not one.left and one.leaves_at:
        said.append(f"Leaves {_moment(one.leaves_at)}")
    said += [f"Visit {_moment(v.starts_at)} {v.assessor}".strip() for v in one.visits]
    if one.clock.due_at is not None and one.clock.kind not in (ClockKind.MET, ClockKind.LATE):
        due = _moment(one.clock.due_at, approx=one.clock.is_approximate)
        said.append(f"Assess before {due}")
    said.append(_next(one))
    return "\n".join(part for part in said if part)


def _kin(request: SheetRequest, one: SheetPerson) -> str:
    if request.privacy is Privacy.INITIALS:
        return ""
    return joined(one.kin, phone_words(one.kin_phone)) or _ABSENT


def _home(request: SheetRequest, one: SheetPerson) -> str:
    return "" if request.privacy is Privacy.INITIALS else one.destination


def _home_phone(request: SheetRequest, one: SheetPerson) -> str:
    full = request.privacy is Privacy.FULL
    return phone_words(one.home_phone) if full else ""


def _transport(code: str) -> str:
    known = {mode.value: mode.label for mode in TransportMode}
    return known.get(code, code_words(code))


def _latest(one: SheetPerson) -> str:
    latest = one.latest_arrival_at
    return f"home by {display_datetime(latest)}" if latest else ""


def _moment(at: datetime | None, *, approx: bool = False) -> str:
    return display_datetime(at, weekday=True, approx=approx)


def _under_way(one: SheetPerson) -> bool:
    return one.left and any(worker.status == "confirmed" for worker in one.workers)
