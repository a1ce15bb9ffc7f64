"""The platform as one process: Granian on an event loop of ours, and what runs beside it."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass
from functools import partial

import uvloop

from carefolio.assembly import Carefolio, keep_checkpoints, keep_sweeping, keep_telling, open_carefolio, site
from carefolio.base.failures import broken
from carefolio.base.serving import server_of, settle, suit_a_server
from carefolio.base.settings import Settings
from carefolio.cli import casting
from carefolio.cli.casting import SignIn
from carefolio.cli.demo import PATIENTS, SEED
from carefolio.cli.options import answer, say
from carefolio.cli.progress import counting
from carefolio.cli.story import tell

STOP_SECONDS = 4
"""How long answers that are under way may take when the server is told to stop."""
_OPENING_SECONDS, _OPENING_TRIES = 0.02, 250
_WILDCARDS = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - they are recognised here, not bound to


@dataclass(frozen=True, slots=True)
class Listening:
    """Where the server listens, and whether its sign-in page offers the demo's people."""

    host: str
    port: int
    demo: bool = False


def serve(settings: Settings, port: int, *, host: str, demo: bool, as_json: bool) -> None:
    """Serve the installation until a signal comes."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    suit_a_server()
    with closing(open_carefolio(settings, create=True, serving=True)) as carefolio:
        people = _people(carefolio) if demo else []
        address = f"http://{reached_at(host)}:{port}"
        words = f"Carefolio is at {address}. Ctrl-C ends it."
        if demo:
            words = f"{tell(address, people)}\n# {words}"
        told = partial(
            answer, {"address": address, "people": [asdict(each) for each in people]}, words, as_json=as_json
        )
        _run(carefolio, Listening(host, port, demo=demo), told)
    say("Carefolio has stopped.")


def _people(carefolio: Carefolio) -> list[SignIn]:
    """The demo's cast, made first where it is not there."""
    if not casting.is_made(carefolio):
        with counting("Making the demo's people") as count:
            casting.make(carefolio, PATIENTS, SEED, count)
    people = casting.cast(carefolio)
    casting.offer(carefolio, people)
    return people


def _run(carefolio: Carefolio, listening: Listening, told: Callable[[], None]) -> None:
    """Serve until a signal comes; ``told`` is called when the port is open."""
    stop = threading.Event()
    checkpoints = keep_checkpoints(carefolio, stop)
    others = [*keep_telling(carefolio, stop), keep_sweeping(carefolio, stop)]
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(carefolio, listening, told))
    finally:
        stop.set()
        checkpoints.join()
        for thread in others:
            thread.join(STOP_SECONDS)  # a mail server, or a bucket, may keep one waiting; it goes on at the next start


async def _serve(carefolio: Carefolio, listening: Listening, told: Callable[[], None]) -> None:
    """Serve until a signal comes. One process: whoever kills it leaves nothing running behind."""
    loop = asyncio.get_running_loop()
    pages = await asyncio.to_thread(site, carefolio, loop, demo=listening.demo)
    settle()
    server = server_of(pages, listening.host, listening.port)
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    serving = loop.create_task(server.serve())
    stopping = loop.create_task(ended.wait())
    opening = loop.create_task(_tell_when_open(listening.host, listening.port, told))
    await asyncio.wait((serving, stopping), return_when=asyncio.FIRST_COMPLETED)
    server.stop()  # type: ignore[no-untyped-call]  # granian types its embedded server in part
    stopping.cancel()
    opening.cancel()
    await asyncio.wait((serving,), timeout=STOP_SECONDS)
    if serving.done():
        serving.result()


async def _tell_when_open(host: str, port: int, told: Callable[[], None]) -> None:
    """Granian opens the port on a thread of its own; nobody is told of an address that refuses them."""
    for _ in range(_OPENING_TRIES):
        try:
            _, writer = await asyncio.open_connection(host or None, port)
        except OSError:
            await asyncio.sleep(_OPENING_SECONDS)
        else:
            writer.close()
            break
    told()
    sys.stdout.flush()


def free_port(host: str, port: int) -> int:
    """The port, if nobody listens there; for 0 one that is free. Granian would share a taken one without a word."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError as problem:
            raise broken(
                f"Carefolio cannot listen at {host}:{port}: {problem.strerror}. Choose another --port."
            ) from None
        chosen: int = probe.getsockname()[1]
        return chosen


def reached_at(host: str) -> str:
    """The host as it stands in an address."""
    name = "127.0.0.1" if host in _WILDCARDS else host
    return f"[{name}]" if ":" in name else name
