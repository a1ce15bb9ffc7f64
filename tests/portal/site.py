"""A running portal for tests: the real ``carefolio serve`` on a port and a data folder of its own, with a cast.

    site = Site(tmp_path / "data").start()      # or the module-scoped fixture ``site``
    ada = site.patient("Ada Quinn")             # Person: .email .password .id .code .actor (calls /fhir as her)
    ben = site.doctor("Ben Osei", hospital)     # verified, with an app: .secret, and .digits() are its code now
    site.inbox.take(ada.email, "Confirm")       # waits for the mail with this in its subject: .text .link
    site.shift(31 * 60)                         # the product's clock runs 31 minutes ahead (0 puts it right)
    site.kill(); site.start()                   # kill -9, and up again at the same address
    site.stop()                                 # ends it cleanly, mail server too

Browsers are in ``browser.py`` (httpx, fast) and ``windows.py`` (Chromium). Making a person costs no password hash:
they all have ``PASSWORD``. Nothing here sleeps; what has to be awaited is awaited by condition.
"""

from __future__ import annotations

import base64
import contextlib
import hmac
import json
import re
import select
import signal
import socket
import struct
import threading
import time
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from itertools import count
from pathlib import Path
from typing import Any

import httpx
from aiosmtpd.controller import Controller

from tests import prepared
from tests.acceptance.cast import Actor
from tests.acceptance.console import Console
from tests.acceptance.server import await_port
from tests.ports import free_port
from tests.stores import processes_of

PASSWORD = "three words in a row"
START_SECONDS = 40.0
STOP_SECONDS = 20.0
MAIL_SECONDS = 20.0
_LINK = re.compile(r"https?://\S+")
_PERIOD = 30
_numbers = count(1)


@dataclass(frozen=True)
class Mail:
    """An e-mail as it came to the mail server."""

    to: str
    subject: str
    text: str
    raw: bytes

    @property
    def link(self) -> str:
        """The first address in it."""
        found = _LINK.search(self.text)
        assert found, self.text
        return found[0]


class Inbox:
    """A mail server that keeps what it is sent."""

    def __init__(self) -> None:
        self.all: list[Mail] = []
        self._untaken: list[Mail] = []
        self._news = threading.Condition()
        self._server = Controller(self, hostname="127.0.0.1", port=free_port())
        self._server.start()
        self.url = f"smtp://127.0.0.1:{self._server.port}"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        raw = envelope.content
        message = message_from_bytes(raw, policy=default)
        body = message.get_body(preferencelist=("plain",))
        text = body.get_content() if body else ""
        with self._news:
            for to in envelope.rcpt_tos:
                mail = Mail(to, str(message["Subject"]), text, raw)
                self.all.append(mail)
                self._untaken.append(mail)
            self._news.notify_all()
        return "250 OK"

    def take(self, to: str, subject: str = "", seconds: float = MAIL_SECONDS) -> Mail:
        """The first mail to this address, with this in its subject, that was not taken yet; waits for it."""

        def found() -> Mail | None:
            return next((one for one in self._untaken if one.to == to and subject in one.subject), None)

        with self._news:
            mail = self._news.wait_for(found, seconds)
            assert mail, f"no mail to {to} about {subject!r}: {[(one.to, one.subject) for one in self.all]}"
            self._untaken.remove(mail)
            return mail

    def has(self, to: str, subject: str = "") -> bool:
        """Whether such a mail is there now and was not taken."""
        with self._news:
            return any(one.to == to and subject in one.subject for one in self._untaken)

    def close(self) -> None:
        self._server.stop()


@dataclass
class Person:
    """Somebody with a sign-in. ``id`` is ``Patient/…``'s or ``Practitioner/…``'s; ``actor`` calls ``/fhir`` as them."""

    name: str
    role: str
    email: str
    password: str
    person: str = ""
    code: str = ""
    secret: str = ""
    account: int = 0
    actor: Actor = field(default_factory=lambda: Actor(httpx.Client()))

    @property
    def id(self) -> str:
        return self.person.partition("/")[2]

    def digits(self, seconds: float = 0) -> str:
        """What their app shows (RFC 6238), so many seconds from now."""
        return digits(self.secret, seconds)


def digits(secret: str, seconds: float = 0) -> str:
    """What an app with this secret shows now (RFC 6238)."""
    counter = struct.pack(">Q", int(time.time() + seconds) // _PERIOD)
    mac = hmac.digest(base64.b32decode(secret), counter, "sha1")
    start = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


class Site:
    """A server over ``data``; ``env`` are more settings, as ``CAREFOLIO_PUBLIC_URL="https://…"``. ``watched``: its
    statements can be counted, and one can be made its last (``arm(3)``). Passwords are ``cheap`` to look at, but where
    it is measured what a look takes.
    """

    def __init__(self, data: Path, *extra: str, watched: bool = False, cheap: bool = True, **env: str) -> None:
        self.data = data
        self.watched = watched
        self.cheap = cheap
        self.extra = extra
        self.env = env
        self.port = free_port()
        self.inbox = Inbox()
        self.console = Console(data)
        self.process: prepared.Process | None = None
        self._asking = threading.Lock()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def errors(self) -> Path:
        """What the server says on standard error, of all its runs."""
        return self.data.parent / f"{self.data.name}.err"

    def start(self) -> Site:
        """Return when it answers."""
        ours, theirs = socket.socketpair()
        words = ["tests.portal.program", str(prepared.ALSO), "watched" if self.watched else "plain"]
        words += [
            "cheap" if self.cheap else "costly",
            "serve",
            "--json",
            "--port",
            str(self.port),
            "--data",
            str(self.data),
            *self.extra,
        ]
        env = processes_of(self.data) | {"CAREFOLIO_SMTP_URL": self.inbox.url} | self.env
        with self.errors.open("ab") as errors:
            self.process = prepared.start(words, env, stderr=errors.fileno(), also=[theirs.fileno()])
        theirs.close()
        self._line = ours.makefile("rw")
        ours.close()
        assert self.process.stdout is not None
        self.http = httpx.Client(base_url=self.address, timeout=60)
        ready, _, _ = select.select([self.process.stdout], [], [], START_SECONDS)
        told = self.process.stdout.readline() if ready else b""
        if not told:
            self.ended(0)
        await_port(self.port)
        self._ask({"data": str(self.data), "address": self.address})
        return self

    def stop(self) -> None:
        """End it cleanly; it cannot be started again."""
        self.down()
        self.inbox.close()

    def down(self) -> None:
        """End it cleanly; ``start`` brings it up again."""
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.ended(0)

    def kill(self) -> None:
        """kill -9."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.ended(-signal.SIGKILL)

    def ended(self, code: int) -> None:
        """It ends, or has ended, with this code."""
        assert self.process is not None
        assert self.process.stdout is not None
        process, self.process = self.process, None
        found = process.wait(STOP_SECONDS)
        process.stdout.close()
        with contextlib.suppress(ConnectionError):  # what it did not live to be asked is still in the buffer
            self._line.close()
        self.http.close()
        assert found == code, f"ended with {found}: {self.errors.read_text()[-3000:]}"

    # ── The line to its process (program.py) ──

    def visit(self, patient: Person, doctor: Person, status: str = "booked") -> str:
        """A visit of the patient's with the doctor; its id."""
        token = doctor.actor.token
        parties = ([one.person, one.name] for one in (patient, doctor))
        return str(self.ask("visit", token=token, patient=next(parties), doctor=next(parties), status=status))

    def ask(self, do: str, **arguments: Any) -> Any:
        """Have a method of ``program.Line`` run in the server's process."""
        return self._ask({"do": do, "with": arguments})

    def _ask(self, asking: dict[str, Any]) -> Any:
        with self._asking:
            answer = json.loads(self._say(asking) or '{"failed": "the server is gone"}')
        assert "failed" not in answer, answer["failed"]
        return answer["told"]

    def _say(self, asking: dict[str, Any]) -> str:
        """What it answers; nothing if it died before or over the question."""
        try:
            self._line.write(json.dumps(asking) + "\n")
            self._line.flush()
            return self._line.readline()
        except ConnectionError:
            return ""

    def arm(self, number: int) -> None:
        """The number-th statement that is written from now on is its last. What it does beside answering writes as
        well: it may have died before it has answered this.
        """
        with self._asking:
            answer = self._say({"do": "arm", "with": {"number": number}})
        assert json.loads(answer or '{"told": null}') == {"told": None}, answer

    def outlived(self) -> bool:
        """Whether it is past the statement that it was armed with; nothing is counted any more, and who died is over.

        A server that has answered may die yet: at what it writes after its answer, or beside it.
        """
        assert self.process is not None
        if self._say({"do": "statements", "with": {}}):
            return True
        self.ended(-signal.SIGKILL)
        return False

    def shift(self, seconds: float) -> None:
        """The product's clock runs so far ahead of the machine's."""
        self.ask("shift", seconds=seconds)

    def forget_tries(self) -> None:
        """Failed tries are forgotten, and a code that was used may be used once more (an app shows one for 30 s)."""
        self.ask("forget_tries")

    # ── The cast ──

    def hospital(self, name: str = "North Hospital", type_: str = "hospital") -> Actor:
        made = self.ask("hospital", name=name, type_=type_)
        return Actor(self.http, made["token"], organization=made["organization"])

    def patient(self, name: str = "Ada Quinn", *, person: str = "", **more: Any) -> Person:
        """A patient; ``person`` is the ``Patient/…`` that a hospital sent."""
        return self._person("patient", name, person=person, **more)

    def doctor(self, name: str = "Ben Osei", hospital: Actor | None = None, *, verified: bool = True) -> Person:
        """A doctor with a second factor."""
        return self.staff("doctor", name, hospital, verified=verified)

    def staff(self, role: str, name: str, hospital: Actor | None = None, *, verified: bool = True) -> Person:
        """Anybody who is no patient: admin, auditor, pharmacist, staff, researcher."""
        return self._person(role, name, hospital=hospital.organization if hospital else "", verified=verified)

    def _person(self, role: str, name: str, *, second_factor: bool | None = None, **more: Any) -> Person:
        email = more.pop("email", f"{role}{next(_numbers)}@example.org")
        password = more.pop("password", PASSWORD)
        new = {"role": role, "name": name, "email": email} | more
        staff = role != "patient" if second_factor is None else second_factor
        made = self.ask("person", new=new, password=password, second_factor=staff)
        actor = Actor(self.http, made["token"], made["person"], made["code"], email, more.get("hospital", ""))
        return Person(name, role, email, password, made["person"], made["code"], made["secret"], made["account"], actor)
