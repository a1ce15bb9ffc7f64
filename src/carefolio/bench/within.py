"""Measuring inside one process: the product's parts without HTTP, several calls under way at once."""

from __future__ import annotations

import asyncio
import gc
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import uvloop

from carefolio.assembly import Carefolio, open_carefolio
from carefolio.base.clock import stopwatch
from carefolio.base.database import hosted
from carefolio.base.serving import settle, suit_a_server
from carefolio.bench.stage import Stage

T = TypeVar("T")
Call = Callable[[int], Awaitable[object]]
_NANOSECONDS, _MICROSECONDS_A_NANOSECOND = 1e9, 1e-3


@dataclass(frozen=True, slots=True)
class Timed:
    """Calls a second, and the process's CPU µs for each, all of its threads together."""

    rate: float
    cpu: float


@contextmanager
def opened(stage: Stage) -> Iterator[Carefolio]:
    """The stage's installation, as the server opens it."""
    before, collecting = sys.getswitchinterval(), gc.get_threshold()
    suit_a_server()
    carefolio = open_carefolio(stage.settings, serving=True)
    settle()
    try:
        yield carefolio
    finally:
        carefolio.close()
        sys.setswitchinterval(before)
        gc.set_threshold(*collecting)
        gc.unfreeze()


def run(carefolio: Carefolio, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run on the loop that the server has."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(hosted(carefolio.database, work()))


async def timed(call: Call, at_once: int, seconds: float) -> Timed:
    """Make calls, so many under way, for so long; each call is given its number."""
    done = 0
    started, cpu = stopwatch(), time.process_time_ns()
    end = started + seconds * _NANOSECONDS

    async def one_after_the_other() -> None:
        nonlocal done
        while stopwatch() < end:
            number, done = done, done + 1
            await call(number)

    await asyncio.gather(*(one_after_the_other() for _ in range(at_once)))
    took, used = stopwatch() - started, time.process_time_ns() - cpu
    return Timed(done / took * _NANOSECONDS, used / done * _MICROSECONDS_A_NANOSECOND)


def looped(call: Callable[[int], object], seconds: float, clock: Callable[[], int] = time.thread_time_ns) -> float:
    """µs of a call, by this thread's CPU or another clock, over so many seconds."""
    started, cpu, done = stopwatch(), clock(), 0
    end = started + seconds * _NANOSECONDS
    while stopwatch() < end:
        call(done)
        done += 1
    return (clock() - cpu) / done * _MICROSECONDS_A_NANOSECOND
