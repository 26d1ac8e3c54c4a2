"""A person's needs, home and readiness as label and value, in the words of the code lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from d2a_desktop.domain.code_lists import need_groups
from d2a_desktop.domain.codes import DeciderRole, NeedFound
from d2a_desktop.domain.display import display_date, display_datetime, display_phone
from d2a_desktop.domain.field_words import field_label
from d2a_desktop.domain.gate import GateItem, GateState
from d2a_desktop.services.queries.rows import CaseView, TaskRow
from d2a_desktop.ui.formats.tones import Tone
from d2a_desktop.ui.formats.words import count

Facts = tuple[tuple[str, str] | tuple[str, str, Tone], ...]
_LEVELS = (
    *("personal_care", "mobility", "transfers", "continence", "night_pattern", "cognition"),
    *("medicines_level", "communication", "diet", "skin", "falls_risk", "infection"),
)
_MOST_UNCONFIRMED = 4
_LEFT_THE_WARD = frozenset({"at_home", "assessed", "under_review", "closed"})
_GATE_TONES = {GateState.OPEN: Tone.BAD, GateState.CANNOT_CONFIRM: Tone.WARN}


def level_words(group: str, code: str | None) -> str:
    """Return the label of a need's level; a code the list does not have, as words."""
    found = {level.code: level.label for level in need_groups()[group].levels}
    return found.get(code or "", (code or "").replace("_", " ").capitalize())


def care_facts(view: CaseView) -> Facts:
    """Return the care needed; what is not described is said so once."""
    need = view.records.get("care_need", {})
    facts: list[tuple[str, str] | tuple[str, str, Tone]] = []
    carers = need.get("carers_needed")
    if carers:
        facts.append(("Carers", count(carers, "carer", "carers")))
    given = (group for group in _LEVELS if need.get(group))
    facts += [(need_groups()[group].label, level_words(group, need[group])) for group in given]
    skills = need.get("required_skills")
    if skills is not None:
        words = ", ".join(level_words("skill", code) for code in skills)
        facts.append(("Specialist tasks", words or "None"))
    if need.get("languages_required"):
        facts.append(("Languages", ", ".join(need["languages_required"])))
    if need.get("earliest_start"):
        length = f", {count(need['length_days'], 'day', 'days')}" if need.get("length_days") else ""
        facts.append(("Start", f"{display_date(need['earliest_start'])}{length}"))
    return tuple(facts) or (("Needs", "Not described yet"),)


def unconfirmed_words(view: CaseView) -> str:
    """Return what of a record the shared database has not confirmed yet, by its labels."""
    names = sorted(name for name in view.unconfirmed if "." in name)
    labels = list(dict.fromkeys(field_label(*name.split(".", 1)) for name in names))
    more = len(labels) - _MOST_UNCONFIRMED
    told = labels[:_MOST_UNCONFIRMED] + ([f"{more} more"] if more > 0 else [])
    return f"{', '.join(told) or 'Something done here'} (waiting for the shared database)"


def home_facts(view: CaseView) -> Facts:
    """Return the home; a key code is never among it."""
    patient, home = view.records.get("patient", {}), view.records.get("home", {})
    names = ("address_1", "address_2", "address_3", "address_4", "postcode")
    address = ", ".join(str(patient[name]) for name in names if patient.get(name))
    facts: list[tuple[str, str] | tuple[str, str, Tone]] = [
        ("Address", address or "Not recorded"),
        ("Telephone", display_phone(patient.get("phone"))),
    ]
    facts += _yes_no(home, ("lives_alone", "Lives alone"), ("bedroom_for_worker", "Worker's room"))
    if home.get("pets") is not None:
        pets = ", ".join(level_words("pets", code) for code in home["pets"])
        facts.append(("Pets", pets or "None"))
    facts += _yes_no(home, ("smoking_home", "Smoking"), ("key_safe", "Key safe"))
    if home.get("stairs"):
        facts.append(("Stairs", level_words("stairs", home["stairs"])))
    kin = view.lists.get("contact", ())
    for contact in kin[:2]:
        relation = str(contact.get("relationship") or "").replace("_", " ")
        words = f"{contact.get('name')}, {relation} · {display_phone(contact.get('phone'))}"
        facts.append(("Contact", words))
    return tuple(facts)


def _yes_no(record: Mapping[str, Any], *names: tuple[str, str]) -> list[tuple[str, str]]:
    return [
        (words, "Yes" if record[name] else "No")
        for name, words in names
        if record.get(name) is not None
    ]


def criteria_facts(view: CaseView, *, for_agency: bool = False) -> Facts:
    """Return the last review of the criteria to reside, and the discharge ready date.

    An agency's desk is never sent the reviews: there, none says nothing about the person.
    """
    if view.criteria_at is None:
        if for_agency:
            return (("Criteria to reside", "Kept by the hospital", Tone.QUIET),)
        return (("Criteria to reside", "Not reviewed yet", Tone.WARN),)
    name, _, role = (view.criteria_by or "").rpartition(", ")
    label = DeciderRole(role).label if role in set(DeciderRole) else role
    found = "Meets criteria" if view.criteria_applies else "No criteria to reside"
    facts: list[tuple[str, str] | tuple[str, str, Tone]] = [
        ("Criteria to reside", found),
        ("Decided by", ", ".join(part for part in (name, label) if part)),
        ("Decided at", display_datetime(view.criteria_at)),
    ]
    if view.criteria_stale and view.stage not in _LEFT_THE_WARD:
        facts.append(("Criteria review", "due now", Tone.WARN))
    if view.drd is not None:
        facts.append(("Discharge ready date", display_date(view.drd)))
    return tuple(facts)


def standing_facts(view: CaseView) -> Facts:
    """Return where a person stands, as a board round asks it: plan, what delays, what is next."""
    spell, departure = view.records.get("spell", {}), view.records.get("departure", {})
    planned = departure.get("planned_at")
    facts: list[tuple[str, str] | tuple[str, str, Tone]] = [
        ("Stage", view.stage_label),
        ("Expected discharge", display_date(spell.get("edd"), null="Not recorded")),
    ]
    if planned is not None and departure.get("status") == "planned":
        facts.append(("Leaves", display_datetime(planned)))
    for barrier in view.barriers:
        if barrier.resolved_at is None:
            who = f" · {barrier.owner}" if barrier.owner else ""
            facts.append(("Barrier", f"{barrier.reason}{who}", Tone.WARN))
    urgent = [task.title for task in view.tasks if task.status == "open" and task.urgent]
    facts += [("Urgent task", title, Tone.BAD) for title in urgent]
    facts.append(("Next", view.next_action))
    return tuple(facts)


_AFTER_HOME = {
    "worker_arrived": "Worker arrived",
    "arrived_home": "Arrived home",
    "welfare_check": "Welfare check",
    "turned_back": "Turned back",
    "discharge_cancelled": "Discharge cancelled",
    "placement_ended": "Placement ended",
}
_CALLS = {"call_24h": "24 hour call", "call_72h": "72 hour call"}


def home_going_facts(view: CaseView) -> Facts:
    """Return how it went: introduction, arrival or turning back, calls, need found, the end."""
    consent = view.records.get("consent", {})
    facts: list[tuple[str, str] | tuple[str, str, Tone]] = []
    offered, held = consent.get("introduction_offered_at"), consent.get("introduction_held_at")
    if held is not None:
        facts.append(("Introduction call", f"held {display_datetime(held)}"))
    elif offered is not None:
        home = view.stage in _LEFT_THE_WARD
        words = f"offered {display_datetime(offered)}, {'no record' if home else 'not held yet'}"
        facts.append(("Introduction call", words, Tone.PLAIN if home else Tone.WARN))
    elif view.stage in _INTRODUCED_BY:
        facts.append(("Introduction call", "not offered yet", Tone.WARN))
    for entry in reversed(view.timeline):
        words = next((w for w in _AFTER_HOME.values() if entry.title.startswith(w)), "")
        if entry.kind == "event" and words:
            said = f"{display_datetime(entry.at)} {entry.text}".strip()
            facts.append((words, said, Tone.BAD) if words == "Turned back" else (words, said))
    facts += [
        _call(_CALLS[task.kind], task)
        for task in sorted(view.tasks, key=lambda each: each.kind)
        if task.kind in _CALLS and task.status in ("open", "done")
    ]
    facts += _need_found(view)
    return tuple(facts)


_INTRODUCED_BY = frozenset({"accepted", "allocated", "discharge_planned"})


def _call(words: str, task: TaskRow) -> tuple[str, str] | tuple[str, str, Tone]:
    if task.status == "done":
        return (words, "done")
    return (words, f"due {display_datetime(task.due_at)}", Tone.WARN)


def _need_found(view: CaseView) -> Facts:
    """Need found at home beside the need predicted on the ward (DOMAIN 8.4)."""
    predicted = view.records.get("referral", {}).get("predicted_need")
    facts: list[tuple[str, str] | tuple[str, str, Tone]] = []
    if view.need_found:
        facts.append(("Need found at home", NeedFound(view.need_found).label))
        said = str(predicted or "not recorded").replace("_", " ")
        facts.append(("Need predicted", said))
    if view.next_review_on is not None:
        facts.append(("Next review", display_date(view.next_review_on)))
    return tuple(facts)


def gate_facts(items: tuple[GateItem, ...]) -> Facts:
    """Return the departure gate's items with their states in words."""
    return tuple(
        (item.label, f"✓ {item.detail}")
        if item.state is GateState.OK
        else (item.label, f"{item.state.label}: {item.detail}", _GATE_TONES[item.state])
        for item in items
    )
