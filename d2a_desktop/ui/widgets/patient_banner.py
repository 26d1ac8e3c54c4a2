"""The banner of one person (NHS CUI, DOMAIN 3.5): fixed on top of every single-patient screen."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QBrush, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from d2a_desktop.domain.display import (
    AllergyTitle,
    display_born,
    display_date,
    display_name,
    display_nhs_number,
)
from d2a_desktop.ui.formats.facts import BannerFacts
from d2a_desktop.ui.formats.tones import Hue, Tone
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.flow_layout import FlowLayout
from d2a_desktop.ui.widgets.labels import WholeWords, label, restyle, tag

__all__ = ["BannerFacts", "PatientBanner", "allergy_words", "spoken"]


class PatientBanner(QFrame):
    """Name, Born, Gender, NHS No. in this order; labels lighter than values, without colons."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self._theme = theme
        self._facts: BannerFacts | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        outer = QVBoxLayout(self)
        theme.keep(outer.setContentsMargins, 16, 9, 16, 9)
        theme.keep(outer.setSpacing, 7)
        self._first = FlowLayout(theme, gap=22, line_gap=4)
        self._second = FlowLayout(theme, gap=8, line_gap=5)
        for row in (self._first, self._second):
            outer.addLayout(row)
        theme.changed.connect(self._again)

    def show_person(self, facts: BannerFacts) -> None:
        """Show one person; everything shown before is gone."""
        self._facts = facts
        self._first.clear()
        self._second.clear()
        for part in self._identity(facts):
            self._first.addWidget(part)
        for part in self._below(facts):
            self._second.addWidget(part)
        self.setAccessibleName(spoken(facts))
        self.setProperty("deceased", "true" if facts.died else "false")
        restyle(self)
        self._fit()
        self.update()

    def clear(self) -> None:
        """Show no one (after a lock, or while another person is being fetched)."""
        self._facts = None
        self._first.clear()
        self._second.clear()
        self.setAccessibleName("")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        answer = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()  # what was added shows only now
        return answer

    def _fit(self) -> None:
        """Be as high as the lines need at this width: identity is never covered or cut."""
        layout = self.layout()
        if layout is not None:
            layout.activate()
            self.setFixedHeight(layout.totalHeightForWidth(max(self.width(), 200)))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._facts is not None and self._facts.died is not None:
            painter = QPainter(self)
            hatch = QBrush(self._theme.colour(self._theme.tokens.line), Qt.BrushStyle.BDiagPattern)
            painter.fillRect(self.rect().adjusted(1, 4, -1, -1), hatch)

    def _identity(self, facts: BannerFacts) -> list[QWidget]:
        name = WholeWords(
            display_name(family=facts.family, given=facts.given, title=facts.title), "heading"
        )
        name.setObjectName("bannerName")
        parts: list[QWidget] = [name]
        if facts.died is None:
            born = display_born(facts.born, age_years=facts.age_years)
        else:
            born = display_born(facts.born)
        parts.append(_pair(self._theme, "Born", born))
        if facts.died is not None:
            parts.append(_pair(self._theme, "Died", display_date(facts.died)))
            if facts.age_years is not None:
                parts.append(_pair(self._theme, "Age at Death", f"{facts.age_years}y"))
        parts.append(_pair(self._theme, "Gender", str(facts.gender)))
        number = display_nhs_number(facts.nhs_number, verified=facts.nhs_verified)
        parts.append(_pair(self._theme, "NHS No.", number))
        if facts.hospital_number and facts.nhs_number is None:
            parts.append(_pair(self._theme, "Hospital No.", facts.hospital_number))
        if facts.place:
            parts.append(_pair(self._theme, "Ward and bed", facts.place))
        return parts

    def _below(self, facts: BannerFacts) -> list[QWidget]:
        parts: list[QWidget] = []
        if facts.preferred_name:
            parts.append(_pair(self._theme, "Preferred name", facts.preferred_name))
        if facts.allergy_title is not None:
            words = allergy_words(facts)
            hue = Hue.RED if facts.allergy_title is AllergyTitle.KNOWN else Hue.NEUTRAL
            if facts.allergy_title in (AllergyTitle.NOT_RECORDED, AllergyTitle.UNAVAILABLE):
                hue = Hue.AMBER
            allergy = tag(words, hue, whole=True)
            allergy.setObjectName("bannerAllergy")
            parts.append(allergy)
        parts += [tag(words, hue, whole=True) for words, hue in facts.alerts]
        if facts.clock is not None:
            clock = WholeWords(facts.clock.text, "strong")
            tone = Tone.PLAIN if facts.clock.tone == Tone.GOOD else facts.clock.tone
            clock.setProperty("tone", str(tone))
            clock.setAccessibleName(facts.clock.spoken)
            parts.append(clock)
        return parts

    def _again(self) -> None:
        if self._facts is not None:
            self.show_person(self._facts)


def allergy_words(facts: BannerFacts) -> str:
    """Return the allergy zone's words: the title, then the substances that are known."""
    if facts.allergy_title is None:
        return ""
    if facts.allergy_title is AllergyTitle.KNOWN and facts.allergies:
        return f"{facts.allergy_title}  {', '.join(facts.allergies)}"
    return str(facts.allergy_title)


def spoken(facts: BannerFacts) -> str:
    """Return the whole banner as one sentence for screen readers."""
    parts = [display_name(family=facts.family, given=facts.given, title=facts.title)]
    parts.append(
        f"Born {display_born(facts.born, age_years=None if facts.died else facts.age_years)}"
    )
    if facts.died:
        parts.append(f"Died {display_date(facts.died)}")
    parts.append(f"Gender {facts.gender}")
    parts.append(f"NHS No. {display_nhs_number(facts.nhs_number, verified=facts.nhs_verified)}")
    if facts.allergy_title is not None:
        parts.append(allergy_words(facts))
    parts += [words for words, _ in facts.alerts]
    return "; ".join(parts)


def _pair(theme: Theme, name: str, value: str) -> QWidget:
    pair = QWidget()
    row = QHBoxLayout(pair)
    row.setContentsMargins(0, 0, 0, 0)
    theme.keep(row.setSpacing, 6)
    words: QLabel = WholeWords(value, "strong")
    quiet = label(name, "small")
    quiet.setMinimumHeight(words.sizeHint().height())  # beside the first line of the value
    row.addWidget(quiet, 0, Qt.AlignmentFlag.AlignTop)
    words.setAccessibleName(f"{name} {value}")
    words.setObjectName(f"banner {name}")
    words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    words.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    row.addWidget(words, 1)
    return pair
