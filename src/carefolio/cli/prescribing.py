"""The demo's prescriptions: signed by a doctor at a visit; one was sent to a pharmacy, one waits for a choice."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from carefolio.assembly import Carefolio
from carefolio.base import clock
from carefolio.identity.accounts import Account
from carefolio.records.changes import Change, Method
from carefolio.records.door import Door
from carefolio.records.mandates import SCHEDULING, Under
from carefolio.records.visits import MODE, ZONE
from carefolio.workflows.prescribing import actions
from carefolio.workflows.prescribing.rules import Party, Wanted
from carefolio.workflows.registration.actions import issue_token

_REASON: Final = "Prescriptions"
_LONGEST_DAYS: Final = 60


class Desk:
    """What the demo's people do, each with a token of their own."""

    def __init__(self, carefolio: Carefolio) -> None:
        self._door = carefolio.door

    def do(self, who: Account, action: Callable[..., Awaitable[Any]], *args: Any, **more: Any) -> Any:
        """An action of a workflow, or a method of the door, by this account."""
        token = issue_token(self._door, str(who.email), minutes=5)
        caller = self._door.admit(token, "demo")

        async def run() -> Any:
            return await action(self._door, caller, *args, **more)

        return asyncio.run(run())


def prescribe(carefolio: Carefolio, doctor: Account, patient: Account, pharmacy: str) -> None:
    """Two prescriptions for a patient who has none yet, the first one sent to the pharmacy."""
    desk = Desk(carefolio)
    if desk.do(patient, actions.mine):
        return
    who, today = Party(patient.person, patient.name), clock.moment(clock.now()).date()
    desk.do(doctor, Door.write, [_visit(doctor, patient)], under=Under(SCHEDULING))
    first = _wanted(who, today)
    sent = desk.do(doctor, actions.prescribe, first)
    desk.do(patient, actions.send, sent, pharmacy)
    desk.do(doctor, actions.prescribe, replace(first, medicine="Omeprazole 20 mg", unit="capsule", repeats=0))


def _wanted(patient: Party, today: date) -> Wanted:
    return Wanted(
        patient=patient,
        medicine="Cetirizine 10 mg",
        dose=Decimal(1),
        unit="tablet",
        times=1,
        every=1,
        days=30,
        quantity=Decimal(30),
        repeats=2,
        until=today + timedelta(days=_LONGEST_DAYS),
        note="Take it in the evening.",
    )


def _visit(doctor: Account, patient: Account) -> Change:
    """A visit that ended an hour ago."""
    start = clock.now() - 2 * clock.HOUR
    actors = [{"reference": one.person, "display": one.name} for one in (patient, doctor)]
    resource = {
        "resourceType": "Appointment",
        "status": "fulfilled",
        "start": clock.instant(start),
        "end": clock.instant(start + clock.HOUR // 2),
        "participant": [{"actor": one, "status": "accepted"} for one in actors],
        "comment": _REASON,
        "extension": [{"url": MODE, "valueCode": "place"}, {"url": ZONE, "valueCode": "Europe/Dublin"}],
    }
    return Change(Method.CREATE, "Appointment", resource=resource)
