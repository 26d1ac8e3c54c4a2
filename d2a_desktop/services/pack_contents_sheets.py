"""The changeover sheet, the key sheet and the restricted sheet, from a case's rows."""

from __future__ import annotations

from datetime import datetime

from d2a_desktop.domain.codes import OwnerKind, PackKind
from d2a_desktop.domain.display import display_datetime, display_duration, display_phone
from d2a_desktop.domain.pack_audience import RestrictedText, carries, restricted_text
from d2a_desktop.domain.tasks import task_kinds
from d2a_desktop.models.arrival_card import ArrivalCard
from d2a_desktop.packs.changeover_sheet import (
    Ahead,
    Change,
    ChangeoverContent,
    Daily,
    Person,
    RisksNow,
)
from d2a_desktop.packs.content import Header
from d2a_desktop.packs.handover_content import RiskLine, Risks
from d2a_desktop.packs.restricted_sheet import (
    Door,
    Restricted,
    RestrictedLine,
    RestrictedSheetContent,
)
from d2a_desktop.services import pack_contents_care as care
from d2a_desktop.services.case_rows import CaseRows
from d2a_desktop.services.pack_contents import allergies, identity
from d2a_desktop.services.pack_contents_facts import PackFacts, pack_facts
from d2a_desktop.services.pack_contents_words import (
    day_words,
    joined,
    lines_of,
    phone_words,
    text_of,
    without_key_code,
)


def changeover_content(rows: CaseRows, *, header: Header) -> ChangeoverContent:
    """Return what one live-in worker hands to the next (DOMAIN 4.6)."""
    facts = pack_facts(rows)
    referral = facts.referral
    function = care.function(rows)
    outgoing, incoming = workers_of_the_change(rows)
    return ChangeoverContent(
        header=header,
        identity=identity(rows, at=header.printed_at),
        allergies=allergies(rows),
        change=_change(facts, outgoing, incoming),
        gap=_gap(facts, outgoing, incoming),
        person=Person(
            what_matters=text_of(referral.what_matters) if referral else "",
            communication=text_of(referral.communication_tips) if referral else "",
            please_do=text_of(referral.please_do) if referral else "",
            please_do_not=text_of(referral.please_dont) if referral else "",
            support=text_of(referral.how_support) if referral else "",
        ),
        daily=Daily(
            mobility=function.mobility,
            transfers=function.transfers,
            toileting=function.toileting,
            eating_drinking=function.eating_drinking,
            cognition=function.cognition,
            nights=function.nights,
            can_be_left=function.can_be_left,
            special_tasks=function.special_tasks,
        ),
        medicines_support=care.medicines(rows).support,
        risks=RisksNow(lines=_risk_lines(care.risks(rows))),
        ahead=_ahead(facts),
    )


def workers_of_the_change(rows: CaseRows) -> tuple[ArrivalCard | None, ArrivalCard | None]:
    """Return who goes and who comes next, from the cards of the blocks.

    Who is there goes (of two, the one whose block ends first); before anybody is there, the first
    who is expected. Next is the first other one who begins after that.
    """
    standing = sorted(
        (card for card in rows.cards if card.status in ("confirmed", "active")),
        key=lambda card: (card.status != "active", card.ends_at, card.id),
    )
    active = [card for card in standing if card.status == "active"]
    expected = sorted(
        (card for card in standing if card.status == "confirmed"),
        key=lambda card: (card.starts_at, card.id),
    )
    outgoing = active[0] if active else next(iter(expected), None)
    if outgoing is None:
        return None, None
    later = (c for c in expected if c is not outgoing and c.starts_at > outgoing.starts_at)
    return outgoing, next(later, None)


def _change(facts: PackFacts, outgoing: ArrivalCard | None, incoming: ArrivalCard | None) -> Change:
    rows, home = facts.rows, facts.rows.home
    overlap = ""
    if outgoing and incoming:
        both = outgoing.ends_at - _arrives(incoming)
        overlap = display_duration(both) if both.total_seconds() > 0 else "No time together"
    return Change(
        outgoing=outgoing.first_name if outgoing else "",
        leaves_at=outgoing.ends_at if outgoing else None,
        incoming=incoming.first_name if incoming else "",
        arrives_at=_arrives(incoming) if incoming else None,
        overlap=overlap,
        address=facts.address,
        home_phone=phone_words(rows.patient.phone),
        access=without_key_code(home.access_notes) if home else "",
        key_on_separate_sheet=home.key_safe if home else None,
        agency_name=facts.agency.name if facts.agency else "",
        agency_phone=phone_words(facts.agency_phone),
        breaks=care.people(rows, facts.referral).breaks,
    )


def _arrives(card: ArrivalCard) -> datetime:
    return card.expected_at or card.starts_at


def _gap(facts: PackFacts, outgoing: ArrivalCard | None, incoming: ArrivalCard | None) -> str:
    if outgoing is None or incoming is None or _arrives(incoming) <= outgoing.ends_at:
        return ""
    alone = display_duration(_arrives(incoming) - outgoing.ends_at)
    ring = f" on {display_phone(facts.agency_phone)}" if facts.agency_phone else ""
    return (
        f"From {display_datetime(outgoing.ends_at, weekday=True)} to "
        f"{display_datetime(_arrives(incoming), weekday=True)}, {alone}. Do not leave before "
        f"somebody is there: ring the agency{ring}."
    )


def _risk_lines(found: Risks) -> tuple[RiskLine, ...]:
    named = (
        ("To self", found.to_self),
        ("From others", found.from_others),
        ("To others", found.to_others),
        ("Infection", found.infection),
        ("Choking", found.choking),
        ("Oxygen, smoking, fire", found.oxygen_fire),
        ("Lone working", found.lone_working),
    )
    lines = [RiskLine(risk=risk, what_to_do=words) for risk, words in named if words]
    lines += [RiskLine(risk=one.risk, what_to_do=one.what_to_do) for one in found.others]
    return tuple(lines)


def _ahead(facts: PackFacts) -> Ahead:
    rows, referral = facts.rows, facts.referral
    visits = [v for v in rows.visits if v.status in ("planned", "confirmed")]
    first = visits[0] if visits else None
    actions = [
        joined(
            without_key_code(task.title),
            day_words(task.due_at),
            text_of(task.owner_name) or OwnerKind(task.owner_kind).label,
        )
        for task in rows.tasks
        if task.status == "open" and task.kind in task_kinds() and task_kinds()[task.kind].in_pack
    ]
    return Ahead(
        next_visit=joined(
            display_datetime(first.starts_at, weekday=True) if first else "",
            text_of(first.assessor_name) if first else "",
        ),
        goals=text_of(referral.goals) if referral else "",
        red_flags=text_of(referral.red_flags) if referral else "",
        actions="\n".join(actions),
        appointments="; ".join(lines_of(referral.follow_up if referral else "")),
    )


def restricted_content(rows: CaseRows, kind: PackKind, *, header: Header) -> RestrictedSheetContent:
    """Return a key sheet or a restricted sheet: what `domain/pack_audience.py` lets it carry."""
    facts = pack_facts(rows)
    lines = [
        RestrictedLine(
            words=text_of(note.text), written=joined(note.written_by, day_words(note.written_at))
        )
        for note in rows.restricted
        if carries(kind, note.kind)
    ]
    home = rows.home
    if kind is PackKind.KEY_SHEET and home is not None:
        # What the pack masks in these lines has to stand somewhere: here.
        lines += [
            RestrictedLine(words=text_of(words))
            for words in (home.access_notes, home.keys_held_by)
            if without_key_code(words) != text_of(words)
        ]
    if kind is PackKind.RESTRICTED:
        lines += [
            RestrictedLine(words=text_of(risk.detail) or "Safeguarding")
            for risk in rows.risks
            if restricted_text(risk.kind) is RestrictedText.SAFEGUARDING
        ]
    door = Door(
        address=facts.address, key_holder=without_key_code(home.keys_held_by) if home else ""
    )
    return RestrictedSheetContent(
        kind=kind,
        header=header,
        identity=identity(rows, at=header.printed_at),
        allergies=allergies(rows),
        notes=Restricted(lines=tuple(lines)),
        door=door if kind is PackKind.KEY_SHEET else None,
    )
