"""The platform's state, for auditors and admins: what the ledger says of itself, and how the machine is doing.

One Watch stands in each process for as long as it runs: it keeps the outcome of the last verification, and verifies in
a thread of its own, one at a time.
"""

from __future__ import annotations

import os
import queue
import shutil
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import carefolio
from carefolio.base import clock
from carefolio.base.failures import Failure
from carefolio.base.settings import Settings
from carefolio.identity import people
from carefolio.identity.accounts import Account
from carefolio.identity.acting import acting
from carefolio.ledger.entry import Tampered
from carefolio.ledger.log import parse_head
from carefolio.records.door import Door
from carefolio.records.figures import Figures, figures
from carefolio.records.verify import verify
from carefolio.workflows.oversight.rules import REVIEWERS

_HEAD = "SELECT size, frontier FROM ledger_head"
_CHECKPOINT = "SELECT size, note FROM checkpoint"
_TIME = "SELECT time FROM entry WHERE seq = ?"
_STATM = Path("/proc/self/statm")
_UNTOLD = "The verification broke off; run 'carefolio ledger verify' to see why."


@dataclass(frozen=True, slots=True)
class Verification:
    """One verification: when it began and ended (µs UTC, 0 while it runs), how far it is, and what it found."""

    began: int
    ended: int = 0
    done: int = 0
    total: int = 0
    ok: bool = False
    root: str = ""
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ledger as it is: entries and root (base64) of now, size and note of the published checkpoint, the time (µs
    UTC) of the newest entry that it covers, the last verification of this process or None.
    """

    entries: int
    root: str
    checkpoint_size: int
    checkpoint_note: str
    checkpoint_time: int
    verification: Verification | None


@dataclass(frozen=True, slots=True)
class Health:
    """The machine and the data. Sizes are bytes: ``sizes`` by what they are of, 0 for what is not there; ``memory`` is
    this process's resident memory, 0 where the system does not say; ``people`` counts accounts by role.
    """

    sizes: dict[str, int]
    disk_free: int
    disk_total: int
    memory: int
    people: dict[str, int]
    figures: Figures
    started: int
    version: str
    region: str


class Watch:
    """Sees to one installation in one process; its methods may be called from any thread."""

    def __init__(self, door: Door, settings: Settings) -> None:
        self._door = door
        self._settings = settings
        self._started = clock.now()
        self._lock = threading.Lock()
        self._wanted: queue.SimpleQueue[int] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._verification: Verification | None = None

    def ledger(self, by: Account) -> Ledger:
        """The ledger's state."""
        self._check(by)
        database = self._door.parts.database
        self._door.parts.log.settle(database)
        size, stored = database.read(_HEAD)[0]
        checkpoint = database.one(_CHECKPOINT) or (0, "")
        newest = database.one(_TIME, (checkpoint[0],))
        return Ledger(
            entries=size,
            root=b64encode(parse_head(stored).root()).decode(),
            checkpoint_size=checkpoint[0],
            checkpoint_note=checkpoint[1],
            checkpoint_time=newest[0] if newest else 0,
            verification=self._verification,
        )

    def verify_now(self, by: Account) -> Verification:
        """Begin a verification, unless one runs; answers it as it is now. ``ledger`` tells how far it is."""
        self._check(by)
        with self._lock:
            running = self._verification
            if running is not None and not running.ended:
                return running
            self._verification = began = Verification(clock.now())
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="verification", daemon=True)
                self._thread.start()
            self._wanted.put(began.began)
            return began

    def health(self, by: Account) -> Health:
        """How the machine and the data are."""
        self._check(by)
        self._door.parts.log.settle(self._door.parts.database)
        disk = shutil.disk_usage(self._settings.data)
        return Health(
            sizes=self._sizes(),
            disk_free=disk.free,
            disk_total=disk.total,
            memory=_memory(),
            people=people.roles(self._door.parts.database),
            figures=figures(self._door.parts.database),
            started=self._started,
            version=carefolio.__version__,
            region=self._settings.region,
        )

    def _check(self, by: Account) -> None:
        acting(self._door.parts.accounts, self._door.parts.database, by.number, *REVIEWERS)

    def _sizes(self) -> dict[str, int]:
        settings = self._settings
        data, log = self._door.parts.database.sizes()
        return {
            "database": data,
            "wal": log,
            "keys": _size(settings.keys),
            "accounts": _size(settings.accounts),
            "mail": sum(map(_size, _files(settings.data / "mail"))),
        }

    def _run(self) -> None:
        """One verification after the other, for as long as the process lives: one thread, one connection."""
        while True:
            began = self._wanted.get()
            self._verification = self._verified(began)

    def _verified(self, began: int) -> Verification:
        try:
            with suppress(Tampered):  # verifying tells more of it
                self._door.parts.log.settle(self._door.parts.database)
            report = verify(self._door.parts.database, self._door.keyring, self._advance, self._door.parts.blobs)
        except Failure as failure:
            return Verification(began, ended=clock.now(), problems=(failure.sentence,))
        except Exception:  # noqa: BLE001 - whatever is stored may be broken, and this thread goes on
            return Verification(began, ended=clock.now(), problems=(_UNTOLD,))
        return Verification(
            began=began,
            ended=clock.now(),
            done=report.entries,
            total=report.entries,
            ok=report.ok,
            root=report.root_text,
            problems=tuple(report.problems),
        )

    def _advance(self, done: int, total: int) -> None:
        running = self._verification
        if running is not None:
            self._verification = Verification(running.began, done=done, total=total)


def _files(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (path for path in folder.rglob("*") if path.is_file())


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _memory() -> int:
    """Resident memory in bytes, where the system says it."""
    if not _STATM.exists():
        return 0
    return int(_STATM.read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
