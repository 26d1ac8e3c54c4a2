"""Colours, sizes and icons of both looks."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from d2a_desktop.core.paths import resource
from d2a_desktop.ui.theme.contrast import contrast
from d2a_desktop.ui.theme.icons import IconSet
from d2a_desktop.ui.theme.sheet import style_sheet
from d2a_desktop.ui.theme.theme import Look, Theme
from d2a_desktop.ui.theme.tokens import DARK, LIGHT, Pair, Tokens, mark_pairs, text_pairs


def test_contrast_is_computed_as_wcag_gives_it():
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#005eb8", "#ffffff") == pytest.approx(6.4, abs=0.1)
    assert contrast("#ffb81c", "#ffffff") == pytest.approx(1.7, abs=0.1)
    assert contrast("#212b32", "#f0f4f5") == pytest.approx(13.0, abs=0.1)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_every_text_reaches_four_and_a_half_on_its_ground(tokens: Tokens):
    short = [
        f"{name}: {contrast(pair.ground, pair.text):.2f}"
        for name, pair in text_pairs(tokens)
        if contrast(pair.ground, pair.text) < 4.5
    ]
    assert not short


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_every_mark_that_carries_meaning_reaches_three(tokens: Tokens):
    short = [name for name, pair in mark_pairs(tokens) if contrast(pair.ground, pair.text) < 3]
    assert not short


GROUNDS = ("page", "surface", "surface_low", "track", "weekend")


def grounds(tokens: Tokens) -> dict[str, str]:
    """Return every ground of a look, by name."""
    plain = {name: getattr(tokens, name) for name in GROUNDS}
    return plain | {name: pair.ground for name, pair in text_pairs(tokens)}


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_the_focus_ring_is_seen_on_every_ground(tokens: Tokens):
    """Its two colours are far from each other, so one of them is far from any ground."""
    short = [
        name
        for name, ground in grounds(tokens).items()
        if max(contrast(ground, tokens.focus), contrast(ground, tokens.focus_inner)) < 3
    ]
    assert not short
    assert contrast(tokens.focus, tokens.focus_inner) >= 3


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_every_rule_of_the_style_sheet_sets_readable_words_on_its_ground(tokens: Tokens):
    short, found = [], 0
    for selector, body in re.findall(r"([^{}]+)\{([^{}]+)\}", style_sheet(tokens, round)):
        said = dict(re.findall(r"([a-z-]+):\s*(#[0-9a-f]{6})", body))
        for ground, words in (
            ("background", "color"),
            ("selection-background-color", "selection-color"),
        ):
            if ground in said and words in said:
                found += 1
                if (ratio := contrast(said[ground], said[words])) < 4.5:
                    short.append(f"{selector.strip()}: {ratio:.2f}")
    assert found > 30
    assert not short


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_a_field_is_told_from_its_ground_by_its_border(tokens: Tokens):
    for ground in ("page", "surface", "surface_low"):
        assert contrast(getattr(tokens, ground), tokens.input_line) >= 3


def test_every_colour_of_a_look_is_in_a_pair_that_is_computed():
    """A new token must be named with what it stands on; lines that only divide carry nothing."""
    for tokens in (LIGHT, DARK):
        held = {
            name: value
            for name in Tokens.__slots__
            if isinstance(value := getattr(tokens, name), str)
        }
        pairs = [pair for _, pair in (*text_pairs(tokens), *mark_pairs(tokens))]
        used = {colour for pair in pairs for colour in (pair.ground, pair.text)}
        assert {name for name, colour in held.items() if colour not in used} <= ONLY_DIVIDE


# `warn` fills bars and stripes whose words are `warn_text`; an edge repeats its button's ground.
ONLY_DIVIDE = {"warn", "primary_edge"}


def test_a_pair_that_is_too_pale_would_be_found():
    assert contrast(*_parts(Pair("#ffffff", "#ffb81c"))) < 3


def _parts(pair: Pair) -> tuple[str, str]:
    return pair.ground, pair.text


def test_text_size_multiplies_every_size_and_stays_between_90_and_200(theme: Theme):
    theme.set_text_percent(150)
    assert theme.px(14) == 21
    assert theme.font(12).pixelSize() == 18
    theme.set_text_percent(500)
    assert theme.text_percent == 200
    theme.set_text_percent(10)
    assert theme.text_percent == 90


def test_the_look_can_be_dark_light_or_as_the_system_has_it(theme: Theme, qapp):
    theme.set_look(Look.DARK)
    assert theme.tokens is DARK
    assert qapp.palette().window().color() == QColor(DARK.page)
    theme.set_look(Look.SYSTEM)
    system_is_dark = qapp.styleHints().colorScheme() == Qt.ColorScheme.Dark
    assert theme.tokens is (DARK if system_is_dark else LIGHT)


def test_widgets_hear_of_a_change_of_look(theme: Theme, qtbot):
    with qtbot.waitSignal(theme.changed):
        theme.set_compact(True)


def test_the_type_is_inter_from_the_resources(theme: Theme):
    from PySide6.QtGui import QFontInfo

    assert QFontInfo(theme.font()).family() == "Inter"


@pytest.mark.parametrize("name", IconSet(resource("icons")).names())
def test_every_icon_draws_in_the_colour_asked_for(name: str, qapp):
    text = (resource("icons") / f"{name}.svg").read_text(encoding="utf-8")
    assert "currentColor" in text
    assert "#" not in text
    picture = QImage(40, 40, QImage.Format.Format_ARGB32)
    picture.fill(Qt.GlobalColor.white)
    painter = QPainter(picture)
    IconSet(resource("icons")).paint(painter, QRectF(0, 0, 40, 40), name, "#d5281b")
    painter.end()
    seen = {picture.pixelColor(x, y).name() for x in range(40) for y in range(40)}
    assert "#d5281b" in seen


def test_a_look_that_is_on_already_is_not_put_on_again(theme: Theme):
    changes: list[Look] = []
    theme.changed.connect(lambda: changes.append(theme.look))
    theme.set_look(Look.SYSTEM)  # which is the light one here
    assert theme.look is Look.SYSTEM
    assert changes == []
    theme.set_look(Look.DARK)
    theme.set_look(Look.LIGHT)
    assert changes == [Look.DARK, Look.LIGHT]
