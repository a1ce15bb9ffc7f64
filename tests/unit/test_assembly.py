"""Opening an installation: made once, joined to its own keys, refused with one sentence where something is amiss."""

import subprocess
import sys
import threading
from contextlib import closing

import pytest

from carefolio.assembly import (
    application,
    holds_data,
    keep_checkpoints,
    keep_counting,
    keep_sweeping,
    keep_telling,
    open_carefolio,
)
from carefolio.base import clock
from carefolio.base.database.notes import Moved
from carefolio.base.failures import Category, Failure
from carefolio.base.keys import make_root_key
from carefolio.ledger.entry import Tampered
from carefolio.workflows.registration.actions import add_hospital
from carefolio.workflows.registration.rules import NewHospital
from tests import stores
from tests.contract.bucket import away, upload
from tests.stores import ABOUT_SQLITE, settings_of


@pytest.fixture
def settings(tmp_path):
    return settings_of(tmp_path / "data")


@pytest.fixture
def made(settings):
    """An installation that was used and closed."""
    with closing(open_carefolio(settings, create=True)) as carefolio:
        add_hospital(carefolio.door, NewHospital("North Hospital"))
    return settings


def refused(settings, *, create=True):
    """The one sentence with which it is refused."""
    with pytest.raises(Failure) as caught:
        open_carefolio(settings, create=create)
    assert caught.value.category is Category.BROKEN
    (issue,) = caught.value.issues
    assert issue.text.endswith(".")
    return issue.text


def test_a_new_one_is_made_only_when_asked_for(settings):
    assert "There is no Carefolio" in refused(settings, create=False)
    assert not settings.data.exists()
    open_carefolio(settings, create=True).close()
    assert holds_data(settings)


def test_it_is_the_same_when_it_is_opened_again(made):
    with closing(open_carefolio(made)) as carefolio:
        store = carefolio.keyring.store
        assert carefolio.database.one("SELECT value FROM installation WHERE name = 'store'") == (store,)
        assert carefolio.keyring.remembered() is not None
    with closing(open_carefolio(made, create=True)) as carefolio:
        assert carefolio.keyring.store == store


@ABOUT_SQLITE
def test_everything_in_it_is_for_this_user_alone(made):
    for path in (made.database, made.keys, made.key_file, made.data, made.keys.parent):
        assert path.stat().st_mode & 0o077 == 0, path


def test_lost_keys_are_never_papered_over(made):
    made.keys.unlink()
    assert "is missing" in refused(made)
    assert not made.keys.exists()


def test_a_lost_root_key_is_never_papered_over(made):
    made.key_file.unlink()
    assert "is missing" in refused(made)
    stores.lose(made.data)
    assert "is missing" in refused(made)
    assert not made.key_file.exists()


def test_another_root_key_is_refused(made):
    made.key_file.unlink()
    make_root_key(made.key_file)
    assert "does not open" in refused(made)


def test_keys_without_their_data_are_refused(made):
    stores.lose(made.data)
    assert "no data" in refused(made)
    assert not holds_data(made)


def test_keys_of_other_data_are_refused(made, tmp_path):
    other = settings_of(tmp_path / "other")
    open_carefolio(other, create=True).close()
    made.keys.write_bytes(other.keys.read_bytes())
    made.key_file.write_bytes(other.key_file.read_bytes())
    assert "belong to other data" in refused(made)


@pytest.mark.parametrize("kept", ["root key", "root key and keys"])
def test_a_crash_at_the_very_first_start_is_taken_up_again(settings, kept):
    make_root_key(settings.key_file)
    if kept == "root key and keys":
        settings.keys.touch()
    with closing(open_carefolio(settings, create=True)) as carefolio:
        assert carefolio.keyring.take().owner > 0


@ABOUT_SQLITE
def test_a_database_that_is_none_is_refused(made):
    made.database.write_bytes(b"This is a letter." * 1_000)
    assert "cannot be opened" in refused(made)


def test_a_database_of_a_newer_carefolio_is_refused(made):
    with closing(open_carefolio(made)) as carefolio:
        carefolio.database.write_now(lambda tx: tx.execute(stores.NEWER).rowcount)
    assert "newer" in refused(made)


def test_several_processes_may_start_at_once_where_there_is_nothing(settings):
    program = (
        "import sys; from pathlib import Path\n"
        "from carefolio.assembly import open_carefolio; from carefolio.base.settings import read_settings\n"
        "settings = read_settings(Path(sys.argv[1]))\n"
        "print('ready', flush=True); sys.stdin.readline()\n"
        "carefolio = open_carefolio(settings, create=True)\n"
        "print(carefolio.keyring.store, carefolio.keyring.take().owner); carefolio.close()"
    )
    command = [sys.executable, "-c", program, str(settings.data)]
    pipe, env = subprocess.PIPE, stores.processes_of(settings.data)
    started = [subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=env) for _ in range(4)]
    for process in started:
        assert process.stdout.readline() == "ready\n"
    for process in started:
        process.stdin.write("go\n")
        process.stdin.flush()
    told = [process.communicate() for process in started]
    assert [process.returncode for process in started] == [0] * 4, told
    assert len({words.split()[0] for words, _ in told}) == 1
    assert len({words.split()[1] for words, _ in told}) == 4


def test_a_checkpoint_that_cannot_be_made_is_told_and_tried_again(made, caplog):
    with closing(open_carefolio(made)) as carefolio:
        stop, tried, ended = threading.Event(), threading.Semaphore(0), []

        class Broken:
            """A checkpointer whose keys cannot be written to."""

            def make(self):
                tried.release()
                raise OSError("no space left for Ada Quinn")

        whole, carefolio.checkpointer = carefolio.checkpointer, Broken()
        thread = keep_checkpoints(carefolio, stop, ended.append)
        assert tried.acquire(timeout=20)
        assert tried.acquire(timeout=20)
        stop.set()
        thread.join()
        carefolio.checkpointer = whole
    assert "checkpoint could not be made: OSError" in caplog.text
    assert "Ada" not in caplog.text
    assert ended == []


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (f"UPDATE ledger_head SET size = 0, frontier = x'{'00' * 8}'", Tampered),
        ("INSERT INTO installation (name, value) VALUES ('moved', 'postgresql://new')", Moved),
    ],
)
def test_a_server_that_nobody_may_run_any_more_is_told_once_why(made, caplog, change, why):
    carefolio, ended = open_carefolio(made), []
    with closing(carefolio.database), closing(carefolio.keyring):
        before = carefolio.checkpointer.make()
        stores.run_sql(made.data, change)
        keep_checkpoints(carefolio, threading.Event(), ended.append).join(20)
        assert [type(each) for each in ended] == [why]
        assert carefolio.keyring.remembered().note == before
    assert f"this server ends: {ended[0].sentence}" in caplog.text


def test_the_application_speaks_http_alone(made):
    with closing(open_carefolio(made)) as carefolio:
        running = application(carefolio)({"type": "lifespan"}, None, None)
        with pytest.raises(StopIteration):
            running.send(None)


def test_e_mails_and_contracts_that_end_are_seen_to_beside_the_server(made):
    stop, rung = threading.Event(), threading.Event()
    with closing(open_carefolio(made)) as carefolio:
        notifier = carefolio.door.parts.notifier
        threads = keep_telling(carefolio, stop)
        carefolio.database.write_now(lambda tx: notifier.mail(tx, "ada@example.org", "Hello", "World\n"))
        folder = made.data / "mail"
        for _ in range(200):
            if list(folder.glob("*.eml")):
                break
            rung.wait(0.05)
        stop.set()
        notifier.bell.set()
        for thread in threads:
            thread.join(20)
        assert not any(thread.is_alive() for thread in threads)
    assert len(list(folder.glob("*.eml"))) == 1


def test_what_is_to_be_done_daily_is_done_a_day_after_the_start(made, monkeypatch):
    monkeypatch.setattr("carefolio.assembly._EXPIRY_SECONDS", 0.01)
    stop, done = threading.Event(), threading.Event()
    with closing(open_carefolio(made)) as carefolio:
        threads = keep_telling(carefolio, stop, done.set)
        assert not done.wait(0.2)
        clock.shift(clock.DAY + clock.MINUTE)
        try:
            assert done.wait(20)
        finally:
            clock.shift(0)
            stop.set()
            carefolio.door.parts.notifier.bell.set()
            for thread in threads:
                thread.join(20)


def test_payments_that_are_slow_keep_nothing_else_waiting_and_end_with_the_server(made, monkeypatch):
    stop, asked, done = threading.Event(), threading.Event(), threading.Event()

    def ask_slowly(_carefolio, ended):
        asked.set()
        ended.wait(20)

    monkeypatch.setattr("carefolio.assembly._EXPIRY_SECONDS", 0.01)
    monkeypatch.setattr("carefolio.assembly.finish_payments", ask_slowly)
    with closing(open_carefolio(made)) as carefolio:
        threads = keep_telling(carefolio, stop, done.set)
        assert asked.wait(20)
        clock.shift(clock.DAY + clock.MINUTE)
        try:
            assert done.wait(20)
        finally:
            clock.shift(0)
            stop.set()
            carefolio.door.parts.notifier.bell.set()
            for thread in threads:
                thread.join(20)
        assert not any(thread.is_alive() for thread in threads)


def test_a_fault_in_looking_for_contracts_that_ended_is_logged_without_values(made, caplog):
    stop = threading.Event()
    with closing(open_carefolio(made)) as carefolio:
        carefolio.database.write_now(lambda tx: tx.execute("DROP TABLE contract_end").rowcount)
        threads = keep_telling(carefolio, stop)
        stop.set()
        for thread in threads:
            thread.join(20)
    assert "what is due could not be told: " in caplog.text
    assert "OperationalError at" in caplog.text or "UndefinedTableError at" in caplog.text


def test_ratings_are_counted_at_the_start(made, caplog):
    stop = threading.Event()
    with closing(open_carefolio(made)) as carefolio:
        stop.set()
        keep_counting(carefolio, stop).join(20)
        carefolio.database.write_now(lambda tx: tx.execute("DROP TABLE account").rowcount)
        assert "could not be counted" not in caplog.text
        keep_counting(carefolio, stop).join(20)
    assert "ratings could not be counted: " in caplog.text


def test_attachments_that_no_record_names_are_swept_at_the_start(made):
    stop = threading.Event()
    with closing(open_carefolio(made)) as carefolio:
        name = f"{carefolio.door.parts.mark}_7_Binary_nobody_1_00"
        carefolio.blobs.put(upload(name, b"left"))
        clock.shift(2 * clock.DAY)
        try:
            thread = keep_sweeping(carefolio, stop)
            for _ in range(200):
                if carefolio.blobs.size(name) is None:
                    break
                stop.wait(0.05)
        finally:
            clock.shift(0)
        stop.set()
        thread.join(20)
        assert not thread.is_alive()
        assert carefolio.blobs.size(name) is None


def test_a_store_that_cannot_be_swept_is_logged_without_names(made, caplog):
    stop = threading.Event()
    with closing(open_carefolio(made)) as carefolio:
        stop.set()
        with away(carefolio.blobs):
            keep_sweeping(carefolio, stop).join(20)
    assert "could not be swept: Failure" in caplog.text
