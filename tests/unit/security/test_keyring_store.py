from __future__ import annotations

import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null

from d2a_desktop.core.errors import UnreachableError
from d2a_desktop.security.keyring_store import SERVICE, KeyringStore
from d2a_desktop.security.keys import new_store_key
from tests.fakes.memory_keyring import FailKeyring, MemoryKeyring, NullKeyring


class _ForgetfulKeyring(MemoryKeyring):
    """Cuts what is too long for it, as one with a small limit does."""

    def set_password(self, service: str, username: str, password: str) -> None:
        super().set_password(service, username, password[:10])


REAL: list[KeyringBackend] = [backend() for backend in (fail.Keyring, null.Keyring)]


@pytest.mark.parametrize("backend", [NullKeyring(), FailKeyring(), _ForgetfulKeyring(), *REAL])
def test_a_keyring_that_does_not_keep_is_found_out(backend: KeyringBackend):
    store = KeyringStore("name", backend)
    assert not store.usable()
    assert not store.put_store_key(new_store_key())
    assert not store.put_password("u_one", "a long enough secret")


@pytest.mark.parametrize("backend", [NullKeyring(), FailKeyring(), *REAL])
def test_a_keyring_that_does_not_keep_has_nothing(backend: KeyringBackend):
    store = KeyringStore("name", backend)
    assert store.store_key() is None
    assert store.password("u_one") is None
    store.forget_store_key()
    store.forget_password("u_one")


def test_the_key_and_the_password_come_back_until_they_are_forgotten():
    store = KeyringStore("name", MemoryKeyring())
    key = new_store_key()
    assert store.usable()
    assert store.put_store_key(key)
    assert store.put_password("u_one", "pässword")
    assert store.store_key() == key
    assert store.password("u_one") == "pässword"
    assert store.password("u_two") is None
    store.forget_store_key()
    store.forget_password("u_one")
    assert store.store_key() is None
    assert store.password("u_one") is None


def test_the_probe_leaves_nothing_behind():
    backend = MemoryKeyring()
    assert KeyringStore("name", backend).usable()
    assert backend.kept == {}


def test_names_in_the_keyring_say_nothing_and_values_are_only_what_was_given():
    backend = MemoryKeyring()
    store = KeyringStore("name", backend)
    key = new_store_key()
    store.put_store_key(key)
    store.put_password("u_one", "secret")
    assert sorted(backend.kept.values()) == sorted([key.hex, "secret"])
    for service, name in backend.kept:
        assert service == SERVICE
        assert "u_one" not in name
        assert "key" not in name
        assert len(name) == 32


def test_two_stores_on_one_computer_do_not_meet():
    backend = MemoryKeyring()
    one, other = KeyringStore("one", backend), KeyringStore("other", backend)
    one.put_store_key(new_store_key())
    assert other.store_key() is None


def test_what_is_not_a_key_in_the_keyring_is_told():
    backend = MemoryKeyring()
    store = KeyringStore("name", backend)
    store.put_store_key(new_store_key())
    for where in backend.kept:
        backend.kept[where] = "tampered"
    with pytest.raises(UnreachableError) as caught:
        store.store_key()
    assert caught.value.code == "wrong_key"
