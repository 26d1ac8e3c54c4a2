"""The forms of the rosters: worker, paper, leave, contract, starts; assessor and absence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from d2a_desktop.core.clock import LONDON, london_day
from d2a_desktop.core.errors import UsageError
from d2a_desktop.domain.capacity import IsoWeek, UnusedRule
from d2a_desktop.domain.code_lists import credentials, need_groups
from d2a_desktop.domain.codes import AvailabilityKind, Gender, WorkerStatus
from d2a_desktop.domain.roster import AssessorTimeKind
from d2a_desktop.services.queries.roster_rows import ContractRow, PaperRow, RosterWorker
from d2a_desktop.ui.dialogs.action_dialog import ActionForm
from d2a_desktop.ui.dialogs.form_kit import Options, codes
from d2a_desktop.ui.widgets.editors import FieldSpec, Kind

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY_WORDS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_PROFESSIONS: Options = (
    ("occupational_therapist", "Occupational therapist"),
    ("physiotherapist", "Physiotherapist"),
    ("social_worker", "Social worker"),
    ("nurse", "Nurse"),
    ("trusted_assessor", "Trusted assessor"),
)


def _levels(group: str) -> Options:
    return tuple((level.code, level.label) for level in need_groups()[group].levels)


def worker_form(record: Mapping[str, Any] | None = None, *, partners: Options = ()) -> ActionForm:
    """Return the form of a new worker, or of the one whose values are given.

    `partners` are the agencies without a desk of which a hub names one for a new worker.
    """
    fresh = record is None
    values = dict(record or {"status": WorkerStatus.ACTIVE.value})
    ends = _skill_ends(values.get("skills"))
    return ActionForm(
        action="worker",
        title="Add a worker" if fresh else "Change a worker",
        button="Add worker" if fresh else "Save",
        done="Worker added" if fresh else "Worker changed",
        facts=("What is left blank counts as not known: a plan then says that it cannot confirm.",),
        fields=(
            *_partner_field(partners if fresh else ()),
            FieldSpec(key="first_name", words="First name", required=True),
            FieldSpec(key="family_name", words="Family name"),
            FieldSpec(key="role_title", words="Role"),
            FieldSpec(
                key="status",
                words="Status",
                kind=Kind.CODE,
                options=codes(WorkerStatus),
                required=True,
            ),
            FieldSpec(key="phone", words="Telephone"),
            FieldSpec(key="home_postcode", words="Home postcode", kind=Kind.POSTCODE),
            FieldSpec(key="gender", words="Gender", kind=Kind.CODE, options=codes(Gender)),
            FieldSpec(key="languages", words="Languages", kind=Kind.WORDS),
            FieldSpec(key="skills", words="Skills", kind=Kind.CODES, options=_levels("skill")),
            FieldSpec(
                key="accepts_pets",
                words="Lives with pets",
                kind=Kind.CODES,
                options=_levels("pets"),
                none_words="With none",
            ),
            FieldSpec(key="driver", words="Drives", kind=Kind.YES_NO),
            FieldSpec(key="smoker", words="Smokes", kind=Kind.YES_NO),
            FieldSpec(
                key="accepts_smoking_home", words="Lives in a smoking home", kind=Kind.YES_NO
            ),
            FieldSpec(
                key="photo_consent", words="Agrees that a photo is shown", kind=Kind.YES_NO
            ),
            FieldSpec(key="max_block_days", words="Longest block, days", kind=Kind.WHOLE),
            FieldSpec(key="min_rest_hours", words="Rest between blocks, hours", kind=Kind.WHOLE),
            FieldSpec(key="max_days_in_28", words="Most days in any 28", kind=Kind.WHOLE),
            FieldSpec(key="max_distance_km", words="Farthest, km", kind=Kind.WHOLE),
        ),
        defaults=values
        | ({"agency": partners[0][0]} if fresh and len(partners) == 1 else {})
        | {"skills": [_code_of(each) for each in values.get("skills") or ()]},
        document=lambda read: _worker_document(read, ends),
    )  # fmt: skip


def _partner_field(partners: Options) -> tuple[FieldSpec, ...]:
    if not partners:
        return ()
    return (
        FieldSpec(key="agency", words="Agency", kind=Kind.CODE, options=partners, required=True),
    )


def _code_of(skill: Any) -> str:
    return str(skill["code"] if isinstance(skill, Mapping) else skill)


def _skill_ends(skills: Any) -> dict[str, Any]:
    """Return the skills that are signed off for a time only, which the form must not lose."""
    return {each["code"]: each for each in skills or () if isinstance(each, Mapping)}


def _worker_document(read: dict[str, Any], ends: Mapping[str, Any]) -> dict[str, Any]:
    skills = [ends.get(code, code) for code in read.get("skills") or ()]
    numbers = ("max_block_days", "min_rest_hours", "max_days_in_28", "max_distance_km")
    for key in numbers:
        if read.get(key) is not None and read[key] < 1:
            raise UsageError("Days, hours and kilometres are 1 or more, or blank.")
    return read | {"skills": skills}


def paper_form(worker: RosterWorker, paper: PaperRow | None = None) -> ActionForm:
    """Return the form of a new paper of a worker, or of one that is there or is expected."""
    kinds = tuple((kind.code, kind.name) for kind in credentials())
    known = paper is not None and bool(paper.paper_id)
    return ActionForm(
        action="credential",
        title="Change a paper" if known else "Add a paper",
        button="Save" if known else "Add paper",
        done="Paper changed" if known else "Paper added",
        facts=(f"{worker.name}. A plan looks at the last day to the end of the block.",),
        fields=(
            FieldSpec(key="code", words="Paper", kind=Kind.CODE, options=kinds, required=True),
            FieldSpec(
                key="valid_to",
                words="Last valid day",
                kind=Kind.DAY,
                hint="Blank only where it does not lapse.",
            ),
            FieldSpec(key="issued_on", words="Issued on", kind=Kind.DAY),
            FieldSpec(key="checked_on", words="Checked on", kind=Kind.DAY),
        ),
        defaults={
            "code": paper.code if paper else None,
            "valid_to": paper.valid_to if paper else None,
            "issued_on": paper.issued_on if paper else None,
            "checked_on": paper.checked_on if paper else None,
        },
    )


def days_form(name: str, *, first: date, last: date | None = None) -> ActionForm:
    """Return the form of leave, training, sickness or available days of a worker."""
    return ActionForm(
        action="availability",
        title="Leave and other days",
        button="Record",
        done="Days recorded",
        facts=(f"{name}. Blocks booked in these days stay booked: Capacity shows the clash.",),
        fields=(
            FieldSpec(
                key="kind",
                words="What",
                kind=Kind.CODE,
                options=codes(AvailabilityKind),
                required=True,
            ),
            FieldSpec(key="from_day", words="First day", kind=Kind.DAY, required=True),
            FieldSpec(key="to_day", words="Last day", kind=Kind.DAY, required=True),
        ),
        defaults={"kind": AvailabilityKind.LEAVE.value, "from_day": first, "to_day": last},
    )


def contract_form(
    contract: ContractRow | None, *, today: date, partners: Options = ()
) -> ActionForm:
    """Return the form of a new capacity contract, or of one that is there.

    `partners` are the agencies without a desk of which a hub names one for a new contract.
    """
    fresh = contract is None
    values = dict(contract.record) if contract else {"valid_from": today, "response_hours": 2}
    hours = values.get("hours") or {}
    return ActionForm(
        action="contract",
        title="New capacity contract" if fresh else "Change the capacity contract",
        button="Record contract" if fresh else "Save",
        done="Contract recorded",
        facts=(
            *((contract.agency,) if contract is not None and contract.of_partner else ()),
            "Guaranteed starts are counted in ISO weeks, Monday to Sunday.",
        ),
        fields=(
            *_partner_field(partners if fresh else ()),
            FieldSpec(key="commissioner", words="Commissioner"),
            FieldSpec(key="on_call_phone", words="On-call telephone"),
            FieldSpec(key="valid_from", words="From", kind=Kind.DAY, required=True),
            FieldSpec(key="valid_to", words="To", kind=Kind.DAY),
            FieldSpec(
                key="min_starts", words="Guaranteed starts a week", kind=Kind.WHOLE, required=True
            ),
            FieldSpec(key="max_starts", words="Most starts a week", kind=Kind.WHOLE, required=True),
            FieldSpec(key="response_hours", words="Hours to reply to an offer", kind=Kind.WHOLE),
            FieldSpec(
                key="unused_slot_rule",
                words="A start that nobody used is",
                kind=Kind.CODE,
                options=codes(UnusedRule),
            ),
            *day_fields(),
        ),
        defaults=values
        | day_values(hours)
        | ({"agency": partners[0][0]} if fresh and len(partners) == 1 else {}),
        document=lambda read: with_hours(read, "hours"),
    )


def open_starts_words(contract: ContractRow) -> str:
    """Return which guaranteed starts of a contract are still open, by week."""
    if not contract.starts:
        return "No start is open from this week on."
    return "Open: " + ", ".join(f"{number} in {week}" for week, number in contract.starts) + "."


def starts_form(contract: ContractRow, *, today: date) -> ActionForm:
    """Return the form that opens guaranteed starts of a week."""
    week = IsoWeek.of(today)
    weeks = tuple(
        (str(each), f"{each}, from {each.monday:%d-%b}")
        for each in (week.shifted(number) for number in range(12))
    )
    return ActionForm(
        action="slot",
        title="Open guaranteed starts",
        button="Open starts",
        done="Starts opened",
        facts=(f"{contract.agency}: {contract.words}.", open_starts_words(contract)),
        fields=(
            FieldSpec(key="week", words="Week", kind=Kind.CODE, options=weeks, required=True),
            FieldSpec(key="count", words="How many", kind=Kind.WHOLE, required=True),
            FieldSpec(key="earliest_start", words="Not before", kind=Kind.DAY),
        ),
        defaults={"week": str(week.shifted(1)), "count": contract.min_starts},
        document=lambda read: _filled(read) | {"contract": contract.contract_id},
    )


def assessor_form(record: Mapping[str, Any] | None = None) -> ActionForm:
    """Return the form of a new home assessor, or of the one whose values are given."""
    fresh = record is None
    values = dict(record or {"active": True, "works_bank_holidays": False})
    return ActionForm(
        action="assessor",
        title="Add an assessor" if fresh else "Change an assessor",
        button="Add assessor" if fresh else "Save",
        done="Assessor added" if fresh else "Assessor changed",
        fields=(
            FieldSpec(key="name", words="Name", required=True),
            FieldSpec(
                key="profession",
                words="Profession",
                kind=Kind.CODE,
                options=_PROFESSIONS,
                required=True,
            ),
            FieldSpec(key="gender", words="Gender", kind=Kind.CODE, options=codes(Gender)),
            FieldSpec(key="base_postcode", words="Starts from (postcode)", kind=Kind.POSTCODE),
            FieldSpec(key="skills", words="Skills", kind=Kind.WORDS),
            FieldSpec(key="languages", words="Languages", kind=Kind.WORDS),
            FieldSpec(
                key="login", words="Login", hint="Of the person's own desk, as given by IT."
            ),
            FieldSpec(key="works_bank_holidays", words="Works on bank holidays", kind=Kind.TICK),
            FieldSpec(key="active", words="Active: visits may be planned", kind=Kind.TICK),
            *day_fields(),
        ),
        defaults=values | day_values(values.get("pattern")),
        document=lambda read: with_hours(read, "pattern"),
    )  # fmt: skip


def assessor_time_form(name: str, *, now: datetime) -> ActionForm:
    """Return the form of an absence, an appointment or an extra shift of an assessor."""
    tomorrow = london_day(now) + timedelta(days=1)
    return ActionForm(
        action="assessor_time",
        title="Absence or extra time",
        button="Record",
        done="Time recorded",
        facts=(f"{name}. Visits that are booked stay booked: re-plan the diary afterwards.",),
        fields=(
            FieldSpec(
                key="kind",
                words="What",
                kind=Kind.CODE,
                options=codes(AssessorTimeKind),
                required=True,
            ),
            FieldSpec(key="starts_at", words="From", kind=Kind.MOMENT, required=True),
            FieldSpec(key="ends_at", words="To", kind=Kind.MOMENT, required=True),
        ),
        defaults={
            "kind": AssessorTimeKind.LEAVE.value,
            "starts_at": _at(tomorrow, 0),
            "ends_at": _at(tomorrow + timedelta(days=1), 0),
        },
        columns=1,
    )


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=LONDON)


def _filled(read: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in read.items() if value is not None}


# ---------------------------------------------------------------- hours of a week


def day_fields() -> tuple[FieldSpec, ...]:
    """Return one field for each day of the week."""
    return tuple(
        FieldSpec(key=f"on_{day}", words=words, hint="08:00 to 18:00; blank: not at all")
        for day, words in zip(_DAYS, _DAY_WORDS, strict=True)
    )


def day_values(pattern: Any) -> dict[str, str]:
    """Return what the seven fields show of stored hours."""
    hours = pattern if isinstance(pattern, Mapping) else {}
    return {
        f"on_{day}": " to ".join(str(each) for each in hours[day])
        for day in _DAYS
        if isinstance(hours.get(day), list | tuple) and len(hours[day]) == 2
    }


def with_hours(read: dict[str, Any], key: str) -> dict[str, Any]:
    """Return the document with the seven fields of a week as one member."""
    rest = {name: value for name, value in read.items() if not name.startswith("on_")}
    given = {day: hours_of(read[f"on_{day}"]) for day in _DAYS if read.get(f"on_{day}")}
    return rest | {key: given}


def hours_of(words: str) -> list[str]:
    """Return `08:00 to 18:00` as two times of day (London wall clock).

    Raises:
        UsageError: they are no hours, or end before they begin.
    """
    parts = words.replace("-", " to ").replace("\u2013", " to ").split(" to ")
    try:
        first, last = (time.fromisoformat(_padded(part)) for part in parts)
    except ValueError:
        first = last = time()
    if first >= last:
        raise UsageError(
            f"“{words}” are no hours of a day.",
            what_to_do="Write them like 08:00 to 18:00.",
        )
    return [f"{first:%H:%M}", f"{last:%H:%M}"]


def _padded(part: str) -> str:
    plain = part.strip().replace(".", ":")
    hour, _, minute = plain.partition(":")
    return f"{hour.zfill(2)}:{minute or '00'}"
