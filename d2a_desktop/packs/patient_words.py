"""Every sentence of the person's own copy, in English and in Welsh, in one table.

The Welsh has to be read by a professional translator before it is printed for anybody
(docs/language.md); the setting `patient_copy_welsh` is off until then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from d2a_desktop.core.clock import LONDON
from d2a_desktop.domain.display import display_date_long, display_datetime_long, display_time

_DAYS = ("Llun", "Mawrth", "Mercher", "Iau", "Gwener", "Sadwrn", "Sul")
_ENGLISH_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_MONTHS = (
    *("Ionawr", "Chwefror", "Mawrth", "Ebrill", "Mai", "Mehefin"),
    *("Gorffennaf", "Awst", "Medi", "Hydref", "Tachwedd", "Rhagfyr"),
)


def _dated(words: str) -> str:
    """Return a long date in Welsh; other words stay as they are."""
    day, _, rest = words.partition(" ")
    month, _, year = rest.partition(" ")
    if month in _ENGLISH_MONTHS and year.isdigit():
        return f"{int(day)} {_MONTHS[_ENGLISH_MONTHS.index(month)]} {year}"
    return words


@dataclass(frozen=True, kw_only=True)
class PatientWords:
    """One language; `{…}` stands for what the record says. `phrases` translates fixed phrases."""

    title: str
    going_home: str
    leave_on: str
    home_on: str
    going_to: str
    not_recorded: str
    travel: str
    with_you: str
    your_worker: str
    of_agency: str
    arrives_on: str
    arrives_unknown: str
    lives_with_you: str
    helps_with: str
    your_visit: str
    why_we_visit: str
    someone: str
    visits_on: str
    will_visit: str
    nobody_by: str
    take: str
    appointments: str
    goals: str
    costs: str
    need_help: str
    ring: str
    the_ward: str
    when_to_ring: str
    emergency: str
    phrases: Mapping[str, str] = field(default_factory=dict)
    welsh: bool = False

    def phrase(self, words: str) -> str:
        """Return a fixed phrase in this language; what people wrote stays as they wrote it."""
        if words in self.phrases:
            return self.phrases[words]
        for english, other in self.phrases.items():
            before, found, after = english.partition("{}")
            if found and words.startswith(before) and words.endswith(after):
                return other.replace("{}", _dated(words[len(before) : len(words) - len(after)]))
        return words

    def day(self, day: date | None) -> str:
        """Return `Sunday 22 November 2026` in this language."""
        if day is None or not self.welsh:
            return display_date_long(day, weekday=True)
        return f"Dydd {_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]} {day.year}"

    def moment(self, at: datetime) -> str:
        """Return `Sunday 22 November 2026 at 13:10`, Europe/London, in this language."""
        if not self.welsh:
            return display_datetime_long(at)
        return f"{self.day(at.astimezone(LONDON).date())} am {display_time(at)}"


ENGLISH = PatientWords(
    title="",  # the head of the page says it
    going_home="Going home",
    leave_on="You leave the ward on {when}.",
    home_on="You should be home on {when}.",
    going_to="You are going to: {address}",
    not_recorded="not recorded yet",
    travel="How you travel: {how}",
    with_you="Who will be with you",
    your_worker="Your live-in worker",
    of_agency=" from {agency}",
    arrives_on="{who} arrives on {when}.",
    arrives_unknown="{who} arrives at a time we will tell you.",
    lives_with_you=(
        "They live in your home with you for a while and have a room to sleep in. They need time "
        "for a break each day."
    ),
    helps_with="What your live-in worker helps with",
    your_visit="Your visit at home",
    why_we_visit=(
        "At home we look with you at what you can do and what help you need. Nothing about your "
        "future is decided before that."
    ),
    someone="Someone from the community team",
    visits_on="{who} visits you on {when}.",
    will_visit="{who} will visit you. We will tell you when.",
    nobody_by="If nobody has come by {when}, please ring us.",
    take="What to take with you",
    appointments="Your appointments",
    goals="What you want to do again",
    costs="What it costs",
    need_help="If you need help",
    ring="Ring {phone}",
    the_ward="the ward",
    when_to_ring=(
        "At any time of day or night, if you are worried, if something goes wrong, or if nobody "
        "has come."
    ),
    emergency="If someone is badly hurt or very ill, ring 999.",
)

WELSH = PatientWords(
    title="Fy nghynllun ar gyfer mynd adref",
    going_home="Mynd adref",
    leave_on="Byddwch yn gadael y ward ar {when}.",
    home_on="Dylech fod gartref ar {when}.",
    going_to="Rydych yn mynd i: {address}",
    not_recorded="heb ei gofnodi eto",
    travel="Sut byddwch yn teithio: {how}",
    with_you="Pwy fydd gyda chi",
    your_worker="Eich gweithiwr byw i mewn",
    of_agency=" o {agency}",
    arrives_on="Bydd {who} yn cyrraedd ar {when}.",
    arrives_unknown="Bydd {who} yn cyrraedd ar amser y byddwn yn ei ddweud wrthych.",
    lives_with_you=(
        "Byddant yn byw yn eich cartref gyda chi am gyfnod, ac mae ganddynt ystafell i gysgu "
        "ynddi. Mae angen amser arnynt i gael seibiant bob dydd."
    ),
    helps_with="Beth mae eich gweithiwr byw i mewn yn helpu ag ef",
    your_visit="Eich ymweliad gartref",
    why_we_visit=(
        "Gartref, byddwn yn edrych gyda chi ar yr hyn y gallwch ei wneud a pha help sydd ei angen "
        "arnoch. Nid oes dim am eich dyfodol yn cael ei benderfynu cyn hynny."
    ),
    someone="Rhywun o'r tîm cymunedol",
    visits_on="Bydd {who} yn ymweld â chi ar {when}.",
    will_visit="Bydd {who} yn ymweld â chi. Byddwn yn dweud wrthych pryd.",
    nobody_by="Os nad oes neb wedi dod erbyn {when}, ffoniwch ni.",
    take="Beth i fynd gyda chi",
    appointments="Eich apwyntiadau",
    goals="Beth rydych am ei wneud eto",
    costs="Beth mae'n ei gostio",
    need_help="Os oes angen help arnoch",
    ring="Ffoniwch {phone}",
    the_ward="y ward",
    when_to_ring=(
        "Ar unrhyw adeg o'r dydd neu'r nos, os ydych yn poeni, os oes rhywbeth yn mynd o'i le, "
        "neu os nad oes neb wedi dod."
    ),
    emergency="Os oes rhywun wedi brifo'n ddrwg neu'n sâl iawn, ffoniwch 999.",
    welsh=True,
    phrases={
        "Your medicines and the list of them": "Eich meddyginiaethau a'r rhestr ohonynt",
        "Your copy of this plan": "Eich copi o'r cynllun hwn",
        "Your house keys": "Allweddi eich tŷ",
        "Washing and dressing": "Ymolchi a gwisgo",
        "Getting up and sitting down": "Codi ac eistedd",
        "Getting about at home": "Symud o gwmpas gartref",
        "Using the toilet": "Defnyddio'r toiled",
        "Your medicines": "Eich meddyginiaethau",
        "Meals that suit you": "Prydau sy'n addas i chi",
        "Help at night": "Help yn y nos",
        "Family car": "Car y teulu",
        "Taxi": "Tacsi",
        "Wheelchair taxi": "Tacsi cadair olwyn",
        "Patient transport": "Cludiant cleifion",
        "Ambulance, stretcher": "Ambiwlans, stretsier",
        "the ward": "y ward",
        "{}, day and night": "{}, ddydd a nos",
        "You pay for this help. Ask us before you go home if anything about it is unclear.": (
            "Chi sy'n talu am yr help hwn. Gofynnwch i ni cyn mynd adref os oes rhywbeth yn "
            "aneglur."
        ),
        "This help is paid for until {}. Before then we talk with you about what follows.": (
            "Telir am yr help hwn tan {}. Cyn hynny byddwn yn siarad â chi am beth sy'n dilyn."
        ),
    },
)
