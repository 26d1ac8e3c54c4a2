"""The person's own copy: plain English, large print, who comes when, one number to ring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO, ClassVar

from reportlab.platypus import Flowable, KeepTogether, Spacer

from d2a_desktop.domain.codes import PackKind
from d2a_desktop.domain.display import (
    display_date_long,
    display_datetime_long,
    display_phone,
)
from d2a_desktop.packs.blocks import Blocks, Tone
from d2a_desktop.packs.content import Allergies, Header, Identity, PackResult, printed_only
from d2a_desktop.packs.press import print_person_pack

_LARGE, _NORMAL = 16.0, 12.0
_LIVES_WITH_YOU = (
    "They live in your home with you for a while and have a room to sleep in. They need time for "
    "a break each day."
)
_WHY_WE_VISIT = (
    "At home we look with you at what you can do and what help you need. Nothing about your "
    "future is decided before that."
)
_WHEN_TO_RING = (
    "At any time of day or night, if you are worried, if something goes wrong, or if nobody has "
    "come."
)


@dataclass(frozen=True, kw_only=True)
class Appointment:
    """An appointment the person has to keep; an instant, or only a day."""

    what: str
    at: datetime | None = None
    on: date | None = None
    where: str = ""


@dataclass(frozen=True, kw_only=True)
class PatientContent:
    """Everything the person's copy prints; no diagnosis, no code, no medicine.

    `phone` is the one number for questions at any hour; `help_with` and `bring` are short
    phrases in plain words. Instants are aware UTC.
    """

    kind: ClassVar[PackKind] = PackKind.PATIENT
    header: Header
    identity: Identity
    allergies: Allergies = field(default_factory=Allergies)
    leaves_at: datetime | None = None
    home_at: datetime | None = None
    address: str = ""
    travel: str = ""
    worker_first_name: str = ""
    worker_arrives_at: datetime | None = None
    agency_name: str = ""
    help_with: tuple[str, ...] = ()
    visit_at: datetime | None = None
    visit_by: datetime | None = None
    visitor: str = ""
    bring: tuple[str, ...] = ()
    appointments: tuple[Appointment, ...] = ()
    goals: str = ""
    costs: str = ""
    phone: str = ""
    phone_of: str = ""
    large_print: bool = printed_only(default=True)


def patient_missing(content: PatientContent) -> tuple[str, ...]:
    """Return what keeps the copy a draft: whoever reads it must know who comes, when, whom to ring.

    The allergy state is not waited for: the copy is not used for care.
    """
    wanted = {
        "Going home: Address": content.address.strip(),
        "Live-in worker: First name": content.worker_first_name.strip(),
        "Live-in worker: Arrival": content.worker_arrives_at,
        "Help: Telephone": content.phone.strip(),
    }
    return (*content.identity.missing(), *(name for name, value in wanted.items() if not value))


def render_patient_copy(content: PatientContent, target: BinaryIO | Path) -> PackResult:
    """Print the person's copy, 16 points unless `large_print` is off (then 12).

    Raises:
        UnreachableError: the target cannot be written to; nothing is changed.
    """

    def story(blocks: Blocks) -> list[Flowable]:
        return [
            *_section(blocks, "Going home", _going_home(content)),
            *_section(blocks, "Who will be with you", _worker(content)),
            *_listed(blocks, "What your live-in worker helps with", content.help_with),
            *_section(blocks, "Your visit at home", _visit(content)),
            *_listed(blocks, "What to take with you", content.bring),
            *_listed(blocks, "Your appointments", [_kept(one) for one in content.appointments]),
            *_section(blocks, "What you want to do again", [content.goals]),
            *_section(blocks, "What it costs", [content.costs]),
            *_help(blocks, content),
        ]

    size = _LARGE if content.large_print else _NORMAL
    missing = patient_missing(content)
    return print_person_pack(content, target, missing=missing, story=story, body_size=size)


def _going_home(content: PatientContent) -> list[str]:
    lines = []
    if content.leaves_at:
        lines.append(f"You leave the ward on {display_datetime_long(content.leaves_at)}.")
    if content.home_at:
        lines.append(f"You should be home on {display_datetime_long(content.home_at)}.")
    lines.append(f"You are going to: {content.address.strip() or 'not recorded yet'}")
    if content.travel.strip():
        lines.append(f"How you travel: {content.travel.strip()}")
    return lines


def _worker(content: PatientContent) -> list[str]:
    name = content.worker_first_name.strip() or "Your live-in worker"
    agency = f" from {content.agency_name.strip()}" if content.agency_name.strip() else ""
    arrives = (
        f"arrives on {display_datetime_long(content.worker_arrives_at)}"
        if content.worker_arrives_at
        else "arrives at a time we will tell you"
    )
    return [
        f"{name}{agency} {arrives}.",
        _LIVES_WITH_YOU,
    ]


def _visit(content: PatientContent) -> list[str]:
    who = content.visitor.strip() or "Someone from the community team"
    lines = [
        _WHY_WE_VISIT,
    ]
    if content.visit_at:
        lines.append(f"{who} visits you on {display_datetime_long(content.visit_at)}.")
    else:
        lines.append(f"{who} will visit you. We will tell you when.")
    if content.visit_by:
        lines.append(
            f"If nobody has come by {display_datetime_long(content.visit_by)}, please ring us."
        )
    return lines


def _kept(one: Appointment) -> str:
    when = display_datetime_long(one.at) if one.at else display_date_long(one.on, weekday=True)
    where = f", {one.where.strip()}" if one.where.strip() else ""
    return f"{one.what.strip()}: {when}{where}"


def _help(blocks: Blocks, content: PatientContent) -> list[Flowable]:
    whose = f" ({content.phone_of.strip()})" if content.phone_of.strip() else ""
    words = [
        f"Ring {display_phone(content.phone, null='the ward')}{whose}",
        _WHEN_TO_RING,
        "If someone is badly hurt or very ill, ring 999.",
    ]
    box = blocks.notice(words, tone=Tone.WARNING)
    return [KeepTogether([*blocks.heading("If you need help")[1:], Spacer(0, 6), box])]


def _section(blocks: Blocks, title: str, lines: Sequence[str]) -> list[Flowable]:
    written = [line for line in lines if line.strip()]
    if not written:
        return []
    made = blocks.heading(title)
    for line in written:
        made += [Spacer(0, 5), blocks.text(line)]
    return made


def _listed(blocks: Blocks, title: str, entries: Sequence[str]) -> list[Flowable]:
    made: list[Flowable] = []
    for entry in entries:
        if entry.strip():
            made += [Spacer(0, 5), blocks.bullet(entry.strip())]
    return [*blocks.heading(title), *made] if made else []
