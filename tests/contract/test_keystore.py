"""Where wrapped keys are kept, whichever place it is."""

import threading
from contextlib import closing

import pytest

from carefolio.assembly import open_carefolio
from carefolio.base.failures import Failure
from carefolio.base.keys import Keyring
from carefolio.base.keystore import KeyFile, Remembered, Unreadable
from carefolio.base.keystore.postgres import KeyDatabase
from carefolio.base.settings import read_settings

ROOT = bytes(range(32))


@pytest.fixture(params=["file", "postgresql"])
def open_store(request, tmp_path):
    if request.param == "file":
        return lambda: KeyFile(tmp_path / "keys.db")
    url = request.getfixturevalue("server").fresh()
    return lambda: KeyDatabase(url)


@pytest.fixture
def store(open_store):
    with closing(open_store()) as opened:
        yield opened


def wrap(owner):
    return b"key of %d" % owner


def test_what_is_kept_is_there_again(store, open_store):
    owners = store.add(3, wrap)
    with closing(open_store()) as again:
        assert [again.wrapped(owner) for owner in owners] == [wrap(owner) for owner in owners]
        assert again.wrapped(999) is None
        assert again.newest() == max(owners)
        assert sorted(again.owners()) == owners


def test_nothing_is_kept_of_a_wrapping_that_fails(store):
    def fails(owner):
        raise LookupError(owner)

    with pytest.raises(LookupError):
        store.add(2, fails)
    assert list(store.owners()) == []
    assert store.add(1, wrap)[0] > 0


def test_several_at_once_never_get_the_same_number(open_store):
    given, stores = [], [open_store() for _ in range(4)]
    threads = [threading.Thread(target=lambda s=s: given.extend(s.add(25, wrap))) for s in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for each in stores:
        each.close()
    assert len(set(given)) == 100


def test_the_platforms_keys_are_made_once(store):
    store.make({"region": b"one", "index": b"two"}, (0, b"platform"))
    store.make({"region": b"other"}, (0, b"other"))
    assert (store.platform("region"), store.platform("index"), store.platform("none")) == (b"one", b"two", None)
    assert store.wrapped(0) == b"platform"
    assert store.newest() == 0


def test_the_larger_checkpoint_stays_unless_it_is_taken_the_place_of(store):
    assert store.remembered() is None
    store.remember(Remembered(5, b"five", "note five"), None)
    store.remember(Remembered(4, b"four", "note four"), None)
    assert store.remembered() == (5, b"five", "note five")
    store.remember(Remembered(4, b"four", "note four"), b"five")
    assert store.remembered() == (4, b"four", "note four")


def test_a_keyring_is_made_opened_and_refuses_another_root_key(open_store):
    Keyring.create(open_store(), ROOT)
    with closing(Keyring.open(open_store(), ROOT)) as keyring:
        keys = keyring.reserve(2)
        sealed = keys[0].seal(b"plain", b"here")
        name, blind = keyring.store, keyring.blind.value("x")
    with closing(Keyring.open(open_store(), ROOT)) as again:
        assert again.of(keys[0].owner).open(sealed, b"here") == b"plain"
        assert (again.store, again.blind.value("x")) == (name, blind)
    with pytest.raises(Failure, match="does not open"):
        Keyring.open(open_store(), bytes(32))


def test_keys_that_were_never_made_are_told(open_store):
    with pytest.raises(Failure, match="cannot be read"):
        Keyring.open(open_store(), ROOT)


def test_a_backup_is_a_keys_file_with_the_same_numbers(store, tmp_path):
    store.make({"region": b"one"}, (0, b"platform"))
    store.add(3, wrap)
    store.remember(Remembered(5, b"five", "note"), None)
    store.backup(tmp_path / "copy.db")
    with closing(KeyFile(tmp_path / "copy.db")) as copy:
        assert {owner: copy.wrapped(owner) for owner in copy.owners()} == {
            owner: store.wrapped(owner) for owner in store.owners()
        }
        assert (copy.platform("region"), copy.remembered(), copy.newest()) == (b"one", (5, b"five", "note"), 3)


def test_a_database_that_is_not_there_is_told(server, tmp_path):
    with pytest.raises(Unreadable):
        KeyDatabase(server.url("nowhere"))
    environ = {"CAREFOLIO_KEYS_URL": server.url("nowhere")}
    with pytest.raises(Failure, match="cannot be opened"):
        open_carefolio(read_settings(tmp_path / "data", environ=environ), create=True)


def test_keys_in_the_records_own_database_are_refused(server, tmp_path):
    url = server.fresh()
    environ = {"CAREFOLIO_DATABASE_URL": url, "CAREFOLIO_KEYS_URL": url}
    with pytest.raises(Failure, match="one of their own"):
        read_settings(tmp_path, environ=environ)


def test_a_second_machine_without_the_root_key_makes_none(server, tmp_path):
    environ = {"CAREFOLIO_DATABASE_URL": server.fresh(), "CAREFOLIO_KEYS_URL": server.fresh()}
    with closing(open_carefolio(read_settings(tmp_path / "one", environ=environ), create=True)) as first:
        root = first.settings.key_file
    second = read_settings(tmp_path / "two", environ=environ)
    with pytest.raises(Failure, match="root key"):
        open_carefolio(second, create=True)
    assert not second.key_file.exists()
    second.key_file.parent.mkdir(parents=True, exist_ok=True)
    second.key_file.write_bytes(root.read_bytes())
    second.key_file.chmod(0o600)
    with closing(open_carefolio(second, create=True)) as carefolio:
        assert carefolio.keyring.store == first.keyring.store


def test_a_connection_that_was_lost_is_opened_again(server):
    with closing(KeyDatabase(server.fresh())) as store:
        store.add(1, wrap)
        server.sql(
            "postgres",
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'carefolio-keys'",
        )
        assert store.wrapped(1) == wrap(1)
