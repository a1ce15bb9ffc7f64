"""An installation as it stands where one machine was outgrown: two workers, PostgreSQL, Redis; each can be killed."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from time import monotonic
from typing import Any

import pytest

from tests import postgres, stores
from tests.faults.cast import Cast, found, granted, observation
from tests.faults.client import Client
from tests.faults.cookies import cookie_of
from tests.faults.load import known
from tests.faults.servers import Server
from tests.faults.throng import AWAY

BACK_SECONDS, STEP_SECONDS = 60.0, 0.02
DOCTORS = 3
"""The first is let in for good; the others ask, read and are sent away all the time."""


@dataclass
class Redis:
    """A Redis of the test's own, on a socket; it keeps nothing when it dies."""

    folder: Path
    process: subprocess.Popen[bytes] = field(init=False)

    @property
    def url(self) -> str:
        return f"unix://{self.folder / 'redis.sock'}"

    def start(self) -> None:
        """Returns when it answers."""
        program = shutil.which("redis-server")
        if program is None:
            pytest.skip("Redis is not installed; 'make services' does that.")
        path = self.folder / "redis.sock"
        path.unlink(missing_ok=True)
        command = [program, "--port", "0", "--unixsocket", str(path), "--save", "", "--dir", str(self.folder)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        with socket.socket(socket.AF_UNIX) as probe:
            while self.process.poll() is None:
                with suppress(OSError):
                    probe.connect(str(path))
                    return
        raise AssertionError("Redis ended")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@dataclass
class Whole:
    """All of it at work."""

    data: Path
    store: postgres.Server
    redis: Redis
    server: Server
    cast: Cast
    told: dict[str, Any]
    """What the throng knows."""

    def kill(self, victim: str, rng: Random) -> float:
        """kill -9 of this one; seconds until reads, creates and pages have been answered, and it stands again."""
        began = monotonic()
        getattr(self, f"_kill_{victim}")(rng)
        self.until_back()
        back = monotonic() - began
        if victim == "redis":
            self.redis.start()
        return back

    def until_back(self) -> None:
        """Without a hand: each kind of request is answered again."""
        for ask in (self._read, self._create, self._page):
            _until(ask)
        _until(lambda: len(self.server.workers()) == 2)

    def _kill_worker(self, rng: Random) -> None:
        victim = rng.choice(self.server.workers())
        os.kill(victim, signal.SIGKILL)
        _until(lambda: victim not in self.server.workers())

    def _kill_redis(self, _rng: Random) -> None:
        self.redis.kill()

    def _kill_postgresql(self, _rng: Random) -> None:
        """And its restart, as whoever supervises services does it."""
        self.store.kill_all()
        self.store.restart()

    def _read(self) -> bool:
        return self._answers(self.cast.ben.token, "GET", f"/fhir/{self.told['record']}")

    def _create(self) -> bool:
        return self._answers(self.cast.hospital_token, "POST", "/fhir/Observation", observation(self.cast.ada.ref))

    def _page(self) -> bool:
        return self._answers("", "GET", f"/charts/{self.cast.ada.ref.partition('/')[2]}/", Cookie=self.told["cookie"])

    def _answers(self, token: str, method: str, path: str, body: Any = None, **headers: str) -> bool:
        with closing(Client(self.server.port, token, under="")) as client:
            try:
                return client.ask(method, path, body, **headers).status in (200, 201)
            except AWAY:
                return False


def _until(holds: Callable[[], bool]) -> None:
    pause, began = threading.Event(), monotonic()
    while not holds():
        assert monotonic() - began < BACK_SECONDS, f"{holds.__name__} does not come back by itself"
        pause.wait(STEP_SECONDS)


@contextmanager
def whole(folder: Path) -> Iterator[Whole]:
    """A new one in this folder, served until the block ends."""
    data, redis = folder / "data", Redis(folder)
    with stores.durable(data) as store:
        assert store is not None
        cast = found(data, doctors=DOCTORS)
        redis.start()
        also = {"CAREFOLIO_REDIS_URL": redis.url}
        try:
            with Server(data, ("--workers", "2"), also=also) as server:
                yield Whole(data, store, redis, server, cast, _told(data, server.port, cast, also))
        finally:
            redis.kill()


def _told(data: Path, port: int, cast: Cast, also: dict[str, str]) -> dict[str, Any]:
    granted(port, cast.ada, cast.ben)
    with closing(Client(port, cast.hospital_token)) as hospital:
        record = hospital.made("POST", "/Observation", observation(cast.ada.ref))
    return known(cast) | {
        "record": f"Observation/{record['id']}",
        "cookie": cookie_of(data, cast.ada.email, **also),
        "doctors": [{"ref": doctor.ref, "token": doctor.token} for doctor in cast.doctors[1:]],
    }
