"""At the desk, or by transfer: people see to the money, and the doctor says that it came."""

from __future__ import annotations

from carefolio.base.failures import absent
from carefolio.workflows.payments.rules import Answer, Attempt, Outcome, Way


class Offline:
    """What was said at the desk is so at once: nobody else is asked."""

    way = Way.OFFLINE

    def ask(self, attempt: Attempt, *, unhurried: bool = False) -> Answer:
        """The doctor says that the money is there."""
        del attempt, unhurried
        return Answer(Outcome.DONE)

    def stop(self, attempt: Attempt) -> Answer:
        """What was said stands."""
        del attempt
        return Answer(Outcome.DONE)

    def give_back(self, attempt: Attempt, payment: Attempt) -> Answer:
        """The doctor says that they paid back."""
        del attempt, payment
        return Answer(Outcome.DONE)

    def heard(self, body: bytes, signature: str) -> str:
        """The desk sends no messages."""
        del body, signature
        raise absent()
