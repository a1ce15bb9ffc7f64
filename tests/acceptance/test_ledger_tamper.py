"""Whatever somebody does to the data with its own shell, verification finds it and says what it was."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from carefolio.base.failures import Failure
from carefolio.records.verify import verify
from carefolio.workflows.registration import actions
from tests import stores
from tests.faults import outsider, servers, small, tampering
from tests.faults.cast import found, observation, opened
from tests.faults.client import Client
from tests.faults.telling import tell

SEED = 20240
FLIPS, FLIPS_FULL = 40, 3_000
EMERGENCY = {
    "resourceType": "Parameters",
    "parameter": [{"name": "reason", "valueCode": "ETREAT"}, {"name": "text", "valueString": "Unconscious."}],
}
TABLES = ("record", "history", "idx", "lookup", "entry", "ledger_head", "checkpoint")


@pytest.fixture(scope="module")
def pristine(tmp_path_factory):
    data = tmp_path_factory.mktemp("pristine") / "data"
    small.make(data)
    assert outsider.report_on(data).problems == []
    return data


@pytest.fixture
def data(pristine, tmp_path):
    return small.copy(pristine, tmp_path / "data")


def test_an_untouched_log_verifies_also_by_the_command(data):
    told = servers.told(data, "ledger", "verify")
    assert told["ok"] is True
    assert told["entries"] == tampering.names_in(data)["n"]


def test_there_are_enough_ways():
    assert len({way.name for way in tampering.WAYS}) == len(tampering.WAYS) >= 40


@pytest.mark.parametrize("way", tampering.WAYS, ids=lambda way: way.name)
def test_it_is_found_and_named(data, way):
    names = tampering.names_in(data)
    tampering.tamper(data, way, names)
    report = outsider.report_on(data)
    assert not report.ok
    assert tampering.filled(way.says, names) in "\n".join(report.problems)


@pytest.mark.xfail(strict=True, reason="rows that no entry of the ledger speaks for: nothing to compare them with yet")
@pytest.mark.parametrize("way", tampering.UNBOUND, ids=lambda way: way.name)
def test_it_is_found_too(data, way):
    names = tampering.names_in(data)
    tampering.tamper(data, way, names)
    assert not outsider.report_on(data).ok


def test_what_accounts_and_tokens_become_by_the_rules_is_found_in_order(data):
    with opened(data) as carefolio:
        ben = next(carefolio.accounts.of_role(carefolio.database, "doctor")).email
        for step in (
            lambda: actions.verify(carefolio.door, ben, verified=False),
            lambda: actions.issue_token(carefolio.door, ben, scope="user/*.rs"),
            lambda: actions.suspend(carefolio.door, ben),
            lambda: actions.suspend(carefolio.door, ben, suspended=False),
            lambda: actions.revoke_tokens(carefolio.door, ben),
            lambda: actions.verify(carefolio.door, ben),
        ):
            step()
            assert verify(carefolio.database, carefolio.keyring).problems == []


FORGED = {"a word": "'x'", "no bytes": "x''", "some bytes": "zeroblob(60)", "another one's name": "e.id"}


def test_an_emergency_made_by_hand_opens_nothing(tmp_path):
    """Ben opened Ada's chart by the door. Rows like his for the other doctor, and for the other chart, open nothing,
    and Ada's own way to her chart stays.
    """
    data = tmp_path / "data"
    cast = found(data, patients=2, doctors=2)
    (ada, other), (ben, eve) = cast.patients, cast.doctors
    with servers.Server(data) as server:
        for patient in cast.patients:
            assert _status(server, cast.hospital_token, "POST", "/Observation", observation(patient.ref, 1)) == 201
        assert _status(server, ben.token, "POST", f"/{ada.ref}/$break-glass", EMERGENCY) == 200
    for name, word in FORGED.items():
        _forge(data, word)
        with servers.Server(data) as server:
            asked = ((ben, ada), (ben, other), (eve, ada), (ada, ada))
            told = [_status(server, who.token, "GET", f"/{chart.ref}") for who, chart in asked]
        assert told == [200, 404, 404, 200], name


def _status(server: servers.Server, token: str, *request: object) -> int:
    with closing(Client(server.port, token)) as client:
        return client.ask(*request).status


def _forge(data: Path, word: str) -> None:
    """For every account and chart a row that ends a second later than the one that the door made."""
    for statement in (
        "DELETE FROM emergency WHERE until > (SELECT min(until) FROM emergency)",
        f"INSERT INTO emergency SELECT o.number, a.number, e.until + 1000000, {word}"
        " FROM owner o, account a, emergency e WHERE o.kind = 'chart'",
        "UPDATE owner SET consent_version = consent_version + 1",
        "UPDATE epoch SET value = value + 1",
    ):
        stores.run_sql(data, statement)


@pytest.mark.parametrize(
    "name", ["record-unreadable", "idx-text", "entry-deleted", "head-deleted", "checkpoint-cut-with-entries"]
)
def test_the_command_says_it_in_sentences_and_ends_with_one(data, name):
    way = next(way for way in tampering.WAYS if way.name == name)
    names = tampering.names_in(data)
    tampering.tamper(data, way, names)
    done = servers.run(data, "ledger", "verify", "--json")
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert '"ok": false' in done.stdout


def test_a_lost_table_is_one_sentence(data):
    stores.run_sql(data, "DROP TABLE lookup")
    done = servers.run(data, "ledger", "verify")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr


def test_an_older_copy_put_in_place_by_hand_is_found(data, tmp_path):
    older = small.copy(data, tmp_path / "older")
    with servers.Server(data) as server:
        assert server.process.poll() is None
        servers.told(data, "hospital", "add", "--name", "South Clinic")
    stores.exchange(data, older)
    report = outsider.report_on(data)
    assert "the checkpoint beside the keys counts" in "\n".join(report.problems)


@stores.ABOUT_SQLITE
def test_an_index_that_hides_rows_is_found(data):
    """A search tree of SQLite's own that leaves out rows hides them from readers, though the table still has them."""
    _hide_from_index(data / "carefolio.db", "entry_owner")
    assert not outsider.report_on(data).ok


def _hide_from_index(database: Path, index: str) -> None:
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA writable_schema = ON")
        words = connection.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (index,)).fetchone()[0]
        connection.execute("UPDATE sqlite_schema SET sql = sql || ' WHERE seq < 9' WHERE name = ?", (index,))
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute(f"REINDEX {index}")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_schema SET sql = ? WHERE name = ?", (words, index))


@stores.ABOUT_SQLITE
def test_some_bytes_of_the_file_flipped(pristine, tmp_path):
    _flip(pristine, tmp_path, FLIPS)


@pytest.mark.drill
def test_many_bytes_of_the_file_flipped(pristine, tmp_path):
    _flip(pristine, tmp_path, FLIPS_FULL)


def _flip(pristine: Path, tmp_path: Path, times: int) -> None:
    """A byte anywhere: what any table of the ledger's or the records' says is then another, or the verdict is good."""
    tell("seed", SEED)
    rng = random.Random(SEED)
    data = small.copy(pristine, tmp_path / "flipped")
    database = data / "carefolio.db"
    whole, content = database.read_bytes(), _content(database)
    found = 0
    for _ in range(times):
        at = rng.randrange(100, len(whole))
        changed = bytes([whole[at] ^ (1 << rng.randrange(8))])
        database.write_bytes(whole[:at] + changed + whole[at + 1 :])
        try:
            says = outsider.report_on(data).ok
        except (sqlite3.Error, Failure):
            says = False
        found += not says
        if says:
            assert _content(database) == content, f"byte {at} was flipped, and nobody noticed"
    tell(f"{found} of {times} found, the others changed nothing that a table says")


def _content(database: Path) -> list[list[tuple[object, ...]]]:
    with closing(sqlite3.connect(database)) as connection:
        connection.text_factory = bytes
        return [connection.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES]
