"""The lists of one person's record: tasks, barriers, offers, visits and packs as columns."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from d2a_desktop.domain.codes import BarrierGroup, DeclineReason, PackKind, VisitOutcome
from d2a_desktop.domain.display import display_datetime, display_datetime_short
from d2a_desktop.domain.visit import VisitStatus
from d2a_desktop.services.queries.rows import BarrierRow, OfferRow, PackRow, TaskRow, VisitRow
from d2a_desktop.ui.formats.cells import ClockCell, TagCell, TextCell
from d2a_desktop.ui.formats.clocks import reply_clock
from d2a_desktop.ui.formats.tones import Hue, Tone
from d2a_desktop.ui.formats.words import day_and_time
from d2a_desktop.ui.item_models.rows_model import Column, RowsModel

Now = Callable[[], datetime]
_NEVER = datetime.max.replace(tzinfo=UTC)


def task_model(now: Now) -> RowsModel[TaskRow]:
    """Return the empty model of a case's tasks."""

    def due(row: TaskRow) -> TextCell:
        if row.due_at is None:
            return TextCell("No due time", tone=Tone.QUIET)
        late = row.status == "open" and row.due_at < now()
        words = day_and_time(row.due_at, now())
        return TextCell(words, "overdue" if late else "", Tone.BAD if late else Tone.PLAIN)

    return RowsModel(
        (
            Column("due", "Due", due, lambda r: r.due_at or _NEVER, width=130, moving=True),
            Column(
                "title",
                "Task",
                lambda r: TextCell(r.title, r.about, strong=r.urgent),
                lambda r: r.title,
                width=280,
                stretch=3,
            ),
            Column("owner", "Whose", lambda r: TextCell(r.owner), lambda r: r.owner, width=150),
            Column("status", "State", _task_state, lambda r: r.status, width=110),
        ),
        id_of=lambda row: row.task_id,
    )


def _task_state(row: TaskRow) -> TagCell:
    if row.status != "open":
        return TagCell(row.status.capitalize(), Hue.NEUTRAL)
    return TagCell("Urgent", Hue.RED) if row.urgent else TagCell("Open", Hue.BLUE)


def barrier_model() -> RowsModel[BarrierRow]:
    """Return the empty model of a case's barriers."""
    return RowsModel(
        (
            Column(
                "reason",
                "Barrier",
                lambda r: TextCell(r.reason, r.detail, strong=r.is_primary),
                lambda r: r.reason,
                width=300,
                stretch=3,
            ),
            Column("group", "Group", _group, lambda r: r.group, width=150),
            Column(
                "owner", "Who", lambda r: TextCell(r.owner or "—"), lambda r: r.owner, width=120
            ),
            Column("state", "State", _barrier_state, lambda r: r.resolved_at or _NEVER, width=140),
        ),
        id_of=lambda row: row.barrier_id,
    )


def _group(row: BarrierRow) -> TextCell:
    return TextCell(BarrierGroup(row.group).label)


def _barrier_state(row: BarrierRow) -> TextCell:
    if row.resolved_at is not None:
        return TextCell("Resolved", display_datetime_short(row.resolved_at), Tone.QUIET)
    first = "Main reason" if row.is_primary else "Open"
    since = f"since {display_datetime_short(row.opened_at)}"
    return TextCell(first, since, Tone.WARN if row.is_primary else Tone.PLAIN)


_OFFER_HUES = {"sent": Hue.AMBER, "accepted": Hue.GREEN, "declined": Hue.RED}


def case_offer_model(now: Now) -> RowsModel[OfferRow]:
    """Return the empty model of a case's offers."""

    def reply(row: OfferRow) -> ClockCell | TextCell:
        if row.status == "sent":
            return reply_clock(respond_by=row.respond_by, now=now())
        if row.responded_at is None:
            return TextCell("—")
        why = DeclineReason(row.decline_reason).label if row.decline_reason else ""
        return TextCell(day_and_time(row.responded_at, now()), why)

    return RowsModel(
        (
            Column(
                "offer",
                "Offer",
                lambda r: TextCell(r.reference, _sent(r), strong=True),
                lambda r: r.reference,
                width=150,
            ),
            Column(
                "agency",
                "Agency",
                lambda r: TextCell(
                    r.agency_name, "" if r.agency_has_desk else "no desk of its own"
                ),
                lambda r: r.agency_name,
                width=170,
                stretch=2,
            ),
            Column("state", "State", _offer_state, lambda r: r.status_label, width=150),
            Column("reply", "Reply", reply, lambda r: r.respond_by, width=170, moving=True),
            Column(
                "worker",
                "Worker",
                lambda r: TextCell(r.worker or "—"),
                lambda r: r.worker or "",
                width=110,
            ),
        ),
        id_of=lambda row: row.offer_id,
    )


def _sent(row: OfferRow) -> str:
    return f"sent {display_datetime_short(row.sent_at)}" if row.sent_at else ""


def _offer_state(row: OfferRow) -> TagCell:
    hue = Hue.NEUTRAL if row.expired else _OFFER_HUES.get(row.status, Hue.NEUTRAL)
    return TagCell(row.status_label, Hue.AMBER if row.pending else hue, outlined=row.pending)


def case_visit_model(now: Now) -> RowsModel[VisitRow]:
    """Return the empty model of a case's visits."""

    def when(row: VisitRow) -> TextCell:
        words = day_and_time(row.starts_at, now())
        late = f"{row.late_by_minutes} min after the due time" if row.late_by_minutes else ""
        approx = "Approx " if row.provisional else ""
        return TextCell(approx + words, late, Tone.BAD if late else Tone.PLAIN)

    return RowsModel(
        (
            Column("when", "When", when, lambda r: r.starts_at, width=200, stretch=1),
            Column(
                "who",
                "Assessor",
                lambda r: TextCell(r.assessor or "—"),
                lambda r: r.assessor,
                width=170,
                stretch=1,
            ),
            Column("state", "State", _visit_state, lambda r: r.status, width=150),
            Column("outcome", "Outcome", _visit_outcome, lambda r: r.outcome or "", width=150),
        ),
        id_of=lambda row: row.visit_id,
    )


def _visit_state(row: VisitRow) -> TagCell:
    hues = {"planned": Hue.AMBER, "confirmed": Hue.BLUE, "done": Hue.GREEN}
    return TagCell(VisitStatus(row.status).label, hues.get(row.status, Hue.NEUTRAL))


def _visit_outcome(row: VisitRow) -> TextCell:
    return TextCell(VisitOutcome(row.outcome).label if row.outcome else "—")


def pack_model() -> RowsModel[PackRow]:
    """Return the empty model of a case's printed packs."""
    return RowsModel(
        (
            Column(
                "pack",
                "Pack",
                lambda r: TextCell(PackKind(r.kind).label, r.reference, strong=not r.superseded),
                lambda r: r.kind,
                width=200,
                stretch=2,
            ),
            Column("version", "Version", _version, lambda r: r.version, width=110),
            Column(
                "printed",
                "Printed",
                lambda r: TextCell(display_datetime(r.printed_at), r.printed_by),
                lambda r: r.printed_at,
                width=180,
                stretch=1,
            ),
            Column("given", "Given", _given, lambda r: r.given_at or _NEVER, width=150),
            Column("state", "State", _pack_state, lambda r: r.superseded, width=150),
        ),
        id_of=lambda row: row.pack_id,
    )


def _version(row: PackRow) -> TextCell:
    return TextCell(f"{row.version}", f"{row.pages} pages")


def _given(row: PackRow) -> TextCell:
    if row.given_at is None:
        return TextCell("Not given", tone=Tone.QUIET)
    return TextCell(display_datetime_short(row.given_at))


def _pack_state(row: PackRow) -> TagCell:
    if row.superseded:
        return TagCell("Superseded", Hue.RED)
    return TagCell("Draft", Hue.AMBER) if row.draft else TagCell("Current", Hue.GREEN)
