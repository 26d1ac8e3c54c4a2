"""The figures of the weekly flow report, by the definitions and vectors of DOMAIN."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pypdfium2

from d2a_desktop.domain.capacity import IsoWeek
from d2a_desktop.domain.codes import PackKind
from d2a_desktop.models.capacity_week import CapacityWeek
from d2a_desktop.services.flow_figures import Span, days_to_home, last_whole_week, waiting_at
from d2a_desktop.services.sheets import Sheets, SheetWish
from tests.builders import AGENCY, some_id
from tests.integration.services.walk import LEAVES, WARD, Walk
from tests.local_stores import START

WEEK = Span(date(2026, 6, 15), date(2026, 6, 21))


def at(day: int, hour: int = 10, minute: int = 0) -> datetime:
    return datetime(2026, 6, day, hour, minute, tzinfo=UTC)


def period(start: datetime, end: datetime | None = None, reason: str | None = None) -> Any:
    return SimpleNamespace(nctr_from=start, nctr_to=end, end_reason=reason)


def case(*periods: Any, left: datetime | None = None, **more: Any) -> Any:
    gone = [SimpleNamespace(left_at=left, clock_effect=more.get("effect"))] if left else []
    return SimpleNamespace(
        periods=list(periods), departures=gone, barriers=more.get("barriers", [])
    )


def test_days_from_ready_to_home_are_the_vectors_of_the_domain():
    reset = case(
        period(at(10), at(12), "meets_criteria"), period(at(15), at(18), "discharged"), left=at(18)
    )
    midnight = case(period(at(15, 22, 55), at(15, 23, 10), "discharged"), left=at(15, 23, 10))
    same_day = case(period(at(16), at(16, 15), "discharged"), left=at(16, 15))
    void = case(period(at(15)), left=at(16), effect="void")
    never_ready = case(left=at(17))
    before = case(period(at(10), at(12), "discharged"), left=at(12))
    cases = [reset, midnight, same_day, void, never_ready, before]
    # 22:55 and 23:10 UTC are 23:55 and 00:10 in London: one day by date.
    assert days_to_home(cases, WEEK) == [3, 1, 0]


def test_who_waits_at_the_end_of_the_week_counts_with_the_first_open_reason():
    def barrier(code: str, opened: datetime, resolved: datetime | None = None) -> Any:
        return SimpleNamespace(
            reason_code=code, opened_at=opened, resolved_at=resolved, is_primary=False
        )

    cases = [
        case(period(at(11)), barriers=[barrier("HP06", at(13)), barrier("HP05", at(12))]),
        case(period(at(20)), barriers=[barrier("HP06", at(20), at(21))]),
        case(period(at(11), at(20), "discharged")),
        case(period(at(22, 8))),
        case(period(at(11), at(24), "discharged")),
        case(period(at(11), at(24), "entered_in_error")),
    ]
    assert waiting_at(cases, WEEK.end) == [
        ("Awaiting medicines to take home, discharge letter or other discharge documentation", 10),
        ("No reason recorded", 1),
        ("No reason recorded", 10),
    ]


def test_a_span_is_whole_local_days_across_the_clock_change():
    autumn = Span(date(2026, 10, 19), date(2026, 10, 25))
    assert autumn.end - autumn.start == timedelta(days=7, hours=1)
    assert autumn.holds(autumn.start)
    assert not autumn.holds(autumn.end)
    assert last_whole_week(START) == IsoWeek(2026, 46)


def test_the_report_of_a_desk_hides_the_few_and_names_nobody(walked: Walk, tmp_path: Path):
    walk = walked.copied_to(tmp_path / "desk")
    week = IsoWeek.of(START.date())
    walk.arrives_from_server(
        CapacityWeek(
            id=some_id("week"),
            scope_id=AGENCY,
            contract_id=some_id("contract"),
            agency_org_id=AGENCY,
            week=str(week),
            min_starts=5,
            max_starts=8,
            open_slots=1,
            held_slots=0,
            accepted_slots=1,
            started_slots=3,
            lost_slots=0,
        )
    )
    walk.clock.set(LEAVES)
    signed = {"reason": "Agreed by telephone", "on_call": "Dr Example", "role": "Sister"} | {
        "by": "Pat"
    }
    walk.do(WARD, "depart", left_at=LEAVES.isoformat(), override=signed)
    walk.clock.set(LEAVES + timedelta(days=3))
    out = tmp_path / "flow.pdf"
    issued = Sheets(walk.context).issue(WARD, SheetWish(PackKind.FLOW, week=str(week)), out)
    with pypdfium2.PdfDocument(out) as document:
        text = " ".join(" ".join(p.get_textpage().get_text_range() for p in document).split())
    walk.close()
    assert issued.pages == 1
    assert issued.privacy is None
    for said in (
        "week 2026-W47 (16-Nov-2026 to 22-Nov-2026)",
        "People who went home 1 to 4 1 to 4",
        "Days from ready to home Too few to say Too few to say",
        "Guaranteed 5 5",
        "Started 3 3",
        "OFFICIAL: figures only",
    ):
        assert said in text, said
    for hidden in ("KOWALSKA", "Zofia", "999 000", "G5", "C-", "Grace"):
        assert hidden not in text.replace(issued.reference, ""), hidden
