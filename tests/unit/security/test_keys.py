from __future__ import annotations

import json
import stat
import sys
from pathlib import Path

import pytest

from d2a_desktop.core.errors import RefusedError, UnreachableError, UsageError
from d2a_desktop.security import sealing
from d2a_desktop.security.keys import KeyFile, StoreKey, new_store_key
from tests.quick_stores import REAL_COST

PASSPHRASE = "horse battery staple"
GREEDY = (
    '{"kdf": "argon2id", "salt": "AA==", "cost": 1, "memory_kib": 99999999999, "lanes": 1,'
    ' "nonce": "AA==", "box": "AA=="}'
)


@pytest.fixture
def key_file(tmp_path: Path) -> KeyFile:
    return KeyFile(tmp_path)


def code_of(caught: pytest.ExceptionInfo[UnreachableError]) -> str:
    assert caught.value.exit_code == 3
    return caught.value.code


def test_a_new_key_has_256_random_bits():
    one, other = new_store_key(), new_store_key()
    assert len(bytes.fromhex(one.hex)) == 32
    assert one != other


def test_a_key_is_never_shown():
    key = new_store_key()
    assert key.hex not in repr(key)
    assert key.hex not in f"{key}"


@pytest.mark.parametrize("wrong", ["", "ab" * 31, "zz" * 32, "ab" * 33])
def test_what_is_not_a_key_is_refused(wrong: str):
    with pytest.raises(UnreachableError) as caught:
        StoreKey(wrong)
    assert code_of(caught) == "wrong_key"


def test_each_person_unlocks_the_same_key_with_a_passphrase_of_their_own(key_file: KeyFile):
    key = new_store_key()
    key_file.enrol("u_one", passphrase=PASSPHRASE, key=key)
    key_file.enrol("u_two", passphrase="another one entirely", key=key)
    assert key_file.logins() == ("u_one", "u_two")
    assert key_file.unlock("u_one", passphrase=PASSPHRASE) == (key,)
    assert key_file.unlock("u_two", passphrase="another one entirely") == (key,)


def test_a_wrong_passphrase_and_an_unknown_person_get_the_same_answer(key_file: KeyFile):
    key_file.enrol("u_one", passphrase=PASSPHRASE, key=new_store_key())
    with pytest.raises(UnreachableError) as wrong:
        key_file.unlock("u_one", passphrase="not this one")
    with pytest.raises(UnreachableError) as unknown:
        key_file.unlock("u_two", passphrase=PASSPHRASE)
    assert code_of(wrong) == code_of(unknown) == "wrong_passphrase"


def test_the_key_is_not_in_the_file_and_only_its_owner_may_read_it(
    key_file: KeyFile, tmp_path: Path
):
    key = new_store_key()
    key_file.enrol("u_one", passphrase=PASSPHRASE, key=key)
    path = tmp_path / "keys.json"
    text = path.read_text()
    assert key.hex not in text
    assert PASSPHRASE not in text
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["keys.json"]


def test_one_persons_box_does_not_open_under_another_login(key_file: KeyFile, tmp_path: Path):
    key_file.enrol("u_one", passphrase=PASSPHRASE, key=new_store_key())
    path = tmp_path / "keys.json"
    document = json.loads(path.read_text())
    document["people"]["u_two"] = document["people"]["u_one"]
    path.write_text(json.dumps(document))
    with pytest.raises(UnreachableError) as caught:
        key_file.unlock("u_two", passphrase=PASSPHRASE)
    assert code_of(caught) == "wrong_passphrase"


def test_a_changed_box_does_not_open(key_file: KeyFile, tmp_path: Path):
    key_file.enrol("u_one", passphrase=PASSPHRASE, key=new_store_key())
    path = tmp_path / "keys.json"
    document = json.loads(path.read_text())
    box = document["people"]["u_one"]["key"]["box"]
    document["people"]["u_one"]["key"]["box"] = ("B" if box[0] == "A" else "A") + box[1:]
    path.write_text(json.dumps(document))
    with pytest.raises(UnreachableError) as caught:
        key_file.unlock("u_one", passphrase=PASSPHRASE)
    assert code_of(caught) == "wrong_passphrase"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"format": 1}',
        '{"format": 2, "store": "x", "people": {}}',
        '{"format": 1, "store": "x", "people": {"u_one": {}}}',
        '{"format": 1, "store": "x", "people": {"u_one": {"key": {"kdf": "argon2id"}}}}',
        '{"format": 1, "store": "x", "people": {"u_one": {"key": ' + GREEDY + "}}}",
    ],
)
def test_a_damaged_file_is_told_in_words_and_left_alone(
    key_file: KeyFile, tmp_path: Path, text: str
):
    (tmp_path / "keys.json").write_text(text)
    with pytest.raises(UnreachableError) as caught:
        key_file.unlock("u_one", passphrase=PASSPHRASE)
    assert code_of(caught) == "key_file_damaged"
    assert (tmp_path / "keys.json").read_text() == text


def test_a_short_passphrase_is_refused(key_file: KeyFile):
    with pytest.raises(UsageError) as caught:
        key_file.enrol("u_one", passphrase="short", key=new_store_key())
    assert caught.value.code == "short_passphrase"
    assert not key_file.exists()


def test_a_passphrase_can_be_changed_by_who_knows_the_old_one(key_file: KeyFile):
    key = new_store_key()
    key_file.enrol("u_one", passphrase=PASSPHRASE, key=key)
    with pytest.raises(UnreachableError):
        key_file.change_passphrase("u_one", old="not this one", new="a new one here")
    key_file.change_passphrase("u_one", old=PASSPHRASE, new="a new one here")
    assert key_file.unlock("u_one", passphrase="a new one here") == (key,)
    with pytest.raises(UnreachableError):
        key_file.unlock("u_one", passphrase=PASSPHRASE)


def test_a_removed_person_no_longer_unlocks(key_file: KeyFile):
    key = new_store_key()
    key_file.enrol("u_one", passphrase=PASSPHRASE, key=key)
    key_file.enrol("u_two", passphrase=PASSPHRASE, key=key)
    key_file.remove("u_two")
    assert key_file.logins() == ("u_one",)
    with pytest.raises(UnreachableError):
        key_file.unlock("u_two", passphrase=PASSPHRASE)


def test_the_last_way_in_is_not_removed(key_file: KeyFile):
    key_file.enrol("u_one", passphrase=PASSPHRASE, key=new_store_key())
    with pytest.raises(RefusedError) as caught:
        key_file.remove("u_one")
    assert caught.value.code == "last_person"
    key_file.remove("u_one", keyring_holds_key=True)
    assert key_file.logins() == ()


def test_a_change_of_key_keeps_both_until_it_is_finished(key_file: KeyFile):
    old, new = new_store_key(), new_store_key()
    key_file.enrol("u_one", passphrase=PASSPHRASE, key=old)
    key_file.enrol("u_two", passphrase=PASSPHRASE, key=old)
    key_file.begin_rotation("u_one", passphrase=PASSPHRASE, new_key=new)
    assert key_file.unlock("u_one", passphrase=PASSPHRASE) == (old, new)
    with pytest.raises(RefusedError, match="interrupted"):
        key_file.change_passphrase("u_one", old=PASSPHRASE, new="a new one here")
    assert key_file.finish_rotation("u_one") == ("u_two",)
    assert key_file.unlock("u_one", passphrase=PASSPHRASE) == (new,)
    assert key_file.logins() == ("u_one",)


def test_an_abandoned_change_of_key_leaves_the_old_one(key_file: KeyFile):
    old = new_store_key()
    key_file.enrol("u_one", passphrase=PASSPHRASE, key=old)
    key_file.begin_rotation("u_one", passphrase=PASSPHRASE, new_key=new_store_key())
    key_file.abandon_rotation("u_one")
    assert key_file.unlock("u_one", passphrase=PASSPHRASE) == (old,)


def test_the_store_keeps_its_opaque_name(key_file: KeyFile):
    name = key_file.create()
    key_file.enrol("u_one", passphrase=PASSPHRASE, key=new_store_key())
    assert key_file.create() == key_file.store_name() == name
    assert len(name) == 32


def test_scrypt_opens_what_scrypt_sealed(monkeypatch: pytest.MonkeyPatch):
    from cryptography.exceptions import UnsupportedAlgorithm

    def no_argon2(*args: object, **kwargs: object) -> bytes:
        raise UnsupportedAlgorithm("not in this OpenSSL")

    monkeypatch.setattr(sealing, "_SCRYPT_N", 1 << 4)
    monkeypatch.setattr(sealing, "_argon2id", no_argon2)
    sealed = sealing.seal(b"secret", passphrase=PASSPHRASE, context="here")
    assert sealed.kdf == "scrypt"
    again = sealing.Sealed.from_json(sealed.to_json())
    assert sealing.unseal(again, passphrase=PASSPHRASE, context="here") == b"secret"
    with pytest.raises(UnreachableError):
        sealing.unseal(again, passphrase=PASSPHRASE, context="elsewhere")


def test_the_derivation_is_as_slow_as_it_should_be(monkeypatch: pytest.MonkeyPatch):
    for name, cost in REAL_COST.items():
        monkeypatch.setattr(sealing, name, cost)
    sealed = sealing.seal(b"secret", passphrase=PASSPHRASE, context="here")
    assert (sealed.kdf, sealed.cost, sealed.memory_kib) == ("argon2id", 3, 65536)
    assert sealed.lanes == 2
    assert sealing.unseal(sealed, passphrase=PASSPHRASE, context="here") == b"secret"
