"""A copy is looked at before it is trusted."""

import os
import sqlite3
from contextlib import closing

import pytest

from carefolio.base.database.sqlite import SqliteDatabase
from carefolio.base.failures import Failure
from carefolio.records.archive import copying
from carefolio.records.archive.copying import check_database


@pytest.fixture
def copy(tmp_path):
    """A database of many pages."""
    path = tmp_path / "copy.db"
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("CREATE TABLE t(n INTEGER PRIMARY KEY, text TEXT UNIQUE)")
        file.executemany("INSERT INTO t VALUES (?, ?)", [(number, "x" * 500 + str(number)) for number in range(200)])
    return path


def test_a_whole_copy_is_passed(copy):
    check_database(copy)


def test_a_page_that_was_lost_is_found(copy):
    content = bytearray(copy.read_bytes())
    content[5 * 4096 : 6 * 4096] = bytes(4096)
    copy.write_bytes(content)
    with pytest.raises(Failure, match="is damaged"):
        check_database(copy)


def test_what_is_no_database_is_found(copy):
    copy.write_bytes(b"This is a letter. " * 500)
    with pytest.raises(Failure, match="is damaged"):
        check_database(copy)


@pytest.fixture
def mask():
    """Every file that does not ask for less may be read by everybody."""
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path):
    return path.stat().st_mode & 0o777


def test_no_file_is_ever_open_to_others(copy, tmp_path, mask):
    with copying.new_private(tmp_path / "fresh") as fresh:
        fresh.write(b"root key")
        assert mode(tmp_path / "fresh") == 0o600
    (tmp_path / "small.partial").write_bytes(b"left by a crash")
    assert mode(tmp_path / "small.partial") == 0o666
    copying.write_durably(tmp_path / "small", b"root key")
    assert (mode(tmp_path / "small"), (tmp_path / "small").read_bytes()) == (0o600, b"root key")
    partial = copying.copy_durably(copy, tmp_path / "new" / "target.db")
    assert (mode(partial), mode(partial.parent)) == (0o600, 0o700)
    database = SqliteDatabase(tmp_path / "data" / "carefolio.db")
    database.backup(tmp_path / "backup.db")
    database.close()
    assert mode(tmp_path / "backup.db") == 0o600


def test_a_folder_that_is_there_becomes_private(tmp_path, mask):
    (tmp_path / "open").mkdir()
    for name in ("open", "new"):
        copying.make_folder(tmp_path / name)
        assert mode(tmp_path / name) == 0o700


def test_a_copy_that_is_damaged_is_not_put_anywhere(copy, tmp_path):
    copy.write_bytes(b"This is a letter. " * 500)
    with pytest.raises(Failure, match="is damaged"):
        copying.copy_durably(copy, tmp_path / "target.db")
