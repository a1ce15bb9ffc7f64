"""Saved sign-ins: no session is in the copy, and a copy that was changed is not put back."""

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from carefolio.base.failures import Failure
from carefolio.records.archive import copying, signins
from carefolio.records.archive.copying import Manifest

EMPTY = Manifest(*(None for _ in Manifest.__dataclass_fields__))


@pytest.fixture
def accounts(tmp_path):
    path = tmp_path / "accounts.db"
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("CREATE TABLE accounts_signin (email TEXT)")
        file.execute("INSERT INTO accounts_signin VALUES ('ada@example.org')")
        file.execute("CREATE TABLE django_session (session_key TEXT)")
        file.execute("INSERT INTO django_session VALUES ('a-session-of-the-moment')")
    return path


@pytest.fixture
def saved(accounts, tmp_path):
    target = tmp_path / "saved"
    target.mkdir()
    return target, signins.save(accounts, target)


def test_people_are_saved_and_sessions_are_not(saved):
    target, digest = saved
    assert digest == copying.digest(target / signins.FILE)
    assert b"ada@example.org" in (target / signins.FILE).read_bytes()
    assert b"a-session-of-the-moment" not in (target / signins.FILE).read_bytes()


def test_where_nobody_opened_the_pages_there_is_nothing_to_save(tmp_path):
    assert signins.save(tmp_path / "accounts.db", tmp_path) == ""


def test_what_was_saved_is_put_beside_its_place(saved, tmp_path):
    target, digest = saved
    copy = signins.prepare(target, replace(EMPTY, accounts=digest), tmp_path / "new" / "accounts.db")
    assert copy is not None
    assert copy.read_bytes() == (target / signins.FILE).read_bytes()


def test_a_backup_without_sign_ins_puts_none_back(saved, tmp_path):
    assert signins.prepare(saved[0], replace(EMPTY, accounts=""), tmp_path / "accounts.db") is None


def test_one_that_was_changed_is_refused(saved, tmp_path):
    target, digest = saved
    with (target / signins.FILE).open("ab") as file:
        file.write(b"more")
    with pytest.raises(Failure, match="not what was saved"):
        signins.prepare(target, replace(EMPTY, accounts=digest), tmp_path / "accounts.db")
