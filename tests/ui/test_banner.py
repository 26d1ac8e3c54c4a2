"""The banner of one person, rule by rule (DOMAIN 3.5, codes/cui_display_rules.json)."""

from __future__ import annotations

import json
from datetime import date

import pytest
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from d2a_desktop.core.paths import resource
from d2a_desktop.domain.display import AllergyTitle, GenderText
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.patient_banner import PatientBanner
from tests.ui.literal_rows import banner

RULES = json.loads(resource("codes/cui_display_rules.json").read_text())["patient_banner"]


@pytest.fixture
def shown(theme: Theme, qtbot, qapp):
    window = QWidget()
    column = QVBoxLayout(window)
    column.setContentsMargins(0, 0, 0, 0)
    made = PatientBanner(theme)
    column.addWidget(made)
    column.addStretch(1)
    window.resize(1200, 400)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)

    def show(**changes: object) -> PatientBanner:
        assert window.isVisible()
        made.show_person(banner(**changes))
        qapp.processEvents()  # a layout shows what is added to it with the next event
        return made

    return show


def texts(widget: PatientBanner) -> list[str]:
    return [each.text() for each in widget.findChildren(QLabel) if each.isVisible()]


def test_name_born_gender_and_number_stand_in_this_order(shown, qtbot):
    made = shown()
    qtbot.waitUntil(lambda: made.height() > 30)
    order = ["bannerName", "banner Born", "banner Gender", "banner NHS No."]
    places = []
    for name in order:
        label = made.findChild(QLabel, name)
        corner = label.mapTo(made, label.rect().topLeft())
        places.append((corner.y() // 20, corner.x()))
    assert places == sorted(places)
    assert [each for each in texts(made) if each in RULES["order"]] == RULES["order"][1:]


def test_the_values_read_as_the_rules_write_them(shown):
    words = texts(shown(nhs_number="1297287652", born=date(1945, 7, 14), age_years=81))
    assert words[0] == "NGUYỄN, Thị Hạnh (Mrs)"
    assert "14-Jul-1945 (81y)" in words
    assert "Female" in words
    assert "129 728 7652" in words
    assert not any(":" in each for each in words)


def test_labels_are_quieter_than_values(shown):
    made = shown()
    roles = {each.text(): each.property("role") for each in made.findChildren(QLabel)}
    assert roles["Born"] == "small"
    assert roles["21-Nov-1946 (80y)"] == "strong"


def test_what_is_unknown_says_not_known_and_shows_the_hospital_number(shown):
    words = texts(
        shown(nhs_number=None, born=None, gender=GenderText.NOT_KNOWN, hospital_number="H0123456")
    )
    assert words.count("Not known") == 2
    assert "Not Known" in words
    assert words[words.index("Hospital No.") + 1] == "H0123456"
    assert not any("?" in each for each in words)


def test_a_number_that_is_not_verified_says_so(shown):
    assert "999 310 2270 (not verified)" in texts(shown(nhs_verified=False))


@pytest.mark.parametrize("title", list(AllergyTitle))
def test_the_allergy_zone_has_one_of_four_titles(shown, title: AllergyTitle):
    made = shown(allergy_title=title, allergies=())
    assert made.findChild(QLabel, "bannerAllergy").text() == title
    assert title in RULES["allergy_titles"]


def test_known_allergies_name_their_substances(shown):
    words = texts(shown())
    assert "Known allergies  penicillin (rash)" in words


def test_substances_never_stand_beside_another_title(shown):
    made = shown(allergy_title=AllergyTitle.NOT_RECORDED, allergies=("penicillin",))
    assert made.findChild(QLabel, "bannerAllergy").text() == "Allergies not recorded"


def test_an_agency_before_acceptance_has_no_allergy_zone(shown):
    made = shown(allergy_title=None)
    assert made.findChild(QLabel, "bannerAllergy") is None
    assert "llerg" not in made.accessibleName()


def test_someone_who_died_shows_when_and_the_age_at_death_without_brackets(shown):
    made = shown(died=date(2026, 11, 20))
    words = texts(made)
    assert words[words.index("Died") + 1] == "20-Nov-2026"
    assert words[words.index("Age at Death") + 1] == "80y"
    assert "21-Nov-1946" in words
    assert made.property("deceased") == "true"


def test_the_preferred_name_stands_below_the_name(shown, qtbot):
    made = shown(preferred_name="Hannah")
    words = texts(made)
    assert words[words.index("Preferred name") + 1] == "Hannah"
    above = made.findChild(QLabel, "bannerName")
    below = made.findChild(QLabel, "banner Preferred name")
    height = above.mapTo(made, above.rect().bottomLeft()).y()
    qtbot.waitUntil(lambda: below.mapTo(made, below.rect().topLeft()).y() >= height)


def test_the_longest_names_are_whole_and_the_banner_grows_for_them(shown, qtbot):
    family, given = "Fotheringham-Wolstenholme-Featherst", "Maximiliana Theodora Philomena Anne"
    made = shown(family=family, given=given, preferred_name="Max", place="Elderly Care 1 · Bay C")
    made.window().resize(500, 400)
    assert f"{family.upper()}, {given} (Mrs)" in texts(made)
    qtbot.waitUntil(lambda: made.height() >= made.layout().totalHeightForWidth(made.width()))
    bottom = max(
        each.mapTo(made, each.rect().bottomLeft()).y()
        for each in made.findChildren(QLabel)
        if each.isVisible()
    )
    assert bottom <= made.height()


@pytest.mark.parametrize("percent", [100, 200])
def test_nothing_of_an_identity_is_cut_at_any_text_size(shown, theme: Theme, qtbot, percent: int):
    theme.set_text_percent(percent)
    made = shown(
        family="Fotheringham-Wolstenholme-Featherst",
        given="Maximiliana Theodora Philomena Anne",
        title="Professor Dame",
        preferred_name="Wilhelmina-Longsample-Testington",
        place="Sampleshire General Hospital, Stroke Rehabilitation · Side room 12",
        allergies=("penicillin (rash)", "latex (anaphylaxis)", "an antibiotic (nausea)"),
    )
    made.window().resize(620, 700)
    qtbot.waitUntil(lambda: made.height() >= made.layout().totalHeightForWidth(made.width()))
    assert made.width() <= 620  # nothing makes the window wider than its screen
    for each in (label for label in made.findChildren(QLabel) if label.isVisible()):
        corner = each.mapTo(made, each.rect().bottomRight())
        assert made.rect().contains(corner), each.text()
        words = each.fontMetrics().size(0, each.text()).width()
        if words > each.contentsRect().width():
            assert each.wordWrap(), each.text()
            assert each.height() >= each.heightForWidth(each.width()), each.text()


def test_the_whole_banner_is_one_sentence_for_a_screen_reader(shown):
    assert shown().accessibleName() == (
        "NGUYỄN, Thị Hạnh (Mrs); Born 21-Nov-1946 (80y); Gender Female; "
        "NHS No. 999 310 2270; Known allergies  penicillin (rash); "
        "Falls risk; Interpreter Vietnamese"
    )


def test_clearing_leaves_nothing_of_the_person(shown):
    made = shown()
    made.clear()
    assert texts(made) == []
    assert made.accessibleName() == ""
