"""A backup carries how people sign in, and nobody who is signed in."""

import shutil
import sqlite3
from contextlib import closing

import pytest

from tests.portal.browser import Browser
from tests.portal.site import PASSWORD, Site


@pytest.fixture(scope="module")
def saved(site, tmp_path_factory):
    """Data with a patient and a doctor, who are signed in, and the backups of data and keys."""
    folder = tmp_path_factory.mktemp("saved")
    ada, ben = site.patient("Ada Quinn"), site.doctor("Ben Osei")
    with Browser(site) as browser:
        session = browser.enter(ada).session
        token = site.ask("session", key=session)["token"]
        site.console.told("backup", str(folder / "data"))
        site.console.told("keys", "backup", str(folder / "keys"))
    return folder, ada, ben, session, token


@pytest.fixture
def restored(saved, tmp_path):
    folder, *_ = saved
    other = Site(tmp_path / "data")
    other.console.told("keys", "restore", str(folder / "keys"))
    other.console.told("restore", str(folder / "data"))
    other.start()
    yield other
    other.stop()


def test_people_sign_in_as_before_and_nobody_is_signed_in(saved, restored):
    _folder, ada, ben, session, token = saved
    with Browser(restored) as browser:
        browser.http.cookies.set("carefolio", session, domain="127.0.0.1", path="/")
        assert browser.get("/accounts/").path == "/accounts/login/"
        answer = restored.http.get("/fhir/Patient", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 401
        assert browser.sign_in(ada).page.h1 == "Hello Ada Quinn"
    with Browser(restored) as browser:
        assert browser.sign_in(ben).page.h1 == "Hello Ben Osei", "his app still shows the right codes"
    assert restored.console.told("ledger", "verify")["ok"]


def test_a_disk_that_was_put_back_brings_nobody_back_who_signed_out_since(tmp_path):
    """Data and sign-ins as they were, beside the keys of now: no backup of ours, so the sessions are in it."""
    other = Site(tmp_path / "data").start()
    try:
        ada = other.patient("Ada Quinn")
        with Browser(other) as browser:
            session = browser.sign_in(ada).session
            other.down()
            shutil.copytree(other.data, tmp_path / "snapshot")
            other.start()
            browser.sign_out()
            other.console.hospital()
            other.down()
            put_back(tmp_path / "snapshot", other.data)
            assert "does not extend" in other.console.refused("serve", "--port", "0")
            assert sessions(other.data / "accounts.db") == [1, 1]
            other.console.told("ledger", "restored")
            assert sessions(other.data / "accounts.db") == [0, 0]
            other.start()
            browser.http.cookies.set("carefolio", session, domain="127.0.0.1", path="/")
            assert browser.get("/accounts/").path == "/accounts/login/"
            assert browser.sign_in(ada).page.h1 == "Hello Ada Quinn"
    finally:
        other.stop()


def put_back(snapshot, data):
    """All but the keys, and what SQLite keeps beside its files."""
    for file in data.glob("*.db*"):
        file.unlink()
    for file in snapshot.glob("*.db*"):
        shutil.copy(file, data)


def sessions(file):
    """How many sessions a file of sign-ins holds, and how many places where one began."""
    with closing(sqlite3.connect(file)) as copy:
        tables = ("django_session", "usersessions_usersession")
        return [copy.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables]


def test_the_backup_holds_no_session(saved):
    folder, *_, session, _token = saved
    content = (folder / "data" / "accounts.db").read_bytes()
    assert session.partition(":")[0].encode() not in content
    assert sessions(folder / "data" / "accounts.db") == [0, 0]


def test_sign_ins_that_were_changed_are_refused(saved, tmp_path):
    folder, *_ = saved
    file = folder / "data" / "accounts.db"
    whole = file.read_bytes()
    other = Site(tmp_path / "data")
    try:
        file.write_bytes(whole[:-1] + b"x")
        assert "not what was saved" in other.console.refused("restore", str(folder / "data"))
        assert not (tmp_path / "data" / "carefolio.db").exists()
    finally:
        file.write_bytes(whole)
        other.inbox.close()


def test_sign_ins_made_after_the_backup_do_not_become_somebody_elses(saved, restored):
    """The account's number is given anew: whoever had it before signs in as nobody."""
    folder, *_ = saved
    late = restored.patient("Late Comer")
    restored.down()
    told = restored.console.told("restore", str(folder / "data"), "--replace")
    assert told["keys"]
    restored.start()
    other = restored.patient("Another One")
    assert other.account == late.account
    with Browser(restored) as browser:
        browser.get("/accounts/login/").fill(login=late.email, password=PASSWORD).send()
        assert browser.page.errors


def test_a_sign_in_that_names_somebody_elses_account_shows_nothing(site):
    """Defence in depth: the two databases have to agree on the e-mail."""
    ida, joe = site.patient("Ida West"), site.patient("Joe East")
    with Browser(site) as browser:
        browser.enter(ida)
        with closing(sqlite3.connect(site.data / "accounts.db", timeout=20)) as database, database:
            database.execute("UPDATE accounts_signin SET account = NULL WHERE email = ?", (joe.email,))
            database.execute("UPDATE accounts_signin SET account = ? WHERE email = ?", (joe.account, ida.email))
        assert browser.get("/accounts/").path == "/accounts/login/"
