"""Load from the judge's clients, for what has to go well beside it."""

from __future__ import annotations

import json
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.faults.cast import Cast
from tests.faults.servers import environment

SECONDS, DRAINED = 60, 1 << 16


def known(cast: Cast) -> dict[str, str]:
    """What the judge needs to know of the cast."""
    return {
        "hospital": cast.hospital_token,
        "doctor": cast.ben.token,
        "patient": cast.ada.token,
        "chart": cast.ada.ref,
    }


@dataclass
class Load:
    """A judge at work, and its list."""

    process: subprocess.Popen[bytes]
    notes: Path
    seen: int = 0

    def until(self, count: int) -> None:
        """Wait until so many more answers have been noted."""
        assert self.process.stdout is not None
        for _ in range(count):
            ready, _, _ = select.select([self.process.stdout], [], [], SECONDS)
            assert ready, "no answer for a minute"
            assert self.process.stdout.readline() == b".\n", f"the judge ended: {self.problems()}"
            self.seen += 1

    def drain(self) -> None:
        """Take what has been noted meanwhile: who tells of it would wait for room to tell more."""
        assert self.process.stdout is not None
        while select.select([self.process.stdout], [], [], 0)[0]:
            read = self.process.stdout.read(DRAINED)
            if not read:
                return
            self.seen += read.count(b".\n")

    def problems(self) -> str:
        """What went wrong, after the judge's end."""
        rest, problems = self.process.communicate(timeout=SECONDS)
        self.seen += rest.count(b".\n")
        return problems.decode()

    def told(self) -> list[dict[str, object]]:
        """What has been noted by now."""
        return [json.loads(line) for line in self.notes.read_text().splitlines()]


@contextmanager
def load(port: int, cast: Cast, notes: Path, seed: str, *, patient: bool = False) -> Iterator[Load]:
    """Eight clients at work, until the block ends or the server is gone."""
    more = ["patient"] if patient else []
    with at_work("tests.faults.judge", str(port), json.dumps(known(cast)), str(notes), seed, *more) as running:
        yield running


@contextmanager
def at_work(program: str, port: str, cast: str, notes: str, *more: str) -> Iterator[Load]:
    """A program that notes what it is told, until the block ends."""
    command = [sys.executable, "-m", program, port, cast, notes, *more]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0, env=environment()
    ) as process:
        running = Load(process, Path(notes))
        try:
            yield running
        finally:
            process.kill()
