"""Literal rows and pages by which the kit is tried: invented people, numbers of the 999 range."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from d2a_desktop.domain.display import AllergyTitle, GenderText, display_nhs_number
from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.formats.cells import BedCell, ClockCell, PersonCell, TagCell, TextCell
from d2a_desktop.ui.formats.clocks import home_clock, waiting_clock
from d2a_desktop.ui.formats.tones import Hue, Tone
from d2a_desktop.ui.item_models.rows_model import Column, RowsModel
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.empty_state import EmptyWords
from d2a_desktop.ui.widgets.filter_chips import Chip
from d2a_desktop.ui.widgets.kpi_card import Kpi, KpiRow
from d2a_desktop.ui.widgets.labels import Button
from d2a_desktop.ui.widgets.list_panel import ListPanel
from d2a_desktop.ui.widgets.page import Page
from d2a_desktop.ui.widgets.patient_banner import BannerFacts
from d2a_desktop.ui.widgets.peek_panel import PeekFacts, PeekPanel
from d2a_desktop.ui.widgets.timeline import Timeline
from d2a_desktop.ui.widgets.timeline_panel import TimelinePanel
from d2a_desktop.ui.widgets.timeline_scene import Block, BlockKind, Lane

NOW = datetime(2026, 11, 22, 13, 10, tzinfo=UTC)
STAGE_TAGS = {
    "nctr": TagCell("No criteria to reside", Hue.NEUTRAL),
    "referred": TagCell("Referred", Hue.RED),
    "offered": TagCell("Offer sent", Hue.AMBER),
    "allocated": TagCell("Worker agreed", Hue.BLUE),
    "discharge_planned": TagCell("Departure planned", Hue.GREEN),
    "at_home": TagCell("At home", Hue.PURPLE),
}


@dataclass(frozen=True)
class WardRow:
    """One person on the board."""

    case_id: str
    bed: str
    family: str
    given: str
    nhs_number: str
    age: int
    stage: str
    clock: ClockCell
    order: float
    needs: str
    match: str
    next_action: str
    owner: str


def ward_columns() -> tuple[Column[WardRow], ...]:
    """Return the columns of the mock's board."""
    return (
        Column("bed", "Bed", _bed, lambda row: row.bed, width=56),
        Column(
            "person", "Patient", _person, lambda row: (row.family, row.given), width=180, stretch=2
        ),
        Column(
            "clock", "Clock", lambda row: row.clock, lambda row: row.order, width=144, moving=True
        ),
        Column(
            "stage", "Stage", lambda row: STAGE_TAGS[row.stage], lambda row: row.stage, width=148
        ),
        Column(
            "needs",
            "Needs",
            lambda row: TextCell(row.needs),
            lambda row: row.needs,
            width=180,
            stretch=2,
            optional=True,
        ),
        Column("match", "Match", _match, lambda row: row.match, width=106),
        Column(
            "next",
            "Next action",
            lambda row: TextCell(row.next_action),
            lambda row: row.next_action,
            width=164,
            stretch=2,
        ),
        Column(
            "owner",
            "Owner",
            lambda row: TextCell(row.owner, tone=Tone.QUIET),
            lambda row: row.owner,
            width=96,
            stretch=1,
            optional=True,
        ),
    )


def _bed(row: WardRow) -> BedCell:
    stripe = row.clock.tone if row.clock.tone in (Tone.BAD, Tone.WARN) else None
    return BedCell(row.bed, stripe, {Tone.BAD: "over", Tone.WARN: "soon"}.get(stripe, ""))


def _person(row: WardRow) -> PersonCell:
    number = display_nhs_number(row.nhs_number or None)
    return PersonCell(row.family, row.given, number, f"{row.age} y")


def _match(row: WardRow) -> TextCell:
    none = row.match.startswith("0 of")
    return TextCell(row.match, tone=Tone.BAD if none else Tone.LINK)


def at_home(hours: float) -> ClockCell:
    """Return the clock of someone who left so many hours ago."""
    left = NOW - timedelta(hours=hours)
    return home_clock(left_at=left, due=left + timedelta(hours=48), now=NOW)


def waiting(days: float, approx_in: float | None = None) -> ClockCell:
    """Return the clock of someone waiting so many days."""
    due = None if approx_in is None else NOW + timedelta(hours=approx_in)
    return waiting_clock(nctr_since=NOW - timedelta(days=days), now=NOW, approx_due=due)


_PEOPLE = (
    ("B2", "KOWALSKA", "Zofia", "9990123452", 85, "at_home", at_home(51.2), "Single-handed · PEG"),
    ("A1", "O\u2019CONNOR", "Siân", "9990448123", 88, "at_home", at_home(46.5), "Hoist"),
    ("C4", "NGUYỄN", "Thị Hạnh", "9993102270", 80, "at_home", at_home(44), "Vietnamese speaker"),
    ("B6", "KHAN", "Mohammed", "9996610907", 91, "at_home", at_home(38.7), "Nights · falls risk"),
    ("A3", "LLŶR-WYN", "Ceri", "9992185530", 83, "at_home", at_home(31.3), "Welsh · catheter"),
    ("D1", "PATEL", "Kamala", "9997024418", 76, "at_home", at_home(27.9), "Gujarati · vegetarian"),
    ("C2", "EVANS", "George", "9991256670", 92, "referred", waiting(8.2), "Male carer · hoist"),
    (
        "B3",
        "ADEBAYO",
        "Folake",
        "9994879014",
        78,
        "discharge_planned",
        waiting(2.2, 74),
        "Single-handed",
    ),
    ("A5", "ŻÓŁĆ", "Łukasz", "9995631186", 75, "nctr", waiting(0.1), "Not yet assessed"),
    ("D4", "SMITH", "Dorothy", "9998304470", 97, "offered", waiting(5.3), "Dementia · two carers"),
    ("C1", "HUSSEIN", "Amina", "9992743306", 82, "allocated", waiting(3.1, 98), "Somali speaker"),
    ("A6", "WILLIAMS", "Rhys", "", 86, "referred", waiting(1.4), "Overnight oxygen"),
    (
        "C6",
        "CHAUDHURY-MONTGOMERY",
        "Nasreen Bartholomea",
        "9990917744",
        81,
        "offered",
        waiting(4.9),
        "Double-handed · hoist",
    ),
)
_MATCHES = ("0 of 7 fit", "2 offers out", "F. Adeyemi", "3 suggested", "1 offer out", "H. Desai")
_NEXT = (
    "Escalate to agency lead",
    "Answer due 15:30",
    "Confirm start time",
    "Assessor visit 14:00",
    "Review matches",
    "Send handover pack",
    "Finish referral (60 %)",
)
_OWNERS = ("M Cole", "Ashdown Care", "M Cole", "R Shah OT", "Bryn Care")


def ward_rows(count: int = len(_PEOPLE)) -> list[WardRow]:
    """Return `count` rows; the thirteen people again and again beyond thirteen."""
    rows = []
    for number in range(count):
        bed, family, given, nhs, age, stage, clock, needs = _PEOPLE[number % len(_PEOPLE)]
        rows.append(
            WardRow(
                f"case-{number}",
                bed,
                family,
                given,
                nhs,
                age,
                stage,
                clock,
                float(number),
                needs,
                _MATCHES[number % len(_MATCHES)],
                _NEXT[number % len(_NEXT)],
                _OWNERS[number % len(_OWNERS)],
            )
        )
    return rows


def ward_model() -> RowsModel[WardRow]:
    """Return an empty model of the board."""
    return RowsModel(ward_columns(), id_of=lambda row: row.case_id)


class LiteralBoard(Page):
    """The mock's ward board over literal rows."""

    def __init__(self, theme: Theme, actions: Actions, rows: Sequence[WardRow]) -> None:
        super().__init__(theme, "Ward board")
        self.set_sub(f"{len(rows)} people on the discharge pathway", read_at=NOW)
        self.head_actions.addWidget(Button(theme, "Export", icon="export"))
        self.head_actions.addWidget(Button(theme, "Print list", icon="pack"))
        self.head_actions.addWidget(Button(theme, "New referral", kind="primary", icon="plus"))
        self.kpis = KpiRow(theme)
        self.kpis.show_kpis(
            (
                Kpi("over", "1", "Over 48 h", "3 h 12 m over", Tone.BAD),
                Kpi("soon", "3", "Under 12 h left", "act today", Tone.WARN),
                Kpi("waiting", "12", "Waiting for a worker", "3 with no fit", Tone.LINK),
                Kpi("planned", "9", "Departure planned", "5 tomorrow", Tone.GOOD),
                Kpi("median", "4 d", "Median waiting", "from NCTR to home"),
            )
        )
        self.body.addWidget(self.kpis)
        self.model = ward_model()
        self.panel = ListPanel(
            theme,
            actions,
            self.model,
            name="Ward board",
            empty=EmptyWords(
                "No one is waiting", "New people come with the extract.", "New referral"
            ),
        )
        self.panel.show_chips(
            (
                Chip("all", "All", 31),
                Chip("mine", "My patients", 13),
                Chip("risk", "At risk", 3),
                Chip("today", "Leaving today", 4),
            )
        )
        self.peek = PeekPanel(theme)
        self.panel.put_beside(self.peek)
        self.body.addWidget(self.panel, 1)
        self.first_focus = self.panel.view
        self.panel.current_changed.connect(self._show_peek)
        self.panel.opened.connect(self.request_open_case)
        self.peek.open_requested.connect(self.request_open_case)
        self.panel.refresh(rows, now=True)

    def _show_peek(self, row_id: str) -> None:
        row = self.model.row_of(row_id)
        if row is None:
            self.peek.clear()
            return
        self.peek.show_row(
            PeekFacts(
                row_id=row.case_id,
                title=f"{row.family}, {row.given} (Mrs)",
                lines=("Born 21-Nov-1946 (80y) · Female", "NHS No. 999 310 2270"),
                tags=(("Known allergies  penicillin", Hue.RED), ("Falls risk", Hue.AMBER)),
                stage=row.stage,
                facts=(
                    ("Left the ward", "20-Nov 17:10"),
                    ("Assessment due", "today 17:10 · 4 h 00 m left", Tone.WARN),
                    ("Ward and bed", f"Elderly 1 · {row.bed}"),
                    ("Language", "Vietnamese (interpreter)"),
                    ("Care", "Single-handed, 24 h live-in"),
                ),
                next_action="Confirm the visit with the family",
                next_detail="You · due 15:00 · set by R Shah",
            )
        )


def banner(**changes: object) -> BannerFacts:
    """Return the banner of an invented person, with changes."""
    facts: dict[str, object] = {
        "family": "Nguyễn",
        "given": "Thị Hạnh",
        "title": "Mrs",
        "born": date(1946, 11, 21),
        "age_years": 80,
        "gender": GenderText.FEMALE,
        "nhs_number": "9993102270",
        "place": "Elderly 1 · C4",
        "allergy_title": AllergyTitle.KNOWN,
        "allergies": ("penicillin (rash)",),
        "alerts": (("Falls risk", Hue.AMBER), ("Interpreter Vietnamese", Hue.BLUE)),
        "clock": at_home(44),
    }
    return BannerFacts(**(facts | changes))


_WORKERS = (
    ("Funmi A", "PEG · hoist · diabetes"),
    ("Hansa D", "Gujarati · catheter"),
    ("Tunde M", "Hoist · male"),
    ("Asha W", "Somali · dementia"),
    ("Maria S", "PEG · oxygen"),
    ("Elin P", "Welsh · catheter"),
    ("Grace O", "Two-carer · hoist"),
    ("Daniel C", "Male · hoist"),
    ("Ruth B", "Two-carer · nights"),
    ("Ioana P", "Romanian · dementia"),
)


def lanes() -> list[Lane]:
    """Return ten workers."""
    return [Lane(f"w{n}", name, detail) for n, (name, detail) in enumerate(_WORKERS)]


def blocks() -> list[Block]:
    """Return blocks of every kind, one of them a clash."""
    kinds = (BlockKind.HELD, BlockKind.BOOKED, BlockKind.OFFER, BlockKind.LEAVE, BlockKind.BOOKED)
    made = []
    start = datetime(2026, 11, 22, tzinfo=UTC)
    for n in range(len(_WORKERS)):
        kind, length = kinds[n % len(kinds)], 14 + (n * 5) % 9
        one, two, three = (start + timedelta(days=d) for d in (n % 3, length, length + 2))
        words = {
            "HELD": "Offer 7K3Q, confirm by 15:00",
            "BOOKED": "Placement 4B",
            "OFFER": "Offer 9M2X sent",
            "LEAVE": "Annual leave",
        }[kind.name]
        lane = f"w{n}"
        made.append(Block(f"a{n}", lane, kind, one, two, words, clash=n == 6))
        made.append(Block(f"b{n}", lane, BlockKind.REST, two, three, "Rest"))
        free = f"Free from {three:%d}-Dec"
        made.append(Block(f"c{n}", lane, BlockKind.FREE, three, start + timedelta(days=84), free))
    return made


def capacity_page(theme: Theme, actions: Actions) -> Page:
    """Return the mock's capacity board over literal blocks."""
    page = Page(theme, "Capacity")
    page.set_sub("10 live-in care workers · from 22-Nov-2026")
    timeline = Timeline(theme, name="Capacity timeline")
    timeline.show_lanes(
        lanes(), blocks(), first=date(2026, 11, 22), now=NOW, heading="Care worker · 10 shown"
    )
    table = ListPanel(
        theme, actions, ward_model(), name="Capacity as a table", empty=EmptyWords("No workers")
    )
    page.panel = TimelinePanel(theme, actions, timeline, table)
    page.body.addWidget(page.panel, 1)
    return page
