"""Declared settings: defaults, limits, words, and their file."""

import json
import sys
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from d2a_desktop.core import settings as module
from d2a_desktop.core.errors import UnreachableError, UsageError
from d2a_desktop.core.settings import (
    DECLARED,
    Settings,
    declared,
    load,
    save,
)

WHOLE = [each for each in DECLARED if each.kind == "whole"]


def test_the_defaults_are_those_the_product_promises():
    fresh = Settings()
    assert fresh.idle_lock_minutes == 5
    assert fresh.assessment_clock_hours == 48
    assert fresh.arrival_alarm_minutes == 30
    assert fresh.ctr_stale_hours == 24
    assert fresh.offer_response_hours == 2
    assert (fresh.appearance, fresh.text_size_percent) == ("system", 100)


def test_every_field_is_declared_with_words():
    assert [each.name for each in DECLARED] == [each.name for each in fields(Settings)]
    for each in DECLARED:
        assert each.label, each.name
        assert each.words.endswith("."), each.name


@pytest.mark.parametrize("setting", WHOLE, ids=lambda each: each.name)
def test_a_number_beyond_its_limits_is_refused_with_them(setting):
    for value in (setting.lowest - 1, setting.highest + 1):
        with pytest.raises(UsageError) as caught:
            Settings(**{setting.name: value})
        told = str(caught.value)
        assert setting.label in told
        assert str(setting.lowest) in told
        assert str(setting.highest) in told
    for value in (setting.lowest, setting.highest):
        assert getattr(Settings(**{setting.name: value}), setting.name) == value


@pytest.mark.parametrize("value", [5.0, "5", None, True])
def test_a_number_of_another_type_is_refused(value):
    with pytest.raises(UsageError, match="whole number"):
        Settings(idle_lock_minutes=value)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("appearance", "purple", "light, dark, system"),
        ("single_letter_keys", "yes", "yes or no"),
        ("login", "two\nlines", "one line"),
        ("login", "x" * 501, "500"),
        ("login", 7, "is text"),
        ("server_url", "https://host/", "postgresql://"),
        ("server_url", "postgresql://host:port/db", "postgresql://"),
        ("server_url", "postgresql:///db", "postgresql://"),
    ],
)
def test_a_value_of_the_wrong_shape_is_refused(name, value, told):
    with pytest.raises(UsageError, match=told):
        Settings(**{name: value})


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u_1:hunter2@db.example:5432/d2a",
        "postgresql://u_1:@db.example/d2a",
        "postgresql://db.example/d2a?password=hunter2",
        "postgresql://db.example/d2a?sslmode=verify-full&PassFile=hunter2",
    ],
)
def test_an_address_with_a_password_is_refused_and_not_repeated(url):
    with pytest.raises(UsageError) as caught:
        Settings(server_url=url)
    assert caught.value.code == "password_in_url"
    assert "hunter2" not in str(caught.value)


def test_a_refused_value_is_not_repeated():
    with pytest.raises(UsageError) as caught:
        Settings(server_url="hunter2")
    assert "hunter2" not in str(caught.value)


def test_an_address_without_a_password_is_taken():
    url = "postgresql://u_1@db.example:5432/d2a?sslmode=verify-full"
    assert Settings(server_url=url).server_url == url


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("idle_lock_minutes", " 10 ", 10),
        ("single_letter_keys", "No", False),
        ("single_letter_keys", "true", True),
        ("appearance", "dark", "dark"),
        ("login", " u_1 ", "u_1"),
    ],
)
def test_a_persons_text_becomes_a_value(name, text, value):
    assert declared(name).parse(text) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [("idle_lock_minutes", "ten"), ("single_letter_keys", "perhaps"), ("idle_lock_minutes", "0")],
)
def test_a_persons_wrong_text_is_refused(name, text):
    with pytest.raises(UsageError, match=declared(name).label):
        declared(name).parse(text)


def test_an_unknown_setting_is_refused_with_the_known_ones():
    with pytest.raises(UsageError, match="idle_lock_minutes"):
        declared("colour")


def test_a_desk_without_a_file_has_the_defaults(tmp_path):
    assert load(tmp_path / "settings.json") == Settings()


@given(
    minutes=st.integers(1, 10),
    appearance=st.sampled_from(["light", "dark", "system"]),
    keys=st.booleans(),
    organisation=st.text(st.characters(min_codepoint=33, max_codepoint=0x2FF), max_size=20).filter(
        str.isprintable
    ),
)
def test_what_is_saved_is_loaded(tmp_path_factory, minutes, appearance, keys, organisation):
    file = tmp_path_factory.mktemp("desk") / "settings.json"
    made = Settings(
        idle_lock_minutes=minutes,
        appearance=appearance,
        single_letter_keys=keys,
        organisation=organisation,
    )
    save(file, made)
    assert load(file) == made


def test_saving_leaves_one_file_readable_by_its_owner_alone(tmp_path):
    file = tmp_path / "settings.json"
    save(file, Settings())
    save(file, Settings(idle_lock_minutes=9))
    assert [each.name for each in tmp_path.iterdir()] == ["settings.json"]
    if sys.platform != "win32":
        assert file.stat().st_mode & 0o777 == 0o600


def test_nothing_that_is_saved_is_a_secret(tmp_path):
    file = tmp_path / "settings.json"
    save(file, Settings())
    held = json.loads(file.read_text())
    assert not [name for name in held if "password" in name or "key" in name.split("_")]


def test_a_save_that_fails_keeps_the_old_file(tmp_path, monkeypatch):
    file = tmp_path / "settings.json"
    save(file, Settings(idle_lock_minutes=9))

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module.os, "fsync", full)
    with pytest.raises(UnreachableError, match="free space"):
        save(file, Settings(idle_lock_minutes=10))
    assert load(file).idle_lock_minutes == 9
    assert [each.name for each in tmp_path.iterdir()] == ["settings.json"]


@pytest.mark.parametrize("text", ["", "{", "[]", "\xff"])
def test_a_file_that_is_not_json_is_told_in_words(tmp_path, text):
    file = tmp_path / "settings.json"
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(UnreachableError, match="Mend settings.json"):
        load(file)


@pytest.mark.parametrize("text", ['{"idle_lock_minutes": 0}', '{"idle_lokc_minutes": 5}'])
def test_a_file_with_a_wrong_value_or_name_is_refused(tmp_path, text):
    file = tmp_path / "settings.json"
    file.write_text(text)
    with pytest.raises(UsageError):
        load(file)
