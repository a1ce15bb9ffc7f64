"""A PostgreSQL server of the test's own, on a socket in a temporary folder, with a fresh database for whoever asks.

Its files are in memory where there is room, unless a test asks what survives: flushing them costs nothing there, and
``fsync`` and ``full_page_writes`` stay on, since the product refuses a server without them.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from tempfile import mkdtemp

import psycopg
import pytest

from tests import places

_RESTARTS, _RESTART_SECONDS = 100, 0.1
FAST = ("wal_level=minimal", "max_wal_senders=0", "autovacuum=off")
BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
VERSION = max((int(folder.parent.name) for folder in BINARIES), default=0)
COPIES = 15
"""Since this version one may choose; before, files are what is copied."""
ABSENT = "PostgreSQL is not installed; 'make services' does that."


@dataclass
class Server:
    """A running server."""

    folder: Path
    fast: bool
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def url(self, database: str) -> str:
        return f"postgresql://carefolio@/{database}?host={self.folder}"

    def make(self, database: str, *, like: str = "template1") -> None:
        """A new database that holds what this other one does; in memory its files are copied, which is faster."""
        how = " STRATEGY FILE_COPY" if self.fast and VERSION >= COPIES else ""
        self._do(f"CREATE DATABASE {database} TEMPLATE {like}{how}")

    def fresh(self) -> str:
        """The address of a new database with nothing in it."""
        name = f"t{next(self._numbers)}"
        self.make(name)
        return self.url(name)

    def copy(self, database: str) -> str:
        """A new database that holds what this one does; answers its name."""
        name = f"t{next(self._numbers)}"
        self.make(name, like=database)
        return name

    def drop(self, database: str) -> None:
        """Gone, whoever is connected to it."""
        self._do(f"DROP DATABASE {database} WITH (FORCE)")

    def _do(self, statement: str) -> None:
        """A process of psql for each would take as long as what it is for."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    def sql(self, database: str, statement: str) -> str:
        """What psql answers: the outsider's look into the tables."""
        command = [BINARIES[0] / "psql", "-qAtX", "-v", "ON_ERROR_STOP=1", "-c", statement, self.url(database)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    def start(self) -> None:
        options = f"-k {self.folder} -c listen_addresses='' -c max_connections=200"
        if self.fast:
            options += "".join(f" -c {setting}" for setting in FAST)
        _run("pg_ctl", "-D", self.folder / "data", "-l", self.folder / "log", "-w", "-o", options, "start")

    def stop(self, mode: str = "fast") -> None:
        _run("pg_ctl", "-D", self.folder / "data", "-w", "-m", mode, "stop")

    def kill(self) -> None:
        """kill -9 of the postmaster; what worked for it ends by itself."""
        os.kill(self.postmaster, signal.SIGKILL)

    def kill_all(self) -> None:
        """kill -9 of the postmaster and of all that work for it, as the machine's end does it."""
        postmaster = self.postmaster
        workers = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        for pid in (postmaster, *map(int, workers)):
            with suppress(ProcessLookupError):  # it ended by itself, for its postmaster is gone
                os.kill(pid, signal.SIGKILL)

    def restart(self) -> None:
        """As a service manager does it: again and again, until nobody holds the dead one's memory any more."""
        pause = threading.Event()
        for left in range(_RESTARTS, -1, -1):
            try:
                return self.start()
            except AssertionError:
                if not left:
                    raise
            pause.wait(_RESTART_SECONDS)
        return None

    @property
    def postmaster(self) -> int:
        return int((self.folder / "data" / "postmaster.pid").read_text().split()[0])


@contextmanager
def running(*, fast: bool = True) -> Iterator[Server]:
    """A server for as long as the block runs."""
    if not BINARIES:
        pytest.skip(ABSENT)
    folder = Path(mkdtemp(prefix="carefolio-pg-", dir=places.roomy() if fast else places.disk()))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    server = Server(folder, fast)
    try:
        _run("initdb", "-D", folder / "data", "-U", "carefolio", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        server.start()
        yield server
        server.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(program: str, *args: str | Path) -> None:
    """PostgreSQL does not run as root: there it runs as the user that its package made."""
    user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
    command = [*user, str(BINARIES[0] / program), *map(str, args)]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd="/", check=False)
    assert done.returncode == 0, done.stderr
