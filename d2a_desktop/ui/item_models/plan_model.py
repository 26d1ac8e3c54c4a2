"""The lines of a proposed plan: who would go where, who is left out, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from d2a_desktop.domain.display import (
    display_datetime_short,
    display_family_name,
    display_given_name,
    display_nhs_number,
)
from d2a_desktop.domain.plan_steps import PlanStep
from d2a_desktop.services.queries.match_rows import AgencyChoice
from d2a_desktop.ui.formats.cells import PersonCell, TagCell, TextCell
from d2a_desktop.ui.formats.tones import Hue, Tone
from d2a_desktop.ui.item_models.capacity_model import week_days
from d2a_desktop.ui.item_models.rows_model import Column, RowsModel

if TYPE_CHECKING:
    from d2a_desktop.services.match_board import BoardPlanRow
    from d2a_desktop.services.match_rosters import MatchRow, UnplacedOffer
    from d2a_desktop.services.queries.rows import WardBoardRow


@dataclass(frozen=True)
class PlanLine:
    """One person or offer, what is proposed, and every reason.

    Args:
        row_id: names the line; an offer for two workers has two.
        about_id: a case's id on a hub's desk, an offer's on an agency's.
        subject: who or what it is about.
        standing: proposed or not, as a tag.
        proposed: the agency or worker; empty for nobody.
        worker_id: the worker proposed; empty where an agency is.
        when: first day or week, and below it the last.
        why: every sentence about it.
        short: the sentence for the list.
        order: sorts the list.
        accepted: whether the offer was accepted, so that a worker can be allocated.
        block: the proposed worker's time (aware UTC).
    """

    row_id: str
    about_id: str
    subject: PersonCell | TextCell
    standing: TagCell
    proposed: str
    worker_id: str
    when: tuple[str, str]
    why: tuple[str, ...]
    short: str
    order: int
    accepted: bool = False
    block: tuple[datetime, datetime] | None = None
    step: PlanStep | None = None
    """What taking the line over would do; None where there is nothing to do."""
    agencies: tuple[AgencyChoice, ...] = ()
    agency_ods: str = ""


def plan_model() -> RowsModel[PlanLine]:
    """Return an empty model."""
    return RowsModel(_columns(), id_of=lambda row: row.row_id)


def roster_lines(
    rows: tuple[MatchRow, ...], unplaced: tuple[UnplacedOffer, ...]
) -> tuple[PlanLine, ...]:
    """Return an agency's plan: whom it would send, then which offers have nobody."""
    found = [
        PlanLine(
            row_id=f"{row.offer_id} {number}",
            about_id=row.offer_id,
            subject=_offer(row.offer_reference, accepted=row.accepted),
            standing=TagCell("Proposed", Hue.GREEN),
            proposed=row.worker,
            worker_id=row.worker_id,
            when=(display_datetime_short(row.starts_at), display_datetime_short(row.ends_at)),
            why=tuple(row.sentence.split("; ")),
            # Without the name and the days, which stand in columns of their own.
            short="; ".join(row.sentence.split("; ")[1:]) or row.sentence,
            order=number,
            accepted=row.accepted,
            block=(row.starts_at, row.ends_at),
            step=_allocation(row, rows) if row.accepted else None,
        )
        for number, row in enumerate(rows)
    ]
    found += [
        PlanLine(
            row_id=each.offer_id,
            about_id=each.offer_id,
            subject=_offer(each.offer_reference, accepted=each.accepted),
            standing=_unserved(accepted=each.accepted),
            proposed="",
            worker_id="",
            when=("", ""),
            why=each.reasons,
            short="; ".join(each.reasons),
            order=len(rows) + number,
            accepted=each.accepted,
        )
        for number, each in enumerate(unplaced)
    ]
    return tuple(found)


def _allocation(row: MatchRow, rows: tuple[MatchRow, ...]) -> PlanStep:
    """Return the allocation of one proposed block: the first is the main worker's."""
    others = [each for each in rows if each.offer_id == row.offer_id]
    kind = "main"
    if row is not others[0]:
        together = row.starts_at == others[0].starts_at
        kind = "second" if together else "relief"
    starts, ends = row.starts_at.isoformat(), row.ends_at.isoformat()
    when = f"{display_datetime_short(row.starts_at)} to {display_datetime_short(row.ends_at)}"
    document = {"offer": row.offer_reference, "worker": row.worker_id, "kind": kind}
    return PlanStep(
        about=row.offer_reference,
        now="Nobody yet" if kind == "main" else f"Nobody yet ({kind})",
        then=f"{row.worker}\n{when}",
        action="allocate",
        case=row.offer_reference,
        document=document | {"starts_at": starts, "ends_at": ends, "expected_at": starts},
    )


def _sending(row: BoardPlanRow, choice: AgencyChoice, person: WardBoardRow | None) -> PlanStep:
    """Return the offer to one agency."""
    told = [f"{each.agency}: {each.standing}" for each in row.agencies if each.standing]
    who = row.case_ref
    if person is not None:
        cell = _person(person)
        who = f"{cell.name}\n{cell.number} · {cell.age}"
    week = choice.first_free_week or row.week
    return PlanStep(
        about=who,
        now="\n".join(told) or "No offer is out",
        then=f"Ask {choice.agency}\nstart {week_days(week)}",
        action="offer",
        case=row.case_id,
        document={"agencies": [choice.agency_ods]},
        advised=not any(each.asked for each in row.agencies),
    )


def _offer(reference: str, *, accepted: bool) -> TextCell:
    return TextCell(reference, "Accepted, no worker yet" if accepted else "Not answered yet")


def board_lines(
    rows: tuple[BoardPlanRow, ...], people: Mapping[str, WardBoardRow]
) -> tuple[PlanLine, ...]:
    """Return a hub's plan: for everybody who waits, the agency to ask next."""
    return tuple(
        _person_line(number, row, people.get(row.case_id)) for number, row in enumerate(rows)
    )


def _unserved(*, accepted: bool) -> TagCell:
    """Return the sign of an offer that no worker fits; one that was accepted presses more."""
    return TagCell("Nobody", Hue.RED) if accepted else TagCell("Nobody free", Hue.AMBER)


def _person_line(number: int, row: BoardPlanRow, person: WardBoardRow | None) -> PlanLine:
    choice = next((a for a in row.agencies if a.agency_ods == row.proposed), None)
    week = (choice.first_free_week if choice else None) or row.week
    others = tuple(f"{each.agency}: {each.sentence}" for each in row.agencies)
    return PlanLine(
        row_id=row.case_id,
        about_id=row.case_id,
        subject=TextCell(row.case_ref) if person is None else _person(person),
        standing=TagCell("Ask", Hue.GREEN) if choice else TagCell("Nobody free", Hue.RED),
        proposed=choice.agency if choice else "",
        worker_id="",
        when=(week_days(week), f"week {week[-2:]}"),
        why=others or ("No agency is known on this desk.",),
        short=choice.sentence if choice else "No agency has a free start that it may be asked for.",
        order=number,
        step=_sending(row, choice, person) if choice else None,
        agencies=row.agencies,
        agency_ods=row.proposed or "",
    )


def _person(row: WardBoardRow) -> PersonCell:
    return PersonCell(
        display_family_name(row.family_name),
        display_given_name(row.given_name or ""),
        display_nhs_number(row.nhs_number, verified=row.nhs_number_verified),
        f"{row.age} y",
    )


def _columns() -> tuple[Column[PlanLine], ...]:
    return (
        Column("subject", "For", lambda row: row.subject, _said, width=190, stretch=2),
        Column("standing", "Plan", lambda row: row.standing, lambda row: row.order, width=104),
        Column(
            "proposed",
            "Proposed",
            lambda row: TextCell(row.proposed or "Nobody", strong=bool(row.proposed)),
            lambda row: row.proposed,
            width=140,
            stretch=1,
        ),
        Column("when", "From", lambda row: TextCell(*row.when), lambda row: row.when, width=124),
        Column("why", "Why", _why, lambda row: row.short, width=190, stretch=3),
    )


def _said(row: PlanLine) -> str:
    subject = row.subject
    return subject.words if isinstance(subject, TextCell) else subject.family.casefold()


def _why(row: PlanLine) -> TextCell:
    return TextCell(row.short, tone=Tone.PLAIN if row.proposed else Tone.WARN)
