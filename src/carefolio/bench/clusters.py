"""PostgreSQL servers to measure on: one of the benchmark's own, or one that it is given the address of.

A server of its own flushes its commits to the benchmark's disk, as a real one has to, and goes when the block ends. In
a given one the benchmark makes databases of its own and drops them; what is there already is not looked at.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import mkdtemp
from types import MappingProxyType
from typing import Any, TypeVar
from urllib.parse import urlsplit

import asyncpg

from carefolio.base.failures import broken
from carefolio.base.ids import new_id

T = TypeVar("T")
PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/local/pgsql/bin")
USER = "postgres"
"""Whom the server runs as where the benchmark is run by root, since PostgreSQL refuses root."""
SETTINGS = (
    "server_version",
    "fsync",
    "synchronous_commit",
    "full_page_writes",
    "wal_sync_method",
    "shared_buffers",
    "max_wal_size",
    "max_connections",
    "commit_delay",
)
_OPTIONS = MappingProxyType({"listen_addresses": "", "max_connections": "200", "fsync": "on"})
_SIZE = """
    SELECT sum(pg_total_relation_size(c.oid))::bigint FROM pg_class c
    WHERE c.relkind IN ('r', 'm', 'p') AND c.relnamespace = 'public'::regnamespace
"""


@dataclass
class Cluster:
    """A running server; ``folder`` is empty for one that was given."""

    admin: str
    folder: Path | None = None
    sockets: Path | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    _made: list[str] = field(default_factory=list)

    @property
    def pid(self) -> int | None:
        """The server's first process; None where it may not even be on this machine."""
        if self.folder is None:
            return None
        return int((self.folder / "data" / "postmaster.pid").read_text().split()[0])

    def fresh(self) -> str:
        """The address of a new, empty database."""
        name = f"carefolio_bench_{new_id().replace('-', '')}"
        self.run(partial(_executed, order=f"CREATE DATABASE {name}"))
        self._made.append(name)
        return urlsplit(self.admin)._replace(path=f"/{name}").geturl()

    def drop(self) -> None:
        """Drop the databases that were made here."""
        while self._made:
            order = f"DROP DATABASE {self._made.pop()} WITH (FORCE)"
            self.run(partial(_executed, order=order))

    def run(self, work: Callable[[Any], Awaitable[T]], url: str = "") -> T:
        """Do something on a connection of its own."""

        async def whole() -> T:
            connection = await asyncpg.connect(url or self.admin)
            try:
                return await work(connection)
            finally:
                await connection.close()

        return asyncio.run(whole())

    def settings(self) -> dict[str, str]:
        """What its figures depend on."""

        async def ask(connection: Any) -> dict[str, str]:
            return {name: await connection.fetchval(f"SHOW {name}") for name in SETTINGS}

        return self.run(ask)

    def size(self, url: str) -> int:
        """Bytes of all tables with their indexes, once what was superseded is cleared away and all is on disk."""

        async def ask(connection: Any) -> int:
            for order in ("VACUUM (ANALYZE)", "CHECKPOINT"):
                await connection.execute(order)
            return int(await connection.fetchval(_SIZE))

        return self.run(ask, url)

    def start(self) -> None:
        """Start it; it answers when this returns."""
        assert self.folder is not None  # noqa: S101 - a given server is not ours to start
        told = " ".join([f"-k {self.sockets}", *(f"-c {name}='{value}'" for name, value in _OPTIONS.items())])
        arguments = ("-D", self.folder / "data", "-l", self.folder / "log", "-w", "-o", told, "start")
        _postgres("pg_ctl", *arguments, environment=self.environment)

    def stop(self, mode: str = "fast") -> None:
        """Stop it."""
        assert self.folder is not None  # noqa: S101 - nor to stop
        _postgres("pg_ctl", "-D", self.folder / "data", "-w", "-m", mode, "stop")

    def restart(self) -> None:
        """With empty buffers; a given server stays as it is."""
        if self.folder is not None:
            self.stop()
            self.start()


async def _executed(connection: Any, order: str) -> None:
    await connection.execute(order)


@contextmanager
def cluster_at(url: str, below: Path, environment: Mapping[str, str] | None = None) -> Iterator[Cluster]:
    """The server with that address; without one, a server of its own that writes below ``below``."""
    if url:
        given = Cluster(url)
        try:
            yield given
        finally:
            given.drop()
    else:
        with _own(below, environment or {}) as own:
            yield own


@contextmanager
def _own(below: Path, environment: Mapping[str, str]) -> Iterator[Cluster]:
    """The data lie below ``below``, the socket in the system's temporary folder, since its path may not be long."""
    programs()
    folder = Path(mkdtemp(prefix="carefolio-bench-postgres-", dir=below))
    sockets = Path(mkdtemp(prefix="carefolio-bench-"))
    if os.geteuid() == 0:
        for each in (folder, sockets):
            shutil.chown(each, USER)
    cluster = Cluster(f"postgresql://carefolio@/postgres?host={sockets}", folder, sockets, environment)
    try:
        made = ("-D", folder / "data", "-U", "carefolio", "-A", "trust", "-E", "UTF8", "--locale=C")
        _postgres("initdb", *made)
        cluster.start()
        yield cluster
        cluster.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(sockets, ignore_errors=True)


def programs() -> Path:
    """Where PostgreSQL's own programs are: the newest version's; raises a Failure where there is none."""
    known = [found for place in PLACES for found in Path("/").glob(place.lstrip("/")) if (found / "initdb").exists()]
    on_path = shutil.which("initdb")
    if not known and on_path is None:
        raise broken("PostgreSQL is not installed here: install it, or name a server with --database.")
    return max(known, key=_version) if known else Path(str(on_path)).parent


def _version(folder: Path) -> int:
    digits = "".join(character for character in folder.parent.name if character.isdecimal())
    return int(digits or 0)


def _postgres(program: str, *arguments: str | Path, environment: Mapping[str, str] = MappingProxyType({})) -> None:
    user = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups"] if os.geteuid() == 0 else []
    extra = ["env", *(f"{name}={value}" for name, value in environment.items())] if environment else []
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own programs, with arguments made here
        [*user, *extra, str(programs() / program), *map(str, arguments)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        cwd="/",
        check=False,
    )
    if done.returncode:
        raise broken(f"PostgreSQL's {program} failed; may its user write to the folder? {done.stderr.strip()[-300:]}")
