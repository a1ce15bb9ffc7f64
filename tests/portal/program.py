"""The real ``carefolio`` command with a line to the test: ``python -m tests.portal.program FD watched|plain serve …``.

The line (a socket, one JSON object a line each way) moves the product's clock, makes people in the server's own process
(Django has one installation a process, and the test's process may have many), and kills the process at a chosen
statement to a database.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sqlite3
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import ScryptPasswordHasher

from carefolio.assembly import open_carefolio, sign_ins
from carefolio.base import clock
from carefolio.base.ids import new_id
from carefolio.base.settings import read_settings
from carefolio.cli import main
from carefolio.fhir.dates import interval
from carefolio.fhir.json import parse
from carefolio.ledger import reading
from carefolio.records.changes import Change, Method
from carefolio.records.mandates import SCHEDULING, Under
from carefolio.records.visits import MODE, VIDEO
from carefolio.workflows.payments import actions as paying
from carefolio.workflows.payments.money import Money
from carefolio.workflows.payments.providers.offline import Offline
from carefolio.workflows.payments.rules import Line as Line_
from carefolio.workflows.registration import actions, hospitals
from carefolio.workflows.registration.rules import (
    Gender,
    HospitalType,
    NewHospital,
    NewPerson,
    NewPharmacist,
    PersonRole,
)
from carefolio.workflows.reviewing import actions as reviewing
from carefolio.workflows.reviewing.rules import Rating

TOKEN_MINUTES = 366 * 24 * 60
WORK_FACTOR = 1 << 8
"""scrypt's, for passwords, where a site's are cheap: the product's own has each take a fifth of a second, and here
hundreds are looked at.
"""
WRITING = ("INSERT", "UPDATE", "DELETE", "COMMIT", "REPLACE")


class Statements:
    """Counts what is written to any database of this process; the n-th statement after ``arm`` is its last."""

    def __init__(self) -> None:
        self.left = 0
        self.seen: list[str] = []
        self.armed = False

    def watch(self) -> None:
        """Every connection that this process opens from now on, Django's and the platform's."""
        connect = sqlite3.connect

        def watched(*args: Any, **more: Any) -> sqlite3.Connection:
            connection = connect(*args, **more)
            connection.set_trace_callback(self.step)
            return connection

        sqlite3.connect = sqlite3.dbapi2.connect = watched  # type: ignore[attr-defined]

    def step(self, sql: str) -> None:
        if not self.armed or not sql.lstrip().upper().startswith(WRITING):
            return
        self.seen.append(sql.lstrip().split("VALUES")[0][:80])
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


class Line:
    """What the test may ask of the server's process."""

    def __init__(self, statements: Statements, data: Path, address: str) -> None:
        self._statements = statements
        self._settings = read_settings(data, listens=address)
        self._carefolio = open_carefolio(self._settings)
        self._encoded: dict[str, str] = {}

    def shift(self, seconds: float) -> None:
        clock.shift(int(seconds * clock.SECOND))

    def tell_of_ends(self) -> None:
        """What the server does once a minute: write down, and tell, which contracts have ended; remind of visits."""
        self._carefolio.door.expiry.run()
        self._carefolio.door.reminding.run()

    def do_daily(self) -> None:
        """What the server does once a day: free the e-mails that nobody confirmed."""
        sign_ins(self._carefolio).close_unconfirmed(self._carefolio.door)

    def arm(self, number: int) -> None:
        """The number-th statement that writes is the process's last; 0: only count."""
        self._statements.seen.clear()
        self._statements.left, self._statements.armed = number, True

    def statements(self) -> list[str]:
        """What was written since ``arm``; nothing is counted any more."""
        self._statements.armed = False
        return list(self._statements.seen)

    def forget_tries(self) -> None:
        """Failed tries, and codes that were used once, are forgotten."""
        from django.core.cache import cache  # noqa: PLC0415 - Django is configured by now

        cache.clear()

    def hospital(self, name: str, type_: str = "hospital") -> dict[str, str]:
        made = actions.add_hospital(self._carefolio.door, NewHospital(name, HospitalType(type_)))
        return {"organization": made.organization, "token": made.token}

    def person(self, new: dict[str, Any], password: str, second_factor: bool) -> dict[str, Any]:
        """Somebody with a sign-in, whose e-mail counts as confirmed."""
        from django.contrib.auth.hashers import make_password  # noqa: PLC0415

        from carefolio.portal.accounts.models import SignIn  # noqa: PLC0415

        carefolio = self._carefolio
        given = new | {"role": PersonRole(new["role"]), "gender": Gender(new["gender"]) if new.get("gender") else None}
        made = actions.add_person(carefolio.door, NewPerson(**given))
        account = carefolio.accounts.of_email(carefolio.database, made.account)
        console = sign_ins(carefolio)
        console.add_sign_in(account, None, second_factor=second_factor)
        if password not in self._encoded:
            self._encoded[password] = make_password(password)
        SignIn.objects.filter(account=account.number).update(password=self._encoded[password])
        return {
            "account": account.number,
            "person": made.person,
            "code": made.code,
            "token": actions.issue_token(carefolio.door, made.account, minutes=TOKEN_MINUTES),
            "secret": self.secret(made.account),
        }

    def visit(self, token: str, patient: list[str], doctor: list[str], status: str, start: int = 0) -> str:
        """A video visit, by the token of one of its sides, each a reference and a name; its id."""
        begin = start or interval("2030-05-06T09:00:00Z")[0]
        actors = [{"reference": reference, "display": name} for reference, name in (patient, doctor)]
        appointment = {
            "resourceType": "Appointment",
            "status": status,
            "participant": [{"actor": actor, "status": "accepted"} for actor in actors],
            "start": clock.instant(begin),
            "end": clock.instant(begin + 20 * clock.MINUTE),
            "extension": [{"url": MODE, "valueCode": VIDEO}],
        }
        door = self._carefolio.door
        change = Change(Method.CREATE, "Appointment", resource=appointment)
        made = asyncio.run(door.write(door.admit(token, "test"), [change], under=Under(SCHEDULING)))
        return made[0].row.id

    def call_off(self, token: str, visit: str) -> None:
        """The doctor whose token this is cannot take a visit."""
        door = self._carefolio.door
        off = parse(asyncio.run(door.read(token, "test", "Appointment", visit)).body) | {"status": "cancelled"}
        change = Change(Method.UPDATE, "Appointment", visit, off)
        asyncio.run(door.write(door.admit(token, "test"), [change], under=Under(SCHEDULING)))

    def bill(self, token: str, visit: str, *, paid: bool) -> str:
        """A bill of this doctor's for a visit, paid at the desk or not; its id. Video visits have a fee then."""
        door = self._carefolio.door
        caller, fee = door.admit(token, "test"), Money(6000, "EUR")
        asyncio.run(paying.set_fees(door, caller, {VIDEO: fee}))
        draft = paying.Draft(new_id(), visit, (Line_("Visit", fee),), "EUR", "Pay to our account within 30 days.")
        made = asyncio.run(paying.write_bill(door, caller, draft))
        if paid:
            asyncio.run(paying.receive(door, caller, Offline(), made))
        return made

    def rate(self, token: str, visit: str, score: int, words: str) -> None:
        """What this patient says of a visit."""
        door = self._carefolio.door
        asyncio.run(reviewing.rate(door, door.admit(token, "test"), visit, Rating(score, words)))

    def secret(self, email: str) -> str:
        """What this person's app holds; empty without one."""
        from allauth.mfa.adapter import get_adapter  # noqa: PLC0415
        from allauth.mfa.models import Authenticator  # noqa: PLC0415

        found = Authenticator.objects.filter(user__email=email, type=Authenticator.Type.TOTP).first()
        return get_adapter().decrypt(found.data["secret"]) if found else ""

    def enter(self, email: str) -> dict[str, str]:
        """The cookie of a new session of this person, both factors given: for tests that are not about signing in."""
        from django.conf import settings  # noqa: PLC0415
        from django.contrib import auth  # noqa: PLC0415

        from carefolio.portal.accounts import admission  # noqa: PLC0415
        from carefolio.portal.accounts.models import SignIn  # noqa: PLC0415
        from carefolio.portal.accounts.sessions import SessionStore, signed  # noqa: PLC0415

        user = SignIn.objects.get(email=email)
        session = SessionStore()
        session[auth.SESSION_KEY] = str(user.pk)
        session[auth.BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[auth.HASH_SESSION_KEY] = user.get_session_auth_hash()
        session[admission.FACTOR] = user.pk
        session.save()
        return {settings.SESSION_COOKIE_NAME: signed(session.session_key)}

    def routes(self) -> list[dict[str, Any]]:
        """Every address of the URLconf: its name, its pattern, and who its view says it is for."""
        from django.urls import get_resolver  # noqa: PLC0415

        from tests.portal.routes import walk  # noqa: PLC0415

        return list(walk(get_resolver()))

    def pass_over(self, entries: int) -> None:
        """A page of a trail passes over so many entries that it does not show."""
        reading.LOOKED_AT = entries

    def work_factor(self, email: str) -> int:
        """What was paid for this person's password."""
        from carefolio.portal.accounts.models import SignIn  # noqa: PLC0415 - Django is configured by now

        return int(SignIn.objects.get(email=email).password.split("$")[1])

    def half_signed_up(self, email: str, password: str) -> None:
        """Somebody is signing up: their sign-in is there, their account is not."""
        from carefolio.portal.accounts.models import SignIn  # noqa: PLC0415

        SignIn.objects.make(email, password, is_active=False)

    def added_without_sign_in(self, admin: str, pharmacy: str, name: str, email: str) -> bool:
        """An admin adds a pharmacist, it crashes behind the account, and there is a next start: whether the sign-in of
        then has a password.
        """
        door, carefolio = self._carefolio.door, self._carefolio
        by = carefolio.accounts.of_email(carefolio.database, admin)
        hospitals.add_pharmacist(door, by, pharmacy, NewPharmacist(name, email, "PSI 1", "Register"))
        return self._started_with_password(email)

    def put_without_sign_in(self, role: str, email: str) -> bool:
        """The same where the operator adds somebody on the console."""
        actions.add_person(self._carefolio.door, NewPerson(PersonRole(role), "Kit Killed", email))
        return self._started_with_password(email)

    def _started_with_password(self, email: str) -> bool:
        from carefolio.portal.accounts import signing_up  # noqa: PLC0415 - Django is configured by now
        from carefolio.portal.accounts.models import SignIn  # noqa: PLC0415 - Django is configured by now

        signing_up.finish(self._carefolio.door)
        return SignIn.objects.get(email=email).has_usable_password()

    def standing(self, email: str) -> dict[str, bool]:
        """What there is of somebody who signs up."""
        from carefolio.portal.accounts.models import SignIn  # noqa: PLC0415

        account = self._carefolio.accounts.of_email(self._carefolio.database, email)
        found = SignIn.objects.filter(email=email).first()
        joined = found is not None and account is not None and found.account == account.number
        return {"account": account is not None, "sign_in": found is not None, "active": joined and found.is_active}

    def an_hour_passes(self, email: str, hours: int = 1) -> None:
        """For a sign-up that was broken off, or not confirmed."""
        from datetime import timedelta  # noqa: PLC0415

        from django.utils import timezone  # noqa: PLC0415

        from carefolio.portal.accounts.models import SignIn  # noqa: PLC0415

        SignIn.objects.filter(email=email).update(began=timezone.now() - timedelta(hours=hours))

    def tried(self, email: str, count: int) -> None:
        """As so many wrong passwords for this account do, from devices that nobody knows."""
        from django.core.cache import cache  # noqa: PLC0415

        from carefolio.portal.accounts import attempts  # noqa: PLC0415

        cache.set(f"attempts/account/{attempts._mark(email)}", count, attempts.ACCOUNT.seconds)

    def fill_counters(self, count: int) -> None:
        """As so many tries with made-up e-mails do."""
        from django.core.cache import cache  # noqa: PLC0415

        for number in range(count):
            cache.add(f"attempts/account/made-up-{number}", 1, 600)

    def draft(self, email: str, form: str) -> dict[str, list[str]] | None:
        """What this person typed into the form."""
        from django.http import HttpRequest  # noqa: PLC0415

        from carefolio.portal.accounts.models import SignIn  # noqa: PLC0415
        from carefolio.portal.drafts.keep import draft_of  # noqa: PLC0415

        request = HttpRequest()
        request.user = SignIn.objects.get(email=email)
        found = draft_of(request, form)
        return None if found is None else dict(found.lists())

    def drafts(self, email: str) -> int:
        """How many there are of this person's."""
        from carefolio.portal.drafts.models import Draft  # noqa: PLC0415

        return Draft.objects.filter(sign_in__email=email).count()

    def age(self, key: str, seconds: float) -> None:
        """What was shown in this session was shown so much earlier."""
        from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY  # noqa: PLC0415

        from carefolio.portal.accounts.sessions import SessionStore  # noqa: PLC0415

        session = SessionStore(key.partition(":")[0])
        for record in session[AUTHENTICATION_METHODS_SESSION_KEY]:
            record["at"] -= seconds
        session.modified = True
        session.save()

    def session(self, key: str) -> dict[str, Any]:
        """What the session of this cookie holds."""
        from carefolio.portal.accounts.sessions import SessionStore  # noqa: PLC0415

        return dict(SessionStore(key.partition(":")[0]).load())


def listen(line: socket.socket, statements: Statements) -> None:
    """Answer what the test asks, until it hangs up. The first thing it says is where the server is."""
    with line.makefile("rw") as stream:
        asked: Line | None = None
        for text in stream:
            asking = json.loads(text)
            try:
                if asked is None:
                    asked = Line(statements, Path(asking["data"]), asking["address"])
                    told: Any = None
                else:
                    work: Callable[..., Any] = getattr(asked, asking["do"])
                    told = work(**asking["with"])
                answer = {"told": told}
            except Exception as problem:  # noqa: BLE001 - the test is told, whatever it is
                answer = {"failed": f"{type(problem).__name__}: {problem}"}
            stream.write(json.dumps(answer) + "\n")
            stream.flush()


if __name__ == "__main__":
    number = int(sys.argv.pop(1))
    counted = Statements()
    if sys.argv.pop(1) == "watched":
        counted.watch()
    if sys.argv.pop(1) == "cheap":
        ScryptPasswordHasher.work_factor = WORK_FACTOR
    threading.Thread(target=listen, args=(socket.socket(fileno=number), counted), daemon=True).start()
    main()
