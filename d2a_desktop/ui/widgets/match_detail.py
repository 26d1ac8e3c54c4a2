"""Beside a proposed plan: why this one, who else fits, who nearly does and what would place it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from d2a_desktop.ui.formats.tones import Hue, Tone
from d2a_desktop.ui.formats.words import count
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.factor_bars import FactorBars
from d2a_desktop.ui.widgets.flow_layout import FlowLayout
from d2a_desktop.ui.widgets.inner_scroll import InnerScroll
from d2a_desktop.ui.widgets.labels import Card, label, rule, tag

if TYPE_CHECKING:
    from d2a_desktop.services.queries.match_rows import AgencyChoice
    from d2a_desktop.services.queries.rows import WorkerChoice

_OTHERS = 3
_MISSES = 4
_MANY_STARTS = 5


class MatchDetail(Card):
    """Filled line by line; what takes a search comes when it is asked for."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "Why", parent=parent)
        self._theme = theme
        self.setAccessibleName("Why this, and why not the others")
        self._inner = QWidget()
        self._inner.setObjectName("clear")
        self._column = QVBoxLayout(self._inner)
        theme.keep(self._column.setContentsMargins, 0, 0, 6, 0)
        theme.keep(self._column.setSpacing, 6)
        scroll = InnerScroll(self._inner)
        scroll.setAccessibleName("Why this, and why not the others")
        self.body.addWidget(scroll, 1)
        self.bars: list[FactorBars] = []
        self.words: list[str] = []
        theme.keep(self.setMinimumWidth, 320)
        theme.keep(self.setMaximumWidth, 400)

    # ------------------------------------------------------------ filling

    def clear(self) -> None:
        """Show nothing."""
        while (item := self._column.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()  # it is deleted at the next turn of the event loop only
                old.deleteLater()
        self.bars, self.words = [], []

    def show_reasons(self, title: str, reasons: Sequence[str]) -> None:
        """Show what the plan itself says of a line."""
        self.clear()
        self._say(title, "heading")
        for words in reasons:
            self._say(words)
        self._end()

    def show_choices(
        self, title: str, choices: Sequence[WorkerChoice], *, chosen: str, reasons: Sequence[str]
    ) -> None:
        """Show the proposed worker with the factors, the next best, and who does not fit and why.

        Args:
            title: what the line is about.
            choices: every worker of the roster, best first.
            chosen: the id of the proposed one; empty where nobody is.
            reasons: what the plan says of the line.
        """
        self.clear()
        one = next((each for each in choices if each.worker_id == chosen), None)
        fits = [each for each in choices if each.verdict == "fits" and each is not one]
        misses = [each for each in choices if each.verdict != "fits"]
        self._say(one.name if one else title, "heading")
        tags: list[tuple[str, Hue]] = []
        if one is not None:
            best = one.rank == 1
            tags.append(("Best fit" if best else f"Rank {one.rank or 'none'}", Hue.BLUE))
        tags.append((f"{count(len(fits) + bool(one), 'worker fits', 'workers fit')}", Hue.GREEN))
        self._tags(tags)
        if one is not None:
            self._factors(one.name, one.factors)
            if one.rank not in (None, 1):
                self._say("Others rank higher here; the plan weighs all offers together.", "quiet")
        for words in reasons:
            self._say(words)
        if fits:
            self._head("Others who fit" if one else "Who fits")
            for each in fits[:_OTHERS]:
                told = ", ".join(f"{name.lower()} {words}" for name, words, *_ in each.factors)
                self._say(f"{each.rank}. {each.name}: {told}")
        if misses:
            self._head(f"{count(len(misses), 'worker does not fit', 'workers do not fit')}")
            self._say(_funnel(misses), "quiet")
            self._say("Nearest misses", "strong")
            for each in misses[:_MISSES]:
                unknown = [f"not known: {words}" for words in each.cannot_confirm]
                self._say(f"{each.name}: {'; '.join([*each.reasons, *unknown])}")
        self._end()

    def show_agencies(self, title: str, choices: Sequence[AgencyChoice], proposed: str) -> None:
        """Show the agencies of a hub's line, best first, with their starts and shared profiles."""
        self.clear()
        self._say(title, "heading")
        if not choices:
            self._say("No agency is known on this desk.")
        for each in choices:
            self._column.addWidget(rule())
            self._say(each.agency, "strong")
            tags = [("Proposed", Hue.GREEN)] if each.agency_ods == proposed else []
            if each.standing:
                tags.append((each.standing.capitalize(), Hue.AMBER))
            self._tags(tags)
            self._factors(each.agency, _agency_factors(each))
            if each.fits is None:
                self._say("Shares no profiles: its starts alone are known.", "quiet")
        self._end()

    def show_changes(self, changes: Sequence[str]) -> None:
        """Show the single changes that would place the line."""
        self._column.takeAt(self._column.count() - 1)
        self._head("What would place it")
        for words in changes or ("No single change would: two or more things stand in the way.",):
            self._say(words)
        self._end()

    # ------------------------------------------------------------ inside

    def _say(self, words: str, role: str = "") -> None:
        self.words.append(words)
        self._column.addWidget(label(words, role, wrap=True))

    def _head(self, words: str) -> None:
        self._column.addWidget(rule())
        self._say(words, "strong")

    def _tags(self, tags: Sequence[tuple[str, Hue]]) -> None:
        if not tags:
            return
        box = QWidget()
        box.setObjectName("clear")
        row = FlowLayout(self._theme, box, gap=6)
        for words, hue in tags:
            self.words.append(words)
            row.addWidget(tag(words, hue))
        self._column.addWidget(box)

    def _factors(self, whose: str, factors: Sequence[tuple[str, str, int, str]]) -> None:
        bars = FactorBars(self._theme, name=f"What decides: {whose}")
        bars.show_factors(factors)
        self.bars.append(bars)
        self._column.addWidget(bars)

    def _end(self) -> None:
        self._column.addStretch(1)


def _funnel(misses: Sequence[WorkerChoice]) -> str:
    """Return how many fall out by which rule, the commonest first."""
    rules = Counter((*each.reasons, *each.cannot_confirm)[0].split(":")[0] for each in misses)
    return " · ".join(f"{number} {rule.lower()}" for rule, number in rules.most_common())


def _agency_factors(choice: AgencyChoice) -> tuple[tuple[str, str, int, str], ...]:
    starts = choice.free_starts
    share = min(100, round(100 * starts / _MANY_STARTS))
    tone = Tone.GOOD if starts > 1 else Tone.WARN if starts else Tone.BAD
    later = f"first in {choice.first_free_week}" if choice.first_free_week else "none known"
    words = f"{starts} that week" if starts else f"none; {later}"
    found: list[tuple[str, str, int, str]] = [("Free starts", words, share, tone)]
    if choice.fits is not None:
        of = max(choice.shared, 1)
        found.append(
            (
                "Profiles that fit",
                f"{choice.fits} of {choice.shared}",
                round(100 * choice.fits / of),
                Tone.GOOD if choice.fits else Tone.BAD,
            )
        )
    return tuple(found)
