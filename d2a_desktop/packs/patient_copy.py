"""The person's own copy: plain English, large print, who comes when, one number to ring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO, ClassVar

from reportlab.platypus import Flowable, KeepTogether, Spacer

from d2a_desktop.domain.codes import PackKind
from d2a_desktop.domain.display import display_phone
from d2a_desktop.packs.blocks import Blocks, Tone
from d2a_desktop.packs.content import Allergies, Header, Identity, PackResult, printed_only
from d2a_desktop.packs.patient_words import ENGLISH, WELSH, PatientWords
from d2a_desktop.packs.press import print_person_pack

_LARGE, _NORMAL = 16.0, 12.0


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
    welsh: bool = printed_only(default=False)

    @property
    def words(self) -> PatientWords:
        """The language it is printed in."""
        return WELSH if self.welsh else ENGLISH


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
    words = content.words

    def story(blocks: Blocks) -> list[Flowable]:
        return [
            *(blocks.heading(words.title) if words.title else ()),
            *_section(blocks, words.going_home, _going_home(content)),
            *_section(blocks, words.with_you, _worker(content)),
            *_listed(blocks, words.helps_with, [words.phrase(one) for one in content.help_with]),
            *_section(blocks, words.your_visit, _visit(content)),
            *_listed(blocks, words.take, [words.phrase(one) for one in content.bring]),
            *_listed(
                blocks, words.appointments, [_kept(one, words) for one in content.appointments]
            ),
            *_section(blocks, words.goals, [content.goals]),
            *_section(blocks, words.costs, [words.phrase(content.costs)]),
            *_help(blocks, content),
        ]

    size = _LARGE if content.large_print else _NORMAL
    missing = patient_missing(content)
    return print_person_pack(content, target, missing=missing, story=story, body_size=size)


def _going_home(content: PatientContent) -> list[str]:
    words, lines = content.words, []
    if content.leaves_at:
        lines.append(words.leave_on.format(when=words.moment(content.leaves_at)))
    if content.home_at:
        lines.append(words.home_on.format(when=words.moment(content.home_at)))
    lines.append(words.going_to.format(address=content.address.strip() or words.not_recorded))
    if content.travel.strip():
        lines.append(words.travel.format(how=words.phrase(content.travel.strip())))
    return lines


def _worker(content: PatientContent) -> list[str]:
    words = content.words
    who = content.worker_first_name.strip() or words.your_worker
    if content.agency_name.strip():
        who += words.of_agency.format(agency=content.agency_name.strip())
    at = content.worker_arrives_at
    arrives = (
        words.arrives_on.format(who=who, when=words.moment(at))
        if at
        else words.arrives_unknown.format(who=who)
    )
    return [arrives, words.lives_with_you]


def _visit(content: PatientContent) -> list[str]:
    words = content.words
    who = content.visitor.strip() or words.someone
    lines = [words.why_we_visit]
    if content.visit_at:
        lines.append(words.visits_on.format(who=who, when=words.moment(content.visit_at)))
    else:
        lines.append(words.will_visit.format(who=who))
    if content.visit_by:
        lines.append(words.nobody_by.format(when=words.moment(content.visit_by)))
    return lines


def _kept(one: Appointment, words: PatientWords) -> str:
    when = words.moment(one.at) if one.at else words.day(one.on)
    where = f", {one.where.strip()}" if one.where.strip() else ""
    return f"{one.what.strip()}: {when}{where}"


def _help(blocks: Blocks, content: PatientContent) -> list[Flowable]:
    words = content.words
    whose = f" ({words.phrase(content.phone_of.strip())})" if content.phone_of.strip() else ""
    said = [
        words.ring.format(phone=display_phone(content.phone, null=words.the_ward)) + whose,
        words.when_to_ring,
        words.emergency,
    ]
    box = blocks.notice(said, tone=Tone.WARNING)
    return [KeepTogether([*blocks.heading(words.need_help)[1:], Spacer(0, 6), box])]


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
