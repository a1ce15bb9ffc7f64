"""Saved keys: put back where none are, and never over a root key that is another one."""

from contextlib import closing

import pytest

from carefolio.base.failures import Category, Failure
from carefolio.base.keys import Keyring, make_root_key, read_root_key
from carefolio.base.settings import read_settings
from carefolio.records.archive import copying, keys


@pytest.fixture
def keyring(tmp_path):
    Keyring.create(tmp_path / "keys.db", make_root_key(tmp_path / "root.key"))
    with closing(Keyring.open(tmp_path / "keys.db", read_root_key(tmp_path / "root.key"))) as opened:
        yield opened


@pytest.fixture
def settings(tmp_path):
    return read_settings(tmp_path / "elsewhere", environ={})


def test_keys_with_their_root_key_are_put_back_elsewhere(keyring, tmp_path, settings):
    keys.save(keyring, tmp_path / "root.key", tmp_path / "saved")
    manifest, partial = keys.prepare(tmp_path / "saved", settings)
    copying.place(partial, settings.keys)
    assert manifest.store == keyring.store
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "saved").iterdir())
    with closing(Keyring.open(settings.keys, read_root_key(settings.key_file))) as restored:
        assert restored.store == keyring.store


def refused(tmp_path, settings):
    with pytest.raises(Failure) as caught:
        keys.prepare(tmp_path / "saved", settings)
    assert not settings.keys.exists()
    return caught.value


def test_another_root_key_is_not_written_over(keyring, tmp_path, settings):
    keys.save(keyring, tmp_path / "root.key", tmp_path / "saved")
    other = make_root_key(settings.key_file)
    assert refused(tmp_path, settings).category is Category.CONFLICT
    assert read_root_key(settings.key_file) == other


def test_without_any_root_key_nothing_is_put_back(keyring, tmp_path, settings):
    keys.save(keyring, None, tmp_path / "saved")
    assert "put your copy" in refused(tmp_path, settings).sentence
    make_root_key(settings.key_file)
    assert "does not open" in refused(tmp_path, settings).sentence
