"""What panels and the banner show: frozen values, so that item models can make them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from d2a_desktop.domain.display import AllergyTitle, GenderText
from d2a_desktop.ui.formats.cells import ClockCell
from d2a_desktop.ui.formats.tones import Hue, Tone


@dataclass(frozen=True, slots=True)
class Kpi:
    """One measure: its value in words, its name, a detail, and how pressing it is."""

    key: str
    value: str
    name: str
    detail: str = ""
    tone: Tone = Tone.QUIET


@dataclass(frozen=True, slots=True, kw_only=True)
class PeekFacts:
    """What is shown of one row; `stage` (a case's) draws the steps, `next_action` the callout."""

    row_id: str
    title: str
    lines: tuple[str, ...] = ()
    tags: tuple[tuple[str, Hue], ...] = ()
    stage: str | None = None
    facts: tuple[tuple[str, str] | tuple[str, str, Tone], ...] = ()
    next_action: str = ""
    next_detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BannerFacts:
    """Who the person is.

    `age_years` is the age at death where `died` is given. `allergy_title` None hides the allergy
    zone (an agency before acceptance); else it is one of the four titles, never inferred, with the
    substances beside it. `alerts` are words and hues of further tags. Ward and bed are `place`.
    """

    family: str
    given: str
    title: str = ""
    preferred_name: str = ""
    born: date | None = None
    age_years: int | None = None
    died: date | None = None
    gender: GenderText = GenderText.NOT_KNOWN
    nhs_number: str | None = None
    nhs_verified: bool = True
    hospital_number: str = ""
    place: str = ""
    allergy_title: AllergyTitle | None = AllergyTitle.NOT_RECORDED
    allergies: tuple[str, ...] = ()
    alerts: tuple[tuple[str, Hue], ...] = ()
    clock: ClockCell | None = None
