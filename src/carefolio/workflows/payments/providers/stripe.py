"""Stripe takes cards on its own page (Checkout), which asks for 3-D Secure where the bank wants it; we see no card.

Each attempt is one Checkout Session, made under the attempt's name as idempotency key: asked again within a day Stripe
answers with the same one, later it is looked for among those of that time, by somebody who keeps nobody waiting; until
then it is open. A session is paid once at the most. An attempt has failed where Stripe refuses to make its session, or
where all sessions of its time were looked through and it is not among them; of all else that goes wrong nothing
follows, and it is asked for again. Stripe is told an amount, a currency and our names for the attempt; nothing about
the patient, and nothing about their health.

https://docs.stripe.com/api/checkout/sessions, /refunds, /idempotent_requests; https://docs.stripe.com/webhooks
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import msgspec
import stripe

from carefolio.base import clock
from carefolio.base.failures import malformed
from carefolio.workflows.payments.providers.port import Unheard
from carefolio.workflows.payments.rules import Answer, Attempt, Outcome, Way

T = TypeVar("T")

_OPEN_FOR: Final = 22 * clock.HOUR
"""How long the page at Stripe takes a card; a session lives for half an hour to a day."""
_REMEMBERED: Final = 21 * clock.HOUR
"""So long a session is made, or asked for, under its attempt's name. Stripe keeps idempotency keys for a day at least;
but one that would end within half an hour is refused, and would then look as if there had never been one.
"""
_BEFORE: Final = clock.HOUR
"""So far our clock may be ahead of Stripe's."""
_AFTER: Final = clock.DAY
"""So long after it was claimed an attempt's session may have been made, with what the clocks differ by."""
_MOST_LOOKED_THROUGH: Final = 10_000
_TOLERANCE_SECONDS: Final = 300
"""How old a message may be: older ones are replayed by somebody who kept them."""
_ANSWER_SECONDS: Final = 10.0
"""Stripe's client would wait eight times as long for each answer."""
_RETRIES: Final = 1
"""A call that was lost is made once more; whoever waits for a service that is silent is told before (``asking``)."""
_ASKED: Final = (
    "We cannot reach the payment service just now. Nothing is taken unless a card was entered there: look at the bill"
    " in a minute."
)
_STOPPED: Final = (
    "We cannot reach the payment service just now. The payment may be stopped already, or paid: look at the bill in a"
    " minute."
)
_GIVEN_BACK: Final = (
    "We cannot reach the payment service just now. The money may be on its way back already, and we ask again every"
    " minute. Nothing is paid back twice."
)
"""A call whose answer was lost may be done: what is true is said for each."""
_PAID: Final = frozenset({"paid", "no_payment_required"})
_REFUNDS: Final = {"succeeded": Outcome.DONE, "failed": Outcome.FAILED, "canceled": Outcome.FAILED}


@dataclass(frozen=True, slots=True)
class Account:
    """Where and as whom to call; ``api`` is Stripe's own address where it is empty."""

    key: str
    secret: str
    public_url: str
    api: str = ""


class _Data(msgspec.Struct):
    object: dict[str, Any]


class _AwayError(Exception):
    """Stripe cannot be reached, will not serve now, or does not say what we have to know."""


class _Event(msgspec.Struct):
    """What is read of a message; nothing in it is believed but which attempt to ask about."""

    data: _Data


class Stripe:
    """One account at Stripe."""

    way = Way.STRIPE

    def __init__(self, account: Account) -> None:
        self._account = account
        addresses: Any = {"api": account.api} if account.api else None
        self._client = stripe.StripeClient(
            account.key,
            base_addresses=addresses,
            max_network_retries=_RETRIES,
            http_client=stripe.RequestsClient(timeout=_ANSWER_SECONDS),
        )

    def ask(self, attempt: Attempt, *, unhurried: bool = False) -> Answer:
        """Its session, new or as it is by now."""
        if _is_looked_for(attempt) and not unhurried:
            return Answer(Outcome.OPEN)
        with _may_be_away(_ASKED):
            return self._with(attempt, _answer)

    def stop(self, attempt: Attempt) -> Answer:
        """Stripe closes the session, so that nobody can pay it any more; one that was paid stays paid."""
        if _is_looked_for(attempt):
            return Answer(Outcome.OPEN)
        with _may_be_away(_STOPPED):
            return self._with(attempt, self._closed)

    def give_back(self, attempt: Attempt, payment: Attempt) -> Answer:
        """A refund of a part, made under the attempt's name; one that Stripe refuses has failed."""
        try:
            with _may_be_away(_GIVEN_BACK):
                refund = self._refund(attempt, payment)
        except stripe.InvalidRequestError as problem:
            return _refused(problem)
        return Answer(_REFUNDS.get(str(refund.status), Outcome.OPEN), refund.id)

    def heard(self, body: bytes, signature: str) -> str:
        """The attempt that a message is about; raises for one that Stripe did not sign, or signed too long ago."""
        try:
            self._client.construct_event(body, signature, self._account.secret, _TOLERANCE_SECONDS)
            event = msgspec.json.decode(body, type=_Event)
        except (ValueError, stripe.SignatureVerificationError, msgspec.DecodeError):
            raise malformed("This message is not signed as it has to be.") from None
        return str((event.data.object.get("metadata") or {}).get("attempt") or "")

    def _with(self, attempt: Attempt, then: Callable[[Any], Answer]) -> Answer:
        """What is so of an attempt's session; one that Stripe does not make, or never made, is not paid by anybody."""
        try:
            session = self._session(attempt)
        except stripe.InvalidRequestError as problem:
            return _refused(problem)
        return Answer(Outcome.FAILED, why="gone") if session is None else then(session)

    def _session(self, attempt: Attempt) -> Any:
        """The one session of an attempt: by its id, under its key, or found among those of its time; None when it was
        never made and its time is over. Raises InvalidRequestError when Stripe refuses to make it.
        """
        sessions = self._client.v1.checkout.sessions
        if attempt.reference:
            return _known(lambda: sessions.retrieve(attempt.reference))
        if _is_looked_for(attempt):
            return _known(lambda: self._among_those_of_its_time(attempt))
        key: Any = {"idempotency_key": attempt.id}
        return _reached(lambda: sessions.create(params=self._wanted(attempt), options=key))

    def _among_those_of_its_time(self, attempt: Attempt) -> Any:
        """Its session, None when there is none. Raises where there are more than can be looked through: a session that
        was not seen may have been paid.
        """
        since, until = ((attempt.created + by) // clock.SECOND for by in (-_BEFORE, _AFTER))
        wanted: Any = {"created": {"gte": since, "lte": until}, "limit": 100}
        made = self._client.v1.checkout.sessions.list(params=wanted).auto_paging_iter()
        for number, one in enumerate(made):
            if one.client_reference_id == attempt.id:
                return one
            if number >= _MOST_LOOKED_THROUGH:
                raise _AwayError
        return None

    def _closed(self, session: Any) -> Answer:
        if session.status != "open":
            return _answer(session)
        try:
            closed = _reached(lambda: self._client.v1.checkout.sessions.expire(session.id))
        except stripe.InvalidRequestError:  # somebody paid it, or it ran out, just now
            closed = _known(lambda: self._client.v1.checkout.sessions.retrieve(session.id))
        return _answer(closed)

    def _wanted(self, attempt: Attempt) -> Any:
        """What a session is made of: the same for the same attempt, as its key asks."""
        bill = f"{self._account.public_url}/payments/{attempt.bill}/"
        said = {"attempt": attempt.id}
        price = {
            "currency": attempt.amount.currency.lower(),
            "unit_amount": attempt.amount.minor,
            "product_data": {"name": "Bill"},
        }
        return {
            "mode": "payment",
            "client_reference_id": attempt.id,
            "metadata": said,
            "payment_intent_data": {"metadata": said},
            "line_items": [{"quantity": 1, "price_data": price}],
            "success_url": f"{bill}done/",
            "cancel_url": bill,
            "expires_at": (attempt.created + _OPEN_FOR) // clock.SECOND,
        }

    def _refund(self, attempt: Attempt, payment: Attempt) -> Any:
        """The one refund of an attempt. Raises InvalidRequestError when Stripe refuses to make it."""
        refunds = self._client.v1.refunds
        if attempt.reference:
            return _known(lambda: refunds.retrieve(attempt.reference))
        session = _known(lambda: self._client.v1.checkout.sessions.retrieve(payment.reference))
        intent = str(session.payment_intent)
        if clock.now() - attempt.created > _REMEMBERED:
            found = _known(lambda: self._given_back(attempt, intent))
            if found is not None:
                return found
        wanted: Any = {"payment_intent": intent, "amount": attempt.amount.minor, "metadata": {"attempt": attempt.id}}
        return _reached(lambda: refunds.create(params=wanted, options={"idempotency_key": attempt.id}))

    def _given_back(self, attempt: Attempt, intent: str) -> Any:
        """The refund among those of its payment; those made on Stripe's own pages say of no attempt."""
        made: Any = self._client.v1.refunds.list(params={"payment_intent": intent, "limit": 100}).auto_paging_iter()
        return next((one for one in made if _attempt_in(one) == attempt.id), None)


def _is_looked_for(attempt: Attempt) -> bool:
    """Whether Stripe has forgotten its name: its session is one among thousands, which takes minutes."""
    return not attempt.reference and clock.now() - attempt.created > _REMEMBERED


def _answer(session: Any) -> Answer:
    if session.status == "open":
        return Answer(Outcome.OPEN, session.id, str(session.url or ""))
    if session.status == "expired":
        return Answer(Outcome.FAILED, session.id, why="expired")
    return Answer(Outcome.DONE if session.payment_status in _PAID else Outcome.OPEN, session.id)


def _attempt_in(made: Any) -> str:
    said = made.metadata
    return str(said["attempt"]) if said and "attempt" in said else ""


def _refused(problem: stripe.InvalidRequestError) -> Answer:
    """Stripe does not do it, and never will: nothing was moved. Its words stay with it: they quote what was sent."""
    return Answer(Outcome.FAILED, why=str(problem.code or "refused"))


@contextmanager
def _may_be_away(words: str) -> Iterator[None]:
    """Say so in these words where Stripe is away."""
    try:
        yield
    except _AwayError:
        raise Unheard(words) from None


def _reached(work: Callable[[], T]) -> T:
    """What Stripe answers; what cannot be reached or will not serve now is told so, and nothing is settled by it."""
    try:
        return work()
    except stripe.InvalidRequestError:
        raise
    except stripe.StripeError:
        raise _AwayError from None


def _known(work: Callable[[], T]) -> T:
    """What Stripe answers of what was there already. Where it knows nothing of it, as with the keys of another account,
    nothing is settled by that either: it may have been paid.
    """
    try:
        return _reached(work)
    except stripe.InvalidRequestError:
        raise _AwayError from None


def of(key: str, secret: str, public_url: str, api: str) -> Stripe:
    """The account that the settings name."""
    return Stripe(Account(key, secret, public_url, api))
