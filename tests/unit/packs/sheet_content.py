"""Synthetic contents of the sheets about several people, and of the sheets of one case."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from d2a_desktop.domain.codes import PackKind
from d2a_desktop.packs.changeover_sheet import (
    Ahead,
    Change,
    ChangeoverContent,
    Daily,
    Person,
    RisksNow,
)
from d2a_desktop.packs.content import Header
from d2a_desktop.packs.contingency_sheet import ContingencyLine, ContingencySheetContent
from d2a_desktop.packs.flow_sheet import (
    FLOW_MARKING,
    DefinitionLine,
    FlowLine,
    FlowSheetContent,
    ReasonLine,
)
from d2a_desktop.packs.handover_content import RiskLine
from d2a_desktop.packs.hub_sheet import HubLine, HubSheetContent
from d2a_desktop.packs.people_sheet import About, RingLine
from d2a_desktop.packs.restricted_sheet import (
    Door,
    Restricted,
    RestrictedLine,
    RestrictedSheetContent,
)
from d2a_desktop.packs.ward_sheet import WardLine, WardSheetContent
from d2a_desktop.packs.weekend_sheet import OpenLine, WeekendSheetContent, WhenLine
from tests.unit.packs.pack_content import (
    PRINTED_AT,
    make_allergies,
    make_handover,
    make_header,
    make_identity,
)

BARRIERS = (
    "Awaiting medicines to take home, discharge letter or other discharge documentation",
    "Equipment and associated training not yet delivered (P1-3)",
    "",
    "Awaiting patient transport services",
)
RING = (
    RingLine(who="Solent General Hospital (hospital)", phone="023 9200 0000"),
    RingLine(
        who="Solent care transfer hub (community)", phone="023 9200 0400", on_call="023 9200 0444"
    ),
    RingLine(who="Harbour Live-in Care (agency)", on_call="023 9200 0100"),
)


def sheet_header(**changes: Any) -> Header:
    single = {"version": 0, "replaces_version": None, "replaces_printed_at": None}
    return make_header(**({"given_to": "", "purpose": ""} | single | changes))


def make_about(people: int | None, **changes: Any) -> About:
    values: dict[str, Any] = {
        "whose": "Solent General Hospital, ward G5",
        "privacy": "Full names",
        "as_of": PRINTED_AT,
        "people": people,
        "order": "Sorted by ward and bed. People who have left are not on it.",
    }
    return About(**(values | changes))


def somebody(number: int, *, full: bool = True) -> str:
    names = ("KOWALSKA, Zofia (Mrs)", "O'BRIEN-SMITH, Siobhan (Ms)", "SAMPLE, Aled (Mr)")
    letters = ("Z K", "S O", "A S")
    if not full:
        return letters[number % 3]
    return f"{names[number % 3]}\nNHS No. 999 000 {number:04d}\nBorn {number % 28 + 1:02d}-Mar-1941"


def make_ward_sheet(count: int = 24, *, full: bool = True, **changes: Any) -> WardSheetContent:
    values: dict[str, Any] = {
        "header": sheet_header(),
        "about": make_about(count, privacy="Full names" if full else "Initials and bed only"),
        "lines": tuple(
            WardLine(
                bed=f"G5 {number + 1}",
                person=somebody(number, full=full),
                stage=("No criteria to reside", "Referred", "Discharge planned")[number % 3],
                waits=f"{number % 9} days, since {number % 20 + 1:02d}-Nov-2026",
                leaves="23-Nov-2026 13:45" if number % 3 == 2 else "",
                barrier=BARRIERS[number % 4],
                next_step=("Refer to the hub, Ward", "Confirm the pathway, Hana Example")[
                    number % 2
                ],
            )
            for number in range(count)
        ),
    }
    return WardSheetContent(**(values | changes))


def make_hub_sheet(count: int = 12, *, full: bool = True, **changes: Any) -> HubSheetContent:
    def line(number: int, *, home: bool) -> HubLine:
        return HubLine(
            person=somebody(number, full=full),
            place=f"At home\nC-7K3Q-MX{number:02d}" if home else f"G5 {number + 1}",
            stage="At home" if home else "Offered",
            clock="Assess before 24-Nov-2026 13:45"
            if home
            else f"{number} days, since 12-Nov-2026",
            care="Harbour Live-in Care, Grace" if home else "2 offers out",
            barrier="" if home else BARRIERS[number % 4],
            next_step="Assess at home, Tom Ellis" if home else "Follow the offers, Hana Example",
        )

    values: dict[str, Any] = {
        "header": sheet_header(),
        "about": make_about(count, whose="Solent care transfer hub"),
        "waiting": tuple(line(number, home=False) for number in range(count // 2)),
        "at_home": tuple(line(number, home=True) for number in range(count // 2, count)),
    }
    return HubSheetContent(**(values | changes))


def make_weekend_sheet(*, full: bool = True, **changes: Any) -> WeekendSheetContent:
    def line(number: int, who: str) -> WhenLine:
        return WhenLine(
            when=f"Sat 28-Nov-2026 1{number}:30",
            person=somebody(number, full=full),
            where="14 Example Terrace, Southsea, PO4 0ZZ" if full else "Home, C-7K3Q-MX4P",
            who=who,
            ring="023 9200 0100",
        )

    values: dict[str, Any] = {
        "header": sheet_header(),
        "about": make_about(7, whose="Solent care transfer hub", order="From now to Sunday."),
        "leaving": (line(0, "Family car; home by 28-Nov-2026 18:00"), line(1, "Taxi")),
        "arriving": (line(0, "Grace, Harbour Live-in Care"),),
        "assessed": (line(2, "Tom Ellis"),),
        "unbooked": (line(1, "Nobody yet"),),
        "open_work": (
            OpenLine(
                person=somebody(0, full=full),
                what="Medicines to take home",
                owner="Ward",
                due="Sat 28-Nov-2026 10:00",
            ),
        ),
        "ring": RING,
    }
    return WeekendSheetContent(**(values | changes))


def make_contingency_sheet(count: int = 8, **changes: Any) -> ContingencySheetContent:
    def line(number: int) -> ContingencyLine:
        return ContingencyLine(
            person=somebody(number),
            where="G5 12, 023 9200 0500\nHome: 14 Example Terrace, Southsea, PO4 0ZZ, "
            "023 9200 0199\nC-7K3Q-MX4P",
            worker="Harbour Live-in Care\nGrace, arrives Mon 23-Nov-2026 13:00, 023 9200 0100",
            due="Leaves Mon 23-Nov-2026 13:45\nAssess before Wed 25-Nov-2026 Approx 13:45\n"
            "Confirm departure, Ward",
            kin="Anna Kowalska, 07700 900123",
        )

    values: dict[str, Any] = {
        "header": sheet_header(),
        "about": make_about(count, whose="Solent General Hospital"),
        "moving": tuple(line(number) for number in range(2)),
        "at_home": tuple(line(number) for number in range(2, count)),
        "waiting": (),
        "ring": RING,
    }
    return ContingencySheetContent(**(values | changes))


def make_flow_sheet(**changes: Any) -> FlowSheetContent:
    bands = ("Same day", "1 day", "2-3 days", "4-6 days", "7-13 days", "14-20 days", "21+ days")
    values: dict[str, Any] = {
        "header": sheet_header(marking=FLOW_MARKING, synthetic=False),
        "about": make_about(
            None,
            whose="Solent General Hospital, week 2026-W47 (16-Nov-2026 to 22-Nov-2026)",
            privacy="Figures only, no identities",
            order="From the records that this desk holds.",
        ),
        "home": (
            FlowLine(measure="People who went home", week="9", four_weeks="31"),
            FlowLine(
                measure="Days from ready to home",
                week="median 2, mean 2.4",
                four_weeks="median 3, mean 3.9",
            ),
            *(
                FlowLine(measure=f"of these: {name}", week="1 to 4", four_weeks="5")
                for name in bands
            ),
        ),
        "assessed": (
            FlowLine(measure="Kept", week="8 of 9 (89 %)", four_weeks="27 of 30 (90 %)"),
            FlowLine(
                measure="Left out: readmitted, died, refused, cancelled",
                week="0",
                four_weeks="1 to 4",
            ),
        ),
        "capacity": (
            FlowLine(measure="Guaranteed", week="10", four_weeks="40"),
            FlowLine(measure="Started", week="9", four_weeks="31"),
        ),
        "reasons": tuple(
            ReasonLine(reason=reason, people="6", days="24") for reason in BARRIERS if reason
        ),
        "definitions": (
            DefinitionLine(
                measure="Ready to home",
                definition="Whole days from the start of the last stretch without criteria to "
                "reside to leaving the ward, by date.",
            ),
        ),
    }
    return FlowSheetContent(**(values | changes))


def make_changeover(**changes: Any) -> ChangeoverContent:
    handover = make_handover()
    values: dict[str, Any] = {
        "header": make_header(given_to="", purpose="Change of worker"),
        "identity": make_identity(),
        "allergies": make_allergies(),
        "change": Change(
            outgoing="Grace",
            leaves_at=datetime(2026, 12, 7, 12, 0, tzinfo=UTC),
            incoming="Benedict",
            arrives_at=datetime(2026, 12, 7, 10, 0, tzinfo=UTC),
            overlap="2hr",
            address="14 Example Terrace, Southsea, Portsmouth, PO4 0ZZ",
            home_phone="023 9200 0199",
            access="Side gate, ring twice",
            key_on_separate_sheet=True,
            agency_name="Harbour Live-in Care",
            agency_phone="023 9200 0100",
            breaks="Daughter, Tuesday and Saturday",
        ),
        "person": Person(
            what_matters="My cat Felek, and Mass on Sunday.",
            communication="Speak to my right side.",
            please_do="Knock.",
            please_do_not="Don't call me dear.",
            support="I am slow until ten o'clock.",
        ),
        "daily": Daily(
            mobility=handover.function.mobility,
            transfers=handover.function.transfers,
            toileting=handover.function.toileting,
            eating_drinking=handover.function.eating_drinking,
            cognition=handover.function.cognition,
            nights=handover.function.nights,
            can_be_left=handover.function.can_be_left,
            special_tasks=handover.function.special_tasks,
        ),
        "medicines_support": "Worker prompts and gives from the chart",
        "risks": RisksNow(lines=(RiskLine(risk="Cat underfoot", what_to_do="Feed the cat first"),)),
        "ahead": Ahead(
            next_visit="Thu 10-Dec-2026 10:00, Tom Ellis",
            goals=handover.plan.goals,
            red_flags=handover.plan.red_flags,
            actions="Blood test (kidneys), 29-Nov-2026, GP practice\nFit second rail, 25-Nov-2026",
            appointments="Fracture clinic, 03-Dec-2026 10:30, Outpatients, level C",
        ),
    }
    return ChangeoverContent(**(values | changes))


def make_key_sheet(**changes: Any) -> RestrictedSheetContent:
    values: dict[str, Any] = {
        "kind": PackKind.KEY_SHEET,
        "header": make_header(given_to="Grace", purpose="Opens the door"),
        "identity": make_identity(),
        "allergies": make_allergies(),
        "door": Door(address="14 Example Terrace, Southsea, PO4 0ZZ", key_holder="Daughter"),
        "notes": Restricted(
            lines=(RestrictedLine(words="Key safe code 4821", written="Pat Example, 20-Nov-2026"),)
        ),
    }
    return RestrictedSheetContent(**(values | changes))


def make_restricted_sheet(**changes: Any) -> RestrictedSheetContent:
    line = RestrictedLine(
        words="Concern about a visitor and money, referred to the council",
        written="Pat Example, 20-Nov-2026",
    )
    more: dict[str, Any] = {
        "kind": PackKind.RESTRICTED,
        "door": None,
        "notes": Restricted(lines=(line,)),
        "header": make_header(given_to="Tom Ellis", purpose="Home assessment"),
    }
    return make_key_sheet(**(more | changes))
