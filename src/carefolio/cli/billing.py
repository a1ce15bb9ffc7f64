"""The demo's fees, bills and ratings: doctors ask for them, patients have paid some, and say how their visits were."""

from __future__ import annotations

from itertools import cycle
from typing import Final

from carefolio.assembly import Carefolio
from carefolio.cli.prescribing import Desk
from carefolio.consent.principal import Role
from carefolio.identity.accounts import Account
from carefolio.records.door import Door, Handling
from carefolio.records.visits import Visit, visit_in
from carefolio.workflows.payments import actions as paying
from carefolio.workflows.payments import reading
from carefolio.workflows.payments.actions import Draft
from carefolio.workflows.payments.fees import fees_of
from carefolio.workflows.payments.money import Money
from carefolio.workflows.payments.providers.offline import Offline
from carefolio.workflows.payments.rules import Line
from carefolio.workflows.reviewing import actions as reviewing
from carefolio.workflows.reviewing.rules import Rating

_DOCTORS: Final = 6
_FEES: Final = {"video": Money(4500, "EUR"), "place": Money(6000, "EUR"), "phone": Money(3000, "EUR")}
_TERMS: Final = "At the desk, or by transfer within 30 days."
_SAID: Final = (
    Rating(5, "Listened to me and took their time."),
    Rating(4, "Kind and clear."),
    Rating(5),
    Rating(3, "I waited for half an hour."),
)


def charge(carefolio: Carefolio) -> None:
    """Fees for some doctors who have none yet, a bill for each visit that was kept, and what its patient says of it."""
    desk, said, paid = Desk(carefolio), cycle(_SAID), cycle((False, True))
    doctors = [one for one in carefolio.accounts.of_role(carefolio.database, Role.DOCTOR.value) if one.verified]
    for doctor in doctors[:_DOCTORS]:
        post = reading.fees_resource(carefolio.door, doctor.person)
        if not post or fees_of(post):
            continue
        desk.do(doctor, paying.set_fees, _FEES)
        for visit in _kept(desk, doctor):
            _bill(desk, doctor, visit, paid=next(paid))
            patient = carefolio.accounts.of_person(carefolio.database, visit.patient.reference)
            if patient is not None:
                desk.do(patient, reviewing.rate, visit.id, next(said))


def _kept(desk: Desk, doctor: Account) -> list[Visit]:
    pairs = [("practitioner", doctor.person), ("_count", "50")]
    _query, found = desk.do(doctor, Door.search, "Appointment", pairs, Handling())
    visits = map(visit_in, found.matches)
    return sorted((one for one in visits if one.ours and one.status == "fulfilled"), key=lambda one: one.start)


def _bill(desk: Desk, doctor: Account, visit: Visit, *, paid: bool) -> None:
    fee = _FEES.get(visit.mode, _FEES["place"])
    draft = Draft(f"{visit.id}.demo", visit.id, (Line("Visit", fee),), fee.currency, _TERMS)
    bill = desk.do(doctor, paying.write_bill, draft)
    if paid:
        desk.do(doctor, paying.receive, Offline(), bill)
