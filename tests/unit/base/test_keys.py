"""Keys: each owner's opens its own records only, is durable before it is used, and a wrong file is refused."""

import os
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from carefolio.base import keys
from carefolio.base.failures import Category, Failure
from carefolio.base.keys import KEY_BYTES, PLATFORM, Blind, Keyring, OwnerKey, make_root_key, read_root_key
from carefolio.base.keystore import KeyFile

KEY = OwnerKey(7, b"k" * KEY_BYTES)
OTHER = OwnerKey(8, b"o" * KEY_BYTES)
BLIND = Blind(b"b" * KEY_BYTES)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@pytest.fixture
def root(tmp_path):
    return make_root_key(tmp_path / "root.key")


@pytest.fixture
def path(tmp_path, root):
    Keyring.create(tmp_path / "keys.db", root)
    return tmp_path / "keys.db"


@pytest.fixture
def keyring(path, root):
    with closing(Keyring.open(path, root)) as opened:
        yield opened


def refused(path, root):
    """The one sentence with which the keys are refused."""
    with pytest.raises(Failure) as caught:
        Keyring.open(path, root)
    assert caught.value.category is Category.BROKEN
    (issue,) = caught.value.issues
    assert issue.text.endswith(".")
    return issue.text


# ── one owner's key ──


@given(st.binary(max_size=200), st.binary(max_size=40))
def test_what_was_sealed_opens_in_its_place(plain, aad):
    assert KEY.open(KEY.seal(plain, aad), aad) == plain


@given(st.binary(max_size=60), st.binary(max_size=20), st.binary(max_size=20), st.data())
def test_it_opens_nowhere_else(plain, aad, elsewhere, data):
    sealed = KEY.seal(plain, aad)
    bit = data.draw(st.integers(0, 8 * len(sealed) - 1))
    changed = bytearray(sealed)
    changed[bit // 8] ^= 1 << bit % 8
    for key, ciphertext, place in ((OTHER, sealed, aad), (KEY, bytes(changed), aad), (KEY, sealed, aad + b"!")):
        with pytest.raises(InvalidTag):
            key.open(ciphertext, place)
    if elsewhere != aad:
        with pytest.raises(InvalidTag):
            KEY.open(sealed, elsewhere)


def test_no_nonce_is_used_twice_whoever_seals():
    drawn: list[bytes] = []

    def seal():
        drawn.extend([KEY.seal(b"", b"")[: keys.NONCE_BYTES] for _ in range(2_000)])

    threads = [threading.Thread(target=seal) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(drawn)) == len(drawn) == 8_000


def test_a_salt_hangs_on_the_key_and_on_the_nonce():
    salts = {KEY.salt(b"1" * 12), KEY.salt(b"2" * 12), OTHER.salt(b"1" * 12)}
    assert len(salts) == 3
    assert KEY.salt(b"1" * 12) in salts
    assert {len(salt) for salt in salts} == {KEY_BYTES}


# ── blind values ──


@given(TEXTS, TEXTS)
def test_a_blind_value_is_the_same_for_the_same_text_alone(first, second):
    assert (BLIND.value(first) == BLIND.value(second)) == (first == second)
    assert -(2**63) <= BLIND.value(first) < 2**63
    assert (BLIND.digest(first) == BLIND.digest(second)) == (first == second)
    assert len(BLIND.digest(first)) == 16


def test_a_blind_value_says_nothing_without_the_key():
    assert Blind(b"c" * KEY_BYTES).value("Patient.family~doe") != BLIND.value("Patient.family~doe")


# ── the keyring ──


@pytest.mark.parametrize("forged", ["a word in its place", "", b"", b"short", bytes(27), bytes(60)])
def test_what_was_never_sealed_does_not_open(keyring, forged):
    with pytest.raises(InvalidTag):
        keyring.of(PLATFORM).open(forged, b"place")


def test_numbers_are_given_once_in_order_from_one_on(keyring):
    numbers = [key.owner for key in keyring.reserve(3)] + [keyring.take().owner for _ in range(40)]
    assert len(set(numbers)) == len(numbers)
    assert min(numbers) == 1
    assert keyring.newest() == max(keyring.owners())
    assert set(numbers) <= set(keyring.owners())


def test_the_stock_is_filled_up_before_it_is_empty(keyring):
    """Of so many new charts only the first waits for its key; the next stock is durable before this one is used up."""
    first = keyring.take()
    waited = [first.owner, *(keyring.take().owner for _ in range(keys._RESERVED_AT_ONCE - keys._LOW_STOCK))]
    keyring._filler.join()
    assert keyring.newest() == 2 * keys._RESERVED_AT_ONCE
    more = [keyring.take().owner for _ in range(keys._RESERVED_AT_ONCE)]
    keyring._filler.join()
    numbers = waited + more
    assert len(set(numbers)) == len(numbers)
    assert set(numbers) <= set(keyring.owners())


def test_a_stock_that_cannot_be_filled_up_is_told_to_who_finds_it_empty(keyring, path, caplog):
    with closing(sqlite3.connect(path)) as file, file:
        keyring.take()
        file.execute("DROP TABLE key")
    taken = 1
    with pytest.raises(sqlite3.OperationalError):
        while taken < 2 * keys._RESERVED_AT_ONCE:
            keyring.take()
            taken += 1
    assert taken == keys._RESERVED_AT_ONCE
    keyring.close()
    assert "no new keys could be kept" in caplog.text


def test_a_copy_is_private_whatever_the_mask(keyring, tmp_path):
    before = os.umask(0)
    try:
        keyring.backup(tmp_path / "copy.db")
    finally:
        os.umask(before)
    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600


def test_a_key_is_durable_before_anybody_has_it(keyring, path, root):
    key = keyring.take()
    sealed = key.seal(b"body", b"place")
    with closing(Keyring.open(path, root)) as another:
        assert another.of(key.owner).open(sealed, b"place") == b"body"
        assert another.of(key.owner).salt(b"n" * 12) == key.salt(b"n" * 12)


def test_several_processes_never_give_the_same_number(keyring, path, tmp_path):
    program = (
        "import sys; from pathlib import Path; from carefolio.base.keys import Keyring, read_root_key\n"
        "keyring = Keyring.open(Path(sys.argv[1]), read_root_key(Path(sys.argv[2])))\n"
        "print(*[keyring.take().owner for _ in range(100)])"
    )
    command = [sys.executable, "-c", program, str(path), str(tmp_path / "root.key")]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    mine = [keyring.take().owner for _ in range(100)]
    theirs = [int(number) for process in started for number in process.communicate()[0].split()]
    assert len(theirs) == 300
    assert len(set(mine + theirs)) == 400


def test_a_key_that_was_never_made_is_not_made_by_asking(keyring):
    with pytest.raises(KeyError):
        keyring.of(999)
    assert 999 not in keyring.owners()


def test_a_destroyed_key_is_gone_and_its_number_is_not_given_again(keyring, path, root):
    number = max(key.owner for key in keyring.reserve(2))
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("DELETE FROM key WHERE owner = ?", (number,))
    with closing(Keyring.open(path, root)) as later:
        with pytest.raises(KeyError):
            later.of(number)
        assert later.reserve(1)[0].owner == number + 1
        assert later.newest() == number + 1


def test_swapped_keys_do_not_open(keyring, path, root):
    first, second = (key.owner for key in keyring.reserve(2))
    with closing(sqlite3.connect(path)) as file, file:
        file.execute(
            "UPDATE key SET wrapped = (SELECT wrapped FROM key WHERE owner = ?) WHERE owner = ?", (first, second)
        )
    with closing(Keyring.open(path, root)) as later, pytest.raises(InvalidTag):
        later.of(second)


def test_memory_holds_so_many_keys_and_no_more(keyring, monkeypatch):
    monkeypatch.setattr(keys, "CACHED_KEYS", 3)
    owners = [key.owner for key in keyring.reserve(6)]
    sealed = {owner: keyring.of(owner).seal(b"x", b"") for owner in owners}
    assert all(keyring.of(owner).open(sealed[owner], b"") == b"x" for owner in owners)
    assert len(keyring._cache) == 3


def test_signatures_are_the_ledgers(keyring, path, root):
    public = Ed25519PublicKey.from_public_bytes(keyring.public)
    public.verify(keyring.sign(b"checkpoint"), b"checkpoint")
    with closing(Keyring.open(path, root)) as again:
        assert (again.public, again.store) == (keyring.public, keyring.store)


def test_two_installations_have_nothing_in_common(keyring, tmp_path, root):
    Keyring.create(tmp_path / "other.db", root)
    with closing(Keyring.open(tmp_path / "other.db", root)) as other:
        assert other.public != keyring.public
        assert other.store != keyring.store
        assert other.blind.value("x") != keyring.blind.value("x")
        with pytest.raises(InvalidTag):
            other.of(PLATFORM).open(keyring.of(PLATFORM).seal(b"x", b""), b"")


def test_the_newest_checkpoint_is_remembered_across_restarts(keyring, path, root):
    assert keyring.remembered() is None
    keyring.remember_checkpoint(3, b"r" * 32, "three")
    keyring.remember_checkpoint(5, b"s" * 32, "five")
    with closing(Keyring.open(path, root)) as again:
        assert again.remembered() == (5, b"s" * 32, "five")


def test_an_older_checkpoint_takes_the_place_of_a_newer_one_only_when_that_is_named(keyring):
    five, three = (5, b"s" * 32, "five"), (3, b"r" * 32, "three")
    keyring.remember_checkpoint(*five)
    for instead_of in (None, b"r" * 32):
        keyring.remember_checkpoint(*three, instead_of)
        assert keyring.remembered() == five
    keyring.remember_checkpoint(*three, b"s" * 32)
    assert keyring.remembered() == three


def test_a_backup_opens_with_the_same_root_key(keyring, tmp_path, root):
    key = keyring.take()
    keyring.backup(tmp_path / "copy.db")
    assert root not in (tmp_path / "copy.db").read_bytes()
    with closing(Keyring.open(tmp_path / "copy.db", root)) as copy:
        assert copy.of(key.owner).open(key.seal(b"x", b""), b"") == b"x"


def test_nothing_in_the_file_is_a_key(keyring, path, root):
    key = os.urandom(KEY_BYTES)
    wrapped = keys._wrap(keyring._region, key, b"owner:1")
    assert key not in wrapped
    assert path.stat().st_mode & 0o077 == 0


# ── making and refusing ──


def test_keys_that_are_there_are_left_as_they_are(path, root):
    with closing(Keyring.open(path, root)) as before:
        owner, store = before.take().owner, before.store
    Keyring.create(path, root)
    with closing(Keyring.open(path, root)) as after:
        assert after.store == store
        assert after.of(owner).owner == owner


def test_a_crash_while_they_were_made_is_taken_up_again(tmp_path, root):
    """The file is there with its tables, and the first commit of keys never happened."""
    with closing(KeyFile(tmp_path / "keys.db")):
        pass
    assert refused(tmp_path / "keys.db", root).startswith("The keys in ")
    Keyring.create(tmp_path / "keys.db", root)
    with closing(Keyring.open(tmp_path / "keys.db", root)) as keyring:
        assert keyring.reserve(1)[0].owner == 1


def test_a_missing_file_is_refused_and_not_made(tmp_path, root):
    assert "is missing" in refused(tmp_path / "lost.db", root)
    assert not (tmp_path / "lost.db").exists()


def test_another_root_key_is_refused(path):
    assert "does not open" in refused(path, os.urandom(KEY_BYTES))


def test_a_file_that_is_no_database_is_refused(tmp_path, root):
    (tmp_path / "keys.db").write_bytes(b"This is a letter." * 100)
    assert "cannot be read" in refused(tmp_path / "keys.db", root)
    with pytest.raises(Failure, match="cannot be read"):
        Keyring.create(tmp_path / "keys.db", root)


@pytest.mark.parametrize("name", ["region", "index", "ledger", "store"])
def test_a_platform_key_that_was_altered_is_refused(path, root, name):
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("UPDATE platform SET wrapped = zeroblob(60) WHERE name = ?", (name,))
    assert "does not open" in refused(path, root)


def test_a_root_key_is_made_once_for_this_user_alone(tmp_path):
    root = make_root_key(tmp_path / "keys" / "root.key")
    assert len(root) == KEY_BYTES
    assert (tmp_path / "keys" / "root.key").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "keys").stat().st_mode & 0o077 == 0
    assert read_root_key(tmp_path / "keys" / "root.key") == root
    with pytest.raises(FileExistsError):
        make_root_key(tmp_path / "keys" / "root.key")
    assert read_root_key(tmp_path / "keys" / "root.key") == root


@pytest.mark.parametrize("text", ["", "abc", "00" * 31, "00" * 33, "zz" * 32, "\xff\xfe"])
def test_a_root_key_that_is_none_is_refused(tmp_path, text):
    path = tmp_path / "root.key"
    path.write_text(text, encoding="latin-1")
    path.chmod(0o600)
    with pytest.raises(Failure, match="is not 64 hexadecimal digits"):
        read_root_key(path)


def test_a_root_key_that_is_lost_is_refused(tmp_path):
    with pytest.raises(Failure, match="is missing"):
        read_root_key(tmp_path / "root.key")


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o602])
def test_a_root_key_that_others_can_read_is_refused(tmp_path, mode):
    make_root_key(tmp_path / "root.key")
    (tmp_path / "root.key").chmod(mode)
    with pytest.raises(Failure, match="chmod 600"):
        read_root_key(tmp_path / "root.key")


def test_a_key_signs_in_a_name_and_marks_a_text_the_same_every_time_and_no_other_key_does():
    def public(key, name):
        return key.signer(name).public_key().public_bytes_raw()

    assert public(KEY, "a") == public(OwnerKey(7, b"k" * KEY_BYTES), "a")
    assert len({public(KEY, "a"), public(KEY, "b"), public(OTHER, "a")}) == 3
    assert len({KEY.mark("a"), KEY.mark("b"), OTHER.mark("a"), KEY.mark("a")}) == 3
