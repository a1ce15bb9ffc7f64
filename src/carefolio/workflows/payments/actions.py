"""Paying's actions, one an intention: all of them through the door, each in one write or in the three steps of money.

1. Claim: the attempt (a PaymentNotice with a name of its own) and the bill that says it goes on, in one write. Of a
   hundred who press "pay" at once the bill's version lets one through; the others find the attempt and go on with it.
2. Ask the provider, under the attempt's name. Asked twice, it does and says what it did and said the first time.
3. Write down what it says: the attempt and the bill, in one write.

If we crash before 1, nothing was asked for. If between 1 and 2, an attempt is open that the provider knows nothing of:
whoever looks at the bill, or the task that runs every minute, asks again under its name, which makes it or finds it. If
between 2 and 3, money may have moved that we do not show yet: the same question finds it. After 3 all is said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, TypeVar

from carefolio.base import clock
from carefolio.base.failures import Category, Failure, absent, conflict, forbidden, stale, unavailable
from carefolio.base.ids import derived_id
from carefolio.consent.principal import Role
from carefolio.notify.notices import NoticeKind
from carefolio.records.carried import FEE
from carefolio.records.changes import Change, Method
from carefolio.records.directory import post_of
from carefolio.records.door import Door
from carefolio.records.entries import Caller
from carefolio.records.mandates import PAYING, Telling, Under
from carefolio.records.visits import Visit
from carefolio.workflows.payments import rules, shapes
from carefolio.workflows.payments.asking import Patience, asked
from carefolio.workflows.payments.fees import fees_of, with_fees
from carefolio.workflows.payments.money import Money
from carefolio.workflows.payments.providers.offline import Offline
from carefolio.workflows.payments.providers.port import Provider
from carefolio.workflows.payments.reading import attempt as read_attempt
from carefolio.workflows.payments.reading import bill as read_bill
from carefolio.workflows.payments.reading import issuer_of, visit
from carefolio.workflows.payments.rules import Answer, Attempt, Bill, Kind, Line, Outcome, Way

T = TypeVar("T")
Resource = dict[str, Any]
_TRIES = 8
_CHANGED = "This was changed since you looked at it. Look at it again before you decide."
_CALLED_OFF = "This visit does not take place, so there is nothing to pay."
_DESK = Offline()


@dataclass(frozen=True, slots=True)
class Draft:
    """A bill to be written: ``name`` is made with the form, so that sending it twice writes one."""

    name: str
    visit: str
    lines: tuple[Line, ...]
    currency: str
    terms: str = ""


class Paying(NamedTuple):
    """A bill and, while its payment goes on at the provider's, the address of the page there; ``why``, in a word, where
    the provider does not take it.
    """

    bill: Bill
    url: str = ""
    why: str = ""


# ── the doctor ──


async def set_fees(door: Door, caller: Caller, fees: Mapping[str, Money]) -> None:
    """Say what a visit of each kind costs from now on; bills that are written stay as they are."""
    reference, post = post_of(door.parts, caller.principal.person, FEE)
    if caller.principal.role is not Role.DOCTOR or not reference:
        raise forbidden("Only a doctor with a profile sets fees.")
    changed = with_fees(post, fees)
    if changed != post:
        version = int(post["meta"]["versionId"])
        change = Change(Method.UPDATE, "PractitionerRole", post["id"], changed, if_match=version)
        await _write(door, caller, [change])


async def write_bill(door: Door, caller: Caller, draft: Draft) -> str:
    """Write a bill for a visit and tell the patient; answers its id."""
    seen = await visit(door, caller, draft.visit)
    if seen.doctor.reference != caller.principal.person or seen.status not in rules.BILLABLE:
        raise conflict("A bill is written by the doctor of a visit, once it is booked.")
    rules.refuse_lines(draft.lines, draft.currency)
    made = _bill(door, seen, draft)
    await _put(door, caller, made, (Telling(made.patient.reference, NoticeKind.BILL, _about(made)),))
    return made.id


async def cancel(door: Door, caller: Caller, id_: str, why: str) -> None:
    """The doctor takes a bill back that nobody has paid."""
    made = await _own(door, caller, id_)
    changed = rules.cancel(made, why)
    if changed != made:
        tell = Telling(made.patient.reference, NoticeKind.BILL_CANCELLED, _about(made))
        await _write(door, caller, [_update(changed)], tell)


async def receive(door: Door, caller: Caller, provider: Provider, id_: str) -> Bill:
    """The doctor says that the money came, at the desk or by transfer. A payment that goes on elsewhere is stopped
    first; if it was made already, that is the one.
    """
    made = await _own(door, caller, id_)
    if made.open and not made.is_paid:
        made = await stop(door, caller, provider, id_)
    if made.is_paid:
        return made
    return (await _move(door, caller, _DESK, _payment_in(Way.OFFLINE), id_)).bill


async def refund(door: Door, caller: Caller, provider: Provider, id_: str, wanted: tuple[Money, int]) -> Bill:
    """The doctor pays back an amount, the way that the money came; ``wanted`` says with how many refunds they saw the
    bill, so that sending it twice pays back once.
    """
    amount, seen = wanted
    made = await _own(door, caller, id_)
    if made.refunds != seen:
        raise stale(_CHANGED)
    payment = await _payment(door, caller, made)

    def claim(bill: Bill) -> Claimed:
        if bill.refunds != seen:
            raise stale(_CHANGED)
        return rules.claim_refund(bill, payment.way, amount, clock.now())

    return (await _move(door, caller, _mover(provider, payment), claim, id_)).bill


# ── the patient ──


async def take_bill(door: Door, caller: Caller, visit_id: str) -> str:
    """The bill for a visit at the doctor's fee, for whoever pays when they book; answers its id, "" when such a visit
    costs nothing. Asked twice, it is the same bill.
    """
    made = _fee_bill(door, caller, await visit(door, caller, visit_id))
    if made is None:
        return ""
    await _put(door, caller, made, ())
    return made.id


async def offer(door: Door, caller: Caller, visit_id: str) -> Bill | None:
    """What that bill would say; None when there is nothing to pay."""
    seen = await visit(door, caller, visit_id)
    return _fee_bill(door, caller, seen)


async def pay(door: Door, caller: Caller, provider: Provider, id_: str) -> Paying:
    """Pay by card: answers where the payer goes on. Pressing twice, or a hundred times at once, is one payment."""
    made = await read_bill(door, caller, id_)
    if made.patient.reference != caller.principal.person or provider.way is Way.OFFLINE:
        raise conflict("This bill is paid at the desk or by transfer.")
    if made.visit and not made.is_paid and (await visit(door, caller, made.visit)).status not in rules.BILLABLE:
        raise conflict(_CALLED_OFF)
    return await _move(door, caller, provider, _payment_in(provider.way), id_)


# ── both, and the platform ──


async def look(door: Door, caller: Caller, provider: Provider, id_: str) -> Bill:
    """A bill as it stands: of a payment that goes on the provider is asked, since its message may have been lost.
    Raises UNAVAILABLE where it does not answer soon: what was known before still is.
    """
    made = await read_bill(door, caller, id_)
    if not made.open:
        return made
    attempt = await read_attempt(door, caller, made.open)
    answer = await _asked(door, caller, provider, attempt, Patience.GLANCE)
    return await _finish(door, caller, attempt.id, answer)


async def stop(door: Door, caller: Caller, provider: Provider, id_: str) -> Bill:
    """Go another way: a payment that was begun is not made any more, unless it was made already."""
    made = await read_bill(door, caller, id_)
    if not made.open or made.is_paid:
        return made
    attempt = await read_attempt(door, caller, made.open)
    mover = _mover(provider, attempt)
    answer = await asked(mover, lambda: mover.stop(attempt))
    return await _finish(door, caller, attempt.id, answer)


async def settle(door: Door, provider: Provider, attempt_id: str, patience: Patience = Patience.ACT) -> Bill:
    """Finish an attempt for whoever began it, as the platform: a message came, or none came for too long."""
    caller = door.behalf.caller(PAYING, "PaymentNotice", attempt_id)
    attempt = await read_attempt(door, caller, attempt_id)
    if not attempt.is_open:
        return await read_bill(door, caller, attempt.bill)
    return await _finish(door, caller, attempt_id, await _asked(door, caller, provider, attempt, patience))


# ── how ──

Claimed = tuple[Bill, Attempt | None]
"""The bill as it becomes, and the attempt, None where there is nothing to do any more."""
Claim = Callable[[Bill], Claimed]


def _payment_in(way: Way) -> Claim:
    return lambda bill: (bill, None) if bill.is_paid else rules.claim_payment(bill, way, clock.now())


async def _move(door: Door, caller: Caller, provider: Provider, claim: Claim, id_: str) -> Paying:
    """The three steps; ``claim`` raises when the bill is not in a state for it."""
    bill, attempt = await _claimed(door, caller, claim, id_)  # 1
    if attempt is None:
        return Paying(bill)
    if attempt.way is not provider.way:
        raise rules.refusal(bill)
    answer = await _asked(door, caller, provider, attempt)  # 2
    return Paying(await _finish(door, caller, attempt.id, answer), answer.url, answer.why)  # 3


async def _asked(
    door: Door, caller: Caller, provider: Provider, attempt: Attempt, patience: Patience = Patience.ACT
) -> Answer:
    """What the provider says of an attempt; it is asked to move the money where it was not yet."""
    mover = _mover(provider, attempt)
    if attempt.kind is Kind.PAYMENT:
        unhurried = patience is Patience.UNHURRIED
        return await asked(mover, lambda: mover.ask(attempt, unhurried=unhurried), patience)
    payment = await _payment(door, caller, await read_bill(door, caller, attempt.bill))
    return await asked(mover, lambda: mover.give_back(attempt, payment), patience)


def _mover(provider: Provider, attempt: Attempt) -> Provider:
    """Whoever moves this attempt's money; the desk is always there."""
    if attempt.way is Way.OFFLINE:
        return _DESK
    if attempt.way is not provider.way:
        raise unavailable(
            "This was paid in a way that is not set up here any more. Those who run this site can set it up."
        )
    return provider


async def _claimed(door: Door, caller: Caller, claim: Claim, id_: str) -> Claimed:
    """The attempt that goes on now: ours, or that of whoever was first; none for a bill that was paid meanwhile."""
    for _ in range(_TRIES):
        bill = await read_bill(door, caller, id_)
        if bill.open and not bill.is_paid:
            return bill, await read_attempt(door, caller, bill.open)
        claimed, attempt = claim(bill)
        if attempt is None:
            return bill, None
        try:
            await _write(door, caller, [_update(claimed), _created(attempt)])
        except Failure as late:
            if late.category is not Category.STALE:
                raise
            continue
        return claimed, attempt
    raise stale(_CHANGED)


async def _finish(door: Door, caller: Caller, attempt_id: str, answer: Answer) -> Bill:
    """Write down what the provider said, if nobody did meanwhile."""
    for _ in range(_TRIES):
        attempt = await read_attempt(door, caller, attempt_id)
        bill = await read_bill(door, caller, attempt.bill)
        settled, closed = rules.settle(bill, attempt, answer, clock.now())
        if closed == attempt:
            return bill
        changes = [_notice(closed)] if settled == bill else [_notice(closed), _update(settled)]
        try:
            await _write(door, caller, changes, *_told(settled, closed))
        except Failure as late:
            if late.category is not Category.STALE:
                raise
            continue
        return replace(settled, version=bill.version + 1)
    raise stale(_CHANGED)


def _told(bill: Bill, attempt: Attempt) -> Sequence[Telling]:
    if attempt.outcome is not Outcome.DONE:
        return ()
    about = _about(bill) | {"amount": attempt.amount.minor}
    if attempt.kind is Kind.REFUND:
        return (Telling(bill.patient.reference, NoticeKind.REFUNDED, about),)
    return tuple(Telling(one, NoticeKind.PAID, about) for one in (bill.patient.reference, bill.doctor.reference))


def _about(bill: Bill) -> dict[str, Any]:
    return {
        "bill": bill.id,
        "patient": {"reference": bill.patient.reference, "name": bill.patient.name},
        "doctor": {"reference": bill.doctor.reference, "name": bill.doctor.name},
        "amount": bill.total.minor,
        "currency": bill.currency,
    }


def _bill(door: Door, seen: Visit, draft: Draft) -> Bill:
    return Bill(
        id=draft.name,
        patient=seen.patient,
        doctor=seen.doctor,
        lines=draft.lines,
        currency=draft.currency,
        date=clock.now(),
        visit=seen.id,
        issuer=issuer_of(door, seen.doctor.reference),
        terms=draft.terms,
    )


def _fee_bill(door: Door, caller: Caller, seen: Visit) -> Bill | None:
    """The bill for a visit at the doctor's fee; its name is made of the visit's, so that there is one."""
    fee = fees_of(post_of(door.parts, seen.doctor.reference, FEE)[1]).get(seen.mode)
    is_theirs = seen.patient.reference == caller.principal.person
    if not is_theirs or seen.status not in rules.PAID_AHEAD or fee is None:
        return None
    name = derived_id(door.keyring.blind.digest(f"fee-bill={seen.id}"))
    return _bill(door, seen, Draft(name, seen.id, (Line("Visit", fee),), fee.currency))


async def _put(door: Door, caller: Caller, made: Bill, tell: Sequence[Telling]) -> None:
    """Write a new bill, unless one of its name is there: the first stays as it is."""
    charges = [shapes.charge_of(made, number) for number in range(1, len(made.lines) + 1)]
    new = [Change(Method.UPDATE, one["resourceType"], one["id"], one) for one in (shapes.invoice_of(made), *charges)]
    under = Under(PAYING, unmoved=(("Invoice", made.id, 0),), tell=tuple(tell))
    try:
        await door.write(caller, new, under=under)
    except Failure as failure:
        if failure.category is not Category.STALE:
            raise
        await read_bill(door, caller, made.id)  # raises for a name that is somebody else's


async def _own(door: Door, caller: Caller, id_: str) -> Bill:
    """A bill of the doctor's own."""
    made = await read_bill(door, caller, id_)
    if made.doctor.reference != caller.principal.person:
        raise absent()
    return made


async def _payment(door: Door, caller: Caller, bill: Bill) -> Attempt:
    """The attempt by which the bill was paid: the last."""
    if not bill.is_paid:
        raise rules.refusal(bill)
    return await read_attempt(door, caller, f"{bill.id}.p{bill.payments}")


def _update(bill: Bill) -> Change:
    return Change(Method.UPDATE, "Invoice", bill.id, shapes.invoice_of(bill), if_match=bill.version)


def _created(attempt: Attempt) -> Change:
    return Change(Method.UPDATE, "PaymentNotice", attempt.id, shapes.notice_of(attempt))


def _notice(attempt: Attempt) -> Change:
    return Change(Method.UPDATE, "PaymentNotice", attempt.id, shapes.notice_of(attempt), if_match=attempt.version)


async def _write(door: Door, caller: Caller, changes: Sequence[Change], *tell: Telling) -> None:
    await door.write(caller, changes, under=Under(PAYING, tell=tell))
