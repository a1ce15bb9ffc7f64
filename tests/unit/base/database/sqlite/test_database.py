"""One SQLite file: durable, read by many, written by several processes, copied while others write."""

import sqlite3
import subprocess
import sys
import threading
from contextlib import closing

import pytest

from carefolio.base.database.sqlite import SqliteDatabase
from carefolio.base.failures import Category, Failure


@pytest.fixture
def database(tmp_path):
    with closing(SqliteDatabase(tmp_path / "data" / "carefolio.db")) as opened:
        yield opened


def add(tx):
    """One more row; with what was there before, which nobody else may have counted too."""
    count = tx.one("SELECT count(*) FROM installation")[0]
    tx.execute("INSERT INTO installation VALUES (?, hex(randomblob(100)))", (f"n{count}",))
    tx.move_epoch()
    return count


def count(database):
    return database.one("SELECT count(*) FROM installation")[0]


def test_every_connection_is_durable_and_leaves_nothing_in_temporary_files(database):
    for connection in (database.reader(), database._writer._connection):
        found = [
            connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous", "temp_store")
        ]
        assert found == ["wal", 2, 2]


def test_a_reader_cannot_write(database):
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        database.read("INSERT INTO installation VALUES ('a', '1') RETURNING name")


def test_a_reader_sees_a_commit_as_soon_as_it_is_told(database):
    for number in range(50):
        assert database.write_now(add) == number
        assert count(database) == number + 1
        assert database.epoch() == number + 2


def test_a_thread_that_ends_lets_go_of_its_connection(database):
    count(database)
    found = []
    for _ in range(5):
        thread = threading.Thread(target=lambda: found.append(database.reader()))
        thread.start()
        thread.join()
    assert len(database._readers) == 1
    for connection in found:
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            connection.execute("SELECT 1")
    assert count(database) == 0


def test_each_thread_reads_by_itself(database):
    database.write_now(add)
    found = []

    def look():
        found.append((count(database), database.reader()))

    threads = [threading.Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [number for number, _ in found] == [1, 1, 1]
    assert database.reader() not in [connection for _, connection in found]


def test_the_files_are_for_this_user_alone(database):
    database.write_now(add)
    count(database)
    for path in database.path.parent.iterdir():
        assert path.stat().st_mode & 0o077 == 0, path.name


def test_several_processes_write_one_file_and_nothing_is_lost(database):
    program = (
        "import sys; from pathlib import Path; from carefolio.base.database.sqlite import SqliteDatabase\n"
        "from tests.unit.base.database.sqlite.test_database import add\n"
        "database = SqliteDatabase(Path(sys.argv[1]))\n"
        "futures = [database.submit(add) for _ in range(200)]\n"
        "print(*[future.result() for future in futures]); database.close()"
    )
    command = [sys.executable, "-c", program, str(database.path)]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    mine = [database.submit(add).result() for _ in range(200)]
    theirs = [int(number) for process in started for number in process.communicate()[0].split()]
    assert sorted(mine + theirs) == list(range(800))
    assert count(database) == 800


def test_another_process_epoch_is_seen_at_once(database):
    with closing(SqliteDatabase(database.path)) as other:
        other.write_now(add)
        assert database.epoch() == other.epoch() == 2


def test_a_copy_is_of_one_moment_while_others_write(database, tmp_path):
    for _ in range(200):
        database.write_now(add)
    stop = threading.Event()

    def keep_writing():
        while not stop.is_set():
            database.write_now(add)

    thread = threading.Thread(target=keep_writing)
    thread.start()
    database.backup(tmp_path / "copy.db")
    stop.set()
    thread.join()
    with closing(SqliteDatabase(tmp_path / "copy.db")) as copy:
        assert 200 <= count(copy) <= count(database)
        assert copy.epoch() == count(copy) + 1
        assert copy.one("PRAGMA integrity_check") == ("ok",)


def test_the_checkpoints_run_beside_the_writer_and_the_log_starts_anew(tmp_path, monkeypatch):
    monkeypatch.setattr("carefolio.base.database.sqlite.writer.CHECKPOINT_SECONDS", 0.001)
    monkeypatch.setattr("carefolio.base.database.sqlite.writer.RESTART_FRAMES", 20)
    path = tmp_path / "carefolio.db"

    def times_begun():
        """The log of frames counts in its header how often it began anew (https://sqlite.org/fileformat2.html)."""
        return int.from_bytes(path.with_name("carefolio.db-wal").read_bytes()[12:16], "big")

    with closing(SqliteDatabase(path, background_checkpoints=True)) as database:
        database.write_now(add)
        first = times_begun()
        written = 1
        while times_begun() == first:
            database.write_now(add)
            written += 1
            assert written < 5_000
        assert count(database) == written
    with closing(SqliteDatabase(path)) as again:
        assert count(again) == written
        assert again.one("PRAGMA integrity_check") == ("ok",)


def test_what_is_no_database_is_refused_with_a_sentence(tmp_path):
    path = tmp_path / "carefolio.db"
    path.write_bytes(b"This is a letter. " * 500)
    with pytest.raises(Failure, match="cannot be opened") as caught:
        SqliteDatabase(path)
    assert caught.value.category is Category.BROKEN
    assert path.read_bytes() == b"This is a letter. " * 500


def test_a_folder_is_refused_with_a_sentence(tmp_path):
    with pytest.raises(Failure, match="cannot be opened"):
        SqliteDatabase(tmp_path)
