"""A running endpoint inside the test process: real HTTP over a real socket, and coverage sees it. And the real
command as a process of its own, for what only a process shows.
"""

import asyncio
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvloop
from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server

from carefolio.assembly import Carefolio, application, keep_checkpoints, open_carefolio
from tests.ports import free_port
from tests.stores import processes_of, settings_of

READY_SECONDS = 20
POLL_SECONDS = 0.02
COMMAND = str(Path(sys.executable).with_name("carefolio"))


@dataclass
class Endpoint:
    """An opened installation that answers at ``address``."""

    carefolio: Carefolio
    address: str
    loop: asyncio.AbstractEventLoop
    server: Server
    thread: threading.Thread
    checkpoints: threading.Thread
    told: threading.Event

    @property
    def fhir(self) -> str:
        return f"{self.address}/fhir"

    def stop(self) -> None:
        self.loop.call_soon_threadsafe(self.server.stop)
        self.thread.join()
        self.told.set()
        self.checkpoints.join()
        self.carefolio.close()


def start(data: Path) -> Endpoint:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    carefolio = open_carefolio(settings_of(data, listens=address), create=True, serving=True)
    told = threading.Event()
    checkpoints = keep_checkpoints(carefolio, told, lambda why: None)
    begun: Future[tuple[asyncio.AbstractEventLoop, Server]] = Future()
    thread = threading.Thread(target=_run, args=(carefolio, port, begun), name="endpoint", daemon=True)
    thread.start()
    loop, server = begun.result(READY_SECONDS)
    await_port(port)
    return Endpoint(carefolio, address, loop, server, thread, checkpoints, told)


def _run(carefolio: Carefolio, port: int, begun: "Future[tuple[asyncio.AbstractEventLoop, Server]]") -> None:
    async def serve() -> None:
        server = Server(
            application(carefolio),
            address="127.0.0.1",
            port=port,
            interface=Interfaces.ASGINL,
            http=HTTPModes.http1,
            websockets=False,
            log_enabled=False,
        )
        begun.set_result((asyncio.get_running_loop(), server))
        await server.serve()
        await carefolio.database.leave()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve())


def await_port(port: int, tries: int = int(READY_SECONDS / POLL_SECONDS)) -> None:
    """Return once somebody listens there; a connection that is refused is tried again."""
    pause = threading.Event()
    for _ in range(tries):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            pause.wait(POLL_SECONDS)
        else:
            return
    raise TimeoutError(f"Nobody listens at port {port}.")


@contextmanager
def spawned(data: Path) -> Iterator[tuple[str, int]]:
    """The real command as a process of its own over ``data``: its address and its process number."""
    command = [COMMAND, "serve", "--data", str(data), "--port", "0", "--json"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=processes_of(data)
    ) as process:
        try:
            assert process.stdout is not None
            address = json.loads(process.stdout.readline())["address"]
            await_port(int(address.rpartition(":")[2]))
            yield address, process.pid
        finally:
            process.terminate()
            process.wait(READY_SECONDS)
