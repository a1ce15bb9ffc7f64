"""A small real ledger in a folder of its own: database, keys, log and checkpoints."""

import os
import sqlite3
from dataclasses import dataclass, field

import pytest

from carefolio.base import clock
from carefolio.base.database.sqlite import SqliteDatabase
from carefolio.base.keys import PLATFORM, Keyring, OwnerKey
from carefolio.ledger.checkpoint import Checkpointer
from carefolio.ledger.entry import Entry, Kind, seal_entry
from carefolio.ledger.log import Log
from carefolio.ledger.report import Report
from carefolio.ledger.verify import verify_log

MILLISECOND = 1_000
SIZE = 20
MIDDLE = 12


@dataclass
class Ledger:
    database: SqliteDatabase
    keyring: Keyring
    chart: OwnerKey
    other: OwnerKey
    log: Log = field(default_factory=Log)
    time: int = field(default_factory=lambda: clock.now() - 20 * clock.SECOND)
    made: int = 0

    def __post_init__(self):
        self.checkpointer = Checkpointer(self.database, self.keyring, self.log)

    def entry(self, kind=Kind.DISCLOSED_READ, owner=None, **content):
        self.made += 1
        self.time += MILLISECOND
        owner = self.chart.owner if owner is None else owner
        return Entry(self.time, kind, owner, 7, content or {"what": [f"Observation/{self.made}"]})

    def seal(self, entry):
        return seal_entry(entry, self.keyring.of(entry.owner))

    def write(self, *entries: Entry) -> int:
        sealed = [self.seal(entry) for entry in entries]
        return self.database.write_now(lambda tx: self.log.append_numbered(tx, sealed))

    def grow(self, count: int) -> None:
        self.write(*(self.entry() for _ in range(count)))

    def platform(self, kind: Kind, **content) -> int:
        return self.write(self.entry(kind, PLATFORM, **content))

    def sql(self, *statements: str) -> None:
        """What somebody does who reaches the database file and not the keys."""
        connection = sqlite3.connect(self.database.path)
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.close()

    def leaves(self) -> list[bytes]:
        return [leaf for (leaf,) in self.database.read("SELECT leaf FROM entry ORDER BY seq")]

    def verify(self, **hooks) -> Report:
        return verify_log(self.database, self.keyring, **hooks)

    def restart(self) -> Checkpointer:
        """The checkpoints of a process that starts now."""
        return Checkpointer(self.database, self.keyring, Log())


@pytest.fixture
def root():
    return os.urandom(32)


@pytest.fixture
def ledger(tmp_path, root):
    Keyring.create(tmp_path / "keys.db", root)
    keyring = Keyring.open(tmp_path / "keys.db", root)
    database = SqliteDatabase(tmp_path / "data" / "carefolio.db")
    chart, other = keyring.reserve(2)
    yield Ledger(database, keyring, chart, other)
    database.close()
    keyring.close()


@pytest.fixture
def signed(ledger):
    """Twenty entries of two charts and a checkpoint; in the twelfth the log says what it was after a day."""
    owners = [ledger.chart.owner, ledger.other.owner]
    present = ledger.time
    ledger.time -= 2 * clock.DAY
    clock.shift(present - clock.now())
    ledger.write(*(ledger.entry(owner=owners[at % 2]) for at in range(MIDDLE - 1)))
    ledger.checkpointer.make()
    clock.shift(0)
    ledger.time, ledger.made = present + clock.SECOND, MIDDLE
    ledger.write(*(ledger.entry(owner=owners[at % 2]) for at in range(MIDDLE, SIZE)))
    ledger.checkpointer.make()
    kinds = ledger.database.read("SELECT seq FROM entry WHERE kind = ?", (int(Kind.DAILY_ROOT),))
    assert (kinds, ledger.database.read("SELECT size FROM checkpoint")) == ([(MIDDLE,)], [(SIZE,)])
    return ledger


def found(ledger):
    report = ledger.verify()
    assert not report.ok
    return report.first, report.problems


def flipped(value):
    return [value[:at] + bytes([value[at] ^ 1]) + value[at + 1 :] for at in range(len(value))]
