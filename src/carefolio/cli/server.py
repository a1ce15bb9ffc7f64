"""One server process: Granian on an event loop of ours, and what runs beside it."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from multiprocessing.connection import Connection
from time import monotonic

import uvloop

from carefolio.assembly import (
    Carefolio,
    keep_checkpoints,
    keep_counting,
    keep_sweeping,
    keep_telling,
    open_carefolio,
    sign_ins,
    site,
)
from carefolio.base.database.notes import Moved
from carefolio.base.failures import Failure, broken
from carefolio.base.serving import listen, server_of, settle, suit_a_server
from carefolio.base.settings import Settings
from carefolio.cli import casting
from carefolio.cli.casting import SignIn
from carefolio.cli.demo import PATIENTS, SEED
from carefolio.cli.ending import Ending
from carefolio.cli.options import answer, say
from carefolio.cli.progress import counting
from carefolio.cli.story import tell
from carefolio.cli.workers import FOR_ALL, end_with_parent, supervise
from carefolio.ledger.entry import Tampered

STOP_SECONDS = 4
"""How long answers that are under way may take when the server is told to stop."""
ALONE_SECONDS, WORKER_SECONDS = 9.0, 7.5
"""How long all of it takes at the most, for a server by itself and for one of several: those are killed after 8 s."""
JOIN_SECONDS = 1.0
"""How long what is done beside the answers may take to stop, together."""
BESIDE = 2
"""Threads beside the event loop on SQLite, for what takes long. Each row that one of them reads passes the interpreter
to another and back: more of them do less (docs/decisions/sqlite.md), and one alone would let all wait for the longest.
"""

LOG = logging.getLogger("carefolio")
_WILDCARDS = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - they are recognised here, not bound to


@dataclass(frozen=True, slots=True)
class Serving:
    """What one server process serves: the socket that it listens at, and whether its sign-in page offers the demo's
    people.
    """

    settings: Settings
    listening: socket.socket
    demo: bool = False


def serve(serving: Serving, workers: int, *, as_json: bool) -> None:
    """Serve the installation until a signal comes, with one process or several."""
    log_to_console()
    suit_a_server()
    if workers == 1:
        ending = Ending(ALONE_SECONDS)
        with in_time(open_carefolio(serving.settings, create=True, serving=True), ending) as carefolio:
            people = _people(carefolio) if serving.demo else []
            run(carefolio, serving, partial(_tell, serving, people, as_json=as_json), ending)
    else:
        with closing(open_carefolio(serving.settings, create=True)) as carefolio:
            people = _people(carefolio) if serving.demo else []
        supervise(serving, workers, partial(_tell, serving, people, as_json=as_json), work)
    say("Carefolio has stopped.")


def work(serving: Serving, ready: Connection) -> None:
    """One of several server processes; ``ready`` is closed when it answers. Where nobody may serve the data any more
    it ends for all of them: another would find the same, and whoever connects meanwhile would wait for nothing. If it
    is killed before it can say so, the one that takes its place does.
    """
    log_to_console()
    suit_a_server()
    end_with_parent()
    ending = Ending(WORKER_SECONDS)
    try:
        with in_time(open_carefolio(serving.settings, serving=True), ending) as carefolio:
            run(carefolio, serving, ready.close, ending)
    except (Moved, Tampered) as why:
        say(f"A server process ends for all: {why.sentence}")
        ending.over(FOR_ALL)
        sys.exit(FOR_ALL)


@contextmanager
def in_time(carefolio: Carefolio, ending: Ending) -> Iterator[Carefolio]:
    """The installation, closed in time afterwards: a database that is silent keeps the log's end from being signed."""
    try:
        try:
            yield carefolio
        finally:
            ending.begin()
            if not ending.within(carefolio.sign):
                LOG.warning("the log's end could not be signed in time: the next start signs it")
        ending.over()
    finally:
        carefolio.leave()


def log_to_console() -> None:
    """Log lines go to standard error."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")


def _tell(serving: Serving, people: list[SignIn], *, as_json: bool) -> None:
    address = address_of(serving.listening)
    words = f"Carefolio is at {address}. Ctrl-C ends it."
    if serving.demo:
        words = f"{tell(address, people)}\n# {words}"
    answer({"address": address, "people": [asdict(each) for each in people]}, words, as_json=as_json)
    sys.stdout.flush()


def _people(carefolio: Carefolio) -> list[SignIn]:
    """The demo's cast, made first where it is not there; two of them have a visit now, so that its room is open."""
    if casting.is_made(carefolio):
        casting.open_room(carefolio)
    else:
        with counting("Making the demo's people") as count:
            casting.make(carefolio, PATIENTS, SEED, count)
    people = casting.cast(carefolio)
    casting.offer(carefolio, people)
    return people


def run(carefolio: Carefolio, serving: Serving, told: Callable[[], None], ending: Ending) -> None:
    """Serve in this process until a signal comes; ``told`` is called when it answers. A log that does not extend what
    the keys remember is not served: what would be acknowledged then stood on another branch of it.

    Raises:
        Moved, Tampered: that came to be so, or everything was moved elsewhere. It has ended as by a signal, and
            nothing more was signed.
    """
    carefolio.checkpointer.make()
    stop = threading.Event()
    over: list[Failure] = []

    def end(why: Failure) -> None:
        over.append(why)
        os.kill(os.getpid(), signal.SIGTERM)  # at once where nobody listens for it yet: nothing was acknowledged then

    freeing = lambda: sign_ins(carefolio).close_unconfirmed(carefolio.door)  # noqa: E731 - loaded when it is due
    threads = [
        keep_checkpoints(carefolio, stop, end),
        *keep_telling(carefolio, stop, freeing),
        keep_sweeping(carefolio, stop),
        keep_counting(carefolio, stop),
    ]
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(carefolio, serving, told, ending))
    finally:
        stop.set()
        _join(threads)
    for why in over:
        raise why


def _join(threads: list[threading.Thread]) -> None:
    """Wait for all of them together: a mail server, or a bucket, may keep one waiting; it goes on at the next start."""
    deadline = monotonic() + JOIN_SECONDS
    for thread in threads:
        thread.join(max(0.0, deadline - monotonic()))


async def _serve(carefolio: Carefolio, serving: Serving, told: Callable[[], None], ending: Ending) -> None:
    loop = asyncio.get_running_loop()
    beside = ThreadPoolExecutor(None if serving.settings.postgres else BESIDE, thread_name_prefix="beside")
    loop.set_default_executor(beside)
    pages = await asyncio.to_thread(site, carefolio, loop, demo=serving.demo)
    settle()
    server = server_of(pages, serving.listening)
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    answering = loop.create_task(server.serve())
    stopping = loop.create_task(ended.wait())
    loop.call_soon(told)
    await asyncio.wait((answering, stopping), return_when=asyncio.FIRST_COMPLETED)
    ending.begin()
    server.stop()  # type: ignore[no-untyped-call]  # granian types its embedded server in part
    stopping.cancel()
    await asyncio.wait((answering,), timeout=STOP_SECONDS)
    await carefolio.database.leave()
    beside.shutdown(wait=False, cancel_futures=True)
    loop.set_default_executor(ThreadPoolExecutor(1))  # the loop waits for its executor when it is closed
    if answering.done():
        answering.result()


def listen_at(host: str, port: int) -> socket.socket:
    """The socket to serve at; for port 0 at one that is free. Raises a Failure for one that is taken."""
    try:
        return listen(host, port)
    except OSError as problem:
        raise broken(f"Carefolio cannot listen at {host}:{port}: {problem.strerror}. Choose another --port.") from None


def address_of(listening: socket.socket) -> str:
    """The address at which it is reached from this machine."""
    host, port = listening.getsockname()[:2]
    name = "127.0.0.1" if host in _WILDCARDS else host
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"
