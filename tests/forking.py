"""The process that has loaded most of the product and forks itself whenever it is asked: see ``prepared.py``.

It has one thread, runs nothing of the product, and ends when whoever asks has gone.
"""

from __future__ import annotations

import gc
import json
import os
import runpy
import selectors
import signal
import socket
import struct
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import Any

MOST = 1 << 17
"""Bytes of one request: an environment is a few thousand."""
MOST_FILES = 16
_ABOVE = 100
"""Files that are handed on wait above this number while all below are closed."""
LOADED = (
    "carefolio.cli",
    "carefolio.cli.opening",
    "carefolio.cli.server",
    "carefolio.portal.wsgi",
    "carefolio.workflows.oversight.watch",
    "carefolio.workflows.sharing.actions",
    "django.contrib.auth.hashers",
    "django.core.management.commands.migrate",
    "django.db.models",
    "django.forms",
    "django.template.defaultfilters",
    "django.views.generic",
    "fido2.webauthn",
    "httpx",
    "typer._adapters",
)
"""What can be loaded before Django has its settings."""
ALSO_LOADED = {"postgresql": ("carefolio.base.database.postgres",)}
"""By the store that the tests run on: who has SQLite loads no driver."""
_STATUS = struct.Struct("i")


def serve(line: socket.socket) -> Callable[[], Any] | None:
    """Fork as often as asked. Answers in each forked process, with what it is to do; None when nobody asks any more."""
    begun = _forked(line)
    return None if begun is None else _begun(*begun)


def _forked(line: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    """In each forked process what was asked for and its open files."""
    with selectors.DefaultSelector() as watched:
        watched.register(line, selectors.EVENT_READ)
        while True:
            for key, _ in watched.select():
                if key.data is not None:
                    watched.unregister(key.fd)
                    _tell(key.fd, *key.data)
                    continue
                request, files, _, _ = socket.recv_fds(line, MOST, MOST_FILES)
                if not request:
                    return None
                pid = os.fork()
                if pid == 0:
                    line.detach()
                    return json.loads(request), files[1:]
                for each in files[1:]:
                    os.close(each)
                watched.register(os.pidfd_open(pid), selectors.EVENT_READ, (pid, files[0]))
                line.send(json.dumps(pid).encode())


def _tell(watch: int, pid: int, status: int) -> None:
    """The exit code to whoever waits for this one; it may be that nobody does."""
    _, ended = os.waitpid(pid, 0)
    with suppress(BrokenPipeError):
        os.write(status, _STATUS.pack(os.waitstatus_to_exitcode(ended)))
    os.close(status)
    os.close(watch)


def _begun(asked: dict[str, Any], streams: list[int]) -> Callable[[], Any]:
    """In the forked process: everything as if it had been started with this."""
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["env"])
    time.tzset()
    held = [os.dup2(each, _ABOVE + number) for number, each in enumerate(streams)]
    os.closerange(0, _ABOVE)
    for number, each in enumerate(held):
        os.dup2(each, number)
        os.close(each)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    module, *sys.argv[1:] = asked["words"]
    return lambda: _run(module)


def _run(module: str) -> None:
    if module == "carefolio.cli":
        import_module(module).main()
    else:
        runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in (*LOADED, *ALSO_LOADED.get(os.environ.get("TEST_STORE", ""), ())):
        import_module(name)
    gc.freeze()  # what is forked shares these pages for as long as nobody writes to them
    work = serve(socket.socket(fileno=int(sys.argv[1])))
    if work is not None:
        work()
